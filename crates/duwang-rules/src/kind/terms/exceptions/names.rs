//! Names that others bear: of firms, places and people, known by what stands beside.

use crate::judge::Line;
use crate::words::{WORDS, has_any};

/// Names of firms, brands and shops: what follows within a few characters says so.
pub(super) fn is_proper_name(line: &Line<'_>) -> bool {
    let after = until_mark(line.first_after(10));
    has_any(after, &WORDS.name.firms) || line.in_book_title()
}

/// Names of places: what follows at once says so.
pub(super) fn is_place_name(line: &Line<'_>) -> bool {
    let ends = |c| WORDS.name.place_ends.contains(c);
    line.first_after(2).contains(ends) || has_any(line.first_after(4), &WORDS.name.places)
}

/// Names of people: what stands beside says so.
pub(super) fn is_person_name(line: &Line<'_>) -> bool {
    let after = line.first_after(4);
    let before = line.last_before(6);
    has_any(after, &WORDS.name.behind_person) || has_any(before, &WORDS.name.before_person)
}

fn until_mark(text: &str) -> &str {
    let end = text
        .find(|c: char| "，。；：、！？,;:!?()（）《》“” ".contains(c))
        .unwrap_or(text.len());
    &text[..end]
}
