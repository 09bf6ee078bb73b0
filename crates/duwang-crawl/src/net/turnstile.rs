//! Turns at a host among several processes. One process needs none: its own queues suffice.

use futures::future::BoxFuture;
use std::time::Duration;

/// Someone all processes ask before they ask a host.
pub trait Turnstile: Send + Sync {
    /// Books the next start at a host, at least `delay` after the last one that anybody booked; how long to wait for it. The error
    /// says in Chinese why nothing could be booked: then the host is not asked.
    fn book<'a>(
        &'a self,
        host: &'a str,
        delay: Duration,
    ) -> BoxFuture<'a, Result<Duration, String>>;

    /// Nobody starts at this host for so long: it asked for a rest. Need not have happened when this returns.
    fn hold(&self, host: &str, rest: Duration);
}
