//! Random calls, to hold one backend against another.

use duwang_model::{Change, Decision, Finding, FindingFilter, Span, Subject, Verdict, Visit};
use duwang_store::Store;
use duwang_store::contract::sample;
use proptest::prelude::*;

#[derive(Debug, Clone)]
pub enum Call {
    Record(Vec<(usize, usize, usize)>),
    Decide(Vec<(usize, Verdict)>),
    Queue(Vec<(usize, bool, bool)>),
    EndFrontier,
    Page(usize, u16),
    Reopen,
}

/// Some calls in a row.
pub fn calls() -> impl Strategy<Value = Vec<Call>> {
    let verdict = prop_oneof![
        Just(Verdict::Confirm),
        Just(Verdict::Dismiss),
        Just(Verdict::Note),
        Just(Verdict::Undo)
    ];
    let call = prop_oneof![
        4 => prop::collection::vec((0..8_usize, 0..4_usize, 0..50_usize), 1..6).prop_map(Call::Record),
        3 => prop::collection::vec((0..9_usize, verdict), 1..4).prop_map(Call::Decide),
        2 => prop::collection::vec((0..5_usize, any::<bool>(), any::<bool>()), 1..5).prop_map(Call::Queue),
        1 => Just(Call::EndFrontier),
        2 => (0..4_usize, 200..500_u16).prop_map(|(n, s)| Call::Page(n, s)),
        1 => Just(Call::Reopen),
    ];
    prop::collection::vec(call, 1..25)
}

/// The `n`th finding at a place that may move from call to call.
fn found(n: usize, place: usize, start: usize) -> Finding {
    let unit = ["a", "b"][n % 2];
    let mut finding = sample::finding(unit, ["guide/x", "typo/y"][n / 2 % 2], "", n);
    finding.hit.subject = Subject::Page(format!("http://a.example/{place}"));
    finding.hit.span = Some(Span::new(start, start + 1));
    finding
}

/// Makes a call; what it answered.
pub fn make(store: &dyn Store, call: &Call) -> Result<String, String> {
    let words = |e: duwang_store::StoreError| e.to_string();
    match call {
        Call::Record(list) => {
            let visit = |&(n, place, start): &(usize, usize, usize)| Visit {
                changes: vec![(Change::Persisting, found(n, place, start))],
                ..Visit::default()
            };
            let visits: Vec<Visit> = list.iter().map(visit).collect();
            store.record(&visits).map(|()| String::new()).map_err(words)
        }
        Call::Decide(list) => {
            let decision =
                |(n, v): &(usize, Verdict)| sample::decision(&found(*n, 0, 0), v.clone());
            let decisions: Vec<Decision> = list.iter().map(decision).collect();
            store
                .decide(&decisions)
                .map(|f| format!("{f:?}"))
                .map_err(words)
        }
        Call::Queue(list) => {
            let frontier = list
                .iter()
                .map(|&(n, done, later)| {
                    let mut entry = sample::entry("s", "a", &format!("http://a.example/{n}"));
                    entry.done = done;
                    entry.not_before = later.then(|| sample::day(3));
                    entry
                })
                .collect();
            let visit = Visit {
                frontier,
                ..Visit::default()
            };
            store
                .record(&[visit])
                .map(|()| String::new())
                .map_err(words)
        }
        Call::EndFrontier => store
            .end_frontier("s")
            .map(|()| String::new())
            .map_err(words),
        Call::Page(n, status) => {
            let mut page = sample::page("a", &format!("http://a.example/{n}"));
            page.status = *status;
            let visit = Visit {
                page: Some(page),
                ..Visit::default()
            };
            store
                .record(&[visit])
                .map(|()| String::new())
                .map_err(words)
        }
        Call::Reopen => Ok(String::new()),
    }
}

/// Everything a caller can see.
pub fn view(store: &dyn Store) -> String {
    let mut pages = Vec::new();
    store.each_page("a", &mut |p| pages.push(p)).unwrap();
    let places: Vec<Vec<Finding>> = (0..4)
        .map(|n| {
            store
                .findings_of_page("a-site", &format!("http://a.example/{n}"))
                .unwrap()
        })
        .collect();
    format!(
        "{:#?}\n{:#?}\n{places:#?}\n{:#?}\n{pages:#?}",
        store.findings(&FindingFilter::default()).unwrap(),
        store.findings_of_channel("b-site").unwrap(),
        store.frontier("s", "a").unwrap(),
    )
}
