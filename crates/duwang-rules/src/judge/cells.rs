//! Table cells by their place in the text.

use duwang_model::{Cell, Document, Span, Table};
use std::collections::HashSet;
use std::ops::Range;

/// The cells of all tables of a document, in text order.
#[derive(Debug)]
pub(crate) struct Cells {
    cells: Vec<CellAt>,
    /// Of each table, whether it is a form to be filled in.
    forms: Vec<bool>,
}

/// One cell and where it stands in its table, counted from 1 as a person does (a header is the first row).
#[derive(Debug, Clone, Copy)]
pub(crate) struct CellAt {
    span: Span,
    pub(crate) table: usize,
    pub(crate) row: usize,
    pub(crate) column: usize,
}

impl Cells {
    pub(crate) fn of(document: &Document) -> Self {
        let mut cells = Vec::new();
        for (table, t) in document.tables.iter().enumerate() {
            let first_row = if t.header.is_empty() { 1 } else { 2 };
            for (row, r) in t.rows.iter().enumerate() {
                for (column, cell) in r.iter().enumerate() {
                    cells.push(CellAt {
                        span: cell.span,
                        table: table + 1,
                        row: row + first_row,
                        column: column + 1,
                    });
                }
            }
        }
        cells.sort_by_key(|c| (c.span.start, c.span.end));
        let forms = document.tables.iter().map(is_form).collect();
        Self { cells, forms }
    }

    /// Whether a span stands in a form to be filled in: its empty cells say nothing of the page itself.
    pub(crate) fn is_in_form(&self, span: Span) -> bool {
        let cell = self.at(span);
        cell.is_some_and(|cell| self.forms.get(cell.table - 1) == Some(&true))
    }

    /// The cell that holds the beginning of a span.
    pub(crate) fn at(&self, span: Span) -> Option<CellAt> {
        let next = self.cells.partition_point(|c| c.span.start <= span.start);
        let cell = self.cells.get(next.checked_sub(1)?)?;
        cell.span.overlaps(span).then_some(*cell)
    }

    /// The cells of the row that a cell stands in, in text order: a range of all cells.
    pub(crate) fn row_of(&self, span: Span) -> Option<Range<usize>> {
        let own = self.at(span)?;
        let is_beside = |c: &CellAt| (c.table, c.row) == (own.table, own.row);
        let at = self.cells.partition_point(|c| c.span.start <= span.start);
        let own = at.checked_sub(1).filter(|n| is_beside(&self.cells[*n]))?;
        let before = self.cells[..own].iter().rev().take_while(|c| is_beside(c));
        let behind = self.cells[own..].iter().take_while(|c| is_beside(c));
        Some(own - before.count()..own + behind.count())
    }

    /// Where the cells of a range stand.
    pub(crate) fn spans(&self, row: Range<usize>) -> impl Iterator<Item = Span> {
        self.cells[row].iter().map(|c| c.span)
    }

    /// Whether a span stands in a cell with nothing but empty cells behind it in its row: a label without a value. A value is none, even if
    /// cells are left at the end of its row.
    pub(crate) fn is_before_blanks(&self, document: &Document, span: Span) -> bool {
        let Some(own) = self.at(span) else {
            return false;
        };
        let Some(table) = document.tables.get(own.table - 1) else {
            return false;
        };
        let first_row = if table.header.is_empty() { 1 } else { 2 };
        let row = table.rows.get(own.row - first_row);
        let (Some(cell), Some(behind)) = (
            row.and_then(|row| row.get(own.column - 1)),
            row.and_then(|row| row.get(own.column..)),
        ) else {
            return false;
        };
        let is_value = || own.column.is_multiple_of(2) && is_of_pairs(table);
        !behind.is_empty() && behind.iter().all(is_empty) && is_name(&cell.text) && !is_value()
    }

    /// What a table says about a cell elsewhere: the header of its column, and the first cell of its row.
    pub(crate) fn headings<'d>(&self, document: &'d Document, span: Span) -> Vec<&'d str> {
        let (header, before) = self.around(document, span);
        header.into_iter().chain(before.first().copied()).collect()
    }

    /// The same with all cells before it in its row.
    pub(crate) fn callers<'d>(&self, document: &'d Document, span: Span) -> Vec<&'d str> {
        let (header, before) = self.around(document, span);
        header.into_iter().chain(before).collect()
    }

    /// What the columns of the table are called that a cell stands in: its header, or the cells of its first row.
    pub(crate) fn columns<'d>(&self, document: &'d Document, span: Span) -> Vec<&'d str> {
        let table = self
            .at(span)
            .and_then(|cell| document.tables.get(cell.table - 1));
        let Some(table) = table else {
            return Vec::new();
        };
        if !table.header.is_empty() {
            return table.header.iter().map(String::as_str).collect();
        }
        let first = table.rows.first().into_iter().flatten();
        first.map(|cell| cell.text.as_str()).collect()
    }

    /// The header of a cell's column, and the cells before it in its row.
    fn around<'d>(&self, document: &'d Document, span: Span) -> (Option<&'d str>, Vec<&'d str>) {
        let Some(cell) = self.at(span) else {
            return (None, Vec::new());
        };
        let Some(table) = document.tables.get(cell.table - 1) else {
            return (None, Vec::new());
        };
        let first_row = if table.header.is_empty() { 1 } else { 2 };
        let header = table.header.get(cell.column - 1).map(String::as_str);
        let row = table.rows.get(cell.row - first_row);
        let before = row.into_iter().flatten().take(cell.column - 1);
        (header, before.map(|cell| cell.text.as_str()).collect())
    }
}

/// Characters of a label.
const LONGEST_LABEL: usize = 12;

/// Rows of a table of labels and values; a longer one is a list, and is asked about for each of its rows.
const MOST_PAIRS: usize = 200;

fn is_empty(cell: &Cell) -> bool {
    cell.text.trim().is_empty()
}

/// A table with nothing but names, and room beside them: 姓名｜　｜电话｜　.
fn is_form(table: &Table) -> bool {
    const FEWEST: usize = 3; // cells to be filled in
    let cells = || table.rows.iter().flatten();
    table.header.is_empty()
        && cells().filter(|cell| is_empty(cell)).count() >= FEWEST
        && cells().all(|cell| is_name(&cell.text))
}

/// What a label looks like: short, and without numbers behind its own (`3.建设工期`).
fn is_name(text: &str) -> bool {
    let numbering = |c: char| c.is_ascii_digit() || ".、() ".contains(c);
    let name = text.trim().trim_start_matches(numbering);
    name.chars().count() <= LONGEST_LABEL && !name.contains(|c: char| c.is_ascii_digit())
}

/// Whether a table sets labels beside their values, two pairs in a row or more: what stands in its odd columns are names, and below one another
/// no two of them are alike.
fn is_of_pairs(table: &Table) -> bool {
    let width = table.rows.iter().map(Vec::len).max().unwrap_or(0);
    let is_long = table.rows.len() > MOST_PAIRS;
    if !table.header.is_empty() || is_long || width < 4 || !width.is_multiple_of(2) {
        return false;
    }
    let labels = |column: usize| -> Vec<&Cell> {
        let cells = table.rows.iter().filter_map(|row| row.get(column));
        cells.filter(|cell| !is_empty(cell)).collect()
    };
    let are_names = |cells: &[&Cell]| {
        let mut met = HashSet::new();
        let mut texts = cells.iter().map(|cell| cell.text.as_str());
        !cells.is_empty() && texts.all(|text| is_name(text) && met.insert(text))
    };
    (0..width)
        .step_by(2)
        .all(|column| are_names(&labels(column)))
}

#[cfg(test)]
mod tests {
    use super::{Cell, Span, Table, is_name, is_of_pairs};
    use duwang_model::Part;

    fn table(rows: &[&[&str]]) -> Table {
        let cell = |text: &&str| Cell {
            text: (*text).to_owned(),
            span: Span::default(),
        };
        Table {
            header: Vec::new(),
            rows: rows
                .iter()
                .map(|row| row.iter().map(cell).collect())
                .collect(),
            part: Part::Main,
        }
    }

    #[test]
    fn labels_are_short_and_without_numbers() {
        assert!(is_name("3.建设工期"));
        assert!(is_name("受理机构"));
        assert!(!is_name("完成60%"));
        assert!(!is_name("东街9号"));
    }

    #[test]
    fn labels_and_values_may_stand_two_by_two() {
        assert!(is_of_pairs(&table(&[
            &["项目名称", "桥南灌渠", "建设单位", "水利局"],
            &["工程进度", "完成六成", "", ""],
        ])));
        // A group, its items and their values.
        assert!(!is_of_pairs(&table(&[
            &["受理", "机构", "县水利局", "无"],
            &["受理", "时间", "", ""],
        ])));
        assert!(!is_of_pairs(&table(&[
            &["一", "受理机构", "县水利局3楼", "无"],
            &["二", "受理时间", "", ""],
        ])));
        let names: Vec<String> = ('一'..)
            .take(super::MOST_PAIRS + 1)
            .map(String::from)
            .collect();
        let rows: Vec<[&str; 4]> = names.iter().map(|n| [n, "甲", n, "乙"]).collect();
        let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
        assert!(is_of_pairs(&table(&rows[1..])));
        assert!(
            !is_of_pairs(&table(&rows)),
            "a list, and not to be gone through for each row"
        );
    }
}
