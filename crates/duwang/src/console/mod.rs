//! The console: server-rendered pages that need no script, for people who review findings.
//!
//! ```text
//! /login /password     who is there; nothing else is shown to strangers ([`gate`])
//! /oidc /oidc/back      the same by the office's identity provider, when there is one ([`oidc`])
//! /                    the latest scan: what was found and, just as prominent, what was not seen
//! /coverage            every channel: what was seen, what was not, and why
//! /findings            the list, filtered by a plain GET form
//! /findings/{id}       one finding with its place on the page; POST …/decisions appends a decision
//! /findings/{id}/unmasked   with its personal data, for the role that may see it; every look is logged
//! /findings/{id}/proofs     files a unit brings with a claim or an appeal ([`proof`])
//! /probes              a sample of sure findings looked at one by one, then the rest confirmed at once ([`probe`])
//! /snapshots/{hash}    bytes as received, only ever as an attachment
//! /check               the paste box: a draft is checked and given back with marks
//! /report              the latest scan's report; ?format=html|csv|json downloads it
//! /deliveries          notices on their way ([`deliveries`]); POST /deliveries/{id} sends one again
//! /healthz             ok
//! ```
//! Nothing a page published is ever put into a page of ours but as escaped text, personal numbers masked; state changes only by
//! POST from our own pages ([`guard`]).

mod assets;
mod audit;
mod client;
mod decide;
mod deliveries;
mod filter;
mod finding;
mod findings;
mod frame;
mod gate;
mod guard;
mod login;
mod oidc;
mod overview;
mod page;
mod paste;
mod people;
mod probe;
mod problem;
mod proof;
mod queue;
mod releases;
mod reports;
mod snapshot;
mod unmasked;
mod views;

use crate::oidc::{Pending, Provider};
use crate::people::{Doorway, Visitor, audit_line};
use crate::register::{Register, Shelf};
use crate::view::{Names, RuleNames};
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Router, middleware};
use chrono::{DateTime, NaiveDate, Utc};
use duwang_model::{Calendar, Region};
use duwang_store::Store;
pub(crate) use finding::DUE_WORKDAYS;
use problem::{Answer, Problem};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Semaphore;

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
    /// Drafts judged at once.
    pub(crate) turns: Arc<Semaphore>,
    /// Where cards of checks are kept when asked for.
    pub(crate) data_dir: Option<PathBuf>,
    /// What people call the rules.
    pub(crate) rule_names: RuleNames,
    /// The folder of rules, for the texts of papers.
    pub(crate) rules: Option<PathBuf>,
    /// Every finding in brief.
    pub(crate) register: Register,
    /// Working days, for due dates.
    pub(crate) calendar: Arc<Calendar>,
    /// Told when a unit says that a finding is fixed, so that it is looked at again.
    pub(crate) claims: Option<tokio::sync::mpsc::UnboundedSender<String>>,
    /// Who tries to log in how often from where.
    pub(crate) doorway: Doorway,
    /// The identity provider people may log in by.
    pub(crate) oidc: Option<Arc<Provider>>,
    /// Logins by it that have not come back yet.
    pub(crate) pending: Pending,
    /// Whether browsers speak TLS with this process itself.
    pub(crate) tls: bool,
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
            turns: Arc::new(Semaphore::new(
                std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
            )),
            data_dir: None,
            rule_names: RuleNames::default(),
            rules: None,
            register: Register::default(),
            calendar: Arc::default(),
            claims: None,
            doorway: Doorway::default(),
            oidc: None,
            pending: Pending::default(),
            tls: false,
        }
    }

    /// Whether the browser came by TLS, to here or to a proxy that says so.
    fn is_by_tls(&self, headers: &HeaderMap) -> bool {
        let told = headers.get("x-forwarded-proto");
        self.tls || told.is_some_and(|p| p.as_bytes() == b"https")
    }

    /// Runs what waits for the store on a thread that may wait.
    async fn answer(
        &self,
        visitor: Visitor,
        question: impl FnOnce(&Desk) -> Answer + Send + 'static,
    ) -> Answer {
        let state = self.clone();
        let asked = tokio::task::spawn_blocking(move || question(&Desk::new(&state, visitor)));
        asked
            .await
            .map_err(|error| Problem::own(anyhow::Error::new(error)))?
    }

    /// The same before anybody is known.
    async fn alone(
        &self,
        question: impl FnOnce(&dyn Store, DateTime<Utc>) -> Answer + Send + 'static,
    ) -> Answer {
        let (store, now) = (Arc::clone(&self.store), (self.now)());
        let asked = tokio::task::spawn_blocking(move || question(store.as_ref(), now));
        asked
            .await
            .map_err(|error| Problem::own(anyhow::Error::new(error)))?
    }
}

/// What one page is made of: who asks, the store, and the names and the moment as they are for this page.
struct Desk {
    visitor: Visitor,
    store: Arc<dyn Store>,
    register: Register,
    calendar: Arc<Calendar>,
    claims: Option<tokio::sync::mpsc::UnboundedSender<String>>,
    region: Region,
    names: Names,
    now: DateTime<Utc>,
}

impl Desk {
    fn new(state: &ConsoleState, visitor: Visitor) -> Self {
        let mut region = (state.region)();
        if let Some(only) = visitor.only_unit() {
            region.units.retain(|u| u.id == only);
        }
        Self {
            visitor,
            store: Arc::clone(&state.store),
            register: state.register.clone(),
            calendar: Arc::clone(&state.calendar),
            claims: state.claims.clone(),
            names: Names::new(&region).with_rules(&state.rule_names),
            region,
            now: (state.now)(),
        }
    }

    /// Every finding in brief, as the store is now.
    fn shelf(&self) -> Result<std::sync::RwLockReadGuard<'_, Shelf>, Problem> {
        Ok(self.register.now(self.store.as_ref())?)
    }

    /// Whether the visitor may see a finding of the register.
    fn sees(&self, shelf: &Shelf, brief: &crate::register::Brief) -> bool {
        self.visitor.sees(shelf.names.get(brief.unit))
    }

    fn today(&self) -> NaiveDate {
        crate::clock::day(self.now)
    }

    /// A line of the audit log about what the visitor does now.
    fn line(&self, what: &str, about: &str, words: &str) -> String {
        audit_line(self.now, &self.visitor.name, what, about, words)
    }
}

/// A name as it was typed, on one line and not too long.
fn tidy_name(name: &str) -> String {
    crate::view::one_line(name)
        .trim()
        .chars()
        .take(40)
        .collect()
}

/// The console's routes with their guards; serve it as it is or nest it nowhere else than `/`.
pub fn router(state: ConsoleState) -> Router {
    Router::new()
        .route("/", get(overview::overview))
        .route("/coverage", get(overview::coverage))
        .route("/findings", get(findings::list))
        .route("/findings/{id}", get(finding::show))
        .route("/findings/{id}/page", get(page::show))
        .route("/findings/{id}/unmasked", post(unmasked::show))
        .route(
            "/findings/{id}/proofs",
            post(proof::bring).layer(DefaultBodyLimit::max(proof::LARGEST_REQUEST)),
        )
        .route("/findings/{id}/proofs/{hash}", get(proof::take))
        .route("/views", post(views::save))
        .route("/views/remove", post(views::remove))
        .route("/findings/{id}/decisions", post(decide::decide))
        .route("/probes", get(probe::choose).post(probe::draw))
        .route("/probes/{id}", get(probe::show).post(probe::act))
        .route("/snapshots/{hash}", get(snapshot::download))
        .route(
            "/check",
            get(paste::show)
                .post(paste::judge)
                .layer(DefaultBodyLimit::max(paste::MAX_DRAFT)),
        )
        .route("/report", get(reports::report))
        .route("/releases", get(releases::list).post(releases::freeze))
        .route("/releases/{id}", post(releases::release))
        .route("/releases/{id}/{file}", get(releases::file))
        .route("/deliveries", get(deliveries::list))
        .route("/deliveries/{id}", post(deliveries::retry))
        .route("/people", get(people::show).post(people::change))
        .route("/audit", get(audit::show))
        .route("/login", get(login::show).post(login::enter))
        .route("/oidc", get(oidc::begin))
        .route("/oidc/back", get(oidc::back))
        .route("/logout", post(login::leave))
        .route("/password", get(login::password).post(login::choose))
        .route("/healthz", get(healthz))
        .route("/assets/{name}", get(assets::asset))
        .fallback(problem::no_such_page)
        .method_not_allowed_fallback(problem::wrong_method)
        .layer(middleware::from_fn_with_state(state.clone(), gate::gate))
        .layer(DefaultBodyLimit::max(64 * 1024))
        .layer(middleware::from_fn_with_state(
            guard::Door {
                hosts: Arc::clone(&state.hosts),
                tls: state.tls,
            },
            guard::guard,
        ))
        .with_state(state)
}

async fn healthz() -> &'static str {
    "ok\n"
}

#[cfg(test)]
mod tests;
