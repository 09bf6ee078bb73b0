//! A finding in brief: what lists, filters and counts ask for.

use crate::report::trends;
use chrono::{DateTime, NaiveDate, Utc};
use duwang_model::{Category, Certainty, Finding, Kind, Level, State};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// A unit, channel, rule, scan or person by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Word(u32);

/// The words that occur, each kept once.
#[derive(Debug, Default)]
pub(crate) struct Names {
    words: Vec<Box<str>>,
    numbers: HashMap<Box<str>, Word>,
}

impl Names {
    fn number(&mut self, word: &str) -> Word {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = Word(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
        self.words.push(word.into());
        self.numbers.insert(word.into(), number);
        number
    }

    /// The word itself.
    pub(crate) fn get(&self, word: Word) -> &str {
        self.words.get(word.0 as usize).map_or("", |w| w)
    }

    /// Its number, when it occurs.
    pub(crate) fn find(&self, word: &str) -> Option<Word> {
        self.numbers.get(word).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }
}

impl Word {
    pub(super) fn nth(at: usize) -> Self {
        Self(u32::try_from(at).unwrap_or(u32::MAX))
    }

    pub(super) fn at(self) -> usize {
        self.0 as usize
    }
}

/// A finding in brief.
#[derive(Debug)]
pub(crate) struct Brief {
    pub(crate) fingerprint: String,
    pub(crate) id: Box<str>,
    pub(crate) unit: Word,
    pub(crate) channel: Word,
    pub(crate) rule: Word,
    pub(crate) category: Category,
    pub(crate) level: Level,
    /// As the rule said it.
    pub(crate) certainty: Certainty,
    pub(crate) kind: Option<Kind>,
    pub(crate) state: State,
    pub(crate) present: bool,
    /// Scan that saw it last or closed it.
    pub(crate) scan: Word,
    pub(crate) first_scan: Word,
    pub(crate) first_seen: DateTime<Utc>,
    pub(crate) last_seen: DateTime<Utc>,
    pub(crate) due: Option<NaiveDate>,
    /// The unit says it is fixed.
    pub(crate) claimed: bool,
    /// Who confirmed or assigned it.
    pub(crate) by: Option<Word>,
    pub(crate) reopened: u32,
    pub(crate) waived: Option<DateTime<Utc>>,
    pub(crate) url: Box<str>,
    start: Option<usize>,
    /// Quote, message and title, one a line: what a search by text looks at.
    text: Box<str>,
    /// Equal for the same words by the same rule.
    pub(crate) group: u64,
    /// Equal for the same quote.
    pub(crate) quote: u64,
    pub(super) upheld: Option<(DateTime<Utc>, bool)>,
}

impl Brief {
    pub(super) fn of(f: &Finding, names: &mut Names) -> Self {
        let hit = &f.hit;
        // What is absent is absent from one place: it has no words in common with another.
        let own_place = if hit.quote.is_empty() { f.url() } else { "" };
        Self {
            fingerprint: f.fingerprint.clone(),
            id: f.id.as_str().into(),
            unit: names.number(&f.unit),
            channel: names.number(&f.channel),
            rule: names.number(&hit.rule),
            category: hit.category,
            level: hit.level,
            certainty: hit.certainty,
            kind: f.kind,
            state: f.state,
            present: f.present,
            scan: names.number(&f.scan),
            first_scan: names.number(&f.first_scan),
            first_seen: f.first_seen,
            last_seen: f.last_seen,
            due: f.due(),
            claimed: f.claim().is_some(),
            by: f.confirmed_by().map(|d| names.number(&d.by)),
            reopened: f.reopened,
            waived: trends::waived(f),
            url: f.url().into(),
            start: hit.span.map(|s| s.start),
            text: format!("{}\n{}\n{}", hit.quote, hit.message, f.page_title).into(),
            group: hash(&[&hit.rule, &hit.quote, &hit.context, own_place]),
            quote: hash(&[&hit.rule, &hit.quote, own_place]),
            upheld: f.upheld(),
        }
    }

    /// What the list is sorted by.
    pub(super) fn order<'a>(&'a self, names: &'a Names) -> impl Ord + use<'a> {
        (
            names.get(self.unit),
            names.get(self.channel),
            names.get(self.rule),
            &self.url,
            self.start,
            &self.fingerprint,
        )
    }

    pub(super) fn says(&self, text: &str) -> bool {
        self.text.contains(text) || self.url.contains(text)
    }

    /// Whether nobody decided yet.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self.state, State::Open | State::Reopened)
    }

    /// Whether it still wants work, as [`Finding::is_live`].
    pub(crate) fn is_live(&self) -> bool {
        !matches!(self.state, State::Fixed | State::Dismissed | State::Waived)
    }

    /// Whether it is past its day and still with the unit.
    pub(crate) fn is_overdue(&self, today: NaiveDate) -> bool {
        self.state == State::Assigned && self.due.is_some_and(|due| due < today)
    }
}

fn hash(parts: &[&str]) -> u64 {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}
