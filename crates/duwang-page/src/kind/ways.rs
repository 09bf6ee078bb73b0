//! How a page says what it is, when its title has none of the fixed names: by ways of speaking, as data.

use super::body::beginning;
use super::title::{Title, not_opinions};
use duwang_model::{Document, Kind};
use regex::Regex;
use serde::Deserialize;
use std::sync::LazyLock;

/// When in the course of deciding the ways are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// The title's fixed names come after it.
    First,
    /// The title has no fixed name.
    Titled,
    /// Neither title nor column decided.
    Late,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    way: Vec<ToldWay>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldWay {
    kind: Kind,
    reason: String,
    title: Option<String>,
    not_title: Option<String>,
    #[serde(default)]
    text: Vec<String>,
    #[serde(default)]
    not_text: Vec<String>,
    #[serde(default)]
    sides: Vec<String>,
    #[serde(default)]
    least: usize,
    #[serde(default)]
    chars: usize,
    #[serde(default)]
    wechat: bool,
    #[serde(default)]
    late: bool,
}

/// One way of speaking, ready to be compared.
struct Way {
    told: ToldWay,
    title: Option<Regex>,
    not_title: Option<Regex>,
    text: Vec<Regex>,
    not_text: Vec<Regex>,
    sides: Vec<Regex>,
}

#[allow(
    clippy::expect_used,
    reason = "the file is part of the program, and a test reads it"
)]
static WAYS: LazyLock<Vec<Way>> = LazyLock::new(|| {
    let told: Told = toml::from_str(include_str!("ways.toml")).expect("ways.toml can be read");
    told.way
        .into_iter()
        .map(|way| Way::new(way).expect("its expressions are right"))
        .collect()
});

impl Way {
    fn new(told: ToldWay) -> Result<Self, regex::Error> {
        let one = |expression: &Option<String>| expression.as_deref().map(Regex::new).transpose();
        let all = |list: &[String]| list.iter().map(|e| Regex::new(e)).collect::<Result<_, _>>();
        Ok(Self {
            title: one(&told.title)?,
            not_title: one(&told.not_title)?,
            text: all(&told.text)?,
            not_text: all(&told.not_text)?,
            sides: told
                .sides
                .iter()
                .map(|side| Regex::new(&label(side)))
                .collect::<Result<_, _>>()?,
            told,
        })
    }

    fn when(&self) -> When {
        match self.told.kind {
            _ if self.told.late => When::Late,
            Kind::SolicitationResult => When::First,
            _ => When::Titled,
        }
    }

    fn fits_title(&self, title: &Title) -> bool {
        let asks = matches!(
            self.told.kind,
            Kind::Solicitation | Kind::SolicitationResult
        );
        let is = |e: &Regex| e.is_match(&title.own);
        self.title.as_ref().is_none_or(is)
            && !self.not_title.as_ref().is_some_and(is)
            && !(asks && not_opinions(title).is_some())
    }

    fn fits_text(&self, main: &str) -> bool {
        self.text.iter().all(|e| e.is_match(main))
            && !self.not_text.iter().any(|e| e.is_match(main))
            && (self.told.chars == 0 || main.chars().nth(self.told.chars - 1).is_some())
            && self.sides.iter().filter(|e| e.is_match(main)).count() >= self.told.least
    }
}

/// A label at the beginning of a line or alone in a cell: `三、要带什么：`, `【材料】`, `Q4 材料？`.
fn label(words: &str) -> String {
    format!(
        r"(?m)^[\s\p{{P}}\p{{S}}\p{{No}}A-Za-z0-9一二三四五六七八九十壹贰叁肆伍陆柒捌玖第]{{0,6}}\p{{Han}}{{0,6}}?(?:{words})\p{{Han}}{{0,4}}(?:[：:？?】）\t　—]|\s*$)"
    )
}

/// The kind by the first way that fits.
pub(super) fn by_ways(
    document: &Document,
    title: &Title,
    when: When,
    reasons: &mut Vec<String>,
) -> Option<Kind> {
    let is_article = document.wechat.is_some();
    let mut fit = WAYS
        .iter()
        .filter(|w| w.when() == when && (w.told.wechat || !is_article) && w.fits_title(title))
        .peekable();
    fit.peek()?;
    let main = beginning(document);
    let way = fit.find(|w| w.fits_text(&main))?;
    reasons.push(way.told.reason.clone());
    Some(way.told.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read() {
        assert!(WAYS.len() >= 6);
        for way in WAYS.iter() {
            assert!(way.told.least <= way.sides.len(), "{}", way.told.reason);
            assert!(
                way.title.is_some() || way.told.late,
                "{} is for every title and not late",
                way.told.reason
            );
        }
    }
}
