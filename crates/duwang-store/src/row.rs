//! A value on disk: version, crc32 of the key and all that follows, flag, length, content (JSON, packed when that saves room).
//!
//! JSON tolerates fields that a later version adds, can be read by anyone in need, and is fast enough (the bench `record`). The
//! engine checks its own frames; the crc here also catches a row under the wrong key and our own mistakes.

use crate::{Result, StoreError};
use serde::{Serialize, de::DeserializeOwned};
use std::cell::RefCell;
use zstd::bulk::{Compressor, Decompressor};

/// The newest row version this program writes and reads.
const VERSION: u8 = 1;
const PLAIN: u8 = 0;
const PACKED: u8 = 1;
/// version, crc32, flag, unpacked length
const HEAD: usize = 10;
pub(crate) const CRC_END: usize = 5;
/// Below this nothing is saved.
const WORTH_PACKING: usize = 400;
/// No row is longer than this unpacked; a longer claim is damage.
const LONGEST: usize = 256 << 20;

/// A value ready for the engine.
pub(crate) fn encode<T: Serialize>(key: &[u8], value: &T) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(value)
        .map_err(|e| StoreError::damaged_row(show(key), format!("不能写成 JSON：{e}")))?;
    let packed = (json.len() >= WORTH_PACKING)
        .then(|| pack(&json))
        .flatten()
        .filter(|p| p.len() < json.len());
    let (flag, content) = packed
        .as_ref()
        .map_or((PLAIN, &json), |packed| (PACKED, packed));
    let length = u32::try_from(json.len())
        .map_err(|_| StoreError::damaged_row(show(key), "太长，不能保存"))?;
    let mut part = Vec::with_capacity(HEAD + content.len());
    part.push(flag);
    part.extend_from_slice(&length.to_le_bytes());
    part.extend_from_slice(content);
    Ok(sealed(key, &part))
}

/// What follows the checksum, behind version and checksum.
pub(crate) fn sealed(key: &[u8], part: &[u8]) -> Vec<u8> {
    let mut row = Vec::with_capacity(CRC_END + part.len());
    row.push(VERSION);
    row.extend_from_slice(&crc(key, part).to_le_bytes());
    row.extend_from_slice(part);
    row
}

/// The value of a row, proved to be the one that was written under this key.
pub(crate) fn decode<T: DeserializeOwned>(table: &str, key: &[u8], row: &[u8]) -> Result<T> {
    let damaged =
        |detail: String| StoreError::damaged_row(format!("{table} 的记录 {}", show(key)), detail);
    let (head, content) = row
        .split_at_checked(HEAD)
        .ok_or_else(|| damaged("不完整".into()))?;
    let [version, c0, c1, c2, c3, flag, l0, l1, l2, l3] = head else {
        return Err(damaged("不完整".into()));
    };
    if *version != VERSION {
        return Err(damaged(format!("由新版 duwang 写入，格式 {version}")));
    }
    if crc(key, &row[CRC_END..]) != u32::from_le_bytes([*c0, *c1, *c2, *c3]) {
        return Err(damaged("校验和不符".into()));
    }
    let length = u32::from_le_bytes([*l0, *l1, *l2, *l3]) as usize;
    let parsed = if *flag == PACKED {
        let json = unpack(content, length).map_err(|e| damaged(format!("不能解压：{e}")))?;
        serde_json::from_slice(&json)
    } else {
        serde_json::from_slice(content)
    };
    parsed.map_err(|e| damaged(format!("内容不可读：{e}")))
}

fn crc(key: &[u8], content: &[u8]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    crc.update(key);
    crc.update(content);
    crc.finalize()
}

fn show(key: &[u8]) -> String {
    String::from_utf8_lossy(key)
        .replace('\0', " ")
        .trim()
        .to_owned()
}

thread_local! {
    // A context costs more to make than a row to pack.
    static PACKER: RefCell<Option<Compressor<'static>>> = RefCell::new(Compressor::new(1).ok());
    static UNPACKER: RefCell<Option<Decompressor<'static>>> = RefCell::new(Decompressor::new().ok());
}

fn pack(json: &[u8]) -> Option<Vec<u8>> {
    PACKER.with_borrow_mut(|packer| packer.as_mut()?.compress(json).ok())
}

fn unpack(content: &[u8], length: usize) -> std::io::Result<Vec<u8>> {
    if length > LONGEST {
        return Err(std::io::Error::other("长度不合理"));
    }
    UNPACKER.with_borrow_mut(|unpacker| match unpacker {
        Some(unpacker) => unpacker.decompress(content, length),
        None => Err(std::io::Error::other("内存不足")),
    })
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "tests fail by panicking"
    )]
    use super::*;

    fn long_value() -> Vec<String> {
        (0..200).map(|n| format!("青石街道第{n}条")).collect()
    }

    #[test]
    fn every_flipped_byte_is_noticed() {
        for value in [vec!["短".to_owned()], long_value()] {
            let row = encode(b"key", &value).unwrap();
            assert_eq!(decode::<Vec<String>>("pages", b"key", &row).unwrap(), value);
            for at in 0..row.len() {
                let mut bad = row.clone();
                bad[at] ^= 0x10;
                let read = decode::<Vec<String>>("pages", b"key", &bad);
                assert!(read.is_err(), "byte {at} was not noticed");
            }
        }
    }

    #[test]
    fn a_cut_row_or_a_row_under_another_key_is_damage() {
        let row = encode(b"key", &long_value()).unwrap();
        assert!(decode::<Vec<String>>("pages", b"other", &row).is_err());
        for end in 0..row.len() {
            assert!(decode::<Vec<String>>("pages", b"key", &row[..end]).is_err());
        }
    }

    #[test]
    fn long_rows_are_packed() {
        assert!(encode(b"key", &long_value()).unwrap().len() < 1500);
    }

    #[test]
    fn a_field_added_later_is_tolerated() {
        #[derive(serde::Serialize)]
        struct Later {
            id: u8,
            added: u8,
        }
        #[derive(serde::Deserialize, PartialEq, Debug)]
        struct Now {
            id: u8,
        }
        let row = encode(b"k", &Later { id: 7, added: 9 }).unwrap();
        assert_eq!(decode::<Now>("x", b"k", &row).unwrap(), Now { id: 7 });
    }
}
