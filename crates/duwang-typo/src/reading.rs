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

impl Ngrams {
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
