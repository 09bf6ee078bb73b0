//! The audit log, newest first, and whether its chain holds.

use super::frame::{Frame, Here};
use super::problem::{Answer, html};
use super::{ConsoleState, Desk};
use crate::people::{Line, Trail, Visitor};
use askama::Template;
use axum::Extension;
use axum::extract::State;

/// So many of the latest entries are shown.
const SHOWN: usize = 500;
/// Characters of a finding's id.
const ID: usize = 12;

#[derive(Template)]
#[template(path = "audit.html")]
struct Page {
    frame: Frame,
    trail: Trail,
}

pub(super) async fn show(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
) -> Answer {
    state.answer(visitor, |desk| Ok(html(&page(desk)?))).await
}

/// `2026-11-02 10:00:00`; what is no moment stays as it was written.
fn second(at: &str) -> String {
    chrono::DateTime::parse_from_rfc3339(at).map_or(at.to_owned(), |at| {
        let at = crate::clock::shanghai(at.to_utc());
        at.format("%Y-%m-%d %H:%M:%S").to_string()
    })
}

/// The finding an entry is about, and what is said after its id: a decision names one, and of several the first.
fn finding_of(line: &Line) -> Option<(&str, &str)> {
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let end = line.about.find(|c| !is_hex(c)).unwrap_or(line.about.len());
    let (id, rest) = line.about.split_at(end);
    let is_id = id.len() == ID && (rest.is_empty() || rest.starts_with([' ', '、']));
    is_id.then_some((id, rest))
}

fn page(desk: &Desk) -> anyhow::Result<Page> {
    Ok(Page {
        frame: Frame::new(desk, Here::Audit, "日志"),
        trail: Trail::read(desk.store.as_ref(), SHOWN)?,
    })
}
