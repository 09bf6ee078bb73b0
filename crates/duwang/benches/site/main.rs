//! The whole pipeline over a generated disclosure site on loopback, beside programs that only fetch, interleaved in one run: pages a second,
//! CPU a page, peak memory, and what a second scan costs. Prints Markdown.
//!
//! `cargo bench -p duwang --bench site`: 10,000 pages at 32 connections, one round. `DUWANG_BENCH_PAGES`, `DUWANG_BENCH_ROUNDS` and
//! `DUWANG_BENCH_CONNECTIONS` (`1,8,32,128`) change it; `tests/bench/run` installs the peers and does all.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench prints figures and fails by panicking"
)]

mod cost;
#[path = "../pages/mod.rs"]
mod pages;
mod peers;
mod server;

use cost::{Cost, measure};
use peers::{Ask, Peer};
use server::Server;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// The rows of one table, by name, in the order they were first measured.
#[derive(Default)]
struct Table {
    names: Vec<String>,
    runs: BTreeMap<String, Vec<Cost>>,
    /// What was run and not measured, and why.
    left_out: Vec<String>,
}

impl Table {
    fn add(&mut self, name: &str, cost: Cost) {
        if !self.runs.contains_key(name) {
            self.names.push(name.to_owned());
        }
        self.runs.entry(name.to_owned()).or_default().push(cost);
    }

    fn median(&self, name: &str) -> Option<Cost> {
        Cost::median(self.runs.get(name)?.clone())
    }
}

const FIRST: &str = "duwang: fetch, read, judge, keep";
const FULL: &str = "duwang again, `--full`";
const INCREMENTAL: &str = "duwang again, incremental";

fn main() {
    let pages = number("DUWANG_BENCH_PAGES", 10_000);
    if std::env::var_os("DUWANG_BENCH_SERVE").is_some() {
        return server::serve(pages);
    }
    let server = Server::start(pages);
    let page = pages::page("/gk/202609/t20260901_1.htm", pages).unwrap_or_default();
    println!(
        "{pages} articles of about {} KB, served by {} on {} processors shared by all.",
        page.len() / 1024,
        server.name,
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
    );
    let all = std::env::var("DUWANG_BENCH_CONNECTIONS").unwrap_or_else(|_| "32".to_owned());
    // Deleting thousands of files slows the making of new ones for minutes: all data stay until the end.
    let mut kept = Vec::new();
    for connections in all.split(',').filter_map(|n| n.trim().parse().ok()) {
        // What is slow anyway is measured once, where everybody is compared.
        let is_main = connections == 32;
        let rounds = if is_main {
            number("DUWANG_BENCH_ROUNDS", 1)
        } else {
            1
        };
        let mut table = Table::default();
        for round in 0..rounds {
            for peer in Peer::present()
                .iter()
                .filter(|p| !p.is_slow || is_main && round == 0)
            {
                kept.push(run_peer(
                    peer,
                    pages,
                    &server.entry,
                    connections,
                    &mut table,
                ));
            }
            kept.push(run_duwang(pages, &server.entry, connections, &mut table));
        }
        show(pages, connections, rounds, &table);
    }
}

fn run_peer(
    peer: &Peer,
    pages: usize,
    entry: &str,
    connections: usize,
    table: &mut Table,
) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for again in [false, true] {
        if again && !peer.asks_again() {
            break;
        }
        let command = peer.command(&Ask {
            entry,
            connections,
            dir: dir.path(),
            again,
        });
        // Some end with an error because a link of the site leads nowhere.
        let cost = measure(command, true);
        let name = match again {
            false => peer.name.to_owned(),
            true => format!("{} again, `-N`", peer.name),
        };
        match cost.pages().filter(|read| *read < pages) {
            Some(read) => table
                .left_out
                .push(format!("{name} read only {read} of the pages: left out")),
            None => table.add(&name, cost),
        }
    }
    dir
}

fn run_duwang(
    pages: usize,
    entry: &str,
    connections: usize,
    table: &mut Table,
) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("units.toml"), units(entry)).unwrap();
    let settings = format!("concurrency = {connections}\n");
    std::fs::write(dir.path().join("duwang.toml"), settings).unwrap();
    let first = measure(scan(dir.path(), &[]), false);
    tell(&first, pages);
    table.add(FIRST, first);
    let full = measure(scan(dir.path(), &["--full"]), false);
    let (_, bytes) = tell(&full, pages);
    assert!(bytes < pages as u64, "an unchanged site sent bodies again");
    table.add(FULL, full);
    let incremental = measure(scan(dir.path(), &[]), false);
    tell(&incremental, 0);
    table.add(INCREMENTAL, incremental);
    dir
}

/// Pages and body bytes a scan says it read. A bench of pages that were not read measures nothing.
fn tell(cost: &Cost, least: usize) -> (usize, u64) {
    let summary: serde_json::Value = serde_json::from_str(cost.said.trim()).unwrap();
    let number = |key: &str| summary[key].as_u64().unwrap();
    let (pages, bytes) = (number("pages") as usize, number("bytes"));
    assert!(pages >= least, "only {pages} of {least} pages were read");
    (pages, bytes)
}

fn show(pages: usize, connections: usize, rounds: usize, table: &Table) {
    let n = pages as f64;
    println!("\n{connections} connections, {rounds} round(s), the run in the middle:\n");
    println!("| | pages a second | seconds | CPU ms a page | peak MB |");
    println!("|---|---|---|---|---|");
    for name in &table.names {
        let Some(cost) = table.median(name) else {
            continue;
        };
        println!(
            "| {name} | {:.0} | {:.2} | {:.3} | {:.0} |",
            n / cost.wall,
            cost.wall,
            cost.cpu * 1000.0 / n,
            cost.peak
        );
    }
    for left_out in &table.left_out {
        println!("\n{left_out}");
    }
    let Some(first) = table.median(FIRST) else {
        return;
    };
    println!();
    for peer in Peer::present() {
        if let Some(cost) = table.median(peer.name) {
            println!(
                "- duwang's first scan beside {}: {:.2} times its pages a second",
                peer.name,
                cost.wall / first.wall
            );
        }
    }
    for again in [FULL, INCREMENTAL] {
        if let Some(cost) = table.median(again) {
            println!(
                "- {again}: {:.2} of the first scan's CPU",
                cost.cpu / first.cpu
            );
        }
    }
}

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(otherwise)
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
