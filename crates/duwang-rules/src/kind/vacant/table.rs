//! Blank cells beside names, and the one blank cell of a row and a column that are full otherwise.

use super::{Place, Vacant};
use crate::judge::Seen;
use crate::words::{WORDS, has_any};
use duwang_model::{Cell, Part, Table};

/// Fewest rows that show what a table holds.
const FEWEST_ROWS: usize = 4;
/// Longer tables are asked about once for many rows: nobody fills them in by hand.
const MOST_ROWS: usize = 500;

/// Blank cells of tables that set a name beside each value, once or twice a row.
pub(super) fn beside_names(rule: &Vacant, seen: &Seen<'_>) -> Vec<Place> {
    let tables = seen.document.tables.iter();
    let named = tables.filter(|t| t.part == Part::Main && t.header.is_empty());
    named.flat_map(|table| blanks_beside(rule, table)).collect()
}

fn blanks_beside(rule: &Vacant, table: &Table) -> Vec<Place> {
    let rows = || table.rows.iter().take(MOST_ROWS);
    if rows().any(|row| !row.len().is_multiple_of(2)) {
        return Vec::new();
    }
    let pairs = rows().flat_map(|row| row.chunks_exact(2)).filter(is_pair);
    let (blank, filled): (Vec<&[Cell]>, Vec<&[Cell]>) = pairs.partition(|p| is_empty(&p[1]));
    if !rule.is_no_form(filled.len(), blank.len()) {
        return Vec::new();
    }
    let meant = blank
        .iter()
        .filter(|pair| rule.is_meant(pair[0].text.trim()));
    meant
        .map(|pair| Place {
            label: pair[0].text.trim().to_owned(),
            span: pair[0].span,
        })
        .collect()
}

/// A short name with a cell of its own beside it.
fn is_pair(pair: &&[Cell]) -> bool {
    const LONGEST_NAME: usize = 14;
    let name = pair[0].text.trim();
    let is_name = !name.is_empty() && name.chars().nth(LONGEST_NAME).is_none();
    is_name && pair[1].span.end > 0 && pair[0].span != pair[1].span
}

pub(super) fn lone_blanks(rule: &Vacant, seen: &Seen<'_>) -> Vec<Place> {
    let tables = seen.document.tables.iter();
    tables
        .filter(|t| t.part == Part::Main && !t.header.is_empty())
        .filter(|t| (FEWEST_ROWS..=MOST_ROWS).contains(&t.rows.len()))
        .flat_map(|table| blanks(rule, table))
        .collect()
}

fn blanks(rule: &Vacant, table: &Table) -> Vec<Place> {
    let rows: Vec<&Vec<Cell>> = table.rows.iter().filter(|row| is_of_one(row)).collect();
    let width = table.header.len();
    if rows.len() < FEWEST_ROWS || rows.iter().any(|row| row.len() != width) {
        return Vec::new();
    }
    let missing = |column: usize| rows.iter().filter(|row| is_empty(&row[column])).count();
    let missing: Vec<usize> = (0..width).map(missing).collect();
    let meant = (0..width).filter(|n| missing[*n] == 1 && rule.is_meant(&table.header[*n]));
    meant
        .filter_map(|column| {
            let row = rows.iter().find(|row| is_empty(&row[column]))?;
            // A column nobody filled in (备注) is none of the row's.
            let open = (0..width).filter(|n| is_empty(&row[*n]) && missing[*n] < rows.len());
            let named = row.iter().find(|cell| names_something(&cell.text));
            let shown = named.or_else(|| row.iter().find(|cell| !is_empty(cell)))?;
            (open.count() == 1).then(|| Place {
                label: table.header[column].clone(),
                span: shown.span,
            })
        })
        .collect()
}

fn is_empty(cell: &Cell) -> bool {
    cell.text.trim().is_empty()
}

/// Whether a row tells of one thing: no sum, no line across the table, no cell that a merged one above it pushed out.
fn is_of_one(row: &[Cell]) -> bool {
    let is_sum = |cell: &Cell| has_any(&cell.text, &WORDS.parts.sums);
    let is_across = row.len() > 1 && row.iter().all(|cell| cell.span == row[0].span);
    let is_pushed_out = row.iter().any(|cell| cell.span.end == 0);
    !row.iter().take(2).any(is_sum) && !is_across && !is_pushed_out
}

/// A name rather than a number: what a person would call the row by.
fn names_something(text: &str) -> bool {
    text.chars().any(crate::han::is_ideograph)
}
