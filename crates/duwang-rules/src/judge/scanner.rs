//! One pass over a text for all rules: words where they stand, and lines where an expression is worth running.

use super::finder::Finder;
use crate::load::Required;
use std::collections::BTreeMap;
use std::fmt;

/// The text a rule runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Form {
    /// Full width made half, blanks inside words dropped.
    Folded,
    /// As published: for punctuation and numerals.
    Plain,
}

/// Whom an expression belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// A row of a word list: runs when seen.
    Term(u32),
    /// A main expression of a pattern rule: the rule runs when seen.
    Pattern(u32),
    /// A question its rule may ask.
    Question,
}

/// What the scanner shall look for; filled while rules are compiled.
#[derive(Debug, Default)]
pub(crate) struct Watchlist {
    folded: FormList,
    plain: FormList,
    /// By expression: its rule, owner, and whether literals stand for it.
    expressions: Vec<Watched>,
    /// By word: its rule.
    terms: Vec<u32>,
    /// The rule being compiled.
    rule: u32,
}

/// What to look for in the text of one form.
#[derive(Debug, Default)]
struct FormList {
    literals: BTreeMap<String, Vec<Target>>,
    /// Beginnings of lines, with their expressions.
    beginnings: Vec<(String, u32)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    Term(u32),
    Expression(u32),
}

#[derive(Debug, Clone, Copy)]
struct Watched {
    rule: u32,
    owner: Owner,
    by_literals: bool,
}

impl Watchlist {
    /// What is watched for from now on belongs to this rule.
    pub(crate) fn begin(&mut self, rule: u32) {
        self.rule = rule;
    }

    /// Watches for an expression; without literals it must be tried on every line.
    pub(crate) fn expression(&mut self, form: Form, required: Option<Required>) -> u32 {
        let number = self.expressions.len() as u32;
        self.expressions.push(Watched {
            rule: self.rule,
            owner: Owner::Question,
            by_literals: required.is_some(),
        });
        let Some(required) = required else {
            return number;
        };
        let list = self.list(form);
        for literal in required.literals {
            if required.at_line_start {
                list.beginnings.push((literal, number));
            } else {
                let targets = list.literals.entry(literal).or_default();
                targets.push(Target::Expression(number));
            }
        }
        number
    }

    pub(crate) fn own(&mut self, expression: u32, owner: Owner) {
        if let Some(watched) = self.expressions.get_mut(expression as usize) {
            watched.owner = owner;
        }
    }

    /// Watches for a word of a list.
    pub(crate) fn term(&mut self, form: Form, literal: &str, term: u32) {
        if self.terms.len() <= term as usize {
            self.terms.resize(term as usize + 1, self.rule);
        }
        self.terms[term as usize] = self.rule;
        let targets = self.list(form).literals.entry(literal.to_owned());
        targets.or_default().push(Target::Term(term));
    }

    fn list(&mut self, form: Form) -> &mut FormList {
        match form {
            Form::Folded => &mut self.folded,
            Form::Plain => &mut self.plain,
        }
    }

    /// Makes the finders. An error is a word too long to look for.
    pub(crate) fn build(self) -> Result<Scanner, String> {
        let everywhere = self
            .expressions
            .iter()
            .filter(|w| !w.by_literals && w.owner != Owner::Question)
            .map(|w| w.owner)
            .collect();
        Ok(Scanner {
            folded: FormScanner::new(self.folded)?,
            plain: FormScanner::new(self.plain)?,
            expressions: self.expressions,
            terms: self.terms,
            everywhere,
        })
    }
}

/// Finds every watched literal of a text in one pass.
pub(crate) struct Scanner {
    folded: FormScanner,
    plain: FormScanner,
    expressions: Vec<Watched>,
    terms: Vec<u32>,
    everywhere: Vec<Owner>,
}

/// What of all that is watched for matters to the rules that run.
#[derive(Debug)]
pub(crate) struct Wanted {
    terms: Vec<bool>,
    expressions: Vec<bool>,
}

impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanner")
            .field("folded", &self.folded.ranges.len())
            .field("plain", &self.plain.ranges.len())
            .field("expressions", &self.expressions.len())
            .finish()
    }
}

#[derive(Default)]
struct FormScanner {
    finder: Option<Finder>,
    /// By literal: its range in `targets`.
    ranges: Vec<(u32, u32)>,
    targets: Vec<Target>,
    /// Sorted. They stand apart because marks such as `，` are everywhere, but rarely begin a line.
    beginnings: Vec<(String, u32)>,
}

impl FormScanner {
    fn new(list: FormList) -> Result<Self, String> {
        let FormList {
            literals,
            mut beginnings,
        } = list;
        beginnings.sort();
        let mut ranges = Vec::with_capacity(literals.len());
        let mut targets = Vec::new();
        let finder = match literals.is_empty() {
            true => None,
            false => Some(Finder::new(literals.keys().map(String::as_str))?),
        };
        for (_, mut aims) in literals {
            aims.sort_unstable();
            aims.dedup();
            let start = targets.len() as u32;
            targets.extend(aims);
            ranges.push((start, targets.len() as u32));
        }
        Ok(Self {
            finder,
            ranges,
            targets,
            beginnings,
        })
    }
}

/// A word of a list standing in a text (byte range of the text of its form).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TermAt {
    pub(crate) term: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// A line on which an expression is worth running (byte range of the text of its form).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LineAt {
    pub(crate) expression: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// What the scanner saw in one document.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// In order of their ends, form by form.
    pub(crate) terms: Vec<TermAt>,
    /// By expression, then place.
    pub(crate) lines: Vec<LineAt>,
}

impl Candidates {
    /// The lines seen for one expression.
    pub(crate) fn of(&self, expression: u32) -> &[LineAt] {
        let from = self.lines.partition_point(|l| l.expression < expression);
        let to = self.lines.partition_point(|l| l.expression <= expression);
        &self.lines[from..to]
    }
}

impl Scanner {
    /// Watches for nothing.
    pub(crate) fn empty() -> Self {
        Self {
            folded: FormScanner::default(),
            plain: FormScanner::default(),
            expressions: Vec::new(),
            terms: Vec::new(),
            everywhere: Vec::new(),
        }
    }

    /// What matters to some rules.
    pub(crate) fn wanted(&self, runs: impl Fn(u32) -> bool) -> Wanted {
        Wanted {
            terms: self.terms.iter().map(|rule| runs(*rule)).collect(),
            expressions: self.expressions.iter().map(|w| runs(w.rule)).collect(),
        }
    }

    /// Looks through both forms of a text for what is wanted.
    pub(crate) fn scan(&self, folded: &str, plain: &str, wanted: &Wanted) -> Candidates {
        let mut seen = Candidates::default();
        self.folded.scan(folded, wanted, &mut seen);
        self.plain.scan(plain, wanted, &mut seen);
        seen.lines.sort_unstable();
        seen.lines.dedup();
        seen
    }

    /// Whether the expression must be tried on every line.
    pub(crate) fn is_everywhere(&self, expression: u32) -> bool {
        self.expressions
            .get(expression as usize)
            .is_some_and(|w| !w.by_literals)
    }

    pub(crate) fn owner(&self, expression: u32) -> Owner {
        self.expressions
            .get(expression as usize)
            .map_or(Owner::Question, |w| w.owner)
    }

    /// Whose expressions must be tried on every line.
    pub(crate) fn everywhere(&self) -> impl Iterator<Item = Owner> {
        self.everywhere.iter().copied()
    }
}

impl FormScanner {
    fn scan(&self, text: &str, wanted: &Wanted, seen: &mut Candidates) {
        self.scan_beginnings(text, wanted, seen);
        let Some(finder) = &self.finder else {
            return;
        };
        let mut line = (0, 0); // the line the last literal stood on; (0, 0) before the first
        // By expression: the end of the line it was last seen on. One line full of commas is one line to look at.
        let mut seen_on = vec![0; wanted.expressions.len()];
        let first_term = seen.terms.len();
        finder.find(text, |found| {
            let (start, end) = (found.start, found.end);
            let (from, to) = self.ranges[found.word as usize];
            for target in &self.targets[from as usize..to as usize] {
                match *target {
                    Target::Term(term) if wanted.terms[term as usize] => {
                        seen.terms.push(TermAt {
                            term,
                            start: start as u32,
                            end: end as u32,
                        });
                    }
                    Target::Expression(expression) if wanted.expressions[expression as usize] => {
                        if start < line.0 || end > line.1 {
                            line = line_around(text, start);
                        }
                        if seen_on[expression as usize] != line.1 {
                            seen_on[expression as usize] = line.1;
                            seen.lines.push(LineAt::new(expression, line));
                        }
                    }
                    Target::Term(_) | Target::Expression(_) => {}
                }
            }
        });
        seen.terms[first_term..].sort_unstable_by_key(|t| (t.end, t.start, t.term));
    }

    fn scan_beginnings(&self, text: &str, wanted: &Wanted, seen: &mut Candidates) {
        let mut start = 0;
        while !self.beginnings.is_empty() && start < text.len() {
            let (_, end) = line_around(text, start);
            let line = &text[start..end];
            let first = &line[..line.chars().next().map_or(0, char::len_utf8)];
            let from = self.beginnings.partition_point(|(b, _)| b.as_str() < first);
            for (beginning, expression) in &self.beginnings[from..] {
                if first.is_empty() || !beginning.starts_with(first) {
                    break;
                }
                if line.starts_with(beginning.as_str()) && wanted.expressions[*expression as usize]
                {
                    seen.lines.push(LineAt::new(*expression, (start, end)));
                }
            }
            start = end + 1;
        }
    }
}

impl LineAt {
    fn new(expression: u32, (start, end): (usize, usize)) -> Self {
        Self {
            expression,
            start: start as u32,
            end: end as u32,
        }
    }
}

/// The line (without its break) that holds a byte offset.
pub(crate) fn line_around(text: &str, at: usize) -> (usize, usize) {
    let start = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |i| i + 1);
    let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |i| at + i);
    (start, end)
}
