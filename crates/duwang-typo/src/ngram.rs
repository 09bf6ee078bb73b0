//! What the model expects: interpolated modified Kneser–Ney over characters, orders 1 to 5, pruned and quantised.
//!
//! Costs are in bits: how surprised the model is, −log2 p. An n-gram that is there has all its shorter endings and beginnings there
//! too, so a look-up goes up from short to long and stops at the first that is missing.

use crate::bytes::u32_at;
use crate::format::{Model, Section};
use crate::fuse::{Fuse, MISSING};
use crate::random::mix;

/// The longest n-gram.
pub(crate) const ORDER: usize = 5;
/// Steps of a stored cost to a bit.
pub(crate) const COST_STEPS: f32 = 8.0;
/// Steps of a stored back-off to a bit.
pub(crate) const BACKOFF_STEPS: f32 = 4.0;
/// Bits of a stored cost.
pub(crate) const COST_BITS: u32 = 7;
/// Bits of a stored back-off.
pub(crate) const BACKOFF_BITS: u32 = 5;
/// The section of each order from 2 up.
pub(crate) const TABLES: [Section; ORDER - 1] = [
    Section::Bigrams,
    Section::Trigrams,
    Section::Fourgrams,
    Section::Fivegrams,
];

/// The key of an n-gram in its table; `ids` from first to last.
#[inline]
pub(crate) fn key(ids: &[u16]) -> u64 {
    match *ids {
        [a, b] => u64::from(a) << 16 | u64::from(b),
        [a, b, c] => u64::from(a) << 32 | u64::from(b) << 16 | u64::from(c),
        [a, b, c, d] => u64::from(a) << 48 | u64::from(b) << 32 | u64::from(c) << 16 | u64::from(d),
        [first, ref rest @ ..] => key(rest) ^ mix(u64::from(first) + 1),
        [] => 0,
    }
}

/// The place of a pair in a map of `bytes` bytes, a power of two.
#[inline]
pub(crate) fn pair_bit(a: u16, b: u16, bytes: usize) -> u64 {
    let spread = key(&[a, b]).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (spread >> 20) & (bytes as u64 * 8).wrapping_sub(1)
}

/// What is known after a sign: the back-offs of the contexts that end with it, by length.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct State {
    /// Bits paid for leaving the context of 1, 2, … signs.
    backoff: [f32; ORDER - 1],
    /// How many of these contexts are known.
    known: u8,
}

/// The verdict on one sign after its predecessors.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Step {
    /// Bits of surprise.
    pub(crate) cost: f32,
    /// Length of the longest known n-gram that ends here.
    pub(crate) order: u8,
}

/// The bytes the tables lie in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'m> {
    unigrams: &'m [u8],
    tables: [&'m [u8]; ORDER - 1],
    pairs: &'m [u8],
}

impl<'m> View<'m> {
    pub(crate) fn of(model: &'m Model) -> Self {
        Self {
            unigrams: model.section(Section::Unigrams),
            tables: TABLES.map(|table| model.section(table)),
            pairs: model.section(Section::Pairs),
        }
    }

    /// Whether two signs are known to stand together, nearly: one stranger in fifteen passes, but the look is cheap.
    #[inline]
    pub(crate) fn perhaps_pair(&self, a: u16, b: u16) -> bool {
        perhaps_pair(self.pairs, a, b)
    }
}

/// The same, asked of the map of pairs itself.
#[inline]
pub(crate) fn perhaps_pair(map: &[u8], a: u16, b: u16) -> bool {
    let bit = pair_bit(a, b, map.len());
    let byte = map.get((bit / 8) as usize);
    byte.is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
}

/// The tables of the model, opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ngrams {
    size: usize,
    tables: [Fuse; ORDER - 1],
}

impl Ngrams {
    pub(crate) fn open(model: &Model, size: usize) -> Option<Self> {
        let unigrams = model.section(Section::Unigrams);
        if unigrams.len() != 4 + size * 2 || u32_at(unigrams, 0) as usize != size {
            return None;
        }
        let open = |order: usize| Fuse::open(model.section(TABLES[order]));
        Some(Self {
            size,
            tables: [open(0)?, open(1)?, open(2)?, open(3)?],
        })
    }

    /// The state at the start of a line.
    pub(crate) fn start(&self, view: &View<'_>) -> State {
        self.step(view, State::default(), &[crate::alphabet::EDGE])
            .1
    }

    /// Bits of surprise at a sign of its own.
    pub(crate) fn alone(&self, view: &View<'_>, id: u16) -> f32 {
        let at = 4 + usize::from(id).min(self.size - 1) * 2;
        let cost = view.unigrams.get(at).copied();
        f32::from(cost.unwrap_or(u8::MAX)) / COST_STEPS
    }

    /// Reads the last of `ids` (at most [`ORDER`] of them) after the others, `state` being what the others left.
    #[inline]
    pub(crate) fn step(&self, view: &View<'_>, state: State, ids: &[u16]) -> (Step, State) {
        let Some((&id, before)) = ids.split_last() else {
            return (Step::default(), state);
        };
        let mut values = [0; ORDER - 1];
        let mut order = 1;
        let longest = ORDER.min(ids.len()).min(usize::from(state.known) + 1);
        for n in 2..=longest {
            let key = key(&ids[ids.len() - n..]);
            let Some(value) = self.tables[n - 2].get(view.tables[n - 2], key) else {
                break;
            };
            values[n - 2] = value;
            order = n;
        }
        self.judge(view, state, id, before.len(), &values[..order - 1])
    }

    /// Reads a whole line of signs at once, the first being its edge: the same as [`Self::step`] for each of them, but the looks into
    /// the tables are made order by order, so that many are under way at a time.
    pub(crate) fn read(&self, view: &View<'_>, ids: &[u16], reading: &mut Reading) {
        reading.start(ids.len());
        for n in 2..=ORDER {
            reading.choose(n);
            let keys = reading.chosen.iter().map(|&at| {
                let at = at as usize;
                key(&ids[at + 1 - n..=at])
            });
            reading.keys.extend(keys);
            self.tables[n - 2].get_all(view.tables[n - 2], &reading.keys, &mut reading.found);
            reading.keep(n);
        }
        let mut state = self.start(view);
        reading.steps.push(Step::default());
        reading.states.push(state);
        for (at, &id) in ids.iter().enumerate().skip(1) {
            let known = usize::from(reading.orders[at]) - 1;
            let values = &reading.values[at][..known];
            let (step, after) = self.judge(view, state, id, at.min(ORDER - 1), values);
            state = after;
            reading.steps.push(step);
            reading.states.push(state);
        }
    }

    /// The verdict on a sign with `before` signs before it, `values` being what the tables hold of the n-grams that end with it.
    #[inline]
    fn judge(
        &self,
        view: &View<'_>,
        state: State,
        id: u16,
        before: usize,
        values: &[u32],
    ) -> (Step, State) {
        let at = 4 + usize::from(id).min(self.size - 1) * 2;
        let byte =
            |at: usize, missing: u8| f32::from(view.unigrams.get(at).copied().unwrap_or(missing));
        let mut cost = byte(at, u8::MAX) / COST_STEPS;
        let mut after = State::default();
        after.backoff[0] = byte(at + 1, 0) / BACKOFF_STEPS;
        after.known = 1;
        let order = values.len() + 1;
        for (value, n) in values.iter().zip(2..) {
            if n == ORDER {
                cost = *value as f32 / COST_STEPS;
            } else {
                cost = (value >> BACKOFF_BITS) as f32 / COST_STEPS;
                after.backoff[n - 1] = (value & ((1 << BACKOFF_BITS) - 1)) as f32 / BACKOFF_STEPS;
                after.known = n as u8;
            }
        }
        for n in order..=usize::from(state.known).min(before) {
            cost += state.backoff[n - 1];
        }
        let step = Step {
            cost,
            order: order as u8,
        };
        (step, after)
    }

    /// Bits of surprise at a sign after one other.
    #[inline]
    pub(crate) fn pair_cost(&self, view: &View<'_>, a: u16, b: u16) -> f32 {
        match self.tables[0].get(view.tables[0], key(&[a, b])) {
            Some(value) => (value >> BACKOFF_BITS) as f32 / COST_STEPS,
            None => {
                let at = 4 + usize::from(a).min(self.size - 1) * 2 + 1;
                let backoff = view.unigrams.get(at).copied().unwrap_or(0);
                self.alone(view, b) + f32::from(backoff) / BACKOFF_STEPS
            }
        }
    }

    /// Whether two signs are known to stand together.
    #[inline]
    pub(crate) fn pair(&self, view: &View<'_>, a: u16, b: u16) -> bool {
        self.tables[0].get(view.tables[0], key(&[a, b])).is_some()
    }
}

/// A line while it is read, and what came of it; the buffers are used again.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) steps: Vec<Step>,
    pub(crate) states: Vec<State>,
    /// The longest n-gram that ends at each sign.
    orders: Vec<u8>,
    /// What the tables hold of them, from order 2 up.
    values: Vec<[u32; ORDER - 1]>,
    /// Signs looked at in one order, their keys, and what was found.
    chosen: Vec<u32>,
    keys: Vec<u64>,
    found: Vec<u32>,
}

impl Reading {
    fn start(&mut self, len: usize) {
        self.steps.clear();
        self.states.clear();
        self.orders.clear();
        self.orders.resize(len, 1);
        self.values.clear();
        self.values.resize(len, [0; ORDER - 1]);
    }

    /// An n-gram may be there only if its beginning and its ending are.
    fn choose(&mut self, n: usize) {
        self.chosen.clear();
        self.keys.clear();
        let shorter = (n - 1) as u8;
        for at in n - 1..self.orders.len() {
            if self.orders[at] >= shorter && self.orders[at - 1] >= shorter {
                self.chosen.push(at as u32);
            }
        }
    }

    fn keep(&mut self, n: usize) {
        for (&at, &value) in self.chosen.iter().zip(&self.found) {
            if value != MISSING {
                self.orders[at as usize] = n as u8;
                self.values[at as usize][n - 2] = value;
            }
        }
    }
}
