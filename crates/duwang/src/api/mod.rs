//! The HTTP interface of `duwang serve`, for the systems of a unit that publish: a draft is checked before it goes out.
//!
//! ```text
//! POST /api/v1/check           one draft as JSON            POST /api/v1/check/file    one file as it is
//! POST /api/v1/batches         many drafts, 202             GET  /api/v1/batches/{id}  how far it is, and the results
//! GET  /api/v1/results/{id}    a result that was kept       GET  /api/v1/cards/{id}    a card; POST …/verify with a text
//! GET  /api/v1/openapi.json    this interface, for programs
//! ```
//! Every call but the last carries `Authorization: Bearer TOKEN`. A token belongs to a unit, sees only that unit's results and has its
//! own rate. No cookie is ever read, so any page may call: there is nothing another site could borrow.

mod batch;
mod body;
mod document;
mod limit;
mod refusal;
mod routes;
mod shelf;
pub(crate) mod tokens;

use crate::check::Bench;
use crate::config::Config;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{Method, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use limit::Limits;
use refusal::Refusal;
use shelf::Shelf;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Largest request, bytes.
const MAX_BODY: usize = 64 << 20;

/// What all calls share.
pub(crate) struct Api {
    pub(crate) bench: Arc<Bench>,
    config: Config,
    shelf: Shelf,
    limits: Limits,
    /// Drafts judged at once.
    turns: Semaphore,
    /// Batches that may still be taken: each is held in memory until it is done.
    batches: Arc<Semaphore>,
}

impl Api {
    pub(crate) fn new(config: &Config, bench: Arc<Bench>) -> Arc<Self> {
        let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Arc::new(Self {
            bench,
            shelf: Shelf::new(&config.data_dir),
            config: config.clone(),
            limits: Limits::default(),
            turns: Semaphore::new(processors),
            batches: Arc::new(Semaphore::new(batch::AT_ONCE)),
        })
    }
}

/// The routes, to be served under `/api/v1`. Batches a stopped server left unfinished go on.
pub(crate) fn router(api: Arc<Api>) -> Router {
    api.shelf.prune(api.bench.now());
    batch::resume(&api);
    Router::new()
        .route("/check", post(routes::check))
        .route("/check/file", post(routes::check_file))
        .route("/batches", post(routes::begin_batch))
        .route("/batches/{id}", get(routes::batch))
        .route("/results/{id}", get(routes::result))
        .route("/cards/{id}", get(routes::card))
        .route("/cards/{id}/verify", post(routes::verify))
        .route_layer(middleware::from_fn_with_state(
            Arc::clone(&api),
            routes::admit,
        ))
        .route("/openapi.json", get(document::serve))
        .fallback(|| async { Refusal::missing("没有这个接口，见 /api/v1/openapi.json") })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn(open_to_pages))
        .with_state(api)
}

/// Sent with every answer. A marked draft keeps the sizes and colours of its elements; should a browser ever show it, it is nobody's page.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "no-referrer"),
    (CACHE_CONTROL, "no-store"),
];

/// Lets scripts of any site call, and answers their question beforehand.
async fn open_to_pages(request: axum::extract::Request, next: Next) -> Response {
    let asks_beforehand = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key("access-control-request-method");
    let mut response = match asks_beforehand {
        true => StatusCode::NO_CONTENT.into_response(),
        false => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if asks_beforehand {
        headers.insert(
            ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, POST"),
        );
        headers.insert(
            ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("authorization, content-type"),
        );
    }
    response
}
