//! A unit's word is looked into at once: the page is read again, and what the re-fetch shows decides. Gone: the finding closes by itself.
//! Still there: it goes back to the unit. Not seen this time: the claim stays and says so. What no single page can prove, because it is
//! about a column or about the channel, is proved by reading the channel.

use crate::commands::App;
use crate::commands::scan_region;
use crate::out::Out;
use crate::people::{AUDIT, audit_line};
use crate::scan::{self, Again, Ended, ScanOrder};
use duwang_model::{Decision, Finding, FindingFilter, OutcomeKind, State, Subject, Verdict};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Who signs what a re-fetch showed.
pub(crate) const MACHINE: &str = "读网";
/// Claims that come close together are looked into by one reading.
const GATHER: Duration = Duration::from_secs(1);
/// When a reading could not be done, it is tried again after so long.
const AGAIN: Duration = Duration::from_secs(60);

/// Looks into claims until the sender is dropped; also those nobody had looked into when the program last ended.
pub(crate) fn listen(app: &App) -> mpsc::UnboundedSender<String> {
    let (send, claims) = mpsc::unbounded_channel();
    tokio::spawn(attend(app.share(), claims));
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

/// Reads the pages of these findings again, then the channels of what the pages could not prove.
async fn look(app: &App, ids: &BTreeSet<String>) -> anyhow::Result<()> {
    let unanswered = by_pages(app, ids).await?;
    by_channels(app, &unanswered).await
}

/// Answers what single pages can prove; the ids of the others.
async fn by_pages(app: &App, ids: &BTreeSet<String>) -> anyhow::Result<BTreeSet<String>> {
    let pages: BTreeSet<_> = all_claimed(app, ids)?.iter().filter_map(page).collect();
    if pages.is_empty() {
        return Ok(ids.clone());
    }
    let turns = crate::work::turnstile(app).await?;
    let again = scan::again(&app.config, &app.store, app.region(), &pages, turns).await?;
    let mut unanswered = BTreeSet::new();
    for finding in all_claimed(app, ids)? {
        if is_settled_by(&again, &finding) {
            answer(app, &finding, &again.scan)?;
        } else {
            unanswered.insert(finding.id);
        }
    }
    Ok(unanswered)
}

/// Where the fault of a finding about a page is to be seen.
fn page(finding: &Finding) -> Option<(String, String)> {
    let about_page = finding.kind.is_some() && matches!(finding.hit.subject, Subject::Page(_));
    let is_form = finding.url().contains("#form:"); // only its list knows how to ask for it
    (about_page && !is_form).then(|| (finding.channel.clone(), finding.url().to_owned()))
}

/// Whether the reading of its page says all there is to say: the fault is there, or nothing could be seen. A page that was seen without a word
/// about this fault, or that is gone, leaves the question to the channel.
fn is_settled_by(again: &Again, finding: &Finding) -> bool {
    let outcome = page(finding).and_then(|page| again.outcomes.get(&page));
    outcome.is_some_and(|outcome| {
        finding.scan == again.scan || !(outcome.is_seen() || outcome.kind == OutcomeKind::Missing)
    })
}

/// Reads the channels of these findings and answers each claim.
async fn by_channels(app: &App, ids: &BTreeSet<String>) -> anyhow::Result<()> {
    let region = app.region();
    let is_known = |id: &str| {
        region
            .units
            .iter()
            .flat_map(|u| &u.channels)
            .any(|c| c.id == id)
    };
    let claimed = all_claimed(app, ids)?;
    let channels = claimed.iter().map(|f| f.channel.clone());
    let channels: BTreeSet<String> = channels.filter(|c| is_known(c)).collect();
    if channels.is_empty() {
        return Ok(()); // their channels are read no more: a person has to close them
    }
    let mut order = ScanOrder {
        region,
        base: app.base(),
        args: crate::cli::ScanArgs::default(),
    };
    order.args.channel = channels.into_iter().collect();
    order.args.proof = true;
    let quiet = Out::to(-2, |_| {});
    let Ended::Done(summary) = scan_region(app, order, &quiet).await? else {
        return Ok(()); // the program is ending; the claims are found again when it starts
    };
    for finding in all_claimed(app, ids)? {
        answer(app, &finding, &summary.scan)?;
    }
    Ok(())
}

/// The findings whose claim has no answer.
fn all_claimed(app: &App, ids: &BTreeSet<String>) -> anyhow::Result<Vec<Finding>> {
    let mut claimed = Vec::new();
    for id in ids {
        let finding = app.store.finding(id)?;
        claimed.extend(finding.filter(|f| f.claim().is_some()));
    }
    Ok(claimed)
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
