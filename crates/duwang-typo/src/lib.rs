//! Wrong characters that no word list knows: a noisy channel over a character language model, with a calibrated second stage.
//!
//! ```text
//! bytes ─ Checker::open ─▶ Checker ─ check(line) ─▶ Suspect { span, fixes, probability, verdict, why silent }
//! texts ─ train ─▶ bytes        (the same texts give the same bytes)
//! ```
//! Reading order: [`Checker`], then `line.rs` (the life of one line), `edits.rs` (what may have been meant), `features.rs` and
//! `trees.rs` (how sure), `silence.rs` (where it is better to say nothing).
//!
//! A line is read once by the model; only where it fits badly are corrections tried, and only those whose neighbours are known.
//! The model is one block of bytes that is looked into and never unpacked: opening it costs a checksum.
//!
//! This crate does no IO, spawns nothing and reads no clock.

mod alphabet;
mod bytes;
mod checker;
mod confusion;
mod edits;
mod features;
mod format;
mod fuse;
mod line;
mod lone;
mod neighbours;
mod ngram;
mod odd;
mod phrase_table;
mod phrases;
mod random;
mod restraint;
pub mod score;
mod screen;
mod seen_clean;
mod silence;
mod supplement;
pub mod train;
mod trees;
mod trial;
mod words;

pub use checker::{Checker, Fix, Silence, Suspect, Verdict};
pub use format::ModelError;
pub use supplement::Supplement;
