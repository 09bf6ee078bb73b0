//! One pass over a text for all rules: words where they stand, and lines where an expression is worth running.

use super::form_scanner::FormScanner;
use super::memory::Known;
use duwang_model::{Required, Sought};
use foldhash::fast::FixedState;
use rayon::prelude::*;
use std::collections::HashMap;
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
    /// Expressions for which literals are to be found, with the form they run on.
    sought: Vec<(u32, Form, Sought)>,
    /// By word: its rule.
    terms: Vec<u32>,
    /// The rule being compiled.
    rule: u32,
}

/// Parsed expressions held at a time: together they are large.
const MOST_SOUGHT: usize = 400;

/// What to look for in the text of one form.
#[derive(Debug, Default)]
pub(super) struct FormList {
    /// Literals by number.
    pub(super) literals: HashMap<String, u32, FixedState>,
    /// For whom each literal is looked for.
    pub(super) aims: Vec<(u32, Target)>,
    /// Beginnings of lines, with their expressions.
    pub(super) beginnings: Vec<(String, u32)>,
}

impl FormList {
    fn add(&mut self, literal: String, target: Target) {
        let next = self.literals.len() as u32;
        let number = *self.literals.entry(literal).or_insert(next);
        self.aims.push((number, target));
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
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

    /// Watches for an expression; one without literals must be tried on every line.
    pub(crate) fn expression(&mut self, form: Form, sought: Option<Sought>) -> u32 {
        let number = self.expressions.len() as u32;
        self.expressions.push(Watched {
            rule: self.rule,
            owner: Owner::Question,
            by_literals: false,
        });
        self.sought
            .extend(sought.map(|sought| (number, form, sought)));
        if self.sought.len() >= MOST_SOUGHT {
            self.find_literals();
        }
        number
    }

    /// Finds the literals that are still sought: the most work of loading rules, and shared by all processors.
    fn find_literals(&mut self) {
        let sought = std::mem::take(&mut self.sought);
        let found = sought
            .into_par_iter()
            .filter_map(|(number, form, sought)| Some((number, form, sought.required()?)));
        // In the order in which they were sought.
        for (number, form, required) in found.collect::<Vec<_>>() {
            self.look_for(number, form, required);
        }
    }

    /// Puts the literals of an expression on the list.
    fn look_for(&mut self, number: u32, form: Form, required: Required) {
        if let Some(watched) = self.expressions.get_mut(number as usize) {
            watched.by_literals = true;
        }
        let list = self.list(form);
        for literal in required.literals {
            if required.at_line_start {
                list.beginnings.push((literal, number));
            } else {
                list.add(literal, Target::Expression(number));
            }
        }
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
        self.list(form).add(literal.to_owned(), Target::Term(term));
    }

    fn list(&mut self, form: Form) -> &mut FormList {
        match form {
            Form::Folded => &mut self.folded,
            Form::Plain => &mut self.plain,
        }
    }

    /// Makes the finders. An error is a word too long to look for.
    pub(crate) fn build(mut self) -> Result<Scanner, String> {
        self.find_literals();
        let everywhere = self
            .expressions
            .iter()
            .filter(|w| !w.by_literals && w.owner != Owner::Question)
            .map(|w| w.owner)
            .collect();
        let (folded, plain) = rayon::join(
            || FormScanner::new(self.folded),
            || FormScanner::new(self.plain),
        );
        Ok(Scanner {
            folded: folded?,
            plain: plain?,
            expressions: self.expressions,
            terms: self.terms,
            everywhere,
            misses: Known::default(),
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
    /// What was looked at in vain: lines by an expression, links by a rule.
    pub(super) misses: Known,
}

/// What of all that is watched for matters to the rules that run.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(super) terms: Vec<bool>,
    pub(super) expressions: Vec<bool>,
}

impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanner")
            .field("folded", &self.folded.literals())
            .field("plain", &self.plain.literals())
            .field("expressions", &self.expressions.len())
            .finish()
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
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Candidates {
    /// In order of their ends, form by form.
    pub(crate) terms: Vec<TermAt>,
    /// By expression, then place.
    pub(crate) lines: Vec<LineAt>,
    /// By expression: where its lines begin in `lines`; one longer than there are expressions.
    starts: Vec<u32>,
}

impl Candidates {
    /// The lines seen for one expression.
    pub(crate) fn of(&self, expression: u32) -> &[LineAt] {
        let at = expression as usize;
        match self.starts.get(at..at + 2) {
            Some([from, to]) => &self.lines[*from as usize..*to as usize],
            _ => &[],
        }
    }

    /// Arranges lines, in the order they stand in the text, by expression. Counted, not sorted: there are hundreds on every page.
    fn arrange(&mut self, expressions: usize) {
        let mut starts = vec![0; expressions + 2];
        for line in &self.lines {
            starts[line.expression as usize + 2] += 1;
        }
        for at in 2..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut arranged = self.lines.clone();
        for line in &self.lines {
            let next = &mut starts[line.expression as usize + 1];
            arranged[*next as usize] = *line;
            *next += 1;
        }
        starts.pop();
        (self.lines, self.starts) = (arranged, starts);
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
            misses: Known::default(),
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
        seen.arrange(self.expressions.len());
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

impl LineAt {
    pub(super) fn new(expression: u32, (start, end): (usize, usize)) -> Self {
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

#[cfg(test)]
#[allow(clippy::expect_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn scanner() -> Scanner {
        let mut watch = Watchlist::default();
        watch.begin(0);
        watch.term(Form::Folded, "布署", 0);
        watch.term(Form::Plain, "，", 1);
        watch.begin(1);
        let sought = |source| regex_syntax::parse(source).ok().map(Sought::OnLines);
        watch.expression(Form::Folded, sought("电话|联系"));
        watch.expression(Form::Plain, sought("^联"));
        watch.expression(Form::Plain, None);
        watch.build().expect("short words")
    }

    #[test]
    fn a_line_that_comes_again_shows_what_it_showed_wherever_it_stands() {
        let scanner = scanner();
        let all = scanner.wanted(|_| true);
        let text = "联系电话，传真\n\n布署工作，布署\n联系电话，传真";
        let first = scanner.scan(text, text, &all);
        let ranges = |lines: &[LineAt]| lines.iter().map(|l| (l.start, l.end)).collect::<Vec<_>>();
        assert_eq!(ranges(first.of(0)), [(0, 21), (45, 66)]);
        assert_eq!(ranges(first.of(1)), [(0, 21), (45, 66)]);
        assert_eq!((first.of(2), first.of(99)), (&[][..], &[][..]));
        let terms = first.terms.iter().map(|t| (t.term, t.start));
        let places = [(0, 23), (0, 38), (1, 12), (1, 35), (1, 57)];
        assert_eq!(terms.collect::<Vec<_>>(), places);
        for _ in 0..3 {
            assert_eq!(scanner.scan(text, text, &all), first);
        }
        let of_list = scanner.scan(text, text, &scanner.wanted(|rule| rule == 0));
        assert_eq!((of_list.terms, of_list.lines), (first.terms, Vec::new()));
    }
}
