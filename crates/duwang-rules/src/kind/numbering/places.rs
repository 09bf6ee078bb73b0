//! Where numbers stand: at the beginning of lines and of the sentences in them; and what stands between two of them.

use super::style::may_begin;
use crate::judge::{Form, Seen};
use duwang_model::{BlockKind, Part, Span};

/// Where a number (or an appendix) may stand, with the end of the line: at the start of a line, and of the sentences in it.
pub(super) fn places(seen: &Seen<'_>) -> Vec<(usize, usize)> {
    let whole = seen.text(Form::Folded);
    let mut places = Vec::new();
    for &line in seen.lines(Form::Folded) {
        let text = &whole[line.0..line.1];
        let before = places.len();
        if may_begin(text, true) {
            places.push(line);
        }
        let sentences = text.match_indices(ends_sentence);
        let inside = sentences
            .map(|(at, mark)| at + mark.len())
            .filter(|at| may_begin(&text[*at..], false));
        places.extend(inside.map(|at| (line.0 + at, line.1)));
        // Most lines have nothing, and their blocks are not looked up.
        let is_content = || {
            seen.block_of(Form::Folded, line).is_some_and(|b| {
                // A line with a date in it may be taken for the head of the page.
                matches!(b.part, Part::Main | Part::Info) && b.kind != BlockKind::Cell
            })
        };
        if places.len() > before && !is_content() {
            places.truncate(before);
        }
    }
    places
}

fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | ';' | ':' | '!' | '?')
}

/// Whether a number between the last one and this stands in the text between them, in whatever words (`，二要`, `、其二`).
pub(super) fn tells_of_missing(between: &str, last: u32, number: u32) -> bool {
    const HAN: &str = "一二三四五六七八九十";
    (last + 1..number).any(|missing| {
        let sign = HAN.chars().nth(missing as usize - 1);
        sign.is_none_or(|sign| stands_behind_mark(between, sign))
    })
}

fn stands_behind_mark(text: &str, sign: char) -> bool {
    text.match_indices(sign).any(|(at, _)| {
        let before = text[..at].trim_end_matches(['其', '第']);
        before.ends_with([',', ';', ':', '。', '、', ' ', '\n']) || before.is_empty()
    })
}

/// Whether a mark is parted from what stands behind it.
pub(super) fn is_before_blank(seen: &Seen<'_>, mark: Span) -> bool {
    let plain = seen.document.text.plain();
    let (before, after) = plain.split_at(mark.end);
    before.ends_with(char::is_whitespace)
        || after.is_empty()
        || after.starts_with(|c: char| c.is_whitespace() || c == '、')
}

#[cfg(test)]
mod tests {
    use super::stands_behind_mark;

    #[test]
    fn a_number_told_behind_a_comma_is_not_missing() {
        assert!(stands_behind_mark("摸底数,二要建台账;", '二'));
        assert!(stands_behind_mark("摸底数,其二,建台账;", '二'));
        assert!(!stands_behind_mark("个别乡镇整改;建筑垃圾十二处", '二'));
    }
}
