//! What the scanner looks for in the text of one form, line by line.

use super::memory::Recall;
use super::scanner::{Candidates, FormList, LineAt, Target, TermAt, Wanted};
use duwang_model::Finder;

/// From so many expressions on, those met again on the line are thrown out while it is looked through.
const CROWD: usize = 1 << 12;

#[derive(Default)]
pub(super) struct FormScanner {
    finder: Option<Finder>,
    /// By literal: its range in `targets`.
    ranges: Vec<(u32, u32)>,
    targets: Vec<Target>,
    /// Sorted. They stand apart because marks such as `，` are everywhere, but rarely begin a line.
    beginnings: Vec<(String, u32)>,
    /// What stands in the lines that come again and again.
    known: Recall<Finds>,
}

/// What is watched for of a line, whoever wants it.
#[derive(Default)]
struct Finds {
    /// In order of their ends; places are those of the line.
    terms: Vec<TermAt>,
    expressions: Vec<u32>,
}

impl FormScanner {
    pub(super) fn new(list: FormList) -> Result<Self, String> {
        let FormList {
            literals,
            mut aims,
            mut beginnings,
        } = list;
        beginnings.sort();
        aims.sort_unstable();
        aims.dedup();
        let mut words = vec![""; literals.len()];
        for (literal, number) in &literals {
            words[*number as usize] = literal;
        }
        let finder = match words.is_empty() {
            true => None,
            false => Some(Finder::new(words.iter().copied())?),
        };
        let mut ranges = Vec::with_capacity(words.len());
        let mut start = 0;
        for aims in aims.chunk_by(|a, b| a.0 == b.0) {
            let end = start + aims.len() as u32;
            ranges.push((start, end));
            start = end;
        }
        let targets = aims.into_iter().map(|(_, target)| target).collect();
        Ok(Self {
            finder,
            ranges,
            targets,
            beginnings,
            known: Recall::default(),
        })
    }

    /// How many literals are looked for.
    pub(super) fn literals(&self) -> usize {
        self.ranges.len()
    }

    /// Looks through a text: a word or expression never goes beyond its line.
    pub(super) fn scan(&self, text: &str, wanted: &Wanted, seen: &mut Candidates) {
        if self.finder.is_none() && self.beginnings.is_empty() {
            return;
        }
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
            let line = &text[start..end];
            if !line.is_empty() {
                let tell = |finds: &Finds| finds.tell((start, end), wanted, seen);
                self.known.of(line, || self.finds(line), Finds::bytes, tell);
            }
            start = end + 1;
        }
    }

    fn finds(&self, line: &str) -> Finds {
        let mut finds = Finds::default();
        self.find_beginnings(line, &mut finds.expressions);
        let mut crowd = CROWD;
        if let Some(finder) = &self.finder {
            finder.find(line, |found| {
                let (from, to) = self.ranges[found.word as usize];
                for target in &self.targets[from as usize..to as usize] {
                    match *target {
                        Target::Term(term) => finds.terms.push(TermAt {
                            term,
                            start: found.start as u32,
                            end: found.end as u32,
                        }),
                        Target::Expression(expression) => finds.expressions.push(expression),
                    }
                }
                // One line full of commas is one line to look at, and may be as long as a book.
                if finds.expressions.len() > crowd {
                    finds.each_once();
                    crowd = CROWD.max(2 * finds.expressions.len());
                }
            });
        }
        finds
            .terms
            .sort_unstable_by_key(|t| (t.end, t.start, t.term));
        finds.each_once();
        finds.terms.shrink_to_fit();
        finds.expressions.shrink_to_fit();
        finds
    }

    fn find_beginnings(&self, line: &str, expressions: &mut Vec<u32>) {
        let first = &line[..line.chars().next().map_or(0, char::len_utf8)];
        let from = self.beginnings.partition_point(|(b, _)| b.as_str() < first);
        for (beginning, expression) in &self.beginnings[from..] {
            if !beginning.starts_with(first) {
                return;
            }
            if line.starts_with(beginning.as_str()) {
                expressions.push(*expression);
            }
        }
    }
}

impl Finds {
    fn each_once(&mut self) {
        self.expressions.sort_unstable();
        self.expressions.dedup();
    }

    /// Adds what is wanted of it, for the line at this place of the text.
    fn tell(&self, line: (usize, usize), wanted: &Wanted, seen: &mut Candidates) {
        let at = line.0 as u32;
        let terms = self.terms.iter().filter(|t| wanted.terms[t.term as usize]);
        seen.terms.extend(terms.map(|t| TermAt {
            term: t.term,
            start: at + t.start,
            end: at + t.end,
        }));
        let expressions = self.expressions.iter().copied();
        let expressions = expressions.filter(|e| wanted.expressions[*e as usize]);
        seen.lines
            .extend(expressions.map(|expression| LineAt::new(expression, line)));
    }

    /// How much room it takes.
    fn bytes(&self) -> usize {
        size_of::<Self>() + size_of_val(&self.terms[..]) + size_of_val(&self.expressions[..])
    }
}
