//! What is noted of a visit: the record before anything is read, the body that was, and failures in a row.

use super::{Desk, Place, key};
use duwang_crawl::{Fetched, Purpose, Request};
use duwang_model::{Outcome, OutcomeKind, PageRecord};

/// The record of this visit before anything is read: what the earlier visit knew stays until it is known better.
pub(super) fn blank_record(
    desk: &Desk,
    place: &Place,
    request: &Request,
    fetched: &Fetched,
    previous: Option<&PageRecord>,
) -> PageRecord {
    let now = desk.clock.now();
    let before = previous.cloned();
    let fresh = PageRecord {
        channel: place.channel.id.clone(),
        url: key(request),
        final_url: fetched.final_url.clone(),
        outcome: fetched.outcome.clone(),
        status: fetched.status,
        visited: now,
        read: None,
        first_seen: now,
        scan: desk.scan.clone(),
        snapshot: None,
        content_hash: None,
        etag: None,
        last_modified: None,
        headers: Vec::new(),
        rules: String::new(),
        facts: None,
        links: Vec::new(),
        list: None,
        check_only: request.purpose == Purpose::Check,
        checked_before: None,
        failures: 0,
        notes: Vec::new(),
        requests: fetched.requests,
        bytes: fetched.bytes,
    };
    let Some(old) = before else { return fresh };
    PageRecord {
        read: old.read,
        first_seen: old.first_seen,
        snapshot: old.snapshot,
        content_hash: old.content_hash,
        etag: old.etag,
        last_modified: old.last_modified,
        headers: old.headers,
        rules: old.rules,
        facts: old.facts,
        links: old.links,
        list: old.list,
        notes: old.notes,
        checked_before: old.checked_before,
        ..fresh
    }
}

/// Whether what was said of a page still holds of the same page: by the same rules, of a page that could be read, and no day it speaks of
/// has passed since.
pub(super) fn is_judged(desk: &Desk, page: &PageRecord) -> bool {
    page.rules == desk.rules.version()
        && page.outcome.is_seen()
        && !page.is_overtaken(desk.clock.now())
}

/// Notes the body that was read, and that it is the same where it is.
pub(super) fn note_body(
    record: &mut PageRecord,
    fetched: &Fetched,
    name: String,
    previous: Option<&PageRecord>,
) {
    record.read = Some(record.visited);
    record.failures = 0;
    record.etag.clone_from(&fetched.etag);
    record.last_modified.clone_from(&fetched.last_modified);
    record.headers = fetched
        .headers
        .iter()
        .take(40)
        .map(|(n, v)| (n.clone(), v.chars().take(300).collect()))
        .collect();
    record.snapshot = Some(name);
    let same = previous.is_some_and(|p| {
        p.read.is_some() && p.content_hash.is_some() && p.content_hash == record.content_hash
    });
    if same {
        record.outcome = Outcome::new(OutcomeKind::Unchanged, "");
    }
}

/// Two looks that failed at two times make a dead link; looks in quick succession are one.
pub(super) fn count_failure(
    record: &mut PageRecord,
    previous: Option<&PageRecord>,
    second_look: bool,
) {
    if record.outcome.is_seen() || !record.outcome.is_worth_another_look() {
        record.failures = 0;
        return;
    }
    let before = previous.map_or(0, |p| p.failures);
    record.failures = match before {
        0 => 1,
        before if second_look || previous.is_some_and(|p| p.scan != record.scan) => before + 1,
        before => before,
    };
}
