//! `duwang schedule`: what is planned, what became of it, and doing it now.

use super::App;
use crate::cli::ScheduleAction;
use crate::clock::shanghai;
use crate::out::Out;
use crate::schedule::{self, Entry, Fate};
use anyhow::Context as _;
use chrono::{DateTime, Utc};
use duwang_schedule::{Days, Plan, Schedule};

pub(super) async fn run(app: &App, action: ScheduleAction, out: &Out) -> anyhow::Result<u8> {
    if let ScheduleAction::Log { count } = action {
        let entries = schedule::entries(app.store.as_ref(), count)?;
        if entries.is_empty() {
            out.say("还没有执行过；duwang schedule next 看接下来执行什么");
        }
        for entry in entries {
            out.print(line(&entry));
        }
        return Ok(0);
    }
    let plan = schedule::load(&app.config)?.context(
        "没有计划文件：在 duwang.toml 写 schedules = \"schedules.toml\"，格式见 docs/operations.md",
    )?;
    match action {
        ScheduleAction::List => list(app, &plan, out),
        ScheduleAction::Next { count } => next(app, &plan, count, out),
        ScheduleAction::Run { id } => now(app, &plan, &id, out).await,
        ScheduleAction::Log { .. } => Ok(0),
    }
}

fn list(app: &App, plan: &Plan, out: &Out) -> anyhow::Result<u8> {
    let log = schedule::entries(app.store.as_ref(), 1_000)?;
    for schedule in plan.schedules() {
        let last = log.iter().find(|e| e.schedule == schedule.id);
        let last = last.map_or("还没有执行过".to_owned(), |e| {
            format!("上次 {} {}", wall(e.began), e.fate.chinese())
        });
        let days = match schedule.days {
            Days::All => "",
            Days::Workday => "（工作日）",
            Days::Holiday => "（节假日）",
        };
        let next = match plan.next(schedule, app.config.clock.now()) {
            Ok(Some(next)) => format!("下次 {}", wall(Plan::start(schedule, next))),
            Ok(None) => "不再执行".to_owned(),
            Err(error) => error.to_string(),
        };
        let cron = schedule.cron.pattern.to_string();
        out.print(format!("{}  {cron}{days}  {next}  {last}\n", schedule.id));
    }
    Ok(0)
}

fn next(app: &App, plan: &Plan, count: usize, out: &Out) -> anyhow::Result<u8> {
    let mut moments: Vec<(DateTime<Utc>, &str)> = Vec::new();
    for schedule in plan.schedules() {
        let mut after = app.config.clock.now();
        for _ in 0..count {
            let Some(planned) = plan.next(schedule, after)? else {
                break;
            };
            moments.push((Plan::start(schedule, planned), &schedule.id));
            after = planned;
        }
    }
    moments.sort();
    for (moment, id) in moments.into_iter().take(count) {
        out.print(format!("{}  {id}\n", wall(moment)));
    }
    Ok(0)
}

async fn now(app: &App, plan: &Plan, id: &str, out: &Out) -> anyhow::Result<u8> {
    let schedule = named(plan, id)?;
    let turn = schedule::take_now(app, schedule)?;
    let entry = schedule::carry_out(app, schedule, turn, out).await?;
    out.print(line(&entry));
    Ok(match entry.fate {
        Fate::Done => 0,
        Fate::Partly => 3,
        Fate::Stopped => 130,
        Fate::Failed | Fate::Overlapped | Fate::Missed => 2,
    })
}

fn named<'p>(plan: &'p Plan, id: &str) -> anyhow::Result<&'p Schedule> {
    let found = plan.schedules().iter().find(|s| s.id == id);
    found.with_context(|| format!("没有计划“{id}”；duwang schedule list 可看全部计划"))
}

fn line(entry: &Entry) -> String {
    let missed = match entry.missed {
        0 => String::new(),
        n => format!("，另有 {n} 次错过"),
    };
    let scan = entry.scan.as_deref().unwrap_or("-");
    format!(
        "{}  {}  {scan}  {}{missed}  {}\n",
        wall(entry.began),
        entry.schedule,
        entry.fate.chinese(),
        entry.detail
    )
}

fn wall(at: DateTime<Utc>) -> String {
    shanghai(at).format("%Y-%m-%d %H:%M").to_string()
}
