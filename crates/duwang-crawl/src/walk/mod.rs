//! Which pages of a channel to visit, in what role, and whether its lists were seen to their end.
//!
//! ```text
//! start ─▶ Request ─(fetched and read elsewhere)─▶ found(request, seen) ─▶ more Requests … ─▶ columns()
//! ```
//! A [`Walk`] does no IO. What it returns depends only on what it was given: a scan that was killed is taken up again by
//! [`Walk::mark_known`] for every URL of its frontier and by replaying [`Walk::found`] with the stored pages.

mod class;
mod discover;
mod limits;
mod scope;
pub(crate) mod shape;
mod tally;
mod traps;
mod url;

pub use self::url::{normalise, normalised, same_article, same_page};
pub use discover::{
    ColumnCandidate, KnownUnit, UnitCandidate, draft_units, find_columns, find_units,
};
pub use limits::WalkLimits;
pub(crate) use tally::COLUMN_TYPE;
pub use tally::ColumnReading;

use crate::platform::unseen;
use crate::{Purpose, Request, wechat_canonical};
use ::url::Url;
use chrono::NaiveDate;
use duwang_model::{
    Channel, ChannelKind, Column, LinkRef, LinkRole, ListItem, ListReading, Outcome, OutcomeKind,
};
use scope::Scope;
use shape::{
    is_attachment, is_more, is_without_text, looks_like_article, looks_like_column, names_a_column,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
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
            ChannelKind::Wechat => self.articles(),
            ChannelKind::Website => {
                let mut out = self.pinned_columns();
                out.extend(self.entries());
                out
            }
            ChannelKind::Feed | ChannelKind::Files => self.entries(),
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
            (Purpose::Attachment | Purpose::Check, _) => Vec::new(),
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

    /// Where a page is listed: the first page of the column and the entry. Of several columns the one with the smallest URL.
    pub fn listed(&self, url: &str) -> Option<(String, ListItem)> {
        let wanted = column_key(url);
        self.columns.iter().find_map(|(key, tally)| {
            let item = tally.item(&wanted)?;
            Some((self.urls.get(key)?.clone(), item.clone()))
        })
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

/// Reading a visit.
impl Walk {
    fn missed(&mut self, request: &Request, outcome: &Outcome) -> Vec<Request> {
        let mut out = self.other_spelling(request);
        if let Purpose::List { column, page } | Purpose::Interface { column, page, .. } =
            &request.purpose
        {
            out.extend(self.shifted_page(column, *page, request, outcome));
            self.tally(column).fail(*page, outcome);
        }
        out
    }

    /// The page under its other spelling, once.
    fn other_spelling(&mut self, request: &Request) -> Vec<Request> {
        let spare = self
            .spare
            .remove(&key(&request.url, request.form.as_deref()));
        spare
            .filter(|url| self.respelled.insert(hash(url)))
            .map(|url| Request {
                url,
                etag: None,
                last_modified: None,
                ..request.clone()
            })
            .into_iter()
            .collect()
    }

    /// A site whose page 2 is `index_2`, not `index_1`, has its last page under a number that was not asked for yet.
    fn shifted_page(
        &mut self,
        column: &str,
        page: usize,
        request: &Request,
        outcome: &Outcome,
    ) -> Option<Request> {
        if page != 2 || outcome.kind != OutcomeKind::Missing {
            return None;
        }
        let pages = self.tally(column).pages_to_shift()?;
        let (stem, extension) = request.url.rsplit_once("_1.")?;
        let mut last = request.clone();
        last.url = format!("{stem}_{pages}.{extension}");
        last.purpose = Purpose::List {
            column: column.to_owned(),
            page: pages + 1,
        };
        self.ask(last)
    }

    /// An article links out only by 阅读原文.
    fn article_source(&mut self, request: &Request, seen: &Seen<'_>) -> Vec<Request> {
        let sources = seen.links.iter().filter(|l| l.text.contains("阅读原文"));
        sources
            .filter_map(|l| Url::parse(&l.url).ok())
            .filter_map(|url| self.check(&url, request, seen.final_url))
            .collect()
    }

    fn page(&mut self, request: &Request, seen: &Seen<'_>) -> Vec<Request> {
        let Ok(here) = Url::parse(seen.final_url) else {
            return Vec::new();
        };
        // A page asked for under one address and answered under another is known under both.
        let answered = normalise(&here);
        self.known
            .entry(key(&answered, None))
            .or_insert_with(|| hash(&answered));
        if self.is_off_ground(request, &here) {
            self.drop_link(seen.final_url, "转到了渠道范围之外");
            self.not_a_list(request);
            return Vec::new();
        }
        let mut out = match seen.list.filter(|l| is_believable(request, &here, l)) {
            Some(list) => self.list(request, &here, list),
            None => {
                self.not_a_list(request);
                Vec::new()
            }
        };
        let mut links = Found::default();
        for link in seen.links {
            self.link(request, &here, link, seen.list.is_some(), &mut links);
        }
        out.extend(links.in_order());
        out
    }

    /// Whether a redirect led out of the channel. Entries of a list may stand outside its prefixes; interfaces always do.
    fn is_off_ground(&self, request: &Request, here: &Url) -> bool {
        let may_leave = match &request.purpose {
            Purpose::Page { column, .. } => column.is_some(),
            Purpose::Interface { .. } => true,
            // A pinned column may stand outside; one inside that leads outside was moved or is gone.
            Purpose::List { .. } => !Url::parse(&request.url).is_ok_and(|u| self.scope.holds(&u)),
            _ => false,
        };
        !(self.scope.holds(here) || may_leave && self.scope.is_on_host(here))
    }

    fn not_a_list(&mut self, request: &Request) {
        match &request.purpose {
            Purpose::List { column, page: 1 } => self.tally(column).is_no_list(),
            Purpose::List { column, page } => self
                .tally(column)
                .fail(*page, &Outcome::new(OutcomeKind::Unread, "没有认出列表")),
            Purpose::Interface { column, page, .. } => self.tally(column).fail(
                *page,
                &Outcome::new(OutcomeKind::Unread, "列表接口没有回答"),
            ),
            _ => {}
        }
    }

    fn list(&mut self, request: &Request, here: &Url, list: &ListReading) -> Vec<Request> {
        let (column, asked) = match &request.purpose {
            Purpose::List { column, page } | Purpose::Interface { column, page, .. } => {
                (column.clone(), *page)
            }
            // Met in the middle: the column is named by its first page.
            _ if list.page > 1 => (
                first_page(list).unwrap_or_else(|| request.url.clone()),
                list.page,
            ),
            _ => (request.url.clone(), 1),
        };
        // What the page says of itself outweighs what was asked for, but for a server that always shows page 1.
        let page = if list.page > 1 { list.page } else { asked };
        if let Some(why) = unseen(list).filter(|_| list.items.is_empty()) {
            let outcome = Outcome::new(OutcomeKind::Unread, why);
            self.tally(&column).fail(page, &outcome);
            return Vec::new();
        }
        let next: Vec<Request> = list
            .next
            .iter()
            .filter_map(|w| Request::from_word(w))
            .collect();
        let directory: HashSet<&str> = next
            .iter()
            .filter_map(column_of)
            .filter(|c| !c.is_empty())
            .collect();
        let is_directory = !directory.is_empty();
        let depth = self.depth_of(&column, request);
        self.tally(&column).read(page, list, is_directory);
        self.tally(&column).depth = Some(depth);
        let mut out = Vec::new();
        let is_end = list.stated_total.is_none()
            && list.stated_pages.is_none()
            && self.tally(&column).is_repeated(page);
        if !is_end {
            out.extend(self.further_pages(&column, page, request, here, next.clone()));
        }
        if is_directory {
            self.name_columns(&list.items);
        } else {
            out.extend(self.items(&column, request, here, list));
        }
        out
    }

    fn depth_of(&mut self, column: &str, request: &Request) -> u16 {
        self.tally(column)
            .depth
            .map_or(request.depth, |d| d.min(request.depth))
    }

    fn further_pages(
        &mut self,
        column: &str,
        here_page: usize,
        request: &Request,
        here: &Url,
        next: Vec<Request>,
    ) -> Vec<Request> {
        let mut out = Vec::new();
        for further in next {
            let Some((target, page)) = place_of(&further, column, here_page) else {
                out.extend(self.page_of_directory(request, here, &further));
                continue;
            };
            if matches!(further.purpose, Purpose::Interface { .. }) {
                self.tally(&target).has_interface();
            }
            if let Some(reason) = self.out_of_reach(&further.url, page) {
                self.drop_link(&further.url, reason);
                self.tally(&target).refuse(page);
                continue;
            }
            let request = Request {
                purpose: at_place(&further.purpose, &target, page),
                depth: request.depth,
                via: here.to_string(),
                ..further
            };
            out.extend(self.ask_list_page(&target, page, request));
        }
        out
    }

    /// A page that a script-driven directory names besides its columns.
    fn page_of_directory(
        &mut self,
        request: &Request,
        here: &Url,
        page: &Request,
    ) -> Option<Request> {
        let url = Url::parse(&page.url).ok()?;
        if !self.scope.holds(&url) {
            return self.check(&url, request, here.as_str());
        }
        let purpose = page.purpose.clone();
        self.ask(self.follow(request, here, &url, purpose))
    }

    /// Why a further page of a list is not asked for.
    fn out_of_reach(&self, url: &str, page: usize) -> Option<&'static str> {
        let url = Url::parse(url).ok()?;
        if !(self.scope.holds(&url) || self.scope.is_on_host(&url)) {
            return Some("列表的后续页在渠道主机之外");
        }
        (page > self.limits.max_list_pages).then_some("超过单个列表的页数上限")
    }

    fn ask_list_page(&mut self, column: &str, page: usize, request: Request) -> Option<Request> {
        let is_known = self
            .known
            .contains_key(&key(&request.url, request.form.as_deref()));
        let asked = self.ask(request);
        match asked.is_some() || is_known {
            true => self.tally(column).ask(page),
            false => self.tally(column).refuse(page),
        }
        asked
    }

    /// Entries of a directory are the names of its columns.
    fn name_columns(&mut self, items: &[ListItem]) {
        for item in items {
            self.call(&item.url, &item.title);
            self.tally(&item.url).depth = Some(1);
        }
    }

    fn items(
        &mut self,
        column: &str,
        request: &Request,
        here: &Url,
        list: &ListReading,
    ) -> Vec<Request> {
        let links_out = self.keeps_entries_elsewhere(list);
        let mut out = Vec::new();
        let mut checks = Vec::new();
        for item in &list.items {
            let Ok(url) = Url::parse(&item.url) else {
                continue;
            };
            let is_ours = self.scope.holds(&url) || links_out && self.scope.is_on_host(&url);
            if !is_ours {
                checks.extend(self.check(&url, request, here.as_str()));
            } else if is_attachment(&url) {
                out.extend(self.ask(self.follow(request, here, &url, Purpose::Attachment)));
            } else if !is_without_text(&url) {
                let page = listed_page(&normalise(&url), Some(column), &item.title, item.date);
                out.extend(self.ask(Request {
                    depth: request.depth.saturating_add(1),
                    via: here.to_string(),
                    ..page
                }));
            }
        }
        out.extend(checks);
        out
    }

    /// Whether a list's entries stand outside the channel's prefixes by design: on these platforms, or if most of them do.
    fn keeps_entries_elsewhere(&self, list: &ListReading) -> bool {
        let on_host: Vec<Url> = list
            .items
            .iter()
            .filter_map(|i| Url::parse(&i.url).ok())
            .filter(|u| self.scope.is_on_host(u))
            .collect();
        let outside = on_host.iter().filter(|u| !self.scope.holds(u)).count();
        matches!(
            list.platform.as_str(),
            "jcms" | "jpaas" | "gkmlpt" | "vsb" | "ucap"
        ) || outside * 2 > on_host.len()
    }
}

/// Judging links.
impl Walk {
    fn link(
        &mut self,
        request: &Request,
        here: &Url,
        link: &LinkRef,
        on_list: bool,
        out: &mut Found,
    ) {
        let Some(url) = web_address(&link.url) else {
            return;
        };
        if link.role == LinkRole::Hidden || on_list && is_turning(link) {
            return;
        }
        if self.scope.holds(&url) {
            self.inner_link(request, here, &url, link, out);
        } else if self.scope.is_on_host(&url) && is_file(&url, link) {
            out.attachments.extend(self.ask_file(request, here, &url));
        } else if matches!(
            link.role,
            LinkRole::Content | LinkRole::Item | LinkRole::Attachment | LinkRole::Nav
        ) {
            out.checks.extend(self.check(&url, request, here.as_str()));
        }
    }

    fn inner_link(
        &mut self,
        request: &Request,
        here: &Url,
        url: &Url,
        link: &LinkRef,
        out: &mut Found,
    ) {
        if is_file(url, link) {
            out.attachments.extend(self.ask_file(request, here, url));
            return;
        }
        if is_without_text(url) {
            return;
        }
        let is_column = looks_like_column(url, &link.text);
        if is_column || names_a_column(&link.text) {
            self.call(&normalise(url), &link.text);
        }
        let depth = request.depth.saturating_add(1);
        if self.is_known_or_trap(url, &link.text, depth) {
            return;
        }
        if is_column {
            let asked = self.ask_column(url, depth, here.as_str());
            out.lists.extend(asked);
        } else {
            let page = listed_page(&normalise(url), None, "", None);
            out.pages.extend(self.ask(Request {
                depth,
                via: here.to_string(),
                ..page
            }));
        }
    }

    fn is_known_or_trap(&mut self, url: &Url, text: &str, depth: u16) -> bool {
        let normalised = normalise(url);
        let key = key(&normalised, None);
        if self.known.contains_key(&key) {
            self.remember_spelling(key, &normalised);
            return true;
        }
        if self.refused.contains(&key) {
            return true;
        }
        let reason = match depth > self.limits.max_depth {
            true => Some("离入口太深"),
            false => self.traps.judge(url, text, &self.limits),
        };
        if let Some(reason) = reason {
            self.drop_link(&normalised, reason);
        }
        reason.is_some()
    }

    fn ask_file(&mut self, request: &Request, here: &Url, url: &Url) -> Option<Request> {
        self.ask(self.follow(request, here, url, Purpose::Attachment))
    }

    fn ask_column(&mut self, url: &Url, depth: u16, via: &str) -> Option<Request> {
        let column = normalise(url);
        let purpose = Purpose::List {
            column: column.clone(),
            page: 1,
        };
        let asked = self.ask(Request {
            depth,
            via: via.to_owned(),
            ..Request::new(column.clone(), purpose)
        })?;
        let tally = self.tally(&column);
        tally.ask(1);
        tally.depth = Some(tally.depth.map_or(depth, |d| d.min(depth)));
        Some(asked)
    }

    fn follow(&self, request: &Request, here: &Url, url: &Url, purpose: Purpose) -> Request {
        Request {
            depth: request.depth.saturating_add(1),
            via: here.to_string(),
            ..Request::new(normalise(url), purpose)
        }
    }

    /// Looks at an off-scope link once.
    fn check(&mut self, url: &Url, request: &Request, here: &str) -> Option<Request> {
        let url = web_address(url.as_str())?;
        let target = normalise(&url);
        let key = key(&target, None);
        if self.known.contains_key(&key) || self.refused.contains(&key) || !self.checked.insert(key)
        {
            return None;
        }
        if self.limits.max_checks == 0 {
            return None; // nobody wants links checked: nothing is cut off
        }
        if self.checks >= self.limits.max_checks {
            self.drop_link(&target, "范围外链接过多，未逐个检查");
            return None;
        }
        self.checks += 1;
        Some(Request {
            depth: request.depth.saturating_add(1),
            via: here.to_owned(),
            ..Request::new(target, Purpose::Check)
        })
    }

    /// Asks for a page once; `None` when it is known or the cap is reached.
    fn ask(&mut self, request: Request) -> Option<Request> {
        let key = key(&request.url, request.form.as_deref());
        if self.known.contains_key(&key) {
            self.remember_spelling(key, &request.url);
            return None;
        }
        if self.pages >= self.limits.max_pages {
            self.drop_link(&request.url, "超过渠道的页数上限");
            return None;
        }
        self.known.insert(key, hash(&request.url));
        self.pages += 1;
        Some(request)
    }

    /// Notes a page as asked for; `false` when it was, perhaps under another spelling.
    fn is_new(&mut self, key: u64, url: &str) -> bool {
        let spelling = hash(url);
        match self.known.get(&key) {
            Some(first) if *first != spelling => {
                self.respelled.insert(spelling);
                false
            }
            Some(_) => false,
            None => self.known.insert(key, spelling).is_none(),
        }
    }

    /// Keeps the smallest other spelling of a page.
    fn remember_spelling(&mut self, key: u64, url: &str) {
        if self.known.get(&key).is_none_or(|first| *first == hash(url)) {
            return;
        }
        let kept = self.spare.entry(key).or_insert_with(|| url.to_owned());
        if url < kept.as_str() {
            url.clone_into(kept);
        }
    }

    fn drop_link(&mut self, url: &str, reason: &str) {
        if !self.refused.insert(key(url, None)) {
            return;
        }
        *self.dropped_by_reason.entry(reason.to_owned()).or_default() += 1;
        if self.dropped.len() < self.limits.max_dropped {
            self.dropped.push((url.to_owned(), reason.to_owned()));
        }
    }
}

/// Columns.
impl Walk {
    fn tally(&mut self, column: &str) -> &mut Tally {
        let key = column_key(column);
        self.urls
            .entry(key.clone())
            .or_insert_with(|| column.to_owned());
        self.columns.entry(key).or_default()
    }

    fn column(&self, key: &str) -> Option<ColumnReading> {
        let pinned = self.pinned(key);
        let nothing = Tally::default();
        let tally = self.columns.get(key).unwrap_or(&nothing);
        let url = self
            .urls
            .get(key)
            .cloned()
            .or_else(|| pinned.map(|c| c.url.clone()))?;
        let linked_as = self.linked_as.get(&hash(key)).map(String::as_str);
        tally
            .is_column(pinned.is_some())
            .then(|| tally.sum(&url, pinned, linked_as))
    }

    fn pinned(&self, key: &str) -> Option<&Column> {
        self.channel
            .columns
            .iter()
            .find(|c| column_key(&c.url) == key)
    }

    /// Remembers the shortest words that name a page.
    fn call(&mut self, url: &str, words: &str) {
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() || words.chars().count() > 20 || is_more(&words) || words == "首页" {
            return;
        }
        let called = self
            .linked_as
            .entry(hash(&column_key(url)))
            .or_insert_with(|| words.clone());
        if (words.len(), words.as_str()) < (called.len(), called.as_str()) {
            *called = words;
        }
    }
}

/// Requests made from the links of one page, by kind.
#[derive(Default)]
struct Found {
    lists: Vec<Request>,
    pages: Vec<Request>,
    attachments: Vec<Request>,
    checks: Vec<Request>,
}

impl Found {
    fn in_order(self) -> impl Iterator<Item = Request> {
        self.lists
            .into_iter()
            .chain(self.pages)
            .chain(self.attachments)
            .chain(self.checks)
    }
}

/// An entry of a list is an article: a few dated links on it make no column of it, a platform's own strip or a folder does.
fn is_believable(request: &Request, here: &Url, list: &ListReading) -> bool {
    let is_entry = matches!(
        &request.purpose,
        Purpose::Page {
            column: Some(_),
            ..
        }
    );
    !(is_entry && list.platform == "generic" && !looks_like_column(here, ""))
}

fn listed_page(url: &str, column: Option<&str>, title: &str, date: Option<NaiveDate>) -> Request {
    let column = column.map(str::to_owned);
    let title = title.to_owned();
    Request::new(
        url,
        Purpose::Page {
            column,
            title,
            date,
        },
    )
}

fn is_file(url: &Url, link: &LinkRef) -> bool {
    is_attachment(url) || link.role == LinkRole::Attachment && !looks_like_article(url)
}

/// Links that turn the pages of the list they stand under: its reader has followed them already.
fn is_turning(link: &LinkRef) -> bool {
    let words = link.text.trim();
    link.role == LinkRole::Pager
        || matches!(
            words,
            "下一页" | "下页" | "上一页" | "上页" | "尾页" | "末页" | "第一页" | "最后一页"
        )
        || !words.is_empty() && words.len() <= 4 && words.bytes().all(|b| b.is_ascii_digit())
}

fn web_address(url: &str) -> Option<Url> {
    Url::parse(url)
        .ok()
        .filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host())
}

/// The first page of a list that was met on a later one, as its reader knows it.
fn first_page(list: &ListReading) -> Option<String> {
    let requests = list.next.iter().filter_map(|w| Request::from_word(w));
    requests
        .into_iter()
        .find(|r| matches!(r.purpose, Purpose::List { page: 1, .. }))
        .map(|r| r.url)
}

/// The column and page number of a further list page. Readers leave the column empty for "this one" and the page 0 for "the next one".
fn place_of(further: &Request, column: &str, here_page: usize) -> Option<(String, usize)> {
    let (target, page) = match &further.purpose {
        Purpose::List { column, page } | Purpose::Interface { column, page, .. } => (column, *page),
        _ => return None,
    };
    let target = if target.is_empty() { column } else { target };
    let page = if page == 0 {
        here_page.saturating_add(1)
    } else {
        page
    };
    Some((target.to_owned(), page))
}

fn at_place(purpose: &Purpose, column: &str, page: usize) -> Purpose {
    let column = column.to_owned();
    match purpose {
        Purpose::Interface { platform, .. } => Purpose::Interface {
            platform: platform.clone(),
            column,
            page,
        },
        _ => Purpose::List { column, page },
    }
}

fn column_of(request: &Request) -> Option<&str> {
    match &request.purpose {
        Purpose::List { column, .. } | Purpose::Interface { column, .. } => Some(column),
        _ => None,
    }
}

fn column_key(url: &str) -> String {
    match Url::parse(url) {
        // The leaves of a script-driven directory share one page and differ in what follows `#`.
        Ok(parsed) if url.contains("/index#") => format!(
            "{}#{}",
            same_page(&normalise(&parsed)),
            parsed.fragment().unwrap_or("")
        ),
        Ok(parsed) => same_page(&normalise(&parsed)),
        Err(_) => url.to_owned(),
    }
}

fn key(url: &str, form: Option<&str>) -> u64 {
    let page = same_page(url);
    match form {
        Some(form) => hash(&format!("{page}\n{form}")),
        None => hash(&page),
    }
}

/// The same on every machine and in every run: the hasher has fixed keys.
fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
