//! Lines that were read before and held nothing: pages of a site share their menus, footers and forms.

use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many lines are remembered, 8 bytes each; a later line takes the place of an earlier one.
const LINES: usize = 1 << 16;

/// Shared by all threads without locks: a slot is read and written whole, and losing a line only costs reading it again.
#[derive(Debug, Clone)]
pub(crate) struct SeenClean(Arc<[AtomicU64]>);

impl SeenClean {
    pub(crate) fn new() -> Self {
        Self((0..LINES).map(|_| AtomicU64::new(0)).collect())
    }

    /// Gives the number of a line, and whether it is remembered.
    pub(crate) fn look(&self, line: &str) -> (u64, bool) {
        let mut hasher = DefaultHasher::new();
        hasher.write(line.as_bytes());
        let number = hasher.finish().max(1); // 0 is an empty slot
        (number, self.slot(number).load(Ordering::Relaxed) == number)
    }

    pub(crate) fn remember(&self, number: u64) {
        self.slot(number).store(number, Ordering::Relaxed);
    }

    fn slot(&self, number: u64) -> &AtomicU64 {
        &self.0[(number >> 32) as usize % LINES]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_remembered_is_known() {
        let seen = SeenClean::new();
        let (number, known) = seen.look("首页 政务公开 办事服务");
        assert!(!known);
        seen.remember(number);
        assert!(seen.look("首页 政务公开 办事服务").1);
        assert!(!seen.look("首页 政务公开 办事指南").1);
        assert!(!seen.look("").1);
    }
}
