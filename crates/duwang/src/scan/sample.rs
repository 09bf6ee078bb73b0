//! The spot check of one unit. Its channels offer what their lists name; when all have, those pages are drawn whose hash with the seed
//! is smallest, whichever channel they are of: the same seed draws the same pages.

use super::due::seeded;
use duwang_store::{Store, StoreError};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One draw for each unit, by unit id.
pub(crate) type Draws = HashMap<String, Arc<Draw>>;

/// Kind of the notes with what a channel offered, when other processes read the others.
const KIND: &str = "offer";

/// What the channels of one unit draw from.
pub(crate) struct Draw {
    size: usize,
    seed: u64,
    state: Mutex<State>,
    /// Where offers are laid down, when the channels are read by several processes.
    table: Option<Table>,
}

struct State {
    /// Channels that have not offered yet.
    missing: usize,
    /// The smallest hashes so far.
    drawn: BTreeSet<u64>,
}

/// The offers of one unit's channels in one scan, in the store.
struct Table {
    store: Arc<dyn Store>,
    scan: String,
    channels: Vec<String>,
}

impl Draw {
    /// A draw of `size` pages from so many channels, all of them read by this process.
    pub(crate) fn new(size: usize, seed: u64, channels: usize) -> Self {
        let state = State {
            missing: channels,
            drawn: BTreeSet::new(),
        };
        Self {
            size,
            seed,
            state: Mutex::new(state),
            table: None,
        }
    }

    /// A draw from these channels, whoever reads them.
    pub(crate) fn among_many(
        size: usize,
        seed: u64,
        store: Arc<dyn Store>,
        scan: &str,
        channels: Vec<String>,
    ) -> Self {
        let table = Table {
            store,
            scan: scan.to_owned(),
            channels,
        };
        Self {
            table: Some(table),
            ..Self::new(size, seed, usize::MAX)
        }
    }

    /// The place of one channel in the draw. A channel of this process that ends without an offer has offered nothing; one that others may
    /// go on with has not offered yet.
    pub(crate) fn ticket(self: &Arc<Self>, channel: &str) -> Ticket {
        Ticket {
            draw: Arc::clone(self),
            channel: channel.to_owned(),
            has_offered: false,
        }
    }

    fn take<'u>(&self, channel: &str, urls: impl Iterator<Item = &'u str>) -> anyhow::Result<()> {
        let Some(table) = &self.table else {
            let mut state = self.state();
            self.keep_smallest(&mut state.drawn, urls.map(|url| seeded(url, self.seed)));
            state.missing = state.missing.saturating_sub(1);
            return Ok(());
        };
        let mut own = BTreeSet::new();
        self.keep_smallest(&mut own, urls.map(|url| seeded(url, self.seed)));
        lay_down(table.store.as_ref(), &table.scan, channel, &own)
    }

    fn keep_smallest(&self, drawn: &mut BTreeSet<u64>, hashes: impl Iterator<Item = u64>) {
        for hash in hashes {
            drawn.insert(hash);
            if drawn.len() > self.size {
                drawn.pop_last();
            }
        }
    }

    /// Whether every channel has offered; looks at the table when there is one.
    fn is_drawn(&self) -> anyhow::Result<bool> {
        let mut state = self.state();
        let Some(table) = self.table.as_ref().filter(|_| state.missing > 0) else {
            return Ok(state.missing == 0);
        };
        let mut drawn = BTreeSet::new();
        for channel in &table.channels {
            let Some(note) = table.store.note(KIND, &key(&table.scan, channel))? else {
                return Ok(false);
            };
            let offered: BTreeSet<u64> = serde_json::from_value(note.value)?;
            self.keep_smallest(&mut drawn, offered.into_iter());
        }
        state.drawn = drawn;
        state.missing = 0;
        Ok(true)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See [`Draw::ticket`].
pub(crate) struct Ticket {
    draw: Arc<Draw>,
    channel: String,
    has_offered: bool,
}

impl Ticket {
    /// Offers pages, once; later calls change nothing.
    pub(crate) fn offer<'u>(&mut self, urls: impl Iterator<Item = &'u str>) -> anyhow::Result<()> {
        match std::mem::replace(&mut self.has_offered, true) {
            true => Ok(()),
            false => self.draw.take(&self.channel, urls),
        }
    }

    /// Whether every channel has offered.
    pub(crate) fn is_drawn(&self) -> anyhow::Result<bool> {
        self.draw.is_drawn()
    }

    /// Whether other processes are waited for, too: they may need this one's place meanwhile.
    pub(crate) fn is_among_many(&self) -> bool {
        self.draw.table.is_some()
    }

    /// Whether this page is among those drawn.
    pub(crate) fn holds(&self, url: &str) -> bool {
        let hash = seeded(url, self.draw.seed);
        self.draw.state().drawn.contains(&hash)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.is_among_many() {
            drop(self.offer(std::iter::empty())); // nothing is written, so nothing can fail
        }
    }
}

fn key(scan: &str, channel: &str) -> String {
    format!("{scan}/{channel}")
}

/// The first offer of a channel stands: whoever reads it anew draws from the same.
fn lay_down(
    store: &dyn Store,
    scan: &str,
    channel: &str,
    hashes: &BTreeSet<u64>,
) -> anyhow::Result<()> {
    let laid = store.put_note(KIND, &key(scan, channel), 0, &serde_json::to_value(hashes)?);
    match laid {
        Ok(_) | Err(StoreError::Stale { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A channel that nobody reads any more offers nothing: the others must not wait for it.
pub(crate) fn offer_nothing(store: &dyn Store, scan: &str, channel: &str) -> anyhow::Result<()> {
    lay_down(store, scan, channel, &BTreeSet::new())
}

/// Clears the table once the scan has ended.
pub(crate) fn clear(store: &dyn Store, scan: &str, channels: &[String]) -> anyhow::Result<()> {
    for channel in channels {
        store.remove_note(KIND, &key(scan, channel))?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn many_processes_draw_what_one_would() {
        let store: Arc<dyn Store> = Arc::new(duwang_store::Memory::new());
        let (site, account) = (["a", "b", "c", "d", "e"], ["f", "g", "h"]);
        let all = || {
            let channels = vec!["site".to_owned(), "account".to_owned()];
            Arc::new(Draw::among_many(3, 1, Arc::clone(&store), "s", channels))
        };
        let mut first = all().ticket("site");
        first.offer(site.iter().copied()).unwrap();
        assert!(!first.is_drawn().unwrap());
        drop(all().ticket("account")); // its slice is over, the channel is not
        assert!(!first.is_drawn().unwrap());
        let mut second = all().ticket("account");
        second.offer(account.iter().copied()).unwrap();
        let mut again = all().ticket("account");
        again.offer(std::iter::empty()).unwrap();
        let drawn: Vec<&str> = site
            .into_iter()
            .chain(account)
            .filter(|url| again.is_drawn().unwrap() && again.holds(url))
            .collect();
        assert_eq!(drawn, self::drawn(&[&site, &account], 1));
        assert!(first.is_drawn().unwrap() && first.holds(drawn[0]));
    }

    fn drawn(channels: &[&[&str]], seed: u64) -> Vec<String> {
        let draw = Arc::new(Draw::new(3, seed, channels.len()));
        let mut tickets: Vec<Ticket> = channels.iter().map(|_| draw.ticket("a")).collect();
        for (ticket, pages) in tickets.iter_mut().zip(channels) {
            assert!(!ticket.is_drawn().unwrap());
            ticket.offer(pages.iter().copied()).unwrap();
        }
        let all = channels.iter().copied().flatten();
        all.filter(|url| tickets[0].is_drawn().unwrap() && tickets[0].holds(url))
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
        let mut ticket = draw.ticket("a");
        ticket.offer(["a"].into_iter()).unwrap();
        drop(draw.ticket("b"));
        assert!(ticket.is_drawn().unwrap() && ticket.holds("a"));
    }
}
