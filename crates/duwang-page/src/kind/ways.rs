//! How a page says what it is, when its title has none of the fixed names: by ways of speaking, as data.

use super::body::beginning;
use super::labels::labels;
use super::title::{Title, not_opinions};
use duwang_model::{Document, Kind, LeanRegex, LeanSet, Looked, Part};
use memchr::memmem;
use serde::Deserialize;
use std::cell::OnceCell;
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
    /// What thing it is a side of; none is named where it is something to be done at an office.
    #[serde(default)]
    area: String,
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
    area: String,
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
    /// Among [`Ways::titles`].
    title: Option<usize>,
    whole_title: Option<usize>,
    not_title: Option<usize>,
    /// Among [`Ways::texts`].
    text: Vec<usize>,
    not_text: Vec<usize>,
}

/// One side of a thing, known by the labels that speak of it.
struct Side {
    area: String,
    name: String,
    label: LeanRegex,
}

/// Everything the file says.
struct Ways {
    sides: Vec<Side>,
    /// What titles are asked, and what texts are.
    titles: LeanSet,
    texts: LeanSet,
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
        let side = |side: ToldSide| {
            let label = label(&side)?;
            let (area, name) = (side.area, side.name);
            Ok(Side { area, name, label })
        };
        let (mut titles, mut texts) = (Vec::new(), Vec::new());
        let mut number = |way| Way::new(way, &mut titles, &mut texts);
        let ways: Vec<Way> = told.way.into_iter().map(&mut number).collect();
        let is_asked = |when: When| move |way: &Way| way.told.when() == when;
        let (first, later) = ways.into_iter().partition(is_asked(When::First));
        let (late, titled) = Vec::into_iter(later).partition(is_asked(When::Late));
        Ok(Self {
            sides: told
                .side
                .into_iter()
                .map(side)
                .collect::<Result<_, regex::Error>>()?,
            titles: LeanSet::new(titles.iter().map(String::as_str))?,
            texts: LeanSet::new(texts.iter().map(String::as_str))?,
            first,
            titled,
            late,
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
    fn told(&'static self, labels: &[&str]) -> Vec<&'static Side> {
        let is_told = |side: &&Side| labels.iter().any(|label| side.label.is_match(label));
        self.sides.iter().filter(is_told).collect()
    }
}

/// The number of an expression among all, each of which is kept once.
fn add(all: &mut Vec<String>, expression: &str) -> usize {
    all.iter().position(|e| e == expression).unwrap_or_else(|| {
        all.push(expression.to_owned());
        all.len() - 1
    })
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
    /// Adds its expressions to those of all.
    fn new(told: ToldWay, titles: &mut Vec<String>, texts: &mut Vec<String>) -> Self {
        Self {
            title: told.title.as_ref().map(|e| add(titles, e)),
            whole_title: told.whole_title.as_ref().map(|e| add(titles, e)),
            not_title: told.not_title.as_ref().map(|e| add(titles, e)),
            text: told.text.iter().map(|e| add(texts, e)).collect(),
            not_text: told.not_text.iter().map(|e| add(texts, e)).collect(),
            told,
        }
    }

    fn admits_title(&self, page: &Page<'_>) -> bool {
        if !self.title.is_none_or(|e| page.title_says(e))
            || !self.whole_title.is_none_or(|e| page.whole_title_says(e))
        {
            return false;
        }
        let asks = matches!(
            self.told.kind,
            Kind::Solicitation | Kind::SolicitationResult
        );
        let speaks_against = self.not_title.is_some_and(|e| page.title_says(e));
        !(speaks_against || asks && not_opinions(page.title).is_some())
    }

    fn fits_text(&self, page: &Page<'_>) -> bool {
        let (told, main) = (page.told(), page.main());
        let holds = |word: &String| memmem::find(told.as_bytes(), word.as_bytes()).is_some();
        let says = |e: &usize, text| WAYS.texts.is_match(*e, page.looked(), text);
        (self.told.holds.is_empty() || self.told.holds.iter().any(holds))
            && self.text.iter().all(|e| says(e, told))
            && !self.not_text.iter().any(|e| says(e, main))
            && (self.told.chars == 0 || main.chars().nth(self.told.chars - 1).is_some())
    }

    fn fits_sides(&self, page: &Page<'_>) -> bool {
        if self.told.sides == 0 {
            return true;
        }
        let sides = || page.sides().iter().filter(|s| s.area == self.told.area);
        let is_told = |name: &String| sides().any(|side| side.name == *name);
        let any = &self.told.any_side;
        sides().count() >= self.told.sides
            && self.told.all_sides.iter().all(is_told)
            && (any.is_empty() || any.iter().any(is_told))
    }
}

/// What a page says of itself, each made when a way first asks.
pub(super) struct Page<'d> {
    document: &'d Document,
    pub(super) title: &'d Title,
    looked_title: Looked,
    looked_whole_title: Looked,
    main: OnceCell<String>,
    told: OnceCell<String>,
    looked: OnceCell<Looked>,
    sides: OnceCell<Vec<&'static Side>>,
}

impl<'d> Page<'d> {
    pub(super) fn of(document: &'d Document, title: &'d Title) -> Self {
        Self {
            document,
            title,
            looked_title: WAYS.titles.look(&title.own),
            looked_whole_title: WAYS.titles.look(&title.whole),
            main: OnceCell::new(),
            told: OnceCell::new(),
            looked: OnceCell::new(),
            sides: OnceCell::new(),
        }
    }

    fn title_says(&self, expression: usize) -> bool {
        let (looked, title) = (&self.looked_title, &self.title.own);
        WAYS.titles.is_match(expression, looked, title)
    }

    fn whole_title_says(&self, expression: usize) -> bool {
        let (looked, title) = (&self.looked_whole_title, &self.title.whole);
        WAYS.titles.is_match(expression, looked, title)
    }

    fn main(&self) -> &str {
        self.main.get_or_init(|| beginning(self.document))
    }

    /// The title, what stands below it about the page, and the text.
    fn told(&self) -> &str {
        let (title, info) = (&self.title.whole, || info(self.document));
        self.told
            .get_or_init(|| format!("{title}\n{}{}", info(), self.main()))
    }

    fn looked(&self) -> &Looked {
        self.looked.get_or_init(|| WAYS.texts.look(self.told()))
    }

    fn sides(&self) -> &[&'static Side] {
        self.sides.get_or_init(|| WAYS.told(&labels(self.document)))
    }
}

/// The kind by the first way that fits.
pub(super) fn by_ways(page: &Page<'_>, when: When, reasons: &mut Vec<String>) -> Option<Kind> {
    let is_article = page.document.wechat.is_some();
    let way = WAYS.asked(when).iter().find(|way| {
        (way.told.wechat || !is_article)
            && way.admits_title(page)
            && way.fits_text(page)
            && way.fits_sides(page)
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
        for told in times.into_iter().flatten().map(|way| &way.told) {
            let sides = WAYS.sides.iter().filter(|side| side.area == told.area);
            let names: Vec<&str> = sides.map(|side| side.name.as_str()).collect();
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
