//! The register: every finding in brief, in memory, so that a list of 100,000 need not read them from the store for every click. It is kept
//! fresh by asking the store what changed ([`Store::news`]) before every look, and holds nothing that is not in the store.

mod brief;
mod changes;
mod choose;
mod listing;
mod order;
mod sums;

pub(crate) use brief::{Brief, Names, Word};
pub(crate) use choose::{Counts, Wanted};
pub(crate) use listing::{Group, Listing, Look};
pub(crate) use order::Order;
pub(crate) use sums::{End, Lived, Moved, Standing, Sums};

use changes::{Change, Changes};
use duwang_model::{Certainty, Finding, FindingFilter, Trust, TrustBuilder};
use duwang_store::Store;
use listing::Listings;
use std::cmp::Ordering;
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
    /// Places in `briefs` by group, sorted; made when somebody asks, gone when a place changes.
    by_group: OnceLock<Vec<(u64, u32)>>,
    /// What is not waiting for a decision, by its quote.
    decided: HashMap<u64, Vec<Arc<Brief>>>,
    /// What was upheld or dismissed, by fingerprint: what the rules are weighed by.
    judged: HashMap<String, Arc<Brief>>,
    /// Lists that people look through, and what changed lately: a list follows it.
    listings: Listings,
    changes: Changes,
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
        let judged = self.briefs.iter().filter(|b| b.upheld.is_some());
        self.judged = judged
            .map(|b| (b.fingerprint.clone(), Arc::clone(b)))
            .collect();
        self.forget();
        self.weigh();
        Ok(())
    }

    /// Forgets what was made of the register as it was.
    fn forget(&mut self) {
        self.by_group.take();
        self.listings.clear();
        self.changes.forget();
    }

    fn update(&mut self, store: &dyn Store, changed: &[String]) -> duwang_store::Result<()> {
        for fingerprint in changed {
            let finding = store.finding_of(fingerprint)?;
            let new = finding.map(|f| Arc::new(Brief::of(&f, &mut self.names)));
            let old = self.by_fingerprint.remove(fingerprint);
            self.replace(old, new);
        }
        if !changed.is_empty() {
            self.weigh();
        }
        Ok(())
    }

    /// Puts the new brief of a finding in the place of the old one.
    fn replace(&mut self, old: Option<Arc<Brief>>, new: Option<Arc<Brief>>) {
        if let Some(old) = &old {
            self.sums.take(old);
            self.judged.remove(&old.fingerprint);
            if let Some(same) = self.decided.get_mut(&old.quote) {
                same.retain(|b| b.fingerprint != old.fingerprint);
            }
        }
        if let Some(new) = &new {
            self.sums.add(new);
            let (own, fingerprint) = (|| Arc::clone(new), || new.fingerprint.clone());
            if new.upheld.is_some() {
                self.judged.insert(fingerprint(), own());
            }
            if !new.is_waiting() {
                self.decided.entry(new.quote).or_default().push(own());
            }
            self.by_fingerprint.insert(fingerprint(), own());
        }
        self.shelve(old.as_deref(), new.as_ref());
        self.changes.note(Change { old, new });
    }

    /// The same in the order of the list. What was only decided stays where it is.
    fn shelve(&mut self, old: Option<&Brief>, new: Option<&Arc<Brief>>) {
        let place = old.and_then(|old| self.place_of(old));
        if let (Some(old), Some(at), Some(new)) = (old, place, new)
            && old.group == new.group
            && old.order(&self.names) == new.order(&self.names)
        {
            self.briefs[at] = Arc::clone(new);
            return;
        }
        if let Some(at) = place {
            self.briefs.remove(at);
        }
        if let Some(new) = new {
            let before = |b: &Arc<Brief>| b.order(&self.names) < new.order(&self.names);
            let at = self.briefs.partition_point(before);
            self.briefs.insert(at, Arc::clone(new));
        }
        self.by_group.take();
    }

    /// What the decisions say of the rules.
    fn weigh(&mut self) {
        let mut builder = TrustBuilder::default();
        for brief in self.judged.values() {
            if let Some((at, upheld)) = brief.upheld {
                builder.add_decided(self.names.get(brief.rule), at, &brief.fingerprint, upheld);
            }
        }
        let trust = builder.finish();
        // How sure a finding is hangs on it: no list can follow.
        if trust.demoted() != self.trust.demoted() {
            self.forget();
        }
        self.trust = trust;
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

    /// Sorts findings that are in the order of the list.
    pub(crate) fn sort(
        &self,
        briefs: &mut [Arc<Brief>],
        order: Order,
        rank: impl Fn(&str) -> usize,
    ) {
        let ranks: Vec<usize> = (0..self.names.len())
            .map(|at| rank(self.names.get(Word::nth(at))))
            .collect();
        briefs.sort_by(|a, b| {
            let rank = |brief: &Brief| ranks.get(brief.unit.at()).copied();
            order.compare(a, b).then_with(|| rank(a).cmp(&rank(b)))
        });
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

    /// Which of two comes first in a list sorted by [`Shelf::sort`].
    pub(crate) fn compare(
        &self,
        (a, b): (&Brief, &Brief),
        order: Order,
        rank: impl Fn(&str) -> usize,
    ) -> Ordering {
        let rank = |brief: &Brief| rank(self.names.get(brief.unit));
        let by_unit = || rank(a).cmp(&rank(b));
        let by_order = order.compare(a, b).then_with(by_unit);
        by_order.then_with(|| a.order(&self.names).cmp(&b.order(&self.names)))
    }

    /// Whether it may be confirmed by a sample: it is sure, there, and nobody decided.
    pub(crate) fn is_candidate(&self, brief: &Brief) -> bool {
        // What the rule itself said is asked first: most are not sure, and need no look at how far the rule is trusted.
        brief.certainty == Certainty::Certain
            && brief.present
            && brief.is_waiting()
            && self.certainty(brief) == Certainty::Certain
    }

    /// The list under a key. Who asks first after something changed makes it follow; one that nobody has is made.
    pub(crate) fn listing(&self, key: &str, look: &Look<'_>) -> Arc<Listing> {
        self.listings
            .get(key, self.briefs.len(), &self.changes, look)
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
