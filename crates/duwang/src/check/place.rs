//! Where a place of a document's text stands in the draft's own markup.
//!
//! ```text
//! runs of a Word file, text nodes of a page ─▶ Pieces ─┐
//!                               lines of a Document ───┴▶ Alignment ─ of(span) ─▶ Stretches
//! ```
//! Both say the same words in almost the same order; only blanks differ. So each line of the document is looked for in the pieces,
//! blanks left out, beginning where the line before it ended.

use duwang_model::{Document, Span};
use std::ops::Range;

/// The text of a draft in the pieces its markup cuts it into.
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    /// All characters that leave ink, without the blanks between them.
    ink: String,
    /// Where each of them came from, in order.
    origins: Vec<Origin>,
}

#[derive(Debug, Clone, Copy)]
struct Origin {
    /// Byte offset in `ink`.
    at: usize,
    piece: usize,
    /// Byte offset in the piece.
    offset: usize,
    length: usize,
}

/// A part of one piece, in bytes of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) piece: usize,
    pub(crate) range: Range<usize>,
}

impl Pieces {
    /// Takes the pieces in reading order; their number is how stretches name them.
    pub(crate) fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut pieces = Self::default();
        for (piece, text) in texts.enumerate() {
            for (offset, c) in text.char_indices().filter(|(_, c)| leaves_ink(*c)) {
                pieces.origins.push(Origin {
                    at: pieces.ink.len(),
                    piece,
                    offset,
                    length: c.len_utf8(),
                });
                pieces.ink.push(c);
            }
        }
        pieces
    }

    /// The stretches of a range of ink, one for each piece it touches.
    fn stretches(&self, ink: Range<usize>) -> Vec<Stretch> {
        let from = self.origins.partition_point(|o| o.at < ink.start);
        let to = self.origins.partition_point(|o| o.at < ink.end);
        let mut out: Vec<Stretch> = Vec::new();
        for origin in self.origins.get(from..to).unwrap_or_default() {
            let end = origin.offset + origin.length;
            match out.last_mut() {
                Some(last) if last.piece == origin.piece => last.range.end = end,
                _ => out.push(Stretch {
                    piece: origin.piece,
                    range: origin.offset..end,
                }),
            }
        }
        out
    }
}

/// A document laid beside its pieces.
pub(crate) struct Alignment<'a> {
    document: &'a Document,
    pieces: &'a Pieces,
    /// Where the ink of each block begins, when all of it was found in one go.
    blocks: Vec<Option<usize>>,
}

/// A line shorter than this may stand anywhere: it does not say how far the reading got.
const TELLING: usize = 24;
/// Longest search for a quote whose line was not found: bytes around the place it should be.
const NEIGHBOURHOOD: usize = 64 << 10;
/// Most lines looked at on either side for one that was found.
const FAR: usize = 500;
/// Most bytes looked through for the lines of one document.
const MOST_SEARCHED: usize = 2 << 30;

impl<'a> Alignment<'a> {
    pub(crate) fn new(document: &'a Document, pieces: &'a Pieces) -> Self {
        let (mut read, mut budget) = (0, MOST_SEARCHED);
        let blocks = document
            .blocks
            .iter()
            .map(|block| {
                let line = ink_of(document.text.slice(block.span));
                if line.is_empty() || budget == 0 {
                    return None;
                }
                let found = find(&pieces.ink, &line, read, &mut budget)?;
                if line.len() >= TELLING || found == read {
                    read = found + line.len();
                }
                Some(found)
            })
            .collect();
        Self {
            document,
            pieces,
            blocks,
        }
    }

    /// The stretches of a span of the document's text; empty when its words are not in the pieces.
    pub(crate) fn of(&self, span: Span) -> Vec<Stretch> {
        let first = self
            .document
            .blocks
            .partition_point(|b| b.span.end <= span.start);
        let mut out = Vec::new();
        for (index, block) in self.document.blocks.iter().enumerate().skip(first) {
            if block.span.start >= span.end {
                break;
            }
            let part = Span::new(
                span.start.max(block.span.start),
                span.end.min(block.span.end),
            );
            out.extend(self.in_block(index, part));
        }
        out
    }

    fn in_block(&self, index: usize, part: Span) -> Vec<Stretch> {
        let Some(block) = self.document.blocks.get(index) else {
            return Vec::new();
        };
        let before = ink_of(
            self.document
                .text
                .slice(Span::new(block.span.start, part.start)),
        );
        let words = ink_of(self.document.text.slice(part));
        if words.is_empty() {
            return Vec::new();
        }
        let start = match self.blocks.get(index).copied().flatten() {
            Some(line) => Some(line + before.len()),
            None => self.by_words(index, &before, &words),
        };
        start.map_or(Vec::new(), |at| self.pieces.stretches(at..at + words.len()))
    }

    /// The reader made another line of it than the pieces have (a number was added, cells were joined): of all places with these
    /// words between the neighbouring lines, the one with the most of the same words before it.
    fn by_words(&self, index: usize, before: &str, words: &str) -> Option<usize> {
        let ink = self.pieces.ink.as_str();
        let known = |i: usize| self.blocks.get(i).copied().flatten();
        let from = (0..index).rev().take(FAR).find_map(known).unwrap_or(0);
        let to = (index + 1..self.blocks.len()).take(FAR).find_map(known);
        let to = to.unwrap_or(ink.len());
        let (from, to) = if from < to {
            (from, to)
        } else {
            (0, ink.len())
        };
        let to = (to + words.len()).min(from + NEIGHBOURHOOD).min(ink.len());
        let (from, to) = (floor(ink, from), floor(ink, to));
        ink[from..to]
            .match_indices(words)
            .map(|(at, _)| from + at)
            .max_by_key(|at| (common_end(&ink[..*at], before), std::cmp::Reverse(*at)))
    }
}

/// Looks from where the reading got to, then from the beginning, as long as the budget of bytes lasts.
fn find(ink: &str, line: &str, from: usize, budget: &mut usize) -> Option<usize> {
    let rest = ink.get(from..)?;
    if let Some(at) = rest.find(line) {
        *budget = budget.saturating_sub(at);
        return Some(from + at);
    }
    let all = ink.len();
    *budget = budget.checked_sub(rest.len() + all).unwrap_or(0);
    (*budget > 0).then(|| ink.find(line)).flatten()
}

fn common_end(a: &str, b: &str) -> usize {
    let same = a.chars().rev().zip(b.chars().rev());
    same.take_while(|(x, y)| x == y).take(40).count()
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ink_of(text: &str) -> String {
    text.chars().filter(|c| leaves_ink(*c)).collect()
}

/// Blanks and characters without width are treated differently by every reader and editor.
fn leaves_ink(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(
            c,
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{0}'..='\u{1f}'
        )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use duwang_page::Hints;
    use proptest::prelude::*;

    fn document(text: &str) -> Document {
        duwang_page::read_text("", text, &Hints::default())
    }

    fn words(texts: &[&str], document: &Document, quote: &str, nth: usize) -> Vec<String> {
        let pieces = Pieces::new(texts.iter().copied());
        let alignment = Alignment::new(document, &pieces);
        let (at, _) = document.text.plain().match_indices(quote).nth(nth).unwrap();
        alignment
            .of(Span::new(at, at + quote.len()))
            .into_iter()
            .map(|s| format!("{}:{}", s.piece, &texts[s.piece][s.range]))
            .collect()
    }

    #[test]
    fn words_cut_into_runs_are_found_in_them() {
        let document =
            document("关于布署工作的通知\n请各单位布署好防汛工作。\n请各单位布署好防火工作。");
        let texts = [
            "关于布",
            "署工作",
            "的通知",
            "请各单位布署好防汛工作。",
            "请 各单位布",
            "署",
            "好防火工作。",
        ];
        assert_eq!(words(&texts, &document, "布署", 0), ["0:布", "1:署"]);
        assert_eq!(words(&texts, &document, "布署", 1), ["3:布署"]);
        assert_eq!(words(&texts, &document, "布署", 2), ["4:布", "5:署"]);
    }

    #[test]
    fn a_line_the_reader_changed_is_found_by_its_words() {
        let document =
            document("一、请各单位布署好防汛工作。\n二、请各单位布署好防火工作，抓紧抓实。");
        let texts = [
            "请各单位布署好防汛工作。",
            "请各单位布署好防火工作，抓紧抓实。",
        ];
        assert_eq!(words(&texts, &document, "布署好防火", 0), ["1:布署好防火"]);
        assert_eq!(words(&texts, &document, "布署好防汛", 0), ["0:布署好防汛"]);
    }

    #[test]
    fn words_that_are_not_there_have_no_place() {
        let document = document("只有朗读者加上的话");
        let pieces = Pieces::new(["别的"].into_iter());
        assert!(
            Alignment::new(&document, &pieces)
                .of(Span::new(0, 6))
                .is_empty()
        );
    }

    proptest! {
        /// Whatever the cuts, the stretches say the quoted words.
        #[test]
        fn stretches_say_the_words(lines in prop::collection::vec("[甲乙丙 a]{1,12}", 1..6), cut in 1_usize..4, from in 0_usize..30, len in 1_usize..8) {
            let text = lines.join("\n");
            let document = document(&text);
            let chars: Vec<char> = text.chars().collect();
            let texts: Vec<String> = chars.chunks(cut).map(|c| c.iter().collect()).collect();
            let pieces = Pieces::new(texts.iter().map(String::as_str));
            let plain = document.text.plain();
            let bounds: Vec<usize> = plain.char_indices().map(|(i, _)| i).chain([plain.len()]).collect();
            let a = from.min(bounds.len() - 1);
            let b = (a + len).min(bounds.len() - 1);
            let span = Span::new(bounds[a], bounds[b]);
            let said: String = Alignment::new(&document, &pieces).of(span).iter().map(|s| texts[s.piece][s.range.clone()].to_owned()).collect();
            prop_assert_eq!(ink_of(&said), ink_of(document.text.slice(span)));
        }
    }
}
