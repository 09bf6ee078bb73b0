//! The pages of a column added up in list order.

use super::memory::hash;
use super::tally::{Sight, Tally, key};
use chrono::NaiveDate;
use duwang_model::{Bulk, ListItem};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The pages of a tally added up in list order.
#[derive(Debug, Default)]
pub(super) struct Count {
    pub(super) items: Bulk<ListItem>,
    /// Entries as listed, pages that only repeat others left out.
    pub(super) listed: usize,
    pub(super) without_url: usize,
    /// Pages read.
    pub(super) read: usize,
    pub(super) failed: Vec<(usize, String)>,
    pub(super) empty: Vec<usize>,
    pub(super) repeated: Vec<usize>,
    /// Pages in the middle with fewer entries than is usual.
    pub(super) short: Vec<usize>,
    pub(super) pending: Vec<usize>,
    /// Entries on a usual page.
    pub(super) size: usize,
    /// Entries on the last page.
    pub(super) last_page: usize,
}

impl Count {
    pub(super) fn of(tally: &Tally) -> Self {
        let mut count = Self::default();
        let mut seen = HashSet::new();
        let mut lengths = Vec::new();
        let is_open = tally.stated_total.is_none() && tally.stated_pages.is_none();
        let is_interface = tally.has_interface;
        let mut end = usize::MAX;
        for (&page, sight) in &tally.pages {
            let Sight::Read(items) = sight else {
                continue;
            };
            let items = items.open();
            let fresh = items.iter().filter(|i| seen.insert(hash(&key(i)))).count();
            if page > 1 && is_open && fresh == 0 && !(is_interface && page == 2) {
                // Nobody says how long this list is: it ends where nothing new comes, and what lies beyond does not count.
                count.read += 1;
                end = page;
                break;
            }
            count.read += 1;
            count.last_page = items.len();
            if page > 1 && items.is_empty() {
                count.empty.push(page);
            } else if page > 1 && fresh == 0 {
                // The first call of an interface gives what the page itself already showed.
                if !(is_interface && page == 2) {
                    count.repeated.push(page);
                }
            } else {
                let is_taste = is_interface && page == 1; // listed again by the interface
                count.listed += if is_taste { 0 } else { items.len() };
                lengths.push((page, items.len()));
            }
        }
        count.miss(end, tally);
        count.take_items(tally);
        count.measure(&lengths, tally, is_interface);
        count
    }

    /// Failed and unseen pages before the end of the list.
    fn miss(&mut self, end: usize, tally: &Tally) {
        let is_shifted = tally.is_shifted();
        for (page, sight) in tally.pages.range(..end) {
            if let Sight::Failed(outcome) = sight
                && !is_shifted
            {
                let reason = if outcome.reason.is_empty() {
                    outcome.kind.chinese().to_owned()
                } else {
                    outcome.reason.clone()
                };
                self.failed.push((*page, reason));
            }
        }
        self.pending = tally
            .asked
            .range(..end)
            .copied()
            .filter(|p| !tally.pages.contains_key(p) && !tally.refused.contains(p))
            .collect();
        if !is_shifted && let Some(pages) = tally.stated_pages {
            let unasked = (1..=pages.min(end.saturating_sub(1)).min(10_000)).filter(|p| {
                !tally.pages.contains_key(p)
                    && !tally.asked.contains(p)
                    && !tally.refused.contains(p)
            });
            self.pending.extend(unasked);
            self.pending.sort_unstable();
        }
    }

    /// Each entry once, at its first mention; a later mention may know the date.
    fn take_items(&mut self, tally: &Tally) {
        let items = || tally.pages.values().flat_map(Sight::items);
        let mut dates: HashMap<u64, Option<NaiveDate>> = HashMap::new();
        for item in items() {
            let date = dates.entry(hash(&key(&item))).or_default();
            *date = date.or(item.date);
        }
        for item in items() {
            if let Some(date) = dates.remove(&hash(&key(&item))) {
                self.without_url += usize::from(item.url.is_empty());
                self.items.push(ListItem { date, ..item });
            }
        }
    }

    /// The usual length of a page, and the pages in the middle that fall short of it.
    fn measure(&mut self, lengths: &[(usize, usize)], tally: &Tally, is_interface: bool) {
        let last = tally
            .stated_pages
            .or_else(|| lengths.last().map(|(p, _)| *p))
            .unwrap_or(1);
        let mut times: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, length) in lengths.iter().filter(|(p, _)| *p < last) {
            *times.entry(*length).or_default() += 1;
        }
        // Where two lengths are equally frequent the larger one is the rule.
        self.size = times
            .iter()
            .max_by_key(|(length, times)| (**times, **length))
            .map_or(0, |(length, _)| *length);
        if self.size == 0 {
            self.size = lengths.first().map_or(0, |(_, l)| *l);
        }
        if !is_interface && tally.stated_total.is_none() && tally.stated_pages.is_some() {
            self.short = lengths
                .iter()
                .filter(|(p, l)| *p > 1 && *p < last && *l < self.size)
                .map(|(p, _)| *p)
                .collect();
        }
    }

    /// The fewest entries a list of so many pages can have.
    pub(super) fn least(&self, pages: Option<usize>) -> Option<usize> {
        pages
            .filter(|p| *p > 1 && self.size > 0)
            .map(|p| (p - 1) * self.size + 1)
    }
}
