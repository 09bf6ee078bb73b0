#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "tests fail by panicking"
)]
//! The console over a real socket on loopback, with made-up findings.

use super::{ConsoleState, router};
use crate::people::{Accounts, Role, Sessions};
use crate::view::sample;
use duwang_model::{FindingFilter, State, Visit};
use duwang_store::Store;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

mod deliveries;
mod door;
mod oidc;
mod probe;
mod proof;
mod routes;

struct Console {
    address: SocketAddr,
    cookie: String,
    store: Arc<dyn Store>,
    _runtime: tokio::runtime::Runtime,
}

struct Reply {
    status: u16,
    /// As it came, and in small letters.
    raw_head: String,
    head: String,
    body: String,
}

fn console(store: Box<dyn Store>) -> Console {
    console_with(store, |_| {})
}

fn console_with(store: Box<dyn Store>, set: impl FnOnce(&mut ConsoleState)) -> Console {
    let store: Arc<dyn Store> = Arc::from(store);
    let cookie = entered(store.as_ref(), "张某", Role::Supervisor, None);
    let mut state = ConsoleState::new(
        Arc::clone(&store),
        std::path::PathBuf::new(),
        Arc::new(sample::now),
    );
    state.region = Arc::new(sample::region);
    state.hosts = Arc::from(["duwang.example".to_owned()]);
    state.calendar = Arc::new(crate::rulebook::calendar(None).unwrap());
    set(&mut state);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let address = listener.local_addr().unwrap();
    let site = router(state).into_make_service_with_connect_info::<SocketAddr>();
    runtime.spawn(async move { axum::serve(listener, site).await });
    Console {
        address,
        cookie,
        store,
        _runtime: runtime,
    }
}

/// The cookie of a person who has logged in.
fn entered(store: &dyn Store, name: &str, role: Role, unit: Option<&str>) -> String {
    let accounts = Accounts(store);
    let unit = unit.map(str::to_owned);
    accounts
        .add(name, role, unit, "correct horse", false)
        .unwrap();
    let account = accounts.get(name).unwrap().unwrap();
    let secret = Sessions(store).begin(&account, sample::now()).unwrap();
    format!("duwang-session={secret}")
}

fn full() -> Console {
    console(sample::store())
}

impl Console {
    fn get(&self, path: &str) -> Reply {
        self.send(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    /// As a browser sends a form of our own pages.
    fn post(&self, path: &str, form: &str) -> Reply {
        let origin = format!(
            "Origin: http://{}\r\nSec-Fetch-Site: same-origin\r\n",
            self.address
        );
        self.post_from(path, form, &origin)
    }

    fn post_from(&self, path: &str, form: &str, extra: &str) -> Reply {
        let head = format!(
            "POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n{extra}",
            form.len()
        );
        self.send(&head, form)
    }

    fn send(&self, head: &str, body: &str) -> Reply {
        let mut stream = TcpStream::connect(self.address).unwrap();
        write!(
            stream,
            "{head}Host: {}\r\nCookie: {}\r\nConnection: close\r\n\r\n{body}",
            self.address, self.cookie
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Reply {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            raw_head: head.to_owned(),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    fn id_of(&self, rule: &str) -> String {
        let filter = FindingFilter {
            rules: vec![rule.to_owned()],
            ..FindingFilter::default()
        };
        self.store.findings(&filter).unwrap()[0].id.clone()
    }

    fn state_of(&self, id: &str) -> State {
        self.store.finding(id).unwrap().unwrap().state
    }
}

const PAGES: &[&str] = &[
    "/",
    "/coverage",
    "/findings?state=all",
    "/report",
    "/report?open=1",
];

#[test]
fn every_page_carries_its_guards_and_no_script() {
    let console = full();
    let private = format!("/findings/{}", console.id_of("privacy/id-number"));
    for path in PAGES
        .iter()
        .copied()
        .chain([private.as_str(), "/nowhere", "/healthz"])
    {
        let reply = console.get(path);
        for header in [
            "content-security-policy: default-src 'self'; style-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
            "x-content-type-options: nosniff",
            "referrer-policy: same-origin",
        ] {
            assert!(reply.head.contains(header), "{path}: {}", reply.head);
        }
        let tags = reply
            .body
            .split('<')
            .skip(1)
            .map(|t| t.split('>').next().unwrap_or_default());
        let inline = ["script", "style", "iframe", "object", "img"];
        for tag in tags {
            let is_ours = tag.starts_with("script src=\"/assets/desk.js\" defer")
                || (tag.starts_with("iframe ") && tag.contains(" sandbox "));
            assert!(
                is_ours || !inline.contains(&tag.split(' ').next().unwrap_or_default()),
                "{path}: <{tag}>"
            );
            assert!(
                !tag.contains(" style=") && !tag.contains(" on"),
                "{path}: <{tag}>"
            );
        }
    }
}

#[test]
fn what_a_page_published_is_only_ever_text() {
    let console = full();
    let id = console.id_of("privacy/id-number");
    for path in [
        format!("/findings/{id}"),
        "/findings?state=all".to_owned(),
        "/report?open=1".to_owned(),
    ] {
        let body = console.get(&path).body;
        assert!(
            !body.contains("<script>") && !body.contains("<img"),
            "{path}: {body}"
        );
        assert!(!body.contains("href=\"javascript:"), "{path}");
        assert!(
            body.contains("&#60;script&#62;") || body.contains("&lt;script&gt;"),
            "{path}"
        );
    }
    let page = console.get(&format!("/findings/{id}")).body;
    assert!(
        page.contains("javascript:alert(1)"),
        "the address is shown as text"
    );
    let hours = console
        .get(&format!(
            "/findings/{}",
            console.id_of("guide/office-hours")
        ))
        .body;
    assert!(
        hours.contains("办公时间为<mark>上班时间</mark>，欢迎来访。"),
        "{hours}"
    );
    assert!(hours.contains("rel=\"noreferrer noopener\""));
}

#[test]
fn personal_numbers_are_masked_on_every_page_and_in_every_file() {
    let console = full();
    let ids = console.store.findings(&FindingFilter::default()).unwrap();
    let findings = ids.iter().map(|f| format!("/findings/{}", f.id));
    let files = ["html", "csv", "json"].map(|f| format!("/report?open=1&format={f}"));
    let pages = PAGES.iter().map(|p| (*p).to_owned());
    for path in pages.chain(findings).chain(files) {
        let reply = console.get(&path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        assert!(!reply.body.contains("350499199001010018"), "{path}");
        assert!(!reply.body.contains("13800138001"), "{path}");
    }
    let private = console
        .get(&format!("/findings/{}", console.id_of("privacy/id-number")))
        .body;
    assert!(private.contains("350499********0018"));
}

#[test]
fn the_overview_tells_what_was_not_seen() {
    let body = full().get("/").body;
    for needle in [
        "20261102-090000-ab12",
        "没有看到什么",
        "被拦截",
        "防火墙拦截（412）",
        "青石街道办事处",
        "待复核",
    ] {
        assert!(body.contains(needle), "{needle} not in {body}");
    }
    let coverage = full().get("/coverage").body;
    assert!(
        coverage.contains("http://www.yunfeng-demo.gov.cn/&#60;b&#62;gk"),
        "{coverage}"
    );
    assert!(
        coverage.contains("不在所选批次之内"),
        "the WeChat channel was not read"
    );
}

#[test]
fn an_empty_store_is_friendly() {
    let console = console(duwang_store::open("memory:", std::path::Path::new(".")).unwrap());
    assert!(console.get("/").body.contains("还没有读完的批次"));
    assert!(console.get("/findings").body.contains("还没有问题"));
    assert_eq!(console.get("/coverage").status, 200);
    assert_eq!(console.get("/report").status, 404);
    assert_eq!(console.get("/healthz").body, "ok\n");
}

#[test]
fn unknown_things_are_404_and_unclear_ones_400() {
    let console = full();
    for path in [
        "/findings/ffffffffffff",
        "/findings/zz",
        "/findings/%E5%9D%8F",
        "/snapshots/sha256:00",
        "/snapshots/..%2F..%2Fetc%2Fpasswd",
        "/assets/..%2Fsecret",
        "/assets/none.css",
        "/report?scan=none",
        "/x",
    ] {
        let reply = console.get(path);
        assert_eq!(reply.status, 404, "{path}");
        assert!(
            reply.body.contains("没有找到") || reply.body.contains("还没有"),
            "{path}"
        );
    }
    assert_eq!(console.get("/findings?level=grave").status, 400);
    assert_eq!(console.get("/report?format=exe").status, 400);
    assert_eq!(console.post("/findings", "").status, 405);
}

#[test]
fn filters_narrow_the_list() {
    let console = full();
    let total = |query: &str| {
        let body = console.get(&format!("/findings?{query}")).body;
        let at = body.find("共 <strong>").map(|at| at + "共 <strong>".len());
        at.map_or(0, |at| {
            body[at..]
                .split('<')
                .next()
                .unwrap()
                .parse::<usize>()
                .unwrap()
        })
    };
    assert_eq!(total(""), 4);
    assert_eq!(total("unit=qingshi"), 2);
    assert_eq!(total("unit=qingshi&unit=yunfeng"), 4);
    assert_eq!(total("channel=yunfeng-site&category=privacy"), 1);
    assert_eq!(total("level=general"), 1);
    assert_eq!(total("rule=guide"), 1);
    assert_eq!(total("rule=wording%2Frenamed-bodies"), 1);
    assert_eq!(total("state=confirmed"), 1);
    assert_eq!(total("state=open"), 3);
    assert_eq!(total("kind=guide&certainty=likely"), 4);
    assert_eq!(total("text=%E5%B7%A5%E5%95%86"), 1);
    assert_eq!(total("text=%3Cscript%3E"), 0);
    let empty = console.get("/findings?unit=nobody%22%3E").body;
    assert!(
        empty.contains("这里是空的") && !empty.contains("nobody\">"),
        "{empty}"
    );
}

#[test]
fn the_list_comes_in_pages_of_fifty() {
    let store = sample::store();
    let many = (0..120).map(|n| {
        let finding = sample::finding("wording/fixed-phrases", &format!("词{n:03}"));
        (duwang_model::Change::New, finding)
    });
    store
        .record(&[Visit {
            changes: many.collect(),
            ..Visit::default()
        }])
        .unwrap();
    let console = console(store);
    let rows = |query: &str| {
        console
            .get(&format!("/findings?{query}"))
            .body
            .matches("<article>")
            .count()
    };
    assert_eq!(rows("rule=wording%2Ffixed-phrases"), 50);
    assert_eq!(rows("rule=wording%2Ffixed-phrases&page=3"), 20);
    assert_eq!(
        rows("rule=wording%2Ffixed-phrases&page=99"),
        20,
        "the last page stands in for pages beyond it"
    );
    let second = console
        .get("/findings?rule=wording%2Ffixed-phrases&page=2")
        .body;
    assert!(second.contains("第 51–100 条"));
    assert!(second.contains("rel=\"prev\"") && second.contains("rel=\"next\""));
    assert!(
        second.contains("/findings?rule=wording%2Ffixed-phrases&#38;page=3"),
        "links keep the filter"
    );
}

#[test]
fn a_reviewer_decides_under_the_own_name() {
    let console = full();
    let id = console.id_of("wording/renamed-bodies");
    let to = format!("/findings/{id}/decisions?level=general");
    let forged = "by=%E6%9D%8E%E6%9F%90&verdict=confirm&known=0&reason=&until=";
    let reply = console.post(&to, forged);
    assert_eq!(reply.status, 303, "{}", reply.body);
    assert!(reply.head.contains(&format!(
        "location: /findings/{id}?level=general&done=confirm"
    )));
    assert_eq!(console.state_of(&id), State::Confirmed);
    let kept = console.store.finding(&id).unwrap().unwrap();
    assert_eq!(kept.decisions[0].by, "张某", "who is logged in signs");
    let page = console.get(&format!("/findings/{id}?done=confirm"));
    assert!(page.body.contains("已记录：确认。"), "{}", page.body);
    let reply = console.post(&to, "verdict=undo&known=1");
    assert_eq!(reply.status, 303);
    assert_eq!(console.state_of(&id), State::Open);
    let entries = console.store.entries("audit", 1, 10).unwrap();
    let told: Vec<&str> = entries.iter().map(|e| e.text.as_str()).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("确认") && told[0].contains("张某") && told[0].contains(&id));
}

/// Findings with the same words on many pages.
fn reprinted(count: usize) -> Console {
    let store = sample::store();
    let many = (0..count).map(|n| {
        let mut finding = sample::finding("wording/reprint", "转载稿");
        finding.fingerprint = format!("{n:032x}");
        finding.hit.subject = duwang_model::Subject::Page(format!("http://a.example/{n}"));
        (duwang_model::Change::New, finding)
    });
    store
        .record(&[Visit {
            changes: many.collect(),
            ..Visit::default()
        }])
        .unwrap();
    console(store)
}

#[test]
fn the_same_words_are_one_row_decided_and_undone_at_once() {
    let console = reprinted(30);
    let list = console.get("/findings?rule=wording%2Freprint").body;
    assert_eq!(list.matches("<article>").count(), 1, "{list}");
    assert!(list.contains("30 处来自相同的文字"));
    let flat = console.get("/findings?rule=wording%2Freprint&flat=1").body;
    assert_eq!(flat.matches("<article>").count(), 30);
    let id = console.id_of("wording/reprint");
    let to = format!("/findings/{id}/decisions?rule=wording%2Freprint");
    let standing = |state: State| {
        let filter = FindingFilter {
            rules: vec!["wording/reprint".into()],
            states: vec![state],
            ..FindingFilter::default()
        };
        console.store.findings(&filter).unwrap().len()
    };
    assert_eq!(console.post(&to, "verdict=confirm").status, 303);
    assert_eq!(standing(State::Confirmed), 1, "one alone");
    assert_eq!(console.post(&to, "verdict=undo").status, 303);
    assert_eq!(
        console.post(&to, "verdict=dismiss&reason=x&group=1").status,
        303
    );
    assert_eq!(standing(State::Dismissed), 30);
    assert_eq!(console.post(&to, "verdict=undo&group=1").status, 303);
    assert_eq!(standing(State::Open), 30);
}

#[test]
fn the_script_gets_the_row_back_or_the_reason_why_not() {
    let console = full();
    let id = console.id_of("wording/renamed-bodies");
    let to = format!("/findings/{id}/decisions");
    let part = |form: &str| {
        let extra = format!(
            "Origin: http://{}\r\nX-Duwang-Part: row\r\n",
            console.address
        );
        console.post_from(&to, form, &extra)
    };
    let refused = part("verdict=dismiss");
    assert_eq!(refused.status, 422);
    assert_eq!(refused.body, "判为误报请写明理由，规则靠它改进。");
    let row = part("verdict=assign");
    assert_eq!(row.status, 200);
    assert!(row.body.starts_with("<li data-id="), "{}", row.body);
    let due = "2026-11-09"; // five working days after Monday, 2 November
    assert!(
        row.body.contains(due) && row.body.contains("已交办"),
        "{}",
        row.body
    );
}

/// Every route, every role and a stranger: the table says who passes, and nobody else does.
#[test]
fn every_route_lets_in_whom_its_table_says() {
    use super::gate::{Ask, ROUTES};
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
#[ignore = "takes minutes"]
fn a_hundred_thousand_findings_stay_quick() {
    let dir = tempfile::tempdir().unwrap();
    let store = duwang_store::open("sled:", dir.path()).unwrap();
    for group in 0..100_usize {
        let many = (0..1_000).map(|n| {
            let n = group * 1_000 + n;
            let mut finding = sample::finding("wording/fixed-phrases", &format!("词{}", n / 3));
            finding.fingerprint = format!("{:016x}{n:016x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            finding.unit = format!("unit{}", n % 52);
            finding.hit.rule = format!("pack{}/rule{}", n % 17, n % 90);
            finding.hit.subject = duwang_model::Subject::Page(format!("http://a.example/{n}"));
            (duwang_model::Change::New, finding)
        });
        store
            .record(&[Visit {
                changes: many.collect(),
                ..Visit::default()
            }])
            .unwrap();
    }
    let console = console(store);
    let began = std::time::Instant::now();
    assert_eq!(console.get("/findings").status, 200);
    eprintln!("first look {:?}", began.elapsed());
    let timed = |what: &str, times: usize, act: &dyn Fn(usize)| {
        let mut took: Vec<_> = (0..times)
            .map(|n| {
                let began = std::time::Instant::now();
                act(n);
                began.elapsed()
            })
            .collect();
        took.sort();
        let p95 = took[times * 95 / 100];
        eprintln!("{what}: median {:?}, p95 {p95:?}", took[times / 2]);
        p95
    };
    let ids: Vec<String> = {
        let mut ids = Vec::new();
        let all = FindingFilter::default();
        console
            .store
            .each_finding(&all, &mut |f| {
                ids.push(f.id);
                match ids.len() {
                    400 => std::ops::ControlFlow::Break(()),
                    _ => std::ops::ControlFlow::Continue(()),
                }
            })
            .unwrap();
        ids
    };
    let extra = format!(
        "Origin: http://{}\r\nX-Duwang-Part: row\r\n",
        console.address
    );
    let decide = timed("decision", 200, &|n| {
        let to = format!("/findings/{}/decisions", ids[n]);
        assert_eq!(
            console.post_from(&to, "verdict=confirm", &extra).status,
            200
        );
    });
    let list = timed("list", 60, &|n| {
        let path = format!("/findings?unit=unit{}&page={}", n % 52, n % 5 + 1);
        assert_eq!(console.get(&path).status, 200);
    });
    let whole = timed("list of everything", 60, &|n| {
        assert_eq!(
            console.get(&format!("/findings?page={}", n + 1)).status,
            200
        );
    });
    let one = timed("finding", 60, &|n| {
        assert_eq!(console.get(&format!("/findings/{}", ids[n])).status, 200);
    });
    let front = timed("front page", 30, &|_| {
        assert_eq!(console.get("/").status, 200);
    });
    for p95 in [decide, list, whole, one, front] {
        assert!(p95.as_millis() < 100, "{p95:?}");
    }
}

#[test]
fn a_form_that_does_not_hold_changes_nothing() {
    let console = full();
    let id = console.id_of("wording/renamed-bodies");
    for (form, why) in [
        ("by=a&known=0", "请先选一项处理"),
        ("by=a&verdict=shoot", "请先选一项处理"),
        ("by=a&verdict=dismiss&reason=+", "请写明理由"),
        ("by=a&verdict=note", "备注请写内容"),
        ("by=a&verdict=waive&reason=x", "请选定截止日期"),
        ("by=a&verdict=waive&reason=x&until=2026-11-01", "已经过去"),
        ("by=a&verdict=assign&until=tomorrow", "日期请按"),
        ("by=a&verdict=assign&until=2026-11-01", "已经过去"),
        ("by=a&verdict=claim&reason=x", "不能声明整改"),
        ("by=a&verdict=release", "请先选一项处理"),
        ("by=a&verdict=undo", "没有可以撤销"),
        ("by=a&verdict=confirm&known=7", "有人对这个问题作了新的决定"),
    ] {
        let reply = console.post(&format!("/findings/{id}/decisions"), form);
        assert_eq!(reply.status, 422, "{form}");
        assert!(reply.body.contains(why), "{form}: {}", reply.body);
    }
    assert_eq!(console.state_of(&id), State::Open);
    assert!(
        console
            .store
            .finding(&id)
            .unwrap()
            .unwrap()
            .decisions
            .is_empty()
    );
    assert_eq!(
        console
            .post(
                &format!("/findings/{id}/decisions"),
                "by=a&verdict=waive&reason=x&until=2026-12-31"
            )
            .status,
        303
    );
    assert_eq!(console.state_of(&id), State::Waived);
}

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

#[test]
fn the_next_finding_of_the_filter_follows() {
    let console = full();
    let id = console.id_of("coverage/guide-missing");
    let page = console.get(&format!("/findings/{id}")).body;
    assert!(page.contains("第 3 / 4 条"), "{page}");
    let next = console.id_of("privacy/id-number");
    assert!(page.contains(&format!("rel=\"next\" href=\"/findings/{next}\"")));
    let reply = console.post(
        &format!("/findings/{id}/decisions"),
        "by=a&verdict=dismiss&reason=x&next=1",
    );
    assert!(
        reply
            .head
            .contains(&format!("location: /findings/{next}?done=dismiss")),
        "{}",
        reply.head
    );
    let gone = console.get(&format!("/findings/{id}")).body;
    assert!(
        gone.contains("不在当前筛选之内")
            && gone.contains(&format!("rel=\"next\" href=\"/findings/{next}\""))
    );
}

#[test]
fn snapshots_leave_only_as_attachments() {
    let console = full();
    let finding = console
        .store
        .finding(&console.id_of("guide/office-hours"))
        .unwrap()
        .unwrap();
    let reply = console.get(&format!("/snapshots/{}", finding.snapshot.hash));
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body, sample::PAGE);
    for header in [
        "content-type: text/plain\r\n",
        "content-disposition: attachment; filename=\"sha256-",
        "x-content-type-options: nosniff",
        "content-security-policy: default-src 'none'; sandbox",
    ] {
        assert!(reply.head.contains(header), "{}", reply.head);
    }
}

#[test]
fn style_sheets_are_asked_for_once() {
    let console = full();
    let reply = console.get("/assets/tokens.css");
    let tag = reply
        .head
        .lines()
        .find_map(|l| l.strip_prefix("etag: "))
        .unwrap()
        .to_owned();
    let again = console.send(
        &format!("GET /assets/tokens.css HTTP/1.1\r\nIf-None-Match: {tag}\r\n"),
        "",
    );
    assert_eq!((reply.status, again.status), (200, 304));
    assert!(reply.head.contains("content-type: text/css"));
}
