//! The network half against small servers on loopback that misbehave in one way each.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod check;
mod guard;
mod judge;
mod never;
mod polite;
mod robots;
mod server;
mod speed;
mod tls;
mod transport;
