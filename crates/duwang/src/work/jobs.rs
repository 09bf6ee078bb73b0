//! What a worker does: a slice of a channel, and the end of a scan.

use super::order;
use super::turns::Turns;
use super::{ATTEMPTS, utils};
use crate::commands::App;
use crate::config::Config;
use crate::pipeline::{Lines, Place};
use crate::scan::ScanOrder;
use crate::scan::sample;
use crate::scan::slice::{self, Missed, Shared};
use anyhow::Context as _;
use duwang_model::{Outcome, OutcomeKind, Scan};
use duwang_store::{Fence, Postgres, Store};
use graphile_worker::{IntoTaskHandlerResult, JobSpec, TaskHandler, WorkerContext, WorkerUtils};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;
use tracing::Instrument as _;

/// How often a slice looks whether it must stop.
const NAP: Duration = Duration::from_millis(200);
/// Scans whose rules and settings are kept at hand.
const AT_HAND: usize = 4;

/// A channel in hand.
struct Taken {
    fence: Fence,
    /// How often in a row it was taken and brought nothing, this time included.
    tries: i64,
}

/// Reads one channel of a scan on for a while.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct ChannelJob {
    pub(super) scan: String,
    pub(super) channel: String,
}

impl ChannelJob {
    /// The job of a channel, if that is one.
    pub(super) fn of(payload: &serde_json::Value) -> Option<Self> {
        serde_json::from_value(payload.clone()).ok()
    }
}

impl TaskHandler for ChannelJob {
    const IDENTIFIER: &'static str = "duwang_channel";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        match context.get_ext::<Hand>().cloned() {
            Some(hand) => {
                let span = tracing::info_span!("slice", scan = self.scan, channel = self.channel);
                ended("channel", hand.slice(&self).instrument(span).await)
            }
            None => Err("工作进程没有准备好".to_owned()),
        }
    }
}

/// Ends a scan whose channels have all ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct FinishJob {
    scan: String,
}

impl TaskHandler for FinishJob {
    const IDENTIFIER: &'static str = "duwang_finish";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        match context.get_ext::<Hand>().cloned() {
            Some(hand) => {
                let span = tracing::info_span!("finish", scan = self.scan);
                ended("finish", hand.finish(&self.scan).instrument(span).await)
            }
            None => Err("工作进程没有准备好".to_owned()),
        }
    }
}

/// How a job ended, counted, in words for the queue.
fn ended(kind: &'static str, end: anyhow::Result<()>) -> Result<(), String> {
    crate::meter::job(kind, end.is_ok());
    end.map_err(|e| format!("{e:#}"))
}

pub(super) async fn add_finish(utils: &WorkerUtils, scan: &str) -> anyhow::Result<()> {
    let spec = JobSpec {
        job_key: Some(format!("{scan}:finish")),
        max_attempts: Some(ATTEMPTS),
        ..JobSpec::default()
    };
    let scan = scan.to_owned();
    utils.add_job(FinishJob { scan }, spec).await?;
    Ok(())
}

/// What the jobs of this process work with.
#[derive(Clone)]
pub(super) struct Hand {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Hand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hand")
    }
}

struct Inner {
    config: Config,
    store: Postgres,
    pool: PgPool,
    turns: Arc<Turns>,
    /// Shared by everything this process reads.
    lines: Arc<Lines>,
    slice: Duration,
    stop: Arc<AtomicBool>,
    scans: Mutex<HashMap<String, Arc<Shared>>>,
}

impl Hand {
    pub(super) fn new(app: &App, pool: PgPool, slice: Duration) -> anyhow::Result<Self> {
        let store = app.store.as_postgres().context("没有共享存储")?;
        Ok(Self {
            inner: Arc::new(Inner {
                config: app.config.clone(),
                store: store.clone(),
                turns: Arc::new(Turns::new(pool.clone())),
                lines: Lines::of_process(&app.config.heavy),
                pool,
                slice,
                stop: Arc::clone(&app.stop),
                scans: Mutex::default(),
            }),
        })
    }

    async fn slice(&self, job: &ChannelJob) -> anyhow::Result<()> {
        let Some(shared) = self.shared(&job.scan).await? else {
            return Ok(()); // the scan has ended meanwhile
        };
        let place = place(&shared, &job.channel)?;
        let Some(Taken { fence, tries }) = self.take(job).await? else {
            return self.finish_if_all_ended(&job.scan).await;
        };
        if tries > i64::from(ATTEMPTS) {
            return self.park(job).await;
        }
        let store = Arc::new(self.inner.store.fenced(fence.clone()));
        let (stop, watching) = self.watch();
        let read = slice::slice(&shared, store, place.clone(), stop).await;
        watching.abort();
        // Taken over meanwhile. To end well here would take the job from whoever has it now: the queue deletes what is done whoever did it,
        // but only its holder can fail it.
        if !self.holds(&fence).await? {
            anyhow::bail!("渠道 {} 已由另一个工作进程接着读", job.channel);
        }
        let end = read?;
        match end.missed {
            Some(missed) => {
                self.ended(&fence, &missed, end.reopened).await?;
                self.finish_if_all_ended(&job.scan).await
            }
            None => {
                self.read_on(&fence, end.reopened).await?;
                order::add(&utils(&self.inner.pool), &job.scan, &place).await
            }
        }
    }

    async fn finish(&self, scan: &str) -> anyhow::Result<()> {
        let Some(shared) = self.shared(scan).await? else {
            return Ok(());
        };
        let query = sqlx::query_as(
            "SELECT channel, missed, reopened FROM duwang.slices WHERE scan = $1 ORDER BY channel",
        );
        let rows: Vec<(String, String, i64)> = query.bind(scan).fetch_all(&self.inner.pool).await?;
        let mut missed = Vec::new();
        let mut reopened = 0;
        for (channel, words, back) in rows {
            missed.push((channel, serde_json::from_str::<Missed>(&words)?));
            reopened += usize::try_from(back).unwrap_or(0);
        }
        let store: Arc<dyn Store> = Arc::new(self.inner.store.clone());
        slice::finish(&shared, store, missed, reopened).await?;
        self.close(&shared.scan).await?;
        self.inner.scans.lock().await.remove(scan);
        Ok(())
    }

    /// Clears away what a scan needed while it was read.
    async fn close(&self, scan: &Scan) -> anyhow::Result<()> {
        sample::clear(&self.inner.store, &scan.id, &scan.channels)?;
        let done = sqlx::query("DELETE FROM duwang.slices WHERE scan = $1");
        done.bind(&scan.id).execute(&self.inner.pool).await?;
        Ok(())
    }

    /// Rules and settings of a scan; `None`: it has ended, and whoever ended it may have died before clearing away after it.
    async fn shared(&self, scan: &str) -> anyhow::Result<Option<Arc<Shared>>> {
        let mut scans = self.inner.scans.lock().await;
        let store = &self.inner.store;
        let Some(row) = store.scan(scan)? else {
            return Ok(None);
        };
        if row.finished.is_some() {
            scans.remove(scan);
            self.close(&row).await?;
            return Ok(None);
        }
        if let Some(known) = scans.get(scan).filter(|known| known.scan == row) {
            return Ok(Some(Arc::clone(known)));
        }
        let order = order::read(store, scan)?;
        let config = order.over(&self.inner.config);
        let rules = crate::rulebook::load(config.rules.as_deref(), &order.region.overlays)?;
        let rules = Arc::new(rules);
        anyhow::ensure!(
            rules.version() == row.rules,
            "本机规则版本 {} 与批次 {scan} 的 {} 不同；请让各工作进程用同一套规则",
            rules.version(),
            row.rules
        );
        let controls = crate::scan::control::measure(&config, &rules).await?;
        if controls.is_failed() {
            // Whoever waits for this scan must hear of it: jobs that only failed would be tried again and again.
            crate::scan::control::withdraw(store, &row, &order.region, controls, config.clock)?;
            scans.remove(scan);
            self.close(&row).await?;
            return Ok(None);
        }
        let turns = Arc::clone(&self.inner.turns) as _;
        let crawler = crate::scan::crawler(&config, Some(turns))?;
        let given = ScanOrder {
            region: order.region,
            base: order.base,
            args: order.args,
        };
        let shared = Arc::new(Shared {
            places: crate::scan::choose(&given)?,
            region: Arc::new(given.region),
            base: given.base,
            rules,
            crawler: Arc::new(crawler),
            lines: Arc::clone(&self.inner.lines),
            scan: row,
            config,
        });
        if scans.len() >= AT_HAND {
            scans.clear();
        }
        scans.insert(scan.to_owned(), Arc::clone(&shared));
        Ok(Some(shared))
    }

    /// Takes the channel over from whoever held it; `None`: it has ended.
    async fn take(&self, job: &ChannelJob) -> anyhow::Result<Option<Taken>> {
        let take = sqlx::query_as(
            "UPDATE duwang.slices SET epoch = epoch + 1, tries = tries + 1 \
             WHERE scan = $1 AND channel = $2 AND ended IS NULL RETURNING epoch, tries",
        );
        let taken: Option<(i64, i64)> = take
            .bind(&job.scan)
            .bind(&job.channel)
            .fetch_optional(&self.inner.pool)
            .await?;
        Ok(taken.map(|(epoch, tries)| Taken {
            fence: Fence {
                scan: job.scan.clone(),
                channel: job.channel.clone(),
                epoch,
            },
            tries,
        }))
    }

    /// How often in a row the channel of a job was taken and brought nothing.
    pub(super) async fn tries(&self, job: &ChannelJob) -> anyhow::Result<i64> {
        let query =
            sqlx::query_scalar("SELECT tries FROM duwang.slices WHERE scan = $1 AND channel = $2");
        let tries = query
            .bind(&job.scan)
            .bind(&job.channel)
            .fetch_optional(&self.inner.pool)
            .await?;
        Ok(tries.unwrap_or(0))
    }

    async fn holds(&self, fence: &Fence) -> anyhow::Result<bool> {
        let query =
            sqlx::query_scalar("SELECT epoch FROM duwang.slices WHERE scan = $1 AND channel = $2");
        let epoch: Option<i64> = query
            .bind(&fence.scan)
            .bind(&fence.channel)
            .fetch_optional(&self.inner.pool)
            .await?;
        Ok(epoch == Some(fence.epoch))
    }

    async fn read_on(&self, fence: &Fence, reopened: usize) -> anyhow::Result<()> {
        let note = sqlx::query(
            "UPDATE duwang.slices SET tries = 0, reopened = reopened + $4 WHERE scan = $1 AND channel = $2 AND epoch = $3",
        );
        note.bind(&fence.scan)
            .bind(&fence.channel)
            .bind(fence.epoch)
            .bind(i64::try_from(reopened)?)
            .execute(&self.inner.pool)
            .await?;
        Ok(())
    }

    async fn ended(&self, fence: &Fence, missed: &Missed, reopened: usize) -> anyhow::Result<()> {
        let end = sqlx::query(
            "UPDATE duwang.slices SET ended = now(), missed = $4, reopened = reopened + $5 \
             WHERE scan = $1 AND channel = $2 AND epoch = $3",
        );
        end.bind(&fence.scan)
            .bind(&fence.channel)
            .bind(fence.epoch)
            .bind(serde_json::to_string(missed)?)
            .bind(i64::try_from(reopened)?)
            .execute(&self.inner.pool)
            .await?;
        Ok(())
    }

    async fn finish_if_all_ended(&self, scan: &str) -> anyhow::Result<()> {
        if order::left(&self.inner.pool, scan).await?.is_empty() {
            add_finish(&utils(&self.inner.pool), scan).await?;
        }
        Ok(())
    }

    /// Gives work that is left and has no job its job again: whatever became of it, no scan may wait for ever.
    pub(super) async fn add_lost(&self) -> anyhow::Result<()> {
        for (scan, channel) in order::without_job(&self.inner.pool).await? {
            let Some(shared) = self.shared(&scan).await? else {
                continue;
            };
            tracing::warn!(scan, channel, "work without a job is queued again");
            let utils = utils(&self.inner.pool);
            match channel {
                Some(channel) => order::add(&utils, &scan, &place(&shared, &channel)?).await?,
                None => add_finish(&utils, &scan).await?,
            }
        }
        Ok(())
    }

    /// A job that failed too often is parked in the queue; its channel counts as not read to its end, so that the scan ends.
    pub(super) async fn give_up(&self, payload: &serde_json::Value) {
        let Some(job) = ChannelJob::of(payload) else {
            return; // the end of a scan: it stays unfinished, and is told as such
        };
        if let Err(error) = self.park(&job).await {
            tracing::error!(
                error = format!("{error:#}"),
                "a channel could not be given up"
            );
        }
    }

    async fn park(&self, job: &ChannelJob) -> anyhow::Result<()> {
        tracing::error!(
            scan = job.scan,
            channel = job.channel,
            "given up after too many tries"
        );
        let reason = format!("读这个渠道的工作进程 {ATTEMPTS} 次中断或出错，本批次不再读");
        let missed: Missed = vec![(
            job.channel.clone(),
            Outcome::new(OutcomeKind::Unread, reason),
        )];
        let end = sqlx::query(
            "UPDATE duwang.slices SET ended = now(), missed = $3, epoch = epoch + 1 \
             WHERE scan = $1 AND channel = $2 AND ended IS NULL",
        );
        end.bind(&job.scan)
            .bind(&job.channel)
            .bind(serde_json::to_string(&missed)?)
            .execute(&self.inner.pool)
            .await?;
        sample::offer_nothing(&self.inner.store, &job.scan, &job.channel)?;
        self.finish_if_all_ended(&job.scan).await
    }

    /// A flag that is set when the slice is over or the process is asked to stop.
    fn watch(&self) -> (Arc<AtomicBool>, tokio::task::JoinHandle<()>) {
        let stop = Arc::new(AtomicBool::new(false));
        let (flag, process) = (Arc::clone(&stop), Arc::clone(&self.inner.stop));
        let until = Instant::now() + self.inner.slice;
        let watching = tokio::spawn(async move {
            while Instant::now() < until && !process.load(Ordering::Relaxed) {
                tokio::time::sleep(NAP).await;
            }
            flag.store(true, Ordering::Relaxed);
        });
        (stop, watching)
    }
}

fn place(shared: &Shared, channel: &str) -> anyhow::Result<Place> {
    let found = shared.places.iter().find(|p| p.channel.id == channel);
    found
        .cloned()
        .with_context(|| format!("任务单里没有渠道 {channel}"))
}
