//! Freezing: everything a report says, taken from the store once.

use super::trends::{Life, Readings};
use super::{Coverage, Totals, Trends};
use crate::view::{Names, RuleNames, Shown, minute, rfc3339, web_link};
use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use duwang_model::{
    Category, Finding, FindingFilter, Level, Mode, Region, Scan, State, Unit, Verdict,
};
use duwang_store::Store;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a report is about. Without `scan`, `since` and `until` it is about the latest finished scan.
#[derive(Debug, Clone, Default)]
pub struct ReportOptions {
    /// One scan.
    pub scan: Option<String>,
    /// Or: scans begun and findings seen on or after this moment,
    pub since: Option<DateTime<Utc>>,
    /// and before this one.
    pub until: Option<DateTime<Utc>>,
    /// Unit ids; empty: all.
    pub units: Vec<String>,
    /// Whether findings nobody reviewed yet appear too, marked as such.
    pub include_open: bool,
    /// Whether personal data is shown; the caller logs that.
    pub unmask: bool,
    /// What people call the rules.
    pub rules: RuleNames,
    /// The moment printed on the report.
    pub generated_at: DateTime<Utc>,
}

/// A frozen report. Nothing in it refers back to the store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The region's name.
    pub region: String,
    /// When it was frozen, RFC 3339 +08:00.
    pub generated_at: String,
    /// What it is about.
    pub scope: Scope,
    /// What was seen and what was not.
    pub coverage: Coverage,
    /// Standing findings by unit, category and level.
    pub totals: Totals,
    /// How it came to this, over everything known of these units; empty in reports frozen before there were any.
    #[serde(default)]
    pub trends: Trends,
    /// Findings by unit, in the order of the units file.
    pub units: Vec<UnitSection>,
    /// Findings in the scope that nobody reviewed yet and that are not in the report.
    pub unreviewed: usize,
}

/// What a report is about.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Scope {
    /// The scans it rests on, newest first.
    pub scans: Vec<ScanLine>,
    /// Start of the period, when one was given.
    pub since: Option<String>,
    /// End of the period, when one was given.
    pub until: Option<String>,
    /// Names of the units asked for; empty: all.
    pub units: Vec<String>,
    /// Whether unreviewed findings are in it.
    pub include_open: bool,
    /// Whether personal data is masked.
    pub masked: bool,
}

impl Scope {
    /// The scans by id.
    pub fn of_scans(&self) -> String {
        let ids: Vec<&str> = self.scans.iter().map(|s| s.id.as_str()).collect();
        ids.join("、")
    }
}

/// One scan in a word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScanLine {
    /// Scan id.
    pub id: String,
    /// How much it read.
    pub mode: Mode,
    /// When it began, for people.
    pub started: String,
    /// When it ended, for people; `None` when it did not.
    pub finished: Option<String>,
    /// Version of the rules it judged by.
    pub rules: String,
}

/// Findings of one unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitSection {
    /// Unit id; empty for findings without one.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Standing findings, gravest rules first.
    pub groups: Vec<RuleGroup>,
    /// Findings that were confirmed and have been rectified since; not in the totals.
    pub fixed: Vec<Item>,
}

/// Findings of one rule in one unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RuleGroup {
    /// `<pack>/<name>`.
    pub rule: String,
    /// Field of duty.
    pub category: Category,
    /// The gravest level in the group.
    pub level: Level,
    /// What it rests on.
    pub basis: String,
    /// The findings, by page and place.
    pub items: Vec<Item>,
}

/// One finding of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The contract object.
    #[serde(flatten)]
    pub finding: Shown,
    /// Name of the channel.
    pub channel_name: String,
    /// Name of the rule; empty when it has none, and in reports frozen before rules had names.
    #[serde(default)]
    pub rule_name: String,
    /// Day until which the unit is to have it mended, while it is assigned with one.
    #[serde(default)]
    pub due: Option<String>,
    /// Who confirmed it, when somebody did.
    pub confirmed_by: Option<String>,
}

impl UnitSection {
    /// The standing findings.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.groups.iter().flat_map(|g| &g.items)
    }
}

impl RuleGroup {
    /// The rule's name, when it has one.
    pub fn name(&self) -> &str {
        self.items.first().map_or("", |item| &item.rule_name)
    }
}

impl Item {
    /// The rule's name, or its id.
    pub fn rule(&self) -> &str {
        match self.rule_name.as_str() {
            "" => &self.finding.rule,
            name => name,
        }
    }

    /// The page's address, when it may be a link.
    pub fn link(&self) -> Option<&str> {
        self.finding.url.as_deref().and_then(web_link)
    }

    /// Whether nobody reviewed it yet.
    pub fn is_unreviewed(&self) -> bool {
        matches!(self.finding.state, State::Open | State::Reopened)
    }
}

impl Report {
    /// All standing findings, in the order of the report.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.units.iter().flat_map(UnitSection::items)
    }
}

/// Takes everything the report says from the store.
pub fn freeze(
    store: &dyn Store,
    region: &Region,
    options: &ReportOptions,
) -> anyhow::Result<Report> {
    let names = Names::new(region);
    let scans = scans(store, options)?;
    let asked = FindingFilter {
        units: options.units.clone(),
        ..FindingFilter::default()
    };
    let mut findings = crate::trust::findings(store, &asked)?;
    let trends = trends(store, &findings, region, options)?;
    findings.retain(|f| in_scope(f, &scans, options));
    let coverage = Coverage::of(&scans, region, &options.units);
    let told = findings.iter().filter(|f| is_told(f, options));
    let units = sections(told, region, options, &names);
    Ok(Report {
        region: region.name.clone(),
        generated_at: rfc3339(options.generated_at),
        scope: scope(&scans, options, &names),
        coverage,
        totals: Totals::of(&units),
        trends,
        units,
        unreviewed: findings
            .iter()
            .filter(|f| is_open(f) && !options.include_open)
            .count(),
    })
}

/// Trends of what the report may tell, also of what its scans did not read again.
fn trends(
    store: &dyn Store,
    findings: &[Finding],
    region: &Region,
    options: &ReportOptions,
) -> anyhow::Result<Trends> {
    let scans = store.scans()?;
    let readings = Readings::of(&scans);
    let told = findings.iter().filter(|f| {
        is_told(f, options) || (f.state == State::Waived && f.confirmed_by().is_some())
    });
    let lives: Vec<Life<'_>> = told.filter_map(|f| Life::of(f, &readings)).collect();
    let wanted = |unit: &&Unit| options.units.is_empty() || options.units.contains(&unit.id);
    let units: Vec<_> = region.units.iter().filter(wanted).collect();
    let units: Vec<_> = units
        .iter()
        .map(|u| (u.id.clone(), u.name.clone()))
        .collect();
    let moment = options.until.unwrap_or(options.generated_at);
    Ok(Trends::of(&lives, &readings, &units, moment))
}

/// The scans of the scope, newest first.
fn scans(store: &dyn Store, options: &ReportOptions) -> anyhow::Result<Vec<Scan>> {
    if let Some(id) = &options.scan {
        let scan = store.scan(id)?.with_context(|| format!("没有批次 {id}"))?;
        return Ok(vec![scan]);
    }
    let mut scans = store.scans()?;
    scans.retain(Scan::is_reading);
    if options.since.is_some() || options.until.is_some() {
        scans.retain(|s| {
            s.is_reading()
                && options.since.is_none_or(|t| s.started >= t)
                && options.until.is_none_or(|t| s.started < t)
        });
        return Ok(scans);
    }
    match scans
        .into_iter()
        .find(|s| s.is_reading() && s.finished.is_some())
    {
        Some(latest) => Ok(vec![latest]),
        None => bail!("还没有读完的批次，先运行 duwang scan"),
    }
}

/// Whether the fault was there (or proved gone) in the scans or the period.
fn in_scope(finding: &Finding, scans: &[Scan], options: &ReportOptions) -> bool {
    if options.scan.is_none() && (options.since.is_some() || options.until.is_some()) {
        return options.since.is_none_or(|t| finding.last_seen >= t)
            && options.until.is_none_or(|t| finding.first_seen < t);
    }
    scans.iter().any(|scan| {
        finding.scan == scan.id
            || finding.first_scan == scan.id
            || stood_during(finding, scan, options)
    })
}

/// Later scans move `finding.scan` on; the times still tell whether it stood during this one.
fn stood_during(finding: &Finding, scan: &Scan, options: &ReportOptions) -> bool {
    let end = scan.finished.unwrap_or(options.generated_at);
    scan.channels.contains(&finding.channel)
        && finding.first_seen <= end
        && finding.last_seen >= scan.started
}

fn is_told(finding: &Finding, options: &ReportOptions) -> bool {
    finding.is_confirmed() || (options.include_open && is_open(finding))
}

fn is_open(finding: &Finding) -> bool {
    matches!(finding.state, State::Open | State::Reopened)
}

fn scope(scans: &[Scan], options: &ReportOptions, names: &Names) -> Scope {
    Scope {
        scans: scans.iter().map(scan_line).collect(),
        since: options.since.map(rfc3339),
        until: options.until.map(rfc3339),
        units: options
            .units
            .iter()
            .map(|u| names.unit(u).to_owned())
            .collect(),
        include_open: options.include_open,
        masked: !options.unmask,
    }
}

fn scan_line(scan: &Scan) -> ScanLine {
    ScanLine {
        id: scan.id.clone(),
        mode: scan.mode,
        started: minute(scan.started),
        finished: scan.finished.map(minute),
        rules: scan.rules.clone(),
    }
}

/// One section for every unit in the scope, with or without findings.
fn sections<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    region: &'a Region,
    options: &ReportOptions,
    names: &Names,
) -> Vec<UnitSection> {
    let mut by_unit: BTreeMap<(usize, &str), Vec<&Finding>> = BTreeMap::new();
    let wanted = |unit: &&Unit| options.units.is_empty() || options.units.contains(&unit.id);
    for unit in region.units.iter().filter(wanted) {
        by_unit.insert(names.rank(&unit.id), Vec::new());
    }
    for finding in findings {
        by_unit
            .entry(names.rank(&finding.unit))
            .or_default()
            .push(finding);
    }
    by_unit
        .into_iter()
        .map(|((_, unit), findings)| section(unit, &findings, options, names))
        .collect()
}

fn section(
    unit: &str,
    findings: &[&Finding],
    options: &ReportOptions,
    names: &Names,
) -> UnitSection {
    let (fixed, standing): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|f| f.state == State::Fixed);
    let mut by_rule: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in standing {
        by_rule.entry(&finding.hit.rule).or_default().push(finding);
    }
    let mut groups: Vec<RuleGroup> = by_rule
        .into_values()
        .filter_map(|findings| group(&findings, options, names))
        .collect();
    groups.sort_by(|a, b| b.level.cmp(&a.level).then_with(|| a.rule.cmp(&b.rule)));
    let name = if unit.is_empty() {
        "未归属单位"
    } else {
        names.unit(unit)
    };
    UnitSection {
        name: name.to_owned(),
        groups,
        fixed: items(&fixed, options, names),
        unit: unit.to_owned(),
    }
}

fn group(findings: &[&Finding], options: &ReportOptions, names: &Names) -> Option<RuleGroup> {
    let first = &findings.first()?.hit;
    Some(RuleGroup {
        rule: first.rule.clone(),
        category: first.category,
        level: findings.iter().map(|f| f.hit.level).max()?,
        basis: first.basis.clone(),
        items: items(findings, options, names),
    })
}

fn items(findings: &[&Finding], options: &ReportOptions, names: &Names) -> Vec<Item> {
    let mut sorted = findings.to_vec();
    sorted.sort_by(|a, b| place(a).cmp(&place(b)));
    sorted
        .into_iter()
        .map(|f| item(f, options, names))
        .collect()
}

fn place(f: &Finding) -> (&str, &str, Option<usize>, &str) {
    (
        &f.hit.rule,
        f.url(),
        f.hit.span.map(|s| s.start),
        &f.fingerprint,
    )
}

fn item(finding: &Finding, options: &ReportOptions, names: &Names) -> Item {
    let mut confirmations = finding
        .decisions
        .iter()
        .filter(|d| d.verdict == Verdict::Confirm);
    let confirmed = confirmations.next_back().filter(|_| finding.is_confirmed());
    Item {
        finding: Shown::of(finding, options.unmask),
        channel_name: names.channel(&finding.channel).to_owned(),
        rule_name: options
            .rules
            .known(&finding.hit.rule)
            .unwrap_or_default()
            .to_owned(),
        due: finding
            .due()
            .filter(|_| finding.state == State::Assigned)
            .map(|d| d.to_string()),
        confirmed_by: confirmed.map(|d| format!("{}，{}", d.by, minute(d.at))),
    }
}
