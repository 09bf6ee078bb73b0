//! Which pages of a channel to visit, in what role, and whether its lists were seen to their end.
//!
//! ```text
//! start ─▶ Request ─(fetched and read elsewhere)─▶ found(request, seen) ─▶ more Requests … ─▶ columns()
//! ```
//! A [`Walk`] does no IO. What it returns depends only on what it was given: a scan that was killed is taken up again by
//! [`Walk::mark_known`] for every URL of its frontier and by replaying [`Walk::found`] with the stored pages.

mod class;
mod columns;
mod count;
mod discover;
mod lanes;
mod limits;
mod links;
mod lists;
mod memory;
mod scope;
pub(crate) mod shape;
mod tally;
mod traps;
mod url;
mod visit;

pub use self::url::{normalise, normalised, same_article, same_page};
pub use discover::{
    ColumnCandidate, KnownUnit, UnitCandidate, draft_units, find_columns, find_units,
};
pub use limits::WalkLimits;
pub(crate) use tally::COLUMN_TYPE;
pub use tally::ColumnReading;

use crate::{Purpose, Request, wechat_canonical};
use ::url::Url;
use columns::column_key;
use duwang_model::{Channel, ChannelKind, LinkRef, ListReading, Outcome};
use links::listed_page;
use memory::key;
use scope::Scope;
use std::collections::{BTreeMap, HashMap, HashSet};
use tally::Tally;
use traps::Traps;

/// The way through one channel.
#[derive(Debug)]
pub struct Walk {
    channel: Channel,
    scope: Scope,
    limits: WalkLimits,
    /// The pages asked for, by the hash of their [`same_page`] key, with the hash of the spelling that was used.
    known: HashMap<u64, u64>,
    /// Hashes of second spellings that were asked for as well.
    respelled: HashSet<u64>,
    /// Hashes of the off-scope links looked at.
    checked: HashSet<u64>,
    /// Hashes of the links that were dropped: each is named once.
    refused: HashSet<u64>,
    /// Hashes of the links that were followed, looked at or dropped: the menu stands on every page, and its second reading changes nothing.
    settled: HashSet<u64>,
    /// Other spellings (scheme, `www.`, index file) of pages asked for: tried when the first one fails.
    spare: HashMap<u64, String>,
    pages: usize,
    checks: usize,
    traps: Traps,
    /// By the key of the first page.
    columns: BTreeMap<String, Tally>,
    /// The URL of each column by its key.
    urls: HashMap<String, String>,
    /// The shortest words some link uses for a page.
    linked_as: HashMap<u64, String>,
    stopped: bool,
    dropped: Vec<(String, String)>,
    dropped_by_reason: BTreeMap<String, usize>,
}

/// What became of a request, as far as the walk needs it. For an unchanged page: the links and list remembered of it.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// URL after redirects.
    pub final_url: &'a str,
    /// Links of the page.
    pub links: &'a [LinkRef],
    /// What the page says as a list, or the interface answer.
    pub list: Option<&'a ListReading>,
    /// What became of the visit.
    pub outcome: &'a Outcome,
}

impl Walk {
    /// A walk that has not begun.
    pub fn new(channel: &Channel, limits: WalkLimits) -> Self {
        let mut limits = limits;
        if channel.max_pages > 0 {
            limits.max_pages = limits.max_pages.min(channel.max_pages);
        }
        Self {
            channel: channel.clone(),
            scope: Scope::of(channel),
            limits,
            known: HashMap::new(),
            respelled: HashSet::new(),
            checked: HashSet::new(),
            refused: HashSet::new(),
            settled: HashSet::new(),
            spare: HashMap::new(),
            pages: 0,
            checks: 0,
            traps: Traps::default(),
            columns: BTreeMap::new(),
            urls: HashMap::new(),
            linked_as: HashMap::new(),
            stopped: false,
            dropped: Vec::new(),
            dropped_by_reason: BTreeMap::new(),
        }
    }

    /// The first requests: pinned columns and entries of a website, the articles of an account.
    pub fn start(&mut self) -> Vec<Request> {
        match self.channel.kind {
            ChannelKind::Wechat => {
                let mut out = self.lanes();
                out.extend(self.articles());
                out
            }
            ChannelKind::Website => {
                let mut out = self.pinned_columns();
                out.extend(self.entries());
                out
            }
            ChannelKind::Feed => self.lanes(),
            ChannelKind::Files => self.articles(),
            // Nothing reads these; a person looks at them.
            ChannelKind::Weibo
            | ChannelKind::Douyin
            | ChannelKind::Video
            | ChannelKind::MiniProgram
            | ChannelKind::App => Vec::new(),
        }
    }

    /// From now on nothing follows from a visit: the pages of a drawn sample lead nowhere.
    pub fn stop_following(&mut self) {
        self.stopped = true;
    }

    /// Requests for further articles of an account, such as those of [`crate::wechat_links`] (URL, title).
    pub fn also(&mut self, articles: &[(String, String)]) -> Vec<Request> {
        let mut out = Vec::new();
        for (link, title) in articles {
            match Url::parse(link.trim()) {
                Ok(url) => {
                    let url = wechat_canonical(&url).unwrap_or_else(|| normalise(&url));
                    out.extend(self.ask(listed_page(&url, None, title, None)));
                }
                Err(_) => self.drop_link(link, "不是网址"),
            }
        }
        out
    }

    /// What follows from a visit. Lists come first, then their entries, other pages, files, and links to look at.
    pub fn found(&mut self, request: &Request, seen: &Seen<'_>) -> Vec<Request> {
        if !seen.outcome.is_seen() {
            return self.missed(request, seen.outcome);
        }
        if self.stopped {
            return Vec::new();
        }
        match (&request.purpose, self.channel.kind) {
            (Purpose::Attachment | Purpose::Check, _) | (_, ChannelKind::Files) => Vec::new(),
            (Purpose::Interface { .. }, ChannelKind::Wechat | ChannelKind::Feed) => {
                self.lane(request, seen)
            }
            (_, ChannelKind::Feed) => self.entry_of_feed(request, seen),
            (_, ChannelKind::Wechat) => self.article_source(request, seen),
            _ => self.page(request, seen),
        }
    }

    /// A URL that is in the frontier already: it is not asked for again.
    pub fn mark_known(&mut self, url: &str) {
        let key = key(url, None);
        if self.is_new(key, url) {
            self.pages += usize::from(Url::parse(url).is_ok_and(|u| self.scope.holds(&u)));
        }
        self.checked.insert(key);
    }

    /// Like [`Walk::mark_known`], with what the URL was asked for: a link that was only looked at may still be visited as a page.
    pub fn mark_requested(&mut self, request: &Request) {
        let key = key(&request.url, request.form.as_deref());
        match request.purpose {
            Purpose::Check => self.checks += usize::from(self.checked.insert(key)),
            _ => self.pages += usize::from(self.is_new(key, &request.url)),
        }
    }

    /// The columns in the order of the units file, then by URL.
    pub fn columns(&self) -> Vec<ColumnReading> {
        let pinned: Vec<String> = self
            .channel
            .columns
            .iter()
            .map(|c| column_key(&c.url))
            .collect();
        let first = pinned.iter().map(|k| self.column(k)).collect::<Vec<_>>();
        let rest = self
            .columns
            .keys()
            .filter(|k| !pinned.contains(k))
            .map(|k| self.column(k));
        first.into_iter().chain(rest).flatten().collect()
    }

    /// Links that were not followed, with the reason in Chinese; capped, [`Walk::dropped_counts`] is not.
    pub fn dropped(&self) -> &[(String, String)] {
        &self.dropped
    }

    /// How many links were not followed, by reason.
    pub fn dropped_counts(&self) -> &BTreeMap<String, usize> {
        &self.dropped_by_reason
    }
}

/// Beginning.
impl Walk {
    fn articles(&mut self) -> Vec<Request> {
        let links: Vec<_> = self
            .channel
            .articles
            .iter()
            .map(|link| (link.clone(), String::new()))
            .collect();
        self.also(&links)
    }

    fn pinned_columns(&mut self) -> Vec<Request> {
        let urls: Vec<String> = self.channel.columns.iter().map(|c| c.url.clone()).collect();
        urls.iter()
            .filter_map(|u| Url::parse(u).ok())
            .filter_map(|url| self.ask_column(&url, 0, ""))
            .collect()
    }

    fn entries(&mut self) -> Vec<Request> {
        let entries = self.channel.entry.clone();
        let mut out = Vec::new();
        for entry in entries {
            match Url::parse(&entry) {
                Ok(url) => out.extend(self.ask(Request::new(normalise(&url), Purpose::Entry))),
                Err(_) => self.drop_link(&entry, "不是网址"),
            }
        }
        out
    }
}
