//! The verdict as SARIF 2.1.0, for code hosts and editors that show findings beside the text.

use super::{Draft, Verdict};
use crate::view::Shown;
use duwang_model::{Certainty, Finding, Level};
use duwang_page::Format;
use duwang_rules::Rules;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One log of one run over all drafts.
pub(super) fn log(verdicts: &[Verdict], rules: &Rules, unmask: bool) -> Value {
    let spoken = spoken(verdicts, rules);
    let index: BTreeMap<&str, usize> = spoken
        .iter()
        .enumerate()
        .map(|(i, r)| (r.id.as_str(), i))
        .collect();
    let mut results = Vec::new();
    let mut unread = Vec::new();
    for (number, verdict) in verdicts.iter().enumerate() {
        let source = Source::of(&verdict.draft);
        for finding in &verdict.findings {
            let rule = index.get(finding.hit.rule.as_str()).copied();
            results.push(result(
                finding,
                &verdict.draft,
                number,
                rule,
                &source,
                unmask,
            ));
        }
        if let Err(outcome) = &verdict.reading {
            unread.push(json!({
                "level": "error",
                "message": { "text": format!("{}：{}，没有检测", outcome.kind.chinese(), outcome.reason) },
                "locations": [{ "physicalLocation": { "artifactLocation": location(&verdict.draft, number) } }],
            }));
        }
    }
    let artifacts: Vec<Value> = verdicts
        .iter()
        .enumerate()
        .map(|(n, v)| artifact(&v.draft, n))
        .collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "duwang",
                "fullName": "读网 duwang",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": spoken.iter().map(|r| descriptor(r)).collect::<Vec<_>>(),
                "properties": { "rulesVersion": rules.version() },
            } },
            "language": "zh-CN",
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": unread.is_empty(), "toolExecutionNotifications": unread }],
            "artifacts": artifacts,
            "results": results,
        }],
    })
}

/// The rules that said something, each once, by id.
fn spoken<'r>(verdicts: &[Verdict], rules: &'r Rules) -> Vec<&'r duwang_rules::Rule> {
    let said = |id: &str| {
        verdicts
            .iter()
            .flat_map(|v| &v.findings)
            .any(|f| f.hit.rule == id)
    };
    let mut spoken: Vec<&duwang_rules::Rule> = rules.all().iter().filter(|r| said(&r.id)).collect();
    spoken.sort_by(|a, b| a.id.cmp(&b.id));
    spoken.dedup_by(|a, b| a.id == b.id);
    spoken
}

fn descriptor(rule: &duwang_rules::Rule) -> Value {
    // The title may have placeholders that only a finding can fill.
    let name = if rule.title.contains('{') {
        rule.pack_title.as_str()
    } else {
        rule.title.as_str()
    };
    json!({
        "id": rule.id,
        "name": rule.id,
        "shortDescription": { "text": name },
        "fullDescription": { "text": rule.why },
        "help": { "text": format!("{}\n依据：{}", rule.why, rule.basis_line()) },
        "defaultConfiguration": { "level": word(rule.level) },
        "properties": { "category": rule.category.word(), "pack": rule.pack },
    })
}

fn result(
    finding: &Finding,
    draft: &Draft,
    number: usize,
    rule: Option<usize>,
    source: &Source,
    unmask: bool,
) -> Value {
    let shown = Shown::of(finding, unmask);
    let mut text = shown.message.clone();
    if let Some(suggestion) = &shown.suggestion {
        text += &format!("\n建议：{suggestion}");
    }
    text += &format!("\n依据：{}", shown.basis);
    let region = source.region(finding);
    let mut place = json!({ "artifactLocation": location(draft, number) });
    place["region"] = match &region {
        Some(region) => region.json(&shown.quote),
        // Some readers show only what has a region.
        None => json!({ "startLine": 1 }),
    };
    let mut logical = json!({});
    if let Some(locator) = &shown.locator {
        logical = json!([{ "fullyQualifiedName": locator }]);
    }
    let mut where_ = json!({ "physicalLocation": place });
    if logical.is_array() {
        where_["logicalLocations"] = logical;
    }
    let mut result = json!({
        "ruleId": shown.rule,
        "level": word(finding.hit.level),
        "rank": rank(finding.hit.certainty),
        "message": { "text": text },
        "locations": [where_],
        "partialFingerprints": { "duwang/v1": finding.fingerprint },
        "properties": {
            "category": shown.category.word(),
            "certainty": shown.certainty.word(),
            "quote": shown.quote,
            "context": shown.context,
            "start": shown.start,
            "end": shown.end,
        },
    });
    if let Some(rule) = rule {
        result["ruleIndex"] = json!(rule);
    }
    if let (Some(region), Some(new)) = (&region, &finding.hit.replacement) {
        result["fixes"] = json!([{
            "description": { "text": format!("改为“{new}”") },
            "artifactChanges": [{
                "artifactLocation": location(draft, number),
                "replacements": [{ "deletedRegion": region.bare(), "insertedContent": { "text": new } }],
            }],
        }]);
    }
    result
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Serious => "error",
        Level::General => "warning",
        Level::Hint => "note",
    }
}

fn rank(certainty: Certainty) -> f64 {
    match certainty {
        Certainty::Certain => 90.0,
        Certainty::Likely => 70.0,
        Certainty::Ask => 40.0,
    }
}

fn artifact(draft: &Draft, number: usize) -> Value {
    let mut location = location(draft, number);
    if let Some(place) = location.as_object_mut() {
        place.remove("index");
    }
    let mut artifact = json!({ "location": location });
    if let Ok(body) = &draft.body {
        let hash = duwang_store::body_name(body);
        artifact["length"] = json!(body.len());
        artifact["hashes"] = json!({ "sha-256": hash.trim_start_matches("sha256:") });
    }
    artifact
}

fn location(draft: &Draft, number: usize) -> Value {
    json!({ "uri": uri(draft), "index": number })
}

/// The draft's address, or its path as a relative reference.
fn uri(draft: &Draft) -> String {
    if !draft.url.is_empty() {
        return draft.url.clone();
    }
    let mut out = String::new();
    for byte in draft.name.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte))
            }
            byte => out += &format!("%{byte:02X}"),
        }
    }
    // A first segment with a colon would be a scheme; it is encoded above.
    out
}

/// The draft's own text, when it has one a reader can point into.
struct Source {
    text: Option<String>,
}

/// A place in it: lines and columns from 1, in characters.
struct Region {
    start: (usize, usize),
    end: (usize, usize),
}

impl Source {
    fn of(draft: &Draft) -> Self {
        let content_type = draft.content_type.as_deref();
        let text = draft.body.as_ref().ok().and_then(|body| {
            let readable = matches!(
                duwang_page::sniff(body, content_type),
                Format::Html | Format::Text
            );
            readable.then(|| duwang_page::decode(body, content_type).text)
        });
        Self { text }
    }

    /// Where the quote stands: the only place with these words, or the one with the most of the same words before it.
    fn region(&self, finding: &Finding) -> Option<Region> {
        let (text, quote) = (self.text.as_ref()?, finding.hit.quote.as_str());
        if quote.is_empty() {
            return None;
        }
        let context = &finding.hit.context;
        let before = context.find(quote).map_or("", |at| &context[..at]);
        let common = |at: usize| {
            let same = text[..at].chars().rev().zip(before.chars().rev());
            same.take_while(|(a, b)| a == b).count()
        };
        let places = text.match_indices(quote).map(|(at, _)| at);
        let at = places.max_by_key(|at| (common(*at), std::cmp::Reverse(*at)))?;
        Some(Region {
            start: line_and_column(text, at),
            end: line_and_column(text, at + quote.len()),
        })
    }
}

impl Region {
    fn bare(&self) -> Value {
        json!({
            "startLine": self.start.0, "startColumn": self.start.1,
            "endLine": self.end.0, "endColumn": self.end.1,
        })
    }

    fn json(&self, snippet: &str) -> Value {
        let mut region = self.bare();
        region["snippet"] = json!({ "text": snippet });
        region
    }
}

fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    (line, column)
}
