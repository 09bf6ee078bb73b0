//! The same thing twice in one row of things: `组织机构、部门文件、办事指南、重点领域、办事指南`.

use std::collections::HashSet;

/// Fewer things are no row.
const FEWEST: usize = 3;

/// The second of the first such things of a line, of at least so many characters, as byte range.
pub(super) fn named_twice(line: &str, least: usize) -> Option<(usize, usize)> {
    line.matches('、').nth(FEWEST - 2)?;
    let mut from = 0;
    line.split_inclusive(is_end).find_map(|row| {
        let start = from;
        from += row.len();
        in_row(row.trim_end_matches(is_end), least).map(|(a, b)| (start + a, start + b))
    })
}

fn in_row(row: &str, least: usize) -> Option<(usize, usize)> {
    let mut said = HashSet::new();
    // Before the first thing stands what leads to the row: 二是财政预算.
    let first = row.split('、').next().unwrap_or_default();
    let mut from = 0;
    let mut found = None;
    let mut things = 0;
    for thing in row.split('、') {
        things += 1;
        let is_thing = thing.chars().nth(least - 1).is_some();
        let is_again = !said.insert(thing) || things > 1 && first.ends_with(thing);
        if is_thing && is_again && found.is_none() {
            found = Some((from, from + thing.len()));
        }
        from += thing.len() + '、'.len_utf8();
    }
    found.filter(|_| things >= FEWEST)
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
            "张某、李某、张某",
            "财政预算、采购信息；财政预算、应急管理",
            "财政预算、财政预算",
            "",
        ] {
            assert_eq!(said(line), None, "{line}");
        }
    }
}
