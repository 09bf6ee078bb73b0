//! How far people may trust a rule, by what they decided about its findings: a rule that is often wrong may only ask.

use crate::{Certainty, Decision, Finding, Verdict};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// How right a rule was in the latest decisions about its findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// Findings decided, at most [`Record::WINDOW`]: the latest.
    pub decided: usize,
    /// Of these, the ones that were no false alarm.
    pub upheld: usize,
}

impl Record {
    /// So many decisions are looked at, and fewer prove nothing.
    pub const WINDOW: usize = 30;

    /// Whether it was right less than nine times in ten over a full window.
    pub fn is_demoted(self) -> bool {
        self.decided >= Self::WINDOW && self.upheld * 10 < self.decided * 9
    }
}

/// The records of all rules. Made from the decisions alone, in any order of arrival: nothing of it is stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    records: BTreeMap<String, Record>,
}

/// When a finding was decided, its fingerprint (for decisions of one moment), and whether it was upheld.
type Decided = (DateTime<Utc>, String, bool);

/// Takes findings one by one.
#[derive(Debug, Default)]
pub struct TrustBuilder {
    decided: BTreeMap<String, Vec<Decided>>,
}

impl TrustBuilder {
    /// Looks at one finding; what nobody decided, or is under appeal, counts for nothing.
    pub fn add(&mut self, finding: &Finding) {
        let Some((at, upheld)) = finding.upheld() else {
            return;
        };
        self.add_decided(&finding.hit.rule, at, &finding.fingerprint, upheld);
    }

    /// The same from what [`Finding::upheld`] said.
    pub fn add_decided(&mut self, rule: &str, at: DateTime<Utc>, fingerprint: &str, upheld: bool) {
        let decided = match self.decided.get_mut(rule) {
            Some(decided) => decided,
            None => self.decided.entry(rule.to_owned()).or_default(),
        };
        decided.push((at, fingerprint.to_owned(), upheld));
    }

    /// The records.
    pub fn finish(self) -> Trust {
        let records = self.decided.into_iter().map(|(rule, mut decided)| {
            decided.sort_unstable_by(|a, b| b.cmp(a));
            decided.truncate(Record::WINDOW);
            let record = Record {
                decided: decided.len(),
                upheld: decided.iter().filter(|(_, _, upheld)| *upheld).count(),
            };
            (rule, record)
        });
        Trust {
            records: records.collect(),
        }
    }
}

impl Trust {
    /// The record of a rule; `None` when nobody decided about any of its findings.
    pub fn record(&self, rule: &str) -> Option<Record> {
        self.records.get(rule).copied()
    }

    /// The record of a rule that lost its certainty.
    pub fn demotion(&self, rule: &str) -> Option<Record> {
        self.record(rule).filter(|record| record.is_demoted())
    }

    /// The rules that lost their certainty, in order.
    pub fn demoted(&self) -> Vec<&str> {
        let demoted = self.records.iter().filter(|(_, r)| r.is_demoted());
        demoted.map(|(rule, _)| rule.as_str()).collect()
    }

    /// Lets a finding of a demoted rule only ask, and say so.
    pub fn temper(&self, finding: &mut Finding) {
        let Some(record) = self.demotion(&finding.hit.rule) else {
            return;
        };
        if finding.hit.certainty > Certainty::Ask {
            finding.hit.certainty = Certainty::Ask;
            let said = format!("（{}）", record.said());
            finding.hit.message.push_str(&said);
        }
    }
}

impl Record {
    /// `本规则最近30次复核有8次是误报，已降为待核`.
    pub fn said(self) -> String {
        format!(
            "本规则最近{}次复核有{}次是误报，已降为待核",
            self.decided,
            self.decided - self.upheld
        )
    }
}

impl Finding {
    /// When the latest standing decision about the fault itself was taken, and whether it upheld the fault. A waiver tolerates a
    /// fault that is one; an appeal leaves the question open; what was confirmed on the strength of a sample, nobody has seen.
    pub fn upheld(&self) -> Option<(DateTime<Utc>, bool)> {
        let standing = self.standing_decisions();
        let latest: &Decision = standing.last()?;
        match latest.verdict {
            Verdict::Confirm | Verdict::Assign { .. } if standing.iter().any(|d| d.is_unseen()) => {
                None
            }
            Verdict::Confirm
            | Verdict::Assign { .. }
            | Verdict::Waive { .. }
            | Verdict::Claim
            | Verdict::Return => Some((latest.at, true)),
            Verdict::Dismiss => Some((latest.at, false)),
            Verdict::Appeal | Verdict::Release | Verdict::Note | Verdict::Undo => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Record;

    #[test]
    fn a_full_window_decides() {
        let demoted = |decided, upheld| Record { decided, upheld }.is_demoted();
        assert!(!demoted(29, 0), "too few decisions");
        assert!(!demoted(30, 27), "nine in ten is enough");
        assert!(demoted(30, 26));
    }
}
