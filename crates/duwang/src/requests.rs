//! Every request of the console and the API has an id: in the log, in the answer, and the one it came with when a proxy gave it one.

use crate::meter;
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{self, Next};
use axum::response::Response;
use std::time::Instant;
use tracing::Instrument as _;

const ID: HeaderName = HeaderName::from_static("x-request-id");
/// Longer ids than this are not taken over.
const LONGEST: usize = 64;

/// These routes, followed.
pub(crate) fn followed(router: Router) -> Router {
    router.layer(middleware::from_fn(follow))
}

async fn follow(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = given(&request).unwrap_or_else(fresh);
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", id, method = %request.method(), route);
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, took) = (response.status().as_u16(), began.elapsed());
    span.in_scope(|| tracing::info!(status, ms = took.as_millis() as u64, "answered"));
    meter::answer(&route, status, took);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(ID, id);
    }
    response
}

/// The id a proxy gave, when it is one.
fn given(request: &Request) -> Option<String> {
    let id = request.headers().get(ID)?.to_str().ok()?;
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let is_id = !id.is_empty() && id.len() <= LONGEST && id.bytes().all(is_plain);
    is_id.then(|| id.to_owned())
}

/// Only has to differ from its neighbours in the log: without randomness there is still an answer.
fn fresh() -> String {
    crate::api::tokens::random_hex(8).unwrap_or_else(|_| "0".repeat(16))
}
