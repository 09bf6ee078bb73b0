//! Notices on their way: what went to whom, what did not, and sending it again.

use super::frame::{Frame, Here};
use super::problem::{Answer, Problem, html};
use super::{ConsoleState, Desk};
use crate::notices::{Delivery, Fate, Outbox};
use crate::people::{AUDIT, Visitor};
use crate::view::minute;
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect};
use serde::Deserialize;

/// Rows of one page.
const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "deliveries.html")]
struct Page {
    frame: Frame,
    rows: Vec<(String, Delivery)>,
    /// Names of all targets that were ever told something.
    targets: Vec<String>,
    asked: Asked,
    /// How many the filter admits, and how many there are.
    count: usize,
    all: usize,
    /// How many wait and how many were given up, whatever the filter.
    waiting: usize,
    given_up: usize,
    page: usize,
    pages: usize,
    previous: Option<String>,
    next: Option<String>,
}

/// What is asked for; everything may be missing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    /// [`Fate::word`].
    fate: String,
    target: String,
    page: Option<usize>,
}

impl Asked {
    fn admits(&self, delivery: &Delivery) -> bool {
        (self.fate.is_empty() || delivery.fate().word() == self.fate)
            && (self.target.is_empty() || delivery.target == self.target)
    }

    /// The same on another page.
    fn on(&self, page: usize) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("fate", &self.fate)
            .append_pair("target", &self.target)
            .append_pair("page", &page.to_string())
            .finish();
        format!("/deliveries?{query}")
    }
}

pub(super) async fn list(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Query(asked): Query<Asked>,
) -> Answer {
    state
        .answer(visitor, move |desk| Ok(html(&page(desk, asked)?)))
        .await
}

/// Has one tried once more at the next look, a few seconds from now.
pub(super) async fn retry(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Answer {
    state
        .answer(visitor, move |desk| {
            if !Outbox(desk.store.as_ref()).retry(&id, desk.now)? {
                return Err(Problem::Missing("这条待发的通知"));
            }
            let line = desk.line("重发通知", &id, "");
            desk.store.append(AUDIT, &line)?;
            Ok(Redirect::to("/deliveries?fate=waiting").into_response())
        })
        .await
}

fn page(desk: &Desk, asked: Asked) -> Result<Page, Problem> {
    if !asked.fate.is_empty() && Fate::ALL.iter().all(|fate| fate.word() != asked.fate) {
        return Err(Problem::Unclear("没有这种结果。".to_owned()));
    }
    let mut deliveries = Outbox(desk.store.as_ref()).all()?;
    deliveries.reverse();
    let mut targets: Vec<String> = deliveries.iter().map(|(_, d)| d.target.clone()).collect();
    targets.sort_unstable();
    targets.dedup();
    let count_of = |fate| deliveries.iter().filter(|(_, d)| d.fate() == fate).count();
    let (waiting, given_up) = (count_of(Fate::Waiting), count_of(Fate::GivenUp));
    let all = deliveries.len();
    deliveries.retain(|(_, d)| asked.admits(d));
    let count = deliveries.len();
    let pages = count.div_ceil(ROWS).max(1);
    let page = asked.page.unwrap_or(1).clamp(1, pages);
    let rows = deliveries.into_iter().skip((page - 1) * ROWS).take(ROWS);
    Ok(Page {
        frame: Frame::new(desk, Here::Deliveries, "通知"),
        rows: rows.collect(),
        targets,
        previous: (page > 1).then(|| asked.on(page - 1)),
        next: (page < pages).then(|| asked.on(page + 1)),
        asked,
        count,
        all,
        waiting,
        given_up,
        page,
        pages,
    })
}

/// `2026-11-02 10:00`; templates hand out references.
fn moment(at: &chrono::DateTime<chrono::Utc>) -> String {
    minute(*at)
}
