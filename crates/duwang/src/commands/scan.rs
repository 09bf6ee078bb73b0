//! `duwang scan`.

use super::{App, region_file};
use crate::cli::{FailOn, ScanArgs, ScanFormat};
use crate::config::Config;
use crate::out::Out;
use crate::scan::{self, Ended, ScanOrder};
use crate::units;
use anyhow::Context as _;
use duwang_model::{FindingFilter, Region, ScanSummary};
use duwang_store::Store;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

pub(super) async fn run(app: &App, args: ScanArgs, out: &Out) -> anyhow::Result<u8> {
    match scan_by(app, args.clone(), out).await? {
        Ended::Stopped(id) => {
            out.warn(format!(
                "批次 {id} 已停在半路，什么也没丢；再运行同一命令即可继续"
            ));
            Ok(130)
        }
        Ended::Done(summary) => {
            tell(&summary, &app.region(), args.format, out)?;
            exit_code(app.store.as_ref(), &summary, args.fail_on)
        }
    }
}

/// Scans what these flags choose, here or by workers.
pub(crate) async fn scan_by(app: &App, args: ScanArgs, out: &Out) -> anyhow::Result<Ended> {
    let file = units_file(&app.config, args.units.as_deref())?;
    let by_workers = args.by_workers;
    let order = ScanOrder {
        region: units::load_for(&file, app.config.rules.as_deref())?,
        base: file.parent().unwrap_or(Path::new(".")).to_path_buf(),
        args,
    };
    match by_workers {
        true => self::by_workers(app, order, out).await,
        false => scan_region(app, order, out).await,
    }
}

/// Gives the scan to the workers and waits until they have ended it. Asked to stop, only the waiting stops.
async fn by_workers(app: &App, order: ScanOrder, out: &Out) -> anyhow::Result<Ended> {
    remember_region(app, &order.region)?;
    let id = crate::work::enqueue(app, order, out).await?;
    while !app.stop.load(Ordering::Relaxed) {
        let scan = app.store.scan(&id)?;
        if let Some(summary) = scan
            .filter(|s| s.finished.is_some())
            .and_then(|s| s.summary)
        {
            return Ok(Ended::Done(summary));
        }
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
    Ok(Ended::Stopped(id))
}

fn remember_region(app: &App, region: &Region) -> anyhow::Result<()> {
    crate::private::folder(&app.config.data_dir)
        .and_then(|()| {
            let json = serde_json::to_vec(region)?;
            std::fs::write(region_file(&app.config.data_dir), json)
        })
        .with_context(|| format!("写不了数据目录 {}", app.config.data_dir.display()))
}

/// Scans a city and remembers its names for lists and reports.
pub(crate) async fn scan_region(app: &App, order: ScanOrder, out: &Out) -> anyhow::Result<Ended> {
    remember_region(app, &order.region)?;
    scan::run(
        &app.config,
        Arc::clone(&app.store),
        order,
        out,
        Arc::clone(&app.stop),
    )
    .await
}

/// The units file given, configured, or `units.toml` here.
pub(crate) fn units_file(config: &Config, given: Option<&Path>) -> anyhow::Result<PathBuf> {
    let file = given
        .map(Path::to_path_buf)
        .or_else(|| config.units.clone())
        .unwrap_or_else(|| PathBuf::from("units.toml"));
    anyhow::ensure!(
        file.exists(),
        "找不到单位文件 {}：用 --units 指定，或在 duwang.toml 写 units = \"…\"；写法见 docs/units.md",
        file.display()
    );
    Ok(file)
}

fn tell(
    summary: &ScanSummary,
    region: &Region,
    format: ScanFormat,
    out: &Out,
) -> anyhow::Result<()> {
    match format {
        ScanFormat::Json => out.print(serde_json::to_string(summary)? + "\n"),
        ScanFormat::Human => {
            out.print(human(summary, region));
            out.say("下一步：duwang findings 看问题，duwang serve 打开控制台复核");
        }
    }
    Ok(())
}

/// Coverage first, then findings.
pub(crate) fn human(summary: &ScanSummary, region: &Region) -> String {
    let mut text = format!(
        "批次 {}（{}）：{} 页，{} 次请求，{:.1} MB，{:.1} 秒\n",
        summary.scan,
        summary
            .mode
            .parse::<duwang_model::Mode>()
            .map_or("", |m| m.chinese()),
        summary.pages,
        summary.requests,
        summary.bytes as f64 / 1e6,
        summary.seconds
    );
    let unseen: usize = summary
        .channels
        .iter()
        .map(duwang_model::ChannelCoverage::unseen)
        .sum();
    let partial = summary.channels.iter().filter(|c| !c.complete).count();
    text.push_str(&format!(
        "\n覆盖：{} 个渠道，其中 {partial} 个未读全；{unseen} 处未看到\n",
        summary.channels.len()
    ));
    if let Some(controls) = &summary.controls {
        text.push_str(&format!("漏检：{}\n", controls.words()));
        if controls.is_failed() {
            text.push_str(&format!("{}\n", scan::control::outcome(controls).reason));
        }
    }
    for channel in &summary.channels {
        let name = region
            .units
            .iter()
            .find(|u| u.id == channel.unit)
            .map_or(channel.unit.as_str(), |u| u.name.as_str());
        let mark = if channel.complete { "全" } else { "缺" };
        text.push_str(&format!(
            "  [{mark}] {name} {}：已读 {} 页（未变 {}）",
            channel.channel, channel.seen, channel.unchanged
        ));
        if channel.carried > 0 {
            text.push_str(&format!("，沿用 {} 页", channel.carried));
        }
        text.push('\n');
        for missed in channel.not_seen.iter().take(5) {
            text.push_str(&format!(
                "       未看到：{}（{}）\n",
                missed.what, missed.reason
            ));
        }
        if channel.unseen() > 5 {
            text.push_str(&format!(
                "       …… 共 {} 处，详见 --format json\n",
                channel.unseen()
            ));
        }
        for note in &channel.notes {
            text.push_str(&format!("       注意：{note}\n"));
        }
    }
    let f = &summary.findings;
    text.push_str(&format!(
        "\n问题：新增 {}，仍在 {}，已整改 {}，再次出现 {}\n",
        f.new, f.persisting, f.fixed, f.reopened
    ));
    text
}

/// 1 when `--fail-on` says so, 3 when some channel could not be read, else 0.
pub(crate) fn exit_code(
    store: &dyn Store,
    summary: &ScanSummary,
    fail_on: Option<FailOn>,
) -> anyhow::Result<u8> {
    if let Some(fail_on) = fail_on {
        let filter = FindingFilter {
            scan: Some(summary.scan.clone()),
            ..FindingFilter::default()
        };
        let fails = store
            .findings(&filter)?
            .iter()
            .any(|f| f.present && f.is_live() && fail_on.fails(f.hit.level));
        if fails {
            return Ok(1);
        }
    }
    Ok(if scan::some_channel_unread(summary) {
        3
    } else {
        0
    })
}
