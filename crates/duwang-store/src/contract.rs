//! The promises of [`Store`] as functions: every backend runs all of them on fresh stores in its tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a broken promise ends the test"
)]

use crate::{Memory, Store, StoreError, Transferred, import};
use duwang_model::{
    Change, Decision, FindingFilter, FrontierEntry, PageRecord, Span, State, Subject, Verdict,
    Visit,
};
use sample::{decision, entry, finding, page, scan};
use std::ops::ControlFlow;
use std::sync::Arc;

/// One promise: a name and the function that tries it on an empty store.
pub type Promise = (&'static str, fn(&dyn Store));

/// Every promise.
pub const PROMISES: &[Promise] = &[
    (
        "scans come back, newest first",
        scans_come_back_newest_first,
    ),
    (
        "a finished scan never begins again",
        a_finished_scan_never_begins_again,
    ),
    (
        "pages come back by channel and URL",
        pages_come_back_by_channel_and_url,
    ),
    (
        "a visited URL is not queued again",
        a_visited_url_is_not_queued_again,
    ),
    (
        "a frontier ends with its scan",
        a_frontier_ends_with_its_scan,
    ),
    ("findings are listed in order", findings_are_listed_in_order),
    ("filters choose", filters_choose),
    ("listing stops when told", listing_stops_when_told),
    ("ids may be shortened", ids_may_be_shortened),
    ("equal short ids grow", equal_short_ids_grow),
    ("decisions are all or nothing", decisions_are_all_or_nothing),
    ("decisions are signed", decisions_are_signed),
    (
        "a crawl never undoes a decision",
        a_crawl_never_undoes_a_decision,
    ),
    (
        "a moved finding is found at its new page only",
        a_moved_finding_is_found_at_its_new_page_only,
    ),
    (
        "a superseded finding leaves its decisions",
        a_superseded_finding_leaves_its_decisions,
    ),
    (
        "findings belong to page and channel",
        findings_belong_to_page_and_channel,
    ),
    (
        "bodies are kept once and proved",
        bodies_are_kept_once_and_proved,
    ),
    (
        "a wrongly named body writes nothing",
        a_wrongly_named_body_writes_nothing,
    ),
    ("no text breaks a key", no_text_breaks_a_key),
    ("missing bodies are reported", missing_bodies_are_reported),
    ("an export can be imported", an_export_can_be_imported),
    ("a damaged export is refused", a_damaged_export_is_refused),
    (
        "odd numbers come back readable",
        odd_numbers_come_back_readable,
    ),
    (
        "notes are compared before they are written",
        notes_are_compared_before_they_are_written,
    ),
    ("logs are chained", logs_are_chained),
    (
        "a decision and its log entry stand together",
        a_decision_and_its_log_entry_stand_together,
    ),
    ("news names what changed", news_names_what_changed),
];

/// Runs every promise, each on a store of its own.
pub fn run_all(fresh: &dyn Fn() -> Box<dyn Store>) {
    for (name, promise) in PROMISES {
        let store = fresh();
        promise(&*store);
        let report = store.check(false).unwrap();
        assert_eq!(
            (report.damaged, report.index_missing, report.index_stray),
            (0, 0, 0),
            "after “{name}”: {report:?}"
        );
    }
}

fn record(store: &dyn Store, visit: Visit) {
    store.record(&[visit]).unwrap();
}

fn record_findings(store: &dyn Store, findings: &[duwang_model::Finding]) {
    let changes = findings.iter().map(|f| (Change::New, f.clone())).collect();
    record(
        store,
        Visit {
            changes,
            ..Visit::default()
        },
    );
}

fn scans_come_back_newest_first(store: &dyn Store) {
    let (first, mut second) = (
        scan("20260901-090000-aa11", 1),
        scan("20260902-090000-bb22", 2),
    );
    store.begin_scan(&first).unwrap();
    store.begin_scan(&second).unwrap();
    second.finished = Some(sample::day(3));
    second.summary = Some(duwang_model::ScanSummary::default());
    store.save_scan(&second).unwrap();
    assert_eq!(store.scan(&second.id).unwrap().as_ref(), Some(&second));
    assert_eq!(store.scans().unwrap(), [second, first]);
    assert_eq!(store.scan("none").unwrap(), None);
}

fn a_finished_scan_never_begins_again(store: &dyn Store) {
    let mut begun = scan("s", 1);
    begun.seed = 7;
    store.begin_scan(&begun).unwrap();
    store.begin_scan(&scan("s", 1)).unwrap();
    assert_eq!(
        store.scan("s").unwrap().unwrap().seed,
        7,
        "resuming changes nothing"
    );
    begun.finished = Some(sample::day(2));
    store.save_scan(&begun).unwrap();
    assert!(matches!(
        store.begin_scan(&begun),
        Err(StoreError::FinishedScan(_))
    ));
}

fn pages_come_back_by_channel_and_url(store: &dyn Store) {
    let pages = [
        page("a", "http://a.example/2"),
        page("a", "http://a.example/1"),
        page("ab", "http://a.example/1"),
    ];
    for page in &pages {
        record(
            store,
            Visit {
                page: Some(page.clone()),
                ..Visit::default()
            },
        );
    }
    let mut changed = pages[0].clone();
    changed.status = 404;
    record(
        store,
        Visit {
            page: Some(changed.clone()),
            ..Visit::default()
        },
    );
    assert_eq!(
        store.page("a", "http://a.example/2").unwrap(),
        Some(changed.clone())
    );
    assert_eq!(store.page("b", "http://a.example/2").unwrap(), None);
    let mut found: Vec<PageRecord> = Vec::new();
    store.each_page("a", &mut |page| found.push(page)).unwrap();
    assert_eq!(found, [pages[1].clone(), changed]);
}

fn a_visited_url_is_not_queued_again(store: &dyn Store) {
    let url = "http://a.example/1";
    let queue = |entries: &[FrontierEntry]| {
        record(
            store,
            Visit {
                frontier: entries.to_vec(),
                ..Visit::default()
            },
        );
        store.frontier("s", "a").unwrap()
    };
    assert!(!queue(&[entry("s", "a", url)])[0].done);
    let mut done = entry("s", "a", url);
    done.done = true;
    assert!(queue(std::slice::from_ref(&done))[0].done);
    assert!(
        queue(&[entry("s", "a", url)])[0].done,
        "another page links there too"
    );
    let mut later = entry("s", "a", url);
    later.not_before = Some(sample::day(9));
    assert!(!queue(&[later])[0].done, "a second look was asked for");
    assert!(
        queue(&[done, entry("s", "a", url)])[0].done,
        "the order within a visit counts"
    );
    assert_eq!(queue(&[]).len(), 1);
}

fn a_frontier_ends_with_its_scan(store: &dyn Store) {
    let entries = |scan: &str, channel: &str, count: usize| {
        (0..count)
            .map(|n| entry(scan, channel, &format!("http://a.example/{n:05}")))
            .collect::<Vec<_>>()
    };
    for (scan, channel, count) in [("s", "a", 4_500), ("s", "b", 3), ("s2", "a", 5)] {
        record(
            store,
            Visit {
                frontier: entries(scan, channel, count),
                ..Visit::default()
            },
        );
    }
    assert_eq!(
        store.frontier("s", "a").unwrap(),
        entries("s", "a", 4_500),
        "by URL"
    );
    assert_eq!(store.frontier("s", "b").unwrap().len(), 3);
    store.end_frontier("s").unwrap();
    assert!(store.frontier("s", "a").unwrap().is_empty());
    assert!(store.frontier("s", "b").unwrap().is_empty());
    assert_eq!(store.frontier("s2", "a").unwrap().len(), 5);
}

fn findings_are_listed_in_order(store: &dyn Store) {
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

fn filters_choose(store: &dyn Store) {
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

fn listing_stops_when_told(store: &dyn Store) {
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

fn ids_may_be_shortened(store: &dyn Store) {
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

fn equal_short_ids_grow(store: &dyn Store) {
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

fn decisions_are_all_or_nothing(store: &dyn Store) {
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

fn decisions_are_signed(store: &dyn Store) {
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

fn a_crawl_never_undoes_a_decision(store: &dyn Store) {
    let base = finding("a", "guide/x", "http://a.example/", 1);
    record_findings(store, std::slice::from_ref(&base));
    let mut judged = base.clone();
    judged.last_seen = sample::day(8);
    store.decide(&[decision(&base, Verdict::Dismiss)]).unwrap();
    record_findings(store, &[judged]);
    let after = store.finding(&base.id).unwrap().unwrap();
    assert_eq!((after.state, after.decisions.len()), (State::Dismissed, 1));
    assert_eq!(after.last_seen, sample::day(8));
    let dismissed = FindingFilter {
        states: vec![State::Dismissed],
        ..FindingFilter::default()
    };
    assert_eq!(store.findings(&dismissed).unwrap().len(), 1);
}

fn a_moved_finding_is_found_at_its_new_page_only(store: &dyn Store) {
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

fn a_superseded_finding_leaves_its_decisions(store: &dyn Store) {
    let old = finding("a", "guide/x", "http://a.example/old", 1);
    let unrelated = finding("a", "typo/y", "http://a.example/old", 2);
    let mut heir = finding("a", "guide/x", "http://a.example/new", 3);
    record_findings(store, &[old.clone(), unrelated.clone()]);
    heir.last_seen = sample::day(8);
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

fn findings_belong_to_page_and_channel(store: &dyn Store) {
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

fn bodies_are_kept_once_and_proved(store: &dyn Store) {
    let bytes = "青石街道办事处".repeat(500).into_bytes();
    let name = store.keep_body(&bytes).unwrap();
    assert!(name.starts_with("sha256:") && name.len() == 71);
    record(
        store,
        Visit {
            body: Some((name.clone(), Arc::from(bytes.as_slice()))),
            ..Visit::default()
        },
    );
    assert_eq!(store.body(&name).unwrap(), Some(bytes));
    assert_eq!(store.stats().unwrap().bodies, 1);
    let empty = store.keep_body(&[]).unwrap();
    assert_eq!(store.body(&empty).unwrap(), Some(Vec::new()));
    for absent in [
        format!("sha256:{}", "0".repeat(64)),
        "sha256:../../x".into(),
        String::new(),
        name.to_uppercase(),
    ] {
        assert_eq!(store.body(&absent).unwrap(), None, "{absent}");
    }
    let many: Vec<Visit> = (0..40)
        .map(|n| format!("正文{}", n % 30).into_bytes())
        .map(|b| Visit {
            body: Some((crate::bodies::name_of(&b), b.into())),
            ..Visit::default()
        })
        .collect();
    store.record(&many).unwrap();
    assert_eq!(store.stats().unwrap().bodies, 32);
    for visit in many {
        let (name, bytes) = visit.body.unwrap();
        assert_eq!(store.body(&name).unwrap().as_deref(), Some(&*bytes));
    }
}

fn a_wrongly_named_body_writes_nothing(store: &dyn Store) {
    let wrong = Visit {
        page: Some(page("a", "http://a.example/")),
        body: Some((format!("sha256:{}", "0".repeat(64)), Arc::from(&b"x"[..]))),
        ..Visit::default()
    };
    assert!(matches!(
        store.record(&[wrong]),
        Err(StoreError::WrongBody { .. })
    ));
    assert_eq!(store.page("a", "http://a.example/").unwrap(), None);
    record(
        store,
        Visit {
            page: Some(page("a", "http://a.example/")),
            ..Visit::default()
        },
    );
}

fn no_text_breaks_a_key(store: &dyn Store) {
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

fn missing_bodies_are_reported(store: &dyn Store) {
    let mut kept = page("a", "http://a.example/1");
    kept.snapshot = Some(store.keep_body(b"x").unwrap());
    record(
        store,
        Visit {
            page: Some(kept),
            ..Visit::default()
        },
    );
    assert!(store.check(false).unwrap().is_sound());
    let mut lost = page("a", "http://a.example/2");
    lost.snapshot = Some(format!("sha256:{}", "0".repeat(64)));
    record(
        store,
        Visit {
            page: Some(lost),
            ..Visit::default()
        },
    );
    let report = store.check(false).unwrap();
    assert_eq!(report.bodies_missing, 1);
    assert!(report.missing_bodies[0].contains("http://a.example/2"));
}

fn fill(store: &dyn Store) -> Transferred {
    let findings: Vec<_> = (0..600)
        .map(|n| finding("a", "guide/x", &format!("http://a.example/{n}"), n))
        .collect();
    store.begin_scan(&scan("s", 1)).unwrap();
    record_findings(store, &findings);
    record(
        store,
        Visit {
            page: Some(page("a", "http://a.example/")),
            frontier: vec![entry("s", "a", "http://a.example/")],
            ..Visit::default()
        },
    );
    store
        .decide(&[decision(&findings[5], Verdict::Dismiss)])
        .unwrap();
    store
        .put_note(
            "view",
            "王某/本周",
            0,
            &serde_json::json!({"query": "level=serious"}),
        )
        .unwrap();
    store.append("audit", "一").unwrap();
    store.append("audit", "二").unwrap();
    Transferred {
        scans: 1,
        pages: 1,
        findings: 600,
        frontier: 1,
        notes: 1,
        entries: 2,
    }
}

fn exported(store: &dyn Store) -> Vec<u8> {
    let mut out = Vec::new();
    store.export(&mut out).unwrap();
    out
}

fn an_export_can_be_imported(store: &dyn Store) {
    let expected = fill(store);
    let out = exported(store);
    let other = Memory::new();
    let done = import(&other, &mut std::io::Cursor::new(&out)).unwrap();
    assert_eq!(done, expected);
    let all = FindingFilter::default();
    assert_eq!(other.findings(&all).unwrap(), store.findings(&all).unwrap());
    assert_eq!(exported(&other), out, "any backend exports the same");
    store
        .decide(&[decision(
            &store.findings(&all).unwrap()[9],
            Verdict::Confirm,
        )])
        .unwrap();
    let before = store.findings(&all).unwrap();
    import(store, &mut std::io::Cursor::new(&out)).unwrap();
    assert_eq!(
        store.findings(&all).unwrap(),
        before,
        "what people decided since the export stays"
    );
}

fn a_damaged_export_is_refused(store: &dyn Store) {
    fill(store);
    let out = exported(store);
    let text = String::from_utf8(out.clone()).unwrap();
    let other = Memory::new();
    let cut = &out[..out.len() - 10];
    let without_end = &text[..text.trim_end().rfind('\n').unwrap() + 1];
    let changed = text.replacen("http://a.example/7", "http://a.example/8", 1);
    let newer = text.replacen("\"format\":1", "\"format\":9", 1);
    for bad in [
        cut,
        without_end.as_bytes(),
        changed.as_bytes(),
        newer.as_bytes(),
        b"",
        b"{}\n",
    ] {
        let error = import(&other, &mut std::io::Cursor::new(bad)).unwrap_err();
        assert!(matches!(error, StoreError::Import { .. }), "{error}");
    }
    assert_eq!(
        other.stats().unwrap(),
        Memory::new().stats().unwrap(),
        "nothing was written"
    );
}

fn odd_numbers_come_back_readable(store: &dyn Store) {
    let mut odd = finding("a", "guide/x", "http://a.example/", 1);
    odd.hit.score = f32::NAN;
    record_findings(store, std::slice::from_ref(&odd));
    assert!(store.finding(&odd.id).unwrap().is_some());
    store.decide(&[decision(&odd, Verdict::Confirm)]).unwrap();
}

fn notes_are_compared_before_they_are_written(store: &dyn Store) {
    use serde_json::json;
    assert_eq!(store.note("people", "王某").unwrap(), None);
    assert_eq!(
        store
            .put_note("people", "王某", 0, &json!({"n": 1}))
            .unwrap(),
        1
    );
    let again = store.put_note("people", "王某", 0, &json!({"n": 2}));
    assert!(matches!(again, Err(StoreError::Stale { .. })), "{again:?}");
    assert_eq!(
        store
            .put_note("people", "王某", 1, &json!({"n": 3}))
            .unwrap(),
        2
    );
    let old = store.put_note("people", "王某", 1, &json!({"n": 4}));
    assert!(matches!(old, Err(StoreError::Stale { .. })), "{old:?}");
    let kept = store.note("people", "王某").unwrap().unwrap();
    assert_eq!((kept.version, kept.value), (2, json!({"n": 3})));
    store.put_note("people", "a\0b", 0, &json!(null)).unwrap();
    store.put_note("people2", "x", 0, &json!("other")).unwrap();
    let names: Vec<String> = store
        .notes("people")
        .unwrap()
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    assert_eq!(names, ["a\0b", "王某"], "of one kind, by key");
    assert!(store.remove_note("people", "王某").unwrap());
    assert!(!store.remove_note("people", "王某").unwrap());
    assert_eq!(store.note("people", "王某").unwrap(), None);
    let anew = store.put_note("people", "王某", 0, &json!(1)).unwrap();
    assert_eq!(anew, 1, "what was removed begins again");
}

fn logs_are_chained(store: &dyn Store) {
    for n in 0..300 {
        let entry = store.append("audit", &format!("第{n}条\n")).unwrap();
        assert_eq!(entry.number, n + 1);
    }
    store.append("other", "x").unwrap();
    let all = store.entries("audit", 0, 1_000).unwrap();
    assert_eq!(all.len(), 300);
    let mut last = None;
    for entry in &all {
        assert!(entry.follows("audit", last), "{entry:?}");
        assert!(!entry.follows("other", last), "a log has a name");
        last = Some(entry);
    }
    assert_eq!(store.entries("audit", 299, 1_000).unwrap(), all[298..]);
    assert_eq!(store.entries("audit", 5, 2).unwrap(), all[4..6]);
    assert!(store.entries("none", 1, 10).unwrap().is_empty());
    let mut forged = all[7].clone();
    forged.text = "别的".into();
    assert!(!forged.follows("audit", Some(&all[6])));
}

fn a_decision_and_its_log_entry_stand_together(store: &dyn Store) {
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

fn news_names_what_changed(store: &dyn Store) {
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

/// Small synthetic rows. Made from JSON, so that a field with a default may be added without a word here.
pub mod sample {
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
}
