//! The whole program, as people and other programs use it: real sites on loopback, real databases, a real browser.
//! One test program for all: linking thirty of them takes longer than running them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "tests fail by panicking; what was left out or happened by chance is told"
)]

mod api;
mod browser;
mod check;
mod columns;
mod common;
mod console;
mod contract;
mod controls;
mod crash;
mod demo;
mod desk;
mod discover;
mod docs;
mod doors;
mod double;
mod evidence;
mod faces;
mod files;
mod fuzz;
mod ground;
mod hostile;
mod incremental;
mod injection;
mod kills;
mod lanes;
mod learning;
mod lifecycle;
mod never;
mod polite;
mod poor;
mod render;
mod schedules;
mod score;
mod stopping;
mod tls;
mod trust;
mod usage;
mod verbs;
mod watch;
mod wechat;
mod workers;
