//! What may have been meant at a place that fits badly.

use crate::alphabet::{is_han_id, is_mark};
use crate::checker::Parts;
use crate::confusion::{self, CODES, Likeness};
use crate::cost::{Cost, Step, steps};
use crate::format::Section;
use crate::line::Line;
use crate::neighbours;
use crate::ngram::ORDER;
use crate::screen::{Screen, Sieve};
use crate::trial::{Known, Trial};
use std::cell::OnceCell;
use std::sync::LazyLock;

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
    /// Bits that this slip is rarer than others of its kind.
    rarity: f32,
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
            rarity: 0.0,
            gain: 0.0,
            steps: [Step::default(); 6],
        }
    }

    pub(crate) fn meant(&self) -> &[u16] {
        &self.new[..usize::from(self.new_len)]
    }

    /// Gain less what such a slip is unlikely by: for choosing between edits of one place.
    pub(crate) fn worth(&self) -> f32 {
        self.gain - penalty(self.slip, self.likeness) - self.rarity
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
/// The same for a character that stands in no word of the dictionary: what the words say may make up for the rest.
const LEAST_ALONE: f32 = 2.0;

/// Tries everything at one place, but for single characters to write there: those are put on the list, for [`listed`].
pub(crate) fn at(
    line: &Line,
    parts: &Parts<'_>,
    at: usize,
    sieve: &mut Sieve,
    found: &mut Vec<Edit>,
) {
    let trial = Trial::of(line, parts, at, at + 1);
    let others = confusion::codes(parts.model, line.ids[at]);
    let least = match line.is_lone(at) {
        true => &LEAST_OF_LONE,
        false => &LEAST_OF,
    };
    Screen::of(&trial, parts).list(parts, others, least, sieve);
    words(line, parts, at, found);
    swapped(line, parts, at, found);
    surplus(line, parts, at, &trial, found);
    missing(line, parts, at, sieve);
}

/// Puts what may be missing before a sign that is no character on the list.
pub(crate) fn before_sign(line: &Line, parts: &Parts<'_>, at: usize, sieve: &mut Sieve) {
    missing(line, parts, at, sieve);
}

/// Tries the single characters on the list of all places.
pub(crate) fn listed(line: &Line, parts: &Parts<'_>, sieve: &mut Sieve, found: &mut Vec<Edit>) {
    sieve.sift(parts);
    for (screen, left) in sieve.left() {
        let (from, to) = (screen.from, screen.to);
        let trial = Trial::of(line, parts, from, to);
        let slip = match from == to {
            true => Slip::Missing,
            false => Slip::Character,
        };
        let first = found.len();
        for one in left {
            let likeness = Likeness::of_code(one.code);
            let edit = Edit::new_at(from, to, &[one.id], slip, likeness);
            take_known(line, &trial, parts, edit, one.known, found);
        }
        if found.len() > first {
            let guesses = match slip {
                Slip::Missing => in_gap(line, parts, from),
                _ => in_earnest(line, parts, from, screen),
            };
            keep(found, first, &guesses);
        }
    }
}

/// Least that one character in place of another must bring, by the code of their likeness.
static LEAST_OF: LazyLock<[Cost; CODES]> = LazyLock::new(|| replacing(LEAST));
static LEAST_OF_LONE: LazyLock<[Cost; CODES]> = LazyLock::new(|| replacing(LEAST_ALONE));

fn replacing(least: f32) -> [Cost; CODES] {
    let with_penalty = |code| penalty(Slip::Character, Likeness::of_code(code)).max(0.0);
    std::array::from_fn(|code| steps(least + with_penalty(code as u8)))
}

/// Least bits that an edit must bring.
fn least(line: &Line, edit: &Edit) -> f32 {
    let least = match edit.slip {
        Slip::Character if line.is_lone(edit.from) => LEAST_ALONE,
        _ => LEAST,
    };
    least + penalty(edit.slip, edit.likeness).max(0.0) + edit.rarity
}

fn take(line: &Line, trial: &Trial<'_>, parts: &Parts<'_>, edit: Edit, found: &mut Vec<Edit>) {
    let least = least(line, &edit);
    if !trial.may_bring(least) {
        return;
    }
    let known = trial.known(parts, edit.meant());
    if trial.may_bring_with(parts, edit.meant(), known, least) {
        take_known(line, trial, parts, edit, known, found);
    }
}

fn take_known(
    line: &Line,
    trial: &Trial<'_>,
    parts: &Parts<'_>,
    mut edit: Edit,
    known: Known,
    found: &mut Vec<Edit>,
) {
    let least = least(line, &edit);
    if let Some((gain, steps)) = trial.run(parts, edit.meant(), known, least) {
        edit.gain = gain;
        edit.steps = steps;
        found.push(edit);
    }
}

/// Of the edits from `first` on keeps those that write one of the guesses.
fn keep(found: &mut Vec<Edit>, first: usize, guesses: &[Guess]) {
    let is_kept = |edit: &Edit| guesses.iter().any(|guess| edit.meant() == [guess.id]);
    let kept = found.split_off(first).into_iter().filter(is_kept);
    found.extend(kept);
}

/// The characters that fit at a place, or where there are many those that go best with its neighbours: only these are worth a suggestion. It costs
/// more to choose them than to see that nothing at a place brings enough, so that is seen first.
fn in_earnest(line: &Line, parts: &Parts<'_>, at: usize, screen: &Screen) -> Vec<Guess> {
    let mut guesses: Vec<Guess> = Vec::with_capacity(24);
    let stands_in_word = OnceCell::new();
    for (id, likeness) in confusion::alternatives(parts.model, line.ids[at]) {
        if screen.fits(screen.known(parts, id))
            && !(likeness.in_words && *stands_in_word.get_or_init(|| is_word(line, parts, at)))
        {
            guesses.push(Guess::new(id, likeness));
        }
    }
    if guesses.len() > TRIED {
        let (before, after) = (line.id(at - 1), line.id(at + 1));
        for guess in &mut guesses {
            let penalty = penalty(Slip::Character, guess.likeness);
            guess.cost = pairs_cost(parts, [before, guess.id, after]) + penalty;
        }
        sort(&mut guesses);
        guesses.truncate(TRIED);
    }
    guesses
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

/// Bits that the last two of three signs cost by pairs.
fn pairs_cost(parts: &Parts<'_>, [before, id, after]: [u16; 3]) -> f32 {
    parts.ngrams.pair_cost(&parts.view, before, id) + parts.ngrams.pair_cost(&parts.view, id, after)
}

/// Sorts guesses by how well they go with their neighbours, the best first.
fn sort(guesses: &mut [Guess]) {
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
        // What ends at an odd place began at the one before, and was tried there if that is odd too.
        let is_tried = from != at && from > 0 && line.is_odd(from);
        if from == 0
            || is_tried
            || !pair.iter().all(|id| is_han_id(*id))
            || !parts.written.may_have(pair)
        {
            continue;
        }
        let trial = OnceCell::new();
        for (meant, likeness) in confusion::homophones(parts.model, pair) {
            if !word_fits(line, parts, from, meant) {
                continue;
            }
            let trial = trial.get_or_init(|| Trial::of(line, parts, from, from + 2));
            let edit = Edit::new_at(from, from + 2, &meant, Slip::Word, likeness);
            take(line, trial, parts, edit, found);
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

/// The two characters from here in the other order, where they are known so.
fn swapped(line: &Line, parts: &Parts<'_>, at: usize, found: &mut Vec<Edit>) {
    let pair = [line.id(at + 1), line.id(at)];
    let may_be_meant = is_han_id(pair[0])
        && is_han_id(pair[1])
        && pair[0] != pair[1]
        && parts.view.perhaps_pair(pair[0], pair[1]);
    if may_be_meant {
        let edit = Edit::new_at(at, at + 2, &pair, Slip::Swapped, Likeness::default());
        take(
            line,
            &Trial::of(line, parts, at, at + 2),
            parts,
            edit,
            found,
        );
    }
}

/// A character too many, where its neighbours are known without it, or something written twice.
fn surplus(line: &Line, parts: &Parts<'_>, at: usize, trial: &Trial<'_>, found: &mut Vec<Edit>) {
    let doubled = line.id(at) == line.id(at - 1);
    if doubled && is_counted(line, parts, at - 1) {
        return;
    }
    let slip = if doubled {
        Slip::Doubled
    } else {
        Slip::Surplus
    };
    if doubled || parts.view.perhaps_pair(line.id(at - 1), line.id(at + 1)) {
        let mut edit = Edit::new_at(at, at + 1, &[], slip, Likeness::default());
        if !doubled {
            edit.rarity = rarity(parts, line.id(at));
        }
        take(line, trial, parts, edit, found);
    }
    for size in 2..=4 {
        let Some(from) = at.checked_sub(size).filter(|from| *from > 0) else {
            break;
        };
        let twice = at + size <= line.last() + 1
            && line.ids[from..at] == line.ids[at..at + size]
            && line.ids[at..at + size].iter().all(|id| is_han_id(*id))
            && parts.character(line.ids[at]) != Some('一')
            && !(size == 2 && is_mark(line.id(at + size)) && !runs_on(line, from))
            && !is_of_government(line, parts, at);
        if twice {
            let edit = Edit::new_at(at, at + size, &[], Slip::Doubled, Likeness::default());
            take(
                line,
                &Trial::of(line, parts, at, at + size),
                parts,
                edit,
                found,
            );
        }
    }
}

/// Bits that a character slips in more rarely than a common one. To strike out a rare character always makes a line cheaper by much, but what slips in
/// is mostly common: a rare one rather stands for another.
fn rarity(parts: &Parts<'_>, id: u16) -> f32 {
    (parts.ngrams.alone(&parts.view, id) - COMMON).max(0.0)
}

/// Bits of a common character alone.
const COMMON: f32 = 8.0;

/// Whether 政府 stands here as the beginning of a term (镇人民政府政府信息公开指南).
fn is_of_government(line: &Line, parts: &Parts<'_>, at: usize) -> bool {
    let is = |on: usize, set: &str| {
        let written = parts.character(line.id(at + on));
        written.is_some_and(|c| set.contains(c))
    };
    is(0, "政") && is(1, "府") && is(2, "信采网购债投") && is(3, "息购站买务资")
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

/// Lists what may be missing before a place.
fn missing(line: &Line, parts: &Parts<'_>, at: usize, sieve: &mut Sieve) {
    let [left, right] = [line.id(at - 1), line.id(at)];
    let least = LEAST + penalty(Slip::Missing, Likeness::default());
    if !is_han_id(left)
        || parts.view.perhaps_pair(left, right)
        || line.cost(at, at + ORDER - 1) < least
    {
        return;
    }
    let (thought_of, count) = thought_of(parts, left, right);
    let code = Likeness::default().code();
    let coded = thought_of.iter().take(count).map(|id| (*id, code));
    let trial = Trial::of(line, parts, at, at);
    let screen = Screen::of(&trial, parts).only_in_threes();
    screen.list(parts, coded, &[steps(least); CODES], sieve);
}

/// The character that usually stands between two others, and those that often stand beside one of them and are known beside the other.
fn thought_of(parts: &Parts<'_>, left: u16, right: u16) -> ([u16; MOST_THOUGHT_OF], usize) {
    let gaps = parts.model.section(Section::Gaps);
    let usual = parts.gaps.get(gaps, crate::ngram::key(&[left, right]));
    let known = |a, b| parts.view.perhaps_pair(a, b);
    let before = neighbours::before(parts.model, right).filter(|id| known(left, *id));
    let after = neighbours::after(parts.model, left).filter(|id| known(*id, right));
    let mut ids = [0; MOST_THOUGHT_OF];
    let mut count = 0;
    let mut take = |id| {
        if let Some(slot) = ids.get_mut(count) {
            *slot = id;
            count += 1;
        }
    };
    before.for_each(&mut take);
    after.for_each(&mut take);
    usual.into_iter().for_each(|id| take(id as u16));
    (ids, count)
}

/// The neighbours on both sides, and the usual one.
const MOST_THOUGHT_OF: usize = 2 * neighbours::EACH + 1;

/// Of the characters thought of for a gap those that go best with its neighbours.
fn in_gap(line: &Line, parts: &Parts<'_>, at: usize) -> Vec<Guess> {
    let [left, right] = [line.id(at - 1), line.id(at)];
    let (thought_of, count) = thought_of(parts, left, right);
    let ids = thought_of.iter().take(count);
    let mut guesses: Vec<Guess> = ids.map(|id| Guess::new(*id, Likeness::default())).collect();
    for guess in &mut guesses {
        guess.cost = pairs_cost(parts, [left, guess.id, right]);
    }
    sort(&mut guesses);
    guesses.dedup_by_key(|guess| guess.id);
    guesses.truncate(TRIED_MISSING);
    guesses
}

/// Most characters tried in earnest for a gap.
const TRIED_MISSING: usize = 3;
