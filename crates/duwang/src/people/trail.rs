//! The audit log read back: every entry proved to follow the one before it.

use super::AUDIT;
use duwang_store::{LogEntry, Store};
use serde::Deserialize;
use std::collections::VecDeque;

/// Entries read at once.
const GROUP: usize = 1_000;

/// What a line of the log says ([`super::audit_line`]).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Line {
    pub(crate) at: String,
    pub(crate) who: String,
    pub(crate) what: String,
    pub(crate) about: String,
    pub(crate) words: String,
}

/// The whole log, walked once.
pub(crate) struct Trail {
    /// How many entries it has.
    pub(crate) count: u64,
    /// Hash of the last entry, to be compared with one that was written down elsewhere.
    pub(crate) head: String,
    /// Number of the first entry that does not follow the one before it.
    pub(crate) broken_at: Option<u64>,
    /// The latest lines, newest first, with their numbers.
    pub(crate) latest: Vec<(u64, Line)>,
}

impl Trail {
    /// Walks the log and keeps its latest `shown` lines.
    pub(crate) fn read(store: &dyn Store, shown: usize) -> duwang_store::Result<Self> {
        let mut trail = Self {
            count: 0,
            head: String::new(),
            broken_at: None,
            latest: Vec::new(),
        };
        let mut latest = VecDeque::new();
        walk(store, &mut |entry, follows| {
            if !follows && trail.broken_at.is_none() {
                trail.broken_at = Some(entry.number);
            }
            trail.count += 1;
            trail.head.clone_from(&entry.hash);
            let line = serde_json::from_str(&entry.text).unwrap_or_else(|_| Line {
                words: entry.text.clone(),
                ..Line::default()
            });
            latest.push_front((entry.number, line));
            latest.truncate(shown);
        })?;
        trail.latest = latest.into();
        Ok(trail)
    }
}

/// Every entry, with whether it follows the one before it.
pub(crate) fn walk(
    store: &dyn Store,
    each: &mut dyn FnMut(&LogEntry, bool),
) -> duwang_store::Result<()> {
    let mut last: Option<LogEntry> = None;
    loop {
        let from = last.as_ref().map_or(1, |l| l.number + 1);
        let entries = store.entries(AUDIT, from, GROUP)?;
        if entries.is_empty() {
            return Ok(());
        }
        for entry in entries {
            each(&entry, entry.follows(AUDIT, last.as_ref()));
            last = Some(entry);
        }
    }
}
