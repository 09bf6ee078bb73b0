//! The values of an equation: where their numbers stand, and what is read there.

use super::number::{in_words, number};
use super::row::{begins_like, numbers_at_end};
use crate::judge::{Form, Seen};
use crate::kind::Reading;
use crate::kind::sheet::Sheet;
use crate::load::{Expression, Fields, LazyRegex, expressions, plain_regexes};
use duwang_model::Span;
use std::ops::ControlFlow;

/// A number by where it stands.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) name: String,
    /// In the text: the fault group is the number.
    patterns: Vec<Expression>,
    /// Says in the text that there was nothing (未收到申请); counts where no number is told.
    zero: Vec<Expression>,
    /// A row of a table that begins like this.
    row: Vec<LazyRegex>,
    /// A column of a table that is called like this and has one number.
    column: Vec<LazyRegex>,
    /// Counts as nothing where it is not told.
    or_zero: bool,
}

/// A value as read: a number for each column (one for a text), with its place.
#[derive(Clone)]
pub(super) struct Read {
    pub(super) numbers: Vec<Option<i64>>,
    pub(super) span: Span,
    pub(super) told: bool,
}

/// What was found of a value.
pub(super) enum Found {
    /// A row of a table.
    Row(Read),
    /// Numbers of a text or a column with their places, in any number.
    Told(Vec<(i64, Span)>),
    /// Several rows could be meant.
    Unclear,
}

impl Value {
    pub(super) fn of(fields: &Fields<'_>, reading: &mut Reading<'_, '_>) -> Self {
        let name = fields.required_text("name");
        let value = Self {
            name: name.map(|n| n.value).unwrap_or_default(),
            patterns: expressions(fields, "patterns", Form::Folded, reading.watch),
            zero: expressions(fields, "zero", Form::Folded, reading.watch),
            row: plain_regexes(fields, "row"),
            column: plain_regexes(fields, "column"),
            or_zero: fields.flag("or_zero").unwrap_or(false),
        };
        let ways = ["patterns", "row", "column"];
        let is_zero_alone = fields.has("zero") && !fields.has("patterns");
        if is_zero_alone || !ways.iter().any(|key| fields.has(key)) {
            fields.missing("patterns");
        }
        fields.finish();
        value
    }

    /// Looks for its numbers in rows, columns or the text.
    pub(super) fn find(&self, seen: &Seen<'_>) -> Found {
        match () {
            () if !self.row.is_empty() => self.in_tables(seen),
            () if !self.column.is_empty() => self.in_columns(seen),
            () => self.in_text(seen),
        }
    }

    /// What is said once, or several times in the same way, counts.
    pub(super) fn read(&self, found: &Found) -> Option<Read> {
        match found {
            Found::Row(read) => Some(read.clone()),
            Found::Told(told) if told.is_empty() => self.or_zero.then_some(Read {
                numbers: Vec::new(),
                span: Span::default(),
                told: false,
            }),
            Found::Told(_) if found.is_told_differently() => None,
            Found::Told(told) => told
                .first()
                .map(|(number, span)| Read::once(*number, *span)),
            Found::Unclear => None,
        }
    }

    fn in_text(&self, seen: &Seen<'_>) -> Found {
        let mut numbers: Vec<(i64, Span)> = Vec::new();
        for pattern in &self.patterns {
            let _ = seen.each(pattern, &Default::default(), &mut |found| {
                let text = &seen.text(pattern.form)[found.start..found.end];
                if let Some(number) = in_words(text) {
                    numbers.push((number, found.span));
                }
                ControlFlow::Continue(())
            });
        }
        if numbers.is_empty() {
            let nothing = seen.first(&self.zero, &Default::default());
            numbers.extend(nothing.map(|found| (0, found.span)));
        }
        Found::Told(numbers)
    }

    fn in_tables(&self, seen: &Seen<'_>) -> Found {
        let rows = seen.document.tables.iter().flat_map(|t| &t.rows);
        let mut named = rows.filter(|row| begins_like(row, &self.row));
        let Some(row) = named.next() else {
            return Found::Told(Vec::new());
        };
        if named.next().is_some() {
            return Found::Unclear;
        }
        let cells = numbers_at_end(row);
        match cells.last() {
            None => Found::Told(Vec::new()),
            Some((_, span)) => Found::Row(Read {
                span: *span,
                numbers: cells.into_iter().map(|(n, _)| n).collect(),
                told: true,
            }),
        }
    }

    fn in_columns(&self, seen: &Seen<'_>) -> Found {
        let mut told = Vec::new();
        for sheet in seen.document.tables.iter().filter_map(Sheet::of) {
            let Some(at) = sheet.only_position(&self.column) else {
                continue;
            };
            let cells = sheet.rows.iter().filter_map(|row| row.get(at));
            told.extend(cells.filter_map(|c| Some((number(&c.text)?, c.span))));
        }
        Found::Told(told)
    }
}

impl Found {
    pub(super) fn is_told_differently(&self) -> bool {
        matches!(self, Self::Told(told) if told.iter().any(|(n, _)| Some(n) != told.first().map(|(n, _)| n)))
    }

    /// What of it is told on a line. Of what is told elsewhere only, nothing is known.
    pub(super) fn within(&self, line: Span) -> Self {
        match self {
            Self::Told(told) if !told.is_empty() => {
                let here = told.iter().filter(|(_, at)| at.overlaps(line)).copied();
                match here.collect::<Vec<_>>() {
                    here if here.is_empty() => Self::Unclear,
                    here => Self::Told(here),
                }
            }
            Self::Told(_) => Self::Told(Vec::new()),
            Self::Row(_) | Self::Unclear => Self::Unclear,
        }
    }
}

impl Read {
    fn once(number: i64, span: Span) -> Self {
        Self {
            numbers: vec![Some(number)],
            span,
            told: true,
        }
    }

    /// The number of a column counted from the right; what is not told counts as nothing.
    pub(super) fn number(&self, column: usize) -> Option<i64> {
        if !self.told {
            return Some(0);
        }
        let at = self.numbers.len().checked_sub(column + 1)?;
        self.numbers.get(at).copied().flatten()
    }
}
