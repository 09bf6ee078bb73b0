//! Many drafts at once: taken, written down, judged one after the other, and told when done. A batch survives a restart.

use super::Api;
use super::body::{BatchBody, BatchState};
use super::routes::{judged, keep, verdict_body};
use super::shelf::Sort;
use super::tokens::random_hex;
use duwang_crawl::{Crawler, Purpose, Request};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Most drafts of one batch.
pub(super) const MOST: usize = 500;
/// Batches under way at once.
pub(super) const AT_ONCE: usize = 16;
/// Tries to tell the webhook, and the first wait between two.
const TRIES: u32 = 4;
const PATIENCE: Duration = Duration::from_secs(2);

/// A batch as it is written down.
#[derive(Serialize, Deserialize)]
struct Batch {
    unit: String,
    asked: BatchBody,
    state: BatchState,
}

/// Writes the batch down and begins it; `None`: there are too many under way.
pub(super) fn begin(
    api: &Arc<Api>,
    unit: &str,
    asked: BatchBody,
) -> anyhow::Result<Option<BatchState>> {
    let Ok(room) = Arc::clone(&api.batches).try_acquire_owned() else {
        return Ok(None);
    };
    let state = BatchState {
        id: random_hex(12)?,
        state: "running".to_owned(),
        total: asked.items.len(),
        done: 0,
        failed: 0,
        unread: 0,
        results: Vec::new(),
        webhook: asked.webhook.as_ref().map(|_| "尚未通知".to_owned()),
    };
    let batch = Batch {
        unit: unit.to_owned(),
        asked,
        state: state.clone(),
    };
    api.shelf.put(Sort::Batches, &state.id, &batch)?;
    let api = Arc::clone(api);
    tokio::spawn(async move {
        run(api, batch).await;
        drop(room);
    });
    Ok(Some(state))
}

/// Goes on with what a stopped server left.
pub(super) fn resume(api: &Arc<Api>) {
    for id in api.shelf.ids(Sort::Batches) {
        let batch: Option<Batch> = api.shelf.get(Sort::Batches, &id);
        if let Some(batch) = batch.filter(|b| b.state.state == "running") {
            tokio::spawn(run(Arc::clone(api), batch));
        }
    }
}

/// How far a unit's batch is.
pub(super) fn state(api: &Api, unit: &str, id: &str) -> Option<BatchState> {
    let batch: Batch = api.shelf.get(Sort::Batches, id)?;
    (batch.unit == unit).then_some(batch.state)
}

async fn run(api: Arc<Api>, mut batch: Batch) {
    let unit = api.bench.unit(&batch.unit).ok();
    for item in batch.asked.items.iter().skip(batch.state.done) {
        let Ok(verdict) = judged(&api, item.draft(), item.question(unit.clone())).await else {
            batch.state.unread += 1; // logged where it failed
            batch.state.done += 1;
            batch.state.results.push(String::new());
            continue;
        };
        let card = verdict
            .card
            .as_ref()
            .map(|card| crate::check::save_card(&api.config.data_dir, card));
        let body = verdict_body(&api, &verdict, item.fail_on());
        batch.state.failed += usize::from(body.verdict == "fail");
        batch.state.unread += usize::from(body.verdict == "unread");
        batch.state.done += 1;
        match (keep(&api, &batch.unit, &body), card.unwrap_or(Ok(()))) {
            (Ok(id), Ok(())) => batch.state.results.push(id),
            (Err(error), _) | (_, Err(error)) => return failed(&error),
        }
        if let Err(error) = api.shelf.put(Sort::Batches, &batch.state.id, &batch) {
            return failed(&error);
        }
    }
    "done".clone_into(&mut batch.state.state);
    if let Err(error) = api.shelf.put(Sort::Batches, &batch.state.id, &batch) {
        return failed(&error);
    }
    if let Some(webhook) = batch.asked.webhook.clone() {
        batch.state.webhook = Some(tell(&api, &webhook, &batch.state).await);
        if let Err(error) = api.shelf.put(Sort::Batches, &batch.state.id, &batch) {
            failed(&error);
        }
    }
}

fn failed(error: &anyhow::Error) {
    tracing::error!(
        error = format!("{error:#}"),
        "批次写不下去，停在原处，重启后继续"
    );
}

/// Posts the news; how that went, in Chinese. The same guard as for pages stands before it: no private addresses unless allowed.
async fn tell(api: &Api, webhook: &str, state: &BatchState) -> String {
    let Ok(url) = Url::parse(webhook) else {
        return "没有通知：不是网址".to_owned();
    };
    let news = serde_json::json!({ "batch": state.id, "total": state.total, "failed": state.failed, "unread": state.unread });
    let mut policy = crate::scan::policy(&api.config);
    policy.max_redirects = 0;
    policy.hours = None;
    policy.ignore_robots.push(host(&url)); // its owner asked to be told
    let crawler = match Crawler::new(policy) {
        Ok(crawler) => crawler,
        Err(error) => return format!("没有通知：{error}"),
    };
    let purpose = Purpose::Interface {
        platform: "webhook".to_owned(),
        column: String::new(),
        page: 1,
    };
    let request = Request {
        form: Some(news.to_string()),
        ..Request::new(url.as_str(), purpose)
    };
    let mut why = String::new();
    for attempt in 0..TRIES {
        if attempt > 0 {
            tokio::time::sleep(PATIENCE * 2_u32.pow(attempt)).await;
        }
        let outcome = match crawler.permit(&url).await {
            Ok(permit) => crawler.fetch(permit, &request).await.outcome,
            Err(outcome) => outcome,
        };
        if outcome.is_seen() {
            return "已通知".to_owned();
        }
        why = outcome.reason;
        if outcome.kind == duwang_model::OutcomeKind::Refused {
            break;
        }
    }
    format!("没有通知到：{why}")
}

fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or(host.to_owned(), |port| format!("{host}:{port}"))
}
