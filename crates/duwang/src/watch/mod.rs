//! Looking after sites: every front page is looked at many times a day, spaced, and what was seen is kept raw for a year; and what sites show
//! of themselves (certificate, host, title, keywords, the same to everybody) is held against what they always showed.
//!
//! ```text
//! look.rs    one look at a front page           faces.rs  what sites always showed
//! book.rs    every look, for a year             words.rs  what is strange, in Chinese
//! lists.rs   new entries of watched columns, read as they appear
//! turn.rs    of several processes one makes a round
//! ```
//! Whatever is wrong is looked at once more before anybody is told. When the control targets do not answer either, it was our own network:
//! such a look blames nobody. The ratio never goes without its count.

mod book;
mod faces;
mod lists;
mod look;
mod turn;
mod words;

pub(crate) use book::{Tally, tallies};
pub(crate) use faces::{accept, standing};
pub(crate) use lists::{Lists, keep as keep_lists, progress as lists_progress, words as of_fresh};
pub(crate) use words::of_sign;

use crate::clock::day;
use crate::commands::App;
use crate::config::Watch;
use crate::meter;
use crate::notices::{self, Message};
use crate::out::Out;
use duwang_model::{ChannelKind, Region};
use duwang_schedule::{Judgement, Probe, Seen, Sign, Verdict, verdict};
use look::{Eyes, Sight};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// One site: its channel and front page.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(crate) unit: String,
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
    /// What became of its face.
    pub(crate) face: Judgement,
    /// What was told of its face and still stands, this look's alarms included.
    pub(crate) standing: Vec<Sign>,
}

impl Look {
    fn must_be_repeated(&self) -> bool {
        self.verdict == Verdict::LookAgain || self.face.look_again
    }

    /// What is news, one line each.
    fn news(&self, now: chrono::DateTime<chrono::Utc>) -> Vec<String> {
        let mut news = Vec::new();
        match self.verdict {
            Verdict::Alarm => news.push(format!("打不开 {}", self.reason)),
            Verdict::Over => news.push("恢复了".to_owned()),
            Verdict::Quiet | Verdict::LookAgain => {}
        }
        news.extend(self.face.alarms.iter().map(|sign| of_sign(sign, now)));
        news.extend(
            self.face
                .over
                .iter()
                .map(|sign| words::over(sign).to_owned()),
        );
        news
    }
}

/// Looks around again and again until the process is asked to stop.
pub(crate) async fn keep(app: Arc<App>, watch: Watch, region: Region, out: Out) {
    while !app.stop.load(Ordering::Relaxed) {
        match turn::take(
            app.store.as_ref(),
            "sites",
            app.config.clock.now(),
            watch.every,
        ) {
            Ok(false) => {}
            Ok(true) => match round(&app, &watch, &region).await {
                Ok(looks) => tell(&app, &looks, &out),
                Err(error) => out.warn(format!("网站监测这一轮没有做成：{error:#}")),
            },
            Err(error) => out.warn(format!("网站监测这一轮没有做成：{error:#}")),
        }
        rest(&app, watch.every).await;
    }
}

/// Sleeps, waking up to notice a stop.
async fn rest(app: &App, time: std::time::Duration) {
    let until = tokio::time::Instant::now() + time;
    while tokio::time::Instant::now() < until && !app.stop.load(Ordering::Relaxed) {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

/// Tells what is news, here and to whoever hears notices.
fn tell(app: &App, looks: &[Look], out: &Out) {
    let now = app.config.clock.now();
    for look in looks {
        let news = look.news(now);
        if news.is_empty() {
            continue;
        }
        let Target { unit, channel, url } = &look.target;
        meter::alarms(news.len());
        for line in &news {
            out.warn(format!("{channel} {url}：{line}"));
        }
        let message = Message {
            title: format!("网站监测：{channel}"),
            text: format!("{url}\n{}", news.join("\n")),
        };
        let told = notices::tell(app.store.as_ref(), &app.config.notices, unit, &message, now);
        if let Err(error) = told {
            out.warn(format!("监测通知没有写下：{error:#}"));
        }
    }
}

/// One look at every site, and a second one, a while later, at those where something is wrong for the first time.
pub(crate) async fn round(app: &App, watch: &Watch, region: &Region) -> anyhow::Result<Vec<Look>> {
    let eyes = Eyes::new(&app.config, watch)?;
    let mut looks = looks_at(app, &eyes, watch, targets(region)).await?;
    let (again, mut settled): (Vec<Look>, Vec<Look>) =
        looks.drain(..).partition(Look::must_be_repeated);
    if !again.is_empty() && !app.stop.load(Ordering::Relaxed) {
        tokio::time::sleep(app.config.recheck_after).await;
        let targets = again.into_iter().map(|look| look.target).collect();
        let fresh = Eyes::new(&app.config, watch)?; // what was cached of a failure must not answer for it again
        settled.extend(looks_at(app, &fresh, watch, targets).await?);
    }
    Ok(settled)
}

/// Looks at these sites, a few at a time, and writes down what was seen.
async fn looks_at(
    app: &App,
    eyes: &Eyes,
    watch: &Watch,
    targets: Vec<Target>,
) -> anyhow::Result<Vec<Look>> {
    use futures::StreamExt as _;
    let store = app.store.as_ref();
    let now = app.config.clock.now();
    let mut looking = Vec::new();
    for target in targets {
        let compares = faces::read(store, &target.channel)?
            .1
            .should_compare(day(now));
        looking.push(async move {
            let sight = eyes.look(&target.url, now, compares).await;
            (target, sight)
        });
    }
    let mut seen: Vec<(Target, Sight)> = futures::stream::iter(looking).buffered(8).collect().await;
    if seen.iter().any(|(_, s)| s.probe.seen == Seen::Down)
        && !are_we_there(eyes, watch, &seen).await
    {
        for (_, sight) in seen.iter_mut().filter(|(_, s)| s.probe.seen == Seen::Down) {
            sight.probe.seen = Seen::OurNetwork;
        }
    }
    seen.into_iter()
        .map(|(target, sight)| write_down(app, target, sight))
        .collect()
}

fn write_down(app: &App, target: Target, sight: Sight) -> anyhow::Result<Look> {
    let (store, probe) = (app.store.as_ref(), sight.probe);
    let earlier = book::latest(store, &target.channel, probe.at)?;
    let verdict = verdict(&earlier, &probe);
    meter::look(probe.seen);
    book::write(store, &target.channel, &probe)?;
    let (face, standing) = faces::change(store, &target.channel, |known| {
        let Some(glimpse) = sight.glimpse.clone() else {
            return (Judgement::default(), known.memory.told.clone());
        };
        if glimpse.cloaked.is_some() {
            known.compared = Some(day(probe.at));
        }
        let face = known.memory.judge(glimpse, probe.at);
        (face, known.memory.told.clone())
    })?;
    Ok(Look {
        target,
        probe,
        verdict,
        reason: sight.reason,
        face,
        standing,
    })
}

/// Whether anybody answers: a control target, or, where none is named, any of the sites themselves.
async fn are_we_there(eyes: &Eyes, watch: &Watch, seen: &[(Target, Sight)]) -> bool {
    if seen.iter().any(|(_, sight)| sight.probe.seen == Seen::Up) {
        return true;
    }
    for control in &watch.controls {
        if eyes.is_up(control).await {
            return true;
        }
    }
    // With no control target and a single site, its silence cannot be told from ours.
    false
}

fn targets(region: &Region) -> Vec<Target> {
    let channels = region.units.iter().flat_map(|u| &u.channels);
    channels
        .filter(|c| c.kind == ChannelKind::Website)
        .filter_map(|c| {
            Some(Target {
                unit: c.unit.clone(),
                channel: c.id.clone(),
                url: c.entry.first()?.clone(),
            })
        })
        .collect()
}
