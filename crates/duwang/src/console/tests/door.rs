//! The door: how often one address may try, and who sees what is masked.

use super::*;

fn try_in(console: &Console, name: &str, password: &str) -> Reply {
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("name", name)
        .append_pair("password", password)
        .finish();
    console.post("/login", &form)
}

#[test]
fn one_address_cannot_try_a_password_on_everybody() {
    let mut console = full();
    let cookie = std::mem::take(&mut console.cookie);
    for _ in 0..3 {
        assert_eq!(try_in(&console, "张某", "correct horse").status, 303);
    }
    for n in 0..20 {
        let reply = try_in(&console, &format!("某{n}"), "Spring2026");
        assert_eq!(reply.status, 401, "{n}");
    }
    let refused = try_in(&console, "张某", "correct horse");
    assert_eq!(refused.status, 429, "even with the right one");
    assert!(refused.head.contains("retry-after: "), "{}", refused.head);
    assert!(refused.body.contains("分钟后再试"), "{}", refused.body);
    assert_eq!(try_in(&console, "张某", "x").status, 429);
    let entries = console.store.entries("audit", 1, 100).unwrap();
    let told = entries.iter().filter(|e| e.text.contains("登录过于频繁"));
    let told: Vec<_> = told.collect();
    assert_eq!(told.len(), 1, "written down once");
    assert!(told[0].text.contains("127.0.0.1"), "{}", told[0].text);
    console.cookie = cookie;
    assert_eq!(console.get("/findings").status, 200, "who is in stays in");
}

#[test]
fn every_look_at_what_is_masked_is_logged() {
    let mut console = full();
    let id = console.id_of("privacy/id-number");
    let to = format!("/findings/{id}/unmasked");
    assert!(console.get(&format!("/findings/{id}")).body.contains(&to));
    assert_eq!(console.get(&to).status, 405, "not by following a link");
    let logged = |console: &Console| {
        let entries = console.store.entries("audit", 1, 100).unwrap();
        let looks = entries.iter().filter(|e| e.text.contains("查看未遮蔽内容"));
        looks
            .filter(|e| e.text.contains(&id) && e.text.contains("张某"))
            .count()
    };
    for looks in 1..=2 {
        let reply = console.post(&to, "");
        assert_eq!(reply.status, 200);
        assert!(reply.body.contains("350499199001010018"), "{}", reply.body);
        assert!(!reply.body.contains("<script>") && reply.head.contains("no-store"));
        assert_eq!(logged(&console), looks);
    }
    let plain = console.id_of("wording/renamed-bodies");
    let page = console.get(&format!("/findings/{plain}")).body;
    assert!(!page.contains("/unmasked"), "nothing is hidden there");
    console.cookie = entered(console.store.as_ref(), "李某", Role::Reviewer, None);
    assert!(
        !console
            .get(&format!("/findings/{id}"))
            .body
            .contains("/unmasked")
    );
    assert_eq!(console.post(&to, "").status, 403);
    assert_eq!(logged(&console), 2);
}
