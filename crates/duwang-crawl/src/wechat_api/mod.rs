//! An official account's own interface: what its office wrote (drafts), published and keeps as material. Read only.
//!
//! ```text
//! Account ─ token (stable_token, kept until shortly before its end) ─▶ call ─▶ JSON │ Refusal (what happened, what the office must do)
//! drafts · draft · published · materials: page by page, 20 at once
//! ```
//! Failures come with status 200 and an `errcode`; successes often have none. The token is part of every address: addresses of this
//! module are never shown or logged.

mod article;
mod refusal;

pub use article::{ApiArticle, ApiItem};
pub use refusal::Refusal;

use crate::{Crawler, Purpose, Request};
use article::items;
use chrono::{DateTime, Duration as Span, Utc};
use refusal::Remedy;
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use url::Url;

/// Items asked for at once; the interface allows no more.
const PAGE: usize = 20;
/// Most items of one list: an account has a few hundred drafts at most.
const MOST: usize = 5_000;
/// A token is renewed this long before its end; the old one holds on for five minutes.
const EARLY: i64 = 300;
/// Tries when the interface says it is busy.
const TRIES: u32 = 3;

/// A key for the interface.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The key itself.
    pub value: String,
    /// Until when it opens.
    pub until: DateTime<Utc>,
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Token(…, until {})", self.until)
    }
}

/// What an account is asked with.
pub struct Account<'a> {
    crawler: &'a Crawler,
    base: Url,
    appid: String,
    secret: String,
    now: DateTime<Utc>,
    /// First wait when the interface is busy; doubles.
    patience: Duration,
    token: Mutex<Option<Token>>,
}

impl std::fmt::Debug for Account<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({})", self.base)
    }
}

impl<'a> Account<'a> {
    /// An account by its id and secret. `token`: one that was kept from before. `patience`: first wait when the interface is busy.
    pub fn new(
        crawler: &'a Crawler,
        base: Url,
        (appid, secret): (String, String),
        token: Option<Token>,
        now: DateTime<Utc>,
        patience: Duration,
    ) -> Self {
        let usable = token.filter(|t| t.until - Span::seconds(EARLY) > now);
        Self {
            crawler,
            base,
            appid,
            secret,
            now,
            patience,
            token: Mutex::new(usable),
        }
    }

    /// The token in use, to be kept for the next run.
    pub fn token(&self) -> Option<Token> {
        self.lock().clone()
    }

    /// All drafts with their content.
    pub async fn drafts(&self) -> Result<Vec<ApiItem>, Refusal> {
        self.pages("/cgi-bin/draft/batchget", &json!({ "no_content": 0 }))
            .await
    }

    /// One draft; `None` when it is no longer in the draft box: published or deleted.
    pub async fn draft(&self, media_id: &str) -> Result<Option<ApiItem>, Refusal> {
        match self
            .call("/cgi-bin/draft/get", &json!({ "media_id": media_id }))
            .await
        {
            Ok(answer) => Ok(Some(ApiItem::of_answer(media_id, &answer))),
            Err(refusal) if refusal.code == 40007 => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// What was published. Mass-sent articles are not among it: an empty list does not mean that nothing was sent.
    pub async fn published(&self) -> Result<Vec<ApiItem>, Refusal> {
        self.pages("/cgi-bin/freepublish/batchget", &json!({ "no_content": 0 }))
            .await
    }

    /// Articles kept as material: only old accounts have any.
    pub async fn materials(&self) -> Result<Vec<ApiItem>, Refusal> {
        self.pages(
            "/cgi-bin/material/batchget_material",
            &json!({ "type": "news" }),
        )
        .await
    }

    /// Calls of a path that are left today: limit, used, left.
    pub async fn quota(&self, path: &str) -> Result<(u64, u64, u64), Refusal> {
        let answer = self
            .call("/cgi-bin/openapi/quota/get", &json!({ "cgi_path": path }))
            .await?;
        let number = |name: &str| answer["quota"][name].as_u64().unwrap_or(0);
        Ok((number("daily_limit"), number("used"), number("remain")))
    }

    async fn pages(&self, path: &str, fixed: &Value) -> Result<Vec<ApiItem>, Refusal> {
        let mut out: Vec<ApiItem> = Vec::new();
        loop {
            let mut body = fixed.clone();
            body["offset"] = json!(out.len());
            body["count"] = json!(PAGE);
            let answer = self.call(path, &body).await?;
            let page = items(&answer);
            let total = answer["total_count"].as_u64().unwrap_or(0) as usize;
            let came = page.len();
            // A draft that moved while pages were turned comes twice.
            let new: Vec<ApiItem> = page
                .into_iter()
                .filter(|i| !out.iter().any(|o| o.id == i.id))
                .collect();
            let is_stuck = new.is_empty();
            out.extend(new);
            if came == 0 || is_stuck || out.len() >= total || out.len() >= MOST {
                return Ok(out);
            }
        }
    }

    /// One call with what its refusals ask for: a new token once, patience when the interface is busy.
    async fn call(&self, path: &str, body: &Value) -> Result<Value, Refusal> {
        let mut renewed = false;
        let mut tries = 0;
        loop {
            let token = self.some_token().await?;
            let refusal = match self.post(path, Some(&token), body).await {
                Ok(answer) => return Ok(answer),
                Err(refusal) => refusal,
            };
            match refusal.remedy() {
                Remedy::NewToken if !renewed => {
                    renewed = true;
                    *self.lock() = None;
                }
                Remedy::Wait if tries + 1 < TRIES => {
                    tokio::time::sleep(self.patience * 2_u32.pow(tries)).await;
                    tries += 1;
                }
                _ => return Err(refusal),
            }
        }
    }

    async fn some_token(&self) -> Result<String, Refusal> {
        if let Some(token) = self.token() {
            return Ok(token.value);
        }
        // Never with `force_refresh`, and never by the old `/token`: either would lock out the office's other systems.
        let body = json!({
            "grant_type": "client_credential", "appid": self.appid, "secret": self.secret, "force_refresh": false,
        });
        let mut tries = 0;
        let answer = loop {
            match self.post("/cgi-bin/stable_token", None, &body).await {
                Ok(answer) => break answer,
                Err(refusal) if refusal.remedy() == Remedy::Wait && tries + 1 < TRIES => {
                    tokio::time::sleep(self.patience * 2_u32.pow(tries)).await;
                    tries += 1;
                }
                Err(refusal) => return Err(refusal),
            }
        };
        let value = answer["access_token"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if value.is_empty() {
            return Err(Refusal::unreadable("回答里没有 access_token"));
        }
        let seconds = answer["expires_in"].as_i64().unwrap_or(0).clamp(0, 7200);
        let token = Token {
            value: value.clone(),
            until: self.now + Span::seconds(seconds),
        };
        *self.lock() = Some(token);
        Ok(value)
    }

    async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Value, Refusal> {
        let mut url = self.base.clone();
        url.set_path(path);
        url.set_query(None);
        if let Some(token) = token {
            url.query_pairs_mut().append_pair("access_token", token);
        }
        let purpose = Purpose::Interface {
            platform: "wechat-api".to_owned(),
            column: String::new(),
            page: 1,
        };
        let request = Request {
            form: Some(body.to_string()),
            ..Request::new(url.as_str(), purpose)
        };
        let fetched = match self.crawler.permit(&url).await {
            Ok(permit) => self.crawler.fetch(permit, &request).await,
            Err(outcome) => return Err(Refusal::unreachable(&outcome.reason)),
        };
        let Some(body) = fetched.body.filter(|_| fetched.outcome.is_seen()) else {
            return Err(Refusal::unreachable(&fetched.outcome.reason));
        };
        // Whatever the header says, it is UTF-8.
        let answer: Value =
            serde_json::from_slice(&body).map_err(|_| Refusal::unreadable("回答不是 JSON"))?;
        match answer["errcode"].as_i64() {
            None | Some(0) => Ok(answer),
            Some(code) => Err(Refusal::new(
                code,
                answer["errmsg"].as_str().unwrap_or_default(),
            )),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Token>> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
