//! Says whether an expression matches anywhere, and nothing else: one automaton, whose states are learned from the texts it runs on.

use super::compile::compile;
use regex_automata::hybrid::dfa::{Cache, Config, DFA};
use regex_automata::nfa::thompson::WhichCaptures;
use regex_automata::util::prefilter::Prefilter;
use regex_automata::{Input, MatchKind};
use regex_syntax::hir::Hir;
use std::sync::Mutex;

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
    /// What was learned, for all threads: two seldom ask the same at the same time, and then one of them learns for itself.
    learned: Mutex<Option<Box<Cache>>>,
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
            learned: Mutex::new(None),
        })
    }

    /// `None`: it cannot tell (a border of a word amid characters that are not ASCII, or too much to learn).
    pub(super) fn tell(&self, text: &str, from: usize) -> Option<bool> {
        let input = Input::new(text).span(from..text.len()).earliest(true);
        let mut learned = self
            .learned()
            .unwrap_or_else(|| Box::new(self.dfa.create_cache()));
        let found = self.dfa.try_search_fwd(&mut learned, &input);
        self.keep(learned);
        found.ok().map(|end| end.is_some())
    }

    /// What was learned so far, unless another thread has it.
    fn learned(&self) -> Option<Box<Cache>> {
        self.learned.lock().ok()?.take()
    }

    fn keep(&self, learned: Box<Cache>) {
        let Ok(mut kept) = self.learned.lock() else {
            return;
        };
        let knows_more = |other: &Box<Cache>| learned.memory_usage() > other.memory_usage();
        if kept.as_ref().is_none_or(knows_more) {
            *kept = Some(learned);
        }
    }
}
