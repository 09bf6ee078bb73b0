//! What a channel publishes on the topics of its catalogues, added up in one pass for all of them: a channel may have a hundred thousand
//! pages, and there are dozens of catalogues.

use super::{Catalogue, any, bare};
use chrono::NaiveDate;
use duwang_model::{ChannelFacts, Kind};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

/// What was published on the topic of a catalogue.
#[derive(Debug, Default)]
pub(crate) struct Published {
    pub(super) has_any: bool,
    /// Some title says that there is nothing to publish.
    pub(super) says_none: bool,
    /// By item of the catalogue.
    pub(super) items: Vec<Found>,
    /// Hashes of the URLs that lists of the topic name.
    listed: HashSet<u64>,
}

/// What was found of one item.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) is_there: bool,
    pub(super) newest: Option<NaiveDate>,
    /// One of them has no day: it may be the newest.
    pub(super) is_undated: bool,
}

/// Adds up, by catalogue, everything of the channel that is about its topic by its own title or by the column it stands in.
pub(crate) fn published(catalogues: &[&Catalogue], facts: &ChannelFacts) -> Vec<Published> {
    let mut sums: Vec<Published> = catalogues.iter().map(|c| Published::none_of(c)).collect();
    if !catalogues.is_empty() {
        take_entries(catalogues, facts, &mut sums);
        take_pages(catalogues, facts, &mut sums);
        take_links(catalogues, facts, &mut sums);
    }
    sums
}

/// Links of the entry page that lead to no column that was read: a column speaks for itself by its entries.
fn take_links(catalogues: &[&Catalogue], facts: &ChannelFacts, sums: &mut [Published]) {
    let columns: HashSet<&str> = facts.columns.iter().map(|c| place(&c.url)).collect();
    for link in &facts.entry_links {
        let title = bare(&link.text);
        if columns.contains(place(&link.target)) {
            continue;
        }
        for (catalogue, sum) in catalogues.iter().zip(&mut *sums) {
            if catalogue.is_topic(&title) {
                sum.take_link(catalogue, &title);
            }
        }
    }
}

/// A URL without its scheme, fragment and last slash.
fn place(url: &str) -> &str {
    let url = url.split('#').next().unwrap_or(url);
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    url.trim_end_matches('/')
}

fn take_entries(catalogues: &[&Catalogue], facts: &ChannelFacts, sums: &mut [Published]) {
    for column in &facts.columns {
        let of_topic = topics(catalogues, &column.name);
        for item in column.items.iter() {
            let title = bare(&item.title);
            for (n, catalogue) in catalogues.iter().enumerate() {
                if of_topic[n] || catalogue.is_topic(&title) {
                    sums[n].listed.insert(hash(&item.url));
                    sums[n].take(catalogue, &title, None, item.date);
                }
            }
        }
    }
}

fn take_pages(catalogues: &[&Catalogue], facts: &ChannelFacts, sums: &mut [Published]) {
    let mut columns: HashMap<Arc<str>, Vec<bool>> = HashMap::new();
    for page in facts.pages.iter().filter(|p| p.kind != Kind::List) {
        let title = bare(&page.title);
        let of_topic = page.column.as_ref().map(|name| {
            let known = columns.entry(Arc::clone(name));
            &*known.or_insert_with(|| topics(catalogues, name))
        });
        for (n, catalogue) in catalogues.iter().enumerate() {
            let is_about = of_topic.is_some_and(|topics| topics[n])
                || catalogue.is_topic(&title)
                || !sums[n].listed.is_empty() && sums[n].listed.contains(&hash(&page.url));
            if is_about {
                sums[n].take(catalogue, &title, Some(page.kind), page.published);
            }
        }
    }
}

/// Of which catalogues a column has the topic.
fn topics(catalogues: &[&Catalogue], column: &str) -> Vec<bool> {
    let name = bare(column);
    catalogues.iter().map(|c| c.is_topic(&name)).collect()
}

impl Published {
    fn none_of(catalogue: &Catalogue) -> Self {
        Self {
            items: vec![Found::default(); catalogue.items.len()],
            ..Self::default()
        }
    }

    /// A link that is called like an item leads to it; when that was published it does not say, nor whether anything else of a field was.
    fn take_link(&mut self, catalogue: &Catalogue, title: &str) {
        for (item, found) in catalogue.items.iter().zip(&mut self.items) {
            let is_it = any(&item.titles, title);
            self.has_any |= is_it && !catalogue.only_when_begun;
            found.is_there |= is_it;
        }
    }

    /// `title`: folded, without blanks.
    fn take(
        &mut self,
        catalogue: &Catalogue,
        title: &str,
        kind: Option<Kind>,
        day: Option<NaiveDate>,
    ) {
        self.has_any = true;
        self.says_none |= any(&catalogue.none, title);
        for (item, found) in catalogue.items.iter().zip(&mut self.items) {
            let is_it = any(&item.titles, title) || kind.is_some_and(|k| item.kinds.contains(&k));
            if is_it {
                found.is_there = true;
                found.newest = found.newest.max(day);
                found.is_undated |= day.is_none();
            }
        }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
