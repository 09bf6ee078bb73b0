//! The sample city end to end: every planted fault found, no near miss flagged, nothing else said.

use crate::common::Duwang;
use duwang::demo::{City, Expected};
use duwang_model::{FindingFilter, State, Verdict};
use serde_json::Value;

#[test]
fn every_planted_fault_and_nothing_else() {
    let duwang = Duwang::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let city = runtime.block_on(City::start(None)).unwrap();
    let units = duwang.units_text(&city.units_toml());
    let now = City::now().to_rfc3339();
    let summary: Value = {
        let output = duwang.run(&[
            "--now",
            &now,
            "scan",
            "--format",
            "json",
            "--units",
            units.to_str().unwrap(),
        ]);
        assert!(
            matches!(output.status.code(), Some(0 | 3)),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    };
    assert!(
        summary["pages"].as_u64().unwrap() >= 200,
        "{}",
        summary["pages"]
    );
    let found = duwang.findings(&["--unmask"]);
    let expected: Vec<Expected> = City::expected()
        .into_iter()
        .map(|e| Expected {
            url: city.fill(&e.url),
            ..e
        })
        .collect();
    runtime.block_on(city.stop());
    let same = |f: &Value, e: &Expected| {
        let quote = f["quote"].as_str().unwrap_or_default();
        let words = if e.quote.is_empty() {
            e.near_miss || quote.is_empty()
        } else {
            quote.contains(&e.quote) || (!quote.is_empty() && e.quote.contains(quote))
        };
        f["rule"] == e.rule.as_str() && f["url"] == e.url.as_str() && words
    };
    let shown = |f: &Value| {
        format!(
            "{} {} {} “{}” {}",
            f["unit"], f["rule"], f["url"], f["quote"], f["message"]
        )
    };
    let (near, planted): (Vec<&Expected>, Vec<&Expected>) =
        expected.iter().partition(|e| e.near_miss);
    let missed: Vec<_> = planted
        .iter()
        .filter(|e| !e.optional && !found.iter().any(|f| same(f, e)))
        .collect();
    let extra: Vec<_> = found
        .iter()
        .filter(|f| !planted.iter().any(|e| same(f, e)))
        .map(shown)
        .collect();
    let flagged: Vec<_> = near
        .iter()
        .flat_map(|n| found.iter().filter(|f| same(f, n)).map(shown))
        .collect();
    assert!(
        missed.is_empty() && extra.is_empty() && flagged.is_empty(),
        "{} planted, {} near misses\nmissed {missed:#?}\nsaid besides {extra:#?}\nnear misses flagged {flagged:#?}",
        planted.len(),
        near.len()
    );
}

/// The console of the demo opens on three readings a week apart, and on what people decided between them.
#[test]
fn three_weeks_of_history() {
    let duwang = Duwang::new();
    drop(duwang.demo());
    let place = format!("sled:{}", duwang.data().join("store").display());
    let store = duwang_store::open(&place, &duwang.data()).unwrap();
    let scans = store.scans().unwrap();
    let days: Vec<String> = scans.iter().map(|s| s.started.to_rfc3339()).collect();
    assert_eq!(scans.len(), 3, "{days:?}");
    for pair in scans.windows(2) {
        assert_eq!(
            (pair[0].started - pair[1].started).num_days(),
            7,
            "{days:?}"
        );
        let counts = &pair[0].summary.as_ref().unwrap().findings;
        assert!(
            counts.new > 0 && counts.fixed > 0 && counts.persisting > 0,
            "{counts:?}"
        );
    }
    let last = &scans[0].summary.as_ref().unwrap().findings;
    assert!(last.reopened > 0, "{last:?}");
    let findings = store.findings(&FindingFilter::default()).unwrap();
    for state in State::ALL {
        let there = findings.iter().any(|f| f.state == *state);
        assert!(there, "none is {state}");
    }
    let today = City::now().date_naive();
    assert!(findings.iter().any(|f| f.is_overdue(today)));
    let decisions = || findings.iter().flat_map(|f| &f.decisions);
    let closed = findings.iter().filter(|f| f.state == State::Fixed);
    let is_claimed =
        |f: &duwang_model::Finding| f.decisions.iter().any(|d| d.verdict == Verdict::Claim);
    assert!(closed.into_iter().any(is_claimed), "no claim was borne out");
    assert!(decisions().all(|d| d.by.starts_with("演示") || d.by == "读网"));
    let dismissed = decisions().filter(|d| d.verdict == Verdict::Dismiss);
    assert!(dismissed.into_iter().all(|d| !d.reason.is_empty()));
    assert!(
        decisions().all(|d| d.at < City::now()),
        "the last reading is left to the visitor"
    );
}
