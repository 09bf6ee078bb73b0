//! Looking for any of a handful of words in short lines, many times a page.

/// A fixed set of words. Most positions of a line are ruled out by their first characters, without comparing words.
pub(crate) struct Words {
    list: &'static [&'static str],
    firsts: Characters,
}

impl Words {
    pub(crate) const fn new(list: &'static [&'static str]) -> Self {
        let mut firsts = Characters::NONE;
        let mut i = 0;
        while i < list.len() {
            firsts = firsts.with(list[i].as_bytes(), 0);
            i += 1;
        }
        Self { list, firsts }
    }

    /// Whether one of the words is in the text.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.find_from(text, 0).is_some()
    }

    /// The first place at or after `from` where a word stands; the first of the list wins at one place.
    pub(crate) fn find_from(&self, text: &str, from: usize) -> Option<(usize, &'static str)> {
        let bytes = text.as_bytes();
        let mut at = from;
        while at < bytes.len() {
            if self.firsts.has(bytes, at) {
                let here = &bytes[at..];
                if let Some(word) = self.list.iter().find(|w| here.starts_with(w.as_bytes())) {
                    return Some((at, word));
                }
            }
            at += width(bytes[at]);
        }
        None
    }
}

/// Bytes of the character that begins with this one.
const fn width(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

/// Some characters, nearly: one not among them passes now and then. A title is asked for hundreds of words, and hardly any of them begins with
/// one of its characters.
#[derive(Clone, Copy)]
pub(crate) struct Characters([u64; 4]);

impl Characters {
    const NONE: Self = Self([0; 4]);

    /// Those of a text.
    pub(crate) fn of(text: &str) -> Self {
        let each = text.char_indices();
        each.fold(Self::NONE, |seen, (at, _)| seen.with(text.as_bytes(), at))
    }

    /// Whether a word may stand in the text.
    pub(crate) fn may_hold(&self, word: &str) -> bool {
        word.is_empty() || self.has(word.as_bytes(), 0)
    }

    /// And the one at a place.
    const fn with(mut self, bytes: &[u8], at: usize) -> Self {
        let bit = first_character(bytes, at);
        self.0[(bit >> 6) as usize] |= 1 << (bit & 63);
        self
    }

    /// Whether the one at a place is among them.
    fn has(&self, bytes: &[u8], at: usize) -> bool {
        let bit = first_character(bytes, at);
        self.0[usize::from(bit >> 6)] >> (bit & 63) & 1 != 0
    }
}

/// Eight bits of the character at a place.
const fn first_character(bytes: &[u8], at: usize) -> u8 {
    if bytes[at] >= 0xe0 && at + 2 < bytes.len() {
        bytes[at + 1].wrapping_mul(61) ^ bytes[at + 2]
    } else {
        bytes[at]
    }
}

/// Whether a short text holds a word: for a title and a few hundred words, preparing a search costs more than comparing.
pub(crate) fn holds(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let Some(last) = word.last() else {
        return true;
    };
    // Characters of one script begin alike; their last bytes differ.
    text.windows(word.len())
        .any(|here| here.last() == Some(last) && here == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SOME: Words = Words::new(&["来源：", "发布时间", "ICP备", "来"]);

    #[test]
    fn places() {
        assert_eq!(SOME.find_from("的来源：", 0), Some((3, "来源：")));
        assert_eq!(SOME.find_from("来自", 0), Some((0, "来")));
        assert_eq!(SOME.find_from("闽ICP备1号", 0), Some((3, "ICP备")));
        assert_eq!(SOME.find_from("", 0), None);
    }

    proptest! {
        #[test]
        fn finds_what_contains_finds(text in "[来源：发布时间ICP备a ]{0,20}") {
            prop_assert_eq!(SOME.is_in(&text), SOME.list.iter().any(|w| text.contains(w)));
        }

        #[test]
        fn what_stands_in_a_text_may_stand_there(text in "[来源：发布a ]{0,12}", word in "[来源：发布a]{0,3}") {
            prop_assert!(!text.contains(&word) || Characters::of(&text).may_hold(&word));
        }

        #[test]
        fn holds_what_contains_holds(text in "[来源：发布]{0,12}", word in "[来源：发布]{0,3}") {
            prop_assert_eq!(holds(&text, &word), text.contains(&word));
        }
    }
}
