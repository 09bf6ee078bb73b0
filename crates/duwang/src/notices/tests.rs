#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]
//! Notices against servers on loopback.

use super::{Office, Target, outbox, sign};
use crate::register::Register;
use crate::view::sample;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::IntoResponse as _;
use chrono::{DateTime, Duration, Utc};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

/// What a robot heard: query, headers, body.
type Heard = Arc<Mutex<Vec<(String, HeaderMap, String)>>>;

/// A robot that refuses the first time.
async fn robot(refusals: usize) -> (String, Heard) {
    let heard = Heard::default();
    let left = Arc::new(Mutex::new(refusals));
    let app = axum::Router::new()
        .fallback(
            move |State(heard): State<Heard>, uri: Uri, headers: HeaderMap, body: Bytes| async move {
                let mut left = left.lock().unwrap();
                if *left > 0 {
                    *left -= 1;
                    return (axum::http::StatusCode::BAD_GATEWAY, "").into_response();
                }
                let body = String::from_utf8(body.to_vec()).unwrap();
                let query = uri.query().unwrap_or_default().to_owned();
                heard.lock().unwrap().push((query, headers, body));
                axum::Json(serde_json::json!({"errcode": 0, "code": 0})).into_response()
            },
        )
        .with_state(Arc::clone(&heard));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    (format!("http://{at}/robot?key=hidden"), heard)
}

/// A mail server that takes every letter.
async fn post_office() -> (String, Arc<Mutex<String>>) {
    let letters = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&letters);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (reading, mut writing) = stream.into_split();
            let mut lines = BufReader::new(reading).lines();
            writing.write_all(b"220 demo\r\n").await.unwrap();
            let mut in_letter = false;
            while let Ok(Some(line)) = lines.next_line().await {
                if in_letter {
                    kept.lock().unwrap().push_str(&format!("{line}\n"));
                    if line == "." {
                        in_letter = false;
                        writing.write_all(b"250 ok\r\n").await.unwrap();
                    }
                    continue;
                }
                in_letter = line == "DATA";
                let answer: &[u8] = if in_letter {
                    b"354 go\r\n"
                } else {
                    b"250 ok\r\n"
                };
                writing.write_all(answer).await.unwrap();
            }
        }
    });
    (format!("smtp://{at}"), letters)
}

fn secret_file(dir: &Path, name: &str, text: &str) -> String {
    let file = dir.join(name);
    let mut open = std::fs::File::create(&file).unwrap();
    open.write_all(text.as_bytes()).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    format!("file:{}", file.display())
}

fn target(dir: &Path, kind: &str, url: &str, more: &str) -> Target {
    let url = secret_file(dir, kind, url);
    let secret = secret_file(dir, "secret", "s3cret");
    toml::from_str(&format!(
        "name = \"{kind}\"\nkind = \"{kind}\"\nurl = \"{url}\"\nsecret = \"{secret}\"\n{more}"
    ))
    .unwrap()
}

fn office() -> Arc<Office> {
    Arc::new(Office {
        store: Arc::from(sample::store()),
        region: Arc::new(sample::region),
    })
}

/// 2026-11-02 11:00 in Shanghai.
fn noon() -> DateTime<Utc> {
    sample::now()
}

#[tokio::test]
async fn every_robot_gets_its_signature_once() {
    let dir = tempfile::tempdir().unwrap();
    let office = office();
    let register = Register::default();
    for kind in ["wecom", "dingtalk", "feishu", "webhook"] {
        let (url, heard) = robot(0).await;
        let targets = [target(dir.path(), kind, &url, "")];
        for _ in 0..3 {
            outbox::look(&office, &register, &targets, noon())
                .await
                .unwrap();
        }
        let heard = heard.lock().unwrap();
        assert_eq!(heard.len(), 1, "{kind}: one digest, told once");
        let (query, headers, body) = &heard[0];
        assert!(
            body.contains("读网摘要") && body.contains("没有读全"),
            "{body}"
        );
        for private in ["350499199001010018", "13800138001", "上班时间"] {
            assert!(!body.contains(private), "{kind}: {body}");
        }
        match kind {
            "dingtalk" => {
                let at = noon().timestamp_millis();
                let expected: String =
                    url::form_urlencoded::byte_serialize(sign::dingtalk("s3cret", at).as_bytes())
                        .collect();
                assert!(
                    query.contains(&format!("timestamp={at}&sign={expected}")),
                    "{query}"
                );
            }
            "feishu" => assert!(body.contains(&sign::feishu("s3cret", noon().timestamp()))),
            "webhook" => {
                let signed = sign::webhook("s3cret", body.as_bytes());
                assert_eq!(headers["x-duwang-signature"], signed.as_str());
            }
            _ => assert!(query.contains("key=hidden")),
        }
    }
}

#[tokio::test]
async fn what_failed_is_tried_again_and_quiet_hours_hold_back() {
    let dir = tempfile::tempdir().unwrap();
    let office = office();
    let register = Register::default();
    let (url, heard) = robot(1).await;
    let targets = [target(dir.path(), "wecom", &url, "quiet = [0, 12]\n")];
    let count = || heard.lock().unwrap().len();
    let mut now = noon();
    while targets[0].is_quiet(now) {
        outbox::look(&office, &register, &targets, now)
            .await
            .unwrap();
        assert_eq!(count(), 0, "quiet");
        now += Duration::hours(1);
    }
    outbox::look(&office, &register, &targets, now)
        .await
        .unwrap();
    assert_eq!(count(), 0, "refused");
    let kept = office.store.notes("delivery").unwrap();
    let trouble = kept[0].1.value["trouble"].as_str().unwrap().to_owned();
    assert!(
        trouble.contains("502") && !trouble.contains("hidden"),
        "{trouble}"
    );
    outbox::look(&office, &register, &targets, now)
        .await
        .unwrap();
    assert_eq!(count(), 0, "not at once");
    outbox::look(&office, &register, &targets, now + Duration::minutes(3))
        .await
        .unwrap();
    assert_eq!(count(), 1);
}

#[tokio::test]
async fn a_letter_arrives() {
    let dir = tempfile::tempdir().unwrap();
    let (url, letters) = post_office().await;
    let more = "from = \"duwang@duwang.example\"\nto = [\"office@duwang.example\"]\n";
    let targets = [target(dir.path(), "mail", &url, more)];
    outbox::look(&office(), &Register::default(), &targets, noon())
        .await
        .unwrap();
    let letters = letters.lock().unwrap();
    assert!(letters.contains("To: office@duwang.example"), "{letters}");
    assert!(letters.contains("Subject: =?utf-8?b?"), "{letters}");
}
