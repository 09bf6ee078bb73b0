//! How a finding is shown: one masked form ([`Shown`]) that every output is made of.
//!
//! ```text
//! Finding ─▶ Shown ─▶ JSON object · table · jsonl · csv · one finding for people · console · report
//! Finding + store ─▶ PageText (the page's words with the place marked) ─▶ evidence folder · console
//! ```
//! Start with [`Shown`]. Nothing here touches the network or reads a clock.

mod csv;
mod evidence;
mod human;
mod mask;
mod moment;
mod names;
mod place;
mod safe;
mod shown;
mod table;

pub use csv::{BOM, csv, guard_cell, shown_csv};
pub use evidence::evidence;
pub(crate) use human::decision_line;
pub use human::{human, human_with};
pub use mask::{mask_text, mask_url};
pub use moment::{day, minute, rfc3339, shanghai};
pub use names::{Names, RuleNames};
pub use place::{PageText, Reading, locate, read_snapshot};
pub use safe::{one_line, web_link};
pub(crate) use shown::shown_context;
pub use shown::{Shown, finding_json, jsonl, line_json};
pub use table::{table, table_with};

/// The style of pages that stand alone (report, evidence).
pub(crate) const STYLE: &str = concat!(
    include_str!("../../assets/tokens.css"),
    include_str!("../../assets/report.css")
);

#[cfg(test)]
mod contract;
#[cfg(test)]
pub(crate) mod sample;
