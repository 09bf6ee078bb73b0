//! What it costs to remember: 10,000 visits with bodies of 40 KB in batches of 256, and listing 100,000 findings.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a bench ends by panicking"
)]

use criterion::{Criterion, criterion_group, criterion_main};
use duwang_model::{Body, Change, FindingFilter, Visit};
use duwang_store::contract::sample;
use duwang_store::{OpenOptions, Store, open_with};
use std::path::Path;
use std::time::{Duration, Instant};

const VISITS: usize = 10_000;
const BATCH: usize = 256;
const BODY: usize = 40 << 10;

fn sled(dir: &Path) -> Box<dyn Store> {
    open_with("sled:", dir, &OpenOptions::default()).unwrap()
}

/// Template and text of a page: most of it repeats, no two pages are equal.
fn body(n: usize) -> Vec<u8> {
    let mut html = String::with_capacity(BODY + 200);
    let mut word = n as u64 + 1;
    while html.len() < BODY {
        word = word
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let name = char::from_u32(0x4e00 + (word >> 50) as u32 % 3_000).unwrap_or('某');
        html.push_str(&format!(
            "<li class=\"item\"><a href=\"/zwgk/t{}.htm\">关于{name}村第{}号事项的公告</a></li>\n",
            word >> 44,
            word >> 52
        ));
    }
    html.into_bytes()
}

fn visits(from: usize, with_body: bool) -> Vec<Visit> {
    (from..(from + BATCH).min(VISITS))
        .map(|n| {
            let url = format!("http://qingshi-demo.gov.cn/zwgk/t20260918_{n}.htm");
            let bytes = if with_body { body(n) } else { Vec::new() };
            let body = Body::pack(&bytes).unwrap();
            let findings = if n % 2 == 0 { 1 } else { 0 };
            let mut done = sample::entry("s", "a-site", &url);
            done.done = true;
            Visit {
                page: Some(sample::real_page("a-site", &url, body.name(), n)),
                changes: (0..findings)
                    .map(|f| {
                        let found = sample::finding("a", "guide/office-hours", &url, n * 8 + f);
                        (Change::New, found)
                    })
                    .collect(),
                frontier: vec![done],
                body: with_body.then_some(body),
                ..Visit::default()
            }
        })
        .collect()
}

fn record_all(with_body: bool) -> Duration {
    let dir = tempfile::tempdir().unwrap();
    let store = sled(dir.path());
    let mut spent = Duration::ZERO;
    for from in (0..VISITS).step_by(BATCH) {
        let batch = visits(from, with_body);
        let start = Instant::now();
        store.record(&batch).unwrap();
        spent += start.elapsed();
    }
    spent
}

fn record(c: &mut Criterion) {
    let mut group = c.benchmark_group("record");
    group.sample_size(10);
    for (name, with_body) in [
        ("10000 visits", true),
        ("10000 visits without bodies", false),
    ] {
        group.bench_function(name, |b| {
            b.iter_custom(|times| (0..times).map(|_| record_all(with_body)).sum());
        });
    }
    group.finish();
}

/// A store with 100,000 findings.
fn filled(dir: &Path) -> Box<dyn Store> {
    let store = sled(dir);
    for from in (0..100_000).step_by(1_000) {
        let changes = (from..from + 1_000)
            .map(|n| {
                let url = format!("http://qingshi-demo.gov.cn/{}.htm", n / 3);
                (Change::New, sample::finding("a", "guide/x", &url, n))
            })
            .collect();
        let visit = Visit {
            changes,
            ..Visit::default()
        };
        store.record(&[visit]).unwrap();
    }
    store
}

fn list(c: &mut Criterion) {
    let dir = tempfile::tempdir().unwrap();
    let store = std::cell::OnceCell::new(); // only when it is not filtered out
    let mut group = c.benchmark_group("list");
    group.sample_size(10);
    group.bench_function("100000 findings one by one", |b| {
        let store = store.get_or_init(|| filled(dir.path()));
        b.iter(|| {
            let mut met = 0;
            let each = &mut |_| {
                met += 1;
                std::ops::ControlFlow::Continue(())
            };
            store.each_finding(&FindingFilter::default(), each).unwrap();
            assert_eq!(met, 100_000);
        });
    });
    group.finish();
}

criterion_group!(benches, record, list);
criterion_main!(benches);
