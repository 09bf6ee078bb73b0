//! The same words twice in a row: `秸秆禁烧秸秆禁烧宣传`.

use crate::han::is_ideograph;

/// No longer words are looked for: a sentence said twice is told in another way.
const LONGEST: usize = 16;

/// The second of the first such words of a line, of at least so many characters, as byte range.
pub(super) fn said_twice(line: &str, least: usize) -> Option<(usize, usize)> {
    if line.len() < least * 2 * '一'.len_utf8() {
        return None;
    }
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    let longest = LONGEST.min(chars.len() / 2);
    let found = (least..=longest).find_map(|length| at_distance(&chars, length))?;
    let end = |at: usize| chars.get(at).map_or(line.len(), |(byte, _)| *byte);
    Some((end(found.0), end(found.1)))
}

/// Words of just this length, as range of characters. What is itself a smaller word said again (很多很多很多很多) is emphasis.
fn at_distance(chars: &[(usize, char)], length: usize) -> Option<(usize, usize)> {
    let mut same = 0;
    for at in 0..chars.len() - length {
        let (one, other) = (chars[at].1, chars[at + length].1);
        same = if one == other && is_ideograph(one) {
            same + 1
        } else {
            0
        };
        if same == length && !is_periodic(&chars[at + 1..][..length]) {
            return Some((at + 1, at + 1 + length));
        }
    }
    None
}

/// Whether words are a shorter one said several times.
fn is_periodic(words: &[(usize, char)]) -> bool {
    let length = words.len();
    let repeats = |period: usize| (period..length).all(|at| words[at].1 == words[at - period].1);
    (1..=length / 2).any(|period| length.is_multiple_of(period) && repeats(period))
}

#[cfg(test)]
mod tests {
    use super::said_twice;

    fn said(line: &str) -> Option<&str> {
        said_twice(line, 4).map(|(start, end)| &line[start..end])
    }

    #[test]
    fn words_said_twice_in_a_row_are_found() {
        assert_eq!(said("继续加大秸秆禁烧秸秆禁烧宣传力度"), Some("秸秆禁烧"));
        assert_eq!(
            said("你公司上述行为你公司上述行为违反了"),
            Some("你公司上述行为")
        );
        assert_eq!(said("落实责任落实责任"), Some("落实责任"));
    }

    #[test]
    fn emphasis_numbers_and_what_something_parts_are_none() {
        for line in [
            "很多很多很多很多",
            "研究研究再研究",
            "12341234",
            "青石镇、青石镇",
            "哈哈哈哈哈哈哈哈",
            "防汛防汛",
            "",
        ] {
            assert_eq!(said(line), None, "{line}");
        }
    }
}
