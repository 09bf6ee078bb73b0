//! What happened to a finding, line by line.

use crate::console::proof::Proof;
use crate::view::{mask_text, minute, one_line};
use duwang_model::{Decision, Finding, Verdict};

/// One line of the history.
pub(super) struct Event {
    pub(super) at: String,
    pub(super) who: String,
    pub(super) what: String,
    pub(super) why: String,
}

/// First seen, the decisions, what the unit brought, last seen or gone, in the order of time.
pub(super) fn events(finding: &Finding, proofs: &[Proof]) -> Vec<Event> {
    let of_scan = |at, what: &str, scan: &str| Event {
        at: minute(at),
        who: "读网".to_owned(),
        what: what.to_owned(),
        why: if scan.is_empty() {
            String::new()
        } else {
            format!("批次 {scan}")
        },
    };
    let mut events = vec![(
        finding.first_seen,
        of_scan(finding.first_seen, "首次发现", &finding.first_scan),
    )];
    if finding.last_seen > finding.first_seen {
        let scan = if finding.present {
            finding.scan.as_str()
        } else {
            ""
        };
        events.push((
            finding.last_seen,
            of_scan(finding.last_seen, "最近一次看到", scan),
        ));
    }
    events.extend(finding.decisions.iter().map(|d| (d.at, decision_event(d))));
    events.extend(proofs.iter().map(|p| (p.at, proof_event(p))));
    events.sort_by_key(|(at, _)| *at);
    let mut events: Vec<Event> = events.into_iter().map(|(_, event)| event).collect();
    if !finding.present {
        events.push(Event {
            at: String::new(),
            who: "读网".to_owned(),
            what: "再读时已不再出现".to_owned(),
            why: format!("批次 {}", finding.scan),
        });
    }
    events
}

fn proof_event(proof: &Proof) -> Event {
    Event {
        at: minute(proof.at),
        who: mask_text(&one_line(&proof.by)),
        what: "附佐证".to_owned(),
        why: mask_text(&proof.name),
    }
}

pub(super) fn decision_event(decision: &Decision) -> Event {
    let what = match &decision.verdict {
        Verdict::Waive { until } => format!("豁免至 {until}"),
        Verdict::Assign { due: Some(due) } => format!("交办，{due} 前整改"),
        verdict => verdict.chinese().to_owned(),
    };
    Event {
        at: minute(decision.at),
        who: mask_text(&one_line(&decision.by)),
        what,
        why: mask_text(&decision.reason),
    }
}
