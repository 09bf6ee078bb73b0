//! One look at a front page: whether it is there, what it shows of itself, and whether a browser is shown the same.

use crate::config::{Config, Watch};
use chrono::{DateTime, Utc};
use duwang_crawl::{Crawler, Fetched, Policy, Purpose, Request};
use duwang_html::{Limits, Tree};
use duwang_model::{Outcome, OutcomeKind};
use duwang_page::{Hints, Reading, Source};
use duwang_schedule::{Face, Glimpse, Probe, Seen};
use std::collections::HashMap;
use std::time::Duration;
use url::Url;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

/// A front page that takes longer does not count as there.
const LIMIT: Duration = Duration::from_secs(15);
/// The agent string of a usual browser.
const BROWSER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
/// Less text than this many characters on both sides is too little to compare.
const LEAST: usize = 100;
/// Below so many percent alike, a browser is shown another page.
const OTHER: u8 = 50;
/// A page that is not so much like itself a moment later changes by itself.
const SAME: u8 = 80;

/// Those who look: we, and somebody who seems to be a browser.
pub(super) struct Eyes {
    crawler: Crawler,
    browser: Option<Crawler>,
}

/// What was seen.
pub(super) struct Sight {
    pub(super) probe: Probe,
    /// Why it is not there, in Chinese.
    pub(super) reason: String,
    /// What it showed of itself; `None` when nothing was shown that could be read.
    pub(super) glimpse: Option<Glimpse>,
}

impl Eyes {
    pub(super) fn new(config: &Config, watch: &Watch) -> anyhow::Result<Self> {
        let own = policy(config);
        let browser = Policy {
            agent: BROWSER.to_owned(),
            contact: String::new(),
            ..own.clone()
        };
        Ok(Self {
            crawler: Crawler::new(own)?,
            browser: watch.cloaking.then(|| Crawler::new(browser)).transpose()?,
        })
    }

    /// Looks; with `compares`, also as a browser.
    pub(super) async fn look(&self, url: &str, at: DateTime<Utc>, compares: bool) -> Sight {
        let fetched = fetch(&self.crawler, url).await;
        let page = read(&fetched);
        let glimpse = match page {
            Some(page) => Some(Glimpse {
                cloaked: match compares {
                    true => self.cloaked(url, &page.text).await,
                    false => None,
                },
                face: page.face,
            }),
            None => None,
        };
        let took = u32::try_from(fetched.elapsed.as_millis()).unwrap_or(u32::MAX);
        Sight {
            probe: Probe {
                at,
                seen: word(fetched.outcome.kind),
                status: fetched.status,
                took,
            },
            reason: fetched.outcome.reason,
            glimpse,
        }
    }

    /// Whether the address answers at all.
    pub(super) async fn is_up(&self, url: &str) -> bool {
        word(fetch(&self.crawler, url).await.outcome.kind) == Seen::Up
    }

    /// Whether a browser is shown another page, and how much of it is alike. `None`: that cannot be said, because the browser was shown
    /// nothing, or the page is another one every time.
    async fn cloaked(&self, url: &str, shown: &str) -> Option<Option<u8>> {
        let browser = self.browser.as_ref()?;
        let to_browser = read(&fetch(browser, url).await)?.text;
        let alike = alike(shown, &to_browser)?;
        if alike >= OTHER {
            return Some(None);
        }
        let again = read(&fetch(&self.crawler, url).await)?.text;
        let is_steady = self::alike(shown, &again)? >= SAME;
        is_steady.then_some(Some(alike))
    }
}

async fn fetch(crawler: &Crawler, url: &str) -> Fetched {
    let Ok(parsed) = Url::parse(url) else {
        let outcome = Outcome::new(OutcomeKind::Refused, "不是网址");
        return Fetched::without_answer(url, outcome);
    };
    match crawler.permit(&parsed).await {
        Ok(permit) => {
            let request = Request::new(url, Purpose::Entry);
            crawler.fetch(permit, &request).await
        }
        Err(outcome) => Fetched::without_answer(url, outcome),
    }
}

fn word(outcome: OutcomeKind) -> Seen {
    match outcome {
        OutcomeKind::Ok | OutcomeKind::Unchanged => Seen::Up,
        OutcomeKind::Missing | OutcomeKind::Unreachable => Seen::Down,
        OutcomeKind::Blocked | OutcomeKind::Refused | OutcomeKind::Unread => Seen::NoWord,
    }
}

struct Page {
    face: Face,
    text: String,
}

/// A firewall's page is not the site's.
fn read(fetched: &Fetched) -> Option<Page> {
    let body = fetched
        .body
        .as_deref()
        .filter(|_| fetched.outcome.is_seen())?;
    let content_type = fetched.content_type.as_deref();
    let html = duwang_page::decode(body, content_type).text;
    let tree = duwang_html::parse(&html, Limits::default());
    if !duwang_crawl::judge(fetched, &html, &tree).is_seen() {
        return None;
    }
    let hints = Hints::default();
    let source = Source {
        url: &fetched.final_url,
        bytes: body,
        content_type,
        hints: &hints,
    };
    let text = match duwang_page::read(&source) {
        Reading::Document(document) => document.text.plain().to_owned(),
        Reading::Unread(_) => String::new(),
    };
    let origin = Url::parse(&fetched.final_url).ok()?.origin();
    Some(Page {
        face: Face {
            origin: origin.ascii_serialization(),
            title: title(&tree),
            keywords: keywords(&tree),
            valid_until: fetched.certificate.as_deref().and_then(valid_until),
        },
        text,
    })
}

fn title(tree: &Tree) -> String {
    let title = tree.first("title").map(|id| tree.inner_text(id));
    one_line(&title.unwrap_or_default())
}

fn keywords(tree: &Tree) -> String {
    let is_named = |id| {
        tree.attr(id, "name")
            .is_some_and(|name| name.eq_ignore_ascii_case("keywords"))
    };
    let found = tree.descendants(tree.root()).find(|id| is_named(*id));
    one_line(found.and_then(|id| tree.attr(id, "content")).unwrap_or(""))
}

/// Enough to recognise it by.
fn one_line(text: &str) -> String {
    let line = crate::view::one_line(text);
    line.trim().chars().take(200).collect()
}

fn valid_until(der: &[u8]) -> Option<DateTime<Utc>> {
    let certificate = Certificate::from_der(der).ok()?;
    let until = certificate.tbs_certificate().validity().not_after;
    let seconds = until.to_unix_duration().as_secs();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)
}

/// How much of the text of both is shown in both, in percent, by lines; blanks and digits (dates, counters) do not count.
fn alike(a: &str, b: &str) -> Option<u8> {
    let (a, b) = (lines(a), lines(b));
    let weight = |of: &HashMap<String, usize>| of.iter().map(|(l, n)| l.chars().count() * n).sum();
    let (of_a, of_b): (usize, usize) = (weight(&a), weight(&b));
    if of_a.max(of_b) < LEAST {
        return None;
    }
    let shared: usize = a
        .iter()
        .filter_map(|(line, n)| Some(line.chars().count() * n.min(b.get(line)?)))
        .sum();
    u8::try_from(200 * shared / (of_a + of_b)).ok()
}

fn lines(text: &str) -> HashMap<String, usize> {
    let mut lines = HashMap::new();
    for line in text.lines() {
        let bare: String = line
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_numeric())
            .collect();
        if !bare.is_empty() {
            *lines.entry(bare).or_default() += 1;
        }
    }
    lines
}

fn policy(config: &Config) -> Policy {
    let mut policy = crate::scan::policy(config);
    policy.total_timeout = LIMIT;
    policy.read_timeout = policy.read_timeout.min(LIMIT);
    policy.connect_timeout = policy.connect_timeout.min(LIMIT);
    policy.hours = None; // a site must be there at night as well, and one page in half an hour disturbs nobody
    policy.keeps_certificate = true;
    policy
}

#[cfg(test)]
mod tests {
    use super::alike;

    #[test]
    fn likeness_is_counted_by_lines_without_their_numbers() {
        let page = |n: usize| {
            let lines = (0..30).map(|i| format!("第{i}条　云溪市召开会议 2026-11-{n:02}"));
            lines.collect::<Vec<_>>().join("\n")
        };
        assert_eq!(alike(&page(1), &page(2)), Some(100));
        assert_eq!(alike(&page(1), &"在线娱乐注册送彩金\n".repeat(30)), Some(0));
        assert_eq!(alike(&page(1), ""), Some(0));
        assert_eq!(alike("短", "也短"), None);
    }
}
