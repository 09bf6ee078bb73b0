//! `pairing`: documents of one kind that need one of another: a policy and its interpretation, a solicitation and its result.

pub(super) mod likeness;

use super::{Out, Reading};
use crate::deadline::{days_between, weekdays_between};
use crate::judge::{Draft, Slots, shanghai_day};
use crate::load::{LazyRegex, plain_regexes};
use crate::rule::Context;
use crate::setting::setting;
use chrono::NaiveDate;
use duwang_model::{Certainty, ChannelFacts, Kind, PageFacts, Subject, Text};
use likeness::Names;
use std::collections::HashSet;

/// Of a text with fewer sentences nobody can say that it was copied.
const FEWEST_SENTENCES: usize = 6;
/// Unless every one of at least so many stands in the other.
const FEWEST_ALL_COPIED: usize = 4;

/// With how many later pages a page is compared.
const MOST_COMPARED: usize = 200;

#[derive(Debug)]
pub(crate) struct Pairing {
    from: Kind,
    to: Kind,
    require: Require,
    /// Days of grace for a partner, or most days of delay.
    days: Option<u32>,
    /// A partner that came more days before is one of an earlier version of the same name.
    most_days: Option<u32>,
    /// The same in working days.
    workdays: Option<u32>,
    /// Only solicitations whose last day is so long past.
    after_deadline_days: Option<u32>,
    from_titles: Vec<LazyRegex>,
    from_unless: Vec<LazyRegex>,
    /// Most of the partner's sentences that may be the first one's.
    most: f64,
    /// Of pages of one kind all later ones are partners, not only the next of the series.
    all_later: bool,
}

setting! {
    /// What a pair must have.
    enum Require {
        /// There is a partner.
        Partner = "partner",
        /// The first links to its partner.
        Link = "link",
        /// The partner links back.
        LinkBack = "link-back",
        /// The partner comes in time.
        Delay = "delay",
        /// The partner says it in its own words.
        OwnWords = "own-words",
        /// The partner does not come before it.
        NotBefore = "not-before",
    }
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Pairing> {
    let fields = reading.fields;
    let from = fields.required_word("from");
    let to = fields.required_word("to");
    let require = fields.word("require").unwrap_or(Require::Partner);
    let pairing = Pairing {
        from: from.unwrap_or(Kind::Unknown),
        to: to.unwrap_or(Kind::Unknown),
        require,
        days: fields.number("days").map(|n| n.value),
        most_days: fields.number("most_days").map(|n| n.value),
        workdays: fields.number("workdays").map(|n| n.value),
        after_deadline_days: fields.number("after_deadline_days").map(|n| n.value),
        from_titles: plain_regexes(fields, "from_titles"),
        from_unless: plain_regexes(fields, "from_unless"),
        most: fields.ratio("most").unwrap_or(1.0),
        all_later: fields.flag("all_later").unwrap_or(false),
    };
    if require == Require::OwnWords && !fields.has("most") {
        fields.missing("most");
    }
    if require == Require::Delay && pairing.days.is_none() && pairing.workdays.is_none() {
        fields.missing("days");
    }
    from.and(to).map(|_| pairing)
}

impl Pairing {
    pub(crate) fn judge(
        &self,
        facts: &ChannelFacts,
        context: &Context<'_>,
        out: &mut Out<'_>,
    ) -> bool {
        let today = context.judged_on.unwrap_or_else(|| shanghai_day(facts.now));
        let kept: Vec<PageFacts> = facts.pages.of(self.to).collect();
        let partners: Vec<(Names, &PageFacts)> = kept.iter().map(|p| (Names::of(p), p)).collect();
        for page in facts.pages.of(self.from).filter(|p| self.counts(p)) {
            let page = &page;
            let found: Vec<&PageFacts> = if self.all_later {
                later(page, &partners)
            } else if self.from == self.to {
                likeness::next_of_series(page, &partners)
            } else {
                likeness::partners(&Names::of(page), page, &partners)
            };
            match self.require {
                Require::Partner => self.judge_partner(page, &found, facts, today, out),
                Require::Link => self.judge_link(page, page, &found, out),
                Require::LinkBack => self.judge_link_back(page, &found, out),
                Require::Delay => self.judge_delay(page, &found, out),
                Require::OwnWords => self.judge_words(page, &found, out),
                Require::NotBefore => self.judge_order(page, &found, out),
            }
        }
        true
    }

    fn counts(&self, page: &PageFacts) -> bool {
        let title = Text::new(page.title.clone());
        let any = |list: &[LazyRegex]| list.iter().any(|r| r.is_match(title.folded()));
        (self.from_titles.is_empty() || any(&self.from_titles)) && !any(&self.from_unless)
    }

    fn judge_partner(
        &self,
        page: &PageFacts,
        found: &[&PageFacts],
        facts: &ChannelFacts,
        today: NaiveDate,
        out: &mut Out<'_>,
    ) {
        if !found.is_empty() {
            return;
        }
        let may_be_unread = page.ties.links.iter().any(|l| facts.unread.contains(l));
        if !facts.complete || may_be_unread {
            return out.unjudged(&page.url); // the partner may stand where nobody looked, or be a picture
        }
        let Some(waited) = self.waited(page, today) else {
            return;
        };
        let mut draft = self.draft(page, None, waited, out);
        draft.key = "partner".to_owned();
        out.push(draft);
    }

    /// How many days a partner has been due, once the time of grace is over.
    fn waited(&self, page: &PageFacts, today: NaiveDate) -> Option<i64> {
        if let Some(after) = self.after_deadline_days {
            let past = days_between(page.ties.deadline?, today);
            return (past > i64::from(after)).then_some(past);
        }
        let Some(published) = page.published else {
            return (self.days.is_none() && self.workdays.is_none()).then_some(0);
        };
        let days = days_between(published, today);
        let in_grace = self.days.is_some_and(|limit| days <= i64::from(limit))
            || self
                .workdays
                .is_some_and(|limit| weekdays_between(published, today) <= i64::from(limit));
        (!in_grace).then_some(days)
    }

    /// `page` must link to one of its partners.
    fn judge_link(
        &self,
        page: &PageFacts,
        about: &PageFacts,
        found: &[&PageFacts],
        out: &mut Out<'_>,
    ) {
        let is_of_another = |partner: &&PageFacts| {
            let days = about.published.zip(partner.published);
            days.is_some_and(|(own, came)| self.is_long_before(days_between(came, own)))
        };
        let mut current = found.iter().filter(|partner| !is_of_another(partner));
        let Some(first) = current.next() else {
            return out.unjudged(&about.url);
        };
        if found.iter().any(|partner| links_to(page, partner)) {
            return;
        }
        let mut draft = self.draft(page, Some(first), 0, out);
        draft.key = "link".to_owned();
        out.push(draft);
    }

    /// Every partner must link back to `page`.
    fn judge_link_back(&self, page: &PageFacts, found: &[&PageFacts], out: &mut Out<'_>) {
        for partner in found.iter().filter(|partner| !links_to(partner, page)) {
            let mut draft = self.draft(partner, Some(page), 0, out);
            draft.key = format!("link {}", page.url);
            out.push(draft);
        }
    }

    fn judge_delay(&self, page: &PageFacts, found: &[&PageFacts], out: &mut Out<'_>) {
        let first = found
            .iter()
            .filter_map(|partner| partner.published.map(|day| (day, *partner)))
            .min_by_key(|(day, _)| *day);
        let (Some((came, partner)), Some(published)) = (first, page.published) else {
            return out.unjudged(&page.url);
        };
        let (late, limit) = match (self.workdays, self.days) {
            (Some(limit), _) => (weekdays_between(published, came), limit),
            (None, Some(limit)) => (days_between(published, came), limit),
            (None, None) => return,
        };
        if late <= i64::from(limit) {
            return;
        }
        let mut draft = self.draft(partner, Some(page), late, out);
        draft.key = format!("late {}", page.url);
        draft.slots.limit = limit.to_string();
        if self.workdays.is_some() {
            draft.certainty = Certainty::Ask; // holidays are not known here
        }
        out.push(draft);
    }

    /// No partner may come more than the days of grace before `page`.
    fn judge_order(&self, page: &PageFacts, found: &[&PageFacts], out: &mut Out<'_>) {
        for partner in found {
            let Some((came, published)) = partner.published.zip(page.published) else {
                out.unjudged(&partner.url);
                continue;
            };
            let early = days_between(came, published);
            if early <= i64::from(self.days.unwrap_or(0)) || self.is_long_before(early) {
                continue;
            }
            let mut draft = self.draft(partner, Some(page), early, out);
            draft.key = format!("before {}", page.url);
            out.push(draft);
        }
    }

    /// Whether a partner came so many days before that it belongs to an earlier version.
    fn is_long_before(&self, days: i64) -> bool {
        self.most_days.is_some_and(|most| days > i64::from(most))
    }

    /// How much of a partner stands word for word in `page`.
    fn judge_words(&self, page: &PageFacts, found: &[&PageFacts], out: &mut Out<'_>) {
        let own: HashSet<u32> = page.ties.sentences.iter().copied().collect();
        for partner in found {
            let all = partner.ties.sentences.len();
            if all < FEWEST_ALL_COPIED || own.is_empty() {
                continue; // a few sentences may well be alike
            }
            let copied = partner
                .ties
                .sentences
                .iter()
                .filter(|s| own.contains(s))
                .count();
            let share = copied as f64 / all as f64;
            if share <= self.most || (all < FEWEST_SENTENCES && copied < all) {
                continue;
            }
            let mut draft = self.draft(partner, Some(page), 0, out);
            draft.key = format!("copied {}", page.url);
            draft.slots.days = format!("{:.0}%", share * 100.0);
            draft.slots.limit = format!("{:.0}%", self.most * 100.0);
            out.push(draft);
        }
    }

    /// A finding about `page`, naming its partner.
    fn draft(
        &self,
        page: &PageFacts,
        partner: Option<&PageFacts>,
        days: i64,
        out: &Out<'_>,
    ) -> Draft {
        let limit = self
            .after_deadline_days
            .or(self.workdays)
            .or(self.days)
            .map(|n| n.to_string());
        let mut draft = out
            .draft()
            .about(Subject::Page(page.url.clone()))
            .with(Slots {
                label: page.title.clone(),
                value: partner.map(|p| p.title.clone()).unwrap_or_default(),
                target: partner.map(|p| p.url.clone()).unwrap_or_default(),
                days: days.to_string(),
                limit: limit.unwrap_or_default(),
                ..Slots::default()
            });
        draft.locator = Some(match partner {
            Some(partner) => format!("《{}》与《{}》", page.title, partner.title),
            None => format!("《{}》", page.title),
        });
        draft
    }
}

/// Pages of the kind that came after this one; the address decides between two of one day.
fn later<'p>(page: &PageFacts, others: &[(Names, &'p PageFacts)]) -> Vec<&'p PageFacts> {
    let at = (page.published, page.url.as_str());
    let all = others.iter().map(|(_, other)| *other);
    all.filter(|other| at < (other.published, other.url.as_str()))
        .take(MOST_COMPARED)
        .collect()
}

fn links_to(page: &PageFacts, target: &PageFacts) -> bool {
    let target = bare(&target.url);
    page.ties.links.iter().any(|link| bare(link) == target)
}

/// A URL without what does not tell pages apart.
fn bare(url: &str) -> &str {
    let url = url.split('#').next().unwrap_or(url);
    let url = url.split_once("://").map_or(url, |(_, rest)| rest);
    url.trim_end_matches('/')
}
