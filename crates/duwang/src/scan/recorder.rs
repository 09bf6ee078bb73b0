//! The one writer: reconciles what the rules said with what is remembered, and stores visits in batches.

use crate::pipeline::{Desk, Place, Visited};
use duwang_model::{
    Change, Changes, Finding, FindingCounts, FrontierEntry, Hit, OutcomeKind, PageReading,
    PageRecord, Snapshot, Subject, Visit, reconcile,
};
use duwang_store::Store;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// Visits stored by one call: one flush for all of them.
const BATCH: usize = 256;
/// Frontier entries after which a call takes no more visits: list pages bring fifty each.
const MOST_ENTRIES: usize = 2_000;
/// Visits that may wait for the writer; one that brings a longer list counts for several.
const WAITING: usize = 256;
/// Frontier entries a visit brings for the room of one.
const ENTRIES: usize = 50;
/// How long a visit may wait for others to be stored with it.
const LINGER: std::time::Duration = std::time::Duration::from_millis(100);

/// Hands visits to the writer thread.
pub(crate) struct Recorder {
    queue: mpsc::UnboundedSender<(Message, Room)>,
    /// Bounds what waits: lists of a thousand entries weigh as much as twenty of fifty.
    room: Arc<Semaphore>,
    state: Arc<State>,
}

struct State {
    failed: AtomicBool,
    failure: Mutex<Option<String>>,
    reopened: AtomicUsize,
    found: AtomicUsize,
}

enum Message {
    Page(Box<(Arc<Place>, Visited, Vec<FrontierEntry>)>),
    Ready(Box<Visit>),
    Flush(oneshot::Sender<()>),
}

/// Held by a message until it is stored; a request to flush needs none.
type Room = Option<OwnedSemaphorePermit>;

impl Message {
    /// Frontier entries it brings.
    fn entries(&self) -> usize {
        match self {
            Self::Page(page) => page.2.len(),
            Self::Ready(visit) => visit.frontier.len(),
            Self::Flush(_) => 0,
        }
    }
}

impl Recorder {
    /// Starts the writer thread. It ends when the recorder is dropped.
    pub(crate) fn start(store: Arc<dyn Store>, desk: &Arc<Desk>) -> Self {
        let (queue, inbox) = mpsc::unbounded_channel();
        let state = Arc::new(State {
            failed: AtomicBool::new(false),
            failure: Mutex::new(None),
            reopened: AtomicUsize::new(0),
            found: AtomicUsize::new(0),
        });
        let writer = Writer {
            store,
            desk: Arc::clone(desk),
            state: Arc::clone(&state),
        };
        std::thread::spawn(move || writer.run(inbox));
        Self {
            queue,
            // As much as one batch may wait while another is being stored.
            room: Arc::new(Semaphore::new(BATCH + WAITING)),
            state,
        }
    }

    /// Reconciles and stores one visited page with the URLs it led to. Waits when the writer is behind.
    pub(crate) async fn record(
        &self,
        place: &Arc<Place>,
        visited: Visited,
        frontier: Vec<FrontierEntry>,
    ) {
        self.send(Message::Page(Box::new((
            Arc::clone(place),
            visited,
            frontier,
        ))))
        .await;
    }

    /// Stores something already reconciled.
    pub(crate) async fn store(&self, visit: Visit) {
        self.send(Message::Ready(Box::new(visit))).await;
    }

    /// Waits until everything handed over is durable.
    pub(crate) async fn flush(&self) -> anyhow::Result<()> {
        let (done, wait) = oneshot::channel();
        // The writer only leaves after a failure, which is told below.
        drop(self.queue.send((Message::Flush(done), None)));
        let ended = wait.await;
        let failure = self.state.failure.lock().ok().and_then(|f| f.clone());
        match (failure, ended) {
            (Some(failure), _) => anyhow::bail!("写入存储失败，扫描已停：{failure}"),
            (None, Ok(())) => Ok(()),
            (None, Err(_)) => anyhow::bail!("写入线程意外结束"),
        }
    }

    /// Whether storing failed: the scan must stop.
    pub(crate) fn has_failed(&self) -> bool {
        self.state.failed.load(Ordering::Relaxed)
    }

    /// Findings re-opened so far.
    pub(crate) fn reopened(&self) -> usize {
        self.state.reopened.load(Ordering::Relaxed)
    }

    /// Findings that other processes re-opened in this scan.
    pub(crate) fn add_reopened(&self, elsewhere: usize) {
        self.state.reopened.fetch_add(elsewhere, Ordering::Relaxed);
    }

    /// Hits recorded so far, for the progress line.
    pub(crate) fn found(&self) -> usize {
        self.state.found.load(Ordering::Relaxed)
    }

    pub(crate) fn count(&self, changes: &Changes) {
        self.state.count(changes);
    }

    async fn send(&self, message: Message) {
        let weight = (1 + message.entries() / ENTRIES).min(WAITING) as u32;
        let room = Arc::clone(&self.room).acquire_many_owned(weight).await;
        // The writer only leaves after a failure; then the message has nowhere to go, and `flush` tells why.
        drop(self.queue.send((message, room.ok())));
    }
}

impl State {
    fn count(&self, changes: &Changes) {
        let counts = counts(changes);
        crate::meter::findings(&counts);
        self.reopened.fetch_add(counts.reopened, Ordering::Relaxed);
        self.found.fetch_add(
            counts.new + counts.persisting + counts.reopened,
            Ordering::Relaxed,
        );
    }
}

/// Changes by kind.
pub(crate) fn counts(changes: &Changes) -> FindingCounts {
    let mut counts = FindingCounts::default();
    for (change, _) in changes {
        match change {
            Change::New => counts.new += 1,
            Change::Persisting => counts.persisting += 1,
            Change::Fixed => counts.fixed += 1,
            Change::Reopened => counts.reopened += 1,
        }
    }
    counts
}

/// Waits a moment for more, so that a quick scan does not flush for every few pages. Never when somebody waits for the flush.
fn linger(
    inbox: &mut mpsc::UnboundedReceiver<(Message, Room)>,
    messages: &mut Vec<(Message, Room)>,
) {
    let until = std::time::Instant::now() + LINGER;
    loop {
        while !is_full(messages) {
            match inbox.try_recv() {
                Ok(message) => messages.push(message),
                Err(_) => break,
            }
        }
        let is_awaited = messages.iter().any(|(m, _)| matches!(m, Message::Flush(_)));
        if is_awaited || is_full(messages) || std::time::Instant::now() >= until {
            return;
        }
        std::thread::sleep(LINGER / 10);
    }
}

fn is_full(messages: &[(Message, Room)]) -> bool {
    let entries = messages.iter().map(|(message, _)| message.entries());
    messages.len() >= BATCH || entries.sum::<usize>() >= MOST_ENTRIES
}

struct Writer {
    store: Arc<dyn Store>,
    desk: Arc<Desk>,
    state: Arc<State>,
}

impl Writer {
    fn run(&self, mut inbox: mpsc::UnboundedReceiver<(Message, Room)>) {
        while let Some(first) = inbox.blocking_recv() {
            let mut messages = vec![first];
            linger(&mut inbox, &mut messages);
            let (mut visits, mut waiting, mut rooms) = (Vec::new(), Vec::new(), Vec::new());
            for (message, room) in messages {
                rooms.extend(room); // free again once its message is stored
                match message {
                    Message::Page(page) => {
                        visits.push(self.reconciled(page.0.as_ref(), page.1, page.2))
                    }
                    Message::Ready(visit) => visits.push(Ok(*visit)),
                    Message::Flush(done) => waiting.push(done),
                }
            }
            let stored = visits
                .into_iter()
                .collect::<Result<Vec<_>, _>>()
                .and_then(|v| match v.is_empty() {
                    true => Ok(()),
                    false => self.store.record(&v),
                });
            if let Err(error) = stored {
                if let Ok(mut failure) = self.state.failure.lock() {
                    *failure = Some(error.to_string());
                }
                self.state.failed.store(true, Ordering::Relaxed);
                return;
            }
            for done in waiting {
                let _ = done.send(()); // whoever waited may have gone
            }
        }
    }

    fn reconciled(
        &self,
        place: &Place,
        visited: Visited,
        frontier: Vec<FrontierEntry>,
    ) -> Result<Visit, duwang_store::StoreError> {
        let changes = self.changes(place, &visited)?;
        self.state.count(&changes);
        Ok(Visit {
            page: Some(visited.record),
            changes,
            frontier,
            body: visited.body,
            ..Visit::default()
        })
    }

    fn changes(
        &self,
        place: &Place,
        visited: &Visited,
    ) -> Result<Changes, duwang_store::StoreError> {
        let record = &visited.record;
        let existing = match visited.known {
            true => self
                .store
                .findings_of_page(&place.channel.id, &record.url)?,
            false => Vec::new(),
        };
        let now = self.desk.clock.now();
        let Some(judged) = &visited.judged else {
            return Ok(match record.outcome.kind {
                OutcomeKind::Unchanged => still_there(existing, place, record),
                _ => Changes::new(),
            });
        };
        let ran = &judged.checked.ran;
        let may_close = |f: &Finding| {
            ran.contains(&f.hit.rule)
                && !judged.checked.is_unjudged(&f.hit.rule, f.url())
                && f.hit.subject == Subject::Page(record.url.clone())
        };
        let reading = PageReading {
            unit: &place.unit.id,
            channel: &place.channel.id,
            scan: &record.scan,
            now,
            title: &judged.title,
            kind: Some(judged.kind),
            published: judged.published,
            snapshot: Snapshot {
                hash: record.snapshot.clone().unwrap_or_default(),
                fetched: record.read,
                status: record.status,
            },
            hits: &judged.checked.hits,
            may_close: &may_close,
        };
        Ok(reconcile(&existing, &reading))
    }
}

/// An unchanged page still shows what it showed: its findings are said again, so that waivers that ran out are noticed.
fn still_there(existing: Vec<Finding>, place: &Place, record: &PageRecord) -> Changes {
    let here = Subject::Page(record.url.clone());
    let about_page: Vec<Finding> = existing
        .into_iter()
        .filter(|f| f.present && f.kind.is_some() && f.hit.subject == here)
        .collect();
    let Some(first) = about_page.first() else {
        return Changes::new();
    };
    let hits: Vec<Hit> = about_page.iter().map(|f| f.hit.clone()).collect();
    let reading = PageReading {
        unit: &place.unit.id,
        channel: &place.channel.id,
        scan: &record.scan,
        now: record.visited,
        title: &first.page_title,
        kind: first.kind,
        published: first.published,
        snapshot: first.snapshot.clone(),
        hits: &hits,
        may_close: &|_| false,
    };
    reconcile(&about_page, &reading)
}
