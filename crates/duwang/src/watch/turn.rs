//! Of several processes on one store, one makes each round.

use chrono::{DateTime, Utc};
use duwang_store::{Store, StoreError};
use std::time::Duration;

const KIND: &str = "watch-turn";

/// Takes the next round of this name, unless somebody took one less than so long ago.
pub(super) fn take(
    store: &dyn Store,
    name: &str,
    now: DateTime<Utc>,
    every: Duration,
) -> anyhow::Result<bool> {
    let note = store.note(KIND, name)?;
    let last = note
        .as_ref()
        .and_then(|n| serde_json::from_value::<DateTime<Utc>>(n.value.clone()).ok());
    let half = chrono::TimeDelta::from_std(every / 2)?;
    // Half the time: whoever made the last round is due again, and must not miss its own turn by a moment.
    if last.is_some_and(|at| at <= now && now - at < half) {
        return Ok(false);
    }
    let version = note.map_or(0, |n| n.version);
    match store.put_note(KIND, name, version, &serde_json::to_value(now)?) {
        Ok(_) => Ok(true),
        Err(StoreError::Stale { .. }) => Ok(false), // another process was quicker
        Err(error) => Err(error.into()),
    }
}
