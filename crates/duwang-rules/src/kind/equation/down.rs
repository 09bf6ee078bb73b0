//! Columns of a table of which the row of totals is the sum of the rows above it.

use super::number::{number, shown};
use crate::judge::{Seen, Slots};
use crate::kind::Out;
use crate::kind::sheet::Sheet;
use crate::load::{Fields, LazyRegex, plain_regexes};
use duwang_model::{Cell, Span};

/// One row above it is no list.
const FEWEST_ROWS: usize = 2;

#[derive(Debug)]
pub(super) struct Down {
    /// How the row of totals is named.
    total: Vec<LazyRegex>,
    /// Rows that add up others (小计): with one of them nothing is said.
    not_rows: Vec<LazyRegex>,
    /// Columns that are not added up: numbers of the rows, prices, shares.
    not_columns: Vec<LazyRegex>,
    rounding: i64,
}

impl Down {
    pub(super) fn of(fields: &Fields<'_>, rounding: i64) -> Self {
        let total = plain_regexes(fields, "total");
        if total.is_empty() {
            fields.missing("total");
        }
        let down = Self {
            total,
            not_rows: plain_regexes(fields, "not_rows"),
            not_columns: plain_regexes(fields, "not_columns"),
            rounding,
        };
        fields.finish();
        down
    }

    pub(super) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        for sheet in seen.document.tables.iter().filter_map(Sheet::of) {
            self.judge_sheet(&sheet, out);
        }
    }

    /// Only a table of equal rows with one row of totals, its last or its first.
    fn judge_sheet(&self, sheet: &Sheet<'_>, out: &mut Out<'_>) {
        let width = sheet.headings.len();
        let are_equal = sheet.rows.iter().all(|row| row.len() == width);
        let is_one_of = |row: &[Cell], names: &[LazyRegex]| {
            row.iter().any(|cell| {
                let text: String = cell.text.split_whitespace().collect();
                names.iter().any(|name| name.is_match(&text))
            })
        };
        let is_total = |row: &&Vec<Cell>| is_one_of(row, &self.total);
        if !are_equal || sheet.rows.iter().filter(is_total).count() != 1 {
            return;
        }
        let split = match (sheet.rows.split_last(), sheet.rows.split_first()) {
            (Some((last, above)), _) if is_total(&last) => Some((last, above)),
            (_, Some((first, below))) if is_total(&first) => Some((first, below)),
            _ => None,
        };
        let Some((total, rows)) = split else { return };
        if rows.len() < FEWEST_ROWS || rows.iter().any(|row| is_one_of(row, &self.not_rows)) {
            return;
        }
        for (column, heading) in sheet.headings.iter().enumerate() {
            if !heading.is_one_of(&self.not_columns) {
                self.judge_column(column, &heading.whole, total, rows, out);
            }
        }
    }

    /// A column of which every cell is a number.
    fn judge_column(
        &self,
        column: usize,
        heading: &str,
        total: &[Cell],
        rows: &[Vec<Cell>],
        out: &mut Out<'_>,
    ) {
        let read = |row: &[Cell]| row.get(column).and_then(|cell| number(&cell.text));
        let Some(told) = read(total) else { return };
        let numbers = rows.iter().map(|row| read(row));
        let Some(numbers) = numbers.collect::<Option<Vec<i64>>>() else {
            return;
        };
        let sum: i64 = numbers.iter().sum();
        let rounding = self.rounding * i64::try_from(numbers.len()).unwrap_or(0);
        if (sum - told).abs() <= rounding {
            return;
        }
        let mut draft = out.draft().keyed(format!("down {heading}")).with(Slots {
            value: format!("{heading}各行加起来是{}，写的是{}", shown(sum), shown(told)),
            label: heading.to_owned(),
            ..Slots::default()
        });
        draft.span = total.get(column).map(|cell: &Cell| -> Span { cell.span });
        out.push(draft);
    }
}
