//! Who may pass. Every route stands in one table with the right it asks for; what does not stand in it is refused, so a forgotten route is
//! closed and not open. Findings of other units are kept from an editor by the pages themselves ([`super::Desk`]).

use super::ConsoleState;
use super::problem::Problem;
use crate::people::{Right, Sessions, Visitor};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::COOKIE;
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

const COOKIE_NAME: &str = "duwang-session";
/// Over TLS browsers take a cookie of this name only from this very host and by TLS: no neighbouring host, and nobody on the way, can put
/// another session under it.
const COOKIE_NAME_BY_TLS: &str = "__Host-duwang-session";

/// What a route asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ask {
    /// Open to everybody who may reach the console.
    Nothing,
    /// Any of these rights.
    One(&'static [Right]),
    /// Being logged in, also with a one-time password.
    Login,
}

/// Method, path as routed, and what it asks for.
pub(super) const ROUTES: &[(&str, &str, Ask)] = &[
    ("GET", "/", Ask::One(&[Right::Look])),
    ("GET", "/coverage", Ask::One(&[Right::Look])),
    ("GET", "/findings", Ask::One(&[Right::Look])),
    ("GET", "/findings/{id}", Ask::One(&[Right::Look])),
    ("GET", "/findings/{id}/page", Ask::One(&[Right::Look])),
    (
        "POST",
        "/findings/{id}/decisions",
        Ask::One(&[Right::Decide, Right::Answer]),
    ),
    (
        "POST",
        "/findings/{id}/unmasked",
        Ask::One(&[Right::Unmask]),
    ),
    ("POST", "/findings/{id}/proofs", Ask::One(&[Right::Answer])),
    (
        "GET",
        "/findings/{id}/proofs/{hash}",
        Ask::One(&[Right::Answer, Right::Decide]),
    ),
    ("GET", "/probes", Ask::One(&[Right::Decide])),
    ("POST", "/probes", Ask::One(&[Right::Decide])),
    ("GET", "/probes/{id}", Ask::One(&[Right::Decide])),
    ("POST", "/probes/{id}", Ask::One(&[Right::Decide])),
    ("POST", "/views", Ask::One(&[Right::Look])),
    ("POST", "/views/remove", Ask::One(&[Right::Look])),
    ("GET", "/snapshots/{hash}", Ask::One(&[Right::Unmask])),
    ("GET", "/check", Ask::One(&[Right::Check])),
    ("POST", "/check", Ask::One(&[Right::Check])),
    ("GET", "/report", Ask::One(&[Right::Look])),
    ("GET", "/releases", Ask::One(&[Right::Look])),
    ("POST", "/releases", Ask::One(&[Right::Decide])),
    // A draft is withdrawn by who made it, and released by those who may.
    (
        "POST",
        "/releases/{id}",
        Ask::One(&[Right::Release, Right::Decide]),
    ),
    ("GET", "/releases/{id}/{file}", Ask::One(&[Right::Look])),
    ("GET", "/deliveries", Ask::One(&[Right::Notify])),
    ("POST", "/deliveries/{id}", Ask::One(&[Right::Notify])),
    ("GET", "/people", Ask::One(&[Right::Manage])),
    ("POST", "/people", Ask::One(&[Right::Manage])),
    ("GET", "/audit", Ask::One(&[Right::Audit])),
    ("GET", "/password", Ask::Login),
    ("POST", "/password", Ask::Login),
    ("POST", "/logout", Ask::Login),
    ("GET", "/login", Ask::Nothing),
    ("POST", "/login", Ask::Nothing),
    ("GET", "/oidc", Ask::Nothing),
    ("GET", "/oidc/back", Ask::Nothing),
    ("GET", "/healthz", Ask::Nothing),
    ("GET", "/assets/{name}", Ask::Nothing),
];

/// Lets a request through to its page, with the [`Visitor`] put beside it.
pub(super) async fn gate(
    State(state): State<ConsoleState>,
    path: Option<MatchedPath>,
    mut request: Request,
    next: Next,
) -> Response {
    let method = match *request.method() {
        Method::HEAD => "GET",
        ref other => other.as_str(),
    };
    let Some(path) = path.as_ref().map(MatchedPath::as_str) else {
        return next.run(request).await; // no route: only the page that says so
    };
    let mut of_path = ROUTES.iter().filter(|(_, route, _)| *route == path);
    let Some((_, _, ask)) = of_path.find(|(m, _, _)| *m == method) else {
        let known = ROUTES.iter().any(|(_, route, _)| *route == path);
        return if known {
            Problem::Method
        } else {
            Problem::Forbidden
        }
        .into_response();
    };
    if *ask == Ask::Nothing {
        return next.run(request).await;
    }
    let visitor = match visitor(&state, request.headers()).await {
        Ok(Some(visitor)) => visitor,
        Ok(None) if method == "GET" => {
            let to = request.uri().path_and_query().map_or("/", |p| p.as_str());
            let to: String = url::form_urlencoded::byte_serialize(to.as_bytes()).collect();
            return Redirect::to(&format!("/login?to={to}")).into_response();
        }
        Ok(None) => return Problem::LoggedOut.into_response(),
        Err(problem) => return problem.into_response(),
    };
    let may = match ask {
        Ask::One(rights) => rights.iter().any(|right| visitor.may(*right)),
        _ => true,
    };
    if visitor.must_change && *ask != Ask::Login {
        return Redirect::to("/password").into_response();
    }
    if !may {
        tracing::warn!(who = visitor.name.as_str(), method, path, "refused");
        return Problem::Forbidden.into_response();
    }
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// Who holds the cookie of a running session.
async fn visitor(state: &ConsoleState, headers: &HeaderMap) -> Result<Option<Visitor>, Problem> {
    let Some(secret) = secret(headers, state.is_by_tls(headers)) else {
        return Ok(None);
    };
    let (store, now) = (std::sync::Arc::clone(&state.store), (state.now)());
    let asked =
        tokio::task::spawn_blocking(move || Sessions(store.as_ref()).of(&secret, now)).await;
    let account = asked.map_err(|e| Problem::own(e.into()))??;
    Ok(account.map(|a| a.visitor()))
}

/// The secret in the cookie.
pub(super) fn secret(headers: &HeaderMap, by_tls: bool) -> Option<String> {
    cookie_of(headers, name(by_tls))
}

fn name(by_tls: bool) -> &'static str {
    match by_tls {
        true => COOKIE_NAME_BY_TLS,
        false => COOKIE_NAME,
    }
}

/// The value of a cookie.
pub(super) fn cookie_of(headers: &HeaderMap, cookie: &str) -> Option<String> {
    let cookies = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok());
    cookies
        .flat_map(|c| c.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == cookie)
        .map(|(_, value)| value.to_owned())
}

/// The cookie of a session that begins. `Secure` when the browser came by TLS (a proxy says so).
pub(super) fn cookie(secret: &str, by_tls: bool) -> String {
    let (name, secure) = (name(by_tls), if by_tls { "; Secure" } else { "" });
    format!("{name}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

/// The cookie that ends it.
pub(super) fn no_cookie(by_tls: bool) -> String {
    let (name, secure) = (name(by_tls), if by_tls { "; Secure" } else { "" });
    format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}")
}
