//! `duwang serve`: the console; while it runs, other commands on the data directory go through it.

use super::App;
use crate::cli::ServeArgs;
use crate::console::{self, ConsoleState};
use crate::out::Out;
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
    let clock = app.config.clock;
    let region_file = super::region_file(&app.config.data_dir);
    let state = ConsoleState::new(
        Arc::clone(&app.store),
        region_file,
        Arc::new(move || clock.now()),
    );
    let stop = Arc::clone(&app.stop);
    let stopped = async move {
        while !stop.load(Ordering::Relaxed) {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    axum::serve(listener, console::router(state))
        .with_graceful_shutdown(stopped)
        .await?;
    Ok(())
}
