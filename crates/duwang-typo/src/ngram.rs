//! What the model expects: interpolated modified Kneser–Ney over characters, orders 1 to 5, pruned and quantised.
//!
//! Costs are in bits: how surprised the model is, −log2 p. An n-gram that is there has all its shorter endings and beginnings there
//! too, so a look-up goes up from short to long and stops at the first that is missing.

use crate::bytes::u32_at;
use crate::cost::{Cost, STEPS_OF_BACKOFF, State, Value, Verdict, bits};
use crate::format::{Model, Section};
use crate::fuse::Fuse;
use crate::pairs::perhaps_pair;
use crate::random::mix;

/// The longest n-gram.
pub(crate) const ORDER: usize = 5;
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

/// What is known without the tables about the n-grams that end with a sign.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Own<'r> {
    /// Length of the longest n-gram that need not be looked up.
    reach: usize,
    /// What the tables hold of those up to `reach`, from order 2 up.
    values: &'r [u32],
}

impl<'r> Own<'r> {
    /// The tables were asked before for all up to `reach`; those known have these values.
    pub(crate) fn found(reach: usize, values: &'r [u32]) -> Self {
        Self { reach, values }
    }

    /// Nothing is known of a sign but whether it and the one before it may be known to stand together.
    pub(crate) fn of_pair(is_perhaps_known: bool) -> Self {
        Self {
            reach: if is_perhaps_known { 1 } else { 2 },
            values: &[],
        }
    }
}

/// The signs before a place, as far as an n-gram may reach.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Context(pub(crate) u64);

impl Context {
    pub(crate) fn of(ids: &[u16]) -> Self {
        ids.iter().fold(Self(0), |context, id| context.with(*id))
    }

    /// With one more sign behind.
    #[inline]
    pub(crate) fn with(self, id: u16) -> Self {
        Self(self.0 << 16 | u64::from(id))
    }

    /// The [`key`] of the last `n - 1` signs and another.
    #[inline]
    pub(crate) fn key(self, id: u16, n: usize) -> u64 {
        let four = self.with(id).0;
        match n {
            2..=3 => four & ((1 << (16 * n)) - 1),
            4 => four,
            _ => four ^ mix((self.0 >> 48) + 1),
        }
    }
}

/// The bytes the tables lie in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'m> {
    /// Cost and back-off of each.
    unigrams: &'m [[u8; 2]],
    tables: [&'m [u8]; ORDER - 1],
    pub(crate) pairs: &'m [u8],
}

impl<'m> View<'m> {
    pub(crate) fn of(model: &'m Model) -> Self {
        let unigrams = model.section(Section::Unigrams);
        Self {
            unigrams: unigrams.get(4..).unwrap_or_default().as_chunks().0,
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

/// The tables of the model, opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ngrams {
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
            tables: [open(0)?, open(1)?, open(2)?, open(3)?],
        })
    }

    /// The state at the start of a line.
    pub(crate) fn start(&self, view: &View<'_>) -> State {
        self.state_after(view, crate::alphabet::EDGE)
    }

    /// Bits of surprise at a sign of its own.
    #[inline]
    pub(crate) fn alone(&self, view: &View<'_>, id: u16) -> f32 {
        bits(self.unigram(view, id).cost)
    }

    /// What is stored of a sign of its own.
    #[inline]
    pub(crate) fn unigram(&self, view: &View<'_>, id: u16) -> Value {
        let stored = view.unigrams.get(usize::from(id)).copied();
        let [cost, backoff] = stored.unwrap_or([u8::MAX, 0]);
        Value {
            cost: Cost::from(cost),
            backoff: u16::from(backoff) * STEPS_OF_BACKOFF,
        }
    }

    /// What is known after a sign of which no n-gram is.
    pub(crate) fn state_after(&self, view: &View<'_>, id: u16) -> State {
        State::of([self.unigram(view, id).backoff, 0, 0, 0], 1)
    }

    /// Reads a sign after those of a context, `state` being what they left. What `own` knows is not looked up.
    #[inline]
    pub(crate) fn step(
        &self,
        view: &View<'_>,
        state: State,
        context: Context,
        id: u16,
        own: Own<'_>,
    ) -> (Verdict, State) {
        let longest = ORDER.min(state.known() + 1);
        self.judge(view, state, id, longest, |n| match n <= own.reach {
            true => own.values.get(n - 2).copied(),
            false => self.tables[n - 2].get(view.tables[n - 2], context.key(id, n)),
        })
    }

    /// The verdict on a sign; `value` tells what the tables hold of the n-grams of each order up to `longest` that end with it, from short to
    /// long up to the first that is missing.
    #[inline]
    fn judge(
        &self,
        view: &View<'_>,
        state: State,
        id: u16,
        longest: usize,
        value: impl Fn(usize) -> Option<u32>,
    ) -> (Verdict, State) {
        let alone = self.unigram(view, id);
        let mut cost = alone.cost;
        let mut backoff = [alone.backoff, 0, 0, 0];
        let mut order = 1;
        for n in 2..=longest {
            let Some(value) = value(n) else {
                break;
            };
            order = n;
            if n == ORDER {
                cost = value as Cost;
            } else {
                let value = Value::of(value);
                cost = value.cost;
                backoff[n - 1] = value.backoff;
            }
        }
        let verdict = Verdict {
            cost: cost + state.leaving(order),
            order: order as u8,
        };
        (verdict, State::of(backoff, order.min(ORDER - 1)))
    }

    /// Bits of surprise at a sign after one other.
    #[inline]
    pub(crate) fn pair_cost(&self, view: &View<'_>, a: u16, b: u16) -> f32 {
        // The map of pairs holds all the table does, and is asked at a fraction of the cost.
        let value = match view.perhaps_pair(a, b) {
            true => self.pair_value(view, a, b),
            false => None,
        };
        match value {
            Some(value) => bits(value.cost),
            None => bits(self.unigram(view, b).cost + self.unigram(view, a).backoff()),
        }
    }

    /// What is stored of a pair.
    #[inline]
    pub(crate) fn pair_value(&self, view: &View<'_>, a: u16, b: u16) -> Option<Value> {
        let key = key(&[a, b]);
        self.tables[0].get(view.tables[0], key).map(Value::of)
    }

    /// What the table of an order holds for many keys, [`MISSING`] for strangers.
    pub(crate) fn look_up(&self, view: &View<'_>, order: usize, keys: &[u64], into: &mut Vec<u32>) {
        self.tables[order - 2].get_all(view.tables[order - 2], keys, into);
    }

    /// What is stored of the n-gram of `n` signs, four at most, that ends with a sign after those of a context.
    #[inline]
    pub(crate) fn value(
        &self,
        view: &View<'_>,
        context: Context,
        id: u16,
        n: usize,
    ) -> Option<Value> {
        let key = context.key(id, n);
        self.tables[n - 2]
            .get(view.tables[n - 2], key)
            .map(Value::of)
    }

    /// Whether two signs are known to stand together.
    #[inline]
    pub(crate) fn pair(&self, view: &View<'_>, a: u16, b: u16) -> bool {
        self.tables[0].get(view.tables[0], key(&[a, b])).is_some()
    }
}
