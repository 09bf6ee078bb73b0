//! Drawing a sample, and confirming on the strength of it.

use super::{KIND, Probe, Standing, barred_until, candidates, every, keep, own, running, sampled};
use crate::api::tokens::random_hex;
use crate::console::filter::Filter;
use crate::console::problem::{Answer, Problem};
use crate::console::{ConsoleState, Desk};
use crate::people::{AUDIT, Visitor};
use crate::view::minute;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse as _, Redirect};
use chrono::Duration;
use duwang_model::{Decision, Finding, Verdict};
use serde::Deserialize;

/// A probe is forgotten after so many days; what it did stands in the log.
const KEPT_DAYS: i64 = 60;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::console) struct DrawForm {
    rule: String,
    /// [`Filter::query`] of the list.
    query: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::console) struct ActForm {
    act: String,
}

pub(in crate::console) async fn draw(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Form(form): Form<DrawForm>,
) -> Answer {
    let filter = Filter::read(&form.query).map_err(Problem::Unclear)?;
    state
        .answer(visitor, move |desk| {
            let id = drawn(desk, &filter, &form.rule)?;
            Ok(Redirect::to(&format!("/probes/{id}")).into_response())
        })
        .await
}

pub(in crate::console) async fn act(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    Form(form): Form<ActForm>,
) -> Answer {
    state
        .answer(visitor, move |desk| {
            let to = match form.act.as_str() {
                "rest" => confirm_rest(desk, &id)?,
                "undo" => undo_rest(desk, &id)?,
                "drop" => forget(desk, &id)?,
                _ => return Err(Problem::Refused("请先选一项处理。".to_owned())),
            };
            Ok(Redirect::to(&to).into_response())
        })
        .await
}

/// Draws and gives the id. A sample of the same rule that still runs is gone on with: nobody draws until the draw suits.
fn drawn(desk: &Desk, filter: &Filter, rule: &str) -> Result<String, Problem> {
    let probes = every(desk)?;
    if let Some(probe) = running(desk, &probes, rule)? {
        return Ok(probe.id.clone());
    }
    if let Some(until) = barred_until(desk, &probes, rule)? {
        return Err(Problem::Refused(format!(
            "规则 {rule} 最近一次抽样里有误报，{} 前请逐条复核。",
            minute(until)
        )));
    }
    for old in &probes {
        if desk.now - old.at > Duration::days(KEPT_DAYS) {
            desk.store.remove_note(KIND, &old.id)?;
        }
    }
    let probe = new(desk, filter, rule)?;
    let what = "抽样";
    desk.store
        .append(AUDIT, &desk.line(what, &probe.id, &told(desk, &probe)?))?;
    keep(desk, 0, &probe)?;
    Ok(probe.id)
}

fn new(desk: &Desk, filter: &Filter, rule: &str) -> Result<Probe, Problem> {
    let shelf = desk.shelf()?;
    let mut by_rule = candidates(desk, &shelf, filter)?;
    let found = by_rule.remove(rule).unwrap_or_default().into_iter();
    let all = found
        .take(Probe::MOST)
        .map(|b| b.fingerprint.clone())
        .collect();
    let (by, rule) = (desk.visitor.name.clone(), rule.to_owned());
    Probe::draw(random_hex(4)?, rule, by, desk.now, random_hex(8)?, all).ok_or_else(|| {
        Problem::Refused(format!(
            "待复核、把握为“确定”的问题不足 {} 处，请逐条复核。",
            Probe::LEAST
        ))
    })
}

/// What the log says of a probe, so that anybody can draw again and find what was looked at.
fn told(desk: &Desk, probe: &Probe) -> Result<String, Problem> {
    let ids: Vec<String> = sampled(desk, probe)?.into_iter().map(|f| f.id).collect();
    Ok(format!(
        "规则 {}，种子 {}，{} 处抽 {}：{}",
        probe.rule,
        probe.seed,
        probe.all.len(),
        probe.sample.len(),
        ids.join(" ")
    ))
}

fn confirm_rest(desk: &Desk, id: &str) -> Result<String, Problem> {
    let (version, mut probe) = own(desk, id)?;
    let standing = super::standing(desk, &probe)?;
    if standing != Standing::Passed {
        return Err(Problem::Refused(why_not(&standing)));
    }
    let decisions: Vec<Decision> = vouched_for(desk, &probe)?
        .iter()
        .map(|finding| decision(desk, finding, Verdict::Confirm, probe.reason()))
        .collect();
    // First the note: whoever comes second finds the version taken, and nothing is confirmed twice.
    probe.done = Some(desk.now);
    keep(desk, version, &probe)?;
    decide(desk, &decisions, "抽样确认", &probe)?;
    Ok(format!("/probes/{id}"))
}

/// Those of the rest that may be confirmed unseen, as they are now.
fn vouched_for(desk: &Desk, probe: &Probe) -> Result<Vec<Finding>, Problem> {
    let shelf = desk.shelf()?;
    let mut found = Vec::new();
    for fingerprint in probe.rest() {
        let Some(brief) = shelf.get(fingerprint) else {
            continue;
        };
        let finding = desk.store.finding_of(fingerprint)?;
        found.extend(finding.filter(|f| {
            probe.vouches_for(f, shelf.certainty(brief))
                && desk.visitor.sees(&f.unit)
                && f.permits(&Verdict::Confirm, &desk.visitor.name).is_ok()
        }));
    }
    Ok(found)
}

fn undo_rest(desk: &Desk, id: &str) -> Result<String, Problem> {
    let (version, mut probe) = own(desk, id)?;
    let decisions: Vec<Decision> = confirmed(desk, &probe)?
        .iter()
        .map(|finding| decision(desk, finding, Verdict::Undo, String::new()))
        .collect();
    decide(desk, &decisions, "撤销抽样确认", &probe)?;
    probe.done = None;
    keep(desk, version, &probe)?;
    Ok(format!("/probes/{id}"))
}

/// Those of the rest whose latest decision is the one taken here.
pub(super) fn confirmed(desk: &Desk, probe: &Probe) -> Result<Vec<Finding>, Problem> {
    let Some(at) = probe.done else {
        return Ok(Vec::new());
    };
    let reason = probe.reason();
    let mut found = Vec::new();
    for fingerprint in probe.rest() {
        let finding = desk.store.finding_of(fingerprint)?;
        found.extend(finding.filter(|f| {
            let last = f.decisions.last();
            last.is_some_and(|d| d.is_unseen() && d.at == at && d.reason == reason)
        }));
    }
    Ok(found)
}

fn decision(desk: &Desk, finding: &Finding, verdict: Verdict, reason: String) -> Decision {
    Decision {
        finding: finding.id.clone(),
        verdict,
        by: desk.visitor.name.clone(),
        at: desk.now,
        reason,
    }
}

fn decide(desk: &Desk, decisions: &[Decision], what: &str, probe: &Probe) -> Result<(), Problem> {
    if decisions.is_empty() {
        return Ok(());
    }
    let about = format!("{} 其余 {} 处", probe.id, decisions.len());
    let line = desk.line(what, &about, &told(desk, probe)?);
    desk.store.decide_logged(decisions, AUDIT, &line)?;
    Ok(())
}

/// Dropping a sample decides nothing; what was looked at stays decided.
fn forget(desk: &Desk, id: &str) -> Result<String, Problem> {
    let (_, probe) = own(desk, id)?;
    let running = matches!(
        super::standing(desk, &probe)?,
        Standing::Looking(_) | Standing::Passed | Standing::Stale
    );
    if !running {
        return Err(Problem::Refused(
            "这次抽样已经有了结果，留作记录。".to_owned(),
        ));
    }
    desk.store
        .append(AUDIT, &desk.line("放弃抽样", id, &told(desk, &probe)?))?;
    desk.store.remove_note(KIND, id)?;
    Ok("/probes".to_owned())
}

fn why_not(standing: &Standing) -> String {
    match standing {
        Standing::Looking(left) => {
            format!("样本里还有 {left} 条没有逐条看过并确认，不能一并确认其余的。")
        }
        Standing::Failed(_) => "样本里有一条不成立，其余的请逐条复核。".to_owned(),
        Standing::Stale => "抽样已过 12 小时，页面可能变了，请重新抽样。".to_owned(),
        Standing::Done(_) => "其余的已经一并确认过了。".to_owned(),
        Standing::Passed => String::new(),
    }
}
