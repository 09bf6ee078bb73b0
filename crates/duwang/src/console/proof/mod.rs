//! Proofs 佐证: files a unit brings with its claim or appeal. They are kept as bodies named by hash, listed in a note of the finding, and
//! leave only as attachments, to the unit and to those who decide.
//!
//! ```text
//! POST /findings/{id}/proofs          brings one; what it is, its bytes say
//! GET  /findings/{id}/proofs/{hash}   takes one out; the hash must stand in the list of this finding
//! ```

mod kind;

use super::filter::Filter;
use super::finding::{find, href};
use super::problem::{Answer, Problem};
use super::snapshot::is_hash;
use super::{ConsoleState, Desk};
use crate::people::{AUDIT, Right, Visitor};
use axum::Extension;
use axum::extract::{Multipart, Path, RawQuery, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Redirect};
use chrono::{DateTime, Utc};
use duwang_model::{Finding, State as Stand};
use duwang_store::StoreError;
use kind::Kind;
use serde::{Deserialize, Serialize};

const KIND: &str = "proof";
/// Largest file, bytes.
const LARGEST: usize = 10 << 20;
/// Largest request: the file and what stands around it.
pub(super) const LARGEST_REQUEST: usize = LARGEST + (64 << 10);
/// So many a finding.
const MOST: usize = 10;
/// Characters kept of a file's name.
const NAME: usize = 80;

/// A file brought by a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Proof {
    /// `sha256:…`.
    pub(super) hash: String,
    /// As the unit called it; for people, never for a path.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) size: usize,
    pub(super) by: String,
    pub(super) at: DateTime<Utc>,
}

/// The proofs of a finding, for the eyes of its unit and of those who decide.
pub(super) fn of(desk: &Desk, finding: &Finding) -> Result<Vec<Proof>, Problem> {
    if !desk.visitor.may(Right::Answer) && !desk.visitor.may(Right::Decide) {
        return Ok(Vec::new());
    }
    Ok(kept(desk, finding)?.1)
}

/// Whether the visitor may bring one now: the unit, while it has to answer.
pub(super) fn is_wanted(desk: &Desk, finding: &Finding) -> bool {
    desk.visitor.may(Right::Answer) && matches!(finding.state, Stand::Assigned | Stand::Appealed)
}

fn kept(desk: &Desk, finding: &Finding) -> Result<(u64, Vec<Proof>), Problem> {
    Ok(match desk.store.note(KIND, &finding.fingerprint)? {
        Some(note) => (note.version, serde_json::from_value(note.value)?),
        None => (0, Vec::new()),
    })
}

pub(super) async fn bring(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    fields: Multipart,
) -> Answer {
    let filter = Filter::read(&query.unwrap_or_default()).map_err(Problem::Unclear)?;
    let (name, bytes) = file(fields).await?;
    state
        .answer(visitor, move |desk| {
            let finding = find(desk, &id)?;
            keep(desk, &finding, &name, &bytes)?;
            let to = href(&finding.id, &filter);
            let separator = if to.contains('?') { '&' } else { '?' };
            Ok(Redirect::to(&format!("{to}{separator}done=proof")).into_response())
        })
        .await
}

/// The one file of the form.
async fn file(mut fields: Multipart) -> Result<(String, Vec<u8>), Problem> {
    let broken = |_| Problem::Refused("文件没有收全，或超过 10 MB。".to_owned());
    while let Some(field) = fields.next_field().await.map_err(broken)? {
        if field.name() != Some("file") {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(broken)?;
        if !bytes.is_empty() {
            return Ok((name, bytes.to_vec()));
        }
    }
    Err(Problem::Refused("请选择一个文件。".to_owned()))
}

fn keep(desk: &Desk, finding: &Finding, name: &str, bytes: &[u8]) -> Result<(), Problem> {
    if !is_wanted(desk, finding) {
        let why = "只有交办中或申诉中的问题可以附佐证，由所属单位附上。";
        return Err(Problem::Refused(why.to_owned()));
    }
    if bytes.len() > LARGEST {
        return Err(Problem::Refused("文件超过 10 MB。".to_owned()));
    }
    let Some(kind) = Kind::of(bytes) else {
        let why =
            "只收 PDF、OFD、Word、Excel（docx、xlsx）和 PNG、JPEG 图片；按内容辨认，与文件名无关。";
        return Err(Problem::Refused(why.to_owned()));
    };
    let hash = desk.store.keep_body(bytes)?;
    let proof = Proof {
        name: shown_name(name),
        kind,
        size: bytes.len(),
        by: desk.visitor.name.clone(),
        at: desk.now,
        hash,
    };
    list(desk, finding, &proof)?;
    let words = format!("{}，{} 字节", proof.hash, proof.size);
    let line = desk.line("附佐证", &finding.id, &words);
    desk.store.append(AUDIT, &line)?;
    Ok(())
}

/// Adds to the list; the same file twice stands there once.
fn list(desk: &Desk, finding: &Finding, proof: &Proof) -> Result<(), Problem> {
    for _ in 0..20 {
        let (version, mut proofs) = kept(desk, finding)?;
        if proofs.iter().any(|p| p.hash == proof.hash) {
            return Ok(());
        }
        if proofs.len() >= MOST {
            let why = format!("一个问题最多附 {MOST} 个文件。");
            return Err(Problem::Refused(why));
        }
        proofs.push(proof.clone());
        let value = serde_json::to_value(&proofs)?;
        match desk
            .store
            .put_note(KIND, &finding.fingerprint, version, &value)
        {
            Err(StoreError::Stale { .. }) => {}
            other => return Ok(other.map(drop)?),
        }
    }
    Err(Problem::own(anyhow::anyhow!("佐证清单正被频繁修改")))
}

fn shown_name(name: &str) -> String {
    let name: String = crate::view::one_line(name).chars().take(NAME).collect();
    match name.trim() {
        "" => "未命名".to_owned(),
        name => name.to_owned(),
    }
}

pub(super) async fn take(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    Path((id, hash)): Path<(String, String)>,
) -> Answer {
    if !is_hash(&hash) {
        return Err(Problem::Missing("这份佐证"));
    }
    state
        .answer(visitor, move |desk| {
            let missing = || Problem::Missing("这份佐证");
            let finding = find(desk, &id)?;
            let proofs = of(desk, &finding)?;
            let proof = proofs.iter().find(|p| p.hash == hash).ok_or_else(missing)?;
            let bytes = desk.store.body(&proof.hash)?.ok_or_else(missing)?;
            let line = desk.line("取出佐证", &finding.id, &proof.hash);
            desk.store.append(AUDIT, &line)?;
            Ok((headers(proof), bytes).into_response())
        })
        .await
}

/// Our own name and no type a browser would open: nothing of it is ever shown inside the console's origin.
fn headers(proof: &Proof) -> [(axum::http::HeaderName, String); 3] {
    let short: String = proof.hash.chars().skip("sha256:".len()).take(12).collect();
    let name = format!("proof-{short}.{}", proof.kind.ending());
    [
        (CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
    ]
}
