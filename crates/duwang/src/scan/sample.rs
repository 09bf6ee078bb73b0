//! The spot check of one unit. Its channels offer what their lists name; when all have, those pages are drawn whose hash with the seed
//! is smallest, whichever channel they are of: the same seed draws the same pages.

use super::due::seeded;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One draw for each unit, by unit id.
pub(crate) type Draws = HashMap<String, Arc<Draw>>;

/// What the channels of one unit draw from.
pub(crate) struct Draw {
    size: usize,
    seed: u64,
    state: Mutex<State>,
}

struct State {
    /// Channels that have not offered yet.
    missing: usize,
    /// The smallest hashes so far.
    drawn: BTreeSet<u64>,
}

impl Draw {
    /// A draw of `size` pages from so many channels.
    pub(crate) fn new(size: usize, seed: u64, channels: usize) -> Self {
        let state = State {
            missing: channels,
            drawn: BTreeSet::new(),
        };
        Self {
            size,
            seed,
            state: Mutex::new(state),
        }
    }

    /// The place of one channel in the draw. A channel that ends without an offer has offered nothing.
    pub(crate) fn ticket(self: &Arc<Self>) -> Ticket {
        Ticket {
            draw: Arc::clone(self),
            has_offered: false,
        }
    }

    fn take<'u>(&self, urls: impl Iterator<Item = &'u str>) {
        let mut state = self.state();
        for url in urls {
            state.drawn.insert(seeded(url, self.seed));
            if state.drawn.len() > self.size {
                state.drawn.pop_last();
            }
        }
        state.missing = state.missing.saturating_sub(1);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See [`Draw::ticket`].
pub(crate) struct Ticket {
    draw: Arc<Draw>,
    has_offered: bool,
}

impl Ticket {
    /// Offers pages, once; later calls change nothing.
    pub(crate) fn offer<'u>(&mut self, urls: impl Iterator<Item = &'u str>) {
        if !std::mem::replace(&mut self.has_offered, true) {
            self.draw.take(urls);
        }
    }

    /// Whether every channel has offered.
    pub(crate) fn is_drawn(&self) -> bool {
        self.draw.state().missing == 0
    }

    /// Whether this page is among those drawn.
    pub(crate) fn holds(&self, url: &str) -> bool {
        let hash = seeded(url, self.draw.seed);
        self.draw.state().drawn.contains(&hash)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.offer(std::iter::empty());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(channels: &[&[&str]], seed: u64) -> Vec<String> {
        let draw = Arc::new(Draw::new(3, seed, channels.len()));
        let mut tickets: Vec<Ticket> = channels.iter().map(|_| draw.ticket()).collect();
        for (ticket, pages) in tickets.iter_mut().zip(channels) {
            assert!(!ticket.is_drawn());
            ticket.offer(pages.iter().copied());
        }
        let all = channels.iter().copied().flatten();
        all.filter(|url| tickets[0].is_drawn() && tickets[0].holds(url))
            .map(|url| (*url).to_owned())
            .collect()
    }

    #[test]
    fn a_unit_is_drawn_from_as_a_whole() {
        let (site, account) = (["a", "b", "c", "d", "e"], ["f", "g", "h"]);
        let one = drawn(&[&site, &account], 1);
        assert_eq!(one.len(), 3);
        let mut other_order = drawn(&[&account, &site], 1);
        other_order.sort();
        assert_eq!(one, other_order);
        assert!((2..9).any(|seed| drawn(&[&site, &account], seed) != one));
        assert_eq!(drawn(&[&["a"], &[]], 1), ["a"]);
    }

    #[test]
    fn a_channel_that_fails_keeps_nobody_waiting() {
        let draw = Arc::new(Draw::new(3, 1, 2));
        let mut ticket = draw.ticket();
        ticket.offer(["a"].into_iter());
        drop(draw.ticket());
        assert!(ticket.is_drawn() && ticket.holds("a"));
    }
}
