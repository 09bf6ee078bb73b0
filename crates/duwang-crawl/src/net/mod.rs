//! Politely over the network: who may be asked, when, and what the answer was worth.
//!
//! ```text
//! permit(url) ── guard ── robots ── host queue ──▶ Permit ──▶ fetch ──▶ Fetched (hops, body, Outcome) ──▶ judge
//! ```
//! [`Crawler`] is the one to look at first. A [`Permit`] is the only way to send a request, and every redirect asks for a new one.

mod answer;
mod body;
mod client;
mod crawler;
mod guard;
mod host;
mod judge;
mod office;
mod policy;
mod redirect;
mod robots;
mod send;
mod trouble;
mod turnstile;
mod visit;

pub use answer::{Fetched, Hop};
pub use crawler::{Crawler, Permit};
pub use guard::{Ground, Guard, ground_of};
pub use judge::{Baseline, forward, is_shell, judge, judge_against};
pub use office::{Office, OfficeReply, OfficeTrouble};
pub use policy::{Clock, Hours, Policy};
pub use robots::robots_allow;
pub use turnstile::Turnstile;
