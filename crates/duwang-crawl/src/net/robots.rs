//! robots.txt as RFC 9309 wants it, and as government sites serve it: HTML error pages in its place are no robots.txt.

use duwang_model::{Outcome, OutcomeKind};
use robotxt::{Agent, Robots};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// RFC 9309, 2.5: at least 500 KiB must be read; we read no more.
pub(crate) const MAX_BYTES: usize = 500 << 10;
/// RFC 9309, 2.3.1.2.
pub(crate) const MAX_REDIRECTS: usize = 5;
/// RFC 9309, 2.4: not used longer than this.
const KEEP: Duration = Duration::from_secs(24 * 3600);
/// A failed look is repeated soon, so that a second look at a page gets a fair chance.
const KEEP_FAILURE: Duration = Duration::from_secs(30);
/// A longer crawl delay is a mistake or a no: we honour this much of it.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

/// What is known of one origin's robots.txt.
#[derive(Default)]
pub(crate) struct Origin {
    known: RwLock<Option<Arc<Access>>>,
    /// Held while robots.txt is being fetched: one looks, the others wait for the answer.
    pub(crate) looking: tokio::sync::Mutex<()>,
}

/// What robots.txt lets us do, for a while.
pub(crate) struct Access {
    verdict: Result<Robots, Outcome>,
    until: Instant,
}

impl Origin {
    pub(crate) fn known(&self) -> Option<Arc<Access>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.clone().filter(|a| Instant::now() < a.until)
    }

    pub(crate) fn remember(&self, verdict: Result<Robots, Outcome>) -> Arc<Access> {
        let keep = if verdict.is_ok() { KEEP } else { KEEP_FAILURE };
        let access = Arc::new(Access {
            verdict,
            until: Instant::now() + keep,
        });
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(access.clone());
        access
    }
}

impl Access {
    pub(crate) fn check(&self, url: &Url) -> Result<(), Outcome> {
        let robots = self.verdict.as_ref().map_err(Clone::clone)?;
        if robots.is_url_allowed(url) {
            Ok(())
        } else {
            Err(refused("网站的 robots.txt 不允许访问"))
        }
    }

    pub(crate) fn delay(&self) -> Option<Duration> {
        let asked = self.verdict.as_ref().ok()?.crawl_delay()?;
        Some(asked.min(LONGEST_DELAY))
    }
}

/// What an answer to /robots.txt means: 2xx counts when it is one, 4xx allows all, 429 and 5xx forbid for now.
pub(crate) fn read(
    status: u16,
    content_type: Option<&str>,
    body: &[u8],
    product: &str,
) -> Result<Robots, Outcome> {
    match status {
        200..=299 if is_robots(content_type, body) => {
            Ok(Robots::parse(body, Agent::Exact(product)))
        }
        200..=399 => Ok(Robots::allow_all()),
        429 | 500.. => Err(refused(format!(
            "暂时取不到 robots.txt（{status}），按规范先不访问"
        ))),
        _ => Ok(Robots::allow_all()),
    }
}

/// Whether a robots.txt lets a program visit an address, read as the crawler reads it: what is no robots.txt allows all.
pub fn robots_allow(body: &[u8], product: &str, url: &Url) -> bool {
    read(200, None, body, product).is_ok_and(|robots| robots.is_url_allowed(url))
}

/// Whether the body is meant as robots.txt: text, not markup, and with at least one group.
fn is_robots(content_type: Option<&str>, body: &[u8]) -> bool {
    let kind = content_type.unwrap_or("text/plain").to_ascii_lowercase();
    let is_text = kind.is_empty() || kind.contains("text/") || kind.contains("octet-stream");
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let is_markup = text.trim_ascii_start().starts_with(b"<");
    is_text && !is_markup && has_group(text)
}

fn has_group(text: &[u8]) -> bool {
    text.split(|b| matches!(b, b'\n' | b'\r')).any(|line| {
        let line = line.trim_ascii_start();
        ["user-agent", "useragent", "user agent"].iter().any(|key| {
            line.get(..key.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(key.as_bytes()))
        })
    })
}

fn refused(reason: impl Into<String>) -> Outcome {
    Outcome::new(OutcomeKind::Refused, reason)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn allows(status: u16, kind: Option<&str>, body: &[u8], path: &str) -> Option<bool> {
        read(status, kind, body, "duwang")
            .ok()
            .map(|r| r.is_allowed(path))
    }

    #[test]
    fn only_what_is_robots_txt_counts() {
        let shut = b"User-agent: *\nDisallow: /".as_slice();
        let text = Some("text/plain; charset=utf-8");
        assert_eq!(allows(200, text, shut, "/a"), Some(false));
        assert_eq!(allows(200, None, shut, "/a"), Some(false));
        // Wrong type, right content: the owner's wish is plain enough.
        assert_eq!(allows(200, Some("text/html"), shut, "/a"), Some(false));
        let page = b"\r\n<!DOCTYPE html><p>User-agent: *\nUser-agent: *\nDisallow: /";
        assert_eq!(allows(200, text, page, "/a"), Some(true));
        assert_eq!(allows(200, Some("text/html"), b"<html>", "/a"), Some(true));
        assert_eq!(allows(200, Some("image/png"), shut, "/a"), Some(true));
        assert_eq!(allows(200, text, b"", "/a"), Some(true));
        assert_eq!(allows(200, text, b"Disallow: /", "/a"), Some(true));
    }

    #[test]
    fn a_byte_order_mark_does_not_hide_the_first_group() {
        let bom = b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /admin/\r\n";
        assert_eq!(
            allows(200, Some("text/plain"), bom, "/admin/x"),
            Some(false)
        );
        assert_eq!(allows(200, Some("text/plain"), bom, "/x"), Some(true));
    }

    #[test]
    fn our_own_group_wins() {
        let both = b"User-agent: *\nDisallow: /\n\nUser-agent: Duwang\nDisallow: /no\n";
        assert_eq!(allows(200, None, both, "/yes"), Some(true));
        assert_eq!(allows(200, None, both, "/no/1"), Some(false));
    }

    #[test]
    fn errors_of_the_client_allow_and_of_the_server_forbid() {
        assert_eq!(allows(404, None, b"", "/a"), Some(true));
        assert_eq!(allows(403, None, b"", "/a"), Some(true));
        assert_eq!(
            allows(410, None, b"User-agent: *\nDisallow: /", "/a"),
            Some(true)
        );
        for status in [429, 500, 502, 503, 599] {
            assert_eq!(allows(status, None, b"", "/a"), None, "{status}");
        }
    }

    #[test]
    fn a_crawl_delay_is_capped() {
        let origin = Origin::default();
        let txt = b"User-agent: *\nCrawl-delay: 600\nDisallow:";
        let access = origin.remember(read(200, None, txt, "duwang"));
        assert_eq!(access.delay(), Some(Duration::from_secs(60)));
        assert!(origin.known().is_some());
    }

    proptest! {
        #[test]
        fn any_bytes_are_some_rules(bytes in proptest::collection::vec(any::<u8>(), 0..200), status in 100u16..700) {
            let robots = read(status, None, &[b"User-agent: *\n".as_slice(), &bytes].concat(), "duwang");
            if let Ok(robots) = robots {
                let _ = robots.is_allowed("/任何/路径?x=1");
            }
        }
    }
}
