//! Walking one channel to its end: what is found is queued, what is queued is visited, what is visited is recorded.

use super::queue::Queue;
use super::sample::Ticket;
use super::{Run, closing, due, folder, is_read};
use crate::pipeline::{self, Place, Visited};
use duwang_crawl::{Purpose, Request, Seen, Walk, WalkLimits};
use duwang_model::{Channel, ChannelKind, FrontierEntry, ListReading, PageRecord, Visit};
use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::time::Instant;

/// How long to sleep before looking again whether there is something to do, or a stop.
const NAP: std::time::Duration = std::time::Duration::from_millis(200);

/// When a sample waits for channels of other slices this long, the slice ends: they may need its place.
const TURN_FOR_OTHERS: std::time::Duration = std::time::Duration::from_secs(1);

/// Asked to stop, pages under way have this long to come; those that do not stay in the frontier and are asked for again.
const GRACE: std::time::Duration = std::time::Duration::from_secs(6);

/// Reads one channel: begin or resume, visit until nothing is left, close.
pub(super) async fn walk(run: Arc<Run>, place: Arc<Place>) -> anyhow::Result<()> {
    let draw = run.draws.get(&place.unit.id);
    let ticket = draw.map(|draw| draw.ticket(&place.channel.id));
    let mut walker = Walker::new(Arc::clone(&run), Arc::clone(&place), ticket)?;
    if is_read(place.channel.kind) {
        walker.begin().await?;
        walker.visit_all().await?;
    }
    if run.is_stopping() {
        return Ok(());
    }
    if let Some(ticket) = &mut walker.ticket {
        ticket.offer(std::iter::empty())?; // a channel without lists has nothing to offer
    }
    run.recorder.flush().await?;
    let columns = walker.walk.columns();
    let dropped = walker.walk.dropped().to_vec();
    drop(walker); // closing needs the room
    closing::close(&run, &place, columns, dropped).await?;
    run.progress.channel_done();
    Ok(())
}

/// Reads these pages and the files they carry; nothing else of the channel is visited, and it is not closed.
pub(super) async fn read_only(
    run: Arc<Run>,
    place: Arc<Place>,
    pages: Vec<Request>,
) -> anyhow::Result<()> {
    let mut walker = Walker::new(run, place, None)?;
    walker.is_narrow = true;
    walker.leftovers_queued = true;
    let frontier = pages.iter().map(|r| walker.entry(r, false)).collect();
    walker.remember(frontier).await;
    pages.into_iter().for_each(|r| walker.queue.push(r));
    walker.visit_all().await
}

/// Articles and files that are not named in the units file itself: link lists, folders, what was pulled from the account's own API.
fn named_elsewhere(run: &Run, channel: &Channel) -> anyhow::Result<Vec<String>> {
    let list = channel.links.as_ref().map(|l| run.base.join(l));
    match channel.kind {
        ChannelKind::Wechat => {
            let mut named = crate::wechat::pulled(&run.config.data_dir, &channel.id);
            if let Some(list) = list {
                let links = duwang_crawl::wechat_links(&list)?;
                named.extend(links.into_iter().map(|(url, _)| url));
            }
            Ok(named)
        }
        ChannelKind::Files => {
            let folder = channel.folder.as_ref().map(|f| run.base.join(f));
            folder::files(folder.as_deref(), list.as_deref(), channel.max_pages)
        }
        _ => Ok(Vec::new()),
    }
}

struct Walker {
    run: Arc<Run>,
    place: Arc<Place>,
    walk: Walk,
    queue: Queue,
    due: due::Due,
    /// Whether known pages that nothing links to any more were queued.
    leftovers_queued: bool,
    /// Only what was queued at first is read, known or not, and the files it carries.
    is_narrow: bool,
    /// The channel's place in its unit's spot check, when this scan is one.
    ticket: Option<Ticket>,
    /// Pages visited before a crash: they were drawn, and count.
    drawn_before: Vec<String>,
}

impl Walker {
    fn new(run: Arc<Run>, place: Arc<Place>, ticket: Option<Ticket>) -> anyhow::Result<Self> {
        let mut limits = WalkLimits {
            max_pages: place.channel.max_pages,
            ..WalkLimits::default()
        };
        if !run.config.check_links {
            limits.max_checks = 0;
        }
        let mut channel = place.channel.clone();
        channel.articles.extend(named_elsewhere(&run, &channel)?);
        let mut queue = Queue::default();
        queue.only_lists = ticket.is_some();
        let due = due::Due::new(&run, &place)?;
        Ok(Self {
            walk: Walk::new(&channel, limits),
            run,
            place,
            queue,
            due,
            leftovers_queued: false,
            is_narrow: false,
            ticket,
            drawn_before: Vec::new(),
        })
    }

    async fn begin(&mut self) -> anyhow::Result<()> {
        let start = self.walk.start();
        let stored = match self.run.resumed {
            true => self
                .run
                .desk
                .store
                .frontier(&self.run.scan.id, &self.place.channel.id)?,
            false => Vec::new(),
        };
        if stored.is_empty() {
            let frontier = start.iter().map(|r| self.entry(r, false)).collect();
            self.remember(frontier).await;
            start.into_iter().for_each(|r| self.queue.push(r));
        } else {
            self.resume(stored)?;
        }
        Ok(())
    }

    /// Goes on where a killed scan was: what was visited is replayed from the store, the rest is queued.
    fn resume(&mut self, stored: Vec<FrontierEntry>) -> anyhow::Result<()> {
        for request in stored.iter().filter_map(|e| Request::from_word(&e.purpose)) {
            self.walk.mark_requested(&request);
        }
        let (visited, waiting): (Vec<_>, Vec<_>) = stored.into_iter().partition(|e| e.done);
        let missed: HashSet<String> = waiting.iter().map(|e| e.url.clone()).collect();
        for entry in visited {
            let Some(request) = Request::from_word(&entry.purpose) else {
                continue;
            };
            if matches!(request.purpose, Purpose::Page { .. }) && self.ticket.is_some() {
                self.drawn_before.push(entry.url.clone());
                continue; // what was drawn leads nowhere
            }
            if let Some(record) = self
                .run
                .desk
                .store
                .page(&self.place.channel.id, &entry.url)?
            {
                self.found(&request, &record)
                    .into_iter()
                    .filter(|r| !missed.contains(&pipeline::key(r)))
                    .for_each(|r| self.queue.push(r));
            }
        }
        for entry in waiting {
            let Some(request) = Request::from_word(&entry.purpose) else {
                continue;
            };
            match entry.not_before {
                Some(_) => self
                    .queue
                    .push_later(Instant::now() + self.run.config.recheck_after, request),
                None => self.queue.push(request),
            }
        }
        Ok(())
    }

    async fn visit_all(&mut self) -> anyhow::Result<()> {
        let mut working = FuturesUnordered::new();
        let mut give_up = None;
        loop {
            while working.len() < self.run.config.concurrency && !self.run.is_stopping() {
                let Some((request, second_look)) = self.queue.pop(Instant::now()) else {
                    break;
                };
                match self.wanted(&request, second_look) {
                    Ok(previous) => working.push(self.start(request, previous, second_look)),
                    Err(carried) => self.carry(request, *carried).await,
                }
            }
            if let Some(visited) = self.next(&mut working, &mut give_up).await {
                self.take(visited).await;
            } else if self.run.is_stopping() {
                return Ok(());
            } else if self.queue.only_lists {
                self.draw_sample().await?;
            } else if self.queue.len() == 0 && !self.leftovers_queued {
                self.queue_leftovers().await;
            } else if let Some(due) = self.queue.next_due() {
                self.wait_until(due).await;
            } else if self.queue.len() == 0 {
                return Ok(());
            }
        }
    }

    /// The next page that comes; `None` when none is under way, or when it does not come in time after a stop.
    async fn next<V>(
        &self,
        working: &mut FuturesUnordered<V>,
        give_up: &mut Option<Instant>,
    ) -> Option<Visited>
    where
        V: Future<Output = Visited>,
    {
        while !self.run.is_stopping() {
            if let Ok(next) = tokio::time::timeout(NAP, working.next()).await {
                return next;
            }
        }
        let until = *give_up.get_or_insert_with(|| Instant::now() + GRACE);
        let next = tokio::time::timeout_at(until, working.next()).await;
        next.unwrap_or_default()
    }

    /// The page as it was remembered, or — when it needs no visit this time — that memory to be carried on.
    fn wanted(
        &self,
        request: &Request,
        second_look: bool,
    ) -> Result<Option<PageRecord>, Box<PageRecord>> {
        let key = pipeline::key(request);
        let previous = self
            .run
            .desk
            .store
            .page(&self.place.channel.id, &key)
            .ok()
            .flatten();
        let is_named = self.is_narrow && matches!(request.purpose, Purpose::Page { .. });
        match previous {
            Some(page)
                if !is_named && !second_look && !self.due.is_due(&self.run, request, &page) =>
            {
                Err(Box::new(page))
            }
            other => Ok(other),
        }
    }

    fn start(
        &self,
        request: Request,
        previous: Option<PageRecord>,
        second_look: bool,
    ) -> impl Future<Output = Visited> + use<> {
        let (run, place) = (Arc::clone(&self.run), Arc::clone(&self.place));
        async move { pipeline::visit(&run.desk, &place, request, previous, second_look).await }
    }

    /// A page left for a later day still leads where it led.
    async fn carry(&mut self, request: Request, page: PageRecord) {
        let found = self.found(&request, &page);
        let mut frontier: Vec<FrontierEntry> = found.iter().map(|r| self.entry(r, false)).collect();
        frontier.push(self.entry(&request, true));
        self.remember(frontier).await;
        found.into_iter().for_each(|r| self.queue.push(r));
    }

    async fn take(&mut self, visited: Visited) {
        let again = self.second_look(&visited);
        let found = self.found(&visited.request, &visited.record);
        let mut frontier: Vec<FrontierEntry> = found.iter().map(|r| self.entry(r, false)).collect();
        let mut own = self.entry(&visited.request, !again);
        if again {
            let wait =
                chrono::TimeDelta::from_std(self.run.config.recheck_after).unwrap_or_default();
            own.not_before = Some(visited.record.visited + wait);
            self.queue.push_later(
                Instant::now() + self.run.config.recheck_after,
                visited.request.clone(),
            );
        }
        frontier.push(own);
        crate::meter::page(&visited.record);
        self.run
            .progress
            .visited(&visited.record, self.queue.len() + found.len());
        self.run
            .recorder
            .record(&self.place, visited, frontier)
            .await;
        found.into_iter().for_each(|r| self.queue.push(r));
    }

    /// A link is called dead only after two failures at two times.
    fn second_look(&self, visited: &Visited) -> bool {
        visited.record.outcome.is_worth_another_look() && visited.record.failures == 1
    }

    /// Makes frontier entries durable.
    async fn remember(&self, frontier: Vec<FrontierEntry>) {
        let visit = Visit {
            frontier,
            ..Visit::default()
        };
        self.run.recorder.store(visit).await;
    }

    fn found(&mut self, request: &Request, record: &PageRecord) -> Vec<Request> {
        let list: Option<&ListReading> = record.list.as_ref();
        let seen = Seen {
            final_url: &record.final_url,
            links: &record.links,
            list,
            outcome: &record.outcome,
        };
        let mut found = self.walk.found(request, &seen);
        if self.is_narrow {
            found.retain(|r| r.purpose == Purpose::Attachment);
        }
        found
    }

    fn entry(&self, request: &Request, done: bool) -> FrontierEntry {
        FrontierEntry {
            scan: self.run.scan.id.clone(),
            channel: self.place.channel.id.clone(),
            url: pipeline::key(request),
            purpose: request.to_word(),
            depth: request.depth,
            not_before: None,
            done,
        }
    }

    /// Offers what the lists named, waits for the unit's other channels, and keeps what was drawn.
    async fn draw_sample(&mut self) -> anyhow::Result<()> {
        self.queue.only_lists = false;
        self.leftovers_queued = true;
        let is_page = |r: &Request| matches!(r.purpose, Purpose::Page { .. });
        let pages: Vec<Request> = self
            .queue
            .take_pages()
            .into_iter()
            .filter(is_page)
            .collect();
        self.walk.stop_following();
        let Some(ticket) = &mut self.ticket else {
            return Ok(());
        };
        let before = self.drawn_before.iter().map(String::as_str);
        ticket.offer(pages.iter().map(|r| r.url.as_str()).chain(before))?;
        let since = Instant::now();
        while !ticket.is_drawn()? && !self.run.is_stopping() {
            if ticket.is_among_many() && since.elapsed() > TURN_FOR_OTHERS {
                self.run.stop.store(true, Ordering::Relaxed);
            }
            tokio::time::sleep(NAP).await;
        }
        let drawn = pages.into_iter().filter(|r| ticket.holds(&r.url));
        drawn.for_each(|r| self.queue.push(r));
        Ok(())
    }

    /// Known pages that nothing links to any more are still visited when they are due: a fault is not gone because its page was
    /// taken off the list. Everything visited so far must be in the store before it is asked who was not.
    async fn queue_leftovers(&mut self) {
        self.leftovers_queued = true;
        if !self.was_read_before() {
            return;
        }
        if self.run.recorder.flush().await.is_err() {
            return; // the recorder has failed: the scan is stopping, and says why
        }
        let mut left = Vec::new();
        let listed = self
            .run
            .desk
            .store
            .each_page(&self.place.channel.id, &mut |page| {
                let request = Request::new(
                    page.url.as_str(),
                    Purpose::Page {
                        column: None,
                        title: String::new(),
                        date: None,
                    },
                );
                if !page.check_only
                    && page.read.is_some()
                    && page.list.is_none()
                    && self.due.is_due(&self.run, &request, &page)
                {
                    left.push(request);
                }
            });
        if let Err(error) = listed {
            tracing::warn!(%error, "pages nobody links to could not be listed");
        }
        let frontier = left.iter().map(|r| self.entry(r, false)).collect();
        left.iter().for_each(|r| self.walk.mark_known(&r.url));
        self.remember(frontier).await;
        left.into_iter().for_each(|r| self.queue.push(r));
    }

    /// Whether an earlier scan read this channel; without one no page of it can be left over.
    fn was_read_before(&self) -> bool {
        let (this, channel) = (&self.run.scan.id, &self.place.channel.id);
        let scans = self.run.desk.store.scans();
        scans.map_or(true, |scans| {
            scans
                .iter()
                .any(|s| s.id != *this && s.channels.contains(channel))
        })
    }

    /// Sleeps until the next second look is due, waking up to notice a stop.
    async fn wait_until(&self, due: Instant) {
        let nap = Instant::now() + NAP;
        tokio::time::sleep_until(due.min(nap)).await;
    }
}
