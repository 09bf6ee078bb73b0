//! The audit log, newest first, and whether its chain holds.

use super::frame::{Frame, Here};
use super::problem::{Answer, html};
use super::{ConsoleState, Desk};
use crate::people::{Trail, Visitor};
use askama::Template;
use axum::Extension;
use axum::extract::State;

/// So many of the latest entries are shown.
const SHOWN: usize = 500;

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

fn page(desk: &Desk) -> anyhow::Result<Page> {
    Ok(Page {
        frame: Frame::new(desk, Here::Audit, "日志"),
        trail: Trail::read(desk.store.as_ref(), SHOWN)?,
    })
}
