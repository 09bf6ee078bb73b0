//! Pages in, documents out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests fail by panicking"
)]

mod common;
mod designs;
mod hostile;
mod kinds;
mod reading;
mod titles;
mod ways;
mod wechat;
