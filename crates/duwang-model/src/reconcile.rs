//! Hits of this scan against findings of earlier scans: new, persisting, fixed, re-opened.
//!
//! The law (invariants 4 and 5): a finding is closed only when the rule ran again on ground that was really seen and the fault
//! was not there; what a person decided is never undone by a crawl; a fault that comes back re-opens its finding.

use crate::{Document, Finding, Hit, Kind, Snapshot, State, Text, shanghai_day};
use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

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
/// what is neither hit nor closable is left alone. Changes come in the order of the hits, then what is gone.
pub fn reconcile(existing: &[Finding], reading: &PageReading<'_>) -> Changes {
    let known: BTreeMap<&str, &Finding> = existing
        .iter()
        .map(|f| (f.fingerprint.as_str(), f))
        .collect();
    let recognised = recognise(&known, reading);
    let mut changes: Changes = recognised
        .iter()
        .zip(reading.hits)
        .map(|(fault, hit)| match fault {
            Fault::Known(finding) => seen_again(finding, hit, reading),
            Fault::New(fingerprint) => (Change::New, first_seen(fingerprint, hit, reading)),
        })
        .collect();
    let seen: HashSet<&str> = changes
        .iter()
        .map(|(_, f)| f.fingerprint.as_str())
        .collect();
    let gone: Vec<&Finding> = known
        .into_values()
        .filter(|f| f.present && !seen.contains(f.fingerprint.as_str()) && (reading.may_close)(f))
        .collect();
    changes.extend(gone.into_iter().map(|f| closed(f, reading)));
    changes
}

/// Which remembered finding a hit is, or the fingerprint it gets.
enum Fault<'a> {
    Known(&'a Finding),
    New(String),
}

/// Tells for every hit which finding it is. Equal faults of one page (same rule, same words) are told apart by their surroundings
/// first and by their order on the page second, so that mending the first of two does not hand its decisions to the other.
fn recognise<'a>(known: &BTreeMap<&str, &'a Finding>, reading: &PageReading<'_>) -> Vec<Fault<'a>> {
    let mut remembered: HashMap<Sameness<'_>, Vec<&Finding>> = HashMap::new();
    for finding in known.values() {
        if (finding.unit.as_str(), finding.channel.as_str()) == (reading.unit, reading.channel) {
            remembered
                .entry(sameness(&finding.hit))
                .or_default()
                .push(finding);
        }
    }
    let mut equal_hits: BTreeMap<Sameness<'_>, Vec<usize>> = BTreeMap::new();
    for (at, hit) in reading.hits.iter().enumerate() {
        equal_hits.entry(sameness(hit)).or_default().push(at);
    }
    let mut taken: HashSet<String> = known.keys().map(|f| (*f).to_owned()).collect();
    let mut faults: Vec<(usize, Fault<'a>)> = Vec::with_capacity(reading.hits.len());
    for (same, mut hits) in equal_hits {
        hits.sort_by_key(|&at| place(&reading.hits[at]));
        let mut candidates = remembered.remove(&same).unwrap_or_default();
        candidates.sort_by_key(|f| (!f.present, place(&f.hit)));
        let mut nth = 0;
        for (at, finding) in pair(&hits, candidates, reading.hits) {
            let hit = &reading.hits[at];
            let fault = finding.map_or_else(
                || Fault::New(free_fingerprint(hit, reading, &mut nth, &mut taken)),
                Fault::Known,
            );
            faults.push((at, fault));
        }
    }
    faults.sort_by_key(|(at, _)| *at);
    faults.into_iter().map(|(_, fault)| fault).collect()
}

/// Pairs equal hits with the findings they may be: same surroundings first, then in order of place. Pages may repeat one fault thousands
/// of times, so nothing is searched for.
fn pair<'a>(
    hits: &[usize],
    candidates: Vec<&'a Finding>,
    all: &[Hit],
) -> Vec<(usize, Option<&'a Finding>)> {
    let mut by_surroundings: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (n, finding) in candidates.iter().enumerate() {
        let context = finding.hit.context.as_str();
        by_surroundings.entry(context).or_default().push_back(n);
    }
    let mut left: Vec<Option<&Finding>> = candidates.into_iter().map(Some).collect();
    let mut pairs: Vec<(usize, Option<&'a Finding>)> = hits
        .iter()
        .map(|&at| {
            let same = by_surroundings.get_mut(all[at].context.as_str());
            let found = same.and_then(VecDeque::pop_front);
            (at, found.and_then(|n| left[n].take()))
        })
        .collect();
    let mut left = left.into_iter().flatten();
    for (_, finding) in pairs.iter_mut().filter(|(_, finding)| finding.is_none()) {
        *finding = left.next();
    }
    pairs
}

/// Hits and findings with the same rule, place and identity are the same fault, or equal ones of one page.
type Sameness<'a> = (&'a str, &'a str, String);

fn sameness(hit: &Hit) -> Sameness<'_> {
    (&hit.rule, hit.subject.url(), identity(hit))
}

/// The order of equal faults on a page; the words around them settle what has no span.
fn place(hit: &Hit) -> (Option<usize>, String, Option<String>) {
    (
        hit.span.map(|s| s.start),
        hit.context.clone(),
        hit.locator.clone(),
    )
}

/// The first fingerprint nobody has. `nth` goes on counting where the equal hit before this one stopped.
fn free_fingerprint(
    hit: &Hit,
    reading: &PageReading<'_>,
    nth: &mut usize,
    taken: &mut HashSet<String>,
) -> String {
    loop {
        let candidate = fingerprint(reading.unit, reading.channel, hit, *nth);
        *nth += 1;
        if taken.insert(candidate.clone()) {
            return candidate;
        }
    }
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

fn first_seen(fingerprint: &str, hit: &Hit, reading: &PageReading<'_>) -> Finding {
    Finding {
        id: fingerprint.chars().take(12).collect(),
        fingerprint: fingerprint.to_owned(),
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
    let back = finding.state == State::Fixed || finding.waiver_ran_out(shanghai_day(reading.now));
    if back {
        finding.state = State::Reopened;
        finding.waived_until = None;
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

/// Dismissed and still waived findings keep the state a person gave them; the others become fixed.
fn closed(finding: &Finding, reading: &PageReading<'_>) -> (Change, Finding) {
    let mut finding = finding.clone();
    finding.present = false;
    finding.scan = reading.scan.to_owned();
    if finding.is_live() || finding.waiver_ran_out(shanghai_day(reading.now)) {
        finding.state = State::Fixed;
        finding.waived_until = None;
    }
    (Change::Fixed, finding)
}
