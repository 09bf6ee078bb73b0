//! `duwang watch`: a round of looks now, how often each site was there, and what is strange about it.

use super::App;
use crate::cli::WatchAction;
use crate::clock::day;
use crate::config::Watch;
use crate::out::Out;
use crate::view::minute;
use crate::watch::{self, Lists, Look, Tally};
use chrono::TimeDelta;
use duwang_schedule::{Seen, Verdict};
use std::path::Path;

pub(super) async fn run(app: &App, action: WatchAction, out: &Out) -> anyhow::Result<u8> {
    match action {
        WatchAction::Now => now(app, out).await,
        WatchAction::Columns => columns(app, out).await,
        WatchAction::Report { days } => report(app, days, out),
        WatchAction::Accept { channel } => accept(app, &channel, out),
    }
}

/// Exit code 1 when a site is not there or something about it is strange, also on a second look.
async fn now(app: &App, out: &Out) -> anyhow::Result<u8> {
    let file = super::scan::units_file(&app.config, None)?;
    let region = crate::units::load(&file)?;
    let looks = watch::round(app, &settings(app), &region).await?;
    let moment = app.config.clock.now();
    for look in &looks {
        out.print(line(look));
        for sign in &look.standing {
            out.print(format!("  {}\n", watch::of_sign(sign, moment)));
        }
    }
    let is_wrong = |look: &Look| look.probe.seen == Seen::Down || !look.standing.is_empty();
    Ok(u8::from(looks.iter().any(is_wrong)))
}

/// One round over the watched columns.
async fn columns(app: &App, out: &Out) -> anyhow::Result<u8> {
    let watch = settings(app);
    anyhow::ensure!(
        !watch.columns.is_empty(),
        "没有要盯的栏目：在 duwang.toml 的 [watch] 写 columns = [\"policy\", \"notice\"]"
    );
    let file = super::scan::units_file(&app.config, None)?;
    let base = file.parent().unwrap_or(Path::new(".")).to_path_buf();
    let lists = Lists::new(app, &watch, crate::units::load(&file)?, base).await?;
    for fresh in lists.round(app, &mut Default::default()).await? {
        out.print(watch::of_fresh(&fresh) + "\n");
        for url in &fresh.entries {
            out.print(format!("  {url}\n"));
        }
    }
    told_unread(app, out)
}

/// 3 when some column could not be read.
fn told_unread(app: &App, out: &Out) -> anyhow::Result<u8> {
    let mut code = 0;
    for (channel, progress) in watch::lists_progress(app.store.as_ref())? {
        for (url, reason) in progress.unread {
            out.warn(format!("{channel} {url} 没有读到：{reason}"));
            code = 3;
        }
    }
    Ok(code)
}

/// From now on the site is right as it was at the latest look.
fn accept(app: &App, channel: &str, out: &Out) -> anyhow::Result<u8> {
    anyhow::ensure!(
        watch::accept(app.store.as_ref(), channel)?,
        "渠道“{channel}”还没有看过，先运行 duwang watch now；duwang units list 可看全部渠道"
    );
    app.note("认可网站现状", channel, "")?;
    out.say(format!("{channel}：以后以现在的网址、标题和关键词为准"));
    Ok(0)
}

fn settings(app: &App) -> Watch {
    app.config.watch.clone().unwrap_or_else(Watch::usual)
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
    let (now, store) = (app.config.clock.now(), app.store.as_ref());
    let since = day(now) - TimeDelta::days(i64::from(days.max(1)) - 1);
    let tallies = watch::tallies(store, since)?;
    if tallies.is_empty() {
        out.say("还没有看过网站：duwang watch now 马上看一轮；duwang.toml 写了 [watch]，duwang serve 就按时看");
    }
    for tally in tallies {
        out.print(words(&tally));
    }
    for (channel, signs) in watch::standing(store)? {
        for sign in signs {
            out.print(format!("{channel} {}\n", watch::of_sign(&sign, now)));
        }
    }
    for (channel, progress) in watch::lists_progress(store)? {
        out.print(format!(
            "{channel} 盯 {} 个栏目，其中 {} 个没有读到；上一轮 {}，用时 {:.1} 秒；共读了新条目 {} 个\n",
            progress.columns,
            progress.unread.len(),
            minute(progress.at),
            progress.seconds,
            progress.entries
        ));
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
