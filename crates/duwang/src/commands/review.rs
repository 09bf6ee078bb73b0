//! `duwang review`: what a named person decided, under the same law and in the same log as in the console.

use super::App;
use crate::cli::ReviewArgs;
use crate::clock;
use crate::console::DUE_WORKDAYS;
use crate::out::Out;
use crate::people::{AUDIT, audit_line};
use crate::rulebook;
use anyhow::Context as _;
use duwang_model::{Decision, Finding, Verdict};

pub(super) fn run(app: &App, args: ReviewArgs, out: &Out) -> anyhow::Result<u8> {
    let by = args.by.as_deref().map(str::trim).filter(|b| !b.is_empty());
    let Some(by) = by else {
        anyhow::bail!("请用 --by 写明复核人，例如 --by 王某；也可设环境变量 DUWANG_BY");
    };
    let (verdict, reason) = verdict(app, &args)?;
    let findings = args
        .findings
        .iter()
        .map(|id| find(app, id))
        .collect::<anyhow::Result<Vec<_>>>()?;
    for finding in &findings {
        let permitted = finding.permits(&verdict, by);
        permitted.with_context(|| format!("没有记下任何决定：问题 {} 不合条件", finding.id))?;
    }
    let at = app.config.clock.now();
    let decisions: Vec<Decision> = findings
        .iter()
        .map(|finding| Decision {
            finding: finding.id.clone(),
            verdict: verdict.clone(),
            by: by.to_owned(),
            at,
            reason: reason.clone(),
        })
        .collect();
    let ids: Vec<&str> = findings.iter().map(|f| f.id.as_str()).collect();
    let line = audit_line(at, by, verdict.chinese(), &ids.join("、"), "命令行");
    for finding in app.store.decide_logged(&decisions, AUDIT, &line)? {
        out.print(format!(
            "{} {}：{}（{}）\n",
            finding.id,
            verdict.chinese(),
            finding.state.chinese(),
            finding.hit.message
        ));
    }
    Ok(0)
}

/// The day by which an assigned fault is to be mended.
fn due(app: &App) -> anyhow::Result<chrono::NaiveDate> {
    let today = clock::day(app.config.clock.now());
    let calendar = rulebook::calendar(app.config.rules.as_deref())?;
    let due = calendar.after(today, DUE_WORKDAYS);
    due.map_err(|why| anyhow::anyhow!("{why}"))
}

fn verdict(app: &App, args: &ReviewArgs) -> anyhow::Result<(Verdict, String)> {
    let given = |text: &String, what: &str| {
        anyhow::ensure!(!text.trim().is_empty(), "{what}要写明理由");
        Ok(text.trim().to_owned())
    };
    Ok(match args {
        ReviewArgs {
            dismiss: Some(reason),
            ..
        } => (Verdict::Dismiss, given(reason, "误报")?),
        ReviewArgs {
            waive: Some(reason),
            until: Some(until),
            ..
        } => (Verdict::Waive { until: *until }, given(reason, "豁免")?),
        ReviewArgs {
            note: Some(text), ..
        } => (Verdict::Note, given(text, "备注")?),
        ReviewArgs { assign: true, .. } => (
            Verdict::Assign {
                due: Some(due(app)?),
            },
            String::new(),
        ),
        ReviewArgs { undo: true, .. } => (Verdict::Undo, String::new()),
        _ => (Verdict::Confirm, String::new()),
    })
}

fn find(app: &App, given: &str) -> anyhow::Result<Finding> {
    app.store
        .finding(given)?
        .with_context(|| format!("没有编号为“{given}”的问题；duwang findings 可列出全部"))
}
