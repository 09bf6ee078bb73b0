//! Availability: every site's front page is looked at many times a day, spaced, and what was seen is kept raw for a year.
//!
//! A failure is looked at once more before anybody is told, and when the control targets do not answer either, it was our own network:
//! such a look blames nobody. The ratio never goes without its count.

mod book;

pub(crate) use book::{Tally, tallies};

use crate::commands::App;
use crate::config::{Config, Watch};
use crate::out::Out;
use chrono::{DateTime, Utc};
use duwang_crawl::{Crawler, Purpose, Request};
use duwang_model::{ChannelKind, OutcomeKind, Region};
use duwang_schedule::{Probe, Seen, Verdict, verdict};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A front page that takes longer does not count as there.
const LIMIT: Duration = Duration::from_secs(15);

/// One site: its channel and front page.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) channel: String,
    pub(crate) url: String,
}

/// What one look gave and what it means.
pub(crate) struct Look {
    pub(crate) target: Target,
    pub(crate) probe: Probe,
    pub(crate) verdict: Verdict,
    /// Why it is not there, in Chinese.
    pub(crate) reason: String,
}

/// Looks around again and again until the process is asked to stop.
pub(crate) async fn keep(app: Arc<App>, watch: Watch, region: Region, out: Out) {
    while !app.stop.load(Ordering::Relaxed) {
        match round(&app, &watch, &region).await {
            Ok(looks) => tell(&looks, &out),
            Err(error) => out.warn(format!("可用性监测这一轮没有做成：{error:#}")),
        }
        let until = tokio::time::Instant::now() + watch.every;
        while tokio::time::Instant::now() < until && !app.stop.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

fn tell(looks: &[Look], out: &Out) {
    for look in looks {
        let word = match look.verdict {
            Verdict::Alarm => "打不开",
            Verdict::Over => "恢复了",
            Verdict::Quiet | Verdict::LookAgain => continue,
        };
        out.warn(format!(
            "{word}：{} {} {}",
            look.target.channel, look.target.url, look.reason
        ));
    }
}

/// One look at every site, and a second one, a while later, at those that failed for the first time.
pub(crate) async fn round(app: &App, watch: &Watch, region: &Region) -> anyhow::Result<Vec<Look>> {
    let crawler = Crawler::new(policy(&app.config))?;
    let mut looks = looks_at(app, &crawler, watch, targets(region)).await?;
    let (again, mut settled): (Vec<Look>, Vec<Look>) = looks
        .drain(..)
        .partition(|look| look.verdict == Verdict::LookAgain);
    if !again.is_empty() && !app.stop.load(Ordering::Relaxed) {
        tokio::time::sleep(app.config.recheck_after).await;
        let targets = again.into_iter().map(|look| look.target).collect();
        let fresh = Crawler::new(policy(&app.config))?; // what was cached of a failure must not answer for it again
        settled.extend(looks_at(app, &fresh, watch, targets).await?);
    }
    Ok(settled)
}

/// Looks at these sites, a few at a time, and writes down what was seen.
async fn looks_at(
    app: &App,
    crawler: &Crawler,
    watch: &Watch,
    targets: Vec<Target>,
) -> anyhow::Result<Vec<Look>> {
    use futures::StreamExt as _;
    let clock = app.config.clock;
    let looking = targets.into_iter().map(|target| async move {
        let (probe, reason) = look(crawler, &target.url, clock.now()).await;
        (target, probe, reason)
    });
    let looking: Vec<_> = looking.collect();
    let mut seen: Vec<(Target, Probe, String)> =
        futures::stream::iter(looking).buffered(8).collect().await;
    if seen.iter().any(|(_, probe, _)| probe.seen == Seen::Down)
        && !are_we_there(crawler, watch, &seen, clock.now()).await
    {
        for (_, probe, _) in seen.iter_mut().filter(|(_, p, _)| p.seen == Seen::Down) {
            probe.seen = Seen::OurNetwork;
        }
    }
    let store = app.store.as_ref();
    seen.into_iter()
        .map(|(target, probe, reason)| {
            let earlier = book::latest(store, &target.channel, probe.at)?;
            let verdict = verdict(&earlier, &probe);
            book::write(store, &target.channel, &probe)?;
            Ok(Look {
                target,
                probe,
                verdict,
                reason,
            })
        })
        .collect()
}

/// Whether anybody answers: a control target, or, where none is named, any of the sites themselves.
async fn are_we_there(
    crawler: &Crawler,
    watch: &Watch,
    seen: &[(Target, Probe, String)],
    now: DateTime<Utc>,
) -> bool {
    if seen.iter().any(|(_, probe, _)| probe.seen == Seen::Up) {
        return true;
    }
    for control in &watch.controls {
        if look(crawler, control, now).await.0.seen == Seen::Up {
            return true;
        }
    }
    // With no control target and a single site, its silence cannot be told from ours.
    false
}

async fn look(crawler: &Crawler, url: &str, at: DateTime<Utc>) -> (Probe, String) {
    let probe = |seen, status, took: Duration| Probe {
        at,
        seen,
        status,
        took: u32::try_from(took.as_millis()).unwrap_or(u32::MAX),
    };
    let Ok(parsed) = url.parse() else {
        return (probe(Seen::NoWord, 0, Duration::ZERO), "不是网址".into());
    };
    let permit = match crawler.permit(&parsed).await {
        Ok(permit) => permit,
        Err(outcome) => return (probe(word(outcome.kind), 0, Duration::ZERO), outcome.reason),
    };
    let fetched = crawler
        .fetch(permit, &Request::new(url, Purpose::Entry))
        .await;
    let seen = word(fetched.outcome.kind);
    (
        probe(seen, fetched.status, fetched.elapsed),
        fetched.outcome.reason,
    )
}

fn word(outcome: OutcomeKind) -> Seen {
    match outcome {
        OutcomeKind::Ok | OutcomeKind::Unchanged => Seen::Up,
        OutcomeKind::Missing | OutcomeKind::Unreachable => Seen::Down,
        OutcomeKind::Blocked | OutcomeKind::Refused | OutcomeKind::Unread => Seen::NoWord,
    }
}

fn targets(region: &Region) -> Vec<Target> {
    let channels = region.units.iter().flat_map(|u| &u.channels);
    channels
        .filter(|c| c.kind == ChannelKind::Website)
        .filter_map(|c| {
            Some(Target {
                channel: c.id.clone(),
                url: c.entry.first()?.clone(),
            })
        })
        .collect()
}

fn policy(config: &Config) -> duwang_crawl::Policy {
    let mut policy = crate::scan::policy(config);
    policy.total_timeout = LIMIT;
    policy.read_timeout = policy.read_timeout.min(LIMIT);
    policy.connect_timeout = policy.connect_timeout.min(LIMIT);
    policy.hours = None; // a site must be there at night as well, and one page in half an hour disturbs nobody
    policy
}
