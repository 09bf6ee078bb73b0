//! Lists of names: 林汉城 and 余辉 are persons among 王国父 and 陈阿三, whatever the words in their names mean elsewhere.

use crate::judge::Line;
use duwang_typo::is_surname;

/// Fewest names of a list.
const FEWEST: usize = 4;
/// Characters of a name.
const LONG: std::ops::RangeInclusive<usize> = 2..=4;
/// What bodies, places and groups of people end with: 安监局、卫生局 begin like names, too.
const NO_NAMES: &str = "局委办站所院校村镇乡社会队厅部科股处组室县市区街路厂店园场馆库河桥民族";

/// Whether the word stands in a name of a list of persons: most of what is listed beside it could be names, and so could what holds it.
pub(super) fn is_listed(line: &Line<'_>) -> bool {
    let before = line.before().rsplit(ends_list).next().unwrap_or_default();
    let after = line.after().split(ends_list).next().unwrap_or_default();
    let mut at = line.start - before.len();
    let (mut all, mut names, mut own) = (0, 0, false);
    for piece in line.text[at..line.end + after.len()].split_inclusive(parts_names) {
        let item = piece.trim_end_matches(parts_names);
        let holds = at <= line.start && line.end <= at + item.len();
        at += piece.len();
        if !item.is_empty() {
            all += 1;
            names += usize::from(is_name(item));
            own |= holds && is_name(item);
        }
    }
    own && all >= FEWEST && names * 5 >= all * 4
}

fn is_name(text: &str) -> bool {
    LONG.contains(&text.chars().count())
        && text.starts_with(is_surname)
        && !text.ends_with(|c| NO_NAMES.contains(c))
}

fn parts_names(c: char) -> bool {
    matches!(c, '、' | ',' | '，' | ' ' | '\u{3000}' | '|' | '｜')
}

fn ends_list(c: char) -> bool {
    matches!(c, ':' | '：' | '。' | ';' | '；' | '(' | ')' | '（' | '）')
}

#[cfg(test)]
mod tests {
    use super::is_listed;
    use crate::judge::Line;

    fn listed(text: &str, word: &str) -> bool {
        let start = text.find(word).unwrap_or(0);
        is_listed(&Line::new(text, start, start + word.len()))
    }

    #[test]
    fn most_of_a_list_are_names() {
        let list = "一中：王国父、林汉城、陈阿三、余辉；二中：李好象";
        assert!(listed(list, "汉城"));
        assert!(listed(list, "余辉"));
        assert!(!listed(list, "好象"), "one name is no list");
        assert!(listed("王大象 林汉城 陈阿三 余辉", "阿三"));
        assert!(!listed("安监局、卫生局、文化局、计生局", "安监局"));
        assert!(!listed("游览汉城、参观、购物、返程", "汉城"));
        assert!(!listed("王大明、李小红、陈阿强、装璜厂", "装璜"));
    }
}
