//! The console over HTTP, as a browser and as a stranger see it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod common;
use common::{Duwang, Site, article, list};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};

/// A running `duwang serve`, ended with the test.
struct Console {
    child: Child,
    at: String,
}

impl Drop for Console {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Console {
    fn open(duwang: &Duwang) -> Self {
        let mut child = duwang
            .command(&["serve", "--listen", "127.0.0.1:0"])
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut told = String::new();
        BufReader::new(child.stderr.take().unwrap())
            .read_line(&mut told)
            .unwrap();
        let at = told
            .split("http://")
            .nth(1)
            .unwrap_or_else(|| panic!("{told}"));
        let at = at.split('/').next().unwrap().to_owned();
        Self { child, at }
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Reply {
        let mut stream = TcpStream::connect(&self.at).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            self.at,
            body.len()
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Reply {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, "", "")
    }

    fn post(&self, path: &str, headers: &str, form: &str) -> Reply {
        let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
        self.ask("POST", path, &format!("{kind}{headers}"), form)
    }
}

fn scanned() -> Duwang {
    let site = Site::start();
    let item = (
        "./t1.htm".into(),
        "救助对象公示".into(),
        "2026-09-18".into(),
    );
    site.html("/qs/", &list("工作动态", &[item], 1, 0));
    site.html(
        "/qs/t1.htm",
        &article(
            "救助对象公示",
            "2026-09-18",
            "街道布署救助工作&lt;script&gt;alert(1)&lt;/script&gt;，救助对象王某，身份证号350499199001010011，家住青石街道第一社区。",
        ),
    );
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    duwang.scan(&units, &[]);
    duwang
}

fn id(duwang: &Duwang, category: &str) -> String {
    let found = duwang.findings(&["--category", category]);
    found[0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn every_page_answers_safely() {
    let duwang = scanned();
    let typo = id(&duwang, "typo");
    let console = Console::open(&duwang);
    for path in [
        "/",
        "/coverage",
        "/findings",
        "/report",
        "/healthz",
        "/findings?unit=qingshi",
    ] {
        let reply = console.get(path);
        assert_eq!(reply.status, 200, "{path}\n{}", reply.body);
        assert!(
            reply
                .head
                .contains("content-security-policy: default-src 'self'"),
            "{path}"
        );
        assert!(
            reply.head.contains("x-content-type-options: nosniff"),
            "{path}"
        );
        assert!(!reply.body.contains("350499199001010011"), "{path}");
        assert!(!reply.body.contains("<script"), "{path}");
    }
    let page = console.get(&format!("/findings/{typo}"));
    assert_eq!(page.status, 200);
    let mark = page
        .body
        .split("<mark")
        .nth(1)
        .expect("the place is marked");
    assert!(
        mark.split("</mark>").next().unwrap().ends_with("布署"),
        "{mark}"
    );
    assert!(page.body.contains("&#60;script&#62;") || page.body.contains("&lt;script&gt;"));
    assert!(!page.body.contains("<script") && !page.body.contains("350499199001010011"));
    for (path, status) in [
        ("/findings/ffffffffffff", 404),
        ("/nowhere", 404),
        ("/findings?level=grave", 400),
    ] {
        assert_eq!(console.get(path).status, status, "{path}");
    }
}

#[test]
fn only_our_own_pages_decide() {
    let duwang = scanned();
    let typo = id(&duwang, "typo");
    let console = Console::open(&duwang);
    let path = format!("/findings/{typo}/decisions");
    let form = "verdict=confirm&by=%E7%8E%8B%E6%9F%90&reason=";
    for stranger in ["", "Origin: http://evil.example\r\n", "Origin: null\r\n"] {
        assert_eq!(
            console.post(&path, stranger, form).status,
            403,
            "{stranger}"
        );
    }
    assert_eq!(duwang.findings(&["--state", "confirmed"]).len(), 0);
    let own = format!("Origin: http://{}\r\n", console.at);
    let nameless = console.post(&path, &own, "verdict=confirm&by=&reason=");
    assert_eq!(nameless.status, 422);
    let decided = console.post(&path, &own, form);
    assert_eq!(decided.status, 303, "{}", decided.body);
    let confirmed = duwang.findings(&["--state", "confirmed"]);
    assert_eq!(confirmed.len(), 1);
    assert_eq!(confirmed[0]["id"], typo.as_str());
    let page = console.get(&format!("/findings/{typo}"));
    assert!(page.body.contains("王某") && page.body.contains("确认"));
    assert_eq!(console.ask("DELETE", &path, &own, "").status, 405);
}

#[test]
fn a_snapshot_is_only_ever_handed_out_as_a_file() {
    let duwang = scanned();
    let typo = &duwang.findings(&["--category", "typo"])[0];
    let hash = typo["snapshot"].as_str().unwrap().to_owned();
    let console = Console::open(&duwang);
    let reply = console.get(&format!("/snapshots/{hash}"));
    assert_eq!(reply.status, 200, "{}", reply.head);
    assert!(
        reply.head.contains("content-disposition: attachment"),
        "{}",
        reply.head
    );
    assert!(!reply.head.contains("text/html"), "{}", reply.head);
    assert_ne!(console.get("/snapshots/..%2f..%2fregion.json").status, 200);
}

#[test]
fn two_consoles_on_one_directory_are_refused_with_words() {
    let duwang = scanned();
    let _first = Console::open(&duwang);
    let second = duwang.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.status.code(), Some(2));
    let told = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(told.contains("控制台不能开两个"), "{told}");
}
