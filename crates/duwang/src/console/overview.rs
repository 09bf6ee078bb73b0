//! The front page and the coverage page.

use super::findings::all;
use super::frame::{Frame, Here};
use super::problem::{Answer, Problem, html};
use super::{ConsoleState, Desk};
use crate::report::{Coverage, LevelCounts};
use crate::view::minute;
use askama::Template;
use axum::extract::State;
use chrono::{DateTime, Utc};
use duwang_model::{Category, Finding, FindingCounts, Scan, ScanSummary, State as Stand};

pub(super) async fn overview(State(state): State<ConsoleState>) -> Answer {
    state.answer(|desk| Ok(html(&Overview::new(desk)?))).await
}

pub(super) async fn coverage(State(state): State<ConsoleState>) -> Answer {
    state
        .answer(|desk| {
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
}

#[derive(Template)]
#[template(path = "coverage.html")]
struct CoveragePage {
    frame: Frame,
    scans: Scans,
    coverage: Coverage,
}

struct UnitRow {
    id: String,
    name: String,
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
        let mut scans = desk.store.scans()?.into_iter();
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
        Coverage::of(&scans, &desk.region, &[])
    }

    fn summary(&self) -> Option<&ScanSummary> {
        self.latest.as_ref()?.summary.as_ref()
    }

    fn counts(&self) -> FindingCounts {
        self.summary().map(|s| s.findings).unwrap_or_default()
    }
}

impl Overview {
    fn new(desk: &Desk) -> Result<Self, Problem> {
        let scans = Scans::new(desk)?;
        let coverage = scans.coverage(desk);
        let findings = all(desk)?;
        let live: Vec<&Finding> = findings.iter().filter(|f| f.is_live()).collect();
        Ok(Self {
            frame: Frame::new(desk, Here::Overview, "概览"),
            live: LevelCounts::of(live.iter().map(|f| f.hit.level)),
            states: by_state(&findings),
            units: by_unit(&live, &coverage, desk),
            categories: by_category(&live),
            coverage,
            scans,
        })
    }
}

fn by_state(findings: &[Finding]) -> Vec<(Stand, usize)> {
    let count = |state: Stand| findings.iter().filter(|f| f.state == state).count();
    let counts = Stand::ALL.iter().map(|state| (*state, count(*state)));
    counts.filter(|(_, count)| *count > 0).collect()
}

fn by_unit(live: &[&Finding], coverage: &Coverage, desk: &Desk) -> Vec<UnitRow> {
    let mut ids: Vec<&str> = desk.region.units.iter().map(|u| u.id.as_str()).collect();
    for finding in live {
        if !ids.contains(&finding.unit.as_str()) {
            ids.push(&finding.unit);
        }
    }
    let row = |id: &str| {
        let of_unit = || live.iter().filter(|f| f.unit == id);
        UnitRow {
            id: id.to_owned(),
            name: desk.names.unit(id).to_owned(),
            levels: LevelCounts::of(of_unit().map(|f| f.hit.level)),
            waiting: of_unit().filter(|f| is_waiting(f)).count(),
            gaps: coverage.gaps().filter(|l| l.unit == id).count(),
        }
    };
    ids.into_iter().map(row).collect()
}

fn by_category(live: &[&Finding]) -> Vec<CategoryRow> {
    let row = |category: &Category| {
        let of_category = || live.iter().filter(|f| f.hit.category == *category);
        CategoryRow {
            category: *category,
            levels: LevelCounts::of(of_category().map(|f| f.hit.level)),
            waiting: of_category().filter(|f| is_waiting(f)).count(),
        }
    };
    Category::ALL
        .iter()
        .map(row)
        .filter(|r| r.levels.total > 0)
        .collect()
}

/// Whether nobody decided yet.
fn is_waiting(finding: &Finding) -> bool {
    matches!(finding.state, Stand::Open | Stand::Reopened)
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
fn size(bytes: &u64) -> String {
    match *bytes {
        0..1_000 => format!("{bytes} 字节"),
        1_000..1_000_000 => format!("{:.1} KB", *bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", *bytes as f64 / 1e6),
        _ => format!("{:.1} GB", *bytes as f64 / 1e9),
    }
}
