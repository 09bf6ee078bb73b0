//! What every answer carries and every change must prove.
//!
//! A request that changes something must come from a page of ours: browsers say so in `Sec-Fetch-Site` (secure and local
//! origins) and in `Origin` (every POST). One of them must be there, and none may disagree; no token is needed.
//!
//! A foreign name that is made to resolve to this machine would pass for our own origin; a console that knows its names answers to
//! no other (IP addresses and `localhost` cannot be forged that way).

use super::problem::Problem;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, HeaderName, HeaderValue, ORIGIN, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Sent with every answer. `same-origin` and not `no-referrer`: the latter would make browsers send `Origin: null` with our own forms.
const HEADERS: [(HeaderName, &str); 6] = [
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'self'; style-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    ),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// What the guard knows of the door people come in by.
#[derive(Clone)]
pub(super) struct Door {
    /// See [`super::ConsoleState::hosts`].
    pub(super) hosts: Arc<[String]>,
    /// Browsers speak TLS with this process: they are told to come by nothing else for a year.
    pub(super) tls: bool,
}

/// Refuses changes asked for by other sites and puts the safety headers on every answer.
pub(super) async fn guard(State(door): State<Door>, request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = if !is_our_name(request.headers(), &door.hosts) {
        Problem::Name.into_response()
    } else if changes && !is_from_our_pages(request.headers()) {
        Problem::Foreign.into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    if door.tls {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.entry(STRICT_TRANSPORT_SECURITY).or_insert(year);
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

fn is_from_our_pages(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    let site = text(HeaderName::from_static("sec-fetch-site"));
    let origin = text(ORIGIN);
    let host = text(HOST).unwrap_or_default();
    (site.is_some() || origin.is_some())
        && site.is_none_or(|site| site == "same-origin")
        && origin.is_none_or(|origin| is_same_host(origin, host))
}

/// Whether the request names us by an address, as `localhost` or by one of our names; any name when none is known.
fn is_our_name(headers: &HeaderMap, hosts: &[String]) -> bool {
    let authority = headers
        .get(HOST)
        .and_then(|h| h.to_str().ok())
        .unwrap_or_default();
    let Ok(url) = url::Url::parse(&format!("http://{authority}/")) else {
        return false;
    };
    match url.host() {
        Some(url::Host::Domain(name)) => {
            let known = || hosts.iter().any(|host| host.eq_ignore_ascii_case(name));
            hosts.is_empty() || name == "localhost" || known()
        }
        Some(_) => true,
        None => false,
    }
}

/// Whether `http://console.example:8080` is at `console.example:8080`. A proxy may end TLS, so the scheme does not count.
fn is_same_host(origin: &str, host: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    let default_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    let bare = |a: &str| {
        a.strip_suffix(default_port)
            .unwrap_or(a)
            .to_ascii_lowercase()
    };
    !host.is_empty() && bare(authority) == bare(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_console_that_knows_its_names_answers_to_no_other() {
        let named = |host: &'static str, hosts: &[&str]| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static(host));
            let hosts: Vec<String> = hosts.iter().map(|h| (*h).to_owned()).collect();
            is_our_name(&headers, &hosts)
        };
        for host in [
            "127.0.0.1:8080",
            "[::1]:8080",
            "localhost:8080",
            "Duwang.example",
        ] {
            assert!(named(host, &["duwang.example"]), "{host}");
        }
        for host in ["evil.example", "duwang.example.evil", "", "a b"] {
            assert!(!named(host, &["duwang.example"]), "{host}");
        }
        assert!(named("any.example", &[]));
    }

    #[test]
    fn only_our_own_pages_may_change_something() {
        let ours = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static("127.0.0.1:8080"));
            for (name, value) in pairs {
                headers.insert(
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                );
            }
            is_from_our_pages(&headers)
        };
        assert!(ours(&[("origin", "http://127.0.0.1:8080")]));
        assert!(ours(&[("sec-fetch-site", "same-origin")]));
        assert!(!ours(&[]));
        assert!(!ours(&[("origin", "null")]));
        assert!(!ours(&[("origin", "http://127.0.0.1:8081")]));
        assert!(!ours(&[("origin", "http://evil.example")]));
        assert!(!ours(&[("sec-fetch-site", "cross-site")]));
        assert!(!ours(&[
            ("sec-fetch-site", "same-site"),
            ("origin", "http://127.0.0.1:8080")
        ]));
        assert!(!ours(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://evil.example")
        ]));
        assert!(is_same_host("https://Duwang.example", "duwang.example:443"));
        assert!(!is_same_host(
            "http://duwang.example.evil",
            "duwang.example"
        ));
    }
}
