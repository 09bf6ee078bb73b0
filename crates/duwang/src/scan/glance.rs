//! New entries of a watched column: read and judged as they appear, between two scans. What is read in a day in a channel is one batch of its
//! own; it says nothing about the rest of the channel, closes nothing of it, and the next scan finds everything as if it had read it itself.

use super::slice::{self, Shared};
use super::{channel, summary};
use crate::clock;
use crate::pipeline::{self, Place};
use chrono::{DateTime, Utc};
use duwang_crawl::Request;
use duwang_model::{Mode, Scan, ScanSummary};
use duwang_store::Store;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// The batch of a channel's watched columns on the day of this moment.
pub(crate) fn batch(channel: &str, rules: &str, now: DateTime<Utc>) -> Scan {
    Scan {
        id: format!("{}-watch-{channel}", clock::day(now).format("%Y%m%d")),
        mode: Mode::Watch,
        sample: None,
        seed: 0,
        channels: vec![channel.to_owned()],
        started: now,
        finished: None,
        rules: rules.to_owned(),
        summary: None,
    }
}

/// Reads these pages. The sums are those of the whole day.
pub(crate) async fn glance(
    shared: &Shared,
    store: Arc<dyn Store>,
    place: Place,
    pages: Vec<Request>,
    stop: Arc<AtomicBool>,
) -> anyhow::Result<ScanSummary> {
    let scan = begin(store.as_ref(), &shared.scan)?;
    let keys: Vec<String> = pages.iter().map(pipeline::key).collect();
    let run = slice::run(shared, store, 1, stop)?;
    channel::read_only(Arc::clone(&run), Arc::new(place.clone()), pages).await?;
    run.recorder.flush().await?;
    let now = shared.config.clock.now();
    tokio::task::spawn_blocking(move || {
        let store = run.desk.store.as_ref();
        let mut sums = scan.summary.clone().unwrap_or_else(|| ScanSummary {
            scan: scan.id.clone(),
            mode: scan.mode.word().to_owned(),
            ..ScanSummary::default()
        });
        for key in keys {
            if let Some(page) = store.page(&place.channel.id, &key)? {
                sums.pages += 1;
                sums.requests += u64::from(page.requests);
                sums.bytes += page.bytes;
            }
        }
        sums.findings = Default::default();
        summary::add_findings(&run, &place.channel.id, &mut sums.findings)?;
        let ended = Scan {
            finished: Some(now),
            summary: Some(sums.clone()),
            ..scan
        };
        store.save_scan(&ended)?;
        store.end_frontier(&ended.id)?;
        Ok(sums)
    })
    .await?
}

/// The day's batch: as it stands when something was read before.
fn begin(store: &dyn Store, fresh: &Scan) -> anyhow::Result<Scan> {
    match store.scan(&fresh.id)? {
        Some(known) => Ok(known),
        None => {
            store.begin_scan(fresh)?;
            Ok(fresh.clone())
        }
    }
}
