//! Trends: open findings by unit and week, how old they are, and what comes back.
//!
//! They are reckoned from when each finding was first seen and when it ended, so that no counts need be kept. A fault that was fixed for
//! a while and came back counts as open all along: when it was away is not remembered. What was a false alarm never counts.

use crate::clock::{day, shanghai};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use duwang_model::{Category, Finding, Scan, State, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// At most so many weeks are shown.
const WEEKS: usize = 12;
/// Shades of the heat map besides none.
const SHADES: usize = 5;
/// Days up to which a finding belongs to an age, and its name.
const AGES: [(Option<u64>, &str); 4] = [
    (Some(7), "7 天以内"),
    (Some(30), "8 到 30 天"),
    (Some(90), "31 到 90 天"),
    (None, "90 天以上"),
];

/// What trends ask of findings that are alike.
#[derive(Debug, Clone, Copy)]
pub struct Life<'a> {
    /// How many they are.
    pub count: usize,
    /// Unit id.
    pub unit: &'a str,
    /// Field of duty.
    pub category: Category,
    /// First seen.
    pub from: DateTime<Utc>,
    /// When it was proved gone or waived; `None` while it is open.
    pub until: Option<DateTime<Utc>>,
    /// How often each came back.
    pub comebacks: u32,
}

/// The trends of a region.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trends {
    /// From the week of the first reading on.
    pub weeks: Vec<Week>,
    /// Open findings at the end of each week.
    pub units: Vec<UnitWeeks>,
    /// The same over all units.
    pub sums: Vec<usize>,
    /// Open findings by age.
    pub ages: Vec<Bar>,
    /// Categories by how often their findings came back, the most first.
    pub causes: Vec<Bar>,
}

/// One week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Week {
    /// Its Monday.
    pub monday: NaiveDate,
    /// Whether anything was read in it; without a reading the numbers are those of the week before.
    pub read: bool,
}

/// One row of the heat map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitWeeks {
    /// The unit's name.
    pub name: String,
    /// One cell a week.
    pub cells: Vec<Cell>,
}

/// One cell of the heat map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Whether a page of the unit was seen in this week.
    pub seen: bool,
    /// Whether one was seen in this week or before: without, nothing is known, which is not the same as no findings.
    pub known: bool,
    /// Open findings.
    pub count: usize,
    /// From 0, none, to 5, the most of all units and weeks.
    pub shade: usize,
}

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bar {
    /// What is counted.
    pub name: String,
    /// How many.
    pub count: usize,
    /// Percent of the longest bar.
    pub length: usize,
}

/// What was read when.
#[derive(Debug, Default)]
pub struct Readings<'s> {
    /// When each finished scan began, by id.
    began: HashMap<&'s str, DateTime<Utc>>,
    /// When whole channels were read, not only single pages to prove a claim.
    whole: Vec<DateTime<Utc>>,
    /// When pages of a unit were seen.
    seen: HashMap<&'s str, Vec<DateTime<Utc>>>,
}

impl<'s> Readings<'s> {
    /// Of the finished ones of these scans.
    pub fn of(scans: &'s [Scan]) -> Self {
        let mut readings = Self::default();
        for scan in scans.iter().filter(|s| s.finished.is_some()) {
            readings.began.insert(&scan.id, scan.started);
            if !scan.is_reading() {
                continue;
            }
            readings.whole.push(scan.started);
            let channels = scan.summary.iter().flat_map(|s| &s.channels);
            for channel in channels.filter(|c| c.seen > 0) {
                let seen = readings.seen.entry(&channel.unit).or_default();
                seen.push(scan.started);
            }
        }
        readings
    }

    /// When the scan with this id began.
    pub fn began(&self, scan: &str) -> Option<DateTime<Utc>> {
        self.began.get(scan).copied()
    }

    /// Whether a page of a unit was seen in a week, and whether one was in it or before.
    fn of_unit(&self, unit: &str, week: &Week) -> (bool, bool) {
        let seen = self.seen.get(unit).map_or(&[][..], Vec::as_slice);
        let mondays = || seen.iter().map(|at| monday(day(*at)));
        let now = mondays().any(|monday| monday == week.monday);
        (now, mondays().any(|monday| monday <= week.monday))
    }
}

/// When a finding that is not open any more ended: waived by a person, or closed by a scan.
pub fn ended(
    state: State,
    waived: Option<DateTime<Utc>>,
    closed: Option<DateTime<Utc>>,
    last_seen: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    match state {
        State::Waived => Some(waived.unwrap_or(last_seen)),
        State::Fixed => Some(closed.unwrap_or(last_seen)),
        _ => None,
    }
}

/// When it was last waived.
pub fn waived(finding: &Finding) -> Option<DateTime<Utc>> {
    let mut decisions = finding.decisions.iter().rev();
    let waiver = decisions.find(|d| matches!(d.verdict, Verdict::Waive { .. }));
    waiver.map(|d| d.at)
}

impl<'a> Life<'a> {
    /// `None` for a false alarm.
    pub fn of(finding: &'a Finding, readings: &Readings<'_>) -> Option<Self> {
        let closed = readings.began(&finding.scan);
        (finding.state != State::Dismissed).then(|| Self {
            count: 1,
            unit: &finding.unit,
            category: finding.hit.category,
            from: finding.first_seen,
            until: ended(finding.state, waived(finding), closed, finding.last_seen),
            comebacks: finding.reopened,
        })
    }

    fn is_open_at(&self, at: DateTime<Utc>) -> bool {
        self.from <= at && self.until.is_none_or(|until| until > at)
    }
}

impl Trends {
    /// The trends of these units (id and name) up to a moment.
    pub fn of(
        lives: &[Life<'_>],
        readings: &Readings<'_>,
        units: &[(String, String)],
        now: DateTime<Utc>,
    ) -> Self {
        let weeks = weeks(readings, now);
        let ends: Vec<DateTime<Utc>> = weeks.iter().map(|w| end_of(w.monday, now)).collect();
        let (counts, sums) = open_at(lives, &ends, units);
        let most = counts.iter().flatten().max().copied().unwrap_or(0);
        let row = |((id, name), counts): (&(String, String), Vec<usize>)| UnitWeeks {
            name: name.clone(),
            cells: weeks
                .iter()
                .zip(counts)
                .map(|(week, count)| Cell::of(count, most, readings.of_unit(id, week)))
                .collect(),
        };
        Self {
            sums,
            units: units.iter().zip(counts).map(row).collect(),
            ages: ages(lives, now),
            causes: causes(lives),
            weeks,
        }
    }

    /// Whether there is anything to compare.
    pub fn is_telling(&self) -> bool {
        self.weeks.len() > 1
    }
}

/// Open findings of each unit, and of all, at each of these moments: one walk over many findings.
fn open_at(
    lives: &[Life<'_>],
    ends: &[DateTime<Utc>],
    units: &[(String, String)],
) -> (Vec<Vec<usize>>, Vec<usize>) {
    let ids = units.iter().map(|(id, _)| id.as_str());
    let rows: HashMap<&str, usize> = ids.zip(0..).collect();
    let mut counts = vec![vec![0; ends.len()]; units.len()];
    let mut sums = vec![0; ends.len()];
    for life in lives {
        let mut row = rows.get(life.unit).and_then(|at| counts.get_mut(*at));
        for (week, end) in ends.iter().enumerate() {
            if life.is_open_at(*end) {
                sums[week] += life.count;
                if let Some(row) = &mut row {
                    row[week] += life.count;
                }
            }
        }
    }
    (counts, sums)
}

impl Week {
    /// `9月7日`.
    pub fn name(&self) -> String {
        format!("{}月{}日", self.monday.month(), self.monday.day())
    }
}

impl Cell {
    fn of(count: usize, most: usize, (seen, known): (bool, bool)) -> Self {
        let shade = match most {
            0 => 0,
            most => (count * SHADES).div_ceil(most),
        };
        Self {
            seen,
            known,
            count,
            shade,
        }
    }
}

/// The weeks from the first reading up to now, the latest ones.
fn weeks(readings: &Readings<'_>, now: DateTime<Utc>) -> Vec<Week> {
    let read: Vec<NaiveDate> = readings
        .whole
        .iter()
        .filter(|at| **at <= now)
        .map(|at| monday(day(*at)))
        .collect();
    let Some(first) = read.iter().min().copied() else {
        return Vec::new();
    };
    let mut weeks = Vec::new();
    let mut at = Some(monday(day(now)));
    while let Some(monday) = at.filter(|at| *at >= first && weeks.len() < WEEKS) {
        weeks.push(Week {
            monday,
            read: read.contains(&monday),
        });
        at = monday.checked_sub_days(Days::new(7));
    }
    weeks.reverse();
    weeks
}

fn monday(day: NaiveDate) -> NaiveDate {
    let since = u64::from(day.weekday().num_days_from_monday());
    day.checked_sub_days(Days::new(since)).unwrap_or(day)
}

/// Midnight in China after the week's Sunday; now, in the week that runs.
fn end_of(monday: NaiveDate, now: DateTime<Utc>) -> DateTime<Utc> {
    let next = monday.checked_add_days(Days::new(7)).unwrap_or(monday);
    midnight(next, now).map_or(now, |end| end.min(now))
}

/// A moment of a day in China that lies on the same side of every midnight as any other moment of it.
pub fn within(day: NaiveDate) -> DateTime<Utc> {
    let first = midnight(day, DateTime::UNIX_EPOCH).unwrap_or(DateTime::UNIX_EPOCH);
    first + chrono::Duration::microseconds(1)
}

/// The first moment of a day in China.
fn midnight(day: NaiveDate, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let zone = *shanghai(now).offset();
    let first = day.and_time(chrono::NaiveTime::MIN);
    let first = first.and_local_timezone(zone).earliest();
    first.map(|first| first.to_utc())
}

fn ages(lives: &[Life<'_>], now: DateTime<Utc>) -> Vec<Bar> {
    // The moments are reckoned once: a hundred thousand civil days would be most of the work.
    let firsts = AGES.map(|(most, _)| {
        let first = most.and_then(|most| day(now).checked_sub_days(Days::new(most)));
        let first = first.and_then(|first| midnight(first, now));
        first.unwrap_or(DateTime::<Utc>::MIN_UTC)
    });
    let mut counts = [0; AGES.len()];
    for life in lives.iter().filter(|l| l.is_open_at(now)) {
        let age = firsts.iter().position(|first| life.from >= *first);
        if let Some(count) = age.and_then(|age| counts.get_mut(age)) {
            *count += life.count;
        }
    }
    bars(AGES.iter().map(|(_, name)| (*name).to_owned()).zip(counts))
}

fn causes(lives: &[Life<'_>]) -> Vec<Bar> {
    let mut counts: BTreeMap<Category, usize> = BTreeMap::new();
    for life in lives.iter().filter(|l| l.comebacks > 0) {
        *counts.entry(life.category).or_default() += life.count * life.comebacks as usize;
    }
    let mut counts: Vec<(Category, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    bars(
        counts
            .into_iter()
            .map(|(c, count)| (c.chinese().to_owned(), count)),
    )
}

fn bars(counts: impl Iterator<Item = (String, usize)>) -> Vec<Bar> {
    let counts: Vec<(String, usize)> = counts.collect();
    let most = counts.iter().map(|(_, n)| *n).max().unwrap_or(0).max(1);
    let bar = |(name, count): (String, usize)| Bar {
        name,
        count,
        length: (count * 100).div_ceil(most),
    };
    counts.into_iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use chrono::{Duration, TimeZone as _};

    /// Wednesday, 23 September 2026, in the evening.
    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 9, 23, 12, 0, 0).unwrap()
    }

    fn ago(days: i64) -> DateTime<Utc> {
        now() - Duration::days(days)
    }

    fn life(unit: &'static str, from: i64, until: Option<i64>, comebacks: u32) -> Life<'static> {
        Life {
            count: 1,
            unit,
            category: Category::Typo,
            from: ago(from),
            until: until.map(ago),
            comebacks,
        }
    }

    fn trends(lives: &[Life<'_>], readings: &[i64]) -> Trends {
        let ids: Vec<String> = readings.iter().map(i64::to_string).collect();
        let days = || readings.iter().map(|days| ago(*days));
        let readings = Readings {
            began: ids.iter().map(String::as_str).zip(days()).collect(),
            whole: days().collect(),
            seen: HashMap::from([("a", days().collect()), ("b", days().skip(1).collect())]),
        };
        let units = [("a", "甲"), ("b", "乙")].map(|(id, name)| (id.to_owned(), name.to_owned()));
        Trends::of(lives, &readings, &units, now())
    }

    #[test]
    fn a_week_counts_what_was_open_at_its_end() {
        let lives = [
            life("a", 14, None, 0),
            life("a", 14, Some(7), 0),
            life("b", 7, None, 1),
            life("b", 0, None, 0),
        ];
        let trends = trends(&lives, &[14, 7, 0]);
        let counts = |at: usize| trends.units[at].cells.iter().map(|c| c.count);
        assert!(counts(0).eq([2, 1, 1]) && counts(1).eq([0, 1, 2]));
        assert_eq!(trends.sums, [2, 2, 3]);
        let names: Vec<String> = trends.weeks.iter().map(Week::name).collect();
        assert_eq!(names, ["9月7日", "9月14日", "9月21日"]);
        let shades = |at: usize| trends.units[at].cells.iter().map(|c| c.shade);
        assert!(shades(0).eq([5, 3, 3]) && shades(1).eq([0, 3, 5]));
    }

    #[test]
    fn weeks_begin_with_the_first_reading_and_tell_when_nothing_was_read() {
        assert!(!trends(&[life("a", 3, None, 0)], &[]).is_telling());
        assert!(!trends(&[life("a", 2, None, 0)], &[2]).is_telling());
        let read: Vec<bool> = trends(&[], &[15, 0]).weeks.iter().map(|w| w.read).collect();
        assert_eq!(read, [true, false, true]);
        let long = trends(&[], &[400, 0]);
        assert_eq!(long.weeks.len(), WEEKS);
        assert_eq!(long.weeks.last().unwrap().name(), "9月21日");
    }

    #[test]
    fn what_nobody_saw_is_not_called_none() {
        let trends = trends(&[], &[14, 0]);
        let cells = |at: usize| trends.units[at].cells.iter().map(|c| (c.seen, c.known));
        assert!(cells(0).eq([(true, true), (false, true), (true, true)]));
        assert!(cells(1).eq([(false, false), (false, false), (true, true)]));
    }

    #[test]
    fn ages_and_causes_count_every_open_finding_once() {
        let lives = [
            life("a", 0, None, 0),
            life("a", 8, None, 2),
            life("b", 91, None, 0),
            life("b", 91, Some(1), 1),
        ];
        let trends = trends(&lives, &[91, 0]);
        let ages: Vec<usize> = trends.ages.iter().map(|a| a.count).collect();
        assert_eq!(ages, [1, 1, 0, 1]);
        assert_eq!(ages.iter().sum::<usize>(), *trends.sums.last().unwrap());
        assert_eq!(trends.causes.len(), 1);
        assert_eq!((trends.causes[0].count, trends.causes[0].length), (3, 100));
    }
}
