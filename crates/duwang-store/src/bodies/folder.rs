//! Bodies as files (`bodies/ab/cdef….zst`), written once.
//!
//! A batch becomes durable in this order: contents, names, and only then the caller may write rows that speak of them. A body whose
//! file exists is complete: files get their name only after their content is on disk.

use super::{BodyCount, checked, path_of, unpack};
use crate::{Result, StoreError, disk};
use duwang_model::Body;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tempfile::NamedTempFile;

/// From so many new files on, one sync of the whole file system is cheaper than one for each file.
const MANY: usize = 16;
/// Leftovers of a killed process older than this are swept: another store may share the folder and be writing.
const STALE: std::time::Duration = std::time::Duration::from_secs(24 * 3600);

#[derive(Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    /// One batch at a time: a body another thread is still making durable must not be taken for durable.
    turn: Mutex<()>,
}

impl Folder {
    /// Opens (and creates) the folder.
    pub(super) fn open(root: PathBuf) -> Result<Self> {
        disk::make_dir(&root)?;
        sweep(&root);
        Ok(Self {
            root,
            turn: Mutex::new(()),
        })
    }

    /// Keeps all of these bodies; durable when it returns.
    pub(super) fn keep<'b>(&self, bodies: &[&'b Body]) -> Result<()> {
        let with_path = |body: &&'b Body| Some((self.path(body.name())?, body.packed()));
        let files: BTreeMap<PathBuf, &[u8]> = bodies.iter().filter_map(with_path).collect();
        if files.is_empty() {
            return Ok(());
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let dirs = self.make_dirs(files.keys())?;
        let new: Vec<(&Path, &[u8])> = files
            .iter()
            .filter(|(path, _)| !path.exists())
            .map(|(path, packed)| (path.as_path(), *packed))
            .collect();
        let sync = Sync::for_files(&self.root, new.len());
        let written = self.write_temps(&new)?;
        sync.contents(&written)?;
        for (temp, path) in written {
            temp.persist(path)
                .map_err(|e| StoreError::io(path, e.error))?;
        }
        sync.names(&dirs)
    }

    /// A body, proved to be the one its name says.
    pub(super) fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let Some(path) = self.path(name) else {
            return Ok(None);
        };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(StoreError::io(&path, e)),
        };
        let damaged = |detail| StoreError::DamagedBody {
            file: path.clone(),
            detail,
        };
        let bytes = unpack(file).and_then(|bytes| checked(name, bytes));
        bytes.map(Some).map_err(damaged)
    }

    /// Whether a body of that name is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.path(name).is_some_and(|path| path.is_file())
    }

    /// Counts the files; reads folders only.
    pub(super) fn count(&self) -> BodyCount {
        let mut count = BodyCount::default();
        for dir in entries(&self.root) {
            for file in entries(&dir.path()).filter(|f| is_body(&f.path())) {
                count.files += 1;
                count.bytes += file.metadata().map_or(0, |m| m.len());
            }
        }
        count
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        path_of(name).map(|path| self.root.join(path))
    }

    fn make_dirs<'a>(
        &self,
        paths: impl Iterator<Item = &'a PathBuf>,
    ) -> Result<BTreeSet<&'a Path>> {
        let dirs: BTreeSet<&Path> = paths.filter_map(|p| p.parent()).collect();
        let missing: Vec<_> = dirs.iter().filter(|d| !d.is_dir()).collect();
        for dir in &missing {
            disk::make_dir(dir)?;
        }
        if !missing.is_empty() {
            disk::sync_dir(&self.root)?;
        }
        Ok(dirs)
    }

    fn write_temps<'a>(&self, new: &[(&'a Path, &[u8])]) -> Result<Vec<(NamedTempFile, &'a Path)>> {
        let write = |packed: &[u8]| -> std::io::Result<NamedTempFile> {
            let mut temp = disk::temp_in(&self.root)?;
            temp.write_all(packed)?;
            Ok(temp)
        };
        new.iter()
            .map(|(path, packed)| {
                let temp = write(packed).map_err(|e| StoreError::io(path, e))?;
                Ok((temp, *path))
            })
            .collect()
    }
}

/// How a batch becomes durable.
enum Sync<'a> {
    Each,
    FileSystem(&'a Path),
}

impl<'a> Sync<'a> {
    fn for_files(root: &'a Path, files: usize) -> Self {
        if files >= MANY && cfg!(any(target_os = "linux", target_os = "android")) {
            Self::FileSystem(root)
        } else {
            Self::Each
        }
    }

    fn contents(&self, files: &[(NamedTempFile, &Path)]) -> Result<()> {
        match self {
            Self::FileSystem(root) => disk::sync_file_system(root),
            Self::Each => files.iter().try_for_each(|(temp, path)| {
                temp.as_file()
                    .sync_data()
                    .map_err(|e| StoreError::io(path, e))
            }),
        }
    }

    fn names(&self, dirs: &BTreeSet<&Path>) -> Result<()> {
        match self {
            Self::FileSystem(root) => disk::sync_file_system(root),
            Self::Each => dirs.iter().try_for_each(|dir| disk::sync_dir(dir)),
        }
    }
}

/// Removes temporary files a killed process left behind.
fn sweep(root: &Path) {
    let is_stale = |e: &std::fs::DirEntry| {
        let name = e.file_name();
        let age = e.metadata().and_then(|m| m.modified()).map(|t| t.elapsed());
        name.as_encoded_bytes().starts_with(b".tmp") && matches!(age, Ok(Ok(age)) if age > STALE)
    };
    for leftover in entries(root).filter(is_stale) {
        let _ = std::fs::remove_file(leftover.path());
    }
}

fn entries(dir: &Path) -> impl Iterator<Item = std::fs::DirEntry> {
    std::fs::read_dir(dir).into_iter().flatten().flatten()
}

fn is_body(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "zst")
}
