//! Every route of the console, from its table: who asks by which door, with whose ids and with which twisted names.

use super::super::gate::{Ask, ROUTES};
use super::*;
use std::collections::BTreeSet;

/// A route's path with its gaps filled.
fn filled(route: &str, id: &str) -> String {
    route
        .replace("{id}", id)
        .replace("{hash}", &format!("sha256:{}", "0".repeat(64)))
        .replace("{name}", "tokens.css")
        .replace("{file}", "tongbao.docx")
}

fn audited(console: &Console) -> usize {
    console.store.entries("audit", 1, 1000).unwrap().len()
}

/// The cookie of a person with this role; an editor is of the street office.
fn cookie_of(console: &Console, name: &str, role: Role) -> String {
    let unit = (role == Role::Editor).then_some("qingshi");
    entered(console.store.as_ref(), name, role, unit)
}

#[test]
fn every_route_stands_in_the_table() {
    let wired = include_str!("../mod.rs").split(".route(").skip(1);
    let wired: BTreeSet<&str> = wired.filter_map(|r| r.split('"').nth(1)).collect();
    let known: BTreeSet<&str> = ROUTES.iter().map(|(_, route, _)| *route).collect();
    assert_eq!(wired, known);
    for (method, route, ask) in ROUTES {
        let is_open = *ask == Ask::Nothing;
        let may_be = [
            "/login",
            "/oidc",
            "/oidc/back",
            "/healthz",
            "/assets/{name}",
        ];
        assert!(
            !is_open || may_be.contains(route),
            "{method} {route} is open"
        );
    }
}

#[test]
fn no_route_changes_anything_for_another_site() {
    let mut console = full();
    let id = console.id_of("wording/renamed-bodies");
    let cookies = Role::ALL.map(|role| cookie_of(&console, role.chinese(), role));
    let before = audited(&console);
    let changing: Vec<_> = ROUTES
        .iter()
        .filter(|(method, _, _)| *method == "POST")
        .collect();
    assert!(changing.len() >= 14, "{}", changing.len());
    for (_, route, _) in changing {
        for cookie in &cookies {
            console.cookie.clone_from(cookie);
            for from in [
                "",
                "Origin: null\r\n",
                "Origin: http://evil.example\r\n",
                "Origin: http://127.0.0.1:1\r\n",
                "Origin: http://127.0.0.1.evil.example\r\n",
                "Referer: http://evil.example/\r\n",
                "Sec-Fetch-Site: cross-site\r\n",
                "Sec-Fetch-Site: same-site\r\n",
                "Sec-Fetch-Site: none\r\n",
            ] {
                let form = "verdict=confirm&act=disable&name=%E5%BC%A0%E6%9F%90&password=x";
                let reply = console.post_from(&filled(route, &id), form, from);
                assert_eq!(reply.status, 403, "{route} {from:?}");
                assert!(!reply.head.contains("set-cookie"), "{route}");
            }
        }
    }
    assert_eq!(audited(&console), before);
    assert_eq!(console.state_of(&id), State::Open);
    for cookie in &cookies {
        console.cookie.clone_from(cookie);
        assert_eq!(console.get("/").status, 200, "still logged in");
    }
}

#[test]
fn every_answer_carries_its_headers() {
    let mut console = full();
    let id = console.id_of("wording/renamed-bodies");
    let mine = console.cookie.clone();
    let beside = [
        ("GET", "/nowhere"),
        ("DELETE", "/findings"),
        ("POST", "/nowhere"),
    ];
    let table = ROUTES.iter().map(|(method, route, _)| (*method, *route));
    for (method, route) in table.chain(beside) {
        for cookie in [mine.as_str(), ""] {
            if route == "/logout" && !cookie.is_empty() {
                continue; // would end the session the others need
            }
            cookie.clone_into(&mut console.cookie);
            let path = filled(route, &id);
            let reply = match method {
                "POST" => console.post(&path, "verdict=nothing"),
                other => console.send(&format!("{other} {path} HTTP/1.1\r\n"), ""),
            };
            for header in [
                "content-security-policy: ",
                "x-content-type-options: nosniff",
                "x-frame-options: ",
                "referrer-policy: same-origin",
                "cross-origin-opener-policy: same-origin",
                "cross-origin-resource-policy: same-origin",
            ] {
                assert!(
                    reply.head.contains(header),
                    "{method} {path}: {}",
                    reply.head
                );
            }
            let kept = match route.starts_with("/assets/") && reply.status == 200 {
                true => "cache-control: no-cache",
                false => "cache-control: no-store",
            };
            assert!(reply.head.contains(kept), "{method} {path}: {}", reply.head);
            assert!(!reply.head.contains("unsafe-inline") || !reply.head.contains("script-src"));
        }
    }
}

/// A report of both units, frozen by one supervisor and released by another; its id.
fn released(console: &mut Console) -> String {
    let mine = console.cookie.clone();
    assert_eq!(console.post("/releases", "office=x&number=1").status, 303);
    let page = console.get("/releases").body;
    let id = page.split("action=\"/releases/").nth(1);
    let id = id.map(|rest| rest.split('"').next().unwrap().to_owned());
    let id = id.unwrap_or_else(|| {
        let at = page.split("/releases/20").nth(1).unwrap();
        format!("20{}", at.split('/').next().unwrap())
    });
    console.cookie = cookie_of(console, "李某", Role::Supervisor);
    let reply = console.post(&format!("/releases/{id}"), "");
    assert_eq!(reply.status, 303, "{}", reply.body);
    console.cookie = mine;
    id
}

/// The editor of one unit asks every route with the ids of another's things.
#[test]
fn an_editor_reaches_nothing_of_another_unit() {
    let mut console = full();
    let foreign = console.id_of("privacy/id-number");
    let hash = console
        .store
        .keep_body(b"%PDF-1.4 of another unit")
        .unwrap();
    console
        .store
        .put_note("proof", &console.store.finding(&foreign).unwrap().unwrap().fingerprint, 0, &serde_json::json!([
            {"hash": hash, "name": "证明.pdf", "kind": "pdf", "size": 24, "by": "云峰编辑", "at": sample::now()}
        ]))
        .unwrap();
    let release = released(&mut console);
    let standing = console.state_of(&foreign);
    console.cookie = cookie_of(&console, "编辑某", Role::Editor);
    let before = audited(&console);
    for id in [&foreign, &release] {
        for (method, route, _) in ROUTES.iter().filter(|(_, route, _)| route.contains('{')) {
            if route.starts_with("/assets/") {
                continue;
            }
            let path = filled(route, id).replace(&format!("sha256:{}", "0".repeat(64)), &hash);
            let mut forms = vec![""];
            if *method == "POST" {
                forms = vec![
                    "verdict=claim&reason=x",
                    "verdict=note&reason=x",
                    "verdict=appeal&reason=x",
                ];
            }
            for form in forms {
                let reply = match *method {
                    "GET" => console.get(&path),
                    _ => console.post(&path, form),
                };
                assert!(
                    (400..500).contains(&reply.status),
                    "{method} {path}: {}",
                    reply.status
                );
                for word in ["云峰", "公示名单", "350499", "of another unit", "证明.pdf"] {
                    assert!(!reply.body.contains(word), "{method} {path} tells {word}");
                }
            }
        }
    }
    for file in [
        "wenti.xlsx",
        "report.html",
        "tongbao.docx",
        "fankui-yunfeng.docx",
        "duwang-yunfeng.docx",
    ] {
        let reply = console.get(&format!("/releases/{release}/{file}"));
        assert_eq!(reply.status, 404, "{file}");
    }
    let own = console.get(&format!("/releases/{release}/fankui-qingshi.docx"));
    assert_eq!(own.status, 200);
    for (method, route, _) in ROUTES.iter().filter(|(_, route, _)| !route.contains('{')) {
        for query in [
            "unit=yunfeng&state=all&flat=1",
            "channel=yunfeng-site&state=all",
            "text=%E5%85%AC%E7%A4%BA&state=all",
        ] {
            if *method == "GET" && *route != "/check" {
                let body = console.get(&format!("{route}?{query}&open=1")).body;
                assert!(
                    !body.contains("公示名单") && !body.contains(&foreign),
                    "{route}?{query}"
                );
            }
        }
    }
    assert_eq!(console.state_of(&foreign), standing);
    assert_eq!(
        audited(&console),
        before + 1,
        "only the own paper was taken"
    );
}

/// An undo is the word of whoever may say what is undone: a unit takes its appeal back, and never what was decided about it.
#[test]
fn nobody_takes_back_what_is_not_theirs_to_say() {
    let mut console = full();
    let supervisor = console.cookie.clone();
    let filter = FindingFilter {
        units: vec!["qingshi".to_owned()],
        states: vec![State::Open],
        ..FindingFilter::default()
    };
    let id = console.store.findings(&filter).unwrap()[0].id.clone();
    let say = |console: &Console, verdict: &str| {
        let form = format!("verdict={verdict}&reason=x");
        console.post(&format!("/findings/{id}/decisions"), &form)
    };
    assert_eq!(say(&console, "confirm").status, 303);
    assert_eq!(say(&console, "assign").status, 303);

    console.cookie = cookie_of(&console, "编辑某", Role::Editor);
    let page = console.get(&format!("/findings/{id}")).body;
    assert!(!page.contains("value=\"undo\""), "it is not offered");
    let refused = say(&console, "undo");
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("不能撤销交办"), "{}", refused.body);
    assert_eq!(console.state_of(&id), State::Assigned);
    assert_eq!(say(&console, "appeal").status, 303);
    assert_eq!(say(&console, "undo").status, 303, "its own word");
    assert_eq!(console.state_of(&id), State::Assigned);
    assert_eq!(say(&console, "appeal").status, 303);

    // Undoing the appeal would let the one who assigned it decide it.
    console.cookie = supervisor;
    let refused = say(&console, "undo");
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert_eq!(console.state_of(&id), State::Appealed);
}

/// Two drafts of one moment are two: a released one is never replaced.
#[test]
fn a_draft_is_taken_back_before_it_is_released_and_never_after() {
    let mut console = full();
    let id = console.id_of("wording/renamed-bodies");
    let decide = format!("/findings/{id}/decisions");
    assert_eq!(console.post(&decide, "verdict=confirm").status, 303);
    let gone = released(&mut console);
    let reply = console.post(&format!("/releases/{gone}"), "act=withdraw");
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains("已发布，不能作废"), "{}", reply.body);
    assert_eq!(console.post("/releases", "number=2").status, 303);
    let page = console.get("/releases").body;
    let draft = page.split("action=\"/releases/").nth(1).unwrap();
    let draft = format!("/releases/{}", draft.split('"').next().unwrap());
    let mine = console.cookie.clone();
    console.cookie = cookie_of(&console, "孙某", Role::Reviewer);
    assert_eq!(console.post(&draft, "act=withdraw").status, 422, "not hers");
    assert_eq!(console.post(&draft, "").status, 403, "nor hers to release");
    console.cookie = mine;
    assert_eq!(console.post(&draft, "act=withdraw").status, 303);
    let page = console.get("/releases").body;
    assert!(
        page.contains("已作废") && page.contains("张某 于"),
        "{page}"
    );
    console.cookie = cookie_of(&console, "赵某", Role::Supervisor);
    let reply = console.post(&draft, "");
    assert_eq!(reply.status, 422);
    assert!(reply.body.contains("已作废，不能再发布"), "{}", reply.body);
}

#[test]
fn an_account_is_told_what_became_of_it() {
    let mut console = full();
    console.cookie = cookie_of(&console, "管理某", Role::Admin);
    let reply = console.post("/people", "act=add&name=%E5%88%98%E6%9F%90&role=editor");
    assert_eq!(reply.status, 422);
    let kept = "value=\"刘某\"";
    assert!(
        reply.body.contains("单位编辑要选一个单位"),
        "{}",
        reply.body
    );
    assert!(reply.body.contains(kept) && !reply.body.contains("--unit（"));
    assert!(reply.body.contains("<option value=\"editor\" selected>"));
    let reply = console.post("/people", "act=disable&name=%E5%BC%A0%E6%9F%90");
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains("已停用 张某"), "{}", reply.body);
    assert!(reply.body.contains("启用并重置口令"), "{}", reply.body);
}

#[test]
fn a_second_draft_leaves_the_first_as_it_is() {
    let mut console = full();
    let first = released(&mut console);
    assert_eq!(console.post("/releases", "office=y&number=2").status, 303);
    let kept = console.store.notes("release").unwrap();
    assert_eq!(kept.len(), 2, "{kept:?}");
    let (_, note) = kept.iter().find(|(key, _)| *key == first).unwrap();
    assert!(note.value["released_by"].is_string(), "{note:?}");
}

/// Who may only look changes nothing, whatever is asked.
#[test]
fn a_viewer_changes_nothing() {
    let mut console = full();
    let id = console.id_of("wording/renamed-bodies");
    console.cookie = cookie_of(&console, "看某", Role::Viewer);
    let before = (
        audited(&console),
        console.store.finding(&id).unwrap().unwrap(),
    );
    for (_, route, _) in ROUTES.iter().filter(|(method, _, _)| *method == "POST") {
        let theirs = [
            "/login",
            "/logout",
            "/password",
            "/views",
            "/views/remove",
            "/check",
        ];
        if theirs.contains(route) {
            continue; // of their own: session, password, saved views, drafts
        }
        for verdict in [
            "confirm", "dismiss", "waive", "assign", "claim", "undo", "note", "rest",
        ] {
            let form = format!(
                "verdict={verdict}&reason=x&until=2026-12-31&act=reset&name=%E5%BC%A0%E6%9F%90"
            );
            let reply = console.post(&filled(route, &id), &form);
            assert_eq!(reply.status, 403, "{route} {verdict}");
        }
    }
    assert_eq!(
        (
            audited(&console),
            console.store.finding(&id).unwrap().unwrap()
        ),
        before
    );
}

#[test]
fn no_name_in_an_address_leads_out_of_its_place() {
    let console = full();
    let twisted = [
        "..%2F..%2F..%2F..%2Fetc%2Fpasswd",
        "..%5C..%5Cetc%5Cpasswd",
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "%252e%252e%252fetc%252fpasswd",
        "....%2F%2Fetc%2Fpasswd",
        "%2Fetc%2Fpasswd",
        "file:%2F%2F%2Fetc%2Fpasswd",
        "sha256:..%2F..%2Fetc%2Fpasswd",
        "tokens.css%00.html",
        "%00",
        "a%0d%0aX-Evil:%201",
        "a%0aSet-Cookie:%20x=1",
        "%F0%28%8C%28",
        "%E2%80%AE",
        "..",
        ".",
        "*",
    ];
    for (method, route, _) in ROUTES.iter().filter(|(_, route, _)| route.contains('{')) {
        for name in twisted {
            let mut path = (*route).to_owned();
            for gap in ["{id}", "{hash}", "{name}", "{file}"] {
                path = path.replace(gap, name);
            }
            let reply = match *method {
                "GET" => console.get(&path),
                _ => console.post(&path, "verdict=note&reason=x"),
            };
            assert!(
                (400..500).contains(&reply.status),
                "{method} {path}: {}",
                reply.status
            );
            assert!(!reply.body.contains("root:"), "{path}");
            assert!(
                !reply.head.contains("\nx-evil") && !reply.head.contains("set-cookie"),
                "{path}: {}",
                reply.head
            );
        }
    }
}

fn login(console: &Console, extra: &str) -> Reply {
    let form = "name=%E5%BC%A0%E6%9F%90&password=correct+horse";
    let origin = format!("Origin: http://{}\r\n{extra}", console.address);
    console.post_from("/login", form, &origin)
}

fn set_cookie(reply: &Reply) -> String {
    let line = reply
        .raw_head
        .lines()
        .find(|l| l.to_ascii_lowercase().starts_with("set-cookie: "));
    line.unwrap().split_once(": ").unwrap().1.to_owned()
}

#[test]
fn a_session_somebody_else_chose_is_not_taken_over() {
    let mut console = full();
    let planted = format!("duwang-session={}", "a".repeat(64));
    console.cookie.clone_from(&planted);
    assert_eq!(console.get("/").status, 303);
    let set = set_cookie(&login(&console, ""));
    assert!(!set.starts_with(&planted), "{set}");
    assert_eq!(
        console.get("/").status,
        303,
        "what was planted opens nothing"
    );
    let first = set.split(';').next().unwrap().to_owned();
    let second = set_cookie(&login(&console, ""));
    assert_ne!(
        first,
        second.split(';').next().unwrap(),
        "every login has its own"
    );
    console.cookie = first;
    assert_eq!(console.get("/").status, 200);
}

#[test]
fn by_tls_only_a_cookie_of_this_very_host_counts() {
    let mut console = full();
    let by_tls = "X-Forwarded-Proto: https\r\n";
    let set = set_cookie(&login(&console, by_tls));
    for part in [
        "__Host-duwang-session=",
        "; Path=/",
        "; HttpOnly",
        "; SameSite=Lax",
        "; Secure",
    ] {
        assert!(set.contains(part), "{set}");
    }
    assert!(!set.contains("Domain"), "{set}");
    let get = |console: &Console| {
        console
            .send(&format!("GET / HTTP/1.1\r\n{by_tls}"), "")
            .status
    };
    console.cookie = set.split(';').next().unwrap().to_owned();
    assert_eq!(get(&console), 200);
    console.cookie = console.cookie.replace("__Host-", "");
    assert_eq!(
        get(&console),
        303,
        "a neighbour can set one without the prefix"
    );
    console.cookie = format!("__Host-{}", console.cookie);
    let origin = format!("Origin: http://{}\r\n{by_tls}", console.address);
    let left = console.post_from("/logout", "", &origin);
    let gone = set_cookie(&left);
    assert!(
        left.head
            .contains("clear-site-data: \"cache\", \"storage\""),
        "{}",
        left.head
    );
    assert!(
        gone.starts_with("__Host-duwang-session=;")
            && gone.contains("Max-Age=0")
            && gone.contains("; Secure"),
        "{gone}"
    );
    assert_eq!(get(&console), 303);
}

/// Two browsers of one person; whatever changes about the account ends what it must.
#[test]
fn sessions_end_with_what_they_stood_for() {
    let mut console = full();
    let admin = cookie_of(&console, "管理某", Role::Admin);
    let browsers = |console: &Console| {
        [0, 1].map(|_| {
            set_cookie(&login(console, ""))
                .split(';')
                .next()
                .unwrap()
                .to_owned()
        })
    };
    let open = |console: &mut Console, cookie: &str| {
        cookie.clone_into(&mut console.cookie);
        console.get("/findings").status == 200
    };
    let [here, there] = browsers(&console);
    assert!(open(&mut console, &here) && open(&mut console, &there));
    assert_eq!(console.post("/logout", "").status, 303);
    assert!(
        open(&mut console, &here) && !open(&mut console, &there),
        "logging out ends this one"
    );
    let [here, there] = browsers(&console);
    console.cookie.clone_from(&here);
    let change = console.post(
        "/password",
        "now=correct+horse&new=another+horse&again=another+horse",
    );
    assert_eq!(change.status, 303, "{}", change.body);
    let renewed = set_cookie(&change).split(';').next().unwrap().to_owned();
    assert!(
        !open(&mut console, &here) && !open(&mut console, &there),
        "a new password ends all"
    );
    assert!(open(&mut console, &renewed));
    for act in ["reset", "disable"] {
        let accounts = Accounts(console.store.as_ref());
        let account = accounts.get("张某").unwrap().unwrap();
        let secret = Sessions(console.store.as_ref())
            .begin(&account, sample::now())
            .unwrap();
        let running = format!("duwang-session={secret}");
        console.cookie.clone_from(&running);
        assert_ne!(console.get("/password").status, 401);
        console.cookie.clone_from(&admin);
        let done = console.post("/people", &format!("act={act}&name=%E5%BC%A0%E6%9F%90"));
        assert_eq!(done.status, 200, "{}", done.body);
        console.cookie = running;
        let kept_out = console.get("/password");
        assert!(
            kept_out.head.contains("location: /login"),
            "{act}: {}",
            kept_out.head
        );
    }
}

#[test]
fn a_password_everybody_chooses_is_refused() {
    let mut console = full();
    console.cookie = cookie_of(&console, "管理某", Role::Admin);
    for (new, why) in [
        ("1q2w3e4r5t", "太常见"),
        ("Password123", "太常见"),
        ("short", "至少"),
        ("aaaaaaaaaaaa", "太简单"),
    ] {
        let form = format!("now=correct+horse&new={new}&again={new}");
        let reply = console.post("/password", &form);
        assert_eq!(reply.status, 422, "{new}");
        assert!(reply.body.contains(why), "{new}: {}", reply.body);
    }
}

#[test]
fn every_route_lets_in_whom_its_table_says() {
    let mut console = full();
    let finding = console.id_of("wording/renamed-bodies");
    let unit = console.store.finding(&finding).unwrap().unwrap().unit;
    let cookies = Role::ALL.map(|role| {
        let unit = (role == Role::Editor).then_some(unit.as_str());
        let name = format!("某{}", role.chinese());
        (role, entered(console.store.as_ref(), &name, role, unit))
    });
    for (method, route, ask) in ROUTES {
        if route.starts_with("/logout") {
            continue; // would end the sessions the others need
        }
        let path = route
            .replace("{id}", &finding)
            .replace("{hash}", "sha256:00")
            .replace("{name}", "tokens.css")
            .replace("{file}", "x.docx");
        let mut send = |cookie: &str| {
            cookie.clone_into(&mut console.cookie);
            match *method {
                "GET" => console.get(&path),
                _ => console.post(&path, "verdict=nothing"),
            }
        };
        let stranger = send("");
        match (ask, *method) {
            (Ask::Nothing, _) => assert!(![303, 403].contains(&stranger.status), "{path}"),
            (_, "GET") => {
                assert_eq!(stranger.status, 303, "{path}");
                assert!(stranger.head.contains("location: /login?to="), "{path}");
            }
            _ => assert_eq!(stranger.status, 401, "{path}"),
        }
        for (role, cookie) in &cookies {
            let reply = send(cookie);
            let may = match ask {
                Ask::One(rights) => rights.iter().any(|right| role.may(*right)),
                _ => true,
            };
            assert_eq!(reply.status == 403, !may, "{method} {path} {role:?}");
            assert!(!reply.head.contains("location: /login"), "{path} {role:?}");
        }
    }
}
