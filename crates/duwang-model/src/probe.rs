//! A probe 抽样: findings of one rule are confirmed all at once only after a person looked at a random sample of them, one by one.
//!
//! ```text
//! draw ─▶ Looking ─▶ Passed ─▶ Done      every sampled finding was confirmed by the one who drew
//!            └─────▶ Failed              one of them was no fault: the rest must be looked at too
//! ```
//! What is confirmed on the strength of a sample nobody has seen; it says so in its history and proves nothing about the rule.

use crate::{Certainty, Decision, Finding, State, Verdict};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;

/// A sample and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// Its id.
    pub id: String,
    /// The rule of all its findings: a sample of one rule vouches for no other.
    pub rule: String,
    /// Who drew it; nobody else's looking counts.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
    /// What the draw depends on, besides the findings.
    pub seed: String,
    /// Fingerprints of everything the sample stands for.
    pub all: Vec<String>,
    /// Fingerprints of the sample, in the order of the draw.
    pub sample: Vec<String>,
    /// Those of the sample that were confirmed one by one.
    looked: Vec<String>,
    /// The one that was no fault.
    failed: Option<String>,
    /// When the rest was confirmed.
    pub done: Option<DateTime<Utc>>,
}

/// How a probe stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// So many of the sample are still to be looked at.
    Looking(usize),
    /// This one of the sample was not confirmed.
    Failed(String),
    /// The rest may be confirmed.
    Passed,
    /// The rest was confirmed then.
    Done(DateTime<Utc>),
    /// It was drawn too long ago: pages change.
    Stale,
}

impl Probe {
    /// Fewer findings are looked at one by one.
    pub const LEAST: usize = 10;
    /// More are not confirmed at once.
    pub const MOST: usize = 2_000;
    /// A sample is good for so many hours.
    const HOURS: i64 = 12;
    /// A rule that failed is looked at one by one for so many days.
    const BARRED_DAYS: i64 = 7;

    /// How many of so many are looked at: a tenth, five at least and twenty at most.
    pub fn sample_size(of: usize) -> usize {
        of.div_ceil(10).clamp(5, 20)
    }

    /// Draws from these fingerprints; `None` when there are too few or too many. The order in which they come does not matter.
    pub fn draw(
        id: String,
        rule: String,
        by: String,
        at: DateTime<Utc>,
        seed: String,
        mut all: Vec<String>,
    ) -> Option<Self> {
        all.sort();
        all.dedup();
        if !(Self::LEAST..=Self::MOST).contains(&all.len()) {
            return None;
        }
        let mut drawn: Vec<(String, &String)> = all.iter().map(|f| (lot(&seed, f), f)).collect();
        drawn.sort();
        let size = Self::sample_size(all.len());
        let sample = drawn
            .into_iter()
            .take(size)
            .map(|(_, f)| f.clone())
            .collect();
        Some(Self {
            id,
            rule,
            by,
            at,
            seed,
            all,
            sample,
            looked: Vec::new(),
            failed: None,
            done: None,
        })
    }

    /// Takes note of a decision about one finding of the sample, taken by itself and after having seen it.
    pub fn look(&mut self, fingerprint: &str, verdict: &Verdict, by: &str) {
        if by != self.by || !self.sample.iter().any(|f| f == fingerprint) {
            return;
        }
        match verdict {
            Verdict::Confirm | Verdict::Assign { .. } => {
                self.looked.retain(|f| f != fingerprint);
                self.looked.push(fingerprint.to_owned());
            }
            Verdict::Undo => self.looked.retain(|f| f != fingerprint),
            Verdict::Dismiss | Verdict::Waive { .. } => {
                self.failed.get_or_insert_with(|| fingerprint.to_owned());
            }
            _ => {}
        }
    }

    /// Whether this one was looked at and confirmed.
    pub fn has_looked(&self, fingerprint: &str) -> bool {
        self.looked.iter().any(|f| f == fingerprint)
    }

    /// How it stands, given the findings of the sample as they are now.
    pub fn standing(&self, sampled: &[Finding], now: DateTime<Utc>) -> Standing {
        if let Some(at) = self.done {
            return Standing::Done(at);
        }
        let is_no_fault = |f: &&Finding| matches!(f.state, State::Dismissed | State::Waived);
        let judged = sampled.iter().find(is_no_fault).map(|f| &f.fingerprint);
        if let Some(fingerprint) = self.failed.as_ref().or(judged) {
            return Standing::Failed(fingerprint.clone());
        }
        if now - self.at > Duration::hours(Self::HOURS) {
            return Standing::Stale;
        }
        let is_upheld = |fingerprint: &String| {
            let mut same = sampled.iter().filter(|f| f.fingerprint == *fingerprint);
            self.has_looked(fingerprint) && same.any(|f| !f.is_waiting())
        };
        match self.sample.iter().filter(|f| !is_upheld(f)).count() {
            0 => Standing::Passed,
            left => Standing::Looking(left),
        }
    }

    /// Fingerprints of what the sample stands for and was not drawn.
    pub fn rest(&self) -> impl Iterator<Item = &String> {
        let sample: HashSet<&String> = self.sample.iter().collect();
        self.all.iter().filter(move |f| !sample.contains(f))
    }

    /// Whether a finding of the rest may still be confirmed unseen: nobody has decided it, and its rule is still sure.
    pub fn vouches_for(&self, finding: &Finding, certainty: Certainty) -> bool {
        finding.hit.rule == self.rule
            && certainty == Certainty::Certain
            && finding.present
            && finding.is_waiting()
    }

    /// The reason that stands with everything confirmed on the strength of this sample.
    pub fn reason(&self) -> String {
        format!(
            "{MARK} {}：随机抽看 {} 处均属实，据此确认，本处未逐条看过",
            self.id,
            self.sample.len()
        )
    }

    /// Until when the rule is to be looked at one by one, as long as this finding of the sample is still held to be no fault.
    pub fn bars_until(&self, failed: &Finding) -> Option<DateTime<Utc>> {
        (failed.state == State::Dismissed).then(|| self.at + Duration::days(Self::BARRED_DAYS))
    }

    /// The finding of the sample that failed.
    pub fn failed(&self) -> Option<&str> {
        self.failed.as_deref()
    }
}

/// Begins the reason of what was confirmed on the strength of a sample.
const MARK: &str = "抽样确认";

impl Decision {
    /// Whether it rests on a sample and not on having seen this finding.
    pub fn is_unseen(&self) -> bool {
        self.verdict == Verdict::Confirm && self.reason.starts_with(MARK)
    }
}

impl Finding {
    /// Whether nobody decided it since it was found.
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, State::Open | State::Reopened)
    }
}

/// Where a finding comes in the draw: hex of SHA-256 over the seed and its fingerprint, so that anybody can draw again.
fn lot(seed: &str, fingerprint: &str) -> String {
    let hash = Sha256::digest(format!("{seed}{fingerprint}"));
    hash.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use chrono::TimeZone as _;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 9, 23, 12, 0, 0).unwrap()
    }

    fn all(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("{n:032x}")).collect()
    }

    fn drawn(count: usize, seed: &str) -> Option<Probe> {
        let (rule, by) = ("typo/pairs".to_owned(), "演示复核员".to_owned());
        Probe::draw("p".to_owned(), rule, by, now(), seed.to_owned(), all(count))
    }

    #[test]
    fn the_same_seed_draws_the_same_in_any_order() {
        let one = drawn(100, "a").unwrap();
        let mut turned = all(100);
        turned.reverse();
        let two = Probe::draw(
            one.id.clone(),
            one.rule.clone(),
            one.by.clone(),
            one.at,
            one.seed.clone(),
            turned,
        );
        assert_eq!(Some(&one), two.as_ref());
        assert_ne!(one.sample, drawn(100, "b").unwrap().sample);
        assert_eq!(one.sample.len() + one.rest().count(), 100);
    }

    #[test]
    fn a_tenth_is_drawn_five_at_least_and_twenty_at_most() {
        let size = |count| drawn(count, "a").map(|p| p.sample.len());
        assert_eq!(size(9), None);
        assert_eq!(size(10), Some(5));
        assert_eq!(size(51), Some(6));
        assert_eq!(size(2_000), Some(20));
        assert_eq!(size(2_001), None);
    }

    #[test]
    fn only_the_one_who_drew_can_look() {
        let mut probe = drawn(10, "a").unwrap();
        let first = probe.sample[0].clone();
        let outside = probe.rest().next().unwrap().clone();
        probe.look(&first, &Verdict::Confirm, "演示监督员");
        probe.look(&outside, &Verdict::Confirm, "演示复核员");
        assert!(!probe.has_looked(&first) && !probe.has_looked(&outside));
        probe.look(&first, &Verdict::Confirm, "演示复核员");
        assert!(probe.has_looked(&first));
        probe.look(&first, &Verdict::Undo, "演示复核员");
        assert!(!probe.has_looked(&first));
        probe.look(&first, &Verdict::Dismiss, "演示复核员");
        assert_eq!(probe.failed(), Some(first.as_str()));
        assert_eq!(probe.standing(&[], now()), Standing::Failed(first));
    }
}
