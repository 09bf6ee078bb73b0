//! One visit from permit to answer, readable top-down: ask, look at the answer, ask again where that is due.

use super::answer::{Fetched, Hop};
use super::crawler::{Crawler, Permit};
use super::host::{Host, WECHAT, mix};
use super::judge;
use super::redirect::{self, Chain};
use super::send::{Answer, Ask, lossy};
use super::trouble::Trouble;
use crate::{Purpose, Request};
use chrono::{DateTime, Utc};
use duwang_model::{Outcome, OutcomeKind};
use reqwest::Method;
use reqwest::header::{ETAG, LAST_MODIFIED, RETRY_AFTER, SET_COOKIE};
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// Blocking pages that only speak of themselves (a single address may offend a firewall) before the host is left alone.
const WARNINGS: u32 = 3;

/// A visit under way.
pub(crate) struct Visit<'a> {
    crawler: &'a Crawler,
    request: &'a Request,
    chain: Chain,
    fetched: Fetched,
}

/// What follows from one answer.
enum Step {
    Done(Outcome),
    Again(Url, Box<Ask>),
}

impl<'a> Visit<'a> {
    pub(crate) fn new(crawler: &'a Crawler, request: &'a Request) -> Self {
        Self {
            crawler,
            request,
            chain: Chain::default(),
            fetched: Fetched::without_answer(&request.url, Outcome::ok()),
        }
    }

    pub(crate) async fn run(mut self, permit: Permit) -> Fetched {
        self.fetched.outcome = self.follow(permit).await;
        self.fetched
    }

    async fn follow(&mut self, mut permit: Permit) -> Outcome {
        if !is_for(&permit.url, &self.request.url) {
            return Outcome::new(OutcomeKind::Refused, "许可与请求的网址不符");
        }
        let mut ask = first_ask(self.request);
        self.chain.enter(&permit.url);
        loop {
            match self.step(permit, ask).await {
                Step::Done(outcome) => return outcome,
                Step::Again(url, next) => {
                    permit = match self.crawler.permit(&url).await {
                        Ok(permit) => permit,
                        Err(outcome) => return self.no_permit(&url, outcome),
                    };
                    ask = *next;
                }
            }
        }
    }

    /// Asks once. The permit goes with this step: whatever follows queues up again.
    async fn step(&mut self, permit: Permit, ask: Ask) -> Step {
        let start = Instant::now();
        self.fetched.requests += 1;
        let bytes = &mut self.fetched.bytes;
        let answer = self.crawler.send(&permit.url, &ask, bytes).await;
        self.fetched.elapsed += start.elapsed();
        self.fetched.final_url = permit.url.to_string();
        match answer {
            Err(trouble) => self.after_trouble(&permit.url, ask, trouble),
            Ok(answer) => self.after_answer(&permit, ask, answer),
        }
    }

    fn after_trouble(&mut self, url: &Url, mut ask: Ask, trouble: Trouble) -> Step {
        self.forget_answer();
        if trouble.is_garbled && !ask.is_plain {
            ask.is_plain = true;
        } else if trouble.is_broken_off && ask.is_head() {
            ask.method = Method::GET;
        } else if trouble.is_broken_off && !ask.is_second_try && ask.form.is_none() {
            ask.is_second_try = true;
        } else {
            return Step::Done(trouble.outcome);
        }
        Step::Again(url.clone(), Box::new(ask))
    }

    fn after_answer(&mut self, permit: &Permit, mut ask: Ask, answer: Answer) -> Step {
        let url = &permit.url;
        if let Some(location) = answer.location().map(<[u8]>::to_vec) {
            self.keep_answer(&answer);
            return self.redirected(permit, ask, &answer, &location);
        }
        let status = answer.status;
        if ask.is_head() && status >= 400 && !matches!(status, 429 | 503) {
            // Many servers do not know HEAD: a link is not called dead before a GET says so.
            ask.method = Method::GET;
            return Step::Again(url.clone(), Box::new(ask));
        }
        self.keep_answer(&answer);
        let body = answer.body.unwrap_or_default();
        if let Some(sign) = judge::stop_sign(status, url, &self.fetched.headers, &body) {
            if sign.is_certain || permit.host.warning() >= WARNINGS {
                permit.host.pause(&sign.reason);
            }
            self.keep_body(ask, body);
            return Step::Done(Outcome::new(OutcomeKind::Blocked, sign.reason));
        }
        if matches!(status, 429 | 503) {
            self.keep_body(ask.clone(), body);
            return self.setback(&permit.host, url, ask, status);
        }
        permit.host.clear_setbacks();
        let is_empty = body.is_empty() && !ask.is_glimpse;
        let had_validator = ask.etag.is_some() || ask.last_modified.is_some();
        if let Some(outcome) = answer.too_large {
            return Step::Done(outcome);
        }
        self.keep_body(ask, body);
        Step::Done(self.outcome_of(status, is_empty, had_validator))
    }

    fn redirected(
        &mut self,
        permit: &Permit,
        mut ask: Ask,
        answer: &Answer,
        location: &[u8],
    ) -> Step {
        let refused = |reason: &str| Step::Done(Outcome::new(OutcomeKind::Refused, reason));
        let url = &permit.url;
        let next = redirect::target(url, location);
        self.fetched.hops.push(Hop {
            url: url.to_string(),
            status: answer.status,
            location: next.as_ref().map_or_else(
                || String::from_utf8_lossy(location).into_owned(),
                Url::to_string,
            ),
        });
        let Some(next) = next else {
            let reason = format!("转向（{}）没有有效的目标", answer.status);
            return Step::Done(Outcome::new(OutcomeKind::Unread, reason));
        };
        if self.fetched.hops.len() > self.crawler.policy.max_redirects {
            return refused("转向次数过多");
        }
        for cookie in answer.headers.get_all(SET_COOKIE) {
            self.chain.keep(url, &lossy(cookie));
        }
        if !self.chain.enter(&next) {
            return refused("循环转向");
        }
        if next.host_str() == Some(WECHAT) && next.path().contains("captcha") {
            permit.host.pause(judge::WECHAT_CAPTCHA);
            return Step::Done(Outcome::new(OutcomeKind::Blocked, judge::WECHAT_CAPTCHA));
        }
        if ask.form.is_some() && !matches!(answer.status, 307 | 308) {
            ask.form = None;
            ask.method = Method::GET;
        }
        ask.cookies = self.chain.cookies_for(&next);
        ask.is_second_try = false;
        Step::Again(next, Box::new(ask))
    }

    /// 429 or 503: the host gets its rest, and the page another try after it.
    fn setback(&self, host: &Host, url: &Url, mut ask: Ask, status: u16) -> Step {
        let policy = &self.crawler.policy;
        let asked = self.fetched.header(RETRY_AFTER.as_str());
        let asked = asked.and_then(|v| retry_after(v, (policy.now)()));
        if let Some(wait) = asked.filter(|w| *w > policy.max_retry_after) {
            let reason = format!(
                "对方要求 {} 分钟后再访问（{status}）",
                wait.as_secs().div_ceil(60)
            );
            host.pause(&reason);
            return Step::Done(Outcome::new(OutcomeKind::Blocked, reason));
        }
        ask.setbacks += 1;
        let rest =
            asked.unwrap_or_else(|| back_off(policy.backoff, policy.seed, url, ask.setbacks));
        self.crawler.hold(host, rest);
        if status == 429 && host.setback() >= 2 * policy.attempts {
            host.pause("多次回答访问过于频繁（429）");
        }
        let is_check = self.request.purpose == Purpose::Check;
        if ask.setbacks < policy.attempts && !is_check && host.check().is_ok() {
            return Step::Again(url.clone(), Box::new(ask));
        }
        Step::Done(if status == 429 {
            Outcome::new(OutcomeKind::Blocked, "对方限制访问频率（429）")
        } else {
            Outcome::new(OutcomeKind::Unreachable, "服务暂不可用（503）")
        })
    }

    fn outcome_of(&self, status: u16, is_empty: bool, had_validator: bool) -> Outcome {
        let is_check = self.request.purpose == Purpose::Check;
        match status {
            200..=299 if is_check && judge::is_sent_home(&self.fetched) => {
                Outcome::new(OutcomeKind::Missing, judge::SENT_HOME)
            }
            // Not even one byte to give: an empty file, but there.
            416 if is_check => Outcome::ok(),
            200..=299 if is_check || !is_empty => Outcome::ok(),
            _ => by_status(status, had_validator),
        }
    }

    fn no_permit(&mut self, url: &Url, outcome: Outcome) -> Outcome {
        if self.fetched.final_url == url.as_str() {
            return outcome;
        }
        self.fetched.final_url = url.to_string();
        Outcome::new(outcome.kind, format!("转向后的网址：{}", outcome.reason))
    }

    fn keep_answer(&mut self, answer: &Answer) {
        let fetched = &mut self.fetched;
        fetched.status = answer.status;
        fetched.content_type = answer.content_type();
        fetched.certificate.clone_from(&answer.certificate);
        fetched.etag = answer.header(&ETAG);
        fetched.last_modified = answer.header(&LAST_MODIFIED);
        if answer.status == 304 {
            fetched.etag = fetched.etag.take().or_else(|| self.request.etag.clone());
            let known = || self.request.last_modified.clone();
            fetched.last_modified = fetched.last_modified.take().or_else(known);
        }
        fetched.headers = answer.header_list();
    }

    /// What an earlier hop answered is no answer of the one that failed.
    fn forget_answer(&mut self) {
        self.fetched.status = 0;
        self.fetched.headers.clear();
        self.fetched.content_type = None;
        self.fetched.certificate = None;
        self.fetched.etag = None;
        self.fetched.last_modified = None;
        self.fetched.body = None;
    }

    fn keep_body(&mut self, ask: Ask, body: Vec<u8>) {
        let is_kept = !ask.is_glimpse && self.fetched.status != 304;
        self.fetched.body = is_kept.then(|| body.into());
    }
}

/// Whether a permit is for the URL of a request.
fn is_for(permitted: &Url, asked: &str) -> bool {
    let mut asked = match Url::parse(asked) {
        Ok(url) => url,
        Err(_) => return false,
    };
    asked.set_fragment(None);
    *permitted == asked
}

fn first_ask(request: &Request) -> Ask {
    let is_check = request.purpose == Purpose::Check;
    let method = match request.form {
        Some(_) => Method::POST,
        None if is_check => Method::HEAD,
        None => Method::GET,
    };
    Ask {
        method,
        form: request.form.clone(),
        is_glimpse: is_check,
        etag: request.etag.clone(),
        last_modified: request.last_modified.clone(),
        referer: referer(request),
        is_file: request.purpose == Purpose::Attachment,
        ..Ask::get()
    }
}

/// As browsers do by default: the page within a site, the origin across sites, nothing from https to http.
fn referer(request: &Request) -> Option<String> {
    let (via, url) = (
        Url::parse(&request.via).ok()?,
        Url::parse(&request.url).ok()?,
    );
    match (via.scheme(), url.scheme()) {
        ("https", "http") => None,
        ("http" | "https", _) if via.origin() == url.origin() => {
            let mut via = via;
            via.set_fragment(None);
            via.username().is_empty().then(|| via.to_string())
        }
        ("http" | "https", _) => Some(format!("{}/", via.origin().ascii_serialization())),
        _ => None,
    }
}

/// `Retry-After` as seconds or as a date.
fn retry_after(value: &str, now: DateTime<Utc>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let at = DateTime::parse_from_rfc2822(value).ok()?;
    Some((at.with_timezone(&Utc) - now).to_std().unwrap_or_default())
}

/// Doubles with every setback; up to half as much again, so that several tasks do not come back at once.
fn back_off(first: Duration, seed: u64, url: &Url, setbacks: u32) -> Duration {
    let doubled = first.saturating_mul(1 << setbacks.saturating_sub(1).min(6));
    let jitter = mix(seed ^ u64::from(setbacks), url.as_str()) % 512;
    doubled + doubled.mul_f64(jitter as f64 / 1024.0)
}

fn by_status(status: u16, had_validator: bool) -> Outcome {
    use OutcomeKind::{Blocked, Missing, Unchanged, Unreachable, Unread};
    let (kind, reason) = match status {
        304 if had_validator => return Outcome::new(Unchanged, ""),
        304 => (Unread, "没有旧版可比，对方却答未变化"),
        200..=299 => (Unread, "回答里没有内容"),
        300..=399 => (Unread, "转向没有目标"),
        401 | 407 => (Blocked, "需要身份验证"),
        403 => (Blocked, "拒绝访问"),
        404 => (Missing, "页面不存在"),
        406 | 412 | 418 | 421 | 521 => (Blocked, "被防护设备拦截"),
        408 => (Unreachable, "对方等待超时"),
        410 => (Missing, "页面已删除"),
        451 => (Blocked, "因法律原因不可访问"),
        400..=499 => (Blocked, "对方不接受请求"),
        500..=599 => (Unreachable, "服务器出错"),
        _ => (Unread, "不认识的状态码"),
    };
    Outcome::new(kind, format!("{reason}（{status}）"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Utc.with_ymd_and_hms(2026, 9, 18, 2, 0, 0).unwrap();
        let wait = |v| retry_after(v, now);
        assert_eq!(wait("120"), Some(Duration::from_secs(120)));
        assert_eq!(wait(" 0 "), Some(Duration::ZERO));
        assert_eq!(
            wait("Fri, 18 Sep 2026 02:05:00 GMT"),
            Some(Duration::from_secs(300))
        );
        assert_eq!(wait("Fri, 18 Sep 2026 01:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("soon"), None);
        assert_eq!(wait("-5"), None);
    }

    #[test]
    fn back_off_doubles_and_is_the_same_for_the_same_seed() {
        let url = Url::parse("http://a.example/").unwrap();
        let first = back_off(Duration::from_secs(5), 7, &url, 1);
        let third = back_off(Duration::from_secs(5), 7, &url, 3);
        assert!(first >= Duration::from_secs(5) && first < Duration::from_millis(7500));
        assert!(third >= Duration::from_secs(20) && third < Duration::from_secs(30));
        assert_eq!(first, back_off(Duration::from_secs(5), 7, &url, 1));
    }

    #[test]
    fn the_referer_tells_other_sites_no_more_than_the_origin() {
        let sent = |via: &str, url: &str| {
            let mut request = Request::new(url, Purpose::Attachment);
            request.via = via.to_owned();
            referer(&request)
        };
        let page = "https://a.example/x/y.html?z=1#top";
        assert_eq!(
            sent(page, "https://a.example/f.doc").as_deref(),
            Some("https://a.example/x/y.html?z=1")
        );
        assert_eq!(
            sent(page, "https://b.example/").as_deref(),
            Some("https://a.example/")
        );
        assert_eq!(sent(page, "http://a.example/"), None);
        assert_eq!(sent("", "http://a.example/"), None);
    }
}
