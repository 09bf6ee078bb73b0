//! Roles and what they may do.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// What a person is in the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// 查看: sees everything, changes nothing.
    Viewer,
    /// 单位编辑: sees only the own unit; answers for it.
    Editor,
    /// 复核: decides.
    Reviewer,
    /// 监督: decides, releases, sees personal data.
    Supervisor,
    /// 管理: accounts, settings, log. Decides nothing.
    Admin,
}

/// One thing to be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right {
    /// Look at findings, coverage, reports (an editor: of the own unit).
    Look,
    /// Check drafts.
    Check,
    /// Confirm, dismiss, waive, assign, return, undo.
    Decide,
    /// Claim fixed and appeal.
    Answer,
    /// Release a report.
    Release,
    /// Take snapshots as received, and see personal data.
    Unmask,
    /// Read the audit log.
    Audit,
    /// See which notices went out, and send them again.
    Notify,
    /// Make, lock and change accounts.
    Manage,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Viewer,
        Self::Editor,
        Self::Reviewer,
        Self::Supervisor,
        Self::Admin,
    ];

    pub(crate) fn may(self, right: Right) -> bool {
        use Right as R;
        match right {
            R::Look | R::Check => true,
            R::Decide => matches!(self, Self::Reviewer | Self::Supervisor),
            R::Answer => matches!(self, Self::Editor),
            R::Release | R::Unmask => matches!(self, Self::Supervisor),
            R::Audit | R::Notify => matches!(self, Self::Supervisor | Self::Admin),
            R::Manage => matches!(self, Self::Admin),
        }
    }

    /// The name shown to people.
    pub(crate) fn chinese(self) -> &'static str {
        match self {
            Self::Viewer => "查看",
            Self::Editor => "单位编辑",
            Self::Reviewer => "复核",
            Self::Supervisor => "监督",
            Self::Admin => "管理",
        }
    }
}
