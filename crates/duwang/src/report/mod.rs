//! 通报: a frozen snapshot of reviewed findings, with what was not seen first.
//!
//! [`freeze`] reads the store once and keeps everything it needs; [`html`], [`csv`] and [`json`] only render what was frozen,
//! so the same report rendered again is the same byte for byte.

mod coverage;
mod freeze;
mod render;
mod totals;
pub(crate) mod trends;

pub use coverage::{ChannelLine, Coverage, Missed, Reason};
pub use freeze::{Item, Report, ReportOptions, RuleGroup, ScanLine, Scope, UnitSection, freeze};
pub use render::{csv, html, json, page};
pub use totals::{CategoryTotals, LevelCounts, Totals, UnitTotals};
pub use trends::{Bar, Cell, Trends, UnitWeeks, Week};

#[cfg(test)]
mod tests;
