//! kill -9 at any moment: the same command goes on where it was; nothing lost, nothing doubled. Several processes, one data directory.

use crate::common::{Answer, Duwang, Site, article, list};
use std::collections::HashMap;
use std::process::Stdio;
use std::time::Duration;

fn slow_site(pages: usize) -> Site {
    let site = Site::start();
    let items: Vec<_> = (1..=pages)
        .map(|n| {
            (
                format!("./202609/t20260901_{n}.htm"),
                format!("第{n}次会议召开"),
                "2026-09-01".to_owned(),
            )
        })
        .collect();
    site.html("/qs/", &list("工作动态", &items, 1, 0));
    for (n, (_, title, date)) in items.iter().enumerate() {
        let body = if n % 3 == 0 {
            "会议布署近期重点工作，听取各社区情况汇报。"
        } else {
            "会议研究近期重点工作，听取各社区情况汇报。"
        };
        let page = article(
            title,
            date,
            &format!("青石街道办事处{body}明确下一步安排，要求抓好落实。"),
        );
        site.put(
            &format!("/qs/202609/t20260901_{}.htm", n + 1),
            Answer::html(page).after(Duration::from_millis(15)),
        );
    }
    site
}

#[test]
fn a_killed_scan_goes_on_where_it_was() {
    let site = slow_site(120);
    let calm = Duwang::new();
    let calm_units = calm.units(&site.url("/qs/"));
    let undisturbed = calm.scan(&calm_units, &[]);
    site.take_log();

    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    for kill_after in [60, 90, 130] {
        let mut child = duwang
            .command(&["scan", "--units", units.to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(kill_after));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let summary = duwang.scan(&units, &[]);
    assert_eq!(summary["pages"], undisturbed["pages"]);
    assert_eq!(summary["findings"], undisturbed["findings"]);
    assert_eq!(summary["channels"], undisturbed["channels"]);
    let names = |d: &Duwang| {
        let mut ids: Vec<_> = d
            .findings(&[])
            .iter()
            .map(|f| f["fingerprint"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(names(&duwang), names(&calm));
    let mut asked: HashMap<String, usize> = HashMap::new();
    for (_, path, _) in site.take_log() {
        *asked.entry(path).or_default() += 1;
    }
    let again = asked
        .iter()
        .filter(|(p, n)| p.contains("/t2026") && **n > 1)
        .count();
    assert!(
        again <= 3 * 32,
        "only pages in flight at a kill are fetched again, got {again}"
    );
}

#[test]
fn scan_findings_and_review_work_beside_a_running_console() {
    let site = slow_site(9);
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    let mut serve = duwang
        .command(&["serve", "--listen", "127.0.0.1:0"])
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let socket = duwang.data().join("duwang.sock");
    for _ in 0..200 {
        if socket.exists() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let summary = duwang.scan(&units, &[]);
    assert_eq!(summary["channels"][0]["seen"], 10);
    let found = duwang.findings(&["--category", "typo"]);
    assert_eq!(found.len(), 3);
    let id = found[0]["id"].as_str().unwrap();
    duwang.ok(&["review", id, "--confirm", "--by", "王某"]);
    let report = duwang.dir.path().join("r.json");
    duwang.ok(&["report", "--format", "json", "-o", report.to_str().unwrap()]);
    assert!(std::fs::read_to_string(report).unwrap().contains("布署"));
    serve.kill().unwrap();
    serve.wait().unwrap();
    assert_eq!(
        duwang.findings(&["--state", "confirmed"]).len(),
        1,
        "a decision survives the kill of its owner"
    );
}

#[test]
fn several_short_commands_at_once_all_get_their_answer() {
    let site = slow_site(9);
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    duwang.scan(&units, &[]);
    let found = duwang.findings(&["--category", "typo"]);
    let commands = (0..8).map(|n| match n % 2 {
        0 => duwang.command(&["findings", "--category", "typo", "--format", "jsonl"]),
        _ => duwang.command(&[
            "review",
            found[n % 3]["id"].as_str().unwrap(),
            "--note",
            "已电话核实",
            "--by",
            "王某",
        ]),
    });
    let running: Vec<_> = commands
        .map(|mut c| {
            let c = c.stdout(Stdio::piped()).stderr(Stdio::piped());
            c.spawn().unwrap()
        })
        .collect();
    for child in running {
        let ended = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(ended.status.success(), "{told}");
        assert!(!ended.stdout.is_empty());
    }
    let notes: usize = found
        .iter()
        .map(|f| {
            let shown = duwang.ok(&["findings", "show", f["id"].as_str().unwrap()]);
            shown.matches("已电话核实").count()
        })
        .sum();
    assert_eq!(notes, 4, "each note is there once");
}
