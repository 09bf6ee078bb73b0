//! The documents of one site together: the rules about a channel as a whole. Their hits go to the page, column or entry they are about.

use super::judge::{Judged, now, region};
use duwang_model::{ChannelFacts, ColumnFacts, DeadLink, LinkRole};
use duwang_rules::{Context, Rules};
use url::Url;

/// Judges a site; each hit joins those of the document it is about, or of the first one.
pub(super) fn judge(rules: &Rules, pages: &mut [&mut Judged<'_>]) {
    let Some(first) = pages.first() else { return };
    let region = region(first.sample);
    let sample = first.sample;
    let channel = sample.site.as_deref().unwrap_or_default();
    let facts = ChannelFacts {
        complete: pages.iter().all(|p| p.sample.complete),
        pages: pages.iter().map(|p| page(p)).collect(),
        columns: pages.iter().filter_map(|p| column(p)).collect(),
        dead_links: pages.iter().flat_map(|p| dead(p)).collect(),
        ..ChannelFacts::new(channel, sample.channel, &sample.url, now())
    };
    let context = Context {
        unit: region.units.first().filter(|_| first.sample.unit.is_some()),
        region: Some(&region),
        channel: facts.kind,
        now: now(),
        judged_on: None,
    };
    for mut hit in rules.check_channel(&facts, &context).hits {
        let about = pages
            .iter()
            .position(|p| p.sample.url == hit.subject.url())
            .unwrap_or(0);
        hit.span = None; // a place in a list of facts is none in the page's text
        if let Some(page) = pages.get_mut(about) {
            page.hits.push(hit);
        }
    }
}

fn page(judged: &Judged<'_>) -> duwang_model::PageFacts {
    let mut facts = duwang_page::facts(&judged.document);
    facts.url.clone_from(&judged.sample.url);
    facts.column = judged.sample.column.as_deref().map(Into::into);
    facts
}

/// A list page with a class is a column; its entries are read as a scan reads them.
fn column(judged: &Judged<'_>) -> Option<ColumnFacts> {
    let class = judged.sample.class?;
    let clean = super::marks::Marked::read(&judged.sample.body).ok()?.clean;
    let tree = duwang_html::parse(&clean, duwang_html::Limits::default());
    let url = Url::parse(&judged.sample.url).ok()?;
    let list = duwang_crawl::read_list(&url, &clean, &tree).unwrap_or_default();
    Some(ColumnFacts {
        url: judged.sample.url.clone(),
        name: judged.document.title.clone(),
        class,
        update_days: None,
        exempt_until: None,
        exempt_proof: String::new(),
        complete: judged.sample.complete,
        top: true,
        items: list.items,
        empty_text: list.empty_text,
    })
}

fn dead(judged: &Judged<'_>) -> Vec<DeadLink> {
    let targets = judged.sample.dead.iter();
    targets
        .map(|target| {
            let link = judged.document.links.iter().find(|l| l.url == *target);
            DeadLink {
                page: judged.sample.url.clone(),
                page_title: judged.document.title.clone(),
                target: target.clone(),
                text: link.map(|l| l.text.clone()).unwrap_or_default(),
                role: link.map_or(LinkRole::Content, |l| l.role),
                reason: "404".to_owned(),
                others: 0,
            }
        })
        .collect()
}
