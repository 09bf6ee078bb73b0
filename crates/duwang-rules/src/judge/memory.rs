//! What is remembered of lines that were looked at before: the pages of a site share their menus, side columns and footers, and what stands
//! in a line does not depend on the page around it. Shared by all threads, bounded, and never a reason to say something else: a line
//! that was forgotten is looked at again.

use foldhash::quality::RandomState;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

/// Numbers kept by a [`Known`], 8 bytes each.
const NUMBERS: usize = 1 << 15;
/// Parts of a [`Recall`] that are locked by themselves.
const SHARDS: usize = 32;
/// Values of a shard may have so many bytes before all of them are forgotten: what the site shares is soon learned again.
const SHARD_BYTES: usize = 48 << 10;

/// A set of things by their numbers; a later one takes the place of an earlier one.
pub(crate) struct Known {
    hasher: RandomState,
    slots: Box<[AtomicU64]>,
}

impl Known {
    /// The number of a thing, in this set.
    pub(crate) fn number(&self, thing: impl Hash) -> u64 {
        self.hasher.hash_one(thing).max(1) // 0 is an empty slot
    }

    /// Whether a thing of this number was added.
    pub(crate) fn has(&self, number: u64) -> bool {
        self.slot(number).load(Ordering::Relaxed) == number
    }

    /// Adds a thing by its number.
    pub(crate) fn add(&self, number: u64) {
        self.slot(number).store(number, Ordering::Relaxed);
    }

    fn slot(&self, number: u64) -> &AtomicU64 {
        &self.slots[(number >> 32) as usize % NUMBERS]
    }
}

impl Default for Known {
    fn default() -> Self {
        Self {
            hasher: RandomState::default(),
            slots: (0..NUMBERS).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

/// What was made of lines. A line is remembered once it comes again: most of what is written comes once.
pub(crate) struct Recall<V> {
    once: Known,
    shards: Vec<RwLock<Shard<V>>>,
}

struct Shard<V> {
    values: HashMap<u64, V, foldhash::fast::FixedState>,
    bytes: usize,
}

impl<V> Default for Recall<V> {
    fn default() -> Self {
        let shard = || Shard {
            values: HashMap::default(),
            bytes: 0,
        };
        Self {
            once: Known::default(),
            shards: (0..SHARDS).map(|_| RwLock::new(shard())).collect(),
        }
    }
}

impl<V> Recall<V> {
    /// Shows what a line gave, made again when it is not known any more. `bytes`: how much room a value takes.
    pub(crate) fn of(
        &self,
        line: &str,
        make: impl FnOnce() -> V,
        bytes: impl FnOnce(&V) -> usize,
        mut show: impl FnMut(&V),
    ) {
        let number = self.once.number(line);
        let shard = &self.shards[number as usize % SHARDS];
        let known = shard.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = known.values.get(&number) {
            return show(value);
        }
        drop(known);
        let value = make();
        show(&value);
        if !self.once.has(number) {
            return self.once.add(number);
        }
        let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
        if shard.bytes > SHARD_BYTES {
            shard.values.clear();
            shard.bytes = 0;
        }
        shard.bytes += bytes(&value);
        shard.values.insert(number, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_added_is_known() {
        let known = Known::default();
        let number = known.number((7, "首页 政务公开"));
        assert!(!known.has(number));
        known.add(number);
        assert!(known.has(number));
        assert!(!known.has(known.number((8, "首页 政务公开"))));
    }

    #[test]
    fn a_line_is_looked_at_until_it_comes_again_and_after_it_was_forgotten() {
        let recall = Recall::default();
        let mut made = 0;
        let mut look = |line: &str, bytes: usize| {
            let mut shown = String::new();
            let make = || {
                made += 1;
                line.to_owned()
            };
            recall.of(line, make, |_| bytes, |value| shown.clone_from(value));
            assert_eq!(shown, line);
            made
        };
        assert_eq!(look("首页", 1), 1);
        assert_eq!(look("首页", 2 * SHARD_BYTES), 2);
        assert_eq!(look("首页", 1), 2);
        for n in 0..200 {
            look(&n.to_string(), 1);
            look(&n.to_string(), 1);
        }
        assert_eq!(look("首页", 1), 2 + 400 + 1);
    }
}
