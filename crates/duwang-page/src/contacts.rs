//! How to reach the office, as a page about the office states it: kept small, for comparing the pages of a unit with each other.

use crate::fold::fold;
use duwang_model::{BlockKind, Contact, Document, Kind, Pair, Part, Text};

/// Most contacts kept of a page.
const MAX: usize = 30;
const LONGEST_LABEL: usize = 14;
const LONGEST_VALUE: usize = 80;
/// Lines looked at above a contact for its heading.
const LINES_ABOVE: usize = 8;
const LONGEST_HEADING: usize = 24;
/// A longer title is about an event, not about the office.
const LONGEST_TITLE: usize = 30;
/// What the title of a page about the office says.
const ABOUT_OFFICE: [&str; 8] = [
    "机构",
    "职能",
    "职责",
    "简介",
    "概况",
    "领导",
    "联系",
    "本机关",
];

/// Every short pair of the content of a page about the office.
pub(crate) fn read(document: &Document) -> Vec<Contact> {
    if !is_about_office(document) {
        return Vec::new();
    }
    document
        .pairs
        .iter()
        .filter(|p| matches!(p.part, Part::Main) && is_short(p))
        .take(MAX)
        .map(|pair| Contact {
            label: pair.label.clone(),
            value: pair.value.clone(),
            quote: document
                .text
                .slice(pair.value_span)
                .trim_end_matches(['）', ')', '。', '；', '，'])
                .to_owned(),
            under: under(document, pair),
        })
        .collect()
}

fn is_about_office(document: &Document) -> bool {
    let title = &document.title;
    matches!(document.kind, Kind::Guide | Kind::AnnualReport)
        || (!matches!(document.kind, Kind::News | Kind::Policy)
            && title.chars().count() <= LONGEST_TITLE
            && ABOUT_OFFICE.iter().any(|word| title.contains(word)))
}

fn is_short(pair: &Pair) -> bool {
    !pair.value.is_empty()
        && pair.label.chars().count() <= LONGEST_LABEL
        && pair.value.chars().count() <= LONGEST_VALUE
}

/// The heading above and what stands before the label on its line.
fn under(document: &Document, pair: &Pair) -> String {
    let at = document
        .blocks
        .partition_point(|b| b.span.start <= pair.label_span.start);
    let Some(own) = at.checked_sub(1).and_then(|i| document.blocks.get(i)) else {
        return String::new();
    };
    let folded = |text: &str| Text::new(text.to_owned()).folded().to_owned();
    let before = document
        .text
        .plain()
        .get(own.span.start..pair.label_span.start)
        .unwrap_or("");
    let before: String = {
        let line = folded(before);
        let skipped = line.chars().count().saturating_sub(LONGEST_HEADING);
        line.chars().skip(skipped).collect()
    };
    let above = document.blocks[..at - 1].iter().rev().take(LINES_ABOVE);
    let heading = above
        .map(|b| (b.kind, fold(&document.text, b.span)))
        .find(|(kind, line)| {
            *kind == BlockKind::Heading
                || (line.chars().count() <= LONGEST_HEADING
                    && !line.contains(['。', ',', ';'])
                    && line.split_once(':').is_none_or(|(_, rest)| rest.is_empty()))
        });
    let heading = heading
        .map(|(_, line)| line.into_owned())
        .unwrap_or_default();
    [heading, before].join(" ").trim().to_owned()
}
