//! `duwang serve`: the console; while it runs, other commands on the data directory go through it.

use super::App;
use crate::cli::ServeArgs;
use crate::console::{self, ConsoleState};
use crate::notices;
use crate::out::Out;
use crate::people::Accounts;
use anyhow::Context as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

pub(super) async fn run(app: &App, args: ServeArgs, out: &Out) -> anyhow::Result<u8> {
    serve(app, args.listen, out).await?;
    Ok(0)
}

/// Serves the console until the process is asked to stop.
pub(super) async fn serve(app: &App, listen: SocketAddr, out: &Out) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .with_context(|| format!("无法在 {listen} 打开控制台，换一个 --listen"))?;
    out.warn(format!(
        "控制台：http://{}/（Ctrl-C 结束）",
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
    let bench = crate::check::Bench::new(&app.config, units_for_drafts(app)?)?;
    let bench = Arc::new(bench);
    state.bench = Some(Arc::clone(&bench));
    state.data_dir = Some(app.config.data_dir.clone());
    if !app.config.notices.is_empty() {
        let office = notices::Office {
            store: Arc::clone(&app.store),
            region: Arc::clone(&state.region),
        };
        tokio::spawn(notices::attend(office, app.config.notices.clone()));
    }
    state.rules = app.config.rules.clone();
    state.claims = Some(crate::closure::listen(app));
    state.calendar = Arc::new(crate::rulebook::calendar(app.config.rules.as_deref())?);
    let api = crate::api::Api::new(&app.config, bench);
    let site = axum::Router::new()
        .nest("/api/v1", crate::api::router(api))
        .fallback_service(console::router(state));
    let stop = Arc::clone(&app.stop);
    let stopped = async move {
        while !stop.load(Ordering::Relaxed) {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    let kept = crate::schedule::load(&app.config)?.map(|plan| {
        tokio::spawn(crate::schedule::keep(
            app.share(),
            Arc::new(plan),
            out.clone(),
        ))
    });
    if let Some(watch) = app.config.watch.clone() {
        let region = units_for_drafts(app)?;
        tokio::spawn(crate::watch::keep(app.share(), watch, region, out.clone()));
    }
    let site = site.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, site)
        .with_graceful_shutdown(stopped)
        .await?;
    if let Some(kept) = kept {
        kept.await?; // runs under way end in order: what they have in hand is stored
    }
    Ok(())
}

/// The city drafts are judged by: the units file when there is one, else the city of the latest scan.
fn units_for_drafts(app: &App) -> anyhow::Result<duwang_model::Region> {
    let region = super::units_for(&app.config, None, false)?;
    Ok(if region.units.is_empty() {
        app.region()
    } else {
        region
    })
}
