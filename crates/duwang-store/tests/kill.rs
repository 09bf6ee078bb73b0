//! A store whose process is killed at any moment has everything it acknowledged and nothing by halves.
//!
//! The test starts itself again as the process to kill (the test `writer`, told by an environment variable where to write).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "tests fail by panicking; the writer acknowledges on its standard output"
)]

use duwang_model::{Body, Change, Finding, FindingFilter, Verdict, Visit};
use duwang_store::contract::sample;
use duwang_store::{OpenOptions, Store, open_with};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const DIR: &str = "DUWANG_STORE_KILL_DIR";
const FIRST: &str = "DUWANG_STORE_KILL_FIRST";
const FINDINGS: usize = 3;
const LINKS: usize = 5;

fn sled(dir: &Path) -> Box<dyn Store> {
    let options = OpenOptions {
        reserve: 0,
        ..OpenOptions::default()
    };
    open_with("sled:", dir, &options).unwrap()
}

fn url(n: usize) -> String {
    format!("http://qingshi-demo.gov.cn/{n}.htm")
}

fn finding(n: usize, f: usize) -> Finding {
    sample::finding("a", ["guide/x", "typo/y"][f % 2], &url(n), n * FINDINGS + f)
}

/// A visit with everything in it: body, page, findings, links.
fn visit(n: usize) -> Visit {
    let bytes = format!("第{n}页的正文，").repeat(400).into_bytes();
    let body = Body::pack(&bytes).unwrap();
    let mut frontier: Vec<_> = (0..LINKS)
        .map(|l| sample::entry("s", "a-site", &format!("{}?{l}", url(n))))
        .collect();
    let mut done = sample::entry("s", "a-site", &url(n));
    done.done = true;
    frontier.push(done);
    Visit {
        page: Some(sample::real_page("a-site", &url(n), body.name(), n)),
        changes: (0..FINDINGS)
            .map(|f| (Change::New, finding(n, f)))
            .collect(),
        frontier,
        body: Some(body),
        ..Visit::default()
    }
}

/// Not a test of its own: the process that is killed.
#[test]
fn writer() {
    let Ok(dir) = std::env::var(DIR) else { return };
    let first: usize = std::env::var(FIRST).unwrap().parse().unwrap();
    let store = sled(Path::new(&dir));
    let mut n = first;
    loop {
        let batch = 1 + n % 20;
        let visits: Vec<Visit> = (n..n + batch).map(visit).collect();
        store.record(&visits).unwrap();
        n += batch;
        acknowledge(&format!("visits {n}"));
        if n.is_multiple_of(3) {
            let decision = sample::decision(&finding(n - 1, 0), Verdict::Dismiss);
            store.decide(&[decision]).unwrap();
            acknowledge(&format!("decided {}", n - 1));
        }
    }
}

fn acknowledge(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\nack {line}").unwrap();
    out.flush().unwrap();
}

/// What the writer said before it died.
#[derive(Default)]
struct Acknowledged {
    visits: usize,
    decided: Vec<usize>,
}

fn start_writer(dir: &Path, first: usize) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writer", "--nocapture"])
        .env(DIR, dir)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn run_and_kill(dir: &Path, first: usize, after: Duration, so_far: &mut Acknowledged) {
    let mut child = start_writer(dir, first);
    let out = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || out.lines().map_while(Result::ok).collect::<Vec<_>>());
    std::thread::sleep(after);
    child.kill().unwrap(); // SIGKILL
    child.wait().unwrap();
    for line in reader.join().unwrap() {
        let mut words = line.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some("ack"), Some("visits"), Some(n)) => so_far.visits = n.parse().unwrap(),
            (Some("ack"), Some("decided"), Some(n)) => so_far.decided.push(n.parse().unwrap()),
            _ => {}
        }
    }
}

/// Every acknowledged visit is there, and every visit that is there is whole. Gives the number of visits.
fn prove(store: &dyn Store, acknowledged: &Acknowledged) -> usize {
    let report = store.check(false).unwrap();
    assert!(report.is_sound(), "{report:?}");
    assert!(store.stats().unwrap().notices.is_empty());
    let mut pages = 0;
    store.each_page("a-site", &mut |_| pages += 1).unwrap();
    assert!(
        pages >= acknowledged.visits,
        "{pages} of {} acknowledged",
        acknowledged.visits
    );
    let frontier = store.frontier("s", "a-site").unwrap();
    assert_eq!(frontier.len(), pages * (LINKS + 1));
    assert_eq!(frontier.iter().filter(|e| e.done).count(), pages);
    let listed = store.findings(&FindingFilter::default()).unwrap();
    assert_eq!(listed.len(), pages * FINDINGS);
    for n in 0..pages {
        let page = store.page("a-site", &url(n)).unwrap().unwrap();
        let body = page.snapshot.unwrap();
        assert!(store.body(&body).unwrap().is_some(), "body of {n}");
        assert_eq!(
            store.findings_of_page("a-site", &url(n)).unwrap().len(),
            FINDINGS
        );
    }
    for &n in &acknowledged.decided {
        let finding = store.finding(&finding(n, 0).fingerprint).unwrap().unwrap();
        assert_eq!(finding.decisions.len(), 1, "decision on {n}");
    }
    pages
}

#[test]
fn ten_kills_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = Acknowledged::default();
    let mut pages = 0;
    let mut seed = 20_260_918_u64;
    for _ in 0..10 {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let after = Duration::from_millis(60 + (seed >> 40) % 500);
        run_and_kill(dir.path(), pages, after, &mut acknowledged);
        pages = prove(&*sled(dir.path()), &acknowledged);
    }
    assert!(
        acknowledged.visits > 20,
        "the writer got {} visits done",
        acknowledged.visits
    );
    println!(
        "{} visits, {} decisions acknowledged, {pages} pages",
        acknowledged.visits,
        acknowledged.decided.len()
    );
    assert!(!acknowledged.decided.is_empty());
}
