//! Lists of findings as people look through them: sorted, grouped and counted once for all who use the same filter while nothing changes.

use super::{Brief, Counts, Word};
use crate::report::LevelCounts;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Findings with the same words by the same rule: one template, one reprinted text.
pub(crate) struct Group {
    /// The first of them in the order of the list.
    pub(crate) head: Arc<Brief>,
    pub(crate) count: usize,
    /// How many units show it.
    pub(crate) units: usize,
}

/// What a filter admits.
pub(crate) struct Listing {
    /// The findings in order, and the counts of the filter's fields.
    pub(crate) counts: Counts,
    /// The rows of the list.
    pub(crate) groups: Vec<Group>,
    /// The findings by level.
    pub(crate) levels: LevelCounts,
    /// How many findings can be confirmed by a sample; filled in by who shows it.
    pub(crate) samplable: OnceLock<usize>,
    /// Findings of each group.
    sizes: HashMap<u64, u32>,
}

impl Listing {
    /// `flat`: every finding is a row by itself.
    pub(crate) fn of(counts: Counts, flat: bool) -> Self {
        let mut sizes: HashMap<u64, u32> = HashMap::new();
        for brief in &counts.admitted {
            *sizes.entry(brief.group).or_default() += 1;
        }
        Self {
            groups: groups(&counts.admitted, flat),
            levels: LevelCounts::of(counts.admitted.iter().map(|b| b.level)),
            samplable: OnceLock::new(),
            counts,
            sizes,
        }
    }

    /// How many findings of the list have the words of this one.
    pub(crate) fn group_size(&self, brief: &Brief) -> usize {
        self.sizes.get(&brief.group).map_or(0, |n| *n as usize)
    }
}

fn groups(admitted: &[Arc<Brief>], flat: bool) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut units: Vec<Vec<Word>> = Vec::new();
    let mut places: HashMap<u64, usize> = HashMap::new();
    for brief in admitted {
        let known = (!flat).then(|| places.get(&brief.group)).flatten();
        if let Some(&at) = known {
            groups[at].count += 1;
            if !units[at].contains(&brief.unit) {
                units[at].push(brief.unit);
                groups[at].units += 1;
            }
            continue;
        }
        if !flat {
            places.insert(brief.group, groups.len());
            units.push(vec![brief.unit]);
        }
        groups.push(Group {
            head: Arc::clone(brief),
            count: 1,
            units: 1,
        });
    }
    groups
}

/// The lists that were asked for last, by their filters.
#[derive(Default)]
pub(super) struct Listings(Mutex<Vec<Kept>>);

/// Made by the first who asks; the others wait for it instead of making it too.
struct Kept {
    key: String,
    listing: Arc<OnceLock<Arc<Listing>>>,
}

impl Listings {
    /// Lists kept at most.
    const MOST: usize = 64;
    /// Findings in all of them together, as a multiple of what the register holds.
    const TIMES_ALL: usize = 2;

    pub(super) fn clear(&mut self) {
        self.kept().clear();
    }

    /// `all` is how many findings the register holds.
    pub(super) fn get(
        &self,
        key: &str,
        all: usize,
        make: impl FnOnce() -> Listing,
    ) -> Arc<Listing> {
        let place = self.place(key, all);
        Arc::clone(place.get_or_init(|| Arc::new(make())))
    }

    /// The place of a list, as the one asked for last; what was not asked for longest goes.
    fn place(&self, key: &str, all: usize) -> Arc<OnceLock<Arc<Listing>>> {
        let mut kept = self.kept();
        let known = kept.iter().position(|k| k.key == key);
        let own = match known {
            Some(at) => kept.remove(at),
            None => Kept {
                key: key.to_owned(),
                listing: Arc::default(),
            },
        };
        let place = Arc::clone(&own.listing);
        kept.push(own);
        let mut room = all * Self::TIMES_ALL;
        let mut lasting = 0;
        for kept in kept.iter().rev().take(Self::MOST) {
            let made = kept.listing.get();
            let size = made.map_or(0, |listing| listing.counts.admitted.len());
            if lasting > 0 && size > room {
                break;
            }
            room = room.saturating_sub(size);
            lasting += 1;
        }
        let gone = kept.len() - lasting;
        kept.drain(..gone);
        place
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> Listing {
        Listing::of(Counts::default(), false)
    }

    #[test]
    fn a_list_is_made_once_and_the_oldest_goes() {
        let mut listings = Listings::default();
        let first = listings.get("甲", 0, empty);
        let again = listings.get("甲", 0, || unreachable!("made already"));
        assert!(Arc::ptr_eq(&first, &again));
        for n in 0..Listings::MOST {
            listings.get(&n.to_string(), 0, empty);
        }
        assert_eq!(listings.kept().len(), Listings::MOST);
        assert!(!Arc::ptr_eq(&first, &listings.get("甲", 0, empty)));
        listings.clear();
        assert!(listings.kept().is_empty());
    }
}
