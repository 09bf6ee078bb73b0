//! What stands on the lines below a label that stands alone on its own.

use super::Element;
use super::label::is_label_line;
use super::sign_off;
use super::value::{Sort, bare, has_gaps, is_filler};
use crate::judge::{Form, Seen};
use crate::kind::numbering::{is_item_of, is_numbered};
use crate::words::{WORDS, ends_with_any};
use duwang_model::{BlockKind, Span};

/// Lines looked at below a label that stands alone on its line.
const LINES_BELOW: usize = 3;
/// Characters of a value on a line of its own; a longer line is running text.
const LONGEST_VALUE_BELOW: usize = 90;

/// Whether the value may be on the lines below. Half a number is all that was written, and so are gaps, notes (待补) and whole
/// sentences (长期有效。); a number below them is another matter's.
pub(super) fn may_stand_below(value: &str) -> bool {
    !value.contains(|c: char| c.is_ascii_digit())
        && !has_gaps(value)
        && !is_filler(&bare(value))
        && !ends_sentence(value)
}

/// `长期有效。` says all there is, `如下。` does not.
fn ends_sentence(value: &str) -> bool {
    let said = value.trim_end().strip_suffix('。');
    said.is_some_and(|said| !ends_with_any(said, &WORDS.value.goes_on) && !bare(said).is_empty())
}

/// A value on the lines below a published place, when the place ends its line.
pub(super) fn value_below(
    element: &Element,
    seen: &Seen<'_>,
    at: usize,
    behind: &str,
) -> Option<(String, Sort)> {
    let text = &seen.document.text;
    let (_, folded) = text.to_folded(Span::new(at, at));
    let rest_of_line = text.folded().get(folded..)?.lines().next().unwrap_or("");
    if !rest_of_line.trim_matches([':', ' ']).is_empty() {
        return None;
    }
    let line = seen.line_around(Form::Folded, folded.min(text.folded().len()));
    lines_below(element, seen, line, behind)
}

/// The first plausible one of the lines below a label and what stands behind it; else the sentence right below a numbered heading, which
/// says something, if not what is asked for.
pub(super) fn lines_below(
    element: &Element,
    seen: &Seen<'_>,
    line: (usize, usize),
    behind: &str,
) -> Option<(String, Sort)> {
    // What stands behind a label is its value, if a bad one (`网址：http://`), and the text below it goes on with something else.
    let is_heading =
        bare(behind).is_empty() && is_numbered(&seen.text(Form::Folded)[line.0..line.1]);
    let lines = content_below(element, seen, line, behind);
    let is_known = element.values.are_known();
    let reach = if is_known { LINES_BELOW } else { 1 };
    for (n, below) in lines.iter().take(reach).enumerate() {
        // In running text a value of a known shape stands only right below its own heading.
        if is_known && is_long(below) && !(is_heading && n == 0) {
            break;
        }
        if element.values.sort(below) == Sort::Filled {
            return Some(((*below).to_owned(), Sort::Filled));
        }
    }
    let said = lines
        .first()
        .filter(|said| is_heading && said.contains('。'))?;
    let sort = element.values.sort(said);
    (sort != Sort::Blank).then(|| ((*said).to_owned(), sort))
}

/// The next lines, as long as they are not labels or headings themselves, nor the end of the text.
fn content_below<'s>(
    element: &Element,
    seen: &'s Seen<'_>,
    line: (usize, usize),
    behind: &str,
) -> Vec<&'s str> {
    let text = seen.text(Form::Folded);
    let part = seen.block_of(Form::Folded, line).map(|b| b.part);
    let mut lines = Vec::new();
    let mut at = line.1 + 1;
    for _ in 0..LINES_BELOW {
        if at >= text.len() {
            break;
        }
        let next = seen.line_around(Form::Folded, at);
        at = next.1 + 1;
        let below = &text[next.0..next.1];
        if below.trim().is_empty() {
            continue;
        }
        let block = seen.block_of(Form::Folded, next);
        let is_other = block.map(|b| b.part) != part
            || block.is_some_and(|b| b.kind == BlockKind::Heading)
            || is_label_line(below) && !is_content(element, &text[line.0..line.1], below)
            || element.values.are_known()
                && sign_off::is_at_end(seen, next, lines.is_empty() && behind.is_empty());
        if is_other {
            break;
        }
        lines.push(below);
    }
    lines
}

/// Whether a line is an item of the heading above it. Where nothing is known of what an element looks like, whatever stands below its heading
/// is what it holds.
fn is_content(element: &Element, heading: &str, below: &str) -> bool {
    !element.values.are_known() && is_item_of(heading, below)
}

/// Running text: a value of a known shape does not stand somewhere in it.
fn is_long(line: &str) -> bool {
    line.chars().nth(LONGEST_VALUE_BELOW).is_some()
}
