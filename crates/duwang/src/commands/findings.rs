//! `duwang findings`.

use super::App;
use crate::cli::{FilterArgs, FindingsAction, FindingsArgs, FindingsFormat};
use crate::clock;
use crate::out::Out;
use crate::{trust, view};
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
    let findings = trust::findings(app.store.as_ref(), &filter(&args.filter)?)?;
    if args.unmask {
        note_unmasking(app, &format!("{} 个问题", findings.len()))?;
    }
    out.print(match args.format {
        FindingsFormat::Table => view::table(&findings, args.unmask),
        FindingsFormat::Jsonl => view::jsonl(&findings, args.unmask),
        FindingsFormat::Csv => view::csv(&findings, args.unmask)?,
    });
    if findings.is_empty() {
        out.say("没有符合条件的问题");
    }
    Ok(0)
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
    out.print(view::human(&finding, unmask));
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
