//! Numbers for Prometheus: every name is here and nowhere else. Served on a port of their own (`metrics` in duwang.toml), off by default;
//! without it nothing is counted. No label ever carries an address, a unit or a person.

use crate::commands::App;
use crate::work;
use anyhow::Context as _;
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use duwang_model::{FindingCounts, PageRecord, ScanSummary};
use duwang_schedule::Seen;
use metrics::{
    Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use sqlx::PgPool;
use std::time::Duration;

const PAGES: &str = "duwang_pages_total";
const REQUESTS: &str = "duwang_requests_total";
const BYTES: &str = "duwang_received_bytes_total";
const FINDINGS: &str = "duwang_findings_total";
const SCANS: &str = "duwang_scans_total";
const SCAN_SECONDS: &str = "duwang_scan_seconds";
const SCAN_ENDED: &str = "duwang_scan_ended_timestamp_seconds";
const CONTROLS_SHOWN: &str = "duwang_controls_shown";
const CONTROLS_MISSED: &str = "duwang_controls_missed";
const LOOKS: &str = "duwang_watch_looks_total";
const ALARMS: &str = "duwang_watch_alarms_total";
const ANSWERS: &str = "duwang_http_answers_total";
const ANSWER_SECONDS: &str = "duwang_http_answer_seconds";
const JOBS: &str = "duwang_jobs_total";
const JOBS_WAITING: &str = "duwang_jobs_waiting";
const JOBS_PARKED: &str = "duwang_jobs_parked";
const JOB_AGE: &str = "duwang_jobs_oldest_seconds";
const HEAVY_WAITING: &str = "duwang_heavy_waiting";
const HEAVY_SECONDS: &str = "duwang_heavy_seconds";

/// Upper bounds of the times that are counted, in seconds.
const BUCKETS: [f64; 10] = [0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0];

#[derive(Clone)]
struct Meter {
    handle: PrometheusHandle,
    /// Of the work queue, when there is one.
    queue: Option<PgPool>,
}

/// Begins to count and serves what is counted, when the settings say where.
pub(crate) async fn serve(app: &App) -> anyhow::Result<()> {
    let Some(at) = app.config.metrics else {
        return Ok(());
    };
    let listener = tokio::net::TcpListener::bind(at)
        .await
        .with_context(|| format!("无法在 {at} 提供监控数据，请改配置 metrics"))?;
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?
        .install_recorder()?;
    describe();
    gauge!("duwang_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    let queue = match app.store.as_postgres() {
        Some(_) => Some(work::connect(app).await?),
        None => None,
    };
    let router = Router::new()
        .route("/metrics", get(show))
        .route("/healthz", get(async || "ok\n"))
        .with_state(Meter { handle, queue });
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::warn!(%error, "metrics are not served any more");
        }
    });
    Ok(())
}

async fn show(State(meter): State<Meter>) -> impl IntoResponse {
    if let Some(pool) = &meter.queue {
        match work::state(pool).await {
            Ok(queue) => {
                gauge!(JOBS_WAITING).set(queue.waiting as f64);
                gauge!(JOBS_PARKED).set(queue.parked as f64);
                gauge!(JOB_AGE).set(queue.oldest);
            }
            Err(error) => tracing::warn!(error = format!("{error:#}"), "the queue was not counted"),
        }
    }
    meter.handle.run_upkeep();
    (
        [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        meter.handle.render(),
    )
}

fn describe() {
    describe_counter!(PAGES, "Pages visited, by outcome");
    describe_counter!(REQUESTS, "Requests sent");
    describe_counter!(BYTES, Unit::Bytes, "Decoded body bytes received");
    describe_counter!(FINDINGS, "Findings written, by what happened to them");
    describe_counter!(SCANS, "Scans ended, by mode and end");
    describe_gauge!(SCAN_SECONDS, Unit::Seconds, "How long the latest scan took");
    describe_gauge!(SCAN_ENDED, Unit::Seconds, "When the latest scan ended");
    describe_gauge!(CONTROLS_SHOWN, "Known faults shown to the latest scan");
    describe_gauge!(CONTROLS_MISSED, "Of these, not seen");
    describe_counter!(LOOKS, "Looks at front pages, by what was seen");
    describe_counter!(ALARMS, "Alarms told after a second look");
    describe_counter!(ANSWERS, "Answers of console and API, by route and status");
    describe_histogram!(ANSWER_SECONDS, Unit::Seconds, "How long they took");
    describe_counter!(JOBS, "Jobs of the work queue, by kind and end");
    describe_gauge!(JOBS_WAITING, "Jobs that wait for a worker");
    describe_gauge!(JOBS_PARKED, "Jobs given up");
    describe_gauge!(
        JOB_AGE,
        Unit::Seconds,
        "How long the oldest waiting job has been due"
    );
    describe_gauge!(
        HEAVY_WAITING,
        "Heavy work that waits its turn here, by kind"
    );
    describe_histogram!(
        HEAVY_SECONDS,
        Unit::Seconds,
        "How long heavy work took, by kind"
    );
}

/// A page was visited.
pub(crate) fn page(record: &PageRecord) {
    counter!(PAGES, "outcome" => record.outcome.kind.word()).increment(1);
    counter!(REQUESTS).increment(u64::from(record.requests));
    counter!(BYTES).increment(record.bytes);
}

/// Findings were written.
pub(crate) fn findings(counts: &FindingCounts) {
    let all = [
        ("new", counts.new),
        ("persisting", counts.persisting),
        ("fixed", counts.fixed),
        ("reopened", counts.reopened),
    ];
    for (change, count) in all {
        counter!(FINDINGS, "change" => change).increment(count as u64);
    }
}

/// A scan ended at this second of the time since 1970.
pub(crate) fn scan(summary: &ScanSummary, ended: i64) {
    let controls = summary.controls.clone().unwrap_or_default();
    let end = match controls.is_failed() {
        true => "withdrawn",
        false => "done",
    };
    counter!(SCANS, "mode" => summary.mode.clone(), "end" => end).increment(1);
    gauge!(SCAN_SECONDS).set(summary.seconds);
    gauge!(SCAN_ENDED).set(ended as f64);
    gauge!(CONTROLS_SHOWN).set(controls.shown as f64);
    gauge!(CONTROLS_MISSED).set(controls.missed.len() as f64);
}

/// A front page was looked at.
pub(crate) fn look(seen: Seen) {
    let word = match seen {
        Seen::Up => "up",
        Seen::Down => "down",
        Seen::OurNetwork => "our-network",
        Seen::NoWord => "no-word",
    };
    counter!(LOOKS, "seen" => word).increment(1);
}

/// Somebody was told of so much at a site.
pub(crate) fn alarms(count: usize) {
    counter!(ALARMS).increment(count as u64);
}

/// The console or the API answered.
pub(crate) fn answer(route: &str, status: u16, took: Duration) {
    counter!(ANSWERS, "route" => route.to_owned(), "status" => status.to_string()).increment(1);
    histogram!(ANSWER_SECONDS, "route" => route.to_owned()).record(took);
}

/// A job of the queue ended, well or not.
pub(crate) fn job(kind: &'static str, is_well: bool) {
    let end = if is_well { "done" } else { "failed" };
    counter!(JOBS, "kind" => kind, "end" => end).increment(1);
}

/// Heavy work joined (+1) or left (−1) the line.
pub(crate) fn heavy_waits(kind: &'static str, change: f64) {
    gauge!(HEAVY_WAITING, "kind" => kind).increment(change);
}

/// Heavy work was done.
pub(crate) fn heavy_took(kind: &'static str, took: Duration) {
    histogram!(HEAVY_SECONDS, "kind" => kind).record(took);
}
