//! Tables with their headers; merged cells are expanded so that every row has every column.

mod facts;

use crate::fold::fold;
use crate::pairs::is_label;
use crate::walk::{RawCell, RawTable};
use duwang_model::{Cell, Part, Span, Table, Text};
use facts::{is_number, names_its_facts};

/// Most cells of all tables of a page after merged ones were expanded.
const MAX_CELLS: usize = 50_000;
/// More columns than any real table.
const MAX_COLUMNS: usize = 256;

/// A raw table with the part it stands in.
pub(crate) struct Placed {
    pub raw: RawTable,
    pub part: Part,
}

/// Whether a table only arranges the page: one cell a row, some with several lines, or one cell that holds nearly everything in several lines.
pub(crate) fn is_layout(table: &RawTable, plain: &str) -> bool {
    let cells: Vec<&RawCell> = table.rows.iter().flatten().collect();
    let lines = |c: &RawCell| {
        let text = plain.get(c.span.start..c.span.end).unwrap_or("");
        memchr::memchr_iter(b'\n', text.as_bytes()).take(4).count()
    };
    let is_one_column = table.rows.iter().all(|row| row.len() <= 1);
    if cells.len() <= 1 || is_one_column && cells.iter().any(|c| lines(c) > 0) {
        return true;
    }
    let total: usize = cells.iter().map(|c| c.span.len()).sum();
    let widest = cells.iter().max_by_key(|c| c.span.len());
    widest.is_some_and(|c| c.span.len() * 10 > total * 7 && c.span.len() > 300 && lines(c) >= 3)
}

/// Builds the tables of a document; says when a cap was reached.
pub(crate) fn build(placed: &[Placed], text: &Text) -> (Vec<Table>, Option<&'static str>) {
    let mut room = MAX_CELLS;
    let mut tables = Vec::new();
    for one in placed {
        if is_layout(&one.raw, text.plain()) {
            continue;
        }
        if room == 0 {
            return (tables, Some("合并单元格展开后过多，其余表格未读"));
        }
        let grid = expand(&one.raw.rows, text, &mut room);
        if let Some(table) = with_header(&one.raw, grid, one.part) {
            tables.push(table);
        }
    }
    let cut = (room == 0).then_some("合并单元格展开后过多，其余表格未读");
    (tables, cut)
}

fn expand(rows: &[Vec<RawCell>], text: &Text, room: &mut usize) -> Vec<Vec<Cell>> {
    let mut grid: Vec<Vec<Option<Cell>>> = Vec::with_capacity(rows.len());
    for (r, row) in rows.iter().enumerate() {
        while grid.len() <= r {
            grid.push(Vec::new());
        }
        let mut column = 0;
        for raw in row {
            while grid[r].get(column).is_some_and(Option::is_some) {
                column += 1;
            }
            let cell = Cell {
                text: fold(text, raw.span).trim().to_owned(),
                span: raw.span,
            };
            let down = usize::from(raw.rows).min(rows.len() - r);
            for dr in 0..down {
                for dc in 0..usize::from(raw.columns) {
                    put(&mut grid, r + dr, column + dc, &cell, room);
                }
            }
            column += usize::from(raw.columns);
        }
    }
    let width = grid.iter().map(Vec::len).max().unwrap_or(0);
    grid.into_iter()
        .filter(|row| !row.is_empty())
        .map(|mut row| {
            let full = width.min(row.len() + *room);
            *room -= full - row.len().min(full);
            row.resize(full.max(row.len()), None);
            row.into_iter().map(|c| c.unwrap_or_else(empty)).collect()
        })
        .collect()
}

fn put(
    grid: &mut Vec<Vec<Option<Cell>>>,
    row: usize,
    column: usize,
    cell: &Cell,
    room: &mut usize,
) {
    if *room == 0 || column >= MAX_COLUMNS {
        return;
    }
    while grid.len() <= row {
        grid.push(Vec::new());
    }
    let line = &mut grid[row];
    if line.len() <= column {
        line.resize(column + 1, None);
    }
    if line[column].is_none() {
        line[column] = Some(cell.clone());
        *room -= 1;
    }
}

fn empty() -> Cell {
    Cell {
        text: String::new(),
        span: Span::default(),
    }
}

fn with_header(raw: &RawTable, mut grid: Vec<Vec<Cell>>, part: Part) -> Option<Table> {
    if grid.is_empty() || grid.iter().flatten().all(|c| c.text.is_empty()) {
        return None;
    }
    let captions = usize::from(has_caption(raw, &grid));
    grid.drain(..captions);
    let marked = raw
        .rows
        .iter()
        .filter(|r| !r.is_empty())
        .skip(captions)
        .take_while(|r| r.len() > 1 && r.iter().all(|c| c.head))
        .count()
        .min(3);
    let count = if marked > 0 && marked < grid.len() {
        marked
    } else if first_row_is_header(&grid) {
        heading_rows(raw, captions, &grid)
    } else {
        0
    };
    let rows = grid.split_off(count);
    let header = join_columns(&grid);
    Some(Table { header, rows, part })
}

/// Whether the first row is one cell across the whole table: what the table is about, above the names of its columns.
fn has_caption(raw: &RawTable, grid: &[Vec<Cell>]) -> bool {
    const LEAST_ROWS: usize = 3;
    let first = raw.rows.iter().find(|r| !r.is_empty());
    let is_wide = grid[0].len() > 1 && !grid[0][0].text.is_empty();
    is_wide && grid.len() >= LEAST_ROWS && first.is_some_and(|row| row.len() == 1)
}

/// Two where a name of the first row stands above several of the second, while others reach over both: `序号 | 双方 | 面积` above
/// `甲方 | 乙方`.
fn heading_rows(raw: &RawTable, captions: usize, grid: &[Vec<Cell>]) -> usize {
    const LEAST_ROWS: usize = 3;
    const LONGEST: usize = 12;
    let mut rows = raw.rows.iter().filter(|r| !r.is_empty()).skip(captions);
    let (Some(first), Some(second)) = (rows.next(), rows.next()) else {
        return 1;
    };
    let is_split = first.iter().any(|c| c.columns > 1) && first.iter().any(|c| c.rows == 2);
    let spread: usize = first
        .iter()
        .filter(|c| c.rows < 2)
        .map(|c| usize::from(c.columns))
        .sum();
    let is_name = |c: &Cell| {
        (1..=LONGEST).contains(&c.text.chars().count())
            && !c.text.contains(|c: char| c.is_ascii_digit())
    };
    let fits = grid.len() >= LEAST_ROWS && second.len() == spread && grid[1].iter().all(is_name);
    if is_split && fits { 2 } else { 1 }
}

/// Header texts of several header rows, joined down each column; a merged text counts once.
fn join_columns(rows: &[Vec<Cell>]) -> Vec<String> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    (0..width)
        .map(|column| {
            let mut texts: Vec<&str> = rows
                .iter()
                .filter_map(|r| r.get(column))
                .map(|c| c.text.as_str())
                .collect();
            texts.dedup();
            texts.concat().replace('\n', "")
        })
        .collect()
}

/// Without `th`: three or more short names above at least two rows, and not a row of label and value by turns.
fn first_row_is_header(grid: &[Vec<Cell>]) -> bool {
    let Some(first) = grid.first() else {
        return false;
    };
    let digits = |t: &str| t.bytes().filter(u8::is_ascii_digit).count();
    let short = first.iter().all(|c| {
        !c.text.is_empty()
            && c.text.chars().count() <= 20
            && digits(&c.text) < 5
            && !c.text.ends_with(':')
    });
    if grid.len() < 2 || !short {
        return false;
    }
    if names_its_facts(grid) {
        return true;
    }
    if grid.len() == 2 {
        return first.len() >= 3
            && first.iter().all(|c| is_label(&c.text))
            && !grid[1].iter().all(|c| is_label(&c.text));
    }
    let counted = matches!(first[0].text.as_str(), "序号" | "编号" | "No." | "号");
    let labels = first.iter().filter(|c| is_label(&c.text)).count();
    counted
        || (first.len() >= 2 && labels == first.len())
        || (first.len() >= 3 && labels * 10 >= first.len() * 6)
        || (first.len() >= 3 && is_above_numbers(grid))
}

/// Whether words without a digit stand above a column of nothing but numbers.
fn is_above_numbers(grid: &[Vec<Cell>]) -> bool {
    let Some((first, rest)) = grid.split_first() else {
        return false;
    };
    let is_numeric = |column: usize| rest.iter().all(|r| r.get(column).is_some_and(is_number));
    first
        .iter()
        .all(|c| !c.text.contains(|c: char| c.is_ascii_digit()))
        && (0..first.len()).any(is_numeric)
}
