//! The life of one line: signs, costs, places that fit badly, corrections tried there, and the best of each place.

use crate::alphabet::{EDGE, Token, is_han_id};
use crate::checker::Parts;
use crate::cost::Cost;
use crate::edits::{self, Edit, Slip};
use crate::features;
use crate::odd::{Odd, Read};
use crate::reading::Reading;
use crate::screen::Sieve;
use crate::trial::{Steps, Trial};
use std::cell::Cell;

/// Most signs of a line looked at together; a longer one is read in pieces.
pub(crate) const LONGEST_PIECE: usize = 1500;

/// Buffers that are used again from line to line.
#[derive(Default)]
pub(crate) struct Line {
    /// The signs between two edges.
    pub(crate) ids: Vec<u16>,
    /// Byte range of each sign in the text; the edges have empty ones.
    pub(crate) tokens: Vec<Token>,
    pub(crate) reading: Reading,
    /// Sum of the costs up to and with each sign.
    pub(crate) sums: Vec<f32>,
    /// What stands behind each sign costs so much where an edit parts the sign from what stands before it; filled in where it is asked for.
    pub(crate) behind: Vec<Cell<Option<Cost>>>,
    odd: Odd,
    /// Whether each sign stands in a word of the dictionary of two or three characters.
    in_words: Vec<bool>,
    /// Buffer of those who look at the line.
    sieve: Cell<Sieve>,
}

thread_local! {
    /// A line's buffers are as long as the longest piece at most, and asking for them anew is a tenth of the time of reading a short line.
    static KEPT: Cell<Line> = Cell::default();
}

impl Line {
    /// Lends a line to read into, the same again and again to a thread.
    pub(crate) fn lend(user: impl FnOnce(&mut Self)) {
        let mut line = KEPT.take();
        user(&mut line);
        KEPT.set(line);
    }
}

impl Line {
    /// Takes signs `tokens`, which stand in one line of text.
    pub(crate) fn read(&mut self, parts: &Parts<'_>, tokens: &[Token]) {
        self.ids.clear();
        self.tokens.clear();
        let start = tokens.first().map_or(0, |t| t.start);
        let end = tokens.last().map_or(0, |t| t.end);
        let edge = |at| Token {
            id: EDGE,
            start: at,
            end: at,
        };
        self.tokens.push(edge(start));
        self.tokens.extend(tokens);
        self.tokens.push(edge(end));
        self.ids.extend(self.tokens.iter().map(|t| t.id));
        self.weigh(parts);
    }

    fn weigh(&mut self, parts: &Parts<'_>) {
        parts.ngrams.read(&parts.view, &self.ids, &mut self.reading);
        parts.words.mark(parts.model, &self.ids, &mut self.in_words);
        self.behind.clear();
        self.behind.resize(self.ids.len(), Cell::new(None));
        self.sums.clear();
        let mut sum = 0.0;
        self.sums.extend(self.reading.steps.iter().map(|step| {
            sum += step.cost;
            sum
        }));
        let strangeness = self.strangeness();
        let read = Read {
            ids: &self.ids,
            steps: &self.reading.steps,
            in_words: &self.in_words,
        };
        self.odd.find(&read, parts, strangeness);
    }

    /// Whether a blank stands before a sign.
    pub(crate) fn is_parted(&self, at: usize) -> bool {
        let end = at.checked_sub(1).and_then(|left| self.tokens.get(left));
        let start = self.tokens.get(at);
        end.map(|token| token.end) < start.map(|token| token.start)
    }

    /// Index of the last sign before the edge.
    pub(crate) fn last(&self) -> usize {
        self.ids.len().saturating_sub(2)
    }

    /// A sign's number; the edge beyond the ends.
    pub(crate) fn id(&self, at: usize) -> u16 {
        self.ids.get(at).copied().unwrap_or(EDGE)
    }

    /// Sum of the costs of signs `from..to`.
    pub(crate) fn cost(&self, from: usize, to: usize) -> f32 {
        let to = to.min(self.sums.len());
        if from >= to || from == 0 {
            return 0.0;
        }
        self.sums[to - 1] - self.sums[from - 1]
    }

    /// Mean bits of surprise at a sign.
    pub(crate) fn strangeness(&self) -> f32 {
        self.cost(1, self.ids.len()) / self.ids.len() as f32
    }

    /// Whether a place fits so badly that corrections are worth trying.
    pub(crate) fn is_odd(&self, at: usize) -> bool {
        self.odd.holds(at)
    }

    /// Whether a sign stands in no word of the dictionary.
    pub(crate) fn is_lone(&self, at: usize) -> bool {
        self.in_words.get(at) == Some(&false)
    }

    /// Bits that the line would cost less with an edit, and how the model reads the edited place; `None` when less than `least`.
    pub(crate) fn try_edit(
        &self,
        parts: &Parts<'_>,
        edit: &Edit,
        least: f32,
    ) -> Option<(f32, Steps)> {
        let trial = Trial::of(self, parts, edit.from, edit.to);
        let known = trial.known(parts, edit.meant());
        trial.run(parts, edit.meant(), known, least)
    }

    /// The places that fit badly, each with its edits that help, best first.
    pub(crate) fn sites(&self, parts: &Parts<'_>) -> Vec<Site> {
        let mut found: Vec<Edit> = Vec::new();
        let mut sieve = self.sieve.take();
        sieve.start();
        for at in 1..=self.last() {
            if !self.is_odd(at) {
                continue;
            }
            if is_han_id(self.ids[at]) || self.ids[at] == crate::alphabet::STRANGER {
                edits::at(self, parts, at, &mut sieve, &mut found);
            } else {
                edits::before_sign(self, parts, at, &mut sieve);
            }
        }
        edits::listed(self, parts, &mut sieve, &mut found);
        self.sieve.set(sieve);
        found.retain(|edit| self.is_worth(parts, edit));
        gather(found)
    }

    /// Whether an edit is worth a second look: it brings much, or less and the words that the line is cut into speak for it too.
    fn is_worth(&self, parts: &Parts<'_>, edit: &Edit) -> bool {
        let may_be_word = edit.slip == Slip::Character && self.is_lone(edit.from);
        edit.worth() >= WORTH
            || may_be_word
                && edit.worth() >= WORTH_OF_WORD
                && features::word_gain(self, parts, edit) >= WORD_GAIN
    }
}

/// Least worth of an edit, bits.
const WORTH: f32 = 5.0;
/// The same where the cut into words brings so many bits besides.
const WORTH_OF_WORD: f32 = 2.0;
const WORD_GAIN: f32 = 6.0;
/// Bits a sign costs on the average of a usual line.
pub(crate) const USUAL: f32 = 4.5;

/// A place with what may have been meant there.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub(crate) best: Edit,
    /// Other edits that touch the best one, best first.
    pub(crate) others: Vec<Edit>,
}

/// Takes the best edits first; an edit that touches one already taken is an alternative to it.
fn gather(mut found: Vec<Edit>) -> Vec<Site> {
    found.sort_by(|a, b| {
        b.worth()
            .total_cmp(&a.worth())
            .then_with(|| (a.from, a.to, a.meant()).cmp(&(b.from, b.to, b.meant())))
    });
    let mut sites: Vec<Site> = Vec::new();
    for edit in found {
        match sites.iter_mut().find(|site| site.best.touches(&edit)) {
            Some(site) => {
                if site.best.is_same(&edit) || site.others.iter().any(|o| o.is_same(&edit)) {
                    continue;
                }
                site.others.push(edit);
            }
            None => sites.push(Site {
                best: edit,
                others: Vec::new(),
            }),
        }
    }
    sites.sort_by_key(|site| site.best.from);
    sites
}

impl Line {
    /// The text with an edit made.
    pub(crate) fn with(&self, text: &str, edit: &Edit, parts: &Parts<'_>) -> String {
        let start = self
            .tokens
            .get(edit.from)
            .map_or(text.len(), |t| t.start as usize);
        let end = match edit.to > edit.from {
            true => self.tokens[edit.to - 1].end as usize,
            false => start,
        };
        let mut out = String::with_capacity(text.len() + 8);
        out.push_str(text.get(..start).unwrap_or_default());
        out.extend(edit.meant().iter().filter_map(|id| parts.character(*id)));
        out.push_str(text.get(end..).unwrap_or_default());
        out
    }
}
