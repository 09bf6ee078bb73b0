//! Logging in by the office's identity provider: away to it, and back.

use super::ConsoleState;
use super::gate;
use super::login::{self, inside};
use super::problem::{Answer, Problem};
use crate::people::{AUDIT, Accounts, Sessions, audit_line};
use axum::extract::{Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{AppendHeaders, IntoResponse as _, Redirect};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Instant;

/// Holds the state of the login this browser began, so that nobody can be logged in by a link that somebody else made.
const COOKIE: &str = "duwang-oidc";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    to: String,
}

/// What the provider sends people back with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Back {
    code: String,
    state: String,
    error: String,
}

pub(super) async fn begin(
    State(state): State<ConsoleState>,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Answer {
    let provider = state.oidc.as_ref().ok_or(Problem::Missing("这个页面"))?;
    let (url, secret, began) = match provider.begin(inside(&wanted.to)).await {
        Ok(began) => began,
        Err(error) => return refused(&state, "", &format!("{error:#}")).await,
    };
    state.pending.put(secret.clone(), began, Instant::now());
    let cookie = cookie(&secret, state.is_by_tls(&headers));
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&url)).into_response())
}

pub(super) async fn back(
    State(state): State<ConsoleState>,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Answer {
    let provider = state.oidc.as_ref().ok_or(Problem::Missing("这个页面"))?;
    let is_own = gate::cookie_of(&headers, COOKIE).is_some_and(|s| s == back.state);
    let began = state.pending.take(&back.state, Instant::now());
    let Some(began) = began.filter(|_| is_own && !back.state.is_empty()) else {
        return refused(&state, "", "这次登录不是从这个浏览器开始的，或者隔得太久").await;
    };
    if !back.error.is_empty() {
        return refused(&state, "", &format!("对方没有放行（{}）", back.error)).await;
    }
    let name = match provider.who(back.code, &began, (state.now)()).await {
        Ok(name) => name,
        Err(error) => return refused(&state, "", &format!("{error:#}")).await,
    };
    let by_tls = state.is_by_tls(&headers);
    let entered = {
        let name = name.clone();
        state.alone(move |store, now| {
            let account = Accounts(store).get(&name)?.filter(|a| !a.disabled);
            let Some(account) = account else {
                return Err(Problem::Forbidden);
            };
            let secret = Sessions(store).begin_vouched(&account, now)?;
            store.append(AUDIT, &audit_line(now, &account.name, "登录", "oidc", ""))?;
            let cookies = AppendHeaders([
                (SET_COOKIE, gate::cookie(&secret, by_tls)),
                (SET_COOKIE, cookie("", by_tls)),
            ]);
            Ok((cookies, Redirect::to(&began.to)).into_response())
        })
    };
    match entered.await {
        Err(Problem::Forbidden) => refused(&state, &name, "这里没有同名的账号，请找管理员").await,
        other => other,
    }
}

/// The login page with why it did not go; written down.
async fn refused(state: &ConsoleState, name: &str, why: &str) -> Answer {
    tracing::warn!(why, "login by the identity provider failed");
    let name = super::tidy_name(name);
    let why = crate::view::one_line(why);
    let provider = state.oidc.as_ref().map(Arc::clone);
    state
        .alone(move |store, now| {
            store.append(AUDIT, &audit_line(now, &name, "登录失败", "oidc", &why))?;
            let page = login::refused(provider.as_deref(), &format!("没能登录：{why}。"));
            Ok((StatusCode::UNAUTHORIZED, page).into_response())
        })
        .await
}

fn cookie(state: &str, by_tls: bool) -> String {
    let secure = if by_tls { "; Secure" } else { "" };
    let age = if state.is_empty() { 0 } else { 600 };
    format!("{COOKIE}={state}; Path=/oidc; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
}
