//! Evidence is written from the store alone, proves what was served, and gives away nobody's number.

use crate::common::{Answer, Duwang, Site, article, list};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};

const ID: &str = "350499199001010011";
const MOBILE: &str = "13800138001";

/// A site with one page, read and then closed; the page and the program that read it.
fn read_and_closed(title: &str, body: &str) -> (Vec<u8>, Duwang) {
    let site = Site::start();
    let item = ("./202609/t1.htm", title, "2026-09-18");
    let items = [(item.0.into(), "街道召开防汛会议".into(), item.2.into())];
    site.html("/qs/", &list("工作动态", &items, 1, 0));
    let mut page = Answer::html(article(title, "2026-09-18", body));
    page.headers.push(("server", "yunxi-demo".to_owned()));
    site.put("/qs/202609/t1.htm", page.clone());
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    duwang.scan(&units, &[]);
    site.stop();
    (page.body, duwang)
}

fn finding(duwang: &Duwang, category: &str) -> serde_json::Value {
    duwang.findings(&["--category", category]).remove(0)
}

fn folder(duwang: &Duwang, id: &str, more: &[&str]) -> PathBuf {
    let dir = duwang.dir.path().join(format!("证据{}", more.len()));
    let args = ["findings", "show", id, "--evidence", dir.to_str().unwrap()];
    duwang.ok(&[&args, more].concat());
    dir
}

fn read(dir: &Path, name: &str) -> String {
    std::fs::read_to_string(dir.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

#[test]
fn evidence_proves_the_finding_when_the_site_is_gone() {
    let (served, duwang) = read_and_closed(
        "街道召开防汛会议",
        "青石街道召开会议，布署防汛各项任务，要求各社区落实责任，备足物资，加强巡查。",
    );
    let typo = finding(&duwang, "typo");
    let dir = folder(&duwang, typo["id"].as_str().unwrap(), &[]);
    assert_eq!(std::fs::read(dir.join("page.html")).unwrap(), served);
    let digest = Sha256::digest(&served);
    let name: String = digest.iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(typo["snapshot"], format!("sha256:{name}"));
    let headers = read(&dir, "headers.txt").to_lowercase();
    for part in ["server: yunxi-demo", "etag:", "200", &name, "/t1.htm"] {
        assert!(headers.contains(part), "{part} not in\n{headers}");
    }
    let text: Vec<char> = read(&dir, "text.txt").chars().collect();
    let at = |key: &str| typo[key].as_u64().unwrap() as usize;
    let there: String = text[at("start")..at("end")].iter().collect();
    assert_eq!(there, "布署");
    let highlight = read(&dir, "highlight.html");
    assert!(highlight.contains("<mark id=\"place\">布署</mark>"));
    assert!(highlight.contains("防汛各项任务"));
}

#[test]
fn what_a_page_wrote_stays_text() {
    let (_, duwang) = read_and_closed(
        "会议&lt;img src=x onerror=alert(1)&gt;",
        "青石街道召开会议&lt;script&gt;alert(1)&lt;/script&gt;，布署防汛各项任务&lt;/bdi&gt;&quot;&#39;，要求各社区落实责任，备足物资，加强巡查。",
    );
    let typo = finding(&duwang, "typo");
    let dir = folder(&duwang, typo["id"].as_str().unwrap(), &[]);
    assert!(read(&dir, "text.txt").contains("<script>alert(1)</script>"));
    let highlight = read(&dir, "highlight.html");
    assert!(!highlight.contains("<script") && !highlight.contains("<img"));
    assert_eq!(
        highlight.matches("</bdi>").count(),
        highlight.matches("<bdi>").count()
    );
    let report = duwang.ok(&["report", "--format", "html", "--include-open"]);
    assert!(!report.contains("<script>alert") && !report.contains("<img src=x"));
}

#[test]
fn personal_numbers_are_masked_unless_asked_for_and_that_is_logged() {
    let (_, duwang) = read_and_closed(
        "救助对象公示",
        &format!("现将救助对象公示如下：王某，身份证号{ID}，电话{MOBILE}，家住青石街道第一社区。"),
    );
    let id = finding(&duwang, "privacy")["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let masked = [
        duwang.ok(&["findings"]),
        duwang.ok(&["findings", "--format", "csv"]),
        duwang.ok(&["findings", "--format", "jsonl"]),
        duwang.ok(&["findings", "show", &id]),
        duwang.ok(&["report", "--format", "html", "--include-open"]),
        duwang.ok(&["report", "--format", "csv", "--include-open"]),
        duwang.ok(&["report", "--format", "json", "--include-open"]),
    ];
    for text in masked {
        assert!(!text.contains(ID) && !text.contains(MOBILE), "{text}");
    }
    assert!(
        duwang
            .ok(&["findings", "show", &id])
            .contains("350499********0011")
    );
    let dir = folder(&duwang, &id, &[]);
    for name in ["headers.txt", "text.txt", "highlight.html", "finding.json"] {
        let text = read(&dir, name);
        assert!(!text.contains(ID) && !text.contains(MOBILE), "{name}");
    }
    let looks = |log: &str| log.lines().filter(|l| l.contains("查看未遮蔽内容")).count();
    assert_eq!(looks(&duwang.ok(&["audit", "export"])), 0);
    assert!(
        duwang
            .ok(&["findings", "show", &id, "--unmask"])
            .contains(ID)
    );
    let log = duwang.ok(&["audit", "export"]);
    assert_eq!(looks(&log), 1, "{log}");
    assert!(log.contains(&id) && !log.contains(ID), "{log}");
    let dir = folder(&duwang, &id, &["--unmask"]);
    assert!(read(&dir, "highlight.html").contains(ID));
}
