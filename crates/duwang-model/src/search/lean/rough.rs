//! A rough form of an expression: it matches wherever the expression does, and here and there besides.
//!
//! Rules say "then, within 24 characters of the sentence". Compiled, that is 24 copies of "a character of the sentence", and a state of its own
//! for each number of characters gone by, each of which is learned anew for each character met: most of what judging a text cost. "Then,
//! anywhere in the sentence" is one copy and one state, and where not even that matches nothing more is asked.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

/// States of a compiled expression that a counted repetition may take and still be left as it is: a date or a number of a few digits.
const MOST_STATES: u32 = 32;
/// States of a class with characters that are not ASCII, about: it is spelled byte by byte.
const STATES_OF_CLASS: u32 = 10;

/// The expression without the counts of its larger repetitions; `None`: it has none.
pub(super) fn roughened(hir: &Hir) -> Option<Hir> {
    has_counts(hir).then(|| uncounted(hir))
}

fn has_counts(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
        HirKind::Repetition(inner) => is_large(inner) || has_counts(&inner.sub),
        HirKind::Capture(capture) => has_counts(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(has_counts),
    }
}

fn uncounted(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => hir.clone(),
        HirKind::Repetition(inner) => Hir::repetition(without_count(inner)),
        HirKind::Capture(capture) => uncounted(&capture.sub),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(uncounted).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(uncounted).collect()),
    }
}

fn without_count(repetition: &Repetition) -> Repetition {
    let (min, max) = match is_large(repetition) {
        true => (repetition.min.min(1), None),
        false => (repetition.min, repetition.max),
    };
    Repetition {
        min,
        max,
        greedy: repetition.greedy,
        sub: Box::new(uncounted(&repetition.sub)),
    }
}

fn is_large(repetition: &Repetition) -> bool {
    let copies = repetition.max.unwrap_or(repetition.min);
    copies > 1 && states(&repetition.sub).saturating_mul(copies) > MOST_STATES
}

/// States that an expression takes compiled, about.
fn states(hir: &Hir) -> u32 {
    let of_all = |parts: &[Hir]| parts.iter().map(states).fold(1, u32::saturating_add);
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => u32::try_from(literal.0.len()).unwrap_or(u32::MAX),
        HirKind::Class(Class::Unicode(class)) if !class.is_ascii() => STATES_OF_CLASS,
        HirKind::Class(_) => 1,
        HirKind::Repetition(inner) => {
            let copies = inner.max.unwrap_or(inner.min).max(1);
            states(&inner.sub).saturating_mul(copies)
        }
        HirKind::Capture(capture) => states(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => of_all(parts),
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn rough(source: &str) -> Option<Hir> {
        roughened(&regex_syntax::parse(source).expect("an expression"))
    }

    fn same(source: &str, rough_source: &str) {
        let expected = regex_syntax::parse(rough_source).expect("an expression");
        assert_eq!(rough(source), Some(expected), "{source}");
    }

    #[test]
    fn counts_that_take_many_states_are_dropped() {
        same("见[^。]{0,24}附件", "见[^。]*附件");
        same(r"(\p{Han}{2,24}村)?", r"(?:\p{Han}+村)?");
        same("(?:甲[^。]{0,8}?){2,9}", "(?:甲[^。]*?)+");
        same("[^。]{9}", "[^。]+");
    }

    #[test]
    fn dates_and_numbers_stay_as_they_are() {
        assert_eq!(rough(r"(?:19|20)\d{2}年[0-9]{1,2}月"), None);
        assert_eq!(rough("[0-9]{10,23}[^。]{1,3}"), None);
        assert_eq!(rough("[^。]{2,}乙"), None);
    }
}
