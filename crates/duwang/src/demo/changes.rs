//! How pages of the city read on earlier days: `seeds/demo/changes.toml`. On the city's last day none of it applies.

use super::data::{self, PageData};
use chrono::NaiveDate;
use serde::Deserialize;

/// Words that stood on a page for some days in place of those of today.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Placeholder of the host.
    pub host: String,
    /// The page.
    pub path: String,
    /// The first day with the other words; without it, always before `until`.
    pub from: Option<NaiveDate>,
    /// The first day without them.
    pub until: NaiveDate,
    /// Words of today.
    pub now: String,
    /// Words of those days.
    pub then: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    change: Vec<Change>,
}

/// All of them.
pub fn read() -> anyhow::Result<Vec<Change>> {
    Ok(data::read::<File>("changes.toml")?.change)
}

/// Lets a page read as it did on a day; gives the day it was last changed.
pub fn apply(
    changes: &[Change],
    host: &str,
    page: &mut PageData,
    today: NaiveDate,
) -> Option<NaiveDate> {
    let mut last = None;
    for change in changes {
        if change.host != host || change.path != page.path {
            continue;
        }
        if today < change.until && change.from.is_none_or(|from| from <= today) {
            page.body = page.body.replace(&change.now, &change.then);
        }
        let days = [change.from, Some(change.until)].into_iter().flatten();
        last = last.max(days.filter(|day| *day <= today).max());
    }
    last
}
