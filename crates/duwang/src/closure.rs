//! A unit's word is looked into at once: the channel is read again, and what the re-fetch shows decides. Gone: the finding closes by itself.
//! Still there: it goes back to the unit. Not seen this time: the claim stays and says so.

use crate::commands::App;
use crate::commands::scan_region;
use crate::out::Out;
use crate::people::{AUDIT, audit_line};
use crate::scan::{Ended, ScanOrder};
use duwang_model::{Decision, Finding, FindingFilter, State, Verdict};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Who signs what a re-fetch showed.
pub(crate) const MACHINE: &str = "读网";
/// Claims that come close together are looked into by one reading.
const GATHER: Duration = Duration::from_secs(1);
/// When a reading could not be done (another one runs), it is tried again after so long.
const AGAIN: Duration = Duration::from_secs(60);

/// Looks into claims until the sender is dropped; also those nobody had looked into when the program last ended.
pub(crate) fn listen(app: &App) -> mpsc::UnboundedSender<String> {
    let (send, claims) = mpsc::unbounded_channel();
    let app = Arc::new(App {
        config: app.config.clone(),
        store: Arc::clone(&app.store),
        stop: Arc::clone(&app.stop),
    });
    tokio::spawn(attend(app, claims));
    send
}

async fn attend(app: Arc<App>, mut claims: mpsc::UnboundedReceiver<String>) {
    let mut open: BTreeSet<String> = left_over(&app).unwrap_or_default();
    loop {
        if open.is_empty() {
            match claims.recv().await {
                Some(id) => drop(open.insert(id)),
                None => return,
            }
            tokio::time::sleep(GATHER).await;
        }
        while let Ok(id) = claims.try_recv() {
            open.insert(id);
        }
        match look(&app, &open).await {
            Ok(()) => open.clear(),
            Err(error) => {
                tracing::warn!(
                    error = format!("{error:#}"),
                    "声明整改的问题没能重新读取，稍后再试"
                );
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

/// Claims without an answer.
fn left_over(app: &App) -> anyhow::Result<BTreeSet<String>> {
    let assigned = app.store.findings(&FindingFilter {
        states: vec![State::Assigned],
        ..FindingFilter::default()
    })?;
    let claimed = assigned.into_iter().filter(|f| f.claim().is_some());
    Ok(claimed.map(|f| f.id).collect())
}

/// Reads the channels of these findings again and answers each claim.
async fn look(app: &App, ids: &BTreeSet<String>) -> anyhow::Result<()> {
    let mut channels = BTreeSet::new();
    for id in ids {
        channels.extend(claimed(app, id)?.map(|f| f.channel));
    }
    if channels.is_empty() {
        return Ok(());
    }
    let mut order = ScanOrder {
        region: app.region(),
        base: app.base(),
        args: crate::cli::ScanArgs::default(),
    };
    order.args.channel = channels.into_iter().collect();
    let quiet = Out::to(-2, |_| {});
    let Ended::Done(summary) = scan_region(app, order, &quiet).await? else {
        return Ok(()); // the program is ending; the claims are found again when it starts
    };
    for id in ids {
        if let Some(finding) = claimed(app, id)? {
            answer(app, &finding, &summary.scan)?;
        }
    }
    Ok(())
}

/// The finding, while its claim has no answer.
fn claimed(app: &App, id: &str) -> anyhow::Result<Option<Finding>> {
    Ok(app.store.finding(id)?.filter(|f| f.claim().is_some()))
}

/// What was closed needs no answer: it is no longer with the unit.
fn answer(app: &App, finding: &Finding, scan: &str) -> anyhow::Result<()> {
    let was_seen = finding.scan == scan;
    let (verdict, reason) = if was_seen && finding.present {
        (
            Verdict::Return,
            format!("批次 {scan} 重新读取，这个问题还在。"),
        )
    } else {
        (
            Verdict::Note,
            format!("批次 {scan} 没有读到这个页面，声明留待下次读取核实。"),
        )
    };
    let now = app.config.clock.now();
    let line = audit_line(now, MACHINE, verdict.chinese(), &finding.id, &reason);
    let decision = Decision {
        finding: finding.id.clone(),
        verdict,
        by: MACHINE.to_owned(),
        at: now,
        reason,
    };
    app.store.decide_logged(&[decision], AUDIT, &line)?;
    Ok(())
}
