//! Rows of tables: names on the left, numbers on the right.

use super::number::{is_share, number};
use crate::load::LazyRegex;
use duwang_model::{Cell, Span};

/// Whether one of the cells before the numbers of a row is named like this. A row without numbers is a heading: many pages set 总计 at the
/// head of a column in an ordinary cell.
pub(super) fn begins_like(row: &[Cell], names: &[LazyRegex]) -> bool {
    let numbers = numbers_at_end(row).len();
    let mut labels = row.iter().take(row.len() - numbers);
    numbers > 0
        && labels.any(|cell| {
            let text: String = cell.text.split_whitespace().collect();
            names.iter().any(|r| r.is_match(&text))
        })
}

/// The cells of a row from the first number on; blank cells among them are unknown numbers.
pub(super) fn numbers_at_end(row: &[Cell]) -> Vec<(Option<i64>, Span)> {
    let is_label = |c: &Cell| {
        number(&c.text).is_none() && c.text.chars().any(char::is_alphanumeric) && !is_share(&c.text)
    };
    let start = row.iter().rposition(is_label).map_or(0, |at| at + 1);
    let cells: Vec<(Option<i64>, Span)> = row[start..]
        .iter()
        .map(|c| (number(&c.text), c.span))
        .collect();
    if cells.iter().any(|(n, _)| n.is_some()) {
        cells
    } else {
        Vec::new()
    }
}
