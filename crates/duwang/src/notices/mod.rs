//! Notices: a digest after every reading ("nothing new" too, so that silence is never read as clean), reminders before and after due days.
//! Counts and addresses of the console only: nothing personal, no quotes.
//!
//! ```text
//! words.rs      what is said, from the register
//! target.rs     [[notice]] of duwang.toml: who hears it, and when not
//! sign.rs       the signatures of the robots and of the webhook
//! send.rs       one delivery by HTTP or SMTP
//! outbox.rs     what waits, what went, what failed: kept, retried, rate-limited
//! ```

mod outbox;
mod send;
mod sign;
mod target;
mod words;

pub(crate) use outbox::{attend, tell};
pub use target::Target;

/// Where notices come from and are kept.
pub(crate) struct Office {
    pub(crate) store: std::sync::Arc<dyn duwang_store::Store>,
    /// The units and channels as the latest scan knew them.
    pub(crate) region: std::sync::Arc<dyn Fn() -> duwang_model::Region + Send + Sync>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Message {
    pub(crate) title: String,
    pub(crate) text: String,
}

#[cfg(test)]
mod tests;
