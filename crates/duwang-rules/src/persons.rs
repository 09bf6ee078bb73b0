//! Persons on a page: those it names behind their posts (市长陈永表示; what it says of them later is told by the name alone), and lists of names:
//! 林汉城 and 余辉 are persons among 王国父 and 陈阿三, whatever the words in their names mean elsewhere.

use crate::han::is_ideograph;
use crate::judge::Line;
use crate::words::{WORDS, behind_first};
use duwang_typo::is_surname;

/// Names taken from a page at most.
const MOST: usize = 50;

/// The names behind posts, of two or three characters.
pub(crate) fn behind_posts(text: &str) -> Vec<&str> {
    let behind = |post: &'static String| {
        let posts = text.match_indices(post.as_str());
        posts.map(move |(at, _)| at + post.len())
    };
    let names = WORDS.person.posts.iter().flat_map(behind);
    names
        .filter_map(|at| person(&text[at..]))
        .take(MOST)
        .collect()
}

/// Those who begin a sentence and say something, or stand behind their body and do: 林小禾强调，……; 县民政局林小禾就…解读如下. A word of the
/// dictionary is no name.
pub(crate) fn speakers<'t>(text: &'t str, is_word: &dyn Fn(&str) -> bool) -> Vec<&'t str> {
    let words = &WORDS.person;
    let sentences = text.split(['\n', '。', ';', '；', '!', '？', '?']);
    let first = sentences.map(str::trim_start);
    let behind = words.bodies.iter().flat_map(|body| {
        let bodies = text.match_indices(body.as_str());
        bodies.map(move |(at, _)| &text[at + body.len()..])
    });
    let names = first.chain(behind);
    let names = names.filter_map(|text| name_before(text, &words.tells));
    names
        .filter(|name| !is_word(name) && !words.no_speakers.iter().any(|word| word == name))
        .take(MOST)
        .collect()
}

fn person(text: &str) -> Option<&str> {
    name_before(text, &WORDS.person.goes_on)
}

/// The name of two or three characters that a text begins with, if one of the words follows it.
fn name_before<'t>(text: &'t str, follows: &[String]) -> Option<&'t str> {
    let is_han = is_ideograph;
    text.chars().next().filter(|c| is_surname(*c))?;
    [2, 3].into_iter().find_map(|length| {
        let end = text
            .char_indices()
            .nth(length)
            .map_or(text.len(), |(at, _)| at);
        let (name, rest) = text.split_at(end);
        let is_name = name.chars().filter(|c| is_han(*c)).count() == length;
        (is_name && behind_first(follows, rest).is_some()).then_some(name)
    })
}

/// Fewest names of a list.
const FEWEST: usize = 4;
/// Characters of a name.
const LONG: std::ops::RangeInclusive<usize> = 2..=4;

/// Whether the word stands in a name of a list of persons: most of what is listed beside it could be names, and so could what holds it.
pub(crate) fn is_listed(line: &Line<'_>) -> bool {
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
        && !text.ends_with(|c| WORDS.person.no_names.contains(c))
}

fn parts_names(c: char) -> bool {
    matches!(c, '、' | ',' | '，' | ' ' | '\u{3000}' | '|' | '｜')
}

fn ends_list(c: char) -> bool {
    matches!(c, ':' | '：' | '。' | ';' | '；' | '(' | ')' | '（' | '）')
}

#[cfg(test)]
mod tests {
    use super::{behind_posts, is_listed, speakers};
    use crate::judge::Line;

    #[test]
    fn names_stand_behind_posts() {
        let text = "市长陈永表示，经济平稳。县委书记林小禾到青石镇调研，镇长陪同。局长办公会议在二楼举行。";
        assert_eq!(behind_posts(text), ["陈永", "林小禾"]);
    }

    #[test]
    fn who_begins_a_sentence_may_say_something() {
        let text = "会议召开。林小禾强调，要压实责任。文件指出，稳中求进。陈大水一行先后来到青石镇。县民政局王小满解读如下。";
        let is_word = |word: &str| word == "文件";
        assert_eq!(speakers(text, &is_word), ["林小禾", "陈大水", "王小满"]);
    }

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
