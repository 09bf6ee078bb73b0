//! A document as the rules see it: what the scanner found, and the questions a kind may ask.

use super::day::{judged_on, written_on};
use super::row::Row;
use super::scanner::line_around;
use super::titles::{Answers, Titles};
use super::{Candidates, Cells, Form, LineAt, Parts, Scanner, Wanted};
use crate::explain::{Explanation, Why};
use crate::load::{Expression, LazyRegex};
use crate::rule::Context;
use chrono::NaiveDate;
use duwang_model::{Block, Certainty, Document, LinkRole, Part, Span, Text};
use foldhash::fast::FixedState;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::hash::Hash;
use std::ops::ControlFlow;

/// A document being judged.
pub(crate) struct Seen<'a> {
    pub(crate) document: &'a Document,
    pub(crate) context: &'a Context<'a>,
    /// The day whose law counts.
    pub(crate) judged_on: NaiveDate,
    /// The day the text was made (成文日期), by which word lists judge.
    pub(crate) written_on: NaiveDate,
    pub(crate) ground: Ground,
    pub(crate) scanner: &'a Scanner,
    pub(crate) candidates: Candidates,
    /// The model that rules of the kind `typo` ask.
    pub(crate) typos: Option<&'a duwang_typo::Checker>,
    /// What lists of misspellings found, with how sure they are: what rules of the kind `typo` take into account.
    listed: OnceCell<Vec<(Span, Certainty)>>,
    /// The title folded, without blanks: what `scope.titles` looks at.
    bare_title: OnceCell<String>,
    titles: &'a Titles,
    title_says: Answers,
    /// What the lines of the content were asked, by the number of the expression.
    lines_say: RefCell<HashMap<usize, bool, FixedState>>,
    folded_lines: OnceCell<Vec<(usize, usize)>>,
    plain_lines: OnceCell<Vec<(usize, usize)>>,
    cells: OnceCell<Cells>,
    explanations: Option<RefCell<Vec<Explanation>>>,
}

/// How much of a document's content could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Ground {
    /// All of it.
    Whole,
    /// Only pictures, players or files stand where the content should be: what they say was not read.
    PicturesOnly,
    /// The reader stopped before the end.
    CutShort,
}

/// A match of an expression.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// The faulty part, as byte range of the text of the expression's form.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The line, as byte range of the same text.
    pub(crate) line: (usize, usize),
    /// The faulty part as published.
    pub(crate) span: Span,
}

impl<'a> Seen<'a> {
    pub(crate) fn new(
        document: &'a Document,
        context: &'a Context<'a>,
        ground: Ground,
        scanner: &'a Scanner,
        titles: &'a Titles,
        wanted: &Wanted,
    ) -> Self {
        let judged_on = judged_on(document, context);
        Self {
            document,
            context,
            judged_on,
            written_on: written_on(document, context).unwrap_or(judged_on),
            ground,
            scanner,
            candidates: scanner.scan(document.text.folded(), document.text.plain(), wanted),
            typos: None,
            listed: OnceCell::new(),
            bare_title: OnceCell::new(),
            titles,
            title_says: Answers::default(),
            lines_say: RefCell::default(),
            folded_lines: OnceCell::new(),
            plain_lines: OnceCell::new(),
            cells: OnceCell::new(),
            explanations: None,
        }
    }

    /// The same, with a model of the language.
    pub(crate) fn with_typos(mut self, typos: Option<&'a duwang_typo::Checker>) -> Self {
        self.typos = typos;
        self
    }

    /// Notes what lists of misspellings found.
    pub(crate) fn note_listed(&self, listed: Vec<(Span, Certainty)>) {
        // Said once for each document; a second word would be the same.
        let _ = self.listed.set(listed);
    }

    /// What lists of misspellings found.
    pub(crate) fn listed(&self) -> &[(Span, Certainty)] {
        self.listed.get().map_or(&[], Vec::as_slice)
    }

    /// The day of the text itself: when it was made or published.
    pub(crate) fn own_day(&self) -> Option<NaiveDate> {
        written_on(self.document, self.context).or(self.document.published)
    }

    /// Whether somebody asked why things are not reported.
    pub(crate) fn is_explaining(&self) -> bool {
        self.explanations.is_some()
    }

    /// The same, keeping why things were not reported.
    pub(crate) fn explaining(mut self) -> Self {
        self.explanations = Some(RefCell::default());
        self
    }

    pub(crate) fn into_explanations(self) -> Vec<Explanation> {
        self.explanations
            .map(RefCell::into_inner)
            .unwrap_or_default()
    }

    /// Notes why something was not reported, when somebody asked.
    pub(crate) fn explain(&self, rule: &str, span: Span, why: impl FnOnce() -> Why) {
        if let Some(explanations) = &self.explanations {
            explanations.borrow_mut().push(Explanation {
                rule: rule.to_owned(),
                span,
                quote: self.document.text.slice(span).to_owned(),
                why: why(),
            });
        }
    }

    pub(crate) fn text(&self, form: Form) -> &'a str {
        match form {
            Form::Folded => self.document.text.folded(),
            Form::Plain => self.document.text.plain(),
        }
    }

    /// The published place of a range of a form.
    pub(crate) fn span(&self, form: Form, start: usize, end: usize) -> Span {
        match form {
            Form::Folded => self.document.text.to_plain(start, end),
            Form::Plain => Span::new(start, end),
        }
    }

    /// The block a line of a form stands in.
    pub(crate) fn block_of(&self, form: Form, line: (usize, usize)) -> Option<&'a Block> {
        let first = self.text(form)[line.0..].chars().next()?;
        let at = self.span(form, line.0, line.0 + first.len_utf8()).start;
        self.document.block_at(at)
    }

    pub(crate) fn line_around(&self, form: Form, at: usize) -> (usize, usize) {
        line_around(self.text(form), at)
    }

    /// What a table says elsewhere about the cell that holds a span.
    pub(crate) fn headings(&self, span: Span) -> Vec<&'a str> {
        self.cells().headings(self.document, span)
    }

    /// The same with all cells before it in its row: each may call what the cell holds, though not each excuses it.
    pub(crate) fn callers(&self, span: Span) -> Vec<&'a str> {
        self.cells().callers(self.document, span)
    }

    /// Whether a span stands in a cell with nothing but empty cells behind it in its row: a label without a value.
    pub(crate) fn is_before_blanks(&self, span: Span) -> bool {
        self.cells().is_before_blanks(self.document, span)
    }

    /// What the columns are called of the table that holds a span; none outside of tables.
    pub(crate) fn columns(&self, span: Span) -> Vec<&'a str> {
        self.cells().columns(self.document, span)
    }

    /// Whether a span stands in a cell of a table.
    pub(crate) fn is_in_cell(&self, span: Span) -> bool {
        self.cells().at(span).is_some()
    }

    /// Whether a span stands in a table that is a form to be filled in.
    pub(crate) fn is_in_form(&self, span: Span) -> bool {
        self.cells().is_in_form(span)
    }

    fn cells(&self) -> &Cells {
        self.cells.get_or_init(|| Cells::of(self.document))
    }

    /// The title folded, without blanks; made once for all rules that ask.
    pub(crate) fn bare_title(&self) -> &str {
        self.bare_title.get_or_init(|| {
            let title = Text::new(self.document.title.clone());
            title.folded().split_whitespace().collect()
        })
    }

    /// Whether the bare title says what one of some expressions looks for. Each is asked once, for all rules that write it.
    pub(crate) fn title_says_any(&self, any: &[LazyRegex]) -> bool {
        let title = self.bare_title();
        any.iter()
            .any(|one| self.titles.says(title, one, &self.title_says))
    }

    /// Whether a line of the content says what one of some expressions looks for.
    pub(crate) fn some_line_says_any(&self, any: &[LazyRegex]) -> bool {
        let mut said = self.lines_say.borrow_mut();
        any.iter().any(|one| {
            let said = said.entry(one.number());
            *said.or_insert_with(|| self.some_line_says(one))
        })
    }

    fn some_line_says(&self, one: &LazyRegex) -> bool {
        let text = self.text(Form::Folded);
        let is_content = |line| {
            let block = self.block_of(Form::Folded, line);
            block.is_some_and(|b| b.part == Part::Main)
        };
        self.lines(Form::Folded)
            .iter()
            .any(|&line| one.is_match(&text[line.0..line.1]) && is_content(line))
    }

    /// Whether a word is part of the name of who speaks: what a 法律援助中心 says of itself is not said of legal aid.
    pub(crate) fn is_in_own_name(&self, word: &str) -> bool {
        let names = self.context.unit.into_iter();
        let mut names = names.flat_map(|unit| std::iter::once(&unit.name).chain(&unit.short_names));
        let of_title = self.bare_title().split_once("信息公开");
        names.any(|name| name.contains(word))
            || of_title.is_some_and(|(name, _)| name.contains(word))
    }

    /// Every line of a form that is not empty.
    pub(crate) fn lines(&self, form: Form) -> &[(usize, usize)] {
        let cell = match form {
            Form::Folded => &self.folded_lines,
            Form::Plain => &self.plain_lines,
        };
        cell.get_or_init(|| lines_of(self.text(form)))
    }

    /// Asks something whose answer depends on this thing alone, unless it was answered in the negative before.
    pub(crate) fn may_say(&self, thing: impl Hash, ask: impl FnOnce() -> bool) -> bool {
        let misses = &self.scanner.misses;
        let number = misses.number(thing);
        let says = !misses.has(number) && ask();
        if !says {
            misses.add(number);
        }
        says
    }

    /// Whether an expression stands in the given parts.
    pub(crate) fn has(&self, expressions: &[Expression], parts: &Parts) -> bool {
        self.first(expressions, parts).is_some()
    }

    /// The first match, expression by expression.
    pub(crate) fn first(&self, expressions: &[Expression], parts: &Parts) -> Option<Found> {
        expressions.iter().find_map(|expression| {
            let mut first = None;
            let _ = self.each(expression, parts, &mut |found| {
                first = Some(found);
                ControlFlow::Break(())
            });
            first
        })
    }

    /// Every match of an expression in the given parts, in order.
    pub(crate) fn each(
        &self,
        expression: &Expression,
        parts: &Parts,
        each: &mut dyn FnMut(Found) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut rows = Rows::default();
        let mut look = |line| {
            let found = self.on_line(expression, line, parts, each)?;
            if expression.is_across_cells && !found {
                self.on_row(expression, line, parts, &mut rows, each)?;
            }
            ControlFlow::Continue(())
        };
        if self.scanner.is_everywhere(expression.watch) {
            self.lines(expression.form)
                .iter()
                .try_for_each(|&line| look(line))
        } else {
            let mut lines = self.candidates.of(expression.watch).iter();
            lines.try_for_each(|&LineAt { start, end, .. }| look((start as usize, end as usize)))
        }
    }

    /// Looks in the row of a table that a line stands in, once for all its lines.
    fn on_row(
        &self,
        expression: &Expression,
        line: (usize, usize),
        parts: &Parts,
        rows: &mut Rows,
        each: &mut dyn FnMut(Found) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let form = expression.form;
        let span = self.span(form, line.0, line.1);
        let Some(cells) = self.cells().row_of(span) else {
            return ControlFlow::Continue(());
        };
        if rows.last.replace(cells.start) == Some(cells.start) {
            return ControlFlow::Continue(());
        }
        let ranges = self.cells().spans(cells).map(|cell| match form {
            Form::Folded => self.document.text.to_folded(cell),
            Form::Plain => (cell.start, cell.end),
        });
        let Some(row) = Row::of(self.text(form), ranges) else {
            return ControlFlow::Continue(());
        };
        if !parts.admits(self.document, self.block_of(form, line)) {
            return ControlFlow::Continue(());
        }
        let mut from = 0;
        while let Some(found) = expression.phrase.find(&row.text, from) {
            let (start, end) = row.in_document(found);
            each(Found {
                start,
                end,
                line: row.range(),
                span: self.span(form, start, end),
            })?;
            from = found.1;
        }
        ControlFlow::Continue(())
    }

    /// Whether anything was found on a line.
    fn on_line(
        &self,
        expression: &Expression,
        line: (usize, usize),
        parts: &Parts,
        each: &mut dyn FnMut(Found) -> ControlFlow<()>,
    ) -> ControlFlow<(), bool> {
        let text = &self.text(expression.form)[line.0..line.1];
        let misses = &self.scanner.misses;
        let number = misses.number((expression.watch, text));
        if misses.has(number) {
            return ControlFlow::Continue(false);
        }
        let mut block = None; // looked up only when something was found
        let mut from = 0;
        while let Some((start, end)) = expression.phrase.find(text, from) {
            let block = *block.get_or_insert_with(|| self.block_of(expression.form, line));
            if !parts.admits(self.document, block) {
                break;
            }
            each(Found {
                start: line.0 + start,
                end: line.0 + end,
                line,
                span: self.span(expression.form, line.0 + start, line.0 + end),
            })?;
            from = end;
        }
        if block.is_none() {
            misses.add(number);
        }
        ControlFlow::Continue(block.is_some())
    }
}

/// The row looked at last, by its first cell.
#[derive(Default)]
struct Rows {
    last: Option<usize>,
}

fn lines_of(text: &str) -> Vec<(usize, usize)> {
    let mut lines = Vec::new();
    let mut from = 0;
    for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        if from < end {
            lines.push((from, end));
        }
        from = end + 1;
    }
    lines
}

impl Ground {
    /// What of a document could be read.
    pub(crate) fn of(document: &Document) -> Self {
        let stopped = |note: &String| {
            ["未读", "过大", "截断", "其余", "上限"]
                .iter()
                .any(|word| note.contains(word))
        };
        // What character recognition did not see may be there all the same.
        let recognised = document.places.iter().any(|p| p.confidence.is_some());
        if recognised || document.notes.iter().any(stopped) {
            return Self::CutShort;
        }
        let unread_forms = document.images.iter().any(|i| i.part == Part::Main)
            || document
                .links
                .iter()
                .any(|l| l.role == LinkRole::Attachment)
            || document.media != duwang_model::Media::default();
        if unread_forms && main_chars_below(document, 60) {
            return Self::PicturesOnly;
        }
        Self::Whole
    }
}

/// Whether the content has fewer visible characters than `limit`, without counting a long text to its end. The title does not count:
/// it stands over pictures too.
fn main_chars_below(document: &Document, limit: usize) -> bool {
    let mut count = 0;
    for block in document.main_blocks() {
        if document.title_span.is_some_and(|t| t.overlaps(block.span)) {
            continue;
        }
        let text = document.text.slice(block.span);
        count += text.chars().filter(|c| !c.is_whitespace()).count();
        if count >= limit {
            return false;
        }
    }
    true
}
