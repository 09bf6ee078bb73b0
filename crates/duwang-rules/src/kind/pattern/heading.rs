//! Which headings a line stands below: what is right or wrong may depend on the matter a section is about.

use crate::han::is_numeral;
use crate::judge::{Form, Seen};
use crate::load::Phrase;
use duwang_model::BlockKind;

/// Lines looked at upwards for the heading of a section.
const LINES_ABOVE: usize = 60;
/// Bytes of a line that may be a heading.
const LONGEST: usize = 120;
/// Characters of a numbered line that is the heading of a section though nothing marks it as one.
const LONGEST_NUMBERED: usize = 24;

/// The first of some expressions that any short line above says. A marked heading of the page ends what an earlier line began.
pub(super) fn below_one_of<'e>(
    of: &'e [Phrase],
    seen: &Seen<'_>,
    form: Form,
    line: (usize, usize),
) -> Option<&'e Phrase> {
    if of.is_empty() {
        return None;
    }
    for above in lines_above(seen, form, line) {
        let text = &seen.text(form)[above.0..above.1];
        let is_short = text.len() <= LONGEST && !text.contains('。');
        if is_short && let Some(heading) = of.iter().find(|e| e.is_match(text)) {
            return Some(heading);
        }
        if is_marked(seen, form, above) {
            return None;
        }
    }
    None
}

/// The first of some expressions that the heading of the line's own section says: the nearest one above, marked or numbered.
pub(super) fn under_one_of<'e>(
    of: &'e [Phrase],
    seen: &Seen<'_>,
    form: Form,
    line: (usize, usize),
) -> Option<&'e Phrase> {
    if of.is_empty() {
        return None;
    }
    let text = seen.text(form);
    let nearest = lines_above(seen, form, line).find(|above| {
        is_marked(seen, form, *above) || is_numbered_heading(&text[above.0..above.1])
    })?;
    of.iter().find(|e| e.is_match(&text[nearest.0..nearest.1]))
}

/// The lines above, nearest first.
pub(in crate::kind) fn lines_above(
    seen: &Seen<'_>,
    form: Form,
    line: (usize, usize),
) -> impl Iterator<Item = (usize, usize)> {
    let above = move |line: &(usize, usize)| {
        let before = line.0.checked_sub(1)?;
        Some(seen.line_around(form, before))
    };
    std::iter::successors(above(&line), above).take(LINES_ABOVE)
}

/// Whether the page marks a line as a heading.
pub(in crate::kind) fn is_marked(seen: &Seen<'_>, form: Form, line: (usize, usize)) -> bool {
    let block = seen.block_of(form, line);
    block.is_some_and(|b| b.kind == BlockKind::Heading)
}

/// `三、投诉举报`, `(二)行政许可`, `第四部分 收费`: short, numbered, no sentence.
pub(in crate::kind) fn is_numbered_heading(line: &str) -> bool {
    let line = line.trim();
    let rest = line.trim_start_matches(['(', '（', '第']);
    let behind = rest.trim_start_matches(is_numeral);
    let is_numbered = behind.len() < rest.len()
        && behind.starts_with(['、', ')', '）', '.', '．', '部', '章', '节']);
    let is_sentence = |c| matches!(c, '。' | ';' | '；' | ',' | '，');
    is_numbered && line.chars().nth(LONGEST_NUMBERED).is_none() && !line.contains(is_sentence)
}

#[cfg(test)]
mod tests {
    use super::is_numbered_heading;

    #[test]
    fn headings_are_numbered_and_no_sentences() {
        for line in [
            "三、投诉举报",
            "(二)行政许可",
            "第四部分 收费",
            "十一、附则",
        ] {
            assert!(is_numbered_heading(line), "{line}");
        }
        for line in [
            "三、15个工作日内答复。",
            "1.电话",
            "一楼大厅",
            "三、对答复不服的,可以申请复议",
        ] {
            assert!(!is_numbered_heading(line), "{line}");
        }
    }
}
