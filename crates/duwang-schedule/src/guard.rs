//! Guarded periods (重保): days on which sites are looked at more often, or left in peace.

use chrono::NaiveDate;
use serde::Deserialize;

/// A period with a name, first and last day included.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guard {
    /// What schedules call it.
    pub name: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
}

impl Guard {
    pub(crate) fn holds(&self, day: NaiveDate) -> bool {
        (self.from..=self.until).contains(&day)
    }
}
