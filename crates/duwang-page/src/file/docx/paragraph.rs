//! What is gathered before it is told: runs of text by how they are to be taken, and tables.

use crate::walk::RawCell;
use duwang_model::Part;
use std::collections::HashMap;

/// What a part holds.
#[derive(Clone, Copy)]
pub(super) enum Story {
    Body,
    Note(&'static str),
    Edge(Part, &'static str),
}

/// How a run of text is to be taken.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Look {
    Plain,
    Hidden,
    Inserted(String),
    Deleted(String),
}

#[derive(Default)]
pub(super) struct Paragraph {
    pub(super) runs: Vec<(Look, String)>,
    /// Byte ranges of the shown text that are links, with the target.
    pub(super) links: Vec<(usize, usize, String)>,
    pub(super) comments: Vec<String>,
    pub(super) is_heading: bool,
    pub(super) is_title: bool,
    pub(super) is_centred: bool,
    pub(super) in_box: bool,
}

impl Paragraph {
    pub(super) fn push(&mut self, look: &Look, text: &str) {
        match self.runs.last_mut() {
            Some((last, so_far)) if last == look => so_far.push_str(text),
            _ => self.runs.push((look.clone(), text.to_owned())),
        }
    }

    pub(super) fn shown(&self) -> String {
        let shown = |l: &Look| matches!(l, Look::Plain | Look::Inserted(_));
        self.runs
            .iter()
            .filter(|(l, _)| shown(l))
            .map(|(_, t)| t.as_str())
            .collect()
    }
}

pub(super) struct Table {
    pub(super) number: usize,
    pub(super) rows: Vec<Vec<RawCell>>,
    /// Column the next cell begins at.
    pub(super) column: usize,
    /// Where the cell being read began in the text.
    pub(super) cell_from: usize,
    pub(super) cell_columns: usize,
    /// Continues the cell above.
    pub(super) is_continued: bool,
    /// Column → row and cell that may be continued below.
    pub(super) open: HashMap<usize, (usize, usize)>,
    /// Text boxes end where their table began.
    pub(super) paragraphs: usize,
}
