//! Bodies: packed with zstd, named by the sha256 of what they hold, kept in a folder or in an object store, written once.
//!
//! ```text
//! folder.rs   files below `bodies/` of the data directory
//! bucket.rs   any S3-compatible store, or a folder behind the same interface
//! ```

mod bucket;
mod folder;

use crate::Result;
use bucket::Bucket;
use duwang_model::{Body, body_name};
use folder::Folder;
use std::io::Read;
use std::path::Path;

/// Longest body we ever kept is far below; a longer claim is damage.
const LONGEST: u64 = 1 << 30;

/// Where bodies are kept.
#[derive(Debug)]
pub(crate) enum Bodies {
    Folder(Folder),
    Bucket(Bucket),
}

/// How many bodies there are and their packed bytes.
#[derive(Debug, Default, Clone)]
pub(crate) struct BodyCount {
    pub(crate) files: usize,
    pub(crate) bytes: u64,
    /// There are more: counting stopped.
    pub(crate) is_cut: bool,
    /// Why counting ended early.
    pub(crate) trouble: Option<String>,
}

impl BodyCount {
    /// What a person should know of the count, in Chinese.
    pub(crate) fn notice(&self) -> Option<String> {
        let cut = format!("快照多于 {} 份，只数到这里", self.files);
        self.trouble.clone().or_else(|| self.is_cut.then_some(cut))
    }
}

impl Bodies {
    /// Opens the folder `bodies` of the data directory, or the object store at this address (`s3://…`, `file:///…`).
    pub(crate) fn open(address: Option<&str>, data_dir: &Path) -> Result<Self> {
        Ok(match address {
            None => Self::Folder(Folder::open(data_dir.join("bodies"))?),
            Some(address) => Self::Bucket(Bucket::open(address)?),
        })
    }

    /// Keeps all of these bodies; durable when it returns.
    pub(crate) fn keep(&self, bodies: &[&Body]) -> Result<()> {
        match self {
            Self::Folder(folder) => folder.keep(bodies),
            Self::Bucket(bucket) => bucket.keep(bodies),
        }
    }

    /// A body, proved to be the one its name says.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        match self {
            Self::Folder(folder) => folder.read(name),
            Self::Bucket(bucket) => bucket.read(name),
        }
    }

    /// Whether a body of that name is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        match self {
            Self::Folder(folder) => folder.has(name),
            Self::Bucket(bucket) => bucket.has(name),
        }
    }

    /// Counts them, without reading any.
    pub(crate) fn count(&self) -> BodyCount {
        match self {
            Self::Folder(folder) => folder.count(),
            Self::Bucket(bucket) => bucket.count(),
        }
    }
}

/// `ab/cdef….zst` for a name; `None` for what is no name.
fn path_of(name: &str) -> Option<String> {
    let hex = name.strip_prefix("sha256:")?;
    let lower_hex = |b: &u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
    if hex.len() != 64 || !hex.as_bytes().iter().all(lower_hex) {
        return None;
    }
    let (folder, rest) = hex.split_at(2);
    Some(format!("{folder}/{rest}.zst"))
}

/// The packed bytes unpacked; else what is wrong with them, in Chinese.
pub(crate) fn unpack(packed: impl Read) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    zstd::stream::read::Decoder::new(packed)
        .and_then(|decoder| decoder.take(LONGEST).read_to_end(&mut bytes))
        .map_err(|e| format!("不能解压：{e}"))?;
    Ok(bytes)
}

/// These bytes, when they are those of the name.
fn checked(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    match body_name(&bytes) == name {
        true => Ok(bytes),
        false => Err("内容与名称的校验值不符".into()),
    }
}
