//! A hit remembered across scans, with its evidence and the decisions people took.

use crate::words::words;
use crate::{Category, Certainty, Decision, Hit, Kind, Level, Verdict};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

words! {
    /// Where a finding stands.
    State {
        /// Nobody decided yet.
        Open = "open", "待复核";
        /// A person confirmed it.
        Confirmed = "confirmed", "已确认";
        /// A person called it a false alarm.
        Dismissed = "dismissed", "误报";
        /// Tolerated until a day.
        Waived = "waived", "已豁免";
        /// Handed to the unit.
        Assigned = "assigned", "已交办";
        /// The unit objects.
        Appealed = "appealed", "申诉中";
        /// A re-fetch no longer shows the fault.
        Fixed = "fixed", "已整改";
        /// It was fixed (or its waiver ran out) and the fault is there again.
        Reopened = "reopened", "再次出现";
    }
}

/// The evidence of a finding: what was fetched when it was last seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Snapshot {
    /// `sha256:…` of the body; empty only for findings about something absent from a channel without any page.
    pub hash: String,
    /// When these bytes were received.
    pub fetched: Option<DateTime<Utc>>,
    /// HTTP status.
    pub status: u16,
}

/// A fault remembered across scans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Short id for people and commands: the first 12 hex digits of the fingerprint, more on collision.
    pub id: String,
    /// What makes it the same fault next time; see [`crate::fingerprint`].
    pub fingerprint: String,
    /// Unit id; empty for `check`.
    pub unit: String,
    /// Channel id; empty for `check`.
    pub channel: String,
    /// Title of the page.
    pub page_title: String,
    /// Kind of the page; `None` for findings about a column or channel.
    pub kind: Option<Kind>,
    /// Publication day of the page.
    pub published: Option<NaiveDate>,
    /// What the rule said when the fault was last seen.
    pub hit: Hit,
    /// Other URLs that show the same page with the same fault.
    pub also: Vec<String>,
    /// Where it stands.
    pub state: State,
    /// Whether the fault was there when the ground was last seen.
    pub present: bool,
    /// Last day of the waiver; set exactly while the state is `Waived`.
    pub waived_until: Option<NaiveDate>,
    /// First time seen.
    pub first_seen: DateTime<Utc>,
    /// Last time seen.
    pub last_seen: DateTime<Utc>,
    /// Scan that saw it last (or closed it).
    pub scan: String,
    /// Scan that saw it first.
    pub first_scan: String,
    /// Evidence.
    pub snapshot: Snapshot,
    /// How often it came back after having been fixed.
    pub reopened: u32,
    /// Every decision, oldest first.
    pub decisions: Vec<Decision>,
}

impl Finding {
    /// The page, column or entry URL.
    pub fn url(&self) -> &str {
        self.hit.subject.url()
    }

    /// Appends a decision and moves the state. Decisions are always accepted: the state follows the latest that counts.
    /// A remark or a release moves nothing.
    pub fn decide(&mut self, decision: Decision) {
        let moves = decision.verdict.moves_state();
        self.decisions.push(decision);
        if moves {
            self.stand_by_decisions();
        }
    }

    /// Takes over what people decided on the remembered finding while this one was being judged: a crawl never undoes a
    /// decision. Facts (hit, evidence, presence) stay this one's, which are newer; name and first sight are the remembered ones.
    pub fn keep_decisions_of(&mut self, remembered: &Self) {
        self.id.clone_from(&remembered.id);
        self.reopened = self.reopened.max(remembered.reopened);
        if remembered.first_seen <= self.first_seen {
            self.first_seen = remembered.first_seen;
            self.first_scan.clone_from(&remembered.first_scan);
        }
        let mine = std::mem::replace(&mut self.decisions, remembered.decisions.clone());
        let news_to_them = mine.iter().filter(|d| !remembered.decisions.contains(d));
        self.decisions.extend(news_to_them.cloned());
        let moved_meanwhile = |d: &Decision| !mine.contains(d) && d.verdict.moves_state();
        if self.decisions.iter().any(moved_meanwhile) {
            self.stand_by_decisions();
        }
    }

    /// Whether a named person confirmed it (confirmed, assigned or under appeal, or so before it was fixed), so that a report
    /// may carry it.
    pub fn is_confirmed(&self) -> bool {
        matches!(
            self.state,
            State::Confirmed | State::Assigned | State::Appealed
        ) || (self.state == State::Fixed
            && self.standing_decisions().iter().any(|d| {
                matches!(
                    d.verdict,
                    Verdict::Confirm
                        | Verdict::Assign { .. }
                        | Verdict::Claim
                        | Verdict::Appeal
                        | Verdict::Return
                )
            }))
    }

    /// Whether it still wants work: not fixed, dismissed or waived.
    pub fn is_live(&self) -> bool {
        !matches!(self.state, State::Fixed | State::Dismissed | State::Waived)
    }

    /// Whether it is waived and the last day of the waiver is before this day.
    pub fn waiver_ran_out(&self, today: NaiveDate) -> bool {
        self.state == State::Waived && self.waived_until.is_some_and(|until| today > until)
    }

    /// Decisions that move the state, with undone ones left out.
    pub(crate) fn standing_decisions(&self) -> Vec<&Decision> {
        let mut standing: Vec<&Decision> = Vec::new();
        for decision in self.decisions.iter().filter(|d| d.verdict.moves_state()) {
            if decision.verdict == Verdict::Undo {
                standing.pop();
            } else {
                standing.push(decision);
            }
        }
        standing
    }

    /// What is proved gone stays fixed when somebody confirms or assigns it; only an appeal keeps it open for an answer.
    fn stand_by_decisions(&mut self) {
        let latest = self.standing_decisions().last().map(|d| d.verdict.clone());
        self.waived_until = None;
        self.state = match latest {
            Some(Verdict::Dismiss) => State::Dismissed,
            Some(Verdict::Appeal) => State::Appealed,
            Some(Verdict::Waive { until }) => {
                self.waived_until = Some(until);
                State::Waived
            }
            _ if !self.present => State::Fixed,
            Some(Verdict::Confirm) => State::Confirmed,
            Some(Verdict::Assign { .. } | Verdict::Claim | Verdict::Return) => State::Assigned,
            _ if self.reopened > 0 => State::Reopened,
            _ => State::Open,
        };
    }
}

/// Which findings to list; empty fields do not restrict. Everything given must hold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FindingFilter {
    /// Unit ids.
    pub units: Vec<String>,
    /// Channel ids.
    pub channels: Vec<String>,
    /// Rule ids, or pack names.
    pub rules: Vec<String>,
    /// Categories.
    pub categories: Vec<Category>,
    /// States.
    pub states: Vec<State>,
    /// Levels.
    pub levels: Vec<Level>,
    /// Certainties.
    pub certainties: Vec<Certainty>,
    /// Kinds of page.
    pub kinds: Vec<Kind>,
    /// Last seen (or closed) by this scan.
    pub scan: Option<String>,
    /// Last seen on or after.
    pub since: Option<DateTime<Utc>>,
    /// Last seen before.
    pub until: Option<DateTime<Utc>>,
    /// Page URL.
    pub url: Option<String>,
    /// Text in quote, message, title or URL.
    pub text: Option<String>,
}

impl FindingFilter {
    /// Whether a finding passes.
    pub fn admits(&self, f: &Finding) -> bool {
        fn one_of<T: PartialEq>(list: &[T], value: &T) -> bool {
            list.is_empty() || list.contains(value)
        }
        one_of(&self.units, &f.unit)
            && one_of(&self.channels, &f.channel)
            && (self.rules.is_empty()
                || self
                    .rules
                    .iter()
                    .any(|r| f.hit.rule == *r || f.hit.rule.split('/').next() == Some(r.as_str())))
            && one_of(&self.categories, &f.hit.category)
            && one_of(&self.states, &f.state)
            && one_of(&self.levels, &f.hit.level)
            && one_of(&self.certainties, &f.hit.certainty)
            && (self.kinds.is_empty() || f.kind.is_some_and(|k| self.kinds.contains(&k)))
            && self.scan.as_ref().is_none_or(|s| f.scan == *s)
            && self.since.is_none_or(|t| f.last_seen >= t)
            && self.until.is_none_or(|t| f.last_seen < t)
            && self.url.as_ref().is_none_or(|u| f.url() == u)
            && self.text.as_ref().is_none_or(|t| {
                [f.hit.quote.as_str(), &f.hit.message, &f.page_title, f.url()]
                    .iter()
                    .any(|s| s.contains(t.as_str()))
            })
    }
}
