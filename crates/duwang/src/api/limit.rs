//! How often each token may call.

use super::tokens::Token;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};

/// One limiter for each token and rate.
#[derive(Default)]
pub(super) struct Limits {
    by_token: Mutex<HashMap<(String, u32), Arc<DefaultDirectRateLimiter>>>,
}

impl Limits {
    /// Counts a call; the seconds to wait when it is one too many.
    pub(super) fn admit(&self, token: &Token) -> Result<(), u64> {
        let limiter = {
            let mut all = self.by_token.lock().unwrap_or_else(PoisonError::into_inner);
            let key = (token.hash.clone(), token.per_minute);
            Arc::clone(all.entry(key).or_insert_with(|| {
                let rate = NonZeroU32::new(token.per_minute).unwrap_or(NonZeroU32::MIN);
                Arc::new(RateLimiter::direct(Quota::per_minute(rate)))
            }))
        };
        limiter
            .check()
            .map_err(|wait| wait.wait_time_from(DefaultClock::default().now()).as_secs() + 1)
    }
}
