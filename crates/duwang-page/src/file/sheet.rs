//! Spreadsheets: xlsx, xls, et, xlsb, ods. Cells with their addresses, merged cells, dates as dates; hidden sheets, rows and columns are
//! read too, marked as hidden.

use super::outline::Outline;
use super::{sheet_xls, sheet_xlsx};
use crate::walk::RawCell;
use crate::{Reading, Source, not_read};
use calamine::{Data, DataRef, Dimensions, Reader as _, SheetVisible, Sheets};
use duwang_model::{BlockKind, Part, ResidueKind, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

/// Most filled cells read of one file.
pub(super) const MAX_CELLS: usize = 200_000;
/// Most columns that make a table; cells further right are lines of their own.
const MAX_COLUMNS: u32 = 256;
/// Most sheets read of one file.
const MAX_SHEETS: usize = 200;

/// What a sheet keeps from its reader, by the file's own parts.
#[derive(Debug, Default)]
pub(super) struct Unseen {
    pub columns: BTreeSet<u32>,
    pub rows: BTreeSet<u32>,
    /// Cell, author, text.
    pub comments: Vec<((u32, u32), String, String)>,
}

/// One sheet with its filled cells in order of rows.
struct Sheet {
    name: String,
    is_hidden: bool,
    cells: Vec<((u32, u32), String)>,
    merged: Vec<Dimensions>,
    unseen: Unseen,
}

pub(super) fn read(source: &Source<'_>) -> Reading {
    let mut outline = Outline::default();
    match sheets(source.bytes, &mut outline) {
        Ok(()) => super::picture::or_unread(outline.finish(source)),
        Err(reason) => not_read(reason),
    }
}

fn sheets(bytes: &[u8], outline: &mut Outline) -> Result<(), String> {
    let tamed = sheet_xls::tamed(bytes)?;
    let mut book = calamine::open_workbook_auto_from_rs(Cursor::new(tamed.as_ref()))
        .map_err(|e| reason(&e))?;
    let mut unseen = unseen(bytes, &book);
    let listed: Vec<(String, bool)> = book
        .sheets_metadata()
        .iter()
        .filter(|s| s.typ == calamine::SheetType::WorkSheet)
        .map(|s| (s.name.clone(), s.visible != SheetVisible::Visible))
        .collect();
    let mut room = MAX_CELLS;
    let mut hidden = Vec::new();
    for (name, is_hidden) in listed.iter().take(MAX_SHEETS) {
        if room == 0 {
            break;
        }
        let sheet = Sheet {
            cells: cells(&mut book, name, &mut room, outline),
            merged: merged(&mut book, name),
            unseen: unseen.remove(name.as_str()).unwrap_or_default(),
            name: name.clone(),
            is_hidden: *is_hidden,
        };
        match is_hidden {
            true => hidden.push(sheet),
            false => tell(&sheet, outline, &mut hidden),
        }
    }
    if listed.len() > MAX_SHEETS {
        outline.note(format!("工作表超过 {MAX_SHEETS} 张，其余未读"));
    }
    if room == 0 {
        outline.note(format!("单元格超过 {MAX_CELLS} 个，其余未读"));
    }
    hidden.iter().for_each(|sheet| tell_hidden(sheet, outline));
    if let Ok(properties) = book.workbook_properties() {
        let author = properties.creator.unwrap_or_default();
        outline.author(&author, "文件属性“作者”");
        let last = properties.last_modified_by.unwrap_or_default();
        outline.author(&last, "文件属性“最后保存者”");
    }
    Ok(())
}

fn reason(error: &calamine::Error) -> String {
    use calamine::{Error, OdsError, XlsError, XlsxError};
    match error {
        Error::Xls(XlsError::Password)
        | Error::Xlsx(XlsxError::Password)
        | Error::Ods(OdsError::Password) => "文件已加密，需要密码才能读".to_owned(),
        _ => "表格文件损坏，打不开".to_owned(),
    }
}

fn unseen(bytes: &[u8], book: &Sheets<Cursor<&[u8]>>) -> BTreeMap<String, Unseen> {
    match book {
        Sheets::Xlsx(_) => sheet_xlsx::unseen(bytes),
        Sheets::Xls(_) => {
            let names: Vec<String> = book.sheet_names();
            sheet_xls::unseen(bytes, &names)
        }
        Sheets::Xlsb(_) | Sheets::Ods(_) => BTreeMap::new(),
    }
}

fn cells(
    book: &mut Sheets<Cursor<&[u8]>>,
    name: &str,
    room: &mut usize,
    outline: &mut Outline,
) -> Vec<((u32, u32), String)> {
    let mut found = Vec::new();
    let damaged = match book {
        // Cell by cell: a sheet may claim more cells than fit into memory.
        Sheets::Xlsx(book) => match book.worksheet_cells_reader(name) {
            Ok(mut reader) => loop {
                match reader.next_cell() {
                    Ok(Some(cell)) if *room > 0 => {
                        let text = shown_ref(cell.get_value());
                        keep(cell.get_position(), text, &mut found, room);
                    }
                    Ok(_) => break false,
                    Err(_) => break true,
                }
            },
            Err(_) => true,
        },
        book => match book.worksheet_range(name) {
            Ok(range) => {
                let (row, column) = range.start().unwrap_or_default();
                for (r, c, value) in range.used_cells() {
                    if *room == 0 {
                        break;
                    }
                    let at = (row + r as u32, column + c as u32);
                    keep(at, shown(value), &mut found, room);
                }
                false
            }
            Err(_) => true,
        },
    };
    if damaged {
        outline.note(format!("工作表“{name}”有损坏，其余未读"));
    }
    found.sort_by_key(|(at, _)| *at);
    found
}

fn keep(at: (u32, u32), text: String, found: &mut Vec<((u32, u32), String)>, room: &mut usize) {
    if text.chars().any(crate::walk::is_visible) {
        *room -= 1;
        found.push((at, text));
    }
}

fn shown_ref(value: &DataRef<'_>) -> String {
    match value {
        DataRef::SharedString(text) => (*text).to_owned(),
        other => shown(&Data::from(other.clone())),
    }
}

/// A value as a reader sees it, near enough: numbers without noise, dates as days.
fn shown(value: &Data) -> String {
    match value {
        Data::Int(n) => n.to_string(),
        Data::Float(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
        Data::Float(n) => n.to_string(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Bool(true) => "TRUE".to_owned(),
        Data::Bool(false) => "FALSE".to_owned(),
        Data::DateTime(at) if at.is_datetime() => at.as_datetime().map_or_else(
            || at.as_f64().to_string(),
            |at| {
                let midnight = at.time() == chrono::NaiveTime::MIN;
                let form = if midnight {
                    "%Y-%m-%d"
                } else {
                    "%Y-%m-%d %H:%M"
                };
                at.format(form).to_string()
            },
        ),
        Data::DateTime(at) => at.as_f64().to_string(),
        Data::Error(_) | Data::Empty => String::new(),
    }
}

fn merged(book: &mut Sheets<Cursor<&[u8]>>, name: &str) -> Vec<Dimensions> {
    let mut found = match book {
        Sheets::Xlsx(book) => book.merge_cells_by_sheet_name(name).unwrap_or_default(),
        Sheets::Xls(book) => book.merge_cells_by_sheet_name(name).unwrap_or_default(),
        Sheets::Xlsb(_) | Sheets::Ods(_) => Vec::new(),
    };
    found.retain(|d| d.start.0 <= d.end.0 && d.start.1 <= d.end.1);
    found.truncate(20_000);
    found
}

/// Tells a visible sheet; what is hidden in it is left for later.
fn tell(sheet: &Sheet, outline: &mut Outline, hidden: &mut Vec<Sheet>) {
    let is_hidden =
        |at: &(u32, u32)| sheet.unseen.rows.contains(&at.0) || sheet.unseen.columns.contains(&at.1);
    let (unseen, seen): (Vec<_>, Vec<_>) = sheet
        .cells
        .iter()
        .cloned()
        .partition(|(at, _)| is_hidden(at));
    let rows = by_row(&seen);
    let present: Vec<u32> = rows.iter().map(|(row, _)| *row).collect();
    let merges = Merges::new(&sheet.merged, &present, &sheet.unseen.columns);
    let mut table: Vec<Vec<RawCell>> = Vec::new();
    let width = seen
        .iter()
        .map(|(at, _)| at.1 + 1)
        .max()
        .unwrap_or(0)
        .min(MAX_COLUMNS);
    let mut is_head = true;
    for (row, cells) in rows {
        is_head &= cells.len() == 1;
        let kind = match is_head {
            // What stands alone above the table is its title or its unit of measure.
            true => BlockKind::Paragraph,
            false => BlockKind::Cell,
        };
        let spans: Vec<(u32, Span)> = cells
            .iter()
            .filter_map(|(column, text)| {
                let place = || format!("{}!{}", sheet.name, address(row, *column));
                Some((*column, outline.line(text, kind, Part::Main, place)?))
            })
            .collect();
        if !is_head {
            table.push(table_row(row, &spans, &merges, width, outline.at()));
        }
    }
    outline.table(table);
    for (at, author, text) in &sheet.unseen.comments {
        let place = format!("{}!{}的批注", sheet.name, address(at.0, at.1));
        outline.hidden(ResidueKind::Comment, text, author, &place);
    }
    if !unseen.is_empty() {
        hidden.push(Sheet {
            name: sheet.name.clone(),
            is_hidden: false,
            cells: unseen,
            merged: Vec::new(),
            unseen: Unseen {
                columns: sheet.unseen.columns.clone(),
                rows: sheet.unseen.rows.clone(),
                comments: Vec::new(),
            },
        });
    }
}

type Row<'s> = (u32, Vec<(u32, &'s str)>);

fn by_row(cells: &[((u32, u32), String)]) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for ((row, column), text) in cells {
        match rows.last_mut() {
            Some((last, cells)) if last == row => cells.push((*column, text)),
            _ => rows.push((*row, vec![(*column, text)])),
        }
    }
    rows
}

/// A row of the table: empty cells between filled ones keep the columns in line; hidden columns, and cells covered by a merge from above,
/// are left out.
fn table_row(
    row: u32,
    spans: &[(u32, Span)],
    merges: &Merges<'_>,
    width: u32,
    at: usize,
) -> Vec<RawCell> {
    let mut out = Vec::new();
    let mut filled = spans.iter().peekable();
    let mut column = 0;
    while column < width {
        while filled.next_if(|(c, _)| *c < column).is_some() {}
        if let Some(covered) = merges.covering(row, column) {
            column = covered.end.1.saturating_add(1);
            continue;
        }
        if merges.hidden.contains(&column) {
            column += 1;
            continue;
        }
        let span = filled
            .next_if(|(c, _)| *c == column)
            .map_or(Span::new(at, at), |(_, span)| *span);
        let merge = merges.starting.get(&(row, column));
        let wide = merge
            .map_or(1, |d| d.end.1 - d.start.1 + 1)
            .min(width - column);
        let high = merge.map_or(1, |d| merges.rows_until(row, d.end.0));
        out.push(RawCell {
            node: 0,
            head: false,
            span,
            columns: u16::try_from(merges.shown(column, wide)).unwrap_or(1),
            rows: u16::try_from(high).unwrap_or(1_000),
        });
        column += wide;
    }
    out
}

/// The merged cells of a sheet.
struct Merges<'s> {
    starting: BTreeMap<(u32, u32), Dimensions>,
    /// Those over several rows, by their first row.
    tall: Vec<&'s Dimensions>,
    /// The rows that are in the table.
    present: &'s [u32],
    /// Columns that are not in the table.
    hidden: &'s BTreeSet<u32>,
}

impl<'s> Merges<'s> {
    fn new(merged: &'s [Dimensions], present: &'s [u32], hidden: &'s BTreeSet<u32>) -> Self {
        let mut tall: Vec<&Dimensions> = merged
            .iter()
            .filter(|d| d.start.0 < d.end.0)
            .take(2_000)
            .collect();
        tall.sort_by_key(|d| d.start.0);
        Self {
            starting: merged.iter().map(|d| (d.start, *d)).collect(),
            tall,
            present,
            hidden,
        }
    }

    fn covering(&self, row: u32, column: u32) -> Option<&Dimensions> {
        let before = self.tall.partition_point(|d| d.start.0 < row);
        self.tall[..before]
            .iter()
            .rev()
            .take(200)
            .find(|d| d.contains(row, column))
            .copied()
    }

    /// How many columns of the table a cell takes.
    fn shown(&self, column: u32, wide: u32) -> usize {
        let hidden = self.hidden.range(column..column + wide).count();
        (wide as usize - hidden).max(1)
    }

    /// How many rows of the table a merge covers.
    fn rows_until(&self, row: u32, last: u32) -> usize {
        let from = self.present.partition_point(|r| *r < row);
        let to = self.present.partition_point(|r| *r <= last);
        (to - from).clamp(1, 1_000)
    }
}

fn tell_hidden(sheet: &Sheet, outline: &mut Outline) {
    let (kind, what) = match sheet.is_hidden {
        true => (ResidueKind::HiddenSheet, "隐藏工作表"),
        false => (ResidueKind::HiddenCells, "隐藏行列"),
    };
    let mut first: Option<Span> = None;
    for ((row, column), text) in &sheet.cells {
        let place = || format!("{what} {}!{}", sheet.name, address(*row, *column));
        let span = outline.line(text, BlockKind::Cell, Part::Hidden, place);
        first = first.or(span);
    }
    if let Some(first) = first {
        let name = match sheet.is_hidden {
            true => sheet.name.clone(),
            false => lines_of(sheet),
        };
        let place = format!("{what} {}", sheet.name);
        outline.residue(kind, &name, Some(first), "", &place);
    }
    for (at, author, text) in sheet.unseen.comments.iter().filter(|_| sheet.is_hidden) {
        let place = format!("{what} {}!{}的批注", sheet.name, address(at.0, at.1));
        outline.hidden(ResidueKind::Comment, text, author, &place);
    }
}

/// `C列、E列、第7行`: the hidden columns and rows that hold something.
fn lines_of(sheet: &Sheet) -> String {
    let columns: BTreeSet<u32> = sheet
        .cells
        .iter()
        .map(|(at, _)| at.1)
        .filter(|c| sheet.unseen.columns.contains(c))
        .collect();
    let rows: BTreeSet<u32> = sheet
        .cells
        .iter()
        .map(|(at, _)| at.0)
        .filter(|r| sheet.unseen.rows.contains(r))
        .collect();
    let columns = columns.iter().map(|c| format!("{}列", letters(*c)));
    let rows = rows.iter().map(|r| format!("第{}行", r + 1));
    let all: Vec<String> = columns.chain(rows).collect();
    match all.len() {
        0..=8 => all.join("、"),
        n => format!("{}等{n}处", all[..8].join("、")),
    }
}

/// `B7` of (6, 1).
pub(super) fn address(row: u32, column: u32) -> String {
    format!("{}{}", letters(column), u64::from(row) + 1)
}

fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses_are_those_of_spreadsheet_programs() {
        for (at, name) in [
            ((0, 0), "A1"),
            ((6, 1), "B7"),
            ((9, 25), "Z10"),
            ((0, 26), "AA1"),
            ((0, 701), "ZZ1"),
            ((1_048_575, 16_383), "XFD1048576"),
        ] {
            assert_eq!(address(at.0, at.1), name);
        }
    }
}
