//! The whole pipeline over a generated disclosure site on loopback: pages a second, CPU a page, peak memory, and what a second scan costs.
//!
//! `cargo bench -p duwang --bench site` (10,000 pages; `DUWANG_BENCH_PAGES` changes it, `DUWANG_BENCH_ROUNDS` repeats it). The site is served by a process of its own, so that
//! the figures are those of the program alone. `DUWANG_BENCH_PEER="program args"` measures another crawler on the same site: it is run with
//! the entry address as its last argument.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench prints figures and fails by panicking"
)]

mod articles;

use articles::{chrome, title};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, StatusCode, header};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Articles on one page of a list.
const PER_LIST: usize = 50;

fn main() {
    let pages = number("DUWANG_BENCH_PAGES", 10_000);
    if std::env::var_os("DUWANG_BENCH_SERVE").is_some() {
        return serve(pages);
    }
    let (mut server, entry) = start_server();
    println!(
        "{pages} pages of about {} KB at {entry}",
        articles::article(1).len() / 1024
    );
    // Deleting thousands of files slows the file system for seconds: all data stay until the end.
    let mut kept = Vec::new();
    for round in 1..=number("DUWANG_BENCH_ROUNDS", 1) {
        println!(
            "round {round:<16} {:>8} {:>9} {:>12} {:>9}",
            "pages/s", "seconds", "CPU ms/page", "peak MB"
        );
        kept.push(run_round(pages, &entry));
    }
    server.kill().unwrap();
    server.wait().unwrap();
}

fn run_round(pages: usize, entry: &str) -> tempfile::TempDir {
    let peer = std::env::var("DUWANG_BENCH_PEER").ok().map(|peer| {
        let mut words = peer.split_whitespace();
        let mut command = Command::new(words.next().unwrap());
        command.args(words).arg(entry);
        let cost = measure(command);
        show("peer, fetching only", pages, &cost);
        println!("    {}", cost.said.trim());
        cost
    });
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("units.toml"), units(entry)).unwrap();
    let first = measure(scan(dir.path(), &[]));
    show("first scan", pages, &first);
    tell(&first, pages);
    let full = measure(scan(dir.path(), &["--full"]));
    show("again, --full", pages, &full);
    let (_, bytes) = tell(&full, pages);
    assert!(bytes < pages as u64, "an unchanged site sent bodies again");
    let incremental = measure(scan(dir.path(), &[]));
    show("again, incremental", pages, &incremental);
    tell(&incremental, 0);
    println!(
        "    CPU, --full / first {:.3}; incremental / first {:.3}",
        full.cpu / first.cpu,
        incremental.cpu / first.cpu
    );
    if let Some(peer) = peer {
        println!(
            "    pages a second, first scan / peer {:.2}",
            peer.wall / first.wall
        );
    }
    dir
}

/// Prints what a scan says of itself and gives its pages and body bytes. A bench of pages that were not read measures nothing.
fn tell(cost: &Cost, least: usize) -> (usize, u64) {
    let summary: serde_json::Value = serde_json::from_str(cost.said.trim()).unwrap();
    let number = |key: &str| summary[key].as_u64().unwrap();
    let (pages, bytes) = (number("pages") as usize, number("bytes"));
    println!(
        "    {pages} pages, {} requests, {bytes} body bytes, findings {}",
        number("requests"),
        summary["findings"]
    );
    assert!(pages >= least, "only {pages} of {least} pages were read");
    (pages, bytes)
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(otherwise)
}

fn start_server() -> (Child, String) {
    let mut server = Command::new(std::env::current_exe().unwrap())
        .env("DUWANG_BENCH_SERVE", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut entry = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut entry)
        .unwrap();
    (server, entry.trim().to_owned())
}

fn units(entry: &str) -> String {
    format!(
        "[region]\nname = \"云溪市\"\n[[unit]]\nid = \"bench\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n[[unit.channel]]\nkind = \"website\"\nentry = [\"{entry}\"]\nmax_pages = 2000000\n"
    )
}

fn scan(dir: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duwang"));
    command
        .current_dir(dir)
        .args([
            "--allow-private",
            "--rate",
            "0",
            "-q",
            "scan",
            "--units",
            "units.toml",
            "--format",
            "json",
        ])
        .args(more);
    command
}

struct Cost {
    wall: f64,
    cpu: f64,
    peak: f64,
    said: String,
}

fn show(what: &str, pages: usize, cost: &Cost) {
    let n = pages as f64;
    println!(
        "{what:<22} {:>8.0} {:>9.2} {:>12.3} {:>9.0}",
        n / cost.wall,
        cost.wall,
        cost.cpu * 1000.0 / n,
        cost.peak
    );
}

/// Runs a command and watches its CPU time and peak memory in `/proc`.
fn measure(mut command: Command) -> Cost {
    let log = tempfile::NamedTempFile::new().unwrap();
    let started = Instant::now();
    let mut child = command
        .stdout(log.reopen().unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut cpu, mut peak) = (0.0, 0.0);
    let status = loop {
        (cpu, peak) = watch(&child).unwrap_or((cpu, peak));
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(status.success(), "{command:?}: {status}");
    let wall = started.elapsed().as_secs_f64();
    let said = std::fs::read_to_string(log.path()).unwrap();
    Cost {
        wall,
        cpu,
        peak,
        said,
    }
}

fn watch(child: &Child) -> Option<(f64, f64)> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let peak = status
        .lines()
        .find_map(|l| l.strip_prefix("VmHWM:"))?
        .trim()
        .trim_end_matches(" kB")
        .parse::<f64>()
        .ok()?;
    Some((ticks / 100.0, peak / 1024.0))
}

// The site.

fn serve(pages: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("http://{}/gk/", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(Arc::new(pages));
        axum::serve(listener, app).await.unwrap();
    });
}

async fn answer(State(pages): State<Arc<usize>>, request: Request) -> Response<Body> {
    let path = request.uri().path();
    let etag = format!("\"{path}-1\"");
    let response = Response::builder()
        .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
        .header(header::ETAG, &etag);
    if request
        .headers()
        .get(header::IF_NONE_MATCH)
        .is_some_and(|v| v.as_bytes() == etag.as_bytes())
    {
        return response
            .status(StatusCode::NOT_MODIFIED)
            .body(Body::empty())
            .unwrap();
    }
    match page(path, *pages) {
        Some(body) => response.body(Body::from(body)).unwrap(),
        None => Response::builder()
            .status(StatusCode::NOT_FOUND)
            .body(Body::empty())
            .unwrap(),
    }
}

/// The page at a path of a site of so many articles.
fn page(path: &str, pages: usize) -> Option<String> {
    let lists = pages.div_ceil(PER_LIST);
    let name = path.strip_prefix("/gk/")?;
    if name.is_empty() || name == "index.htm" {
        return Some(list(0, lists, pages));
    }
    if let Some(n) = name
        .strip_prefix("index_")
        .and_then(|n| n.strip_suffix(".htm"))
    {
        return n
            .parse()
            .ok()
            .filter(|n| *n < lists)
            .map(|n| list(n, lists, pages));
    }
    let n: usize = name
        .strip_prefix("202609/t20260901_")?
        .strip_suffix(".htm")?
        .parse()
        .ok()?;
    (n < pages).then(|| articles::article(n))
}

fn list(n: usize, lists: usize, pages: usize) -> String {
    let rows: String = (n * PER_LIST..((n + 1) * PER_LIST).min(pages))
        .map(|i| format!("<li><a href=\"./202609/t20260901_{i}.htm\" title=\"{0}\">{0}</a><span>2026-09-01</span></li>", title(i)))
        .collect();
    format!(
        "<html><head><meta charset=\"utf-8\"><title>政务动态</title></head><body>{}<h2>政务动态</h2><ul class=\"list\">{rows}</ul><script>createPageHTML({lists}, {n}, \"index\", \"htm\");</script>{}</body></html>",
        chrome(),
        pager(n, lists)
    )
}

/// The links a browser would show after the script ran, for crawlers that only follow links.
fn pager(n: usize, lists: usize) -> String {
    let near = (n.saturating_sub(5)..lists.min(n + 20)).chain([
        lists / 4,
        lists / 2,
        lists * 3 / 4,
        lists - 1,
    ]);
    let links: String = near
        .filter(|i| *i > 0)
        .map(|i| format!("<a href=\"index_{i}.htm\">{}</a>", i + 1))
        .collect();
    format!("<div class=\"page\">{links}</div>")
}
