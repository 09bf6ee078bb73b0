//! What an xls (or WPS et) file hides: hidden columns and rows, and comments, from the records of its workbook stream. And its sizes, before
//! the reader believes them: it reserves what a sheet says it holds, and a cell in the last corner costs a whole sheet of cells.

use super::sheet::Unseen;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{Cursor, Read as _, Seek as _, SeekFrom, Write as _};

/// How a compound file begins ([MS-CFB] 2.2).
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

const BOUND_SHEET: u16 = 0x0085;
const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const COLINFO: u16 = 0x007d;
const ROW: u16 = 0x0208;
const NOTE: u16 = 0x001c;
const OBJ: u16 = 0x005d;
const TXO: u16 = 0x01b6;
const CONTINUE: u16 = 0x003c;
const DIMENSIONS: u16 = 0x0200;
const MULRK: u16 = 0x00bd;
/// Records of one cell: FORMULA, RSTRING, LABELSST, NUMBER, LABEL, BOOLERR, RK ([MS-XLS] 2.3.2).
const CELLS: [u16; 7] = [0x0006, 0x00d6, 0x00fd, 0x0203, 0x0204, 0x0205, 0x027e];

/// The last column an xls can have ([MS-XLS] 2.5.53).
const LAST_COLUMN: u16 = 0xff;
/// Cells between the first and the last of all sheets, at most: a quarter of a gigabyte once they are laid out.
const MOST_CELLS: u64 = 8_000_000;

/// By name of sheet; `names` are the sheets in the order of the file.
pub(super) fn unseen(bytes: &[u8], names: &[String]) -> BTreeMap<String, Unseen> {
    let stream = workbook(bytes).map(|(_, stream)| stream);
    let stream = stream.unwrap_or_default();
    names
        .iter()
        .zip(places(&stream))
        .map(|(name, at)| (name.clone(), of_sheet(&stream, at)))
        .collect()
}

/// The file as it may be given to the reader: sheets that say they are larger than they are say nothing. What is no xls is left alone.
///
/// # Errors
/// In words, when its sectors do not hang together (the reader follows a chain that returns to itself without end), its cells lie too far
/// apart, or two sheets are one.
pub(super) fn tamed(bytes: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    if bytes.starts_with(COMPOUND) {
        cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| "文件已损坏，不读")?;
    }
    let Some((name, stream)) = workbook(bytes) else {
        return Ok(Cow::Borrowed(bytes));
    };
    let mut room = MOST_CELLS;
    let mut seen = HashSet::new();
    let mut boasts = Vec::new();
    for place in places(&stream) {
        let sheet = Sizes::of(&stream, place, &mut seen)?;
        room = sheet
            .cells()
            .and_then(|cells| room.checked_sub(cells))
            .ok_or("表格里的格子相隔太远，不读")?;
        boasts.extend(sheet.boasts);
    }
    match boasts.is_empty() {
        true => Ok(Cow::Borrowed(bytes)),
        false => Ok(silenced(bytes, name, &boasts).map_or(Cow::Borrowed(bytes), Cow::Owned)),
    }
}

/// The same file, its DIMENSIONS at these offsets of the workbook all zero.
fn silenced(bytes: &[u8], name: &str, boasts: &[(usize, usize)]) -> std::io::Result<Vec<u8>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes.to_vec()))?;
    let mut stream = file.open_stream(name)?;
    for (at, length) in boasts {
        stream.seek(SeekFrom::Start(*at as u64))?;
        stream.write_all(&vec![0; *length])?;
    }
    stream.flush()?;
    drop(stream);
    Ok(file.into_inner().into_inner())
}

/// How large a sheet is, and says it is.
#[derive(Default)]
struct Sizes {
    rows: Option<(u16, u16)>,
    columns: Option<(u16, u16)>,
    /// Where (offset and length of the data) it says it is larger than any table.
    boasts: Vec<(usize, usize)>,
}

impl Sizes {
    /// Goes through the records of a sheet as the reader does: to the end of its substream, past others inside.
    fn of(stream: &[u8], from: usize, seen: &mut HashSet<usize>) -> Result<Self, String> {
        let mut sizes = Self::default();
        let (mut inside, mut has_begun) = (0_u32, false);
        for (at, record) in records_from(stream, from) {
            if !seen.insert(at) {
                return Err("两张工作表在同一处，文件已损坏".to_owned());
            }
            match record.id {
                BOF if has_begun => inside += 1,
                BOF => has_begun = true,
                EOF if inside == 0 => break,
                EOF => inside -= 1,
                _ if inside > 0 => {}
                DIMENSIONS if boasts(record.data) => {
                    sizes.boasts.push((at + 4, record.data.len()));
                }
                MULRK => {
                    sizes.cell(record.data);
                    let last = record.data.len().checked_sub(2);
                    let last = last.and_then(|last| u16_at(record.data, last));
                    sizes.columns = last.map_or(sizes.columns, |l| wider(sizes.columns, l));
                }
                id if CELLS.contains(&id) => sizes.cell(record.data),
                _ => {}
            }
        }
        Ok(sizes)
    }

    fn cell(&mut self, data: &[u8]) {
        if let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) {
            self.rows = wider(self.rows, row);
            self.columns = wider(self.columns, column);
        }
    }

    /// Cells between the first and the last; `None`: more columns than there are.
    fn cells(&self) -> Option<u64> {
        let (Some((top, bottom)), Some((left, right))) = (self.rows, self.columns) else {
            return Some(0);
        };
        (right <= LAST_COLUMN)
            .then(|| (u64::from(bottom - top) + 1) * (u64::from(right - left) + 1))
    }
}

fn wider(range: Option<(u16, u16)>, to: u16) -> Option<(u16, u16)> {
    Some(range.map_or((to, to), |(a, b)| (a.min(to), b.max(to))))
}

/// Whether DIMENSIONS (first row, row behind the last, the same of columns) tell of more than a table of a million cells.
fn boasts(data: &[u8]) -> bool {
    let (rows, columns) = match data.len() {
        10 => (
            (
                u16_at(data, 0).map(u32::from),
                u16_at(data, 2).map(u32::from),
            ),
            4,
        ),
        _ => ((u32_at(data, 0), u32_at(data, 4)), 8),
    };
    let (Some(top), Some(bottom)) = rows else {
        return false; // the reader refuses it
    };
    let right = u16_at(data, columns + 2).unwrap_or(0);
    bottom < top || u64::from(bottom - top) * u64::from(right).max(1) > 1_000_000
}

/// Where the sheets begin.
fn places(stream: &[u8]) -> Vec<usize> {
    records(stream, 0)
        .filter(|r| r.id == BOUND_SHEET)
        .filter_map(|r| Some(u32_at(r.data, 0)? as usize))
        .collect()
}

/// The name of the workbook's stream and what it holds.
fn workbook(bytes: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let name = ["/Workbook", "/Book"]
        .into_iter()
        .find(|n| file.exists(n))?;
    let mut stream = Vec::new();
    file.open_stream(name)
        .ok()?
        .take(super::archive::MAX_ENTRY)
        .read_to_end(&mut stream)
        .ok()?;
    Some((name, stream))
}

struct Record<'s> {
    id: u16,
    data: &'s [u8],
}

/// The records of one substream, from its BOF to its EOF.
fn records(stream: &[u8], from: usize) -> impl Iterator<Item = Record<'_>> {
    let mut depth = 0_i32;
    let mut ended = false;
    records_from(stream, from).map_while(move |(_, record)| {
        if ended {
            return None;
        }
        match record.id {
            BOF => depth += 1,
            EOF => depth -= 1,
            _ => {}
        }
        ended = depth <= 0;
        Some(record)
    })
}

/// All records from a place on, each with where it begins.
fn records_from(stream: &[u8], from: usize) -> impl Iterator<Item = (usize, Record<'_>)> {
    let mut next = from;
    std::iter::from_fn(move || {
        let at = next;
        let id = u16_at(stream, at)?;
        let length = usize::from(u16_at(stream, at.checked_add(2)?)?);
        let data = stream.get(at + 4..at + 4 + length)?;
        next = at + 4 + length;
        Some((at, Record { id, data }))
    })
}

fn of_sheet(stream: &[u8], from: usize) -> Unseen {
    let mut unseen = Unseen::default();
    let mut texts: HashMap<u16, String> = HashMap::new();
    let mut notes: Vec<((u32, u32), u16, String)> = Vec::new();
    let (mut object, mut awaits_text) = (0_u16, false);
    for record in records(stream, from) {
        let data = record.data;
        match record.id {
            COLINFO if u16_at(data, 8).is_some_and(|options| options & 1 == 1) => {
                let from = u16_at(data, 0).unwrap_or(0).min(255);
                let to = u16_at(data, 2).unwrap_or(0).min(255);
                unseen.columns.extend((from..=to).map(u32::from));
            }
            ROW if u16_at(data, 12).is_some_and(|options| options & 0x20 != 0) => {
                unseen.rows.extend(u16_at(data, 0).map(u32::from));
            }
            // The first part of an OBJ record is ftCmo: type, size, kind, id.
            OBJ => object = u16_at(data, 6).unwrap_or(0),
            TXO => awaits_text = true,
            CONTINUE if awaits_text => {
                awaits_text = false;
                texts.entry(object).or_insert_with(|| characters(data));
            }
            NOTE => {
                if let (Some(row), Some(column), Some(id)) =
                    (u16_at(data, 0), u16_at(data, 2), u16_at(data, 6))
                {
                    let at = (u32::from(row), u32::from(column));
                    notes.push((at, id, author(data)));
                }
            }
            _ => {}
        }
    }
    for (at, id, author) in notes.into_iter().take(10_000) {
        let text = texts.remove(&id).unwrap_or_default();
        unseen.comments.push((at, author, text));
    }
    unseen
}

/// Text of a CONTINUE after TXO: a flag, then one byte or two a character.
fn characters(data: &[u8]) -> String {
    match data.split_first() {
        Some((0, rest)) => rest.iter().copied().map(char::from).collect(),
        Some((_, rest)) => wide(rest),
        None => String::new(),
    }
}

/// `stAuthor` of a NOTE: length, flag, characters.
fn author(data: &[u8]) -> String {
    let count = usize::from(u16_at(data, 8).unwrap_or(0));
    let is_wide = data.get(10) == Some(&1);
    let length = if is_wide { count * 2 } else { count };
    let bytes = data.get(11..11 + length).unwrap_or(&[]);
    match is_wide {
        true => wide(bytes),
        false => bytes.iter().copied().map(char::from).collect(),
    }
}

fn wide(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    String::from_utf16_lossy(&units)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes([pair[0], pair[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16_at(bytes, at)?) | u32::from(u16_at(bytes, at + 2)?) << 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: u16, data: &[u8]) -> Vec<u8> {
        let length = data.len() as u16;
        [&id.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    fn number(row: u16, column: u16) -> Vec<u8> {
        record(
            0x0203,
            &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 10]].concat(),
        )
    }

    fn cells(of: &[Vec<u8>]) -> Option<u64> {
        let stream = [
            vec![record(BOF, &[0; 4])],
            of.to_vec(),
            vec![record(EOF, &[])],
        ]
        .concat();
        let sizes = Sizes::of(&stream.concat(), 0, &mut HashSet::new());
        sizes.ok().and_then(|sizes| sizes.cells())
    }

    #[test]
    fn a_sheet_is_as_large_as_its_cells_lie_apart() {
        assert_eq!(cells(&[]), Some(0));
        assert_eq!(cells(&[number(3, 2), number(5, 4)]), Some(9));
        assert_eq!(
            cells(&[number(0, 0), number(0xffff, 0xff)]),
            Some(65_536 * 256)
        );
        assert_eq!(cells(&[number(0, 0x100)]), None);
        let many = record(MULRK, &[0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0]);
        assert_eq!(cells(&[many]), Some(9));
        let chart = [record(BOF, &[0; 4]), number(0xffff, 9), record(EOF, &[])];
        assert_eq!(cells(&[chart.concat(), number(1, 1)]), Some(1));
    }

    #[test]
    fn what_a_sheet_says_it_holds_is_believed_within_reason() {
        let said = |rows: (u32, u32), columns: (u16, u16)| {
            let ends = [rows.0.to_le_bytes(), rows.1.to_le_bytes()].concat();
            let ends = [
                ends,
                columns.0.to_le_bytes().to_vec(),
                columns.1.to_le_bytes().to_vec(),
            ];
            boasts(&[ends.concat(), vec![0, 0]].concat())
        };
        assert!(!said((0, 0), (0, 0)));
        assert!(!said((0, 3_000), (0, 40)));
        assert!(said((0, 65_536), (0, 256)));
        assert!(said((5, 0), (0, 1)));
        assert!(said((0, u32::MAX), (0, 0)));
        assert!(!boasts(&[1, 2, 3]));
    }
}
