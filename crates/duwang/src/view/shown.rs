//! A finding as it may be shown: the object of the outside contract, with personal data masked.

use super::{mask_text, mask_url, rfc3339};
use duwang_model::{Category, Certainty, Finding, Kind, Level, State};
use serde::{Deserialize, Serialize};

/// One finding as shown and exported; serialises to exactly the contract's JSON object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Shown {
    /// Short id.
    pub id: String,
    /// What makes it the same fault next time.
    pub fingerprint: String,
    /// Unit id; `None` for drafts.
    pub unit: Option<String>,
    /// Channel id; `None` for drafts.
    pub channel: Option<String>,
    /// Page, column or entry.
    pub url: Option<String>,
    /// Title of the page.
    pub page_title: Option<String>,
    /// Kind of the page.
    pub kind: Option<Kind>,
    /// `<pack>/<name>`.
    pub rule: String,
    /// Pack and version.
    pub pack: String,
    /// Field of duty.
    pub category: Category,
    /// How grave.
    pub level: Level,
    /// How sure.
    pub certainty: Certainty,
    /// What is wrong.
    pub message: String,
    /// The faulty text as published; empty where something is absent.
    pub quote: String,
    /// The quote with its surroundings.
    pub context: String,
    /// First character in the page's plain text.
    pub start: Option<usize>,
    /// One past the last character.
    pub end: Option<usize>,
    /// A further hint to the place.
    pub locator: Option<String>,
    /// What to do.
    pub suggestion: Option<String>,
    /// What it rests on.
    pub basis: String,
    /// Where it stands.
    pub state: State,
    /// Publication day, `2026-11-02`.
    pub published: Option<String>,
    /// RFC 3339, +08:00.
    pub first_seen: String,
    /// RFC 3339, +08:00.
    pub last_seen: String,
    /// Scan that saw it last (or closed it).
    pub scan: Option<String>,
    /// `sha256:…`.
    pub snapshot: Option<String>,
}

impl Shown {
    /// The finding as it may be shown. `unmask` is for those who may see personal data; the caller logs that.
    pub fn of(finding: &Finding, unmask: bool) -> Self {
        let hit = &finding.hit;
        let shown = Self {
            id: finding.id.clone(),
            fingerprint: finding.fingerprint.clone(),
            unit: some(&finding.unit),
            channel: some(&finding.channel),
            url: some(finding.url()),
            page_title: some(&finding.page_title),
            kind: finding.kind,
            rule: hit.rule.clone(),
            pack: hit.pack.clone(),
            category: hit.category,
            level: hit.level,
            certainty: hit.certainty,
            message: or(&hit.message, &hit.rule),
            quote: hit.quote.clone(),
            context: hit.context.clone(),
            start: hit.chars.map(|c| c.0),
            end: hit.chars.map(|c| c.1),
            locator: hit.locator.clone(),
            suggestion: some(&hit.suggestion),
            basis: or(&hit.basis, &hit.rule),
            state: finding.state,
            published: finding.published.map(|d| d.to_string()),
            first_seen: rfc3339(finding.first_seen),
            last_seen: rfc3339(finding.last_seen),
            scan: some(&finding.scan),
            snapshot: some(&finding.snapshot.hash),
        };
        if unmask { shown } else { shown.masked() }
    }

    /// The context cut at the quote: before, quote, after. The quote alone when the context does not hold it.
    pub fn parts(&self) -> (&str, &str, &str) {
        match self.context.find(&self.quote) {
            Some(at) if !self.quote.is_empty() => (
                &self.context[..at],
                &self.quote,
                &self.context[at + self.quote.len()..],
            ),
            _ if self.quote.is_empty() => (&self.context, "", ""),
            _ => ("", &self.quote, ""),
        }
    }

    fn masked(mut self) -> Self {
        (self.quote, self.context) = mask_quote(&self.quote, &self.context);
        self.message = mask_text(&self.message);
        self.page_title = self.page_title.map(|t| mask_text(&t));
        self.suggestion = self.suggestion.map(|t| mask_text(&t));
        self.locator = self.locator.map(|t| mask_text(&t));
        self.url = self.url.map(|u| mask_url(&u).into_owned());
        self
    }
}

/// The words before the quote, the quote and the words after it, in one line each.
pub(crate) fn shown_context(shown: &Shown) -> (String, String, String) {
    let (before, quote, after) = shown.parts();
    (
        super::one_line(before),
        super::one_line(quote),
        super::one_line(after),
    )
}

/// The contract's JSON object.
pub fn finding_json(finding: &Finding, unmask: bool) -> serde_json::Value {
    serde_json::to_value(Shown::of(finding, unmask)).unwrap_or_default()
}

/// The contract's JSON object of `check --lines`: with the line (1-based) and the score.
pub fn line_json(finding: &Finding, line: usize, unmask: bool) -> serde_json::Value {
    let mut object = finding_json(finding, unmask);
    object["line"] = line.into();
    object["score"] = score(finding.hit.score).into();
    object
}

/// One JSON object a line.
pub fn jsonl(findings: &[Finding], unmask: bool) -> String {
    findings
        .iter()
        .map(|f| finding_json(f, unmask).to_string() + "\n")
        .collect()
}

/// Masks the quote with the help of its context, and the other way round: a rule may quote a part of a number, and a
/// context may cut one, so that either alone would let digits through. The context, seeing more, decides where both see a number.
fn mask_quote(quote: &str, context: &str) -> (String, String) {
    let (alone, around) = (mask_text(quote), mask_text(context));
    let Some(at) = context.find(quote).filter(|_| !quote.is_empty()) else {
        return (alone, around);
    };
    let before = context[..at].chars().count();
    let within: String = around
        .chars()
        .skip(before)
        .take(quote.chars().count())
        .collect();
    if within != quote {
        return (within, around);
    }
    let head: String = around.chars().take(before).collect();
    let tail: String = around
        .chars()
        .skip(before + quote.chars().count())
        .collect();
    (alone.clone(), [head, alone, tail].concat())
}

/// Four digits are enough to order by, and keep the float's tail out of the file.
fn score(score: f32) -> f64 {
    (f64::from(score) * 10_000.0).round() / 10_000.0
}

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn or(text: &str, instead: &str) -> String {
    if text.trim().is_empty() {
        instead
    } else {
        text
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn a_part_of_a_number_is_masked_by_its_context() {
        let (quote, context) = mask_quote("35049919900101", "证号：350499199001010018，");
        assert_eq!(context, "证号：350499********0018，");
        assert_eq!(quote, "350499********");
        assert!(duwang_model::mask_personal(&context).count == 0);
    }

    #[test]
    fn a_context_that_cuts_a_number_is_masked_by_its_quote() {
        let (quote, context) = mask_quote("13800138001", "见http://a.example/13800138001");
        assert_eq!(
            (quote.as_str(), context.as_str()),
            ("138****8001", "见http://a.example/138****8001")
        );
    }

    #[test]
    fn parts_put_the_quote_in_its_place() {
        let shown = Shown::of(&sample::finding("guide/office-hours", "上班时间"), false);
        assert_eq!(shown.parts(), ("办公时间为", "上班时间", "，欢迎来访。"));
    }
}
