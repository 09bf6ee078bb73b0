//! Notices: a digest after every reading ("nothing new" too, so that silence is never read as clean), for everybody, a unit or a person;
//! reminders in stages before and after due days.
//! Counts and addresses of the console only: nothing personal, no quotes.
//!
//! ```text
//! words.rs      what is said, from the register
//! target.rs     [[notice]] of duwang.toml: who hears it, and when not
//! stage.rs      [[stage]] of duwang.toml: from when on who is reminded
//! writer.rs     what there is to say now, to whom, once
//! sign.rs       the signatures of the robots and of the webhook
//! send.rs       one delivery by HTTP or SMTP
//! outbox.rs     what waits, what went, what failed: kept, retried, rate-limited
//! ```

mod outbox;
mod send;
mod sign;
mod stage;
mod target;
mod words;
mod writer;

pub(crate) use outbox::{Delivery, Fate, Outbox, attend};
pub use stage::Stage;
pub use target::{Target, check};
pub(crate) use writer::tell;

/// Where notices come from and are kept.
pub(crate) struct Office {
    pub(crate) store: std::sync::Arc<dyn duwang_store::Store>,
    /// The units and channels as the latest scan knew them.
    pub(crate) region: std::sync::Arc<dyn Fn() -> duwang_model::Region + Send + Sync>,
    /// Working days, for the stages.
    pub(crate) calendar: std::sync::Arc<duwang_model::Calendar>,
    /// From when on who is reminded.
    pub(crate) stages: Vec<Stage>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Message {
    pub(crate) title: String,
    pub(crate) text: String,
}

#[cfg(test)]
mod tests;
