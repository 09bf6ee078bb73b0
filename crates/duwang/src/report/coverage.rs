//! What the scans saw and what they did not: the part of a report that comes first.

use crate::view::{Names, mask_text, minute};
use duwang_model::{ChannelCoverage, Controls, NotSeen, OutcomeKind, Region, Scan};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Coverage of all channels in the scope.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    /// Every channel in the scope was read to its end.
    pub complete: bool,
    /// Pages seen, unchanged ones included.
    pub seen: usize,
    /// Page visits that saw nothing, by outcome.
    pub missed: Vec<Missed>,
    /// The channels, in the order of the units file.
    pub channels: Vec<ChannelLine>,
    /// What these scans missed of what is known to be there.
    #[serde(default)]
    pub controls: Controls,
}

/// Visits with one outcome.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// Outcome word.
    pub outcome: String,
    /// Its Chinese name.
    pub name: String,
    /// How many.
    pub count: usize,
}

/// Things that were not seen for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason<'a> {
    outcome: &'a str,
    why: &'a str,
    /// What was not seen.
    pub places: Vec<&'a str>,
}

impl Reason<'_> {
    /// The outcome's name and the reason: `被拦截：防火墙拦截（412）`.
    pub fn words(&self) -> String {
        let parts = [outcome_name(self.outcome), self.why];
        let told: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
        told.join("：")
    }
}

/// Coverage of one channel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChannelLine {
    /// Unit id.
    pub unit: String,
    /// Unit name.
    pub unit_name: String,
    /// Channel id.
    pub channel: String,
    /// Channel name.
    pub channel_name: String,
    /// The scan that speaks for it; `None`: no scan of the scope read it.
    pub scan: Option<String>,
    /// When that scan began, for people.
    pub at: String,
    /// Pages seen.
    pub seen: usize,
    /// Of these unchanged.
    pub unchanged: usize,
    /// Known pages left for a later day.
    pub carried: usize,
    /// Visits that saw nothing, by outcome.
    pub missed: Vec<Missed>,
    /// Every list was read to its end.
    pub complete: bool,
    /// What was not seen, with reasons.
    pub not_seen: Vec<NotSeen>,
    /// Exceptions that were made when the channel was read.
    pub notes: Vec<String>,
}

impl ChannelLine {
    /// How many visits saw nothing.
    pub fn missed_count(&self) -> usize {
        self.missed.iter().map(|m| m.count).sum()
    }

    /// Whether nothing was left unseen.
    pub fn is_whole(&self) -> bool {
        self.complete && self.missed_count() == 0 && self.not_seen.is_empty()
    }

    /// One phrase: everything seen, some pages not, lists not read to their end, or not read at all.
    pub fn verdict(&self) -> &'static str {
        match &self.scan {
            None => "没有读",
            Some(_) if self.is_whole() => "都已看到",
            Some(_) if self.complete => "有页面没看到",
            Some(_) => "没有读全",
        }
    }

    /// What was not seen, gathered by reason, the most frequent first.
    pub fn reasons(&self) -> Vec<Reason<'_>> {
        let mut reasons: Vec<Reason<'_>> = Vec::new();
        for gap in &self.not_seen {
            let known = reasons
                .iter_mut()
                .find(|r| r.outcome == gap.outcome && r.why == gap.reason);
            match known {
                Some(reason) => reason.places.push(&gap.what),
                None => reasons.push(Reason {
                    outcome: &gap.outcome,
                    why: &gap.reason,
                    places: vec![&gap.what],
                }),
            }
        }
        reasons.sort_by_key(|r| std::cmp::Reverse(r.places.len()));
        reasons
    }

    /// How many more were missed than are listed (the list is capped, the counts are not).
    pub fn unlisted(&self) -> usize {
        self.missed_count().saturating_sub(self.not_seen.len())
    }
}

impl Coverage {
    /// The statement for the channels of `units` (empty: all) by these scans, newest first: the newest scan of a channel speaks.
    pub fn of(scans: &[Scan], region: &Region, units: &[String]) -> Self {
        let names = Names::new(region);
        let mut lines: Vec<ChannelLine> = Vec::new();
        for channel in region.units.iter().flat_map(|u| &u.channels) {
            lines.push(line(scans, &channel.unit, &channel.id, &names));
        }
        for (unit, channel) in read_channels(scans) {
            if !lines.iter().any(|l| l.channel == channel) {
                lines.push(line(scans, &unit, &channel, &names));
            }
        }
        lines.retain(|l| units.is_empty() || units.contains(&l.unit));
        lines.sort_by(|a, b| names.rank(&a.unit).cmp(&names.rank(&b.unit)));
        Self {
            complete: lines.iter().all(|l| l.scan.is_some() && l.complete),
            seen: lines.iter().map(|l| l.seen).sum(),
            missed: sum(lines.iter().flat_map(|l| &l.missed)),
            controls: controls(scans, &lines),
            channels: lines,
        }
    }

    /// Channels with something unseen.
    pub fn gaps(&self) -> impl Iterator<Item = &ChannelLine> {
        self.channels.iter().filter(|l| !l.is_whole())
    }

    /// The first few of the same: those that were not read or not read to their end first, then by how much was missed.
    pub fn worst_gaps(&self, few: usize) -> Vec<&ChannelLine> {
        let mut gaps: Vec<&ChannelLine> = self.gaps().collect();
        gaps.sort_by_key(|l| (l.complete, std::cmp::Reverse(l.missed_count())));
        gaps.truncate(few);
        gaps
    }

    /// Channels of which everything was seen.
    pub fn whole(&self) -> usize {
        self.channels.iter().filter(|l| l.is_whole()).count()
    }

    /// How many visits saw nothing.
    pub fn missed_count(&self) -> usize {
        self.missed.iter().map(|m| m.count).sum()
    }
}

/// Of the scans that speak for some channel, each once.
fn controls(scans: &[Scan], lines: &[ChannelLine]) -> Controls {
    let speaks = |scan: &&Scan| lines.iter().any(|l| l.scan.as_ref() == Some(&scan.id));
    let summaries = scans
        .iter()
        .filter(speaks)
        .filter_map(|s| s.summary.as_ref());
    let mut sum = Controls::default();
    for controls in summaries.filter_map(|s| s.controls.as_ref()) {
        sum.join(controls);
    }
    sum
}

/// Channels of the scans' own statements: units files change, history does not.
fn read_channels(scans: &[Scan]) -> Vec<(String, String)> {
    let coverages = scans
        .iter()
        .filter_map(|s| s.summary.as_ref())
        .flat_map(|s| &s.channels);
    coverages
        .map(|c| (c.unit.clone(), c.channel.clone()))
        .collect()
}

fn line(scans: &[Scan], unit: &str, channel: &str, names: &Names) -> ChannelLine {
    let scan = scans.iter().find(|s| covers(s, channel));
    let coverage = scan.and_then(|s| statement(s, channel));
    let mut line = ChannelLine {
        unit: unit.to_owned(),
        unit_name: names.unit(unit).to_owned(),
        channel: channel.to_owned(),
        channel_name: names.channel(channel).to_owned(),
        scan: scan.map(|s| s.id.clone()),
        at: scan.map_or(String::new(), |s| minute(s.started)),
        seen: 0,
        unchanged: 0,
        carried: 0,
        missed: Vec::new(),
        complete: false,
        not_seen: Vec::new(),
        notes: Vec::new(),
    };
    match (scan, coverage) {
        (_, Some(coverage)) => fill(&mut line, coverage),
        (Some(_), None) => line.not_seen.push(unknown("本批次尚未读完，覆盖情况未知")),
        (None, None) if scans.is_empty() => line.not_seen.push(unknown("还没有读过")),
        (None, None) => line.not_seen.push(unknown("不在所选批次之内")),
    }
    line
}

fn covers(scan: &Scan, channel: &str) -> bool {
    scan.channels.iter().any(|c| c == channel) || statement(scan, channel).is_some()
}

fn statement<'a>(scan: &'a Scan, channel: &str) -> Option<&'a ChannelCoverage> {
    scan.summary
        .as_ref()?
        .channels
        .iter()
        .find(|c| c.channel == channel)
}

fn fill(line: &mut ChannelLine, coverage: &ChannelCoverage) {
    line.seen = coverage.seen;
    line.unchanged = coverage.unchanged;
    line.carried = coverage.carried;
    line.complete = coverage.complete;
    line.missed = sum(&missed(coverage));
    line.notes.clone_from(&coverage.notes);
    line.not_seen = coverage
        .not_seen
        .iter()
        .map(|n| NotSeen {
            what: mask_text(&n.what),
            outcome: n.outcome.clone(),
            reason: mask_text(&n.reason),
        })
        .collect();
}

fn missed(coverage: &ChannelCoverage) -> Vec<Missed> {
    let unseen = coverage.outcomes.iter().filter(|(word, _)| !is_seen(word));
    unseen
        .map(|(word, count)| Missed {
            outcome: word.clone(),
            name: outcome_name(word).to_owned(),
            count: *count,
        })
        .collect()
}

fn is_seen(word: &str) -> bool {
    matches!(word.parse(), Ok(OutcomeKind::Ok | OutcomeKind::Unchanged))
}

/// The Chinese name of an outcome word.
pub(crate) fn outcome_name(word: &str) -> &str {
    word.parse::<OutcomeKind>()
        .map_or(word, |kind| kind.chinese())
}

fn unknown(reason: &str) -> NotSeen {
    NotSeen {
        what: "整个渠道".to_owned(),
        outcome: String::new(),
        reason: reason.to_owned(),
    }
}

fn sum<'a>(missed: impl IntoIterator<Item = &'a Missed>) -> Vec<Missed> {
    let mut by_outcome: BTreeMap<&str, usize> = BTreeMap::new();
    for m in missed {
        *by_outcome.entry(&m.outcome).or_default() += m.count;
    }
    by_outcome
        .into_iter()
        .map(|(word, count)| Missed {
            outcome: word.to_owned(),
            name: outcome_name(word).to_owned(),
            count,
        })
        .collect()
}
