//! The table about a document that stands above it (索引号、发布机构、发布日期): the heading below it is the title, and none of its cells is.

use crate::furniture::catalogue_labels;
use crate::numbered::behind_number;
use crate::page::is_title_line;
use crate::title::is_name_of_body;
use crate::walk::{Draft, RawTable};
use std::ops::Range;

/// Labels that make a table one about a document.
const FEWEST_LABELS: usize = 2;
/// Lines between the table and the heading.
const FARTHEST: usize = 4;
/// Characters of a title.
const SHORTEST: usize = 6;

/// The heading below such a table, unless a line outside of it was chosen.
pub(super) fn heading_below(draft: &Draft, chosen: Option<usize>) -> Option<usize> {
    let mut lines = draft.lines.iter().zip(0..);
    let first_heading = lines.find(|(line, _)| {
        line.heading && !line.hidden && is_title(draft, line.span.start..line.span.end)
    });
    let (_, heading) = first_heading?;
    let mut tables = draft.tables.iter().filter(|t| is_information(draft, t));
    let table = lines_of(draft, tables.next()?)?;
    let is_below = table.end <= heading && heading < table.end + FARTHEST;
    (is_below && chosen.is_none_or(|at| table.contains(&at))).then_some(heading)
}

fn is_information(draft: &Draft, table: &RawTable) -> bool {
    const MOST_CELLS: usize = 60;
    let cells = table.rows.iter().flatten().take(MOST_CELLS);
    let text = |span: duwang_model::Span| draft.plain.get(span.start..span.end).unwrap_or("");
    let labels = cells
        .map(|c| catalogue_labels(text(c.span).trim()))
        .sum::<usize>();
    labels >= FEWEST_LABELS
}

/// The lines a table reaches over.
fn lines_of(draft: &Draft, table: &RawTable) -> Option<Range<usize>> {
    let mut cells = table.rows.iter().flatten().filter(|c| !c.span.is_empty());
    let first = cells.next()?.span.start;
    let last = cells.next_back()?.span.end;
    let before = |at: usize| draft.lines.partition_point(|l| l.span.start < at);
    Some(before(first)..before(last))
}

fn is_title(draft: &Draft, span: Range<usize>) -> bool {
    let text = draft.plain[span].trim();
    text.chars().nth(SHORTEST - 1).is_some()
        && is_title_line(text)
        && behind_number(text).is_none()
        && !is_name_of_body(text)
}
