//! Persons whom a page names behind their posts: 市长陈永表示. What it says of them later is told by the name alone.

use duwang_typo::is_surname;

const POSTS: [&str; 14] = [
    "市长", "县长", "区长", "镇长", "乡长", "省长", "州长", "书记", "主任", "局长", "厅长", "部长",
    "主席", "院长",
];
/// What goes on behind a name.
const DOING: [&str; 29] = [
    "说", "表示", "指出", "强调", "要求", "介绍", "主持", "出席", "参加", "带队", "率", "赴", "到",
    "答", "与", "同", "及", "会见", "就", "还", "在", "等", "和", "、", "，", "。", ",", "作",
    "同志",
];
/// Names taken from a page at most.
const MOST: usize = 50;

/// The names behind posts, of two or three characters.
pub(super) fn persons(text: &str) -> Vec<&str> {
    let behind = |post: &'static str| text.match_indices(post).map(move |(at, _)| at + post.len());
    let names = POSTS.into_iter().flat_map(behind);
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
        (is_name && DOING.iter().any(|doing| rest.starts_with(doing))).then_some(name)
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
