//! Numbers written in Han characters: 十二, 一百零七, 三千五百, 壹佰零柒.

/// The digits by value, in each way of writing them.
const DIGITS: [&str; 3] = [
    "〇一二三四五六七八九",
    "零壹贰叁肆伍陆柒捌玖",
    "零壹两叁肆伍陆柒捌玖",
];

/// Whether a character is one of the basic block of ideographs (Unicode: CJK Unified Ideographs).
pub(crate) fn is_ideograph(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Whether a character stands in the numbers that headings and points begin with.
pub(crate) fn is_numeral(c: char) -> bool {
    matches!(
        c,
        '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十'
    )
}

/// The number a text begins with, and its length in bytes; below a hundred million. Digits one beside the other (二〇二六) are none.
pub(crate) fn number_at(text: &str) -> Option<(u32, usize)> {
    let (mut whole, mut section, mut last, mut len) = (0_u32, 0_u32, None::<u32>, 0);
    for c in text.chars() {
        match (digit(c), place(c)) {
            (Some(0), _) if last.is_none_or(|l| l == 0) => {}
            (Some(_), _) if last.is_some_and(|l| l > 0) => return None,
            (Some(value), _) => last = Some(value),
            (None, Some(10_000)) => {
                whole = (section + last.unwrap_or(0)).checked_mul(10_000)?;
                (section, last) = (0, None);
            }
            (None, Some(place)) => {
                // 十二 is twelve, and nothing else leaves out its one.
                let times = last.filter(|l| *l > 0).or((place == 10).then_some(1))?;
                section = section.checked_add(times * place)?;
                last = None;
            }
            (None, None) => break,
        }
        len += c.len_utf8();
    }
    let value = whole.checked_add(section + last.unwrap_or(0))?;
    (value > 0).then_some((value, len))
}

/// A number in figures or in Han characters, and nothing else.
pub(crate) fn whole_number(text: &str) -> Option<u32> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().ok();
    }
    let (number, len) = number_at(text)?;
    (len == text.len()).then_some(number)
}

/// Whether a number may be written with a character, in figures or in Han.
pub(crate) fn may_be_number(c: char) -> bool {
    c.is_ascii_digit() || digit(c).is_some() || place(c).is_some()
}

/// Digits written one beside the other: 二〇二六; two to eight of them.
pub(crate) fn digits(text: &str) -> Option<u32> {
    const COUNT: std::ops::RangeInclusive<usize> = 2..=8;
    let mut value = 0;
    for c in text.chars() {
        value = u32::checked_mul(value, 10)?.checked_add(digit(c)?)?;
    }
    COUNT.contains(&text.chars().count()).then_some(value)
}

fn digit(c: char) -> Option<u32> {
    let position = |list: &&str| list.chars().position(|d| d == c);
    DIGITS.iter().find_map(position).map(|d| d as u32)
}

fn place(c: char) -> Option<u32> {
    match c {
        '十' | '拾' => Some(10),
        '百' | '佰' => Some(100),
        '千' | '仟' => Some(1000),
        '万' => Some(10_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_read() {
        for (text, value) in [
            ("一", 1),
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("二十一", 21),
            ("一百零三", 103),
            ("两百五十", 250),
            ("三千五百", 3500),
            ("四万三千", 43_000),
            ("壹佰零柒", 107),
        ] {
            assert_eq!(number_at(text), Some((value, text.len())), "{text}");
        }
        assert_eq!(number_at("十六条"), Some((16, 6)));
        assert_eq!(digits("二〇二六"), Some(2026));
        for none in ["二十", "六", "二〇二六年", "九九九九九九九九九九九"] {
            assert_eq!(digits(none), None, "{none}");
        }
        for none in ["甲", "", "二〇二六", "零", "百"] {
            assert_eq!(number_at(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(text in "[〇零一二两三九十百千万亿a]{0,12}") {
            if let Some((_, len)) = number_at(&text) {
                prop_assert!(text.is_char_boundary(len));
            }
        }
    }
}
