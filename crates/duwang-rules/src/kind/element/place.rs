//! Where a label stands, and which value belongs to it.

use super::below::{lines_below, may_stand_below, value_below};
use super::gap::{self, Gapped};
use super::label::{is_label_line, label_start, next_chars, read_line, strip, value_length};
use super::value::Sort;
use super::{Element, matter};
use crate::judge::{Form, Found, Line, Seen};
use duwang_model::{BlockKind, Span};
use std::ops::ControlFlow;

/// A label with its value.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) label: String,
    pub(crate) value: String,
    /// Label and value as published.
    pub(crate) span: Span,
    pub(crate) sort: Sort,
}

/// Bytes of a quote of label and value; beyond it the label alone is quoted.
const LONGEST_QUOTE: usize = 300;

/// Every place of an element, in the order in which they are trusted: pairs, tables, lines.
pub(crate) fn find(element: &Element, seen: &Seen<'_>) -> Vec<Place> {
    let mut places = of_pairs(element, seen);
    if places.iter().any(|p| p.sort == Sort::Filled) {
        return places;
    }
    of_tables(element, seen, &mut places);
    of_lines(element, seen, &mut places);
    places
}

fn of_pairs(element: &Element, seen: &Seen<'_>) -> Vec<Place> {
    let pairs = seen.document.pairs.iter();
    pairs
        .filter(|p| element.parts.admits_part(p.part) && element.labels.match_label(&p.label))
        .filter(|p| !element.labels.is_foreign(seen, &p.label))
        .filter(|p| !is_claimed(element, seen, p.label_span) && !seen.is_in_form(p.label_span))
        .map(|p| {
            // A value that runs on into the next label (电话：传真：…) ends before it.
            let mut value = p.value[..value_length(&p.value)].trim().to_owned();
            let mut sort = element.values.sort(&value);
            if sort != Sort::Filled
                && may_stand_below(&value)
                && !is_cell(seen, p.label_span)
                && let Some(below) = value_below(
                    element,
                    seen,
                    p.value_span.end.max(p.label_span.end),
                    &value,
                )
            {
                (value, sort) = below;
            }
            Place {
                label: p.label.clone(),
                value,
                span: around(p.label_span, p.value_span),
                sort,
            }
        })
        .collect()
}

/// Whether a published label belongs to another matter.
fn is_claimed(element: &Element, seen: &Seen<'_>, label: Span) -> bool {
    if element.labels.not_near.is_empty() {
        return false;
    }
    let (start, end) = seen.document.text.to_folded(label);
    matter::is_claimed(&element.labels.not_near, seen, Form::Folded, start, end)
}

/// Whether a label is a table cell: its value stands beside it, and what follows below is the next row.
fn is_cell(seen: &Seen<'_>, label: Span) -> bool {
    seen.document
        .block_at(label.start)
        .is_some_and(|b| b.kind == BlockKind::Cell)
}

fn of_tables(element: &Element, seen: &Seen<'_>, places: &mut Vec<Place>) {
    let tables = seen.document.tables.iter();
    for table in tables.filter(|t| element.parts.admits_part(t.part)) {
        let columns = table.header.iter().enumerate();
        for (column, label) in columns.filter(|(_, h)| is_meant(element, seen, strip(h))) {
            let cells = table.rows.iter().filter_map(|row| row.get(column));
            for cell in cells.filter(|cell| !is_claimed(element, seen, cell.span)) {
                let empty = cell.text.trim().is_empty();
                places.push(Place {
                    label: label.clone(),
                    value: cell.text.clone(),
                    span: if empty {
                        header_span(seen, label).unwrap_or(cell.span)
                    } else {
                        cell.span
                    },
                    sort: element.values.sort(&cell.text),
                });
            }
        }
        for row in &table.rows {
            for (label, value) in row.iter().zip(row.iter().skip(1)) {
                if is_meant(element, seen, strip(&label.text))
                    && !is_claimed(element, seen, label.span)
                    && !seen.is_in_form(label.span)
                {
                    places.push(Place {
                        label: strip(&label.text).to_owned(),
                        value: value.text.clone(),
                        span: around(label.span, value.span),
                        sort: element.values.sort(&value.text),
                    });
                }
            }
        }
    }
}

/// Whether a value stands alone on a line that no label and no other matter claims: an item of a list of contacts.
pub(super) fn stands_alone(element: &Element, seen: &Seen<'_>) -> bool {
    let text = seen.text(Form::Folded);
    let is_free = |found: &Found| {
        let above = found
            .line
            .0
            .checked_sub(1)
            .map(|at| seen.line_around(Form::Folded, at));
        let is_named = above.is_some_and(|line| is_label_line(&text[line.0..line.1]));
        let other = &element.labels.not_near;
        !is_named
            && !is_cell(seen, found.span)
            && !matter::is_claimed(other, seen, Form::Folded, found.start, found.end)
    };
    element.alone.iter().any(|expression| {
        seen.each(expression, &element.parts, &mut |found| {
            if is_free(&found) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .is_break()
    })
}

/// Whether no other element and nobody else claims a label.
fn is_own(element: &Element, seen: &Seen<'_>, label: &str) -> bool {
    !element.labels.are_others(label) && !element.labels.is_foreign(seen, label)
}

/// Whether a label is the element's name, and the office's own.
fn is_meant(element: &Element, seen: &Seen<'_>, label: &str) -> bool {
    element.labels.match_label(label) && !element.labels.is_foreign(seen, label)
}

/// Where the name of an empty column stands: there is nothing else to quote.
fn header_span(seen: &Seen<'_>, label: &str) -> Option<Span> {
    let text = &seen.document.text;
    let cells = seen.document.blocks.iter();
    let mut named = cells.filter(|b| b.kind == BlockKind::Cell).filter(|b| {
        let (start, end) = text.to_folded(b.span);
        text.folded().get(start..end).map(str::trim) == Some(label.trim())
    });
    named.next().map(|b| b.span)
}

fn of_lines(element: &Element, seen: &Seen<'_>, places: &mut Vec<Place>) {
    let Some(anywhere) = &element.labels.anywhere else {
        return;
    };
    let text = seen.text(Form::Folded);
    let _ = seen.each(anywhere, &element.parts, &mut |found| {
        let line = &text[found.line.0..found.line.1];
        let end = found.end - found.line.0;
        let other = &element.labels.not_near;
        let around = Line::around(text, found.start, found.end);
        if matter::is_claimed(other, seen, Form::Folded, found.start, found.end)
            || element.has_ceased(&around)
            || seen.is_in_form(found.span)
        {
            return ControlFlow::Continue(());
        }
        if let Some(gapped) = gap::value_behind(seen, &found) {
            places.push(behind_gap(element, seen, &found, gapped));
        } else if let Some((label, value, value_end)) =
            read_line(line, found.start - found.line.0, end)
        {
            // What answers a question is known only by what the value looks like: 有没有分类? 有,垃圾分类.
            let is_question = line[end..].contains('?') && value.is_empty();
            if !is_meant(element, seen, strip(label))
                || (is_question && !element.values.are_known())
            {
                return ControlFlow::Continue(());
            }
            let mut sort = element.values.sort(value);
            let mut value = value.to_owned();
            if sort != Sort::Filled
                && may_stand_below(&value)
                && value_end == line.len()
                && !is_cell(seen, found.span)
                && let Some(below) = lines_below(element, seen, found.line, &value)
            {
                (value, sort) = below;
            }
            places.push(Place {
                label: strip(label).to_owned(),
                value,
                span: seen.span(Form::Folded, found.start, found.line.0 + value_end),
                sort,
            });
        } else if element.values.are_known()
            && !element.labels.is_only_whole(&text[found.start..found.end])
            && element.values.is_plausible(next_chars(&line[end..], 40))
            && is_own(
                element,
                seen,
                &line[label_start(line, found.start - found.line.0)..end],
            )
        {
            // "联系电话0599-6660001": no colon, but the value follows.
            places.push(Place {
                label: line[found.start - found.line.0..end].to_owned(),
                value: next_chars(&line[end..], 40).to_owned(),
                span: found.span,
                sort: Sort::Filled,
            });
        }
        ControlFlow::Continue(())
    });
}

/// A name whose value stands behind a gap, or on the lines below it.
fn behind_gap(element: &Element, seen: &Seen<'_>, found: &Found, gapped: Gapped) -> Place {
    let text = seen.text(Form::Folded);
    let mut place = Place {
        label: text[found.start..found.end].to_owned(),
        sort: element.values.sort(&gapped.value),
        value: gapped.value,
        span: gapped.span,
    };
    let ends_line = text[found.end..found.line.1].trim().is_empty();
    if place.sort != Sort::Filled
        && ends_line
        && let Some(below) = lines_below(element, seen, found.line, &place.value)
    {
        (place.value, place.sort) = below;
    }
    place
}

fn around(label: Span, value: Span) -> Span {
    let whole = Span::new(label.start.min(value.start), label.end.max(value.end));
    if whole.len() > LONGEST_QUOTE || value.start < label.start {
        return label;
    }
    whole
}
