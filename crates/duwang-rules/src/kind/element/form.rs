//! Forms to be filled in (姓名｜　｜电话｜　): their empty cells say nothing of the page itself.

use crate::judge::Seen;
use duwang_model::{Span, Table};

/// Empty cells of a form at least.
const FEWEST: usize = 3;
/// Characters of the name of what is to be filled in.
const LONGEST_NAME: usize = 14;

/// Whether a published place lies in a form.
pub(super) fn holds(seen: &Seen<'_>, place: Span) -> bool {
    let mut tables = seen.document.tables.iter();
    tables.any(|table| {
        let mut cells = table.rows.iter().flatten();
        cells.any(|cell| cell.span.overlaps(place)) && is_form(table)
    })
}

/// Whether a table has nothing but names, and room beside them.
pub(super) fn is_form(table: &Table) -> bool {
    let is_name = |text: &str| {
        text.chars().nth(LONGEST_NAME).is_none() && !text.contains(|c: char| c.is_ascii_digit())
    };
    let cells = || table.rows.iter().flatten().map(|cell| cell.text.trim());
    table.header.is_empty()
        && cells().filter(|text| text.is_empty()).count() >= FEWEST
        && cells().all(is_name)
}
