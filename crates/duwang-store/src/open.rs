//! Opening a store by its address.

use crate::disk::RESERVE;
use crate::{Memory, Postgres, Result, Store, StoreError, sled};
use std::path::{Path, PathBuf};

/// How to open a store.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// Where this process can be asked while it owns the store; see [`Store::announce`].
    pub socket: Option<PathBuf>,
    /// Bytes that must stay free on the disk: crawling stops there, people's decisions at a quarter of it.
    pub reserve: u64,
    /// Where bodies are kept: `s3://bucket/prefix` or `file:///path`; `None`: in the folder `bodies` of the data directory.
    pub bodies: Option<String>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            socket: None,
            reserve: RESERVE,
            bodies: None,
        }
    }
}

/// Opens a store: `sled:DIR` (empty `DIR`: the folder `store` of the data directory; else a path as given), `postgres://…` or `memory:`. Bodies are
/// kept in the folder `bodies` of the data directory, unless the options say otherwise.
pub fn open(url: &str, data_dir: &Path) -> Result<Box<dyn Store>, StoreError> {
    open_with(url, data_dir, &OpenOptions::default())
}

/// Opens a store with options.
pub fn open_with(
    url: &str,
    data_dir: &Path,
    options: &OpenOptions,
) -> Result<Box<dyn Store>, StoreError> {
    match url.split_once(':') {
        Some(("sled", "")) => sled::open(&data_dir.join("store"), data_dir, options),
        Some(("sled", dir)) => sled::open(Path::new(dir), data_dir, options),
        Some(("postgres" | "postgresql", _)) if is_shared(url) => {
            Ok(Box::new(Postgres::open(url, data_dir, options)?))
        }
        Some(("memory", "")) => Ok(Box::new(Memory::new())),
        _ => Err(StoreError::UnknownUrl(url.to_owned())),
    }
}

/// Whether several processes may have this store open at the same time.
pub fn is_shared(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}
