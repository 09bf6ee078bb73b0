//! Moments as people in China read them: Asia/Shanghai, always UTC+8.

use chrono::{DateTime, FixedOffset, NaiveDate, SecondsFormat, Utc};

/// The moment in Asia/Shanghai (no daylight saving since 1991).
pub fn shanghai(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    let east8 = FixedOffset::east_opt(8 * 3600).unwrap_or_else(|| {
        // Eight hours are within a day: this branch only spares a panic path.
        chrono::Offset::fix(&Utc)
    });
    at.with_timezone(&east8)
}

/// RFC 3339 with `+08:00`, seconds precision: `2026-09-23T21:00:00+08:00`.
pub fn rfc3339(at: DateTime<Utc>) -> String {
    shanghai(at).to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// `2026-09-23 21:00`, for people.
pub fn minute(at: DateTime<Utc>) -> String {
    shanghai(at).format("%Y-%m-%d %H:%M").to_string()
}

/// The day in Asia/Shanghai.
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    shanghai(at).date_naive()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evening_in_utc_is_the_next_day_in_china() {
        let at = DateTime::from_timestamp(1_795_795_200, 0).unwrap_or_default();
        assert_eq!(rfc3339(at), "2026-11-28T00:00:00+08:00");
        assert_eq!(minute(at), "2026-11-28 00:00");
        assert_eq!(day(at).to_string(), "2026-11-28");
    }
}
