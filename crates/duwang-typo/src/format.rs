//! The model file: a head, a table of sections, the sections, a checksum. Little end first; looked into, never unpacked.
//!
//! ```text
//! 0   8  "duwangLM"
//! 8   4  version
//! 12  4  number of sections
//! 16  8  length of the whole file
//! 24  …  for each section: number (4), zero (4), offset (8), length (8)
//! …      the sections, each from a multiple of 8
//! end-4  CRC-32 of all before
//! ```

use crate::bytes::{u32_at, u64_at};
use std::borrow::Cow;

const MAGIC: &[u8; 8] = b"duwangLM";
/// The version this build reads and writes.
pub(crate) const VERSION: u32 = 5;
const HEAD: usize = 24;
const ENTRY: usize = 24;

/// The parts of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Characters and their numbers.
    Alphabet,
    /// Cost and back-off of each sign.
    Unigrams,
    Bigrams,
    Trigrams,
    Fourgrams,
    Fivegrams,
    /// What may stand for what, by sound and shape.
    Confusion,
    /// Two-character words by sound.
    Homophones,
    /// The one sign that usually stands between two others.
    Gaps,
    /// The characters that stand most often beside a sign.
    Neighbours,
    /// Which pairs occur, as a map of hashes.
    Pairs,
    /// Words of the dictionary.
    Words,
    /// How common each character is as a word of its own.
    Lone,
    /// The second stage.
    Trees,
    /// What it was made from, for people.
    About,
}

/// How many sections there are.
pub(crate) const SECTIONS: usize = 15;

/// Why bytes are not a model that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Something else.
    #[error("不是错别字模型文件")]
    Foreign,
    /// Another version.
    #[error("模型文件的版本是 {found}，本程序只认版本 {expected}；请用 duwang typo train 重新生成")]
    Version {
        /// What the file says.
        found: u32,
        /// What this build reads.
        expected: u32,
    },
    /// Cut short.
    #[error("模型文件不完整：应有 {expected} 字节，实有 {found} 字节")]
    Truncated {
        /// What the file says.
        expected: u64,
        /// What there is.
        found: u64,
    },
    /// Changed on the way.
    #[error("模型文件已损坏：{0}")]
    Damaged(&'static str),
}

/// A model's bytes with the places of its sections.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    bytes: Cow<'static, [u8]>,
    places: [(usize, usize); SECTIONS],
}

impl Model {
    /// Looks at the head, the sections and the checksum.
    pub(crate) fn open(bytes: Cow<'static, [u8]>) -> Result<Self, ModelError> {
        if bytes.get(..8) != Some(MAGIC.as_slice()) {
            return Err(ModelError::Foreign);
        }
        let found = u32_at(&bytes, 8);
        if bytes.len() >= 12 && found != VERSION {
            return Err(ModelError::Version {
                found,
                expected: VERSION,
            });
        }
        let (expected, found) = (u64_at(&bytes, 16), bytes.len() as u64);
        if bytes.len() < HEAD + 4 || found < expected {
            return Err(ModelError::Truncated { expected, found });
        }
        if found > expected {
            return Err(ModelError::Damaged("后面多出了内容"));
        }
        let body = bytes.len() - 4;
        if crc32fast::hash(&bytes[..body]) != u32_at(&bytes, body) {
            return Err(ModelError::Damaged("校验和不符"));
        }
        let places = places(&bytes[..body]).ok_or(ModelError::Damaged("目录有误"))?;
        Ok(Self { bytes, places })
    }

    /// The bytes of a section.
    #[inline]
    pub(crate) fn section(&self, section: Section) -> &[u8] {
        let (start, end) = self.places[section as usize];
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// The checksum, which tells one model from another.
    pub(crate) fn stamp(&self) -> u32 {
        u32_at(&self.bytes, self.bytes.len().saturating_sub(4))
    }

    /// The size of the whole, bytes.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }
}

fn places(body: &[u8]) -> Option<[(usize, usize); SECTIONS]> {
    if u32_at(body, 12) as usize != SECTIONS {
        return None;
    }
    let mut places = [(0, 0); SECTIONS];
    for (number, place) in places.iter_mut().enumerate() {
        let at = HEAD + number * ENTRY;
        let start = usize::try_from(u64_at(body, at + 8)).ok()?;
        let end = start.checked_add(usize::try_from(u64_at(body, at + 16)).ok()?)?;
        if u32_at(body, at) as usize != number || end > body.len() {
            return None;
        }
        *place = (start, end);
    }
    Some(places)
}

/// Puts sections together, in the order of [`Section`].
pub(crate) fn write(sections: &[Vec<u8>; SECTIONS]) -> Vec<u8> {
    let mut places = Vec::new();
    let mut at = HEAD + SECTIONS * ENTRY;
    for section in sections {
        at = at.next_multiple_of(8);
        places.push((at, section.len()));
        at += section.len();
    }
    let mut out = Vec::with_capacity(at + 4);
    out.extend(MAGIC);
    out.extend(VERSION.to_le_bytes());
    out.extend((SECTIONS as u32).to_le_bytes());
    out.extend((at as u64 + 4).to_le_bytes());
    for (number, (start, len)) in places.iter().enumerate() {
        out.extend((number as u32).to_le_bytes());
        out.extend([0; 4]);
        out.extend((*start as u64).to_le_bytes());
        out.extend((*len as u64).to_le_bytes());
    }
    for (section, (start, _)) in sections.iter().zip(&places) {
        out.resize(*start, 0);
        out.extend(section);
    }
    out.extend(crc32fast::hash(&out).to_le_bytes());
    out
}
