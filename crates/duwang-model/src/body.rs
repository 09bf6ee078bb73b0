//! What a server sent, packed to be kept as evidence.

use sha2::{Digest as _, Sha256};
use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use zstd::bulk::Compressor;

/// A body as it is kept: zstd, under a name made of the bytes it holds. Packing is done where the body is read, on many threads, so that
/// the one writer of a store only has to write.
#[derive(Debug, Clone)]
pub struct Body {
    name: String,
    packed: Arc<[u8]>,
}

impl Body {
    /// Packs these bytes; fails only for want of memory.
    pub fn pack(bytes: &[u8]) -> io::Result<Self> {
        thread_local! {
            // Making one costs as much as packing a page.
            static PACKER: RefCell<Option<Compressor<'static>>> = RefCell::new(Compressor::new(1).ok());
        }
        let packed = PACKER.with_borrow_mut(|packer| match packer {
            Some(packer) => packer.compress(bytes),
            None => Err(io::ErrorKind::OutOfMemory.into()),
        })?;
        Ok(Self {
            name: body_name(bytes),
            packed: packed.into(),
        })
    }

    /// `sha256:…` of what it holds.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The zstd frame.
    pub fn packed(&self) -> &[u8] {
        &self.packed
    }
}

/// The name a body is kept under: `sha256:…` of these bytes.
pub fn body_name(bytes: &[u8]) -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut name = String::from("sha256:");
    for byte in Sha256::digest(bytes) {
        name.push(char::from(HEX[usize::from(byte >> 4)]));
        name.push(char::from(HEX[usize::from(byte & 15)]));
    }
    name
}
