//! The examples inside the rules, run as tests.

use crate::rule::{Context, Rule};
use crate::rules::Rules;
use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use duwang_model::{
    ChannelFacts, ChannelKind, Document, Hit, Kind, Region, Residue, Unit, UnitKind,
};
use std::fmt;

/// One example of a rule.
#[derive(Debug, Clone)]
pub struct Example {
    /// What it is an example of.
    pub kind: ExampleKind,
    /// The document or channel.
    pub subject: ExampleSubject,
}

/// What an example is an example of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExampleKind {
    /// Must be caught.
    Bad,
    /// Must be left alone.
    Good,
    /// A known gap: should be caught one day, and is not yet.
    NotYet,
}

impl fmt::Display for ExampleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bad => "bad",
            Self::Good => "good",
            Self::NotYet => "not_yet",
        })
    }
}

/// The ground of an example.
#[derive(Debug, Clone)]
pub enum ExampleSubject {
    /// A page, to be read by the caller.
    Page(Box<ExamplePage>),
    /// A channel as a whole.
    Channel(Box<ChannelFacts>),
}

/// A small page: what a reader needs to make a document of it.
#[derive(Debug, Clone, PartialEq)]
pub struct ExamplePage {
    /// Plain text lines, or HTML.
    pub text: String,
    /// Whether `text` is HTML.
    pub is_html: bool,
    /// Its kind.
    pub kind: Kind,
    /// Its URL; may be empty.
    pub url: String,
    /// Its title, when given.
    pub title: Option<String>,
    /// Its publication day, when given.
    pub published: Option<NaiveDate>,
    /// Name of the unit that publishes, when given.
    pub unit: Option<String>,
    /// Names of other units of the region.
    pub others: Vec<String>,
    /// The channel it is read from.
    pub channel: ChannelKind,
    /// The file it stands in, when it is not in the rule itself.
    pub file: Option<String>,
    /// What it carries besides its text, as an office file would.
    pub residue: Vec<Residue>,
}

/// What became of one example.
#[derive(Debug, Clone)]
pub struct ExampleOutcome {
    /// The rule's id.
    pub rule: String,
    /// What it is an example of.
    pub kind: ExampleKind,
    /// Which of them, from 1.
    pub number: usize,
    /// Its beginning, to recognise it by.
    pub shown: String,
    /// Whether it went as the rule says. A known gap always passes.
    pub passed: bool,
    /// What was expected, in Chinese.
    pub expected: String,
    /// What happened, in Chinese.
    pub happened: String,
    /// The rule's hits.
    pub hits: Vec<Hit>,
}

impl fmt::Display for ExampleOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}[{}]“{}”：{}，{}",
            self.rule, self.kind, self.number, self.shown, self.expected, self.happened
        )
    }
}

/// Runs every example of every rule that is not retired, each with its own rule alone.
pub(crate) fn run(rules: &Rules, read: &dyn Fn(&ExamplePage) -> Document) -> Vec<ExampleOutcome> {
    let mut outcomes = Vec::new();
    for rule in rules.all() {
        for list in [&rule.bad, &rule.good, &rule.not_yet] {
            for (index, example) in list.iter().enumerate() {
                let hits = hits_of(rules, rule, &example.subject, read);
                outcomes.push(outcome(rule, example, index + 1, hits));
            }
        }
    }
    outcomes
}

fn hits_of(
    rules: &Rules,
    rule: &Rule,
    subject: &ExampleSubject,
    read: &dyn Fn(&ExamplePage) -> Document,
) -> Vec<Hit> {
    match subject {
        ExampleSubject::Page(page) => {
            let mut document = read(page);
            document.residue.extend(page.residue.iter().cloned());
            let region = region_of(page);
            let context = Context {
                unit: page.unit.as_ref().and_then(|_| region.units.first()),
                region: Some(&region),
                channel: page.channel,
                now: example_day(),
                judged_on: page.published,
            };
            rules.check_one(rule, &document, &context)
        }
        ExampleSubject::Channel(facts) => {
            let region = Region {
                name: "云溪市".to_owned(),
                units: vec![unit_named(0, &facts.channel)],
                ..Region::default()
            };
            let context = Context {
                unit: region.units.first().filter(|u| !u.name.is_empty()),
                region: Some(&region),
                channel: facts.kind,
                now: facts.now,
                judged_on: None,
            };
            rules.check_channel_one(rule, facts, &context)
        }
    }
}

/// The day on which examples without a date are judged: fixed, so that they give the same answer for ever.
fn example_day() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 2, 0, 0, 0)
        .single()
        .unwrap_or_default()
}

/// A region of the example's unit and the others it names.
fn region_of(page: &ExamplePage) -> Region {
    Region {
        name: "云溪市".to_owned(),
        overlays: Vec::new(),
        units: page
            .unit
            .iter()
            .chain(&page.others)
            .enumerate()
            .map(|(number, name)| unit_named(number, name))
            .collect(),
    }
}

fn unit_named(number: usize, name: &str) -> Unit {
    let kind = if name.contains("街道") {
        UnitKind::Street
    } else if name.contains('镇') || name.contains('乡') {
        UnitKind::Town
    } else {
        UnitKind::Department
    };
    let short: Vec<String> = ["办事处", "人民政府"]
        .iter()
        .filter_map(|tail| name.strip_suffix(tail))
        .map(str::to_owned)
        .collect();
    Unit {
        id: format!("unit-{number}"),
        name: name.to_owned(),
        short_names: short,
        kind,
        channels: Vec::new(),
    }
}

fn outcome(rule: &Rule, example: &Example, number: usize, hits: Vec<Hit>) -> ExampleOutcome {
    let caught = !hits.is_empty();
    let (passed, expected) = match example.kind {
        ExampleKind::Bad => (caught, "应当命中"),
        ExampleKind::Good => (!caught, "不应命中"),
        ExampleKind::NotYet => (true, "已知缺口，暂不要求"),
    };
    ExampleOutcome {
        rule: rule.id.clone(),
        kind: example.kind,
        number,
        shown: shown(&example.subject),
        passed,
        expected: expected.to_owned(),
        happened: happened(&hits),
        hits,
    }
}

fn happened(hits: &[Hit]) -> String {
    if hits.is_empty() {
        return "没有命中".to_owned();
    }
    let quotes: Vec<String> = hits
        .iter()
        .take(3)
        .map(|h| {
            if h.quote.is_empty() {
                h.message.clone()
            } else {
                format!("“{}”", h.quote)
            }
        })
        .collect();
    format!("命中 {} 处：{}", hits.len(), quotes.join("、"))
}

fn shown(subject: &ExampleSubject) -> String {
    let text = match subject {
        ExampleSubject::Page(page) => page.file.as_deref().unwrap_or(&page.text),
        ExampleSubject::Channel(_) => "渠道",
    };
    let line = text.replace('\n', "⏎");
    let mut shown: String = line.chars().take(40).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    shown
}
