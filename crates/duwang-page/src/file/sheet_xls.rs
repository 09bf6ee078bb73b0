//! What an xls (or WPS et) file hides: hidden columns and rows, and comments, from the records of its workbook stream.

use super::sheet::Unseen;
use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Read as _};

const BOUND_SHEET: u16 = 0x0085;
const BOF: u16 = 0x0809;
const EOF: u16 = 0x000a;
const COLINFO: u16 = 0x007d;
const ROW: u16 = 0x0208;
const NOTE: u16 = 0x001c;
const OBJ: u16 = 0x005d;
const TXO: u16 = 0x01b6;
const CONTINUE: u16 = 0x003c;

/// By name of sheet; `names` are the sheets in the order of the file.
pub(super) fn unseen(bytes: &[u8], names: &[String]) -> BTreeMap<String, Unseen> {
    let stream = workbook(bytes).unwrap_or_default();
    let places: Vec<usize> = records(&stream, 0)
        .filter(|r| r.id == BOUND_SHEET)
        .filter_map(|r| Some(u32_at(r.data, 0)? as usize))
        .collect();
    names
        .iter()
        .zip(places)
        .map(|(name, at)| (name.clone(), of_sheet(&stream, at)))
        .collect()
}

fn workbook(bytes: &[u8]) -> Option<Vec<u8>> {
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
    Some(stream)
}

struct Record<'s> {
    id: u16,
    data: &'s [u8],
}

/// The records of one substream, from its BOF to its EOF.
fn records(stream: &[u8], from: usize) -> impl Iterator<Item = Record<'_>> {
    let mut at = from;
    let mut depth = 0_i32;
    let mut ended = false;
    std::iter::from_fn(move || {
        if ended {
            return None;
        }
        let id = u16_at(stream, at)?;
        let length = usize::from(u16_at(stream, at + 2)?);
        let data = stream.get(at + 4..at + 4 + length)?;
        at += 4 + length;
        match id {
            BOF => depth += 1,
            EOF => depth -= 1,
            _ => {}
        }
        ended = depth <= 0;
        Some(Record { id, data })
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
