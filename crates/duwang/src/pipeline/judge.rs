//! What a document means: its facts, the links worth following, and what the rules say of it.

use super::{Desk, Judged, Place};
use duwang_crawl::{Purpose, Request};
use duwang_model::{Document, LinkRef, LinkRole, ListReading, PageRecord};
use duwang_rules::Context;
use std::collections::HashSet;
use url::Url;

/// Most links remembered of one page.
const MAX_LINKS: usize = 2_000;

/// Notes what a document tells in the record of its page, and checks it.
pub(super) fn judge(
    desk: &Desk,
    place: &Place,
    request: &Request,
    document: Document,
    list: Option<ListReading>,
    record: &mut PageRecord,
) -> Judged {
    let mut facts = duwang_page::facts(&document);
    facts.url.clone_from(&record.url);
    if let Purpose::Page { column, .. } = &request.purpose {
        facts.column = column.as_deref().map(Into::into);
    }
    record.content_hash = Some(duwang_page::content_hash(&document));
    record.links = links(&document, request);
    record.facts = Some(facts);
    record.list = list;
    record.rules = desk.rules.version().to_owned();
    record.notes = telling(&document);
    record.checked_before = desk.cards.judge(&document, desk.rules.version());
    let context = Context {
        unit: Some(&place.unit),
        region: Some(&desk.region),
        channel: place.channel.kind,
        now: desk.clock.now(),
        judged_on: None,
    };
    let mut checked = desk.rules.check(&document, &context);
    for hit in &mut checked.hits {
        // Findings are kept under the address that was asked for, not the one a redirect led to.
        hit.subject = duwang_model::Subject::Page(record.url.clone());
    }
    Judged {
        checked,
        title: document.title,
        kind: document.kind,
        published: document.published,
    }
}

/// Of what a reader noticed: what it left unread, and what it took from pictures.
fn telling(document: &Document) -> Vec<String> {
    let tells = |note: &&String| note.contains("未读") || note.contains("识别");
    document
        .notes
        .iter()
        .filter(tells)
        .take(20)
        .map(|n| n.chars().take(200).collect())
        .collect()
}

/// Links worth following or checking. Navigation is remembered from entry and list pages only: it is the same everywhere.
fn links(document: &Document, request: &Request) -> Vec<LinkRef> {
    let from_list = matches!(request.purpose, Purpose::Entry | Purpose::List { .. });
    let mut seen = HashSet::new();
    let mut out = Vec::new();
    for link in &document.links {
        let wanted = match link.role {
            LinkRole::Content | LinkRole::Item | LinkRole::Attachment | LinkRole::Pager => true,
            LinkRole::Nav | LinkRole::Footer => from_list,
            LinkRole::Hidden => false,
        };
        if !wanted
            || !link.url.starts_with("http")
            || !seen.insert(link.url.as_str())
            || out.len() >= MAX_LINKS
        {
            continue;
        }
        let Ok(url) = Url::parse(&link.url) else {
            continue;
        };
        out.push(LinkRef {
            url: duwang_crawl::normalise(&url),
            text: link.text.chars().take(60).collect(),
            role: link.role,
        });
    }
    out
}
