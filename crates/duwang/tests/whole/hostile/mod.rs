//! A hostile web beside healthy sites: every misbehaviour ends as the outcome written in its table, and the healthy sites are read as if
//! they were alone.

mod files;
mod http2;
mod markup;
mod packing;
mod redirects;
mod robots;
mod statuses;
mod transport;
mod traps;
mod wire;

use crate::common::{Answer, Duwang, Site, article, list, report};
use serde_json::Value;
use std::io::Result;
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};
use wire::{Talk, Web, Wire};

/// One way to misbehave.
pub struct Misbehaviour {
    /// Short and unique.
    name: &'static str,
    /// What it serves, for readers of the documents.
    serves: &'static str,
    plays: Plays,
    ends: Ends,
}

type Play = fn(&mut Talk<'_>) -> Result<()>;

/// Where a site misbehaves.
enum Plays {
    /// At one page of an ordinary site.
    It(Play),
    /// At one file of an ordinary site; its path.
    File(&'static str, Play),
    /// Wherever it likes.
    Site(Play),
    /// As a feed at `/feed.xml`.
    Feed(Play),
    /// Like `Site`, after a good TLS handshake.
    Tls(Play),
    /// After a TLS handshake for HTTP/2.
    Http2(fn(&mut dyn Wire) -> Result<()>),
    /// On the naked connection.
    Bare(fn(&mut &TcpStream) -> Result<()>),
}

impl Plays {
    fn scheme(&self) -> &'static str {
        match self {
            Self::Tls(_) | Self::Http2(_) | Self::Bare(_) => "https",
            _ => "http",
        }
    }

    fn path(&self) -> &'static str {
        match self {
            Self::File(path, _) => path,
            _ => "/t20260901_2.htm",
        }
    }
}

/// What the coverage statement of the site must say.
#[derive(Clone, Copy)]
enum Ends {
    /// The page is read like any other: its fault is found.
    Read,
    /// The page is read, and there is no fault in it.
    Plain,
    /// The page is read and its fault is found, and something of it was left: outcomes and reasons.
    Partly(&'static [&'static str]),
    /// The page was not seen: outcome and reason.
    Unseen(&'static str),
    /// Pages seen, and all that was not.
    Statement(usize, &'static [&'static str]),
}

impl Ends {
    /// For the table in the documents.
    fn words(&self) -> String {
        match self {
            Self::Read => "读到，其中的差错被发现".to_owned(),
            Self::Plain => "读到".to_owned(),
            Self::Partly(told) => format!("读到，其中的差错被发现；{}", told.join("；")),
            Self::Unseen(why) => (*why).to_owned(),
            Self::Statement(seen, []) => format!("读到 {seen} 页"),
            Self::Statement(seen, told) => format!("读到 {seen} 页；{}", told.join("；")),
        }
    }

    fn lines(&self) -> Vec<String> {
        let line = |seen: usize, found: bool, told: &[String]| {
            let mut lines = vec![format!("seen {seen}"), format!("found {found}")];
            lines.extend_from_slice(told);
            lines
        };
        match self {
            Self::Read => line(3, true, &[]),
            Self::Plain => line(3, false, &[]),
            Self::Partly(told) => {
                let told: Vec<String> = told.iter().map(|why| format!("/it {why}")).collect();
                line(3, true, &told)
            }
            Self::Unseen(why) => line(2, false, &[format!("/it {why}")]),
            Self::Statement(seen, told) => {
                let told: Vec<String> = told.iter().map(|t| (*t).to_owned()).collect();
                line(*seen, false, &told)
            }
        }
    }
}

fn all() -> Vec<&'static Misbehaviour> {
    [
        transport::ALL,
        packing::ALL,
        redirects::ALL,
        statuses::ALL,
        markup::ALL,
        files::ALL,
        traps::ALL,
        robots::ALL,
        http2::ALL,
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What the coverage statement says of a site, with its addresses made short. Many of one kind are one line.
fn statement(misbehaviour: &Misbehaviour, base: &str, channel: &Value, found: bool) -> Vec<String> {
    let mut told: Vec<(String, Vec<String>)> = Vec::new();
    for missed in channel["not_seen"].as_array().unwrap() {
        let text = |key: &str| missed[key].as_str().unwrap().replace(base, "");
        let what = text("what").replace(misbehaviour.plays.path(), "/it");
        let why = format!("{} {}", text("outcome"), text("reason"));
        match told.iter_mut().find(|(w, _)| *w == why) {
            Some((_, whats)) => whats.push(what),
            None => told.push((why, vec![what])),
        }
    }
    told.sort(); // what comes first hangs on what was answered first
    let mut lines = vec![
        format!("seen {}", channel["seen"]),
        format!("found {found}"),
    ];
    lines.extend(told.into_iter().map(|(why, whats)| match whats.as_slice() {
        [what] => format!("{what} {why}"),
        many => format!("{} × {why}", many.len()),
    }));
    lines
}

/// Whether the statement is the expected one, where `…` in the expected stands for anything (one of two clocks that ran out, a figure).
fn agree(told: &[String], expected: &[String]) -> bool {
    let is_as = |(told, expected): (&String, &String)| {
        let mut rest = told.as_str();
        let is_in_order = expected
            .split('…')
            .all(|piece| match rest.split_once(piece) {
                Some((_, after)) => {
                    rest = after;
                    true
                }
                None => false,
            });
        is_in_order && (expected.ends_with('…') || rest.is_empty())
    };
    told.len() == expected.len() && told.iter().zip(expected).all(is_as)
}

/// The units file: some healthy sites in front, some behind, the hostile ones between.
fn units(healthy: &[Site], hostile: &[(&Misbehaviour, &str)]) -> String {
    let unit = |id: &str, channel: String| {
        format!(
            "[[unit]]\nid = \"{id}\"\nname = \"青石街道办事处\"\nshort_names = [\"青石街道\"]\nkind = \"街道\"\n[[unit.channel]]\nid = \"{id}\"\n{channel}\n"
        )
    };
    let website = |base: &str| format!("kind = \"website\"\nentry = [\"{base}/\"]\nmax_pages = 60");
    let mut parts: Vec<String> = hostile
        .iter()
        .map(|(m, base)| {
            let channel = match m.plays {
                Plays::Feed(_) => format!("kind = \"feed\"\nfeed = \"{base}/feed.xml\""),
                _ => website(base),
            };
            unit(m.name, channel)
        })
        .collect();
    for (n, site) in healthy.iter().enumerate() {
        let healthy = unit(&format!("healthy-{n}"), website(&site.base));
        parts.insert(n * parts.len() / healthy.len().max(1), healthy);
    }
    format!("[region]\nname = \"云溪市\"\n{}", parts.concat())
}

fn healthy(n: usize) -> Site {
    let site = Site::start();
    let items: Vec<_> = (1..=30)
        .map(|page| {
            (
                format!("./t202609{page:02}_{page}.htm"),
                format!("第{page}次会议召开"),
                format!("2026-09-{page:02}"),
            )
        })
        .collect();
    site.html("/", &list("工作动态", &items, 1, 0));
    for (page, (path, title, date)) in items.iter().enumerate() {
        let word = if (page + n).is_multiple_of(3) {
            "布署"
        } else {
            "部署"
        };
        let body = format!(
            "青石街道办事处会议{word}近期第{page}项重点工作，听取各社区情况汇报，要求抓好落实。"
        );
        let page = Answer::html(article(title, date, &body)).after(Duration::from_millis(20));
        site.put(path.trim_start_matches('.'), page);
    }
    site
}

/// The findings of the healthy sites as they are given out, only the name of the run left out.
fn findings(duwang: &Duwang, scan: &str) -> String {
    let all: Vec<String> = (0..HEALTHY)
        .map(|n| {
            let channel = format!("healthy-{n}");
            duwang.ok(&["findings", "--format", "jsonl", "--channel", &channel])
        })
        .collect();
    all.concat().replace(scan, "SCAN")
}

const HEALTHY: usize = 3;
const NOW: &str = "2026-11-02T10:00:00+08:00";
/// All timeouts of these scans.
const TIMEOUT: &str = "5s";
/// However many sites misbehave.
const LONGEST: Duration = Duration::from_secs(240);
/// Most resident memory of the scanning process, MiB. Sixteen sites at once, each with a page of at most 8 MB in work.
const MOST_MEMORY: u64 = 1024;

struct Scanned {
    summary: Value,
    took: Duration,
    /// Peak resident memory, MiB.
    memory: u64,
}

fn scan(duwang: &Duwang, units: &str) -> Scanned {
    let units = duwang.units_text(units);
    let said = duwang.dir.path().join("said.json");
    let since = Instant::now();
    let mut child = duwang
        .command(&["--now", NOW, "scan", "--format", "json", "--units"])
        .arg(units)
        .stdout(std::fs::File::create(&said).unwrap()) // more than a pipe holds
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let memory = peak_memory(&mut child, since + LONGEST);
    let took = since.elapsed();
    let said = std::fs::read_to_string(said).unwrap();
    let summary = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    Scanned {
        summary,
        took,
        memory,
    }
}

/// Waits for the end of a process; its `VmHWM` as last seen, MiB. The peak never falls, so the last look is the one that counts.
fn peak_memory(child: &mut Child, until: Instant) -> u64 {
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > until {
            child.kill().unwrap();
            panic!("the scan does not end");
        }
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
        let line = status.unwrap_or_default();
        let kib = line.lines().find_map(|l| {
            l.strip_prefix("VmHWM:")?
                .trim()
                .split(' ')
                .next()?
                .parse::<u64>()
                .ok()
        });
        peak = kib.map_or(peak, |kib| kib / 1024);
        std::thread::sleep(Duration::from_millis(20));
    }
    peak
}

#[test]
fn every_misbehaviour_has_its_outcome_and_healthy_sites_are_read_as_if_alone() {
    let only = std::env::var("DUWANG_HOSTILE").unwrap_or_default();
    let all: Vec<_> = all()
        .into_iter()
        .filter(|m| m.name.contains(&only))
        .collect();
    let web = Web::start(&all);
    let sites: Vec<Site> = (0..HEALTHY).map(healthy).collect();

    let alone = Duwang::new();
    let calm = scan(&alone, &units(&sites, &[]));
    let expected = findings(&alone, calm.summary["scan"].as_str().unwrap());
    assert!(expected.lines().count() >= 30, "{expected}");

    let duwang = Duwang::new();
    std::fs::write(duwang.dir.path().join("authority.pem"), &web.authority).unwrap();
    duwang.config(&format!(
        "timeout = \"{TIMEOUT}\"\ntrusted = [\"authority.pem\"]\n{}",
        redirects::NAMES
    ));
    let bases = web.places.iter().map(|p| p.base.as_str());
    let hostile: Vec<_> = all.iter().copied().zip(bases).collect();
    let beside = scan(&duwang, &units(&sites, &hostile));
    assert_eq!(
        findings(&duwang, beside.summary["scan"].as_str().unwrap()),
        expected
    );

    let typos = duwang.findings(&["--category", "typo"]);
    let channels = beside.summary["channels"].as_array().unwrap();
    let mut wrong = Vec::new();
    for (m, base) in &hostile {
        let it = format!("{base}{}", m.plays.path());
        let found = typos
            .iter()
            .any(|f| f["url"] == it.as_str() && f["quote"] == "布署");
        let channel = channels.iter().find(|c| c["channel"] == m.name).unwrap();
        let told = statement(m, base, channel, found);
        if !agree(&told, &m.ends.lines()) {
            wrong.push(format!(
                "{}: {told:#?}\ninstead of {:#?}",
                m.name,
                m.ends.lines()
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        hostile.len(),
        wrong.join("\n")
    );
    assert!(beside.memory < MOST_MEMORY, "{} MiB", beside.memory);
    let figures = format!(
        "| {} 种，与 {HEALTHY} 个正常网站同时扫描 | {:.0} 秒 | {} MiB（只有正常网站时 {} MiB） |",
        hostile.len(),
        beside.took.as_secs_f64(),
        beside.memory,
        calm.memory,
    );
    println!("{figures}");
    if only.is_empty() {
        report::figures(
            "hostile",
            &format!("| 行为 | 用时 | 内存峰值 |\n|---|---|---|\n{figures}\n"),
        );
    }
}

#[test]
fn names_are_unique_and_the_list_in_the_documents_is_this_one() {
    let all = all();
    assert!(all.len() >= 60, "{}", all.len());
    let names: std::collections::BTreeSet<_> = all.iter().map(|m| m.name).collect();
    assert_eq!(names.len(), all.len());
    let rows: String = all
        .iter()
        .map(|m| {
            format!(
                "| `{}` | {} | {} |\n",
                m.name,
                m.serves,
                m.ends.words().replace("/it ", "").replace('|', "\\|")
            )
        })
        .collect();
    report::list(
        "misbehaviours",
        &format!("| 名称 | 对方做什么 | 写下什么 |\n|---|---|---|\n{rows}"),
    );
}
