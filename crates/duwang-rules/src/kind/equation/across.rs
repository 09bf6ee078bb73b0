//! Rows of which the last (or first) of so many numbers is the sum of the others.

use super::number::shown;
use super::row::{begins_like, numbers_at_end};
use crate::judge::{Seen, Slots};
use crate::kind::Out;
use crate::kind::sheet::{Heading, Sheet};
use crate::load::{Fields, LazyRegex, plain_regexes};
use duwang_model::{Cell, Span};

#[derive(Debug)]
pub(super) struct Across {
    /// How the row is named; empty: a row without a name.
    row: Vec<LazyRegex>,
    group: usize,
    /// Only rows of so many numbers.
    only: Option<usize>,
    /// The total stands before its parts.
    first: bool,
    /// What the columns of a group are called; empty: anything.
    columns: Vec<LazyRegex>,
}

impl Across {
    /// Reads how the rows of a rule are named and grouped.
    pub(super) fn of(fields: &Fields<'_>) -> Option<Self> {
        let group = fields.required_number("group");
        let row = plain_regexes(fields, "row");
        let only = fields.number("only").map(|n| n.value as usize);
        let first = fields.flag("first").unwrap_or(false);
        let columns = plain_regexes(fields, "columns");
        if row.is_empty() && only.is_none() && columns.is_empty() {
            fields.missing("row");
        }
        fields.finish();
        Some(Self {
            row,
            only,
            first,
            columns,
            group: (group?.value as usize).max(2),
        })
    }

    pub(super) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        for table in &seen.document.tables {
            if self.columns.is_empty() {
                self.judge_rows(&table.rows, &[], out);
            } else if let Some(sheet) = Sheet::of(table) {
                self.judge_rows(sheet.rows, &sheet.headings, out);
            }
        }
    }

    fn judge_rows(&self, rows: &[Vec<Cell>], headings: &[Heading], out: &mut Out<'_>) {
        let is_named = |row: &&Vec<Cell>| self.row.is_empty() || begins_like(row, &self.row);
        for row in rows.iter().filter(is_named) {
            let cells = numbers_at_end(row);
            let meant = self.only.is_none_or(|only| only == cells.len());
            if cells.is_empty() || !meant || !cells.len().is_multiple_of(self.group) {
                continue;
            }
            let from = row.len() - cells.len();
            for (n, group) in cells.chunks(self.group).enumerate() {
                let first = (from + n * self.group).min(headings.len());
                if !self.is_called(&headings[first..]) {
                    continue;
                }
                let Some((parts, total, span)) = self.parts_and_total(group) else {
                    continue;
                };
                let sum: i64 = parts.iter().sum();
                if sum == total {
                    continue;
                }
                let each: Vec<String> = parts.iter().map(|n| shown(*n)).collect();
                let label = row.first().map(|c| c.text.clone()).unwrap_or_default();
                let mut draft = out.draft().keyed(format!("across {label}")).with(Slots {
                    value: format!(
                        "{}＝{}；写的是{}",
                        each.join("＋"),
                        shown(sum),
                        shown(total)
                    ),
                    label,
                    ..Slots::default()
                });
                draft.span = Some(span);
                out.push(draft);
            }
        }
    }

    /// Whether the columns from the first of a group on are the ones meant.
    fn is_called(&self, headings: &[Heading]) -> bool {
        let names = self.columns.iter().map(std::slice::from_ref);
        headings.len() >= self.columns.len()
            && names
                .zip(headings)
                .all(|(name, heading)| heading.is_one_of(name))
    }

    /// The parts and the total of a group with its place, when every cell is a number.
    fn parts_and_total(&self, group: &[(Option<i64>, Span)]) -> Option<(Vec<i64>, i64, Span)> {
        let numbers: Vec<i64> = group.iter().map(|(n, _)| *n).collect::<Option<_>>()?;
        let ((total, parts), place) = match self.first {
            true => (numbers.split_first()?, group.first()?),
            false => (numbers.split_last()?, group.last()?),
        };
        Some((parts.to_vec(), *total, place.1))
    }
}
