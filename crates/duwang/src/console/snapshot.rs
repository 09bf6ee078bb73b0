//! A snapshot's bytes as received: evidence, so not masked, and never shown inside the console's origin.

use super::ConsoleState;
use super::problem::{Answer, Problem};
use crate::people::{AUDIT, Visitor};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;

pub(super) async fn download(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Path(hash): Path<String>,
) -> Answer {
    if !is_hash(&hash) {
        return Err(Problem::Missing("这个快照"));
    }
    state
        .answer(visitor, move |desk| {
            let bytes = desk
                .store
                .body(&hash)?
                .ok_or(Problem::Missing("这个快照"))?;
            desk.store
                .append(AUDIT, &desk.line("取出未遮蔽的快照", &hash, ""))?;
            let name = format!("attachment; filename=\"{}.txt\"", hash.replace(':', "-"));
            let headers = [
                (CONTENT_TYPE, "text/plain".to_owned()),
                (CONTENT_DISPOSITION, name),
                (
                    CONTENT_SECURITY_POLICY,
                    "default-src 'none'; sandbox".to_owned(),
                ),
            ];
            Ok((headers, bytes).into_response())
        })
        .await
}

/// `sha256:` and 64 hex digits: nothing else is ever asked of the store.
pub(super) fn is_hash(hash: &str) -> bool {
    hash.strip_prefix("sha256:")
        .is_some_and(|hex| hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}
