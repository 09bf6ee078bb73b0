//! Guangdong's disclosure platform keeps the text of a document in a script: `window._CONFIG = {DETAIL: {content: "\u003Cp…"}}`.

use crate::dates::from_epoch;
use crate::layout::Layout;
use crate::script::{value, value_where};
use chrono::NaiveDateTime;
use duwang_html::{Limits, Tree};
use duwang_model::Part;

/// The content of the page's script, and the publication time it states.
pub(crate) struct Detail {
    pub content: Layout,
    pub title: Option<String>,
    pub published: Option<NaiveDateTime>,
}

/// Reads the script, when the page has one.
pub(crate) fn read(url: &str, html: &str, tree: &Tree) -> Option<Detail> {
    if !html.contains("_CONFIG") || !html.contains("DETAIL") {
        return None;
    }
    let scripts = tree
        .descendants(tree.root())
        .filter(|n| tree.name(*n) == "script");
    let script = scripts
        .flat_map(|s| tree.children(s))
        .filter_map(|t| tree.text(t))
        .find(|t| t.contains("_CONFIG") && t.contains("DETAIL"))?;
    let detail = &script[script.find("DETAIL")?..];
    let html = value(&[detail], "content").filter(|c| !c.trim().is_empty())?;
    let fragment = duwang_html::parse(&html, Limits::default());
    let is_time = |v: &str| v.len() == 10 && v.bytes().all(|b| b.is_ascii_digit());
    Some(Detail {
        content: Layout::of_content(&fragment, url, &[fragment.root()], None),
        title: value(&[detail], "title").filter(|t| !t.is_empty()),
        published: ["display_publish_time", "publish_time", "date"]
            .iter()
            .find_map(|k| from_epoch(value_where(&[detail], k, is_time)?.parse().ok()?)),
    })
}

/// Puts the content behind the page's own lines, which then are the head of the article.
pub(crate) fn add(layout: &mut Layout, detail: Detail) {
    for block in &mut layout.blocks {
        if block.part == Part::Main {
            block.part = Part::Info;
        }
    }
    for table in &mut layout.tables {
        if table.part == Part::Main {
            table.part = Part::Info;
        }
    }
    if layout.title.span.is_none()
        && let Some(title) = detail.title
    {
        layout.title.text = title;
    }
    layout.list = None;
    layout.append(detail.content);
}
