//! `residue`: what an office file still carries besides what it says to its reader: comments, tracked changes, hidden parts, authors.

use super::{Out, Reading};
use crate::judge::{Draft, Seen, Slots};
use crate::load::{LazyRegex, plain_regexes};
use duwang_model::{Residue, ResidueKind};

#[derive(Debug)]
pub(crate) struct ResidueRule {
    what: Vec<ResidueKind>,
    /// Only residue whose text matches; empty: all.
    patterns: Vec<LazyRegex>,
    /// Not residue whose text or author matches.
    unless: Vec<LazyRegex>,
    /// Not in files whose title matches.
    title_unless: Vec<LazyRegex>,
    /// At most so many in one file; the rest is counted in the last.
    max: usize,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<ResidueRule> {
    let fields = reading.fields;
    let what = fields.words("what");
    if what.is_empty() {
        if !fields.has("what") {
            fields.missing("what");
        }
        return None;
    }
    Some(ResidueRule {
        what,
        patterns: plain_regexes(fields, "patterns"),
        unless: plain_regexes(fields, "unless"),
        title_unless: plain_regexes(fields, "title_unless"),
        max: fields.number("max").map_or(5, |n| n.value.max(1) as usize),
    })
}

impl ResidueRule {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let document = seen.document;
        if self
            .title_unless
            .iter()
            .any(|r| r.is_match(&document.title))
        {
            return;
        }
        let found: Vec<&Residue> = document
            .residue
            .iter()
            .filter(|r| self.what.contains(&r.kind) && self.admits(r))
            .collect();
        for (n, residue) in found.iter().take(self.max).enumerate() {
            let more = found.len() - self.max.min(found.len());
            let is_last = n + 1 == self.max;
            out.push(draft(residue, if is_last { more } else { 0 }, out));
        }
    }

    fn admits(&self, residue: &Residue) -> bool {
        let any = |list: &[LazyRegex]| {
            list.iter()
                .any(|r| r.is_match(&residue.text) || r.is_match(&residue.author))
        };
        let says = |r: &LazyRegex| r.is_match(&residue.text);
        (self.patterns.is_empty() || self.patterns.iter().any(says)) && !any(&self.unless)
    }
}

fn draft(residue: &Residue, more: usize, out: &Out<'_>) -> Draft {
    let mut draft = out
        .draft()
        .keyed(format!("{}:{}", residue.kind.word(), short(&residue.text)))
        .with(Slots {
            label: residue.kind.chinese().to_owned(),
            value: short(&residue.text),
            target: residue.place.clone(),
            ..Slots::default()
        });
    match residue.span {
        Some(span) => draft.span = Some(span),
        None => {
            draft.quote = Some(residue.text.clone());
            draft.locator = Some(residue.place.clone());
        }
    }
    let mut added = Vec::new();
    if !residue.author.is_empty() && residue.author != residue.text {
        added.push(format!("作者 {}", residue.author));
    }
    if more > 0 {
        added.push(format!("另有 {more} 处"));
    }
    if !added.is_empty() {
        let first = draft.locator.take();
        let all: Vec<String> = first.into_iter().chain(added).collect();
        draft.locator = Some(all.join("；"));
    }
    draft
}

/// Enough to tell it from others.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}
