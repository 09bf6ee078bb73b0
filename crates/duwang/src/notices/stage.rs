//! Stages of a reminder: who hears how many working days before or after the due day that a finding is still with its unit.

use super::Target;
use crate::register::Brief;
use chrono::NaiveDate;
use duwang_model::{Calendar, State, UnknownYear};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whose ears a stage is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rank {
    /// The unit that has to mend it.
    Unit,
    /// Who supervises.
    Supervisor,
    /// Who answers for the whole.
    Head,
}

/// One `[[stage]]` of `duwang.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Working days after the due day; before it when negative.
    pub days: i32,
    /// Who is told.
    pub to: Rank,
}

impl Stage {
    /// What holds unless `duwang.toml` says otherwise.
    pub fn usual() -> Vec<Self> {
        let stage = |days, to| Self { days, to };
        vec![
            stage(-2, Rank::Unit),
            stage(0, Rank::Unit),
            stage(1, Rank::Unit),
            stage(3, Rank::Supervisor),
            stage(5, Rank::Head),
        ]
    }

    /// The day from which on it holds for what is due then.
    fn day(self, due: NaiveDate, calendar: &Calendar) -> Result<NaiveDate, UnknownYear> {
        let days = self.days.unsigned_abs();
        match self.days {
            ..0 => calendar.before(due, days),
            _ => calendar.after(due, days),
        }
    }

    /// `已超期 3 个工作日`.
    pub(super) fn words(days: i32) -> String {
        match days {
            0 => "今天到期".to_owned(),
            ..0 => format!("{} 个工作日内到期", days.unsigned_abs()),
            _ => format!("已超期 {days} 个工作日"),
        }
    }
}

/// What a target was told of each finding: its due day then, and the days of the stage.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told(BTreeMap<String, (NaiveDate, i32)>);

impl Told {
    /// The findings a target must hear of today, by stage, none twice for one stage. When several stages have passed, only the latest is
    /// told. What is no longer with a unit is forgotten.
    pub(super) fn hear<'b>(
        &mut self,
        target: &Target,
        stages: &[Stage],
        briefs: &[&'b Arc<Brief>],
        today: NaiveDate,
        calendar: &Calendar,
    ) -> Result<BTreeMap<i32, Vec<&'b Arc<Brief>>>, UnknownYear> {
        let mut days: BTreeMap<NaiveDate, Option<i32>> = BTreeMap::new();
        let mut kept = BTreeMap::new();
        let mut news: BTreeMap<i32, Vec<&Arc<Brief>>> = BTreeMap::new();
        for brief in briefs.iter().filter(|b| b.state == State::Assigned) {
            let Some(due) = brief.due else { continue };
            let known = self.0.get(&brief.fingerprint).filter(|(d, _)| *d == due);
            if let Some(known) = known {
                kept.insert(brief.fingerprint.clone(), *known);
            }
            let reached = match days.get(&due) {
                Some(reached) => *reached,
                None => {
                    let reached = reached(stages, target.rank(), due, today, calendar)?;
                    days.insert(due, reached);
                    reached
                }
            };
            // A claim is looked into first.
            let Some(stage) = reached.filter(|_| !brief.claimed) else {
                continue;
            };
            if known.is_none_or(|(_, told)| *told < stage) {
                kept.insert(brief.fingerprint.clone(), (due, stage));
                news.entry(stage).or_default().push(*brief);
            }
        }
        self.0 = kept;
        Ok(news)
    }
}

/// The latest stage for this rank that holds today.
fn reached(
    stages: &[Stage],
    rank: Rank,
    due: NaiveDate,
    today: NaiveDate,
    calendar: &Calendar,
) -> Result<Option<i32>, UnknownYear> {
    let mut reached = None;
    for stage in stages.iter().filter(|s| s.to == rank) {
        if stage.day(due, calendar)? <= today {
            reached = reached.max(Some(stage.days));
        }
    }
    Ok(reached)
}
