//! The words of a dictionary as a table of hashes with how common each is, and the cheapest way to cut a stretch into words.

use crate::alphabet::is_han_id;
use crate::format::{Model, Section};
use crate::fuse::Fuse;
use crate::lone;
use crate::pairs::perhaps_pair;
use crate::random::mix;

/// Bits of a word's commonness.
pub(crate) const PAYLOAD: u32 = 5;
/// The longest word looked up, characters.
pub(crate) const LONGEST: usize = 5;
/// Bits a character costs that is no word.
const LONE: f32 = 17.0;
/// Bits of the commonest word there could be.
const BASE: f32 = 5.0;

/// The key of a word, of two characters or more.
pub(crate) fn key(ids: &[u16]) -> u64 {
    ids.iter()
        .fold(0x776f_7264, |hash, &id| mix(hash ^ u64::from(id)))
}

/// How common a word is, as it is stored: from 31 (very) down to 0 (hardly), two steps a factor of two.
pub(crate) fn commonness(frequency: u32, all: u64) -> u32 {
    let bits = (all as f64 / f64::from(frequency.max(1))).log2();
    (31.0 - (bits - f64::from(BASE)) * 1.4)
        .round()
        .clamp(0.0, 31.0) as u32
}

/// Bits that a word costs.
fn bits(commonness: u32) -> f32 {
    BASE + (31 - commonness) as f32 / 1.4
}

/// Bits that a sign costs that is cut off as a word of its own.
fn lone(model: &Model, id: u16) -> f32 {
    match is_han_id(id) {
        true => bits(u32::from(lone::of(model, id).commonness)).min(LONE),
        false => 0.0,
    }
}

/// Looks words up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Words(Fuse);

impl Words {
    pub(crate) fn open(model: &Model) -> Option<Self> {
        Fuse::open(model.section(Section::Words)).map(Self)
    }

    /// How common a word is, 0 to 31; `None` when it is not in the dictionary, or so rare that its characters are never seen together:
    /// the map of pairs tells nearly all that is no word at a fraction of the cost.
    #[inline]
    pub(crate) fn commonness(self, model: &Model, ids: &[u16]) -> Option<u32> {
        let map = model.section(Section::Pairs);
        let mut pairs = ids.iter().zip(ids.get(1..)?);
        if !pairs.all(|(a, b)| perhaps_pair(map, *a, *b)) {
            return None;
        }
        self.0.get(model.section(Section::Words), key(ids))
    }

    /// Marks the signs of a line that stand in words of two or three characters.
    pub(crate) fn mark(self, model: &Model, ids: &[u16], marks: &mut Vec<bool>) {
        marks.clear();
        marks.resize(ids.len(), false);
        for from in 0..ids.len() {
            let held = (2..=3).filter_map(|len| ids.get(from..from + len));
            let mut held = held.take_while(|word| word.iter().all(|id| is_han_id(*id)));
            let word = held.find(|word| self.commonness(model, word).is_some());
            let len = word.map_or(0, <[u16]>::len);
            marks[from..from + len].fill(true);
        }
    }

    /// The longest word that covers a place, and how common it is.
    pub(crate) fn longest_over(self, model: &Model, ids: &[u16], at: usize) -> (usize, u32) {
        for len in (2..=LONGEST).rev() {
            let first = (at + 1).saturating_sub(len);
            let found = (first..=at)
                .filter_map(|from| ids.get(from..from + len))
                .filter(|word| word.iter().all(|id| is_han_id(*id)))
                .filter_map(|word| self.commonness(model, word))
                .max();
            if let Some(commonness) = found {
                return (len, commonness);
            }
        }
        (1, 0)
    }

    /// The cheapest cut of a stretch into words, of one character too: its bits, and the words as ranges of signs, last first.
    pub(crate) fn cuts(self, model: &Model, ids: &[u16]) -> (f32, Vec<(usize, usize)>) {
        let mut best = vec![(0.0, 0); ids.len() + 1];
        self.weigh(model, ids, &mut best);
        let ends = std::iter::successors(Some(ids.len()), |end| Some(best[*end].1));
        let ends = ends.take_while(|end| *end > 0);
        let words = ends.map(|end| (best[end].1, end)).collect();
        (best[ids.len()].0, words)
    }

    /// Its bits alone, of a short stretch.
    pub(crate) fn cut(self, model: &Model, ids: &[u16]) -> f32 {
        let mut best = [(0.0, 0); 24];
        let len = ids.len().min(best.len() - 1);
        self.weigh(model, &ids[..len], &mut best);
        best[len].0
    }

    /// Fills in what the cheapest cut up to each sign costs, and where its last word begins.
    fn weigh(self, model: &Model, ids: &[u16], best: &mut [(f32, usize)]) {
        for end in 1..=ids.len() {
            best[end] = (best[end - 1].0 + lone(model, ids[end - 1]), end - 1);
            for size in 2..=LONGEST.min(end) {
                let from = end - size;
                if let Some(commonness) = self.commonness(model, &ids[from..end]) {
                    let cost = best[from].0 + bits(commonness);
                    if cost < best[end].0 {
                        best[end] = (cost, from);
                    }
                }
            }
        }
    }
}
