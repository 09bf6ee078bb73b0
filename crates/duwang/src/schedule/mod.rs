//! Scans by the clock: `serve` keeps the plan of `schedules.toml`; a ledger says what became of every run.
//!
//! The state of a schedule is a note in the store, compared before it is written: of several processes on one store exactly one
//! starts a run, and a run that is still going on is not started again.

mod ledger;

pub(crate) use ledger::{Entry, Fate, entries};

use crate::cli::ScanArgs;
use crate::commands::{self, App};
use crate::config::Config;
use crate::out::Out;
use crate::rulebook;
use crate::scan::Ended;
use anyhow::Context as _;
use chrono::{DateTime, Utc};
use duwang_schedule::{Due, Plan, Schedule};
use duwang_store::StoreError;
use ledger::{Holder, State};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::JoinSet;

/// Between two looks at the plan.
const TICK: Duration = Duration::from_secs(5);
/// Between two signs of life of a run.
const BEAT: Duration = Duration::from_secs(60);
/// A run without a sign of life for so long is over, however it ended.
const SILENCE: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// The plan of this configuration; `None`: there is none.
pub(crate) fn load(config: &Config) -> anyhow::Result<Option<Plan>> {
    let Some(file) = &config.schedules else {
        return Ok(None);
    };
    let text =
        std::fs::read_to_string(file).with_context(|| format!("读不了 {}", file.display()))?;
    let plan = Plan::parse(&text, rulebook::calendar(config.rules.as_deref())?)
        .with_context(|| format!("{} 有误", file.display()))?;
    Ok(Some(plan))
}

/// Keeps the plan until the process is asked to stop; runs under way are waited for.
pub(crate) async fn keep(app: Arc<App>, plan: Arc<Plan>, out: Out) {
    let mut running = JoinSet::new();
    let mut told = std::collections::BTreeSet::new();
    while !app.stop.load(Ordering::Relaxed) {
        for schedule in plan.schedules() {
            match look(&app, &plan, schedule) {
                Ok(Some(turn)) => {
                    let (app, schedule, out) = (Arc::clone(&app), schedule.clone(), out.clone());
                    running
                        .spawn(async move { drop(carry_out(&app, &schedule, turn, &out).await) });
                }
                Ok(None) => {}
                Err(error) => {
                    let words = format!("计划“{}”：{error:#}", schedule.id);
                    if told.insert(words.clone()) {
                        out.warn(words); // once, not at every tick
                    }
                }
            }
        }
        while running.try_join_next().is_some() {}
        nap(&app, TICK).await;
    }
    while running.join_next().await.is_some() {}
}

async fn nap(app: &App, time: Duration) {
    let until = tokio::time::Instant::now() + time;
    while tokio::time::Instant::now() < until && !app.stop.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The right to carry out one run.
pub(crate) struct Turn {
    planned: DateTime<Utc>,
    missed: usize,
}

/// Looks whether a run is due, and takes it when nobody else has.
fn look(app: &App, plan: &Plan, schedule: &Schedule) -> anyhow::Result<Option<Turn>> {
    let now = app.config.clock.now();
    let store = app.store.as_ref();
    let (version, state) = State::read(store, &schedule.id)?;
    let Some(handled) = state.handled else {
        // A new schedule makes up for nothing.
        return settle(app, schedule, version, &State::since(now)).map(|_| None);
    };
    let (planned, missed, is_late) = match plan.due(schedule, handled, now)? {
        Due::Later(_) => return Ok(None),
        Due::Now { planned, missed } => (planned, missed, false),
        Due::TooLate { planned, missed } => (planned, missed, true),
    };
    let is_held = state
        .holder
        .as_ref()
        .is_some_and(|h| now - h.beat < SILENCE);
    let next = State {
        handled: Some(planned),
        holder: match is_late || is_held {
            true => state.holder.clone(),
            false => Some(Holder::new(now)),
        },
    };
    if !settle(app, schedule, version, &next)? {
        return Ok(None); // another process was quicker
    }
    let fate = match (is_late, is_held) {
        (true, _) => Fate::Missed,
        (_, true) => Fate::Overlapped,
        _ => return Ok(Some(Turn { planned, missed })),
    };
    let entry = Entry {
        missed,
        ..Entry::new(&schedule.id, planned, now, fate)
    };
    ledger::append(store, &entry)?;
    Ok(None)
}

/// Takes a run that nobody planned, unless one is going on.
pub(crate) fn take_now(app: &App, schedule: &Schedule) -> anyhow::Result<Turn> {
    let now = app.config.clock.now();
    let (version, state) = State::read(app.store.as_ref(), &schedule.id)?;
    let is_held = state
        .holder
        .as_ref()
        .is_some_and(|h| now - h.beat < SILENCE);
    anyhow::ensure!(!is_held, "计划“{}”正在执行，等它结束再运行", schedule.id);
    let next = State {
        handled: state.handled.or(Some(now)),
        holder: Some(Holder::new(now)),
    };
    anyhow::ensure!(
        settle(app, schedule, version, &next)?,
        "计划“{}”刚刚由另一个进程开始执行",
        schedule.id
    );
    Ok(Turn {
        planned: now,
        missed: 0,
    })
}

/// Writes a schedule's state unless somebody wrote it meanwhile.
fn settle(app: &App, schedule: &Schedule, version: u64, state: &State) -> anyhow::Result<bool> {
    match state.write(app.store.as_ref(), &schedule.id, version) {
        Ok(()) => Ok(true),
        Err(StoreError::Stale { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Carries a run out, shows signs of life meanwhile, and writes down what became of it.
pub(crate) async fn carry_out(
    app: &App,
    schedule: &Schedule,
    turn: Turn,
    out: &Out,
) -> anyhow::Result<Entry> {
    let began = app.config.clock.now();
    out.say(format!("计划“{}”开始执行", schedule.id));
    let ended = {
        let beating = beat(app, &schedule.id);
        let scanning = commands::scan_by(app, scan_args(schedule), out);
        tokio::select! {
            ended = scanning => ended,
            () = beating => unreachable!("a heart beats until it is stopped"),
        }
    };
    let mut entry = Entry {
        missed: turn.missed,
        began,
        ..Entry::new(
            &schedule.id,
            turn.planned,
            app.config.clock.now(),
            Fate::Done,
        )
    };
    match ended {
        Ok(Ended::Done(summary)) => entry.tell(&summary),
        Ok(Ended::Stopped(scan)) => {
            entry.fate = Fate::Stopped;
            entry.scan = Some(scan);
        }
        Err(error) => {
            entry.fate = Fate::Failed;
            entry.detail = format!("{error:#}");
        }
    }
    ledger::release(app.store.as_ref(), &schedule.id)?;
    ledger::append(app.store.as_ref(), &entry)?;
    out.say(format!("计划“{}”{}", schedule.id, entry.fate.chinese()));
    Ok(entry)
}

async fn beat(app: &App, id: &str) {
    loop {
        tokio::time::sleep(BEAT).await;
        if let Err(error) = ledger::beat(app.store.as_ref(), id, app.config.clock.now()) {
            tracing::warn!(
                error = format!("{error:#}"),
                id,
                "no sign of life could be given"
            );
        }
    }
}

fn scan_args(schedule: &Schedule) -> ScanArgs {
    let run = schedule.scan.clone();
    ScanArgs {
        unit: run.unit,
        channel: run.channel,
        full: run.full,
        sample: run.sample,
        by_workers: run.by_workers,
        ..ScanArgs::default()
    }
}
