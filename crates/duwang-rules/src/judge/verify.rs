//! Checks of numbers that look personal, so that a contract number is not called an ID card.
//!
//! ID numbers: GB 11643 with the check character of ISO 7064 MOD 11-2; county codes are not verified, they change. Cards: Luhn
//! (ISO/IEC 7812). A number with `*` in it is masked already and never matches.
//!
//! And checks of what two ways of writing say of one thing: days that cannot be, amounts in figures and in words, rates beside their amounts,
//! wholes beside their parts, things named beside their number, periods beside their ends, differences beside what they are of,
//! hours that run backwards, days behind that of the page.

mod amount;
mod count;
mod days;
mod difference;
mod figures;
mod hours;
mod parts;
mod rate;
mod span;
mod whole;
mod years;

pub(crate) use days::{Written, written as written_days};

use super::Line;
use crate::setting::setting;
use chrono::NaiveDate;

setting! {
    /// A check a matched number must pass.
    pub(crate) enum Verify {
        IdCard = "id-card",
        Luhn = "luhn",
        Mobile = "mobile",
        Date = "date",
        NoDate = "no-date",
        Reversed = "reversed",
        Later = "later",
        Weekday = "weekday",
        Amount = "amount",
        Rate = "rate",
        Parts = "parts",
        Count = "count",
        Named = "named",
        Whole = "whole",
        Hundred = "hundred",
        Span = "span",
        Years = "years",
        Difference = "difference",
        DisabilityCard = "disability-card",
    }
}

impl Verify {
    /// Whether the match of a line passes in a text judged by that day; `own` is the day of the text itself, where it is known.
    pub(crate) fn passes(self, line: &Line<'_>, day: NaiveDate, own: Option<NaiveDate>) -> bool {
        let matched = &line.text[line.start..line.end];
        let number = digits(matched);
        match self {
            Self::Date => days::is_date(matched),
            Self::NoDate => days::is_none(line, own),
            Self::Reversed if matched.contains('月') => days::are_reversed(matched),
            Self::Reversed => hours::are_reversed(matched),
            Self::Later => days::is_after(matched, day),
            Self::Weekday => days::is_other_weekday(matched, own),
            Self::Amount => amount::differs(matched),
            Self::Rate => rate::differs(matched),
            Self::Parts => parts::differ(matched),
            Self::Count => count::differs(matched),
            Self::Named => count::differs_ahead(matched),
            Self::Whole => whole::differs(matched),
            Self::Hundred => whole::is_no_hundred(matched),
            Self::Span => span::differs(matched, own),
            Self::Years => years::differ(matched),
            Self::Difference => difference::differs(matched),
            Self::DisabilityCard => {
                let number = digits(before_reissue(matched));
                stands_alone(line) && id_of_disability_card(&number).is_some_and(is_id_card)
            }
            Self::IdCard => {
                stands_alone(line) && is_id_card(&number) && !is_born_after(&number, day)
            }
            Self::Luhn => stands_alone(line) && is_card(&number),
            Self::Mobile => stands_alone(line) && is_mobile(&number),
        }
    }
}

/// The digits (and a closing X) of a match as ASCII.
fn digits(matched: &str) -> Vec<u8> {
    matched
        .chars()
        .filter_map(|c| match c {
            '0'..='9' => Some(c as u8),
            '０'..='９' => Some((c as u32 - '０' as u32) as u8 + b'0'),
            'x' | 'X' | 'ｘ' | 'Ｘ' => Some(b'X'),
            _ => None,
        })
        .collect()
}

/// Not a piece of a longer number or code, not masked, not part of an address.
fn stands_alone(line: &Line<'_>) -> bool {
    let before = line.before().chars().next_back();
    let after = line.after().chars().next();
    let joins = |c: Option<char>| {
        c.is_some_and(|c| {
            c.is_ascii_alphanumeric()
                || ('０'..='９').contains(&c)
                || matches!(c, '*' | '＊' | '_' | '×')
        })
    };
    // A group of digits right behind a single separator goes on with the number: 0599-13800138001, 12 13800138001 345.
    let goes_on_before = matches!(before, Some('-' | '.'))
        && line
            .before()
            .chars()
            .rev()
            .nth(1)
            .is_some_and(|c| c.is_ascii_digit());
    let goes_on_after = matches!(after, Some('-' | '.'))
        && line
            .after()
            .chars()
            .nth(1)
            .is_some_and(|c| c.is_ascii_digit());
    let area_code = matches!(before, Some('-')) && country_code(line.before());
    !joins(before)
        && !joins(after)
        && (!goes_on_before || area_code)
        && !goes_on_after
        && !line.in_code()
}

/// `+86-` before a mobile number.
fn country_code(before: &str) -> bool {
    let before = before.trim_end_matches('-');
    before.ends_with("+86") || before.ends_with("(86") || before == "86"
}

/// 18 characters with a right check character, or the old form of 15 digits.
pub(crate) fn is_id_card(number: &[u8]) -> bool {
    match number.len() {
        18 => {
            let (body, check) = number.split_at(17);
            body.iter().all(u8::is_ascii_digit)
                && is_province(body)
                && is_birthday(&body[6..14])
                && check_character(body) == check[0]
        }
        15 => {
            number.iter().all(u8::is_ascii_digit)
                && is_province(number)
                && is_birthday(&[b"19", &number[6..12]].concat())
                && number[2..6].iter().any(|d| *d != b'0')
        }
        _ => false,
    }
}

/// A certificate of disability bears the ID number of its owner, then kind and grade (残疾人证管理办法): 1 to 7, 1 to 4.
fn id_of_disability_card(number: &[u8]) -> Option<&[u8]> {
    let (id, [kind, grade]) = number.split_at_checked(18)? else {
        return None;
    };
    (matches!(kind, b'1'..=b'7') && matches!(grade, b'1'..=b'4')).then_some(id)
}

/// `…44B1`: what is added to the number of a certificate issued again.
fn before_reissue(matched: &str) -> &str {
    let first = matched.trim_end_matches(|c: char| c.is_ascii_digit());
    match first.strip_suffix(['B', 'b']) {
        Some(number) if matched.len() == first.len() + 1 => number,
        _ => matched,
    }
}

/// Whether the birthday of 18 characters lies behind a day: nobody has such a number yet.
fn is_born_after(number: &[u8], day: NaiveDate) -> bool {
    number.len() == 18 && number[6..14] > *day.format("%Y%m%d").to_string().as_bytes()
}

/// GB/T 2260: the first two digits of a region code.
fn is_province(number: &[u8]) -> bool {
    let code = (number[0] - b'0') * 10 + (number[1] - b'0');
    matches!(code, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83)
}

fn is_birthday(digits: &[u8]) -> bool {
    let number = |range: std::ops::Range<usize>| {
        digits[range]
            .iter()
            .fold(0u32, |sum, d| sum * 10 + u32::from(d - b'0'))
    };
    let year = number(0..4);
    (1900..=2099).contains(&year)
        && NaiveDate::from_ymd_opt(year as i32, number(4..6), number(6..8)).is_some()
}

/// ISO 7064 MOD 11-2 over 17 digits.
fn check_character(body: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body
        .iter()
        .zip(WEIGHTS)
        .map(|(d, weight)| u32::from(d - b'0') * weight)
        .sum();
    b"10X98765432"[(sum % 11) as usize]
}

/// 16 to 19 digits that pass Luhn and begin like a bank card (2–6, or the 9 of some Chinese cards).
pub(crate) fn is_card(number: &[u8]) -> bool {
    (16..=19).contains(&number.len())
        && number.iter().all(u8::is_ascii_digit)
        && matches!(number[0], b'2'..=b'6' | b'9')
        && number.iter().any(|d| *d != number[0])
        && passes_luhn(number)
}

fn passes_luhn(number: &[u8]) -> bool {
    let sum: u32 = number
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| {
            let digit = u32::from(d - b'0');
            match (i % 2, digit) {
                (0, d) => d,
                (_, d) if d > 4 => d * 2 - 9,
                (_, d) => d * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Eleven digits from 13 to 19.
fn is_mobile(number: &[u8]) -> bool {
    let number = match number {
        [b'8', b'6', rest @ ..] if number.len() == 13 => rest,
        other => other,
    };
    number.len() == 11 && number[0] == b'1' && (b'3'..=b'9').contains(&number[1])
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Line, Verify, check_character, passes_luhn};
    use chrono::NaiveDate;

    /// An ID number of a county code that was never issued.
    fn id(birthday: &str, serial: &str) -> String {
        let body = format!("350499{birthday}{serial}");
        format!("{body}{}", check_character(body.as_bytes()) as char)
    }

    pub(super) fn passes(verify: Verify, text: &str, number: &str) -> bool {
        let start = text.find(number).unwrap_or_else(|| panic!("{number}"));
        let day = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap_or_default();
        verify.passes(
            &Line::new(text, start, start + number.len()),
            day,
            Some(day),
        )
    }

    #[test]
    fn id_numbers_need_province_date_and_check_character() {
        let right = id("19900101", "031");
        assert!(passes(Verify::IdCard, &format!("身份证{right}。"), &right));
        let spaced = format!("{} {} {}", &right[..6], &right[6..14], &right[14..]);
        assert!(passes(Verify::IdCard, &spaced, &spaced));
        let unborn = id("20261103", "031");
        assert!(!passes(Verify::IdCard, &unborn, &unborn));
        let born = id("20261102", "031");
        assert!(passes(Verify::IdCard, &born, &born));
        assert!(!passes(Verify::IdCard, &format!("9{right}"), &right));
        assert!(!passes(Verify::IdCard, &format!("A{right}"), &right));
        for wrong in [
            id("19900231", "031"),
            id("17900101", "031"),
            right.replace("350499", "990499"),
        ] {
            assert!(!passes(Verify::IdCard, &wrong, &wrong), "{wrong}");
        }
        let last = right.as_bytes()[17];
        let other = if last == b'1' { '2' } else { '1' };
        let off = format!("{}{other}", &right[..17]);
        assert!(!passes(Verify::IdCard, &off, &off));
        assert!(passes(Verify::IdCard, "350499900101031", "350499900101031"));
        assert!(!passes(
            Verify::IdCard,
            "350499901301031",
            "350499901301031"
        ));
    }

    #[test]
    fn a_certificate_of_disability_bears_an_id_number() {
        let right = id("19900101", "031");
        let card = format!("{right}44");
        assert!(passes(Verify::DisabilityCard, &card, &card));
        let again = format!("{right}44B1");
        assert!(passes(Verify::DisabilityCard, &again, &again));
        assert!(!passes(Verify::DisabilityCard, &again, &card), "cut short");
        for other in [
            format!("{right}44B12"),
            format!("{right}94"),
            format!("{right}4"),
            format!("{right}445"),
        ] {
            assert!(!passes(Verify::DisabilityCard, &other, &other), "{other}");
        }
    }

    #[test]
    fn mobiles_are_not_pieces_of_longer_numbers() {
        for (text, number, expected) in [
            ("电话13800138001。", "13800138001", true),
            ("电话138 0013 8001", "138 0013 8001", true),
            ("+86-13800138001", "13800138001", true),
            ("合同号613800138001", "13800138001", false),
            ("编号2024-13800138001", "13800138001", false),
            ("13800138001-22", "13800138001", false),
            ("138****8001", "138****8001", false),
            ("12800138001", "12800138001", false),
        ] {
            assert_eq!(passes(Verify::Mobile, text, number), expected, "{text}");
        }
    }

    #[test]
    fn cards_pass_luhn() {
        let card = (0..10)
            .map(|d| format!("622200000000000000{d}"))
            .find(|c| passes_luhn(c.as_bytes()))
            .unwrap_or_default();
        assert!(passes(Verify::Luhn, &card, &card));
        assert!(
            !passes(Verify::Luhn, "6222000000000000001", "6222000000000000001")
                || card.ends_with('1')
        );
        assert!(!passes(
            Verify::Luhn,
            "0000000000000000",
            "0000000000000000"
        ));
    }
}
