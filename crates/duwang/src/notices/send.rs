//! One delivery.

use super::target::Way;
use super::{Message, Target, sign};
use crate::wechat::secret;
use anyhow::{Context as _, ensure};
use chrono::{DateTime, Utc};
use duwang_crawl::Office;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};
use std::time::Duration;

/// A receiver that takes longer is tried again later.
const LONGEST: Duration = Duration::from_secs(20);

pub(super) async fn send(
    target: &Target,
    message: &Message,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let url = secret::read(&target.url)?;
    let secret = target.secret.as_deref().map(secret::read).transpose()?;
    let sent = async {
        match target.kind {
            Way::Mail => mail(&url, target, message).await,
            _ => robot(&url, secret.as_deref(), target, message, now).await,
        }
    };
    tokio::time::timeout(LONGEST, sent)
        .await
        .context("对方没有在限时内应答")?
}

async fn robot(
    url: &str,
    secret: Option<&str>,
    target: &Target,
    message: &Message,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let mut url = url::Url::parse(url).context("通知地址不是网址")?;
    let mut headers = Vec::new();
    let mut body = body(target.kind, message, now);
    match (target.kind, secret) {
        (Way::Dingtalk, Some(secret)) => {
            let at = now.timestamp_millis();
            url.query_pairs_mut()
                .append_pair("timestamp", &at.to_string())
                .append_pair("sign", &sign::dingtalk(secret, at));
        }
        (Way::Feishu, Some(secret)) => {
            let at = now.timestamp();
            body["timestamp"] = at.to_string().into();
            body["sign"] = sign::feishu(secret, at).into();
        }
        _ => {}
    }
    let bytes = serde_json::to_vec(&body)?;
    if let (Way::Webhook, Some(secret)) = (target.kind, secret) {
        headers.push(("x-duwang-signature", sign::webhook(secret, &bytes)));
    }
    let reply = post(url, headers, bytes).await?;
    accepted(target.kind, &reply)
}

async fn post(
    url: url::Url,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
) -> anyhow::Result<Value> {
    let mut request = reqwest::Request::new(Method::POST, url);
    let fields = request.headers_mut();
    fields.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    for (name, value) in headers {
        fields.insert(name, HeaderValue::from_str(&value)?);
    }
    *request.body_mut() = Some(body.into());
    let reply = Office::new(LONGEST)?.ask(request).await?;
    let status = reply.status;
    ensure!(status.is_success(), "对方应答 HTTP {}", status.as_u16());
    Ok(serde_json::from_slice(&reply.body).unwrap_or_default())
}

/// What each kind wants to be told.
fn body(way: Way, message: &Message, now: DateTime<Utc>) -> Value {
    let text = format!("{}\n{}", message.title, message.text);
    match way {
        Way::Feishu => json!({"msg_type": "text", "content": {"text": text}}),
        Way::Webhook | Way::Mail => json!({
            "title": message.title,
            "text": message.text,
            "at": crate::view::rfc3339(now),
        }),
        Way::Wecom | Way::Dingtalk => json!({"msgtype": "text", "text": {"content": text}}),
    }
}

/// Robots refuse with status 200 and a code.
fn accepted(way: Way, reply: &Value) -> anyhow::Result<()> {
    let code = match way {
        Way::Feishu => reply.get("code").or_else(|| reply.get("StatusCode")),
        Way::Webhook | Way::Mail => None,
        Way::Wecom | Way::Dingtalk => reply.get("errcode"),
    };
    let code = code.and_then(Value::as_i64).unwrap_or(0);
    ensure!(code == 0, "对方拒收，错误码 {code}");
    Ok(())
}

async fn mail(url: &str, target: &Target, message: &Message) -> anyhow::Result<()> {
    let mut letter = lettre::Message::builder()
        .from(target.from.parse().context("发件人地址不对")?)
        .subject(crate::view::one_line(&message.title))
        .header(ContentType::TEXT_PLAIN);
    ensure!(!target.to.is_empty(), "没有写收件人");
    for to in &target.to {
        letter = letter.to(to.parse().context("收件人地址不对")?);
    }
    let letter = letter.body(message.text.clone())?;
    let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?
        .timeout(Some(LONGEST))
        .build();
    transport.send(letter).await?;
    Ok(())
}
