#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]
//! The console over a real socket on loopback, with made-up findings.

use super::{ConsoleState, router};
use crate::view::sample;
use duwang_model::{FindingFilter, State, Visit};
use duwang_store::Store;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

struct Console {
    address: SocketAddr,
    store: Arc<dyn Store>,
    _runtime: tokio::runtime::Runtime,
}

struct Reply {
    status: u16,
    head: String,
    body: String,
}

fn console(store: Box<dyn Store>) -> Console {
    let store: Arc<dyn Store> = Arc::from(store);
    let state = ConsoleState {
        store: Arc::clone(&store),
        region: Arc::new(sample::region),
        now: Arc::new(sample::now),
        hosts: Arc::from(["duwang.example".to_owned()]),
        bench: None,
        data_dir: None,
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move { axum::serve(listener, router(state)).await });
    Console {
        address,
        store,
        _runtime: runtime,
    }
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
            "{head}Host: {}\r\nConnection: close\r\n\r\n{body}",
            self.address
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Reply {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
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
            "content-security-policy: default-src 'self'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
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
            assert!(
                !inline.contains(&tag.split(' ').next().unwrap_or_default()),
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
fn a_reviewer_decides_and_is_remembered() {
    let console = full();
    let id = console.id_of("wording/renamed-bodies");
    let to = format!("/findings/{id}/decisions?level=general");
    let reply = console.post(
        &to,
        "by=%E5%BC%A0%E6%9F%90&verdict=confirm&known=0&reason=&until=",
    );
    assert_eq!(reply.status, 303, "{}", reply.body);
    assert!(reply.head.contains(&format!(
        "location: /findings/{id}?level=general&done=confirm"
    )));
    assert!(
        reply
            .head
            .contains("set-cookie: duwang-reviewer=%e5%bc%a0%e6%9f%90;"),
        "{}",
        reply.head
    );
    assert_eq!(console.state_of(&id), State::Confirmed);
    let page = console.send(
        &format!("GET /findings/{id}?done=confirm HTTP/1.1\r\nCookie: duwang-reviewer=%E5%BC%A0%E6%9F%90\r\n"),
        "",
    );
    assert!(
        page.body.contains("已记录：确认。") && page.body.contains("value=\"张某\""),
        "{}",
        page.body
    );
    let reply = console.post(&to, "by=%E6%9D%8E%E6%9F%90&verdict=undo&known=1");
    assert_eq!(reply.status, 303);
    assert_eq!(console.state_of(&id), State::Open);
    assert_eq!(
        console.store.finding(&id).unwrap().unwrap().decisions.len(),
        2
    );
}

#[test]
fn a_form_that_does_not_hold_changes_nothing() {
    let console = full();
    let id = console.id_of("wording/renamed-bodies");
    for (form, why) in [
        ("verdict=confirm&known=0", "请填写复核人姓名"),
        ("by=+%0A&verdict=confirm", "请填写复核人姓名"),
        ("by=a&known=0", "请先选一项处理"),
        ("by=a&verdict=shoot", "请先选一项处理"),
        ("by=a&verdict=dismiss&reason=+", "请写明理由"),
        ("by=a&verdict=note", "备注请写内容"),
        ("by=a&verdict=waive&reason=x", "请选定截止日期"),
        ("by=a&verdict=waive&reason=x&until=2026-11-01", "已经过去"),
        ("by=a&verdict=assign&until=tomorrow", "日期请按"),
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
