//! Folders and files for their owner alone. What is kept of pages may hold personal data, and other users of the machine have no business
//! with it.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io;
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

/// Whether others than the owner and the owner's group may look into it.
pub(crate) fn is_open_to_all(path: &Path) -> io::Result<bool> {
    Ok(std::fs::metadata(path)?.mode() & 0o007 != 0)
}
