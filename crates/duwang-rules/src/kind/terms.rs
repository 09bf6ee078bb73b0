//! `terms`: a list of words that are wrong, each with what is right and where it is right after all.
//!
//! All word lists are judged together, because the longest match wins across lists. Exceptions are looked up around a candidate
//! instead of standing among the words looked for: candidates are rare, and the list stays as small as the words themselves.

mod exceptions;
mod inline;
mod list;
mod row;
mod touching;

pub(crate) use inline::is_unsure;
pub(crate) use row::Row;

use super::Reading;
use crate::explain::Why;
use crate::judge::{Draft, Form, Line, Owner, Seen, Slots};
use crate::load::Fields;
use crate::rule::Rule;
use duwang_model::{Block, Category, Certainty, Level, Span};
use row::Matcher;
use std::ops::ControlFlow;

/// A word list; its rows stand in the common table.
#[derive(Debug)]
pub(crate) struct Terms {
    /// How many rows it has.
    pub(crate) rows: usize,
    /// The gravest of its rows.
    pub(crate) level: Level,
}

/// The `on` key: which form of the text a rule runs on.
pub(crate) fn form(fields: &Fields<'_>) -> Form {
    let Some(on) = fields.text("on") else {
        return Form::Folded;
    };
    match on.value.as_str() {
        "folded" => Form::Folded,
        "plain" => Form::Plain,
        other => {
            fields.troubles().report_with(
                &on.place,
                format!("不认识“{other}”"),
                "这里",
                Some("可用：folded（归一后的文本）、plain（原文）".to_owned()),
            );
            Form::Folded
        }
    }
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Terms> {
    let fields = reading.fields;
    let form = form(fields);
    let first = reading.rows.len();
    let changes = fields.table("rows");
    if !fields.has("list") && !fields.has("terms") {
        fields.troubles().report_with(
            fields.place(),
            "词表规则缺少“list”或“terms”",
            "",
            Some("写 list = \"words.tsv\"（与规则同目录）或 terms = [{ wrong = \"…\", right = \"…\" }]".to_owned()),
        );
    }
    let mut drafts = list::read(reading, fields.text("list"));
    drafts.extend(inline::read(fields));
    if let Some(changes) = &changes {
        row::change(&mut drafts, changes);
    }
    for draft in drafts {
        row::compile(draft, form, reading);
    }
    let rows = reading.rows.get(first..).unwrap_or_default();
    for (offset, row) in rows.iter().enumerate() {
        if let Matcher::Regex(expression) = &row.matcher {
            let owner = Owner::Term((first + offset) as u32);
            reading.watch.own(expression.watch, owner);
        }
    }
    Some(Terms {
        rows: rows.len(),
        level: rows.iter().map(|r| r.level).max().unwrap_or(Level::Hint),
    })
}

/// A row that holds at a place.
struct TermHit {
    row: u32,
    span: Span,
    /// Characters of the match in its form.
    chars: usize,
    /// A blank was dropped inside: perhaps two words.
    split: bool,
}

/// Judges all word lists over one document.
pub(crate) fn judge(
    rules: &[Rule],
    rows: &[Row],
    in_scope: &dyn Fn(u32) -> bool,
    seen: &Seen<'_>,
    drafts: &mut Vec<Draft>,
) {
    let mut hits = Vec::new();
    literal_hits(rules, rows, in_scope, seen, &mut hits);
    regex_hits(rules, rows, in_scope, seen, &mut hits);
    for hit in longest(rules, rows, seen, hits) {
        let row = &rows[hit.row as usize];
        let Some(rule) = rules.get(row.rule as usize) else {
            continue;
        };
        seen.explain(&rule.id, hit.span, || Why::Reported);
        drafts.push(draft(rule, row, &hit, seen));
    }
}

fn literal_hits(
    rules: &[Rule],
    rows: &[Row],
    in_scope: &dyn Fn(u32) -> bool,
    seen: &Seen<'_>,
    hits: &mut Vec<TermHit>,
) {
    for at in &seen.candidates.terms {
        let row = &rows[at.term as usize];
        if !in_scope(row.rule) {
            continue;
        }
        let (start, end) = (at.start as usize, at.end as usize);
        consider(rules, row, at.term, (start, end), seen, hits);
    }
}

fn regex_hits(
    rules: &[Rule],
    rows: &[Row],
    in_scope: &dyn Fn(u32) -> bool,
    seen: &Seen<'_>,
    hits: &mut Vec<TermHit>,
) {
    let mut last = None;
    let watched = seen.candidates.lines.iter().filter_map(|line| {
        let first = last != Some(line.expression);
        last = Some(line.expression);
        first.then(|| seen.scanner.owner(line.expression))
    });
    let everywhere = seen.scanner.everywhere();
    for owner in watched.chain(everywhere) {
        let Owner::Term(number) = owner else { continue };
        let row = &rows[number as usize];
        let (true, Matcher::Regex(expression)) = (in_scope(row.rule), &row.matcher) else {
            continue;
        };
        let Some(rule) = rules.get(row.rule as usize) else {
            continue;
        };
        let _ = seen.each(expression, &rule.scope.parts, &mut |f| {
            consider(rules, row, number, (f.start, f.end), seen, hits);
            ControlFlow::Continue(())
        });
    }
}

/// Takes a candidate unless something speaks against it.
fn consider(
    rules: &[Rule],
    row: &Row,
    number: u32,
    (start, end): (usize, usize),
    seen: &Seen<'_>,
    hits: &mut Vec<TermHit>,
) {
    let Some(rule) = rules.get(row.rule as usize) else {
        return;
    };
    let span = seen.span(row.form, start, end);
    let block: Option<&Block> = seen.document.block_at(span.start);
    if !rule.scope.parts.admits(seen.document, block) {
        seen.explain(&rule.id, span, || {
            Why::OutOfScope(block.map_or("正文外", |b| b.part.chinese()).to_owned())
        });
        return;
    }
    let text = seen.text(row.form);
    let line = Line::around(text, start, end);
    if let Some(why) = exceptions::objection(row, &line, span, block, seen) {
        seen.explain(&rule.id, span, || why);
        return;
    }
    if let Some(why) = touching::objection(rule, row, &line, seen) {
        seen.explain(&rule.id, span, || why);
        return;
    }
    hits.push(TermHit {
        row: number,
        span,
        chars: text[start..end].chars().count(),
        split: has_dropped_blank(seen.document.text.slice(span), &text[start..end]),
    });
}

/// Of matches one of which lies within the other the longest stays; of equal ones the gravest, then the first in the rules.
fn longest(rules: &[Rule], rows: &[Row], seen: &Seen<'_>, mut hits: Vec<TermHit>) -> Vec<TermHit> {
    hits.sort_by_key(|h| {
        (
            h.span.start,
            std::cmp::Reverse(h.span.end),
            // What a law calls it says more than that it is misspelt.
            rules
                .get(rows[h.row as usize].rule as usize)
                .is_some_and(|r| r.category == Category::Typo),
            std::cmp::Reverse(rows[h.row as usize].level),
            h.row,
        )
    });
    let mut kept: Vec<TermHit> = Vec::with_capacity(hits.len());
    for hit in hits {
        // Sorted by start, so whatever contains this one is among those kept; the one that reaches furthest is the last kept.
        match kept.last().filter(|longer| longer.span.contains(hit.span)) {
            Some(longer) => {
                let rule_of = |h: &TermHit| rules.get(rows[h.row as usize].rule as usize);
                if let (Some(rule), Some(by)) = (rule_of(&hit), rule_of(longer)) {
                    seen.explain(&rule.id, hit.span, || Why::CoveredBy(by.id.clone()));
                }
            }
            None => kept.push(hit),
        }
    }
    kept
}

/// Whether the published text has a blank that the matched text has not.
fn has_dropped_blank(published: &str, matched: &str) -> bool {
    let blanks = |text: &str| text.chars().filter(|c| c.is_whitespace()).count();
    published.len() != matched.len() && blanks(published) > blanks(matched)
}

fn draft(rule: &Rule, row: &Row, hit: &TermHit, seen: &Seen<'_>) -> Draft {
    let mut certainty = row.certainty.min(rule.certainty);
    if hit.split {
        certainty = Certainty::Ask;
    }
    let mut draft = Draft::of(row.rule, certainty).at(hit.span).with(Slots {
        suggestion: row.right.text.to_string(),
        value: row.right.note.to_string(),
        ..Slots::default()
    });
    draft.key = match &row.matcher {
        Matcher::Literal => row.wrong.to_string(),
        Matcher::Regex(_) => seen.document.text.slice(hit.span).to_owned(),
    };
    draft.level = Some(row.level);
    draft.source = row.source.to_string();
    draft.locator = (!row.id.is_empty()).then(|| row.id.to_string());
    draft.message = Some(row.message(&rule.title));
    draft.fix = Some(row.suggestion(&rule.fix));
    draft.bonus = row.bonus(hit.chars);
    draft
}
