//! Where a text ends: neither its sign-off nor its list of attachments is the value of a label above them.

use crate::judge::{Form, Seen};
use crate::words::{WORDS, behind_first};
use duwang_model::Span;

/// Whether a line below a label stands at the end of the text: `附件：1.征求意见稿`, `青石镇人民政府` above a day, the day itself. What stands
/// right below a label that has nothing behind it may be its value: `截止日期 / 2026年6月1日`.
pub(super) fn is_at_end(seen: &Seen<'_>, line: (usize, usize), may_be_value: bool) -> bool {
    let text = &seen.text(Form::Folded)[line.0..line.1];
    begins_attachments(text)
        || (!may_be_value && (is_day(seen, line) || (is_body(text) && is_above_day(seen, line))))
}

/// `附件:…`, `附件1`: and not 附件下载方式.
fn begins_attachments(line: &str) -> bool {
    behind_first(&WORDS.sign_off.attachments, line.trim()).is_some_and(|rest| {
        let rest = rest.trim_start();
        rest.is_empty() || rest.starts_with(|c: char| c == ':' || c.is_ascii_digit())
    })
}

fn is_body(line: &str) -> bool {
    const LONGEST: usize = 30;
    let line = line.trim();
    line.ends_with(|c| WORDS.sign_off.bodies.contains(c)) && line.chars().nth(LONGEST).is_none()
}

fn is_above_day(seen: &Seen<'_>, line: (usize, usize)) -> bool {
    let next = line.1 + 1;
    next < seen.text(Form::Folded).len() && is_day(seen, seen.line_around(Form::Folded, next))
}

/// Whether a line is a day and no more than that.
fn is_day(seen: &Seen<'_>, line: (usize, usize)) -> bool {
    let text = &seen.text(Form::Folded)[line.0..line.1];
    let from = line.0 + (text.len() - text.trim_start().len());
    let span = seen.span(Form::Folded, from, from + text.trim().len());
    let whole = |day: Span| day.start == span.start && day.end == span.end;
    let mut days = seen.document.dates.iter().filter_map(|date| date.span);
    !span.is_empty() && days.any(whole)
}
