//! What was begun and left open.

use super::value;
use crate::judge::{Form, Found, Line, Seen};
use crate::kind::numbering::is_section_of_nothing;
use crate::kind::pattern::is_replaced;
use duwang_model::Part;

/// Whether what a match begins was left open: its sentence only promises (`正在申请邮箱，敬请留意`), has gaps, breaks off at the end of
/// its line, or names a thing of which there is no more than a note (`机构设置：（请政工室补）`; `申请方式`, below it `另行通知`) or nothing (`四、收费`
/// right above `五、监督`).
pub(super) fn is_left_open(seen: &Seen<'_>, form: Form, found: Found) -> bool {
    let text = seen.text(form);
    let line = Line::around(text, found.start, found.end);
    let sentence = line.sentence();
    let behind = line.after().split(['。', ';', '!']).next().unwrap_or("");
    let ends_line = line.text.trim_end().ends_with(sentence.trim_end());
    let clause = line.clause();
    value::promises(&value::bare(sentence))
        || value::promises(&value::bare(clause))
        || is_replaced(&line)
        || value::has_gaps(sentence)
        || value::is_filler(&value::bare(behind))
        || (ends_line && value::breaks_off(sentence))
        || (is_bare_heading(&line) && has_nothing_below(seen, form, found))
}

fn has_nothing_below(seen: &Seen<'_>, form: Form, found: Found) -> bool {
    let text = seen.text(form);
    let heading = &text[found.line.0..found.line.1];
    let above = text[..found.line.0].trim_end().lines().next_back();
    let below = line_below(seen, form, found.line);
    let further = below.and_then(|line| line_below(seen, form, line));
    let words = |line: Option<(usize, usize)>| line.map_or("", |(start, end)| &text[start..end]);
    value::is_filler(&value::bare(words(below)))
        || is_section_of_nothing(above.unwrap_or(""), heading, words(below), words(further))
}

/// The next line of the content: below its last one stands the footer.
fn line_below(seen: &Seen<'_>, form: Form, line: (usize, usize)) -> Option<(usize, usize)> {
    let gap = seen.text(form)[line.1..].find(|c: char| !c.is_whitespace())?;
    let next = seen.line_around(form, line.1 + gap);
    let part = seen.block_of(form, next).map(|block| block.part);
    matches!(part, Some(Part::Main | Part::Info)).then_some(next)
}

/// Whether a match is all but the whole of its line.
fn is_bare_heading(line: &Line<'_>) -> bool {
    const LONGEST: usize = 16;
    line.after().trim_matches([':', ' ', ')', ']']).is_empty()
        && line.text.chars().nth(LONGEST).is_none()
}
