//! How a page says what it is, when its title has none of the fixed names: by ways of speaking, as data.

use super::body::beginning;
use super::labels::labels;
use super::title::{Title, not_opinions};
use duwang_model::{Document, Kind, LeanRegex, Part};
use memchr::memmem;
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
    side: Vec<ToldSide>,
    way: Vec<ToldWay>,
}

/// What a page says of one side of how to get a thing done, known by the labels of its lines.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldSide {
    name: String,
    words: String,
    whole: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToldWay {
    kind: Kind,
    reason: String,
    title: Option<String>,
    whole_title: Option<String>,
    not_title: Option<String>,
    #[serde(default)]
    holds: Vec<String>,
    #[serde(default)]
    text: Vec<String>,
    #[serde(default)]
    not_text: Vec<String>,
    #[serde(default)]
    sides: usize,
    #[serde(default)]
    all_sides: Vec<String>,
    #[serde(default)]
    any_side: Vec<String>,
    #[serde(default)]
    chars: usize,
    #[serde(default)]
    wechat: bool,
    #[serde(default)]
    first: bool,
    #[serde(default)]
    late: bool,
}

/// One way of speaking, ready to be compared.
struct Way {
    told: ToldWay,
    title: Option<LeanRegex>,
    whole_title: Option<LeanRegex>,
    not_title: Option<LeanRegex>,
    text: Vec<LeanRegex>,
    not_text: Vec<LeanRegex>,
}

/// Everything the file says.
struct Ways {
    sides: Vec<(String, LeanRegex)>,
    /// In the order in which they are asked, by the time when.
    first: Vec<Way>,
    titled: Vec<Way>,
    late: Vec<Way>,
}

#[allow(
    clippy::expect_used,
    reason = "the file is part of the program, and a test reads it"
)]
static WAYS: LazyLock<Ways> = LazyLock::new(|| {
    let told: Told = toml::from_str(include_str!("ways.toml")).expect("ways.toml can be read");
    Ways::new(told).expect("its expressions are right")
});

impl Ways {
    fn new(told: Told) -> Result<Self, regex::Error> {
        let side = |side: ToldSide| label(&side).map(|words| (side.name, words));
        let (first, later) = told
            .way
            .into_iter()
            .partition::<Vec<_>, _>(|way| way.when() == When::First);
        let (late, titled) = later
            .into_iter()
            .partition::<Vec<_>, _>(|way| way.when() == When::Late);
        let all = |ways: Vec<ToldWay>| ways.into_iter().map(Way::new).collect::<Result<_, _>>();
        Ok(Self {
            sides: told.side.into_iter().map(side).collect::<Result<_, _>>()?,
            first: all(first)?,
            titled: all(titled)?,
            late: all(late)?,
        })
    }

    fn asked(&self, when: When) -> &[Way] {
        match when {
            When::First => &self.first,
            When::Titled => &self.titled,
            When::Late => &self.late,
        }
    }

    /// Which sides the labels of a page speak of.
    fn told(&self, labels: &[&str]) -> Vec<&str> {
        let is_told = |e: &LeanRegex| labels.iter().any(|label| e.is_match(label));
        self.sides
            .iter()
            .filter(|(_, e)| is_told(e))
            .map(|(name, _)| name.as_str())
            .collect()
    }
}

/// A side's words somewhere in a short label, or alone in it.
fn label(side: &ToldSide) -> Result<LeanRegex, regex::Error> {
    let words = &side.words;
    let mut expression = format!("^.{{0,8}}?(?:{words}).{{0,4}}$");
    if let Some(whole) = &side.whole {
        expression.push_str(&format!("|^(?:{whole})$"));
    }
    LeanRegex::new(&expression)
}

impl ToldWay {
    fn when(&self) -> When {
        match self.kind {
            _ if self.first => When::First,
            _ if self.late => When::Late,
            Kind::SolicitationResult => When::First,
            _ => When::Titled,
        }
    }
}

impl Way {
    fn new(told: ToldWay) -> Result<Self, regex::Error> {
        let all = |list: &[String]| {
            list.iter()
                .map(|e| LeanRegex::new(e))
                .collect::<Result<_, _>>()
        };
        let one = |told: &Option<String>| told.as_deref().map(LeanRegex::new).transpose();
        Ok(Self {
            title: one(&told.title)?,
            whole_title: one(&told.whole_title)?,
            not_title: one(&told.not_title)?,
            text: all(&told.text)?,
            not_text: all(&told.not_text)?,
            told,
        })
    }

    fn admits_title(&self, title: &Title) -> bool {
        let fits =
            |wanted: &Option<LeanRegex>, text| wanted.as_ref().is_none_or(|e| e.is_match(text));
        if !fits(&self.title, &title.own) || !fits(&self.whole_title, &title.whole) {
            return false;
        }
        let asks = matches!(
            self.told.kind,
            Kind::Solicitation | Kind::SolicitationResult
        );
        let is_other = |e: &LeanRegex| e.is_match(&title.own);
        let speaks_against = self.not_title.as_ref().is_some_and(is_other);
        !(speaks_against || asks && not_opinions(title).is_some())
    }

    /// `told` is the title, what stands below it about the page, and the text.
    fn fits_text(&self, told: &str, main: &str) -> bool {
        let holds = |word: &String| memmem::find(told.as_bytes(), word.as_bytes()).is_some();
        (self.told.holds.is_empty() || self.told.holds.iter().any(holds))
            && self.text.iter().all(|e| e.is_match(told))
            && !self.not_text.iter().any(|e| e.is_match(main))
            && (self.told.chars == 0 || main.chars().nth(self.told.chars - 1).is_some())
    }

    fn fits_sides(&self, sides: &[&str]) -> bool {
        let is_told = |name: &String| sides.contains(&name.as_str());
        let any = &self.told.any_side;
        sides.len() >= self.told.sides
            && self.told.all_sides.iter().all(is_told)
            && (any.is_empty() || any.iter().any(is_told))
    }

    fn asks_sides(&self) -> bool {
        self.told.sides > 0
    }
}

/// The kind by the first way that fits.
pub(super) fn by_ways(
    document: &Document,
    title: &Title,
    when: When,
    reasons: &mut Vec<String>,
) -> Option<Kind> {
    let is_article = document.wechat.is_some();
    let ways = WAYS.asked(when).iter();
    let mut fit = ways
        .filter(|way| (way.told.wechat || !is_article) && way.admits_title(title))
        .peekable();
    fit.peek()?;
    let main = beginning(document);
    let told = format!("{}\n{}{main}", title.whole, info(document));
    let mut sides: Option<Vec<&str>> = None;
    let way = fit.find(|way| {
        way.fits_text(&told, &main)
            && (!way.asks_sides()
                || way.fits_sides(sides.get_or_insert_with(|| WAYS.told(&labels(document)))))
    })?;
    reasons.push(way.told.reason.clone());
    Some(way.told.kind)
}

/// The lines about the page itself: where it stands, its state, its dates.
fn info(document: &Document) -> String {
    let mut info = String::new();
    for block in document.blocks.iter().filter(|b| b.part == Part::Info) {
        info.push_str(document.text.slice(block.span));
        info.push('\n');
    }
    info
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_read() {
        let times = [&WAYS.first, &WAYS.titled, &WAYS.late];
        assert!(times.iter().all(|ways| !ways.is_empty()));
        let names: Vec<&str> = WAYS.sides.iter().map(|(name, _)| name.as_str()).collect();
        for told in times.into_iter().flatten().map(|way| &way.told) {
            assert!(told.sides <= names.len(), "{}", told.reason);
            for name in told.all_sides.iter().chain(&told.any_side) {
                assert!(names.contains(&name.as_str()), "{}: {name}", told.reason);
            }
            assert!(
                told.title.is_some() || told.whole_title.is_some() || told.late,
                "{} is for every title and not late",
                told.reason
            );
        }
    }
}
