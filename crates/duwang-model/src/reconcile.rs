//! Hits of this scan against findings of earlier scans: new, persisting, fixed, re-opened.
//!
//! The law (invariants 4 and 5): a finding is closed only when the rule ran again on ground that was really seen and the fault
//! was not there; what a person decided is never undone by a crawl; a fault that comes back re-opens its finding.

use crate::{Document, Finding, Hit, Kind, Snapshot, State, Text};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// One reading of a page (or of a channel as a whole) and what the rules said of it.
pub struct PageReading<'a> {
    /// Unit id.
    pub unit: &'a str,
    /// Channel id.
    pub channel: &'a str,
    /// Scan id.
    pub scan: &'a str,
    /// The moment of the scan.
    pub now: DateTime<Utc>,
    /// Title of the page; empty for a channel-level reading.
    pub title: &'a str,
    /// Kind of the page; `None` for a channel-level reading.
    pub kind: Option<Kind>,
    /// Publication day.
    pub published: Option<NaiveDate>,
    /// Evidence.
    pub snapshot: Snapshot,
    /// What the rules said.
    pub hits: &'a [Hit],
    /// Whether absence of the hit proves that this finding's fault is gone: its rule ran, on ground that was seen.
    pub may_close: &'a dyn Fn(&Finding) -> bool,
}

impl<'a> PageReading<'a> {
    /// A reading of one document.
    pub fn of_document(
        document: &'a Document,
        hits: &'a [Hit],
        may_close: &'a dyn Fn(&Finding) -> bool,
    ) -> Self {
        Self {
            unit: "",
            channel: "",
            scan: "",
            now: DateTime::UNIX_EPOCH,
            title: &document.title,
            kind: Some(document.kind),
            published: document.published,
            snapshot: Snapshot::default(),
            hits,
            may_close,
        }
    }
}

/// What happened to one finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Seen for the first time.
    New,
    /// Seen again.
    Persisting,
    /// Proved gone.
    Fixed,
    /// Back after having been fixed, or after its waiver ran out.
    Reopened,
}

/// Findings to write, each with what happened to it. Findings that are not in here stay as they are.
pub type Changes = Vec<(Change, Finding)>;

/// Compares this reading with the findings remembered for the same ground. `existing` may hold more than this ground's findings:
/// what is neither hit nor closable is left alone.
pub fn reconcile(existing: &[Finding], reading: &PageReading<'_>) -> Changes {
    let mut known: HashMap<&str, &Finding> = existing
        .iter()
        .map(|f| (f.fingerprint.as_str(), f))
        .collect();
    let mut seen_before: HashMap<(&str, &str, String), usize> = HashMap::new();
    let mut changes = Changes::new();
    for hit in reading.hits {
        let nth = seen_before
            .entry((&hit.rule, hit.subject.url(), identity(hit)))
            .or_insert(0);
        let fingerprint = fingerprint(reading.unit, reading.channel, hit, *nth);
        *nth += 1;
        changes.push(match known.remove(fingerprint.as_str()) {
            Some(finding) => seen_again(finding, hit, reading),
            None => (Change::New, first_seen(fingerprint, hit, reading)),
        });
    }
    let mut gone: Vec<&Finding> = known
        .into_values()
        .filter(|f| f.present && (reading.may_close)(f))
        .collect();
    gone.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
    changes.extend(gone.into_iter().map(|f| closed(f, reading)));
    changes
}

/// What makes a fault the same fault next time: where, which rule, and what it points at — not the offset, so that small
/// edits elsewhere on the page change nothing. `nth` tells equal faults on one page apart.
pub fn fingerprint(unit: &str, channel: &str, hit: &Hit, nth: usize) -> String {
    let mut hash = Sha256::new();
    for part in [
        unit,
        channel,
        &hit.rule,
        hit.subject.url(),
        &identity(hit),
        &nth.to_string(),
    ] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize()
        .iter()
        .take(16)
        .map(|b| format!("{b:02x}"))
        .collect()
}

fn identity(hit: &Hit) -> String {
    let raw = if hit.key.is_empty() {
        &hit.quote
    } else {
        &hit.key
    };
    Text::new(raw.clone()).folded().split_whitespace().collect()
}

fn first_seen(fingerprint: String, hit: &Hit, reading: &PageReading<'_>) -> Finding {
    Finding {
        id: fingerprint.chars().take(12).collect(),
        fingerprint,
        unit: reading.unit.to_owned(),
        channel: reading.channel.to_owned(),
        page_title: reading.title.to_owned(),
        kind: reading.kind,
        published: reading.published,
        hit: hit.clone(),
        also: Vec::new(),
        state: State::Open,
        present: true,
        waived_until: None,
        first_seen: reading.now,
        last_seen: reading.now,
        scan: reading.scan.to_owned(),
        first_scan: reading.scan.to_owned(),
        snapshot: reading.snapshot.clone(),
        reopened: 0,
        decisions: Vec::new(),
    }
}

fn seen_again(finding: &Finding, hit: &Hit, reading: &PageReading<'_>) -> (Change, Finding) {
    let mut finding = finding.clone();
    let waiver_ran_out = finding.state == State::Waived
        && finding
            .waived_until
            .is_some_and(|until| shanghai_day(reading.now) > until);
    let back = finding.state == State::Fixed || waiver_ran_out;
    if back {
        finding.state = State::Reopened;
        finding.reopened += 1;
    }
    finding.hit = hit.clone();
    finding.page_title = reading.title.to_owned();
    finding.kind = reading.kind;
    finding.published = reading.published;
    finding.present = true;
    finding.last_seen = reading.now;
    finding.scan = reading.scan.to_owned();
    finding.snapshot = reading.snapshot.clone();
    (
        if back {
            Change::Reopened
        } else {
            Change::Persisting
        },
        finding,
    )
}

/// Dismissed and waived findings keep the state a person gave them; the others become fixed.
fn closed(finding: &Finding, reading: &PageReading<'_>) -> (Change, Finding) {
    let mut finding = finding.clone();
    finding.present = false;
    finding.scan = reading.scan.to_owned();
    if finding.is_live() {
        finding.state = State::Fixed;
    }
    (Change::Fixed, finding)
}

fn shanghai_day(at: DateTime<Utc>) -> NaiveDate {
    let east8 = FixedOffset::east_opt(8 * 3600);
    east8.map_or_else(
        || at.date_naive(),
        |zone| at.with_timezone(&zone).date_naive(),
    )
}
