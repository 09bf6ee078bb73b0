//! Bytes from outside, changed at random, for every parser that reads them: no panic, no hang, and never more than a clear refusal.
//!
//! `DUWANG_FUZZ=20000` gives each parser that many cases, `DUWANG_FUZZ_SEED` other ones. What falls is made small and written to `fuzz/kept`,
//! where it is tried in every run from then on.

mod targets;

use crate::common::report;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use targets::{ALL, Target};

/// However large, an input of these sizes is read sooner, on a busy machine and without optimisation too.
const SLOW: Duration = Duration::from_secs(30);
/// Of the reader's thread, as where files are read for a scan.
const STACK: usize = 256 << 20;
/// Longest input made of a seed.
const LONGEST: usize = 1 << 18;

/// One change.
#[derive(Debug, Clone)]
enum Edit {
    Set(Index, u8),
    Flip(Index, u8),
    Cut(Index, Index),
    Repeat(Index, usize, usize),
    Insert(Index, Vec<u8>),
    /// A piece of another seed.
    Graft(Index, Index, Index),
}

/// What parsers trip over.
const PIECES: [&[u8]; 22] = [
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\r\n",
    b"<",
    b">",
    b"&",
    b"]]>",
    b"<!--",
    b"<![CDATA[",
    b"\"",
    b"'",
    b"{",
    b"[",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"null",
    b"\\u0000",
    "㈠".as_bytes(),
    b"%00",
];

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let index = any::<Index>;
    let bytes = prop_oneof![
        prop::sample::select(PIECES.to_vec()).prop_map(<[u8]>::to_vec),
        prop::collection::vec(any::<u8>(), 1..9),
    ];
    let edit = prop_oneof![
        (index(), any::<u8>()).prop_map(|(at, b)| Edit::Set(at, b)),
        (index(), 0_u8..8).prop_map(|(at, bit)| Edit::Flip(at, bit)),
        (index(), index()).prop_map(|(a, b)| Edit::Cut(a, b)),
        (index(), 1_usize..40, 2_usize..400)
            .prop_map(|(at, length, times)| Edit::Repeat(at, length, times)),
        (index(), bytes).prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
        (index(), index(), index()).prop_map(|(at, from, to)| Edit::Graft(at, from, to)),
    ];
    prop::collection::vec(edit, 0..10)
}

fn edited(seed: &[u8], other: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for edit in edits {
        let place = |at: &Index| at.index(bytes.len() + 1);
        match edit {
            Edit::Set(at, b) => {
                let at = place(at);
                bytes.splice(at..(at + 1).min(bytes.len()), [*b]);
            }
            Edit::Flip(at, bit) => {
                let at = place(at);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << bit;
                }
            }
            Edit::Cut(a, b) => {
                let (a, b) = (place(a), place(b));
                bytes.drain(a.min(b)..a.max(b));
            }
            Edit::Repeat(at, length, times) => {
                let at = place(at);
                let piece = bytes[at..(at + length).min(bytes.len())].repeat(*times);
                bytes.splice(at..at, piece);
            }
            Edit::Insert(at, piece) => {
                let at = place(at);
                bytes.splice(at..at, piece.iter().copied());
            }
            Edit::Graft(at, from, to) => {
                let at = place(at);
                let (from, to) = (from.index(other.len() + 1), to.index(other.len() + 1));
                bytes.splice(at..at, other[from.min(to)..from.max(to)].iter().copied());
            }
        }
        bytes.truncate(LONGEST);
    }
    bytes
}

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).map_or(usual, |n| n.parse().unwrap())
}

fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 500,
        ..Config::default()
    };
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number("DUWANG_FUZZ_SEED", 0).to_le_bytes());
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed))
}

/// Reads one input; why it must not have gone as it did.
fn trouble(target: &Target, bytes: &[u8]) -> Result<(), String> {
    let since = Instant::now();
    let read = std::panic::catch_unwind(|| (target.read)(bytes));
    match read {
        // Libraries that read these formats may panic: they run in a process of their own, which says so.
        Err(_) if !target.is_foreign => return Err("panic".to_owned()),
        _ if since.elapsed() > SLOW => return Err(format!("{:?}", since.elapsed())),
        _ => {}
    }
    Ok(())
}

fn kept(target: &Target) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/whole/fuzz/kept")
        .join(target.name)
}

fn fuzz(target: &Target, cases: u32) {
    let seeds = (target.seeds)();
    let choice = (0..seeds.len(), 0..seeds.len(), edits());
    let input = choice.prop_map(|(seed, other, edits)| edited(&seeds[seed], &seeds[other], &edits));
    let found = runner(cases).run(&input, |bytes| {
        trouble(target, &bytes).map_err(TestCaseError::fail)
    });
    if let Err(TestError::Fail(why, bytes)) = found {
        let file = kept(target).join(format!("{:08x}", crc32fast::hash(&bytes)));
        std::fs::create_dir_all(kept(target)).unwrap();
        std::fs::write(&file, bytes).unwrap();
        panic!("{}: {why}, kept as {}", target.name, file.display());
    }
}

/// All targets, two at a time.
fn each(work: impl Fn(&'static Target) + Sync) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let worker = std::thread::Builder::new().stack_size(STACK);
            let run = || {
                while let Some(target) =
                    ALL.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    work(target);
                }
            };
            worker.spawn_scoped(scope, run).unwrap();
        }
    });
}

#[test]
fn no_parser_falls_over_changed_bytes() {
    let cases = u32::try_from(number("DUWANG_FUZZ", 300)).unwrap();
    let rows = std::sync::Mutex::new(std::collections::BTreeMap::new());
    each(|target| {
        let since = Instant::now();
        let cases = (cases / target.price).max(8);
        fuzz(target, cases);
        let row = format!(
            "| `{}` | {} | {cases} | {:.0} 秒 |\n",
            target.name,
            target.reads,
            since.elapsed().as_secs_f64()
        );
        print!("{row}");
        rows.lock().unwrap().insert(target.name, row);
    });
    let rows: String = rows.into_inner().unwrap().into_values().collect();
    report::figures(
        "fuzz",
        &format!("| 名称 | 读什么 | 例数 | 用时 |\n|---|---|---|---|\n{rows}"),
    );
}

#[test]
fn what_once_fell_stays_mended() {
    each(|target| {
        for file in std::fs::read_dir(kept(target)).into_iter().flatten() {
            let file = file.unwrap().path();
            trouble(target, &std::fs::read(&file).unwrap())
                .unwrap_or_else(|why| panic!("{}: {why}", file.display()));
        }
    });
}

#[test]
fn the_parsers_in_the_documents_are_these() {
    let names: Vec<String> = ALL
        .iter()
        .map(|t| format!("`{}`（{}）", t.name, t.reads))
        .collect();
    report::list("parsers", &format!("{}。\n", names.join("、")));
}
