//! The register: every finding in brief, in memory, so that a list of 100,000 need not read them from the store for every click. It is kept
//! fresh by asking the store what changed ([`Store::news`]) before every look, and holds nothing that is not in the store.

mod brief;
mod choose;
mod listing;
mod sums;

pub(crate) use brief::{Brief, Names, Word};
pub(crate) use choose::{Counts, Wanted};
pub(crate) use listing::{Group, Listing};
pub(crate) use sums::{End, Lived, Moved, Standing, Sums};

use duwang_model::{Certainty, Finding, FindingFilter, Trust, TrustBuilder};
use duwang_store::Store;
use listing::Listings;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock, PoisonError, RwLock, RwLockReadGuard};

/// Above so many changes everything is sorted anew instead of put in one by one.
const MANY: usize = 2_000;

/// The register of one store; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Register(Arc<RwLock<Shelf>>);

/// What is in the register at one moment.
#[derive(Default)]
pub(crate) struct Shelf {
    mark: u64,
    pub(crate) names: Names,
    /// In the order of the list: unit (as first met), channel, rule, page, place.
    briefs: Vec<Arc<Brief>>,
    by_fingerprint: HashMap<String, Arc<Brief>>,
    /// Places in `briefs` by group, sorted; made when somebody asks, gone when something changes.
    by_group: OnceLock<Vec<(u64, u32)>>,
    /// What is not waiting for a decision, by its quote.
    decided: HashMap<u64, Vec<Arc<Brief>>>,
    /// Lists that people look through, until something changes.
    listings: Listings,
    sums: Sums,
    trust: Trust,
}

impl Register {
    /// The register as the store is now.
    pub(crate) fn now(
        &self,
        store: &dyn Store,
    ) -> duwang_store::Result<RwLockReadGuard<'_, Shelf>> {
        let mark = self.read().mark;
        let news = store.news(mark)?;
        let is_fresh = news.mark != 0 && news.changed.as_ref().is_some_and(Vec::is_empty);
        if !is_fresh {
            let mut shelf = self.0.write().unwrap_or_else(PoisonError::into_inner);
            let news = store.news(shelf.mark)?; // somebody may have been faster
            match news.changed {
                Some(changed) if changed.len() <= MANY => shelf.update(store, &changed)?,
                _ => shelf.fill(store)?,
            }
            shelf.mark = news.mark;
        }
        Ok(self.read())
    }

    fn read(&self) -> RwLockReadGuard<'_, Shelf> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    /// Reads everything.
    fn fill(&mut self, store: &dyn Store) -> duwang_store::Result<()> {
        let mut names = Names::default();
        let mut briefs = Vec::new();
        store.each_finding(&FindingFilter::default(), &mut |finding| {
            briefs.push(Arc::new(Brief::of(&finding, &mut names)));
            ControlFlow::Continue(())
        })?;
        self.names = names;
        self.sums = Sums::default();
        briefs.iter().for_each(|b: &Arc<Brief>| self.sums.add(b));
        self.briefs = briefs;
        let Self { names, briefs, .. } = self;
        briefs.sort_unstable_by(|a, b| a.order(names).cmp(&b.order(names)));
        self.by_fingerprint = self
            .briefs
            .iter()
            .map(|b| (b.fingerprint.clone(), Arc::clone(b)))
            .collect();
        self.decided.clear();
        for brief in self.briefs.iter().filter(|b| !b.is_waiting()) {
            let same = self.decided.entry(brief.quote).or_default();
            same.push(Arc::clone(brief));
        }
        self.forget();
        self.weigh();
        Ok(())
    }

    /// Forgets what was made of the register as it was.
    fn forget(&mut self) {
        self.by_group.take();
        self.listings.clear();
    }

    fn update(&mut self, store: &dyn Store, changed: &[String]) -> duwang_store::Result<()> {
        for fingerprint in changed {
            if let Some(old) = self.by_fingerprint.remove(fingerprint)
                && let Some(at) = self.place_of(&old)
            {
                self.briefs.remove(at);
                self.sums.take(&old);
                if let Some(same) = self.decided.get_mut(&old.quote) {
                    same.retain(|b| b.fingerprint != old.fingerprint);
                }
            }
            if let Some(finding) = store.finding_of(fingerprint)? {
                let brief = Arc::new(Brief::of(&finding, &mut self.names));
                let at = self
                    .briefs
                    .partition_point(|b| b.order(&self.names) < brief.order(&self.names));
                self.sums.add(&brief);
                if !brief.is_waiting() {
                    let same = self.decided.entry(brief.quote).or_default();
                    same.push(Arc::clone(&brief));
                }
                self.briefs.insert(at, Arc::clone(&brief));
                self.by_fingerprint.insert(fingerprint.clone(), brief);
            }
        }
        if !changed.is_empty() {
            self.forget();
            self.weigh();
        }
        Ok(())
    }

    /// What the decisions say of the rules.
    fn weigh(&mut self) {
        let mut builder = TrustBuilder::default();
        for brief in &self.briefs {
            if let Some((at, upheld)) = brief.upheld {
                builder.add_decided(self.names.get(brief.rule), at, &brief.fingerprint, upheld);
            }
        }
        self.trust = builder.finish();
    }

    fn place_of(&self, brief: &Brief) -> Option<usize> {
        let at = self
            .briefs
            .partition_point(|b| b.order(&self.names) < brief.order(&self.names));
        let found = self.briefs.get(at)?;
        (found.fingerprint == brief.fingerprint).then_some(at)
    }

    /// Everything, in the order of the list.
    pub(crate) fn all(&self) -> &[Arc<Brief>] {
        &self.briefs
    }

    /// What there is of everything, counted.
    pub(crate) fn sums(&self) -> &Sums {
        &self.sums
    }

    /// The brief of a finding.
    pub(crate) fn get(&self, fingerprint: &str) -> Option<&Arc<Brief>> {
        self.by_fingerprint.get(fingerprint)
    }

    /// How sure its rule may be after what people decided.
    pub(crate) fn certainty(&self, brief: &Brief) -> Certainty {
        if brief.certainty > Certainty::Ask && self.is_demoted(brief.rule) {
            return Certainty::Ask;
        }
        brief.certainty
    }

    /// Whether a rule lost its certainty.
    pub(crate) fn is_demoted(&self, rule: Word) -> bool {
        self.trust.demotion(self.names.get(rule)).is_some()
    }

    /// Sorts by the order of the units file, within a unit as the list.
    pub(crate) fn sort(&self, briefs: &mut [Arc<Brief>], rank: impl Fn(&str) -> usize) {
        let ranks: Vec<usize> = (0..self.names.len())
            .map(|at| rank(self.names.get(Word::nth(at))))
            .collect();
        briefs.sort_by_key(|b| ranks.get(b.unit.at()).copied());
    }

    /// Findings with the same words by the same rule: one template, one reprinted text. In the order of the list.
    pub(crate) fn group(&self, group: u64) -> impl Iterator<Item = &Arc<Brief>> {
        let by_group = self.by_group.get_or_init(|| {
            let places = self.briefs.iter().zip(0..);
            let mut by_group: Vec<(u64, u32)> = places.map(|(b, at)| (b.group, at)).collect();
            by_group.sort_unstable();
            by_group
        });
        let from = by_group.partition_point(|(g, _)| *g < group);
        let members = by_group[from..]
            .iter()
            .take_while(move |(g, _)| *g == group);
        members.filter_map(|(_, at)| self.briefs.get(*at as usize))
    }

    /// What is not waiting for a decision and quotes the same, in the order of the list.
    pub(crate) fn decided_like(&self, brief: &Brief) -> Vec<&Arc<Brief>> {
        let same = self.decided.get(&brief.quote).into_iter().flatten();
        let mut same: Vec<&Arc<Brief>> = same
            .filter(|b| b.fingerprint != brief.fingerprint)
            .collect();
        same.sort_unstable_by(|a, b| a.order(&self.names).cmp(&b.order(&self.names)));
        same
    }

    /// Where a finding stands in a list sorted by [`Shelf::sort`], or where it would.
    pub(crate) fn place_in(
        &self,
        list: &[Arc<Brief>],
        brief: &Brief,
        rank: impl Fn(&str) -> usize,
    ) -> Result<usize, usize> {
        let rank = |b: &Brief| rank(self.names.get(b.unit));
        let own = rank(brief);
        list.binary_search_by(|b| {
            let by_unit = rank(b).cmp(&own);
            by_unit.then_with(|| b.order(&self.names).cmp(&brief.order(&self.names)))
        })
    }

    /// The list under a key, made when nobody asked for it since something changed.
    pub(crate) fn listing(&self, key: &str, make: impl FnOnce() -> Listing) -> Arc<Listing> {
        self.listings.get(key, self.briefs.len(), make)
    }

    /// The finding itself, tempered when its rule is demoted.
    pub(crate) fn finding(
        &self,
        store: &dyn Store,
        fingerprint: &str,
    ) -> duwang_store::Result<Option<Finding>> {
        let mut finding = store.finding_of(fingerprint)?;
        if let Some(finding) = &mut finding {
            self.trust.temper(finding);
        }
        Ok(finding)
    }

    /// Lets a finding of a demoted rule only ask.
    pub(crate) fn temper(&self, finding: &mut Finding) {
        self.trust.temper(finding);
    }
}
