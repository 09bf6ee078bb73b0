//! Characters as small numbers. Digits, Latin words and written numbers count as one sign each, whatever they say.

use crate::bytes::{u16_at, u32_at};
use std::str::Chars;

/// A character the model does not know.
pub(crate) const STRANGER: u16 = 0;
/// The edge of a line.
pub(crate) const EDGE: u16 = 1;
/// A number in digits.
pub(crate) const DIGITS: u16 = 2;
/// A Latin word.
pub(crate) const LATIN: u16 = 3;
/// A number in Chinese, of two or more characters.
pub(crate) const NUMERAL: u16 = 4;
/// Any other sign.
pub(crate) const SIGN: u16 = 5;
/// The first number of a character proper.
pub(crate) const FIRST: u16 = 6;

/// Punctuation with a number of its own, in the half-width form where there is one.
const MARKS: [char; 25] = [
    ',', '。', '、', ';', ':', '!', '?', '(', ')', '《', '》', '“', '”', '‘', '’', '〔', '〕', '[',
    ']', '—', '…', '·', '%', '-', '/',
];
/// The number of each, at its place.
static MARKS_BY_PLACE: [u16; PLACES] = {
    let mut numbers = [SIGN; PLACES];
    let mut at = 0;
    while at < MARKS.len() {
        numbers[place(MARKS[at])] = FIRST + at as u16;
        at += 1;
    }
    numbers
};
/// Enough that each mark has a place of its own.
const PLACES: usize = 96;

const fn place(mark: char) -> usize {
    mark as usize % PLACES
}

/// The number of a mark; [`SIGN`] for another.
fn mark(c: char) -> u16 {
    let number = MARKS_BY_PLACE[place(c)];
    match MARKS.get(usize::from(number.wrapping_sub(FIRST))) {
        Some(mark) if *mark == c => number,
        _ => SIGN,
    }
}

/// Number of the first Han character.
pub(crate) const FIRST_HAN: u16 = FIRST + MARKS.len() as u16;

const HAN_FROM: u32 = 0x4e00;
const HAN_COUNT: usize = 0x9fff - 0x4e00 + 1;

/// Whether a character is Han, of the block that modern text uses.
pub(crate) fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Whether a number stands for a Han character the model knows.
pub(crate) fn is_han_id(id: u16) -> bool {
    id >= FIRST_HAN
}

/// Whether a number stands for punctuation or the edge of a line.
pub(crate) fn is_mark(id: u16) -> bool {
    id == EDGE || id == SIGN || (FIRST..FIRST_HAN).contains(&id)
}

/// The half-width form of a full-width sign.
pub(crate) fn half(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    }
}

fn is_numeral(c: char) -> bool {
    matches!(
        c,
        '〇' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百'
    )
}

/// A sign of a line and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) id: u16,
    /// Byte offset in the line.
    pub(crate) start: u32,
    /// One past its last byte.
    pub(crate) end: u32,
}

/// From characters to numbers and back, inside a section of the model.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Alphabet {
    /// How many numbers there are.
    pub(crate) size: usize,
}

impl Alphabet {
    /// Writes the section for these Han characters, which must be sorted.
    pub(crate) fn write(han: &[char]) -> Vec<u8> {
        let mut table = vec![0_u16; HAN_COUNT];
        for (offset, &c) in han.iter().enumerate() {
            table[(c as u32 - HAN_FROM) as usize] = FIRST_HAN + offset as u16;
        }
        let mut section = Vec::new();
        section.extend((han.len() as u32).to_le_bytes());
        section.extend(table.iter().flat_map(|id| id.to_le_bytes()));
        section.extend(han.iter().flat_map(|&c| (c as u32).to_le_bytes()));
        section
    }

    pub(crate) fn open(section: &[u8]) -> Option<Self> {
        let count = u32_at(section, 0) as usize;
        let size = count + usize::from(FIRST_HAN);
        (count <= 8000 && section.len() == 4 + HAN_COUNT * 2 + count * 4).then_some(Self { size })
    }

    /// The number of one character.
    #[inline]
    pub(crate) fn id(self, section: &[u8], c: char) -> u16 {
        if is_han(c) {
            let id = u16_at(section, 4 + (c as u32 - HAN_FROM) as usize * 2);
            return if usize::from(id) < self.size {
                id
            } else {
                STRANGER
            };
        }
        sign(c)
    }

    /// The character of a number; `None` for what is not one character.
    pub(crate) fn character(self, section: &[u8], id: u16) -> Option<char> {
        if is_han_id(id) && usize::from(id) < self.size {
            let at = 4 + HAN_COUNT * 2 + usize::from(id - FIRST_HAN) * 4;
            return char::from_u32(u32_at(section, at));
        }
        MARKS.get(usize::from(id.checked_sub(FIRST)?)).copied()
    }

    /// A line as signs; blanks are not signs.
    pub(crate) fn tokens(self, section: &[u8], line: &str, into: &mut Vec<Token>) {
        each_sign(line, |start, end, c, kind| {
            let id = match kind {
                Some(kind) => kind,
                None => self.id(section, c),
            };
            into.push(Token {
                id,
                start: start as u32,
                end: end as u32,
            });
        });
    }
}

fn sign(c: char) -> u16 {
    match half(c) {
        c if c.is_ascii_digit() => DIGITS,
        c if c.is_ascii_alphabetic() => LATIN,
        c => match mark(c) {
            SIGN if c.is_alphabetic() => STRANGER,
            number => number,
        },
    }
}

/// Goes through the signs of a line: runs of digits, of Latin letters and of written numbers are one sign each.
#[inline]
pub(crate) fn each_sign(line: &str, mut each: impl FnMut(usize, usize, char, Option<u16>)) {
    let mut rest = line.chars();
    loop {
        let start = line.len() - rest.as_str().len();
        let Some(c) = rest.next() else {
            return;
        };
        let kind = match c {
            // Nearly all of a line.
            c if is_han(c) && !is_numeral(c) => None,
            c if half(c).is_whitespace() || is_invisible(c) => continue,
            c => run_on(c, &mut rest),
        };
        each(start, line.len() - rest.as_str().len(), c, kind);
    }
}

/// Takes from `rest` what belongs to the same sign as a character; of which kind that is, where it is not a sign of its own.
fn run_on(first: char, rest: &mut Chars<'_>) -> Option<u16> {
    let plain = half(first);
    if plain.is_ascii_digit() {
        while let Some(after) = after_digit(rest) {
            *rest = after;
        }
        return Some(DIGITS);
    }
    if plain.is_ascii_alphabetic() {
        skip_while(rest, |c| half(c).is_ascii_alphanumeric());
        return Some(LATIN);
    }
    (is_numeral(first) && skip_while(rest, is_numeral) > 0).then_some(NUMERAL)
}

/// What is left behind the next digit of a number, with the point before it if there is one.
fn after_digit<'l>(rest: &Chars<'l>) -> Option<Chars<'l>> {
    let mut after = rest.clone();
    let mut next = || after.next().map(half);
    let is_digit = match next()? {
        '.' | ',' => next()?.is_ascii_digit(),
        c => c.is_ascii_digit(),
    };
    is_digit.then_some(after)
}

/// Skips the next characters that are of a kind, and counts them.
fn skip_while(rest: &mut Chars<'_>, is_of_kind: impl Fn(char) -> bool) -> usize {
    let mut count = 0;
    let mut after = rest.clone();
    while after.next().is_some_and(&is_of_kind) {
        *rest = after.clone();
        count += 1;
    }
    count
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{202a}'..='\u{202e}')
}

#[cfg(test)]
#[allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]
mod tests {
    use super::*;

    fn signs(line: &str) -> Vec<(u16, &str)> {
        let section = Alphabet::write(&['于', '国', '年', '第', '条']);
        let alphabet = Alphabet::open(&section).expect("opens");
        let mut tokens = Vec::new();
        alphabet.tokens(&section, line, &mut tokens);
        tokens
            .iter()
            .map(|t| (t.id, &line[t.start as usize..t.end as usize]))
            .collect()
    }

    #[test]
    fn every_mark_has_a_number_of_its_own() {
        for (at, c) in MARKS.into_iter().enumerate() {
            assert_eq!(usize::from(mark(c)), usize::from(FIRST) + at);
        }
        assert_eq!(mark('~'), SIGN);
    }

    #[test]
    fn numbers_and_words_are_one_sign() {
        let seen = signs("２０26年 3,456.7%，WTO2第三十条");
        let texts: Vec<&str> = seen.iter().map(|(_, t)| *t).collect();
        assert_eq!(
            texts,
            [
                "２０26", "年", "3,456.7", "%", "，", "WTO2", "第", "三十", "条"
            ]
        );
        assert_eq!(seen[0].0, DIGITS);
        assert_eq!(seen[7].0, NUMERAL);
        assert_eq!(seen[4].0, FIRST);
    }
}
