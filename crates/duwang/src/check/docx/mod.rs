//! A Word file given back with each finding as a comment at its place, and plain misspellings as tracked changes.
//!
//! ```text
//! docx ─ package ─▶ document.xml ─ runs ─▶ Part ─┐
//!                Document + findings ─ place ────┴─ mark ─▶ the same XML with marks ─ comments ─▶ docx
//! ```
//! Formatting is never touched: without what was put in, every part is byte for byte the one that was given.

mod comments;
mod fresh;
mod mark;
mod package;
mod runs;
#[cfg(test)]
mod tests;

use super::place::{Alignment, Pieces};
use crate::view::{Shown, one_line};
use anyhow::ensure;
use chrono::{DateTime, SecondsFormat, Utc};
use comments::Comments;
use duwang_model::{Category, Certainty, Document, Finding};
use mark::{Author, Mark};
use package::Package;
use runs::Part;

/// Who comments.
const AUTHOR: &str = "读网";
/// Most comments of one file: more would be read by nobody, and Word becomes slow.
const MOST: usize = 2_000;

/// Whether these bytes are a Word file (of 2007 or later).
pub(crate) fn is_docx(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
        && Package::open(bytes)
            .is_ok_and(|mut p| p.text("word/document.xml").is_ok_and(|t| t.is_some()))
}

/// The Word file with the findings in it. `source`: the draft's own bytes; what is not a Word file is first made one.
pub(crate) fn annotated(
    source: &[u8],
    document: &Document,
    findings: &[Finding],
    unmask: bool,
    now: DateTime<Utc>,
) -> anyhow::Result<Vec<u8>> {
    let made;
    let bytes = if is_docx(source) {
        source
    } else {
        made = fresh::of(document)?;
        &made
    };
    let (mut package, main, part) = main_part(bytes)?;
    let xml = package.text(&main)?.unwrap_or_default();
    let mut comments = Comments::of(&mut package, &main)?;
    let first_id = comments.highest_id.max(part.highest_id) + 1;
    let marks = marks(&part, document, findings, first_id);
    let date = now.to_rfc3339_opts(SecondsFormat::Secs, true);
    let author = Author {
        name: AUTHOR,
        date: &date,
    };
    let after = first_id + u32::try_from(marks.len()).unwrap_or(0);
    let (xml, changed) = mark::marked(&xml, &part, &marks, &author, after);
    for (mark, finding) in marks.iter().zip(findings) {
        let lines = words(&Shown::of(finding, unmask), changed.contains(&mark.id));
        comments.add(mark.id, AUTHOR, AUTHOR, &date, &lines);
    }
    let mut parts = comments.parts(&mut package, &main)?;
    parts.insert(main, xml);
    package.with(parts)
}

fn main_part(bytes: &[u8]) -> anyhow::Result<(Package<'_>, String, Part)> {
    let mut package = Package::open(bytes)?;
    let main = package.main_part()?;
    let xml = package.text(&main)?;
    ensure!(xml.is_some(), "没有找到 Word 正文");
    let part = Part::read(&xml.unwrap_or_default())?;
    Ok((package, main, part))
}

fn marks(part: &Part, document: &Document, findings: &[Finding], first_id: u32) -> Vec<Mark> {
    let pieces = Pieces::new(part.pieces.iter().map(|p| p.text.as_str()));
    let alignment = Alignment::new(document, &pieces);
    (first_id..)
        .zip(findings.iter().take(MOST))
        .map(|(id, finding)| Mark {
            id,
            stretches: finding
                .hit
                .span
                .map_or(Vec::new(), |span| alignment.of(span)),
            replacement: change(finding),
        })
        .collect()
}

/// Only a misspelling whose right form is known, and surely enough, is offered as a change; whoever wrote the text accepts it or not.
fn change(finding: &Finding) -> Option<String> {
    let hit = &finding.hit;
    let is_plain = hit.category == Category::Typo && hit.certainty >= Certainty::Likely;
    hit.replacement
        .clone()
        .filter(|new| is_plain && !new.is_empty())
}

/// What a comment says: what is wrong, what to do, on what it rests.
fn words(shown: &Shown, is_changed: bool) -> Vec<String> {
    let mut lines = vec![format!(
        "【{}】{}（{}）",
        shown.level.chinese(),
        one_line(&shown.message),
        shown.certainty.chinese()
    )];
    if let Some(suggestion) = &shown.suggestion {
        lines.push(format!("建议：{}", one_line(suggestion)));
    }
    if is_changed {
        lines.push("已用修订标出改法，请接受或拒绝。".to_owned());
    }
    if shown.quote.is_empty() {
        lines.push("这一条说的是缺少的内容，没有可标出的原文。".to_owned());
    }
    lines.push(format!("依据：{}", one_line(&shown.basis)));
    lines.push(format!("规则：{}（{}）", shown.rule, shown.pack));
    lines
}
