//! Files: what each reader tells of its text and where it stands, and what it makes of files that mean harm.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests fail by panicking")]

mod hostile;
mod make;
mod office;
mod print;
mod sheets;

use duwang_model::{Document, Part, ResidueKind};
use duwang_page::{Hints, Reading, Source, read};

pub fn reading(bytes: &[u8]) -> Reading {
    let hints = Hints::default();
    read(&Source {
        url: "",
        bytes,
        content_type: None,
        hints: &hints,
    })
}

pub fn document(bytes: &[u8]) -> Document {
    match reading(bytes) {
        Reading::Document(document) => *document,
        Reading::Unread(outcome) => panic!("unread: {}", outcome.reason),
    }
}

/// Why it was not read.
pub fn unread(bytes: &[u8]) -> String {
    match reading(bytes) {
        Reading::Unread(outcome) => outcome.reason,
        Reading::Document(document) => panic!("read: {}", document.text.plain()),
    }
}

/// Every line as `place|text`; hidden ones begin with `-`.
pub fn lines(document: &Document) -> Vec<String> {
    document
        .blocks
        .iter()
        .map(|b| {
            let place = document.place_at(b.span.start).map_or("", |p| &p.name);
            let mark = if b.part == Part::Hidden { "-" } else { "" };
            format!("{mark}{place}|{}", document.text.slice(b.span))
        })
        .collect()
}

/// Residue as `kind|place|author|text`.
pub fn residue(document: &Document) -> Vec<String> {
    document
        .residue
        .iter()
        .map(|r| format!("{}|{}|{}|{}", r.kind.word(), r.place, r.author, r.text))
        .collect()
}

pub fn has(document: &Document, kind: ResidueKind) -> bool {
    document.residue.iter().any(|r| r.kind == kind)
}
