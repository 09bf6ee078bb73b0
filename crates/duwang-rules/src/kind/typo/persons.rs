//! Persons whom a page names behind their posts: 市长陈永表示. What it says of them later is told by the name alone.

use crate::words::{WORDS, behind_first};
use duwang_typo::is_surname;

/// Names taken from a page at most.
const MOST: usize = 50;

/// The names behind posts, of two or three characters.
pub(super) fn persons(text: &str) -> Vec<&str> {
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

fn person(text: &str) -> Option<&str> {
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    text.chars().next().filter(|c| is_surname(*c))?;
    [2, 3].into_iter().find_map(|length| {
        let end = text
            .char_indices()
            .nth(length)
            .map_or(text.len(), |(at, _)| at);
        let (name, rest) = text.split_at(end);
        let is_name = name.chars().filter(|c| is_han(*c)).count() == length;
        (is_name && behind_first(&WORDS.person.goes_on, rest).is_some()).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::persons;

    #[test]
    fn names_stand_behind_posts() {
        let text = "市长陈永表示，经济平稳。县委书记林小禾到青石镇调研，镇长陪同。局长办公会议在二楼举行。";
        assert_eq!(persons(text), ["陈永", "林小禾"]);
    }
}
