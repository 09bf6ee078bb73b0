//! The console: server-rendered pages that need no script, for people who review findings.
//!
//! ```text
//! /                    the latest scan: what was found and, just as prominent, what was not seen
//! /coverage            every channel: what was seen, what was not, and why
//! /findings            the list, filtered by a plain GET form
//! /findings/{id}       one finding with its place on the page; POST …/decisions appends a decision
//! /snapshots/{hash}    bytes as received, only ever as an attachment
//! /check               the paste box: a draft is checked and given back with marks
//! /report              the latest scan's report; ?format=html|csv|json downloads it
//! /healthz             ok
//! ```
//! Nothing a page published is ever put into a page of ours but as escaped text, personal numbers masked; state changes only by
//! POST from our own pages ([`guard`]).

mod assets;
mod filter;
mod finding;
mod findings;
mod frame;
mod guard;
mod overview;
mod paste;
mod problem;
mod reports;
mod reviewer;
mod snapshot;

use crate::view::Names;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Router, middleware};
use chrono::{DateTime, Utc};
use duwang_model::Region;
use duwang_store::Store;
use problem::{Answer, Problem};
use std::path::PathBuf;
use std::sync::Arc;

/// What the console needs.
#[derive(Clone)]
pub struct ConsoleState {
    /// Where findings and snapshots are.
    pub store: Arc<dyn Store>,
    /// The units and channels as the latest scan knew them; asked anew for every page, since scans run meanwhile.
    pub region: Arc<dyn Fn() -> Region + Send + Sync>,
    /// The clock, for decisions and reports.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// Host names it answers to, besides IP addresses and `localhost`; empty: any name (a trusted proxy stands in front).
    pub hosts: Arc<[String]>,
    /// What drafts are judged by; without it there is no paste box.
    pub(crate) bench: Option<Arc<crate::check::Bench>>,
    /// Where cards of checks are kept when asked for.
    pub(crate) data_dir: Option<PathBuf>,
}

impl ConsoleState {
    /// A console over a store; `region_file` is the JSON of the [`Region`] scanned last (none yet: everything keeps its id).
    pub fn new(
        store: Arc<dyn Store>,
        region_file: PathBuf,
        now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    ) -> Self {
        let region = move || {
            let saved = std::fs::read_to_string(&region_file).ok();
            saved
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default()
        };
        Self {
            store,
            region: Arc::new(region),
            now,
            hosts: Arc::from([]),
            bench: None,
            data_dir: None,
        }
    }

    /// Runs what waits for the store on a thread that may wait.
    async fn answer(&self, question: impl FnOnce(&Desk) -> Answer + Send + 'static) -> Answer {
        let state = self.clone();
        let asked = tokio::task::spawn_blocking(move || question(&Desk::new(&state)));
        asked
            .await
            .map_err(|error| Problem::own(anyhow::Error::new(error)))?
    }
}

/// What one page is made of: the store, and the names and the moment as they are for this page.
struct Desk {
    store: Arc<dyn Store>,
    region: Region,
    names: Names,
    now: DateTime<Utc>,
}

impl Desk {
    fn new(state: &ConsoleState) -> Self {
        let region = (state.region)();
        Self {
            store: Arc::clone(&state.store),
            names: Names::new(&region),
            region,
            now: (state.now)(),
        }
    }
}

/// The console's routes with their guards; serve it as it is or nest it nowhere else than `/`.
pub fn router(state: ConsoleState) -> Router {
    Router::new()
        .route("/", get(overview::overview))
        .route("/coverage", get(overview::coverage))
        .route("/findings", get(findings::list))
        .route("/findings/{id}", get(finding::show))
        .route("/findings/{id}/decisions", post(finding::decide))
        .route("/snapshots/{hash}", get(snapshot::download))
        .route(
            "/check",
            get(paste::show)
                .post(paste::judge)
                .layer(DefaultBodyLimit::max(paste::MAX_DRAFT)),
        )
        .route("/report", get(reports::report))
        .route("/healthz", get(healthz))
        .route("/assets/{name}", get(assets::asset))
        .fallback(problem::no_such_page)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(DefaultBodyLimit::max(64 * 1024))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&state.hosts),
            guard::guard,
        ))
        .with_state(state)
}

async fn healthz() -> &'static str {
    "ok\n"
}

#[cfg(test)]
mod tests;
