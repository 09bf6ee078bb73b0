#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

use super::*;
use crate::view::sample;
use duwang_model::{Change, State, Verdict, Visit};

fn options() -> ReportOptions {
    ReportOptions {
        generated_at: sample::now(),
        ..ReportOptions::default()
    }
}

fn frozen(options: &ReportOptions) -> Report {
    freeze(sample::store().as_ref(), &sample::region(), options).unwrap()
}

fn open() -> ReportOptions {
    ReportOptions {
        include_open: true,
        ..options()
    }
}

#[test]
fn only_what_a_person_confirmed_is_told() {
    let report = frozen(&options());
    let rules: Vec<&str> = report.items().map(|i| i.finding.rule.as_str()).collect();
    assert_eq!(rules, ["guide/office-hours"]);
    assert_eq!(report.unreviewed, 3);
    assert_eq!(
        report.items().next().unwrap().confirmed_by.as_deref(),
        Some("李某，2026-11-02 10:00")
    );
    assert_eq!(frozen(&open()).items().count(), 4);
    assert_eq!(frozen(&open()).unreviewed, 0);
}

#[test]
fn trends_end_with_what_is_open_now() {
    for options in [options(), open()] {
        let report = frozen(&options);
        assert_eq!(report.trends.sums, [report.totals.all.total]);
        let by_age: usize = report.trends.ages.iter().map(|age| age.count).sum();
        assert_eq!(by_age, report.totals.all.total);
    }
}

#[test]
fn a_report_frozen_before_there_were_trends_is_still_read() {
    let mut value = serde_json::to_value(frozen(&open())).unwrap();
    value.as_object_mut().unwrap().remove("trends").unwrap();
    let report: Report = serde_json::from_value(value).unwrap();
    assert!(!html(&report).unwrap().contains("走势"));
}

#[test]
fn totals_add_up_whichever_way_they_are_added() {
    let report = frozen(&open());
    let totals = &report.totals;
    assert_eq!(
        totals.all,
        LevelCounts {
            serious: 3,
            general: 1,
            hint: 0,
            total: 4
        }
    );
    assert_eq!(
        totals.all.total,
        totals.all.serious + totals.all.general + totals.all.hint
    );
    assert_eq!(totals.all.total, report.items().count());
    let picks: [fn(&LevelCounts) -> usize; 4] =
        [|l| l.serious, |l| l.general, |l| l.hint, |l| l.total];
    for pick in picks {
        assert_eq!(
            pick(&totals.all),
            totals.units.iter().map(|u| pick(&u.levels)).sum::<usize>()
        );
        assert_eq!(
            pick(&totals.all),
            totals
                .categories
                .iter()
                .map(|c| pick(&c.levels))
                .sum::<usize>()
        );
    }
    for unit in &totals.units {
        assert_eq!(unit.levels.total, unit.categories.values().sum::<usize>());
    }
    for row in &totals.categories {
        assert_eq!(
            row.levels.total,
            totals
                .units
                .iter()
                .map(|u| u.of(&row.category))
                .sum::<usize>()
        );
    }
}

#[test]
fn what_was_not_seen_comes_first() {
    let report = frozen(&options());
    assert!(!report.coverage.complete);
    let gaps: Vec<&str> = report.coverage.gaps().map(|l| l.channel.as_str()).collect();
    assert_eq!(gaps, ["qingshi-site", "qingshi-wechat", "yunfeng-site"]);
    let unread = report
        .coverage
        .channels
        .iter()
        .find(|l| l.channel == "qingshi-wechat")
        .unwrap();
    assert_eq!((unread.scan.as_deref(), unread.verdict()), (None, "没有读"));
    let html = html(&report).unwrap();
    assert!(html.find("没有看到什么").unwrap() < html.find("二、总数").unwrap());
    assert!(html.contains("防火墙拦截（412）") && html.contains("&#60;b&#62;gk"));
}

#[test]
fn the_same_report_renders_to_the_same_bytes_and_survives_json() {
    let report = frozen(&open());
    let back: Report = serde_json::from_str(&json(&report).unwrap()).unwrap();
    assert_eq!(back, report);
    assert_eq!(html(&back).unwrap(), html(&report).unwrap());
    assert_eq!(csv(&back).unwrap(), csv(&report).unwrap());
    assert_eq!(json(&frozen(&open())).unwrap(), json(&report).unwrap());
}

#[test]
fn no_personal_number_leaves_unless_asked_for() {
    let masked = frozen(&open());
    for text in [
        html(&masked).unwrap(),
        csv(&masked).unwrap(),
        json(&masked).unwrap(),
    ] {
        assert!(
            !text.contains("350499199001010018") && !text.contains("13800138001"),
            "{text}"
        );
        assert!(text.contains("350499********0018"));
    }
    let shown = frozen(&ReportOptions {
        unmask: true,
        ..open()
    });
    let page = html(&shown).unwrap();
    assert!(page.contains("350499199001010018") && page.contains("含未遮蔽的个人信息"));
}

#[test]
fn a_page_stands_alone_and_runs_nothing() {
    let page = html(&frozen(&open())).unwrap();
    for bad in [
        "<script",
        "<link",
        "<iframe",
        "@import",
        "url(",
        "href=\"javascript:",
        "<img",
    ] {
        assert!(!page.contains(bad), "{bad}");
    }
    assert!(page.contains("--paper") && page.contains("default-src 'none'"));
}

#[test]
fn units_and_periods_narrow_it() {
    let one = frozen(&ReportOptions {
        units: vec!["yunfeng".to_owned()],
        ..open()
    });
    assert!(
        one.items()
            .all(|i| i.finding.unit.as_deref() == Some("yunfeng"))
    );
    assert_eq!((one.units.len(), one.coverage.channels.len()), (1, 1));
    let early = ReportOptions {
        until: Some(sample::now() - chrono::Duration::days(1)),
        ..open()
    };
    assert_eq!(frozen(&early).items().count(), 0);
    let late = ReportOptions {
        since: Some(sample::now() - chrono::Duration::days(1)),
        ..open()
    };
    assert_eq!(frozen(&late).items().count(), 4);
    assert!(
        freeze(
            sample::store().as_ref(),
            &sample::region(),
            &ReportOptions {
                scan: Some("none".to_owned()),
                ..options()
            }
        )
        .is_err()
    );
}

#[test]
fn a_rectified_finding_is_told_but_not_counted() {
    let store = sample::store();
    let mut finding = sample::finding("interpretation/late", "晚了");
    sample::decide(&mut finding, Verdict::Confirm, "李某", "");
    finding.present = false;
    finding.state = State::Fixed;
    store
        .record(&[Visit {
            changes: vec![(Change::Fixed, finding)],
            ..Visit::default()
        }])
        .unwrap();
    let report = freeze(store.as_ref(), &sample::region(), &options()).unwrap();
    assert_eq!(report.totals.all.total, 1);
    assert_eq!(report.units[0].fixed.len(), 1);
    assert!(html(&report).unwrap().contains("已整改（不计入总数）"));
    assert!(csv(&report).unwrap().contains("已整改"));
}
