//! What may have been meant at a place that fits badly.

use crate::alphabet::{is_han_id, is_mark};
use crate::checker::Parts;
use crate::confusion::{self, Likeness};
use crate::format::Section;
use crate::line::Line;
use crate::neighbours;
use crate::ngram::{ORDER, Step};
use std::cell::OnceCell;

/// What kind of slip an edit undoes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slip {
    /// One character in place of another.
    Character,
    /// A word of two characters in place of another of the same sound.
    Word,
    /// A character left out.
    Missing,
    /// A character too many.
    Surplus,
    /// Something written twice.
    Doubled,
    /// Two characters in the wrong order.
    Swapped,
}

/// Signs `from..to` of a line replaced by others.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    pub(crate) from: usize,
    pub(crate) to: usize,
    new: [u16; 2],
    new_len: u8,
    pub(crate) slip: Slip,
    pub(crate) likeness: Likeness,
    /// Bits the line costs less.
    pub(crate) gain: f32,
    /// How the model reads the edited place and what follows.
    pub(crate) steps: [Step; 6],
}

impl Edit {
    pub(crate) fn new_at(
        from: usize,
        to: usize,
        new: &[u16],
        slip: Slip,
        likeness: Likeness,
    ) -> Self {
        let mut ids = [0; 2];
        for (slot, id) in ids.iter_mut().zip(new) {
            *slot = *id;
        }
        Self {
            from,
            to,
            new: ids,
            new_len: new.len().min(2) as u8,
            slip,
            likeness,
            gain: 0.0,
            steps: [Step::default(); 6],
        }
    }

    pub(crate) fn meant(&self) -> &[u16] {
        &self.new[..usize::from(self.new_len)]
    }

    /// Gain less what such a slip is unlikely by: for choosing between edits of one place.
    pub(crate) fn worth(&self) -> f32 {
        self.gain - penalty(self.slip, self.likeness)
    }

    /// Whether two edits lie so close that the gain of one depends on the other.
    pub(crate) fn touches(&self, other: &Self) -> bool {
        self.from <= other.to.max(other.from + 1) && other.from <= self.to.max(self.from + 1)
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (self.from, self.to, self.meant()) == (other.from, other.to, other.meant())
    }
}

/// Bits that a slip of this kind is rarer than a slip of sound.
fn penalty(slip: Slip, likeness: Likeness) -> f32 {
    match slip {
        Slip::Character => match (likeness.sound, likeness.shape) {
            (3, 2) => -1.0,
            (3, _) => 0.0,
            (2, s) => 0.5 - 0.5 * f32::from(s),
            (1, s) => 2.0 - 0.5 * f32::from(s),
            (_, 2) => 2.0,
            _ => 4.0,
        },
        Slip::Word => 4.0 - f32::from(likeness.sound),
        Slip::Missing => 7.0,
        Slip::Surplus => 10.0,
        Slip::Doubled => 1.0,
        Slip::Swapped => 3.0,
    }
}

/// Least bits an edit must bring.
const LEAST: f32 = 5.0;

/// Tries everything at one place.
pub(crate) fn at(line: &Line, parts: &Parts<'_>, at: usize, found: &mut Vec<Edit>) {
    characters(line, parts, at, found);
    words(line, parts, at, found);
    swapped(line, parts, at, found);
    surplus(line, parts, at, found);
    missing(line, parts, at, found);
}

/// What may be missing before a sign that is no character.
pub(crate) fn before_sign(line: &Line, parts: &Parts<'_>, at: usize, found: &mut Vec<Edit>) {
    missing(line, parts, at, found);
}

fn take(line: &Line, parts: &Parts<'_>, mut edit: Edit, found: &mut Vec<Edit>) {
    let least = LEAST + penalty(edit.slip, edit.likeness).max(0.0);
    if let Some((gain, steps)) = line.try_edit(parts, &edit, least) {
        edit.gain = gain;
        edit.steps = steps;
        found.push(edit);
    }
}

/// Whether a character is known beside one of its neighbours: where text runs on, it often stands beside the other for the first time.
/// Between signs, as in （四）, it must be known beside both.
fn fits(line: &Line, parts: &Parts<'_>, left: usize, id: u16, right: usize) -> bool {
    let (before, after) = (line.id(left), line.id(right));
    let known = |a, b| parts.view.perhaps_pair(a, b);
    match (is_han_id(before), is_han_id(after)) {
        (true, true) => known(before, id) || known(id, after),
        (true, false) => known(before, id),
        (false, true) => known(id, after),
        (false, false) => known(before, id) && known(id, after),
    }
}

fn characters(line: &Line, parts: &Parts<'_>, at: usize, found: &mut Vec<Edit>) {
    let written = line.ids[at];
    let mut guesses: Vec<Guess> = Vec::with_capacity(24);
    let stands_in_word = OnceCell::new();
    for (id, likeness) in confusion::alternatives(parts.model, written) {
        if fits(line, parts, at - 1, id, at + 1)
            && !(likeness.in_words && *stands_in_word.get_or_init(|| is_word(line, parts, at)))
        {
            guesses.push(Guess::new(id, likeness));
        }
    }
    if guesses.len() > TRIED {
        weigh(line, parts, at, &mut guesses);
        guesses.truncate(TRIED);
    }
    for guess in &guesses {
        let edit = Edit::new_at(at, at + 1, &[guess.id], Slip::Character, guess.likeness);
        take(line, parts, edit, found);
    }
}

/// Most characters tried in earnest at one place.
const TRIED: usize = 5;

/// A character that may be meant, and how well it goes with its two neighbours alone.
struct Guess {
    id: u16,
    likeness: Likeness,
    /// Bits it and the next sign cost by pairs, more for what is slipped into less often.
    cost: f32,
}

impl Guess {
    fn new(id: u16, likeness: Likeness) -> Self {
        Self {
            id,
            likeness,
            cost: 0.0,
        }
    }
}

/// Sorts guesses by how well they go with their neighbours, the best first.
fn weigh(line: &Line, parts: &Parts<'_>, at: usize, guesses: &mut [Guess]) {
    let (before, after) = (line.id(at - 1), line.id(at + 1));
    for guess in guesses.iter_mut() {
        let pairs = parts.ngrams.pair_cost(&parts.view, before, guess.id)
            + parts.ngrams.pair_cost(&parts.view, guess.id, after);
        guess.cost = pairs + penalty(Slip::Character, guess.likeness);
    }
    guesses.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.id.cmp(&b.id)));
}

/// Whether the dictionary has a word over a place as it is written.
fn is_word(line: &Line, parts: &Parts<'_>, at: usize) -> bool {
    parts.words.longest_over(parts.model, &line.ids, at).0 > 1
}

/// Words of the same sound for the two characters that start here or end here.
fn words(line: &Line, parts: &Parts<'_>, at: usize, found: &mut Vec<Edit>) {
    for from in [at - 1, at] {
        let pair = [line.id(from), line.id(from + 1)];
        if from == 0 || !pair.iter().all(|id| is_han_id(*id)) {
            continue;
        }
        for (meant, likeness) in confusion::homophones(parts.model, pair) {
            if !word_fits(line, parts, from, meant) {
                continue;
            }
            let edit = Edit::new_at(from, from + 2, &meant, Slip::Word, likeness);
            take(line, parts, edit, found);
        }
    }
}

/// Whether a word of two characters is known beside one of its neighbours, by the characters that meet there.
fn word_fits(line: &Line, parts: &Parts<'_>, from: usize, meant: [u16; 2]) -> bool {
    let (before, after) = (line.id(from - 1), line.id(from + 2));
    let known = |a, b| parts.view.perhaps_pair(a, b);
    match (is_han_id(before), is_han_id(after)) {
        (false, false) => true,
        (left, right) => (left && known(before, meant[0])) || (right && known(meant[1], after)),
    }
}

fn swapped(line: &Line, parts: &Parts<'_>, at: usize, found: &mut Vec<Edit>) {
    let pair = [line.id(at + 1), line.id(at)];
    if is_han_id(pair[0]) && is_han_id(pair[1]) && pair[0] != pair[1] {
        let edit = Edit::new_at(at, at + 2, &pair, Slip::Swapped, Likeness::default());
        take(line, parts, edit, found);
    }
}

fn surplus(line: &Line, parts: &Parts<'_>, at: usize, found: &mut Vec<Edit>) {
    let doubled = line.id(at) == line.id(at - 1);
    if doubled && is_counted(line, parts, at - 1) {
        return;
    }
    let slip = if doubled {
        Slip::Doubled
    } else {
        Slip::Surplus
    };
    let edit = Edit::new_at(at, at + 1, &[], slip, Likeness::default());
    take(line, parts, edit, found);
    for size in 2..=4 {
        let Some(from) = at.checked_sub(size).filter(|from| *from > 0) else {
            break;
        };
        let twice = at + size <= line.last() + 1
            && line.ids[from..at] == line.ids[at..at + size]
            && line.ids[at..at + size].iter().all(|id| is_han_id(*id))
            && parts.character(line.ids[at]) != Some('一')
            && !(size == 2 && is_mark(line.id(at + size)) && !runs_on(line, from));
        if twice {
            let edit = Edit::new_at(at, at + size, &[], Slip::Doubled, Likeness::default());
            take(line, parts, edit, found);
        }
    }
}

/// Whether the two characters from here are the known end of what stands before them (信息服务): nobody says them twice for emphasis.
pub(crate) fn runs_on(line: &Line, first: usize) -> bool {
    let step = line.reading.steps.get(first + 1);
    step.is_some_and(|step| step.order >= 4)
}

/// Whether a doubled character is a word of its own (看看, 刚刚) or one of a row (一排排, 一件件).
fn is_counted(line: &Line, parts: &Parts<'_>, first: usize) -> bool {
    let written = parts.character(line.id(first));
    let pair = [line.id(first); 2];
    if parts.words.commonness(parts.model, &pair).is_some()
        && !written.is_some_and(|c| "的了和是在有不".contains(c))
    {
        return true;
    }
    let before = parts.character(line.id(first.saturating_sub(1)));
    before.is_some_and(|c| matches!(c, '一' | '年' | '天' | '人' | '家' | '层'))
}

/// The character that usually stands between this one and the one before, and those that often stand beside one of them and are known
/// beside the other.
fn missing(line: &Line, parts: &Parts<'_>, at: usize, found: &mut Vec<Edit>) {
    let [left, right] = [line.id(at - 1), line.id(at)];
    let least = LEAST + penalty(Slip::Missing, Likeness::default());
    if !is_han_id(left)
        || parts.view.perhaps_pair(left, right)
        || line.cost(at, at + ORDER - 1) < least
    {
        return;
    }
    let gaps = parts.model.section(Section::Gaps);
    let usual = parts.gaps.get(gaps, crate::ngram::key(&[left, right]));
    let known = |a, b| parts.view.perhaps_pair(a, b);
    let mut guesses: Vec<Guess> = neighbours::before(parts.model, right)
        .filter(|id| known(left, *id))
        .chain(neighbours::after(parts.model, left).filter(|id| known(*id, right)))
        .chain(usual.map(|id| id as u16))
        .map(|id| Guess::new(id, Likeness::default()))
        .collect();
    for guess in &mut guesses {
        guess.cost = parts.ngrams.pair_cost(&parts.view, left, guess.id)
            + parts.ngrams.pair_cost(&parts.view, guess.id, right);
    }
    guesses.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.id.cmp(&b.id)));
    guesses.dedup_by_key(|guess| guess.id);
    for guess in guesses.iter().take(TRIED_MISSING) {
        let edit = Edit::new_at(at, at, &[guess.id], Slip::Missing, guess.likeness);
        take(line, parts, edit, found);
    }
}

/// Most characters tried in earnest for a gap.
const TRIED_MISSING: usize = 3;
