//! What a store keeps besides the ground that was read: small JSON documents (accounts, sessions, saved views, releases, deliveries) and
//! logs that only grow, each entry chained to the one before it.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A document as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// Rises by one with every writing, from 1; what [`crate::Store::put_note`] is compared with.
    pub version: u64,
    /// Its content.
    pub value: serde_json::Value,
}

/// One entry of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogEntry {
    /// Its number in the log, from 1, without gaps.
    pub number: u64,
    /// The hash of the entry before it; [`LogEntry::BEGINNING`] for the first.
    pub before: String,
    /// [`LogEntry::hash_of`] all the rest of it.
    pub hash: String,
    /// What it says, as it was written; usually a JSON object.
    pub text: String,
}

impl LogEntry {
    /// What the first entry of a log is chained to.
    pub const BEGINNING: &'static str = "";

    /// The entry that follows `last` in a log.
    pub fn after(log: &str, last: Option<&Self>, text: &str) -> Self {
        let number = last.map_or(1, |l| l.number + 1);
        let before = last.map_or(Self::BEGINNING, |l| l.hash.as_str()).to_owned();
        Self {
            number,
            hash: Self::hash_of(log, number, &before, text),
            before,
            text: text.to_owned(),
        }
    }

    /// SHA-256, hex, of name of the log, number, hash before and text, each closed by a line feed (no part but the text may hold one).
    pub fn hash_of(log: &str, number: u64, before: &str, text: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(format!("{log}\n{number}\n{before}\n"));
        hash.update(text);
        hash.update("\n");
        hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Whether it is what follows `last` in this log, unaltered.
    pub fn follows(&self, log: &str, last: Option<&Self>) -> bool {
        *self == Self::after(log, last, &self.text)
    }
}

/// What changed in the findings since a mark ([`crate::Store::news`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Where to go on next time.
    pub mark: u64,
    /// Fingerprints of the findings that were written or removed; `None`: too much or unknown, read all of them anew.
    pub changed: Option<Vec<String>>,
}

/// The latest changes, remembered in the process: enough for a reader that looks often.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// Number of the change after the last one.
    next: u64,
    latest: std::collections::VecDeque<String>,
}

impl Journal {
    /// So many changes are remembered; a reader that missed more reads everything.
    const KEPT: usize = 20_000;

    pub(crate) fn add(&mut self, fingerprint: &str) {
        self.next += 1;
        self.latest.push_back(fingerprint.to_owned());
        if self.latest.len() > Self::KEPT {
            self.latest.pop_front();
        }
    }

    /// Marks begin at 1, so that 0 is always a reader that knows nothing.
    pub(crate) fn since(&self, mark: u64) -> News {
        let first = self.next + 1 - self.latest.len() as u64;
        let changed = (mark >= first && mark <= self.next + 1).then(|| {
            let skip = usize::try_from(mark - first).unwrap_or(usize::MAX);
            let mut changed: Vec<String> = self.latest.iter().skip(skip).cloned().collect();
            changed.sort_unstable();
            changed.dedup();
            changed
        });
        News {
            mark: self.next + 1,
            changed,
        }
    }
}
