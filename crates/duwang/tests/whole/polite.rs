//! What a webmaster sees of us: robots.txt, pace, back-off and who we say we are.

use crate::common::{Answer, Duwang, Site, article, list, summary_of};
use serde_json::Value;
use std::path::Path;
use std::time::{Duration, Instant};

const ROBOTS: &str = "User-agent: *\nDisallow: /qs/inner/\n";

fn site() -> Site {
    let site = Site::start();
    let items: Vec<_> = (1..=4)
        .map(|n| {
            let folder = if n == 4 { "inner" } else { "202609" };
            let title = format!("第{n}次会议召开");
            (format!("./{folder}/t{n}.htm"), title, "2026-09-01".into())
        })
        .collect();
    site.html("/qs/", &list("工作动态", &items, 1, 0));
    for (path, title, date) in &items {
        let body = "青石街道召开会议，布署近期重点工作，听取各社区情况汇报，明确下一步安排。";
        let path = path.replace("./", "/qs/");
        site.html(&path, &article(title, date, body));
    }
    site
}

fn scan(duwang: &Duwang, units: &Path, flags: &[&str]) -> Value {
    let scan = [
        "scan",
        "--format",
        "json",
        "--units",
        units.to_str().unwrap(),
    ];
    let args = [
        &["--allow-private", "--recheck-after", "100ms"],
        flags,
        &scan,
    ]
    .concat();
    summary_of(&duwang.bare(&args).output().unwrap())
}

#[test]
fn robots_txt_is_honoured_and_told() {
    let site = site();
    site.put("/robots.txt", Answer::text(ROBOTS));
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    let summary = duwang.scan(&units, &[]);
    let channel = &summary["channels"][0];
    assert_eq!(channel["seen"], 4, "{channel:#}");
    assert_eq!(channel["outcomes"]["refused"], 1);
    let missed = &channel["not_seen"][0];
    assert_eq!(missed["outcome"], "refused");
    assert_eq!(missed["what"], site.url("/qs/inner/t4.htm"));
    assert!(missed["reason"].as_str().unwrap().contains("robots.txt"));
    assert!(channel["notes"].is_null());
    let asked = site.take_paths();
    assert!(!asked.iter().any(|p| p.contains("inner")), "{asked:?}");
    assert_eq!(duwang.findings(&["--category", "typo"]).len(), 3);
}

#[test]
fn a_waived_robots_txt_is_told_wherever_coverage_is() {
    let site = site();
    site.put("/robots.txt", Answer::text(ROBOTS));
    let host = site.base.trim_start_matches("http://").to_owned();
    let duwang = Duwang::new();
    duwang.config(&format!("ignore_robots = [\"{host}\"]\n"));
    let units = duwang.units(&site.url("/qs/"));
    let summary = duwang.scan(&units, &[]);
    let channel = &summary["channels"][0];
    assert_eq!(channel["seen"], 5, "{channel:#}");
    let note = channel["notes"][0].as_str().unwrap();
    assert!(
        note.contains(&host) && note.contains("robots.txt"),
        "{note}"
    );
    assert_eq!(channel["not_seen"].as_array().unwrap().len(), 0);
    let told = duwang.ok(&["scan", "--full", "--units", units.to_str().unwrap()]);
    assert!(told.contains(&format!("注意：{note}")), "{told}");
    let report = duwang.ok(&["report", "--format", "html"]);
    assert!(report.contains(note), "{report}");
}

#[test]
fn an_unreachable_robots_txt_forbids_for_now() {
    let site = site();
    site.put("/robots.txt", Answer::status(500));
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    let output = duwang.run(&[
        "scan",
        "--format",
        "json",
        "--units",
        units.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(summary_of(&output)["channels"][0]["outcomes"]["refused"], 1);
    assert_eq!(site.take_paths(), Vec::<String>::new());
}

#[test]
fn starts_at_one_host_keep_their_distance() {
    let site = site();
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    scan(&duwang, &units, &["--rate", "5"]);
    let mut starts: Vec<Instant> = site.take_log().into_iter().map(|(at, ..)| at).collect();
    starts.sort();
    assert!(starts.len() >= 6, "{}", starts.len());
    let gaps: Vec<Duration> = starts.windows(2).map(|w| w[1] - w[0]).collect();
    // The distance is kept where requests start; on the way one may catch up a little with the other.
    let late = Duration::from_millis(40);
    let pace = Duration::from_millis(200);
    assert!(gaps.iter().all(|g| *g + late >= pace), "{gaps:?}");
    let whole = starts[starts.len() - 1] - starts[0];
    assert!(
        whole + late >= pace * (starts.len() as u32 - 1),
        "{whole:?}"
    );
}

#[test]
fn retry_after_is_waited_for() {
    let site = site();
    let page = "/qs/202609/t1.htm";
    let body = article(
        "第1次会议召开",
        "2026-09-01",
        "青石街道召开会议，布署近期重点工作，听取各社区情况汇报，明确下一步安排。",
    );
    let mut busy = Answer::status(503);
    busy.headers.push(("retry-after", "1".to_owned()));
    site.put(page, busy.then(Answer::html(body)));
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    let summary = duwang.scan(&units, &[]);
    assert_eq!(summary["channels"][0]["seen"], 5);
    let looks: Vec<_> = site
        .take_log()
        .into_iter()
        .filter(|(_, path, _)| path == page)
        .collect();
    assert_eq!(looks.len(), 2, "{looks:?}");
    assert!(
        looks[1].0 - looks[0].0 >= Duration::from_secs(1),
        "{looks:?}"
    );
    assert_eq!(duwang.findings(&["--category", "typo"]).len(), 4);
}

#[test]
fn we_say_who_we_are_and_whom_to_ask() {
    let site = site();
    let duwang = Duwang::new();
    duwang.config("contact = \"mailto:office@example.gov.cn\"\n");
    let units = duwang.units(&site.url("/qs/"));
    duwang.scan(&units, &[]);
    let agents = site.agents();
    assert_eq!(agents.len(), 1, "one name for every request: {agents:?}");
    assert!(agents[0].starts_with("duwang/"), "{agents:?}");
    assert!(
        agents[0].contains("(+mailto:office@example.gov.cn)"),
        "{agents:?}"
    );
}
