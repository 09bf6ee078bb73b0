//! The doors of a running server and of its folder: who is turned away before anything was read, what may be asked how often and how large,
//! and who on this machine may look into what is kept.

use crate::common::{Duwang, Served, Site, article, list, login_form};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// What comes back when only so much is sent; the connection stays open from this side.
fn told(served: &Served, sent: &str) -> String {
    let mut stream = TcpStream::connect(&served.at).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream.write_all(sent.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => break,
            Ok(n) => answer.extend_from_slice(&chunk[..n]),
        }
        if answer.windows(4).any(|w| w == b"\r\n\r\n") {
            break;
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn call(served: &Served, token: &str, method: &str, path: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(&served.at).unwrap();
    write!(stream, "{method} /api/v1{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", served.at, body.len()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let status = text.split(' ').nth(1).unwrap().parse().unwrap();
    (status, text)
}

fn token(duwang: &Duwang, name: &str, unit: &str) -> String {
    let told = duwang.ok(&[
        "tokens",
        "add",
        name,
        "--unit",
        unit,
        "--per-minute",
        "6000",
    ]);
    told.trim().to_owned()
}

const TWO: &str = "[region]\nname = \"云溪市\"\n[[unit]]\nid = \"qingshi\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n[[unit.channel]]\nkind = \"website\"\nentry = [\"http://127.0.0.1:9/\"]\n[[unit]]\nid = \"yunfeng\"\nname = \"云峰镇人民政府\"\nkind = \"镇\"\n[[unit.channel]]\nkind = \"website\"\nentry = [\"http://127.0.0.1:9/y/\"]\n";

/// Sixty megabytes are announced and none is sent: whoever may not ask is told so at once.
#[test]
fn strangers_are_turned_away_before_their_body_is_read() {
    let duwang = Duwang::new();
    duwang.units_text(TWO);
    let served = duwang.serve();
    let large = format!(
        "Host: {}\r\nOrigin: http://{}\r\nContent-Type: application/json\r\nContent-Length: 60000000\r\n\r\n",
        served.at, served.at
    );
    for (path, status) in [
        ("/api/v1/check", 401),
        ("/api/v1/check/file", 401),
        ("/api/v1/batches", 401),
        ("/api/v1/cards/ab/verify", 401),
        ("/check", 401),
        ("/findings/ab/proofs", 401),
    ] {
        let began = Instant::now();
        let answer = told(&served, &format!("POST {path} HTTP/1.1\r\n{large}"));
        let first = answer.lines().next().unwrap_or_default();
        assert!(first.contains(&format!(" {status} ")), "{path}: {answer}");
        assert!(began.elapsed() < Duration::from_secs(10), "{path}");
    }
    for bad in [
        "Bearer x",
        "Bearer ",
        "Basic eDp4",
        "bearer duwang_0000",
        "Bearer ../tokens",
    ] {
        let answer = told(
            &served,
            &format!("POST /api/v1/check HTTP/1.1\r\nAuthorization: {bad}\r\n{large}"),
        );
        assert!(answer.contains(" 401 "), "{bad}: {answer}");
    }
}

#[test]
fn answers_of_the_interface_carry_their_headers() {
    let duwang = Duwang::new();
    duwang.units_text(TWO);
    let token = token(&duwang, "cms", "qingshi");
    let served = duwang.serve();
    let draft = json!({"content": "<p onclick=hacked=1>各社区要布署<script>hacked=1</script>任务</p>", "format": "html"}).to_string();
    for (method, path, body) in [
        ("POST", "/check", draft.as_str()),
        ("POST", "/check?format=html", draft.as_str()),
        ("GET", "/results/ab", ""),
        ("GET", "/openapi.json", ""),
        ("GET", "/nowhere", ""),
        ("DELETE", "/check", ""),
        ("POST", "/check", "no json"),
    ] {
        let (_, text) = call(&served, &token, method, path, body);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let head = head.to_ascii_lowercase();
        for header in [
            "content-security-policy: default-src 'none'",
            "; sandbox;",
            "x-content-type-options: nosniff",
            "x-frame-options: deny",
            "referrer-policy: no-referrer",
            "cache-control: no-store",
        ] {
            assert!(head.contains(header), "{method} {path}: {head}");
        }
        assert!(
            !body.contains("<script>hacked") && !body.contains("onclick=hacked"),
            "{path}: {body}"
        );
    }
}

#[test]
fn a_token_reaches_nothing_of_another_unit() {
    let duwang = Duwang::new();
    duwang.units_text(TWO);
    let (own, other) = (
        token(&duwang, "a", "qingshi"),
        token(&duwang, "b", "yunfeng"),
    );
    let served = duwang.serve();
    let draft = json!({"content": "关于防汛的通知\n各社区要布署防汛任务，落实责任。", "format": "text", "card": true, "keep": true});
    let (_, text) = call(&served, &own, "POST", "/check", &draft.to_string());
    let verdict: Value = serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap();
    let (_, text) = call(
        &served,
        &own,
        "POST",
        "/batches",
        &json!({"items": [draft]}).to_string(),
    );
    let batch: Value = serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap();
    let (result, card, batch) = (
        verdict["id"].as_str().unwrap(),
        verdict["card"]["id"].as_str().unwrap(),
        batch["id"].as_str().unwrap(),
    );
    for (method, path) in [
        ("GET", format!("/results/{result}")),
        ("GET", format!("/batches/{batch}")),
        ("GET", format!("/cards/{card}")),
        ("POST", format!("/cards/{card}/verify")),
    ] {
        let body = if method == "POST" {
            json!({"content": "x"}).to_string()
        } else {
            String::new()
        };
        assert_eq!(call(&served, &own, method, &path, &body).0, 200, "{path}");
        let (status, text) = call(&served, &other, method, &path, &body);
        assert_eq!(status, 404, "{path}: {text}");
        assert!(!text.contains("防汛"), "{text}");
    }
    for path in [
        "/results/..%2F..%2Ftokens",
        "/cards/..%2Ftokens",
        "/batches/%2Fetc%2Fpasswd",
        "/results/%00",
        "/results/a%0d%0ab:c",
    ] {
        let (status, text) = call(&served, &own, "GET", path, "");
        assert!(
            (400..500).contains(&status) && !text.contains("hash"),
            "{path}: {text}"
        );
    }
    duwang.ok(&["tokens", "revoke", "a"]);
    assert_eq!(
        call(&served, &own, "GET", &format!("/results/{result}"), "").0,
        401,
        "withdrawn at once"
    );
}

/// A million zeros for every byte; a picture a kilometre wide; nesting without end: said to be unread, in time, and the server goes on.
#[test]
fn bombs_are_unread_and_hurt_nobody() {
    let duwang = Duwang::new();
    duwang.units_text(TWO);
    let token = token(&duwang, "cms", "qingshi");
    let served = duwang.serve();
    let deep = format!("{}x{}", "<a>".repeat(200_000), "</a>".repeat(200_000));
    let entities = "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY x SYSTEM \"file:///etc/passwd\">]><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>&c;&x;</w:t></w:r></w:p></w:body></w:document>";
    for (name, bytes) in [
        ("炸弹.docx", zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", &vec![b' '; 120 << 20])])),
        ("炸弹.zip", zipped(&[("a.txt", &vec![b'0'; 120 << 20])])),
        ("嵌套.docx", zipped(&[("word/document.xml", deep.as_bytes())])),
        ("实体.docx", zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", entities.as_bytes())])),
        ("表.xlsx", zipped(&[("xl/workbook.xml", b"<workbook/>"), ("xl/worksheets/sheet1.xml", &vec![b'1'; 120 << 20])])),
        ("大图.png", picture(400_000, 400_000)),
        ("坏.pdf", b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj\ntrailer<</Root 1 0 R/Prev 0>>\nstartxref\n0\n%%EOF".to_vec()),
        ("路径.zip", zipped(&[("../../../../evil.txt", b"x"), ("/etc/evil.txt", b"x")])),
    ] {
        assert!(bytes.len() < 2 << 20, "{name}: {}", bytes.len());
        let began = Instant::now();
        let mut stream = TcpStream::connect(&served.at).unwrap();
        write!(stream, "POST /api/v1/check/file?name=x HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", served.at, bytes.len()).unwrap();
        stream.write_all(&bytes).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        assert!(text.starts_with("HTTP/1.1 200"), "{name}: {text}");
        let verdict: Value = serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap();
        let text = verdict["document"]["text"].as_str().unwrap_or_default();
        assert!(!text.contains("root:") && text.len() < 1 << 20, "{name}: {verdict}");
        assert!(began.elapsed() < Duration::from_secs(60), "{name}: {:?}", began.elapsed());
    }
    assert!(!Path::new("/etc/evil.txt").exists() && !duwang.dir.path().join("evil.txt").exists());
    let (status, _) = call(
        &served,
        &token,
        "POST",
        "/check",
        &json!({"content": "各社区要布署任务"}).to_string(),
    );
    assert_eq!(status, 200);
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive
            .start_file(
                *name,
                zip::write::SimpleFileOptions::default().compression_level(Some(1)),
            )
            .unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A picture that says how large it is, and has nothing in it.
fn picture(width: u32, height: u32) -> Vec<u8> {
    let chunk = |name: &[u8], data: &[u8]| {
        let mut out = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
        let body = [name, data].concat();
        out.extend(&body);
        let mut crc = flate2::Crc::new();
        crc.update(&body);
        out.extend(crc.sum().to_be_bytes());
        out
    };
    let head = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[8, 2, 0, 0, 0],
    ]
    .concat();
    [
        &b"\x89PNG\r\n\x1a\n"[..],
        &chunk(b"IHDR", &head),
        &chunk(b"IDAT", &[]),
        &chunk(b"IEND", &[]),
    ]
    .concat()
}

fn scanned(duwang: &Duwang) -> Site {
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
            "街道布署救助工作，救助对象王某，身份证号350499199001010011，家住青石街道第一社区。",
        ),
    );
    let units = duwang.units(&site.url("/qs/"));
    duwang.scan(&units, &[]);
    site
}

/// Nobody else on the machine looks into the folder, and what leaves it unmasked is as closed.
#[test]
fn the_folder_is_its_owners_alone() {
    let duwang = Duwang::new();
    let _site = scanned(&duwang);
    token(&duwang, "cms", "qingshi");
    let served = duwang.serve();
    let mode = |path: &Path| std::fs::symlink_metadata(path).unwrap().mode() & 0o777;
    assert_eq!(mode(&duwang.data()), 0o700);
    assert_eq!(mode(&duwang.data().join("tokens.json")), 0o600);
    let socket = duwang.data().join("duwang.sock");
    assert!(std::fs::metadata(&socket).unwrap().file_type().is_socket());
    assert_eq!(mode(&socket), 0o600);
    for folder in ["bodies", "store"] {
        assert_eq!(mode(&duwang.data().join(folder)), 0o700, "{folder}");
    }
    let export = duwang.dir.path().join("all.jsonl");
    duwang.ok(&["store", "export", "-o", export.to_str().unwrap()]);
    assert_eq!(mode(&export), 0o600, "everything, unmasked");
    let evidence = duwang.dir.path().join("evidence");
    let id = duwang.findings(&[])[0]["id"].as_str().unwrap().to_owned();
    duwang.ok(&[
        "findings",
        "show",
        &id,
        "--evidence",
        evidence.to_str().unwrap(),
    ]);
    assert_eq!(mode(&evidence), 0o700);
    drop(served);
    let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(duwang.data(), permissions).unwrap();
    let doctor = duwang.run(&["doctor"]);
    let said = String::from_utf8_lossy(&doctor.stdout).into_owned();
    assert!(
        said.contains("chmod 700") && doctor.status.code() == Some(2),
        "{said}"
    );
}

/// Passwords, cookies, tokens, robots' addresses and secrets: not in the log at its most talkative, not in errors, not on any page.
#[test]
fn secrets_are_told_nowhere() {
    let duwang = Duwang::new();
    let _site = scanned(&duwang);
    duwang.config(
        "[oidc]\nissuer = \"http://127.0.0.1:9\"\nclient_id = \"duwang\"\nclient_secret = \"env:OFFICE_CLIENT\"\nredirect = \"http://localhost/oidc/back\"\n[[notice]]\nname = \"群\"\nkind = \"wecom\"\nurl = \"env:OFFICE_ROBOT\"\nsecret = \"env:OFFICE_SIGN\"\n",
    );
    let own = token(&duwang, "cms", "qingshi");
    duwang.account("王某", "supervisor");
    let mut serve = duwang.command(&["-vv", "serve", "--listen", "127.0.0.1:0"]);
    serve
        .env("DUWANG_LOG", "trace")
        .env("OFFICE_CLIENT", "client-s3cret")
        .env("OFFICE_ROBOT", "http://127.0.0.1:9/robot?key=robot-s3cret")
        .env("OFFICE_SIGN", "sign-s3cret")
        .stderr(Stdio::piped())
        .stdout(Stdio::null());
    let mut child = serve.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let at = lines.by_ref().map(Result::unwrap).find_map(|line| {
        let (_, at) = line.split_once("控制台：http://")?;
        Some(at.split('/').next().unwrap().to_owned())
    });
    let at = at.unwrap();
    let rest =
        std::thread::spawn(move || lines.map_while(Result::ok).collect::<Vec<_>>().join("\n"));
    let ask = |head: &str, body: &str| {
        let mut stream = TcpStream::connect(&at).unwrap();
        write!(stream, "{head}Host: {at}\r\nOrigin: http://{at}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    };
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let entered = ask(
        &format!("POST /login HTTP/1.1\r\n{form}"),
        &login_form("王某"),
    );
    let cookie = crate::common::cookie_set_by(entered.split("\r\n\r\n").next().unwrap()).unwrap();
    ask(
        &format!("POST /login HTTP/1.1\r\n{form}"),
        "name=x&password=wr0ng-s3cret",
    );
    ask(
        &format!("POST /api/v1/check HTTP/1.1\r\nAuthorization: Bearer {own}\r\n"),
        "{\"content\": \"x\"}",
    );
    let mut told = ask("GET /oidc HTTP/1.1\r\n", "");
    std::thread::sleep(Duration::from_secs(2)); // the first notice goes out, and fails
    for page in [
        "/",
        "/findings",
        "/deliveries",
        "/audit",
        "/report",
        "/password",
        "/nowhere",
    ] {
        told += &ask(&format!("GET {page} HTTP/1.1\r\nCookie: {cookie}\r\n"), "");
    }
    drop(child.kill());
    drop(child.wait());
    let log = rest.join().unwrap();
    assert!(log.contains("answered"), "{log}");
    let session = cookie.split('=').nth(1).unwrap();
    for (what, secret) in [
        ("session", session),
        ("password", "correct+horse"),
        ("password", "correct horse"),
        ("tried", "wr0ng-s3cret"),
        ("token", own.as_str()),
        ("client", "client-s3cret"),
        ("robot", "robot-s3cret"),
        ("sign", "sign-s3cret"),
    ] {
        for (place, text) in [("log", &log), ("pages", &told)] {
            let line = text.lines().find(|l| l.contains(secret));
            assert_eq!(line, None, "{what} in {place}");
        }
    }
    assert!(
        !log.contains("350499199001010011"),
        "nothing a page published"
    );
}
