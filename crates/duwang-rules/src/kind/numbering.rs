//! `numbering`: 一、二、四: a number that is missing or stands twice in the headings of a text.
//!
//! A text may hold several series (a notice and the plan it issues) and appendices; a new series begins with 一 again. Only a series that
//! is plainly one – its numbers rise, and it goes on after the gap – is accused. Numbers stand at the beginning of lines, and of sentences
//! within them: guides often write several points in one paragraph and the others on lines of their own.

mod faults;
mod places;
mod rows;
mod style;

use super::{Out, Reading};
use crate::judge::{Form, Seen, Slots};
use crate::load::{LazyRegex, plain_regexes};
use duwang_model::Span;
use faults::{Fault, faults};
use places::{is_before_blank, places, tells_of_missing};
use rows::rows;
use style::{Style, ends_series, next_alone, numbered, whole_part};
pub(in crate::kind) use style::{is_item_before, is_item_of, is_numbered, is_section_of_nothing};

#[derive(Debug)]
pub(crate) struct Numbering {
    styles: Vec<Style>,
    /// Fewest numbers of a series that is judged.
    least: usize,
    /// What a heading says that leaves a number out on purpose (原第八条已删去，序号保留).
    unless: Vec<LazyRegex>,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Numbering> {
    let fields = reading.fields;
    let styles: Vec<Style> = fields.words("styles");
    if styles.is_empty() {
        fields.missing("styles");
    }
    Some(Numbering {
        styles,
        least: fields.number("least").map_or(4, |n| n.value as usize),
        unless: plain_regexes(fields, "unless"),
    })
}

/// A numbered line.
#[derive(Debug, Clone, Copy)]
struct Numbered {
    number: u32,
    /// Its mark in the published text: `四、`.
    span: Span,
    /// It says itself why numbers before it are missing.
    is_excused: bool,
}

impl Numbering {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let places = places(seen);
        for style in &self.styles {
            let all = match style {
                Style::Rows => rows(seen),
                style => self.series(seen, &places, *style),
            };
            for series in all.iter().filter(|series| series.len() >= self.least) {
                for fault in faults(series) {
                    report(&fault, *style, seen, out);
                }
            }
        }
    }

    /// The series of one style: each begins with 1, and one of a lower style ends where a higher heading stands.
    fn series(
        &self,
        seen: &Seen<'_>,
        places: &[(usize, usize)],
        style: Style,
    ) -> Vec<Vec<Numbered>> {
        let mut all: Vec<Vec<Numbered>> = Vec::new();
        let mut open = false;
        // `10.21 英寸轮毂`: item 10, read as a decimal.
        let mut decimal_item = None;
        let mut behind_last = 0;
        for &(start, end) in places {
            let text = &seen.text(Form::Folded)[start..end];
            open &= !ends_series(text, style);
            let last_number = all.last().and_then(|s| s.last()).filter(|_| open);
            let next = || next_alone(text, style, last_number?.number);
            let Some((number, range)) = numbered(text, style).or_else(next) else {
                decimal_item = decimal_item.or_else(|| whole_part(text, style));
                continue;
            };
            let follows_decimal = decimal_item.take().is_some_and(|item| item + 1 == number);
            let span = seen.span(Form::Folded, start + range.start, start + range.end);
            // An article goes on after a blank, which folding drops; 第三条明确了…… tells of one.
            if style == Style::Article && !is_before_blank(seen, span) {
                continue;
            }
            let last = all.last_mut().filter(|_| open && number != 1);
            let at = start + range.start;
            let between = seen.text(Form::Folded).get(behind_last..at);
            let is_told_between = style.is_spoken()
                && last
                    .as_ref()
                    .and_then(|series| series.last())
                    .zip(between)
                    .is_some_and(|(last, text)| tells_of_missing(text, last.number, number));
            behind_last = start + range.end;
            let this = Numbered {
                number,
                span,
                is_excused: follows_decimal
                    || is_told_between
                    || self.unless.iter().any(|r| r.is_match(text)),
            };
            match last {
                Some(series) => series.push(this),
                None => {
                    all.push(vec![this]);
                    open = true;
                }
            }
        }
        // What does not begin with 1 is a piece of something (an excerpt, a list cut by an anchor): nothing is known of it.
        all.retain(|series| series.first().is_some_and(|n| n.number == 1));
        all
    }
}

fn report(fault: &Fault, style: Style, seen: &Seen<'_>, out: &mut Out<'_>) {
    let written = |n: Numbered| seen.document.text.slice(n.span).trim().to_owned();
    let (before, at) = (written(fault.before), written(fault.at));
    let what = if fault.at.number == fault.before.number {
        "重复"
    } else {
        "跳号"
    };
    let mut draft = out
        .draft()
        .at(fault.at.span)
        .keyed(format!(
            "{style:?} {} {}",
            fault.before.number, fault.at.number
        ))
        .with(Slots {
            label: what.to_owned(),
            value: before,
            target: at,
            ..Slots::default()
        });
    draft.locator = Some(what.to_owned());
    out.push(draft);
}
