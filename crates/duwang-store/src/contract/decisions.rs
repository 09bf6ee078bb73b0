//! Decisions, and what tells of them.

use super::record_findings;
use super::sample::{day, decision, finding};
use crate::{Store, StoreError};
use duwang_model::{Decision, FindingFilter, State, Verdict};

pub(super) fn decisions_are_all_or_nothing(store: &dyn Store) {
    let findings = [
        finding("a", "guide/x", "http://a.example/", 1),
        finding("a", "guide/x", "http://a.example/", 2),
    ];
    record_findings(store, &findings);
    let mut unknown = decision(&findings[1], Verdict::Confirm);
    unknown.finding = "feedfeedfeed".into();
    let error = store
        .decide(&[decision(&findings[0], Verdict::Confirm), unknown])
        .unwrap_err();
    assert!(error.to_string().contains("feedfeedfeed"), "{error}");
    assert!(
        store
            .findings(&FindingFilter::default())
            .unwrap()
            .iter()
            .all(|f| f.decisions.is_empty())
    );
    let mut short = decision(&findings[1], Verdict::Dismiss);
    short.finding = findings[1].fingerprint[..10].into();
    let decided = store
        .decide(&[
            decision(&findings[0], Verdict::Confirm),
            short,
            decision(&findings[0], Verdict::Appeal),
        ])
        .unwrap();
    let states: Vec<State> = decided.iter().map(|f| f.state).collect();
    assert_eq!(states, [State::Appealed, State::Dismissed, State::Appealed]);
    assert_eq!(decided[0].decisions.len(), 2);
    assert_eq!(
        decided[1].decisions[0].finding, findings[1].id,
        "the whole id is remembered"
    );
    assert_eq!(
        store.finding(&findings[0].id).unwrap().as_ref(),
        Some(&decided[0])
    );
    assert!(store.decide(&[]).unwrap().is_empty());
}

pub(super) fn decisions_are_signed(store: &dyn Store) {
    let finding = finding("a", "guide/x", "http://a.example/", 1);
    record_findings(store, std::slice::from_ref(&finding));
    let unsigned = Decision {
        by: "  ".into(),
        ..decision(&finding, Verdict::Confirm)
    };
    assert!(matches!(
        store.decide(&[unsigned]),
        Err(StoreError::Unsigned(_))
    ));
    assert_eq!(
        store.finding(&finding.id).unwrap().unwrap().state,
        State::Open
    );
}

pub(super) fn a_crawl_never_undoes_a_decision(store: &dyn Store) {
    let base = finding("a", "guide/x", "http://a.example/", 1);
    record_findings(store, std::slice::from_ref(&base));
    let mut judged = base.clone();
    judged.last_seen = day(8);
    store.decide(&[decision(&base, Verdict::Dismiss)]).unwrap();
    record_findings(store, &[judged]);
    let after = store.finding(&base.id).unwrap().unwrap();
    assert_eq!((after.state, after.decisions.len()), (State::Dismissed, 1));
    assert_eq!(after.last_seen, day(8));
    let dismissed = FindingFilter {
        states: vec![State::Dismissed],
        ..FindingFilter::default()
    };
    assert_eq!(store.findings(&dismissed).unwrap().len(), 1);
}

pub(super) fn a_decision_and_its_log_entry_stand_together(store: &dyn Store) {
    let first = finding("a", "guide/x", "http://a.example/", 1);
    record_findings(store, std::slice::from_ref(&first));
    let mut unknown = decision(&first, Verdict::Confirm);
    unknown.finding = "ffffffffffff".into();
    let refused = store.decide_logged(
        &[decision(&first, Verdict::Confirm), unknown],
        "audit",
        "two",
    );
    assert!(refused.is_err());
    assert!(store.entries("audit", 1, 10).unwrap().is_empty());
    assert_eq!(
        store.finding(&first.id).unwrap().unwrap().state,
        State::Open
    );
    let decided = store
        .decide_logged(&[decision(&first, Verdict::Confirm)], "audit", "one")
        .unwrap();
    assert_eq!(decided[0].state, State::Confirmed);
    let entries = store.entries("audit", 1, 10).unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].text, "one");
}

pub(super) fn news_names_what_changed(store: &dyn Store) {
    let findings: Vec<_> = (0..5)
        .map(|n| finding("a", "guide/x", "http://a.example/", n))
        .collect();
    record_findings(store, &findings);
    let start = store.news(0).unwrap();
    if start.mark == 0 {
        return; // this backend has readers look at everything
    }
    assert_eq!(start.changed, None, "who knows nothing reads everything");
    assert_eq!(
        store.news(start.mark).unwrap().changed,
        Some(Vec::new()),
        "nothing new"
    );
    let kept = store.finding(&findings[3].id).unwrap().unwrap();
    store.decide(&[decision(&kept, Verdict::Confirm)]).unwrap();
    store.append("audit", "no finding").unwrap();
    record_findings(store, std::slice::from_ref(&findings[1]));
    let news = store.news(start.mark).unwrap();
    let mut expected = vec![
        findings[3].fingerprint.clone(),
        findings[1].fingerprint.clone(),
    ];
    expected.sort();
    assert_eq!(news.changed, Some(expected));
    assert_eq!(store.news(news.mark).unwrap().changed, Some(Vec::new()));
    assert_eq!(
        store
            .finding_of(&findings[3].fingerprint)
            .unwrap()
            .unwrap()
            .state,
        State::Confirmed
    );
    assert_eq!(store.finding_of("none").unwrap(), None);
}
