//! Masking for texts that may hold addresses. Page addresses are full of long numbers that are nobody's; masking those would
//! break the proof, so inside an address only what really looks like a person's number is masked.

use duwang_model::mask_personal;
use std::borrow::Cow;
use std::ops::Range;

/// The text with personal numbers masked; the number of characters stays.
pub fn mask_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for address in addresses(text) {
        out.push_str(&mask_words(&text[at..address.start]));
        out.push_str(&mask_url(&text[address.clone()]));
        at = address.end;
    }
    out.push_str(&mask_words(&text[at..]));
    out
}

/// Masks what is a number by itself before blanks are allowed inside numbers: `0599-6660001 13800138001` are two numbers, and
/// `138 0013 8001` is one.
fn mask_words(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace);
    let masked: String = words.map(|word| mask_personal(word).text).collect();
    mask_personal(&masked).text
}

/// The address with valid ID numbers masked anywhere, and mobile numbers where they are a value (`tel=138…`, `tel:138…`).
pub fn mask_url(url: &str) -> Cow<'_, str> {
    let bytes = url.as_bytes();
    let mut masked: Option<Vec<u8>> = None;
    let mut at = 0;
    while at < bytes.len() {
        let end = number_end(bytes, at);
        if let Some(hidden) = hidden_part(bytes, at..end) {
            masked.get_or_insert_with(|| bytes.to_vec())[hidden].fill(b'*');
        }
        at = end.max(at + 1);
    }
    match masked.map(String::from_utf8) {
        Some(Ok(text)) => Cow::Owned(text),
        _ => Cow::Borrowed(url),
    }
}

/// Where web addresses stand in a text.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = next_scheme(text, from) {
        let length = text[start..]
            .find(|c: char| !c.is_ascii_graphic() || matches!(c, '"' | '\'' | '<' | '>'))
            .unwrap_or(text.len() - start);
        found.push(start..start + length);
        from = start + length;
    }
    found
}

/// Looked for by what all schemes begin with: a page of addresses that are all alike is then read once.
fn next_scheme(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let begins = |at: &usize| {
        let behind = &rest[at + "http".len()..];
        behind.starts_with("://") || behind.starts_with("s://")
    };
    let mut places = rest.match_indices("http").map(|(at, _)| at);
    places.find(begins).map(|at| from + at)
}

/// One past the digits (and a closing X) that start at `at`.
fn number_end(bytes: &[u8], at: usize) -> usize {
    let digits = bytes[at..]
        .iter()
        .take_while(|b| b.is_ascii_digit())
        .count();
    let closing = digits == 17 && matches!(bytes.get(at + 17), Some(b'x' | b'X'));
    at + digits + usize::from(closing)
}

/// The bytes to hide of one number in an address.
fn hidden_part(bytes: &[u8], number: Range<usize>) -> Option<Range<usize>> {
    let value_follows = number.start > 0 && matches!(bytes[number.start - 1], b'=' | b':');
    let digits = &bytes[number.clone()];
    match digits {
        [_, ..] if digits.len() == 18 && is_id_number(digits) => {
            Some(number.start + 6..number.start + 14)
        }
        [b'1', b'3'..=b'9', ..] if digits.len() == 11 && value_follows => {
            Some(number.start + 3..number.start + 7)
        }
        _ => None,
    }
}

/// GB 11643-1999: 17 digits weighted by powers of two modulo 11, and a plausible month and day.
fn is_id_number(id: &[u8]) -> bool {
    let digit = |i: usize| u32::from(id[i].wrapping_sub(b'0'));
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = weights.iter().enumerate().map(|(i, w)| w * digit(i)).sum();
    let expected = b"10X98765432"[(sum % 11) as usize];
    let (month, day) = (digit(10) * 10 + digit(11), digit(12) * 10 + digit(13));
    id[17].to_ascii_uppercase() == expected && (1..=12).contains(&month) && (1..=31).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_masked_and_addresses_keep_their_numbers() {
        let long = "http://www.qingshi-demo.gov.cn/art/202609181234567.html";
        assert_eq!(
            mask_text(&format!("见{long}。电话13800138001")),
            format!("见{long}。电话138****8001")
        );
        assert_eq!(
            mask_text("证号350499199001010018"),
            "证号350499********0018"
        );
    }

    /// None of them is the other scheme, which was once looked for to the end of the text behind each.
    #[test]
    fn millions_of_addresses_and_masks_are_masked_in_one_look() {
        const MANY: usize = 1_000_000;
        for piece in ["http://a ", "https://a ", "http http:/ ", "**** "] {
            let text = piece.repeat(MANY);
            assert_eq!(mask_text(&text).len(), text.len(), "{piece}");
        }
        let text = "http://".repeat(MANY);
        assert_eq!(mask_text(&text), text);
    }

    #[test]
    fn neighbours_do_not_hide_a_number() {
        for (given, shown) in [
            ("0599-6660001 13800138001", "0599-6660001 138****8001"),
            (
                "350499199001010018 13800138001",
                "350499********0018 138****8001",
            ),
            ("1 350499199001010018", "1 350499********0018"),
            ("138 0013 8001", "138 **** 8001"),
        ] {
            assert_eq!(mask_text(given), shown);
        }
    }

    #[test]
    fn a_persons_number_in_an_address_is_masked() {
        // 35049919900101001 has the check digit 6: computed by the same standard as the rules use.
        let valid = (0..=10)
            .map(|n| {
                format!(
                    "35049919900101001{}",
                    ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "X"][n]
                )
            })
            .find(|id| is_id_number(id.as_bytes()))
            .unwrap_or_default();
        let url = format!("http://a.example/q?id={valid}&tel=13800138001&p=13800138001x");
        let masked = mask_url(&url);
        assert!(masked.contains("id=350499********001"), "{masked}");
        assert!(masked.contains("tel=138****8001"), "{masked}");
        assert_eq!(masked.len(), url.len());
        assert_eq!(
            mask_url("http://a.example/13800138001/"),
            "http://a.example/13800138001/"
        );
    }
}
