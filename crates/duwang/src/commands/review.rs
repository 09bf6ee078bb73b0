//! `duwang review`: what a named person decided.

use super::App;
use crate::cli::ReviewArgs;
use crate::out::Out;
use duwang_model::{Decision, Verdict};

pub(super) fn run(app: &App, args: ReviewArgs, out: &Out) -> anyhow::Result<u8> {
    let by = args.by.as_deref().map(str::trim).filter(|b| !b.is_empty());
    let Some(by) = by else {
        anyhow::bail!("请用 --by 写明复核人，例如 --by 王某；也可设环境变量 DUWANG_BY");
    };
    let (verdict, reason) = verdict(&args)?;
    let ids = args
        .findings
        .iter()
        .map(|id| full_id(app, id))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let decisions: Vec<Decision> = ids
        .into_iter()
        .map(|finding| Decision {
            finding,
            verdict: verdict.clone(),
            by: by.to_owned(),
            at: app.config.clock.now(),
            reason: reason.clone(),
        })
        .collect();
    for finding in app.store.decide(&decisions)? {
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

fn verdict(args: &ReviewArgs) -> anyhow::Result<(Verdict, String)> {
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
        ReviewArgs { assign: true, .. } => (Verdict::Assign { due: None }, String::new()),
        ReviewArgs { undo: true, .. } => (Verdict::Undo, String::new()),
        _ => (Verdict::Confirm, String::new()),
    })
}

fn full_id(app: &App, given: &str) -> anyhow::Result<String> {
    match app.store.finding(given)? {
        Some(finding) => Ok(finding.id),
        None => anyhow::bail!("没有编号为“{given}”的问题；duwang findings 可列出全部"),
    }
}
