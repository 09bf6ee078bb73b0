//! The verdict on a draft, for a person or for a program.

use super::Verdict;
use crate::cli::{CheckArgs, CheckFormat};
use crate::view;
use duwang_model::{Finding, Level};
use duwang_rules::Explanation;
use serde_json::json;

/// One draft's verdict in the chosen format.
pub(super) fn verdict(verdict: &Verdict, args: &CheckArgs) -> anyhow::Result<String> {
    Ok(match args.format {
        CheckFormat::Json => serde_json::to_string(&object(verdict, args.unmask))? + "\n",
        CheckFormat::Jsonl => verdict
            .findings
            .iter()
            .map(|f| view::finding_json(f, args.unmask).to_string() + "\n")
            .collect(),
        _ => human(verdict, args.unmask),
    })
}

/// Why something was not reported, for a person.
pub(super) fn explanation(explanation: &Explanation) -> String {
    format!(
        "{} “{}”：{}",
        explanation.rule,
        view::mask_text(&explanation.quote),
        explanation.why
    )
}

/// A finding of one line of a corpus.
pub(super) fn line(finding: &Finding, number: usize, unmask: bool) -> String {
    let mut object = view::finding_json(finding, unmask);
    object["line"] = json!(number);
    object["score"] = json!(finding.hit.score);
    object.to_string() + "\n"
}

fn object(verdict: &Verdict, unmask: bool) -> serde_json::Value {
    let findings: Vec<_> = verdict
        .findings
        .iter()
        .map(|f| view::finding_json(f, unmask))
        .collect();
    let document = match &verdict.reading {
        Ok(d) => {
            let text = if unmask {
                d.text.plain().to_owned()
            } else {
                view::mask_text(d.text.plain())
            };
            json!({
                "name": verdict.name, "url": d.url, "title": d.title, "kind": d.kind, "kind_reasons": d.kind_reasons,
                "published": d.published, "number": d.number, "charset": d.charset, "notes": d.notes, "text": text, "outcome": "ok",
            })
        }
        Err(outcome) => {
            json!({ "name": verdict.name, "outcome": outcome.kind, "reason": outcome.reason, "text": "" })
        }
    };
    json!({ "document": document, "findings": findings })
}

fn human(verdict: &Verdict, unmask: bool) -> String {
    let document = match &verdict.reading {
        Ok(document) => document,
        Err(outcome) => {
            return format!(
                "{}：{}（{}），没有检测\n\n",
                verdict.name,
                outcome.kind.chinese(),
                outcome.reason
            );
        }
    };
    let mut text = format!(
        "{}（{}，{} 字）\n",
        verdict.name,
        document.kind.chinese(),
        document.text.plain().chars().count()
    );
    for note in &document.notes {
        text.push_str(&format!("  注意：{note}\n"));
    }
    for finding in &verdict.findings {
        text.push_str(&view::human(finding, unmask));
        text.push('\n');
    }
    if verdict.findings.is_empty() {
        text.push_str("  没有发现问题\n");
    }
    for explanation in &verdict.explanations {
        text.push_str(&format!("  没有报：{}\n", self::explanation(explanation)));
    }
    text.push('\n');
    text
}

/// The last line: how many of each level, and how many drafts could not be read.
pub(super) fn closing(verdicts: &[Verdict]) -> String {
    let count = |level: Level| {
        verdicts
            .iter()
            .flat_map(|v| &v.findings)
            .filter(|f| f.hit.level == level)
            .count()
    };
    let unread = verdicts.iter().filter(|v| v.reading.is_err()).count();
    let mut text = format!(
        "共检测 {} 篇：严重 {}，一般 {}，提示 {}",
        verdicts.len() - unread,
        count(Level::Serious),
        count(Level::General),
        count(Level::Hint)
    );
    if unread > 0 {
        text.push_str(&format!("；另有 {unread} 篇未能读取，不能当作没有问题"));
    }
    text + "\n"
}
