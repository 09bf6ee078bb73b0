//! Labels inside a document: `⟦rule|text⟧` a fault, `⟦!rule|text⟧` a near miss, `⟦?rule|text⟧` a place where people differ. Several rules
//! stand with commas between them: `⟦typo/known-errors,?wording/variant-forms|text⟧`.
//!
//! A page is read twice: with the labels' ends as private characters, to see where they stand in the plain text, and without them, to be
//! judged. Both readings must give the same text.

use super::corpus::Says;
use anyhow::{Context as _, ensure};
use duwang_model::Span;
use std::collections::HashSet;

/// Stand in the marked text for the ends of a label; no page uses them.
const OPEN: char = '\u{e0f0}';
const CLOSE: char = '\u{e0f1}';

/// A document's content, with labels and without.
pub(super) struct Marked {
    /// As published.
    pub(super) clean: String,
    /// With [`OPEN`] and [`CLOSE`] around labelled text.
    pub(super) pierced: String,
    /// What each label says, in order of the text.
    pub(super) labels: Vec<Vec<(String, Says)>>,
}

impl Marked {
    pub(super) fn read(body: &str) -> anyhow::Result<Self> {
        let mut marked = Self {
            clean: String::with_capacity(body.len()),
            pierced: String::with_capacity(body.len()),
            labels: Vec::new(),
        };
        let mut rest = body;
        while let Some((before, label)) = rest.split_once('⟦') {
            let (label, after) = label.split_once('⟧').context("“⟦”没有对应的“⟧”")?;
            ensure!(!label.contains('⟦'), "标注不能套标注：{label}");
            let (rules, text) = label
                .split_once('|')
                .with_context(|| format!("标注要写成 ⟦规则|文字⟧：{label}"))?;
            ensure!(!text.is_empty(), "标注里没有文字：{label}");
            marked.both(before);
            marked.pierced.push(OPEN);
            marked.both(text);
            marked.pierced.push(CLOSE);
            marked.labels.push(rules.split(',').map(said).collect());
            rest = after;
        }
        ensure!(!rest.contains('⟧'), "“⟧”没有对应的“⟦”");
        marked.both(rest);
        Ok(marked)
    }

    fn both(&mut self, text: &str) {
        self.clean.push_str(text);
        self.pierced.push_str(text);
    }

    /// Whether every label names a rule there is.
    pub(super) fn check(&self, known: &HashSet<&str>) -> anyhow::Result<()> {
        for (rule, _) in self.labels.iter().flatten() {
            ensure!(known.contains(rule.as_str()), "没有规则“{rule}”");
        }
        Ok(())
    }

    /// Where the labels stand in the plain text of the clean reading, told by that of the pierced one.
    pub(super) fn spans(&self, pierced: &str, clean: &str) -> anyhow::Result<Vec<Span>> {
        let (mut spans, mut open, mut removed) = (Vec::new(), None, 0);
        for (at, c) in pierced.char_indices() {
            match c {
                OPEN => open = Some(at - removed),
                CLOSE => {
                    let start = open.take().context("标注的一头没有读到")?;
                    spans.push(Span::new(start, at - removed));
                }
                _ => continue,
            }
            removed += c.len_utf8();
        }
        let without: String = pierced.chars().filter(|c| !is_end(*c)).collect();
        if without != clean {
            let same = without
                .chars()
                .zip(clean.chars())
                .take_while(|(a, b)| a == b)
                .count();
            let there: String = clean
                .chars()
                .skip(same.saturating_sub(10))
                .take(30)
                .collect();
            anyhow::bail!("标注改变了页面的读法，请换个地方标：“{there}”一带");
        }
        ensure!(
            spans.len() == self.labels.len(),
            "有标注落在读不到的地方：标了 {} 处，读到 {} 处",
            self.labels.len(),
            spans.len()
        );
        Ok(spans)
    }
}

pub(super) fn is_end(c: char) -> bool {
    matches!(c, OPEN | CLOSE)
}

fn said(rule: &str) -> (String, Says) {
    let rule = rule.trim();
    if let Some(rule) = rule.strip_prefix('!') {
        (rule.to_owned(), Says::Near)
    } else if let Some(rule) = rule.strip_prefix('?') {
        (rule.to_owned(), Says::Open)
    } else {
        (rule.to_owned(), Says::Fault)
    }
}
