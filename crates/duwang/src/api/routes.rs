//! One function a call: who asks, what is asked, the answer.

use super::body::{
    AnswerFormat, BatchBody, BatchState, CardBody, CheckQuery, DraftBody, FileQuery, VerdictBody,
};
use super::refusal::{ErrorBody, Refusal};
use super::shelf::Sort;
use super::tokens::{self, Token, random_hex};
use super::{Api, batch};
use crate::check::{self, Draft, Question, Verdict, draft_of_bytes};
use crate::cli::{CheckFormat, FailOn};
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use duwang_model::{Document, Unit};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

type Answer = Result<Response, Refusal>;

/// Seconds after which a batch may be tried again that did not find room.
const PATIENCE: u64 = 60;

/// A kept result with the unit it belongs to.
#[derive(serde::Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) unit: String,
    pub(super) verdict: VerdictBody,
}

/// Checks one draft.
#[utoipa::path(post, path = "/api/v1/check", operation_id = "check", params(CheckQuery), request_body = DraftBody,
    responses((status = 200, description = "The verdict", body = VerdictBody), (status = 400, body = ErrorBody, description = "Not understood"),
        (status = 401, body = ErrorBody, description = "No token, or not a valid one"), (status = 413, body = ErrorBody, description = "Too large"),
        (status = 429, body = ErrorBody, description = "Too many calls")), security(("token" = [])))]
pub(super) async fn check(
    State(api): State<Arc<Api>>,
    Extension(token): Extension<Token>,
    query: Result<Query<CheckQuery>, QueryRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let format = query
        .map_err(|e| Refusal::unclear(e.body_text()))?
        .format
        .unwrap_or_default();
    let asked: DraftBody = read(body)?;
    let question = asked.question(unit(&api, &token));
    answer(
        &api,
        &token,
        asked.draft(),
        question,
        Asked {
            format,
            keep: asked.keep,
            fail_on: asked.fail_on(),
        },
    )
    .await
}

/// Checks one file as it is: a page, a Word file, plain text.
#[utoipa::path(post, path = "/api/v1/check/file", operation_id = "check_file", params(FileQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, description = "The verdict", body = VerdictBody), (status = 400, body = ErrorBody, description = "Not understood"),
        (status = 401, body = ErrorBody, description = "No token, or not a valid one"), (status = 413, body = ErrorBody, description = "Too large"),
        (status = 429, body = ErrorBody, description = "Too many calls")), security(("token" = [])))]
pub(super) async fn check_file(
    State(api): State<Arc<Api>>,
    Extension(token): Extension<Token>,
    query: Result<Query<FileQuery>, QueryRejection>,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let Query(asked) = query.map_err(|e| Refusal::unclear(e.body_text()))?;
    let bytes = body.map_err(|e| of_rejection(&e))?;
    if bytes.is_empty() {
        return Err(Refusal::unclear("请求里没有文件"));
    }
    let draft = draft_of_bytes(asked.name.as_deref().unwrap_or("文件"), bytes.to_vec());
    let question = Question {
        unit: unit(&api, &token),
        card: asked.card.unwrap_or(false).then_some(FailOn::Serious),
        ..Question::default()
    };
    let how = Asked {
        format: asked.format.unwrap_or_default(),
        keep: asked.keep.unwrap_or(false),
        fail_on: FailOn::Serious,
    };
    answer(&api, &token, draft, question, how).await
}

/// Takes many drafts; they are checked one after the other, and the webhook is told when all are done.
#[utoipa::path(post, path = "/api/v1/batches", operation_id = "begin_batch", request_body = BatchBody,
    responses((status = 202, description = "Taken", body = BatchState), (status = 400, body = ErrorBody, description = "Not understood"),
        (status = 401, body = ErrorBody, description = "No token, or not a valid one"), (status = 413, body = ErrorBody, description = "Too large"),
        (status = 429, body = ErrorBody, description = "Too many calls")), security(("token" = [])))]
pub(super) async fn begin_batch(
    State(api): State<Arc<Api>>,
    Extension(token): Extension<Token>,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let asked: BatchBody = read(body)?;
    if asked.items.is_empty() || asked.items.len() > batch::MOST {
        return Err(Refusal::unclear(format!(
            "一批要有 1 到 {} 篇",
            batch::MOST
        )));
    }
    let state = batch::begin(&api, &token.unit, asked).map_err(|e| Refusal::own(&e))?;
    let state = state.ok_or_else(|| Refusal::too_many(PATIENCE))?;
    Ok((StatusCode::ACCEPTED, Json(state)).into_response())
}

/// How far a batch is.
#[utoipa::path(get, path = "/api/v1/batches/{id}", operation_id = "batch", params(("id" = String, Path, description = "Id of the batch")),
    responses((status = 200, description = "How far it is", body = BatchState),
        (status = 401, body = ErrorBody, description = "No token, or not a valid one"), (status = 404, body = ErrorBody, description = "No such batch of this unit"),
        (status = 429, body = ErrorBody, description = "Too many calls")), security(("token" = [])))]
pub(super) async fn batch(
    State(api): State<Arc<Api>>,
    Extension(token): Extension<Token>,
    Path(id): Path<String>,
) -> Answer {
    let state = batch::state(&api, &token.unit, &id);
    state
        .map(|s| Json(s).into_response())
        .ok_or_else(|| Refusal::missing("没有这个批次"))
}

/// A result that was kept.
#[utoipa::path(get, path = "/api/v1/results/{id}", operation_id = "result", params(("id" = String, Path, description = "Id of the result")),
    responses((status = 200, description = "The verdict", body = VerdictBody),
        (status = 401, body = ErrorBody, description = "No token, or not a valid one"), (status = 404, body = ErrorBody, description = "No such result of this unit"),
        (status = 429, body = ErrorBody, description = "Too many calls")), security(("token" = [])))]
pub(super) async fn result(
    State(api): State<Arc<Api>>,
    Extension(token): Extension<Token>,
    Path(id): Path<String>,
) -> Answer {
    let kept: Option<Kept> = api.shelf.get(Sort::Results, &id);
    let own = kept.filter(|k| k.unit == token.unit);
    own.map(|k| Json(k.verdict).into_response())
        .ok_or_else(|| Refusal::missing("没有这个结果，或已过保留期"))
}

/// A card.
#[utoipa::path(get, path = "/api/v1/cards/{id}", operation_id = "card", params(("id" = String, Path, description = "Id of the card")),
    responses((status = 200, description = "The card", body = CardBody),
        (status = 401, body = ErrorBody, description = "No token, or not a valid one"), (status = 404, body = ErrorBody, description = "No such card, or it was changed"),
        (status = 429, body = ErrorBody, description = "Too many calls")), security(("token" = [])))]
pub(super) async fn card(
    State(api): State<Arc<Api>>,
    Extension(token): Extension<Token>,
    Path(id): Path<String>,
) -> Answer {
    let card = found_card(&api, &token, &id)?;
    Ok(Json(card_body(&api, &card, None)?).into_response())
}

/// Whether a text is the one a card was made of.
#[utoipa::path(post, path = "/api/v1/cards/{id}/verify", operation_id = "verify_card", params(("id" = String, Path, description = "Id of the card")), request_body = DraftBody,
    responses((status = 200, description = "The card, and whether the text is the same", body = CardBody), (status = 400, body = ErrorBody, description = "Not understood"),
        (status = 401, body = ErrorBody, description = "No token, or not a valid one"), (status = 404, body = ErrorBody, description = "No such card, or it was changed"),
        (status = 413, body = ErrorBody, description = "Too large"), (status = 429, body = ErrorBody, description = "Too many calls")), security(("token" = [])))]
pub(super) async fn verify(
    State(api): State<Arc<Api>>,
    Extension(token): Extension<Token>,
    Path(id): Path<String>,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let asked: DraftBody = read(body)?;
    let card = found_card(&api, &token, &id)?;
    let verdict = judged(&api, asked.draft(), asked.question(None)).await?;
    let same = verdict
        .reading
        .as_ref()
        .is_ok_and(|document| card.is_about(document));
    Ok(Json(card_body(&api, &card, Some(same))?).into_response())
}

/// How an answer is wanted.
struct Asked {
    format: AnswerFormat,
    keep: bool,
    fail_on: FailOn,
}

async fn answer(
    api: &Arc<Api>,
    token: &Token,
    draft: Draft,
    question: Question,
    how: Asked,
) -> Answer {
    let verdict = judged(api, draft, question).await?;
    if let Some(card) = &verdict.card {
        check::save_card(&api.config.data_dir, card).map_err(|e| Refusal::own(&e))?;
    }
    let mut body = verdict_body(api, &verdict, how.fail_on);
    if how.keep {
        body.id = Some(keep(api, &token.unit, &body).map_err(|e| Refusal::own(&e))?);
    }
    let (format, content_type) = match how.format {
        AnswerFormat::Json => return Ok(Json(body).into_response()),
        AnswerFormat::Sarif => (CheckFormat::Sarif, "application/sarif+json"),
        AnswerFormat::Html => (CheckFormat::Html, "text/html; charset=utf-8"),
        AnswerFormat::Docx => (
            CheckFormat::Docx,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    };
    if verdict.reading.is_err() {
        // Nothing can be marked in what was not read: the reason is the answer.
        return Ok(Json(body).into_response());
    }
    let bytes = check::rendered(&api.bench, &verdict, format).map_err(|e| Refusal::own(&e))?;
    Ok(([(CONTENT_TYPE, content_type)], bytes).into_response())
}

/// Judges on a thread that may take its time, no more drafts at once than there are processors.
pub(super) async fn judged(
    api: &Arc<Api>,
    draft: Draft,
    question: Question,
) -> Result<Verdict, Refusal> {
    let turn = api.turns.acquire().await;
    let sharing = Arc::clone(api);
    let judging = tokio::task::spawn_blocking(move || sharing.bench.judge(draft, &question)).await;
    drop(turn);
    judging.map_err(|error| Refusal::own(&anyhow::Error::new(error)))
}

pub(super) fn verdict_body(api: &Api, verdict: &Verdict, fail_on: FailOn) -> VerdictBody {
    let mut object = check::object(verdict, false);
    // Of nothing, nothing can be said.
    let is_blank = |d: &Document| d.text.plain().trim().is_empty();
    let word = match (&verdict.reading, verdict.fails(fail_on)) {
        (Err(_), _) => "unread",
        (Ok(document), _) if is_blank(document) => "unread",
        (Ok(_), true) => "fail",
        (Ok(_), false) => "pass",
    };
    VerdictBody {
        verdict: word.to_owned(),
        document: object["document"].take(),
        findings: object["findings"].as_array().cloned().unwrap_or_default(),
        rules: api.bench.rules.version().to_owned(),
        card: object.get("card").cloned(),
        id: None,
    }
}

/// Puts a result on the shelf; its id.
pub(super) fn keep(api: &Api, unit: &str, verdict: &VerdictBody) -> anyhow::Result<String> {
    let id = random_hex(12)?;
    let verdict = VerdictBody {
        id: Some(id.clone()),
        ..verdict.clone()
    };
    api.shelf.put(
        Sort::Results,
        &id,
        &Kept {
            unit: unit.to_owned(),
            verdict,
        },
    )?;
    Ok(id)
}

/// A card of the token's unit, or of none.
fn found_card(api: &Api, token: &Token, id: &str) -> Result<check::Card, Refusal> {
    let card = check::find_card(&api.config.data_dir, id);
    card.filter(|c| c.unit.as_ref().is_none_or(|unit| *unit == token.unit))
        .ok_or_else(|| Refusal::missing("没有这张检测单，或检测单被改动过"))
}

fn card_body(api: &Api, card: &check::Card, same_text: Option<bool>) -> Result<CardBody, Refusal> {
    let object = serde_json::to_value(card).map_err(|e| Refusal::own(&e.into()))?;
    let rules_newer = card.rules != api.bench.rules.version();
    Ok(CardBody {
        card: object,
        rules_newer,
        same_text,
    })
}

/// Lets a call through to its function, with the token put beside it: before anything of the body was read.
pub(super) async fn admit(
    State(api): State<Arc<Api>>,
    mut request: Request,
    next: Next,
) -> Response {
    match admitted(&api, request.headers()) {
        Ok(token) => {
            request.extensions_mut().insert(token);
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// The caller's token, when it is one and has calls left.
fn admitted(api: &Api, headers: &HeaderMap) -> Result<Token, Refusal> {
    let given = headers.get(AUTHORIZATION).and_then(|v| v.to_str().ok());
    let secret = given
        .and_then(|v| v.split_once(' '))
        .filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
    let (_, secret) = secret.ok_or_else(Refusal::unauthorized)?;
    let token =
        tokens::of_secret(&api.config.data_dir, secret.trim()).map_err(|e| Refusal::own(&e))?;
    let token = token.ok_or_else(Refusal::unauthorized)?;
    api.limits.admit(&token).map_err(Refusal::too_many)?;
    Ok(token)
}

/// The token's unit, as far as the units file knows it.
pub(super) fn unit(api: &Api, token: &Token) -> Option<Unit> {
    api.bench.unit(&token.unit).ok()
}

fn read<T: DeserializeOwned>(body: Result<Bytes, BytesRejection>) -> Result<T, Refusal> {
    let bytes = body.map_err(|e| of_rejection(&e))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Refusal::unclear(format!("请求不是所要的 JSON：{error}")))
}

fn of_rejection(rejection: &BytesRejection) -> Refusal {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::too_large(),
        _ => Refusal::unclear("请求没有收全"),
    }
}
