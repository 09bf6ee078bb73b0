//! What probes say of a site. A site is called unavailable only on ground that was seen: when our own network was down, nobody is blamed,
//! and a single failure is looked at once more before anybody is told.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What one look at a site gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// It answered within the limit.
    Up,
    /// It answered with an error, or not at all.
    Down,
    /// Neither this site nor the control targets answered: we were not there.
    OurNetwork,
    /// It would not be looked at by us (robots.txt, a firewall): that says nothing about others.
    NoWord,
}

/// One look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// When.
    pub at: DateTime<Utc>,
    /// What was seen.
    pub seen: Seen,
    /// HTTP status; 0 when there was none.
    pub status: u16,
    /// How long the answer took, in milliseconds.
    pub took: u32,
}

/// What one look means, given the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All is well, or nothing can be said.
    Quiet,
    /// It failed for the first time: look again soon before anybody is told.
    LookAgain,
    /// It failed twice in a row: tell.
    Alarm,
    /// It is there again after an alarm.
    Over,
}

impl Seen {
    /// Whether it says something about the site.
    pub fn counts(self) -> bool {
        matches!(self, Self::Up | Self::Down)
    }
}

/// Judges the latest look by the ones before it (oldest first). Looks that say nothing count for nothing.
pub fn verdict(earlier: &[Probe], latest: &Probe) -> Verdict {
    let mut before = earlier
        .iter()
        .rev()
        .filter(|p| p.seen.counts())
        .map(|p| p.seen);
    match (latest.seen, before.next(), before.next()) {
        (Seen::OurNetwork | Seen::NoWord, _, _) => Verdict::Quiet,
        (Seen::Down, Some(Seen::Down), Some(Seen::Down)) => Verdict::Quiet, // told already
        (Seen::Down, Some(Seen::Down), _) => Verdict::Alarm,
        (Seen::Down, _, _) => Verdict::LookAgain,
        (Seen::Up, Some(Seen::Down), Some(Seen::Down)) => Verdict::Over,
        (Seen::Up, _, _) => Verdict::Quiet,
    }
}

/// One day of a site: the ratio never goes without its count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// The day in China.
    pub day: NaiveDate,
    /// Looks that say something.
    pub looks: u32,
    /// Of these, answered.
    pub up: u32,
    /// Looks that say nothing: our own network was down, or we were refused.
    pub lost: u32,
}

impl Day {
    /// A day without looks.
    pub fn new(day: NaiveDate) -> Self {
        Self {
            day,
            looks: 0,
            up: 0,
            lost: 0,
        }
    }

    /// Counts one look.
    pub fn add(&mut self, seen: Seen) {
        match seen {
            Seen::Up => {
                self.looks += 1;
                self.up += 1;
            }
            Seen::Down => self.looks += 1,
            Seen::OurNetwork | Seen::NoWord => self.lost += 1,
        }
    }

    /// Adds another day's looks.
    pub fn join(&mut self, other: &Self) {
        self.looks += other.looks;
        self.up += other.up;
        self.lost += other.lost;
    }

    /// Answered per hundred looks; `None` with fewer than twenty: too few to judge a day by.
    pub fn percent(&self) -> Option<f64> {
        (self.looks >= 20).then(|| f64::from(self.up) * 100.0 / f64::from(self.looks))
    }
}
