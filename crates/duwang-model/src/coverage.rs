//! What a scan saw, and what it did not see and why: the honest half of every report.

use crate::{Outcome, OutcomeKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most gaps listed of one channel, but for rare ones.
const LISTED: usize = 200;
/// Gaps of one reason that are listed even when the list is full.
const RARE: usize = 20;

/// Coverage of one channel in one scan.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ChannelCoverage {
    /// Unit id.
    pub unit: String,
    /// Channel id.
    pub channel: String,
    /// Pages whose content was seen in this scan (`unchanged` ones included).
    pub seen: usize,
    /// Of these, how many had not changed.
    pub unchanged: usize,
    /// Known pages left for a later day by the rolling schedule.
    #[serde(default)]
    pub carried: usize,
    /// Count by outcome word.
    pub outcomes: BTreeMap<String, usize>,
    /// Every list was read to its end and its stated total was met.
    pub complete: bool,
    /// None of its entries could be read this time: nobody knows what is new there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub closed: bool,
    /// What was not seen, with reasons; capped, the counts above are not.
    pub not_seen: Vec<NotSeen>,
    /// What a reader must know of how the channel was read, in Chinese: exceptions that were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// One thing that was not seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotSeen {
    /// URL, or a phrase such as `列表 … 第 3 页之后`.
    pub what: String,
    /// Outcome word.
    pub outcome: String,
    /// Why, in Chinese.
    pub reason: String,
}

impl ChannelCoverage {
    /// An empty statement for a channel.
    pub fn new(unit: impl Into<String>, channel: impl Into<String>) -> Self {
        Self {
            unit: unit.into(),
            channel: channel.into(),
            complete: true,
            ..Self::default()
        }
    }

    /// Counts one page visit; what was not seen is listed up to about 200 entries.
    pub fn count(&mut self, url: &str, outcome: &Outcome) {
        *self
            .outcomes
            .entry(outcome.kind.word().to_owned())
            .or_default() += 1;
        if outcome.is_seen() {
            self.seen += 1;
            self.unchanged += usize::from(outcome.kind == OutcomeKind::Unchanged);
        } else {
            self.miss(url, outcome);
        }
    }

    /// Lists something that was not seen without counting a page. When the list is full, a reason that is still rare is listed all the same:
    /// a list that fell short must not be hidden by a thousand dead pages.
    pub fn miss(&mut self, what: &str, outcome: &Outcome) {
        let is_rare = || {
            let alike = |n: &&NotSeen| n.reason == outcome.reason;
            self.not_seen.iter().filter(alike).count() < RARE
        };
        let listed = self.not_seen.len();
        if listed < LISTED || (listed < LISTED * 5 && is_rare()) {
            self.not_seen.push(NotSeen {
                what: what.to_owned(),
                outcome: outcome.kind.word().to_owned(),
                reason: outcome.reason.clone(),
            });
        }
    }

    /// How much was not seen: visits that saw nothing and other gaps, those beyond the list too.
    pub fn unseen(&self) -> usize {
        let visits: usize = self.outcomes.values().sum();
        visits.saturating_sub(self.seen).max(self.not_seen.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rare_gap_is_listed_beside_a_thousand_alike() {
        let mut coverage = ChannelCoverage::new("qingshi", "qs-web");
        coverage.count("http://a/", &Outcome::ok());
        let dead = Outcome::new(OutcomeKind::Missing, "404");
        for n in 0..5_000 {
            coverage.count(&format!("http://a/{n}"), &dead);
        }
        coverage.miss(
            "列表 通知公告",
            &Outcome::new(OutcomeKind::Unread, "未读到末页"),
        );
        let last = coverage.not_seen.last().map(|n| n.what.as_str());
        assert_eq!(last, Some("列表 通知公告"));
        assert_eq!((coverage.not_seen.len(), coverage.unseen()), (201, 5_000));
    }
}
