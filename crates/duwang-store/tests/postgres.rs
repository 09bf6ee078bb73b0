//! The shared store: the contract, many writers at once, a database that goes away, and moving between backends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod calls;

use calls::{Call, calls, make, view};
use duwang_model::{Change, Decision, Finding, FindingFilter, Verdict, Visit};
use duwang_store::cluster::Cluster;
use duwang_store::contract::{run_all, sample};
use duwang_store::{Fence, Memory, OpenOptions, Postgres, Store, StoreError, import, open_with};
use proptest::prelude::*;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

fn options() -> OpenOptions {
    OpenOptions {
        reserve: 0,
        ..OpenOptions::default()
    }
}

fn postgres(url: &str, dir: &Path) -> Postgres {
    Postgres::open(url, dir, &options()).unwrap()
}

#[test]
fn postgres_keeps_every_promise() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let count = std::cell::Cell::new(0);
    run_all(&|| {
        count.set(count.get() + 1);
        let data = dir.path().join(count.get().to_string());
        open_with(&cluster.database(), &data, &options()).unwrap()
    });
}

#[test]
fn postgres_answers_as_memory_does() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let url = cluster.database();
    let dir = tempfile::tempdir().unwrap();
    drop(postgres(&url, dir.path()));
    let config = ProptestConfig {
        cases: 16,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(calls in calls())| {
        cluster.sql(&url, "TRUNCATE duwang.scans, duwang.frontier, duwang.pages, duwang.findings");
        let (memory, mut store) = (Memory::new(), postgres(&url, dir.path()));
        for call in &calls {
            if matches!(call, Call::Reopen) {
                store = postgres(&url, dir.path());
            }
            prop_assert_eq!(make(&store, call), make(&memory, call), "{:?}", call);
            prop_assert_eq!(view(&store), view(&memory), "{:?}", call);
        }
        prop_assert!(store.check(false).unwrap().is_sound());
    });
}

/// The same findings as visits, one visit each.
fn visits(findings: &[Finding]) -> Vec<Visit> {
    findings
        .iter()
        .map(|f| Visit {
            changes: vec![(Change::Persisting, f.clone())],
            ..Visit::default()
        })
        .collect()
}

#[test]
fn writers_of_several_processes_lose_nothing() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let (url, dir) = (cluster.database(), tempfile::tempdir().unwrap());
    // A store of its own for each thread: as separate as processes are.
    let stores: Vec<Postgres> = (0..4).map(|_| postgres(&url, dir.path())).collect();
    let findings: Vec<Finding> = (0..20)
        .map(|n| sample::finding("a", "guide/x", &format!("http://a.example/{n}"), n))
        .collect();
    stores[0].record(&visits(&findings)).unwrap();
    std::thread::scope(|scope| {
        for (person, store) in stores[..2].iter().enumerate() {
            let findings = &findings;
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
        for (n, store) in stores[2..].iter().enumerate() {
            let findings = &findings;
            scope.spawn(move || {
                for round in 0..20 {
                    // Both writers also bring new rows with the same keys, in opposite orders.
                    let mut mine = findings.clone();
                    mine.extend((0..5).map(|k| {
                        sample::finding("b", "typo/y", "http://b.example/", 1_000 + round * 5 + k)
                    }));
                    if n == 1 {
                        mine.reverse();
                    }
                    store.record(&visits(&mine)).unwrap();
                    let only_a = FindingFilter {
                        units: vec!["a".into()],
                        ..FindingFilter::default()
                    };
                    let listed = store.findings(&only_a).unwrap();
                    assert_eq!(listed.len(), 20, "a list never misses or doubles a row");
                }
            });
        }
    });
    let all = stores[0].findings(&FindingFilter::default()).unwrap();
    assert_eq!(all.len(), 120);
    for finding in all.iter().filter(|f| f.unit == "a") {
        assert_eq!(finding.decisions.len(), 4);
        assert_eq!(finding.state, duwang_model::State::Dismissed);
    }
    assert!(stores[0].check(false).unwrap().is_sound());
}

#[test]
fn equal_beginnings_get_different_ids_from_writers_at_the_same_time() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let (url, dir) = (cluster.database(), tempfile::tempdir().unwrap());
    drop(postgres(&url, dir.path()));
    std::thread::scope(|scope| {
        for n in 0..8 {
            let (url, dir) = (&url, dir.path());
            scope.spawn(move || {
                let mut finding = sample::finding("a", "guide/x", "http://a.example/", n);
                finding.fingerprint = format!("aaaabbbbcccc{n:020x}");
                finding.id = "aaaabbbbcccc".into();
                postgres(url, dir).record(&visits(&[finding])).unwrap();
            });
        }
    });
    let all = postgres(&url, dir.path())
        .findings(&FindingFilter::default())
        .unwrap();
    let ids: std::collections::BTreeSet<&str> = all.iter().map(|f| f.id.as_str()).collect();
    assert_eq!((all.len(), ids.len()), (8, 8));
}

#[test]
fn a_database_that_restarts_is_waited_for() {
    let Some(mut cluster) = Cluster::start() else {
        return;
    };
    let (url, dir) = (cluster.database(), tempfile::tempdir().unwrap());
    let store = postgres(&url, dir.path());
    let findings: Vec<Finding> = (0..300)
        .map(|n| sample::finding("a", "guide/x", &format!("http://a.example/{n}"), n))
        .collect();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for finding in &findings {
                store
                    .record(&visits(std::slice::from_ref(finding)))
                    .unwrap();
                let note = sample::decision(finding, Verdict::Confirm);
                store.decide(&[note]).unwrap();
            }
            done.store(true, Ordering::Relaxed);
        });
        for _ in 0..3 {
            std::thread::sleep(std::time::Duration::from_millis(150));
            cluster.stop();
            std::thread::sleep(std::time::Duration::from_millis(400));
            cluster.resume();
        }
    });
    assert!(done.load(Ordering::Relaxed));
    let all = store.findings(&FindingFilter::default()).unwrap();
    assert_eq!(all.len(), 300);
    assert!(
        all.iter().all(|f| f.decisions.len() == 1),
        "a decision is appended once, however often it was tried"
    );
}

#[test]
fn who_lost_his_slice_writes_nothing() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let (url, dir) = (cluster.database(), tempfile::tempdir().unwrap());
    let store = postgres(&url, dir.path());
    cluster.sql(
        &url,
        "INSERT INTO duwang.slices (scan, channel, epoch, tries) VALUES ('s', 'a-site', 7, 3)",
    );
    let tries = || cluster.sql(&url, "SELECT tries FROM duwang.slices");
    let holder = |epoch| {
        store.fenced(Fence {
            scan: "s".into(),
            channel: "a-site".into(),
            epoch,
        })
    };
    let finding = sample::finding("a", "guide/x", "http://a.example/", 1);
    let late = holder(6).record(&visits(std::slice::from_ref(&finding)));
    assert!(matches!(late, Err(StoreError::Fenced(_))), "{late:?}");
    assert_eq!(store.stats().unwrap().findings, 0);
    assert_eq!(tries(), "3", "nothing came of it");
    holder(7).record(&visits(&[finding])).unwrap();
    assert_eq!(store.stats().unwrap().findings, 1);
    let mut read = visits(&[]);
    read.push(Visit {
        page: Some(sample::page("a-site", "http://a.example/")),
        ..Visit::default()
    });
    holder(7).record(&read).unwrap();
    assert_eq!(tries(), "0", "a page came of it");
}

#[test]
fn damage_is_noticed_and_put_aside() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let (url, dir) = (cluster.database(), tempfile::tempdir().unwrap());
    let store = postgres(&url, dir.path());
    let findings: Vec<Finding> = (0..3)
        .map(|n| sample::finding("a", "guide/x", "http://a.example/", n))
        .collect();
    store.record(&visits(&findings)).unwrap();
    let spoil = |set: &str, n: usize| {
        let of = &findings[n].fingerprint;
        cluster.sql(
            &url,
            &format!("UPDATE duwang.findings SET {set} WHERE fingerprint = '{of}'"),
        );
    };
    spoil("state = 'fixed'", 0);
    spoil("row = set_byte(row, 20, get_byte(row, 20) # 1)", 1);
    let report = store.check(false).unwrap();
    assert_eq!((report.index_missing, report.damaged), (1, 1), "{report:?}");
    assert!(store.check(true).unwrap().repaired);
    assert!(store.check(false).unwrap().is_sound());
    let open = FindingFilter {
        states: vec![duwang_model::State::Open],
        ..FindingFilter::default()
    };
    assert_eq!(store.findings(&open).unwrap().len(), 2);
    assert_eq!(
        cluster.sql(&url, "SELECT count(*) FROM duwang.damaged"),
        "1"
    );
}

#[test]
fn a_schema_of_a_newer_program_is_left_alone() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let (url, dir) = (cluster.database(), tempfile::tempdir().unwrap());
    drop(postgres(&url, dir.path()));
    cluster.sql(
        &url,
        "INSERT INTO duwang._sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9000, 'later', true, '', 0)",
    );
    let error = Postgres::open(&url, dir.path(), &options()).err().unwrap();
    assert!(
        matches!(error, StoreError::Newer { found: 9000, .. }),
        "{error}"
    );
}

#[test]
fn a_wrong_address_is_told_soon_and_without_the_password() {
    let dir = tempfile::tempdir().unwrap();
    let url = format!(
        "postgres://duwang:geheim@localhost/x?host={}",
        dir.path().display()
    );
    let error = Postgres::open(&url, dir.path(), &options())
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("duwang@localhost") && !error.contains("geheim"),
        "{error}"
    );
    assert!(!error.contains("pool timed out"), "it says why: {error}");
}

fn exported(store: &dyn Store) -> Vec<u8> {
    let mut out = Vec::new();
    store.export(&mut out).unwrap();
    out
}

#[test]
fn everything_moves_from_sled_to_postgres_and_back() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let sled = |name: &str| open_with("sled:", &dir.path().join(name), &options()).unwrap();
    let first = sled("first");
    first.begin_scan(&sample::scan("s", 1)).unwrap();
    let findings: Vec<Finding> = (0..700)
        .map(|n| {
            sample::finding(
                ["a", "b"][n % 2],
                "guide/x",
                &format!("http://a.example/{n}"),
                n,
            )
        })
        .collect();
    first.record(&visits(&findings)).unwrap();
    let pages: Vec<Visit> = (0..1_200)
        .map(|n| Visit {
            page: Some(sample::page("a-site", &format!("http://a.example/{n:04}"))),
            frontier: vec![sample::entry(
                "s",
                "a-site",
                &format!("http://a.example/{n:04}"),
            )],
            ..Visit::default()
        })
        .collect();
    first.record(&pages).unwrap();
    for (n, verdict) in [
        Verdict::Confirm,
        Verdict::Dismiss,
        Verdict::Note,
        Verdict::Undo,
    ]
    .into_iter()
    .enumerate()
    {
        first
            .decide(&[sample::decision(&findings[n], verdict.clone())])
            .unwrap();
        first
            .decide(&[sample::decision(&findings[7], verdict)])
            .unwrap();
    }
    let view = serde_json::json!({"query": "level=serious"});
    first.put_note("view", "王某\0本周", 0, &view).unwrap();
    (0..12).for_each(|n| drop(first.append("audit", &format!("第{n}条")).unwrap()));
    let original = exported(first.as_ref());
    let shared = postgres(&cluster.database(), &dir.path().join("shared"));
    import(&shared, &mut std::io::Cursor::new(&original)).unwrap();
    assert!(shared.check(false).unwrap().is_sound());
    assert_eq!(exported(&shared), original, "to PostgreSQL without loss");
    let second = sled("second");
    import(
        second.as_ref(),
        &mut std::io::Cursor::new(exported(&shared)),
    )
    .unwrap();
    assert_eq!(exported(second.as_ref()), original, "and back");
    assert_eq!(
        second
            .finding(&findings[7].id)
            .unwrap()
            .unwrap()
            .decisions
            .len(),
        4
    );
}
