//! The promises of [`Store`] as functions: every backend runs all of them on fresh stores in its tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a broken promise ends the test"
)]

mod bodies;
mod decisions;
mod findings;
mod notebook;
pub mod sample;
mod scans;
mod transfer;

use crate::{Result, Store, row};
use duwang_model::{Change, Finding, Visit};

/// A value as it stands on disk behind its version and checksum.
pub fn raw_row<T: serde::Serialize>(value: &T) -> Vec<u8> {
    row::encode(RAW_KEY, value).unwrap().split_off(row::CRC_END)
}

/// Reads such bytes, under a checksum that is right whatever they are.
pub fn read_raw_row(bytes: &[u8]) -> Result<serde_json::Value> {
    row::decode("raw", RAW_KEY, &row::sealed(RAW_KEY, bytes))
}

const RAW_KEY: &[u8] = b"raw";

/// One promise: a name and the function that tries it on an empty store.
pub type Promise = (&'static str, fn(&dyn Store));

/// Every promise.
pub const PROMISES: &[Promise] = &[
    (
        "scans come back, newest first",
        scans::scans_come_back_newest_first,
    ),
    (
        "a finished scan never begins again",
        scans::a_finished_scan_never_begins_again,
    ),
    (
        "pages come back by channel and URL",
        scans::pages_come_back_by_channel_and_url,
    ),
    (
        "a visited URL is not queued again",
        scans::a_visited_url_is_not_queued_again,
    ),
    (
        "a frontier ends with its scan",
        scans::a_frontier_ends_with_its_scan,
    ),
    (
        "findings are listed in order",
        findings::findings_are_listed_in_order,
    ),
    ("filters choose", findings::filters_choose),
    ("listing stops when told", findings::listing_stops_when_told),
    ("ids may be shortened", findings::ids_may_be_shortened),
    ("equal short ids grow", findings::equal_short_ids_grow),
    (
        "decisions are all or nothing",
        decisions::decisions_are_all_or_nothing,
    ),
    ("decisions are signed", decisions::decisions_are_signed),
    (
        "a crawl never undoes a decision",
        decisions::a_crawl_never_undoes_a_decision,
    ),
    (
        "a moved finding is found at its new page only",
        findings::a_moved_finding_is_found_at_its_new_page_only,
    ),
    (
        "a superseded finding leaves its decisions",
        findings::a_superseded_finding_leaves_its_decisions,
    ),
    (
        "findings belong to page and channel",
        findings::findings_belong_to_page_and_channel,
    ),
    (
        "bodies are kept once and proved",
        bodies::bodies_are_kept_once_and_proved,
    ),
    ("no text breaks a key", findings::no_text_breaks_a_key),
    (
        "missing bodies are reported",
        bodies::missing_bodies_are_reported,
    ),
    (
        "an export can be imported",
        transfer::an_export_can_be_imported,
    ),
    (
        "a damaged export is refused",
        transfer::a_damaged_export_is_refused,
    ),
    (
        "odd numbers come back readable",
        findings::odd_numbers_come_back_readable,
    ),
    (
        "notes are compared before they are written",
        notebook::notes_are_compared_before_they_are_written,
    ),
    ("logs are chained", notebook::logs_are_chained),
    (
        "a decision and its log entry stand together",
        decisions::a_decision_and_its_log_entry_stand_together,
    ),
    (
        "news names what changed",
        decisions::news_names_what_changed,
    ),
];

/// Runs every promise, each on a store of its own.
pub fn run_all(fresh: &dyn Fn() -> Box<dyn Store>) {
    for (name, promise) in PROMISES {
        let store = fresh();
        promise(&*store);
        let report = store.check(false).unwrap();
        assert_eq!(
            (report.damaged, report.index_missing, report.index_stray),
            (0, 0, 0),
            "after “{name}”: {report:?}"
        );
    }
}

fn record(store: &dyn Store, visit: Visit) {
    store.record(&[visit]).unwrap();
}

fn record_findings(store: &dyn Store, findings: &[Finding]) {
    let changes = findings.iter().map(|f| (Change::New, f.clone())).collect();
    record(
        store,
        Visit {
            changes,
            ..Visit::default()
        },
    );
}
