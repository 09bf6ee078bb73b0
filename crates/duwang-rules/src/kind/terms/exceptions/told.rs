//! Words that the page does not use itself: what the column of a table names (a company, a person, a place, an old version), and words of which
//! the sentence says that they are wrong.

use crate::judge::{Line, Seen};
use crate::words::{WORDS, has_any};
use duwang_model::Span;

/// Characters beside a word in which it may be told to be wrong.
const NEAR: usize = 12;
/// Characters behind the name of a document, and of others beside it.
const BEHIND_NAMES: usize = 24;
/// Characters of the name of a column.
const LONGEST: usize = 16;

/// The name of the column that holds a word, if it says that the word is somebody else's.
pub(super) fn column<'d>(seen: &Seen<'d>, span: Span) -> Option<&'d str> {
    let headings = seen.headings(span).into_iter();
    let mut short = headings.filter(|heading| heading.chars().count() <= LONGEST);
    let told = &WORDS.told;
    short.find(|heading| {
        has_any(heading, &told.names)
            || has_any(heading, &told.old)
            || (has_any(heading, &told.present)
                && seen
                    .columns(span)
                    .iter()
                    .any(|column| has_any(column, &told.changed)))
    })
}

/// Whether a word stands in a column of titles.
pub(super) fn is_in_titles(seen: &Seen<'_>, span: Span) -> bool {
    let says = |heading: &str| has_any(heading, &WORDS.told.titles);
    seen.headings(span).into_iter().any(says)
}

/// Whether a word in quotation marks, or the name of a document, is told to be wrong: `误写为“…”`, `“…”更正为`, `引用《…法》的，应当改为`. What stands
/// behind 更正为 is the page's own.
pub(super) fn is_told_wrong(line: &Line<'_>) -> bool {
    match line.in_quotes() {
        Some(_) => has_any(line.last_before(NEAR), &WORDS.told.written) || is_mended(line, NEAR),
        None => line.enclosed_by('《', '》').is_some() && is_mended(line, BEHIND_NAMES),
    }
}

fn is_mended(line: &Line<'_>, near: usize) -> bool {
    let behind = line.first_after(near);
    let behind = behind.split(['。', ';', '；']).next().unwrap_or_default();
    has_any(behind, &WORDS.told.mended)
}
