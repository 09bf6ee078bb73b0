//! Logging in and out, and choosing a password.

use super::ConsoleState;
use super::client::Client;
use super::frame::{Frame, Here};
use super::gate;
use super::problem::{Answer, html};
use crate::oidc::Provider;
use crate::people::{AUDIT, Accounts, Entry, Sessions, Visitor, Wait, audit_line};
use crate::view::minute;
use askama::Template;
use axum::Extension;
use axum::extract::{Form, Query, State};
use axum::http::header::{HeaderName, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use std::time::Instant;

/// Tells the browser to forget what it kept of the pages; browsers heed it by TLS only.
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    frame: Frame,
    /// What the identity provider is called, when one can be logged in by.
    provider: Option<String>,
    name: String,
    to: String,
    wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage {
    frame: Frame,
    name: String,
    must_change: bool,
    wrong: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LoginForm {
    name: String,
    password: String,
    to: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PasswordForm {
    now: String,
    new: String,
    again: String,
}

pub(super) async fn show(
    State(state): State<ConsoleState>,
    Query(form): Query<LoginForm>,
) -> Response {
    html(&LoginPage::new(state.oidc.as_deref(), form, None))
}

impl LoginPage {
    fn new(provider: Option<&Provider>, form: LoginForm, wrong: Option<String>) -> Self {
        Self {
            frame: Frame::bare("登录"),
            provider: provider.map(|p| p.oidc.name.clone()),
            name: super::tidy_name(&form.name),
            to: inside(&form.to),
            wrong,
        }
    }

    fn to_query(&self) -> String {
        url::form_urlencoded::byte_serialize(self.to.as_bytes()).collect()
    }
}

/// The form after the identity provider did not let somebody in.
pub(super) fn refused(provider: Option<&Provider>, wrong: &str) -> Response {
    html(&LoginPage::new(
        provider,
        LoginForm::default(),
        Some(wrong.to_owned()),
    ))
}

pub(super) async fn enter(
    State(state): State<ConsoleState>,
    client: Client,
    headers: HeaderMap,
    Form(form): Form<LoginForm>,
) -> Answer {
    if let Err(wait) = state.doorway.try_from(client.0, Instant::now()) {
        return turned_away(&state, client, form, wait).await;
    }
    let doorway = state.doorway.clone();
    let by_tls = state.is_by_tls(&headers);
    let provider = state.oidc.clone();
    state
        .alone(move |store, now| {
            let entry = Accounts(store).enter(&form.name, &form.password, now)?;
            let from = client.0.to_string();
            let told = |what: &str| audit_line(now, &super::tidy_name(&form.name), what, &from, "");
            let wrong = match entry {
                Entry::In(account) => {
                    doorway.entered(client.0);
                    let secret = Sessions(store).begin(&account, now)?;
                    store.append(AUDIT, &told("登录"))?;
                    let to = if account.must_change {
                        "/password".to_owned()
                    } else {
                        inside(&form.to)
                    };
                    let cookie = gate::cookie(&secret, by_tls);
                    return Ok(([(SET_COOKIE, cookie)], Redirect::to(&to)).into_response());
                }
                Entry::Wrong => {
                    store.append(AUDIT, &told("登录失败"))?;
                    "用户名或口令不对。".to_owned()
                }
                Entry::Locked(until) => {
                    store.append(AUDIT, &told("登录被锁"))?;
                    format!("口令连续输错，账号锁到 {}。", minute(until))
                }
            };
            let page = LoginPage::new(provider.as_deref(), form, Some(wrong));
            Ok((StatusCode::UNAUTHORIZED, html(&page)).into_response())
        })
        .await
}

/// Too many wrong tries from one address: no password is even looked at. Written down once, so that the log cannot be flooded.
async fn turned_away(state: &ConsoleState, client: Client, form: LoginForm, wait: Wait) -> Answer {
    let seconds = wait.time.as_secs() + 1;
    let provider = state.oidc.clone();
    state
        .alone(move |store, now| {
            if wait.is_first {
                let name = super::tidy_name(&form.name);
                let from = client.0.to_string();
                store.append(AUDIT, &audit_line(now, &name, "登录过于频繁", &from, ""))?;
            }
            let wrong = format!(
                "这个地址输错的次数太多，请 {} 分钟后再试。",
                seconds.div_ceil(60)
            );
            let page = html(&LoginPage::new(provider.as_deref(), form, Some(wrong)));
            let after = [(RETRY_AFTER, seconds.to_string())];
            Ok((StatusCode::TOO_MANY_REQUESTS, after, page).into_response())
        })
        .await
}

pub(super) async fn leave(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
) -> Answer {
    let by_tls = state.is_by_tls(&headers);
    let secret = gate::secret(&headers, by_tls);
    state
        .alone(move |store, now| {
            if let Some(secret) = secret {
                Sessions(store).end(&secret)?;
            }
            store.append(AUDIT, &audit_line(now, &visitor.name, "退出", "", ""))?;
            let gone = [
                (SET_COOKIE, gate::no_cookie(by_tls)),
                (CLEAR_SITE_DATA, "\"cache\", \"storage\"".to_owned()),
            ];
            Ok((gone, Redirect::to("/login")).into_response())
        })
        .await
}

pub(super) async fn password(Extension(visitor): Extension<Visitor>) -> Response {
    html(&password_page(&visitor, None))
}

pub(super) async fn choose(
    State(state): State<ConsoleState>,
    Extension(visitor): Extension<Visitor>,
    headers: HeaderMap,
    Form(form): Form<PasswordForm>,
) -> Answer {
    let by_tls = state.is_by_tls(&headers);
    state
        .alone(move |store, now| {
            let accounts = Accounts(store);
            let chosen = if form.new == form.again {
                match accounts.enter(&visitor.name, &form.now, now)? {
                    Entry::In(_) => accounts
                        .choose_password(&visitor.name, &form.new)
                        .map_err(|e| format!("{e}。")),
                    Entry::Wrong => Err("现在的口令不对。".to_owned()),
                    Entry::Locked(until) => Err(format!("账号锁到 {}。", minute(until))),
                }
            } else {
                Err("两次输入的新口令不一样。".to_owned())
            };
            match chosen {
                Ok(account) => {
                    store.append(AUDIT, &audit_line(now, &visitor.name, "改口令", "", ""))?;
                    let secret = Sessions(store).begin(&account, now)?;
                    let cookie = gate::cookie(&secret, by_tls);
                    Ok(([(SET_COOKIE, cookie)], Redirect::to("/")).into_response())
                }
                Err(wrong) => {
                    let page = html(&password_page(&visitor, Some(wrong)));
                    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
                }
            }
        })
        .await
}

fn password_page(visitor: &Visitor, wrong: Option<String>) -> PasswordPage {
    PasswordPage {
        frame: Frame::bare("改口令"),
        name: visitor.name.clone(),
        must_change: visitor.must_change,
        wrong,
    }
}

/// Only ever an address of this console: `/…`, not `//host`.
pub(super) fn inside(to: &str) -> String {
    let is_inside =
        to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n']);
    if is_inside { to } else { "/" }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn a_login_never_leads_elsewhere() {
        assert_eq!(inside("/findings?unit=a"), "/findings?unit=a");
        for to in [
            "//evil.example",
            "http://evil.example",
            "",
            "/\\evil",
            "/a\r\nb",
        ] {
            assert_eq!(inside(to), "/", "{to}");
        }
    }
}
