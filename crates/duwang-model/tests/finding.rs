//! The life of a finding: what people decide, what a scan sees, and who wins.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

use chrono::{DateTime, NaiveDate, TimeZone, Utc};
use duwang_model::{
    Category, Certainty, Change, Changes, Decision, Document, Finding, Hit, Level, PageReading,
    Snapshot, Span, State, Subject, Verdict, reconcile,
};
use proptest::prelude::*;

const PAGE: &str = "http://qingshi-demo.gov.cn/zn.html";

/// Noon of a day in September 2026, Shanghai time.
fn day(day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 9, day, 4, 0, 0).unwrap()
}

fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 9, day).unwrap()
}

fn hit(rule: &str, quote: &str, start: usize) -> Hit {
    Hit {
        rule: rule.into(),
        pack: "wording@1".into(),
        category: Category::Wording,
        level: Level::General,
        certainty: Certainty::Certain,
        message: "用语不规范".into(),
        subject: Subject::Page(PAGE.into()),
        quote: quote.into(),
        context: format!("第{start}处{quote}附近"),
        span: Some(Span::new(start, start + quote.len())),
        chars: None,
        locator: None,
        key: String::new(),
        suggestion: String::new(),
        replacement: None,
        basis: "国家通用语言文字法".into(),
        score: 1.0,
    }
}

fn scan_at(existing: &[Finding], hits: &[Hit], now: DateTime<Utc>, close: bool) -> Changes {
    reconcile(
        existing,
        &PageReading {
            unit: "qingshi",
            channel: "qingshi-site",
            scan: "scan",
            now,
            title: "指南",
            kind: None,
            published: None,
            snapshot: Snapshot::default(),
            ..PageReading::of_document(&Document::new(PAGE), hits, &|_| close)
        },
    )
}

fn one(mut changes: Changes) -> (Change, Finding) {
    assert_eq!(changes.len(), 1, "{changes:?}");
    changes.remove(0)
}

fn fresh() -> Finding {
    one(scan_at(&[], &[hit("wording/x", "登陆", 10)], day(1), true)).1
}

fn seen(finding: &Finding, on: u32) -> (Change, Finding) {
    let again = finding.hit.clone();
    one(scan_at(
        std::slice::from_ref(finding),
        &[again],
        day(on),
        true,
    ))
}

fn gone(finding: &Finding, on: u32) -> (Change, Finding) {
    one(scan_at(std::slice::from_ref(finding), &[], day(on), true))
}

fn decided(mut finding: Finding, verdict: Verdict) -> Finding {
    let decision = Decision {
        finding: finding.id.clone(),
        verdict,
        by: "王某".into(),
        at: day(2),
        reason: String::new(),
    };
    finding.decide(decision);
    finding
}

#[test]
fn new_persisting_fixed_reopened() {
    let (change, finding) = one(scan_at(&[], &[hit("wording/x", "登陆", 10)], day(1), true));
    assert_eq!((change, finding.state), (Change::New, State::Open));
    let (change, finding) = seen(&finding, 2);
    assert_eq!((change, finding.state), (Change::Persisting, State::Open));
    assert_eq!((finding.first_seen, finding.last_seen), (day(1), day(2)));
    let (change, finding) = gone(&finding, 3);
    assert_eq!((change, finding.state), (Change::Fixed, State::Fixed));
    assert!(!finding.present);
    assert_eq!(finding.last_seen, day(2), "closing is not seeing");
    let (change, finding) = seen(&finding, 4);
    assert_eq!((change, finding.state), (Change::Reopened, State::Reopened));
    assert_eq!(finding.reopened, 1);
    let (change, finding) = seen(&finding, 5);
    assert_eq!(
        (change, finding.state),
        (Change::Persisting, State::Reopened)
    );
}

#[test]
fn what_was_not_seen_is_not_closed() {
    let finding = fresh();
    assert!(scan_at(&[finding], &[], day(2), false).is_empty());
}

#[test]
fn a_fixed_finding_is_not_closed_again() {
    let finding = gone(&fresh(), 2).1;
    assert!(scan_at(&[finding], &[], day(3), true).is_empty());
}

#[test]
fn dismissed_stays_dismissed_through_everything() {
    let finding = decided(fresh(), Verdict::Dismiss);
    let finding = seen(&finding, 3).1;
    assert_eq!(finding.state, State::Dismissed);
    let finding = gone(&finding, 4).1;
    assert_eq!(finding.state, State::Dismissed);
    let (change, finding) = seen(&finding, 5);
    assert_eq!(
        (change, finding.state),
        (Change::Persisting, State::Dismissed)
    );
    assert!(finding.present);
}

#[test]
fn a_waiver_holds_to_its_last_day_in_shanghai_and_no_longer() {
    let finding = decided(fresh(), Verdict::Waive { until: date(10) });
    assert_eq!(seen(&finding, 10).1.state, State::Waived);
    // 16:30 UTC on the tenth is half past midnight on the eleventh in Shanghai.
    let late = Utc.with_ymd_and_hms(2026, 9, 10, 16, 30, 0).unwrap();
    let hits = [finding.hit.clone()];
    let (change, after) = one(scan_at(std::slice::from_ref(&finding), &hits, late, true));
    assert_eq!((change, after.state), (Change::Reopened, State::Reopened));
    assert_eq!(after.waived_until, None);
}

#[test]
fn a_fault_that_goes_during_its_waiver_stays_waived_and_after_it_is_fixed() {
    let finding = decided(fresh(), Verdict::Waive { until: date(10) });
    assert_eq!(gone(&finding, 9).1.state, State::Waived);
    let after = gone(&finding, 12).1;
    assert_eq!((after.state, after.waived_until), (State::Fixed, None));
}

#[test]
fn undo_takes_the_latest_state_back_and_leaves_remarks_alone() {
    let confirmed = decided(fresh(), Verdict::Confirm);
    let noted = decided(decided(confirmed, Verdict::Dismiss), Verdict::Note);
    assert_eq!(noted.state, State::Dismissed);
    let undone = decided(noted, Verdict::Undo);
    assert_eq!(undone.state, State::Confirmed);
    let undone = decided(undone, Verdict::Undo);
    assert_eq!(undone.state, State::Open);
    let undone = decided(undone, Verdict::Undo);
    assert_eq!(undone.state, State::Open, "nothing left to undo");
    assert_eq!(undone.decisions.len(), 6, "history is only appended to");
}

#[test]
fn undo_after_the_fault_came_back_says_so() {
    let finding = decided(fresh(), Verdict::Confirm);
    let finding = seen(&gone(&finding, 3).1, 4).1;
    assert_eq!(finding.state, State::Reopened);
    assert_eq!(decided(finding, Verdict::Undo).state, State::Reopened);
}

#[test]
fn a_remark_or_a_release_moves_nothing_whatever_the_crawl_did() {
    let confirmed = decided(fresh(), Verdict::Confirm);
    let fixed = gone(&confirmed, 3).1;
    let reopened = seen(&fixed, 4).1;
    let waived = decided(fresh(), Verdict::Waive { until: date(5) });
    let ran_out = seen(&waived, 6).1;
    for finding in [confirmed, fixed, reopened, waived, ran_out] {
        for verdict in [Verdict::Note, Verdict::Release] {
            let after = decided(finding.clone(), verdict);
            assert_eq!(after.state, finding.state);
            assert_eq!(after.waived_until, finding.waived_until);
        }
    }
}

#[test]
fn what_is_proved_gone_stays_fixed_when_somebody_confirms_it_late() {
    let fixed = gone(&fresh(), 2).1;
    assert!(!fixed.is_confirmed());
    let confirmed = decided(fixed.clone(), Verdict::Confirm);
    assert_eq!(confirmed.state, State::Fixed);
    assert!(
        confirmed.is_confirmed(),
        "it may stand in a report as rectified"
    );
    assert_eq!(
        decided(fixed.clone(), Verdict::Assign { due: None }).state,
        State::Fixed
    );
    assert_eq!(
        decided(fixed.clone(), Verdict::Dismiss).state,
        State::Dismissed
    );
    assert_eq!(decided(fixed, Verdict::Appeal).state, State::Appealed);
}

#[test]
fn assigned_and_then_rectified_counts_as_confirmed() {
    let finding = decided(fresh(), Verdict::Assign { due: None });
    let fixed = gone(&finding, 3).1;
    assert_eq!(fixed.state, State::Fixed);
    assert!(fixed.is_confirmed());
}

// Equal faults on one page.

#[test]
fn two_equal_faults_are_two_findings() {
    let hits = [hit("wording/x", "登陆", 10), hit("wording/x", "登陆", 90)];
    let changes = scan_at(&[], &hits, day(1), true);
    assert_eq!(changes.len(), 2);
    assert_ne!(changes[0].1.fingerprint, changes[1].1.fingerprint);
    let known: Vec<Finding> = changes.into_iter().map(|(_, f)| f).collect();
    let again = scan_at(&known, &hits, day(2), true);
    assert!(again.iter().all(|(c, _)| *c == Change::Persisting));
}

#[test]
fn mending_the_first_of_two_equal_faults_leaves_the_second_its_decisions() {
    let hits = [hit("wording/x", "登陆", 10), hit("wording/x", "登陆", 90)];
    let mut known: Vec<Finding> = scan_at(&[], &hits, day(1), true)
        .into_iter()
        .map(|(_, f)| f)
        .collect();
    known[0] = decided(known[0].clone(), Verdict::Dismiss);
    known[1] = decided(known[1].clone(), Verdict::Confirm);
    // The text before the second fault got shorter, its surroundings did not change.
    let mut left = hits[1].clone();
    left.span = Some(Span::new(40, 46));
    let changes = scan_at(&known, &[left], day(2), true);
    let of = |f: &Finding| {
        let (change, after) = changes
            .iter()
            .find(|(_, c)| c.fingerprint == f.fingerprint)
            .unwrap();
        (*change, after.state, after.present)
    };
    assert_eq!(of(&known[0]), (Change::Fixed, State::Dismissed, false));
    assert_eq!(of(&known[1]), (Change::Persisting, State::Confirmed, true));
}

#[test]
fn a_third_equal_fault_gets_a_name_of_its_own() {
    let two = [hit("wording/x", "登陆", 10), hit("wording/x", "登陆", 90)];
    let known: Vec<Finding> = scan_at(&[], &two, day(1), true)
        .into_iter()
        .map(|(_, f)| f)
        .collect();
    let three = [hit("wording/x", "登陆", 5), two[0].clone(), two[1].clone()];
    let changes = scan_at(&known, &three, day(2), true);
    let kinds: Vec<Change> = changes.iter().map(|(c, _)| *c).collect();
    assert_eq!(kinds, [Change::New, Change::Persisting, Change::Persisting]);
    let names: std::collections::HashSet<_> = changes.iter().map(|(_, f)| &f.fingerprint).collect();
    assert_eq!(names.len(), 3);
}

#[test]
fn small_edits_elsewhere_change_nothing() {
    let finding = fresh();
    let mut moved = finding.hit.clone();
    moved.span = Some(Span::new(500, 506));
    moved.context = "别处的文字".into();
    let (change, after) = one(scan_at(
        std::slice::from_ref(&finding),
        &[moved],
        day(2),
        true,
    ));
    assert_eq!(change, Change::Persisting);
    assert_eq!(after.fingerprint, finding.fingerprint);
    assert_eq!(after.hit.span, Some(Span::new(500, 506)));
}

#[test]
fn findings_of_other_ground_are_left_alone() {
    let mut elsewhere = fresh();
    elsewhere.channel = "other".into();
    elsewhere.fingerprint = "ffff".into();
    let changes = scan_at(&[elsewhere], &[hit("wording/x", "登陆", 10)], day(2), false);
    assert_eq!(one(changes).0, Change::New);
}

// Decisions taken while a page was being judged.

#[test]
fn a_crawl_that_started_before_a_decision_does_not_undo_it() {
    let base = fresh();
    let (_, mut judged) = seen(&base, 3);
    let stored = decided(base, Verdict::Dismiss);
    judged.keep_decisions_of(&stored);
    assert_eq!(judged.state, State::Dismissed);
    assert_eq!(judged.decisions, stored.decisions);
    assert_eq!(judged.last_seen, day(3), "facts are the newer ones");
}

#[test]
fn a_remark_taken_meanwhile_is_kept_and_does_not_hide_the_fix() {
    let base = decided(fresh(), Verdict::Confirm);
    let (_, mut judged) = gone(&base, 3);
    let stored = decided(base, Verdict::Note);
    judged.keep_decisions_of(&stored);
    assert_eq!(judged.state, State::Fixed);
    assert_eq!(judged.decisions.len(), 2);
}

#[test]
fn nothing_decided_meanwhile_leaves_the_judged_state() {
    let base = decided(fresh(), Verdict::Confirm);
    let fixed = gone(&base, 3).1;
    let (_, mut reopened) = seen(&fixed, 4);
    reopened.keep_decisions_of(&fixed);
    assert_eq!(reopened.state, State::Reopened);
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        Just(Verdict::Confirm),
        Just(Verdict::Dismiss),
        (1..28_u32).prop_map(|d| Verdict::Waive { until: date(d) }),
        Just(Verdict::Assign { due: None }),
        Just(Verdict::Appeal),
        Just(Verdict::Release),
        Just(Verdict::Note),
        Just(Verdict::Undo),
    ]
}

#[derive(Debug, Clone)]
enum Event {
    Seen,
    Gone,
    NotSeen,
    Decide(Verdict),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        Just(Event::Seen),
        Just(Event::Gone),
        Just(Event::NotSeen),
        verdicts().prop_map(Event::Decide),
    ];
    prop::collection::vec(event, 0..25)
}

proptest! {
    #[test]
    fn the_laws_hold_after_any_history(events in events()) {
        let mut finding = fresh();
        let mut decided_so_far = 0;
        for (at, event) in events.into_iter().enumerate() {
            let today = u32::try_from(at).unwrap() + 2;
            let before = finding.clone();
            match event {
                Event::Seen => {
                    finding = seen(&finding, today).1;
                    prop_assert!(finding.present && finding.state != State::Fixed);
                    let ran_out = before.waiver_ran_out(date(today));
                    if before.state != State::Fixed && !ran_out {
                        prop_assert_eq!(finding.state, before.state, "a crawl moved what a person decided");
                    }
                    let back = before.state == State::Fixed || ran_out;
                    prop_assert_eq!(finding.reopened, before.reopened + u32::from(back));
                }
                Event::Gone => {
                    if let Some((_, after)) = scan_at(std::slice::from_ref(&finding), &[], day(today), true).pop() {
                        finding = after;
                    }
                    prop_assert!(!finding.present);
                    prop_assert!(matches!(finding.state, State::Fixed | State::Dismissed | State::Waived | State::Appealed));
                }
                Event::NotSeen => prop_assert!(scan_at(std::slice::from_ref(&finding), &[], day(today), false).is_empty()),
                Event::Decide(verdict) => {
                    decided_so_far += 1;
                    finding = decided(finding, verdict.clone());
                    match verdict {
                        Verdict::Note | Verdict::Release => prop_assert_eq!(finding.state, before.state),
                        Verdict::Dismiss => prop_assert_eq!(finding.state, State::Dismissed),
                        Verdict::Confirm if finding.present => prop_assert_eq!(finding.state, State::Confirmed),
                        _ => {}
                    }
                }
            }
            prop_assert_eq!(finding.decisions.len(), decided_so_far, "history is append-only");
            prop_assert_eq!(finding.waived_until.is_some(), finding.state == State::Waived);
            prop_assert!(finding.state != State::Fixed || !finding.present);
            prop_assert!(!matches!(finding.state, State::Open | State::Reopened | State::Confirmed | State::Assigned) || finding.present);
            prop_assert_eq!(&finding.fingerprint, &before.fingerprint);
        }
    }

    #[test]
    fn keeping_decisions_loses_none_and_keeps_facts(
        before in prop::collection::vec(verdicts(), 0..4),
        meanwhile in prop::collection::vec(verdicts(), 0..4),
        is_gone: bool,
    ) {
        let mut base = fresh();
        for verdict in before { base = decided(base, verdict); }
        let mut judged = if is_gone {
            scan_at(std::slice::from_ref(&base), &[], day(9), true).pop().map_or(base.clone(), |(_, f)| f)
        } else {
            seen(&base, 9).1
        };
        let mut stored = base;
        for (n, verdict) in meanwhile.into_iter().enumerate() {
            let mut one = decided(stored.clone(), verdict);
            one.decisions.last_mut().unwrap().reason = format!("其间第{n}条"); // each of its own
            stored = one;
        }
        let facts = (judged.present, judged.last_seen);
        judged.keep_decisions_of(&stored);
        prop_assert_eq!(&judged.decisions, &stored.decisions);
        prop_assert_eq!((judged.present, judged.last_seen), facts);
        prop_assert!(judged.state != State::Fixed || !judged.present);
        let again = judged.clone();
        judged.keep_decisions_of(&stored);
        prop_assert_eq!(judged, again, "doing it twice changes nothing");
    }

    #[test]
    fn the_order_of_arrival_changes_nothing(
        places in prop::collection::btree_set((0..3_usize, 0..2_usize, 0..60_usize), 0..12),
        seen_before in prop::collection::vec(any::<bool>(), 12),
        seed: u64,
    ) {
        let words = ["登陆", "帐号", "既使"];
        let rules = ["wording/x", "typo/y"];
        let hits: Vec<Hit> = places.iter().map(|&(w, r, at)| hit(rules[r], words[w], at * 10)).collect();
        let known: Vec<Finding> = scan_at(&[], &hits.iter().zip(&seen_before).filter(|(_, s)| **s).map(|(h, _)| h.clone()).collect::<Vec<_>>(), day(1), true)
            .into_iter().map(|(_, f)| f).collect();
        let shuffled = |len: usize| {
            let mut order: Vec<usize> = (0..len).collect();
            let mut state = seed | 1;
            for i in (1..len).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                order.swap(i, (state >> 33) as usize % (i + 1));
            }
            order
        };
        let sorted = |mut changes: Changes| {
            changes.sort_by(|a, b| a.1.fingerprint.cmp(&b.1.fingerprint));
            changes.into_iter().map(|(c, f)| (format!("{c:?}"), f)).collect::<Vec<_>>()
        };
        let other_hits: Vec<Hit> = shuffled(hits.len()).into_iter().map(|i| hits[i].clone()).collect();
        let other_known: Vec<Finding> = shuffled(known.len()).into_iter().map(|i| known[i].clone()).collect();
        let expected = sorted(scan_at(&known, &hits, day(2), true));
        prop_assert_eq!(expected.len(), hits.len());
        prop_assert_eq!(sorted(scan_at(&other_known, &other_hits, day(2), true)), expected);
    }
}
