//! Choosing from the register: which findings a filter admits, and how many every other choice of one field would leave.

use super::{Brief, Shelf, Word};
use chrono::NaiveDate;
use duwang_model::{Category, Certainty, FindingFilter, Kind, Level, State};
use std::collections::HashSet;
use std::sync::Arc;

/// A filter in the register's own words.
pub(crate) struct Wanted<'f> {
    filter: &'f FindingFilter,
    units: Option<Vec<Word>>,
    channels: Option<Vec<Word>>,
    rules: Option<Vec<bool>>,
    scan: Option<Option<Word>>,
    /// The one unit a visitor may see.
    only_unit: Option<Option<Word>>,
    overdue_on: Option<NaiveDate>,
    claimed: bool,
    recurring: bool,
    first_seen_before: Option<chrono::DateTime<chrono::Utc>>,
    among: Option<HashSet<String>>,
}

/// The fields a filter restricts, one bit each.
#[derive(Clone, Copy)]
#[repr(u16)]
enum Field {
    Unit = 1,
    Channel = 2,
    Rule = 4,
    Category = 8,
    State = 16,
    Level = 32,
    Certainty = 64,
    Kind = 128,
    /// Scan, text, address, age: nothing is counted for these.
    Other = 256,
}

impl<'f> Wanted<'f> {
    pub(crate) fn new(filter: &'f FindingFilter, shelf: &Shelf, only_unit: Option<&str>) -> Self {
        let some = |list: &[String]| {
            (!list.is_empty()).then(|| list.iter().filter_map(|w| shelf.names.find(w)).collect())
        };
        let rules = (!filter.rules.is_empty()).then(|| {
            let is_asked = |name: &str| {
                let pack = name.split('/').next();
                filter.rules.iter().any(|r| r == name || pack == Some(r))
            };
            let count = shelf.names.len();
            (0..count)
                .map(|at| is_asked(shelf.names.get(Word::nth(at))))
                .collect()
        });
        Self {
            filter,
            units: some(&filter.units),
            channels: some(&filter.channels),
            rules,
            scan: filter.scan.as_ref().map(|s| shelf.names.find(s)),
            only_unit: only_unit.map(|u| shelf.names.find(u)),
            overdue_on: None,
            claimed: false,
            recurring: false,
            first_seen_before: None,
            among: None,
        }
    }

    /// Only what is overdue on this day.
    pub(crate) fn overdue(mut self, today: Option<NaiveDate>) -> Self {
        self.overdue_on = today;
        self
    }

    /// Only what its unit says it has mended, while no re-fetch has answered.
    pub(crate) fn claimed(mut self, wanted: bool) -> Self {
        self.claimed = wanted;
        self
    }

    /// Only what came back at least once.
    pub(crate) fn recurring(mut self, wanted: bool) -> Self {
        self.recurring = wanted;
        self
    }

    /// Only what was first seen before this moment.
    pub(crate) fn older(mut self, than: Option<chrono::DateTime<chrono::Utc>>) -> Self {
        self.first_seen_before = than;
        self
    }

    /// Only these fingerprints.
    pub(crate) fn among(mut self, fingerprints: Option<HashSet<String>>) -> Self {
        self.among = fingerprints;
        self
    }

    /// Whether the visitor may see it at all.
    pub(crate) fn may_see(&self, b: &Brief) -> bool {
        self.only_unit.is_none_or(|only| only == Some(b.unit))
    }

    pub(crate) fn admits(&self, b: &Brief, certainty: Certainty) -> bool {
        self.may_see(b) && self.failing(b, certainty) == 0
    }

    /// The fields that keep it out.
    fn failing(&self, b: &Brief, certainty: Certainty) -> u16 {
        fn one_of<T: PartialEq>(list: &[T], value: &T) -> bool {
            list.is_empty() || list.contains(value)
        }
        let f = self.filter;
        let mut failing = 0;
        let mut fail = |fails: bool, field: Field| failing |= if fails { field as u16 } else { 0 };
        fail(
            self.units.as_ref().is_some_and(|u| !u.contains(&b.unit)),
            Field::Unit,
        );
        fail(
            self.channels
                .as_ref()
                .is_some_and(|c| !c.contains(&b.channel)),
            Field::Channel,
        );
        fail(
            self.rules
                .as_ref()
                .is_some_and(|r| !r.get(b.rule.at()).copied().unwrap_or(false)),
            Field::Rule,
        );
        fail(!one_of(&f.categories, &b.category), Field::Category);
        fail(!one_of(&f.states, &b.state), Field::State);
        fail(!one_of(&f.levels, &b.level), Field::Level);
        fail(!one_of(&f.certainties, &certainty), Field::Certainty);
        fail(
            !f.kinds.is_empty() && !b.kind.is_some_and(|k| f.kinds.contains(&k)),
            Field::Kind,
        );
        let other = self.scan.is_none_or(|s| s == Some(b.scan))
            && f.since.is_none_or(|t| b.last_seen >= t)
            && f.until.is_none_or(|t| b.last_seen < t)
            && f.url.as_deref().is_none_or(|u| *b.url == *u)
            && self.overdue_on.is_none_or(|today| b.is_overdue(today))
            && (!self.claimed || b.claimed)
            && (!self.recurring || b.reopened > 0)
            && self.first_seen_before.is_none_or(|t| b.first_seen < t)
            && (self.among.as_ref()).is_none_or(|among| among.contains(&b.fingerprint))
            && f.text.as_ref().is_none_or(|t| b.says(t));
        fail(!other, Field::Other);
        failing
    }
}

/// How often a value occurs.
pub(crate) struct Count<T> {
    pub(crate) value: T,
    pub(crate) count: usize,
}

/// Whether a finding comes or goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Comes,
    Goes,
}

/// What a filter admits, and how often each value of every field occurs under the other fields.
#[derive(Clone, Default)]
pub(crate) struct Counts {
    pub(crate) admitted: Vec<Arc<Brief>>,
    pub(crate) units: Vec<usize>,
    pub(crate) channels: Vec<usize>,
    pub(crate) rules: Vec<usize>,
    pub(crate) categories: Vec<usize>,
    pub(crate) states: Vec<usize>,
    pub(crate) levels: Vec<usize>,
    pub(crate) certainties: Vec<usize>,
    pub(crate) kinds: Vec<usize>,
}

impl Counts {
    /// One walk over the register.
    pub(crate) fn of(shelf: &Shelf, wanted: &Wanted<'_>) -> Self {
        let words = shelf.names.len();
        let mut counts = Self {
            admitted: Vec::new(),
            units: vec![0; words],
            channels: vec![0; words],
            rules: vec![0; words],
            categories: vec![0; Category::ALL.len()],
            states: vec![0; State::ALL.len()],
            levels: vec![0; Level::ALL.len()],
            certainties: vec![0; Certainty::ALL.len()],
            kinds: vec![0; Kind::ALL.len()],
        };
        let demoted: Vec<bool> = (0..words)
            .map(|at| shelf.is_demoted(Word::nth(at)))
            .collect();
        for brief in shelf.all().iter().filter(|b| wanted.may_see(b)) {
            let certainty = match demoted.get(brief.rule.at()) {
                Some(true) => brief.certainty.min(Certainty::Ask),
                _ => brief.certainty,
            };
            let failing = wanted.failing(brief, certainty);
            counts.count(brief, certainty, failing, Way::Comes);
            if failing == 0 {
                counts.admitted.push(Arc::clone(brief));
            }
        }
        counts
    }

    /// Counts a finding that comes or goes; whether the filter admits it.
    pub(super) fn tell(
        &mut self,
        shelf: &Shelf,
        wanted: &Wanted<'_>,
        brief: &Brief,
        way: Way,
    ) -> bool {
        if !wanted.may_see(brief) {
            return false;
        }
        let certainty = shelf.certainty(brief);
        let failing = wanted.failing(brief, certainty);
        self.count(brief, certainty, failing, way);
        failing == 0
    }

    fn count(&mut self, b: &Brief, certainty: Certainty, failing: u16, way: Way) {
        let only = |field: Field| failing & !(field as u16) == 0;
        let add = |counts: &mut Vec<usize>, at: Option<usize>, field: Field| {
            let Some(at) = at.filter(|_| only(field)) else {
                return;
            };
            if counts.len() <= at {
                counts.resize(at + 1, 0); // a word met since
            }
            match way {
                Way::Comes => counts[at] += 1,
                Way::Goes => counts[at] -= 1,
            }
        };
        add(&mut self.units, Some(b.unit.at()), Field::Unit);
        add(&mut self.channels, Some(b.channel.at()), Field::Channel);
        add(&mut self.rules, Some(b.rule.at()), Field::Rule);
        add(
            &mut self.categories,
            Some(b.category as usize),
            Field::Category,
        );
        add(&mut self.states, Some(b.state as usize), Field::State);
        add(&mut self.levels, Some(b.level as usize), Field::Level);
        add(
            &mut self.certainties,
            Some(certainty as usize),
            Field::Certainty,
        );
        add(&mut self.kinds, b.kind.map(|k| k as usize), Field::Kind);
    }

    /// The words of a field that occur, with how often.
    pub(crate) fn words<'s>(counts: &[usize], shelf: &'s Shelf) -> Vec<Count<&'s str>> {
        let occurring = counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let mut words: Vec<Count<&str>> = occurring
            .map(|(at, count)| Count {
                value: shelf.names.get(Word::nth(at)),
                count: *count,
            })
            .collect();
        words.sort_unstable_by_key(|c| c.value);
        words
    }
}
