//! What changed in the register lately, so that a list made before can follow.

use super::Brief;
use std::collections::VecDeque;
use std::sync::Arc;

/// A finding that came, went or became another.
pub(super) struct Change {
    pub(super) old: Option<Arc<Brief>>,
    pub(super) new: Option<Arc<Brief>>,
}

/// The last few changes.
#[derive(Default)]
pub(super) struct Changes {
    /// How many there were ever.
    count: u64,
    last: VecDeque<Change>,
}

impl Changes {
    /// Following more of them costs as much as making a list anew.
    const MOST: usize = 64;

    pub(super) fn note(&mut self, change: Change) {
        self.count += 1;
        self.last.push_back(change);
        if self.last.len() > Self::MOST {
            self.last.pop_front();
        }
    }

    /// Forgets all: nobody can follow.
    pub(super) fn forget(&mut self) {
        self.count += 1;
        self.last.clear();
    }

    /// How many there were so far.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// What came after the first `count`, where all of it is remembered.
    pub(super) fn since(&self, count: u64) -> Option<impl Iterator<Item = &Change>> {
        let missed = usize::try_from(self.count.checked_sub(count)?).ok()?;
        let from = self.last.len().checked_sub(missed)?;
        Some(self.last.range(from..))
    }
}
