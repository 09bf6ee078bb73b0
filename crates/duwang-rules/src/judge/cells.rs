//! Table cells by their place in the text.

use duwang_model::{Document, Span};
use std::ops::Range;

/// The cells of all tables of a document, in text order.
#[derive(Debug)]
pub(crate) struct Cells {
    cells: Vec<CellAt>,
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
        Self { cells }
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

    /// Whether a span stands in a cell with nothing but empty cells behind it in its row: a label without a value.
    pub(crate) fn is_before_blanks(&self, document: &Document, span: Span) -> bool {
        let behind = self.at(span).and_then(|own| {
            let table = document.tables.get(own.table - 1)?;
            let first_row = if table.header.is_empty() { 1 } else { 2 };
            table.rows.get(own.row - first_row)?.get(own.column..)
        });
        behind.is_some_and(|cells| {
            !cells.is_empty() && cells.iter().all(|cell| cell.text.trim().is_empty())
        })
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
