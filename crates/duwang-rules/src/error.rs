//! What is wrong with the rule files, each fault with its place, so that whoever writes rules can mend it at once.

use crate::load::{Pool, Prepared, Sets};
use crate::rules::RuleFile;
use miette::{Diagnostic, LabeledSpan, NamedSource, SourceCode, SourceSpan};
use std::cell::{OnceCell, RefCell};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Every fault of every file of one load.
#[derive(Debug, Clone)]
pub struct RuleErrors {
    /// The faults, by file and place; never empty.
    pub errors: Vec<RuleError>,
}

/// One fault in one rule file.
#[derive(Debug, Clone)]
pub struct RuleError {
    /// The file, as it was handed in.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// How to write it.
    pub help: Option<String>,
    label: String,
    span: SourceSpan,
    source: Arc<NamedSource<String>>,
}

/// `{}` says how many there are (a report shows each beneath), `{:#}` adds a line for each with its place.
impl fmt::Display for RuleErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "规则文件有 {} 处错误", self.errors.len())?;
        if f.alternate() {
            self.errors.iter().try_for_each(|e| write!(f, "\n{e:#}"))?;
        }
        Ok(())
    }
}

impl std::error::Error for RuleErrors {}

impl Diagnostic for RuleErrors {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(
            self.errors.iter().map(|e| -> &dyn Diagnostic { e }),
        ))
    }
}

/// `{}` is the message, `{:#}` puts its place before it.
impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            write!(f, "{}:{}:{}：", self.file, self.line, self.column)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for RuleError {}

impl Diagnostic for RuleError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| -> Box<dyn fmt::Display> { Box::new(help) })
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.source.as_ref())
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = (!self.label.is_empty()).then(|| self.label.clone());
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(
            label, self.span,
        ))))
    }
}

/// A byte range of one of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) span: Range<usize>,
}

impl Place {
    pub(crate) fn new(file: usize, span: Range<usize>) -> Self {
        Self { file, span }
    }
}

/// Collects the faults of a load; shared by all readers, so that one run finds all of them, and with it what
/// expressions are made with: what is known of them beforehand, those made so far, and the sets they name.
pub(crate) struct Troubles<'a> {
    files: &'a [RuleFile],
    pub(crate) prepared: &'a Prepared,
    pub(crate) pool: Pool,
    pub(crate) sets: Sets,
    /// The files as a report shows them, copied where one has a fault.
    sources: Vec<OnceCell<Arc<NamedSource<String>>>>,
    found: RefCell<Vec<(Place, RuleError)>>,
}

impl<'a> Troubles<'a> {
    pub(crate) fn new(files: &'a [RuleFile], prepared: &'a Prepared) -> Self {
        let mut troubles = Self {
            files,
            prepared,
            pool: Pool::default(),
            sets: Sets::default(),
            sources: vec![OnceCell::new(); files.len()],
            found: RefCell::default(),
        };
        troubles.sets = Sets::read(files, &troubles);
        troubles
    }

    /// A fault whose message says all.
    pub(crate) fn report(&self, place: &Place, message: impl Into<String>) {
        self.report_with(place, message, "", None);
    }

    /// A fault with a word under the underline and help how to write it.
    pub(crate) fn report_with(
        &self,
        place: &Place,
        message: impl Into<String>,
        label: &str,
        help: Option<String>,
    ) {
        let Some(file) = self.files.get(place.file) else {
            return;
        };
        let start = floor_boundary(&file.text, place.span.start);
        let end = floor_boundary(&file.text, place.span.end.max(start));
        let (line, column) = line_and_column(&file.text, start);
        let error = RuleError {
            file: file.path.clone(),
            line,
            column,
            message: message.into(),
            help,
            label: label.to_owned(),
            span: (start, end - start).into(),
            source: self.source(place.file),
        };
        self.found.borrow_mut().push((place.clone(), error));
    }

    fn source(&self, file: usize) -> Arc<NamedSource<String>> {
        let RuleFile { path, text } = &self.files[file];
        let copy = || Arc::new(NamedSource::new(path, text.to_string()));
        Arc::clone(self.sources[file].get_or_init(copy))
    }

    /// A file that is not there; told under its own name, after the faults of those that are.
    pub(crate) fn report_absent(&self, path: &str, message: String, help: Option<String>) {
        let error = RuleError {
            file: path.to_owned(),
            line: 1,
            column: 1,
            message,
            help,
            label: String::new(),
            span: (0, 0).into(),
            source: Arc::new(NamedSource::new(path, String::new())),
        };
        let place = Place::new(self.files.len(), 0..0);
        self.found.borrow_mut().push((place, error));
    }

    /// The text of a place.
    pub(crate) fn text_at(&self, place: &Place) -> &'a str {
        self.files
            .get(place.file)
            .and_then(|file| file.text.get(place.span.clone()))
            .unwrap_or("")
    }

    /// All faults by place, each told once.
    pub(crate) fn into_result(self) -> Result<(), RuleErrors> {
        let mut found = self.found.into_inner();
        if found.is_empty() {
            return Ok(());
        }
        found.sort_by(|(a, x), (b, y)| {
            (a.file, a.span.start, a.span.end, &x.message).cmp(&(
                b.file,
                b.span.start,
                b.span.end,
                &y.message,
            ))
        });
        found.dedup_by(|(a, x), (b, y)| a == b && x.message == y.message);
        Err(RuleErrors {
            errors: found.into_iter().map(|(_, error)| error).collect(),
        })
    }
}

/// The nearest of the known words, when one is near enough to be meant.
pub(crate) fn nearest<'k>(
    given: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<&'k str> {
    known
        .into_iter()
        .map(|word| (strsim::jaro_winkler(given, word), word))
        .filter(|(likeness, _)| *likeness >= 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}
