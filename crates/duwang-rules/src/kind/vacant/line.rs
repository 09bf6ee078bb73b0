//! Whether a label of a line is followed by nothing: neither on its line nor on the ones below.

use crate::judge::{Form, Seen};
use crate::kind::element::is_label_line;
use crate::kind::numbering::{is_item_of, is_numbered};
use crate::words::{WORDS, ends_with_any};
use duwang_model::{BlockKind, Pair, Part, Span};

/// Whether nothing belongs to a label whose value was not found. What stands below the name of several things (`heads`) are these things.
pub(super) fn is_blank(seen: &Seen<'_>, pair: &Pair, is_head: bool) -> bool {
    let text = seen.text(Form::Folded);
    let (_, end) = seen
        .document
        .text
        .to_folded(Span::new(pair.label_span.end, pair.label_span.end));
    let line = seen.line_around(Form::Folded, end.min(text.len()));
    let rest = &text[end.min(line.1)..line.1];
    let Some((_, behind)) = rest.split_once(':') else {
        return rest.trim().is_empty(); // a term without its definition
    };
    if !behind.trim_matches([' ', '。', '_']).is_empty() {
        let next = behind
            .split(':')
            .next()
            .filter(|next| next.len() < behind.len());
        return next.is_some_and(is_short_contact);
    }
    !is_head && is_followed_by_another(seen, line)
}

/// The name of the next item of a line: 联系人：　电话：….
fn is_short_contact(label: &str) -> bool {
    const LONGEST: usize = 6;
    label.chars().nth(LONGEST).is_none() && ends_with_any(label, &WORDS.label.contacts)
}

/// Whether the next line begins something else. The end of the page may be the end of what was copied.
fn is_followed_by_another(seen: &Seen<'_>, line: (usize, usize)) -> bool {
    let text = seen.text(Form::Folded);
    let mut at = line.1 + 1;
    while at < text.len() {
        let next = seen.line_around(Form::Folded, at);
        at = next.1 + 1;
        let below = text[next.0..next.1].trim();
        if below.is_empty() {
            continue;
        }
        let block = seen.block_of(Form::Folded, next);
        if block.is_none_or(|b| b.part != Part::Main) {
            return false;
        }
        let own = &text[line.0..line.1];
        let is_label = || is_label_line(below) || begins_pair(seen, next);
        return block.is_some_and(|b| b.kind == BlockKind::Heading) && !is_numbered(below)
            || is_label() && !goes_on(own, below);
    }
    false
}

/// Whether the reader found a label where a line begins, its number apart.
fn begins_pair(seen: &Seen<'_>, line: (usize, usize)) -> bool {
    const LONGEST_NUMBER: usize = 12; // bytes
    let span = seen.span(Form::Folded, line.0, line.1);
    let mut pairs = seen.document.pairs.iter().map(|p| p.label_span.start);
    pairs.any(|at| (span.start..=span.start + LONGEST_NUMBER).contains(&at))
}

/// Whether a line below a label is an item of it: `办理流程：` above `1.申请：…`, `三、流程：` above `（一）申请`.
fn goes_on(own: &str, below: &str) -> bool {
    is_numbered(below) && (!is_numbered(own) || is_item_of(own, below))
}
