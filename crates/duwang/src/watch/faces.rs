//! What is remembered of how sites present themselves: one note a site.

use chrono::NaiveDate;
use duwang_schedule::{Memory, Sign};
use duwang_store::{Store, StoreError};
use serde::{Deserialize, Serialize};

const KIND: &str = "face";
/// Tries to write a note that another process writes too.
const TRIES: usize = 20;

/// One site.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Known {
    #[serde(flatten)]
    pub(super) memory: Memory,
    /// The day it was last looked at as a browser.
    #[serde(default)]
    pub(super) compared: Option<NaiveDate>,
}

impl Known {
    /// Whether it is time to look as a browser: once a day, and at once when something was seen.
    pub(super) fn should_compare(&self, today: NaiveDate) -> bool {
        let is_cloaked = |s: &Sign| matches!(s, Sign::Cloaked { .. });
        self.compared != Some(today) || self.memory.doubted.iter().any(is_cloaked)
    }
}

pub(super) fn read(store: &dyn Store, channel: &str) -> anyhow::Result<(u64, Known)> {
    Ok(match store.note(KIND, channel)? {
        Some(note) => (note.version, serde_json::from_value(note.value)?),
        None => (0, Known::default()),
    })
}

/// Changes what is remembered of a site, by whoever else it is changed meanwhile.
pub(super) fn change<T>(
    store: &dyn Store,
    channel: &str,
    change: impl Fn(&mut Known) -> T,
) -> anyhow::Result<T> {
    for _ in 0..TRIES {
        let (version, mut known) = read(store, channel)?;
        let result = change(&mut known);
        match store.put_note(KIND, channel, version, &serde_json::to_value(&known)?) {
            Err(StoreError::Stale { .. }) => {}
            Err(error) => return Err(error.into()),
            Ok(_) => return Ok(result),
        }
    }
    anyhow::bail!("网站 {channel} 的面貌记录一直被别的进程改写")
}

/// What was told of each site and still stands, by channel.
pub(crate) fn standing(store: &dyn Store) -> anyhow::Result<Vec<(String, Vec<Sign>)>> {
    let mut standing = Vec::new();
    for (channel, note) in store.notes(KIND)? {
        let known: Known = serde_json::from_value(note.value)?;
        if !known.memory.told.is_empty() {
            standing.push((channel, known.memory.told));
        }
    }
    Ok(standing)
}

/// A person says that a site is right as it is. Whether it was ever looked at.
pub(crate) fn accept(store: &dyn Store, channel: &str) -> anyhow::Result<bool> {
    change(store, channel, |known| known.memory.accept())
}
