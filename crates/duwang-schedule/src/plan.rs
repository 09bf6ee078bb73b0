//! All schedules with the calendar they keep to.

use crate::{Days, Guard, Schedule};
use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Utc};
use duwang_model::Calendar;
use serde::Deserialize;
use std::collections::BTreeSet;

/// A plan looks no further ahead than this: an expression that is never due must not be searched for ever.
const HORIZON: usize = 5_000;
/// So many missed runs are counted; more are "at least so many".
const COUNTED: usize = 1_000;

/// Why a plan cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The file is not understood.
    #[error("{0}")]
    Unreadable(#[from] toml::de::Error),
    /// It contradicts itself.
    #[error("{0}")]
    Contradiction(String),
    /// The calendar lacks a year.
    #[error("计划“{id}”按工作日执行，但{why}")]
    UnknownYear {
        /// The schedule.
        id: String,
        /// What is missing, in Chinese.
        why: String,
    },
}

/// What is to be done about a schedule now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// Nothing before this moment; `None`: never again.
    Later(Option<DateTime<Utc>>),
    /// The run planned for this moment, now. So many earlier ones were missed and are not made up for.
    Now {
        /// What it was planned for, before jitter.
        planned: DateTime<Utc>,
        /// Missed before it.
        missed: usize,
    },
    /// The last run planned was missed by too much: leave it out, and go on from `planned`.
    TooLate {
        /// The last one missed.
        planned: DateTime<Utc>,
        /// How many in all.
        missed: usize,
    },
}

/// Schedules, guarded periods and the calendar.
#[derive(Debug, Clone)]
pub struct Plan {
    schedules: Vec<Schedule>,
    guards: Vec<Guard>,
    calendar: Calendar,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    schedule: Vec<Schedule>,
    #[serde(default)]
    guard: Vec<Guard>,
}

impl Plan {
    /// Reads `[[schedule]]` and `[[guard]]` tables.
    pub fn parse(text: &str, calendar: Calendar) -> Result<Self, PlanError> {
        let file: File = toml::from_str(text)?;
        let plan = Self {
            schedules: file.schedule,
            guards: file.guard,
            calendar,
        };
        plan.prove()?;
        Ok(plan)
    }

    fn prove(&self) -> Result<(), PlanError> {
        let fail = |why: String| Err(PlanError::Contradiction(why));
        let mut ids = BTreeSet::new();
        for schedule in &self.schedules {
            if schedule.id.trim().is_empty() || !ids.insert(&schedule.id) {
                return fail(format!("计划的 id“{}”是空的或写了两次", schedule.id));
            }
            for name in schedule.during.iter().chain(&schedule.except) {
                if !self.guards.iter().any(|g| g.name == *name) {
                    return fail(format!(
                        "计划“{}”提到的时段“{name}”没有 [[guard]]",
                        schedule.id
                    ));
                }
            }
        }
        match self.guards.iter().find(|g| g.until < g.from) {
            Some(guard) => fail(format!("时段“{}”的 until 早于 from", guard.name)),
            None => Ok(()),
        }
    }

    /// Every schedule, in file order.
    pub fn schedules(&self) -> &[Schedule] {
        &self.schedules
    }

    /// The first moment after `after` for which a schedule plans a run, before jitter; `None`: never again.
    pub fn next(
        &self,
        schedule: &Schedule,
        after: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, PlanError> {
        let mut at = shanghai(after);
        for _ in 0..HORIZON {
            let Ok(found) = schedule.cron.find_next_occurrence(&at, false) else {
                return Ok(None);
            };
            if self.fits(schedule, found.date_naive())? {
                return Ok(Some(found.to_utc()));
            }
            at = found;
        }
        Ok(None)
    }

    /// When the run planned for a moment starts: after a while that looks random and is always the same for this moment.
    pub fn start(schedule: &Schedule, planned: DateTime<Utc>) -> DateTime<Utc> {
        let most = schedule.jitter.as_secs();
        if most == 0 {
            return planned;
        }
        let seed = planned.timestamp().unsigned_abs();
        let mixed = schedule.id.bytes().fold(seed, |h, b| {
            (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
        });
        let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let later = (mixed >> 16) % (most + 1);
        planned + TimeDelta::seconds(i64::try_from(later).unwrap_or(0))
    }

    /// What is due `now`, when everything planned up to `handled` has been dealt with. Of several missed runs only the last is made
    /// up for: a scan done twice in a row finds nothing more.
    pub fn due(
        &self,
        schedule: &Schedule,
        handled: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Due, PlanError> {
        let Some(mut planned) = self.next(schedule, handled)? else {
            return Ok(Due::Later(None));
        };
        if Self::start(schedule, planned) > now {
            return Ok(Due::Later(Some(Self::start(schedule, planned))));
        }
        let mut missed = 0;
        while let Some(next) = self.next(schedule, planned)? {
            if Self::start(schedule, next) > now {
                break;
            }
            planned = next;
            missed = (missed + 1).min(COUNTED);
        }
        let late = now - Self::start(schedule, planned);
        let is_too_late = late.to_std().is_ok_and(|late| late > schedule.catch_up);
        Ok(match is_too_late {
            true => Due::TooLate {
                planned,
                missed: missed + 1,
            },
            false => Due::Now { planned, missed },
        })
    }

    fn fits(&self, schedule: &Schedule, day: NaiveDate) -> Result<bool, PlanError> {
        let within = |name: &String| {
            let mut named = self.guards.iter().filter(|g| g.name == *name);
            named.any(|g| g.holds(day))
        };
        if !schedule.during.is_empty() && !schedule.during.iter().any(within) {
            return Ok(false);
        }
        if schedule.except.iter().any(within) {
            return Ok(false);
        }
        let is_workday = || {
            let known = self.calendar.is_workday(day);
            known.map_err(|unknown| PlanError::UnknownYear {
                id: schedule.id.clone(),
                why: unknown.to_string(),
            })
        };
        match schedule.days {
            Days::All => Ok(true),
            Days::Workday => is_workday(),
            Days::Holiday => is_workday().map(|workday| !workday),
        }
    }
}

/// China has had one time zone and no clock changes since 1991.
fn shanghai(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    match FixedOffset::east_opt(8 * 3600) {
        Some(zone) => at.with_timezone(&zone),
        None => at.fixed_offset(),
    }
}
