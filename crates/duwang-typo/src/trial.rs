//! Edits tried: how much less the line would cost with them.
//!
//! Nearly all edits tried bring too little, so what is cheap to know comes first. Beside which signs a new one is not known costs one bit
//! of a small map, and there its cost is known from the unigrams alone. What follows is read from the tables only as far as the edit reaches
//! into the n-grams; the rest the line's own reading has found already.

mod floor;

use crate::checker::Parts;
use crate::cost::{COST_STEPS, Cost, State, Step, bits, steps};
use crate::line::Line;
use crate::ngram::{Context, ORDER, Own};
use std::cell::Cell;

/// What a single character must bring within its first two signs, 2 bits: what is right shows at once.
const EARLY: Cost = 2 * COST_STEPS as Cost;

/// Places where an edit sets two signs beside each other that were not: it writes two signs at most.
const SEAMS: usize = 3;

/// Which of the seams are perhaps known pairs; beyond the last nothing is said.
pub(crate) type Known = [bool; SEAMS];

/// How the model reads an edited place and what follows.
pub(crate) type Steps = [Step; 6];

/// Signs `from..to` of a line, which may be replaced by others: what all edits of them have in common.
pub(crate) struct Trial<'l> {
    line: &'l Line,
    from: usize,
    to: usize,
    /// One past the last sign whose reading an edit changes.
    end: usize,
    /// The signs before the edit, and what is known after them.
    context: Context,
    state: State,
    /// What all the signs cost as they stand, and the first two.
    now: Cost,
    two: Cost,
    /// What the signs behind the first that is kept cost at least, if that one is not known beside the new sign before it, and in any case.
    rest_apart: Cost,
    rest: Cost,
}

impl<'l> Trial<'l> {
    pub(crate) fn of(line: &'l Line, parts: &Parts<'_>, from: usize, to: usize) -> Self {
        let end = (to + ORDER - 1).min(line.ids.len());
        let rest_apart = line.cost_behind(parts, to);
        // An n-gram reaches no further than the pairs in it are known.
        let is_open = line.reading.order(to + 1) > 1;
        Self {
            line,
            from,
            to,
            end,
            context: Context::of(&line.ids[from.saturating_sub(ORDER - 1)..from]),
            state: line.reading.states[from - 1],
            now: steps(line.cost(from, end)),
            two: steps(line.cost(from, from + 2)),
            rest_apart,
            rest: if is_open { 0 } else { rest_apart },
        }
    }

    /// Whether an edit may bring so much, whatever it writes.
    pub(crate) fn may_bring(&self, least: f32) -> bool {
        self.rest <= self.most(least)
    }

    /// What the signs may cost with an edit that must bring so many bits.
    fn most(&self, least: f32) -> Cost {
        self.now - steps(least)
    }

    /// What one new sign and the next may cost: within the first two signs, and before what must be brought is taken off; the last where the
    /// two are not known to stand together.
    pub(crate) fn budgets(&self) -> [Cost; 3] {
        [
            self.early(1),
            self.now - self.rest,
            self.now - self.rest_apart,
        ]
    }

    /// What the first two signs may cost with an edit that writes so many.
    fn early(&self, new: usize) -> Cost {
        match self.to == self.from + 1 && new == 1 {
            true => self.two - EARLY,
            false => Cost::MAX,
        }
    }

    /// The signs that are replaced.
    pub(crate) fn place(&self) -> (usize, usize) {
        (self.from, self.to)
    }

    /// The sign before and the two behind.
    pub(crate) fn neighbours(&self) -> [u16; 3] {
        [self.from - 1, self.to, self.to + 1].map(|at| self.line.id(at))
    }

    pub(crate) fn state(&self) -> State {
        self.state
    }

    pub(crate) fn context(&self) -> Context {
        self.context
    }

    /// Which signs set beside each other by writing `new` are perhaps known so.
    pub(crate) fn known(&self, parts: &Parts<'_>, new: &[u16]) -> Known {
        let mut known = [true; SEAMS];
        let mut before = self.line.ids[self.from - 1];
        for (slot, id) in known
            .iter_mut()
            .zip(new.iter().chain([&self.line.ids[self.to]]))
        {
            *slot = parts.view.perhaps_pair(before, *id);
            before = *id;
        }
        known
    }

    /// The least that each seam costs, and what stands behind the last.
    fn least(&self, parts: &Parts<'_>, new: &[u16], known: Known) -> [Cost; SEAMS + 1] {
        let mut least = [0; SEAMS + 1];
        let mut leaving = self.state.leaving(1);
        for (seam, id) in new.iter().chain([&self.line.ids[self.to]]).enumerate() {
            let alone = parts.ngrams.unigram(&parts.view, *id);
            if !known[seam] {
                least[seam] = alone.cost + leaving;
            }
            leaving = alone.backoff();
        }
        let last = new.len();
        least[last + 1] = if known[last] {
            self.rest
        } else {
            self.rest_apart
        };
        least
    }

    /// Bits that the line would cost less with `new` in this place, and how the model reads it; `None` when less than `least`.
    pub(crate) fn run(
        &self,
        parts: &Parts<'_>,
        new: &[u16],
        known: Known,
        least: f32,
    ) -> Option<(f32, Steps)> {
        let mut ahead = self.least(parts, new, known);
        let early = self.early(new.len());
        let second = ahead[1];
        for seam in (0..SEAMS).rev() {
            ahead[seam] += ahead[seam + 1];
        }
        let most = self.most(least);
        if ahead[0] > most {
            return None;
        }
        let (mut state, mut context) = (self.state, self.context);
        let mut cost = 0;
        let mut read = Steps::default();
        let count = new.len() + self.end - self.to;
        for place in 0..count {
            let (id, own) = match place.checked_sub(new.len()) {
                None => (new[place], Own::of_pair(known[place])),
                Some(0) => (self.line.ids[self.to], Own::of_pair(known[place])),
                Some(beyond) => {
                    let at = self.to + beyond;
                    (self.line.ids[at], self.line.reading.own(at, beyond + 1))
                }
            };
            let (step, after) = parts.ngrams.step(&parts.view, state, context, id, own);
            state = after;
            context = context.with(id);
            cost += step.cost;
            if let Some(slot) = read.get_mut(place) {
                *slot = step.into();
            }
            let still = match place <= new.len() {
                true => ahead[place + 1],
                false => 0,
            };
            if cost + still > most
                || place == 0 && cost + second > early
                || place == 1 && cost > early
            {
                return None;
            }
        }
        Some((bits(self.now - cost), read))
    }
}

impl Line {
    /// What the signs behind a place cost, as far as an edit before the place is felt, where the place is not known beside what stands before it.
    /// Several edits ask for the same place.
    fn cost_behind(&self, parts: &Parts<'_>, at: usize) -> Cost {
        let kept = self.behind.get(at);
        if let Some(cost) = kept.and_then(Cell::get) {
            return cost;
        }
        let end = (at + ORDER - 1).min(self.ids.len());
        let cost = parts
            .ngrams
            .cost_behind(&parts.view, &self.ids, &self.reading, at, end);
        if let Some(slot) = kept {
            slot.set(Some(cost));
        }
        cost
    }
}
