#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]
//! Notices against servers on loopback.

use super::{Message, Office, Outbox, Stage, Target, outbox, send, sign};
use crate::people::{Accounts, Role};
use crate::register::Register;
use crate::view::sample;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::IntoResponse as _;
use chrono::{DateTime, Duration, NaiveDate, TimeZone as _, Utc};
use duwang_model::{Change, Decision, Verdict, Visit};
use duwang_store::Store;
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
    office_with(sample::store())
}

fn office_with(store: Box<dyn Store>) -> Arc<Office> {
    Arc::new(Office {
        store: Arc::from(store),
        region: Arc::new(sample::region),
        calendar: Arc::new(crate::rulebook::calendar(None).unwrap()),
        stages: Stage::usual(),
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

/// Names come from units files and from people: none of them adds a line to the head of a letter, or ends it early.
#[tokio::test]
async fn no_name_adds_a_line_to_a_letter() {
    let dir = tempfile::tempdir().unwrap();
    let (url, letters) = post_office().await;
    let more = "from = \"duwang@duwang.example\"\nto = [\"office@duwang.example\"]\n";
    let target = target(dir.path(), "mail", &url, more);
    let message = Message {
        title: "读网\r\nBcc: evil@evil.example\r\n\r\n<script>".to_owned(),
        text: "青石\r\n.\r\nMAIL FROM:<evil@evil.example>\r\n".to_owned(),
    };
    send::send(&target, &message, noon()).await.unwrap();
    let letters = letters.lock().unwrap();
    let (head, body) = letters.split_once("\n\n").unwrap();
    assert!(
        !head.lines().any(|line| line.starts_with("Bcc:")),
        "{letters}"
    );
    assert!(
        body.contains("MAIL FROM"),
        "the letter ended early: {letters}"
    );
    let subject = head.lines().find(|line| line.starts_with("Subject:"));
    let is_whole = |line: &str| line.contains("Bcc: evil@evil.example");
    assert!(subject.is_some_and(is_whole), "on one line: {head}");
}

/// Addresses of receivers stand in the settings and may be inside; what is never asked is not asked for them, and the reason is kept.
#[tokio::test]
async fn a_receiver_where_nobody_may_ask_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let message = Message {
        title: "读网".to_owned(),
        text: "一".to_owned(),
    };
    for kind in ["wecom", "dingtalk", "feishu", "webhook"] {
        for url in [
            "http://169.254.169.254/latest/",
            "http://0.0.0.0:8080/",
            "file:///etc/passwd",
        ] {
            let target = target(dir.path(), kind, url, "");
            let refused = send::send(&target, &message, noon()).await.unwrap_err();
            let told = format!("{refused:#}");
            assert!(
                told.contains("一律不访问") || told.contains("不是网页地址"),
                "{kind} {url}: {told}"
            );
        }
    }
}

/// A store where one finding of a unit was assigned, due on this day.
fn assigned(due: NaiveDate) -> (Arc<Office>, String) {
    let store = sample::store();
    let finding = sample::finding("wording/fixed-phrases", "布署");
    let (id, unit) = (finding.id.clone(), finding.unit.clone());
    store
        .record(&[Visit {
            changes: vec![(Change::New, finding)],
            ..Visit::default()
        }])
        .unwrap();
    let decision = Decision {
        finding: id,
        verdict: Verdict::Assign { due: Some(due) },
        by: "王某".to_owned(),
        at: noon(),
        reason: String::new(),
    };
    store.decide(&[decision]).unwrap();
    (office_with(store), unit)
}

/// The reminders a target was given so far, without the digests.
fn reminders(office: &Office, target: &str) -> Vec<String> {
    let all = Outbox(office.store.as_ref()).all().unwrap().into_iter();
    all.filter(|(_, d)| d.target == target && !d.message.title.starts_with("读网摘要"))
        .map(|(_, d)| format!("{}|{}", d.message.title, d.message.text.replace('\n', "|")))
        .collect()
}

/// Due on the Monday after next; stages fall on working days, each is told once, and only to those it is for.
#[tokio::test]
async fn reminders_climb_by_working_days() {
    let dir = tempfile::tempdir().unwrap();
    let due = NaiveDate::from_ymd_opt(2026, 11, 16).unwrap();
    let (office, unit) = assigned(due);
    let (url, _) = robot(0).await;
    let named = |name: &str, more: &str| {
        let mut target = target(dir.path(), "wecom", &url, more);
        name.clone_into(&mut target.name);
        target
    };
    let targets = [
        named("unit", &format!("unit = \"{unit}\"\n")),
        named("other", "unit = \"yunfeng-none\"\n"),
        named("supervisor", ""),
        named("head", "rank = \"head\"\n"),
    ];
    let register = Register::default();
    let mut told = Vec::new();
    for day in 10..=25 {
        let at = Utc.with_ymd_and_hms(2026, 11, day, 2, 0, 0).unwrap();
        for _ in 0..2 {
            outbox::look(&office, &register, &targets, at)
                .await
                .unwrap();
        }
        let counts = targets
            .each_ref()
            .map(|t| reminders(&office, &t.name).len());
        told.push((day, counts));
    }
    let first =
        |at: usize, count: usize| told.iter().find(|(_, c)| c[at] == count).map(|(d, _)| *d);
    // Thursday, Monday, Tuesday; Thursday; the Monday after.
    assert_eq!(
        [1, 2, 3, 4].map(|n| first(0, n)),
        [Some(12), Some(16), Some(17), None]
    );
    assert_eq!([1, 2].map(|n| first(2, n)), [Some(19), None]);
    assert_eq!([1, 2].map(|n| first(3, n)), [Some(23), None]);
    assert_eq!(first(1, 1), None, "not theirs");
    assert_eq!(
        reminders(&office, "unit")
            .iter()
            .map(|r| r.split('：').next().unwrap())
            .collect::<Vec<_>>(),
        ["整改提醒", "整改提醒", "整改督办"]
    );
    let supervisor = &reminders(&office, "supervisor")[0];
    assert!(
        supervisor.contains("已超期 3 个工作日 1 处") && supervisor.contains("：1 处"),
        "{supervisor}"
    );
}

#[tokio::test]
async fn a_year_without_a_calendar_is_told_and_not_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    let (office, unit) = assigned(NaiveDate::from_ymd_opt(2031, 3, 3).unwrap());
    let (url, _) = robot(0).await;
    let targets = [target(
        dir.path(),
        "wecom",
        &url,
        &format!("unit = \"{unit}\"\n"),
    )];
    outbox::look(&office, &Register::default(), &targets, noon())
        .await
        .unwrap();
    let told = reminders(&office, "wecom");
    assert!(told[0].contains("没有 2031 年"), "{told:?}");
}

#[tokio::test]
async fn a_person_hears_first_what_waits_for_them() {
    let dir = tempfile::tempdir().unwrap();
    let due = NaiveDate::from_ymd_opt(2026, 10, 30).unwrap();
    let (office, unit) = assigned(due);
    let accounts = Accounts(office.store.as_ref());
    for (name, role, unit) in [
        ("王某", Role::Reviewer, None),
        ("编辑某", Role::Editor, Some(unit)),
        ("离任某", Role::Reviewer, None),
    ] {
        accounts
            .add(name, role, unit, "correct horse", false)
            .unwrap();
    }
    accounts.disable("离任某").unwrap();
    let (url, heard) = robot(0).await;
    let targets = ["王某", "编辑某", "离任某"].map(|name| {
        let mut target = target(dir.path(), "wecom", &url, &format!("person = \"{name}\"\n"));
        name.clone_into(&mut target.name);
        target
    });
    outbox::look(&office, &Register::default(), &targets, noon())
        .await
        .unwrap();
    let digest = |name: &str| {
        let all = Outbox(office.store.as_ref()).all().unwrap().into_iter();
        let mut of =
            all.filter(|(_, d)| d.target == name && d.message.title.starts_with("读网摘要"));
        of.next()
            .map(|(_, d)| format!("{} {}", d.message.title, d.message.text))
    };
    let reviewer = digest("王某").unwrap();
    assert!(
        reviewer.contains("您交办的 1 处还在整改，其中已超期 1 处"),
        "{reviewer}"
    );
    let editor = digest("编辑某").unwrap();
    assert!(
        editor.contains("等您处理的 1 处，其中已超期 1 处") && editor.starts_with("读网摘要："),
        "{editor}"
    );
    assert_eq!(digest("离任某"), None);
    let heard = heard.lock().unwrap();
    assert!(
        heard.iter().all(|(_, _, body)| !body.contains("王某")),
        "no names in what goes out"
    );
}
