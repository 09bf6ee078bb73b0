//! What a scan saw, and what it did not see and why: the honest half of every report.

use crate::{Outcome, OutcomeKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

    /// Counts one page visit; what was not seen is listed up to 200 entries.
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

    /// Lists something that was not seen without counting a page.
    pub fn miss(&mut self, what: &str, outcome: &Outcome) {
        if self.not_seen.len() < 200 {
            self.not_seen.push(NotSeen {
                what: what.to_owned(),
                outcome: outcome.kind.word().to_owned(),
                reason: outcome.reason.clone(),
            });
        }
    }
}
