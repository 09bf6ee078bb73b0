//! What people wait for: the start of `check`, a console that opens on a million findings, and its pages while fifty people review.
//! Prints Markdown.
//!
//! `cargo bench -p duwang --bench desk`: a million findings, fifty people, a minute. `DUWANG_BENCH_FINDINGS`, `DUWANG_BENCH_PEOPLE` and
//! `DUWANG_BENCH_SECONDS` change it. First everybody looks, then for as long everybody decides one finding among so many pages, too.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench prints figures and fails by panicking"
)]

use duwang_model::{Change, Visit};
use duwang_store::contract::sample;
use duwang_store::{OpenOptions, open_with};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const UNITS: usize = 52;
/// Findings that people look at and decide.
const SOME: usize = 10_000;
const PASSWORD: &str = "bench only, never elsewhere";
const RULES: [(&str, &str); 6] = [
    ("typo/common", "typo"),
    ("wording/renamed-bodies", "wording"),
    ("link/dead", "link"),
    ("guide/office-hours", "guide"),
    ("interpretation/consulting-phone", "interpretation"),
    ("format/date", "format"),
];

fn main() {
    let dir = tempfile::tempdir().unwrap();
    start_of_check(dir.path());
    let findings = number("DUWANG_BENCH_FINDINGS", 1_000_000);
    let urls = fill(&dir.path().join("data"), findings);
    let console = Console::open(dir.path());
    println!(
        "\nA console over {findings} findings of {UNITS} units in the embedded store is open {:.1} s after its start; {} MB resident.\n",
        console.opened.as_secs_f64(),
        console.resident_mb()
    );
    review(&console, &urls, None);
    println!("\nThe same while everybody decides a finding after ten pages:\n");
    review(&console, &urls, Some(10));
    println!("\nAfterwards {} MB resident.", console.resident_mb());
}

/// `check` of a short text: all packs, from the start of the process to its end.
fn start_of_check(dir: &Path) {
    let draft = dir.join("draft.txt");
    std::fs::write(&draft, "青石街道办事处召开会议，部署近期工作。").unwrap();
    let mut runs: Vec<Duration> = (0..11)
        .map(|_| {
            let began = Instant::now();
            let status = duwang(dir)
                .arg("check")
                .arg(&draft)
                .output()
                .unwrap()
                .status;
            assert!(status.success(), "{status}");
            began.elapsed()
        })
        .collect();
    runs.sort();
    println!(
        "`duwang check` of one sentence with all packs and the language model: {} ms (middle of {}, slowest {} ms).",
        runs[runs.len() / 2].as_millis(),
        runs.len(),
        runs.last().map_or(0, Duration::as_millis)
    );
}

fn duwang(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duwang"));
    command
        .arg("--data-dir")
        .arg(dir.join("data"))
        .env("DUWANG_PASSWORD", PASSWORD);
    command
}

/// A store with so many open findings; the addresses of some of them.
fn fill(data: &Path, count: usize) -> Vec<String> {
    const A_BATCH: usize = 2_000;
    let store = open_with("sled:", data, &OpenOptions::default()).unwrap();
    let mut some = Vec::new();
    for from in (0..count).step_by(A_BATCH) {
        let visits: Vec<Visit> = (from..(from + A_BATCH).min(count))
            .map(|n| {
                let unit = format!("u{:02}", n % UNITS);
                let (rule, category) = RULES[n / UNITS % RULES.len()];
                let url = format!("http://{unit}-demo.gov.cn/zwgk/t{}.htm", n / UNITS / 3);
                let mut finding = sample::finding(&unit, rule, &url, n);
                finding.hit.category = category.parse().unwrap();
                if n % (count / SOME).max(1) == 0 {
                    some.push(format!("/findings/{}", finding.id));
                }
                Visit {
                    changes: vec![(Change::New, finding)],
                    ..Visit::default()
                }
            })
            .collect();
        store.record(&visits).unwrap();
    }
    some
}

struct Console {
    child: Child,
    at: String,
    cookies: Vec<String>,
    opened: Duration,
}

impl Console {
    fn open(dir: &Path) -> Self {
        let people = number("DUWANG_BENCH_PEOPLE", 50);
        let names: Vec<String> = (0..people).map(|n| format!("复核{n}")).collect();
        for name in &names {
            let made = duwang(dir)
                .args(["people", "add", name, "--role", "supervisor"])
                .output();
            let made = made.unwrap();
            assert!(made.status.success(), "{made:?}");
        }
        let began = Instant::now();
        let mut child = duwang(dir)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap()).lines();
        let told_where = told.find_map(|line| {
            let line = line.unwrap();
            let (_, at) = line.split_once("://")?;
            Some(at.split('/').next().unwrap().to_owned())
        });
        let at = told_where.expect("it says where it is");
        std::thread::spawn(move || told.for_each(drop));
        let mut console = Self {
            child,
            at,
            cookies: Vec::new(),
            opened: Duration::ZERO,
        };
        for name in &names {
            let cookie = console.enter(name);
            if console.cookies.is_empty() {
                console.get("/findings", &cookie);
                console.opened = began.elapsed();
            }
            console.cookies.push(cookie);
        }
        console
    }

    fn enter(&self, name: &str) -> String {
        let form = format!("name={name}&password={}", PASSWORD.replace(' ', "+"));
        let head = format!(
            "POST /login HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: {1}\r\n\r\n{form}",
            self.at,
            form.len()
        );
        let reply = self.send(&head);
        let cookie = reply.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("set-cookie")
                .then(|| value.split(';').next())?
        });
        cookie.unwrap_or_else(|| panic!("{reply}")).to_owned()
    }

    fn get(&self, path: &str, cookie: &str) -> Duration {
        let began = Instant::now();
        let reply = self.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n",
            self.at
        ));
        assert!(
            reply.starts_with("HTTP/1.1 200"),
            "{path}: {}",
            &reply[..reply.len().min(300)]
        );
        began.elapsed()
    }

    /// Confirms a finding, as its page does.
    fn confirm(&self, finding: &str, cookie: &str) -> Duration {
        let began = Instant::now();
        let form = "verdict=confirm&reason=";
        let reply = self.send(&format!(
            "POST {finding}/decisions HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nCookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: {1}\r\n\r\n{form}",
            self.at,
            form.len()
        ));
        assert!(
            reply.starts_with("HTTP/1.1 303"),
            "{finding}: {}",
            &reply[..reply.len().min(300)]
        );
        began.elapsed()
    }

    fn send(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.at).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut reply = Vec::new();
        stream.read_to_end(&mut reply).unwrap();
        String::from_utf8_lossy(&reply).into_owned()
    }

    fn resident_mb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|l| l.starts_with("VmRSS")).unwrap();
        line.split_whitespace()
            .nth(1)
            .unwrap()
            .parse::<u64>()
            .unwrap()
            / 1024
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Everybody looks at lists and findings, half a second of thought between two pages; after so many pages everybody decides a finding.
fn review(console: &Console, urls: &[String], decides_after: Option<usize>) {
    const THOUGHT: Duration = Duration::from_millis(500);
    let until = Instant::now() + Duration::from_secs(number("DUWANG_BENCH_SECONDS", 60) as u64);
    let pages = [
        ("front page", "/"),
        ("review list, whole city", "/findings"),
        ("review list of one unit", "/findings?unit=u07"),
        ("one category", "/findings?category=typo"),
        (
            "words in quotes",
            "/findings?q=%E5%8A%9E%E5%85%AC%E6%97%B6%E9%97%B4",
        ),
        ("one finding", ""),
    ];
    let one = |nth: usize, cookie: &str| {
        let mut took: Vec<(&str, Duration)> = Vec::new();
        let mut turn = nth;
        while Instant::now() < until {
            let (name, path) = pages[turn % pages.len()];
            let path = match path {
                "" => urls[turn * 7 % urls.len()].as_str(),
                path => path,
            };
            took.push((name, console.get(path, cookie)));
            turn += 1;
            if decides_after.is_some_and(|pages| (turn - nth).is_multiple_of(pages)) {
                let own = turn * console.cookies.len() + nth;
                took.push((
                    "a decision",
                    console.confirm(&urls[own % urls.len()], cookie),
                ));
            }
            std::thread::sleep(THOUGHT);
        }
        took
    };
    let mut all: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    std::thread::scope(|scope| {
        let cookies = console.cookies.iter().enumerate();
        let people: Vec<_> = cookies
            .map(|(n, c)| scope.spawn(move || one(n, c)))
            .collect();
        for person in people {
            for (name, took) in person.join().unwrap() {
                all.entry(name).or_default().push(took);
            }
        }
    });
    let count: usize = all.values().map(Vec::len).sum();
    println!("{} people at once, {count} pages:\n", console.cookies.len());
    println!("| page | middle, ms | 95 of 100, ms | slowest, ms |\n|---|---|---|---|");
    for (name, mut took) in all {
        took.sort();
        let at = |part: usize| took[(took.len() - 1) * part / 100].as_millis();
        println!("| {name} | {} | {} | {} |", at(50), at(95), at(100));
    }
}

fn number(name: &str, default: usize) -> usize {
    let told = std::env::var(name).ok();
    told.map_or(default, |told| told.parse().unwrap())
}
