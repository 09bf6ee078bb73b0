//! Made-up findings for the tests of this crate; every identity is synthetic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

use chrono::{DateTime, Duration, TimeZone, Utc};
use duwang_model::{
    Category, Certainty, Channel, ChannelCoverage, ChannelKind, Decision, Finding, FindingCounts,
    Hit, Kind, Level, Mode, Outcome, OutcomeKind, PageReading, Region, Scan, ScanSummary, Snapshot,
    Span, Subject, Unit, UnitKind, Verdict, Visit, reconcile,
};
use duwang_store::Store;

/// 2026-11-02 10:00 in China.
pub(crate) fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 2, 2, 0, 0).unwrap()
}

/// Two units, three channels.
pub(crate) fn region() -> Region {
    Region {
        name: "云溪市".to_owned(),
        overlays: Vec::new(),
        units: vec![
            unit(
                "qingshi",
                "青石街道办事处",
                UnitKind::Street,
                &[
                    ("qingshi-site", ChannelKind::Website),
                    ("qingshi-wechat", ChannelKind::Wechat),
                ],
            ),
            unit(
                "yunfeng",
                "云峰镇人民政府",
                UnitKind::Town,
                &[("yunfeng-site", ChannelKind::Website)],
            ),
        ],
    }
}

/// A finding of the street office with a quote in its context.
pub(crate) fn finding(rule: &str, quote: &str) -> Finding {
    made(
        "qingshi",
        "qingshi-site",
        hit(rule, quote, "http://www.qingshi-demo.gov.cn/zn/"),
    )
}

/// Four findings over both units; the last one holds a synthetic ID number and hostile text.
pub(crate) fn findings() -> Vec<Finding> {
    let mut hours = finding("guide/office-hours", "上班时间");
    decide(&mut hours, Verdict::Confirm, "李某", "");
    let mut wording = hit(
        "wording/renamed-bodies",
        "国家工商总局",
        "http://www.qingshi-demo.gov.cn/tz/1.html",
    );
    wording.category = Category::Wording;
    wording.level = Level::General;
    let mut absent = hit(
        "coverage/guide-missing",
        "",
        "http://www.yunfeng-demo.gov.cn/",
    );
    absent.category = Category::Coverage;
    absent.span = None;
    absent.chars = None;
    let mut private = hit(
        "privacy/id-number",
        "350499199001010018",
        "javascript:alert(1)",
    );
    private.category = Category::Privacy;
    private.context = "<script>alert('x')</script>王某，350499199001010018，13800138001".to_owned();
    private.message = "公开了身份证号 350499199001010018".to_owned();
    private.suggestion = "写作 350499********0018，电话 13800138001 一并隐去".to_owned();
    private.span = None;
    let mut private = made("yunfeng", "yunfeng-site", private);
    private.page_title = "公示名单\"><img src=x onerror=alert(1)> 13800138001".to_owned();
    vec![
        hours,
        made("qingshi", "qingshi-site", wording),
        made("yunfeng", "yunfeng-site", absent),
        private,
    ]
}

/// A finished scan that could not see everything.
pub(crate) fn scan() -> Scan {
    let mut site = ChannelCoverage::new("qingshi", "qingshi-site");
    site.count("http://www.qingshi-demo.gov.cn/zn/", &Outcome::ok());
    site.count(
        "http://www.qingshi-demo.gov.cn/",
        &Outcome::new(OutcomeKind::Unchanged, ""),
    );
    site.count(
        "http://www.qingshi-demo.gov.cn/old/",
        &Outcome::new(OutcomeKind::Missing, "404"),
    );
    let mut town = ChannelCoverage::new("yunfeng", "yunfeng-site");
    town.complete = false;
    town.count("http://www.yunfeng-demo.gov.cn/", &Outcome::ok());
    town.count(
        "http://www.yunfeng-demo.gov.cn/<b>gk</b>/",
        &Outcome::new(OutcomeKind::Blocked, "防火墙拦截（412）"),
    );
    Scan {
        id: "20261102-090000-ab12".to_owned(),
        mode: Mode::Full,
        sample: None,
        seed: 0,
        channels: vec!["qingshi-site".to_owned(), "yunfeng-site".to_owned()],
        started: now() - Duration::hours(1),
        finished: Some(now() - Duration::minutes(30)),
        rules: "r1".to_owned(),
        summary: Some(ScanSummary {
            scan: "20261102-090000-ab12".to_owned(),
            mode: "full".to_owned(),
            pages: 5,
            bytes: 12_345,
            requests: 7,
            seconds: 1800.0,
            findings: FindingCounts {
                new: 4,
                persisting: 0,
                fixed: 0,
                reopened: 0,
            },
            channels: vec![site, town],
            controls: Some(duwang_model::Controls {
                shown: 10,
                missed: Vec::new(),
            }),
        }),
    }
}

/// A memory store with the scan, the findings and one page's bytes.
pub(crate) fn store() -> Box<dyn Store> {
    let store = duwang_store::open("memory:", std::path::Path::new(".")).expect("memory store");
    store.begin_scan(&scan()).expect("scan");
    store.save_scan(&scan()).expect("scan");
    let hash = store.keep_body(PAGE.as_bytes()).expect("body");
    let changes = findings()
        .into_iter()
        .map(|mut f| {
            f.snapshot = Snapshot {
                hash: hash.clone(),
                fetched: Some(now()),
                status: 200,
            };
            (duwang_model::Change::New, f)
        })
        .collect();
    store
        .record(&[Visit {
            changes,
            ..Visit::default()
        }])
        .expect("findings");
    store
}

/// The page all sample findings stand on.
pub(crate) const PAGE: &str = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>政府信息公开指南</title></head><body>\
<div class=\"content\"><h1>政府信息公开指南</h1><p>办公时间为上班时间，欢迎来访。&lt;script&gt;alert(2)&lt;/script&gt;</p>\
<p>王某，350499199001010018，13800138001。</p></div></body></html>";

/// Appends a decision.
pub(crate) fn decide(finding: &mut Finding, verdict: Verdict, by: &str, reason: &str) {
    let id = finding.id.clone();
    finding.decide(Decision {
        finding: id,
        verdict,
        by: by.to_owned(),
        at: now(),
        reason: reason.to_owned(),
    });
}

fn hit(rule: &str, quote: &str, url: &str) -> Hit {
    let pack = rule.split('/').next().unwrap_or_default();
    Hit {
        rule: rule.to_owned(),
        pack: format!("{pack}@3"),
        category: Category::Guide,
        level: Level::Serious,
        certainty: Certainty::Likely,
        message: "指南没有写明办公时间".to_owned(),
        subject: Subject::Page(url.to_owned()),
        quote: quote.to_owned(),
        context: if quote.is_empty() {
            String::new()
        } else {
            format!("办公时间为{quote}，欢迎来访。")
        },
        span: Some(Span::new(15, 15 + quote.len())),
        chars: Some((5, 5 + quote.chars().count())),
        locator: None,
        key: String::new(),
        suggestion: "写明工作日上下午起止时间".to_owned(),
        replacement: None,
        basis: "《中华人民共和国政府信息公开条例》第十二条".to_owned(),
        score: 0.8,
    }
}

fn made(unit: &str, channel: &str, hit: Hit) -> Finding {
    let hits = [hit];
    let never = |_: &Finding| false;
    let reading = PageReading {
        unit,
        channel,
        scan: "20261102-090000-ab12",
        now: now() - Duration::minutes(45),
        title: "政府信息公开指南",
        kind: Some(Kind::Guide),
        published: now().date_naive().pred_opt(),
        snapshot: Snapshot::default(),
        hits: &hits,
        may_close: &never,
    };
    reconcile(&[], &reading).remove(0).1
}

fn unit(id: &str, name: &str, kind: UnitKind, channels: &[(&str, ChannelKind)]) -> Unit {
    Unit {
        id: id.to_owned(),
        name: name.to_owned(),
        short_names: Vec::new(),
        kind,
        channels: channels
            .iter()
            .map(|(channel, kind)| self::channel(id, channel, *kind))
            .collect(),
    }
}

fn channel(unit: &str, id: &str, kind: ChannelKind) -> Channel {
    Channel {
        id: id.to_owned(),
        unit: unit.to_owned(),
        kind,
        entry: vec![format!("http://www.{unit}-demo.gov.cn/")],
        scope: Vec::new(),
        max_pages: 100,
        columns: Vec::new(),
        account: (kind == ChannelKind::Wechat).then(|| "青石发布".to_owned()),
        articles: Vec::new(),
        links: None,
        album: None,
        feed: None,
        api: None,
        folder: None,
        manual: None,
    }
}
