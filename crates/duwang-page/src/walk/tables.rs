//! Tables: their rows and cells.

use super::draft::RawCell;
use super::{MAX_CELLS, NONE, Open, Walker};
use crate::tags::Tag;
use duwang_html::NodeId;
use duwang_model::Span;

impl Walker<'_> {
    /// Opens a cell; returns its table.
    pub(super) fn cell(&mut self, id: NodeId, tag: Tag) -> usize {
        self.cells += 1;
        let Some(table) = self.tables.last().copied() else {
            return NONE;
        };
        if self.cells > MAX_CELLS {
            self.note("表格单元格过多，其余不作表格读");
            return NONE;
        }
        let span_of = |name| {
            self.tree
                .attr(id, name)
                .and_then(|v| v.trim().parse::<u16>().ok())
                .unwrap_or(1)
        };
        let at = self.draft.plain.len();
        let cell = RawCell {
            node: id.index() as u32,
            head: tag == Tag::HeadCell,
            span: Span::new(at, at),
            columns: span_of("colspan").clamp(1, 64),
            rows: span_of("rowspan").clamp(1, 1000),
        };
        let rows = &mut self.draft.tables[table].rows;
        if rows.is_empty() {
            rows.push(Vec::new());
        }
        if let Some(row) = rows.last_mut() {
            row.push(cell);
        }
        table
    }

    /// A cell ends where its text ends.
    pub(super) fn close_cell(&mut self, open: &Open) {
        let end = self.draft.plain.len();
        let Some(table) = self.draft.tables.get_mut(open.index) else {
            return;
        };
        let cell = table
            .rows
            .iter_mut()
            .rev()
            .flat_map(|row| row.iter_mut().rev())
            .find(|c| c.node == open.node);
        if let Some(cell) = cell {
            cell.span.end = end.saturating_sub(1).max(cell.span.start);
        }
    }
}
