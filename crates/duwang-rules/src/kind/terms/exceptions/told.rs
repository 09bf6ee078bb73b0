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
        None => is_name(line) && is_name_mended(line),
    }
}

/// Whether nothing but other names stands between the name of a document and what should be done about it: 《…法》《…法》的，应当改为….
fn is_name_mended(line: &Line<'_>) -> bool {
    let behind = line.first_after(BEHIND_NAMES);
    let words = WORDS.told.mended.iter();
    let Some(at) = words.filter_map(|word| behind.find(word.as_str())).min() else {
        return false;
    };
    let between = match line.enclosed_by('《', '》') {
        Some(_) => behind[..at].split_once('》').map(|(_, rest)| rest),
        None => Some(&behind[..at]),
    };
    let Some(between) = between else {
        return false;
    };
    let mut is_outside = true;
    between.chars().all(|c| {
        let is_told = !is_outside || is_joint(c);
        is_outside = c == '》' || is_outside && c != '《';
        is_told
    })
}

/// What joins names of documents, and leads from them to a verdict.
fn is_joint(c: char) -> bool {
    "《的等和及与、,，".contains(c)
}

/// Whether a word is the name of a document or stands in one.
fn is_name(line: &Line<'_>) -> bool {
    let word = &line.text[line.start..line.end];
    let is_whole = word.starts_with('《') && word.ends_with('》');
    is_whole || line.enclosed_by('《', '》').is_some()
}

fn is_mended(line: &Line<'_>, near: usize) -> bool {
    let behind = line.first_after(near);
    let behind = behind.split(['。', ';', '；']).next().unwrap_or_default();
    has_any(behind, &WORDS.told.mended)
}

#[cfg(test)]
mod tests {
    use super::is_told_wrong;
    use crate::judge::Line;

    fn is_wrong(text: &str, word: &str) -> bool {
        let start = text.find(word).unwrap_or_default();
        is_told_wrong(&Line::new(text, start, start + word.len()))
    }

    #[test]
    fn names_of_documents_may_be_told_to_be_changed() {
        let text = "引用《继承法》《物权法》的，应当改为《民法典》的规定。";
        for word in ["《继承法》", "《物权法》", "继承法"] {
            assert!(is_wrong(text, word), "{word}");
        }
        assert!(!is_wrong(text, "《民法典》"));
        assert!(!is_wrong(
            "依照《继承法》办理，手续应当改为网上办。",
            "《继承法》"
        ));
        assert!(!is_wrong("依照继承法的，应当改为依照民法典。", "继承法"));
        assert!(!is_wrong(
            "依照《继承法》办理。应当改为网上办。",
            "《继承法》"
        ));
    }
}
