//! The list of findings.

use super::filter::{Choices, Filter, States};
use super::frame::{Frame, Here};
use super::probe;
use super::problem::{Answer, Problem, html};
use super::queue::listing;
use super::views::{self, View};
use super::{ConsoleState, Desk};
use crate::people::{Right, Visitor};
use crate::register::{Group, Order, Shelf};
use crate::report::LevelCounts;
use crate::view::{Shown, one_line};
use askama::Template;
use axum::Extension;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Redirect};
use duwang_model::{Probe, State as Stand};

/// Rows on one page of the list.
pub(super) const PAGE: usize = 50;

pub(super) async fn list(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    RawQuery(query): RawQuery,
) -> Answer {
    let filter = Filter::read(&query.unwrap_or_default()).map_err(Problem::Unclear)?;
    state
        .answer(visitor, move |desk| match &filter.probe {
            Some(_) => Ok(Redirect::to(&super::finding::list_href(&filter)).into_response()),
            None => Ok(html(&List::new(desk, filter)?)),
        })
        .await
}

#[derive(Template)]
#[template(path = "findings.html")]
struct List {
    frame: Frame,
    filter: Filter,
    choices: Choices,
    counts: LevelCounts,
    rows: Vec<Row>,
    groups: usize,
    pages: usize,
    views: Vec<View>,
    /// The day an assignment is due when nothing else is said; empty when the calendar does not know.
    due: String,
    may_decide: bool,
    may_answer: bool,
    /// How many findings of the list can be confirmed after a sample of them was looked at.
    samplable: usize,
}

/// One row: a finding, or a group with its first one.
pub(super) struct Row {
    pub(super) finding: Shown,
    pub(super) unit: String,
    pub(super) channel: String,
    /// The rule's name, or its id.
    pub(super) rule: String,
    pub(super) href: String,
    pub(super) action: String,
    pub(super) count: usize,
    pub(super) units: usize,
    pub(super) due: Option<String>,
    pub(super) overdue: bool,
    pub(super) claimed: bool,
    pub(super) reopened: u32,
    /// Of a sample: looked at and confirmed.
    pub(super) looked: bool,
}

/// A row alone, as the script puts it back after a decision.
#[derive(Template)]
#[template(path = "row.html")]
pub(super) struct RowPart {
    pub(super) row: Row,
}

impl List {
    fn new(desk: &Desk, mut filter: Filter) -> Result<Self, Problem> {
        let shelf = desk.shelf()?;
        let listing = listing(desk, &shelf, &filter)?;
        let (counts, groups) = (&listing.counts, &listing.groups);
        let pages = groups.len().div_ceil(PAGE).max(1);
        filter.page = filter.page.min(pages);
        let page = groups.iter().skip((filter.page - 1) * PAGE).take(PAGE);
        let mut rows = Vec::new();
        for group in page {
            rows.extend(row(desk, &shelf, group, &filter)?);
        }
        Ok(Self {
            frame: Frame::new(desk, Here::Findings, "问题"),
            choices: Choices::of(&filter, counts, &shelf, &desk.names),
            counts: listing.levels,
            rows,
            groups: groups.len(),
            pages,
            views: views::of(desk)?,
            due: default_due(desk),
            may_decide: desk.visitor.may(Right::Decide),
            may_answer: desk.visitor.may(Right::Answer),
            samplable: listing.samplable(&shelf, Probe::LEAST),
            filter,
        })
    }

    fn text(&self) -> &str {
        self.filter.filter.text.as_deref().unwrap_or_default()
    }

    fn scan(&self) -> &str {
        self.filter.filter.scan.as_deref().unwrap_or_default()
    }

    fn state_is_live(&self) -> bool {
        self.filter.states == States::Live
    }

    fn state_is_all(&self) -> bool {
        self.filter.states == States::All
    }

    /// Whether a field of the folded part restricts, so that it must not be hidden.
    fn more(&self) -> bool {
        let f = &self.filter.filter;
        !f.channels.is_empty()
            || !f.rules.is_empty()
            || !f.kinds.is_empty()
            || !f.certainties.is_empty()
            || f.scan.is_some()
            || self.filter.overdue
            || self.filter.claimed
            || self.filter.recurring
            || self.filter.flat
            || self.filter.age.is_some()
    }

    fn age(&self) -> String {
        self.filter
            .age
            .map_or(String::new(), |days| days.to_string())
    }

    fn query(&self) -> String {
        self.filter.on_page(1).query()
    }

    /// The same filter for findings of every state.
    fn all_states_query(&self) -> String {
        let filter = Filter {
            states: States::All,
            ..self.filter.on_page(1)
        };
        filter.query()
    }

    fn first(&self) -> usize {
        (self.filter.page - 1) * PAGE + 1
    }

    fn last(&self) -> usize {
        (self.first() + self.rows.len()).saturating_sub(1)
    }

    fn page_href(&self, page: &usize) -> String {
        format!("/findings?{}", self.filter.on_page(*page).query())
    }

    fn previous(&self) -> Option<String> {
        (self.filter.page > 1).then(|| self.page_href(&(self.filter.page - 1)))
    }

    fn next(&self) -> Option<String> {
        (self.filter.page < self.pages).then(|| self.page_href(&(self.filter.page + 1)))
    }

    /// First, last and the pages around this one; 0 stands for a gap.
    fn page_numbers(&self) -> Vec<usize> {
        page_numbers(self.filter.page, self.pages)
    }
}

/// Five working days from today, when the calendar knows them.
pub(super) fn default_due(desk: &Desk) -> String {
    let due = desk
        .calendar
        .after(desk.today(), super::finding::DUE_WORKDAYS);
    due.map_or(String::new(), |day| day.to_string())
}

fn page_numbers(page: usize, pages: usize) -> Vec<usize> {
    let mut numbers: Vec<usize> = Vec::new();
    for n in 1..=pages {
        if n == 1 || n == pages || n.abs_diff(page) <= 2 {
            numbers.push(n);
        } else if numbers.last() != Some(&0) {
            numbers.push(0);
        }
    }
    numbers
}

/// The row of a group; `None` when its finding has just gone.
pub(super) fn row(
    desk: &Desk,
    shelf: &Shelf,
    group: &Group,
    filter: &Filter,
) -> Result<Option<Row>, Problem> {
    let head = &group.head;
    let Some(finding) = shelf.finding(desk.store.as_ref(), &head.fingerprint)? else {
        return Ok(None);
    };
    let mut shown = Shown::of(&finding, false);
    shown.context = one_line(&shown.context);
    shown.quote = one_line(&shown.quote);
    let today = desk.today();
    Ok(Some(Row {
        unit: desk.names.unit(&finding.unit).to_owned(),
        channel: desk.names.channel(&finding.channel).to_owned(),
        rule: desk.names.rule(&finding.hit.rule).to_owned(),
        href: super::finding::href(&finding.id, filter),
        action: super::finding::action(&finding.id, filter),
        count: group.count,
        units: group.units,
        due: (finding.state == Stand::Assigned)
            .then(|| finding.due().map(|d| d.to_string()))
            .flatten(),
        overdue: finding.is_overdue(today),
        claimed: finding.claim().is_some(),
        reopened: finding.reopened,
        looked: probe::has_looked(desk, filter, &head.fingerprint)?,
        finding: shown,
    }))
}

#[cfg(test)]
mod tests {
    use super::page_numbers;

    #[test]
    fn page_numbers_stay_few() {
        assert_eq!(page_numbers(1, 1), [1]);
        assert_eq!(page_numbers(1, 20), [1, 2, 3, 0, 20]);
        assert_eq!(page_numbers(10, 20), [1, 0, 8, 9, 10, 11, 12, 0, 20]);
        assert_eq!(page_numbers(20, 20), [1, 0, 18, 19, 20]);
    }
}
