//! Watch mode: the first page of chosen columns is looked at every few minutes, no host more often than its pace allows; what is new there is
//! read and judged at once, and its findings are in the queue within a quarter of an hour.

use super::{rest, turn};
use crate::commands::App;
use crate::config::Watch;
use crate::notices::{self, Message};
use crate::out::Out;
use crate::pipeline::{self, Lines, Place};
use crate::scan::glance::{batch, glance};
use crate::scan::looks_changed;
use crate::scan::slice::Shared;
use chrono::{DateTime, Utc};
use duwang_crawl::{Crawler, Fetched, Purpose, Request, Seen, Walk, WalkLimits, normalised};
use duwang_html::Limits;
use duwang_model::{Channel, ChannelKind, ColumnClass, ListReading, Region, ScanSummary};
use duwang_rules::Rules;
use duwang_store::Store;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;
use url::Url;

/// Kind of the notes that say how far the watch of a channel's columns is.
const KIND: &str = "columns";
/// Most entries read of one channel in one round: more are no news but another site.
const MOST: usize = 50;
/// Channels looked at together.
const AT_ONCE: usize = 8;

/// What is watched, and what reading it needs.
pub(crate) struct Lists {
    /// The columns of each channel by its id.
    columns: BTreeMap<String, (Place, Vec<String>)>,
    region: Arc<Region>,
    base: PathBuf,
    rules: Arc<Rules>,
    crawler: Arc<Crawler>,
    lines: Arc<Lines>,
}

/// What a round found in one channel.
pub(crate) struct Fresh {
    pub(crate) channel: String,
    pub(crate) unit: String,
    /// Addresses of the new entries that were read.
    pub(crate) entries: Vec<String>,
    /// Sums of the day.
    pub(crate) today: ScanSummary,
    /// Findings of these entries that were not there before.
    pub(crate) findings: usize,
}

/// How far the watch of one channel's columns is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Progress {
    /// The latest round.
    pub(crate) at: DateTime<Utc>,
    /// Seconds it took, from the first list to the last finding stored.
    pub(crate) seconds: f64,
    /// Columns watched.
    pub(crate) columns: usize,
    /// Columns that could not be read, with the reason.
    pub(crate) unread: Vec<(String, String)>,
    /// Entries read since the watch began.
    pub(crate) entries: usize,
}

/// The validators of each list page, to ask only for changes.
#[derive(Debug, Default)]
pub(crate) struct Validators(BTreeMap<String, (Option<String>, Option<String>)>);

/// Looks at the columns again and again until the process is asked to stop.
pub(crate) async fn keep(app: Arc<App>, watch: Watch, region: Region, base: PathBuf, out: Out) {
    let mut validators = Validators::default();
    while !app.stop.load(Ordering::Relaxed) {
        let now = app.config.clock.now();
        let made = match turn::take(app.store.as_ref(), "columns", now, watch.columns_every) {
            Ok(false) => Ok(()),
            Ok(true) => round(&app, &watch, &region, &base, &mut validators, &out).await,
            Err(error) => Err(error),
        };
        if let Err(error) = made {
            out.warn(format!("盯栏目这一轮没有做成：{error:#}"));
        }
        rest(&app, watch.columns_every).await;
    }
}

async fn round(
    app: &App,
    watch: &Watch,
    region: &Region,
    base: &std::path::Path,
    validators: &mut Validators,
    out: &Out,
) -> anyhow::Result<()> {
    // Rules are loaded for every round: an edited rule counts at once.
    let lists = Lists::new(app, watch, region.clone(), base.to_path_buf()).await?;
    for fresh in lists.round(app, validators).await? {
        out.warn(words(&fresh));
        let message = Message {
            title: format!("新条目：{}", fresh.channel),
            text: words(&fresh),
        };
        let (store, now) = (app.store.as_ref(), app.config.clock.now());
        if fresh.findings > 0 {
            notices::tell(store, &app.config.notices, &fresh.unit, &message, now)?;
        }
    }
    Ok(())
}

pub(crate) fn words(fresh: &Fresh) -> String {
    format!(
        "{} 新条目 {} 个，新问题 {} 处（批次 {}）",
        fresh.channel,
        fresh.entries.len(),
        fresh.findings,
        fresh.today.scan
    )
}

impl Lists {
    /// Chooses the columns and loads the rules.
    pub(crate) async fn new(
        app: &App,
        watch: &Watch,
        region: Region,
        base: PathBuf,
    ) -> anyhow::Result<Self> {
        let config = &app.config;
        let rules = crate::rulebook::load(config.rules.as_deref(), &region.overlays)?;
        let crawler = crate::scan::crawler(config, crate::work::turnstile(app).await?)?;
        Ok(Self {
            columns: chosen(&region, &watch.columns)?,
            region: Arc::new(region),
            base,
            rules: Arc::new(rules),
            crawler: Arc::new(crawler),
            lines: Lines::of_process(&config.heavy),
        })
    }

    /// Looks at every column once and reads what is new.
    pub(crate) async fn round(
        &self,
        app: &App,
        validators: &mut Validators,
    ) -> anyhow::Result<Vec<Fresh>> {
        use futures::StreamExt as _;
        let known = &*validators;
        let mut reading = Vec::new();
        for (place, urls) in self.columns.values() {
            reading.push(self.channel(app, place, urls, known));
        }
        let read: Vec<_> = futures::stream::iter(reading)
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let mut found = Vec::new();
        for channel in read {
            let (fresh, seen) = channel?;
            found.extend(fresh);
            validators.0.extend(seen.0);
        }
        found.sort_by(|a: &Fresh, b| a.channel.cmp(&b.channel));
        Ok(found)
    }

    async fn channel(
        &self,
        app: &App,
        place: &Place,
        urls: &[String],
        known: &Validators,
    ) -> anyhow::Result<(Option<Fresh>, Validators)> {
        let (began, store) = (Instant::now(), app.store.as_ref());
        let mut seen = Validators::default();
        let (mut entries, mut unread): (Vec<Request>, Vec<_>) = (Vec::new(), Vec::new());
        for url in urls {
            match self.column(&place.channel, url, known, &mut seen).await {
                Ok(listed) => entries.extend(listed),
                Err(reason) => unread.push((url.clone(), reason)),
            }
        }
        entries.retain(|entry| is_new(store, &place.channel.id, entry));
        entries.truncate(MOST);
        let read = entries.len();
        let fresh = match entries.is_empty() {
            true => None,
            false => Some(self.read(app, place, entries).await?),
        };
        let progress = Progress {
            at: app.config.clock.now(),
            seconds: began.elapsed().as_secs_f64(),
            columns: urls.len(),
            unread,
            entries: read,
        };
        note(store, &place.channel.id, progress)?;
        Ok((fresh, seen))
    }

    /// The entries of a column's first page; none when it has not changed. The reason when it cannot be read.
    async fn column(
        &self,
        channel: &Channel,
        url: &str,
        known: &Validators,
        seen: &mut Validators,
    ) -> Result<Vec<Request>, String> {
        let page = Url::parse(url).map_err(|_| "不是网址".to_owned())?;
        let column = normalised(url);
        let purpose = Purpose::List { column, page: 1 };
        let mut request = Request::new(page.as_str(), purpose);
        if let Some((etag, modified)) = known.0.get(url) {
            (request.etag, request.last_modified) = (etag.clone(), modified.clone());
        }
        let fetched = self.fetch(&request).await?;
        if fetched.body.is_none() {
            return Ok(Vec::new()); // not changed
        }
        let mut walk = Walk::new(channel, WalkLimits::default());
        let mut found = walk.found(&request, &seen_as(&fetched, list_of(&fetched)?.as_ref()));
        // A list that a script fills: its interface is asked instead.
        if !found.iter().any(is_entry) {
            let calls = found.into_iter().filter(|r| is_first_call(&r.purpose));
            let mut answered = Vec::new();
            for call in calls {
                answered.extend(self.call(&mut walk, &call).await?);
            }
            found = answered;
        }
        found.retain(is_entry);
        if found.is_empty() {
            return Err("没有认出列表里的条目".to_owned());
        }
        seen.0
            .insert(url.to_owned(), (fetched.etag, fetched.last_modified));
        Ok(found)
    }

    async fn call(&self, walk: &mut Walk, call: &Request) -> Result<Vec<Request>, String> {
        let Purpose::Interface { platform, .. } = &call.purpose else {
            return Ok(Vec::new());
        };
        let fetched = self.fetch(call).await?;
        let body = fetched.body.as_deref().unwrap_or_default();
        let text = duwang_page::decode(body, fetched.content_type.as_deref()).text;
        let url = Url::parse(&fetched.final_url).map_err(|e| e.to_string())?;
        let list = duwang_crawl::read_interface(platform, &url, &text);
        Ok(walk.found(call, &seen_as(&fetched, Some(&list))))
    }

    async fn fetch(&self, request: &Request) -> Result<Fetched, String> {
        let url = Url::parse(&request.url).map_err(|_| "不是网址".to_owned())?;
        let permit = self.crawler.permit(&url).await.map_err(|o| o.reason)?;
        let fetched = self.crawler.fetch(permit, request).await;
        match fetched.outcome.is_seen() {
            true => Ok(fetched),
            false => Err(fetched.outcome.reason),
        }
    }

    /// Reads new entries into the day's batch of the channel.
    async fn read(&self, app: &App, place: &Place, pages: Vec<Request>) -> anyhow::Result<Fresh> {
        let entries: Vec<String> = pages.iter().map(|p| p.url.clone()).collect();
        let (now, channel) = (app.config.clock.now(), place.channel.id.clone());
        let shared = Shared {
            config: app.config.clone(),
            scan: batch(&channel, self.rules.version(), now),
            region: Arc::clone(&self.region),
            rules: Arc::clone(&self.rules),
            crawler: Arc::clone(&self.crawler),
            lines: Arc::clone(&self.lines),
            base: self.base.clone(),
            places: Vec::new(),
        };
        let before = app.store.scan(&shared.scan.id)?;
        let before = before.and_then(|s| s.summary).map_or(0, |s| s.findings.new);
        let (store, stop) = (Arc::clone(&app.store), Arc::clone(&app.stop));
        let today = glance(&shared, store, place.clone(), pages, stop).await?;
        Ok(Fresh {
            unit: place.unit.id.clone(),
            channel,
            entries,
            findings: today.findings.new.saturating_sub(before),
            today,
        })
    }
}

fn seen_as<'f>(fetched: &'f Fetched, list: Option<&'f ListReading>) -> Seen<'f> {
    Seen {
        final_url: &fetched.final_url,
        links: &[],
        list,
        outcome: &fetched.outcome,
    }
}

/// The list on a page; the reason when a firewall answered in its place.
fn list_of(fetched: &Fetched) -> Result<Option<ListReading>, String> {
    let body = fetched.body.as_deref().unwrap_or_default();
    let html = duwang_page::decode(body, fetched.content_type.as_deref()).text;
    let tree = duwang_html::parse(&html, Limits::default());
    let outcome = duwang_crawl::judge(fetched, &html, &tree);
    if !outcome.is_seen() {
        return Err(outcome.reason);
    }
    let url = Url::parse(&fetched.final_url).map_err(|e| e.to_string())?;
    Ok(duwang_crawl::read_list(&url, &html, &tree))
}

fn is_entry(request: &Request) -> bool {
    matches!(request.purpose, Purpose::Page { .. })
}

fn is_first_call(purpose: &Purpose) -> bool {
    matches!(purpose, Purpose::Interface { page: 1, .. })
}

/// Never read before, or listed under another title or a later day than it has.
fn is_new(store: &dyn Store, channel: &str, entry: &Request) -> bool {
    let page = store.page(channel, &pipeline::key(entry)).ok().flatten();
    page.is_none_or(|page| page.outcome.is_seen() && looks_changed(entry, &page))
}

/// Remembers the latest round of a channel.
fn note(store: &dyn Store, channel: &str, mut progress: Progress) -> anyhow::Result<()> {
    let note = store.note(KIND, channel)?;
    let version = note.as_ref().map_or(0, |n| n.version);
    let before = note.and_then(|n| serde_json::from_value::<Progress>(n.value).ok());
    progress.entries += before.map_or(0, |b| b.entries);
    store.put_note(KIND, channel, version, &serde_json::to_value(&progress)?)?;
    Ok(())
}

/// How far the watch of each channel is, by channel.
pub(crate) fn progress(store: &dyn Store) -> anyhow::Result<Vec<(String, Progress)>> {
    let notes = store.notes(KIND)?.into_iter();
    notes
        .map(|(channel, note)| Ok((channel, serde_json::from_value(note.value)?)))
        .collect()
}

/// The columns these words mean: a class means every pinned column of that class, an address itself.
fn chosen(
    region: &Region,
    words: &[String],
) -> anyhow::Result<BTreeMap<String, (Place, Vec<String>)>> {
    let mut columns: BTreeMap<String, (Place, Vec<String>)> = BTreeMap::new();
    let places = || {
        region.units.iter().flat_map(|unit| {
            let sites = unit.channels.iter();
            let sites = sites.filter(|c| c.kind == ChannelKind::Website);
            sites.map(move |channel| (unit, channel))
        })
    };
    for word in words {
        let mut is_found = false;
        for (unit, channel) in places() {
            for url in meant(channel, word) {
                is_found = true;
                let place = || Place {
                    unit: unit.clone(),
                    channel: channel.clone(),
                };
                let (_, urls) = columns
                    .entry(channel.id.clone())
                    .or_insert_with(|| (place(), Vec::new()));
                if !urls.contains(&url) {
                    urls.push(url);
                }
            }
        }
        anyhow::ensure!(
            is_found,
            "watch.columns 里的“{word}”没有对应的栏目：写单位文件里登记过的栏目类别（{}），或属于某个网站渠道的列表页网址",
            ColumnClass::WORDS.join("、")
        );
    }
    Ok(columns)
}

fn meant(channel: &Channel, word: &str) -> Vec<String> {
    if let Ok(class) = word.parse::<ColumnClass>() {
        let pinned = channel.columns.iter().filter(|c| c.class == class);
        return pinned.map(|c| c.url.clone()).collect();
    }
    let is_pinned = channel.columns.iter().any(|c| c.url == word);
    let is_inside = channel.scope.iter().any(|prefix| word.starts_with(prefix));
    match is_pinned || is_inside {
        true => vec![word.to_owned()],
        false => Vec::new(),
    }
}
