//! Dismissals kept as candidate examples: what a person called a false alarm may become a `good` example of its rule, when a person
//! takes it over. Written beside the rules as `<pack>/<name>.candidates`, which no rule is read from.

use crate::view::{Shown, decision_line, mask_text};
use duwang_model::{Decision, Document, Finding, Kind, State, Verdict};
use duwang_page::{Hints, Reading, Source};
use duwang_rules::{ExampleSubject, Rule};
use duwang_store::Store;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Most characters of a page that stands for something absent.
const MOST: usize = 1_500;

/// What was written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Written {
    /// Candidate files with how many candidates each.
    pub(crate) files: Vec<(PathBuf, usize)>,
    /// Dismissed findings whose text is among the rule's examples already.
    pub(crate) known: usize,
    /// Dismissed findings of rules that are no more.
    pub(crate) homeless: usize,
    /// Dismissed findings about a whole channel: no page to make an example of; named, but left to the person.
    pub(crate) without_page: usize,
}

/// Writes the candidates of all dismissed findings into the rules folder.
pub(crate) fn write(
    store: &dyn Store,
    rules: &[Rule],
    dismissed: &[Finding],
    folder: &Path,
) -> anyhow::Result<Written> {
    let mut written = Written::default();
    let mut by_rule: BTreeMap<&str, Vec<Candidate>> = BTreeMap::new();
    for finding in dismissed.iter().filter(|f| f.state == State::Dismissed) {
        let Some(rule) = rules.iter().find(|r| r.id == finding.hit.rule) else {
            written.homeless += 1;
            continue;
        };
        let candidate = Candidate::of(store, rule, finding)?;
        if candidate.is_known(rule) {
            written.known += 1;
            continue;
        }
        written.without_page += usize::from(candidate.text.is_none());
        by_rule.entry(&rule.id).or_default().push(candidate);
    }
    for (rule, mut candidates) in by_rule {
        candidates.sort_by(|a, b| a.id.cmp(&b.id));
        let file = folder.join(format!("{rule}.candidates"));
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&file, text(rule, &candidates))?;
        written.files.push((file, candidates.len()));
    }
    Ok(written)
}

/// One dismissed finding as an example to be looked at.
struct Candidate {
    /// The finding's id.
    id: String,
    /// Who dismissed it, when, why, and where it stood: one comment a line.
    notes: Vec<String>,
    /// Masked; `None` for findings about a channel as a whole.
    text: Option<String>,
    kind: Option<Kind>,
    published: Option<String>,
}

impl Candidate {
    fn of(store: &dyn Store, rule: &Rule, finding: &Finding) -> anyhow::Result<Self> {
        let shown = Shown::of(finding, false);
        let text = if rule.is_about_channel() {
            None
        } else if finding.hit.span.is_some() && !finding.hit.context.trim().is_empty() {
            Some(shown.context.clone())
        } else {
            page_text(store, finding)?.or_else(|| non_empty(&finding.hit.context))
        };
        Ok(Self {
            id: finding.id.clone(),
            notes: notes(finding, &shown),
            text: text.map(|t| mask_text(&t)),
            kind: finding.kind,
            published: finding.published.map(|day| day.to_string()),
        })
    }

    /// Whether a person took it over already.
    fn is_known(&self, rule: &Rule) -> bool {
        let Some(text) = &self.text else { return false };
        rule.good.iter().any(|example| match &example.subject {
            ExampleSubject::Page(page) => page.text.trim() == text.trim(),
            ExampleSubject::Channel(_) => false,
        })
    }

    fn write(&self, out: &mut String) {
        for note in &self.notes {
            let _ = writeln!(out, "# {note}"); // writing to a String cannot fail
        }
        let Some(text) = &self.text else {
            out.push_str("# 说的是整个渠道，没有可以照抄的一页；例子要按规则文件里的样子写 columns、pages\n\n");
            return;
        };
        out.push_str("{ text = ");
        out.push_str(&literal(text));
        if let Some(kind) = self.kind {
            let _ = write!(out, ", kind = \"{kind}\"");
        }
        if let Some(day) = &self.published {
            let _ = write!(out, ", published = \"{day}\"");
        }
        out.push_str(" },\n\n");
    }
}

fn text(rule: &str, candidates: &[Candidate]) -> String {
    let mut out = format!(
        "# {rule} 的候选反例：复核时被判为误报的地方，个人信息已遮盖。\n\
         # 由 duwang rules import --dismissals 写出，再次运行会重写。认可哪一条，就把它连同理由移到 {rule}.toml 的 good 里，\n\
         # 再运行 duwang rules test：通不过，说明规则现在还会误报它，要改规则。不认可的不用管。\n\n",
    );
    for candidate in candidates {
        candidate.write(&mut out);
    }
    out
}

/// Where it comes from and why it was dismissed.
fn notes(finding: &Finding, shown: &Shown) -> Vec<String> {
    let dismissal = |d: &&Decision| d.verdict == Verdict::Dismiss;
    let decided = finding.decisions.iter().rev().find(dismissal);
    let mut notes = vec![format!("问题 {}：{}", finding.id, shown.message)];
    if let Some(decision) = decided {
        notes.push(format!("复核 {}", decision_line(decision, false)));
    }
    let (title, url) = (shown.page_title.as_deref(), shown.url.as_deref());
    notes.push(format!(
        "出处 {} {}",
        title.unwrap_or_default(),
        url.unwrap_or_default()
    ));
    if !shown.quote.is_empty() {
        notes.push(format!("原文 {}", shown.quote));
    }
    notes
        .into_iter()
        .map(|note| note.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// The content of the page that was judged, from its kept bytes.
fn page_text(store: &dyn Store, finding: &Finding) -> anyhow::Result<Option<String>> {
    if finding.snapshot.hash.is_empty() {
        return Ok(None);
    }
    let Some(body) = store.body(&finding.snapshot.hash)? else {
        return Ok(None);
    };
    let hints = Hints {
        kind: finding.kind,
        ..Hints::default()
    };
    let reading = duwang_page::read(&Source {
        url: finding.url(),
        bytes: &body,
        content_type: None,
        hints: &hints,
    });
    Ok(match reading {
        Reading::Document(document) => non_empty(&main_text(&document)),
        Reading::Unread(_) => None,
    })
}

fn main_text(document: &Document) -> String {
    let mut lines = vec![document.title.clone()];
    let main = document.main_blocks().map(|b| document.text.slice(b.span));
    lines.extend(main.map(str::to_owned));
    lines.dedup();
    lines.join("\n").chars().take(MOST).collect()
}

fn non_empty(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

/// A TOML string.
fn literal(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
