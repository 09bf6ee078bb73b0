//! Interpolated modified Kneser–Ney (Chen and Goodman 1998), pruned by count and by how little a longer n-gram adds.

use super::count::{Counts, beginning, ending, unpack};
use crate::alphabet::EDGE;
use crate::cost::{BACKOFF_BITS, BACKOFF_STEPS, COST_BITS, COST_STEPS};
use crate::fuse;
use crate::ngram::{ORDER, key};

/// What is left out.
#[derive(Debug, Clone)]
pub struct Pruning {
    /// Least count for each order from 2 up.
    pub least: [u32; ORDER - 1],
    /// An n-gram of order 3 and up stays only when it changes the cost by so many bits, weighed by its count:
    /// `count × |bits| ≥ worth`.
    pub worth: [f32; ORDER - 1],
}

impl Default for Pruning {
    fn default() -> Self {
        Self {
            least: [2, 2, 2, 3],
            worth: [0.0, 1.96, 3.5, 6.2],
        }
    }
}

/// The finished tables.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) unigrams: Vec<u8>,
    /// Orders 2 to 5.
    pub(crate) tables: [Vec<u8>; ORDER - 1],
    /// How many n-grams each order kept.
    pub(crate) kept: [usize; ORDER],
}

/// One order while it is estimated.
struct Level {
    counts: Counts,
    /// Counts for the estimate: how many signs stand before it, but for the longest order and after an edge.
    adjusted: Vec<u32>,
    keep: Vec<bool>,
    cost: Vec<f32>,
    backoff: Vec<f32>,
}

/// Estimates all orders; `counts` from order 1 to [`ORDER`].
pub(crate) fn estimate(counts: Vec<Counts>, size: usize, pruning: &Pruning) -> Tables {
    let mut levels: Vec<Level> = counts.into_iter().map(Level::new).collect();
    for n in 0..levels.len().saturating_sub(1) {
        let (low, high) = levels.split_at_mut(n + 1);
        low[n].adjust(&high[0].counts);
    }
    let floor = unigram_costs(&mut levels[0], size);
    for n in 1..levels.len() {
        let (low, high) = levels.split_at_mut(n);
        high[0].costs(&low[n - 1], pruning, n);
    }
    close(&mut levels);
    backoffs(&mut levels);
    write(&levels, size, floor)
}

impl Level {
    fn new(counts: Counts) -> Self {
        let len = counts.keys.len();
        Self {
            adjusted: counts.counts.clone(),
            keep: vec![true; len],
            cost: vec![0.0; len],
            backoff: vec![0.0; len],
            counts,
        }
    }

    /// Puts in place of counts how many different signs stand before.
    fn adjust(&mut self, longer: &Counts) {
        let mut endings: Vec<u128> = longer
            .keys
            .iter()
            .map(|key| ending(*key, longer.order))
            .collect();
        endings.sort_unstable();
        let mut before = vec![0_u32; self.counts.keys.len()];
        let mut rest = endings.as_slice();
        for (at, key) in self.counts.keys.iter().enumerate() {
            rest = &rest[rest.iter().take_while(|e| *e < key).count()..];
            let same = rest.iter().take_while(|e| *e == key).count();
            before[at] = same as u32;
            rest = &rest[same..];
        }
        let edge = 16 * (self.counts.order as u32 - 1);
        for (at, key) in self.counts.keys.iter().enumerate() {
            let starts_line = (key >> edge) as u16 == EDGE && self.counts.order > 1;
            if !starts_line && before[at] > 0 {
                self.adjusted[at] = before[at];
            }
        }
    }

    fn discounts(&self) -> [f64; 4] {
        let mut of = [0_f64; 5];
        for &count in &self.adjusted {
            if let 1..=4 = count {
                of[count as usize] += 1.0;
            }
        }
        let y = of[1] / (of[1] + 2.0 * of[2]).max(1.0);
        let discount = |n: usize| {
            let next = of[n + 1] / of[n].max(1.0);
            (n as f64 - (n as f64 + 1.0) * y * next).clamp(0.05, n as f64 - 0.05)
        };
        [0.0, discount(1), discount(2), discount(3)]
    }

    /// Costs of this order, and what is worth keeping.
    fn costs(&mut self, lower: &Level, pruning: &Pruning, n: usize) {
        let discounts = self.discounts();
        for group in groups(&self.counts.keys) {
            let adjusted = &self.adjusted[group.clone()];
            let total: f64 = adjusted.iter().map(|&c| f64::from(c)).sum();
            let freed: f64 = adjusted.iter().map(|&c| discounts[c.min(3) as usize]).sum();
            for at in group {
                if self.counts.counts[at] < pruning.least[n - 1] {
                    self.keep[at] = false; // nothing longer can be kept either, so its cost is never asked
                    continue;
                }
                let count = f64::from(self.adjusted[at]);
                let key = self.counts.keys[at];
                let shorter = lower.counts.find(ending(key, n + 1));
                let low = shorter.map_or(1e-7, |s| f64::from(-lower.cost[s]).exp2());
                let own = (count - discounts[self.adjusted[at].min(3) as usize]) / total;
                let p = own + freed / total * low;
                self.cost[at] = -p.log2() as f32;
                let without = -(freed / total * low).log2();
                let gain = (without + p.log2()).abs() as f32 * self.counts.counts[at] as f32;
                self.keep[at] = gain >= pruning.worth[n - 1];
            }
        }
    }
}

/// Runs of n-grams with the same beginning.
fn groups(keys: &[u128]) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let first = beginning(*keys.get(from)?);
        let len = keys[from..]
            .iter()
            .take_while(|k| beginning(**k) == first)
            .count();
        let group = from..from + len;
        from += len;
        Some(group)
    })
}

/// Costs of single signs; what is left for signs never seen.
fn unigram_costs(level: &mut Level, size: usize) -> f32 {
    let discounts = level.discounts();
    let total: f64 = level.adjusted.iter().map(|&c| f64::from(c)).sum();
    let freed: f64 = level
        .adjusted
        .iter()
        .map(|&c| discounts[c.min(3) as usize])
        .sum();
    let base = freed.max(1.0) / total / size as f64;
    for at in 0..level.adjusted.len() {
        let own = f64::from(level.adjusted[at]) - discounts[level.adjusted[at].min(3) as usize];
        level.cost[at] = -(own / total + base).log2() as f32;
    }
    -base.log2() as f32
}

/// What is kept keeps its shorter endings and beginnings.
fn close(levels: &mut [Level]) {
    for n in (1..levels.len()).rev() {
        let (low, high) = levels.split_at_mut(n);
        let (lower, level) = (&mut low[n - 1], &high[0]);
        for (at, &key) in level.counts.keys.iter().enumerate() {
            if !level.keep[at] {
                continue;
            }
            for part in [ending(key, n + 1), beginning(key)] {
                if let Some(at) = lower.counts.find(part) {
                    lower.keep[at] = true;
                }
            }
        }
    }
}

/// What leaving a context costs, now that it is known what is kept.
fn backoffs(levels: &mut [Level]) {
    for n in 1..levels.len() {
        let (low, high) = levels.split_at_mut(n);
        let (lower, level) = (&mut low[n - 1], &high[0]);
        for group in groups(&level.counts.keys) {
            let Some(context) = lower.counts.find(beginning(level.counts.keys[group.start])) else {
                continue;
            };
            let (mut kept, mut kept_lower) = (0.0, 0.0);
            for at in group.filter(|at| level.keep[*at]) {
                kept += f64::from(-level.cost[at]).exp2();
                if let Some(s) = lower.counts.find(ending(level.counts.keys[at], n + 1)) {
                    kept_lower += f64::from(-lower.cost[s]).exp2();
                }
            }
            let left = (1.0 - kept).max(1e-3) / (1.0 - kept_lower).max(1e-3);
            lower.backoff[context] = -left.log2() as f32;
        }
    }
}

fn write(levels: &[Level], size: usize, floor: f32) -> Tables {
    let mut unigrams = (size as u32).to_le_bytes().to_vec();
    let mut values = vec![[cost_code(floor, u8::MAX.into()) as u8, 0]; size];
    for (at, &id) in levels[0].counts.keys.iter().enumerate() {
        values[id as usize] = [
            cost_code(levels[0].cost[at], u8::MAX.into()) as u8,
            backoff_code(levels[0].backoff[at], u8::MAX.into()) as u8,
        ];
    }
    unigrams.extend(values.iter().flatten());
    let table = |n: usize| {
        let level = &levels[n - 1];
        let longest = n == ORDER;
        let mut entries = Vec::new();
        for (at, &packed) in level.counts.keys.iter().enumerate() {
            if !level.keep[at] {
                continue;
            }
            let mut ids = [0; ORDER];
            unpack(packed, n, &mut ids);
            let cost = cost_code(level.cost[at], (1 << COST_BITS) - 1);
            let backoff = backoff_code(level.backoff[at], (1 << BACKOFF_BITS) - 1);
            let value = if longest {
                cost
            } else {
                cost << BACKOFF_BITS | backoff
            };
            entries.push((key(&ids[..n]), value));
        }
        let section = match longest {
            true => fuse::build(&entries, 2, COST_BITS),
            false => fuse::build(&entries, 3, COST_BITS + BACKOFF_BITS),
        };
        (section, entries.len())
    };
    let (two, three, four, five) = (table(2), table(3), table(4), table(5));
    Tables {
        kept: [levels[0].counts.keys.len(), two.1, three.1, four.1, five.1],
        tables: [two.0, three.0, four.0, five.0],
        unigrams,
    }
}

fn cost_code(cost: f32, most: u32) -> u32 {
    ((cost * COST_STEPS).round().max(0.0) as u32).min(most)
}

fn backoff_code(backoff: f32, most: u32) -> u32 {
    ((backoff * BACKOFF_STEPS).round().max(0.0) as u32).min(most)
}
