//! Says where an expression matches, and what its groups hold. Few expressions ever match, and those in a line now and then: it has no automaton
//! that learns, and all of them work on one table.

use super::compile::compile;
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::nfa::thompson::backtrack::{BoundedBacktracker, Cache, Config};
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::util::captures::Captures;
use regex_automata::util::prefilter::Prefilter;
use regex_automata::{Input, MatchKind};
use std::cell::RefCell;
use std::ops::Range;

thread_local! {
    /// In which state it was where in the text, of whichever expression runs: up to a quarter of a megabyte, which each would else keep.
    static TABLE: RefCell<Option<Cache>> = const { RefCell::new(None) };
}

pub(super) struct Places {
    /// Quick, and only for a text of some hundred bytes: its table is as large as the expression times the text.
    of_line: BoundedBacktracker,
    /// For any text.
    of_text: PikeVM,
}

/// What the groups of a match hold.
pub struct Groups(Captures);

impl Groups {
    /// Where a group matched; 0 is all of it.
    pub fn get(&self, number: usize) -> Option<Range<usize>> {
        self.0.get_group(number).map(|span| span.range())
    }
}

impl Places {
    pub(super) fn new(source: &str) -> Option<Self> {
        let hir = regex_syntax::parse(source).ok()?;
        let nfa = compile(&hir, WhichCaptures::All)?;
        let prefilter = Prefilter::from_hir_prefix(MatchKind::LeftmostFirst, &hir);
        let of_line = BoundedBacktracker::builder()
            .configure(Config::new().prefilter(prefilter))
            .build_from_nfa(nfa.clone())
            .ok()?;
        let of_text = PikeVM::builder().build_from_nfa(nfa).ok()?;
        Some(Self { of_line, of_text })
    }

    pub(super) fn find_at(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let input = Input::new(text).range(from..);
        let found = match self.is_quick(text, from) {
            true => self.on_table(|cache| self.of_line.try_find(cache, input).ok().flatten()),
            false => self.of_text.find(&mut self.of_text.create_cache(), input),
        };
        Some(found?.range())
    }

    pub(super) fn captures_at(&self, text: &str, from: usize) -> Option<Groups> {
        let input = Input::new(text).range(from..);
        let mut groups = self.of_line.create_captures();
        match self.is_quick(text, from) {
            // Fails for a longer text only.
            true => self.on_table(|cache| {
                let _ = self.of_line.try_captures(cache, input, &mut groups);
            }),
            false => {
                let cache = &mut self.of_text.create_cache();
                self.of_text.captures(cache, input, &mut groups);
            }
        }
        groups.is_match().then_some(Groups(groups))
    }

    /// Whether a text is short enough to look for a place in it that may not be there.
    pub(super) fn is_quick(&self, text: &str, from: usize) -> bool {
        text.len() - from <= self.of_line.max_haystack_len()
    }

    fn on_table<T>(&self, work: impl FnOnce(&mut Cache) -> T) -> T {
        TABLE.with_borrow_mut(|table| {
            let cache = table.get_or_insert_with(|| self.of_line.create_cache());
            cache.reset(&self.of_line);
            work(cache)
        })
    }
}
