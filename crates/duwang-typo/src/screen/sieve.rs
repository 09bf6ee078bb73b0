//! The characters of one place that are left while a [`Screen`] strikes them off, and what is looked up for all of them at a time.

use super::Screen;
use crate::checker::Parts;
use crate::cost::{Cost, Value};
use crate::trial::Known;

/// A character that may bring enough.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed {
    pub(crate) id: u16,
    /// The code of its likeness.
    pub(crate) code: u8,
    /// Beside which of the neighbours it is known.
    pub(crate) known: Known,
    /// What it must bring.
    pub(super) least: Cost,
    pub(super) alone: Value,
    /// What it and the next sign cost at least, by what was looked up so far.
    pub(super) cost: Cost,
    pub(super) next: Cost,
    /// Whether it does not bring enough by pairs: three signs in a row that are known, of which it is one, may still tell that it does.
    pub(super) is_open: bool,
    /// Whether it is the last or the middle one of such three, and whether it is the middle one.
    pub(super) is_in_three: bool,
    pub(super) is_around: bool,
}

impl Listed {
    /// Sets what it and the next sign cost by pairs.
    pub(super) fn set(&mut self, left: Option<Value>, right: Option<Value>, screen: &Screen) {
        let leaving_both = left.map_or(0, Value::backoff);
        self.cost = match left {
            Some(value) => value.cost + screen.leaving_longer,
            None => self.alone.cost + screen.leaving,
        };
        self.next = leaving_both
            + match right {
                Some(value) => value.cost,
                None => screen.after_alone + self.alone.backoff(),
            };
    }

    /// A floor under what it and the next sign cost whatever longer n-grams are known.
    pub(super) fn cost_at_least(&self, screen: &Screen) -> Cost {
        let cost = match self.known[0] && screen.known > 1 {
            true => 0,
            false => self.cost,
        };
        let next = match self.known[1] {
            true if self.known[0] => 0,
            _ => self.next,
        };
        cost + next
    }
}

/// What was looked up, in the order it was asked for.
pub(super) type Found<'f> = std::iter::Copied<std::slice::Iter<'f, u32>>;

/// The characters of one place that are left, and buffers for looking them up.
#[derive(Debug, Default)]
pub(crate) struct Sieve {
    pub(crate) listed: Vec<Listed>,
    /// Those that fit, with the codes of their likeness and beside which of the neighbours they are perhaps known.
    pub(super) chosen: Vec<(u16, u8, u8)>,
    /// Characters thought of for a gap.
    pub(crate) thought_of: Vec<u16>,
    keys: Vec<u64>,
    values: Vec<u32>,
}

impl Sieve {
    /// Looks up in the table of an order what `ask` wants to know of each.
    #[inline]
    pub(super) fn look_up(
        &mut self,
        parts: &Parts<'_>,
        order: usize,
        ask: impl Fn(&Listed, &mut Vec<u64>),
    ) {
        self.keys.clear();
        for one in &self.listed {
            ask(one, &mut self.keys);
        }
        parts
            .ngrams
            .look_up(&parts.view, order, &self.keys, &mut self.values);
    }

    /// Keeps those of which `judge` says so by what was found, in the order it was asked.
    #[inline]
    pub(super) fn judge(&mut self, judge: impl Fn(&mut Listed, &mut Found<'_>) -> bool) {
        let mut found = self.values.iter().copied();
        self.listed.retain_mut(|one| judge(one, &mut found));
    }
}
