//! Small synthetic rows. Made from JSON, so that a field with a default may be added without a word here.

use chrono::{DateTime, TimeZone, Utc};
use duwang_model::{Decision, Finding, FrontierEntry, PageRecord, Scan, Verdict};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Noon of a day of September 2026 in Shanghai.
pub fn day(day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, day, 4, 0, 0).unwrap()
}

fn made<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// A scan that began on a day.
pub fn scan(id: &str, began: u32) -> Scan {
    made(
        json!({"id": id, "mode": "full", "sample": null, "seed": 0, "channels": ["a"], "started": day(began),
        "finished": null, "rules": "r1", "summary": null}),
    )
}

/// A page that was read.
pub fn page(channel: &str, url: &str) -> PageRecord {
    made(
        json!({"channel": channel, "url": url, "final_url": url, "outcome": {"kind": "ok", "reason": ""}, "status": 200,
        "visited": day(1), "read": day(1), "first_seen": day(1), "scan": "s", "snapshot": null, "content_hash": null,
        "etag": "\"1\"", "last_modified": null, "headers": [["content-type", "text/html; charset=utf-8"]], "rules": "r1",
        "facts": null, "links": [], "list": null}),
    )
}

/// A page with as much to remember as a real one.
pub fn real_page(channel: &str, url: &str, body: &str, n: usize) -> PageRecord {
    let links: Vec<Value> = (0..40)
        .map(|l| json!({"url": format!("http://qingshi-demo.gov.cn/zwgk/gzdt/t20260918_{}.htm", n * 7 + l), "role": "nav",
            "text": format!("关于印发《青石街道{l}年工作要点》的通知")}))
        .collect();
    let mut page: PageRecord = page(channel, url);
    page.links = made(Value::Array(links));
    page.snapshot = Some(body.to_owned());
    page.content_hash = Some(body.to_owned());
    page.facts = made(
        json!({"url": url, "kind": "notice", "title": format!("关于第{n}号事项的公告"), "published": "2026-09-18"}),
    );
    page
}

/// An open finding of channel `{unit}-site`; `n` tells it from others.
pub fn finding(unit: &str, rule: &str, url: &str, n: usize) -> Finding {
    let mixed = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let fingerprint = format!("{:016x}{:016x}", mixed ^ (mixed >> 29), n);
    made(
        json!({"id": &fingerprint[..12], "fingerprint": fingerprint, "unit": unit, "channel": format!("{unit}-site"),
        "page_title": "青石街道办事处政府信息公开指南", "kind": "guide", "published": "2026-09-18",
        "hit": {"rule": rule, "pack": "guide@3", "category": "guide", "level": "general", "certainty": "likely",
            "message": format!("第{n}处缺少办公时间"), "subject": {"about": "page", "url": url}, "quote": "办公时间",
            "context": "联系电话：0599-6660001；办公时间：；传真：0599-6660002", "span": {"start": n, "end": n + 12},
            "chars": [n, n + 4], "locator": null, "key": "office-hours", "suggestion": "写明法定工作日的起止时间",
            "basis": "《中华人民共和国政府信息公开条例》第十二条", "score": 0.5},
        "also": [], "state": "open", "present": true, "waived_until": null, "first_seen": day(1), "last_seen": day(1),
        "scan": "s", "first_scan": "s", "snapshot": {"hash": "", "fetched": day(1), "status": 200}, "reopened": 0,
        "decisions": []}),
    )
}

/// A URL to visit.
pub fn entry(scan: &str, channel: &str, url: &str) -> FrontierEntry {
    made(
        json!({"scan": scan, "channel": channel, "url": url, "purpose": "page", "depth": 1, "not_before": null, "done": false}),
    )
}

/// A decision of a named person.
pub fn decision(finding: &Finding, verdict: Verdict) -> Decision {
    Decision {
        finding: finding.id.clone(),
        verdict,
        by: "王某".into(),
        at: day(5),
        reason: "现场核实".into(),
    }
}
