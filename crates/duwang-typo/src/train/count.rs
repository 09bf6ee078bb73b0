//! Counting n-grams by sorting them.

use super::corpus::Signs;
use crate::alphabet::{EDGE, STRANGER};
use crate::ngram::ORDER;

/// Distinct n-grams of one order, sorted, with how often each occurs. The first sign is the most significant part of a key.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) order: usize,
    pub(crate) keys: Vec<u128>,
    pub(crate) counts: Vec<u32>,
}

/// Bits of a sign in a key.
const BITS: u32 = 16;

/// An n-gram as one number.
pub(crate) fn pack(ids: &[u16]) -> u128 {
    ids.iter().fold(0, |key, &id| key << BITS | u128::from(id))
}

/// A number as an n-gram.
pub(crate) fn unpack(key: u128, order: usize, into: &mut [u16; ORDER]) {
    for (at, id) in into.iter_mut().take(order).enumerate() {
        *id = (key >> (BITS * (order - 1 - at) as u32)) as u16;
    }
}

/// Without the first sign.
pub(crate) fn ending(key: u128, order: usize) -> u128 {
    key & ((1 << (BITS * (order as u32 - 1))) - 1)
}

/// Without the last sign.
pub(crate) fn beginning(key: u128) -> u128 {
    key >> BITS
}

/// Counts the n-grams of an order; none has the edge of a line inside, nor a stranger anywhere.
pub(crate) fn count(signs: &Signs, order: usize) -> Counts {
    let mut keys = Vec::with_capacity(signs.ids.len());
    for window in signs.ids.windows(order) {
        let inside = window.get(1..order.saturating_sub(1)).unwrap_or_default();
        let whole = !inside.contains(&EDGE) && !window.contains(&STRANGER);
        if whole && (order < 2 || window != [EDGE, EDGE]) {
            keys.push(pack(window));
        }
    }
    keys.sort_unstable();
    let mut counts = Counts {
        order,
        ..Counts::default()
    };
    for key in keys {
        match (counts.keys.last(), counts.counts.last_mut()) {
            (Some(last), Some(count)) if *last == key => *count += 1,
            _ => {
                counts.keys.push(key);
                counts.counts.push(1);
            }
        }
    }
    counts
}

impl Counts {
    /// Where an n-gram is.
    pub(crate) fn find(&self, key: u128) -> Option<usize> {
        self.keys.binary_search(&key).ok()
    }

    /// How often an n-gram occurs.
    pub(crate) fn of(&self, key: u128) -> u32 {
        self.find(key).map_or(0, |at| self.counts[at])
    }
}
