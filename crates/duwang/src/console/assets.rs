//! Style sheets and the icon, embedded in the program.

use super::problem::Problem;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

pub(super) async fn asset(
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let file = Assets::get(&name).ok_or(Problem::Missing("这个文件"))?;
    let tag = etag(&file.metadata.sha256_hash());
    let same = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let fresh = [(ETAG, tag), (CACHE_CONTROL, "no-cache".to_owned())];
    if same {
        return Ok((StatusCode::NOT_MODIFIED, fresh).into_response());
    }
    Ok((
        fresh,
        [(CONTENT_TYPE, content_type(&name))],
        file.data.into_owned(),
    )
        .into_response())
}

fn etag(hash: &[u8]) -> String {
    let hex: String = hash.iter().take(12).map(|b| format!("{b:02x}")).collect();
    format!("\"{hex}\"")
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
