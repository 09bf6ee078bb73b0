//! The time of day behind a day, and its zone.

use super::cursor::Cursor;
use chrono::{Duration, NaiveTime};

impl Cursor<'_> {
    /// A time of day after a day: ` 09:05`, `T01:05:00Z`, ` 9时5分`, and its zone when it names one.
    pub(super) fn time(&mut self) -> Option<(NaiveTime, Option<Duration>)> {
        let iso = self.take("T");
        self.blanks();
        let hour = self.number(1, 2)?;
        if self.take("时") {
            let minute = self.number(1, 2).filter(|_| self.take("分")).unwrap_or(0);
            return Some((NaiveTime::from_hms_opt(hour, minute, 0)?, None));
        }
        (self.take(":") || self.take("：")).then_some(())?;
        let minute = self.number(2, 2)?;
        let mut second = 0;
        if self.take(":") || self.take("：") {
            second = self.number(2, 2)?;
            if self.take(".") {
                self.number(1, 9)?;
            }
        }
        let time = NaiveTime::from_hms_opt(hour, minute, second)?;
        Some((time, if iso { self.zone() } else { None }))
    }

    fn zone(&mut self) -> Option<Duration> {
        if self.take("Z") {
            return Some(Duration::zero());
        }
        let start = self.at;
        let sign = if self.take("+") {
            1
        } else if self.take("-") {
            -1
        } else {
            return None;
        };
        let offset = (|| {
            let hours = self.number(2, 2)?;
            self.take(":");
            Some(Duration::minutes(
                sign * i64::from(hours * 60 + self.number(2, 2)?),
            ))
        })();
        if offset.is_none() {
            self.at = start;
        }
        offset
    }
}
