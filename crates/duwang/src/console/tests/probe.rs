//! The law of the sample, asked as a browser asks and as somebody asks who writes requests by hand.

use super::*;
use duwang_model::{Certainty, Finding};

const RULE: &str = "typo/pairs";

/// So many findings of one sure rule, each with words of its own.
fn sure(count: usize) -> Console {
    let store = sample::store();
    let many = (0..count).map(|n| {
        let mut finding = sample::finding(RULE, &format!("错字{n}"));
        finding.fingerprint = format!("{n:08x}{:024x}", n + 1);
        finding.hit.certainty = Certainty::Certain;
        finding.hit.subject = duwang_model::Subject::Page(format!("http://a.example/{n}"));
        (duwang_model::Change::New, finding)
    });
    let visit = Visit {
        changes: many.collect(),
        ..Visit::default()
    };
    store.record(&[visit]).unwrap();
    console(store)
}

impl Console {
    /// Draws from a filtered list; where the answer leads.
    fn draw(&self, query: &str) -> String {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("rule", RULE)
            .append_pair("query", query)
            .finish();
        let reply = self.post("/probes", &form);
        assert_eq!(reply.status, 303, "{}", reply.body);
        let to = reply
            .head
            .lines()
            .find_map(|l| l.strip_prefix("location: "));
        to.unwrap().to_owned()
    }

    /// Ids of the sample, as the page shows them.
    fn sample(&self, probe: &str) -> Vec<String> {
        let page = self.get(probe).body;
        let rows = page.split("<li data-id=\"").skip(1);
        rows.map(|r| r.split('"').next().unwrap().to_owned())
            .collect()
    }

    fn look(&self, probe: &str, id: &str, form: &str) -> u16 {
        let probe = probe.rsplit('/').next().unwrap();
        self.post(&format!("/findings/{id}/decisions?probe={probe}"), form)
            .status
    }

    fn found(&self, state: State) -> Vec<Finding> {
        let filter = FindingFilter {
            rules: vec![RULE.to_owned()],
            states: vec![state],
            ..FindingFilter::default()
        };
        self.store.findings(&filter).unwrap()
    }

    fn logged(&self) -> String {
        let entries = self.store.entries("audit", 1, 1_000).unwrap();
        entries.iter().map(|e| format!("{}\n", e.text)).collect()
    }
}

#[test]
fn the_rest_follows_when_all_of_the_sample_was_confirmed_one_by_one() {
    let console = sure(60);
    let list = console.get("/findings").body;
    assert!(list.contains("其中 60 条把握为“确定”"), "{list}");
    let probe = console.draw("");
    assert_eq!(console.draw(""), probe, "nobody draws until the draw suits");
    let sample = console.sample(&probe);
    assert_eq!(sample.len(), 6);
    for (n, id) in sample.iter().enumerate() {
        let early = console.post(&probe, "act=rest");
        assert_eq!(early.status, 422);
        let left = format!("还有 {} 条", 6 - n);
        assert!(early.body.contains(&left), "{}", early.body);
        assert_eq!(console.look(&probe, id, "verdict=confirm"), 303);
    }
    assert_eq!(console.found(State::Confirmed).len(), 6);
    assert!(console.get(&probe).body.contains("一并确认其余 54 处"));
    assert_eq!(console.post(&probe, "act=rest").status, 303);
    assert_eq!(console.found(State::Confirmed).len(), 60);
    // What nobody has seen says nothing about how right the rule is.
    let unseen = |f: &&Finding| f.decisions.last().unwrap().is_unseen() && f.upheld().is_none();
    assert_eq!(
        console
            .found(State::Confirmed)
            .iter()
            .filter(unseen)
            .count(),
        54
    );
    assert_eq!(console.post(&probe, "act=rest").status, 422, "only once");
    let log = console.logged();
    let line = log.lines().find(|l| l.contains("抽样确认")).unwrap();
    assert!(
        line.contains("种子") && line.contains("60 处抽 6"),
        "{line}"
    );
    assert!(sample.iter().all(|id| line.contains(id)), "{line}");
    assert_eq!(console.post(&probe, "act=undo").status, 303);
    assert_eq!(console.found(State::Confirmed).len(), 6, "the sample stays");
    assert_eq!(console.found(State::Open).len(), 54);
}

#[test]
fn one_that_does_not_hold_ends_the_offer() {
    let console = sure(40);
    let probe = console.draw("");
    let sample = console.sample(&probe);
    for id in &sample[1..] {
        assert_eq!(console.look(&probe, id, "verdict=confirm"), 303);
    }
    let form = "verdict=dismiss&reason=%E5%BC%95%E7%94%A8";
    assert_eq!(console.look(&probe, &sample[0], form), 303);
    assert_eq!(console.post(&probe, "act=rest").status, 422);
    let page = console.get(&probe).body;
    assert!(
        page.contains("不能一并确认") && page.contains("引用"),
        "{page}"
    );
    let again = console.post("/probes", &format!("rule={RULE}"));
    assert_eq!(again.status, 422, "{}", again.head);
    assert!(again.body.contains("逐条复核"), "{}", again.body);
    // Taken back, the rule may be drawn anew; what was failed stays failed.
    assert_eq!(console.look(&probe, &sample[0], "verdict=undo"), 303);
    assert_eq!(console.look(&probe, &sample[0], "verdict=confirm"), 303);
    assert_eq!(console.post(&probe, "act=rest").status, 422);
    assert_ne!(console.draw(""), probe);
    assert_eq!(console.found(State::Open).len(), 35);
}

#[test]
fn what_was_decided_elsewhere_or_together_is_not_looked_at() {
    let console = sure(40);
    let probe = console.draw("");
    let sample = console.sample(&probe);
    for id in &sample {
        let reply = console.post(&format!("/findings/{id}/decisions"), "verdict=confirm");
        assert_eq!(reply.status, 303, "not from the sample");
    }
    assert_eq!(console.post(&probe, "act=rest").status, 422);
    assert_eq!(
        console.look(&probe, &sample[0], "verdict=confirm&group=1"),
        422
    );
    for id in &sample {
        assert_eq!(console.look(&probe, id, "verdict=confirm"), 303);
    }
    // Decided meanwhile by somebody else: stays as it is.
    let other = &console.found(State::Open)[0].id;
    let form = "verdict=dismiss&reason=x";
    let reply = console.post(&format!("/findings/{other}/decisions"), form);
    assert_eq!(reply.status, 303);
    assert_eq!(console.post(&probe, "act=rest").status, 303);
    assert_eq!(console.found(State::Confirmed).len(), 39);
    assert_eq!(console.found(State::Dismissed).len(), 1);
}

#[test]
fn a_sample_is_its_reviewers_own() {
    let mut console = sure(40);
    let probe = console.draw("");
    let sample = console.sample(&probe);
    let own = console.cookie.clone();
    console.cookie = entered(console.store.as_ref(), "李某", Role::Reviewer, None);
    assert_eq!(console.get(&probe).status, 404);
    for act in ["rest", "undo", "drop"] {
        assert_eq!(console.post(&probe, &format!("act={act}")).status, 404);
    }
    for id in &sample {
        console.look(&probe, id, "verdict=confirm");
    }
    console.cookie = own;
    assert_eq!(console.post(&probe, "act=rest").status, 422);
}

#[test]
fn only_a_filtered_rule_with_enough_sure_findings_is_drawn_from() {
    let console = sure(9);
    assert!(!console.get("/findings").body.contains("data-key=\"s\""));
    assert_eq!(console.post("/probes", &format!("rule={RULE}")).status, 422);
    let console = sure(30);
    let none = console.post("/probes", &format!("rule={RULE}&query=unit%3Dyunfeng"));
    assert_eq!(none.status, 422, "nothing of this rule in the list");
    let unsure = console.post("/probes", "rule=guide%2Foffice-hours");
    assert_eq!(unsure.status, 422);
    assert_eq!(
        console.draw("unit=qingshi&flat=1").len(),
        "/probes/".len() + 8
    );
}
