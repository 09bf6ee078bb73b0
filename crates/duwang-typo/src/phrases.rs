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
use crate::phrase_table::{self, LONGEST, SHORTEST, Sum};

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

/// How many characters in a row end before a place, each known behind the one before it, up to one less than a word has. The words looked for
/// are among what the language model was made of, so what a slip leaves of one is known.
fn known_before(line: &Line, at: usize) -> usize {
    let is_known = |back: usize| {
        at > back && is_han_id(line.ids[at - back]) && (back == 1 || is_pair(line, at - back + 1))
    };
    (1..LONGEST).take_while(|back| is_known(*back)).count()
}

/// The same from a place on.
fn known_from(line: &Line, at: usize) -> usize {
    let is_known = |on: usize| is_han_id(line.id(at + on)) && (on == 0 || is_pair(line, at + on));
    (0..LONGEST - 1).take_while(|on| is_known(*on)).count()
}

/// Whether a sign is known behind the one before it.
fn is_pair(line: &Line, at: usize) -> bool {
    line.reading.order(at) > 1
}

/// What fits at a place, the longest words first.
fn at_place(line: &Line, parts: &Parts<'_>, at: usize) -> Vec<Hit> {
    let mut hits = Vec::new();
    let first = at - known_before(line, at);
    // Where a word ends at most that has another character here, and one that has this character and the next in the other order.
    let end = at + 1 + known_from(line, at + 1);
    let end_swapped = match end > at + 1 {
        true => at + 2 + known_from(line, at + 2),
        false => at,
    };
    let last = end.max(end_swapped);
    if last < first + SHORTEST {
        return hits;
    }
    let mut letters = [char::default(); LONGEST * 2];
    for (slot, id) in letters.iter_mut().zip(&line.ids[first..last]) {
        *slot = parts.character(*id).unwrap_or_default();
    }
    let (own, next) = (letters[at - first], letters[at - first + 1]);
    let letters = &letters[..last - first];
    let mut sums = [[Sum::default(); LONGEST + 1]; LONGEST];
    for (start, sums) in sums.iter_mut().enumerate().take(at - first + 1) {
        *sums = Sum::beginnings(&letters[start..]);
    }
    for len in (SHORTEST..=LONGEST).rev() {
        let from = (at + 1).saturating_sub(len).max(first);
        for start in from..=at.min(last.saturating_sub(len)) {
            let sum = sums[start - first][len];
            let place = at - start;
            let behind = start + len;
            let may_be_replaced = behind <= end && sum.may_be_covered(place, own);
            let may_be_swapped =
                behind <= end_swapped && behind > at + 1 && sum.may_be_swapped(place, own, next);
            if may_be_replaced || may_be_swapped {
                let letters = &letters[start - first..behind - first];
                let window = Window {
                    start,
                    letters,
                    sum,
                };
                if may_be_replaced {
                    window.replaced(line, parts, at, &mut hits);
                }
                if may_be_swapped {
                    window.swapped(line, parts, at, &mut hits);
                }
            }
        }
    }
    hits
}

/// The characters of signs `from..to`; `None` where one is no Han character.
fn letters(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> Option<Vec<char>> {
    let letter = |id: &u16| is_han_id(*id).then(|| parts.character(*id)).flatten();
    line.ids.get(from..to)?.iter().map(letter).collect()
}

/// Characters in a row that may have been meant for a word.
struct Window<'w> {
    start: usize,
    letters: &'w [char],
    sum: Sum,
}

impl Window<'_> {
    /// Whether it is a word as it stands.
    fn is_written_so(&self, line: &Line, parts: &Parts<'_>) -> bool {
        let ids = &line.ids[self.start..self.start + self.letters.len()];
        let commonness = parts.words.commonness(parts.model, ids);
        self.sum.is_held() || commonness.is_some_and(|c| c >= NO_ACCIDENT)
    }

    /// The words that have another character at a place, of a like sound or shape.
    fn replaced(&self, line: &Line, parts: &Parts<'_>, at: usize, hits: &mut Vec<Hit>) {
        let written = line.ids[at];
        let place = at - self.start;
        let own = self.letters[place];
        // A word that is right is like itself.
        let others = self.sum.covered(place, own).filter(|meant| *meant != own);
        for meant in others {
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
        let Some(&[first, second]) = self.letters.get(place..place + 2) else {
            return;
        };
        if first != second && self.sum.is_held_swapped(place, first, second) {
            let meant = [line.ids[at + 1], line.ids[at]];
            let likeness = Likeness::default();
            let edit = Edit::new_at(at, at + 2, &meant, Slip::Swapped, likeness);
            self.take(line, parts, edit, hits);
        }
    }

    /// Keeps an edit that suits the model and the dictionary better, by more where the word is short.
    fn take(&self, line: &Line, parts: &Parts<'_>, mut edit: Edit, hits: &mut Vec<Hit>) {
        let is_long = self.letters.len() > SHORTEST;
        if self.is_written_so(line, parts) {
            return;
        }
        let Some((gained, steps)) = line.try_edit(parts, &edit, LEAST) else {
            return;
        };
        edit.gain = gained;
        edit.steps = steps;
        let saved = features::word_gain(line, parts, &edit);
        let is_enough = match is_long {
            true => saved >= LEAST || gained >= MUCH && saved >= SOME,
            false => gained >= SHORT && saved >= SHORT,
        };
        if is_enough && !is_in_word(line, parts, &edit) {
            let is_set = is_long || saved >= PLAIN;
            hits.push(Hit { edit, is_set });
        }
    }
}

/// As common a word is that the dictionary has for a reason; it holds some slips as well (迫不急待, 走头无路).
const NO_ACCIDENT: u32 = 5;

/// Bits that an edit must bring, by the model and by the cut into words. Found on news, everyday writing and real pages.
const LEAST: f32 = 8.0;
/// So much by the model: some by the cut is enough (迫不急待, where 急待 is a word too).
const MUCH: f32 = 16.0;
const SOME: f32 = 4.0;
/// Of a word of three characters.
const SHORT: f32 = 12.0;
/// So many by the cut into words: a word of three characters is as good as a longer one.
const PLAIN: f32 = 14.0;

/// Whether a place lies in a word that has more than one accepted way of writing.
pub(crate) fn is_accepted(line: &Line, parts: &Parts<'_>, from: usize, to: usize) -> bool {
    (SHORTEST..=LONGEST).any(|len| {
        let first = to.saturating_sub(len).max(1);
        (first..=from).any(|start| {
            let word = letters(line, parts, start, start + len);
            word.is_some_and(|word| phrase_table::is_accepted(&word))
        })
    })
}

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

#[cfg(test)]
#[allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]
mod tests {
    use crate::checker::Checker;
    use crate::format::Section;
    use crate::phrase_table::dictionary;
    use std::path::Path;

    #[test]
    fn two_characters_of_a_word_are_known_side_by_side() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let bytes = std::fs::read(root.join("rules/typo/model.bin")).unwrap();
        let checker = Checker::open(bytes).unwrap();
        let parts = checker.parts();
        let section = parts.model.section(Section::Alphabet);
        let words = dictionary::words();
        assert!(words.len() > 10_000);
        for word in words {
            for pair in word.windows(2) {
                let [a, b] = [pair[0], pair[1]].map(|c| parts.alphabet.id(section, c));
                assert!(parts.ngrams.pair(&parts.view, a, b), "{word:?}");
            }
        }
    }
}
