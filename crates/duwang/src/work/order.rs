//! Giving a scan out: what workers need to know of it, and one job a channel.

use super::jobs::ChannelJob;
use super::{ATTEMPTS, QUEUE, connect, utils};
use crate::cli::ScanArgs;
use crate::commands::App;
use crate::config::Config;
use crate::out::Out;
use crate::pipeline::Place;
use crate::scan::{self, ScanOrder};
use anyhow::Context as _;
use duwang_model::{ChannelKind, Region, Scan};
use duwang_store::Store;
use graphile_worker::{JobSpec, WorkerUtils};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use std::path::PathBuf;
use std::time::Duration;

/// Kind of the note that holds an order, under the id of its scan.
const KIND: &str = "order";

/// What whoever asked for a scan wants of it. Whether private addresses may be visited is not among it: each worker's own settings say
/// so.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) region: Region,
    pub(super) args: ScanArgs,
    pub(super) base: PathBuf,
    rate: Option<f64>,
    recheck_after: Duration,
    now: Option<chrono::DateTime<chrono::Utc>>,
}

impl Order {
    /// A worker's settings with those of the order over them.
    pub(super) fn over(&self, own: &Config) -> Config {
        Config {
            rate: self.rate.or(own.rate),
            recheck_after: self.recheck_after,
            clock: self.now.map_or(own.clock, crate::clock::Clock::fixed),
            ..own.clone()
        }
    }
}

/// Gives out what is left of a scan: a new one, or the unfinished one of the same command. Its id.
pub(crate) async fn enqueue(app: &App, order: ScanOrder, out: &Out) -> anyhow::Result<String> {
    let pool = connect(app).await?;
    let utils = utils(&pool);
    utils.migrate().await.context("工作队列建不了")?;
    let places = scan::choose(&order)?;
    let rules = crate::rulebook::load(app.config.rules.as_deref(), &order.region.overlays)?;
    let store = app.store.as_ref();
    let (scan, resumed) = scan::begin(store, &order.args, &places, &rules, app.config.clock)?;
    write_down(app, &scan, order)?;
    open_slices(&pool, &scan).await?;
    let left = left(&pool, &scan.id).await?;
    for place in places.iter().filter(|p| left.contains(&p.channel.id)) {
        add(&utils, &scan.id, place).await?;
    }
    if left.is_empty() {
        super::jobs::add_finish(&utils, &scan.id).await?;
    }
    let verb = if resumed { "继续" } else { "新" };
    out.say(format!(
        "{verb}批次 {}：{} 个渠道交给工作进程",
        scan.id,
        left.len()
    ));
    Ok(scan.id)
}

fn write_down(app: &App, scan: &Scan, order: ScanOrder) -> anyhow::Result<()> {
    let known = app.store.note(KIND, &scan.id)?;
    let order = Order {
        region: order.region,
        args: order.args,
        base: std::path::absolute(order.base)?,
        rate: app.config.rate,
        recheck_after: app.config.recheck_after,
        now: app.config.clock.given(),
    };
    let version = known.map_or(0, |note| note.version);
    let value = serde_json::to_value(&order)?;
    app.store.put_note(KIND, &scan.id, version, &value)?;
    Ok(())
}

/// The order of a scan.
pub(super) fn read(store: &dyn Store, scan: &str) -> anyhow::Result<Order> {
    let note = store.note(KIND, scan)?;
    let note = note.with_context(|| format!("没有批次 {scan} 的任务单"))?;
    Ok(serde_json::from_value(note.value)?)
}

async fn open_slices(pool: &PgPool, scan: &Scan) -> anyhow::Result<()> {
    let open = sqlx::query(
        "INSERT INTO duwang.slices (scan, channel, epoch) SELECT $1, channel, 0 FROM UNNEST($2::text[]) AS channel \
         ON CONFLICT DO NOTHING",
    );
    open.bind(&scan.id)
        .bind(&scan.channels)
        .execute(pool)
        .await?;
    Ok(())
}

/// Channels of a scan that have not ended.
pub(super) async fn left(pool: &PgPool, scan: &str) -> anyhow::Result<Vec<String>> {
    let query = sqlx::query_scalar(
        "SELECT channel FROM duwang.slices WHERE scan = $1 AND ended IS NULL ORDER BY channel",
    );
    Ok(query.bind(scan).fetch_all(pool).await?)
}

/// Channels that have not ended and that no job stands for; without a channel: scans that lack the job that ends them.
pub(super) async fn without_job(pool: &PgPool) -> anyhow::Result<Vec<(String, Option<String>)>> {
    let query = sqlx::query_as(sqlx::AssertSqlSafe(format!(
        "SELECT scan, channel FROM duwang.slices WHERE ended IS NULL \
           AND NOT EXISTS (SELECT 1 FROM {QUEUE}._private_jobs WHERE key = scan || ':' || channel) \
         UNION ALL \
         SELECT scan, NULL FROM duwang.slices GROUP BY scan HAVING bool_and(ended IS NOT NULL) \
           AND NOT EXISTS (SELECT 1 FROM {QUEUE}._private_jobs WHERE key = scan || ':finish')"
    )));
    Ok(query.fetch_all(pool).await?)
}

/// Queues a channel behind whatever else is waiting for the same host.
pub(super) async fn add(utils: &WorkerUtils, scan: &str, place: &Place) -> anyhow::Result<()> {
    let job = ChannelJob {
        scan: scan.to_owned(),
        channel: place.channel.id.clone(),
    };
    let spec = JobSpec {
        queue_name: Some(queue(place)),
        job_key: Some(format!("{scan}:{}", place.channel.id)),
        max_attempts: Some(ATTEMPTS),
        ..JobSpec::default()
    };
    utils.add_job(job, spec).await?;
    Ok(())
}

/// The host a channel mostly asks; what asks none stands alone.
fn queue(place: &Place) -> String {
    let channel = &place.channel;
    let first = match channel.kind {
        ChannelKind::Wechat => return "mp.weixin.qq.com".to_owned(),
        _ => channel.entry.first().or(channel.feed.as_ref()),
    };
    first
        .and_then(|entry| url::Url::parse(entry).ok())
        .and_then(|url| {
            let host = url.host_str()?.to_owned();
            Some(
                url.port()
                    .map_or(host.clone(), |port| format!("{host}:{port}")),
            )
        })
        .unwrap_or_else(|| format!("channel {}", channel.id))
}
