//! Wrong characters that no word list knows: a noisy channel over a character language model, with a calibrated second stage.
//!
//! ```text
//! bytes ─ Checker::open ─▶ Checker ─ check(line) ─▶ Suspect { span, fixes, probability, verdict, why silent }
//! texts ─ train ─▶ bytes        (the same texts give the same bytes)
//! ```
//! Reading order: [`Checker`], then `line.rs` (the life of one line), `odd.rs` (where to look), `edits.rs` (what may have been meant),
//! `features.rs`, `trees.rs` and `grade.rs` (how sure), `restraint.rs` (how sure at most), `silence.rs` (where it is better to say nothing),
//! `suspect.rs` (what is told).
//!
//! A line is read once by the model; only where it fits badly are corrections tried, and only those whose neighbours are known.
//! The model is one block of bytes that is looked into and never unpacked: opening it costs a checksum.
//!
//! This crate does no IO, spawns nothing and reads no clock.

mod alphabet;
mod bytes;
mod checker;
mod confusion;
mod cost;
mod crossing;
mod depth;
mod edits;
mod features;
mod format;
mod fuse;
mod grade;
mod line;
mod lone;
mod neighbours;
mod ngram;
mod odd;
mod pairs;
mod phrase_table;
mod phrases;
mod random;
mod reading;
mod restraint;
#[cfg(test)]
#[allow(clippy::expect_used, reason = "tests fail by panicking")]
mod samples;
pub mod score;
mod screen;
mod seen_clean;
mod silence;
mod supplement;
mod suspect;
pub mod train;
mod trees;
mod trial;
mod words;

pub use checker::Checker;
pub use crossing::Crossing;
pub use format::ModelError;
pub use silence::{Silence, is_surname};
pub use supplement::Supplement;
pub use suspect::{Fix, Suspect, Verdict};
