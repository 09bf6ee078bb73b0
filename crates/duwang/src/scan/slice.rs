//! A scan in pieces: one channel for a while, by whoever holds it, and the end of the whole once every channel has ended.

use super::recorder::Recorder;
use super::sample::{Draw, Draws};
use super::{Run, channel, compare, desk, summary};
use crate::config::Config;
use crate::out::Out;
use crate::pipeline::{Lines, Place};
use duwang_crawl::Crawler;
use duwang_model::{Outcome, Region, Scan, ScanSummary};
use duwang_rules::Rules;
use duwang_store::Store;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What all slices of one scan share in a process.
pub(crate) struct Shared {
    pub(crate) config: Config,
    pub(crate) scan: Scan,
    pub(crate) region: Arc<Region>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) crawler: Arc<Crawler>,
    pub(crate) lines: Arc<Lines>,
    pub(crate) base: PathBuf,
    pub(crate) places: Vec<Place>,
}

/// What was not seen, each with its outcome.
pub(crate) type Missed = Vec<(String, Outcome)>;

/// How a slice ended.
pub(crate) struct SliceEnd {
    /// What was not seen; `None`: the channel was not read to its end yet.
    pub(crate) missed: Option<Missed>,
    /// Findings that came back.
    pub(crate) reopened: usize,
}

/// Reads a channel on from where it stands until it ends or `stop` is set.
pub(crate) async fn slice(
    shared: &Shared,
    store: Arc<dyn Store>,
    place: Place,
    stop: Arc<AtomicBool>,
) -> anyhow::Result<SliceEnd> {
    let channel = place.channel.id.clone();
    let draws = draws(shared, &store, &place.unit.id);
    let run = run_with(shared, store, 1, stop, draws)?;
    channel::walk(Arc::clone(&run), Arc::new(place)).await?;
    run.recorder.flush().await?;
    let missed = run.progress.is_done();
    Ok(SliceEnd {
        missed: missed.then(|| run.progress.take_missed(&channel)),
        reopened: run.recorder.reopened(),
    })
}

/// Ends a scan whose channels have all ended.
pub(crate) async fn finish(
    shared: &Shared,
    store: Arc<dyn Store>,
    missed: Vec<(String, Missed)>,
    reopened: usize,
) -> anyhow::Result<ScanSummary> {
    let run = run(shared, store, shared.places.len(), Arc::default())?;
    for (channel, missed) in missed {
        run.progress.put_missed(&channel, missed);
    }
    run.recorder.add_reopened(reopened);
    compare::compare(&run, shared.places.clone()).await?;
    let taken = shared.config.clock.now() - shared.scan.started;
    let seconds = taken.to_std().unwrap_or_default().as_secs_f64();
    super::finish(run, seconds).await
}

/// The draw of a unit whose channels are read by many, when the scan is a sample.
fn draws(shared: &Shared, store: &Arc<dyn Store>, unit: &str) -> Draws {
    let Some(size) = shared.scan.sample else {
        return Draws::new();
    };
    let of_unit = shared.places.iter().filter(|p| p.unit.id == unit);
    let channels = of_unit.map(|p| p.channel.id.clone()).collect();
    let (seed, store) = (shared.scan.seed, Arc::clone(store));
    let draw = Draw::among_many(size, seed, store, &shared.scan.id, channels);
    Draws::from([(unit.to_owned(), Arc::new(draw))])
}

pub(super) fn run(
    shared: &Shared,
    store: Arc<dyn Store>,
    channels: usize,
    stop: Arc<AtomicBool>,
) -> anyhow::Result<Arc<Run>> {
    run_with(shared, store, channels, stop, Draws::new())
}

fn run_with(
    shared: &Shared,
    store: Arc<dyn Store>,
    channels: usize,
    stop: Arc<AtomicBool>,
    draws: Draws,
) -> anyhow::Result<Arc<Run>> {
    let desk = Arc::new(desk(
        &shared.config,
        Arc::clone(&store),
        Arc::clone(&shared.region),
        Arc::clone(&shared.crawler),
        Arc::clone(&shared.rules),
        Arc::clone(&shared.lines),
        &shared.scan.id,
    )?);
    Ok(Arc::new(Run {
        recorder: Recorder::start(store, &desk),
        progress: summary::Progress::new(channels),
        desk,
        scan: shared.scan.clone(),
        resumed: true, // an earlier holder may have read a part
        config: shared.config.clone(),
        draws,
        out: Out::to(-2, |_| {}),
        base: shared.base.clone(),
        stop,
    }))
}
