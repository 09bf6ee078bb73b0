//! Working days: Monday to Friday, less the holidays and plus the exchanged days that the State Council announces for every year. A year
//! nobody entered is an error, never a guess.

use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::{BTreeMap, BTreeSet};

/// The announced days of the years that are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i32, Year>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Year {
    holidays: BTreeSet<NaiveDate>,
    workdays: BTreeSet<NaiveDate>,
}

/// The calendar has no such year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownYear(pub i32);

impl std::fmt::Display for UnknownYear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "工作日历里没有 {} 年：请按国务院办公厅当年的放假通知补入 calendar.tsv",
            self.0
        )
    }
}

impl std::error::Error for UnknownYear {}

impl Calendar {
    /// Reads lines of `day TAB 休|班 TAB name`; `#` begins a remark. A day off must not be entered as worked besides, and every line
    /// must change something, so that a slip does not go unnoticed. Errors name the line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut calendar = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                calendar
                    .take(line)
                    .map_err(|why| format!("第 {number} 行：{why}"))?;
            }
        }
        Ok(calendar)
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        let mut parts = line.split('\t');
        let (day, word) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let day: NaiveDate = day
            .parse()
            .map_err(|_| format!("“{day}”不是 2026-01-01 这样的日期"))?;
        let year = self.years.entry(day.year()).or_default();
        let is_new = match word {
            "休" => year.holidays.insert(day),
            "班" if !is_weekend(day) => return Err(format!("{day} 不是周末，不必写“班”")),
            "班" => year.workdays.insert(day),
            _ => return Err(format!("“{word}”应是“休”或“班”")),
        };
        if !is_new || (year.holidays.contains(&day) && year.workdays.contains(&day)) {
            return Err(format!("{day} 写了两次"));
        }
        Ok(())
    }

    /// Whether people work on that day.
    pub fn is_workday(&self, day: NaiveDate) -> Result<bool, UnknownYear> {
        let year = self.years.get(&day.year()).ok_or(UnknownYear(day.year()))?;
        Ok(year.workdays.contains(&day) || (!is_weekend(day) && !year.holidays.contains(&day)))
    }

    /// The day on which so many working days have passed; the day it begins on is not counted.
    pub fn after(&self, from: NaiveDate, workdays: u32) -> Result<NaiveDate, UnknownYear> {
        let mut day = from;
        let mut left = workdays;
        while left > 0 {
            day = day.succ_opt().ok_or(UnknownYear(day.year()))?;
            left -= u32::from(self.is_workday(day)?);
        }
        Ok(day)
    }

    /// The day from which so many working days are left; the day it counts back from is not counted.
    pub fn before(&self, from: NaiveDate, workdays: u32) -> Result<NaiveDate, UnknownYear> {
        let mut day = from;
        let mut left = workdays;
        while left > 0 {
            day = day.pred_opt().ok_or(UnknownYear(day.year()))?;
            left -= u32::from(self.is_workday(day)?);
        }
        Ok(day)
    }

    /// Working days after `from` up to `to`; 0 when `to` is not later.
    pub fn between(&self, from: NaiveDate, to: NaiveDate) -> Result<u32, UnknownYear> {
        let mut count = 0;
        let mut day = from;
        while day < to {
            day = day.succ_opt().ok_or(UnknownYear(day.year()))?;
            count += u32::from(self.is_workday(day)?);
        }
        Ok(count)
    }

    /// The years that are known.
    pub fn years(&self) -> impl Iterator<Item = i32> {
        self.years.keys().copied()
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}
