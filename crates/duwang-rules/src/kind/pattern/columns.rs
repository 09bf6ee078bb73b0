//! What the columns of a table tell about all that stands in it: beside 负责人 or 职务 a number is an office's, beside 补贴金额 it is a person's.

use crate::explain::Why;
use crate::judge::{Form, Seen};
use crate::load::{Fields, Phrase, phrases};
use duwang_model::Span;

#[derive(Debug)]
pub(super) struct Columns {
    /// The name of one of them excuses what stands in the table.
    unless: Vec<Phrase>,
    /// With one of these nothing is excused.
    despite: Vec<Phrase>,
}

impl Columns {
    pub(super) fn read(fields: &Fields<'_>, form: Form) -> Self {
        Self {
            unless: phrases(fields, "unless_columns", form),
            despite: phrases(fields, "despite_columns", form),
        }
    }

    /// Why what stands in a table does not count there.
    pub(super) fn objection(&self, seen: &Seen<'_>, span: Span) -> Option<Why> {
        if self.unless.is_empty() {
            return None;
        }
        let columns = seen.columns(span);
        let named = |of: &'_ [Phrase]| {
            let says = |e: &&Phrase| columns.iter().any(|column| e.is_match(column));
            of.iter().find(says).map(|e| e.source.clone())
        };
        named(&self.unless)
            .filter(|_| named(&self.despite).is_none())
            .map(Why::Condition)
    }
}
