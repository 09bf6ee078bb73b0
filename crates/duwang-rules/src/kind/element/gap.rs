//! Labels without a colon that a wide gap parts from their values: `四、电话　0599-6668805　传真　0599-6668806`. Folding takes the gaps away, so
//! they are looked for in the text as published.

use crate::han::is_numeral;
use crate::judge::{Found, Seen};
use crate::words::{WORDS, ends_with_any};
use duwang_model::{Span, Text};

/// A value behind a gap, with the place of label and value.
pub(super) struct Gapped {
    /// Folded.
    pub(super) value: String,
    pub(super) span: Span,
}

/// Bytes looked at on either side of a name: more than any such line has.
const REACH: usize = 900;

/// The value of a name that stands at the beginning of its line or behind a gap. What is left empty counts only in a numbered line: names
/// with nothing but gaps between them may head columns.
pub(super) fn value_behind(seen: &Seen<'_>, found: &Found) -> Option<Gapped> {
    let plain = seen.document.text.plain();
    let (before, rest) = (&plain[..found.span.start], &plain[found.span.end..]);
    let is_last = rest.is_empty() || rest.starts_with('\n');
    if !(is_last && before.ends_with(is_gap) || rest.starts_with(is_gap)) {
        return None;
    }
    let before = start_of_line(before)?;
    let is_first = before.chars().all(is_numbering);
    if is_first && is_last || !(is_first || before.ends_with(is_gap)) {
        return None;
    }
    let length = length_of_value(rest_of_line(rest));
    let value = Text::new(rest[..length].to_owned());
    let value = value.folded().trim().to_owned();
    if value.is_empty() && !before.trim_start().starts_with(is_number) {
        return None;
    }
    let end = found.span.end + rest[..length].trim_end().len();
    let span = Span::new(found.span.start, end);
    Some(Gapped { value, span })
}

/// Whether a match takes the next name for the end of a value: `0599-6668805　传真`.
pub(super) fn ends_in_next_name(seen: &Seen<'_>, found: &Found, names: &[String]) -> bool {
    let matched = seen.document.text.slice(found.span);
    let Some(gap) = matched.rfind(is_gap) else {
        return false;
    };
    let behind = matched[gap..].trim();
    names.iter().any(|name| name == behind)
}

/// What stands on the line before a name; nothing where the line begins too far away.
fn start_of_line(before: &str) -> Option<&str> {
    let near = before.len().saturating_sub(REACH);
    match memchr::memrchr(b'\n', &before.as_bytes()[near..]) {
        Some(at) => Some(&before[near + at + 1..]),
        None => (near == 0).then_some(before),
    }
}

fn rest_of_line(rest: &str) -> &str {
    let mut near = rest.len().min(REACH);
    while !rest.is_char_boundary(near) {
        near -= 1;
    }
    rest[..near].split('\n').next().unwrap_or("")
}

/// A value ends where a gap is followed by the next name of something: `0599-6668805　传真　…`.
fn length_of_value(rest: &str) -> usize {
    const LONGEST_NAME: usize = 6;
    let mut at = 0;
    for token in rest.split(is_gap) {
        let is_name = token.chars().nth(LONGEST_NAME).is_none()
            && ends_with_any(token, &WORDS.label.contacts);
        if is_name {
            return at;
        }
        at += token.len();
        at += rest[at..].chars().next().map_or(0, char::len_utf8);
    }
    rest.len()
}

fn is_gap(c: char) -> bool {
    matches!(c, '\u{3000}' | '\u{2003}' | '\t')
}

fn is_number(c: char) -> bool {
    c.is_ascii_digit() || is_numeral(c) || matches!(c, '(' | '（' | '①'..='⑳')
}

fn is_numbering(c: char) -> bool {
    is_number(c) || matches!(c, '、' | '.' | '．' | ')' | '）' | ' ')
}
