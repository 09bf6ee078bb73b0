//! What stands behind the label of something that only sounds alike (`监督电话` beside `咨询电话`) says nothing of this element.

use crate::judge::{Found, Line, Seen};
use crate::words::has_any;

/// Characters of a label; a longer cell or clause is running text that only speaks of such a thing.
const LONGEST_LABEL: usize = 16;

/// Whether a match lies wholly in the value of a label with one of the words in it: behind its colon, or in the cell beside it or below it.
pub(super) fn is_value_of_other(
    words: &[String],
    seen: &Seen<'_>,
    found: &Found,
    line: &Line<'_>,
) -> bool {
    if words.is_empty() {
        return false;
    }
    label_before(line).is_some_and(|label| is_other(words, label))
        || seen.is_in_cell(found.span) && {
            let callers = seen.callers(found.span);
            callers.iter().any(|cell| is_other(words, cell))
        }
}

/// The label whose value the match stands in, when its colon stands before the match.
fn label_before<'l>(line: &Line<'l>) -> Option<&'l str> {
    let before = line.before();
    let ends = ['。', ';', ',', ' ', '|', '、'];
    let clause = before.rsplit(ends).next().unwrap_or(before);
    let (labels, _) = clause.rsplit_once(':')?;
    labels.rsplit(':').next()
}

fn is_other(words: &[String], label: &str) -> bool {
    label.chars().nth(LONGEST_LABEL).is_none() && has_any(label, words)
}
