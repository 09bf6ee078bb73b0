//! `duwang demo`: the sample city from start to console, with nothing to set up.

use super::scan::{human, scan_region};
use super::{App, open, serve, stop_on_signal};
use crate::ask;
use crate::cli::{DemoArgs, ScanArgs};
use crate::clock::Clock;
use crate::config::Config;
use crate::demo::{City, history};
use crate::out::Out;
use crate::report::{self, ReportOptions};
use crate::scan::{Ended, ScanOrder};
use crate::{units, view};
use anyhow::Context as _;
use duwang_model::{FindingFilter, Region};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub(super) async fn run(mut config: Config, args: DemoArgs, out: &Out) -> anyhow::Result<u8> {
    set_folder(&mut config);
    crate::private::folder(&config.data_dir)
        .with_context(|| format!("建不了 {}", config.data_dir.display()))?;
    let city = open_city(&config.data_dir).await?;
    set_for_demo(&mut config, &city);
    let store = open(&config)?;
    let app = Arc::new(App {
        config,
        store,
        stop: stop_on_signal(),
    });
    let listening = ask::listen(&app)?;
    let region = units::parse(Path::new("seeds/demo/units.toml"), &city.units_toml())?;
    out.say(format!(
        "样例市 {}（虚构）已在本机打开，开始扫描",
        region.name
    ));
    let mut order = whole(region.clone());
    order.args.full = !args.once && live_through(&app, &city, &region, out).await?;
    let Ended::Done(summary) = scan_region(&app, order, out).await? else {
        return Ok(130);
    };
    let findings = app.store.findings(&FindingFilter {
        scan: Some(summary.scan.clone()),
        ..FindingFilter::default()
    })?;
    out.print(human(&summary, &region));
    out.print(format!("\n{}", view::table(&findings, false)));
    let report_file = write_report(&app, &summary.scan)?;
    out.say(format!("报告（含待复核问题）：{}", report_file.display()));
    if args.once {
        drop(listening);
        city.stop().await;
        return Ok(0);
    }
    if let Some(secret) = history::people(app.store.as_ref())? {
        let names: Vec<String> = history::PEOPLE
            .iter()
            .map(|(name, role)| format!("{name}（{}）", role.chinese()))
            .collect();
        out.warn(format!("演示账号：{}；口令都是 {secret}", names.join("、")));
    } else {
        let dir = app.config.data_dir.display();
        out.warn(format!(
            "演示账号沿用上次的口令；要从头再来，先删掉文件夹 {dir}"
        ));
    }
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port.unwrap_or(0)));
    serve::serve(&app, listen, out).await?;
    drop(listening);
    city.stop().await;
    Ok(0)
}

/// The two readings before, a week apart, and what the city's people decided after each. Only on a data directory that is new; whether
/// it was. The city is read as it was then: a page judged before its day would be called one from the future.
async fn live_through(app: &App, city: &City, region: &Region, out: &Out) -> anyhow::Result<bool> {
    if !app.store.scans()?.is_empty() {
        return Ok(false);
    }
    let calendar = crate::rulebook::calendar(app.config.rules.as_deref())?;
    out.say("补上前两周的读网和复核");
    let quiet = Out::to(-2, |_| {});
    for weeks in [2, 1] {
        let at = City::now() - chrono::Duration::weeks(weeks);
        city.turn(at)?;
        let then = app.at(at);
        let order = whole(published(region, &city.to_come(at)?));
        if let Ended::Done(_) = scan_region(&then, order, &quiet).await? {
            history::decide(app.store.as_ref(), &calendar, at, weeks == 2)?;
        }
    }
    city.turn(City::now())?;
    Ok(true)
}

/// The units as their file listed them before these articles were published.
fn published(region: &Region, to_come: &[String]) -> Region {
    let mut region = region.clone();
    for channel in region.units.iter_mut().flat_map(|u| &mut u.channels) {
        channel.articles.retain(|url| !to_come.contains(url));
    }
    region
}

/// A reading of everything: what changed in a page that had no finding is seen too.
fn whole(region: Region) -> ScanOrder {
    let args = ScanArgs {
        full: true,
        ..ScanArgs::default()
    };
    ScanOrder {
        region,
        base: PathBuf::new(),
        args,
    }
}

/// The city where it stood the last time this folder was used: at other addresses it would be another city beside the remembered one.
async fn open_city(dir: &Path) -> anyhow::Result<City> {
    let file = dir.join("city-port");
    let last = std::fs::read_to_string(&file).ok();
    let last = last.and_then(|port| port.trim().parse().ok());
    let city = City::start(last).await.with_context(|| {
        let dir = dir.display();
        format!("上次演示用的端口现在被占用：先结束另一个 duwang demo，或删掉 {dir} 从头再来")
    })?;
    std::fs::write(&file, city.port().to_string())
        .with_context(|| format!("写不了 {}", file.display()))?;
    Ok(city)
}

/// A data directory of its own.
fn set_folder(config: &mut Config) {
    if config.data_dir == Path::new("duwang-data") {
        config.data_dir = PathBuf::from("duwang-demo");
        config.store = format!("sled:{}", config.data_dir.join("store").display());
    }
}

/// Loopback only, the city's own clock, a short wait before the second look at dead links.
fn set_for_demo(config: &mut Config, city: &City) {
    config.allow_private = true;
    config.rate = config.rate.or(Some(0.0));
    config.concurrency = config.concurrency.max(8);
    config.recheck_after = config.recheck_after.min(Duration::from_secs(2));
    config.resolve = city.resolve();
    config.clock = Clock::fixed(City::now());
}

fn write_report(app: &App, scan: &str) -> anyhow::Result<PathBuf> {
    let options = ReportOptions {
        scan: Some(scan.to_owned()),
        since: None,
        until: None,
        units: Vec::new(),
        include_open: true,
        unmask: false,
        rules: crate::rulebook::names(app.config.rules.as_deref()),
        generated_at: app.config.clock.now(),
    };
    let report = report::freeze(app.store.as_ref(), &app.region(), &options)?;
    let file = app.config.data_dir.join("report.html");
    std::fs::write(&file, report::html(&report)?)
        .with_context(|| format!("写不了 {}", file.display()))?;
    Ok(file)
}
