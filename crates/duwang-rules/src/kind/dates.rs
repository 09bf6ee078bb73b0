//! `dates`: the days a page gives for itself must agree – in the list, in the visible head, in its tags, in its address, in the text.
//!
//! Only sources that speak of the same thing are compared. A text may be older than the page it is published on; it cannot be younger.

use super::{Out, Reading};
use crate::judge::{Seen, Slots, shanghai_day};
use crate::setting::setting;
use chrono::NaiveDate;
use duwang_model::{Certainty, DateSource, LinkRole, Span};

#[derive(Debug)]
pub(crate) struct Dates {
    what: What,
    /// Days of difference that are nothing: a page written at night, a list built the day after.
    tolerance: i64,
}

setting! {
    /// What is wrong with the days of a page.
    enum What {
        /// List, head and tags do not name the same day of publishing.
        Differ = "differ",
        /// The text was made, signed or filed after the day it is said to have been published.
        Backdated = "backdated",
        /// The day of publishing has not come yet.
        Future = "future",
    }
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Dates> {
    let fields = reading.fields;
    let what = fields.required_word("what");
    let tolerance = fields.number("tolerance").map_or(1, |n| n.value.into());
    Some(Dates {
        what: what?,
        tolerance,
    })
}

/// A day and where it was read.
#[derive(Clone, Copy)]
struct Said {
    source: DateSource,
    day: NaiveDate,
    span: Option<Span>,
}

impl Dates {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let fault = match self.what {
            What::Differ => self.differing(seen),
            What::Backdated => self.younger_than_published(seen),
            What::Future => self.in_future(seen),
        };
        if let Some((published, other)) = fault {
            report(published, other, seen, out);
        }
    }

    /// The first source that names another day than the head of the page (or, without one, the tags).
    fn differing(&self, seen: &Seen<'_>) -> Option<(Said, Said)> {
        const PUBLISHING: [DateSource; 4] = [
            DateSource::Script,
            DateSource::Info,
            DateSource::Meta,
            DateSource::List,
        ];
        let published = PUBLISHING.iter().find_map(|s| first(seen, *s))?;
        let other = PUBLISHING
            .iter()
            .filter_map(|source| self.nearest(seen, *source, published.day))
            .find(|said| (said.day - published.day).num_days().abs() > self.tolerance)?;
        Some((published, other))
    }

    /// Of the days of one source the one nearest to the day of publishing: a head may also tell when a page was changed.
    fn nearest(&self, seen: &Seen<'_>, source: DateSource, day: NaiveDate) -> Option<Said> {
        all(seen, source).min_by_key(|said| (said.day - day).num_days().abs())
    }

    fn younger_than_published(&self, seen: &Seen<'_>) -> Option<(Said, Said)> {
        let published = [DateSource::Script, DateSource::Info, DateSource::Meta]
            .iter()
            .find_map(|s| first(seen, *s))?;
        let other = [DateSource::Written, DateSource::Signature, DateSource::Url]
            .iter()
            .filter_map(|s| first(seen, *s))
            .find(|said| (said.day - published.day).num_days() > self.tolerance)?;
        Some((published, other))
    }

    fn in_future(&self, seen: &Seen<'_>) -> Option<(Said, Said)> {
        let today = shanghai_day(seen.context.now);
        let is_ahead = |day: NaiveDate| (day - today).num_days() > self.tolerance;
        let published = [
            DateSource::Script,
            DateSource::Info,
            DateSource::Meta,
            DateSource::List,
        ]
        .iter()
        .find_map(|s| first(seen, *s));
        // The entries of a list tell days of publishing too.
        let entries = seen.document.links.iter();
        let listed = entries
            .filter(|link| link.role == LinkRole::Item)
            .filter_map(|link| Some((link.date?, link.span)))
            .map(|(day, span)| Said {
                source: DateSource::List,
                day,
                span: Some(span),
            });
        published
            .into_iter()
            .chain(listed)
            .find(|said| is_ahead(said.day))
            .map(|said| (said, said))
    }
}

fn all<'s>(seen: &'s Seen<'_>, source: DateSource) -> impl Iterator<Item = Said> + 's {
    let dates = seen.document.dates.iter();
    dates
        .filter(move |d| d.source == source)
        .map(move |d| Said {
            source,
            day: d.at.date(),
            span: d.span,
        })
}

fn first(seen: &Seen<'_>, source: DateSource) -> Option<Said> {
    all(seen, source).next()
}

fn report(published: Said, other: Said, seen: &Seen<'_>, out: &mut Out<'_>) {
    let mut draft = out
        .draft()
        .keyed(format!(
            "{} {}",
            published.source.word(),
            other.source.word()
        ))
        .with(Slots {
            label: published.source.chinese().to_owned(),
            value: published.day.to_string(),
            target: other.source.chinese().to_owned(),
            limit: other.day.to_string(),
            days: (other.day - published.day).num_days().abs().to_string(),
            ..Slots::default()
        });
    draft.span = published.span.or(other.span);
    if draft.span.is_none() {
        draft.quote = Some(published.day.to_string());
    }
    // Tags are often filled anew when a site is moved: a person must see what the page was before.
    if published.source == DateSource::Meta || other.source == DateSource::Meta {
        draft.certainty = Certainty::Ask;
    }
    draft.locator = Some(each_source(seen));
    out.push(draft);
}

/// `信息栏 2026-09-18，网页标签 2026-08-01，网址 2026-09-18`: everything a person needs to decide.
fn each_source(seen: &Seen<'_>) -> String {
    let told = DateSource::ALL
        .iter()
        .filter(|source| **source != DateSource::Text)
        .filter_map(|source| first(seen, *source))
        .map(|said| format!("{} {}", said.source.chinese(), said.day));
    told.collect::<Vec<_>>().join("，")
}
