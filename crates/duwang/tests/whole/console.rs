//! The console over HTTP, as a browser and as a stranger see it.

use crate::common::{Answer, Duwang, Served, Site, article, cookie_set_by, list, login_form};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::rc::Rc;

/// A running `duwang serve` as one visitor asks it.
pub struct Console {
    served: Rc<Served>,
    /// Of somebody who has logged in; empty for a stranger.
    cookie: String,
}

pub struct Reply {
    pub status: u16,
    cookie: Option<String>,
    head: String,
    pub body: String,
}

impl Console {
    /// As a supervisor who has logged in.
    pub fn open(duwang: &Duwang) -> Self {
        duwang.account("王某", "supervisor");
        let mut console = Self::of(duwang.serve());
        console.enter("王某");
        console
    }

    /// As a stranger.
    pub fn of(served: Served) -> Self {
        Self {
            served: Rc::new(served),
            cookie: String::new(),
        }
    }

    /// The header of a form that is this console's own.
    pub fn own(&self) -> String {
        format!("Origin: http://{}\r\n", self.served.at)
    }

    /// Goes on as somebody else.
    pub fn enter(&mut self, name: &str) {
        let entered = self.post("/login", &self.own(), &login_form(name));
        assert_eq!(entered.status, 303, "{}", entered.body);
        self.cookie = entered.cookie.unwrap();
    }

    fn bytes(&self, method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.served.at).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            self.served.at,
            self.cookie,
            body.len()
        )
        .unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        bytes
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Reply {
        let bytes = self.bytes(method, path, headers, body);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Reply {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            cookie: cookie_set_by(head),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }

    pub fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, "", "")
    }

    /// A file as it comes.
    pub fn file(&self, path: &str) -> Vec<u8> {
        let bytes = self.bytes("GET", path, "", "");
        let head = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        bytes[head + 4..].to_vec()
    }

    pub fn post(&self, path: &str, headers: &str, form: &str) -> Reply {
        let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
        self.ask("POST", path, &format!("{kind}{headers}"), form)
    }
}

pub fn scanned() -> Duwang {
    scanned_site().0
}

pub fn scanned_site() -> (Duwang, Site) {
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
    (duwang, site)
}

pub fn id(duwang: &Duwang, category: &str) -> String {
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
        assert!(!reply.body.contains("<script>"), "{path}");
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
    assert!(!page.body.contains("<script>") && !page.body.contains("350499199001010011"));
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
    let own = console.own();
    let stranger = Console {
        cookie: String::new(),
        served: Rc::clone(&console.served),
    };
    assert_eq!(stranger.post(&path, &own, form).status, 401);
    assert_eq!(stranger.get("/findings").status, 303);
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

#[test]
fn the_first_start_gives_one_password_to_be_changed() {
    let duwang = scanned();
    let (served, mut lines) = duwang.serve_and_listen();
    let told = lines.next().unwrap().unwrap();
    let secret = told.split("一次性口令 ").nth(1).unwrap();
    let secret = secret.split(' ').next().unwrap().to_owned();
    let mut console = Console::of(served);
    let own = console.own();
    let name = "%E7%AE%A1%E7%90%86%E5%91%98";
    let entered = console.post("/login", &own, &format!("name={name}&password={secret}"));
    assert_eq!(entered.status, 303, "{told}");
    assert!(entered.head.contains("location: /password"));
    console.cookie = entered.cookie.unwrap();
    let kept_out = console.get("/findings");
    assert_eq!(kept_out.status, 303, "nothing else before it is changed");
    assert!(kept_out.head.contains("location: /password"));
    let form = format!("now={secret}&new=another+horse&again=another+horse");
    let changed = console.post("/password", &own, &form);
    assert_eq!(changed.status, 303, "{}", changed.body);
    console.cookie = changed.cookie.unwrap();
    assert_eq!(console.get("/people").status, 200);
    let proved = duwang.run(&["audit", "verify"]);
    let said = String::from_utf8_lossy(&proved.stdout).into_owned();
    assert!(
        proved.status.success() && said.contains("前后相扣"),
        "{said}"
    );
    let head = said.split("末条摘要 ").nth(1).unwrap().trim().to_owned();
    assert!(
        duwang
            .run(&["audit", "verify", "--head", &head])
            .status
            .success()
    );
    let other = duwang.run(&["audit", "verify", "--head", "00"]);
    assert_eq!(other.status.code(), Some(1));
}

/// Waits for a re-fetch to answer.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = std::time::Instant::now();
    while !is_so() {
        assert!(began.elapsed().as_secs() < 90, "{what}");
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
}

#[test]
fn a_claim_is_proved_by_reading_again() {
    let (duwang, site) = scanned_site();
    site.take_log();
    let typo = id(&duwang, "typo");
    let scan = duwang.findings(&[])[0]["scan"].as_str().unwrap().to_owned();
    duwang.account("编辑某", "editor");
    let mut console = Console::open(&duwang);
    let own = console.own();
    let path = format!("/findings/{typo}/decisions");
    assert_eq!(console.post(&path, &own, "verdict=assign").status, 303);
    console.enter("编辑某");
    let claim = "verdict=claim&reason=%E5%B7%B2%E6%94%B9";
    assert_eq!(console.post(&path, &own, claim).status, 303);
    let page = |console: &Console| console.get(&format!("/findings/{typo}")).body;
    until("the unchanged page sends it back", || {
        page(&console).contains("重新读取，这个问题还在")
    });
    assert_eq!(duwang.findings(&["--state", "assigned"]).len(), 1);
    assert_eq!(
        site.take_paths(),
        ["/qs/t1.htm"],
        "the one page and no other"
    );
    site.put("/qs/t1.htm", Answer::status(503));
    assert_eq!(console.post(&path, &own, claim).status, 303);
    until("a page that does not answer proves nothing", || {
        page(&console).contains("声明留待下次读取核实")
    });
    assert_eq!(duwang.findings(&["--state", "fixed"]).len(), 0);
    assert_eq!(console.post(&path, &own, "verdict=undo").status, 303);
    site.html(
        "/qs/t1.htm",
        &article("救助对象公示", "2026-09-18", "街道部署救助工作，欢迎监督。"),
    );
    assert_eq!(console.post(&path, &own, claim).status, 303);
    until("the mended page closes it", || {
        duwang
            .findings(&["--state", "fixed"])
            .iter()
            .any(|f| f["id"] == typo.as_str())
    });
    let proved = duwang.run(&["audit", "verify"]);
    assert!(proved.status.success());
    console.enter("王某");
    let front = console.get("/").body;
    assert!(
        front.contains(&scan),
        "what proves a claim stands for no reading"
    );
    assert!(front.contains("<dt>证实整改</dt><dd>2</dd>"), "{front}"); // the number is gone with the text
}

#[test]
fn a_second_person_releases_and_the_papers_stay_the_same() {
    let duwang = scanned();
    let typo = id(&duwang, "typo");
    duwang.account("李某", "supervisor");
    let mut console = Console::open(&duwang);
    let own = console.own();
    let decisions = format!("/findings/{typo}/decisions");
    assert_eq!(
        console.post(&decisions, &own, "verdict=confirm").status,
        303
    );
    let drafted = console.post(
        "/releases",
        &own,
        "office=%E4%BA%91%E6%BA%AA%E5%B8%82&number=",
    );
    assert_eq!(drafted.status, 303, "{}", drafted.body);
    let page = console.get("/releases").body;
    let at = page.split("id=\"r").nth(1).unwrap();
    let release = format!("/releases/{}", at.split('"').next().unwrap());
    let refused = console.post(&release, &own, "");
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("起草人以外"), "{}", refused.body);
    let before = console.get(&format!("{release}/tongbao.docx"));
    assert_eq!(before.status, 200);
    assert_eq!(
        console
            .post(&decisions, &own, "verdict=dismiss&reason=x")
            .status,
        303
    );
    let after = console.get(&format!("{release}/tongbao.docx"));
    assert_eq!(before.body, after.body, "what was frozen stays");
    console.enter("李某");
    assert_eq!(console.post(&release, &own, "").status, 303);
    assert!(console.get("/releases").body.contains("已发布"));
    assert_eq!(console.get(&format!("{release}/wenti.xlsx")).status, 200);
    assert_eq!(
        console
            .get(&format!("{release}/fankui-qingshi.docx"))
            .status,
        200
    );
    assert_eq!(
        console.get(&format!("{release}/fankui-nobody.docx")).status,
        404
    );
    assert_eq!(console.get(&format!("{release}/tongbao.exe")).status, 404);
    for (stem, words) in [("tongbao", "通报"), ("wenti", "布署"), ("duwang", "读网")] {
        let shown = opened(&console, &format!("{release}/{stem}.pdf"));
        assert!(shown.is_none_or(|text| text.contains(words)), "{stem}");
    }
}

/// The words of a paper as an office program prints it, after its first page was drawn; `None` where no such program is installed.
fn opened(console: &Console, path: &str) -> Option<String> {
    let reply = console.get(path);
    if reply.status != 200 {
        assert!(
            std::env::var_os("DUWANG_TEST_TOOLS").is_none(),
            "LibreOffice is missing: {}",
            reply.body
        );
        return None;
    }
    let dir = tempfile::tempdir().unwrap();
    let paper = dir.path().join("paper.pdf");
    std::fs::write(&paper, console.file(path)).unwrap();
    let poppler = |tool: &str, args: &[&str]| {
        let mut command = std::process::Command::new(tool);
        let done = command.arg(&paper).args(args).output().unwrap();
        assert!(done.status.success(), "{done:?}");
        done.stdout
    };
    let picture = poppler("pdftoppm", &["-r", "40", "-gray", "-f", "1", "-l", "1"]);
    let ink = picture.iter().filter(|dot| **dot < 0x80).count();
    assert!(ink > 100, "the first page is blank");
    Some(String::from_utf8(poppler("pdftotext", &["-"])).unwrap())
}

/// What is taken away or unmasked at the command line stands in the log, under the name of who asked, also when the console runs it.
#[test]
fn the_command_line_leaves_its_traces_too() {
    let duwang = scanned();
    let id = id(&duwang, "privacy");
    let traced = |by: &str| {
        let run = |args: &[&str]| {
            let done = duwang.command(args).env("DUWANG_BY", by).output().unwrap();
            assert!(done.status.success(), "{done:?}");
        };
        run(&["findings", "--unmask"]);
        run(&["findings", "show", &id, "--unmask"]);
        run(&["findings", "show", &id]);
        run(&["report", "--format", "csv", "--include-open", "--unmask"]);
        let draft = duwang.dir.path().join("350499199001010011.txt");
        std::fs::write(&draft, "本街道召开会议。").unwrap();
        run(&["check", draft.to_str().unwrap(), "--unmask"]);
    };
    traced("值班某");
    let served = duwang.serve();
    traced("替班某");
    drop(served);
    let log = duwang.ok(&["audit", "export"]);
    for by in ["值班某", "替班某"] {
        let lines: Vec<&str> = log.lines().filter(|l| l.contains(by)).collect();
        assert_eq!(lines.len(), 4, "{log}");
        assert!(lines[0].contains("查看未遮蔽内容") && lines[1].contains(&id));
        assert!(lines[2].contains("导出") && lines[2].contains("csv，未遮蔽"));
        assert!(lines[3].contains("检测草稿") && lines[3].contains("350499********0011"));
    }
    assert!(!log.contains("350499199001010011"));
}

#[test]
fn without_a_log_to_write_to_nothing_is_unmasked() {
    let duwang = Duwang::new();
    let draft = duwang.dir.path().join("draft.txt");
    std::fs::write(&draft, "电话13800138001。").unwrap();
    let check = ["check", draft.to_str().unwrap(), "--unmask"];
    assert_ne!(
        duwang.run(&check).status.code(),
        Some(2),
        "no data directory, no log"
    );
    assert!(!duwang.data().exists(), "and none is made");
    std::fs::create_dir(duwang.data()).unwrap();
    std::fs::write(duwang.data().join("store"), "not a store").unwrap();
    let refused = duwang.run(&check);
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(
        told.contains("日志写不了") && refused.stdout.is_empty(),
        "{told}"
    );
    assert_ne!(
        duwang.run(&check[..2]).status.code(),
        Some(2),
        "masked it goes on"
    );
}
