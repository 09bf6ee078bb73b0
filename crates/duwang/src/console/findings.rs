//! The list of findings.

use super::filter::{Choices, Filter, States};
use super::frame::{Frame, Here};
use super::problem::{Answer, Problem, html};
use super::{ConsoleState, Desk};
use crate::report::LevelCounts;
use crate::view::{Names, Shown, one_line};
use askama::Template;
use axum::extract::{RawQuery, State};
use duwang_model::{Finding, FindingFilter};

/// Findings on one page of the list.
pub(super) const PAGE: usize = 50;

pub(super) async fn list(State(state): State<ConsoleState>, RawQuery(query): RawQuery) -> Answer {
    let filter = Filter::read(&query.unwrap_or_default()).map_err(Problem::Unclear)?;
    state
        .answer(move |desk| Ok(html(&List::new(desk, filter)?)))
        .await
}

/// All findings in the order of the list: units as in the units file, then channel, rule, page, place.
pub(super) fn all(desk: &Desk) -> Result<Vec<Finding>, Problem> {
    sorted(desk, &FindingFilter::default())
}

/// The findings a filter admits, in the same order; the store looks only at what can pass.
pub(super) fn admitted(desk: &Desk, filter: &Filter) -> Result<Vec<Finding>, Problem> {
    sorted(desk, &filter.with_states())
}

fn sorted(desk: &Desk, filter: &FindingFilter) -> Result<Vec<Finding>, Problem> {
    let mut findings = crate::trust::findings(desk.store.as_ref(), filter)?;
    findings.sort_by(|a, b| order(a, &desk.names).cmp(&order(b, &desk.names)));
    Ok(findings)
}

/// What the list is sorted by.
pub(super) fn order<'a>(f: &'a Finding, names: &Names) -> impl Ord + use<'a> {
    let place = (f.url(), f.hit.span.map(|s| s.start), f.fingerprint.as_str());
    (
        names.rank(&f.unit),
        f.channel.as_str(),
        f.hit.rule.as_str(),
        place,
    )
}

#[derive(Template)]
#[template(path = "findings.html")]
struct List {
    frame: Frame,
    filter: Filter,
    choices: Choices,
    counts: LevelCounts,
    rows: Vec<Row>,
    pages: usize,
}

struct Row {
    finding: Shown,
    unit: String,
    channel: String,
    href: String,
}

impl List {
    fn new(desk: &Desk, mut filter: Filter) -> Result<Self, Problem> {
        let all = all(desk)?;
        let wanted = filter.with_states();
        let admitted: Vec<&Finding> = all.iter().filter(|f| wanted.admits(f)).collect();
        let pages = admitted.len().div_ceil(PAGE).max(1);
        filter.page = filter.page.min(pages);
        let query = filter.query();
        let page = admitted.iter().skip((filter.page - 1) * PAGE).take(PAGE);
        Ok(Self {
            frame: Frame::new(desk, Here::Findings, "问题"),
            choices: Choices::of(&filter, &all, &desk.names),
            counts: LevelCounts::of(admitted.iter().map(|f| f.hit.level)),
            rows: page.map(|f| row(f, &desk.names, &query)).collect(),
            pages,
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

fn row(finding: &Finding, names: &Names, query: &str) -> Row {
    let mut shown = Shown::of(finding, false);
    shown.context = one_line(&shown.context);
    shown.quote = one_line(&shown.quote);
    Row {
        unit: names.unit(&finding.unit).to_owned(),
        channel: names.channel(&finding.channel).to_owned(),
        href: format!("/findings/{}?{query}", finding.id),
        finding: shown,
    }
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
