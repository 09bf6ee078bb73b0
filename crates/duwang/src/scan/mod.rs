//! One run over chosen channels: begin or resume, walk every channel, close each, sum up.

mod again;
mod channel;
mod closing;
mod compare;
pub(crate) mod control;
mod coverage;
mod dead;
mod due;
mod entry;
mod folder;
pub(crate) mod glance;
mod known;
mod moved;
mod queue;
mod recorder;
pub(crate) mod sample;
pub(crate) mod slice;
mod summary;
mod suspect;
mod turns;
mod twins;

pub(crate) use again::{Again, again};
pub(crate) use due::looks_changed;
pub(crate) use folder::read as read_file;
pub use summary::some_channel_unread;

use crate::cli::ScanArgs;
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::extract::Manner;
use crate::out::Out;
use crate::pipeline::{Desk, Lines, Place};
use anyhow::Context as _;
use duwang_crawl::{Crawler, Hours, Policy, Turnstile};
use duwang_model::{Channel, ChannelKind, Mode, Region, Scan, ScanSummary, Unit};
use duwang_rules::Rules;
use duwang_store::Store;
use futures::StreamExt as _;
use recorder::Recorder;
use sample::{Draw, Draws};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Channels walked at the same time; politeness is per host, below this.
const CHANNELS_AT_ONCE: usize = 16;

/// What a scan is given.
pub struct ScanOrder {
    /// The city.
    pub region: Region,
    /// The folder link lists of the units file are relative to.
    pub base: std::path::PathBuf,
    /// Which channels and how.
    pub args: ScanArgs,
}

/// What the channels of one run share.
pub(crate) struct Run {
    pub(crate) desk: Arc<Desk>,
    pub(crate) scan: Scan,
    pub(crate) resumed: bool,
    pub(crate) config: Config,
    pub(crate) recorder: Recorder,
    pub(crate) out: Out,
    pub(crate) progress: summary::Progress,
    pub(crate) base: std::path::PathBuf,
    /// The spot checks of a sample scan, by unit; empty otherwise.
    draws: Draws,
    /// Set when the process is asked to stop: work in hand is finished, the rest stays in the frontier.
    pub(crate) stop: Arc<AtomicBool>,
}

impl Run {
    pub(crate) fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.recorder.has_failed()
    }
}

/// How a scan ended.
pub enum Ended {
    /// To its end.
    Done(ScanSummary),
    /// Asked to stop; the same command goes on where it was.
    Stopped(String),
}

/// Runs a scan, or goes on with the unfinished one of the same command.
pub async fn run(
    config: &Config,
    store: Arc<dyn Store>,
    order: ScanOrder,
    out: &Out,
    stop: Arc<AtomicBool>,
) -> anyhow::Result<Ended> {
    let started = std::time::Instant::now();
    let places = choose(&order)?;
    let rules = Arc::new(crate::rulebook::load(
        config.rules.as_deref(),
        &order.region.overlays,
    )?);
    if let Some(unchecked) = rules.unchecked() {
        out.warn(format!("注意：{unchecked}"));
    }
    let (scan, resumed) = begin(store.as_ref(), &order.args, &places, &rules, config.clock)?;
    out.say(if resumed {
        format!("继续批次 {}", scan.id)
    } else {
        format!("批次 {}：{} 个渠道", scan.id, places.len())
    });
    let controls = control::measure(config, &rules).await?;
    if controls.is_failed() {
        let (store, clock) = (store.as_ref(), config.clock);
        return control::withdraw(store, &scan, &order.region, controls, clock).map(Ended::Done);
    }
    let desk = Arc::new(desk(
        config,
        Arc::clone(&store),
        Arc::new(order.region),
        Arc::new(crawler(config, None)?),
        rules,
        Lines::of_process(&config.heavy),
        &scan.id,
    )?);
    let draws = draws(&scan, &places);
    let at_once = CHANNELS_AT_ONCE.max(most_channels(&places));
    let run = Arc::new(Run {
        recorder: Recorder::start(Arc::clone(&store), &desk),
        progress: summary::Progress::new(places.len()),
        desk,
        scan,
        resumed,
        config: config.clone(),
        draws,
        out: out.clone(),
        base: order.base,
        stop,
    });
    let ticker = tokio::spawn(summary::tick(Arc::clone(&run)));
    let all: Vec<Place> = places.clone();
    let walked: Vec<anyhow::Result<()>> = futures::stream::iter(places)
        .map(|place| {
            let run = Arc::clone(&run);
            walk_aside(run, place)
        })
        .buffer_unordered(at_once)
        .collect()
        .await;
    ticker.abort();
    run.recorder.flush().await?;
    walked.into_iter().collect::<anyhow::Result<Vec<()>>>()?;
    if run.stop.load(Ordering::Relaxed) {
        return Ok(Ended::Stopped(run.scan.id.clone()));
    }
    compare::compare(&run, all).await?;
    let seconds = started.elapsed().as_secs_f64();
    Ok(Ended::Done(finish(run, seconds).await?))
}

/// Looks once more whether the run may be trusted, and sums up.
async fn finish(run: Arc<Run>, seconds: f64) -> anyhow::Result<ScanSummary> {
    let controls = control::measure(&run.config, &run.desk.rules).await?;
    tokio::task::spawn_blocking(move || summary::finish(&run, seconds, controls)).await?
}

/// What every page of this scan is read with.
fn desk(
    config: &Config,
    store: Arc<dyn Store>,
    region: Arc<Region>,
    crawler: Arc<Crawler>,
    rules: Arc<Rules>,
    lines: Arc<Lines>,
    scan: &str,
) -> anyhow::Result<Desk> {
    Ok(Desk {
        crawler,
        rules,
        store,
        region,
        clock: config.clock,
        scan: scan.to_owned(),
        manner: Manner {
            ocr: config.ocr,
            limits: None,
        },
        renderer: crate::render::Renderer::new(config)?,
        cards: crate::check::Cards::load(&config.data_dir),
        lines,
    })
}

/// One draw for each unit of a sample scan.
fn draws(scan: &Scan, places: &[Place]) -> Draws {
    let Some(size) = scan.sample else {
        return Draws::new();
    };
    let draw = |unit: &str| Draw::new(size, scan.seed, channels_of(unit, places));
    let units = places.iter().map(|p| p.unit.id.clone());
    units.map(|u| (u.clone(), Arc::new(draw(&u)))).collect()
}

/// Channels of a unit wait for each other when a sample is drawn, so all of them must be able to run at once.
fn most_channels(places: &[Place]) -> usize {
    let counts = places.iter().map(|p| channels_of(&p.unit.id, places));
    counts.max().unwrap_or(0)
}

fn channels_of(unit: &str, places: &[Place]) -> usize {
    places.iter().filter(|p| p.unit.id == unit).count()
}

/// Walks on the threads that also speak to the network: a thread of its own would have to be woken for every answer.
async fn walk_aside(run: Arc<Run>, place: Place) -> anyhow::Result<()> {
    let mut walking = tokio::task::JoinSet::new(); // ends with whoever waits for it
    walking.spawn(channel::walk(run, Arc::new(place)));
    walking.join_next().await.unwrap_or(Ok(Ok(())))?
}

/// The chosen channels in file order.
pub(crate) fn choose(order: &ScanOrder) -> anyhow::Result<Vec<Place>> {
    let args = &order.args;
    let all: Vec<(&Unit, &Channel)> = order
        .region
        .units
        .iter()
        .flat_map(|u| u.channels.iter().map(move |c| (u, c)))
        .collect();
    for wanted in &args.unit {
        anyhow::ensure!(
            order.region.units.iter().any(|u| u.id == *wanted),
            "没有单位“{wanted}”；duwang units list 可看全部单位"
        );
    }
    for wanted in &args.channel {
        anyhow::ensure!(
            all.iter().any(|(_, c)| c.id == *wanted),
            "没有渠道“{wanted}”；duwang units list 可看全部渠道"
        );
    }
    let places: Vec<Place> = all
        .into_iter()
        .filter(|(u, _)| args.unit.is_empty() || args.unit.contains(&u.id))
        .filter(|(_, c)| args.channel.is_empty() || args.channel.contains(&c.id))
        .map(|(u, c)| Place {
            unit: u.clone(),
            channel: c.clone(),
        })
        .collect();
    anyhow::ensure!(
        !places.is_empty(),
        "没有可扫描的渠道：请在单位文件里为单位写上 [[unit.channel]]"
    );
    Ok(places)
}

/// Goes on with an unfinished scan of the same command, or begins a new one.
pub(crate) fn begin(
    store: &dyn Store,
    args: &ScanArgs,
    places: &[Place],
    rules: &Rules,
    clock: Clock,
) -> anyhow::Result<(Scan, bool)> {
    let mode = match (args.full, args.sample) {
        _ if args.proof => Mode::Proof,
        (_, Some(_)) => Mode::Sample,
        (true, None) => Mode::Full,
        (false, None) => Mode::Incremental,
    };
    let mut channels: Vec<String> = places.iter().map(|p| p.channel.id.clone()).collect();
    channels.sort();
    let scans = store.scans()?;
    let same = |s: &&Scan| {
        s.finished.is_none()
            && s.mode == mode
            && s.channels == channels
            && s.sample == args.sample
            && s.seed == args.seed
    };
    if let Some(unfinished) = scans.iter().find(same) {
        let scan = Scan {
            rules: rules.version().to_owned(),
            ..unfinished.clone()
        };
        store.save_scan(&scan)?;
        return Ok((scan, true));
    }
    let scan = Scan {
        sample: args.sample,
        seed: args.seed,
        ..new_scan(&scans, mode, channels, rules, clock)
    };
    store.begin_scan(&scan)?;
    Ok((scan, false))
}

/// A scan that begins now, under an id none of these has.
fn new_scan(
    scans: &[Scan],
    mode: Mode,
    channels: Vec<String>,
    rules: &Rules,
    clock: Clock,
) -> Scan {
    let now = clock.now();
    let mut id = scan_id(now, &channels, 0);
    for nth in 1.. {
        if !scans.iter().any(|s| s.id == id) {
            break;
        }
        id = scan_id(now, &channels, nth);
    }
    Scan {
        id,
        mode,
        sample: None,
        seed: 0,
        channels,
        started: now,
        finished: None,
        rules: rules.version().to_owned(),
        summary: None,
    }
}

fn scan_id(now: chrono::DateTime<chrono::Utc>, channels: &[String], nth: usize) -> String {
    let digest = Sha256::digest(format!("{}{nth}", channels.join(",")).as_bytes());
    format!(
        "{}-{:02x}{:02x}",
        clock::shanghai(now).format("%Y%m%d-%H%M%S"),
        digest[0],
        digest[1]
    )
}

/// The network as this configuration asks for it, taking turns at hosts with whatever else is read: by `shared` with other processes, when there
/// are any, and else within this one.
pub(crate) fn crawler(
    config: &Config,
    shared: Option<Arc<dyn Turnstile>>,
) -> anyhow::Result<Crawler> {
    let crawler = Crawler::new(policy(config)).context("采集设置有误")?;
    Ok(crawler.with_turnstile(shared.unwrap_or_else(turns::of_this_process)))
}

/// The crawl policy this configuration asks for.
pub fn policy(config: &Config) -> Policy {
    let mut policy = Policy {
        allow_private: config.allow_private,
        resolve: config.resolve.clone(),
        ignore_robots: config.ignore_robots.clone(),
        concurrency: config.concurrency,
        trusted: config.trusted.clone(),
        ..Policy::default()
    };
    let hour = |h| chrono::NaiveTime::from_hms_opt(h, 0, 0);
    if let Some((Some(from), Some(to))) = config
        .hours
        .map(|(from, to)| (hour(from % 24), hour(to % 24)))
    {
        policy.hours = Some(Hours { from, to });
    }
    if let Some(timeout) = config.timeout {
        policy.total_timeout = timeout;
        policy.attachment_timeout = timeout;
        policy.read_timeout = policy.read_timeout.min(timeout);
        policy.connect_timeout = policy.connect_timeout.min(timeout);
    }
    if config.rate.is_some() {
        policy.rate = config.rate;
    }
    if !config.contact.is_empty() {
        policy.contact.clone_from(&config.contact);
    }
    policy
}

/// Whether this kind of channel is read by scans.
pub(crate) fn is_read(kind: ChannelKind) -> bool {
    !kind.is_manual()
}
