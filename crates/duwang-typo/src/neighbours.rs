//! The characters that stand beside a sign most often, for guessing what was left out.

use crate::format::{Model, Section};

/// Characters kept for each side.
pub(crate) const EACH: usize = 12;
/// Bytes of an entry: those before, then those after; 0 where there are fewer.
const ENTRY: usize = EACH * 2 * 2;

/// The characters that stand most often before a sign.
pub(crate) fn before(model: &Model, id: u16) -> impl Iterator<Item = u16> + '_ {
    list(model, usize::from(id) * ENTRY)
}

/// The characters that stand most often after a sign.
pub(crate) fn after(model: &Model, id: u16) -> impl Iterator<Item = u16> + '_ {
    list(model, usize::from(id) * ENTRY + EACH * 2)
}

fn list(model: &Model, start: usize) -> impl Iterator<Item = u16> + '_ {
    let section = model.section(Section::Neighbours);
    let list = section.get(start..start + EACH * 2).unwrap_or_default();
    let ids = list.as_chunks().0.iter();
    ids.map(|id| u16::from_le_bytes(*id))
        .take_while(|id| *id != 0)
}

/// Writes the section: for each sign `[before, after]`, the commonest first.
pub(crate) fn write(lists: &[[Vec<u16>; 2]]) -> Vec<u8> {
    let mut section = Vec::with_capacity(lists.len() * ENTRY);
    for side in lists.iter().flatten() {
        let padded = side.iter().copied().chain(std::iter::repeat(0)).take(EACH);
        section.extend(padded.flat_map(u16::to_le_bytes));
    }
    section
}
