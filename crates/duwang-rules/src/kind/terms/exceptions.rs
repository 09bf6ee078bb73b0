//! When a word of a list is right after all.

mod cited;
mod court;
mod names;
mod past;
mod told;

use super::row::{Row, in_form};
use crate::error::Troubles;
use crate::explain::Why;
use crate::judge::{Form, Line, Seen};
use crate::load::At;
use crate::persons;
use duwang_model::{Block, BlockKind, Span};

/// The exceptions of a row.
#[derive(Debug, Default)]
pub(crate) struct Exceptions {
    /// Texts that excuse a match they overlap.
    overlapping: Vec<String>,
    /// Texts that excuse a match of the same sentence.
    same_sentence: Vec<String>,
    marks: Vec<Mark>,
}

/// Exceptions by what surrounds the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    BookTitle,
    Quoted,
    Cited,
    Former,
    History,
    OldText,
    Table,
    Code,
    ProperName,
    PlaceName,
    PersonName,
    Court,
}

const MARKS: &[(&str, Mark)] = &[
    ("@书名号", Mark::BookTitle),
    ("@引号", Mark::Quoted),
    ("@引文", Mark::Cited),
    ("@原名", Mark::Former),
    ("@历史", Mark::History),
    ("@旧文", Mark::OldText),
    ("@表格", Mark::Table),
    ("@代码", Mark::Code),
    ("@专名", Mark::ProperName),
    ("@地名", Mark::PlaceName),
    ("@人名", Mark::PersonName),
    ("@法院", Mark::Court),
];

impl Exceptions {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.overlapping.is_empty() && self.same_sentence.is_empty() && self.marks.is_empty()
    }

    /// Reads the exceptions of a row; `None` when one is not understood (told already).
    pub(crate) fn read(given: &[At<String>], form: Form, troubles: &Troubles<'_>) -> Option<Self> {
        let mut exceptions = Self::default();
        let mut understood = true;
        for one in given {
            let text = one.value.trim();
            if let Some(word) = text.strip_prefix('&') {
                exceptions.same_sentence.push(in_form(word, form));
            } else if text.starts_with('@') {
                match MARKS.iter().find(|(word, _)| *word == text) {
                    Some((_, mark)) => exceptions.marks.push(*mark),
                    None => {
                        understood = false;
                        let words: Vec<&str> = MARKS.iter().map(|(word, _)| *word).collect();
                        troubles.report_with(
                            &one.place,
                            format!("不认识的例外“{text}”"),
                            "这里",
                            Some(crate::load::known_words(text, &words)),
                        );
                    }
                }
            } else if !text.is_empty() {
                exceptions.overlapping.push(in_form(text, form));
            }
        }
        understood.then_some(exceptions)
    }

    /// An exception that excuses every match of the word.
    pub(crate) fn swallows(&self, word: &str) -> Option<&str> {
        self.overlapping
            .iter()
            .find(|e| word.contains(e.as_str()))
            .map(String::as_str)
    }
}

/// Why a match of a row is none after all.
pub(crate) fn objection(
    row: &Row,
    line: &Line<'_>,
    span: Span,
    block: Option<&Block>,
    seen: &Seen<'_>,
) -> Option<Why> {
    if let Some(since) = row.since.filter(|since| seen.written_on < *since) {
        return Some(Why::NotYet(since));
    }
    if row.since.is_some() && past::is_undated(seen) && past::is_provision(line) {
        return Some(Why::Exception("没有日期的法规条文".to_owned()));
    }
    if let Some(column) = told::column(seen, span) {
        return Some(Why::Exception(column.to_owned()));
    }
    if persons::is_listed(line) {
        return Some(Why::Exception("名单里的人名".to_owned()));
    }
    if told::is_told_wrong(line) {
        return Some(Why::Exception("说的就是这个错".to_owned()));
    }
    let exceptions = row.exceptions.as_deref()?;
    if let Some(word) = exceptions.overlapping.iter().find(|e| line.overlaps(e)) {
        return Some(Why::Exception(word.clone()));
    }
    if !exceptions.same_sentence.is_empty() {
        let sentence = line.sentence();
        if let Some(word) = exceptions
            .same_sentence
            .iter()
            .find(|e| sentence.contains(e.as_str()))
        {
            return Some(Why::Exception(format!("&{word}")));
        }
    }
    exceptions
        .marks
        .iter()
        .find(|mark| holds(**mark, row, line, span, block, seen))
        .map(|mark| Why::Exception(name(*mark).to_owned()))
}

fn name(mark: Mark) -> &'static str {
    MARKS
        .iter()
        .find(|(_, m)| *m == mark)
        .map_or("", |(word, _)| word)
}

fn holds(
    mark: Mark,
    row: &Row,
    line: &Line<'_>,
    span: Span,
    block: Option<&Block>,
    seen: &Seen<'_>,
) -> bool {
    match mark {
        Mark::BookTitle => line.in_book_title() || told::is_in_titles(seen, span),
        Mark::Quoted => line.in_quotes().is_some(),
        Mark::Cited => cited::is_cited(line, row.since, seen),
        Mark::Former => past::is_former_name(line),
        Mark::History => past::is_history(row.since, line, seen),
        Mark::OldText => false, // judged by `since` above
        Mark::Table => block.is_some_and(|b| b.kind == BlockKind::Cell),
        Mark::Code => line.in_code(),
        Mark::ProperName => names::is_proper_name(line),
        Mark::PlaceName => names::is_place_name(line),
        Mark::PersonName => names::is_person_name(line),
        Mark::Court => court::speaks(seen),
    }
}
