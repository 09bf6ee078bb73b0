//! From an answer to what it means: decode, extract, classify, check.

use super::judge::judge;
use super::record::{blank_record, is_judged, note_body};
use super::{Desk, Judged, Place, Visited};
use crate::extract;
use duwang_crawl::{Fetched, Purpose, Request};
use duwang_html::{Limits, Tree};
use duwang_model::{
    Body, ChannelKind, Document, Kind, LinkRef, LinkRole, ListReading, Outcome, OutcomeKind,
    PageRecord, body_name,
};
use duwang_page::{Format, Hints, Reading, Source};
use std::sync::Arc;
use url::Url;

/// From the answer to what it means. Pure but for looking up a stored body.
pub(super) fn read(
    desk: &Desk,
    place: &Place,
    request: Request,
    fetched: Fetched,
    previous: Option<&PageRecord>,
) -> Visited {
    let mut record = blank_record(desk, place, &request, &fetched, previous);
    if fetched.outcome.kind == OutcomeKind::Unchanged
        && let Some(page) = previous
    {
        return unchanged(desk, place, request, record, page);
    }
    // Some firewalls answer 403 or 412 and still send the page: its content decides.
    let may_be_read = matches!(fetched.outcome.kind, OutcomeKind::Ok | OutcomeKind::Blocked)
        && !record.check_only;
    if let (true, Some(body)) = (may_be_read, fetched.body.clone()) {
        if let Some(name) = same_file(desk, &fetched, &body, previous) {
            note_body(&mut record, &fetched, name, None);
            record.outcome = Outcome::new(OutcomeKind::Unchanged, "");
            return Visited::bare(request, record, true);
        }
        let mut in_pictures = None;
        let judged = match read_body(desk, place, &request, &fetched, &body, &mut record) {
            Read::Judged(judged) => Some(*judged),
            Read::InPictures(page) => {
                in_pictures = Some(page);
                None
            }
            Read::Nothing => None,
        };
        let is_seen = record.outcome.is_seen();
        let is_evidence = record.outcome.kind == OutcomeKind::Unread
            && (in_pictures.is_some() || is_file(&fetched, &body));
        if !is_seen && !is_evidence {
            return Visited::bare(request, record, previous.is_some());
        }
        let Ok((name, body)) = evidence(desk, &body, previous) else {
            record.outcome = Outcome::new(OutcomeKind::Unread, "本机内存不足，没能留下快照");
            return Visited::bare(request, record, previous.is_some());
        };
        if is_seen {
            note_body(&mut record, &fetched, name, previous);
        } else {
            // What could not be read is kept too; next time the server may say that it is still the same.
            let (read, failures) = (record.read, record.failures);
            note_body(&mut record, &fetched, name, None);
            (record.read, record.failures) = (read, failures);
            record.content_hash = None;
        }
        return Visited {
            judged: judged.filter(|_| is_seen),
            in_pictures: in_pictures.filter(|_| !is_seen),
            body,
            ..Visited::bare(request, record, previous.is_some())
        };
    }
    Visited::bare(request, record, previous.is_some())
}

/// The name of a body, and the body itself unless it was kept before. Packed here, on the many threads that read, and not by the one writer.
fn evidence(
    desk: &Desk,
    bytes: &[u8],
    previous: Option<&PageRecord>,
) -> std::io::Result<(String, Option<Body>)> {
    if let Some(before) = previous.and_then(|p| p.snapshot.as_deref())
        && body_name(bytes) == before
        && desk.store.has_body(before)
    {
        return Ok((before.to_owned(), None));
    }
    let body = Body::pack(bytes)?;
    Ok((body.name().to_owned(), Some(body)))
}

/// Whether a body is read in a process of its own.
pub(super) fn is_file(fetched: &Fetched, body: &[u8]) -> bool {
    let hints = Hints::default();
    duwang_page::is_file(&source(fetched, body, &hints))
}

pub(super) fn source<'s>(fetched: &'s Fetched, body: &'s [u8], hints: &'s Hints) -> Source<'s> {
    Source {
        url: &fetched.final_url,
        bytes: body,
        content_type: fetched.content_type.as_deref(),
        hints,
    }
}

/// The name of a file whose bytes were read and judged by the same rules before: it is not read again.
fn same_file(
    desk: &Desk,
    fetched: &Fetched,
    body: &[u8],
    previous: Option<&PageRecord>,
) -> Option<String> {
    let may_be =
        |page: &&PageRecord| is_judged(desk, page) && page.read.is_some() && is_file(fetched, body);
    let before = previous.filter(may_be)?.snapshot.as_ref()?;
    let name = body_name(body);
    (name == *before).then_some(name)
}

/// 304: nothing to read, unless what was said of it may no longer hold: then the stored body is judged again.
fn unchanged(
    desk: &Desk,
    place: &Place,
    request: Request,
    mut record: PageRecord,
    page: &PageRecord,
) -> Visited {
    let was_seen = page.outcome.is_seen();
    record.read = if was_seen {
        Some(desk.clock.now())
    } else {
        page.read
    };
    record.final_url.clone_from(&page.final_url);
    record.status = page.status;
    let stored = page
        .snapshot
        .as_ref()
        .filter(|_| !is_judged(desk, page))
        .and_then(|h| desk.store.body(h).ok().flatten());
    let mut in_pictures = None;
    let judged = stored.and_then(|body| {
        let content_type = header(&page.headers, "content-type").map(str::to_owned);
        let again = Fetched {
            status: 200,
            content_type,
            body: Some(Arc::from(body)),
            ..Fetched::without_answer(record.final_url.as_str(), Outcome::ok())
        };
        let body = again.body.clone()?;
        record.outcome = Outcome::ok();
        let read = read_body(desk, place, &request, &again, &body, &mut record);
        if record.outcome.is_seen() {
            record.outcome = Outcome::new(OutcomeKind::Unchanged, "");
            record.read = Some(desk.clock.now());
        }
        match read {
            Read::Judged(judged) => Some(*judged),
            Read::InPictures(page) => {
                in_pictures = Some(page);
                None
            }
            Read::Nothing => None,
        }
    });
    Visited {
        judged,
        in_pictures,
        ..Visited::bare(request, record, true)
    }
}

/// What came of reading a body; the record's outcome says why when nothing did.
enum Read {
    Judged(Box<Judged>),
    /// The page says what it says in pictures.
    InPictures(Box<Document>),
    Nothing,
}

/// Decodes, extracts, classifies and checks one body; sets the record's outcome by what the content says.
fn read_body(
    desk: &Desk,
    place: &Place,
    request: &Request,
    fetched: &Fetched,
    body: &[u8],
    record: &mut PageRecord,
) -> Read {
    let hints = hints(place, request);
    let content_type = fetched.content_type.as_deref();
    if let Purpose::Interface { platform, .. } = &request.purpose {
        if let Ok(url) = Url::parse(&fetched.final_url) {
            let text = duwang_page::decode(body, content_type).text;
            record.list = Some(duwang_crawl::read_interface(platform, &url, &text));
        }
        return Read::Nothing;
    }
    let refused = fetched.outcome.kind == OutcomeKind::Blocked;
    if duwang_page::sniff(body, content_type) != Format::Html {
        if refused {
            return Read::Nothing;
        }
        return match extract::read(&source(fetched, body, &hints), desk.manner) {
            Reading::Document(document) => {
                let judged = judge(desk, place, request, *document, None, record);
                Read::Judged(Box::new(judged))
            }
            Reading::Unread(outcome) => {
                record.outcome = outcome;
                Read::Nothing
            }
        };
    }
    let decoded = duwang_page::decode(body, content_type);
    let tree = duwang_html::parse(&decoded.text, Limits::default());
    record.outcome = duwang_crawl::judge(fetched, &decoded.text, &tree);
    if !record.outcome.is_seen() {
        return Read::Nothing;
    }
    let list = list_of(place, &fetched.final_url, &decoded.text, &tree);
    let mut hints = hints;
    if list.is_some() && matches!(request.purpose, Purpose::Entry | Purpose::List { .. }) {
        hints.kind = Some(Kind::List);
    }
    let mut document = duwang_page::read_html(
        &fetched.final_url,
        &decoded.text,
        &tree,
        decoded.charset,
        &hints,
    );
    document.notes.extend(decoded.notes);
    if let Some(unread) = duwang_page::unread(&document) {
        record.outcome = unread;
        return Read::InPictures(Box::new(document));
    }
    let judged = judge(desk, place, request, document, list, record);
    follow_forward(&fetched.final_url, &decoded.text, &tree, record);
    Read::Judged(Box::new(judged))
}

/// An entry that only sends its reader elsewhere (meta refresh, script) leads where it sends.
fn follow_forward(url: &str, html: &str, tree: &Tree, record: &mut PageRecord) {
    let forward = duwang_crawl::forward(url, html, tree);
    if let Some(to) = forward {
        record.links.push(LinkRef {
            url: duwang_crawl::normalise(&to),
            text: "自动跳转".to_owned(),
            role: LinkRole::Nav,
        });
    }
}

fn list_of(place: &Place, url: &str, html: &str, tree: &Tree) -> Option<ListReading> {
    if place.channel.kind != ChannelKind::Website {
        return None;
    }
    duwang_crawl::read_list(&Url::parse(url).ok()?, html, tree)
}

fn hints(place: &Place, request: &Request) -> Hints {
    let mut hints = Hints {
        channel: Some(place.channel.kind),
        attached: request.purpose == Purpose::Attachment,
        name: file_name(&request.url),
        ..Hints::default()
    };
    if let Purpose::Page {
        column,
        title,
        date,
    } = &request.purpose
    {
        hints.list_title = (!title.is_empty()).then(|| title.clone());
        hints.list_date = *date;
        hints.column.clone_from(column);
    }
    hints
}

fn file_name(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let name = url.path_segments()?.next_back()?;
    (!name.is_empty()).then(|| name.to_owned())
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, v)| v.as_str())
}
