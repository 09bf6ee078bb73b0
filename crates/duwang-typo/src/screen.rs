//! Single characters looked over before they are tried: for a place there are some forty of them, and nearly none brings enough.
//!
//! What a character costs here is a floor under what a trial would find, so nothing that a trial would keep is lost. Costs are whole numbers of
//! the steps they are stored in.

mod sieve;

pub(crate) use sieve::{Listed, Sieve};

use crate::alphabet::is_han_id;
use crate::checker::Parts;
use crate::confusion::CODES;
use crate::cost::{Cost, Value};
use crate::fuse::MISSING;
use crate::ngram::{Context, key};
use crate::pairs::Gap;
use crate::trial::{Known, Trial};
use sieve::Open;

/// A gap for one character between two signs, by what all that may fill it have in common.
pub(crate) struct Screen {
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
}

impl Screen {
    pub(crate) fn of(trial: &Trial<'_>, parts: &Parts<'_>) -> Self {
        let [before, after, next] = trial.neighbours();
        let state = trial.state();
        let [early, whole, whole_apart] = trial.budgets();
        Self {
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
        }
    }

    /// The same for characters that count only where they are one of three in a row that are known.
    pub(crate) fn only_in_threes(self) -> Self {
        Self {
            is_in_threes: true,
            ..self
        }
    }

    /// Whether a character is known beside one of the neighbours: where text runs on, it often stands beside the other for the first time.
    /// Between signs, as in （四）, it must be known beside both.
    #[inline]
    pub(crate) fn fits(&self, [left, right, _]: Known) -> bool {
        match (is_han_id(self.before), is_han_id(self.after)) {
            (true, true) => left || right,
            (true, false) => left,
            (false, true) => right,
            (false, false) => left && right,
        }
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
        characters: impl Iterator<Item = (u16, u8)>,
        least: &[Cost; CODES],
        listed: &mut Vec<Listed>,
    ) {
        let gap = Gap::between(parts.view.pairs, self.before, self.after);
        let [early, whole, whole_apart] = [self.early, self.whole, self.whole_apart];
        listed.clear();
        for (id, code) in characters {
            let least = least[usize::from(code) % CODES];
            let most = early.min(whole - least);
            let alone = parts.ngrams.unigram(&parts.view, id);
            let behind_stranger = alone.cost + self.leaving;
            let left = gap.has_behind(id);
            if !left && behind_stranger > most {
                continue;
            }
            let right = gap.has_before(id);
            let known = [left, right, true];
            let cost = if left { 0 } else { behind_stranger };
            let before_stranger = self.after_alone + alone.backoff();
            let is_possible = match right {
                true => cost <= most,
                false => cost + before_stranger <= early.min(whole_apart - least),
            };
            if is_possible && self.fits(known) {
                listed.push(Listed {
                    id,
                    code,
                    known,
                    least,
                    alone,
                    cost: 0,
                    next: 0,
                    backoff: 0,
                    open: Open::No,
                });
            }
        }
    }

    /// Strikes off the list what brings too little by the tables of two and three signs. All of a list is looked up before any of it is judged:
    /// the looks are under way together.
    pub(crate) fn sift(&self, parts: &Parts<'_>, sieve: &mut Sieve) {
        if !sieve.listed.is_empty() {
            self.sift_by_left(parts, sieve);
            self.sift_by_right(parts, sieve);
            self.sift_by_three(parts, sieve);
        }
    }

    /// By what the sign before and the character cost as a pair.
    fn sift_by_left(&self, parts: &Parts<'_>, sieve: &mut Sieve) {
        sieve.look_up(parts, 2, |one, keys| {
            if one.known[0] {
                keys.push(key(&[self.before, one.id]));
            }
        });
        sieve.judge(|one, found| {
            one.next = match one.known[1] {
                true => 0,
                false => self.after_alone + one.alone.backoff(),
            };
            let left = one.known[0].then(|| found.next()).flatten();
            let left = left.and_then(Value::if_there);
            one.known[0] = left.is_some();
            one.set_left(left, self);
            one.cost_at_least(self) <= self.most(one)
        });
    }

    /// By what the character and the next sign cost as a pair.
    fn sift_by_right(&self, parts: &Parts<'_>, sieve: &mut Sieve) {
        sieve.look_up(parts, 2, |one, keys| {
            if one.known[1] {
                keys.push(key(&[one.id, self.after]));
            }
        });
        sieve.judge(|one, found| {
            let right = one.known[1].then(|| found.next()).flatten();
            let right = right.and_then(Value::if_there);
            one.known[1] = right.is_some();
            one.next = match right {
                Some(value) => value.cost,
                None => self.after_alone + one.alone.backoff(),
            } + one.backoff;
            let is_longer_known = one.known[0] && (one.known[1] || self.known > 1);
            let is_possible = one.cost_at_least(self) <= self.most(one);
            let by_pairs = one.cost + one.next;
            one.open = match by_pairs {
                dear if dear > self.most(one) => Open::Here,
                dear if dear > self.early.min(self.whole_apart - one.least) => Open::Behind,
                _ if self.is_in_threes => Open::Behind,
                _ => Open::No,
            };
            one.open != Open::Here || is_longer_known && is_possible
        });
    }

    /// By whether three signs in a row are known, where that is needed.
    fn sift_by_three(&self, parts: &Parts<'_>, sieve: &mut Sieve) {
        sieve.look_up(parts, 3, |one, keys| {
            let [before, around, behind] = self.asks(one);
            if before {
                keys.push(self.context.key(one.id, 3));
            }
            if around {
                keys.push(key(&[self.before, one.id, self.after]));
            }
            if behind {
                keys.push(key(&[one.id, self.after, self.next]));
            }
        });
        sieve.judge(|one, found| {
            let mut is_kept = one.open == Open::No;
            for is_asked in self.asks(one) {
                is_kept |= is_asked && found.next() != Some(MISSING);
            }
            is_kept
        });
    }

    /// Which three signs in a row, of which a character is the last, the middle one, or the first, have to be known.
    #[inline]
    fn asks(&self, one: &Listed) -> [bool; 3] {
        let [left, right, _] = one.known;
        let is_open = one.open != Open::No;
        [
            is_open && left && self.known > 1,
            is_open && left && right,
            one.open == Open::Behind && right,
        ]
    }

    /// What a character and the next sign may cost.
    #[inline]
    fn most(&self, one: &Listed) -> Cost {
        let whole = if one.known[1] {
            self.whole
        } else {
            self.whole_apart
        };
        self.early.min(whole - one.least)
    }
}

#[cfg(test)]
#[allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]
mod tests;
