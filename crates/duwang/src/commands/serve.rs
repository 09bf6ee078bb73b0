//! `duwang serve`: the console; while it runs, other commands on the data directory go through it.

use super::App;
use crate::cli::ServeArgs;
use crate::config::Config;
use crate::console::{self, ConsoleState};
use crate::notices;
use crate::oidc::Provider;
use crate::out::Out;
use crate::people::Accounts;
use crate::register::Register;
use crate::requests::followed;
use crate::serving;
use crate::tls::{self, TlsListener};
use anyhow::Context as _;
use duwang_model::{Channel, Region};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

pub(super) async fn run(app: &App, args: ServeArgs, out: &Out) -> anyhow::Result<u8> {
    serve(app, args.listen, out).await?;
    Ok(0)
}

/// Serves the console until the process is asked to stop.
pub(super) async fn serve(app: &App, listen: SocketAddr, out: &Out) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .with_context(|| format!("无法在 {listen} 打开控制台，换一个 --listen"))?;
    let acceptor = app.config.tls.as_ref().map(tls::Files::load).transpose()?;
    let scheme = if acceptor.is_some() { "https" } else { "http" };
    let register = filled(app, out).await?;
    out.warn(format!(
        "控制台：{scheme}://{}/（Ctrl-C 结束）",
        listener.local_addr()?
    ));
    if let Some((name, secret)) = Accounts(app.store.as_ref()).set_up()? {
        out.warn(format!(
            "首次启动：请用用户名 {name}、一次性口令 {secret} 登录，并换成自己的口令"
        ));
    }
    let clock = app.config.clock;
    let region_file = super::region_file(&app.config.data_dir);
    let mut state = ConsoleState::new(
        Arc::clone(&app.store),
        region_file,
        Arc::new(move || clock.now()),
    );
    state.register = register;
    let saved = Arc::clone(&state.region);
    let units = UnitsFile::new(app.config.clone());
    state.region = Arc::new(move || with_units_file(saved(), &units));
    let bench = crate::check::Bench::new(&app.config, units_for_drafts(app)?)?;
    let bench = Arc::new(bench);
    state.bench = Some(Arc::clone(&bench));
    state.tls = acceptor.is_some();
    state.hosts = Arc::from(app.config.hosts.as_slice());
    let oidc = app.config.oidc.clone().map(Provider::new);
    state.oidc = oidc.transpose()?.map(Arc::new);
    state.data_dir = Some(app.config.data_dir.clone());
    state.rule_names = crate::rulebook::names(app.config.rules.as_deref());
    state.rules = app.config.rules.clone();
    state.claims = Some(crate::closure::listen(app));
    state.calendar = Arc::new(crate::rulebook::calendar(app.config.rules.as_deref())?);
    if !app.config.notices.is_empty() {
        let office = notices::Office {
            store: Arc::clone(&app.store),
            region: Arc::clone(&state.region),
            calendar: Arc::clone(&state.calendar),
            stages: app.config.stages.clone(),
        };
        let targets = app.config.notices.clone();
        tokio::spawn(notices::attend(office, targets, move || clock.now()));
    }
    let api = crate::api::Api::new(&app.config, bench);
    let site = axum::Router::new()
        .nest("/api/v1", followed(crate::api::router(api)))
        .fallback_service(followed(console::router(state)));
    crate::meter::serve(app).await?;
    let mut kept = tokio::task::JoinSet::new();
    if let Some(plan) = crate::schedule::load(&app.config)? {
        kept.spawn(crate::schedule::keep(
            app.share(),
            Arc::new(plan),
            out.clone(),
        ));
    }
    if let Some(watch) = app.config.watch.clone() {
        let region = units_for_drafts(app)?;
        if !watch.columns.is_empty() {
            let (watch, region, base) = (watch.clone(), region.clone(), app.base());
            let reading = crate::watch::keep_lists(app.share(), watch, region, base, out.clone());
            kept.spawn(reading);
        }
        tokio::spawn(crate::watch::keep(app.share(), watch, region, out.clone()));
    }
    let (limits, stop) = (serving::Limits::default(), stopped(&app.stop));
    let serving = async {
        match acceptor {
            None => serving::serve(listener, site, limits, stop).await,
            Some(acceptor) => {
                let listener = TlsListener::new(listener, acceptor)?;
                serving::serve(listener, site, limits, stop).await;
            }
        }
        anyhow::Ok(())
    };
    tokio::select! {
        served = serving => served?,
        () = out_of_patience(&app.stop) => {} // whoever is still being answered asks again
    }
    while let Some(ended) = kept.join_next().await {
        ended?; // runs under way end in order: what they have in hand is stored
    }
    Ok(())
}

/// The register with every finding in it, before anybody asks for a list: with a million of them that takes a minute, and whoever comes
/// in the meantime waits at the door and is not sent away.
async fn filled(app: &App, out: &Out) -> anyhow::Result<Register> {
    const SILENCE: Duration = Duration::from_secs(2);
    let (register, store) = (Register::default(), Arc::clone(&app.store));
    let filling = register.clone();
    let mut filling = tokio::task::spawn_blocking(move || {
        filling.now(store.as_ref()).map(|shelf| shelf.all().len())
    });
    let read = match tokio::time::timeout(SILENCE, &mut filling).await {
        Ok(read) => read,
        Err(_) => {
            out.warn("正在把问题清单读入内存，问题很多时要一两分钟，读完就打开控制台……");
            filling.await
        }
    };
    read??;
    Ok(register)
}

fn stopped(stop: &Arc<AtomicBool>) -> impl Future<Output = ()> + use<> {
    let stop = Arc::clone(stop);
    async move {
        while !stop.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Answers under way have this long to end.
const PATIENCE: Duration = Duration::from_secs(5);

async fn out_of_patience(stop: &Arc<AtomicBool>) {
    stopped(stop).await;
    tokio::time::sleep(PATIENCE).await;
}

/// The units file, read again only when it changed: every page of the console asks for it.
struct UnitsFile {
    config: Config,
    read: Mutex<Option<(SystemTime, Region)>>,
}

impl UnitsFile {
    fn new(config: Config) -> Self {
        Self {
            config,
            read: Mutex::new(None),
        }
    }

    fn region(&self) -> Region {
        let file = super::scan::units_file(&self.config, None).ok();
        let metadata = file.and_then(|file| std::fs::metadata(file).ok());
        let Some(changed) = metadata.and_then(|m| m.modified().ok()) else {
            return Region::default();
        };
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        match read.as_ref() {
            Some((at, region)) if *at == changed => region.clone(),
            _ => {
                let region = super::units_for(&self.config, None, false).unwrap_or_default();
                read.insert((changed, region)).1.clone()
            }
        }
    }
}

/// The city of the latest scan, with what its units file has besides: before the first scan that is everything. A units file that is being
/// edited and cannot be read adds nothing.
fn with_units_file(mut region: Region, units: &UnitsFile) -> Region {
    if units.config.units.is_none() && !region.units.is_empty() {
        return region; // a units.toml that happens to lie here may be another city's
    }
    let file = units.region();
    if region.units.is_empty() {
        return file;
    }
    for unit in file.units {
        match region.units.iter_mut().find(|u| u.id == unit.id) {
            None => region.units.push(unit),
            Some(known) => {
                let is_new = |c: &Channel| known.channels.iter().all(|k| k.id != c.id);
                let new: Vec<Channel> = unit.channels.into_iter().filter(is_new).collect();
                known.channels.extend(new);
            }
        }
    }
    region
}

/// The city drafts are judged by: the units file when there is one, else the city of the latest scan.
fn units_for_drafts(app: &App) -> anyhow::Result<Region> {
    let region = super::units_for(&app.config, None, false)?;
    Ok(if region.units.is_empty() {
        app.region()
    } else {
        region
    })
}
