//! Room on the disk, and writes that stay written.

use crate::{Result, StoreError};
use std::fs::{DirBuilder, File};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use tempfile::NamedTempFile;

/// Bytes that stay free for everybody else on the machine, and for the engine to open again.
pub(crate) const RESERVE: u64 = 200 << 20;

/// Bytes a program without privileges can still write below this path.
pub(crate) fn free_bytes(path: &Path) -> Option<u64> {
    let vfs = path.ancestors().find_map(|p| rustix::fs::statvfs(p).ok())?;
    Some(vfs.f_bavail.saturating_mul(vfs.f_frsize))
}

/// Refuses when a batch of this many bytes would leave less than the reserve, or less than its own size again: engines write
/// more than they are given.
pub(crate) fn want_room(dir: &Path, reserve: u64, batch: u64) -> Result<()> {
    let needed = reserve.max(batch.saturating_mul(2));
    match free_bytes(dir) {
        Some(free) if free < needed => Err(StoreError::NoSpace {
            dir: dir.to_owned(),
            free,
            needed,
        }),
        _ => Ok(()),
    }
}

/// Creates a directory and what is above it, for its owner alone: what is kept of pages may hold personal data.
pub(crate) fn make_dir(dir: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|e| StoreError::io(dir, e))
}

/// Makes the names in a directory durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<()> {
    File::open(dir)
        .and_then(|d| d.sync_all())
        .map_err(|e| StoreError::io(dir, e))
}

/// A new file of ours alone, under a name nobody else has. Opened by ourselves: the library would hide the system's reason in words
/// of its own.
pub(crate) fn temp_in(dir: &Path) -> std::io::Result<NamedTempFile> {
    tempfile::Builder::new().make_in(dir, |path| {
        let mut options = File::options();
        options.read(true).write(true).create_new(true);
        options.mode(0o600);
        options.open(path)
    })
}

/// Replaces a small file so that a reader, and a restart, sees the old or the new content and never a part.
pub(crate) fn replace_file(path: &Path, content: &[u8]) -> Result<()> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let replace = || -> std::io::Result<()> {
        let mut temp = temp_in(dir)?;
        temp.write_all(content)?;
        temp.as_file().sync_all()?;
        temp.persist(path)?;
        Ok(())
    };
    replace().map_err(|e| StoreError::io(path, e))?;
    sync_dir(dir)
}

/// Copies a directory with all that is in it; the copy is on disk when it returns.
pub(crate) fn copy_dir(from: &Path, to: &Path) -> Result<()> {
    make_dir(to)?;
    for entry in std::fs::read_dir(from).map_err(|e| StoreError::io(from, e))? {
        let entry = entry.map_err(|e| StoreError::io(from, e))?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_dir(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target)
                .and_then(|_| File::open(&target)?.sync_all())
                .map_err(|e| StoreError::io(&target, e))?;
        }
    }
    Ok(())
}

/// Bytes of all files below a directory.
pub(crate) fn size_of(dir: &Path) -> u64 {
    std::fs::read_dir(dir)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(m) if m.is_dir() => size_of(&entry.path()),
            Ok(m) => m.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Makes everything on the file system of this directory durable.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) fn sync_file_system(dir: &Path) -> Result<()> {
    File::open(dir)
        .and_then(|d| Ok(rustix::fs::syncfs(d)?))
        .map_err(|e| StoreError::io(dir, e))
}

/// Makes every file below this directory durable: not every system can sync a file system.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn sync_file_system(dir: &Path) -> Result<()> {
    for entry in std::fs::read_dir(dir).map_err(|e| StoreError::io(dir, e))? {
        let path = entry.map_err(|e| StoreError::io(dir, e))?.path();
        if path.is_dir() {
            sync_file_system(&path)?;
        } else {
            File::open(&path)
                .and_then(|f| f.sync_all())
                .map_err(|e| StoreError::io(&path, e))?;
        }
    }
    sync_dir(dir)
}
