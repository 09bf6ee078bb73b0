//! The page as it was published, from its snapshot, with the place marked: our own harmless copy of its markup, shown in a frame that may run
//! nothing, ask for nothing and reach nothing. Personal numbers are masked in it.

use super::ConsoleState;
use super::finding::find;
use super::problem::{Answer, Problem};
use crate::check::{marked, marked_text};
use crate::people::Visitor;
use crate::view::read_snapshot;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS};
use axum::response::{Html, IntoResponse as _};
use duwang_page::Format;

/// No scripts, no requests, no forms; the page's own sizes and colours stand in its elements.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'self'; base-uri 'none'; form-action 'none'";
const STYLE: &str = "body{font:16px/1.7 sans-serif;color:#1b1b1b;background:#fff;margin:1rem}mark{background:#ffe79c;outline:2px solid #c99a1d}\
table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2rem .5rem}img{max-width:100%}";

pub(super) async fn show(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Answer {
    state
        .answer(visitor, move |desk| {
            let finding = find(desk, &id)?;
            let reading = read_snapshot(desk.store.as_ref(), &finding)?
                .ok_or(Problem::Missing("这个快照"))?;
            let document = reading.document.ok_or(Problem::Missing("这个快照"))?;
            let findings = [finding];
            let (body, _) = if reading.format == Format::Html {
                let text =
                    duwang_page::decode(&reading.bytes, reading.content_type.as_deref()).text;
                marked(&text, &document, &findings, false)
            } else {
                marked_text(&document, &findings, false)
            };
            let page = format!(
                "<!DOCTYPE html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>快照</title><style>{STYLE}</style><body>{body}</body></html>"
            );
            let headers = [(CONTENT_SECURITY_POLICY, POLICY), (X_FRAME_OPTIONS, "SAMEORIGIN")];
            Ok((headers, Html(page)).into_response())
        })
        .await
}
