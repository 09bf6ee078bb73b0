//! The one place that reads the clock; everything else is given the time.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

/// Now, or a fixed moment for reproduction and tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    fixed: Option<DateTime<Utc>>,
}

impl Clock {
    /// The system clock.
    pub fn system() -> Self {
        Self { fixed: None }
    }

    /// A clock that stands still.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self { fixed: Some(at) }
    }

    /// The moment it stands at, when it stands still.
    pub fn given(self) -> Option<DateTime<Utc>> {
        self.fixed
    }

    /// The moment.
    pub fn now(self) -> DateTime<Utc> {
        self.fixed.unwrap_or_else(Utc::now)
    }
}

/// Asia/Shanghai has had no clock changes since 1991: a fixed +08:00.
pub fn shanghai(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    match FixedOffset::east_opt(8 * 3600) {
        Some(zone) => at.with_timezone(&zone),
        None => at.fixed_offset(),
    }
}

/// The civil day in China.
pub fn day(at: DateTime<Utc>) -> NaiveDate {
    shanghai(at).date_naive()
}
