//! The verdict on a draft, for a person at a terminal or for a program.

use super::Verdict;
use super::card::Card;
use crate::view::{self, Shown, one_line, shown_context};
use duwang_model::{Category, Finding, Level};
use duwang_rules::{Explanation, Rules};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr as _;

/// Most columns of a quoted line.
const WIDTH: usize = 76;

/// Why something was not reported, for a person.
pub(super) fn explanation(explanation: &Explanation) -> String {
    format!(
        "{} “{}”：{}",
        explanation.rule,
        view::mask_text(&explanation.quote),
        explanation.why
    )
}

/// A finding of one line of a corpus. Of a misspelling the suggestion is the bare words to write in the quote's place (none: leave it out),
/// so that programs can mend the line.
pub(super) fn line(finding: &Finding, number: usize, unmask: bool) -> String {
    let mut object = view::finding_json(finding, unmask);
    object["line"] = json!(number);
    object["score"] = json!(finding.hit.score);
    if let (Category::Typo, Some(words)) = (finding.hit.category, &finding.hit.replacement) {
        object["suggestion"] = json!(words);
    }
    object.to_string() + "\n"
}

/// The findings, one JSON object a line.
pub(super) fn jsonl(verdict: &Verdict, unmask: bool) -> String {
    view::jsonl(&verdict.findings, unmask)
}

/// `{"document": …, "findings": […]}`, with the card when there is one.
pub(crate) fn object(verdict: &Verdict, unmask: bool) -> serde_json::Value {
    let findings: Vec<_> = verdict
        .findings
        .iter()
        .map(|f| view::finding_json(f, unmask))
        .collect();
    let name = &verdict.draft.name;
    let document = match &verdict.reading {
        Ok(d) => {
            let shown = |text: &str| match unmask {
                true => text.to_owned(),
                false => view::mask_text(text),
            };
            json!({
                "name": name, "url": d.url, "title": shown(&d.title), "kind": d.kind, "kind_reasons": d.kind_reasons,
                "published": d.published, "number": d.number, "charset": d.charset, "notes": d.notes,
                "text": shown(d.text.plain()), "outcome": "ok",
            })
        }
        Err(outcome) => {
            json!({ "name": name, "outcome": outcome.kind, "reason": outcome.reason, "text": "" })
        }
    };
    let mut object = json!({ "document": document, "findings": findings });
    if let Some(card) = &verdict.card {
        object["card"] = json!(card);
    }
    object
}

/// All verdicts as a compiler would tell them: the place, the words, why and what to do.
pub(super) fn human(verdicts: &[Verdict], rules: &Rules, unmask: bool) -> String {
    let mut text = String::new();
    for verdict in verdicts {
        one(&mut text, verdict, rules, unmask);
    }
    text + &closing(verdicts)
}

fn one(text: &mut String, verdict: &Verdict, rules: &Rules, unmask: bool) {
    let name = &verdict.draft.shown_name();
    let document = match &verdict.reading {
        Ok(document) => document,
        Err(outcome) => {
            let (kind, reason) = (outcome.kind.chinese(), &outcome.reason);
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name}：{kind}（{reason}），没有检测\n");
            return;
        }
    };
    let plain = document.text.plain();
    let _ = writeln!(
        text,
        "{name}（{}，{} 字）",
        document.kind.chinese(),
        plain.chars().count()
    );
    for note in &document.notes {
        let _ = writeln!(text, "  注意：{note}");
    }
    if verdict.findings.is_empty() {
        text.push_str("  没有发现问题\n");
    }
    let places = Places::of(plain, &verdict.findings);
    for finding in &verdict.findings {
        text.push('\n');
        let why = rules
            .all()
            .iter()
            .find(|r| r.id == finding.hit.rule)
            .map_or("", |r| r.why.as_str());
        fault(text, finding, name, &places, why, unmask);
    }
    for explanation in &verdict.explanations {
        let _ = writeln!(text, "  没有报：{}", self::explanation(explanation));
    }
    if let Some(card) = &verdict.card {
        let _ = write!(text, "\n{}", self::card(card));
    }
    text.push('\n');
}

fn fault(
    text: &mut String,
    finding: &Finding,
    name: &str,
    places: &Places,
    why: &str,
    unmask: bool,
) {
    let shown = Shown::of(finding, unmask);
    let _ = writeln!(
        text,
        "{}[{}] {}（{}）",
        shown.level.chinese(),
        shown.rule,
        one_line(&shown.message),
        shown.certainty.chinese()
    );
    let (line, column) = finding
        .hit
        .span
        .map_or((0, 0), |span| places.at(span.start));
    let margin = line.to_string().len().max(2);
    let place = match line {
        0 => name.to_owned(),
        _ => format!("{name}：正文第 {line} 行第 {column} 字"),
    };
    let locator = shown
        .locator
        .as_deref()
        .map_or(String::new(), |l| format!("（{}）", one_line(l)));
    let _ = writeln!(text, "{:margin$}--> {place}{locator}", "");
    quoted(text, &shown, line, margin);
    let lines = [
        ("为什么", why),
        ("建议", shown.suggestion.as_deref().unwrap_or_default()),
        ("依据", shown.basis.as_str()),
    ];
    for (label, words) in lines {
        if !words.is_empty() {
            let _ = writeln!(text, "{:margin$} = {label}：{}", "", one_line(words));
        }
    }
}

/// The line with the words underlined; for what is missing, the words that it should stand by.
fn quoted(text: &mut String, shown: &Shown, line: usize, margin: usize) {
    let (before, quote, after) = shown_context(shown);
    if quote.is_empty() {
        return;
    }
    let room = WIDTH.saturating_sub(quote.width().min(WIDTH));
    let before = last_columns(&before, room / 2);
    let after = first_columns(&after, room.saturating_sub(before.width()));
    let number = if line == 0 {
        String::new()
    } else {
        line.to_string()
    };
    let _ = writeln!(text, "{:margin$} |", "");
    let _ = writeln!(text, "{number:>margin$} | {before}{quote}{after}");
    let _ = writeln!(
        text,
        "{:margin$} | {}{}",
        "",
        " ".repeat(before.width()),
        "^".repeat(quote.width().max(1))
    );
}

fn last_columns(text: &str, columns: usize) -> &str {
    let mut width = 0;
    let from = text.char_indices().rev().find(|(at, _)| {
        width = text[*at..].width();
        width > columns
    });
    from.map_or(text, |(at, c)| &text[at + c.len_utf8()..])
}

fn first_columns(text: &str, columns: usize) -> &str {
    let to = text
        .char_indices()
        .find(|(at, c)| text[..at + c.len_utf8()].width() > columns);
    to.map_or(text, |(at, _)| &text[..at])
}

/// Lines and columns of the places where findings start, counted in one pass: a line of a million characters may hold thousands of them.
struct Places(BTreeMap<usize, (usize, usize)>);

impl Places {
    fn of(plain: &str, findings: &[Finding]) -> Self {
        let starts = findings.iter().filter_map(|f| f.hit.span);
        let starts: BTreeSet<usize> = starts.map(|span| span.start).collect();
        let (mut from, mut line, mut column) = (0, 1, 1);
        let mut place = |at: usize| {
            for c in plain.get(from..at).unwrap_or_default().chars() {
                (line, column) = match c {
                    '\n' => (line + 1, 1),
                    _ => (line, column + 1),
                };
            }
            from = at;
            (at, (line, column))
        };
        Self(starts.into_iter().map(&mut place).collect())
    }

    fn at(&self, start: usize) -> (usize, usize) {
        self.0.get(&start).copied().unwrap_or_default()
    }
}

/// A card in a few lines.
pub(super) fn card(card: &Card) -> String {
    let title = if card.title.is_empty() {
        "（无题）"
    } else {
        &card.title
    };
    format!(
        "检测单 {}：{}\n  标题 {title}\n  时间 {}\n  规则 {}\n  正文 {}\n  严重 {}，一般 {}，提示 {}\n",
        card.id,
        card.outcome(),
        card.checked,
        card.rules,
        card.text,
        card.serious,
        card.general,
        card.hint
    )
}

/// The last line: how many of each level, and how many drafts could not be read.
fn closing(verdicts: &[Verdict]) -> String {
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
