//! Which batch was acknowledged last, so that a log that came back shorter is noticed.

use crate::{Result, StoreError};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// The number of the last acknowledged batch, kept outside the engine. Not synced: after a power cut it may be too small, which
/// only makes the comparison weaker, never wrong.
pub(crate) struct Acknowledged {
    path: PathBuf,
    file: File,
    last: Mutex<u64>,
}

impl Acknowledged {
    /// Opens (or creates) the file.
    pub(crate) fn open(path: PathBuf) -> Result<Self> {
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|e| StoreError::io(&path, e))?;
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        Ok(Self {
            last: Mutex::new(text.trim().parse().unwrap_or(0)),
            path,
            file,
        })
    }

    pub(crate) fn last(&self) -> u64 {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a batch unless a later one was acknowledged.
    pub(crate) fn at_least(&self, batch: u64) -> Result<()> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if batch <= *last {
            return Ok(());
        }
        *last = batch;
        self.write(batch)
    }

    /// Starts over from what is there.
    pub(crate) fn reset(&self, batch: u64) -> Result<()> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = batch;
        self.write(batch)
    }

    fn write(&self, batch: u64) -> Result<()> {
        self.file
            .write_all_at(format!("{batch:020}\n").as_bytes(), 0)
            .map_err(|e| StoreError::io(&self.path, e))
    }
}
