//! The verdict as a page that stands alone: the draft as it will look with its faults marked, and what is wrong beside it.

use super::card::Card;
use super::markup;
use super::{Draft, Verdict};
use crate::view::{Shown, minute, shown_context};
use askama::Template;
use duwang_model::Level;
use duwang_page::Format;

#[derive(Template)]
#[template(path = "check.html")]
struct Page<'a> {
    drafts: Vec<Sheet>,
    now: String,
    rules: &'a str,
    style: String,
}

/// One draft of the page.
pub(crate) struct Sheet {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) kind: &'static str,
    pub(crate) characters: usize,
    /// Why it was not read; then everything below is empty.
    pub(crate) unread: Option<String>,
    pub(crate) notes: Vec<String>,
    /// The draft's own markup made safe, with marks.
    pub(crate) body: String,
    pub(crate) remarks: Vec<Remark>,
    pub(crate) card: Option<Card>,
}

/// One finding beside the draft.
pub(crate) struct Remark {
    pub(crate) number: usize,
    pub(crate) finding: Shown,
    /// Whether its words are marked in the draft.
    pub(crate) is_marked: bool,
    pub(crate) before: String,
    pub(crate) quote: String,
    pub(crate) after: String,
}

impl Sheet {
    pub(crate) fn of(verdict: &Verdict, unmask: bool) -> Self {
        let mut sheet = Self {
            name: verdict.draft.shown_name(),
            title: String::new(),
            kind: "",
            characters: 0,
            unread: None,
            notes: Vec::new(),
            body: String::new(),
            remarks: Vec::new(),
            card: verdict.card.clone(),
        };
        let document = match &verdict.reading {
            Ok(document) => document,
            Err(outcome) => {
                sheet.unread = Some(format!("{}：{}", outcome.kind.chinese(), outcome.reason));
                return sheet;
            }
        };
        let (body, marked) = match source(&verdict.draft) {
            Some(html) => markup::marked(&html, document, &verdict.findings, unmask),
            None => markup::marked_text(document, &verdict.findings, unmask),
        };
        sheet.title = if unmask {
            document.title.clone()
        } else {
            crate::view::mask_text(&document.title)
        };
        sheet.kind = document.kind.chinese();
        sheet.characters = document.text.plain().chars().count();
        sheet.notes.clone_from(&document.notes);
        sheet.body = body;
        sheet.remarks = verdict
            .findings
            .iter()
            .zip(marked)
            .enumerate()
            .map(|(index, (finding, is_marked))| {
                Remark::new(index + 1, Shown::of(finding, unmask), is_marked)
            })
            .collect();
        sheet
    }

    pub(crate) fn count(&self, level: Level) -> usize {
        self.remarks
            .iter()
            .filter(|r| r.finding.level == level)
            .count()
    }
}

impl Remark {
    fn new(number: usize, finding: Shown, is_marked: bool) -> Self {
        let (before, quote, after) = shown_context(&finding);
        Self {
            number,
            is_marked,
            before,
            quote,
            after,
            finding,
        }
    }
}

/// The markup of a page; `None` for what is no page.
fn source(draft: &Draft) -> Option<String> {
    let body = draft.body.as_ref().ok()?;
    let content_type = draft.content_type.as_deref();
    (duwang_page::sniff(body, content_type) == Format::Html)
        .then(|| duwang_page::decode(body, content_type).text)
}

/// The page of all drafts of a run.
pub(super) fn html(
    verdicts: &[Verdict],
    rules: &str,
    now: chrono::DateTime<chrono::Utc>,
    unmask: bool,
) -> anyhow::Result<String> {
    let page = Page {
        drafts: verdicts.iter().map(|v| Sheet::of(v, unmask)).collect(),
        now: minute(now),
        rules,
        style: format!(
            "{}{}",
            crate::view::STYLE,
            include_str!("../../assets/check.css")
        ),
    };
    Ok(page.render()?)
}
