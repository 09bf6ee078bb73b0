//! The same thing twice in one row of things: `组织机构、部门文件、办事指南、重点领域、办事指南`.

use crate::han::number_at;
use crate::words::WORDS;

/// Fewer things are no row.
const FEWEST: usize = 3;
/// More are a list of names, each compared with all before it.
const MOST: usize = 100;

/// The second of the first such things of a line, of at least so many characters, as byte range.
pub(super) fn named_twice(line: &str, least: usize) -> Option<(usize, usize)> {
    let mut marks = line.match_indices('、').map(|(at, _)| at).peekable();
    while let Some(first) = marks.next() {
        let begin = line[..first]
            .rfind(is_end)
            .map_or(0, |at| at + end_len(line, at));
        let mut things = vec![(begin, first)];
        let mut from = first + '、'.len_utf8();
        // The row goes on to the next mark, unless something ends it before.
        while let Some(next) = marks.next_if(|next| !line[from..*next].contains(is_end)) {
            things.push((from, next));
            from = next + '、'.len_utf8();
        }
        let end = line[from..].find(is_end).map_or(line.len(), |at| from + at);
        things.push((from, end));
        if let Some(again) = again(line, &things, least) {
            return Some(again);
        }
    }
    None
}

/// The second of the same things of a row.
fn again(line: &str, things: &[(usize, usize)], least: usize) -> Option<(usize, usize)> {
    if !(FEWEST..=MOST).contains(&things.len()) {
        return None;
    }
    // Before the first thing stands what leads to the row: 二是财政预算.
    let first = &line[things[0].0..things[0].1];
    let is_again = |(n, (start, end)): (usize, &(usize, usize))| {
        let thing = &line[*start..*end];
        let is_thing = thing.chars().nth(least - 1).is_some();
        let mut before = things[..n].iter().map(|(start, end)| &line[*start..*end]);
        is_thing
            && !is_amount(thing)
            && n > 0
            && (first.ends_with(thing) || before.any(|other| other == thing))
    };
    let mut numbered = things.iter().enumerate();
    numbered
        .find(|thing| is_again(*thing))
        .map(|(_, place)| *place)
}

/// Amounts may well be the same: 百分之三十、百分之四十、百分之三十.
fn is_amount(thing: &str) -> bool {
    let mut shares = WORDS.count.shares.iter();
    number_at(thing).is_some() || shares.any(|share| thing.starts_with(share.as_str()))
}

fn end_len(line: &str, at: usize) -> usize {
    line[at..].chars().next().map_or(0, char::len_utf8)
}

/// What ends a row of things.
fn is_end(c: char) -> bool {
    matches!(
        c,
        '。' | '，' | ',' | ';' | '；' | ':' | '：' | '(' | ')' | '（' | '）' | '!' | '?'
    )
}

#[cfg(test)]
mod tests {
    use super::named_twice;

    fn said(line: &str) -> Option<&str> {
        named_twice(line, 4).map(|(start, end)| &line[start..end])
    }

    #[test]
    fn a_thing_named_twice_is_found() {
        let line = "公开组织机构、部门文件、办事指南、重点领域、办事指南。";
        assert_eq!(said(line), Some("办事指南"));
        assert_eq!(line.rfind("办事指南"), named_twice(line, 4).map(|r| r.0));
        assert_eq!(
            said("一是领导信息，二是财政预算、采购信息、财政预算；"),
            Some("财政预算")
        );
    }

    #[test]
    fn short_ones_and_those_of_two_rows_are_none() {
        for line in [
            "百分之三十、百分之四十、百分之三十",
            "三千二百元、五百元、三千二百元",
            "张某、李某、张某",
            "财政预算、采购信息；财政预算、应急管理",
            "财政预算、财政预算",
            "",
        ] {
            assert_eq!(said(line), None, "{line}");
        }
    }
}
