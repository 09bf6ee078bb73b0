//! Sums that are kept while findings come and go: the front page asks these few instead of walking through every finding.

use super::{Brief, Word};
use crate::clock::day;
use chrono::NaiveDate;
use duwang_model::{Category, Level, State};
use std::collections::HashMap;
use std::hash::Hash;

/// How findings stand; equal ones are one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Standing {
    pub(crate) unit: Word,
    pub(crate) category: Category,
    pub(crate) level: Level,
    pub(crate) state: State,
    /// While it is with the unit.
    pub(crate) due: Option<NaiveDate>,
    pub(crate) claimed: bool,
    pub(crate) came_back: bool,
}

/// What the scan that saw findings last, or closed them, made of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Moved {
    pub(crate) unit: Word,
    pub(crate) rule: Word,
    pub(crate) first_scan: Word,
    pub(crate) present: bool,
    pub(crate) reopened: bool,
}

/// From when to when findings were there, by day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Lived {
    pub(crate) unit: Word,
    pub(crate) category: Category,
    pub(crate) from: NaiveDate,
    pub(crate) end: End,
    pub(crate) comebacks: u32,
}

/// How a life ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum End {
    Open,
    Waived(NaiveDate),
    /// By this scan; last seen on that day.
    Closed(Word, NaiveDate),
}

/// How many findings are alike in one way.
type Table<T> = HashMap<T, usize>;

/// Every finding counted once in each table.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    standing: Table<Standing>,
    moved: HashMap<Word, Table<Moved>>,
    lived: Table<Lived>,
}

impl Sums {
    pub(super) fn add(&mut self, brief: &Brief) {
        *self.standing.entry(Standing::of(brief)).or_default() += 1;
        let moved = self.moved.entry(brief.scan).or_default();
        *moved.entry(Moved::of(brief)).or_default() += 1;
        if let Some(lived) = Lived::of(brief) {
            *self.lived.entry(lived).or_default() += 1;
        }
    }

    pub(super) fn take(&mut self, brief: &Brief) {
        take(&mut self.standing, &Standing::of(brief));
        if let Some(moved) = self.moved.get_mut(&brief.scan) {
            take(moved, &Moved::of(brief));
        }
        if let Some(lived) = Lived::of(brief) {
            take(&mut self.lived, &lived);
        }
    }

    pub(crate) fn standing(&self) -> impl Iterator<Item = (&Standing, usize)> {
        self.standing.iter().map(|(key, count)| (key, *count))
    }

    /// Of the findings this scan saw last or closed.
    pub(crate) fn moved(&self, scan: Word) -> impl Iterator<Item = (&Moved, usize)> {
        let table = self.moved.get(&scan).into_iter().flatten();
        table.map(|(key, count)| (key, *count))
    }

    /// False alarms are not among them.
    pub(crate) fn lived(&self) -> impl Iterator<Item = (&Lived, usize)> {
        self.lived.iter().map(|(key, count)| (key, *count))
    }
}

fn take<T: Eq + Hash>(table: &mut Table<T>, key: &T) {
    if let Some(count) = table.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            table.remove(key);
        }
    }
}

impl Standing {
    fn of(b: &Brief) -> Self {
        Self {
            unit: b.unit,
            category: b.category,
            level: b.level,
            state: b.state,
            due: b.due.filter(|_| b.state == State::Assigned),
            claimed: b.claimed,
            came_back: b.reopened > 0,
        }
    }

    /// Whether it still wants work, as [`duwang_model::Finding::is_live`].
    pub(crate) fn is_live(&self) -> bool {
        !matches!(self.state, State::Fixed | State::Dismissed | State::Waived)
    }

    /// Whether nobody decided yet.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.state, State::Open | State::Reopened)
    }

    /// Whether it is past its day and still with the unit.
    pub(crate) fn is_overdue(&self, today: NaiveDate) -> bool {
        self.due.is_some_and(|due| due < today)
    }
}

impl Moved {
    fn of(b: &Brief) -> Self {
        Self {
            unit: b.unit,
            rule: b.rule,
            first_scan: b.first_scan,
            present: b.present,
            reopened: b.state == State::Reopened,
        }
    }
}

impl Lived {
    fn of(b: &Brief) -> Option<Self> {
        let end = match b.state {
            State::Dismissed => return None,
            State::Waived => End::Waived(day(b.waived.unwrap_or(b.last_seen))),
            State::Fixed => End::Closed(b.scan, day(b.last_seen)),
            _ => End::Open,
        };
        Some(Self {
            unit: b.unit,
            category: b.category,
            from: day(b.first_seen),
            end,
            comebacks: b.reopened,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use crate::register::Register;
    use crate::view::sample;
    use duwang_model::{Decision, FindingFilter, Verdict};
    use duwang_store::Store;
    use std::collections::BTreeMap;

    /// What stands how, by words that do not depend on the order in which names were met.
    fn told(register: &Register, store: &dyn Store) -> BTreeMap<String, usize> {
        let shelf = register.now(store).unwrap();
        let (sums, names) = (shelf.sums(), &shelf.names);
        let mut told = BTreeMap::new();
        let mut add = |key: String, count| *told.entry(key).or_default() += count;
        for (s, count) in sums.standing() {
            add(
                format!("{} {:?} {:?}", names.get(s.unit), s.state, s.due),
                count,
            );
        }
        for (l, count) in sums.lived() {
            add(
                format!("{} {:?} {:?}", names.get(l.unit), l.from, l.end),
                count,
            );
        }
        for scan in ["20261102-090000-ab12"] {
            let moved = names.find(scan).map(|scan| sums.moved(scan));
            for (m, count) in moved.into_iter().flatten() {
                add(format!("{} {}", names.get(m.rule), m.present), count);
            }
        }
        told
    }

    #[test]
    fn sums_kept_are_sums_counted_anew() {
        let store = sample::store();
        let register = Register::default();
        told(&register, store.as_ref());
        let findings = store.findings(&FindingFilter::default()).unwrap();
        let due = sample::now().date_naive();
        let verdicts = [
            Verdict::Dismiss,
            Verdict::Assign { due: Some(due) },
            Verdict::Waive { until: due },
        ];
        for (finding, verdict) in findings.iter().zip(verdicts) {
            let decision = Decision {
                finding: finding.id.clone(),
                verdict,
                by: "王某".to_owned(),
                at: sample::now(),
                reason: String::new(),
            };
            store.decide(&[decision]).unwrap();
            let kept = told(&register, store.as_ref());
            assert_eq!(kept, told(&Register::default(), store.as_ref()));
        }
    }
}
