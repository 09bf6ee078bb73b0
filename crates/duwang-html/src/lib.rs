//! A light, bounded HTML tree for pages nobody vouches for.
//!
//! ```text
//! &str ── html5gum tokens ──▶ parse ──▶ Tree ──▶ select / descendants / text
//! ```
//! Why not a full tree builder: its cost is quadratic in nesting depth on hostile pages and dominates the cost of a scan. This tree keeps
//! what readers need: elements in document order with implied end tags for lists, tables and paragraphs. Nodes lie in
//! document order, so a subtree is a range: walking it is a loop over an array. Unknown tags are kept as they are.
//!
//! Look at [`Tree`] first. This crate does no IO and knows nothing of duwang.

mod build;
mod pausing;
mod select;
mod tree;

pub use build::{Limits, parse};
pub use select::Selector;
pub use tree::{NodeId, Tree};
