//! From review to closure: what may follow what, by whom, and by when.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use duwang_model::{Calendar, Decision, Finding, State, UnknownYear, Verdict};

fn day(day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, day, 4, 0, 0).unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn fresh() -> Finding {
    serde_json::from_value(serde_json::json!({
        "id": "a1b2c3d4e5f6", "fingerprint": "a1b2c3d4e5f6", "unit": "qingshi", "channel": "qingshi-site",
        "page_title": "指南", "kind": "guide", "published": "2026-09-01",
        "hit": {"rule": "wording/x", "pack": "wording@1", "category": "wording", "level": "general", "certainty": "certain",
            "message": "用语不规范", "subject": {"about": "page", "url": "http://qingshi-demo.gov.cn/zn.html"}, "quote": "登陆",
            "context": "请登陆网站", "span": {"start": 3, "end": 9}, "chars": [1, 3], "locator": null, "key": "",
            "suggestion": "登录", "basis": "x", "score": 1.0},
        "also": [], "state": "open", "present": true, "waived_until": null, "first_seen": day(1), "last_seen": day(1),
        "scan": "s", "first_scan": "s", "snapshot": {"hash": "", "fetched": day(1), "status": 200}, "reopened": 0,
        "decisions": []
    }))
    .unwrap()
}

fn take(finding: &mut Finding, verdict: Verdict, by: &str) {
    finding.permits(&verdict, by).unwrap();
    finding.decide(Decision {
        finding: finding.id.clone(),
        verdict,
        by: by.into(),
        at: day(2),
        reason: "现场核实".into(),
    });
}

fn due(text: &str) -> Verdict {
    Verdict::Assign {
        due: Some(date(text)),
    }
}

#[test]
fn every_state_allows_what_the_course_says_and_nothing_else() {
    let waive = Verdict::Waive {
        until: date("2026-12-31"),
    };
    let verdicts = [
        ("c", Verdict::Confirm),
        ("d", Verdict::Dismiss),
        ("w", waive),
        ("a", due("2026-09-20")),
        ("f", Verdict::Claim),
        ("p", Verdict::Appeal),
        ("r", Verdict::Return),
        ("R", Verdict::Release),
    ];
    for (state, allowed) in [
        (State::Open, "cdwa"),
        (State::Reopened, "cdwa"),
        (State::Confirmed, "cdwaR"),
        (State::Assigned, "dwafprR"),
        (State::Appealed, "dwr"),
        (State::Dismissed, "cdw"),
        (State::Waived, "cdw"),
        (State::Fixed, "cdR"),
    ] {
        let mut finding = fresh();
        finding.state = state;
        for (word, verdict) in &verdicts {
            assert_eq!(
                finding.permits(verdict, "王某").is_ok(),
                allowed.contains(word),
                "{state} {verdict:?}"
            );
        }
        assert!(finding.permits(&Verdict::Note, "王某").is_ok());
        assert!(
            finding.permits(&Verdict::Undo, "王某").is_err(),
            "nothing to undo"
        );
    }
}

#[test]
fn a_claim_waits_for_the_re_fetch_and_proves_nothing() {
    let mut finding = fresh();
    take(&mut finding, Verdict::Confirm, "王某");
    take(&mut finding, due("2026-09-09"), "王某");
    assert!(!finding.is_overdue(date("2026-09-09")));
    assert!(finding.is_overdue(date("2026-09-10")));
    take(&mut finding, Verdict::Claim, "青石街道");
    assert_eq!(finding.state, State::Assigned, "a word closes nothing");
    assert!(finding.claim().is_some());
    assert!(finding.permits(&Verdict::Claim, "青石街道").is_err());
    take(&mut finding, Verdict::Return, "读网");
    assert!(finding.claim().is_none());
    assert_eq!(finding.state, State::Assigned);
    assert_eq!(finding.due(), Some(date("2026-09-09")), "the day stays");
    take(&mut finding, Verdict::Claim, "青石街道");
    finding.decide(Decision {
        finding: finding.id.clone(),
        verdict: Verdict::Undo,
        by: "青石街道".into(),
        at: day(3),
        reason: String::new(),
    });
    assert!(finding.claim().is_none(), "a word can be taken back");
}

#[test]
fn an_appeal_is_answered_by_a_second_person() {
    let mut finding = fresh();
    take(&mut finding, Verdict::Confirm, "王某");
    take(&mut finding, due("2026-09-09"), "李某");
    take(&mut finding, Verdict::Appeal, "青石街道");
    for by in ["王某", "李某", "青石街道"] {
        for verdict in [Verdict::Return, Verdict::Dismiss] {
            assert!(finding.permits(&verdict, by).is_err(), "{by} {verdict:?}");
        }
    }
    let mut upheld = finding.clone();
    take(&mut upheld, Verdict::Return, "张某");
    assert_eq!(upheld.state, State::Assigned);
    take(&mut finding, Verdict::Dismiss, "张某");
    assert_eq!(finding.state, State::Dismissed);
}

const CALENDAR: &str = "\
# 国庆
2026-09-20\t班\t国庆节
2026-10-01\t休\t国庆节
2026-10-02\t休\t国庆节
2026-10-05\t休\t国庆节
2026-10-06\t休\t国庆节
2026-10-07\t休\t国庆节
2026-10-10\t班\t国庆节
";

#[test]
fn working_days_heed_holidays_and_exchanged_days() {
    let calendar = Calendar::parse(CALENDAR).unwrap();
    let after = |from: &str, days| calendar.after(date(from), days).unwrap().to_string();
    assert_eq!(after("2026-09-14", 0), "2026-09-14");
    assert_eq!(after("2026-09-14", 4), "2026-09-18");
    assert_eq!(after("2026-09-18", 1), "2026-09-20", "a worked Sunday");
    assert_eq!(after("2026-09-30", 1), "2026-10-08");
    assert_eq!(after("2026-09-30", 3), "2026-10-10", "a worked Saturday");
    assert_eq!(
        calendar.between(date("2026-09-30"), date("2026-10-12")),
        Ok(4)
    );
    assert_eq!(
        calendar.between(date("2026-10-12"), date("2026-09-30")),
        Ok(0)
    );
    let unknown = calendar.after(date("2026-12-30"), 5);
    assert_eq!(
        unknown,
        Err(UnknownYear(2027)),
        "a missing year is an error"
    );
    assert!(UnknownYear(2027).to_string().contains("2027"));
}

#[test]
fn slips_in_a_calendar_are_told_with_their_line() {
    for (text, why) in [
        ("2026-13-01\t休\tx", "不是"),
        ("2026-10-01\t放\tx", "应是"),
        ("2026-10-01\t休\tx\n2026-10-01\t休\tx", "第 2 行"),
        ("2026-10-01\t班\tx", "不是周末"),
        ("2026-10-10\t班\tx\n2026-10-10\t休\tx", "两次"),
    ] {
        let error = Calendar::parse(text).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
}
