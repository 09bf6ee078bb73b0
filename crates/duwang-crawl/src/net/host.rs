//! One host's queue: who is next, and not before when.

use super::policy::{LONGEST, Policy};
use super::robots::Origin;
use duwang_model::{Outcome, OutcomeKind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, sleep_until};
use url::Url;

/// The WeChat article host: known to answer haste with a captcha.
pub(crate) const WECHAT: &str = "mp.weixin.qq.com";
/// However the policy is set, WeChat is not asked faster than this.
const WECHAT_LEAST: Duration = Duration::from_secs(3);

/// One host (both default ports are one host: one machine answers them).
pub(crate) struct Host {
    /// `host`, or `host:port` for a port of its own.
    pub(crate) name: String,
    /// robots.txt of http and https.
    pub(crate) origins: [Origin; 2],
    slots: Arc<Semaphore>,
    pace: Mutex<Pace>,
    paused: OnceLock<Outcome>,
    /// Answers 429 and 503 in a row.
    setbacks: AtomicU32,
    /// Blocking pages met.
    warnings: AtomicU32,
}

struct Pace {
    delay: Duration,
    /// No start before this.
    next: Instant,
}

/// The right to send one request to one host now. Held while the request runs.
pub(crate) struct Turn {
    _slot: OwnedSemaphorePermit,
}

impl Host {
    pub(crate) fn new(name: String, url: &Url, policy: &Policy) -> Self {
        let delay = delay_of(url, policy);
        let slots = if delay.is_zero() {
            policy.concurrency
        } else {
            1
        };
        Self {
            name,
            origins: [Origin::default(), Origin::default()],
            slots: Arc::new(Semaphore::new(slots)),
            pace: Mutex::new(Pace {
                delay,
                next: Instant::now(),
            }),
            paused: OnceLock::new(),
            setbacks: AtomicU32::new(0),
            warnings: AtomicU32::new(0),
        }
    }

    /// Waits until this host may be asked once more.
    pub(crate) async fn turn(&self, policy: &Policy) -> Result<Turn, Outcome> {
        self.check()?;
        let closed = |_| Outcome::new(OutcomeKind::Refused, "采集已停止");
        let slot = self.slots.clone().acquire_owned().await.map_err(closed)?;
        loop {
            self.check()?;
            wait_for_hours(policy).await?;
            match self.book() {
                None => return Ok(Turn { _slot: slot }),
                Some(not_before) => sleep_until(not_before).await,
            }
        }
    }

    /// Takes the next start, or says when to come back.
    fn book(&self) -> Option<Instant> {
        let mut pace = self.lock();
        let now = Instant::now();
        if pace.next > now {
            return Some(pace.next);
        }
        pace.next = now + pace.delay;
        None
    }

    /// Between two starts.
    pub(crate) fn delay(&self) -> Duration {
        self.lock().delay
    }

    /// No start for this long.
    pub(crate) fn hold(&self, time: Duration) {
        let mut pace = self.lock();
        pace.next = pace.next.max(Instant::now() + time.min(LONGEST));
    }

    /// At least this long between starts.
    pub(crate) fn slow_down(&self, delay: Duration) {
        let mut pace = self.lock();
        if delay > pace.delay {
            // The start that fetched robots.txt counts, too.
            let longer = delay - pace.delay;
            pace.next += longer;
            pace.delay = delay;
        }
    }

    /// No more requests in this run.
    pub(crate) fn pause(&self, reason: &str) {
        let reason = format!("本次不再访问该主机：{reason}");
        if self
            .paused
            .set(Outcome::new(OutcomeKind::Blocked, reason))
            .is_ok()
        {
            tracing::warn!(host = self.name, "host paused for the rest of the run");
        }
    }

    pub(crate) fn paused(&self) -> Option<&Outcome> {
        self.paused.get()
    }

    pub(crate) fn check(&self) -> Result<(), Outcome> {
        self.paused().map_or(Ok(()), |outcome| Err(outcome.clone()))
    }

    /// Counts an answer 429 or 503; returns how many in a row.
    pub(crate) fn setback(&self) -> u32 {
        1 + self.setbacks.fetch_add(1, Ordering::Relaxed)
    }

    /// Counts a page that speaks of being blocked; returns how many so far.
    pub(crate) fn warning(&self) -> u32 {
        1 + self.warnings.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn clear_setbacks(&self) {
        // A plain load first: the common case must not bounce a cache line between threads.
        if self.setbacks.load(Ordering::Relaxed) > 0 {
            self.setbacks.store(0, Ordering::Relaxed);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All hosts met so far.
#[derive(Default)]
pub(crate) struct Hosts {
    hosts: RwLock<std::collections::HashMap<String, Arc<Host>>>,
}

impl Hosts {
    pub(crate) fn of(&self, url: &Url, policy: &Policy) -> Arc<Host> {
        let name = host_name(url);
        let known = self.hosts.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = known.get(&name) {
            return host.clone();
        }
        drop(known);
        let mut hosts = self.hosts.write().unwrap_or_else(PoisonError::into_inner);
        hosts
            .entry(name.clone())
            .or_insert_with(|| Arc::new(Host::new(name, url, policy)))
            .clone()
    }

    /// Paused hosts with the reason, sorted.
    pub(crate) fn paused(&self) -> Vec<(String, String)> {
        let hosts = self.hosts.read().unwrap_or_else(PoisonError::into_inner);
        let mut paused: Vec<_> = hosts
            .values()
            .filter_map(|h| h.paused().map(|o| (h.name.clone(), o.reason.clone())))
            .collect();
        paused.sort();
        paused
    }
}

/// `host`, or `host:port` when the port is not the scheme's own.
pub(crate) fn host_name(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    match url.port() {
        Some(80 | 443) | None => host.to_owned(),
        Some(port) => format!("{host}:{port}"),
    }
}

fn delay_of(url: &Url, policy: &Policy) -> Duration {
    let host = url.host_str().unwrap_or_default();
    let is_played = policy.is_unpaced() && policy.resolve.contains_key(host);
    if host == WECHAT && !is_played {
        let delay = policy.wechat_delay.clamp(WECHAT_LEAST, LONGEST);
        delay.max(policy.pace())
    } else {
        policy.pace()
    }
}

async fn wait_for_hours(policy: &Policy) -> Result<(), Outcome> {
    let Some(hours) = policy.hours else {
        return Ok(());
    };
    loop {
        let wait = hours.until_open((policy.now)());
        if wait.is_zero() {
            return Ok(());
        }
        if !policy.wait_for_hours {
            let reason = format!(
                "不在允许的时段（{}–{}）",
                hours.from.format("%H:%M"),
                hours.to.format("%H:%M")
            );
            return Err(Outcome::new(OutcomeKind::Refused, reason));
        }
        // In slices, so that a laptop that slept or a clock that was set does not oversleep the window.
        sleep(wait.min(Duration::from_secs(60))).await;
    }
}

/// A number that looks random and is the same for the same seed (SplitMix64).
pub(crate) fn mix(seed: u64, salt: &str) -> u64 {
    let mut z = salt.bytes().fold(seed ^ 0x9e37_79b9_7f4a_7c15, |h, b| {
        (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)
    });
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
