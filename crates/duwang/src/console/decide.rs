//! Taking a decision: what the form says, whether it may be taken, for one finding or for all with the same words.

use super::filter::Filter;
use super::findings::{RowPart, row};
use super::probe;
use super::problem::{Answer, Problem, html};
use super::queue::{Neighbours, members};
use super::{ConsoleState, Desk, finding};
use crate::people::{AUDIT, Right, Visitor};
use crate::register::Group;
use axum::Extension;
use axum::extract::{Form, Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect};
use chrono::NaiveDate;
use duwang_model::{Decision, Finding, Verdict};
use serde::Deserialize;

/// The longest reason kept, in characters.
const REASON: usize = 1_000;
/// Sent by the script, which wants the row and not a page.
pub(super) const PART: &str = "x-duwang-part";

pub(super) async fn decide(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    Form(form): Form<DecisionForm>,
) -> Answer {
    let filter = Filter::read(&query.unwrap_or_default()).map_err(Problem::Unclear)?;
    let wants_part = headers.contains_key(PART);
    state
        .answer(visitor, move |desk| {
            let head = finding::find(desk, &id)?;
            match taken(desk, &head, &filter, &form) {
                Ok(decisions) => recorded(desk, &head, &filter, decisions, &form, wants_part),
                Err(Wrong(wrong)) if wants_part => {
                    Ok((StatusCode::UNPROCESSABLE_ENTITY, wrong).into_response())
                }
                Err(Wrong(wrong)) => finding::refused(desk, &head, filter, form, wrong),
            }
        })
        .await
}

/// What the reviewer's form says; everything may be missing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct DecisionForm {
    pub(super) verdict: String,
    pub(super) reason: String,
    pub(super) until: String,
    /// How many decisions the reviewer had seen.
    pub(super) known: Option<usize>,
    /// Present when the next finding is wanted.
    pub(super) next: Option<String>,
    /// Present when all findings with the same words in the list are meant.
    pub(super) group: Option<String>,
}

/// Why the form does not hold, in Chinese.
pub(super) struct Wrong(String);

impl<E: std::fmt::Display> From<E> for Wrong {
    fn from(why: E) -> Self {
        Self(why.to_string())
    }
}

/// The decisions to be taken, or what is wrong.
fn taken(
    desk: &Desk,
    head: &Finding,
    filter: &Filter,
    form: &DecisionForm,
) -> Result<Vec<Decision>, Wrong> {
    if form
        .known
        .is_some_and(|known| known != head.decisions.len())
    {
        return Err("您打开页面之后，有人对这个问题作了新的决定。请看过下面的记录再定。".into());
    }
    if filter.probe.is_some() && form.group.is_some() {
        return Err("抽样要逐条看，不能一并处理。".into());
    }
    let verdict = form.verdict(desk)?;
    may_decide(desk, head, &verdict)?;
    let reason: String = form.reason.trim().chars().take(REASON).collect();
    let decision = |finding: &Finding| Decision {
        finding: finding.id.clone(),
        verdict: verdict.clone(),
        by: desk.visitor.name.clone(),
        at: desk.now,
        reason: reason.clone(),
    };
    head.permits(&verdict, &desk.visitor.name)?;
    let mut decisions = vec![decision(head)];
    if form.group.is_some() {
        for other in others(desk, head, filter, &verdict)? {
            let may = may_decide(desk, &other, &verdict).is_ok();
            if may && other.permits(&verdict, &desk.visitor.name).is_ok() {
                decisions.push(decision(&other));
            }
        }
    }
    Ok(decisions)
}

/// The other findings of the group: those the list shows, or, to undo, those decided together with this one.
fn others(
    desk: &Desk,
    head: &Finding,
    filter: &Filter,
    verdict: &Verdict,
) -> Result<Vec<Finding>, Wrong> {
    let trouble = |_: Problem| Wrong("读不到同组的问题，请再试一次。".to_owned());
    let shelf = desk.shelf().map_err(trouble)?;
    let Some(brief) = shelf.get(&head.fingerprint).cloned() else {
        return Ok(Vec::new());
    };
    let last = |f: &Finding| f.decisions.last().map(|d| (d.at, d.by.clone()));
    let group: Vec<_> = if *verdict == Verdict::Undo {
        shelf.group(brief.group).cloned().collect()
    } else {
        members(desk, &shelf, filter, &brief).map_err(trouble)?
    };
    let mut others = Vec::new();
    for brief in group {
        if brief.fingerprint == head.fingerprint || !desk.sees(&shelf, &brief) {
            continue;
        }
        let found = desk.store.finding_of(&brief.fingerprint)?;
        others.extend(found.filter(|f| *verdict != Verdict::Undo || last(f) == last(head)));
    }
    Ok(others)
}

/// Whether the role takes such decisions: a unit answers, a reviewer decides, and each takes back only what is its own to say.
pub(super) fn may_decide(desk: &Desk, finding: &Finding, verdict: &Verdict) -> Result<(), Wrong> {
    let role = desk.visitor.role.chinese();
    let (right, refusal) = match verdict {
        Verdict::Note => return Ok(()),
        Verdict::Release => return Err("发布在“通报”里进行。".into()),
        Verdict::Undo => match finding.last_standing() {
            Some(last) => {
                let undone = last.verdict.chinese();
                (right_to(&last.verdict), format!("{role}不能撤销{undone}。"))
            }
            None => return Ok(()), // there is nothing to undo, and the finding says so
        },
        _ => (
            right_to(verdict),
            format!("{role}不能{}。", verdict.chinese()),
        ),
    };
    match desk.visitor.may(right) {
        true => Ok(()),
        false => Err(refusal.into()),
    }
}

fn right_to(verdict: &Verdict) -> Right {
    match verdict {
        Verdict::Claim | Verdict::Appeal => Right::Answer,
        _ => Right::Decide,
    }
}

impl DecisionForm {
    fn verdict(&self, desk: &Desk) -> Result<Verdict, Wrong> {
        let needs_reason = |verdict: Verdict, why: &str| {
            if self.reason.trim().is_empty() {
                Err(Wrong(why.to_owned()))
            } else {
                Ok(verdict)
            }
        };
        match self.verdict.as_str() {
            "confirm" => Ok(Verdict::Confirm),
            "dismiss" => needs_reason(Verdict::Dismiss, "判为误报请写明理由，规则靠它改进。"),
            "waive" => {
                let until = self.day()?.ok_or("豁免请选定截止日期。")?;
                if until < desk.today() {
                    return Err("豁免的截止日期已经过去。".into());
                }
                needs_reason(
                    Verdict::Waive { until },
                    "豁免请写明理由，例如批准的文件和文号。",
                )
            }
            "assign" => {
                let due = match self.day()? {
                    Some(day) if day < desk.today() => {
                        return Err("整改期限已经过去。".into());
                    }
                    Some(day) => day,
                    None => desk.calendar.after(desk.today(), finding::DUE_WORKDAYS)?,
                };
                Ok(Verdict::Assign { due: Some(due) })
            }
            "claim" => needs_reason(Verdict::Claim, "声明整改请写明做了什么。"),
            "appeal" => needs_reason(Verdict::Appeal, "申诉请写明理由和依据。"),
            "return" => needs_reason(Verdict::Return, "退回请写明理由。"),
            "note" => needs_reason(Verdict::Note, "备注请写内容。"),
            "undo" => Ok(Verdict::Undo),
            _ => Err("请先选一项处理。".into()),
        }
    }

    fn day(&self) -> Result<Option<NaiveDate>, Wrong> {
        let day = self.until.trim();
        if day.is_empty() {
            return Ok(None);
        }
        day.parse()
            .map(Some)
            .map_err(|_| Wrong("日期请按 2026-12-31 的样子填写。".to_owned()))
    }
}

/// Stores the decisions with their line in the log, and answers with the row, the finding, or the next one of the filter.
fn recorded(
    desk: &Desk,
    head: &Finding,
    filter: &Filter,
    decisions: Vec<Decision>,
    form: &DecisionForm,
    wants_part: bool,
) -> Answer {
    let next = match form.next {
        Some(_) => Neighbours::new(desk, &head.fingerprint, filter)?.next,
        None => None,
    };
    let count = decisions.len();
    let verdict = decisions[0].verdict.clone();
    let about = match count {
        1 => head.id.clone(),
        more => format!("{} 等 {more} 处", head.id),
    };
    let words = filter
        .probe
        .as_ref()
        .map_or(String::new(), |id| format!("抽样 {id}"));
    let line = desk.line(verdict.chinese(), &about, &words);
    let decided = desk.store.decide_logged(&decisions, AUDIT, &line)?;
    probe::look(desk, filter, &head.fingerprint, &verdict)?;
    if verdict == Verdict::Claim
        && let Some(claims) = &desk.claims
    {
        for finding in &decided {
            // Without a listener the next scan looks at it.
            drop(claims.send(finding.id.clone()));
        }
    }
    if wants_part {
        let shelf = desk.shelf()?;
        let head = shelf.get(&head.fingerprint).cloned();
        let head = head.ok_or(Problem::Missing("这个问题"))?;
        let group = Group {
            head,
            count,
            units: 1,
        };
        let row = row(desk, &shelf, &group, filter)?.ok_or(Problem::Missing("这个问题"))?;
        return Ok(html(&RowPart { row }));
    }
    let done = finding::verdict_word(&verdict);
    let to = next.unwrap_or_else(|| finding::href(&head.id, filter));
    let separator = if to.contains('?') { '&' } else { '?' };
    let mut to = format!("{to}{separator}done={done}");
    if form.next.is_some() {
        to.push_str(&format!("&of={}", head.id));
    }
    if count > 1 {
        to.push_str(&format!("&count={count}"));
    }
    Ok(Redirect::to(&to).into_response())
}
