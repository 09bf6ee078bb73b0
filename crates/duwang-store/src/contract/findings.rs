//! Findings: listed, chosen, named, moved.

use super::sample::{day, decision, entry, finding, page};
use super::{record, record_findings};
use crate::Store;
use duwang_model::{Change, FindingFilter, Span, State, Subject, Verdict, Visit};
use std::ops::ControlFlow;

pub(super) fn findings_are_listed_in_order(store: &dyn Store) {
    let mut findings = Vec::new();
    for (n, (unit, rule, url, start)) in [
        ("b", "guide/x", "http://a.example/1", Some(5)),
        ("a", "wording/x", "http://a.example/1", Some(5)),
        ("a", "guide/x", "http://a.example/2", Some(5)),
        ("a", "guide/x", "http://a.example/1", Some(300)),
        ("a", "guide/x", "http://a.example/1", Some(7)),
        ("a", "guide/x", "http://a.example/1", None),
        ("a-a", "guide/x", "http://a.example/1", None),
    ]
    .into_iter()
    .enumerate()
    {
        let mut finding = finding(unit, rule, url, n);
        finding.hit.span = start.map(|s| Span::new(s, s + 3));
        findings.push(finding);
    }
    record_findings(store, &findings);
    let listed: Vec<(String, String, String, Option<usize>)> = store
        .findings(&FindingFilter::default())
        .unwrap()
        .into_iter()
        .map(|f| {
            (
                f.unit.clone(),
                f.hit.rule.clone(),
                f.url().to_owned(),
                f.hit.span.map(|s| s.start),
            )
        })
        .collect();
    let mut sorted = listed.clone();
    sorted.sort();
    assert_eq!(listed.len(), findings.len());
    assert_eq!(listed, sorted);
}

pub(super) fn filters_choose(store: &dyn Store) {
    let mut findings: Vec<_> = (0..40)
        .map(|n| {
            let rule = ["guide/x", "guide/y", "wording/x"][n % 3];
            finding(
                ["a", "b"][n % 2],
                rule,
                &format!("http://a.example/{}", n % 5),
                n,
            )
        })
        .collect();
    findings[3].state = State::Fixed;
    record_findings(store, &findings);
    store
        .decide(&[decision(&findings[4], Verdict::Dismiss)])
        .unwrap();
    let all = store.findings(&FindingFilter::default()).unwrap();
    assert_eq!(all.len(), 40);
    let words = |list: &[&str]| list.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    let filters = [
        FindingFilter {
            units: words(&["b", "a", "b"]),
            ..FindingFilter::default()
        },
        FindingFilter {
            units: words(&["a"]),
            channels: words(&["a-site", "b-site"]),
            ..FindingFilter::default()
        },
        FindingFilter {
            channels: words(&["b-site"]),
            ..FindingFilter::default()
        },
        FindingFilter {
            rules: words(&["guide"]),
            ..FindingFilter::default()
        },
        FindingFilter {
            rules: words(&["guide/y", "wording/x"]),
            ..FindingFilter::default()
        },
        FindingFilter {
            states: vec![State::Dismissed],
            ..FindingFilter::default()
        },
        FindingFilter {
            states: vec![State::Fixed, State::Dismissed],
            ..FindingFilter::default()
        },
        FindingFilter {
            url: Some("http://a.example/2".into()),
            ..FindingFilter::default()
        },
        FindingFilter {
            text: Some("第7处".into()),
            ..FindingFilter::default()
        },
        FindingFilter {
            units: words(&["nobody"]),
            ..FindingFilter::default()
        },
    ];
    for filter in filters {
        let expected: Vec<_> = all.iter().filter(|f| filter.admits(f)).cloned().collect();
        assert_eq!(store.findings(&filter).unwrap(), expected, "{filter:?}");
    }
}

pub(super) fn listing_stops_when_told(store: &dyn Store) {
    let findings: Vec<_> = (0..9)
        .map(|n| finding("a", "guide/x", "http://a.example/", n))
        .collect();
    record_findings(store, &findings);
    let mut met = 0;
    store
        .each_finding(&FindingFilter::default(), &mut |_| {
            met += 1;
            if met == 3 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .unwrap();
    assert_eq!(met, 3);
}

pub(super) fn ids_may_be_shortened(store: &dyn Store) {
    let mut one = finding("a", "guide/x", "http://a.example/", 1);
    let mut two = finding("a", "guide/x", "http://a.example/", 2);
    one.fingerprint = "abcd1111222233334444555566667777".into();
    two.fingerprint = "abcd9999222233334444555566667777".into();
    record_findings(store, &[one.clone(), two]);
    let named = |id: &str| store.finding(id).unwrap().map(|f| f.fingerprint);
    for id in [
        &one.fingerprint,
        "abcd11112222",
        "abcd1",
        "ABCD1",
        " abcd1 ",
    ] {
        assert_eq!(named(id).as_ref(), Some(&one.fingerprint), "{id}");
    }
    assert_eq!(named("abc"), None, "too short");
    assert_eq!(named("ffff"), None);
    assert_eq!(named(""), None);
    let error = store.finding("abcd").unwrap_err();
    assert!(
        error.to_string().contains("abcd11112222、abcd99992222"),
        "{error}"
    );
}

pub(super) fn equal_short_ids_grow(store: &dyn Store) {
    let named = |fingerprint: &str, n| {
        let mut finding = finding("a", "guide/x", "http://a.example/", n);
        finding.fingerprint = fingerprint.into();
        finding.id = fingerprint[..12].into();
        finding
    };
    let (one, two) = (
        named("aaaabbbbcccc00001111222233334444", 1),
        named("aaaabbbbccccffff1111222233334444", 2),
    );
    record_findings(store, &[one.clone(), two.clone()]);
    record_findings(store, &[two.clone(), one.clone()]);
    let id = |f: &duwang_model::Finding| store.finding(&f.fingerprint).unwrap().unwrap().id;
    assert_eq!(id(&one), "aaaabbbbcccc");
    assert_eq!(id(&two), "aaaabbbbccccf");
    assert_eq!(
        store.finding("aaaabbbbcccc").unwrap().unwrap().fingerprint,
        one.fingerprint
    );
}

pub(super) fn a_moved_finding_is_found_at_its_new_page_only(store: &dyn Store) {
    let mut moved = finding("a", "guide/x", "http://a.example/old", 1);
    record_findings(store, std::slice::from_ref(&moved));
    moved.hit.subject = Subject::Page("http://a.example/new".into());
    moved.hit.span = Some(Span::new(900, 903));
    record_findings(store, std::slice::from_ref(&moved));
    assert!(
        store
            .findings_of_page("a-site", "http://a.example/old")
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store
            .findings_of_page("a-site", "http://a.example/new")
            .unwrap()
            .len(),
        1
    );
    assert_eq!(store.findings_of_channel("a-site").unwrap().len(), 1);
    assert_eq!(store.findings(&FindingFilter::default()).unwrap(), [moved]);
}

pub(super) fn a_superseded_finding_leaves_its_decisions(store: &dyn Store) {
    let old = finding("a", "guide/x", "http://a.example/old", 1);
    let unrelated = finding("a", "typo/y", "http://a.example/old", 2);
    let mut heir = finding("a", "guide/x", "http://a.example/new", 3);
    record_findings(store, &[old.clone(), unrelated.clone()]);
    heir.last_seen = day(8);
    // Judged before these decisions were taken.
    store
        .decide(&[
            decision(&old, Verdict::Dismiss),
            decision(&unrelated, Verdict::Confirm),
        ])
        .unwrap();
    record(
        store,
        Visit {
            changes: vec![(Change::Persisting, heir.clone())],
            superseded: vec![
                old.fingerprint.clone(),
                unrelated.fingerprint.clone(),
                "feedfeedfeed".into(),
            ],
            ..Visit::default()
        },
    );
    assert_eq!(store.finding(&old.fingerprint).unwrap(), None);
    let after = store.finding(&heir.fingerprint).unwrap().unwrap();
    assert_eq!((after.state, after.decisions.len()), (State::Dismissed, 1));
    assert_eq!(after.decisions[0].finding, after.id);
    assert!(
        store.finding(&unrelated.fingerprint).unwrap().is_some(),
        "nobody took its decision along"
    );
    assert_eq!(store.findings(&FindingFilter::default()).unwrap().len(), 2);
}

pub(super) fn findings_belong_to_page_and_channel(store: &dyn Store) {
    let findings = [
        finding("a", "guide/x", "http://a.example/1", 1),
        finding("a", "guide/y", "http://a.example/1", 2),
        finding("a", "guide/x", "http://a.example/10", 3),
        finding("b", "guide/x", "http://a.example/1", 4),
    ];
    record_findings(store, &findings);
    assert_eq!(
        store
            .findings_of_page("a-site", "http://a.example/1")
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        store
            .findings_of_page("a-site", "http://a.example/")
            .unwrap()
            .len(),
        0
    );
    assert_eq!(store.findings_of_channel("a-site").unwrap().len(), 3);
    assert_eq!(store.findings_of_channel("a").unwrap().len(), 0);
}

pub(super) fn no_text_breaks_a_key(store: &dyn Store) {
    let urls = [
        "http://a.example/\u{0}b".to_owned(),
        "http://a.example/".to_owned(),
        "http://a.example/\u{1}\u{1}".to_owned(),
        format!("http://a.example/{}", "长".repeat(3_000)),
        format!("http://a.example/{}尾", "长".repeat(3_000)),
        String::new(),
    ];
    for (n, url) in urls.iter().enumerate() {
        let mut found = finding("a\u{0}b", "guide/x", url, n);
        found.channel = "a\u{0}".into();
        record(
            store,
            Visit {
                page: Some(page("a\u{0}", url)),
                changes: vec![(Change::New, found)],
                frontier: vec![entry("s\u{0}", "a\u{1}", url)],
                ..Visit::default()
            },
        );
    }
    for url in &urls {
        assert_eq!(store.page("a\u{0}", url).unwrap().unwrap().url, *url);
        assert_eq!(
            store.findings_of_page("a\u{0}", url).unwrap().len(),
            1,
            "{url}"
        );
    }
    assert_eq!(
        store.frontier("s\u{0}", "a\u{1}").unwrap().len(),
        urls.len()
    );
    assert_eq!(
        store.findings(&FindingFilter::default()).unwrap().len(),
        urls.len()
    );
    let mut pages = 0;
    store.each_page("a", &mut |_| pages += 1).unwrap();
    assert_eq!(pages, 0, "a channel is not a prefix of another");
}

pub(super) fn odd_numbers_come_back_readable(store: &dyn Store) {
    let mut odd = finding("a", "guide/x", "http://a.example/", 1);
    odd.hit.score = f32::NAN;
    record_findings(store, std::slice::from_ref(&odd));
    assert!(store.finding(&odd.id).unwrap().is_some());
    store.decide(&[decision(&odd, Verdict::Confirm)]).unwrap();
}
