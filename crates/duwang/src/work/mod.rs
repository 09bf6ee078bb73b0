//! One scan by many workers: `enqueue` gives a scan out, `run` takes parts of it, on any machine that reaches the same PostgreSQL.
//!
//! ```text
//! enqueue ─▶ order (a note), slices (a row a channel) ─▶ jobs, one a channel, queued by host
//! worker  ─▶ take a slice (epoch + 1) ─▶ scan::slice for a minute ─▶ next job, or the channel has ended
//!            the last channel to end ─▶ finish: compare, sum up
//! ```
//! What makes it safe: a named queue per host never gives two of its jobs out at once; every write of a slice is refused once the
//! slice was given to somebody else (`Fence`); what a killed worker had not stored is still in the frontier; a worker that shows no
//! sign of life loses its jobs, and a channel that was taken again and again and brought nothing is given up and told as unread.
//! `turns.rs` keeps hosts from being asked faster than one process would.

mod jobs;
mod order;
mod turns;

pub(crate) use order::enqueue;

use crate::cli::WorkerArgs;
use crate::clock::Clock;
use crate::commands::App;
use crate::out::Out;
use anyhow::Context as _;
use duwang_crawl::Turnstile;
use graphile_worker::{
    Job, JobPermanentlyFail, JobRecovery, JobRecoveryResult, WorkerOptions, WorkerRecoveryConfig,
    WorkerUtils,
};
use jobs::{ChannelJob, FinishJob, Hand};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::str::FromStr as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Where the queue keeps its tables.
const QUEUE: &str = "duwang_queue";
/// How often a job may fail, and a channel may be taken and bring no page, before it is given up.
const ATTEMPTS: i16 = 8;
/// Work in hand is finished or given back in this time when a worker is asked to stop.
const GRACE: Duration = Duration::from_secs(10);
/// The longest rest of a job that took its worker's life.
const LONGEST_REST: Duration = Duration::from_secs(20);
/// Between two looks for work while the database is away.
const PAUSE: Duration = Duration::from_secs(1);

/// Takes work until asked to stop. A database that goes away is waited for.
pub(crate) async fn run(app: &App, args: &WorkerArgs, out: &Out) -> anyhow::Result<()> {
    let pool = connect(app).await?;
    crate::meter::serve(app).await?;
    let hand = Hand::new(app, pool.clone(), args.slice)?;
    out.warn(format!(
        "工作进程已就绪：同时 {} 个渠道，每段至多 {} 秒（Ctrl-C 停止，手上的工作做完或交回）",
        args.slots,
        args.slice.as_secs()
    ));
    let finding_lost = tokio::spawn(find_lost(hand.clone(), args.lease));
    while !app.stop.load(Ordering::Relaxed) {
        if let Err(error) = take_jobs(app, args, &pool, &hand).await {
            tracing::warn!(
                error = format!("{error:#}"),
                "the work queue cannot be reached"
            );
            tokio::time::sleep(PAUSE).await;
        }
    }
    finding_lost.abort();
    Ok(())
}

/// Looks for lost work now and then. A channel whose worker has it in hand has its job as well, so nothing is read twice for it.
async fn find_lost(hand: Hand, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        if let Err(error) = hand.add_lost().await {
            tracing::warn!(error = format!("{error:#}"), "cannot look for lost work");
        }
    }
}

/// One life of the queue's client: until asked to stop, or until the database goes away.
async fn take_jobs(app: &App, args: &WorkerArgs, pool: &PgPool, hand: &Hand) -> anyhow::Result<()> {
    let recovery = WorkerRecoveryConfig {
        heartbeat_interval: args.lease / 8,
        sweep_interval: args.lease / 4,
        sweep_threshold: args.lease,
        recovery_delay: Duration::ZERO,
        enabled: true,
        ..WorkerRecoveryConfig::default()
    };
    let (crashed, failed) = (hand.clone(), hand.clone());
    let worker = WorkerOptions::default()
        .pg_pool(pool.clone())
        .schema(QUEUE)
        .concurrency(args.slots)
        .poll_interval(Duration::from_millis(500))
        .worker_recovery(recovery)
        .listen_os_shutdown_signals(false)
        .shutdown_signal(stopped(Arc::clone(&app.stop)))
        .shutdown_grace_period(GRACE)
        .shutdown_interrupted_job_retry_delay(Duration::ZERO)
        .add_extension(hand.clone())
        .define_job::<ChannelJob>()
        .define_job::<FinishJob>()
        .on(JobRecovery, move |context| {
            let hand = crashed.clone();
            async move { recovered(&hand, &context.job).await }
        })
        .on(JobPermanentlyFail, move |context| {
            let hand = failed.clone();
            async move { hand.give_up(context.job.payload()).await }
        })
        .init()
        .await
        .context("工作队列打不开")?;
    Ok(worker.run().await?)
}

/// What becomes of a job whose worker died. Of a channel the queue does not count it: most workers die of something else, and their
/// channels count themselves how often nothing came of them.
async fn recovered(hand: &Hand, job: &Job) -> JobRecoveryResult {
    let attempts = *job.attempts();
    let (rests, attempts) = match ChannelJob::of(job.payload()) {
        // A database that cannot be asked has not counted anything either.
        Some(channel) => (hand.tries(&channel).await.unwrap_or(1), attempts - 1),
        None if attempts >= *job.max_attempts() => return JobRecoveryResult::FailWithBackoff,
        None => (i64::from(attempts), attempts),
    };
    JobRecoveryResult::Reschedule {
        run_at: Clock::system().now() + rest(rests),
        attempts: Some(attempts),
    }
}

/// How long a job rests that took its worker's life so often. The queue's own back-off would let a channel wait for minutes that merely
/// stood beside a bad one, and a scan with it.
fn rest(times: i64) -> Duration {
    Duration::from_secs(1 << times.clamp(0, 5)).min(LONGEST_REST)
}

async fn stopped(stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A pool of this process's own for the queue: the store's belongs to the store's threads.
pub(crate) async fn connect(app: &App) -> anyhow::Result<PgPool> {
    anyhow::ensure!(
        app.store.as_postgres().is_some(),
        "工作进程需要共享存储：用 --store postgres://用户@主机/库，或在 duwang.toml 写 store；单机请用 duwang scan"
    );
    let options = PgConnectOptions::from_str(&app.config.store)?.application_name("duwang-queue");
    Ok(PgPoolOptions::new()
        .max_connections(10)
        .connect_with(options)
        .await?)
}

/// How the queue stands.
#[derive(Debug, Clone, PartialEq, sqlx::FromRow)]
pub(crate) struct QueueState {
    /// Jobs that wait for a worker.
    pub(crate) waiting: i64,
    /// Jobs given up.
    pub(crate) parked: i64,
    /// Seconds since the oldest waiting job was due.
    pub(crate) oldest: f64,
}

/// Counts the jobs of the queue; nothing waits where no queue was made yet.
pub(crate) async fn state(pool: &PgPool) -> anyhow::Result<QueueState> {
    let jobs = format!("{QUEUE}._private_jobs");
    let query = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL");
    if !query.bind(&jobs).fetch_one(pool).await? {
        return Ok(QueueState {
            waiting: 0,
            parked: 0,
            oldest: 0.0,
        });
    }
    let query = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT count(*) FILTER (WHERE locked_at IS NULL AND attempts < max_attempts) AS waiting, \
         count(*) FILTER (WHERE attempts >= max_attempts) AS parked, \
         coalesce(greatest(extract(epoch FROM now() - min(run_at) FILTER (WHERE locked_at IS NULL AND attempts < max_attempts)), 0), 0)::float8 AS oldest \
         FROM {jobs}"
    )));
    Ok(query.fetch_one(pool).await?)
}

/// Turns at hosts together with the workers; `None` where there are none because the store is not shared.
pub(crate) async fn turnstile(app: &App) -> anyhow::Result<Option<Arc<dyn Turnstile>>> {
    if app.store.as_postgres().is_none() {
        return Ok(None);
    }
    Ok(Some(Arc::new(turns::Turns::new(connect(app).await?))))
}

fn utils(pool: &PgPool) -> WorkerUtils {
    WorkerUtils::new(pool.clone(), QUEUE.to_owned())
}
