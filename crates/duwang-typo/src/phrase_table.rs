//! The longer words of the dictionary by what is left of them when one character is covered: a slip leaves all the others.

use crate::random::mix;
use std::collections::HashSet;
use std::sync::LazyLock;

const WORDS: &[u8] = include_bytes!("../data/words.txt.zst");
/// Ways of writing that the dictionary does not list and that are right (data/README.md).
const ACCEPTED: &str = include_str!("../data/accepted.txt");

/// The shortest word looked for, characters.
pub(crate) const SHORTEST: usize = 3;
/// The longest.
pub(crate) const LONGEST: usize = 5;

/// How often the dictionary must have met a word: the rarer ones are accidents of its making as often as words.
fn is_common(length: usize, frequency: u32) -> bool {
    match length {
        SHORTEST => frequency >= 20,
        4..=LONGEST => frequency >= 10,
        _ => false,
    }
}

/// A word with one character covered, or none, in eight bytes (there are a million of them): the key but for its lowest bits, and in their place
/// the character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry(u64);

/// Bits of a character.
const CHARACTER: u32 = 21;

impl Entry {
    fn new(key: u64, covered: char) -> Self {
        Self(key >> CHARACTER << CHARACTER | u64::from(u32::from(covered)))
    }

    fn is_of(self, key: u64) -> bool {
        self.0 >> CHARACTER == key >> CHARACTER
    }

    fn covered(self) -> char {
        let number = (self.0 & ((1 << CHARACTER) - 1)) as u32;
        char::from_u32(number).unwrap_or_default()
    }
}

/// Entries in order, and where those begin whose keys begin with the same bits: a look touches one or two of them. A small map of bits tells
/// most that are not there.
struct Table {
    entries: Vec<Entry>,
    starts: Vec<u32>,
    map: Vec<u64>,
}

/// Words of 64 bits of the map; a power of two.
const MAP: usize = 1 << 14;

/// The place of a key in the map: a word, and a bit of it.
fn place(key: u64) -> (usize, u64) {
    let bits = key >> CHARACTER;
    ((bits >> 6) as usize % MAP, 1 << (bits % 64))
}

/// Bits that tell the beginnings apart.
const BITS: u32 = 17;

fn beginning(key: u64) -> usize {
    (key >> (u64::BITS - BITS)) as usize
}

impl Table {
    fn of(entries: Vec<Entry>) -> Self {
        let mut starts = vec![0_u32; (1 << BITS) + 1];
        for entry in &entries {
            starts[beginning(entry.0) + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut map = vec![0; MAP];
        for entry in &entries {
            let (word, bit) = place(entry.0);
            map[word] |= bit;
        }
        Self {
            entries,
            starts,
            map,
        }
    }

    #[inline]
    fn near(&self, key: u64) -> &[Entry] {
        let (word, bit) = place(key);
        if self.map.get(word).is_none_or(|bits| bits & bit == 0) {
            return &[];
        }
        let at = |n: usize| self.starts.get(n).map_or(0, |start| *start as usize);
        let first = beginning(key);
        let range = at(first)..at(first + 1);
        self.entries.get(range).unwrap_or_default()
    }
}

/// Made when it is first asked, in some 20 ms.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let text = zstd::decode_all(WORDS).unwrap_or_default();
    let text = String::from_utf8(text).unwrap_or_default();
    let accepted = ACCEPTED.split_whitespace().map(letters);
    let mut table: Vec<Entry> = text
        .lines()
        .filter_map(word)
        .flat_map(|word| (0..=word.len()).map(move |at| entry(&word, at)))
        .chain(accepted.map(|word| entry(&word, word.len())))
        .collect();
    table.sort_unstable();
    table.dedup();
    table.shrink_to_fit();
    Table::of(table)
});

static ACCEPTED_WORDS: LazyLock<HashSet<Vec<char>>> =
    LazyLock::new(|| ACCEPTED.split_whitespace().map(letters).collect());

fn letters(word: &str) -> Vec<char> {
    word.chars().collect()
}

/// The word of a line of the dictionary when it is one to look for: no name, no number.
fn word(line: &str) -> Option<Vec<char>> {
    let mut fields = line.split('\t');
    let text = fields.next().filter(|text| text.len() >= SHORTEST * 3)?;
    let frequency = fields.next()?.parse().ok()?;
    let word = letters(text);
    let is_wanted =
        fields.next().is_none() && is_common(word.len(), frequency) && !is_number(&word);
    is_wanted.then_some(word)
}

/// 第三章, 二十五年, 三十四: beside such words stand others that differ in one character.
fn is_number(word: &[char]) -> bool {
    let numerals = word.iter().filter(|c| NUMERALS.contains(**c)).count();
    word.first() == Some(&'第') || numerals + 1 >= word.len()
}

const NUMERALS: &str = "一二三四五六七八九十百千万亿几数余多零〇两";

fn entry(word: &[char], at: usize) -> Entry {
    let covered = word.get(at).copied().unwrap_or_default();
    Entry::new(key(word, at), covered)
}

/// A sum over the characters that are shown, each by its place, so that it costs little where nothing is found.
fn key(word: &[char], covered: usize) -> u64 {
    let shown = word.iter().enumerate().filter(|(at, _)| *at != covered);
    let sum = shown.fold((word.len() << 4 | covered) as u64, |sum, (at, c)| {
        sum.wrapping_add(u64::from(*c).wrapping_mul(FACTORS[at.min(LONGEST - 1)]))
    });
    mix(sum)
}

/// A factor for each place of a word.
const FACTORS: [u64; LONGEST] = [
    0x9e37_79b9_7f4a_7c15,
    0xbf58_476d_1ce4_e5b9,
    0x94d0_49bb_1331_11eb,
    0xd6e8_feb8_6659_fd93,
    0xa076_1d64_78bd_642f,
];

/// What stands in the words that are like this one but for the character at one place.
pub(crate) fn covered(word: &[char], at: usize) -> impl Iterator<Item = char> + use<> {
    let wanted = key(word, at);
    let near = TABLE.near(wanted).iter();
    near.filter(move |entry| entry.is_of(wanted))
        .map(|entry| entry.covered())
}

/// Whether a word is one of the table, or accepted.
pub(crate) fn holds(word: &[char]) -> bool {
    covered(word, word.len()).next().is_some()
}

/// Whether a word is one that may be written in more than one way.
pub(crate) fn is_accepted(word: &[char]) -> bool {
    ACCEPTED_WORDS.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(word: &str, at: usize) -> String {
        covered(&letters(word), at).collect()
    }

    #[test]
    fn a_word_is_found_by_all_characters_but_one() {
        assert_eq!(found("迫不急待", 2), "及");
        assert_eq!(found("迫不急待", 1), "");
        assert!(holds(&letters("迫不及待")));
        assert!(!holds(&letters("迫不急待")));
    }

    #[test]
    fn names_numbers_and_rare_words_are_not_looked_for() {
        for word in ["第三章", "二十五年", "三十四", "巴勒斯坦"] {
            assert!(!holds(&letters(word)), "{word}");
        }
        assert!(holds(&letters("一筹莫展")));
    }

    #[test]
    fn other_ways_of_writing_are_held() {
        assert!(holds(&letters("故步自封")));
        assert!(holds(&letters("披星带月")));
        assert!(is_accepted(&letters("披星带月")) && is_accepted(&letters("披星戴月")));
        assert!(!is_accepted(&letters("迫不及待")));
    }
}
