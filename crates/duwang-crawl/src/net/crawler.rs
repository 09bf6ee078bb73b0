//! The one door to the network.

use super::answer::Fetched;
use super::client::Clients;
use super::guard::Guard;
use super::host::{Host, Hosts, Turn, mix};
use super::judge::{self, Baseline};
use super::policy::Policy;
use super::redirect;
use super::robots::{self, Access};
use super::send::{Answer, Ask};
use super::trouble::Trouble;
use super::turnstile::Turnstile;
use super::visit::Visit;
use crate::{CrawlError, Purpose, Request};
use duwang_model::{Outcome, OutcomeKind};
use robotxt::Robots;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// Fetches pages politely. Share one between all tasks of a run: the queues of hosts live here.
pub struct Crawler {
    pub(crate) policy: Policy,
    pub(crate) guard: Guard,
    pub(crate) clients: Clients,
    hosts: Hosts,
    /// Who gives out turns when other processes ask the same hosts.
    turnstile: Option<Arc<dyn Turnstile>>,
    sent: AtomicU64,
    baselines: Mutex<HashMap<String, Arc<Baseline>>>,
}

/// The right to send one request to one URL now. Not `Clone`, used up by [`Crawler::fetch`]; dropping it frees the host's place.
pub struct Permit {
    pub(crate) url: Url,
    pub(crate) host: Arc<Host>,
    /// Only held: dropping it lets the next one in.
    _turn: Turn,
}

impl Crawler {
    /// A crawler for one run. Fails on a policy that contradicts itself.
    pub fn new(policy: Policy) -> Result<Self, CrawlError> {
        let guard = Guard::new(&policy);
        Self::with_guard(policy, guard)
    }

    pub(crate) fn with_guard(policy: Policy, guard: Guard) -> Result<Self, CrawlError> {
        policy.check()?;
        Ok(Self {
            clients: Clients::new(&policy, &guard)?,
            policy,
            guard,
            hosts: Hosts::default(),
            turnstile: None,
            sent: AtomicU64::new(0),
            baselines: Mutex::default(),
        })
    }

    /// The same, taking turns with other processes.
    #[must_use]
    pub fn with_turnstile(self, turnstile: Arc<dyn Turnstile>) -> Self {
        Self {
            turnstile: Some(turnstile),
            ..self
        }
    }

    /// Waits for a turn at the URL's host; hold one permit at a time, the next one for the same host waits for it. The outcome says why there is none: guard, robots.txt, hours, paused host, or a host
    /// that could not be reached when its robots.txt was asked for.
    pub async fn permit(&self, url: &Url) -> Result<Permit, Outcome> {
        self.guard.check(url)?;
        let host = self.hosts.of(url, &self.policy);
        host.check()?;
        if !self.is_robots_exempt(url) {
            self.access(url, &host).await?.check(url)?;
        }
        let turn = self.turn(&host).await?;
        let mut url = url.clone();
        url.set_fragment(None);
        Ok(Permit {
            url,
            host,
            _turn: turn,
        })
    }

    /// Makes one visit: redirects (each with a permit of its own), back-off and the second try without compression included.
    /// The permit must be for the request's URL.
    pub async fn fetch(&self, permit: Permit, request: &Request) -> Fetched {
        Visit::new(self, request).run(permit).await
    }

    /// Asks once per host for a page that cannot exist: what comes back is how the site says "not there". `None` when the host
    /// answers honestly with an error status, or does not answer.
    pub async fn baseline(&self, url: &Url) -> Option<Arc<Baseline>> {
        let name = super::host::host_name(url);
        let known = self
            .baselines
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&name)
            .cloned();
        let baseline = match known {
            Some(baseline) => baseline,
            None => {
                let fresh = Arc::new(self.look_for_nothing(url, &name).await);
                let mut all = self
                    .baselines
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                all.entry(name).or_insert(fresh).clone()
            }
        };
        (!baseline.is_honest()).then_some(baseline)
    }

    /// Sends nothing more to the URL's host in this run.
    pub fn pause(&self, url: &Url, reason: &str) {
        self.hosts.of(url, &self.policy).pause(reason);
    }

    /// The hosts that were paused, with the reason: they belong into the coverage statement.
    pub fn paused(&self) -> Vec<(String, String)> {
        self.hosts.paused()
    }

    /// Whether the policy says to ignore this URL's robots.txt; every use belongs into the report.
    pub fn is_robots_exempt(&self, url: &Url) -> bool {
        if self.policy.ignore_robots.is_empty() {
            return false;
        }
        let host = url.host_str().unwrap_or_default();
        let with_port = super::host::host_name(url);
        let is_named = |name: &String| *name == host || *name == with_port;
        self.policy.ignore_robots.iter().any(is_named)
    }

    /// All requests sent so far, robots.txt included.
    pub fn requests(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    pub(crate) fn count_request(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// First this process's own queue, then everybody's.
    async fn turn(&self, host: &Host) -> Result<Turn, Outcome> {
        let turn = host.turn(&self.policy).await?;
        let delay = host.delay();
        if let Some(turnstile) = self.turnstile.as_ref().filter(|_| !delay.is_zero()) {
            let refused = |why| Outcome::new(OutcomeKind::Refused, why);
            let wait = turnstile.book(&host.name, delay).await.map_err(refused)?;
            tokio::time::sleep(wait).await;
            host.check()?;
        }
        Ok(turn)
    }

    /// No start at this host for so long, here or anywhere.
    pub(crate) fn hold(&self, host: &Host, rest: std::time::Duration) {
        host.hold(rest);
        if let Some(turnstile) = &self.turnstile {
            turnstile.hold(&host.name, rest);
        }
    }

    async fn access(&self, url: &Url, host: &Host) -> Result<Arc<Access>, Outcome> {
        let origin = &host.origins[usize::from(url.scheme() == "https")];
        if let Some(access) = origin.known() {
            return Ok(access);
        }
        let _looking = origin.looking.lock().await;
        if let Some(access) = origin.known() {
            return Ok(access);
        }
        let access = origin.remember(self.look_up_robots(url).await);
        if let Some(delay) = access.delay() {
            host.slow_down(delay);
        }
        Ok(access)
    }

    async fn look_up_robots(&self, url: &Url) -> Result<Robots, Outcome> {
        let no_robots = |_| Outcome::new(OutcomeKind::Refused, "不是网页地址");
        let mut at = robotxt::robots_url(url).map_err(no_robots)?;
        for hop in 0..=robots::MAX_REDIRECTS {
            self.guard.check(&at)?;
            let answer = match self.ask_for_robots(&at).await {
                Ok(answer) => answer,
                // The host itself does not answer: that is the honest reason, not its robots.txt.
                Err(trouble) if hop == 0 => return Err(trouble.outcome),
                Err(trouble) => {
                    let reason = format!(
                        "暂时取不到 robots.txt（{}），按规范先不访问",
                        trouble.outcome.reason
                    );
                    return Err(Outcome::new(OutcomeKind::Refused, reason));
                }
            };
            match answer.location().and_then(|l| redirect::target(&at, l)) {
                Some(next) => at = next,
                None => return self.read_robots(url, &answer),
            }
        }
        Ok(Robots::allow_all())
    }

    fn read_robots(&self, url: &Url, answer: &Answer) -> Result<Robots, Outcome> {
        let body = answer.body.as_deref().unwrap_or_default();
        let content_type = answer.content_type();
        let read = robots::read(
            answer.status,
            content_type.as_deref(),
            body,
            self.policy.product(),
        );
        let sign = judge::stop_sign(answer.status, url, &answer.header_list(), body);
        match (read, sign) {
            // Forbidden either way: a firewall is the truer reason.
            (Err(_), Some(sign)) if sign.is_certain => {
                self.pause(url, &sign.reason);
                Err(Outcome::new(OutcomeKind::Blocked, sign.reason))
            }
            (read, _) => read,
        }
    }

    async fn ask_for_robots(&self, url: &Url) -> Result<Answer, Trouble> {
        let mut ask = Ask::for_robots();
        loop {
            let host = self.hosts.of(url, &self.policy);
            let turn = self.turn(&host).await.map_err(Trouble::plain)?;
            let answer = self.send(url, &ask, &mut 0).await;
            drop(turn);
            match answer {
                Err(trouble) if trouble.is_garbled && !ask.is_plain => ask.is_plain = true,
                other => return other,
            }
        }
    }

    async fn look_for_nothing(&self, url: &Url, name: &str) -> Baseline {
        let mut nowhere = url.clone();
        nowhere.set_query(None);
        nowhere.set_path(&format!("/{:016x}.html", mix(self.policy.seed, name)));
        let request = Request::new(
            nowhere.as_str(),
            Purpose::Page {
                column: None,
                title: String::new(),
                date: None,
            },
        );
        match self.permit(&nowhere).await {
            Ok(permit) => Baseline::of(&self.fetch(permit, &request).await),
            Err(_) => Baseline::default(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// Answers everything with one reply; returns the port.
    async fn serve(listener: TcpListener, reply: String) -> u16 {
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(reply.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        port
    }

    /// 127.0.0.2 plays the open internet here, so that leaving it for 127.0.0.1 can be seen refused.
    #[tokio::test]
    async fn the_outside_cannot_send_us_inside() {
        let secret = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 6\r\n\r\nsecret";
        let inside = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let inside = serve(inside, secret.to_owned()).await;
        for target in [
            "127.0.0.1",
            "inside.example",
            "[::ffff:7f00:1]",
            "2130706433",
        ] {
            let moved = format!(
                "HTTP/1.1 302 Found\r\nConnection: close\r\nContent-Length: 0\r\nLocation: http://{target}:{inside}/\r\n\r\n"
            );
            let outside = TcpListener::bind("127.0.0.2:0").await.unwrap();
            let outside = serve(outside, moved).await;
            let mut policy = Policy {
                delay: Duration::from_millis(1),
                ignore_robots: vec!["www.yunxi-demo.gov.cn".into()],
                ..Policy::default()
            };
            let pin = |name: &str, last| (name.to_owned(), [127, 0, 0, last].into());
            policy
                .resolve
                .extend([pin("www.yunxi-demo.gov.cn", 2), pin("inside.example", 1)]);
            let mut guard = Guard::new(&policy);
            guard.exempt = Some([127, 0, 0, 2].into());
            let crawler = Crawler::with_guard(policy, guard).unwrap();
            let request = Request::new(
                format!("http://www.yunxi-demo.gov.cn:{outside}/"),
                Purpose::Entry,
            );
            let permit = crawler.permit(&request.url.parse().unwrap()).await.unwrap();
            let fetched = crawler.fetch(permit, &request).await;
            assert_eq!(fetched.outcome.kind, OutcomeKind::Refused, "{target}");
            assert!(
                fetched.outcome.reason.contains("本机地址"),
                "{}",
                fetched.outcome.reason
            );
            assert_eq!(fetched.hops.len(), 1);
            assert!(fetched.body.is_none());
        }
    }
}
