//! The paste box: a text, a pasted page or a file is checked and given back with marks in place. Nothing is stored, unless a card is
//! asked for.

use super::frame::{Frame, Here};
use super::problem::{Answer, Problem, html};
use super::{ConsoleState, Desk};
use crate::check::{self, Bench, Draft, Question, Sheet};
use crate::cli::{CheckFormat, FailOn};
use crate::people::Visitor;
use askama::Template;
use axum::Extension;
use axum::extract::{Multipart, State};
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use duwang_model::{Kind, Level};
use std::sync::Arc;

/// Largest draft, bytes.
pub(super) const MAX_DRAFT: usize = 64 << 20;

/// The draft keeps its own sizes and colours, which stand in its elements; only harmless ones were let through. Its pictures are not
/// fetched: the console loads nothing from elsewhere.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

#[derive(Template)]
#[template(path = "paste.html")]
struct Page {
    frame: Frame,
    form: Form,
    units: Vec<(String, String)>,
    wrong: Option<&'static str>,
    sheet: Option<Sheet>,
}

/// What was filled in.
#[derive(Default)]
struct Form {
    text: String,
    /// HTML of what was pasted; filled by the page's script.
    rich: String,
    file: Option<(String, Vec<u8>)>,
    kind: String,
    unit: String,
    card: bool,
    wants_word: bool,
}

impl Page {
    fn kinds(&self) -> &'static [Kind] {
        Kind::ALL
    }
}

pub(super) async fn show(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
) -> Answer {
    let bench = bench(&state)?;
    state
        .answer(visitor, move |desk| {
            let form = Form {
                unit: desk.visitor.only_unit().unwrap_or_default().to_owned(),
                ..Form::default()
            };
            Ok(page(desk, &bench, form, None, None))
        })
        .await
}

pub(super) async fn judge(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    fields: Multipart,
) -> Answer {
    let bench = bench(&state)?;
    let form = read(fields).await?;
    let data_dir = state.data_dir.clone();
    let _turn = state.turns.acquire().await; // never closed
    state
        .answer(visitor, move |desk| {
            let Some(draft) = form.draft() else {
                let wrong = "还没有内容：请粘贴正文，或选择一个文件。";
                return Ok(page(desk, &bench, form, Some(wrong), None));
            };
            let question = Question {
                kind: form.kind.parse().ok(),
                unit: bench.unit(&form.unit).ok(),
                card: form.card.then_some(FailOn::Serious),
                ..Question::default()
            };
            let verdict = bench.judge(draft, &question);
            if let (Some(card), Some(dir)) = (&verdict.card, &data_dir) {
                check::save_card(dir, card)?;
            }
            if form.wants_word && verdict.reading.is_ok() {
                return word(&check::rendered(&bench, &verdict, CheckFormat::Docx)?);
            }
            let sheet = Sheet::of(&verdict, false);
            Ok(page(desk, &bench, form, None, Some(sheet)))
        })
        .await
}

fn bench(state: &ConsoleState) -> Result<Arc<Bench>, Problem> {
    state.bench.clone().ok_or(Problem::Missing("这个页面"))
}

fn page(
    desk: &Desk,
    bench: &Bench,
    form: Form,
    wrong: Option<&'static str>,
    sheet: Option<Sheet>,
) -> Response {
    let units = bench
        .region
        .units
        .iter()
        .map(|u| (u.id.clone(), u.name.clone()))
        .collect();
    let page = Page {
        frame: Frame::new(desk, Here::Check, "发布前检测"),
        form,
        units,
        wrong,
        sheet,
    };
    let mut response = html(&page);
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

fn word(bytes: &[u8]) -> Answer {
    let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let name = "attachment; filename=\"duwang.docx\"; filename*=UTF-8''%E6%89%B9%E6%B3%A8.docx";
    Ok((
        [(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)],
        bytes.to_vec(),
    )
        .into_response())
}

async fn read(mut fields: Multipart) -> Result<Form, Problem> {
    let broken = |_| Problem::Unclear("表单没有收全，或内容超过 64 MB。".to_owned());
    let mut form = Form::default();
    while let Some(field) = fields.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(broken)?;
        let text = || String::from_utf8_lossy(&bytes).into_owned();
        match name.as_str() {
            "text" => form.text = text(),
            "rich" => form.rich = text(),
            "kind" => form.kind = text(),
            "unit" => form.unit = text(),
            "card" => form.card = true,
            "format" => form.wants_word = text() == "docx",
            "file" if !bytes.is_empty() => {
                form.file = Some((file.unwrap_or_default(), bytes.to_vec()))
            }
            _ => {}
        }
    }
    Ok(form)
}

impl Form {
    /// A file outweighs what was pasted, and that outweighs the plain text of it.
    fn draft(&self) -> Option<Draft> {
        if let Some((name, bytes)) = &self.file {
            return Some(check::draft_of_bytes(name, bytes.clone()));
        }
        if !self.rich.trim().is_empty() {
            let page = format!(
                "<!DOCTYPE html><meta charset=\"utf-8\"><body>{}</body>",
                self.rich
            );
            let mut draft = check::draft_of_bytes("粘贴的内容", page.into_bytes());
            draft.content_type = Some("text/html; charset=utf-8".to_owned());
            return Some(draft);
        }
        let text = self.text.trim();
        (!text.is_empty()).then(|| check::draft_of_bytes("粘贴的内容", text.as_bytes().to_vec()))
    }
}
