//! Fills a PostgreSQL store as a province would and measures what people and scans ask of it: the figures of `docs/scale.md`.
//!
//! `cargo run -p duwang-store --features contract --example province -- 5000000`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement prints, and fails by panicking"
)]

use duwang_model::{Change, Finding, FindingFilter, State, Verdict, Visit};
use duwang_store::cluster::Cluster;
use duwang_store::contract::sample;
use duwang_store::{OpenOptions, Postgres, Store};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// Sites and accounts of a province.
const CHANNELS: usize = 458 + 2_706;
const WRITERS: usize = 4;
const RULES: [&str; 12] = [
    "typo/common",
    "typo/model",
    "format/date",
    "format/url",
    "wording/title",
    "wording/term",
    "link/dead",
    "guide/office-hours",
    "freshness/column",
    "privacy/id-number",
    "interpretation/missing",
    "labelling/source",
];

fn main() {
    let count: usize = std::env::args()
        .nth(1)
        .map_or(100_000, |n| n.parse().unwrap());
    let cluster = Cluster::start().expect("PostgreSQL is not installed");
    let dir = tempfile::tempdir().unwrap();
    let url = cluster.database();
    let store = Postgres::open(&url, dir.path(), &OpenOptions::default()).unwrap();
    // The log of filling it is not what is measured, and takes room.
    cluster.sql(&url, "ALTER SYSTEM SET max_wal_size = '256MB'");
    cluster.sql(&url, "ALTER SYSTEM SET fsync = off");
    cluster.sql(&url, "SELECT pg_reload_conf()");
    let began = Instant::now();
    fill(&store, count);
    let took = began.elapsed().as_secs_f64();
    println!(
        "filled {count} findings in {took:.0} s ({:.0}/s, {WRITERS} writers)",
        count as f64 / took
    );
    cluster.sql(&url, "ALTER SYSTEM RESET fsync");
    cluster.sql(&url, "SELECT pg_reload_conf()");
    cluster.sql(&url, "CHECKPOINT");
    cluster.sql(&url, "VACUUM ANALYZE");
    println!("{}", cluster.sql(&url, SIZES));
    questions(&store);
    everything(&store);
    for (name, sql) in PLANS {
        let plan = cluster.sql(
            &url,
            &format!("SET search_path = duwang; EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {sql}"),
        );
        println!("\n-- {name}\n{sql}\n{plan}");
    }
}

/// The `n`th finding: two thirds are history, a tenth wants a person.
fn made(n: usize) -> Finding {
    let channel = n % CHANNELS;
    let unit = format!("u{channel:04}");
    let url = format!(
        "http://u{channel:04}.example/art/2026/{}.html",
        n / CHANNELS / 3
    );
    let mut finding = sample::finding(&unit, RULES[(n / 7) % RULES.len()], &url, n);
    finding.state = match n / 13 % 20 {
        0 => State::Open,
        1 => State::Assigned,
        2..=6 => State::Dismissed,
        _ => State::Fixed,
    };
    finding.present = finding.state != State::Fixed;
    finding.scan = format!("2026{:02}01-020000-aa{:02}", 1 + n % 11, n % 11);
    finding
}

fn fill(store: &Postgres, count: usize) {
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let store = store.clone();
            scope.spawn(move || {
                let mine: Vec<usize> = (writer..count).step_by(WRITERS).collect();
                for group in mine.chunks(1_000) {
                    let changes = group.iter().map(|n| (Change::New, made(*n))).collect();
                    let visit = Visit {
                        changes,
                        ..Visit::default()
                    };
                    store.record(&[visit]).unwrap();
                }
            });
        }
    });
}

fn questions(store: &Postgres) {
    let waiting = || vec![State::Open, State::Reopened];
    let unit = |n: usize| vec![format!("u{:04}", n * 97 % CHANNELS)];
    let filter = FindingFilter::default;
    ask("review list, whole province, first 50", |_| {
        first(
            store,
            &FindingFilter {
                states: waiting(),
                ..filter()
            },
            50,
        )
    });
    ask("review list of one unit, first 50", |n| {
        first(
            store,
            &FindingFilter {
                states: waiting(),
                units: unit(n),
                ..filter()
            },
            50,
        )
    });
    ask("one rule everywhere, open, first 50", |n| {
        let rules = vec![RULES[n % RULES.len()].to_owned()];
        first(
            store,
            &FindingFilter {
                states: waiting(),
                rules,
                ..filter()
            },
            50,
        )
    });
    ask("one scan, first 50", |n| {
        let scan = Some(format!("2026{:02}01-020000-aa{:02}", 1 + n % 11, n % 11));
        first(store, &FindingFilter { scan, ..filter() }, 50)
    });
    ask("findings of one page", |n| {
        let channel = n * 31 % CHANNELS;
        let url = format!("http://u{channel:04}.example/art/2026/{}.html", n % 100);
        store
            .findings_of_page(&format!("u{channel:04}-site"), &url)
            .unwrap()
            .len()
    });
    ask("findings of one channel (all)", |n| {
        store
            .findings_of_channel(&format!("u{:04}-site", n * 31 % CHANNELS))
            .unwrap()
            .len()
    });
    ask("one finding by its short id", |n| {
        usize::from(store.finding(&made(n * 1_001).id).unwrap().is_some())
    });
    ask("one decision", |n| {
        store
            .decide(&[sample::decision(&made(n * 1_003), Verdict::Note)])
            .unwrap()
            .len()
    });
    ask("one page of 3 findings recorded again", |n| {
        let changes = (0..3)
            .map(|k| (Change::Persisting, made(n * 999 + k * CHANNELS)))
            .collect();
        store
            .record(&[Visit {
                changes,
                ..Visit::default()
            }])
            .unwrap();
        3
    });
}

/// What a console reads when it starts: every finding once, into its register.
fn everything(store: &Postgres) {
    let began = Instant::now();
    let mut met = 0;
    store
        .each_finding(&FindingFilter::default(), &mut |_| {
            met += 1;
            ControlFlow::Continue(())
        })
        .unwrap();
    let took = began.elapsed().as_secs_f64();
    println!(
        "every finding once: {took:.0} s ({:.0}/s)",
        f64::from(met) / took
    );
}

fn first(store: &Postgres, filter: &FindingFilter, most: usize) -> usize {
    let mut met = 0;
    store
        .each_finding(filter, &mut |_| {
            met += 1;
            if met < most {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })
        .unwrap();
    met
}

/// Asks forty times; prints the middle and the slowest.
fn ask(name: &str, question: impl Fn(usize) -> usize) {
    let mut rows = 0;
    let mut times: Vec<Duration> = (0..40)
        .map(|n| {
            let began = Instant::now();
            rows += question(n);
            began.elapsed()
        })
        .collect();
    times.sort();
    println!(
        "{name}: {:.1} ms, slowest {:.1} ms, {:.0} rows each",
        times[20].as_secs_f64() * 1e3,
        times[39].as_secs_f64() * 1e3,
        rows as f64 / 40.0
    );
}

const SIZES: &str = "SELECT relname, pg_size_pretty(pg_relation_size(oid)) FROM pg_class \
    WHERE relnamespace = 'duwang'::regnamespace AND relname LIKE 'findings%' ORDER BY pg_relation_size(oid) DESC";

const PLANS: [(&str, &str); 4] = [
    (
        "the review list",
        "SELECT unit, channel, rule, url, start, fingerprint, row FROM findings WHERE true AND state IN ('open', 'reopened') \
         ORDER BY unit, channel, rule, url, start, fingerprint LIMIT 64",
    ),
    (
        "the review list of one unit",
        "SELECT unit, channel, rule, url, start, fingerprint, row FROM findings WHERE true AND unit IN ('u0097') \
         AND state IN ('open', 'reopened') ORDER BY unit, channel, rule, url, start, fingerprint LIMIT 64",
    ),
    (
        "what one scan saw, by unit",
        "SELECT unit, state, count(*) FROM findings WHERE scan = '20261101-020000-aa10' GROUP BY unit, state",
    ),
    (
        "one page",
        "SELECT fingerprint, row FROM findings WHERE channel = 'u0031-site' AND url = 'http://u0031.example/art/2026/7.html' \
         ORDER BY fingerprint",
    ),
];
