//! What may stand for what: by sound, by shape, and two-character words that sound alike.

use crate::bytes::{u16_at, u32_at};
use crate::format::{Model, Section};
use crate::random::mix;
use std::sync::Arc;

/// How two characters are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub(crate) struct Likeness {
    /// 0 not at all, 1 nearly, 2 but for the tone, 3 the same.
    pub(crate) sound: u8,
    /// 0 not at all, 1 somewhat, 2 much.
    pub(crate) shape: u8,
    /// Told apart only where what is written is no word.
    pub(crate) in_words: bool,
}

impl Likeness {
    pub(crate) fn code(self) -> u8 {
        self.sound | self.shape << 2 | u8::from(self.in_words) << 4
    }

    pub(crate) fn of_code(code: u8) -> Self {
        Self {
            sound: code & 3,
            shape: code >> 2 & 3,
            in_words: code >> 4 & 1 == 1,
        }
    }
}

/// How many codes there are.
pub(crate) const CODES: usize = 32;

/// Bytes of an entry: number and likeness.
const ENTRY: usize = 3;

/// The characters that may have been meant in place of another.
pub(crate) fn alternatives(model: &Model, id: u16) -> impl Iterator<Item = (u16, Likeness)> + '_ {
    codes(model, id).map(|(other, code)| (other, Likeness::of_code(code)))
}

/// The same with the likeness as it is stored.
#[inline]
pub(crate) fn codes(model: &Model, id: u16) -> impl ExactSizeIterator<Item = (u16, u8)> + '_ {
    let section = model.section(Section::Confusion);
    let size = u32_at(section, 0) as usize;
    let at = |n: usize| u32_at(section, 4 + n * 4) as usize;
    let (from, to) = match usize::from(id) < size {
        true => (at(usize::from(id)), at(usize::from(id) + 1)),
        false => (0, 0),
    };
    let start = 4 + (size + 1) * 4;
    let entries = section
        .get(start + from * ENTRY..start + to * ENTRY)
        .unwrap_or_default();
    let entries: &[[u8; ENTRY]] = entries.as_chunks().0;
    let entry = |[low, high, code]: &[u8; ENTRY]| (u16::from_le_bytes([*low, *high]), *code);
    entries.iter().map(entry)
}

/// Writes the section of alternatives; `lists[id]` for every number.
pub(crate) fn write(lists: &[Vec<(u16, Likeness)>]) -> Vec<u8> {
    let mut section = (lists.len() as u32).to_le_bytes().to_vec();
    let mut at = 0_u32;
    section.extend(at.to_le_bytes());
    for list in lists {
        at += list.len() as u32;
        section.extend(at.to_le_bytes());
    }
    for (id, likeness) in lists.iter().flatten() {
        section.extend(id.to_le_bytes());
        section.push(likeness.code());
    }
    section
}

/// A two-character word and its number among those that sound alike: `[first, second]`.
pub(crate) type Pair = [u16; 2];

/// Words of the same sound as a pair that is itself a word. Groups stand one after another; a small hash finds the group.
pub(crate) fn homophones(model: &Model, pair: Pair) -> impl Iterator<Item = (Pair, Likeness)> + '_ {
    let section = model.section(Section::Homophones);
    let count = u32_at(section, 0) as usize;
    let word = move |n: usize| {
        let at = 4 + n * WORD;
        (
            u32_at(section, at),
            [u16_at(section, at + 4), u16_at(section, at + 6)],
        )
    };
    let wanted = pair_hash(pair);
    let low = first_at_least(count, wanted, |n| word(n).0);
    (low..count)
        .map(word)
        .take_while(move |(hash, _)| *hash == wanted)
        .map(|(_, [first, second])| {
            let likeness = Likeness {
                sound: if second & BLURRED == 0 { 2 } else { 1 },
                ..Likeness::default()
            };
            ([first, second & !BLURRED], likeness)
        })
}

/// Which pairs have words of the same sound, as a map of their hashes: hardly any pair of a line has, and the map is small enough to stay near
/// the processor.
#[derive(Debug, Clone)]
pub(crate) struct Written(Arc<[u64]>);

/// Words of 64 bits of the map; a power of two.
const MAP: usize = 1 << 13;

impl Written {
    pub(crate) fn of(model: &Model) -> Self {
        let section = model.section(Section::Homophones);
        let mut map = vec![0; MAP];
        for n in 0..u32_at(section, 0) as usize {
            let Some(entry) = section.get(4 + n * WORD..) else {
                break;
            };
            let (word, bit) = place(u32_at(entry, 0));
            map[word] |= bit;
        }
        Self(map.into())
    }

    /// False where [`homophones`] finds none.
    #[inline]
    pub(crate) fn may_have(&self, pair: Pair) -> bool {
        let (word, bit) = place(pair_hash(pair));
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }
}

/// The place of a hash in the map: a word, and a bit of it.
#[inline]
fn place(hash: u32) -> (usize, u64) {
    ((hash >> 6) as usize % MAP, 1 << (hash % 64))
}

/// The first of `count` ascending numbers that is not below `wanted`. They are hashes, spread evenly, so the look begins where the wanted one
/// should lie and widens from there: a few places near each other instead of places all over the table.
fn first_at_least(count: usize, wanted: u32, number: impl Fn(usize) -> u32) -> usize {
    let guess = ((u64::from(wanted) * count as u64) >> 32) as usize;
    let is_below = |n: usize| number(n) < wanted;
    let mut reach = 16;
    let mut low = guess.saturating_sub(reach);
    while low > 0 && !is_below(low - 1) {
        reach *= 4;
        low = low.saturating_sub(reach);
    }
    reach = 16;
    let mut high = (guess + reach).min(count);
    while high < count && is_below(high) {
        reach *= 4;
        high = (high + reach).min(count);
    }
    while low < high {
        let middle = (low + high) / 2;
        if is_below(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// Set in the second number of a pair that only nearly sounds the same.
const BLURRED: u16 = 1 << 15;

/// Bytes of an entry: hash of the written pair, the pair that may have been meant.
const WORD: usize = 8;

fn pair_hash(pair: Pair) -> u32 {
    (mix(u64::from(pair[0]) << 16 | u64::from(pair[1])) >> 32) as u32
}

/// Writes the section of homophones: for each written pair those that may have been meant, and whether they sound only nearly the same.
pub(crate) fn write_homophones(entries: &[(Pair, Pair, bool)]) -> Vec<u8> {
    let mut hashed: Vec<(u32, Pair)> = entries
        .iter()
        .map(|(written, [first, second], is_blurred)| {
            let mark = if *is_blurred { BLURRED } else { 0 };
            (pair_hash(*written), [*first, second | mark])
        })
        .collect();
    hashed.sort_unstable();
    hashed.dedup();
    let mut section = (hashed.len() as u32).to_le_bytes().to_vec();
    for (hash, pair) in hashed {
        section.extend(hash.to_le_bytes());
        section.extend(pair.iter().flat_map(|id| id.to_le_bytes()));
    }
    section
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_wherever_it_lies() {
        let even: Vec<u32> = (0..1000).map(|n| n * 4_294_967).collect();
        let crowded: Vec<u32> = (0..1000).map(|n| n / 3).collect();
        for numbers in [even, crowded, vec![7], Vec::new()] {
            let look = |wanted| first_at_least(numbers.len(), wanted, |n| numbers[n]);
            for wanted in numbers.iter().copied().chain([0, 8, 333, u32::MAX]) {
                assert_eq!(look(wanted), numbers.partition_point(|n| *n < wanted));
            }
        }
    }
}
