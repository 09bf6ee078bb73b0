//! Whether what a word list calls wrong are only pieces of the words around it: 民警查看 holds no slip of 警察.

use crate::checker::{Checker, Parts};
use crate::line::Line;

/// Characters looked at on either side of the place.
const AROUND: usize = 12;
/// Where words reach over both ends, the place is a slip all the same if the line costs so many bits less without it (工作台帐，重大…).
const CLEARLY_BETTER: f32 = 6.0;
/// Where a word reaches over one end, the place is none if the line costs so many bits more by its characters with what is right …
const WORSE: f32 = 3.0;
/// … and its words do not cost so many less (竣功之日 is cut wrongly because 竣功 is no word).
const BETTER_WORDS: f32 = 5.0;

/// The words of a line that reach over the ends of a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing<'l> {
    /// The word over its beginning.
    pub before: Option<&'l str>,
    /// The word over its end.
    pub after: Option<&'l str>,
    /// Bits that the line costs less with what is right there, by its characters and by its words.
    gain: (f32, f32),
}

impl Crossing<'_> {
    /// Whether the place are the end of one word and the beginning of the next.
    pub fn is_two_words(&self) -> bool {
        self.before.is_some() && self.after.is_some() && self.gain.0 < CLEARLY_BETTER
    }

    /// Whether a word takes a part of the place, and the line is worse with what is said to be right.
    pub fn is_part_of_word(&self) -> bool {
        let (characters, words) = self.gain;
        (self.before.is_some() || self.after.is_some())
            && characters < -WORSE
            && words < BETTER_WORDS
    }
}

impl Checker {
    /// How the words of a line lie over bytes `start..end` of it, where `right` is said to be right.
    pub fn crossing<'l>(
        &self,
        line: &'l str,
        start: usize,
        end: usize,
        right: &str,
    ) -> Crossing<'l> {
        let parts = self.parts();
        let (from, to) = around(line, start, end);
        let part = |from: usize, to: usize| line.get(from..to).unwrap_or_default();
        let window = part(from, to);
        let written = self.cut(&parts, window);
        let over = |at: usize| {
            let (a, b) = written.words.iter().find(|(a, b)| *a < at && at < *b)?;
            window.get(*a..*b)
        };
        let mut crossing = Crossing {
            before: over(start - from),
            after: over(end - from),
            gain: (0.0, 0.0),
        };
        if crossing.before.is_some() || crossing.after.is_some() {
            let meant = self.cut(&parts, &[part(from, start), right, part(end, to)].concat());
            crossing.gain = (written.cost.0 - meant.cost.0, written.cost.1 - meant.cost.1);
        }
        crossing
    }

    fn cut(&self, parts: &Parts<'_>, text: &str) -> Cut {
        let mut cut = Cut::default();
        self.each_piece(parts, text, &mut |signs: &Line| {
            let proper = 1..signs.ids.len() - 1;
            let (ids, tokens) = (&signs.ids[proper.clone()], &signs.tokens[proper]);
            let (cost, words) = parts.words.cuts(parts.model, ids);
            cut.cost.0 += signs.cost(1, signs.ids.len());
            cut.cost.1 += cost;
            let bytes =
                |(a, b): (usize, usize)| (tokens[a].start as usize, tokens[b - 1].end as usize);
            cut.words.extend(words.into_iter().map(bytes));
        });
        cut
    }
}

/// A text cut into words.
#[derive(Debug, Default)]
struct Cut {
    /// Bits that it costs, by its characters and by its words.
    cost: (f32, f32),
    /// Byte ranges of the words.
    words: Vec<(usize, usize)>,
}

/// The bytes of a line that are looked at.
fn around(line: &str, start: usize, end: usize) -> (usize, usize) {
    let left = line.get(..start).unwrap_or_default().char_indices().rev();
    let rest = line.get(end..).unwrap_or_default().char_indices();
    let from = left.take(AROUND).last().map_or(start, |(at, _)| at);
    let to = rest.skip(AROUND).map(|(at, _)| end + at).next();
    (from, to.unwrap_or(line.len()))
}
