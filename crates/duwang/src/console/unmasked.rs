//! A finding with its personal data, for the role that may see it. It is asked for by POST, so that nothing is shown by following a link or
//! by a browser that reads ahead, and every look stands in the audit log before anything is shown.

use super::finding::{AROUND, LINES, find};
use super::frame::{Frame, Here};
use super::problem::{Answer, html};
use super::{ConsoleState, Desk};
use crate::people::{AUDIT, Visitor};
use crate::view::{PageText, Shown, one_line, read_snapshot};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use duwang_model::Finding;

#[derive(Template)]
#[template(path = "unmasked.html")]
struct Page {
    frame: Frame,
    finding: Shown,
    text: Option<PageText>,
    /// Back to the finding, with the filter it was opened under.
    back: String,
}

pub(super) async fn show(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let filter = super::filter::Filter::read(&query.unwrap_or_default())
        .map_err(super::problem::Problem::Unclear)?;
    state
        .answer(visitor, move |desk| {
            let finding = find(desk, &id)?;
            let line = desk.line("查看未遮蔽内容", &finding.id, "");
            desk.store.append(AUDIT, &line)?;
            let back = super::finding::href(&finding.id, &filter);
            Ok(html(&page(desk, &finding, back)?))
        })
        .await
}

fn page(desk: &Desk, finding: &Finding, back: String) -> anyhow::Result<Page> {
    let reading = read_snapshot(desk.store.as_ref(), finding)?;
    let document = reading.as_ref().and_then(|r| r.document.as_deref());
    let text = document.map(|d| PageText::new(d.text.plain(), &finding.hit, true));
    let shown = Shown::of(finding, true);
    Ok(Page {
        frame: Frame::new(desk, Here::Findings, "未遮蔽的原文"),
        text: text
            .filter(PageText::has_place)
            .map(|t| t.excerpt(AROUND, LINES)),
        finding: Shown {
            message: one_line(&shown.message),
            ..shown
        },
        back,
    })
}

/// Whether anything of a finding is hidden at all.
pub(super) fn is_masked(finding: &Finding) -> bool {
    Shown::of(finding, true) != Shown::of(finding, false)
}
