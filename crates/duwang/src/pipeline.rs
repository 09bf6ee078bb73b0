//! The life of one page, top-down: fetch → decode → extract → classify → check; the recorder then reconciles and records.

mod judge;
mod lines;
mod pictures;
mod read;
mod record;

pub use lines::Lines;

use crate::check::Cards;
use crate::clock::Clock;
use crate::extract::Manner;
use crate::render::Renderer;
use chrono::NaiveDate;
use duwang_crawl::{Crawler, Fetched, Request};
use duwang_model::{
    Body, Channel, ChannelKind, Document, Kind, Outcome, OutcomeKind, PageRecord, Region, Unit,
};
use duwang_rules::{Checked, Rules};
use duwang_store::Store;
use lines::Line;
use pictures::{draw, look_at_pictures};
use read::{is_file, read};
use record::{blank_record, count_failure};
use std::sync::Arc;
use url::Url;

/// What every page of a scan shares.
pub struct Desk {
    /// The polite network.
    pub crawler: Arc<Crawler>,
    /// The rules.
    pub rules: Arc<Rules>,
    /// The memory.
    pub store: Arc<dyn Store>,
    /// The city.
    pub region: Arc<Region>,
    /// The time.
    pub clock: Clock,
    /// Scan id.
    pub scan: String,
    /// How files are read.
    pub manner: Manner,
    /// Draws pages that are nothing without their scripts, when that is wanted.
    pub renderer: Option<Renderer>,
    /// What was checked before it was published.
    pub(crate) cards: Cards,
    /// Turns at work that costs.
    pub lines: Arc<Lines>,
}

/// What every page of a channel shares.
#[derive(Clone)]
pub struct Place {
    /// The unit.
    pub unit: Unit,
    /// The channel.
    pub channel: Channel,
}

/// One page after its visit, ready to be reconciled and recorded.
pub struct Visited {
    /// What was asked for.
    pub request: Request,
    /// The page's new record.
    pub record: PageRecord,
    /// Whether the page was known before.
    pub known: bool,
    /// What the rules said; `None` when nothing was read anew.
    pub judged: Option<Judged>,
    /// The body to keep.
    pub body: Option<Body>,
    /// The page, when what it says is in its pictures only.
    pub in_pictures: Option<Box<Document>>,
}

impl Visited {
    /// A visit that brought nothing to judge and nothing to keep.
    fn bare(request: Request, record: PageRecord, known: bool) -> Self {
        Self {
            request,
            record,
            known,
            judged: None,
            body: None,
            in_pictures: None,
        }
    }
}

/// What the rules said of a document that was read. Of the document itself only what its findings carry: hundreds wait for the writer.
pub struct Judged {
    /// Hits and the rules that ran.
    pub checked: Checked,
    /// The document's title.
    pub title: String,
    /// What it is.
    pub kind: Kind,
    /// Its publication day.
    pub published: Option<NaiveDate>,
}

/// Visits one URL. Trouble with the page is in the record's outcome. `second_look`: this is the later look at a link that failed.
pub async fn visit(
    desk: &Arc<Desk>,
    place: &Arc<Place>,
    mut request: Request,
    previous: Option<PageRecord>,
    second_look: bool,
) -> Visited {
    remember_validators(&mut request, previous.as_ref());
    let mut fetched = fetch(desk, place, &request).await;
    if fetched.outcome.kind == OutcomeKind::Unchanged
        && !previous.as_ref().is_some_and(|p| has_body(desk, p))
    {
        // The server says "unchanged", but what it is unchanged from is gone: ask for all of it.
        request.etag = None;
        request.last_modified = None;
        fetched = fetch(desk, place, &request).await;
    }
    let look = Look {
        request,
        fetched,
        previous: previous.map(Arc::new),
        second_look,
    };
    if look.is_quick(desk) {
        return look.read(desk, place);
    }
    let previous = look.previous.clone();
    let mut visited = read_aside(desk, place, look).await;
    if let (Some(renderer), true) = (
        &desk.renderer,
        duwang_crawl::is_shell(&visited.record.outcome),
    ) {
        visited = draw(desk, place, renderer, visited, previous).await;
    }
    if desk.manner.ocr && visited.in_pictures.is_some() {
        return look_at_pictures(desk, place, visited).await;
    }
    visited
}

/// An answer and what is needed to make sense of it.
struct Look {
    request: Request,
    fetched: Fetched,
    previous: Option<Arc<PageRecord>>,
    second_look: bool,
}

impl Look {
    /// Nothing came that must be read, and nothing stored must be judged again: not worth handing to another thread.
    fn is_quick(&self, desk: &Desk) -> bool {
        let is_judged = |p: &Arc<PageRecord>| record::is_judged(desk, p);
        self.fetched.body.is_none()
            && (self.fetched.outcome.kind != OutcomeKind::Unchanged
                || self.previous.as_ref().is_some_and(is_judged))
    }

    /// The line it waits in, and whether it is a page of usual length: no file, whose reader is a process of its own.
    fn line<'d>(&self, desk: &'d Desk) -> (&'d Line, bool) {
        let Some(body) = self.fetched.body.as_deref() else {
            return (&desk.lines.pages, false);
        };
        if !is_file(&self.fetched, body) {
            return (&desk.lines.pages, body.len() <= SHORT);
        }
        let format = duwang_page::sniff(body, self.fetched.content_type.as_deref());
        (desk.lines.for_file(format, desk.manner.ocr), false)
    }

    fn read(self, desk: &Desk, place: &Place) -> Visited {
        let previous = self.previous.as_deref();
        let mut visited = read(desk, place, self.request, self.fetched, previous);
        count_failure(&mut visited.record, previous, self.second_look);
        visited
    }
}

/// Bodies up to this many bytes are read in so little time that the network may wait for it: the readers are linear, and the slowest judge
/// (the language model) takes about a second for a megabyte of text.
const SHORT: usize = 96 << 10;

/// Reads beside the walk, no more at once than its line allows: more would only cost memory. What may take its time is read on
/// a thread made for that; a short page on the threads of the network, which saves waking another one for each page.
async fn read_aside(desk: &Arc<Desk>, place: &Arc<Place>, look: Look) -> Visited {
    let (request, previous) = (look.request.clone(), look.previous.clone());
    let (desk2, place2) = (Arc::clone(desk), Arc::clone(place));
    let (line, is_short_page) = look.line(desk);
    let turn = line.turn().await;
    let reading = match is_short_page {
        true => tokio::spawn(async move { look.read(&desk2, &place2) }).await,
        false => tokio::task::spawn_blocking(move || look.read(&desk2, &place2)).await,
    };
    drop(turn);
    reading.unwrap_or_else(|panic| after_panic(desk, place, request, previous.as_deref(), &panic))
}

/// A reader that panics is our fault, but it must cost one page only: the page is unread and says so.
fn after_panic(
    desk: &Desk,
    place: &Place,
    request: Request,
    previous: Option<&PageRecord>,
    panic: &dyn std::fmt::Display,
) -> Visited {
    tracing::error!(url = %request.url, %panic, "reading a page failed inside duwang");
    let outcome = Outcome::new(OutcomeKind::Unread, "读取程序出错，已记录，请反馈");
    let fetched = Fetched::without_answer(&request.url, outcome);
    let record = blank_record(desk, place, &request, &fetched, previous);
    Visited::bare(request, record, previous.is_some())
}

/// What a visit is remembered under: the URL, and for a form the form too.
pub fn key(request: &Request) -> String {
    match &request.form {
        Some(form) => format!("{}#form:{form}", request.url),
        None => request.url.clone(),
    }
}

fn remember_validators(request: &mut Request, previous: Option<&PageRecord>) {
    let Some(page) = previous.filter(|p| p.snapshot.is_some()) else {
        return;
    };
    request.etag = request.etag.take().or_else(|| page.etag.clone());
    request.last_modified = request
        .last_modified
        .take()
        .or_else(|| page.last_modified.clone());
}

fn has_body(desk: &Desk, page: &PageRecord) -> bool {
    page.snapshot
        .as_ref()
        .is_some_and(|hash| desk.store.has_body(hash))
}

async fn fetch(desk: &Desk, place: &Place, request: &Request) -> Fetched {
    let Ok(url) = Url::parse(&request.url) else {
        return Fetched::without_answer(
            &request.url,
            Outcome::new(OutcomeKind::Refused, "网址写法有误"),
        );
    };
    if url.scheme() == "file" && place.channel.kind == ChannelKind::Files {
        let at = url.clone();
        let read = tokio::task::spawn_blocking(move || crate::scan::read_file(&at)).await;
        return read.unwrap_or_else(|_| {
            let outcome = Outcome::new(OutcomeKind::Unread, "读取程序出错，已记录，请反馈");
            Fetched::without_answer(&request.url, outcome)
        });
    }
    match desk.crawler.permit(&url).await {
        Ok(permit) => desk.crawler.fetch(permit, request).await,
        Err(outcome) => Fetched::without_answer(&request.url, outcome),
    }
}
