//! How long after a day it tells of a page came: 省政府4月8日批准, published on 12 June.

use crate::deadline::{days_between, weekdays_between};
use crate::judge::{Seen, Written, written_days};
use crate::load::Fields;
use chrono::{Datelike, NaiveDate};
use duwang_model::DateSource;

/// A page may come so long after the day of a match, and no later.
#[derive(Debug)]
pub(super) struct Late {
    days: Option<u32>,
    workdays: Option<u32>,
}

impl Late {
    pub(super) fn read(fields: &Fields<'_>) -> Option<Self> {
        let number = |key| fields.number(key).map(|n| n.value);
        let late = Self {
            days: number("published_within_days"),
            workdays: number("published_within_workdays"),
        };
        (late.days.is_some() || late.workdays.is_some()).then_some(late)
    }

    /// Whether the page came later than it may after the first day of a match. What has no day, or comes before it, is not.
    pub(super) fn is_too_late(&self, matched: &str, seen: &Seen<'_>) -> bool {
        let Some(own) = own_day(seen) else {
            return false;
        };
        let Some(told) = written_days(matched)
            .first()
            .and_then(|day| of_year(day, own))
        else {
            return false;
        };
        let is_over =
            |limit: Option<u32>, passed: i64| limit.is_some_and(|most| passed > i64::from(most));
        is_over(self.days, days_between(told, own))
            || is_over(self.workdays, weekdays_between(told, own))
    }
}

/// The earlier of the day below the text and that of publishing: a page that was put up again came earlier.
fn own_day(seen: &Seen<'_>) -> Option<NaiveDate> {
    let signed = seen.document.dates.iter();
    let signed = signed.filter(|date| date.source == DateSource::Signature);
    let signed = signed.map(|date| date.at.date()).min();
    signed.into_iter().chain(seen.document.published).min()
}

/// A day without a year is one of the year of the page, or of the year before where it would lie far ahead: 12月28日 told in January.
fn of_year(written: &Written, own: NaiveDate) -> Option<NaiveDate> {
    const FAR_AHEAD: i64 = 120;
    let day = written.day?;
    let date = |year| NaiveDate::from_ymd_opt(year, written.month, day);
    let is_near = |day: &NaiveDate| days_between(own, *day) <= FAR_AHEAD;
    match written.year {
        Some(year) => date(year),
        None => date(own.year())
            .filter(is_near)
            .or_else(|| date(own.year() - 1)),
    }
}
