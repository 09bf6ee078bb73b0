//! The page of notices: what it shows, to whom, and sending again.

use super::*;
use crate::notices::{Fate, Message, Outbox, Target};

fn target(name: &str, to: &str) -> Target {
    toml::from_str(&format!(
        "name = \"{name}\"\nkind = \"mail\"\nurl = \"env:NONE\"\nto = [\"{to}\"]\n"
    ))
    .unwrap()
}

/// So many deliveries, none sent yet.
fn with_deliveries(count: usize) -> Console {
    let console = full();
    for n in 0..count {
        let message = Message {
            title: format!("读网摘要{n}"),
            text: "本次没有新问题。\n<b>".to_owned(),
        };
        let target = target(["办公室", "监督"][n % 2], "office@duwang.example");
        let at = sample::now() + chrono::Duration::seconds(i64::try_from(n).unwrap());
        Outbox(console.store.as_ref())
            .put(&target, message, at)
            .unwrap();
    }
    console
}

#[test]
fn without_a_notice_the_page_says_how_to_get_some() {
    let body = full().get("/deliveries").body;
    assert!(
        body.contains("还没有通知") && body.contains("[[notice]]"),
        "{body}"
    );
}

#[test]
fn receivers_are_masked_and_filters_hold() {
    let console = with_deliveries(60);
    let body = console.get("/deliveries").body;
    assert!(body.contains("o***@duwang.example") && !body.contains("office@duwang.example"));
    assert!(
        body.contains("&#60;b&#62;") && !body.contains("<b>"),
        "text stays text"
    );
    assert_eq!(body.matches("<th scope=\"row\">").count(), 50);
    assert!(body.contains("rel=\"next\"") && body.contains("电子邮件"));
    let last = console.get("/deliveries?page=2").body;
    assert_eq!(last.matches("<th scope=\"row\">").count(), 10);
    let of_one = console
        .get("/deliveries?target=%E7%9B%91%E7%9D%A3&fate=waiting")
        .body;
    assert_eq!(of_one.matches("<th scope=\"row\">").count(), 30);
    assert!(
        console
            .get("/deliveries?fate=sent")
            .body
            .contains("这里是空的")
    );
    assert_eq!(console.get("/deliveries?fate=eaten").status, 400);
}

#[test]
fn what_was_given_up_is_sent_again_when_wanted() {
    let console = with_deliveries(1);
    let outbox = Outbox(console.store.as_ref());
    let (key, _) = outbox.all().unwrap().remove(0);
    let note = console.store.note("delivery", &key).unwrap().unwrap();
    let mut value = note.value;
    value["tries"] = 8.into();
    value["trouble"] = "对方应答 HTTP 502".into();
    console
        .store
        .put_note("delivery", &key, note.version, &value)
        .unwrap();
    assert_eq!(outbox.all().unwrap()[0].1.fate(), Fate::GivenUp);
    let body = console.get("/deliveries").body;
    assert!(
        body.contains("对方应答 HTTP 502") && body.contains("不再自动重试"),
        "{body}"
    );
    assert_eq!(console.post(&format!("/deliveries/{key}"), "").status, 303);
    assert_eq!(outbox.all().unwrap()[0].1.fate(), Fate::Waiting);
    assert_eq!(console.post("/deliveries/none", "").status, 404);
    let entries = console.store.entries("audit", 1, 10).unwrap();
    assert!(
        entries
            .iter()
            .any(|e| e.text.contains("重发通知") && e.text.contains(&key))
    );
}
