//! How polite, how patient and how careful the crawler is.

use crate::CrawlError;
use chrono::{DateTime, Duration as Span, FixedOffset, NaiveTime, Utc};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// Where the time comes from; tests bring their own.
pub type Clock = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// The settings of a [`crate::Crawler`]. `Default` is polite and allows public addresses only.
#[derive(Clone)]
pub struct Policy {
    /// Product and version sent as `User-Agent`; the product is also the name looked up in robots.txt.
    pub agent: String,
    /// Mail address or page of who runs this; sent as `(+contact)` behind the agent.
    pub contact: String,
    /// Requests a second and host. `None`: one every `delay`. `Some(0.0)`: no delay and `concurrency` at once, and then only
    /// loopback and private hosts are asked at all.
    pub rate: Option<f64>,
    /// Time between two starts at one host when `rate` does not say otherwise.
    pub delay: Duration,
    /// Requests at once to one host; only used without delay, otherwise it is one.
    pub concurrency: usize,
    /// Time between two starts at the WeChat host; never less than 3 s.
    pub wechat_delay: Duration,
    /// When hosts may be asked.
    pub hours: Option<Hours>,
    /// Outside the hours: wait for them (`true`), or answer `refused` (`false`).
    pub wait_for_hours: bool,
    /// Most decoded bytes of a page.
    pub max_page: usize,
    /// Most decoded bytes of a file.
    pub max_attachment: usize,
    /// Most bytes of response headers. What is beyond 400 KB is never even read.
    pub max_header: usize,
    /// Longest wait for a connection, TLS included.
    pub connect_timeout: Duration,
    /// Longest silence while reading.
    pub read_timeout: Duration,
    /// Longest time for one request from start to the last byte of a page.
    pub total_timeout: Duration,
    /// The same for files.
    pub attachment_timeout: Duration,
    /// Most redirects of one visit.
    pub max_redirects: usize,
    /// Most requests for one URL when the server says 429 or 503.
    pub attempts: u32,
    /// First back-off after 429 or 503 without `Retry-After`; doubles, with jitter.
    pub backoff: Duration,
    /// A longer `Retry-After` stops the host for the run.
    pub max_retry_after: Duration,
    /// Let loopback and private addresses through (never link-local and cloud metadata).
    pub allow_private: bool,
    /// Hosts (`host` or `host:port`) whose robots.txt their owner told us to ignore.
    pub ignore_robots: Vec<String>,
    /// Host names (lower case) with a fixed address instead of DNS. The guard still judges the address.
    pub resolve: HashMap<String, IpAddr>,
    /// PEM certificates trusted besides the public roots: an intranet's own authority, or an intermediate a site forgot to send.
    pub trusted: Vec<String>,
    /// Hand out the certificate each answer came with ([`crate::Fetched::certificate`]).
    pub keeps_certificate: bool,
    /// Seed of the jitter and of baseline paths.
    pub seed: u64,
    /// The clock.
    pub now: Clock,
}

/// No wait is longer than a day, whatever the settings: added to a clock, larger times would overflow.
pub(crate) const LONGEST: Duration = Duration::from_secs(24 * 3600);

impl Default for Policy {
    fn default() -> Self {
        Self {
            agent: concat!("duwang/", env!("CARGO_PKG_VERSION")).to_owned(),
            contact: String::new(),
            rate: None,
            delay: Duration::from_secs(2),
            concurrency: 32,
            wechat_delay: Duration::from_secs(10),
            hours: None,
            wait_for_hours: true,
            max_page: 8 << 20,
            max_attachment: 50 << 20,
            max_header: 64 << 10,
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(20),
            total_timeout: Duration::from_secs(60),
            attachment_timeout: Duration::from_secs(300),
            max_redirects: 10,
            attempts: 3,
            backoff: Duration::from_secs(5),
            max_retry_after: Duration::from_secs(600),
            allow_private: false,
            ignore_robots: Vec::new(),
            resolve: HashMap::new(),
            trusted: Vec::new(),
            keeps_certificate: false,
            seed: 0,
            now: Arc::new(Utc::now),
        }
    }
}

impl Policy {
    /// The `User-Agent` header: who we are and whom to ask.
    pub fn user_agent(&self) -> String {
        if self.contact.is_empty() {
            self.agent.clone()
        } else {
            format!("{} (+{})", self.agent, self.contact)
        }
    }

    /// The name robots.txt files know us by.
    pub(crate) fn product(&self) -> &str {
        self.agent.split(['/', ' ']).next().unwrap_or_default()
    }

    /// Time between two starts at an ordinary host.
    pub(crate) fn pace(&self) -> Duration {
        let pace = match self.rate {
            Some(rate) if rate > 0.0 => Duration::from_secs_f64(1.0 / rate),
            Some(_) => Duration::ZERO,
            None => self.delay,
        };
        pace.min(LONGEST)
    }

    /// Without delay only loopback and private hosts may be asked.
    pub(crate) fn is_unpaced(&self) -> bool {
        self.pace().is_zero()
    }

    pub(crate) fn check(&self) -> Result<(), CrawlError> {
        let wrong = |what: &str| Err(CrawlError::Policy(what.to_owned()));
        if self
            .rate
            .is_some_and(|r| !r.is_finite() || r < 0.0 || (r > 0.0 && r < 1e-6))
        {
            return wrong("每秒请求数应是 0 或正数");
        }
        if self.is_unpaced() && !self.allow_private {
            return wrong("不限速（0）只能用于本机或内网主机，需同时允许内网地址");
        }
        if self.product().is_empty() {
            return wrong("User-Agent 不能为空");
        }
        if self.concurrency == 0 || self.attempts == 0 {
            return wrong("并发数和尝试次数至少为 1");
        }
        Ok(())
    }
}

/// A daily window in Asia/Shanghai; may cross midnight. `from` is inside, `to` is not; equal ends mean the whole day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// Opens.
    pub from: NaiveTime,
    /// Closes.
    pub to: NaiveTime,
}

impl Hours {
    /// Time until the window is open; zero inside it.
    pub fn until_open(&self, now: DateTime<Utc>) -> Duration {
        let local = now.with_timezone(&shanghai()).time();
        let inside = if self.from < self.to {
            self.from <= local && local < self.to
        } else {
            local >= self.from || local < self.to
        };
        if inside {
            return Duration::ZERO;
        }
        let mut wait = self.from - local;
        if wait < Span::zero() {
            wait += Span::days(1);
        }
        wait.to_std().unwrap_or_default()
    }
}

/// China has one time zone and no summer time.
fn shanghai() -> FixedOffset {
    FixedOffset::east_opt(8 * 3600).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use chrono::TimeZone;

    fn hours(from: (u32, u32), to: (u32, u32)) -> Hours {
        Hours {
            from: NaiveTime::from_hms_opt(from.0, from.1, 0).unwrap(),
            to: NaiveTime::from_hms_opt(to.0, to.1, 0).unwrap(),
        }
    }

    #[test]
    fn a_window_may_cross_midnight() {
        let night = hours((22, 0), (6, 0));
        let wait = |h, m| night.until_open(Utc.with_ymd_and_hms(2026, 9, 18, h, m, 0).unwrap());
        assert_eq!(wait(14, 0), Duration::ZERO); // 22:00 in Shanghai
        assert_eq!(wait(21, 59), Duration::ZERO); // 05:59
        assert_eq!(wait(22, 0), Duration::from_secs(16 * 3600)); // 06:00
        assert_eq!(wait(13, 30), Duration::from_secs(1800)); // 21:30
    }

    #[test]
    fn a_window_within_a_day_opens_tomorrow_when_missed() {
        let day = hours((9, 0), (17, 0));
        let wait = |h| day.until_open(Utc.with_ymd_and_hms(2026, 9, 18, h, 0, 0).unwrap());
        assert_eq!(wait(1), Duration::ZERO);
        assert_eq!(wait(9), Duration::from_secs(16 * 3600)); // 17:00 → 09:00
        assert_eq!(wait(0), Duration::from_secs(3600));
    }

    #[test]
    fn no_delay_needs_leave_for_private_addresses() {
        let mut policy = Policy {
            rate: Some(0.0),
            ..Policy::default()
        };
        assert!(policy.check().is_err());
        policy.allow_private = true;
        assert!(policy.check().is_ok());
        policy.rate = Some(f64::NAN);
        assert!(policy.check().is_err());
    }
}
