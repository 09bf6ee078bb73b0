//! The same words twice in a row: `疏通雨水管网雨水管网`.

use crate::han::is_ideograph;

/// No longer words are looked for: a sentence said twice is told in another way.
const LONGEST: usize = 16;

/// The second of the first such words of a line, of at least so many characters, as byte range.
pub(super) fn said_twice(line: &str, least: usize) -> Option<(usize, usize)> {
    if least == 0 || line.len() < least * 2 * '一'.len_utf8() {
        return None;
    }
    let chars: Vec<char> = line.chars().collect();
    let longest = LONGEST.min(chars.len() / 2);
    // Words of so many characters hold one of these places.
    let places = (0..chars.len()).step_by(least);
    let (start, end) = places.into_iter().find_map(|at| {
        let behind = chars.get(at + least..=(at + longest).min(chars.len() - 1))?;
        // So few characters come again so soon that it is asked of all at once.
        if !behind.contains(&chars[at]) {
            return None;
        }
        (least..=longest).find_map(|length| at_distance(&chars, at, length))
    })?;
    let bytes = |until: usize| chars[..until].iter().map(|c| c.len_utf8()).sum();
    Some((bytes(start), bytes(end)))
}

/// Words of just this length around a place, said again right behind; the second as range of characters. What is itself a smaller word said
/// again (很多很多很多很多) is emphasis.
fn at_distance(chars: &[char], at: usize, length: usize) -> Option<(usize, usize)> {
    let is_same =
        |at: &usize| chars.get(at + length) == Some(&chars[*at]) && is_ideograph(chars[*at]);
    // No further than needed: a line may be one character a hundred thousand times.
    let before = (0..=at).rev().take(length).take_while(is_same).count();
    let behind = (at..chars.len()).take(length).take_while(is_same).count();
    let (begin, end) = (at + 1 - before, at + behind);
    let is_word = end >= begin + length && !is_periodic(&chars[begin..begin + length]);
    is_word.then_some((begin + length, begin + 2 * length))
}

/// Whether words are a shorter one said several times.
fn is_periodic(words: &[char]) -> bool {
    let length = words.len();
    let repeats = |period: usize| words[period..] == words[..length - period];
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
        assert_eq!(said("抓紧雨水管网雨水管网的疏通"), Some("雨水管网"));
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
