//! The door: who is let in and from where, how often one address may try, and who sees what is masked.

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

#[test]
fn an_editor_sees_the_own_unit_and_nothing_else() {
    let mut console = full();
    let findings = console.store.findings(&FindingFilter::default()).unwrap();
    let own = findings[0].unit.clone();
    console.cookie = entered(console.store.as_ref(), "编辑某", Role::Editor, Some(&own));
    let foreign: Vec<_> = findings.iter().filter(|f| f.unit != own).collect();
    assert!(!foreign.is_empty());
    for finding in &findings {
        let expected = if finding.unit == own { 200 } else { 404 };
        let path = format!("/findings/{}", finding.id);
        assert_eq!(console.get(&path).status, expected, "{path}");
        if finding.unit != own {
            assert_eq!(console.get(&format!("{path}/page")).status, 404);
            let form = "verdict=note&reason=x";
            let reply = console.post(&format!("{path}/decisions"), form);
            assert_eq!(reply.status, 404);
        }
    }
    let pages = [
        "/",
        "/coverage",
        "/findings?state=all",
        &format!("/findings?state=all&unit={}", foreign[0].unit),
        "/report?open=1",
        &format!("/report?open=1&format=json&unit={}", foreign[0].unit),
    ];
    let names = crate::view::Names::new(&sample::region());
    for path in pages {
        let body = console.get(path).body;
        for other in &foreign {
            assert!(!body.contains(&other.id), "{path}");
            assert!(!body.contains(names.unit(&other.unit)), "{path}");
        }
    }
    let id = &findings[0].id;
    let to = format!("/findings/{id}/decisions");
    for verdict in ["confirm", "dismiss", "assign", "return"] {
        let reply = console.post(&to, &format!("verdict={verdict}&reason=x"));
        assert_eq!(reply.status, 422, "{verdict}");
    }
    assert_eq!(console.state_of(id), findings[0].state);
}

#[test]
fn logging_in_and_out() {
    let mut console = full();
    let cookie = std::mem::take(&mut console.cookie);
    assert_eq!(console.get("/findings").status, 303);
    let wrong = console.post("/login", "name=%E5%BC%A0%E6%9F%90&password=wrong");
    assert_eq!(wrong.status, 401);
    assert!(wrong.body.contains("用户名或口令不对"));
    let right = console.post(
        "/login",
        "name=%E5%BC%A0%E6%9F%90&password=correct+horse&to=%2F%2Fevil.example",
    );
    assert_eq!(right.status, 303, "{}", right.body);
    assert!(right.head.contains("location: /\r\n"), "{}", right.head);
    let set = right
        .head
        .lines()
        .find_map(|l| l.strip_prefix("set-cookie: "))
        .unwrap();
    assert!(
        set.contains("httponly") && set.contains("samesite=lax"),
        "{set}"
    );
    console.cookie = set.split(';').next().unwrap().to_owned();
    assert_eq!(console.get("/findings").status, 200);
    assert_eq!(console.post("/logout", "").status, 303);
    assert_eq!(console.get("/findings").status, 303, "the session is over");
    console.cookie = cookie;
    assert_eq!(console.get("/findings").status, 200, "the other one is not");
    let own = Accounts(console.store.as_ref());
    own.disable("张某").unwrap();
    assert_eq!(console.get("/findings").status, 303);
}

/// Run by hand: `cargo test -p duwang --lib -- --ignored hundred_thousand`.

#[test]
fn other_sites_cannot_decide() {
    let console = full();
    let id = console.id_of("wording/renamed-bodies");
    let to = format!("/findings/{id}/decisions");
    for extra in [
        "",
        "Origin: null\r\n",
        "Origin: http://evil.example\r\n",
        "Sec-Fetch-Site: cross-site\r\n",
        "Sec-Fetch-Site: same-site\r\n",
    ] {
        let reply = console.post_from(&to, "by=a&verdict=confirm", extra);
        assert_eq!(reply.status, 403, "{extra}");
    }
    assert_eq!(console.state_of(&id), State::Open);
    assert_eq!(console.get(&to).status, 405, "nothing changes by GET");
}

#[test]
fn a_foreign_name_for_this_machine_gets_nothing() {
    let console = full();
    let mut stream = TcpStream::connect(console.address).unwrap();
    write!(
        stream,
        "GET /findings HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert!(text.starts_with("HTTP/1.1 421 "), "{text}");
    assert!(!text.contains("<article>"));
}
