//! Scans, pages and what waits to be visited.

use super::record;
use super::sample::{day, entry, page, scan};
use crate::{Store, StoreError};
use duwang_model::{FrontierEntry, LinkRef, LinkRole, PageRecord, PageSketch, Visit};

pub(super) fn scans_come_back_newest_first(store: &dyn Store) {
    let (first, mut second) = (
        scan("20260901-090000-aa11", 1),
        scan("20260902-090000-bb22", 2),
    );
    store.begin_scan(&first).unwrap();
    store.begin_scan(&second).unwrap();
    second.finished = Some(day(3));
    second.summary = Some(duwang_model::ScanSummary::default());
    store.save_scan(&second).unwrap();
    assert_eq!(store.scan(&second.id).unwrap().as_ref(), Some(&second));
    assert_eq!(store.scans().unwrap(), [second, first]);
    assert_eq!(store.scan("none").unwrap(), None);
}

pub(super) fn a_finished_scan_never_begins_again(store: &dyn Store) {
    let mut begun = scan("s", 1);
    begun.seed = 7;
    store.begin_scan(&begun).unwrap();
    store.begin_scan(&scan("s", 1)).unwrap();
    assert_eq!(
        store.scan("s").unwrap().unwrap().seed,
        7,
        "resuming changes nothing"
    );
    begun.finished = Some(day(2));
    store.save_scan(&begun).unwrap();
    assert!(matches!(
        store.begin_scan(&begun),
        Err(StoreError::FinishedScan(_))
    ));
}

pub(super) fn pages_come_back_by_channel_and_url(store: &dyn Store) {
    let pages = [
        page("a", "http://a.example/2"),
        page("a", "http://a.example/1"),
        page("ab", "http://a.example/1"),
    ];
    for page in &pages {
        record(
            store,
            Visit {
                page: Some(page.clone()),
                ..Visit::default()
            },
        );
    }
    let mut changed = pages[0].clone();
    changed.status = 404;
    let link = |text: &str, role| LinkRef {
        url: "http://a.example/3".into(),
        text: text.into(),
        role,
    };
    changed.links = vec![
        link("《青石街道\"十五五\"规划》", LinkRole::Content),
        link("《青石街道章程》", LinkRole::Nav),
        link("下一页", LinkRole::Content),
    ];
    record(
        store,
        Visit {
            page: Some(changed.clone()),
            ..Visit::default()
        },
    );
    assert_eq!(
        store.page("a", "http://a.example/2").unwrap(),
        Some(changed.clone())
    );
    assert_eq!(store.page("b", "http://a.example/2").unwrap(), None);
    let mut found: Vec<PageRecord> = Vec::new();
    store.each_page("a", &mut |page| found.push(page)).unwrap();
    assert_eq!(found, [pages[1].clone(), changed]);
    let mut sketches = Vec::new();
    store
        .each_sketch("a", &mut |page| sketches.push(page))
        .unwrap();
    let expected: Vec<PageSketch> = found.into_iter().map(PageSketch::from).collect();
    assert_eq!(sketches, expected);
}

pub(super) fn a_visited_url_is_not_queued_again(store: &dyn Store) {
    let url = "http://a.example/1";
    let queue = |entries: &[FrontierEntry]| {
        record(
            store,
            Visit {
                frontier: entries.to_vec(),
                ..Visit::default()
            },
        );
        store.frontier("s", "a").unwrap()
    };
    assert!(!queue(&[entry("s", "a", url)])[0].done);
    let mut done = entry("s", "a", url);
    done.done = true;
    assert!(queue(std::slice::from_ref(&done))[0].done);
    assert!(
        queue(&[entry("s", "a", url)])[0].done,
        "another page links there too"
    );
    let mut later = entry("s", "a", url);
    later.not_before = Some(day(9));
    assert!(!queue(&[later])[0].done, "a second look was asked for");
    assert!(
        queue(&[done, entry("s", "a", url)])[0].done,
        "the order within a visit counts"
    );
    assert_eq!(queue(&[]).len(), 1);
}

pub(super) fn a_frontier_ends_with_its_scan(store: &dyn Store) {
    let entries = |scan: &str, channel: &str, count: usize| {
        (0..count)
            .map(|n| entry(scan, channel, &format!("http://a.example/{n:05}")))
            .collect::<Vec<_>>()
    };
    for (scan, channel, count) in [("s", "a", 4_500), ("s", "b", 3), ("s2", "a", 5)] {
        record(
            store,
            Visit {
                frontier: entries(scan, channel, count),
                ..Visit::default()
            },
        );
    }
    assert_eq!(
        store.frontier("s", "a").unwrap(),
        entries("s", "a", 4_500),
        "by URL"
    );
    assert_eq!(store.frontier("s", "b").unwrap().len(), 3);
    store.end_frontier("s").unwrap();
    assert!(store.frontier("s", "a").unwrap().is_empty());
    assert!(store.frontier("s", "b").unwrap().is_empty());
    assert_eq!(store.frontier("s2", "a").unwrap().len(), 5);
}
