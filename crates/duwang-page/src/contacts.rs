//! How to reach the office, as a page about the office states it: kept small, for comparing the pages of a unit with each other.

use crate::fold::fold;
use duwang_model::{BlockKind, Contact, Document, Kind, Pair, Part, Text};

/// Most contacts kept of a page.
const MAX: usize = 30;
/// Lines of running text looked through for contacts.
const MOST_LINES: usize = 200;
/// Bytes of such a line.
const LONGEST_LINE: usize = 2_000;
const LONGEST_LABEL: usize = 14;
const LONGEST_VALUE: usize = 80;
/// Lines looked at above a contact for its heading.
const LINES_ABOVE: usize = 8;
const LONGEST_HEADING: usize = 24;
/// A longer title is about an event, not about the office.
const LONGEST_TITLE: usize = 30;
/// What the title of a page about the office says.
const ABOUT_OFFICE: [&str; 8] = [
    "机构",
    "职能",
    "职责",
    "简介",
    "概况",
    "领导",
    "联系",
    "本机关",
];

/// Every short pair of the content of a page about the office.
pub(crate) fn read(document: &Document) -> Vec<Contact> {
    if !is_about_office(document) {
        return Vec::new();
    }
    let mut found: Vec<Contact> = document
        .pairs
        .iter()
        .filter(|p| matches!(p.part, Part::Main) && is_short(p))
        .take(MAX)
        .map(|pair| Contact {
            label: pair.label.clone(),
            value: pair.value.clone(),
            quote: document
                .text
                .slice(pair.value_span)
                .trim_end_matches(['）', ')', '。', '；', '，'])
                .to_owned(),
            under: under(document, pair.label_span.start),
        })
        .collect();
    let lines = document
        .blocks
        .iter()
        .filter(|b| b.part == Part::Main && b.kind != BlockKind::Cell);
    for block in lines.take(MOST_LINES) {
        let published = document.text.slice(block.span);
        if found.len() >= MAX || published.len() > LONGEST_LINE {
            continue;
        }
        let at = block.span.start;
        let spoken = in_prose(published).chain(leaders(published));
        found.extend(spoken.map(|(from, label, value)| Contact {
            label: label.to_owned(),
            value: Text::new(value.to_owned()).folded().to_owned(),
            quote: value.to_owned(),
            under: under(document, at + from),
        }));
    }
    found.truncate(MAX);
    found
}

/// `办公电话0599-6668211，办公地址在解放路70号`: label and value without a colon, where the label begins its clause; first where it
/// begins.
fn in_prose(line: &str) -> impl Iterator<Item = (usize, &'static str, &str)> {
    const NAMED: [&str; 8] = [
        "办公电话",
        "联系电话",
        "咨询电话",
        "传真",
        "办公地址",
        "联系地址",
        "通信地址",
        "通讯地址",
    ];
    const VERBS: [&str; 6] = ["设在", "位于", "号码", "在", "为", "是"];
    let mark = |c: char| "，。；、,;（）() \u{3000}".contains(c);
    let clauses = std::iter::once(0).chain(
        line.char_indices()
            .filter(move |(_, c)| mark(*c))
            .map(|(at, c)| at + c.len_utf8()),
    );
    clauses.filter_map(move |from| {
        let clause = &line[from..];
        let label = NAMED.into_iter().find(|name| clause.starts_with(name))?;
        let rest = &clause[label.len()..];
        let verb = VERBS.iter().find_map(|verb| rest.strip_prefix(verb));
        let value = verb.unwrap_or(rest);
        let end = value
            .find(|c: char| "，。；、,;）)".contains(c))
            .unwrap_or(value.len());
        let value = value[..end].trim();
        let is_value = if label.ends_with("地址") {
            verb.is_some() && (4..=40).contains(&value.chars().count())
        } else {
            let digits = value.chars().filter(char::is_ascii_digit).count();
            digits >= 7 && value.starts_with(|c: char| c.is_ascii_digit())
        };
        is_value.then_some((from, label, value))
    })
}

/// `镇党委副书记、镇长　黄志强`: who heads the office, as pages about leaders write it.
fn leaders(line: &str) -> impl Iterator<Item = (usize, &'static str, &str)> {
    const POSTS: [(&str, &str); 9] = [
        ("镇长", "镇长"),
        ("乡长", "乡长"),
        ("局长", "局长"),
        ("主任", "主任"),
        ("院长", "院长"),
        ("校长", "校长"),
        ("馆长", "馆长"),
        ("办事处主任", "主任"),
        ("街道办主任", "主任"),
    ];
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let mut from = 0;
    line.split_inclusive(['；', ';', '。', '，'])
        .filter_map(move |part| {
            let start = from;
            from += part.len();
            let part = part.trim_end_matches(['；', ';', '。', '，']);
            let mut words = part.split_whitespace();
            let (title, name) = (words.next()?, words.next()?);
            let post = title.rsplit(['、', ',']).next()?;
            let (_, label) = POSTS.into_iter().find(|(known, _)| *known == post)?;
            let is_name = (2..=3).contains(&name.chars().count()) && name.chars().all(is_han);
            (is_name && words.next().is_none()).then_some((start, label, name))
        })
}

fn is_about_office(document: &Document) -> bool {
    let title = &document.title;
    matches!(document.kind, Kind::Guide | Kind::AnnualReport)
        || (!matches!(document.kind, Kind::News | Kind::Policy)
            && title.chars().count() <= LONGEST_TITLE
            && ABOUT_OFFICE.iter().any(|word| title.contains(word)))
}

fn is_short(pair: &Pair) -> bool {
    !pair.value.is_empty()
        && pair.label.chars().count() <= LONGEST_LABEL
        && pair.value.chars().count() <= LONGEST_VALUE
}

/// The heading above and what stands before the label on its line.
fn under(document: &Document, label: usize) -> String {
    let at = document.blocks.partition_point(|b| b.span.start <= label);
    let Some(own) = at.checked_sub(1).and_then(|i| document.blocks.get(i)) else {
        return String::new();
    };
    let folded = |text: &str| Text::new(text.to_owned()).folded().to_owned();
    let before = document
        .text
        .plain()
        .get(own.span.start..label)
        .unwrap_or("");
    let before: String = {
        let line = folded(before);
        let skipped = line.chars().count().saturating_sub(LONGEST_HEADING);
        line.chars().skip(skipped).collect()
    };
    let above = document.blocks[..at - 1].iter().rev().take(LINES_ABOVE);
    let heading = above
        .map(|b| (b.kind, fold(&document.text, b.span)))
        .find(|(kind, line)| {
            *kind == BlockKind::Heading
                || (line.chars().count() <= LONGEST_HEADING
                    && !line.contains(['。', ',', ';'])
                    && line.split_once(':').is_none_or(|(_, rest)| rest.is_empty()))
        });
    let heading = heading
        .map(|(_, line)| line.into_owned())
        .unwrap_or_default();
    [heading, before].join(" ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{in_prose, leaders};

    #[test]
    fn contacts_in_running_text() {
        let found = |line: &'static str| -> Vec<_> {
            in_prose(line)
                .map(|(_, label, value)| (label, value))
                .collect()
        };
        assert_eq!(
            found(
                "本局办公地址在解放路70号，办公电话0599-6668211。执法大队办公电话0599-6668240；联系电话请见网站"
            ),
            [("办公电话", "0599-6668211")]
        );
        assert_eq!(
            found("单位简介，办公地址在松林县解放路70号，传真为0599-6668202"),
            [("办公地址", "松林县解放路70号"), ("传真", "0599-6668202")]
        );
    }

    #[test]
    fn leaders_by_post_and_name() {
        let found = |line: &'static str| -> Vec<_> {
            leaders(line)
                .map(|(_, label, name)| (label, name))
                .collect()
        };
        assert_eq!(
            found("镇党委书记　周伟；镇党委副书记、镇长　黄志强；前任镇长林建新已调任"),
            [("镇长", "黄志强")]
        );
        assert_eq!(found("副镇长　王某；党政办主任　李某"), []);
        assert_eq!(found("办事处主任　李某"), [("主任", "李某")]);
    }
}
