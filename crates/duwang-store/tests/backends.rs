//! One contract, every store; and the embedded store against the plain one, call by call.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod calls;

use calls::{Call, calls, make, view};
use duwang_model::{Change, Decision, Finding, FindingFilter, Verdict, Visit};
use duwang_store::contract::{run_all, sample};
use duwang_store::{Memory, OpenOptions, Store, open, open_with};
use proptest::prelude::*;
use std::path::Path;

fn options() -> OpenOptions {
    OpenOptions {
        reserve: 0,
        ..OpenOptions::default()
    }
}

fn sled(dir: &Path) -> Box<dyn Store> {
    open_with("sled:", dir, &options()).unwrap()
}

#[test]
fn memory_keeps_every_promise() {
    run_all(&|| Box::new(Memory::new()));
}

#[test]
fn sled_keeps_every_promise() {
    let dir = tempfile::tempdir().unwrap();
    let count = std::cell::Cell::new(0);
    run_all(&|| {
        count.set(count.get() + 1);
        sled(&dir.path().join(count.get().to_string()))
    });
}

#[test]
fn bodies_in_an_object_store_keep_every_promise() {
    let dir = tempfile::tempdir().unwrap();
    let count = std::cell::Cell::new(0);
    run_all(&|| {
        count.set(count.get() + 1);
        let own = dir.path().join(count.get().to_string());
        let options = OpenOptions {
            bodies: Some(format!("file://{}", own.join("bucket").display())),
            ..options()
        };
        open_with("sled:", &own, &options).unwrap()
    });
}

#[test]
fn a_damaged_object_is_told_and_a_wrong_address_refused() {
    let dir = tempfile::tempdir().unwrap();
    let bucket = dir.path().join("桶");
    let at = |bodies: String| OpenOptions {
        bodies: Some(bodies),
        ..options()
    };
    let address = url::Url::from_file_path(&bucket).unwrap().to_string();
    let store = open_with("sled:", dir.path(), &at(address)).unwrap();
    let name = store.keep_body(b"body").unwrap();
    let hex = name.strip_prefix("sha256:").unwrap();
    let file = bucket.join(&hex[..2]).join(format!("{}.zst", &hex[2..]));
    std::fs::write(file, b"other").unwrap();
    let error = store.body(&name).unwrap_err().to_string();
    assert!(error.contains("已损坏"), "{error}");
    drop(store);
    for wrong in ["ftp://x/y", "nothing", "s3:"] {
        let error = open_with("sled:", dir.path(), &at(wrong.into()));
        let error = error.err().unwrap().to_string();
        assert!(error.contains("bodies"), "{error}");
    }
}

#[test]
fn addresses_are_understood_or_refused() {
    let dir = tempfile::tempdir().unwrap();
    let elsewhere = dir.path().join("elsewhere");
    drop(open(&format!("sled:{}", elsewhere.display()), dir.path()).unwrap());
    assert!(elsewhere.join("sled").is_dir());
    assert!(dir.path().join("bodies").is_dir());
    drop(open("sled:", dir.path()).unwrap());
    assert!(dir.path().join("store/sled").is_dir());
    assert!(open("memory:", dir.path()).is_ok());
    for url in ["postgres:x", "mysql://x", "sled", "", "memory:x"] {
        let error = open(url, dir.path()).err().unwrap().to_string();
        assert!(error.contains(url), "{error}");
    }
}

#[test]
fn everything_is_there_after_closing_and_opening() {
    let dir = tempfile::tempdir().unwrap();
    let store = sled(dir.path());
    let findings: Vec<Finding> = (0..300)
        .map(|n| sample::finding("a", "guide/x", "http://a.example/", n))
        .collect();
    let changes = findings.iter().map(|f| (Change::New, f.clone())).collect();
    store
        .record(&[Visit {
            page: Some(sample::page("a-site", "http://a.example/")),
            changes,
            frontier: vec![sample::entry("s", "a-site", "http://a.example/")],
            ..Visit::default()
        }])
        .unwrap();
    store
        .decide(&[sample::decision(&findings[7], Verdict::Confirm)])
        .unwrap();
    let body = store.keep_body(b"body").unwrap();
    let before = store.findings(&FindingFilter::default()).unwrap();
    drop(store);
    let store = sled(dir.path());
    assert_eq!(store.findings(&FindingFilter::default()).unwrap(), before);
    assert!(store.page("a-site", "http://a.example/").unwrap().is_some());
    assert_eq!(store.frontier("s", "a-site").unwrap().len(), 1);
    assert_eq!(store.body(&body).unwrap().unwrap(), b"body");
    assert!(store.stats().unwrap().notices.is_empty());
}

#[test]
fn decisions_and_visits_at_the_same_time_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = sled(dir.path());
    let findings: Vec<Finding> = (0..20)
        .map(|n| sample::finding("a", "guide/x", &format!("http://a.example/{n}"), n))
        .collect();
    let visits: Vec<Visit> = findings
        .iter()
        .map(|f| Visit {
            changes: vec![(Change::Persisting, f.clone())],
            ..Visit::default()
        })
        .collect();
    store.record(&visits).unwrap();
    std::thread::scope(|scope| {
        for person in 0..2 {
            let (store, findings) = (&store, &findings);
            scope.spawn(move || {
                for finding in findings {
                    let mut decision = sample::decision(finding, Verdict::Note);
                    decision.by = format!("复核员{person}");
                    store.decide(&[decision]).unwrap();
                }
                let dismiss: Vec<Decision> = findings
                    .iter()
                    .map(|f| sample::decision(f, Verdict::Dismiss))
                    .collect();
                store.decide(&dismiss).unwrap();
            });
        }
        scope.spawn(|| {
            for _ in 0..20 {
                store.record(&visits).unwrap(); // judged before any decision
                let listed = store.findings(&FindingFilter::default()).unwrap();
                assert_eq!(listed.len(), 20, "a list never misses or doubles a row");
            }
        });
    });
    for finding in store.findings(&FindingFilter::default()).unwrap() {
        assert_eq!(finding.decisions.len(), 4);
        assert_eq!(finding.state, duwang_model::State::Dismissed);
    }
    assert!(store.check(false).unwrap().is_sound());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn sled_answers_as_memory_does(calls in calls()) {
        let dir = tempfile::tempdir().unwrap();
        let (memory, mut store) = (Memory::new(), Some(sled(dir.path())));
        for call in &calls {
            if matches!(call, Call::Reopen) {
                drop(store.take());
                store = Some(sled(dir.path()));
            }
            let store = store.as_deref().unwrap();
            prop_assert_eq!(make(store, call), make(&memory, call), "{:?}", call);
            prop_assert_eq!(view(store), view(&memory), "{:?}", call);
        }
        prop_assert!(store.unwrap().check(false).unwrap().is_sound());
    }
}
