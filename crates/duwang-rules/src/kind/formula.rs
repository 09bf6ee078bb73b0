//! `formula`: fixed formulations compared with their canonical form. A list of fixed items (富强、民主、文明、和谐 …) with one item missing,
//! out of order, altered or said twice, and a long set phrase with a character or two too many, too few or wrong; shown as a difference.

mod difference;
mod listed;
mod phrase;

use super::terms::is_unsure;
use super::{Out, Reading};
use crate::judge::{Form, Line, Seen, Slots};
use crate::load::{Expression, Fields, expression};
use chrono::NaiveDate;
use duwang_model::{Certainty, Level, Span, Text};
use listed::Listed;
use phrase::Phrase;

#[derive(Debug)]
pub(crate) struct Formula {
    forms: Vec<Canonical>,
}

/// One formulation.
#[derive(Debug)]
struct Canonical {
    /// `FIX-0006`; may be empty.
    id: String,
    form: CanonicalForm,
    /// Where to look closer: any of its items, or its first characters.
    anchor: Expression,
    level: Level,
    certainty: Certainty,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
    /// Texts that are right although they differ.
    except: Vec<String>,
}

#[derive(Debug)]
enum CanonicalForm {
    Listed(Listed),
    Phrase(Phrase),
}

/// From byte to byte.
type Range = (usize, usize);

/// What differs, in the text of a line.
struct Difference {
    /// Byte range of the line.
    start: usize,
    end: usize,
    /// 缺、多、序、改, with the words: `缺“和谐”`.
    what: String,
    /// The text with its difference marked: `富强、民主、〔缺：文明〕、和谐`.
    shown: String,
    /// What should stand there.
    right: String,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Formula> {
    let fields = reading.fields;
    let tables = fields.tables("formulas");
    if tables.is_empty() {
        fields.missing("formulas");
    }
    let forms = tables
        .iter()
        .filter_map(|table| {
            let form = canonical(table, reading);
            table.finish();
            form
        })
        .collect();
    Some(Formula { forms })
}

fn canonical(table: &Fields<'_>, reading: &mut Reading<'_, '_>) -> Option<Canonical> {
    let folded = |text: String| Text::new(text).folded().to_owned();
    let items = table.texts("items");
    let phrase = table.text("phrase");
    let place = items
        .first()
        .map(|i| i.place.clone())
        .or_else(|| phrase.as_ref().map(|p| p.place.clone()))
        .unwrap_or_else(|| table.place().clone());
    let lead = table.texts("lead");
    let _ = table.required_text("name"); // for who reads the file
    let form = match phrase {
        Some(phrase) => CanonicalForm::Phrase(Phrase::new(&folded(phrase.value))),
        None => CanonicalForm::Listed(Listed::new(
            items.into_iter().map(|i| folded(i.value)).collect(),
            lead.into_iter().map(|l| folded(l.value)).collect(),
        )),
    };
    let too_short = match &form {
        CanonicalForm::Listed(listed) => listed.len() < 3,
        CanonicalForm::Phrase(phrase) => phrase.len() < 6,
    };
    if too_short {
        table.troubles().report_with(
            &place,
            "固定提法太短，比对不出差别",
            "这里",
            Some(
                "写 items = [\"…\", \"…\", \"…\"]（三项以上）或 phrase = \"六个字以上的提法\""
                    .to_owned(),
            ),
        );
        return None;
    }
    let source = crate::load::At {
        value: match &form {
            CanonicalForm::Listed(listed) => listed.expression(),
            CanonicalForm::Phrase(phrase) => regex::escape(phrase.head()),
        },
        place,
    };
    let anchor = expression(table, &source, Form::Folded, reading.watch)?;
    Some(Canonical {
        id: table.text_or_default("id"),
        form,
        anchor,
        level: table.word("level").unwrap_or(Level::General),
        certainty: match is_unsure(&table.text_or_default("source"), "") {
            true => Certainty::Ask,
            false => reading.certainty,
        },
        since: table.day("since"),
        until: table.day("until"),
        except: table
            .texts("except")
            .into_iter()
            .map(|e| folded(e.value))
            .collect(),
    })
}

impl Formula {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        for form in &self.forms {
            if form.holds_on(seen.written_on) {
                form.judge(seen, out);
            }
        }
    }
}

impl Canonical {
    fn holds_on(&self, day: NaiveDate) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }

    fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let parts = out.rule.scope.parts;
        let text = seen.text(Form::Folded);
        let mut lines: Vec<(Range, Vec<Range>)> = Vec::new();
        let _ = seen.each(&self.anchor, &parts, &mut |f| {
            let at = (f.start - f.line.0, f.end - f.line.0);
            match lines.last_mut().filter(|(line, _)| *line == f.line) {
                Some((_, anchors)) => anchors.push(at),
                None => lines.push((f.line, vec![at])),
            }
            std::ops::ControlFlow::Continue(())
        });
        for (line, anchors) in lines {
            let words = &text[line.0..line.1];
            let differences = match &self.form {
                CanonicalForm::Listed(listed) => listed.differences(words, &anchors),
                CanonicalForm::Phrase(phrase) => phrase.differences(words, &anchors),
            };
            for difference in differences {
                let here = Line::around(words, difference.start, difference.end);
                if self.except.iter().any(|e| here.overlaps(e)) || here.in_book_title() {
                    continue;
                }
                let (start, end) = (line.0 + difference.start, line.0 + difference.end);
                self.report(difference, seen.span(Form::Folded, start, end), out);
            }
        }
    }

    fn report(&self, difference: Difference, span: Span, out: &mut Out<'_>) {
        let mut draft = out.draft().at(span).with(Slots {
            suggestion: difference.right,
            label: difference.what,
            value: difference.shown,
            ..Slots::default()
        });
        draft.level = Some(self.level);
        draft.certainty = self.certainty;
        draft.locator = (!self.id.is_empty()).then(|| self.id.clone());
        out.push(draft);
    }
}
