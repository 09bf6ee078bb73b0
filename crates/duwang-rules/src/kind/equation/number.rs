//! Numbers as they are written and as they are counted: in ten-thousandths, so that decimals add up exactly.

use crate::words::WORDS;

/// Decimals kept of a number.
const PLACES: usize = 4;

/// A number of a text, where 未安排 is one too; in a table it may as well be a reason.
pub(super) fn in_words(text: &str) -> Option<i64> {
    let is_nothing = WORDS.nothing.iter().any(|word| word == text);
    is_nothing.then_some(0).or_else(|| number(text))
}

/// A number, with or without its unit, in ten-thousandths.
pub(super) fn number(text: &str) -> Option<i64> {
    let bare: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != ',')
        .collect();
    let bare = bare.trim_end_matches(['件', '条', '份', '个', '人', '元']);
    if matches!(bare, "零" | "〇") {
        return Some(0);
    }
    if let Some(digits) = crate::han::digits(bare) {
        return Some(i64::from(digits) * 10_i64.pow(PLACES as u32));
    }
    if let Some((number, len)) = crate::han::number_at(bare) {
        return (len == bare.len()).then(|| i64::from(number) * 10_i64.pow(PLACES as u32));
    }
    let bare = bare.trim_end_matches(['万', '元']);
    let (whole, rest) = bare.split_once('.').unwrap_or((bare, ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let readable = !whole.is_empty() && whole.len() <= 9 && rest.len() <= PLACES;
    (readable && digits(whole) && digits(rest))
        .then(|| format!("{whole}{rest:0<PLACES$}").parse().ok())
        .flatten()
}

/// `-12.3%`: beside the numbers of a row, and none that adds up.
pub(super) fn is_share(text: &str) -> bool {
    let bare = text.trim().trim_start_matches(['-', '+', '－', '↑', '↓']);
    bare.strip_suffix(['%', '％'])
        .is_some_and(|share| number(share).is_some())
}

/// A number as a person writes it.
pub(super) fn shown(number: i64) -> String {
    let (whole, rest) = (
        number / 10_i64.pow(PLACES as u32),
        number % 10_i64.pow(PLACES as u32),
    );
    let decimals = format!("{rest:0>PLACES$}");
    match decimals.trim_end_matches('0') {
        "" => whole.to_string(),
        decimals => format!("{whole}.{decimals}"),
    }
}
