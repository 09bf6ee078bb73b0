//! What the expressions of a process learned of the texts they ran on: all together no more than a bound. There are thousands, a text of another
//! kind asks others, and what the seldom asked ones keep would grow with every site read.

use regex_automata::hybrid::dfa::Cache;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Bytes that all may keep. On a thousand published pages expressions took 3.3 s with all they learned kept (110 MB), 3.6 s with 64 MB of it
/// and 3.8 s with 32.
const MOST_KEPT: usize = 32 << 20;

static KEPT: AtomicUsize = AtomicUsize::new(0);
/// Where [`KEPT`] must have come before it is worth looking through the shelves.
static NEXT_SWEEP: AtomicUsize = AtomicUsize::new(MOST_KEPT);
static SHELVES: Mutex<Vec<Weak<Shelf>>> = Mutex::new(Vec::new());

/// Where an expression keeps what it learned, for all threads: two seldom ask the same at the same time, and then one of them learns for
/// itself.
pub(super) struct Shelf {
    learned: Mutex<Option<Box<Cache>>>,
    /// What it weighs, also while it is in use.
    bytes: AtomicUsize,
    is_used: AtomicBool,
}

impl Shelf {
    pub(super) fn new() -> Arc<Self> {
        let shelf = Arc::new(Self {
            learned: Mutex::new(None),
            bytes: AtomicUsize::new(0),
            is_used: AtomicBool::new(false),
        });
        let mut shelves = SHELVES.lock().unwrap_or_else(PoisonError::into_inner);
        if shelves.len() == shelves.capacity() {
            shelves.retain(|shelf| shelf.strong_count() > 0);
        }
        shelves.push(Arc::downgrade(&shelf));
        shelf
    }

    /// What was learned so far; nothing where it was forgotten or another thread has it.
    pub(super) fn take(&self) -> Option<Box<Cache>> {
        self.learned.lock().ok()?.take()
    }

    pub(super) fn put(&self, learned: Box<Cache>) {
        let bytes = learned.memory_usage();
        self.is_used.store(true, Relaxed);
        if let Ok(mut kept) = self.learned.lock()
            && kept
                .as_ref()
                .is_none_or(|other| other.memory_usage() < bytes)
        {
            *kept = Some(learned);
            self.weighs(bytes);
        }
        if KEPT.load(Relaxed) > NEXT_SWEEP.load(Relaxed) {
            sweep();
        }
    }

    fn weighs(&self, bytes: usize) {
        let before = self.bytes.swap(bytes, Relaxed);
        match bytes.checked_sub(before) {
            Some(more) => KEPT.fetch_add(more, Relaxed),
            None => KEPT.fetch_sub(before - bytes, Relaxed),
        };
    }

    /// Forgets what nobody asked for since the last time.
    fn tidy(&self) {
        let is_used = self.is_used.swap(false, Relaxed);
        if !is_used
            && let Ok(mut kept) = self.learned.try_lock()
            && kept.take().is_some()
        {
            self.weighs(0);
        }
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        self.weighs(0);
    }
}

/// Looks through the shelves, and again only when as much was learned as is a quarter of what all may keep.
fn sweep() {
    let Ok(mut shelves) = SHELVES.try_lock() else {
        return; // another thread does
    };
    shelves.retain(|shelf| {
        shelf.upgrade().is_some_and(|shelf| {
            shelf.tidy();
            true
        })
    });
    let next = KEPT.load(Relaxed) + MOST_KEPT / 4;
    NEXT_SWEEP.store(next.max(MOST_KEPT), Relaxed);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use regex_automata::hybrid::dfa::DFA;

    /// One after the other: all that a process learned counts together.
    #[test]
    fn shelves_keep_what_is_asked_for_up_to_a_bound() {
        what_nobody_asks_for_is_forgotten_and_what_is_asked_for_is_kept();
        of_two_that_learned_the_one_that_knows_more_is_kept();
        all_together_keep_no_more_than_the_bound_and_what_was_learned_since();
    }

    fn what_nobody_asks_for_is_forgotten_and_what_is_asked_for_is_kept() {
        let dfa = DFA::new("电话").unwrap();
        let [asked, unasked] = [Shelf::new(), Shelf::new()];
        for shelf in [&asked, &unasked] {
            shelf.put(Box::new(dfa.create_cache()));
            shelf.tidy();
        }
        let learned = asked.take().unwrap();
        assert!(asked.take().is_none(), "another thread has it");
        asked.put(learned);
        asked.tidy();
        unasked.tidy();
        assert!(asked.take().is_some() && unasked.take().is_none());
        assert_eq!(unasked.bytes.load(Relaxed), 0);
    }

    fn of_two_that_learned_the_one_that_knows_more_is_kept() {
        let dfa = DFA::new("电话[^。]{0,9}号码").unwrap();
        let mut learned = Box::new(dfa.create_cache());
        let text = regex_automata::Input::new("联系电话和手机号码");
        dfa.try_search_fwd(&mut learned, &text).unwrap();
        let bytes = learned.memory_usage();
        let shelf = Shelf::new();
        shelf.put(learned);
        shelf.put(Box::new(dfa.create_cache()));
        assert_eq!(shelf.take().unwrap().memory_usage(), bytes);
    }

    fn all_together_keep_no_more_than_the_bound_and_what_was_learned_since() {
        let dfa = DFA::new(r"\p{Han}{2,24}号").unwrap();
        let mut learned = dfa.create_cache();
        let text = regex_automata::Input::new("云溪县青石镇东岭村一百二十三号");
        dfa.try_search_fwd(&mut learned, &text).unwrap();
        let count = 2 * MOST_KEPT / learned.memory_usage();
        let shelves: Vec<_> = (0..count).map(|_| Shelf::new()).collect();
        for shelf in &shelves {
            shelf.put(Box::new(learned.clone()));
        }
        assert!(KEPT.load(Relaxed) <= MOST_KEPT + MOST_KEPT / 2);
        drop(shelves);
    }
}
