//! A second way to a slip, independent of how well the text fits the model: a longer word of the dictionary with one character wrong.
//!
//! 迫不急待 is found in a report of a fair as well as in a statute. It must still be something the model does not know as it is written, what is
//! meant must suit it better, and the dictionary must cut the line into fewer and commoner words with it.

use crate::alphabet::is_han_id;
use crate::checker::Parts;
use crate::confusion::{self, Likeness};
use crate::edits::{Edit, Slip};
use crate::features;
use crate::format::Section;
use crate::line::Line;
use crate::phrase_table::{self, LONGEST, SHORTEST};

/// A word with a slip.
#[derive(Debug)]
pub(crate) struct Hit {
    pub(crate) edit: Edit,
    /// Hardly anything else can be meant, whatever the text is about.
    pub(crate) is_set: bool,
}

/// The words with a slip of a line, at most one at a place.
pub(crate) fn find(line: &Line, parts: &Parts<'_>) -> Vec<Hit> {
    let mut found: Vec<Hit> = Vec::new();
    for at in 1..=line.last() {
        if !line.is_odd(at) || !is_han_id(line.ids[at]) {
            continue;
        }
        let hits = at_place(line, parts, at);
        // Two words that differ where the slip is: no telling which was meant.
        if let Some((first, rest)) = hits.split_first()
            && rest.iter().all(|hit| hit.edit.is_same(&first.edit))
            && !found.iter().any(|hit| hit.edit.touches(&first.edit))
        {
            found.extend(hits.into_iter().next());
        }
    }
    found
}

/// What fits at a place, the longest words first.
fn at_place(line: &Line, parts: &Parts<'_>, at: usize) -> Vec<Hit> {
    let mut hits = Vec::new();
    for len in (SHORTEST..=LONGEST).rev() {
        for start in (at + 1).saturating_sub(len).max(1)..=at {
            if let Some(window) = Window::of(line, parts, start, len)
                && !window.is_written_so(line, parts)
            {
                window.replaced(line, parts, at, &mut hits);
                window.swapped(line, parts, at, &mut hits);
            }
        }
    }
    hits
}

/// Characters in a row that may have been meant for a word.
struct Window {
    start: usize,
    len: usize,
    letters: [char; LONGEST],
}

impl Window {
    fn of(line: &Line, parts: &Parts<'_>, start: usize, len: usize) -> Option<Self> {
        let ids = line.ids.get(start..start + len)?;
        let mut letters = [' '; LONGEST];
        for (letter, id) in letters.iter_mut().zip(ids) {
            *letter = is_han_id(*id).then(|| parts.character(*id)).flatten()?;
        }
        Some(Self {
            start,
            len,
            letters,
        })
    }

    fn word(&self) -> &[char] {
        &self.letters[..self.len]
    }

    /// Whether it is a word as it stands.
    fn is_written_so(&self, line: &Line, parts: &Parts<'_>) -> bool {
        let ids = &line.ids[self.start..self.start + self.len];
        phrase_table::holds(self.word()) || parts.words.commonness(parts.model, ids).is_some()
    }

    /// The words that have another character at a place, of a like sound or shape.
    fn replaced(&self, line: &Line, parts: &Parts<'_>, at: usize, hits: &mut Vec<Hit>) {
        let written = line.ids[at];
        for meant in phrase_table::covered(self.word(), at - self.start) {
            let section = parts.model.section(Section::Alphabet);
            let id = parts.alphabet.id(section, meant);
            if let Some(likeness) = alike(parts, written, id) {
                let edit = Edit::new_at(at, at + 1, &[id], Slip::Character, likeness);
                self.take(line, parts, edit, hits);
            }
        }
    }

    /// The word with a place and the next in the other order.
    fn swapped(&self, line: &Line, parts: &Parts<'_>, at: usize, hits: &mut Vec<Hit>) {
        let place = at - self.start;
        if place + 1 >= self.len || self.letters[place] == self.letters[place + 1] {
            return;
        }
        let mut letters = self.letters;
        letters.swap(place, place + 1);
        if phrase_table::holds(&letters[..self.len]) {
            let meant = [line.ids[at + 1], line.ids[at]];
            let likeness = Likeness::default();
            let edit = Edit::new_at(at, at + 2, &meant, Slip::Swapped, likeness);
            self.take(line, parts, edit, hits);
        }
    }

    /// Keeps an edit that suits the model and the dictionary better, by more where the word is short.
    fn take(&self, line: &Line, parts: &Parts<'_>, mut edit: Edit, hits: &mut Vec<Hit>) {
        let is_set = self.len > SHORTEST;
        let (gain, fewer_words) = if is_set { SET } else { SHORT };
        let Some((gained, steps)) = line.try_edit(parts, &edit, gain) else {
            return;
        };
        edit.gain = gained;
        edit.steps = steps;
        let saved = features::word_gain(line, parts, &edit);
        if saved >= fewer_words && !is_in_word(line, parts, &edit) {
            let is_set = is_set || saved >= PLAIN;
            hits.push(Hit { edit, is_set });
        }
    }
}

/// Bits that an edit must bring: by the model, and by the cut into words. Found on news, everyday writing and real pages.
const SET: (f32, f32) = (8.0, 8.0);
const SHORT: (f32, f32) = (12.0, 12.0);
/// So many by the cut into words: a word of three characters is as good as a longer one.
const PLAIN: f32 = 14.0;

/// How two characters are alike, where they are alike enough: the same but for the tone, or much the same to look at. Of rare characters
/// only one may know the other.
fn alike(parts: &Parts<'_>, written: u16, meant: u16) -> Option<Likeness> {
    let of = |a: u16, b: u16| {
        let mut others = confusion::alternatives(parts.model, a);
        others
            .find(|(id, _)| *id == b)
            .map(|(_, likeness)| likeness)
    };
    of(written, meant)
        .or_else(|| of(meant, written))
        .filter(|likeness| likeness.sound >= 2 || likeness.shape >= 2)
}

/// Whether what is written belongs to another longer word.
fn is_in_word(line: &Line, parts: &Parts<'_>, edit: &Edit) -> bool {
    let longest = |at| parts.words.longest_over(parts.model, &line.ids, at).0;
    (edit.from..edit.to).any(|at| longest(at) >= SHORTEST)
}
