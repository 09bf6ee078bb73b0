//! A series in a table: its column 序号.

use super::Numbered;
use crate::judge::Seen;
use crate::kind::sheet::Sheet;
use duwang_model::{Part, Table};

/// The numbers of each table's column 序号. Rows may have been taken out of a long list on purpose, and one that was sorted anew says
/// nothing: only a column that begins with 1 and rises to its end is a series.
pub(super) fn rows(seen: &Seen<'_>) -> Vec<Vec<Numbered>> {
    let tables = seen.document.tables.iter().filter(|t| t.part == Part::Main);
    tables.filter_map(numbers_of).collect()
}

fn numbers_of(table: &Table) -> Option<Vec<Numbered>> {
    const LEAST: usize = 4;
    let sheet = Sheet::of(table)?;
    let at = sheet.headings.iter().position(|h| h.whole == "序号")?;
    let mut series: Vec<Numbered> = Vec::new();
    for cell in sheet.rows.iter().filter_map(|row| row.get(at)) {
        let number = cell.text.trim().parse().ok();
        match (number, series.last()) {
            (_, Some(last)) if last.span == cell.span => {} // a cell over several rows
            (Some(number), last) if last.is_none_or(|last| last.number < number) => {
                series.push(Numbered {
                    number,
                    span: cell.span,
                    is_excused: false,
                });
            }
            (Some(_), _) => return None, // a second list, or one sorted anew
            (None, _) => break,          // a sum, a note
        }
    }
    let begins = series.first().is_some_and(|first| first.number == 1);
    (begins && series.len() >= LEAST).then_some(series)
}
