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
    let spread = (spread(a) << 16).wrapping_add(spread(b));
    (spread >> 20) & (bytes as u64 * 8).wrapping_sub(1)
}

/// The key of a pair times a number that looks random is the sum of these, the first moved up.
#[inline]
fn spread(id: u16) -> u64 {
    u64::from(id).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

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
    fn of(mut backoff: [u16; ORDER - 1], known: usize) -> Self {
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

/// What is known without the tables about the n-grams that end with a sign.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Own<'r> {
    /// Length of the longest n-gram that need not be looked up.
    reach: usize,
    /// What the tables hold of those up to `reach`, from order 2 up.
    values: &'r [u32],
}

impl Own<'_> {
    /// Nothing is known of a sign but whether it and the one before it may be known to stand together.
    pub(crate) fn of_pair(is_perhaps_known: bool) -> Self {
        Self {
            reach: if is_perhaps_known { 1 } else { 2 },
            values: &[],
        }
    }
}

/// Cost and back-off as they are stored, both in steps of a stored cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Value {
    pub(crate) cost: Cost,
    backoff: u16,
}

impl Value {
    /// Of an n-gram short enough to have a back-off.
    #[inline]
    fn of(value: u32) -> Self {
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
const STEPS_OF_BACKOFF: u16 = (COST_STEPS / BACKOFF_STEPS) as u16;

/// The signs before a place, as far as an n-gram may reach.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Context(u64);

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
    order: u8,
}

impl From<Verdict> for Step {
    fn from(verdict: Verdict) -> Self {
        Self {
            cost: bits(verdict.cost),
            order: verdict.order,
        }
    }
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

/// The two signs beside a gap, to ask of many which of them may stand in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gap<'m> {
    pairs: &'m [u8],
    mask: u64,
    before: u64,
    after: u64,
}

impl<'m> Gap<'m> {
    pub(crate) fn between(view: &View<'m>, before: u16, after: u16) -> Self {
        Self {
            pairs: view.pairs,
            mask: (view.pairs.len() as u64 * 8).wrapping_sub(1),
            before: spread(before) << 16,
            after: spread(after),
        }
    }

    /// Whether a sign is perhaps known behind the first: as [`View::perhaps_pair`] says.
    #[inline]
    pub(crate) fn has_behind(&self, id: u16) -> bool {
        self.holds(self.before.wrapping_add(spread(id)))
    }

    /// Whether a sign is perhaps known before the second.
    #[inline]
    pub(crate) fn has_before(&self, id: u16) -> bool {
        self.holds((spread(id) << 16).wrapping_add(self.after))
    }

    #[inline]
    fn holds(&self, spread: u64) -> bool {
        let bit = (spread >> 20) & self.mask;
        let byte = self.pairs.get((bit / 8) as usize);
        byte.is_some_and(|byte| byte >> (bit % 8) & 1 == 1)
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
        let at = 4 + usize::from(id).min(self.size - 1) * 2;
        let (cost, backoff) = match view.unigrams.get(at..at + 2) {
            Some(&[cost, backoff]) => (cost, backoff),
            _ => (u8::MAX, 0),
        };
        Value {
            cost: Cost::from(cost),
            backoff: u16::from(backoff) * STEPS_OF_BACKOFF,
        }
    }

    /// What is known after a sign of which no n-gram is.
    fn state_after(&self, view: &View<'_>, id: u16) -> State {
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

    /// Reads a whole line of signs at once, the first being its edge: the same as [`Self::step`] for each of them, but the looks into
    /// the tables are made order by order, so that many are under way at a time.
    pub(crate) fn read(&self, view: &View<'_>, ids: &[u16], reading: &mut Reading) {
        reading.start(ids);
        for n in 2..=ORDER {
            reading.choose(n);
            self.look_up(view, n, &reading.keys, &mut reading.found);
            reading.keep(n);
        }
        let mut state = self.start(view);
        reading.steps.push(Step::default());
        reading.states.push(state);
        for (at, &id) in ids.iter().enumerate().skip(1) {
            let (step, after) =
                self.sum_up(view, state, id, reading.orders[at], reading.values[at]);
            state = after;
            reading.steps.push(step.into());
            reading.states.push(state);
        }
    }

    /// The verdict on a sign that ends a known n-gram of `order` signs, by what the tables hold of the known ones, with 0 for those that are not.
    #[inline]
    fn sum_up(
        &self,
        view: &View<'_>,
        state: State,
        id: u16,
        order: u8,
        values: [u32; ORDER - 1],
    ) -> (Verdict, State) {
        let alone = self.unigram(view, id);
        let n = usize::from(order);
        let cost = match n {
            ..=1 => alone.cost,
            ORDER => values[ORDER - 2] as Cost,
            n => Value::of(values[n - 2]).cost,
        };
        let [two, three, four, _] = values.map(|value| Value::of(value).backoff);
        let verdict = Verdict {
            cost: cost + state.leaving(n),
            order,
        };
        (
            verdict,
            State::of([alone.backoff, two, three, four], n.min(ORDER - 1)),
        )
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

    /// What the signs behind `first` cost, up to `end`, where nothing is known of `first` and what stands before it together.
    pub(crate) fn cost_behind(
        &self,
        view: &View<'_>,
        ids: &[u16],
        reading: &Reading,
        first: usize,
        end: usize,
    ) -> Cost {
        let mut state = self.state_after(view, ids[first]);
        let mut cost = 0;
        for (at, id) in ids.iter().enumerate().take(end).skip(first + 1) {
            let (order, mut values) = (reading.orders[at], reading.values[at]);
            let longest = order.min((at - first + 1) as u8);
            for value in values.iter_mut().skip(usize::from(longest) - 1) {
                *value = 0;
            }
            let (step, after) = self.sum_up(view, state, *id, longest, values);
            cost += step.cost;
            state = after;
        }
        cost
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
    /// The last four signs up to each, as one number.
    packed: Vec<u64>,
    /// Signs looked at in one order, their keys, and what was found.
    chosen: Vec<u32>,
    keys: Vec<u64>,
    found: Vec<u32>,
}

impl Reading {
    /// What the reading found of the n-grams of up to `reach` signs that end at a place.
    #[inline]
    pub(crate) fn own(&self, at: usize, reach: usize) -> Own<'_> {
        let found = usize::from(self.orders[at]).min(reach) - 1;
        Own {
            reach,
            values: &self.values[at][..found],
        }
    }

    /// Length of the longest known n-gram that ends at a place; 0 beyond the end.
    pub(crate) fn order(&self, at: usize) -> u8 {
        self.orders.get(at).copied().unwrap_or_default()
    }

    fn start(&mut self, ids: &[u16]) {
        self.steps.clear();
        self.states.clear();
        self.orders.clear();
        self.orders.resize(ids.len(), 1);
        self.values.clear();
        self.values.resize(ids.len(), [0; ORDER - 1]);
        self.packed.clear();
        let mut context = Context::default();
        self.packed.extend(ids.iter().map(|id| {
            context = context.with(*id);
            context.0
        }));
    }

    /// An n-gram may be there only if its beginning and its ending are.
    fn choose(&mut self, n: usize) {
        let shorter = (n - 1) as u8;
        self.chosen.clear();
        self.chosen.resize(self.orders.len(), 0);
        self.keys.clear();
        self.keys.resize(self.orders.len(), 0);
        let mut count = 0;
        let behind = self.packed.iter().zip(self.orders.windows(2)).enumerate();
        for (before, (context, orders)) in behind.skip(n - 2) {
            let at = before + 1;
            if let (Some(chosen), Some(key)) =
                (self.chosen.get_mut(count), self.keys.get_mut(count))
            {
                *chosen = at as u32;
                *key = Context(*context).key(self.packed[at] as u16, n);
            }
            count += usize::from(orders[0].min(orders[1]) >= shorter);
        }
        self.chosen.truncate(count);
        self.keys.truncate(count);
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
