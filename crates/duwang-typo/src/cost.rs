//! What signs cost: bits of surprise, reckoned in whole steps so that sums are exact, and what is paid for leaving a context.

use crate::fuse::MISSING;
use crate::ngram::ORDER;

/// Steps of a stored cost to a bit.
pub(crate) const COST_STEPS: f32 = 8.0;
/// Steps of a stored back-off to a bit.
pub(crate) const BACKOFF_STEPS: f32 = 4.0;
/// Bits of a stored cost.
pub(crate) const COST_BITS: u32 = 7;
/// Bits of a stored back-off.
pub(crate) const BACKOFF_BITS: u32 = 5;
/// A cost in steps of a stored cost: whole numbers, so that sums are exact.
pub(crate) type Cost = i32;

/// The steps of so many bits.
#[inline]
pub(crate) fn steps(bits: f32) -> Cost {
    (bits * COST_STEPS) as Cost
}

/// The bits of so many steps.
#[inline]
pub(crate) fn bits(cost: Cost) -> f32 {
    cost as f32 / COST_STEPS
}

/// What is known after a sign: what leaving the contexts that end with it costs.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct State {
    /// Paid for leaving all known contexts of 1, 2, … signs and more.
    leaving: [u16; ORDER - 1],
    /// How many contexts are known.
    known: u8,
}

impl State {
    /// By the back-offs of the contexts, 0 where one is not known.
    #[inline]
    pub(crate) fn of(mut backoff: [u16; ORDER - 1], known: usize) -> Self {
        for n in (0..ORDER - 2).rev() {
            backoff[n] += backoff[n + 1];
        }
        Self {
            leaving: backoff,
            known: known as u8,
        }
    }

    /// Paid for leaving all known contexts of `from` signs and more: what a sign costs beyond what it costs after a shorter one.
    #[inline]
    pub(crate) fn leaving(&self, from: usize) -> Cost {
        let leaving = self.leaving.get(from - 1).copied();
        Cost::from(leaving.unwrap_or_default())
    }

    #[inline]
    pub(crate) fn known(&self) -> usize {
        usize::from(self.known)
    }
}

/// Cost and back-off as they are stored, both in steps of a stored cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) cost: Cost,
    pub(crate) backoff: u16,
}

impl Value {
    /// Of an n-gram short enough to have a back-off.
    #[inline]
    pub(crate) fn of(value: u32) -> Self {
        Self {
            cost: (value >> BACKOFF_BITS) as Cost,
            backoff: (value & ((1 << BACKOFF_BITS) - 1)) as u16 * STEPS_OF_BACKOFF,
        }
    }

    /// The same of a look among many; `None` for a stranger.
    #[inline]
    pub(crate) fn if_there(value: u32) -> Option<Self> {
        (value != MISSING).then(|| Self::of(value))
    }

    /// Paid for leaving it as a context.
    #[inline]
    pub(crate) fn backoff(self) -> Cost {
        Cost::from(self.backoff)
    }
}

/// Steps of a stored cost in one of a stored back-off.
pub(crate) const STEPS_OF_BACKOFF: u16 = (COST_STEPS / BACKOFF_STEPS) as u16;

/// The verdict on one sign after its predecessors.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Step {
    /// Bits of surprise.
    pub(crate) cost: f32,
    /// Length of the longest known n-gram that ends here.
    pub(crate) order: u8,
}

/// The same as it is reckoned with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict {
    pub(crate) cost: Cost,
    pub(crate) order: u8,
}

impl From<Verdict> for Step {
    fn from(verdict: Verdict) -> Self {
        Self {
            cost: bits(verdict.cost),
            order: verdict.order,
        }
    }
}
