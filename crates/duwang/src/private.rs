//! Folders and files for their owner alone. What is kept of pages may hold personal data, and other users of the machine have no business
//! with it.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Makes a folder and what is above it, where they are not there yet. Whoever made one before chose its mode.
pub(crate) fn folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// A new file, or an old one emptied.
pub(crate) fn file(path: &Path) -> io::Result<File> {
    let mut how = OpenOptions::new();
    how.write(true).create(true).truncate(true).mode(0o600);
    how.open(path)
}

/// Replaces a file: written aside and renamed, so that a reader, and a restart, sees the old or the new content and never a part. Temporary
/// files are made with mode 0600, and stay so.
pub(crate) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut aside = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))?;
    aside.write_all(content)?;
    aside.as_file().sync_all()?;
    aside.persist(path)?;
    Ok(())
}

/// Whether others than the owner and the owner's group may look into it.
pub(crate) fn is_open_to_all(path: &Path) -> io::Result<bool> {
    Ok(std::fs::metadata(path)?.mode() & 0o007 != 0)
}
