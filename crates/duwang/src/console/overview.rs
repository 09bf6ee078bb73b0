//! The front page and the coverage page.

use super::frame::{Frame, Here};
use super::problem::{Answer, Problem, html};
use super::{ConsoleState, Desk};
use crate::people::Visitor;
use crate::register::{Brief, Shelf};
use crate::report::trends::{self, Life, Readings};
use crate::report::{Coverage, LevelCounts, Trends};
use crate::view::minute;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use chrono::{DateTime, Utc};
use duwang_model::{Category, Scan, State as Stand};
use std::sync::Arc;

pub(super) async fn overview(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
) -> Answer {
    state
        .answer(visitor, |desk| Ok(html(&Overview::new(desk)?)))
        .await
}

pub(super) async fn coverage(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
) -> Answer {
    state
        .answer(visitor, |desk| {
            let scans = Scans::new(desk)?;
            let coverage = scans.coverage(desk);
            Ok(html(&CoveragePage {
                frame: Frame::new(desk, Here::Coverage, "覆盖情况"),
                scans,
                coverage,
            }))
        })
        .await
}

/// The newest finished scan, and the newest of all when that one is not finished.
struct Scans {
    latest: Option<Scan>,
    running: Option<Scan>,
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Overview {
    frame: Frame,
    scans: Scans,
    coverage: Coverage,
    live: LevelCounts,
    states: Vec<(Stand, usize)>,
    units: Vec<UnitRow>,
    categories: Vec<CategoryRow>,
    urgent: Urgent,
    alarms: Vec<Alarm>,
    news: Movement,
    rules: Vec<RuleRow>,
    trends: Trends,
}

#[derive(Template)]
#[template(path = "coverage.html")]
struct CoveragePage {
    frame: Frame,
    scans: Scans,
    coverage: Coverage,
}

/// Something strange about a site that was told and still stands.
struct Alarm {
    unit: String,
    channel: String,
    words: String,
}

/// What stands of the visitor's own sites.
fn alarms(desk: &Desk) -> Result<Vec<Alarm>, Problem> {
    let mut alarms = Vec::new();
    let standing = crate::watch::standing(desk.store.as_ref())?;
    for channel in desk.region.units.iter().flat_map(|u| &u.channels) {
        let of_channel = standing.iter().filter(|(id, _)| *id == channel.id);
        for sign in of_channel.flat_map(|(_, signs)| signs) {
            alarms.push(Alarm {
                unit: desk.names.unit(&channel.unit).to_owned(),
                channel: desk.names.channel(&channel.id).to_owned(),
                words: crate::watch::of_sign(sign, desk.now),
            });
        }
    }
    Ok(alarms)
}

/// What comes first.
struct Urgent {
    overdue: usize,
    recurring: usize,
    claimed: usize,
    appealed: usize,
}

/// The latest scan against the one before it.
#[derive(Default)]
struct Movement {
    new: usize,
    persisting: usize,
    fixed: usize,
    reopened: usize,
}

impl Movement {
    fn of<'b>(
        briefs: impl Iterator<Item = &'b Brief>,
        latest: Option<crate::register::Word>,
    ) -> Self {
        let mut movement = Self::default();
        for b in briefs.filter(|b| latest == Some(b.scan)) {
            *match (b.present, b.state, latest == Some(b.first_scan)) {
                (true, Stand::Reopened, _) => &mut movement.reopened,
                (true, _, true) => &mut movement.new,
                (true, _, false) => &mut movement.persisting,
                (false, ..) => &mut movement.fixed,
            } += 1;
        }
        movement
    }
}

struct RuleRow {
    rule: String,
    movement: Movement,
}

struct UnitRow {
    id: String,
    name: String,
    movement: Movement,
    levels: LevelCounts,
    waiting: usize,
    /// Channels with something unseen.
    gaps: usize,
}

struct CategoryRow {
    category: Category,
    levels: LevelCounts,
    waiting: usize,
}

impl Scans {
    fn new(desk: &Desk) -> Result<Self, Problem> {
        let mut scans = desk.store.scans()?.into_iter().filter(Scan::is_reading);
        let newest = scans.next();
        Ok(match newest {
            Some(scan) if scan.finished.is_none() => Self {
                latest: scans.find(|s| s.finished.is_some()),
                running: Some(scan),
            },
            latest => Self {
                latest,
                running: None,
            },
        })
    }

    fn coverage(&self, desk: &Desk) -> Coverage {
        let scans: Vec<Scan> = self.latest.iter().cloned().collect();
        let only = desk.visitor.only_unit().map(str::to_owned);
        Coverage::of(&scans, &desk.region, only.as_slice())
    }
}

impl Overview {
    fn new(desk: &Desk) -> Result<Self, Problem> {
        let scans = Scans::new(desk)?;
        let coverage = scans.coverage(desk);
        let shelf = desk.shelf()?;
        let only = desk.visitor.only_unit().map(|u| shelf.names.find(u));
        let findings: Vec<&Arc<Brief>> = shelf
            .all()
            .iter()
            .filter(|b| only.is_none_or(|only| only == Some(b.unit)))
            .collect();
        let live: Vec<&Brief> = findings
            .iter()
            .filter(|f| f.is_live())
            .map(|b| b.as_ref())
            .collect();
        let today = desk.today();
        let latest = scans.latest.as_ref().and_then(|s| shelf.names.find(&s.id));
        Ok(Self {
            alarms: alarms(desk)?,
            urgent: Urgent {
                overdue: live.iter().filter(|b| b.is_overdue(today)).count(),
                recurring: live.iter().filter(|b| b.reopened > 0).count(),
                claimed: live.iter().filter(|b| b.claimed).count(),
                appealed: live.iter().filter(|b| b.state == Stand::Appealed).count(),
            },
            news: Movement::of(findings.iter().map(|b| b.as_ref()), latest),
            trends: over_weeks(&findings, desk, &shelf)?,
            rules: by_rule(&findings, latest, &shelf),
            frame: Frame::new(desk, Here::Overview, "概览"),
            live: LevelCounts::of(live.iter().map(|f| f.level)),
            states: by_state(&findings),
            units: by_unit(&findings, &coverage, desk, &shelf, latest),
            categories: by_category(&live),
            coverage,
            scans,
        })
    }
}

fn over_weeks(findings: &[&Arc<Brief>], desk: &Desk, shelf: &Shelf) -> Result<Trends, Problem> {
    let scans = desk.store.scans()?;
    let readings = Readings::of(&scans);
    let life = |b: &&Arc<Brief>| {
        let is_fixed = b.state == Stand::Fixed; // few are, and each look costs
        let closed = is_fixed.then(|| readings.began(shelf.names.get(b.scan)));
        (b.state != Stand::Dismissed).then(|| Life {
            unit: shelf.names.get(b.unit),
            category: b.category,
            from: b.first_seen,
            until: trends::ended(b.state, b.waived, closed.flatten(), b.last_seen),
            comebacks: b.reopened,
        })
    };
    let lives: Vec<Life<'_>> = findings.iter().filter_map(life).collect();
    let units = desk.region.units.iter();
    let units: Vec<_> = units.map(|u| (u.id.clone(), u.name.clone())).collect();
    Ok(Trends::of(&lives, &readings, &units, desk.now))
}

fn by_state(findings: &[&Arc<Brief>]) -> Vec<(Stand, usize)> {
    let count = |state: Stand| findings.iter().filter(|f| f.state == state).count();
    let counts = Stand::ALL.iter().map(|state| (*state, count(*state)));
    counts.filter(|(_, count)| *count > 0).collect()
}

fn by_unit(
    findings: &[&Arc<Brief>],
    coverage: &Coverage,
    desk: &Desk,
    shelf: &Shelf,
    latest: Option<crate::register::Word>,
) -> Vec<UnitRow> {
    let mut ids: Vec<&str> = desk.region.units.iter().map(|u| u.id.as_str()).collect();
    let mut seen: Vec<&str> = findings.iter().map(|b| shelf.names.get(b.unit)).collect();
    seen.sort_unstable();
    seen.dedup();
    ids.extend(seen.into_iter().filter(|id| !desk.names.knows(id)));
    let row = |id: &str| {
        let word = shelf.names.find(id);
        let of_unit = || findings.iter().filter(|b| Some(b.unit) == word);
        let live = || of_unit().filter(|b| b.is_live());
        UnitRow {
            id: id.to_owned(),
            name: desk.names.unit(id).to_owned(),
            levels: LevelCounts::of(live().map(|b| b.level)),
            waiting: live().filter(|b| b.is_waiting()).count(),
            movement: Movement::of(of_unit().map(|b| b.as_ref()), latest),
            gaps: coverage.gaps().filter(|l| l.unit == id).count(),
        }
    };
    ids.into_iter().map(row).collect()
}

/// The rules whose findings moved in the latest scan, those with the most new ones first.
fn by_rule(
    findings: &[&Arc<Brief>],
    latest: Option<crate::register::Word>,
    shelf: &Shelf,
) -> Vec<RuleRow> {
    let mut by_rule: std::collections::BTreeMap<&str, Vec<&Brief>> = Default::default();
    for brief in findings {
        let rule = by_rule.entry(shelf.names.get(brief.rule)).or_default();
        rule.push(brief.as_ref());
    }
    let mut rows: Vec<RuleRow> = by_rule
        .into_iter()
        .map(|(rule, briefs)| RuleRow {
            rule: rule.to_owned(),
            movement: Movement::of(briefs.into_iter(), latest),
        })
        .filter(|r| r.movement.new + r.movement.reopened + r.movement.fixed > 0)
        .collect();
    rows.sort_by_key(|r| {
        std::cmp::Reverse((r.movement.new + r.movement.reopened, r.movement.fixed))
    });
    rows.truncate(12);
    rows
}

fn by_category(live: &[&Brief]) -> Vec<CategoryRow> {
    let row = |category: &Category| {
        let of_category = || live.iter().filter(|f| f.category == *category);
        CategoryRow {
            category: *category,
            levels: LevelCounts::of(of_category().map(|f| f.level)),
            waiting: of_category().filter(|f| f.is_waiting()).count(),
        }
    };
    Category::ALL
        .iter()
        .map(row)
        .filter(|r| r.levels.total > 0)
        .collect()
}

/// `2026-11-02 10:00`; templates hand out references.
fn moment(at: &DateTime<Utc>) -> String {
    minute(*at)
}

/// `1 小时 5 分`, for people.
fn duration(seconds: &f64) -> String {
    let minutes = (seconds / 60.0).round() as u64;
    match (minutes / 60, minutes % 60) {
        (0, 0) => "不到 1 分钟".to_owned(),
        (0, m) => format!("{m} 分钟"),
        (h, 0) => format!("{h} 小时"),
        (h, m) => format!("{h} 小时 {m} 分"),
    }
}

/// `12.3 MB`, for people.
pub(super) fn size(bytes: &u64) -> String {
    match *bytes {
        0..1_000 => format!("{bytes} 字节"),
        1_000..1_000_000 => format!("{:.1} KB", *bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", *bytes as f64 / 1e6),
        _ => format!("{:.1} GB", *bytes as f64 / 1e9),
    }
}
