//! `duwang findings`.

use super::App;
use crate::cli::{FilterArgs, FindingsAction, FindingsArgs, FindingsFormat};
use crate::clock;
use crate::out::Out;
use crate::view::Names;
use crate::{rulebook, trust, view};
use anyhow::Context as _;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use duwang_model::FindingFilter;
use std::path::Path;

pub(super) fn run(app: &App, args: FindingsArgs, out: &Out) -> anyhow::Result<u8> {
    if let Some(FindingsAction::Show {
        finding,
        evidence,
        unmask,
    }) = &args.action
    {
        return show(app, finding, evidence.as_deref(), *unmask, out);
    }
    let filter = filter(&args.filter)?;
    let mut findings = trust::findings(app.store.as_ref(), &filter)?;
    findings.retain(|f| !args.claimed || f.claim().is_some());
    if args.unmask {
        note_unmasking(app, &format!("{} 个问题", findings.len()))?;
    }
    out.print(match args.format {
        FindingsFormat::Table => view::table(&findings, args.unmask),
        FindingsFormat::Jsonl => view::jsonl(&findings, args.unmask),
        FindingsFormat::Csv => view::csv(&findings, args.unmask)?,
    });
    if findings.is_empty() {
        out.say(nothing(app)?);
        for unknown in unknown(app, &filter)? {
            out.say(unknown);
        }
    }
    Ok(0)
}

/// Why there is nothing to list: nothing was read yet, perhaps because this is not the folder it was read in.
fn nothing(app: &App) -> anyhow::Result<String> {
    if app.store.scans()?.is_empty() {
        let dir = app.config.data_dir.display();
        return Ok(format!(
            "数据目录 {dir} 里还没有读过网站：先运行 duwang scan；数据在别处的，用 --data-dir 指明"
        ));
    }
    Ok("没有符合条件的问题".to_owned())
}

/// Names in a filter that nothing here has: a slip of the pen, most likely.
fn unknown(app: &App, filter: &FindingFilter) -> anyhow::Result<Vec<String>> {
    let region = app.region();
    let is_unit = |id: &String| region.units.iter().any(|u| u.id == *id);
    let channels: Vec<_> = region.units.iter().flat_map(|u| &u.channels).collect();
    let is_channel = |id: &String| channels.iter().any(|c| c.id == *id);
    let mut told = Vec::new();
    for id in filter.units.iter().filter(|id| !is_unit(id)) {
        told.push(format!("没有单位“{id}”；duwang units list 可看全部单位"));
    }
    for id in filter.channels.iter().filter(|id| !is_channel(id)) {
        told.push(format!("没有渠道“{id}”；duwang units list 可看全部渠道"));
    }
    if !filter.rules.is_empty() {
        let rules = rulebook::load(app.config.rules.as_deref(), &region.overlays)?;
        let is_rule = |id: &String| rules.all().iter().any(|r| r.id == *id);
        for id in filter.rules.iter().filter(|id| !is_rule(id)) {
            told.push(format!("没有规则“{id}”；duwang rules list 可看全部规则"));
        }
    }
    Ok(told)
}

fn show(
    app: &App,
    id: &str,
    evidence: Option<&Path>,
    unmask: bool,
    out: &Out,
) -> anyhow::Result<u8> {
    let finding = trust::finding(app.store.as_ref(), id)?
        .with_context(|| format!("没有编号为“{id}”的问题；duwang findings 可列出全部"))?;
    if unmask {
        note_unmasking(app, &finding.id)?;
    }
    let rules = rulebook::names(app.config.rules.as_deref());
    let names = Names::new(&app.region()).with_rules(&rules);
    out.print(view::human_with(&finding, &names, unmask));
    if let Some(dir) = evidence {
        view::evidence(app.store.as_ref(), &finding, dir, unmask)?;
        out.say(format!("证据已写入 {}", dir.display()));
    }
    Ok(0)
}

/// Whoever sees personal data leaves a trace, before anything is shown.
fn note_unmasking(app: &App, about: &str) -> anyhow::Result<()> {
    app.note("查看未遮蔽内容", about, "命令行")
}

/// The filter the flags describe.
pub(super) fn filter(args: &FilterArgs) -> anyhow::Result<FindingFilter> {
    Ok(FindingFilter {
        units: args.unit.clone(),
        channels: args.channel.clone(),
        rules: args.rule.clone(),
        categories: args.category.clone(),
        states: args.state.clone(),
        levels: args.level.clone(),
        certainties: Vec::new(),
        kinds: args.kind.clone(),
        scan: args.scan.clone(),
        since: args.since.as_deref().map(|d| moment(d, 0)).transpose()?,
        until: args.until.as_deref().map(|d| moment(d, 1)).transpose()?,
        url: None,
        text: args.text.clone(),
    })
}

/// A day in China (plus `days`) as its first moment, or a full RFC 3339 time.
pub(super) fn moment(text: &str, days: u64) -> anyhow::Result<DateTime<Utc>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Ok(at.to_utc());
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .map_err(|_| anyhow::anyhow!("“{text}”不是日期，写成 2026-09-18"))?;
    let local = (day + Days::new(days)).and_time(NaiveTime::MIN);
    let offset = clock::shanghai(Utc::now()).offset().local_minus_utc();
    Ok((local - chrono::TimeDelta::seconds(i64::from(offset))).and_utc())
}
