//! The longer words of the dictionary by what is left of them when one character is covered: a slip leaves all the others.

use crate::random::mix;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Those of the dictionary that are looked for; `dictionary.rs` tells which.
const WORDS: &str = include_str!("../data/phrases.txt");
/// Ways of writing that the dictionary does not list and that are right (data/README.md).
const ACCEPTED: &str = include_str!("../data/accepted.txt");

/// The shortest word looked for, characters.
pub(crate) const SHORTEST: usize = 3;
/// The longest.
pub(crate) const LONGEST: usize = 5;

/// A word with one character covered, or none, in eight bytes (there are eighty-five thousand of them): the key but for its lowest bits, and in their place
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
const MAP: usize = 1 << 15;

/// The place of a sum in the map: a word, and a bit of it. The factors have spread it enough.
#[inline]
fn place(sum: u64) -> (usize, u64) {
    ((sum >> 40) as usize % MAP, 1 << (sum >> 58))
}

/// Bits that tell the beginnings apart.
const BITS: u32 = 17;

fn beginning(key: u64) -> usize {
    (key >> (u64::BITS - BITS)) as usize
}

impl Table {
    /// Of the sums of words with what is covered of each, no two the same.
    fn of(words: &[(u64, char)]) -> Self {
        let entry = |(sum, covered): &(u64, char)| Entry::new(mix(*sum), *covered);
        let mut map = vec![0; MAP];
        let mut starts = vec![0_u32; (1 << BITS) + 1];
        for (sum, _) in words {
            let (word, bit) = place(*sum);
            map[word] |= bit;
            starts[beginning(mix(*sum))] += 1;
        }
        // From how many begin so to where they end; laid down from behind, each ends up at its beginning.
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let mut entries = vec![Entry(0); words.len()];
        for entry in words.iter().map(entry) {
            let start = &mut starts[beginning(entry.0)];
            *start -= 1;
            entries[*start as usize] = entry;
        }
        Self {
            entries,
            starts,
            map,
        }
    }

    /// What is covered of the words with a sum.
    #[inline]
    fn covered(&self, sum: u64) -> impl Iterator<Item = char> {
        let (key, near) = self.near(sum);
        let found = near.iter().filter(move |entry| entry.is_of(key));
        found.map(|entry| entry.covered())
    }

    /// Whether the map tells that there may be words with a sum.
    #[inline]
    fn may_have(&self, sum: u64) -> bool {
        let (word, bit) = place(sum);
        self.map.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// The key of a sum, and the entries whose keys begin like it; none where the map tells that there is none.
    #[inline]
    fn near(&self, sum: u64) -> (u64, &[Entry]) {
        match self.may_have(sum) {
            true => self.beginning_like(mix(sum)),
            false => (0, &[]),
        }
    }

    #[inline(never)]
    fn beginning_like(&self, key: u64) -> (u64, &[Entry]) {
        let at = |n: usize| self.starts.get(n).map_or(0, |start| *start as usize);
        let first = beginning(key);
        let range = at(first)..at(first + 1);
        (key, self.entries.get(range).unwrap_or_default())
    }
}

/// Made when it is first asked, in some 2 ms.
static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut sums = Vec::with_capacity(WORDS.len() / 2);
    let mut word = Vec::with_capacity(LONGEST);
    for line in WORDS.lines() {
        word.clear();
        word.extend(line.chars());
        sums.extend((0..=word.len()).map(|at| covered(&word, at)));
    }
    let accepted = ACCEPTED.split_whitespace().map(letters);
    sums.extend(accepted.map(|word| covered(&word, word.len())));
    Table::of(&sums)
});

static ACCEPTED_WORDS: LazyLock<HashSet<Vec<char>>> =
    LazyLock::new(|| ACCEPTED.split_whitespace().map(letters).collect());

fn letters(word: &str) -> Vec<char> {
    word.chars().collect()
}

/// The sum of a word with one character covered, or none, and what is covered.
fn covered(word: &[char], at: usize) -> (u64, char) {
    let sum = Sum::of(word);
    match word.get(at) {
        Some(c) => (sum.without(at, *c), *c),
        None => (sum.whole(), char::default()),
    }
}

/// A sum over the characters of a word, each by its place, so that what is left when one is covered costs little.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    len: usize,
    sum: u64,
}

impl Sum {
    fn of(word: &[char]) -> Self {
        let mut sum = Self::default();
        for c in word {
            sum = sum.with(*c);
        }
        sum
    }

    /// The sums of the beginnings of what a line has from a place on, by length; words are no longer.
    pub(crate) fn beginnings(letters: &[char]) -> [Self; LONGEST + 1] {
        let mut sums = [Self::default(); LONGEST + 1];
        for (at, c) in letters.iter().take(LONGEST).enumerate() {
            sums[at + 1] = sums[at].with(*c);
        }
        sums
    }

    fn with(self, c: char) -> Self {
        Self {
            len: self.len + 1,
            sum: self.sum.wrapping_add(share(self.len, c)),
        }
    }

    /// Nothing covered.
    #[inline]
    fn whole(self) -> u64 {
        self.told(self.sum, self.len)
    }

    #[inline]
    fn without(self, at: usize, c: char) -> u64 {
        self.told(self.sum.wrapping_sub(share(at, c)), at)
    }

    /// Tells words of other lengths and with other places covered apart.
    #[inline]
    fn told(self, sum: u64, covered: usize) -> u64 {
        let shape = (self.len << 4 | covered) as u64;
        sum.wrapping_add(shape.wrapping_mul(0xc2b2_ae3d_27d4_eb4f))
    }

    /// What stands in the words that are like this one but for the character at one place, which is `c` here.
    #[inline]
    pub(crate) fn covered(self, at: usize, c: char) -> impl Iterator<Item = char> + use<> {
        TABLE.covered(self.without(at, c))
    }

    /// Whether [`Self::covered`] may find anything; the look is cheap.
    #[inline]
    pub(crate) fn may_be_covered(self, at: usize, c: char) -> bool {
        TABLE.may_have(self.without(at, c))
    }

    /// Whether a word is one of the table, or accepted.
    #[inline]
    pub(crate) fn is_held(self) -> bool {
        TABLE.covered(self.whole()).next().is_some()
    }

    /// The same of the word with two characters in the other order, `first` of which stands at a place.
    #[inline]
    pub(crate) fn is_held_swapped(self, at: usize, first: char, second: char) -> bool {
        self.swapped(at, first, second).is_held()
    }

    /// Whether it may be; the look is cheap.
    #[inline]
    pub(crate) fn may_be_swapped(self, at: usize, first: char, second: char) -> bool {
        TABLE.may_have(self.swapped(at, first, second).whole())
    }

    #[inline]
    fn swapped(self, at: usize, first: char, second: char) -> Self {
        let apart = u64::from(second).wrapping_sub(u64::from(first));
        let change = apart.wrapping_mul(factor(at).wrapping_sub(factor(at + 1)));
        let sum = self.sum.wrapping_add(change);
        Self { sum, ..self }
    }
}

/// What a character adds at a place.
#[inline]
fn share(at: usize, c: char) -> u64 {
    u64::from(c).wrapping_mul(factor(at))
}

#[inline]
fn factor(at: usize) -> u64 {
    FACTORS[at.min(LONGEST - 1)]
}

/// A factor for each place of a word.
const FACTORS: [u64; LONGEST] = [
    0x9e37_79b9_7f4a_7c15,
    0xbf58_476d_1ce4_e5b9,
    0x94d0_49bb_1331_11eb,
    0xd6e8_feb8_6659_fd93,
    0xa076_1d64_78bd_642f,
];

/// Whether a word is one that may be written in more than one way.
pub(crate) fn is_accepted(word: &[char]) -> bool {
    ACCEPTED_WORDS.contains(word)
}

#[cfg(test)]
pub(crate) mod dictionary;

#[cfg(test)]
mod tests {
    use super::*;

    fn found(word: &str, at: usize) -> String {
        let word = letters(word);
        Sum::of(&word).covered(at, word[at]).collect()
    }

    #[test]
    fn a_word_is_found_by_all_characters_but_one() {
        assert_eq!(found("迫不急待", 2), "及");
        assert_eq!(found("迫不急待", 1), "");
        assert!(holds(&letters("迫不及待")));
        assert!(!holds(&letters("迫不急待")));
    }

    fn holds(word: &[char]) -> bool {
        Sum::of(word).is_held()
    }

    #[test]
    fn a_word_in_the_wrong_order_is_found_as_one_in_the_right() {
        let word = letters("乱七糟八");
        let sum = Sum::of(&word);
        assert!(sum.is_held_swapped(2, word[2], word[3]));
        assert!(!sum.is_held_swapped(1, word[1], word[2]));
        assert_eq!(Sum::beginnings(&word)[4].whole(), sum.whole());
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
