//! Numbers in figures: 1,234.5.

/// A number as it stands in a text, and what follows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Figure<'t> {
    /// All its digits, those behind the point too.
    pub(super) digits: u64,
    /// How many of them stand behind the point.
    pub(super) places: u32,
    /// What it counts: the letters and signs behind it, up to a mark or a blank.
    pub(super) unit: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The numbers of a text in their order, up to the first that cannot be read.
pub(super) fn all(text: &str) -> impl Iterator<Item = Figure<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(|c: char| c.is_ascii_digit())?;
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
        let len = text[start..].find(|c| !is_part(c));
        let end = start + len.unwrap_or(text.len() - start);
        // A comma that no digit follows ends the clause.
        let end = start + text[start..end].trim_end_matches(['.', ',']).len();
        at = end;
        let written = text[start..end].replace(',', "");
        let (whole, rest) = written.split_once('.').unwrap_or((&written, ""));
        let is_unit = |c: char| c.is_alphanumeric() || matches!(c, '%' | '％');
        let behind = text[end..].trim_start();
        Some(Figure {
            digits: format!("{whole}{rest}").parse().ok()?,
            places: u32::try_from(rest.len())
                .ok()
                .filter(|p| *p <= MOST_PLACES)?,
            unit: &behind[..behind.find(|c| !is_unit(c)).unwrap_or(behind.len())],
            start,
            end,
        })
    })
}

/// Nobody writes more behind a point.
const MOST_PLACES: u32 = 8;
