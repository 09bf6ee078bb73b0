//! The documents of one site together: the rules about a channel as a whole, and those that hold it against the unit's other channels.
//! Their hits go to the page, column or entry they are about.

use super::judge::{Judged, now, region};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use duwang_model::{
    Certainty, ChannelFacts, ColumnFacts, DeadLink, GonePage, Level, Link, LinkRole, NamedLink,
    PageFacts, PageFault, names_document,
};
use duwang_rules::{Context, Rules};
use url::Url;

/// Judges a site; each hit joins those of the document it is about, or of the first one.
pub(super) fn judge(rules: &Rules, pages: &mut [&mut Judged<'_>]) {
    let Some(first) = pages.first() else { return };
    let region = region(first.sample);
    let facts = facts(pages, first);
    let context = Context {
        unit: region.units.first().filter(|_| first.sample.unit.is_some()),
        region: Some(&region),
        channel: facts.kind,
        now: now(),
        judged_on: None,
    };
    let mut hits = rules.check_channel(&facts, &context).hits;
    hits.extend(rules.compare(&facts, &context).hits);
    for mut hit in hits {
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

/// What the pages tell; the first one says of which channel they are, pages of others stand elsewhere.
fn facts(pages: &[&mut Judged<'_>], first: &Judged<'_>) -> ChannelFacts {
    let sample = first.sample;
    let name = sample.site.as_deref().unwrap_or_default();
    let there = pages.iter().map(|p| &**p).filter(|p| p.gone.is_none());
    let (read, unread): (Vec<_>, Vec<_>) = there.partition(|p| p.is_read);
    let (own, others): (Vec<_>, Vec<_>) = read
        .into_iter()
        .partition(|p| p.sample.channel == sample.channel);
    ChannelFacts {
        complete: (first.is_read || first.gone.is_some())
            && pages.iter().all(|p| p.sample.complete),
        pages: own.iter().map(|p| page(p)).collect(),
        columns: own.iter().filter_map(|p| column(p)).collect(),
        dead_links: own.iter().flat_map(|p| dead(p)).collect(),
        site: pages.iter().any(|p| p.sample.host),
        gone: pages.iter().filter_map(|p| gone(p)).collect(),
        unread: unread.iter().map(|p| p.sample.url.clone()).collect(),
        readings: pages
            .iter()
            .flat_map(|p| p.sample.readings.iter().map(|day| noon(*day)))
            .collect(),
        faults: own.iter().flat_map(|p| faults(p)).collect(),
        named_links: own.iter().flat_map(|p| named(p)).collect(),
        entry_links: leading(first),
        elsewhere: others.iter().map(|p| page(p)).collect(),
        ..ChannelFacts::new(name, sample.channel, &sample.url, now())
    }
}

fn page(judged: &Judged<'_>) -> PageFacts {
    let mut facts = duwang_page::facts(&judged.document);
    facts.url.clone_from(&judged.sample.url);
    facts.column = judged.sample.column.as_deref().map(Into::into);
    facts.first_seen = judged.sample.first_seen.map(noon);
    facts
}

/// The middle of a day of the corpus, where the hour does not matter.
fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::default()).and_utc()
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
        update_days: judged.sample.update_days,
        exempt_until: None,
        exempt_proof: String::new(),
        complete: judged.sample.complete,
        top: true,
        items: list.items.into(),
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

fn gone(judged: &Judged<'_>) -> Option<GonePage> {
    Some(GonePage {
        url: judged.sample.url.clone(),
        title: judged.document.title.clone(),
        reason: judged.gone.clone()?,
    })
}

/// What is open against the page and is more than a question, as a scan counts it.
fn faults(judged: &Judged<'_>) -> Vec<PageFault> {
    let hits = judged.hits.iter();
    hits.filter(|h| h.level != Level::Hint && h.certainty != Certainty::Ask)
        .map(|hit| PageFault {
            rule: hit.rule.clone(),
            url: judged.sample.url.clone(),
            title: judged.document.title.clone(),
            level: hit.level,
        })
        .collect()
}

fn named(judged: &Judged<'_>) -> Vec<NamedLink> {
    links(judged, |l| names_document(&l.text, l.role))
}

/// The links an entry page leads on by, as a scan remembers them.
fn leading(judged: &Judged<'_>) -> Vec<NamedLink> {
    let is_out = |l: &Link| matches!(l.role, LinkRole::Footer | LinkRole::Hidden);
    links(judged, |l| !is_out(l) && l.url.starts_with("http"))
}

fn links(judged: &Judged<'_>, wanted: impl Fn(&Link) -> bool) -> Vec<NamedLink> {
    let links = judged.document.links.iter().filter(|l| wanted(l));
    links
        .map(|link| NamedLink {
            page: judged.sample.url.clone(),
            target: link.url.clone(),
            text: link.text.clone(),
        })
        .collect()
}
