//! A whole line read by the model, order by order.

use crate::cost::{Cost, State, Step, Value, Verdict};
use crate::fuse::MISSING;
use crate::ngram::{Context, Ngrams, ORDER, Own, View};

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
        Own::found(reach, &self.values[at][..found])
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
        self.chosen.clear();
        self.chosen.extend(1..ids.len() as u32);
        self.keys.clear();
        let pairs = self.packed.iter().skip(1);
        self.keys.extend(pairs.map(|packed| last(*packed, 2)));
    }

    /// Keeps what was found of the n-grams of `n` signs, and chooses where to look for those of one more: an n-gram may be there only if its
    /// beginning and its ending are.
    fn keep(&mut self, n: usize) {
        let mut count = 0;
        // Behind the last place where one was found.
        let mut behind = 0;
        for (number, &value) in self.found.iter().enumerate() {
            let at = self.chosen[number];
            let place = at as usize;
            let is_found = value != MISSING;
            // Nothing hangs on a condition: there is no telling beforehand what is found.
            self.orders[place] += u8::from(is_found);
            self.values[place][n - 2] = if is_found { value } else { 0 };
            self.chosen[count] = at;
            self.keys[count] = match n + 1 {
                ORDER => Context(self.packed[place - 1]).key(self.packed[place] as u16, ORDER),
                longer => last(self.packed[place], longer),
            };
            count += usize::from(is_found & (behind == at));
            behind = if is_found { at + 1 } else { behind };
        }
        self.chosen.truncate(count);
        self.keys.truncate(count);
    }
}

/// The last `n` of four signs in a number, which are their key.
#[inline]
fn last(packed: u64, n: usize) -> u64 {
    packed & (u64::MAX >> (64 - 16 * n.min(4)))
}
impl Ngrams {
    /// Reads a whole line of signs at once, the first being its edge: the same as [`Self::step`] for each of them, but the looks into
    /// the tables are made order by order, so that many are under way at a time.
    pub(crate) fn read(&self, view: &View<'_>, ids: &[u16], reading: &mut Reading) {
        reading.start(ids);
        for n in 2..=ORDER {
            self.look_up(view, n, &reading.keys, &mut reading.found);
            reading.keep(n);
        }
        let mut state = self.start(view);
        reading.steps.resize(ids.len(), Step::default());
        reading.states.resize(ids.len(), state);
        let known = reading.orders.iter().zip(&reading.values);
        let told = reading.steps.iter_mut().zip(&mut reading.states);
        for ((&id, (&order, &values)), (step, after)) in ids.iter().zip(known).zip(told).skip(1) {
            let (verdict, next) = self.sum_up(view, state, id, order, values);
            state = next;
            *step = verdict.into();
            *after = state;
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
        let [two, three, four, five] = values;
        let [two, three, four] = [two, three, four].map(Value::of);
        let costs = [alone.cost, two.cost, three.cost, four.cost, five as Cost];
        let cost = costs[(n - 1) % ORDER];
        let verdict = Verdict {
            cost: cost + state.leaving(n),
            order,
        };
        (
            verdict,
            State::of(
                [alone.backoff, two.backoff, three.backoff, four.backoff],
                n.min(ORDER - 1),
            ),
        )
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
}
