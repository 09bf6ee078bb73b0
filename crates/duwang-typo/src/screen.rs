//! Single characters looked over before they are tried: for a place there are some forty of them, and nearly none brings enough.
//!
//! What a character costs here is a floor under what a trial would find, so nothing that a trial would keep is lost. Costs are whole numbers of
//! the steps they are stored in.

mod sieve;

pub(crate) use sieve::{Listed, Sieve};

use crate::alphabet::is_han_id;
use crate::checker::Parts;
use crate::confusion::CODES;
use crate::cost::Cost;
use crate::ngram::{Context, key};
use crate::pairs::Gap;
use crate::trial::{Known, Trial};
use sieve::{Found, next_if};

/// A gap for one character between two signs, by what all that may fill it have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Screen {
    /// The signs that the character takes the place of: one, or none.
    pub(crate) from: usize,
    pub(crate) to: usize,
    before: u16,
    after: u16,
    /// The sign behind `after`.
    next: u16,
    /// What stands before, and how many of its endings are known.
    context: Context,
    known: usize,
    /// Paid for leaving all that is known before, and all but the last sign.
    leaving: Cost,
    leaving_longer: Cost,
    /// What the next sign costs alone.
    after_alone: Cost,
    /// What the character and the next sign may cost together at most, and what they may cost before what must be brought is taken off: where
    /// they stand together as a known pair, and where not.
    early: Cost,
    whole: Cost,
    whole_apart: Cost,
    /// Whether a character has to be one of three in a row that are known.
    is_in_threes: bool,
    fitting: Fitting,
}

/// Beside which neighbours a character must be known: a bit for each answer, known behind the one before adding 1, before the one after 2.
#[derive(Debug, Clone, Copy)]
struct Fitting(u8);

impl Fitting {
    /// Where text runs on, a character often stands beside one of its neighbours for the first time. Between signs, as in （四）, it must be
    /// known beside both.
    fn between(before: u16, after: u16) -> Self {
        Self(match (is_han_id(before), is_han_id(after)) {
            (true, true) => 0b1110,
            (true, false) => 0b1010,
            (false, true) => 0b1100,
            (false, false) => 0b1000,
        })
    }

    #[inline]
    fn allows(self, sides: u8) -> bool {
        self.0 >> sides & 1 == 1
    }
}

impl Screen {
    pub(crate) fn of(trial: &Trial<'_>, parts: &Parts<'_>) -> Self {
        let [before, after, next] = trial.neighbours();
        let state = trial.state();
        let [early, whole, whole_apart] = trial.budgets();
        let (from, to) = trial.place();
        Self {
            from,
            to,
            before,
            after,
            next,
            context: trial.context(),
            known: state.known(),
            leaving: state.leaving(1),
            leaving_longer: state.leaving(2),
            after_alone: parts.ngrams.unigram(&parts.view, after).cost,
            early,
            whole,
            whole_apart,
            is_in_threes: false,
            fitting: Fitting::between(before, after),
        }
    }

    /// The same for characters that count only where they are one of three in a row that are known.
    pub(crate) fn only_in_threes(self) -> Self {
        Self {
            is_in_threes: true,
            ..self
        }
    }

    /// Whether a character is known beside those of the neighbours that it must be known beside.
    #[inline]
    pub(crate) fn fits(&self, [left, right, _]: Known) -> bool {
        let sides = u8::from(left) | u8::from(right) << 1;
        self.fitting.allows(sides)
    }

    /// Beside which of the neighbours a character is perhaps known.
    #[inline]
    pub(crate) fn known(&self, parts: &Parts<'_>, id: u16) -> Known {
        let known = |a, b| parts.view.perhaps_pair(a, b);
        [known(self.before, id), known(id, self.after), true]
    }

    /// Lists those of many characters that fit and may bring enough by what is known without the tables. `least` tells what one must bring by the
    /// code of its likeness. The cheapest is asked first.
    #[inline]
    pub(crate) fn list(
        &self,
        parts: &Parts<'_>,
        characters: impl ExactSizeIterator<Item = (u16, u8)>,
        least: &[Cost; CODES],
        sieve: &mut Sieve,
    ) {
        let gap = Gap::between(parts.view.pairs, self.before, self.after);
        self.choose(gap, characters, &mut sieve.chosen);
        let screen = sieve.screens.len() as u16;
        sieve.screens.push(*self);
        for &(id, code, sides) in &sieve.chosen {
            let alone = parts.ngrams.unigram(&parts.view, id);
            let one = Listed {
                id,
                screen,
                code,
                known: [sides & 1 != 0, sides & 2 != 0, true],
                least: least[usize::from(code) % CODES],
                alone,
                cost: 0,
                next: 0,
                is_open: false,
                is_in_three: false,
                is_around: false,
            };
            if self.is_possible(&one) {
                sieve.listed.push(one);
            }
        }
    }

    /// Chooses those that fit, one in six. What is written does not hang on a condition: there is no telling beforehand which fit.
    #[inline]
    fn choose(
        &self,
        gap: Gap<'_>,
        characters: impl ExactSizeIterator<Item = (u16, u8)>,
        chosen: &mut Vec<(u16, u8, u8)>,
    ) {
        chosen.resize(characters.len(), (0, 0, 0));
        let mut count = 0;
        for (id, code) in characters {
            let sides = gap.sides(id);
            if let Some(slot) = chosen.get_mut(count) {
                *slot = (id, code, sides);
            }
            count += usize::from(self.fitting.allows(sides));
        }
        chosen.truncate(count);
    }

    /// Whether a character may bring enough by where it is perhaps known.
    #[inline]
    fn is_possible(&self, one: &Listed) -> bool {
        let [left, right, _] = one.known;
        let cost = match left {
            true => 0,
            false => one.alone.cost + self.leaving,
        };
        let next = match right {
            true => 0,
            false => self.after_alone + one.alone.backoff(),
        };
        cost + next <= self.most(one)
    }

    /// Asks what the character costs behind the sign before as a pair, and the next sign behind the character.
    #[inline]
    fn ask_pairs(&self, one: &Listed, keys: &mut Vec<u64>) {
        let [left, right, _] = one.known;
        if left {
            keys.push(key(&[self.before, one.id]));
        }
        if right {
            keys.push(key(&[one.id, self.after]));
        }
    }

    /// Strikes off what brings too little by pairs and can be in no longer n-gram.
    #[inline]
    fn judge_pairs(&self, one: &mut Listed, found: &mut Found<'_>) -> bool {
        let [left, right, _] = one.known;
        let [left, right] = [left, right].map(|is_asked| next_if(is_asked, found));
        one.known = [left.is_some(), right.is_some(), true];
        one.set(left, right, self);
        let is_longer_known = one.known[0] && (one.known[1] || self.known > 1);
        let is_possible = is_longer_known && one.cost_at_least(self) <= self.most(one);
        let by_pairs = one.cost + one.next;
        one.is_open = self.is_in_threes || by_pairs > self.most_apart(one);
        by_pairs <= self.most(one) || is_possible
    }

    /// Asks what the character and the next sign cost where each is the last of three in a row.
    #[inline]
    fn ask_threes(&self, one: &Listed, keys: &mut Vec<u64>) {
        let [before, around] = self.asks(one);
        if before {
            keys.push(self.context.key(one.id, 3));
        }
        if around {
            keys.push(key(&[self.before, one.id, self.after]));
        }
    }

    /// Strikes off what brings too little by threes.
    #[inline]
    fn judge_threes(&self, one: &mut Listed, found: &mut Found<'_>) -> bool {
        let [before, around] = self.asks(one).map(|is_asked| next_if(is_asked, found));
        one.is_in_three = before.is_some() || around.is_some();
        one.is_around = around.is_some();
        // Four in a row may be known only where the first three are.
        match (before, around) {
            (Some(_), Some(_)) => (one.cost, one.next) = (0, 0),
            (Some(_), None) => one.cost = 0,
            (None, Some(around)) => one.next = around.cost,
            (None, None) => {}
        }
        one.cost + one.next <= self.most(one)
    }

    /// Asks what the sign behind the next costs as the last of three that begin with the character, where that matters.
    #[inline]
    fn ask_behind(&self, one: &Listed, keys: &mut Vec<u64>) {
        if self.asks_behind(one) {
            keys.push(key(&[one.id, self.after, self.next]));
        }
    }

    /// Strikes off what brings too little with what stands behind.
    #[inline]
    fn judge_behind(&self, one: &mut Listed, found: &mut Found<'_>) -> bool {
        let rest = match next_if(self.asks_behind(one), found) {
            // Longer n-grams are not there, and what is behind is not reckoned with yet.
            Some(behind) if !one.is_around && self.whole > self.whole_apart => behind.cost,
            Some(_) => 0,
            None => return !self.needs_behind(one),
        };
        one.cost + one.next + rest <= self.whole - one.least
    }

    /// Which three signs in a row, of which a character is the last or the middle one, are asked for.
    #[inline]
    fn asks(&self, one: &Listed) -> [bool; 2] {
        let [left, right, _] = one.known;
        let is_asked = one.is_open && left;
        [is_asked && self.known > 1, is_asked && right]
    }

    /// Whether a character has to be known before the next two signs.
    #[inline]
    fn needs_behind(&self, one: &Listed) -> bool {
        one.is_open
            && (one.cost + one.next > self.most_apart(one) || self.is_in_threes && !one.is_in_three)
    }

    #[inline]
    fn asks_behind(&self, one: &Listed) -> bool {
        self.needs_behind(one) && one.known[1]
    }

    /// What a character and the next sign may cost.
    #[inline]
    fn most(&self, one: &Listed) -> Cost {
        match one.known[1] {
            true => self.early.min(self.whole - one.least),
            false => self.most_apart(one),
        }
    }

    /// The same where it, the next sign and the one behind that are not known in a row.
    #[inline]
    fn most_apart(&self, one: &Listed) -> Cost {
        self.early.min(self.whole_apart - one.least)
    }
}

#[cfg(test)]
mod tests;
