//! The front page and the coverage page.

use super::frame::{Frame, Here};
use super::problem::{Answer, Problem, html};
use super::{ConsoleState, Desk};
use crate::people::Visitor;
use crate::register::{End, Lived, Moved, Shelf, Standing, Word};
use crate::report::trends::{self, Life, Readings};
use crate::report::{Coverage, LevelCounts, Trends};
use crate::view::minute;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use chrono::{DateTime, Utc};
use duwang_model::{Category, Scan, State as Stand};
use std::collections::BTreeMap;

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

/// The newest finished scan, the newest of all when that one is not finished, and what was read later of single pages and watched columns.
struct Scans {
    latest: Option<Scan>,
    later: Vec<Scan>,
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
    fn add(&mut self, moved: &Moved, count: usize, latest: &[Word]) {
        let is_first = latest.contains(&moved.first_scan);
        *match (moved.present, moved.reopened, is_first) {
            (true, true, _) => &mut self.reopened,
            (true, false, true) => &mut self.new,
            (true, false, false) => &mut self.persisting,
            (false, ..) => &mut self.fixed,
        } += count;
    }
}

/// The sums of what one visitor may see.
struct Seen<'s> {
    shelf: &'s Shelf,
    only: Option<Option<Word>>,
    /// The latest scan, and what was read since to prove claims.
    latest: Vec<Word>,
}

impl<'s> Seen<'s> {
    fn new(desk: &Desk, shelf: &'s Shelf, scans: &Scans) -> Self {
        let latest = scans.latest.iter().chain(&scans.later);
        Self {
            shelf,
            only: desk.visitor.only_unit().map(|u| shelf.names.find(u)),
            latest: latest.filter_map(|s| shelf.names.find(&s.id)).collect(),
        }
    }

    fn may(&self, unit: Word) -> bool {
        self.only.is_none_or(|only| only == Some(unit))
    }

    fn standing(&self) -> impl Iterator<Item = (&'s Standing, usize)> {
        let sums = self.shelf.sums().standing();
        sums.filter(|(standing, _)| self.may(standing.unit))
    }

    fn live(&self) -> impl Iterator<Item = (&'s Standing, usize)> {
        self.standing().filter(|(standing, _)| standing.is_live())
    }

    fn moved(&self) -> impl Iterator<Item = (&'s Moved, usize)> {
        let scans = self.latest.iter();
        let moved = scans.flat_map(|scan| self.shelf.sums().moved(*scan));
        moved.filter(|(moved, _)| self.may(moved.unit))
    }

    fn lived(&self) -> impl Iterator<Item = (&'s Lived, usize)> {
        let lived = self.shelf.sums().lived();
        lived.filter(|(lived, _)| self.may(lived.unit))
    }
}

struct RuleRow {
    rule: String,
    /// Its name, or its id.
    name: String,
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
        let (readings, later): (Vec<Scan>, Vec<Scan>) =
            desk.store.scans()?.into_iter().partition(Scan::is_reading);
        let mut readings = readings.into_iter();
        let newest = readings.next();
        let (latest, running) = match newest {
            Some(scan) if scan.finished.is_none() => {
                (readings.find(|s| s.finished.is_some()), Some(scan))
            }
            latest => (latest, None),
        };
        let since = latest.as_ref().map(|s| s.started);
        let later = later
            .into_iter()
            .filter(|l| Some(l.finished.unwrap_or(l.started)) > since);
        Ok(Self {
            later: later.collect(),
            latest,
            running,
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
        let seen = Seen::new(desk, &shelf, &scans);
        let mut news = Movement::default();
        seen.moved()
            .for_each(|(moved, count)| news.add(moved, count, &seen.latest));
        let mut live = LevelCounts::default();
        seen.live()
            .for_each(|(standing, count)| live.add_many(standing.level, count));
        Ok(Self {
            alarms: alarms(desk)?,
            urgent: Urgent::of(&seen, desk),
            news,
            trends: over_weeks(&seen, desk)?,
            rules: by_rule(&seen, desk),
            frame: Frame::new(desk, Here::Overview, "概览"),
            live,
            states: by_state(&seen),
            units: by_unit(&seen, &coverage, desk),
            categories: by_category(&seen),
            coverage,
            scans,
        })
    }

    /// How many findings of all units wait for review.
    fn waiting(&self) -> usize {
        self.units.iter().map(|unit| unit.waiting).sum()
    }
}

impl Urgent {
    fn of(seen: &Seen<'_>, desk: &Desk) -> Self {
        let today = desk.today();
        let count = |is: &dyn Fn(&Standing) -> bool| {
            let live = seen.live().filter(|(standing, _)| is(standing));
            live.map(|(_, count)| count).sum()
        };
        Self {
            overdue: count(&|s| s.is_overdue(today)),
            recurring: count(&|s| s.came_back),
            claimed: count(&|s| s.claimed),
            appealed: count(&|s| s.state == Stand::Appealed),
        }
    }
}

fn over_weeks(seen: &Seen<'_>, desk: &Desk) -> Result<Trends, Problem> {
    let scans = desk.store.scans()?;
    let readings = Readings::of(&scans);
    let names = &seen.shelf.names;
    let life = |(lived, count): (&Lived, usize)| Life {
        count,
        unit: names.get(lived.unit),
        category: lived.category,
        from: trends::within(lived.from),
        until: match lived.end {
            End::Open => None,
            End::Waived(day) => Some(trends::within(day)),
            End::Closed(scan, last_seen) => Some(
                readings
                    .began(names.get(scan))
                    .unwrap_or_else(|| trends::within(last_seen)),
            ),
        },
        comebacks: lived.comebacks,
    };
    let lives: Vec<Life<'_>> = seen.lived().map(life).collect();
    let units = desk.region.units.iter();
    let units: Vec<_> = units.map(|u| (u.id.clone(), u.name.clone())).collect();
    Ok(Trends::of(&lives, &readings, &units, desk.now))
}

fn by_state(seen: &Seen<'_>) -> Vec<(Stand, usize)> {
    let mut counts: BTreeMap<Stand, usize> = BTreeMap::new();
    for (standing, count) in seen.standing() {
        *counts.entry(standing.state).or_default() += count;
    }
    counts.into_iter().collect()
}

/// Every unit of the region, then those that only old findings know.
fn by_unit(seen: &Seen<'_>, coverage: &Coverage, desk: &Desk) -> Vec<UnitRow> {
    let mut rows: BTreeMap<&str, UnitRow> = BTreeMap::new();
    let name = |unit: Word| seen.shelf.names.get(unit);
    let known = desk.region.units.iter().map(|u| u.id.as_str());
    let met = seen.standing().map(|(standing, _)| name(standing.unit));
    for id in known.chain(met) {
        rows.entry(id)
            .or_insert_with(|| UnitRow::new(id, coverage, desk));
    }
    for (standing, count) in seen.live() {
        if let Some(row) = rows.get_mut(name(standing.unit)) {
            row.levels.add_many(standing.level, count);
            row.waiting += count * usize::from(standing.is_waiting());
        }
    }
    for (moved, count) in seen.moved() {
        if let Some(row) = rows.get_mut(name(moved.unit)) {
            row.movement.add(moved, count, &seen.latest);
        }
    }
    let known = desk.region.units.iter();
    let mut sorted: Vec<UnitRow> = known.filter_map(|u| rows.remove(u.id.as_str())).collect();
    sorted.extend(rows.into_values());
    sorted
}

impl UnitRow {
    fn new(id: &str, coverage: &Coverage, desk: &Desk) -> Self {
        Self {
            id: id.to_owned(),
            name: desk.names.unit(id).to_owned(),
            levels: LevelCounts::default(),
            waiting: 0,
            movement: Movement::default(),
            gaps: coverage.gaps().filter(|l| l.unit == id).count(),
        }
    }
}

/// The rules whose findings moved in the latest scan, those with the most new ones first.
fn by_rule(seen: &Seen<'_>, desk: &Desk) -> Vec<RuleRow> {
    let mut rules: BTreeMap<&str, Movement> = BTreeMap::new();
    for (moved, count) in seen.moved() {
        let rule = rules.entry(seen.shelf.names.get(moved.rule)).or_default();
        rule.add(moved, count, &seen.latest);
    }
    let mut rows: Vec<RuleRow> = rules
        .into_iter()
        .filter(|(_, m)| m.new + m.reopened + m.fixed > 0)
        .map(|(rule, movement)| RuleRow {
            rule: rule.to_owned(),
            name: desk.names.rule(rule).to_owned(),
            movement,
        })
        .collect();
    rows.sort_by_key(|r| {
        std::cmp::Reverse((r.movement.new + r.movement.reopened, r.movement.fixed))
    });
    rows.truncate(12);
    rows
}

fn by_category(seen: &Seen<'_>) -> Vec<CategoryRow> {
    let mut rows: BTreeMap<Category, CategoryRow> = BTreeMap::new();
    for (standing, count) in seen.live() {
        let row = rows
            .entry(standing.category)
            .or_insert_with(|| CategoryRow {
                category: standing.category,
                levels: LevelCounts::default(),
                waiting: 0,
            });
        row.levels.add_many(standing.level, count);
        row.waiting += count * usize::from(standing.is_waiting());
    }
    rows.into_values().collect()
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
        (0, m) => format!(" {m} 分钟"),
        (h, 0) => format!(" {h} 小时"),
        (h, m) => format!(" {h} 小时 {m} 分"),
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
