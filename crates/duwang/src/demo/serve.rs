//! One host's server: resources with conditional requests, the list interfaces, and the moods of real servers.

use super::data::{AnswerData, Validators};
use super::paging;
use super::site::{Resource, Site};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri, header};
use chrono::{NaiveDateTime, TimeDelta};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// A host, and what it shows at the moment.
pub struct Host {
    site: RwLock<Arc<Site>>,
    /// Paths whose one-time answer was given.
    spent: Mutex<HashSet<String>>,
    requests: Arc<AtomicU64>,
}

impl Host {
    /// One that shows a site and counts what it is asked.
    pub fn new(site: Site, requests: Arc<AtomicU64>) -> Self {
        Self {
            site: RwLock::new(Arc::new(site)),
            spent: Mutex::default(),
            requests,
        }
    }

    /// Lets it show another site.
    pub fn show(&self, site: Site) {
        *self.site.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(site);
    }

    /// Lets it show once again what it shows only once.
    pub fn refresh(&self) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.clear();
    }
}

/// The router of a host.
pub fn router(host: Arc<Host>) -> Router {
    Router::new().fallback(answer).with_state(host)
}

async fn answer(
    State(host): State<Arc<Host>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    form: Bytes,
) -> Response<Body> {
    host.requests.fetch_add(1, Ordering::Relaxed);
    let site = Arc::clone(&host.site.read().unwrap_or_else(PoisonError::into_inner));
    if !matches!(method, Method::GET | Method::HEAD | Method::POST) {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "text/plain", "");
    }
    if let Some(given) = special(&host, &site, uri.path()) {
        return given;
    }
    let parameters = parameters(uri.query().unwrap_or(""), &String::from_utf8_lossy(&form));
    if let Some((content_type, body)) = paging::answer(&site, uri.path(), &parameters) {
        return plain(StatusCode::OK, content_type, body);
    }
    match site.resources.get(uri.path()) {
        Some(resource) => give(resource, site.validators, &headers),
        None if is_decoration(uri.path()) => plain(StatusCode::OK, "text/plain", ""),
        None => plain(StatusCode::NOT_FOUND, "text/html; charset=utf-8", NOT_FOUND),
    }
}

/// Scripts, style sheets and icons that the designs name; nobody is meant to read them.
fn is_decoration(path: &str) -> bool {
    [".js", ".css", ".gif", ".ico", ".jpeg"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

const NOT_FOUND: &str = "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>nginx</center></body></html>";

fn special(host: &Host, site: &Site, path: &str) -> Option<Response<Body>> {
    let applies = |a: &&AnswerData| {
        a.path
            .strip_suffix('*')
            .map_or(a.path == path, |folder| path.starts_with(folder))
    };
    let answer = site.answers.iter().find(applies)?;
    if answer.once {
        let mut spent = host.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if !spent.insert(path.to_owned()) {
            return None;
        }
    }
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut builder = Response::builder().status(status);
    if !answer
        .headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
    {
        builder = builder.header(header::CONTENT_TYPE, "text/html; charset=utf-8");
    }
    for (name, value) in &answer.headers {
        builder = builder.header(name, value);
    }
    builder.body(Body::from(answer.body.clone())).ok()
}

fn give(resource: &Resource, validators: Validators, asked: &HeaderMap) -> Response<Body> {
    let etag =
        matches!(validators, Validators::Both | Validators::Etag).then(|| etag(&resource.body));
    let modified = matches!(validators, Validators::Both | Validators::Modified)
        .then(|| http_date(resource.modified));
    let mut builder = Response::builder()
        .header(header::CONTENT_TYPE, &resource.content_type)
        .header(header::SERVER, "nginx");
    if let Some(etag) = &etag {
        builder = builder.header(header::ETAG, etag);
    }
    if let Some(modified) = &modified {
        builder = builder.header(header::LAST_MODIFIED, modified);
    }
    let unchanged = unchanged(asked, etag.as_deref(), modified.as_deref());
    let (status, body) = if unchanged {
        (StatusCode::NOT_MODIFIED, Vec::new())
    } else {
        (StatusCode::OK, resource.body.clone())
    };
    builder
        .status(status)
        .body(Body::from(body))
        .unwrap_or_default()
}

/// If-None-Match decides when given, otherwise If-Modified-Since (RFC 9110, 13.2.2). Dates are compared as the text we sent.
fn unchanged(asked: &HeaderMap, etag: Option<&str>, modified: Option<&str>) -> bool {
    let given = |name: header::HeaderName| asked.get(name).and_then(|v| v.to_str().ok());
    match given(header::IF_NONE_MATCH) {
        Some(tags) => etag.is_some_and(|e| {
            tags.split(',')
                .any(|t| t.trim().trim_start_matches("W/") == e)
        }),
        None => modified.is_some() && given(header::IF_MODIFIED_SINCE) == modified,
    }
}

fn plain(status: StatusCode, content_type: &str, body: impl Into<Body>) -> Response<Body> {
    Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, content_type)
        .body(body.into())
        .unwrap_or_default()
}

fn etag(body: &[u8]) -> String {
    let hash = body.iter().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| {
        (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("\"{hash:016x}\"")
}

/// Shanghai time as an HTTP date.
fn http_date(at: NaiveDateTime) -> String {
    let utc = at.checked_sub_signed(TimeDelta::hours(8)).unwrap_or(at);
    utc.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn parameters(query: &str, form: &str) -> HashMap<String, String> {
    [query, form]
        .iter()
        .flat_map(|text| url::form_urlencoded::parse(text.as_bytes()).into_owned())
        .collect()
}
