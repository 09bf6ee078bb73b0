//! One document through the same path as ever — decode, extract, classify, check — and its hits against its labels.

use super::corpus::{Part, Sample, Says};
use super::marks::Marked;
use super::site;
use anyhow::Context as _;
use chrono::{DateTime, TimeZone as _, Utc};
use duwang_crawl::Fetched;
use duwang_model::{
    Category, Certainty, ChannelKind, Document, Hit, Kind, Outcome, OutcomeKind, Region, Span,
    Unit, UnitKind,
};
use duwang_page::{Hints, Reading, Source};
use duwang_rules::{Context, Rules};
use std::collections::BTreeMap;

/// A document that was read, with its hits.
pub(super) struct Judged<'s> {
    pub(super) sample: &'s Sample,
    pub(super) document: Document,
    pub(super) hits: Vec<Hit>,
    /// Whether its content could be read.
    pub(super) is_read: bool,
    /// An article that was taken down: what the notice in its place says.
    pub(super) gone: Option<String>,
    /// What each place or the whole document is labelled with.
    labels: Vec<Label>,
}

struct Label {
    rule: String,
    says: Says,
    /// `None`: the document as a whole.
    span: Option<Span>,
}

/// A rule right, wrong or silent at one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// It spoke where it must.
    Right,
    /// It spoke where nothing is wrong.
    Wrong,
    /// It was silent where it must speak.
    Missed,
    /// It was silent where a weaker rule would have spoken.
    Spared,
    /// It spoke at a near miss; the hit itself is counted as wrong besides.
    Fooled,
}

/// One case of one rule.
pub(super) struct Counted {
    pub(super) rule: String,
    pub(super) case: Case,
    /// How sure the rule was of its hit.
    pub(super) certainty: Option<Certainty>,
    pub(super) category: Option<Category>,
    /// The text it is about.
    pub(super) text: String,
}

/// What became of one document.
pub(super) struct Verdict {
    pub(super) part: Part,
    pub(super) place: String,
    pub(super) channel: ChannelKind,
    /// The kind it was taken for, and the one it is, when they differ.
    pub(super) mistaken: Option<(Kind, Kind)>,
    /// Whether its kind is labelled.
    pub(super) kind_known: bool,
    pub(super) cases: Vec<Counted>,
}

/// Judges every document, then every site.
pub(super) fn all(rules: &Rules, samples: &[Sample]) -> anyhow::Result<Vec<Verdict>> {
    let mut judged = Vec::with_capacity(samples.len());
    for sample in samples {
        judged.push(one(rules, sample).with_context(|| sample.place.clone())?);
    }
    let mut sites: BTreeMap<(&str, &str), Vec<&mut Judged<'_>>> = BTreeMap::new();
    for document in &mut judged {
        if let Some(name) = &document.sample.site {
            let part = document.sample.part.word();
            sites.entry((part, name)).or_default().push(document);
        }
    }
    for pages in sites.values_mut() {
        site::judge(rules, pages);
    }
    Ok(judged.iter().map(verdict).collect())
}

/// The moment of judging: fixed, so that the figures are the same for ever.
pub(super) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 2, 2, 0, 0)
        .single()
        .unwrap_or_default()
}

fn one<'s>(rules: &Rules, sample: &'s Sample) -> anyhow::Result<Judged<'s>> {
    let marked = Marked::read(&sample.body)?;
    let gone = taken_down(sample, &marked.clean);
    let document = match gone {
        Some(_) => None,
        None => read(sample, &marked.clean)?,
    };
    let is_read = document.is_some();
    // What is not read deducts nothing: no hits, and every fault on it is missed.
    let mut document = document.unwrap_or_else(|| Document::new(sample.url.clone()));
    document.residue.extend_from_slice(&sample.residue);
    let mut labels: Vec<Label> = sample
        .labels
        .iter()
        .map(|(rule, says)| Label {
            rule: rule.clone(),
            says: *says,
            span: None,
        })
        .collect();
    if !marked.labels.is_empty() {
        let pierced = read(sample, &marked.pierced)?;
        let pierced = pierced.as_ref().map_or("", |d| d.text.plain());
        let spans = marked.spans(pierced, document.text.plain())?;
        for (said, span) in marked.labels.iter().zip(spans) {
            labels.extend(said.iter().map(|(rule, says)| Label {
                rule: rule.clone(),
                says: *says,
                span: Some(span),
            }));
        }
    }
    let region = region(sample);
    let context = Context {
        unit: region.units.first().filter(|_| sample.unit.is_some()),
        region: Some(&region),
        channel: sample.channel,
        now: now(),
        judged_on: sample.published,
    };
    Ok(Judged {
        hits: rules.check(&document, &context).hits,
        sample,
        document,
        is_read,
        gone,
        labels,
    })
}

/// Whether WeChat shows a notice in the article's place, and its reason.
fn taken_down(sample: &Sample, html: &str) -> Option<String> {
    if sample.channel != ChannelKind::Wechat || sample.url.is_empty() {
        return None;
    }
    let fetched = Fetched::without_answer(sample.url.clone(), Outcome::ok());
    let tree = duwang_html::parse(html, duwang_html::Limits::default());
    let outcome = duwang_crawl::judge(&fetched, html, &tree);
    (outcome.kind == OutcomeKind::Missing).then_some(outcome.reason)
}

/// The document of a text; `None` when its content cannot be read.
fn read(sample: &Sample, text: &str) -> anyhow::Result<Option<Document>> {
    let hints = Hints {
        channel: Some(sample.channel),
        column: sample.column.clone(),
        ..Hints::default()
    };
    let format = match text.trim_start().starts_with('<') {
        true => "text/html",
        false => "text/plain",
    };
    let (bytes, charset) = encoded(sample, text)?;
    // A page says its charset itself, or its server does; text has nobody else to say it.
    let told = sample.content_type.clone().filter(|_| charset.is_none());
    let content_type = told.unwrap_or_else(|| match charset {
        Some(charset) => format!("{format}; charset={charset}"),
        None => format.to_owned(),
    });
    let reading = duwang_page::read(&Source {
        url: &sample.url,
        bytes: &bytes,
        content_type: Some(&content_type),
        hints: &hints,
    });
    match reading {
        Reading::Document(document) => Ok(Some(*document)),
        Reading::Unread(_) => Ok(None),
    }
}

/// The text in the document's own encoding, and the charset the server must state for it to be read. Ends of labels have no place in
/// the old encodings: a reading with them is made in UTF-8, and the other one, which is judged, must give the same text.
fn encoded(sample: &Sample, text: &str) -> anyhow::Result<(Vec<u8>, Option<&'static str>)> {
    let is_html = text.trim_start().starts_with('<');
    let Some(charset) = &sample.charset else {
        return Ok((text.as_bytes().to_vec(), (!is_html).then_some("utf-8")));
    };
    let encoding = encoding_rs::Encoding::for_label(charset.as_bytes())
        .with_context(|| format!("没有编码“{charset}”"))?;
    if text.contains(super::marks::is_end) {
        let utf8 = text.replace(&format!("charset={charset}"), "charset=utf-8");
        return Ok((utf8.into_bytes(), Some("utf-8")));
    }
    let (bytes, _, lossy) = encoding.encode(text);
    anyhow::ensure!(!lossy, "“{charset}”写不出文中的字");
    Ok((bytes.into_owned(), None))
}

/// The document's unit and the others it names.
pub(super) fn region(sample: &Sample) -> Region {
    let names = sample.unit.iter().chain(&sample.others);
    let mut units: Vec<Unit> = names.enumerate().map(|(n, name)| unit(n, name)).collect();
    if let Some((id, own)) = sample.unit_id.as_ref().zip(units.first_mut()) {
        own.id.clone_from(id);
    }
    Region {
        name: "云溪市".to_owned(),
        overlays: Vec::new(),
        units,
    }
}

fn unit(number: usize, name: &str) -> Unit {
    let kind = if name.contains("街道") {
        UnitKind::Street
    } else if name.ends_with("镇") || name.contains("镇人民政府") || name.contains("乡人民政府")
    {
        UnitKind::Town
    } else {
        UnitKind::Department
    };
    let short = ["办事处", "人民政府"]
        .iter()
        .filter_map(|tail| name.strip_suffix(tail));
    Unit {
        id: format!("unit-{number}"),
        name: name.to_owned(),
        short_names: short.map(str::to_owned).collect(),
        kind,
        channels: Vec::new(),
    }
}

fn verdict(judged: &Judged<'_>) -> Verdict {
    let sample = judged.sample;
    let known = sample.kind;
    Verdict {
        part: sample.part,
        place: sample.place.clone(),
        channel: sample.channel,
        mistaken: known
            .filter(|kind| *kind != judged.document.kind)
            .map(|kind| (judged.document.kind, kind)),
        kind_known: known.is_some(),
        cases: judged.cases(),
    }
}

impl Judged<'_> {
    /// Every label and every hit as a case: a hit that meets no label of its rule is wrong, whatever it says.
    fn cases(&self) -> Vec<Counted> {
        let mut cases: Vec<Counted> = self
            .labels
            .iter()
            .filter_map(|label| self.of_label(label))
            .collect();
        let stray = self.hits.iter().filter(|hit| {
            let is_labelled = |l: &Label| {
                l.says != Says::Near && (l.is_met_by(hit) || l.is_misspelling_met_by(hit))
            };
            self.sample.is_about(&hit.rule) && !self.labels.iter().any(is_labelled)
        });
        cases.extend(stray.map(|hit| counted(hit, Case::Wrong)));
        cases
    }

    fn of_label(&self, label: &Label) -> Option<Counted> {
        let met = self.hits.iter().find(|hit| label.is_met_by(hit));
        let silent = |case| Counted {
            rule: label.rule.clone(),
            case,
            certainty: None,
            category: None,
            text: label.span.map_or_else(
                || "（整篇）".to_owned(),
                |s| self.document.text.slice(s).to_owned(),
            ),
        };
        match (label.says, met) {
            (Says::Fault, Some(hit)) => Some(counted(hit, Case::Right)),
            (Says::Fault, None) => Some(match self.misspelling_met(label) {
                Some(hit) => counted(hit, Case::Right),
                None => silent(Case::Missed),
            }),
            (Says::Near, Some(_)) => Some(silent(Case::Fooled)),
            (Says::Near, None) => Some(silent(Case::Spared)),
            (Says::Open, _) => None,
        }
    }
}

impl Judged<'_> {
    /// One misspelling is one finding: where the word list is silent, the language model may speak, and the other way round. The rule that
    /// spoke gets the credit.
    fn misspelling_met(&self, label: &Label) -> Option<&Hit> {
        self.hits
            .iter()
            .find(|hit| label.is_misspelling_met_by(hit))
    }
}

impl Label {
    /// Whether another rule about misspellings says what this label wants said.
    fn is_misspelling_met_by(&self, hit: &Hit) -> bool {
        let touches = |(place, span): (Span, Span)| place.overlaps(span);
        self.says == Says::Fault
            && self.rule.starts_with("typo/")
            && hit.category == Category::Typo
            && self.span.zip(hit.span).is_some_and(touches)
    }

    /// A label on a place is met by a hit that touches it; what says something is absent has no place and meets every near miss.
    fn is_met_by(&self, hit: &Hit) -> bool {
        if hit.rule != self.rule {
            return false;
        }
        match (self.span, hit.span) {
            (None, _) => true,
            (Some(place), Some(span)) => place.overlaps(span),
            (Some(_), None) => self.says == Says::Near,
        }
    }
}

fn counted(hit: &Hit, case: Case) -> Counted {
    Counted {
        rule: hit.rule.clone(),
        case,
        certainty: Some(hit.certainty),
        category: Some(hit.category),
        text: if hit.quote.is_empty() {
            hit.message.clone()
        } else {
            format!("{}（{}）", hit.quote, hit.message)
        },
    }
}
