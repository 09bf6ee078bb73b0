//! How to reach the office, as a page about the office states it: kept small, for comparing the pages of a unit with each other.

use crate::fold::fold;
use duwang_model::{BlockKind, Contact, Document, Kind, Pair, Part, Text};
use regex::Regex;
use serde::Deserialize;
use std::sync::LazyLock;

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

/// How contacts are spoken of, as data.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    about: Vec<String>,
    own_name: String,
    named_on: Vec<String>,
    person: String,
    spoken: Vec<ToldWay>,
    named: Vec<ToldWay>,
    shape: Vec<ToldShape>,
}

/// What a contact is by how it looks, unless the page has some of that name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldShape {
    label: String,
    named: String,
    pattern: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldWay {
    label: Option<String>,
    pattern: String,
}

/// The same, ready to be compared.
struct Spoken {
    about: Vec<String>,
    own_name: Regex,
    named_on: Vec<String>,
    person: Regex,
    ways: Vec<Way>,
    /// Those that say themselves whose it is.
    named: Vec<Way>,
    shapes: Vec<Shape>,
}

/// The label it is read as, unless it tells its own, and how it is said.
type Way = (Option<String>, Regex);

struct Shape {
    label: String,
    named: Regex,
    pattern: Regex,
}

impl Shape {
    fn new(told: ToldShape) -> Result<Self, regex::Error> {
        Ok(Self {
            named: Regex::new(&told.named)?,
            pattern: Regex::new(&told.pattern)?,
            label: told.label,
        })
    }
}

#[allow(
    clippy::expect_used,
    reason = "the file is part of the program, and a test reads it"
)]
static SPOKEN: LazyLock<Spoken> = LazyLock::new(|| {
    let told: Told =
        toml::from_str(include_str!("contacts.toml")).expect("contacts.toml can be read");
    Spoken::new(told).expect("its expressions are right")
});

impl Spoken {
    fn new(told: Told) -> Result<Self, regex::Error> {
        let way = |way: ToldWay| Regex::new(&way.pattern).map(|pattern| (way.label, pattern));
        Ok(Self {
            about: told.about,
            own_name: Regex::new(&told.own_name)?,
            named_on: told.named_on,
            person: Regex::new(&told.person)?,
            ways: told.spoken.into_iter().map(way).collect::<Result<_, _>>()?,
            named: told.named.into_iter().map(way).collect::<Result<_, _>>()?,
            shapes: told
                .shape
                .into_iter()
                .map(Shape::new)
                .collect::<Result<_, _>>()?,
        })
    }
}

/// Every short pair of the content of a page about the office; of other pages that may speak of it, what they say by its name.
pub(crate) fn read(document: &Document) -> Vec<Contact> {
    match (is_about_office(document), may_name_office(document)) {
        (true, _) => of_office(document),
        (false, true) => told_in_lines(document, &SPOKEN.named),
        _ => Vec::new(),
    }
}

fn of_office(document: &Document) -> Vec<Contact> {
    let mut found: Vec<Contact> = document
        .pairs
        .iter()
        .filter(|p| matches!(p.part, Part::Main) && is_short(p))
        .take(MAX)
        .map(|pair| Contact {
            label: pair.label.clone(),
            value: person(&pair.value).unwrap_or(&pair.value).to_owned(),
            quote: document
                .text
                .slice(pair.value_span)
                .trim_end_matches(['）', ')', '。', '；', '，'])
                .to_owned(),
            under: under(document, pair.label_span.start),
        })
        .collect();
    found.extend(told_in_lines(document, &SPOKEN.ways));
    if document.kind == Kind::Guide {
        let unnamed = by_shape(document, &found);
        found.extend(unnamed);
    }
    found.truncate(MAX);
    found
}

/// What the lines of running text say in one of some ways.
fn told_in_lines(document: &Document, ways: &[Way]) -> Vec<Contact> {
    let told = lines(document).flat_map(|(at, line)| {
        let contacts = spoken(line, ways).into_iter();
        contacts.map(move |(from, label, value)| contact(document, at + from, label, value))
    });
    told.take(MAX).collect()
}

/// The lines of running text that are looked through, each with where it begins.
fn lines(document: &Document) -> impl Iterator<Item = (usize, &str)> {
    document
        .blocks
        .iter()
        .filter(|b| b.part == Part::Main && b.kind != BlockKind::Cell)
        .take(MOST_LINES)
        .map(|b| (b.span.start, document.text.slice(b.span)))
        .filter(|(_, line)| line.len() <= LONGEST_LINE)
}

fn contact(document: &Document, at: usize, label: &str, value: &str) -> Contact {
    Contact {
        label: label.to_owned(),
        value: Text::new(value.to_owned()).folded().to_owned(),
        quote: value.to_owned(),
        under: under(document, at),
    }
}

/// `镇党政办　燕子坪镇滨湖大道 16 号　0599-6663001　9:00—12:00`: of each sort that the guide nowhere names, what looks like it.
fn by_shape(document: &Document, named: &[Contact]) -> Vec<Contact> {
    let is_unnamed = |shape: &&Shape| !named.iter().any(|c| shape.named.is_match(&c.label));
    let shapes: Vec<&Shape> = SPOKEN.shapes.iter().filter(is_unnamed).collect();
    let mut found = Vec::new();
    for (at, line) in lines(document) {
        let seen = shapes.iter().filter_map(|shape| {
            let value = shape.pattern.captures(line)?.name("value")?;
            Some(contact(
                document,
                at + value.start(),
                &shape.label,
                value.as_str(),
            ))
        });
        found.extend(seen);
        if found.len() >= MAX {
            break;
        }
    }
    found
}

/// `办公电话0599-6668211，镇长　黄志强`: label and value without a colon; first where they begin.
fn spoken<'l>(line: &'l str, ways: &'l [Way]) -> Vec<(usize, &'l str, &'l str)> {
    let mut found = Vec::new();
    for (label, pattern) in ways {
        let mut from = 0;
        while let Some(said) = pattern.captures_at(line, from) {
            let Some(value) = said.name("value") else {
                break;
            };
            let own = said.name("label");
            let label = label.as_deref().or(own.map(|l| l.as_str())).unwrap_or("");
            let start = own.map_or(value.start(), |l| l.start());
            found.push((start, label, value.as_str().trim()));
            // What ends a value begins the next clause.
            from = value.end();
        }
    }
    found
}

/// `乡长　白振国`: the name alone.
fn person(value: &str) -> Option<&str> {
    let said = SPOKEN.person.captures(value)?;
    said.name("value").map(|name| name.as_str())
}

fn is_about_office(document: &Document) -> bool {
    let title = &document.title;
    matches!(document.kind, Kind::Guide | Kind::AnnualReport)
        || (!matches!(document.kind, Kind::News | Kind::Policy)
            && title.chars().count() <= LONGEST_TITLE
            && (SPOKEN.about.iter().any(|word| title.contains(word))
                || is_own_name(document.kind, title)))
}

/// A list is called like its owner where it has no name of its own, and has nothing to tell but entries.
fn is_own_name(kind: Kind, title: &str) -> bool {
    kind != Kind::List && SPOKEN.own_name.is_match(title)
}

/// Whether a page that is about something else may still say where the office is: an article of the account, answers to questions.
fn may_name_office(document: &Document) -> bool {
    let title = &document.title;
    document.kind == Kind::WechatArticle || SPOKEN.named_on.iter().any(|word| title.contains(word))
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
    use super::{SPOKEN, Way, is_own_name, person, spoken};
    use duwang_model::Kind;

    fn said<'l>(line: &'l str, ways: &'l [Way]) -> Vec<(&'l str, &'l str)> {
        spoken(line, ways)
            .into_iter()
            .map(|(_, label, value)| (label, value))
            .collect()
    }

    fn found(line: &str) -> Vec<(&str, &str)> {
        said(line, &SPOKEN.ways)
    }

    #[test]
    fn whose_it_is_may_be_said_with_it() {
        let named = |line| said(line, &SPOKEN.named);
        for (line, want) in [
            ("街道办事处地址：枣园路 54 号", ("地址", "枣园路 54 号")),
            ("街道办事处电话：0599-6664337", ("电话", "0599-6664337")),
            (
                "想申请公开？打政务公开岗电话 0599-6663414，或到窗口来。",
                ("电话", "0599-6663414"),
            ),
            (
                "答：甘泉镇政府办公时间全年统一为 9:00-12:00、13:00-17:00。",
                ("办公时间", "9:00-12:00、13:00-17:00"),
            ),
            ("您的来信将由镇长 王建国 亲自阅处。", ("镇长", "王建国")),
        ] {
            assert_eq!(named(line), [want], "{line}");
        }
        for line in [
            "新址：枣园路 60 号底商；社区电话：0599-6664338",
            "镇防汛指挥部 0599-6663318",
            "咨询电话：0599-6663319",
        ] {
            assert_eq!(named(line), [], "{line}");
        }
    }

    #[test]
    fn a_title_may_be_the_name_alone() {
        for title in ["南坳县水务局", "青石街道办事处", "岭下镇人民政府"] {
            assert!(is_own_name(Kind::Unknown, title), "{title}");
            assert!(!is_own_name(Kind::List, title), "{title}");
        }
        for title in ["县级河长名单", "水务局开展防汛检查", "水务局领导分工"]
        {
            assert!(!is_own_name(Kind::Unknown, title), "{title}");
        }
    }

    #[test]
    fn contacts_in_running_text() {
        assert_eq!(
            found(
                "本局办公地址在解放路70号，办公电话0599-6668211。执法大队办公电话0599-6668240；联系电话请见网站"
            ),
            [("办公电话", "0599-6668211")]
        );
        assert_eq!(
            found("单位简介，办公地址在松林县解放路70号，传真为0599-6668202"),
            [("传真", "0599-6668202"), ("办公地址", "松林县解放路70号")]
        );
        assert_eq!(
            found("请于办公时间（工作日 8:30—11:30，14:30—17:30）联系"),
            [("办公时间", "工作日 8:30—11:30，14:30—17:30")]
        );
    }

    #[test]
    fn contacts_without_a_label() {
        assert_eq!(
            found("党建工作办公室受理；鹭洲镇渔港路 50 号；0599-6663301；周一至周五"),
            [("电话", "0599-6663301"), ("地址", "鹭洲镇渔港路 50 号")]
        );
        assert_eq!(
            found("镇信息公开办公室　0599-6665301"),
            [("办公室电话", "0599-6665301")]
        );
        assert_eq!(
            found(
                "请把申请表寄到：柳浪镇荷塘路 3 号综合部，或发到 liulang@xihu.example；寄出后请拨0599-6665310"
            ),
            [
                ("地址", "柳浪镇荷塘路 3 号"),
                ("电话", "0599-6665310"),
                ("电子邮箱", "liulang@xihu.example"),
            ]
        );
        assert_eq!(found("执法大队办公室　0599-6668240"), []);
        assert_eq!(found("洽谈：镇招商专班 0599-6665322"), []);
    }

    #[test]
    fn a_name_at_the_beginning_of_a_clause() {
        assert_eq!(
            found("党政办受理，葛洲坪镇葛岭路 2 号，电话 0599-6662001"),
            [("电话", "0599-6662001")]
        );
        assert_eq!(
            found("葛洲坪镇党政办：0599-6662011"),
            [("办公室电话", "0599-6662011")]
        );
        assert_eq!(
            found("邮箱 lyj@cangxiping.example　绿海路3号"),
            [("邮箱", "lyj@cangxiping.example")]
        );
        assert_eq!(found("投诉举报电话 0599-6662001"), []);
    }

    #[test]
    fn leaders_by_post_and_name() {
        assert_eq!(
            found("镇党委书记　周伟；镇党委副书记、镇长　黄志强；前任镇长林建新已调任"),
            [("镇长", "黄志强")]
        );
        assert_eq!(found("副镇长　王某；党政办主任　李某"), []);
        assert_eq!(found("办事处主任　李某"), [("主任", "李某")]);
        assert_eq!(
            found("现任局长简某某，主持全面工作；总审计师林某"),
            [("局长", "简某某")]
        );
        assert_eq!(person("乡长　白某某"), Some("白某某"));
        assert_eq!(person("副乡长白某某"), None);
    }
}
