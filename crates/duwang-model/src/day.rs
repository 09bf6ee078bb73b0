//! Days are Chinese days.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

/// The same moment on a clock in China: +08:00 the year round, as no clock was changed there since 1991.
pub fn shanghai(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    match FixedOffset::east_opt(8 * 3600) {
        Some(zone) => at.with_timezone(&zone),
        None => at.fixed_offset(),
    }
}

/// The day it is in China.
pub fn shanghai_day(at: DateTime<Utc>) -> NaiveDate {
    shanghai(at).date_naive()
}
