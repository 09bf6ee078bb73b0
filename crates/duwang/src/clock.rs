//! The one place that reads the clock; everything else is given the time.

use chrono::{DateTime, TimeDelta, Utc};
pub use duwang_model::{shanghai, shanghai_day as day};
use std::sync::atomic::{AtomicI64, Ordering};

/// Now, or a fixed moment for reproduction and tests.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    fixed: Option<DateTime<Utc>>,
    /// How far a reading may be off; zero for every clock but one that is to be distrusted.
    leaps: TimeDelta,
}

/// Readings of leaping clocks so far.
static READINGS: AtomicI64 = AtomicI64::new(0);

impl Clock {
    /// The system clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self {
            fixed: Some(at),
            ..Self::default()
        }
    }

    /// The same clock gone mad: each reading is off by up to so much, forward or back. For tests of what must not depend on it.
    #[must_use]
    pub fn leaping(self, leaps: TimeDelta) -> Self {
        Self { leaps, ..self }
    }

    /// The moment it stands at, when it stands still.
    pub fn given(self) -> Option<DateTime<Utc>> {
        self.fixed
    }

    /// The moment.
    pub fn now(self) -> DateTime<Utc> {
        self.fixed.unwrap_or_else(Utc::now) + self.leap()
    }

    fn leap(self) -> TimeDelta {
        let most = self.leaps.num_seconds();
        if most <= 0 {
            return TimeDelta::zero();
        }
        // A prime, so that neighbouring readings are far apart and all offsets come up.
        let nth = READINGS.fetch_add(1, Ordering::Relaxed);
        let off = nth.wrapping_mul(7_368_787).rem_euclid(2 * most + 1) - most;
        TimeDelta::seconds(off)
    }
}
