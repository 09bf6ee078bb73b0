//! The application: command line, configuration, pipeline, reports and console. The only place that wires the crates together.
//!
//! Start reading in `pipeline.rs` (the life of one page), then `scan/` (one run) and `commands/` (one file a verb).

mod api;
pub mod ask;
mod candidates;
pub mod check;
pub mod cli;
pub mod clock;
mod closure;
pub mod commands;
pub mod config;
pub mod console;
pub mod demo;
mod discover;
mod escape;
pub mod extract;
pub mod lists;
mod manual;
mod manual_card;
mod meter;
mod notices;
mod oidc;
pub mod out;
mod papers;
pub mod people;
pub mod pipeline;
mod private;
mod register;
pub mod render;
pub mod report;
mod requests;
pub mod rulebook;
pub mod scan;
mod schedule;
mod score;
mod serving;
mod strays;
mod tls;
pub mod trouble;
mod trust;
mod typos;
pub mod units;
pub mod view;
mod watch;
mod wechat;
mod work;

/// Logs to stderr; `DUWANG_LOG` filters. By default only errors, who had personal data shown, and who asked for what the role does not allow: what a scan met is in its coverage
/// statement and need not be logged again.
pub fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("DUWANG_LOG").unwrap_or_else(|_| {
        tracing_subscriber::EnvFilter::new(
            "error,duwang::commands=warn,duwang::check=warn,duwang::console::gate=warn",
        )
    });
    let started = tracing_subscriber::fmt()
        // Where nobody reads the log any more, a request must not end with the line about it.
        .log_internal_errors(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
    drop(started); // a second start (tests) keeps the first subscriber
}
