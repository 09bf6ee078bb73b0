//! The HTTP interface and the paste box, as a unit's own systems and editors use them.

use crate::common::{Answer, Duwang, Served, Site, cookie_set_by, login_form};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

const TYPO: &str =
    "关于做好防汛工作的通知\n各社区要布署防汛各项任务。联系人王某，身份证号350499199001010011。\n";

/// A running `duwang serve`, asked by hand.
struct Server(Served);

struct Reply {
    status: u16,
    cookie: Option<String>,
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", self.text()))
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Server {
    fn open(duwang: &Duwang) -> Self {
        Self(duwang.serve())
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(&self.0.at).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n", self.0.at, body.len()).unwrap();
        stream.write_all(body).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut body = bytes[end + 4..].to_vec();
        if head
            .to_ascii_lowercase()
            .contains("transfer-encoding: chunked")
        {
            body = unchunked(&body);
        }
        Reply {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            cookie: cookie_set_by(&head),
            head: head.to_ascii_lowercase(),
            body,
        }
    }

    /// Logs in; the header that shows it.
    fn enter(&self, name: &str) -> String {
        let headers = format!(
            "Origin: http://{}\r\nContent-Type: application/x-www-form-urlencoded\r\n",
            self.0.at
        );
        let entered = self.ask("POST", "/login", &headers, login_form(name).as_bytes());
        assert_eq!(entered.status, 303, "{}", entered.text());
        format!("Cookie: {}\r\n", entered.cookie.unwrap())
    }

    fn call(&self, token: &str, method: &str, path: &str, body: &Value) -> Reply {
        let headers =
            format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
        let body = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        self.ask(method, &format!("/api/v1{path}"), &headers, &body)
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let end = rest.windows(2).position(|w| w == b"\r\n").unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            return out;
        }
        out.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 4 + size..];
    }
}

fn with_units() -> Duwang {
    let duwang = Duwang::new();
    duwang.units("http://127.0.0.1:9/");
    duwang
}

fn token(duwang: &Duwang, name: &str, unit: &str, per_minute: &str) -> String {
    let told = duwang.ok(&[
        "tokens",
        "add",
        name,
        "--unit",
        unit,
        "--per-minute",
        per_minute,
    ]);
    told.trim().to_owned()
}

#[test]
fn a_draft_is_checked_kept_and_verified() {
    let duwang = with_units();
    let token = token(&duwang, "cms", "qingshi", "600");
    let server = Server::open(&duwang);
    let asked = json!({ "content": TYPO, "format": "text", "name": "通知", "fail_on": "general", "card": true, "keep": true });
    let reply = server.call(&token, "POST", "/check", &asked);
    assert_eq!(reply.status, 200, "{}", reply.text());
    let verdict = reply.json();
    assert_eq!(verdict["verdict"], "fail");
    assert!(
        verdict["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|f| f["quote"] == "布署"),
        "{verdict:#}"
    );
    assert!(
        !reply.text().contains("350499199001010011"),
        "personal data is masked"
    );
    let kept = server.call(
        &token,
        "GET",
        &format!("/results/{}", verdict["id"].as_str().unwrap()),
        &Value::Null,
    );
    assert_eq!(kept.json()["findings"], verdict["findings"]);
    let card = verdict["card"]["id"].as_str().unwrap();
    let verify = |content: &str| {
        server
            .call(
                &token,
                "POST",
                &format!("/cards/{card}/verify"),
                &json!({ "content": content }),
            )
            .json()
    };
    assert_eq!(verify(TYPO)["same_text"], true);
    assert_eq!(verify("别的文字，不是检测过的那一稿。")["same_text"], false);
    assert_eq!(
        server
            .call(&token, "GET", "/cards/abcdef", &Value::Null)
            .status,
        404
    );
    for (format, kind, begins) in [
        ("sarif", "application/sarif+json", &b"{"[..]),
        ("html", "text/html", b"<!DOCTYPE html>"),
        ("docx", "officedocument", b"PK\x03\x04"),
    ] {
        let reply = server.call(
            &token,
            "POST",
            &format!("/check?format={format}"),
            &json!({ "content": TYPO }),
        );
        assert!(
            reply.status == 200 && reply.head.contains(kind) && reply.body.starts_with(begins),
            "{format}: {}",
            reply.head
        );
    }
    let headers =
        format!("Authorization: Bearer {token}\r\nContent-Type: application/octet-stream\r\n");
    let file = server.ask(
        "POST",
        "/api/v1/check/file?name=a.txt",
        &headers,
        TYPO.as_bytes(),
    );
    assert_eq!(file.json()["document"]["name"], "a.txt");
    // Without being asked for, nothing is kept.
    let results = std::fs::read_dir(duwang.data().join("results"))
        .unwrap()
        .count();
    assert_eq!(results, 1);
}

#[test]
fn who_may_call_and_how_often() {
    let duwang = with_units();
    let (few, other) = (
        token(&duwang, "few", "qingshi", "3"),
        token(&duwang, "other", "baisha", "600"),
    );
    let server = Server::open(&duwang);
    let asked = json!({ "content": "正文", "keep": true });
    let id = server.call(&few, "POST", "/check", &asked).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        server
            .call(&other, "GET", &format!("/results/{id}"), &Value::Null)
            .status,
        404,
        "another unit's result"
    );
    assert_eq!(
        server.call("duwang_00", "POST", "/check", &asked).status,
        401
    );
    assert_eq!(server.ask("POST", "/api/v1/check", "", b"{}").status, 401);
    for body in [
        "",
        "[]",
        "{\"content\":1}",
        "{\"content\":\"a\",\"kind\":\"x\"}",
        "{\"content\":\"a\",\"unknown\":1}",
    ] {
        let headers = format!("Authorization: Bearer {other}\r\n");
        let reply = server.ask("POST", "/api/v1/check", &headers, body.as_bytes());
        assert_eq!(
            (reply.status, reply.json()["error"].as_str().unwrap()),
            (400, "bad-request"),
            "{body}"
        );
    }
    let statuses: Vec<u16> = (0..4)
        .map(|_| server.call(&few, "POST", "/check", &asked).status)
        .collect();
    assert!(statuses.contains(&429), "{statuses:?}");
    let refused = server.call(&few, "POST", "/check", &asked);
    assert!(refused.head.contains("retry-after: "), "{}", refused.head);
    duwang.ok(&["tokens", "revoke", "other"]);
    assert_eq!(
        server.call(&other, "POST", "/check", &asked).status,
        401,
        "withdrawn while the server runs"
    );
    // The console's own guard stands as before: no changes from elsewhere.
    assert_eq!(
        server
            .ask("POST", "/check", "Origin: http://evil.example\r\n", b"")
            .status,
        403
    );
}

#[test]
fn a_batch_is_told_when_done() {
    let duwang = with_units();
    let token = token(&duwang, "cms", "qingshi", "600");
    let server = Server::open(&duwang);
    let site = Site::start();
    site.put("/hook", Answer::text("ok"));
    let items: Vec<Value> = (0..7).map(|n| json!({ "content": if n == 3 { TYPO } else { "各社区要落实责任。" }, "name": format!("{n}"), "fail_on": "general" })).collect();
    let reply = server.call(
        &token,
        "POST",
        "/batches",
        &json!({ "items": items, "webhook": site.url("/hook") }),
    );
    assert_eq!(reply.status, 202, "{}", reply.text());
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    let since = Instant::now();
    let state = loop {
        let state = server
            .call(&token, "GET", &format!("/batches/{id}"), &Value::Null)
            .json();
        if state["webhook"] == "已通知" {
            break state;
        }
        assert!(since.elapsed() < Duration::from_secs(30), "{state:#}");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(
        (
            state["done"].as_u64(),
            state["failed"].as_u64(),
            state["unread"].as_u64()
        ),
        (Some(7), Some(1), Some(0))
    );
    let third = state["results"][3].as_str().unwrap();
    assert_eq!(
        server
            .call(&token, "GET", &format!("/results/{third}"), &Value::Null)
            .json()["verdict"],
        "fail"
    );
    assert!(site.take_paths().contains(&"/hook".to_owned()));
    let none = server.call(&token, "POST", "/batches", &json!({ "items": [] }));
    assert_eq!(none.status, 400);
}

#[test]
fn the_paste_box_gives_the_draft_back_with_marks() {
    let duwang = with_units();
    duwang.account("王某", "reviewer");
    let server = Server::open(&duwang);
    let cookie = server.enter("王某");
    let form = server.ask("GET", "/check", &cookie, b"");
    assert!(
        form.status == 200 && form.text().contains("enctype=\"multipart/form-data\""),
        "{}",
        form.text()
    );
    let post = |fields: &[(&str, &str)]| {
        let mut body = String::new();
        for (name, value) in fields {
            body += &format!(
                "--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            );
        }
        body += "--b--\r\n";
        let headers = format!(
            "Content-Type: multipart/form-data; boundary=b\r\nOrigin: http://{}\r\n{cookie}",
            server.0.at
        );
        server.ask("POST", "/check", &headers, body.as_bytes())
    };
    let rich = "<p class=\"MsoNormal\" style=\"text-indent:24pt;mso-x:y\"><span lang=\"EN-US\">各社区要</span><b>布</b>署防汛各项任务，落实各项责任。<o:p></o:p></p><script>x()</script>";
    let page = post(&[("text", "各社区要布署"), ("rich", rich), ("kind", "notice")]).text();
    assert!(page.contains("<p style=\"text-indent:24pt\"><span>各社区要</span><b><mark id=\"m1\">布</mark></b><mark>署<sup>"), "{page}");
    assert!(!page.contains("x()") && page.contains("value=\"notice\" selected"));
    let plain = post(&[("text", TYPO)]).text();
    assert!(
        plain.contains("布署")
            && plain.contains("<mark")
            && !plain.contains("350499199001010011</"),
        "{plain}"
    );
    let word = post(&[("text", TYPO), ("format", "docx")]);
    assert!(word.body.starts_with(b"PK") && word.head.contains("attachment"));
    assert!(post(&[("text", "  ")]).text().contains("还没有内容"));
    assert!(
        !duwang.data().join("cards").exists() && !duwang.data().join("results").exists(),
        "nothing is stored"
    );
    post(&[("text", TYPO), ("card", "1")]);
    assert_eq!(
        std::fs::read_dir(duwang.data().join("cards"))
            .unwrap()
            .count(),
        1
    );
}

#[test]
fn the_interface_is_what_its_description_says() {
    let duwang = with_units();
    let token = token(&duwang, "st", "qingshi", "100000");
    let server = Server::open(&duwang);
    let described = server.ask("GET", "/api/v1/openapi.json", "", b"");
    assert_eq!(described.json()["openapi"], "3.1.0");
    let tool = std::env::var("DUWANG_SCHEMATHESIS").unwrap_or_else(|_| "st".to_owned());
    let run = Command::new(&tool)
        .args([
            "run",
            "--checks",
            "all",
            "--max-examples",
            "25",
            "--seed",
            "7",
            "--phases",
            "examples,coverage,fuzzing",
            "--no-color",
        ])
        .args(["-H", &format!("Authorization: Bearer {token}")])
        .args(["--url", &format!("http://{}", server.0.at)])
        .arg(format!("http://{}/api/v1/openapi.json", server.0.at))
        .current_dir(duwang.dir.path())
        .output();
    let Ok(run) = run else {
        assert!(
            std::env::var_os("DUWANG_TEST_TOOLS").is_none(),
            "{tool} is not installed"
        );
        eprintln!("skipped: schemathesis is not installed");
        return;
    };
    assert!(
        run.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr)
    );
}
