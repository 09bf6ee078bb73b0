//! The characters of all places of a line that are left while each [`Screen`] strikes off its own, and what is looked up for all of them at a time: the
//! tables lie far from the processor, so the looks of many places are under way together.

use super::Screen;
use crate::checker::Parts;
use crate::cost::{Cost, Value};
use crate::trial::Known;

/// A character that may bring enough.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listed {
    pub(crate) id: u16,
    /// Which of the screens it belongs to.
    pub(super) screen: u16,
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

/// The characters that are left of each place, and buffers for looking them up.
#[derive(Debug, Default)]
pub(crate) struct Sieve {
    pub(super) screens: Vec<Screen>,
    pub(super) listed: Vec<Listed>,
    /// Those of one place that fit, with the codes of their likeness and beside which of the neighbours they are perhaps known.
    pub(super) chosen: Vec<(u16, u8, u8)>,
    keys: Vec<u64>,
    values: Vec<u32>,
}

impl Sieve {
    /// Forgets the places of another line.
    pub(crate) fn start(&mut self) {
        self.screens.clear();
        self.listed.clear();
    }

    /// The characters that are left, place by place.
    pub(crate) fn left(&self) -> impl Iterator<Item = (&Screen, &[Listed])> {
        let places = self.listed.chunk_by(|a, b| a.screen == b.screen);
        places.filter_map(|listed| {
            let first = listed.first()?;
            Some((self.screens.get(usize::from(first.screen))?, listed))
        })
    }

    /// Strikes off the list what brings too little by the tables of two and three signs. All of a list is looked up before any of it is judged.
    pub(crate) fn sift(&mut self, parts: &Parts<'_>) {
        self.look_up(parts, 2, Screen::ask_pairs);
        self.judge(Screen::judge_pairs);
        self.look_up(parts, 3, Screen::ask_threes);
        self.judge(Screen::judge_threes);
        self.look_up(parts, 3, Screen::ask_behind);
        self.judge(Screen::judge_behind);
    }

    /// Looks up in the table of an order what `ask` wants to know of each.
    #[inline]
    fn look_up(
        &mut self,
        parts: &Parts<'_>,
        order: usize,
        ask: impl Fn(&Screen, &Listed, &mut Vec<u64>),
    ) {
        self.keys.clear();
        for one in &self.listed {
            if let Some(screen) = self.screens.get(usize::from(one.screen)) {
                ask(screen, one, &mut self.keys);
            }
        }
        parts
            .ngrams
            .look_up(&parts.view, order, &self.keys, &mut self.values);
    }

    /// Keeps those of which `judge` says so by what was found, in the order it was asked.
    #[inline]
    fn judge(&mut self, judge: impl Fn(&Screen, &mut Listed, &mut Found<'_>) -> bool) {
        let mut found = self.values.iter().copied();
        self.listed.retain_mut(|one| {
            let screen = self.screens.get(usize::from(one.screen));
            screen.is_some_and(|screen| judge(screen, one, &mut found))
        });
    }
}

/// The next of what was found, where it was asked for.
#[inline]
pub(super) fn next_if(is_asked: bool, found: &mut Found<'_>) -> Option<Value> {
    let value = is_asked.then(|| found.next()).flatten();
    value.and_then(Value::if_there)
}
