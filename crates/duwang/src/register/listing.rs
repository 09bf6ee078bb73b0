//! Lists of findings as people look through them: sorted, grouped and counted once for all who use the same filter. When something changes a
//! list follows: with a million findings that takes a thousandth of what making it anew does.

use super::changes::{Change, Changes};
use super::choose::Way;
use super::{Brief, Counts, Order, Shelf, Wanted, Word};
use crate::report::LevelCounts;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// How somebody looks through findings.
pub(crate) struct Look<'l> {
    pub(crate) shelf: &'l Shelf,
    pub(crate) wanted: &'l Wanted<'l>,
    /// The place of a unit, by its id.
    pub(crate) rank: &'l dyn Fn(&str) -> usize,
    pub(crate) order: Order,
    /// Every finding is a row by itself.
    pub(crate) flat: bool,
}

impl Look<'_> {
    fn compare(&self, a: &Brief, b: &Brief) -> Ordering {
        self.shelf.compare((a, b), self.order, self.rank)
    }

    fn admits(&self, brief: &Brief) -> bool {
        self.wanted.admits(brief, self.shelf.certainty(brief))
    }
}

/// Findings with the same words by the same rule: one template, one reprinted text.
#[derive(Clone)]
pub(crate) struct Group {
    /// The first of them in the order of the list.
    pub(crate) head: Arc<Brief>,
    pub(crate) count: usize,
    /// How many units show it.
    pub(crate) units: usize,
}

/// What a filter admits.
#[derive(Clone)]
pub(crate) struct Listing {
    /// The findings in order, and the counts of the filter's fields.
    pub(crate) counts: Counts,
    /// The rows of the list.
    pub(crate) groups: Vec<Group>,
    /// The findings by level.
    pub(crate) levels: LevelCounts,
    /// By rule how many can be confirmed by a sample; counted when somebody asks.
    candidates: OnceLock<HashMap<Word, usize>>,
    /// Findings of each group.
    sizes: HashMap<u64, u32>,
    /// The heads of the rows, by group; none where every finding is a row.
    heads: HashMap<u64, Arc<Brief>>,
}

impl Listing {
    /// One walk over the register.
    pub(crate) fn made(look: &Look<'_>) -> Self {
        let mut counts = Counts::of(look.shelf, look.wanted);
        look.shelf.sort(&mut counts.admitted, look.order, look.rank);
        Self::of(counts, look.flat)
    }

    fn of(counts: Counts, flat: bool) -> Self {
        let mut sizes: HashMap<u64, u32> = HashMap::new();
        for brief in &counts.admitted {
            *sizes.entry(brief.group).or_default() += 1;
        }
        let groups = groups(&counts.admitted, flat);
        let heads = groups.iter().filter(|_| !flat);
        Self {
            heads: heads.map(|g| (g.head.group, Arc::clone(&g.head))).collect(),
            levels: LevelCounts::of(counts.admitted.iter().map(|b| b.level)),
            candidates: OnceLock::new(),
            groups,
            counts,
            sizes,
        }
    }

    /// Where a finding stands in the list, or where it would.
    fn place(&self, look: &Look<'_>, brief: &Brief) -> Result<usize, usize> {
        let admitted = &self.counts.admitted;
        admitted.binary_search_by(|b| look.compare(b, brief))
    }

    /// How many findings of the list have the words of this one.
    pub(crate) fn group_size(&self, brief: &Brief) -> usize {
        self.sizes.get(&brief.group).map_or(0, |n| *n as usize)
    }

    /// How many stand in rules of which at least so many can be confirmed by a sample.
    pub(crate) fn samplable(&self, shelf: &Shelf, least: usize) -> usize {
        let by_rule = self.candidates.get_or_init(|| {
            let mut by_rule: HashMap<Word, usize> = HashMap::new();
            let admitted = self.counts.admitted.iter();
            for brief in admitted.filter(|b| shelf.is_candidate(b)) {
                *by_rule.entry(brief.rule).or_default() += 1;
            }
            by_rule
        });
        by_rule.values().filter(|n| **n >= least).sum()
    }

    /// Makes the list what it would be, had it been made now.
    fn follow<'c>(&mut self, look: &Look<'_>, changes: impl Iterator<Item = &'c Change>) {
        let mut touched: BTreeSet<u64> = BTreeSet::new();
        for change in changes {
            if let Some(old) = &change.old {
                touched.insert(old.group);
                self.take(look, old);
            }
            if let Some(new) = &change.new {
                touched.insert(new.group);
                self.add(look, new);
            }
        }
        if !look.flat {
            touched.iter().for_each(|group| self.regroup(look, *group));
        }
    }

    fn take(&mut self, look: &Look<'_>, brief: &Brief) {
        if !self.counts.tell(look.shelf, look.wanted, brief, Way::Goes) {
            return;
        }
        if let Ok(at) = self.place(look, brief) {
            self.counts.admitted.remove(at);
            if look.flat {
                self.groups.remove(at);
            }
        }
        self.levels.take(brief.level);
        if let Some(size) = self.sizes.get_mut(&brief.group) {
            *size -= 1;
            if *size == 0 {
                self.sizes.remove(&brief.group);
            }
        }
        if let Some(candidate) = self.candidate(look, brief) {
            *candidate -= 1;
        }
    }

    fn add(&mut self, look: &Look<'_>, brief: &Arc<Brief>) {
        if !self.counts.tell(look.shelf, look.wanted, brief, Way::Comes) {
            return;
        }
        let (Ok(at) | Err(at)) = self.place(look, brief);
        self.counts.admitted.insert(at, Arc::clone(brief));
        if look.flat {
            self.groups.insert(at, Group::alone(brief));
        }
        self.levels.add(brief.level);
        *self.sizes.entry(brief.group).or_default() += 1;
        if let Some(candidate) = self.candidate(look, brief) {
            *candidate += 1;
        }
    }

    /// The count of candidates that a finding is in, where they were counted.
    fn candidate(&mut self, look: &Look<'_>, brief: &Brief) -> Option<&mut usize> {
        let by_rule = self.candidates.get_mut()?;
        let counted = look.shelf.is_candidate(brief);
        counted.then(|| by_rule.entry(brief.rule).or_default())
    }

    /// Makes the row of a group anew.
    fn regroup(&mut self, look: &Look<'_>, group: u64) {
        let place = |groups: &[Group], head: &Brief| {
            groups.binary_search_by(|g| look.compare(&g.head, head))
        };
        if let Some(head) = self.heads.remove(&group)
            && let Ok(at) = place(&self.groups, &head)
        {
            self.groups.remove(at);
        }
        let members = look.shelf.group(group).filter(|b| look.admits(b));
        let Some(row) = Group::of(look, members) else {
            return;
        };
        self.heads.insert(group, Arc::clone(&row.head));
        let (Ok(at) | Err(at)) = place(&self.groups, &row.head);
        self.groups.insert(at, row);
    }
}

impl Group {
    fn alone(brief: &Arc<Brief>) -> Self {
        Self {
            head: Arc::clone(brief),
            count: 1,
            units: 1,
        }
    }

    /// Of its members; `None` without any.
    fn of<'m>(look: &Look<'_>, members: impl Iterator<Item = &'m Arc<Brief>>) -> Option<Self> {
        let members: Vec<&Arc<Brief>> = members.collect();
        let head = members.iter().min_by(|a, b| look.compare(a, b))?;
        let mut units: Vec<Word> = members.iter().map(|b| b.unit).collect();
        units.sort_unstable();
        units.dedup();
        Some(Self {
            head: Arc::clone(head),
            count: members.len(),
            units: units.len(),
        })
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
        groups.push(Group::alone(brief));
    }
    groups
}

/// The lists that were asked for last, by their filters.
#[derive(Default)]
pub(super) struct Listings(Mutex<Vec<Kept>>);

/// Made by the first who asks; the others wait for it instead of making it too.
struct Kept {
    key: String,
    /// How many changes there were when it was made.
    count: u64,
    place: Arc<Place>,
}

/// Where a list is, or will be.
#[derive(Default)]
struct Place {
    listing: OnceLock<Arc<Listing>>,
    /// The list as it was, and how many changes there were then.
    earlier: Mutex<Option<(u64, Arc<Listing>)>>,
}

impl Place {
    /// The list; who asks first makes it, out of what it was where that can follow.
    fn get(&self, changes: &Changes, look: &Look<'_>) -> Arc<Listing> {
        let listing = self.listing.get_or_init(|| {
            let mut earlier = self.earlier.lock().unwrap_or_else(PoisonError::into_inner);
            let followed = earlier.take().and_then(|(count, listing)| {
                let changes = changes.since(count)?;
                let mut listing = Arc::unwrap_or_clone(listing);
                listing.follow(look, changes);
                Some(listing)
            });
            Arc::new(followed.unwrap_or_else(|| Listing::made(look)))
        });
        Arc::clone(listing)
    }
}

impl Kept {
    /// The list, and how many changes there were when it was made.
    fn made(self) -> Option<(u64, Arc<Listing>)> {
        let listing = self.place.listing.get().map(Arc::clone)?;
        Some((self.count, listing))
    }
}

impl Listings {
    /// Lists kept at most.
    const MOST: usize = 64;
    /// Findings in all of them together, as a multiple of what the register holds.
    const TIMES_ALL: usize = 3;

    pub(super) fn clear(&mut self) {
        self.kept().clear();
    }

    /// `all` is how many findings the register holds.
    pub(super) fn get(
        &self,
        key: &str,
        all: usize,
        changes: &Changes,
        look: &Look<'_>,
    ) -> Arc<Listing> {
        self.place(key, all, changes.count()).get(changes, look)
    }

    /// The place of a list, as the one asked for last; what was not asked for longest goes.
    fn place(&self, key: &str, all: usize, count: u64) -> Arc<Place> {
        let mut kept = self.kept();
        let known = kept.iter().position(|k| k.key == key);
        let own = match known.map(|at| kept.remove(at)) {
            Some(known) if known.count == count => known,
            earlier => Kept {
                key: key.to_owned(),
                count,
                place: Arc::new(Place {
                    listing: OnceLock::new(),
                    earlier: Mutex::new(earlier.and_then(Kept::made)),
                }),
            },
        };
        let place = Arc::clone(&own.place);
        kept.push(own);
        let mut room = all * Self::TIMES_ALL;
        let mut lasting = 0;
        for kept in kept.iter().rev().take(Self::MOST) {
            let made = kept.place.listing.get();
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
mod tests;
