//! Turns at hosts within one process: a claim may be looked into while a scan runs, and both together are as polite as one.

use duwang_crawl::Turnstile;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Above so many hosts those that may be asked now are forgotten.
const MANY: usize = 10_000;

/// When each host may be asked next.
#[derive(Default)]
struct Turns(Mutex<HashMap<String, Instant>>);

/// The one everything in this process asks: hosts do not care which run a request belongs to.
pub(super) fn of_this_process() -> Arc<dyn Turnstile> {
    static TURNS: LazyLock<Arc<Turns>> = LazyLock::new(Arc::default);
    Arc::clone(&TURNS) as _
}

impl Turns {
    /// Books the next start after `now`, and moves the one after it on by `delay`.
    fn book_at(&self, host: &str, delay: Duration, now: Instant) -> Duration {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() > MANY {
            all.retain(|_, next| *next > now);
        }
        let next = all.entry(host.to_owned()).or_insert(now);
        let start = (*next).max(now);
        *next = start + delay;
        start - now
    }
}

impl Turnstile for Turns {
    fn book<'a>(
        &'a self,
        host: &'a str,
        delay: Duration,
    ) -> BoxFuture<'a, Result<Duration, String>> {
        std::future::ready(Ok(self.book_at(host, delay, Instant::now()))).boxed()
    }

    fn hold(&self, host: &str, rest: Duration) {
        let until = Instant::now() + rest;
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = all.entry(host.to_owned()).or_insert(until);
        *next = (*next).max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_who_come_together_get_two_turns() {
        let (turns, now) = (Turns::default(), Instant::now());
        let second = Duration::from_secs(1);
        assert_eq!(turns.book_at("a", second, now), Duration::ZERO);
        assert_eq!(turns.book_at("a", second, now), second);
        assert_eq!(turns.book_at("b", second, now), Duration::ZERO);
        assert_eq!(turns.book_at("a", second, now + 3 * second), Duration::ZERO);
    }
}
