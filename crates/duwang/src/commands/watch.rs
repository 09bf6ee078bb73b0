//! `duwang watch`: a round of looks now, and how often each site was there.

use super::App;
use crate::cli::WatchAction;
use crate::clock::day;
use crate::config::Watch;
use crate::out::Out;
use crate::watch::{self, Look, Tally};
use chrono::TimeDelta;
use duwang_schedule::{Seen, Verdict};

pub(super) async fn run(app: &App, action: WatchAction, out: &Out) -> anyhow::Result<u8> {
    match action {
        WatchAction::Now => now(app, out).await,
        WatchAction::Report { days } => report(app, days, out),
    }
}

/// Exit code 1 when a site is not there, also on a second look.
async fn now(app: &App, out: &Out) -> anyhow::Result<u8> {
    let file = super::scan::units_file(&app.config, None)?;
    let region = crate::units::load(&file)?;
    let watch = app.config.watch.clone().unwrap_or_else(Watch::usual);
    let looks = watch::round(app, &watch, &region).await?;
    looks.iter().for_each(|look| out.print(line(look)));
    let is_down = looks.iter().any(|look| look.probe.seen == Seen::Down);
    Ok(u8::from(is_down))
}

fn line(look: &Look) -> String {
    let seen = match (look.probe.seen, look.verdict) {
        (Seen::Up, Verdict::Over) => "恢复了".to_owned(),
        (Seen::Up, _) => format!("打得开，{} 毫秒", look.probe.took),
        (Seen::Down, _) => format!("打不开（{}）", look.reason),
        (Seen::OurNetwork, _) => "不下结论：对照网址也打不开，是本机网络的问题".to_owned(),
        (Seen::NoWord, _) => format!("不下结论（{}）", look.reason),
    };
    format!("{} {} {seen}\n", look.target.channel, look.target.url)
}

fn report(app: &App, days: u32, out: &Out) -> anyhow::Result<u8> {
    let since = day(app.config.clock.now()) - TimeDelta::days(i64::from(days.max(1)) - 1);
    for tally in watch::tallies(app.store.as_ref(), since)? {
        out.print(words(&tally));
    }
    Ok(0)
}

/// The ratio with its count; none where the looks are too few.
fn words(tally: &Tally) -> String {
    let all = &tally.all;
    let ratio = match all.percent() {
        Some(percent) => format!("可用率 {percent:.1}%"),
        None => "次数太少，不算可用率".to_owned(),
    };
    format!(
        "{} {ratio}（看了 {} 次，打开 {} 次，另有 {} 次不下结论；满 20 次的有 {} 天）\n",
        tally.channel, all.looks, all.up, all.lost, tally.days
    )
}
