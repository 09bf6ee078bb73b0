//! Words that only touch: what a list looks for is the end of one and the beginning of the next.
//!
//! The words are those of the model of the language; without one nothing is excused here.

use super::row::{Matcher, Row};
use crate::explain::Why;
use crate::judge::{Line, Seen};
use crate::rule::Rule;
use duwang_model::Category;

/// Why a match of a row is none: words of the line reach over its ends. An expression says itself what must stand around it.
pub(super) fn objection(rule: &Rule, row: &Row, line: &Line<'_>, seen: &Seen<'_>) -> Option<Why> {
    let (Some(checker), Matcher::Literal) = (seen.typos, &row.matcher) else {
        return None;
    };
    let crossing = checker.crossing(line.text, line.start, line.end, &row.right.text);
    // What is right instead of an old name may well read worse: a slip may not.
    let is_slip = rule.category == Category::Typo;
    let is_none = crossing.is_two_words() || is_slip && crossing.is_part_of_word();
    is_none.then(|| {
        let words = [crossing.before, crossing.after].into_iter().flatten();
        let words: Vec<String> = words.map(|word| format!("“{word}”")).collect();
        Why::Doubt(format!("是{}里的字，不是一个词", words.concat()))
    })
}
