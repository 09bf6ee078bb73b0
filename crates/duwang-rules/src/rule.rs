//! One requirement as data, and what judging needs to know besides the document.

use crate::examples::Example;
use crate::judge::{Parts, Seen};
use crate::kind::Check;
use crate::load::LazyRegex;
use crate::setting::setting;
use chrono::{DateTime, NaiveDate, Utc};
use duwang_model::{
    Category, Certainty, ChannelKind, Document, Hit, Kind, Level, Part, Region, Unit, UnitKind,
};
use std::collections::HashSet;
use std::sync::Arc;

/// One requirement: what is wrong, why, what to do, on which document it rests, and examples of both.
#[derive(Debug)]
pub struct Rule {
    /// `<pack>/<name>`: where its file lies.
    pub id: String,
    /// Pack and its version: `guide@3`.
    pub pack: String,
    /// The pack's title, for people.
    pub pack_title: String,
    /// The kind's word: `terms`, `pattern`, `element` …
    pub kind: &'static str,
    /// Where it is in its life.
    pub state: RuleState,
    /// How grave; for word lists the gravest, each row has its own.
    pub level: Level,
    /// How sure at best.
    pub certainty: Certainty,
    /// Field of duty.
    pub category: Category,
    /// What people call it in lists; empty: by its id.
    pub name: String,
    /// What is wrong; the message, with `{quote}` and its like.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// What to do; with the same placeholders.
    pub fix: String,
    /// What it rests on; never empty.
    pub basis: Vec<Basis>,
    /// It holds for documents from this day on.
    pub since: Option<NaiveDate>,
    /// It holds for documents up to this day.
    pub until: Option<NaiveDate>,
    /// Where it applies.
    pub scope: Scope,
    /// What must be caught.
    pub bad: Vec<Example>,
    /// What must be left alone.
    pub good: Vec<Example>,
    /// Known gaps, for information.
    pub not_yet: Vec<Example>,
    /// Number of rows of a word list; 0 for other kinds.
    pub rows: usize,
    /// For whom this version is, when overlays name units or kinds of unit.
    pub(crate) audience: Audience,
    pub(crate) check: Check,
}

impl Rule {
    /// The basis as one line: `《…条例》（国务院令第711号）第十二条；…`.
    pub fn basis_line(&self) -> String {
        let each: Vec<String> = self.basis.iter().map(Basis::line).collect();
        each.join("；")
    }

    /// Whether it looks at a channel as a whole rather than at one document.
    pub fn is_about_channel(&self) -> bool {
        self.check.is_about_channel()
    }

    /// Whether it judges single words, wherever they stand.
    pub(crate) fn is_about_words(&self) -> bool {
        matches!(self.kind, "terms" | "pattern" | "typo")
    }

    pub(crate) fn holds_on(&self, day: NaiveDate) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }
}

/// For whom a version of a rule is; of the versions that fit a unit the most special one judges it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Audience {
    /// This unit only.
    pub(crate) unit: Option<String>,
    /// Units of this kind only.
    pub(crate) kind: Option<UnitKind>,
}

impl Audience {
    pub(crate) fn is_everybody(&self) -> bool {
        self.unit.is_none() && self.kind.is_none()
    }

    /// How special it is, when it fits; `None` when it does not.
    pub(crate) fn fit(&self, unit: Option<&str>, kind: Option<UnitKind>) -> Option<u8> {
        let unit_fits = self.unit.is_none() || self.unit.as_deref() == unit;
        let kind_fits = self.kind.is_none() || self.kind == kind;
        (unit_fits && kind_fits)
            .then(|| 2 * u8::from(self.unit.is_some()) + u8::from(self.kind.is_some()))
    }
}

/// A document a rule rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Basis {
    /// Its name.
    pub document: String,
    /// Its number; may be empty.
    pub number: String,
    /// The article; may be empty.
    pub article: String,
}

impl Basis {
    fn line(&self) -> String {
        let number = if self.number.is_empty() {
            String::new()
        } else {
            format!("（{}）", self.number)
        };
        format!("{}{}{}", self.document, number, self.article)
    }
}

setting! {
    /// Where a rule is in its life.
    pub enum RuleState {
        /// Being written: its examples run, it judges nothing.
        Draft = "draft",
        /// In force.
        Active = "active",
        /// No longer in force; kept so that old reports can be explained.
        Retired = "retired",
    }
}

impl RuleState {
    /// Every word, in the order of a rule's life.
    pub const WORDS: &'static [&'static str] = &["draft", "active", "retired"];

    /// The word used in rule files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Retired => "retired",
        }
    }

    /// The name shown to people.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Draft => "起草中",
            Self::Active => "在用",
            Self::Retired => "已停用",
        }
    }
}

/// Where a rule applies; empty lists do not restrict.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Document kinds.
    pub kinds: Vec<Kind>,
    /// Parts of a page.
    pub(crate) parts: Parts,
    /// Whether the rule names its parts.
    pub(crate) parts_given: bool,
    /// Channels.
    pub channels: Vec<ChannelKind>,
    /// Kinds of unit.
    pub units: Vec<UnitKind>,
    /// Only documents with a title like one of these.
    pub(crate) titles: Vec<LazyRegex>,
    /// Not documents with a title like one of these.
    pub(crate) not_titles: Vec<LazyRegex>,
    /// With another title than one of these the rule only asks.
    pub(crate) sure_titles: Vec<LazyRegex>,
    /// Only the entry page of a channel.
    pub(crate) entry: bool,
    /// Only pages that speak in sentences: what shows a title, a state and two days keeps its text elsewhere.
    pub(crate) sentences: bool,
    /// Pages let in besides, which may be what is meant: of them a rule only asks.
    pub(crate) also: Option<Also>,
}

/// A second way into a rule, for pages that are not recognised as their kind.
#[derive(Debug, Clone)]
pub(crate) struct Also {
    pub(crate) kinds: Vec<Kind>,
    pub(crate) titles: Vec<LazyRegex>,
    /// Pages with such a line in their content: a call below which its result stands.
    pub(crate) lines: Vec<LazyRegex>,
    /// Pages without a title, which tables judge by their headings.
    pub(crate) untitled: bool,
}

impl Also {
    fn admits(&self, seen: &Seen<'_>) -> bool {
        let is_named = || seen.title_says_any(&self.titles);
        let is_untitled = || self.untitled && seen.bare_title().is_empty();
        let has_line = || seen.some_line_says_any(&self.lines);
        self.kinds.contains(&seen.document.kind) && (is_named() || is_untitled() || has_line())
    }
}

/// How a document comes under a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It is one of those meant.
    Meant,
    /// It may be one of them.
    Perhaps,
}

impl Scope {
    /// Whether documents of a kind may come under the rule at all.
    pub(crate) fn admits_kind(&self, kind: Kind, about_words: bool) -> bool {
        let also = self.also.as_ref().is_some_and(|a| a.kinds.contains(&kind));
        also || self.is_for_kind(kind, about_words)
    }

    /// Without a word about kinds, what a page says is judged on the page itself and not again on the list that names it.
    fn is_for_kind(&self, kind: Kind, about_words: bool) -> bool {
        match self.kinds.as_slice() {
            [] => !(about_words && kind == Kind::List),
            kinds => kinds.contains(&kind),
        }
    }

    pub(crate) fn admits_channel(&self, channel: ChannelKind) -> bool {
        self.channels.is_empty() || self.channels.contains(&channel)
    }

    /// How a document comes under the rule by its kind, title and place, if it does.
    pub(crate) fn admission(&self, seen: &Seen<'_>, about_words: bool) -> Option<Admission> {
        let document = seen.document;
        // Without another way in, the plan has seen to the kind.
        let is_meant = (self.also.is_none() || self.is_for_kind(document.kind, about_words))
            && self.admits_title(seen);
        let is_there = !self.entry || is_entry(&document.url, seen.context.unit);
        let perhaps = || {
            let also = self.also.as_ref()?;
            let is_other = seen.title_says_any(&self.not_titles);
            (!is_other && also.admits(seen)).then_some(Admission::Perhaps)
        };
        // The front page of a folder may be a site, or a column of a portal that answers for it.
        let is_doubtful = self.entry && !is_front_page(&document.url) || !self.is_sure_of(seen);
        let meant = match is_doubtful {
            true => Admission::Perhaps,
            false => Admission::Meant,
        };
        let admission = is_meant.then_some(meant).or_else(perhaps);
        admission.filter(|_| is_there && (!self.sentences || speaks(document)))
    }

    /// The expressions for titles.
    pub(crate) fn about_titles(&self) -> impl Iterator<Item = &LazyRegex> {
        let also = self.also.iter().flat_map(|also| &also.titles);
        let own = [&self.titles, &self.not_titles, &self.sure_titles];
        own.into_iter().flatten().chain(also)
    }

    /// Whether it picks documents by what stands in them.
    pub(crate) fn is_about_single_documents(&self) -> bool {
        let picks = self.entry || self.sentences || self.also.is_some();
        picks || !self.sure_titles.is_empty()
    }

    fn is_sure_of(&self, seen: &Seen<'_>) -> bool {
        self.sure_titles.is_empty() || seen.title_says_any(&self.sure_titles)
    }

    /// Whether its title is one of those meant.
    pub(crate) fn admits_title(&self, seen: &Seen<'_>) -> bool {
        (self.titles.is_empty() || seen.title_says_any(&self.titles))
            && !seen.title_says_any(&self.not_titles)
    }

    /// A rule for some kinds of unit says nothing about a document nobody answers for.
    pub(crate) fn admits_unit(&self, unit: Option<UnitKind>) -> bool {
        self.units.is_empty() || unit.is_some_and(|unit| self.units.contains(&unit))
    }
}

/// Whether the content of a document has a sentence, or as many filled-in labels as tell what sentences would.
fn speaks(document: &Document) -> bool {
    const LONG: usize = 120; // bytes of a line that says something without ending
    const MANY: usize = 5;
    document.pairs.len() >= MANY
        || document.blocks.iter().any(|block| {
            let line = document.text.slice(block.span);
            let is_title = document.title_span.is_some_and(|t| t.overlaps(block.span));
            block.part == Part::Main
                && !is_title
                && (line.contains(['。', '；', '！', '？']) || line.len() >= LONG)
        })
}

/// Whether an address is where one of the unit's channels begins; without a unit's channels, whether it is a folder's front page.
fn is_entry(url: &str, unit: Option<&Unit>) -> bool {
    let mut entries = unit
        .into_iter()
        .flat_map(|u| &u.channels)
        .flat_map(|c| &c.entry);
    match unit {
        Some(unit) if !unit.channels.is_empty() => entries.any(|e| place(e) == place(url)),
        _ => url.ends_with('/') || is_front_page(url),
    }
}

/// Whether an address is the front page of a host.
pub(crate) fn is_front_page(url: &str) -> bool {
    let place = place(url);
    !place.is_empty() && !place.contains('/')
}

/// Host and path of an address, without what does not tell front pages apart.
fn place(url: &str) -> &str {
    let url = url.split(['?', '#']).next().unwrap_or(url);
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (folder, file) = url.rsplit_once('/').unwrap_or((url, ""));
    let url = if is_index(file) { folder } else { url };
    url.trim_end_matches('/')
}

/// Whether a server shows this file where only its folder is asked for: `index.html`, `Default.aspx`.
fn is_index(file: &str) -> bool {
    const KINDS: [&str; 8] = ["html", "htm", "shtml", "jsp", "asp", "aspx", "php", "do"];
    file.split_once('.').is_some_and(|(name, kind)| {
        let is_one_of =
            |word: &str, words: &[&str]| words.iter().any(|w| word.eq_ignore_ascii_case(w));
        is_one_of(name, &["index", "default"]) && is_one_of(kind, &KINDS)
    })
}

/// What judging needs to know besides the document.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The unit that publishes; `None` for a draft nobody answers for yet.
    pub unit: Option<&'a Unit>,
    /// Its region, with the other units.
    pub region: Option<&'a Region>,
    /// The channel it was read from.
    pub channel: ChannelKind,
    /// The moment of judging.
    pub now: DateTime<Utc>,
    /// The day whose law counts; `None`: the day the document was published, else `now`.
    pub judged_on: Option<NaiveDate>,
}

/// What the rules said, and which of them really ran.
#[derive(Debug, Clone)]
pub struct Checked {
    /// By position, then rule id.
    pub hits: Vec<Hit>,
    /// Ids of the rules that applied and were really run: the absence of a hit of these means something.
    pub ran: Arc<HashSet<String>>,
    /// Grounds a rule of `ran` could not judge after all (a column that was not read to its end): there the absence of a hit
    /// means nothing.
    pub unjudged: Vec<Unjudged>,
}

impl Checked {
    /// Whether this rule, though it ran, could not judge this ground: then nothing it said there before may be closed.
    pub fn is_unjudged(&self, rule: &str, url: &str) -> bool {
        self.unjudged.iter().any(|u| u.rule == rule && u.url == url)
    }
}

/// A ground that a rule could not judge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unjudged {
    /// The rule's id.
    pub rule: String,
    /// The page, column or entry URL.
    pub url: String,
}
