//! Labels one below another that tell of one thing what the columns of a table would: a list of terms, a table of two columns, lines of
//! their own.

use super::{Column, Columns};
use crate::judge::Seen;
use crate::kind::Out;
use duwang_model::{Certainty, LinkRole, Pair, Part};

/// Fewest columns by which such a list is known: single labels (面积、地点) stand on many pages.
const FEWEST: usize = 3;

impl Columns {
    /// Judges labels with their values as a row; whether the page tells it so. What else it shows or hands out may hold the rest.
    pub(super) fn judge_listed(&self, seen: &Seen<'_>, out: &mut Out<'_>) -> bool {
        let document = seen.document;
        let labels: Vec<&Pair> = document
            .pairs
            .iter()
            .filter(|p| p.part == Part::Main && !seen.is_in_form(p.label_span))
            .collect();
        let is_named = |column: &Column| labels.iter().any(|p| column.is_called(&p.label));
        let is_filled = |column: &Column| {
            let mut filled = labels.iter().filter(|p| !p.value.is_empty());
            filled.any(|p| column.is_called(&p.label))
        };
        let known = self.columns.iter().filter(|column| is_filled(column));
        if known.count() < self.recognised_by.max(FEWEST) {
            return false;
        }
        let told: Vec<bool> = self.columns.iter().map(is_named).collect();
        let shows_more = document.images.iter().any(|i| i.part == Part::Main)
            || document
                .links
                .iter()
                .any(|l| l.role == LinkRole::Attachment);
        if shows_more {
            return true;
        }
        let untold = |n: usize, column: &Column| !told[n] && !column.is_told(seen);
        if let Some(mut draft) = self.untold(untold, out) {
            draft.locator = Some("逐项写的".to_owned());
            draft.certainty = Certainty::Ask; // it may be told by another name
            out.push(draft);
        }
        true
    }
}
