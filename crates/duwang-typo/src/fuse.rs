//! A table from keys to small numbers that does not store the keys: each number is the exclusive or of three cells, and part of it
//! is a fingerprint that tells strangers apart. About 1.13 cells a key, three looks a question.
//!
//! After Graf and Lemire, "Binary Fuse Filters" (2022), with values in place of bare fingerprints.

use crate::bytes::{u32_at, u64_at};
use crate::random::mix;

/// What [`Fuse::get_all`] gives for a stranger; no payload is so long.
pub(crate) const MISSING: u32 = u32::MAX;

/// Bytes before the cells: seed, segment length, segment count, cell width, payload bits.
const HEADER: usize = 24;

/// The shape of a table; the cells stay where they are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fuse {
    shape: Shape,
    /// Bytes of a cell: 2 or 3.
    width: u8,
    /// Bits of a value that are the payload; the rest is fingerprint.
    payload: u32,
    /// All the bits of a payload, and of a fingerprint.
    number: u32,
    told: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    seed: u64,
    segment: u32,
    /// Number of slots a first look may fall on.
    reach: u32,
}

impl Shape {
    fn for_keys(keys: usize, seed: u64) -> Self {
        let n = (keys.max(2)) as f64;
        let exponent = (n.ln() / 3.33_f64.ln() + 2.25).floor().clamp(2.0, 18.0);
        let segment = 1_u32 << exponent as u32;
        let factor = (0.875 + 0.25 * 1e6_f64.ln() / n.ln()).max(1.125);
        let slots = (n * factor).ceil() as u32;
        let segments = slots.div_ceil(segment).saturating_sub(2).max(1);
        Self {
            seed,
            segment,
            reach: segments * segment,
        }
    }

    fn slots(self) -> usize {
        self.reach as usize + 2 * self.segment as usize
    }

    #[inline]
    fn places(self, hash: u64) -> [u32; 3] {
        let mask = self.segment - 1;
        let first = (((hash >> 32) * u64::from(self.reach)) >> 32) as u32;
        let second = (first + self.segment) ^ ((hash >> 18) as u32 & mask);
        let third = (first + 2 * self.segment) ^ (hash as u32 & mask);
        [first, second, third]
    }
}

/// Spreads a key over all bits: less thoroughly than [`mix`], in half the time.
#[inline]
fn hash_of(key: u64, seed: u64) -> u64 {
    let hash = (key ^ seed).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ hash >> 32).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ hash >> 29
}

/// The fingerprint takes bits that the places hardly use.
#[inline]
fn fingerprint(hash: u64) -> u32 {
    (hash >> 32) as u32
}

impl Fuse {
    /// Reads the shape of a table; `None` when the bytes cannot be one.
    pub(crate) fn open(section: &[u8]) -> Option<Self> {
        let shape = Shape {
            seed: u64_at(section, 0),
            segment: u32_at(section, 8),
            reach: u32_at(section, 12),
        };
        let width = u8::try_from(u32_at(section, 16)).ok()?;
        let payload = u32_at(section, 20);
        let sound = shape.segment.is_power_of_two()
            && shape.segment <= 1 << 18
            && shape.reach <= 1 << 28
            && matches!(width, 2 | 3)
            && payload < u32::from(width) * 8
            && section.len()
                == HEADER + shape.slots() * usize::from(width) + WORD - usize::from(width);
        sound.then(|| Self {
            shape,
            width,
            payload,
            number: (1 << payload) - 1,
            told: (1 << (u32::from(width) * 8 - payload)) - 1,
        })
    }

    /// The numbers of many keys, [`MISSING`] for strangers. The looks do not wait for each other, so that many are under way at a time.
    pub(crate) fn get_all(&self, section: &[u8], keys: &[u64], into: &mut Vec<u32>) {
        let table = *self;
        let cells = section.get(HEADER..).unwrap_or_default();
        into.clear();
        into.extend(keys.iter().map(|key| {
            let (value, is_there) = table.look(cells, *key);
            if is_there { value } else { MISSING }
        }));
    }

    /// The number of a key; a stranger passes once in 2^(fingerprint bits).
    #[inline]
    pub(crate) fn get(&self, section: &[u8], key: u64) -> Option<u32> {
        let cells = section.get(HEADER..).unwrap_or_default();
        let (value, is_there) = self.look(cells, key);
        is_there.then_some(value)
    }

    /// The number of a key and whether the key is there. What is read does not hang on a condition, so that looks one after another are under way
    /// together.
    #[inline(always)]
    fn look(&self, cells: &[u8], key: u64) -> (u32, bool) {
        let hash = hash_of(key, self.shape.seed);
        let [first, second, third] = self.shape.places(hash);
        let cell = |place: u32| cell(cells, u64::from(place) * u64::from(self.width));
        let value = cell(first) ^ cell(second) ^ cell(third);
        let told = fingerprint(hash) ^ value >> self.payload;
        (value & self.number, told & self.told == 0)
    }
}

/// Bytes read for a cell, what stands behind it with it; behind the last stand as many blank ones.
const WORD: usize = 4;

/// A cell with whatever stands behind it.
#[inline(always)]
fn cell(cells: &[u8], at: u64) -> u32 {
    let at = at as usize;
    let four = cells.get(at..at + WORD);
    let four = four.and_then(<[u8]>::first_chunk).copied();
    u32::from_le_bytes(four.unwrap_or_default())
}

/// Builds the section of a table; keys must differ from each other. Deterministic.
pub(crate) fn build(entries: &[(u64, u32)], width: usize, payload: u32) -> Vec<u8> {
    let mut seed = 0x5eed;
    loop {
        let shape = Shape::for_keys(entries.len(), seed);
        if let Some(order) = peel(entries, shape) {
            return lay(entries, shape, &order, width, payload);
        }
        seed = mix(seed);
    }
}

/// An order in which every key has a slot of its own when its turn comes, last first; `None` when there is none.
fn peel(entries: &[(u64, u32)], shape: Shape) -> Option<Vec<(u32, u32)>> {
    let mut load = vec![0_u32; shape.slots()];
    let mut sum = vec![0_u32; shape.slots()];
    let places: Vec<[usize; 3]> = entries
        .iter()
        .map(|(key, _)| {
            shape
                .places(hash_of(*key, shape.seed))
                .map(|place| place as usize)
        })
        .collect();
    for (index, places) in places.iter().enumerate() {
        for &place in places {
            load[place] += 1;
            sum[place] ^= index as u32;
        }
    }
    let mut alone: Vec<u32> = (0..load.len() as u32)
        .filter(|&s| load[s as usize] == 1)
        .collect();
    let mut order = Vec::with_capacity(entries.len());
    while let Some(slot) = alone.pop() {
        if load[slot as usize] != 1 {
            continue;
        }
        let index = sum[slot as usize];
        order.push((index, slot));
        for &place in &places[index as usize] {
            load[place] -= 1;
            sum[place] ^= index;
            if load[place] == 1 {
                alone.push(place as u32);
            }
        }
    }
    (order.len() == entries.len()).then_some(order)
}

fn lay(
    entries: &[(u64, u32)],
    shape: Shape,
    order: &[(u32, u32)],
    width: usize,
    payload: u32,
) -> Vec<u8> {
    let mut cells = vec![0_u32; shape.slots()];
    let bits = width as u32 * 8 - payload;
    for &(index, slot) in order.iter().rev() {
        let (key, number) = entries[index as usize];
        let hash = hash_of(key, shape.seed);
        let told = fingerprint(hash) & ((1 << bits) - 1);
        let mut value = told << payload | number & ((1 << payload) - 1);
        for place in shape.places(hash) {
            if place != slot {
                value ^= cells[place as usize];
            }
        }
        cells[slot as usize] = value;
    }
    let mut section = Vec::with_capacity(HEADER + cells.len() * width);
    section.extend(shape.seed.to_le_bytes());
    section.extend(shape.segment.to_le_bytes());
    section.extend(shape.reach.to_le_bytes());
    section.extend((width as u32).to_le_bytes());
    section.extend(payload.to_le_bytes());
    for cell in cells {
        section.extend(&cell.to_le_bytes()[..width]);
    }
    section.extend(&[0; WORD][width..]);
    section
}

#[cfg(test)]
#[allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]
mod tests {
    use super::*;

    #[test]
    fn every_key_finds_its_number_and_strangers_seldom_do() {
        for count in [0_usize, 1, 2, 7, 100, 50_000] {
            let entries: Vec<(u64, u32)> = (0..count as u64)
                .map(|k| (mix(k), (k % 4096) as u32))
                .collect();
            let section = build(&entries, 3, 12);
            let fuse = Fuse::open(&section).expect("a table just built opens");
            for (key, number) in &entries {
                assert_eq!(fuse.get(&section, *key), Some(*number));
            }
            let strangers = (0..40_960_u64)
                .filter(|k| fuse.get(&section, mix(k + (1 << 40))).is_some())
                .count();
            assert!(strangers < 40, "{strangers} strangers of 40960 passed");
        }
    }

    #[test]
    fn many_looks_say_the_same_as_single_ones() {
        for (width, payload) in [(2, 5), (3, 12)] {
            let entries: Vec<(u64, u32)> = (0..3000_u64).map(|k| (mix(k), k as u32 % 32)).collect();
            let section = build(&entries, width, payload);
            let fuse = Fuse::open(&section).expect("a table just built opens");
            let keys: Vec<u64> = (0..9000).map(mix).collect();
            let mut found = vec![7];
            fuse.get_all(&section, &keys, &mut found);
            let singly = keys.iter().map(|key| fuse.get(&section, *key));
            assert!(
                found
                    .iter()
                    .copied()
                    .eq(singly.map(|one| one.unwrap_or(MISSING)))
            );
        }
    }

    #[test]
    fn what_is_not_a_table_does_not_open() {
        let section = build(&[(1, 2), (3, 4)], 2, 7);
        assert!(Fuse::open(&section[..section.len() - 1]).is_none());
        assert!(Fuse::open(&[]).is_none());
        assert!(Fuse::open(&[0xff; 64]).is_none());
    }
}
