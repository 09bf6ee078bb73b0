//! Entries that show nothing: whether something is missing cannot be said of a channel whose door was opened on an empty room.

use duwang_model::{Channel, LinkRef, Outcome, OutcomeKind, PageRecord};
use duwang_store::Store;

/// Fewer characters say nothing.
const SAYS_SOMETHING: usize = 20;

/// Entries of a channel that were not read, or hold neither words nor links; each with what became of it.
pub(super) fn blank_entries(
    store: &dyn Store,
    channel: &Channel,
) -> anyhow::Result<Vec<(String, Outcome)>> {
    let mut blank = Vec::new();
    for entry in &channel.entry {
        let url = duwang_crawl::normalised(entry);
        if let Some(outcome) = store.page(&channel.id, &url)?.and_then(nothing_shown) {
            blank.push((url, outcome));
        }
    }
    Ok(blank)
}

fn nothing_shown(page: PageRecord) -> Option<Outcome> {
    if page.outcome.kind == OutcomeKind::Unread {
        return Some(page.outcome);
    }
    let is_blank = page.outcome.is_seen() && is_blank(page.facts.as_ref()?.chars, &page.links);
    is_blank.then(|| {
        Outcome::new(
            OutcomeKind::Unread,
            "入口页没有文字也没有链接，缺什么不下结论",
        )
    })
}

/// Whether a page that was read holds neither words nor links: its content may be drawn by scripts that were not run.
fn is_blank(chars: usize, links: &[LinkRef]) -> bool {
    chars < SAYS_SOMETHING && links.is_empty()
}
