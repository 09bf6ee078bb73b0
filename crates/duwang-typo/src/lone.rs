//! Characters that are words of their own (您, 没, 谁) and those that hardly ever are (励, 彻): the first may stand beside anything.

use crate::format::{Model, Section};

/// Bytes of an entry: how common it is as a word, and which part of its uses that is.
const ENTRY: usize = 2;

/// What is known of a character as a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Lone {
    /// As of longer words: from 31 (very common) down to 0 (never).
    pub(crate) commonness: u8,
    /// The part of its uses in which it is a word, in 255ths.
    pub(crate) share: u8,
}

/// A sign as a word.
#[inline]
pub(crate) fn of(model: &Model, id: u16) -> Lone {
    let at = usize::from(id) * ENTRY;
    match model.section(Section::Lone).get(at..at + ENTRY) {
        Some(&[commonness, share]) => Lone { commonness, share },
        _ => Lone::default(),
    }
}

/// Writes the section: an entry for each sign.
pub(crate) fn write(entries: &[Lone]) -> Vec<u8> {
    let bytes = |entry: &Lone| [entry.commonness, entry.share];
    entries.iter().flat_map(bytes).collect()
}
