//! kill -9 at random moments of everything that writes, on both stores: nothing acknowledged is lost or doubled, the next start needs no
//! hand, and what is found is what an undisturbed run finds. `DUWANG_KILLS=200` makes it that many kills of each kind.

use crate::common::{
    Answer, Dice, Duwang, Site, article, cookie_set_by, list, login_form, report, summary_of,
};
use duwang_model::Verdict;
use duwang_store::cluster::Cluster;
use duwang_store::contract::sample;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Kills of each kind.
fn wanted() -> usize {
    let told = std::env::var("DUWANG_KILLS").ok();
    told.map_or(2, |n| n.parse().unwrap())
}

/// A fresh data directory with a fresh store.
type Fresh<'f> = &'f dyn Fn() -> Duwang;

/// What came of one kind of kills.
struct Figures {
    what: &'static str,
    kills: usize,
    /// How often the work was done to its end between them.
    rounds: usize,
    /// What somebody had been told is written, and was looked for afterwards.
    acknowledged: usize,
    took: Duration,
}

/// A process that was let run for a while: its output when it ended by itself, `None` when it was killed.
fn let_run(mut command: Command, at_most: Option<Duration>) -> Option<Output> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    if let Some(at_most) = at_most {
        let until = Instant::now() + at_most;
        while Instant::now() < until && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(2));
        }
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
    }
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(output)
}

/// Repeats a command, killed at random moments, until it has ended by itself; as often as it takes for so many kills. `prove` looks at what
/// each round left.
fn kill(
    what: &'static str,
    fresh: Fresh<'_>,
    command: &dyn Fn(&Duwang) -> Command,
    prove: &mut dyn FnMut(&Duwang, &Output) -> usize,
) -> Figures {
    let since = Instant::now();
    // The first run is the measure for the moments.
    let calm = fresh();
    let output = let_run(command(&calm), None).unwrap();
    let usual = since.elapsed();
    let mut figures = Figures {
        what,
        kills: 0,
        rounds: 0,
        acknowledged: prove(&calm, &output),
        took: Duration::ZERO,
    };
    let mut dice = Dice::new(20_261_102);
    while figures.kills < wanted() {
        let duwang = fresh();
        let output = loop {
            let at_most = (figures.kills < wanted()).then(|| dice.up_to(usual));
            match let_run(command(&duwang), at_most) {
                Some(output) => break output,
                None => figures.kills += 1,
            }
        };
        figures.rounds += 1;
        figures.acknowledged += prove(&duwang, &output);
        duwang.ok(&["store", "check"]);
    }
    figures.took = since.elapsed();
    figures
}

fn site() -> Site {
    let site = Site::start();
    let items: Vec<_> = (1..=60)
        .map(|n| {
            (
                format!("./t2026{n:04}_{n}.htm"),
                format!("第{n}次会议召开"),
                "2026-09-01".to_owned(),
            )
        })
        .collect();
    site.html("/qs/", &list("工作动态", &items, 1, 0));
    for (n, (path, title, date)) in items.iter().enumerate() {
        let word = if n % 3 == 0 { "布署" } else { "部署" };
        let body =
            format!("青石街道办事处会议{word}近期重点工作，听取各社区情况汇报，要求抓好落实。");
        let page = Answer::html(article(title, date, &body)).after(Duration::from_millis(10));
        site.put(&path.replace("./", "/qs/"), page);
    }
    site
}

/// Every finding as somebody sees it, the name of the run and its times left out.
fn findings(duwang: &Duwang) -> Vec<String> {
    let mut all: Vec<String> = duwang
        .findings(&["--unmask"])
        .iter()
        .map(|f| {
            ["fingerprint", "rule", "url", "quote", "context", "state"]
                .map(|key| f[key].to_string())
                .join(" ")
        })
        .collect();
    all.sort();
    all
}

fn scans(fresh: Fresh<'_>) -> Figures {
    let site = site();
    let mut expected: Option<(Value, Vec<String>)> = None;
    let command = |duwang: &Duwang| {
        let units = duwang.units(&site.url("/qs/"));
        let mut command = duwang.command(&["scan", "--format", "json", "--units"]);
        command.arg(units);
        command
    };
    kill("扫描", fresh, &command, &mut |duwang, output| {
        let summary = summary_of(output);
        let found = findings(duwang);
        let (calm, calm_found) = expected.get_or_insert_with(|| (summary.clone(), found.clone()));
        assert_eq!(found, *calm_found);
        // Killed between its last word to the store and its last word to us, a scan had ended: this one was the next.
        let was_ended = summary["findings"]["new"] == 0;
        if !was_ended {
            for part in ["pages", "findings", "channels"] {
                assert_eq!(summary[part], calm[part]);
            }
        }
        found.len()
    })
}

/// An export with many rows of every sort.
fn export(file: &Path) {
    use duwang_model::{Change, Visit};
    let store = duwang_store::Memory::new();
    let store: &dyn duwang_store::Store = &store;
    let visits: Vec<Visit> = (0..1_200)
        .map(|n| {
            let url = format!("http://qingshi-demo.gov.cn/{n}.htm");
            Visit {
                page: Some(sample::real_page("a-site", &url, "", n)),
                changes: vec![(Change::New, sample::finding("a", "guide/x", &url, n))],
                frontier: vec![sample::entry("s", "a-site", &url)],
                ..Visit::default()
            }
        })
        .collect();
    store.begin_scan(&sample::scan("s", 1)).unwrap();
    store.record(&visits).unwrap();
    for n in 0..50 {
        store.append("audit", &format!("第{n}行")).unwrap();
        store
            .put_note("view", &n.to_string(), 0, &serde_json::json!({ "n": n }))
            .unwrap();
    }
    store
        .export(&mut std::fs::File::create(file).unwrap())
        .unwrap();
}

fn imports(fresh: Fresh<'_>) -> Figures {
    let dir = tempfile::tempdir().unwrap();
    let (file, back) = (
        dir.path().join("export.jsonl"),
        dir.path().join("back.jsonl"),
    );
    export(&file);
    let mut expected: Option<String> = None;
    let command = |duwang: &Duwang| {
        let mut command = duwang.command(&["store", "import"]);
        command.arg(&file);
        command
    };
    kill("导入", fresh, &command, &mut |duwang, _| {
        duwang.ok(&["store", "export", "-o", back.to_str().unwrap()]);
        let rows = std::fs::read_to_string(&back).unwrap();
        assert_eq!(
            rows.lines().count(),
            std::fs::read_to_string(&file).unwrap().lines().count()
        );
        let calm = expected.get_or_insert_with(|| rows.clone());
        assert!(
            rows == *calm,
            "another export than after an undisturbed import"
        );
        rows.lines().count() - 2
    })
}

/// The first opening of a store makes its folders and tables.
fn openings(fresh: Fresh<'_>) -> Figures {
    let command = |duwang: &Duwang| duwang.command(&["store", "stats"]);
    kill(
        "初次打开（建库、建表）",
        fresh,
        &command,
        &mut |_, output| {
            assert!(String::from_utf8_lossy(&output.stdout).contains("批次 0，页面 0，问题 0"));
            0
        },
    )
}

/// Somebody at the console who notes one thing after another, until nobody answers any more.
fn note_on(
    at: &str,
    cookie: &str,
    findings: &[String],
    who: usize,
    from: usize,
) -> (Vec<String>, Vec<String>) {
    let (mut acknowledged, mut open) = (Vec::new(), Vec::new());
    for n in from.. {
        let words = format!("n{who}-{n}");
        let path = format!("/findings/{}/decisions", findings[n % findings.len()]);
        match post(at, cookie, &path, &format!("verdict=note&reason={words}")) {
            Some(head) if head.starts_with("HTTP/1.1 303") => acknowledged.push(words),
            Some(head) => panic!("{head}"),
            None => {
                open.push(words);
                return (acknowledged, open);
            }
        }
    }
    unreachable!("it was killed before")
}

/// The answer, if a whole one came.
fn post(at: &str, cookie: &str, path: &str, form: &str) -> Option<String> {
    let mut stream = TcpStream::connect(at).ok()?;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {at}\r\nOrigin: http://{at}\r\nCookie: {cookie}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.contains("\r\n\r\n").then_some(answer)
}

fn decisions(fresh: Fresh<'_>) -> Figures {
    let since = Instant::now();
    let (site, duwang) = (site(), fresh());
    duwang.scan(&duwang.units(&site.url("/qs/")), &[]);
    duwang.account("王某", "supervisor");
    let ids: Vec<String> = duwang
        .findings(&[])
        .iter()
        .map(|f| f["id"].as_str().unwrap().to_owned())
        .collect();
    let mut dice = Dice::new(20_261_103);
    let (mut acknowledged, mut open, mut cookie) = (Vec::new(), Vec::new(), String::new());
    for round in 0..wanted() {
        let mut served = duwang.serve();
        let at = served.at.clone();
        if cookie.is_empty() {
            cookie = cookie_set_by(&post(&at, "", "/login", &login_form("王某")).unwrap()).unwrap();
        }
        std::thread::scope(|scope| {
            let people: Vec<_> = (0..3)
                .map(|who| {
                    let (at, cookie, ids) = (&at, &cookie, &ids);
                    scope.spawn(move || note_on(at, cookie, ids, who, round * 100_000))
                })
                .collect();
            std::thread::sleep(dice.up_to(Duration::from_secs(3)));
            served.child().kill().unwrap();
            for person in people {
                let (told, not) = person.join().unwrap();
                acknowledged.extend(told);
                open.extend(not);
            }
        });
    }
    prove_notes(&duwang, &acknowledged, &open);
    Figures {
        what: "控制台里的复核",
        kills: wanted(),
        rounds: 1,
        acknowledged: acknowledged.len(),
        took: since.elapsed(),
    }
}

/// Every acknowledged note is there once, every other at most once, and the log of who did what says the same.
fn prove_notes(duwang: &Duwang, acknowledged: &[String], open: &[String]) {
    duwang.ok(&["store", "check"]);
    duwang.ok(&["audit", "verify"]);
    let file = duwang.dir.path().join("after.jsonl");
    duwang.ok(&["store", "export", "-o", file.to_str().unwrap()]);
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    let mut logged = 0;
    for line in std::fs::read_to_string(&file).unwrap().lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        for decision in row["finding"]["decisions"].as_array().into_iter().flatten() {
            *kept
                .entry(decision["reason"].as_str().unwrap().to_owned())
                .or_default() += 1;
        }
        let line = row["entry"]["entry"]["text"].as_str().unwrap_or_default();
        logged += usize::from(line.contains(Verdict::Note.chinese()));
    }
    assert_eq!(logged, kept.len(), "each decision has its line in the log");
    let may_be: BTreeSet<&String> = acknowledged.iter().chain(open).collect();
    for words in acknowledged {
        assert_eq!(kept.get(words), Some(&1), "{words}");
    }
    for (words, times) in &kept {
        assert!(*times == 1 && may_be.contains(words), "{words} {times}");
    }
}

fn all(store: &str, section: &str, fresh: Fresh<'_>) {
    let kinds = [scans, decisions, imports, openings];
    let rows: String = kinds
        .map(|kind| {
            let f = kind(fresh);
            let row = format!(
                "| {} | {store} | {} | {} | {} | {:.0} 秒 |\n",
                f.what,
                f.kills,
                f.rounds,
                f.acknowledged,
                f.took.as_secs_f64()
            );
            print!("{row}");
            row
        })
        .concat();
    let head = "| 做什么时 | 存储 | kill -9 次数 | 其间做完几轮 | 已确认并事后核对的记录 | 用时 |\n|---|---|---|---|---|---|\n";
    report::figures(section, &format!("{head}{rows}"));
}

#[test]
fn kills_lose_nothing_in_the_embedded_store() {
    all("内嵌", "kills-embedded", &Duwang::new);
}

#[test]
fn kills_lose_nothing_in_postgresql() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    all("PostgreSQL", "kills-postgres", &|| {
        let duwang = Duwang::new();
        duwang.config(&format!("store = \"{}\"\n", cluster.database()));
        duwang
    });
}
