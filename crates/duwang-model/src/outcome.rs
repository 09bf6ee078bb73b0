//! What became of one attempt to see a page. Trouble with a page is an [`Outcome`], never an error.

use crate::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// The kinds of outcome of `design.md`.
    OutcomeKind {
        /// Read in full.
        Ok = "ok", "已读";
        /// The server (304) or the content hash says nothing changed.
        Unchanged = "unchanged", "未变";
        /// 404, 410 or a page that says so with another status (soft 404).
        Missing = "missing", "不存在";
        /// The server or a firewall refuses us: 401/403/412/429/521, challenge pages.
        Blocked = "blocked", "被拦截";
        /// DNS, TLS, time-out, reset, 5xx.
        Unreachable = "unreachable", "打不开";
        /// We refuse: robots.txt, size, private address, redirect loop, page cap.
        Refused = "refused", "按规则未取";
        /// Fetched but not readable: login, image only, encrypted attachment, unsupported format.
        Unread = "unread", "取到但未读";
    }
}

/// What became of one attempt to see a page, with the reason in Chinese for the coverage statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The class that decides what may be derived from it.
    pub kind: OutcomeKind,
    /// Why, in Chinese, for people; empty for `ok` and `unchanged`.
    pub reason: String,
}

impl Outcome {
    /// An outcome with its reason.
    pub fn new(kind: OutcomeKind, reason: impl Into<String>) -> Self {
        Self {
            kind,
            reason: reason.into(),
        }
    }

    /// Read in full.
    pub fn ok() -> Self {
        Self::new(OutcomeKind::Ok, "")
    }

    /// Whether the ground was seen, now or (unchanged) by an earlier visit: only then may a finding be derived or closed.
    pub fn is_seen(&self) -> bool {
        matches!(self.kind, OutcomeKind::Ok | OutcomeKind::Unchanged)
    }

    /// Whether a second look later may give another answer, and must be taken before a link is called dead.
    pub fn is_worth_another_look(&self) -> bool {
        matches!(self.kind, OutcomeKind::Missing | OutcomeKind::Unreachable)
    }
}
