//! `vacant`: the name of something with nothing behind it, while its neighbours have their values: `实施单位：` above the next label, a blank
//! cell beside `办理流程`, the one blank cell of a table that is full.

mod line;
mod table;

use super::{Out, Reading};
use crate::judge::{Seen, Slots};
use crate::load::{LazyRegex, plain_regexes};
use crate::words::{WORDS, has_any};
use duwang_model::{BlockKind, Certainty, Pair, Part, Span};

/// Findings of one page: more are a form, or a table nobody filled in.
const MOST: usize = 4;
/// So many blanks for each value make a page a form to be filled in.
const FORM: usize = 3;

#[derive(Debug)]
pub(crate) struct Vacant {
    labels: Vec<LazyRegex>,
    not_labels: Vec<LazyRegex>,
    /// Names whose lines below go on with items of their own (联系方式): blank only in a cell.
    heads: Vec<LazyRegex>,
    /// At least so many others of the page must have a value.
    filled: usize,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Vacant> {
    let fields = reading.fields;
    if !fields.has("labels") {
        fields.missing("labels");
    }
    Some(Vacant {
        labels: plain_regexes(fields, "labels"),
        not_labels: plain_regexes(fields, "not_labels"),
        heads: plain_regexes(fields, "heads"),
        filled: fields.number("filled").map_or(3, |n| n.value as usize),
    })
}

/// A place that stands empty.
struct Place {
    label: String,
    /// What is quoted: the label, or the row it is missing in.
    span: Span,
}

impl Vacant {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let mut places = self.beside_labels(seen);
        places.extend(table::beside_names(self, seen));
        places.extend(table::lone_blanks(self, seen));
        if places.len() > MOST {
            return;
        }
        for place in places {
            let mut draft = out.draft().at(place.span).keyed(place.label.clone());
            draft.certainty = Certainty::Ask; // whether there is anything to write nobody can tell from the page
            draft.slots = Slots {
                label: place.label,
                ..Slots::default()
            };
            out.push(draft);
        }
    }

    fn is_meant(&self, label: &str) -> bool {
        let is_one_of = |names: &[LazyRegex]| names.iter().any(|r| r.is_match(label));
        is_one_of(&self.labels)
            && !is_one_of(&self.not_labels)
            && !has_any(label, &WORDS.label.furniture)
    }

    fn is_head(&self, label: &str) -> bool {
        self.heads.iter().any(|r| r.is_match(label))
    }

    /// Labels of lines and lists without a value.
    fn beside_labels(&self, seen: &Seen<'_>) -> Vec<Place> {
        let pairs = seen.document.pairs.iter();
        let main = pairs.filter(|p| p.part == Part::Main && !is_cell(seen, p.label_span));
        let (blank, filled): (Vec<&Pair>, Vec<&Pair>) = main.partition(|p| p.value.is_empty());
        if !self.is_no_form(filled.len(), blank.len()) {
            return Vec::new();
        }
        blank
            .into_iter()
            .filter(|pair| self.is_meant(&pair.label))
            .filter(|pair| line::is_blank(seen, pair, self.is_head(&pair.label)))
            .map(|pair| Place {
                label: pair.label.clone(),
                span: pair.label_span,
            })
            .collect()
    }

    /// Whether so many values beside so many blanks are no form to be filled in.
    fn is_no_form(&self, filled: usize, blank: usize) -> bool {
        blank > 0 && filled >= self.filled && blank * FORM <= filled
    }
}

fn is_cell(seen: &Seen<'_>, label: Span) -> bool {
    let block = seen.document.block_at(label.start);
    block.is_some_and(|b| b.kind == BlockKind::Cell)
}
