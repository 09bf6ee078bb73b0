//! One schedule: when, on which days, and what to run.

use croner::Cron;
use serde::{Deserialize, Deserializer, Serialize};
use std::str::FromStr as _;
use std::time::Duration;

/// On which days a schedule is due at all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Days {
    /// Every day the expression names.
    #[default]
    All,
    /// Days on which people work, exchanged Saturdays and Sundays too.
    Workday,
    /// Days on which they do not.
    Holiday,
}

/// What a schedule runs: a scan with these flags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Run {
    /// Only these units.
    pub unit: Vec<String>,
    /// Only these channels.
    pub channel: Vec<String>,
    /// Read everything again.
    pub full: bool,
    /// A spot check of so many pages a unit.
    pub sample: Option<usize>,
    /// Let `duwang worker` processes read.
    pub by_workers: bool,
}

/// A schedule as a person writes it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// Its name in lists and in the ledger.
    pub id: String,
    /// Minute, hour, day of month, month, day of week; in Asia/Shanghai.
    #[serde(deserialize_with = "cron")]
    pub cron: Cron,
    /// On which days.
    #[serde(default)]
    pub days: Days,
    /// Only within these guarded periods; empty: always.
    #[serde(default)]
    pub during: Vec<String>,
    /// Never within these.
    #[serde(default)]
    pub except: Vec<String>,
    /// Up to so much later, a different while at every run, so that not all offices start at the same second.
    #[serde(default, deserialize_with = "duration")]
    pub jitter: Duration,
    /// A run that was missed by no more than this is made up for, once; default a day.
    #[serde(default = "a_day", deserialize_with = "duration")]
    pub catch_up: Duration,
    /// What it runs.
    #[serde(default)]
    pub scan: Run,
}

fn a_day() -> Duration {
    Duration::from_secs(24 * 3600)
}

fn cron<'de, D: Deserializer<'de>>(from: D) -> Result<Cron, D::Error> {
    let text = String::deserialize(from)?;
    if text.split_whitespace().count() != 5 {
        let why = format!("cron = \"{text}\" 要写五段：分 时 日 月 周，例如 \"30 2 * * 1-5\"");
        return Err(serde::de::Error::custom(why));
    }
    Cron::from_str(&text)
        .map_err(|e| serde::de::Error::custom(format!("cron = \"{text}\" 看不懂（{e}）")))
}

fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    humantime::parse_duration(&text)
        .map_err(|_| serde::de::Error::custom(format!("“{text}”不是时长，可写 10m、2h")))
}
