//! Opening the model, and checking right sentences of many kinds: what most text is.

#![allow(
    clippy::unwrap_used,
    missing_docs,
    reason = "a benchmark fails by panicking"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use duwang_typo::Checker;
use std::hint::black_box;
use std::path::Path;

fn beside(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

fn opening(c: &mut Criterion) {
    let bytes = std::fs::read(beside("rules/typo/model.bin")).unwrap();
    c.bench_function("open the model", |b| {
        b.iter(|| Checker::open(black_box(bytes.clone())).unwrap());
    });
}

fn checking(c: &mut Criterion) {
    let checker = Checker::open(std::fs::read(beside("rules/typo/model.bin")).unwrap()).unwrap();
    let lively = std::fs::read_to_string(beside("crates/duwang/assets/typo/clean.tsv")).unwrap();
    let lively: Vec<&str> = lively
        .lines()
        .filter_map(|l| Some(l.split_once('\t')?.1))
        .collect();
    // Official writing that the repository has: the plain text of its labelled documents.
    let official = std::fs::read_to_string(beside("tests/corpus/tuned/guide.txt")).unwrap();
    let official: Vec<&str> = official.lines().collect();
    let mut group = c.benchmark_group("check");
    for (name, lines) in [("lively sentences", lively), ("guides", official)] {
        let bytes: usize = lines.iter().map(|l| l.len()).sum();
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                let found = lines.iter().map(|line| checker.check(line, &[]).len());
                black_box(found.sum::<usize>())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, opening, checking);
criterion_main!(benches);
