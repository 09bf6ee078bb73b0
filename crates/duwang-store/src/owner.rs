//! One owner at a time: an advisory lock on a file that says who has it and where that process can be asked.

use crate::{Result, StoreError, disk};
use rustix::fs::{FlockOperation, flock};
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// The lock; given back when dropped or when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Owner {
    file: File,
    path: PathBuf,
}

impl Owner {
    /// Takes the lock of a store directory, or says who has it.
    pub(crate) fn take(dir: &Path, socket: Option<&Path>) -> Result<Self> {
        disk::make_dir(dir)?;
        let path = dir.join("owner");
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|e| StoreError::io(&path, e))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Err(busy(dir, &file)),
            Err(e) => return Err(StoreError::io(&path, e.into())),
        }
        let owner = Self { file, path };
        owner.write(socket)?;
        Ok(owner)
    }

    /// Says on which socket this process can be asked.
    pub(crate) fn announce(&self, socket: &Path) -> Result<()> {
        self.write(Some(socket))
    }

    fn write(&self, socket: Option<&Path>) -> Result<()> {
        let mut text = format!("{}\n", std::process::id()).into_bytes();
        if let Some(socket) = socket {
            text.extend_from_slice(socket.as_os_str().as_encoded_bytes());
            text.push(b'\n');
        }
        self.file
            .write_all_at(&text, 0)
            .and_then(|()| self.file.set_len(text.len() as u64))
            .map_err(|e| StoreError::io(&self.path, e))
    }
}

/// Whatever cannot be read stays unsaid: the owner may be writing it just now.
fn busy(dir: &Path, mut file: &File) -> StoreError {
    use std::os::unix::ffi::OsStrExt;
    let mut bytes = Vec::new();
    let _ = file.read_to_end(&mut bytes);
    let mut lines = bytes.split(|b| *b == b'\n');
    let pid = lines
        .next()
        .and_then(|line| std::str::from_utf8(line).ok()?.parse().ok());
    let socket = lines
        .next()
        .filter(|line| !line.is_empty())
        .map(|line| PathBuf::from(std::ffi::OsStr::from_bytes(line)));
    StoreError::Busy {
        dir: dir.to_owned(),
        pid,
        socket,
    }
}
