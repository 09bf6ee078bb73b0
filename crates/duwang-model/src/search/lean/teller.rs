//! Says whether an expression matches anywhere, and nothing else: one automaton, whose states are learned from the texts it runs on.

use super::compile::compile;
use super::learned::Shelf;
use regex_automata::hybrid::dfa::{Config, DFA};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::util::prefilter::Prefilter;
use regex_automata::{Input, MatchKind};
use regex_syntax::hir::Hir;
use std::sync::Arc;

/// Bytes in which an expression keeps what it learned of the texts it ran on: an eighth of what is usual, for there are hundreds.
/// What does not fit is learned again.
const MOST_LEARNED: usize = 256 << 10;
/// Bytes beyond that for each state of an expression: five states of a large one must fit, or it learns nothing.
const LEARNED_OF_STATE: usize = 64;
/// How often what was learned may be forgotten before an expression that learns more than it reads is asked in another way.
const MOST_FORGOTTEN: usize = 3;
/// Bytes of text for each state learned, below which it learns more than it reads.
const LEAST_READ: usize = 10;

/// Says whether, and nothing else.
pub(super) struct Teller {
    dfa: DFA,
    learned: Arc<Shelf>,
}

impl Teller {
    pub(super) fn new(hir: &Hir) -> Option<Self> {
        let nfa = compile(hir, WhichCaptures::None)?;
        let prefilter = Prefilter::from_hir_prefix(MatchKind::LeftmostFirst, hir);
        let config = Config::new()
            .cache_capacity(MOST_LEARNED + LEARNED_OF_STATE * nfa.states().len())
            .minimum_cache_clear_count(Some(MOST_FORGOTTEN))
            .minimum_bytes_per_state(Some(LEAST_READ))
            .unicode_word_boundary(true)
            .prefilter(prefilter.filter(Prefilter::is_fast));
        let dfa = DFA::builder().configure(config).build_from_nfa(nfa).ok()?;
        Some(Self {
            dfa,
            learned: Shelf::new(),
        })
    }

    /// `None`: it cannot tell (a border of a word amid characters that are not ASCII, or too much to learn).
    pub(super) fn tell(&self, text: &str, from: usize) -> Option<bool> {
        let input = Input::new(text).span(from..text.len()).earliest(true);
        let learned = self.learned.take();
        let mut learned = learned.unwrap_or_else(|| Box::new(self.dfa.create_cache()));
        let found = self.dfa.try_search_fwd(&mut learned, &input);
        self.learned.put(learned);
        found.ok().map(|end| end.is_some())
    }
}
