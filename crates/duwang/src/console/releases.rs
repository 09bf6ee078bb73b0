//! Releases: a report is frozen by one person and released by another; its papers are made from what was frozen, again and again the same.

use super::frame::{Frame, Here};
use super::problem::{Answer, Problem, html};
use super::{ConsoleState, Desk};
use crate::papers::{self, Head, PAPERS};
use crate::people::{AUDIT, Right, Visitor};
use crate::report::{self, Report, ReportOptions};
use crate::view::{minute, rfc3339};
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Redirect};
use duwang_model::{Decision, Verdict};
use serde::{Deserialize, Serialize};

const KIND: &str = "release";

/// A frozen report and who answers for it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Release {
    id: String,
    head: Head,
    /// The frozen report: name of a kept body.
    frozen: String,
    scans: String,
    total: usize,
    made_by: String,
    made_at: String,
    released_by: Option<String>,
    released_at: Option<String>,
    /// Who took the draft back before it was released.
    #[serde(default)]
    withdrawn_by: Option<String>,
    #[serde(default)]
    withdrawn_at: Option<String>,
}

impl Release {
    /// Whether it is a draft that may still be released.
    fn is_waiting(&self) -> bool {
        self.released_by.is_none() && self.withdrawn_by.is_none()
    }

    fn verdict(&self) -> &'static str {
        match (&self.released_by, &self.withdrawn_by) {
            (Some(_), _) => "已发布",
            (None, Some(_)) => "已作废",
            (None, None) => "待发布",
        }
    }
}

#[derive(Template)]
#[template(path = "releases.html")]
struct Page {
    frame: Frame,
    /// The newest first.
    releases: Vec<Release>,
    units: Vec<(String, String)>,
    may_freeze: bool,
    may_release: bool,
    has_pdf: bool,
    me: String,
    wrong: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReleaseForm {
    office: String,
    number: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ActForm {
    /// `withdraw`, or nothing to release.
    act: String,
}

pub(super) async fn list(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
) -> Answer {
    state
        .answer(visitor, |desk| Ok(html(&Page::new(desk, None)?)))
        .await
}

/// Freezes what is confirmed now.
pub(super) async fn freeze(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Form(form): Form<ReleaseForm>,
) -> Answer {
    state
        .answer(visitor, move |desk| {
            if !desk
                .store
                .scans()?
                .iter()
                .any(|s| s.is_reading() && s.finished.is_some())
            {
                return Err(Problem::NotYet("还没有读完的批次，也就没有可以通报的。"));
            }
            let options = ReportOptions {
                rules: desk.names.rules().clone(),
                generated_at: desk.now,
                ..ReportOptions::default()
            };
            let report = report::freeze(desk.store.as_ref(), &desk.region, &options)?;
            let id = free_id(desk)?;
            let release = Release {
                head: Head {
                    office: super::tidy_name(&form.office),
                    number: super::tidy_name(&form.number),
                },
                frozen: desk.store.keep_body(report::json(&report)?.as_bytes())?,
                scans: report.scope.of_scans(),
                total: report.totals.all.total,
                made_by: desk.visitor.name.clone(),
                made_at: rfc3339(desk.now),
                released_by: None,
                released_at: None,
                withdrawn_by: None,
                withdrawn_at: None,
                id: id.clone(),
            };
            let value = serde_json::to_value(&release)?;
            desk.store.put_note(KIND, &id, 0, &value)?;
            desk.store
                .append(AUDIT, &desk.line("起草通报", &id, &release.frozen))?;
            Ok(Redirect::to("/releases").into_response())
        })
        .await
}

/// The moment, and a number from the second draft of one second on: nothing that was frozen is ever replaced.
fn free_id(desk: &Desk) -> Result<String, Problem> {
    let now = crate::clock::shanghai(desk.now).format("%Y%m%d-%H%M%S");
    let mut id = now.to_string();
    for n in 2.. {
        if desk.store.note(KIND, &id)?.is_none() {
            break;
        }
        id = format!("{now}-{n}");
    }
    Ok(id)
}

/// Releases it, or takes the draft back.
pub(super) async fn release(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    Form(form): Form<ActForm>,
) -> Answer {
    state
        .answer(visitor, move |desk| {
            let wrong = match form.act.as_str() {
                "withdraw" => withdrawn(desk, &id)?,
                _ => released(desk, &id)?,
            };
            let Some(wrong) = wrong else {
                return Ok(Redirect::to("/releases").into_response());
            };
            let page = html(&Page::new(desk, Some(wrong))?);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        })
        .await
}

/// Takes a draft back, as one with a wrong number: by who made it, or by those who release. It is kept, and never released.
fn withdrawn(desk: &Desk, id: &str) -> Result<Option<String>, Problem> {
    let (version, mut release) = find(desk, id)?;
    if !release.is_waiting() {
        let verdict = release.verdict();
        return Ok(Some(format!("这份通报{verdict}，不能作废。")));
    }
    if release.made_by != desk.visitor.name && !desk.visitor.may(Right::Release) {
        return Ok(Some("草稿由起草人或有权发布的人作废。".to_owned()));
    }
    release.withdrawn_by = Some(desk.visitor.name.clone());
    release.withdrawn_at = Some(rfc3339(desk.now));
    desk.store
        .put_note(KIND, id, version, &serde_json::to_value(&release)?)?;
    desk.store
        .append(AUDIT, &desk.line("作废通报", id, &release.frozen))?;
    Ok(None)
}

/// What stands against it, in Chinese; `None`: it is released, by another person than the one who froze it.
fn released(desk: &Desk, id: &str) -> Result<Option<String>, Problem> {
    let (version, mut release) = find(desk, id)?;
    if !desk.visitor.may(Right::Release) {
        return Err(Problem::Forbidden);
    }
    if !release.is_waiting() {
        let verdict = release.verdict();
        return Ok(Some(format!("这份通报{verdict}，不能再发布。")));
    }
    if release.made_by == desk.visitor.name {
        return Ok(Some("通报须由起草人以外的人发布。".to_owned()));
    }
    let report = frozen(desk, &release)?;
    release.released_by = Some(desk.visitor.name.clone());
    release.released_at = Some(rfc3339(desk.now));
    desk.store
        .put_note(KIND, id, version, &serde_json::to_value(&release)?)?;
    let mut items: Vec<_> = report.items().collect();
    // What moved to another page since then has another name now.
    items.retain(|i| matches!(desk.store.finding_of(&i.finding.fingerprint), Ok(Some(_))));
    let decisions: Vec<Decision> = items
        .into_iter()
        .map(|item| Decision {
            finding: item.finding.fingerprint.clone(),
            verdict: Verdict::Release,
            by: desk.visitor.name.clone(),
            at: desk.now,
            reason: format!("通报 {id}"),
        })
        .collect();
    let line = desk.line("发布通报", id, &release.frozen);
    desk.store.decide_logged(&decisions, AUDIT, &line)?;
    Ok(None)
}

/// One paper: `tongbao.docx`, `wenti.xlsx`, `zhenggai-UNIT.docx`, `report.html`, also as PDF.
pub(super) async fn file(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Path((id, file)): Path<(String, String)>,
) -> Answer {
    let rules = state.rules.clone();
    state
        .answer(visitor, move |desk| {
            let (_, release) = find(desk, &id)?;
            let report = frozen(desk, &release)?;
            let (stem, ending) = file.rsplit_once('.').ok_or(NO_PAPER)?;
            let (name, unit) = match stem.split_once('-') {
                Some((name, unit)) => (name, Some(unit)),
                None => (stem, None),
            };
            if let Some(only) = desk.visitor.only_unit()
                && (unit != Some(only) || release.released_by.is_none())
            {
                return Err(NO_PAPER);
            }
            if unit.is_some_and(|id| report.units.iter().all(|u| u.unit != id)) {
                return Err(NO_PAPER);
            }
            let rules = rules.as_deref();
            let known = PAPERS
                .iter()
                .any(|(n, _, of_unit)| *n == name && *of_unit == unit.is_some());
            let (bytes, made) = match (name, ending) {
                ("wenti", "xlsx" | "pdf") if unit.is_none() => {
                    (papers::list(&report, rules)?, "xlsx")
                }
                ("report", "html") if unit.is_none() => {
                    (report::html(&report)?.into_bytes(), "html")
                }
                (_, "docx" | "pdf") if known => (
                    papers::paper(name, &report, &release.head, unit, rules)?,
                    "docx",
                ),
                _ => return Err(NO_PAPER),
            };
            let bytes = match (ending, papers::converter()) {
                ("pdf", Some(converter)) => papers::pdf(&converter, &bytes, made)?,
                ("pdf", None) => return Err(NO_PAPER),
                _ => bytes,
            };
            desk.store.append(AUDIT, &desk.line("导出", &id, &file))?;
            let headers = [
                (CONTENT_TYPE, content_type(ending).to_owned()),
                (
                    CONTENT_DISPOSITION,
                    format!("attachment; filename=\"{stem}-{id}.{ending}\""),
                ),
            ];
            Ok((headers, bytes).into_response())
        })
        .await
}

const NO_PAPER: Problem = Problem::Missing("这份文件");

fn content_type(ending: &str) -> &'static str {
    match ending {
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pdf" => "application/pdf",
        _ => "text/html; charset=utf-8",
    }
}

fn find(desk: &Desk, id: &str) -> Result<(u64, Release), Problem> {
    let note = desk.store.note(KIND, id)?;
    let note = note.ok_or(Problem::Missing("这份通报"))?;
    Ok((note.version, serde_json::from_value(note.value)?))
}

fn frozen(desk: &Desk, release: &Release) -> Result<Report, Problem> {
    let body = desk.store.body(&release.frozen)?;
    Ok(serde_json::from_slice(
        &body.ok_or(Problem::Missing("这份通报"))?,
    )?)
}

impl Page {
    fn new(desk: &Desk, wrong: Option<String>) -> Result<Self, Problem> {
        let notes = desk.store.notes(KIND)?;
        let mut releases: Vec<Release> = notes
            .into_iter()
            .map(|(_, note)| serde_json::from_value(note.value))
            .collect::<Result<_, _>>()?;
        releases.retain(|r| desk.visitor.only_unit().is_none() || r.released_by.is_some());
        releases.reverse();
        Ok(Self {
            frame: Frame::new(desk, Here::Releases, "通报"),
            releases,
            units: desk
                .region
                .units
                .iter()
                .map(|u| (u.id.clone(), u.name.clone()))
                .collect(),
            may_freeze: desk.visitor.may(Right::Decide),
            may_release: desk.visitor.may(Right::Release),
            has_pdf: papers::converter().is_some(),
            me: desk.visitor.name.clone(),
            wrong,
        })
    }

    fn sees_all(&self) -> bool {
        self.frame
            .visitor
            .as_ref()
            .is_some_and(|v| v.only_unit().is_none())
    }
}

/// `2026-11-02 10:00` of a moment as it was kept.
fn short(moment: &str) -> String {
    chrono::DateTime::parse_from_rfc3339(moment).map_or(moment.to_owned(), |at| minute(at.to_utc()))
}
