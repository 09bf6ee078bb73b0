//! People: accounts, what their role may do, and who is logged in where.
//!
//! ```text
//! account.rs    a person, kept as a note of the store; failures lock it for a while
//! doorway.rs    how often an address may try
//! password.rs   argon2id; one-time passwords
//! role.rs       roles and rights
//! session.rs    a browser that is logged in; only the hash of its secret is kept
//! trail.rs      the audit log, proved entry by entry
//! ```

mod account;
mod doorway;
mod password;
mod role;
mod session;
mod trail;

pub(crate) use account::{Account, Accounts, Entry};
pub(crate) use doorway::{Doorway, Wait};
pub(crate) use password::one_time;
pub(crate) use role::Right;
pub use role::Role;
pub(crate) use session::Sessions;
pub(crate) use trail::{Line, Trail, walk as walk_trail};

/// Who asks: a logged-in person, or the machine's owner at the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visitor {
    /// The name decisions are signed with.
    pub(crate) name: String,
    /// What they may do.
    pub(crate) role: Role,
    /// The one unit a unit editor belongs to.
    pub(crate) unit: Option<String>,
    /// Logged in with a one-time password: nothing but choosing a password of one's own.
    pub(crate) must_change: bool,
}

impl Visitor {
    /// Whether the role allows it.
    pub(crate) fn may(&self, right: Right) -> bool {
        !self.must_change && self.role.may(right)
    }

    /// Whether findings of this unit are for their eyes.
    pub(crate) fn sees(&self, unit: &str) -> bool {
        match self.role {
            Role::Editor => self.unit.as_deref() == Some(unit),
            _ => true,
        }
    }

    /// The only unit to be shown; `None`: all. An editor without a unit sees a unit that does not exist.
    pub(crate) fn only_unit(&self) -> Option<&str> {
        (self.role == Role::Editor).then(|| self.unit.as_deref().unwrap_or("\u{0}"))
    }
}

/// The log of everything people do ([`duwang_store::Store::append`]).
pub(crate) const AUDIT: &str = "audit";

/// A line of the audit log: when, who, what, about what, and words. Nothing personal stands in it.
pub(crate) fn audit_line(
    at: chrono::DateTime<chrono::Utc>,
    who: &str,
    what: &str,
    about: &str,
    words: &str,
) -> String {
    serde_json::json!({"at": crate::view::rfc3339(at), "who": who, "what": what, "about": about, "words": words}).to_string()
}
