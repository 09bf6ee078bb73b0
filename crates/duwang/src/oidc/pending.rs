//! Logins that began and have not come back. Kept in memory only, for a short while, and taken out by the first who comes back with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So long a login may take.
const LONGEST: Duration = Duration::from_secs(10 * 60);
/// Above so many the oldest are forgotten: strangers may begin as many as they like.
const MANY: usize = 1_000;

/// What has to be known again when the provider sends somebody back.
#[derive(Debug, Clone)]
pub(crate) struct Began {
    pub(crate) nonce: String,
    /// PKCE.
    pub(crate) verifier: String,
    /// The page that was wanted.
    pub(crate) to: String,
}

/// By state; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Pending(Arc<Mutex<HashMap<String, (Instant, Began)>>>);

impl Pending {
    pub(crate) fn put(&self, state: String, began: Began, now: Instant) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (at, _)| is_running(*at, now));
        if all.len() >= MANY {
            let oldest = all.iter().min_by_key(|(_, (at, _))| *at);
            if let Some(oldest) = oldest.map(|(state, _)| state.clone()) {
                all.remove(&oldest);
            }
        }
        all.insert(state, (now, began));
    }

    /// The login with this state, once.
    pub(crate) fn take(&self, state: &str, now: Instant) -> Option<Began> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, began) = all.remove(state)?;
        is_running(at, now).then_some(began)
    }
}

fn is_running(at: Instant, now: Instant) -> bool {
    now.saturating_duration_since(at) < LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_comes_back_once_and_in_time() {
        let (pending, now) = (Pending::default(), Instant::now());
        let began = |to: &str| Began {
            nonce: String::new(),
            verifier: String::new(),
            to: to.to_owned(),
        };
        pending.put("a".to_owned(), began("/a"), now);
        assert!(pending.take("b", now).is_none());
        assert!(pending.take("a", now).is_some_and(|b| b.to == "/a"));
        assert!(pending.take("a", now).is_none());
        pending.put("a".to_owned(), began("/a"), now);
        assert!(pending.take("a", now + LONGEST).is_none());
        for n in 0..=MANY {
            let at = now + Duration::from_millis(n as u64);
            pending.put(n.to_string(), began("/"), at);
        }
        assert!(pending.take("0", now).is_none() && pending.take("1", now).is_some());
    }
}
