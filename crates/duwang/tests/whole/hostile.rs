//! A hostile web beside a healthy page: each misbehaviour ends as an outcome, and the healthy page's finding is there.

use crate::common::{Duwang, article};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// One connection, one answer, byte for byte.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let own = base.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let base = own.clone();
            std::thread::spawn(move || drop(answer(stream, &base)));
        }
    });
    base
}

const PATHS: [&str; 17] = [
    "good.htm",
    "empty.htm",
    "huge.htm",
    "bomb.htm",
    "deep.htm",
    "bytes.htm",
    "charset.htm",
    "loop.htm",
    "local.htm",
    "metadata.htm",
    "endless.htm",
    "reset.htm",
    "notmodified.htm",
    "html.pdf",
    "pdf.htm",
    "calendar/2026/11/1",
    "short.htm",
];

fn answer(mut stream: TcpStream, base: &str) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut request = [0; 8192];
    let n = stream.read(&mut request)?;
    let head = String::from_utf8_lossy(&request[..n]).into_owned();
    let path = head.split_whitespace().nth(1).unwrap_or("/").to_owned();
    let html = |stream: &mut TcpStream, body: &[u8], more: &str| {
        write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: {}\r\n{more}\r\n",
            body.len()
        )?;
        stream.write_all(body)
    };
    match path.trim_start_matches("/h/") {
        "" => {
            let items: String = PATHS
                .iter()
                .map(|p| {
                    format!("<li><a href=\"{p}\">关于{p}的通知</a><span>2026-09-01</span></li>")
                })
                .collect();
            html(
                &mut stream,
                format!(
                    "<meta charset=utf-8><title>通知公告</title><h2>通知公告</h2><ul>{items}</ul>"
                )
                .as_bytes(),
                "",
            )
        }
        "good.htm" => html(
            &mut stream,
            article(
                "街道召开会议",
                "2026-09-01",
                "青石街道办事处召开会议，布署近期重点工作，要求各社区抓好落实。",
            )
            .as_bytes(),
            "",
        ),
        "empty.htm" => html(&mut stream, b"", ""),
        "huge.htm" => {
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
            )?;
            let chunk = [b'a'; 65536];
            for _ in 0..800 {
                stream.write_all(&chunk)?;
            }
            Ok(())
        }
        "bomb.htm" => {
            let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
            let zeros = vec![b'0'; 1 << 20];
            for _ in 0..200 {
                gz.write_all(&zeros)?;
            }
            html(&mut stream, &gz.finish()?, "Content-Encoding: gzip\r\n")
        }
        "deep.htm" => html(
            &mut stream,
            ("<div>".repeat(100_000) + "到底了").as_bytes(),
            "",
        ),
        "bytes.htm" => html(
            &mut stream,
            &(0..=255_u8).cycle().take(20_000).collect::<Vec<_>>(),
            "",
        ),
        "charset.htm" => {
            let (gbk, _, _) = encoding_rs::GBK.encode("<meta charset=utf-8><title>关于停水的通知</title><p>因管道检修，青石街道部分区域停水，请居民提前储水，敬请谅解，特此通知。</p>");
            html(&mut stream, &gbk, "")
        }
        "loop.htm" => write!(
            stream,
            "HTTP/1.1 302 Found\r\nLocation: {base}/h/loop.htm\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ),
        "local.htm" => write!(
            stream,
            "HTTP/1.1 302 Found\r\nLocation: http://[::ffff:169.254.0.1]/x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ),
        "metadata.htm" => write!(
            stream,
            "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ),
        "endless.htm" => {
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
            )?;
            loop {
                write!(stream, "1\r\na\r\n")?;
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        "reset.htm" => Ok(()),
        "notmodified.htm" => write!(
            stream,
            "HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n"
        ),
        "html.pdf" => {
            let body = article(
                "附件说明",
                "2026-09-01",
                "本页本应是文件，实际返回了网页，用于检查程序按内容而不是按名字判断格式。",
            );
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
        }
        "pdf.htm" => html(
            &mut stream,
            b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF",
            "",
        ),
        "short.htm" => write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n<p>断了"
        ),
        calendar if calendar.starts_with("calendar/") => {
            let day: u32 = calendar
                .rsplit('/')
                .next()
                .and_then(|d| d.parse().ok())
                .unwrap_or(1);
            html(&mut stream, format!("<meta charset=utf-8><title>日历</title><p>今天没有安排。</p><a href=\"/h/calendar/2026/11/{}\">下一天</a><a href=\"/h/calendar/2026/{}/1\">下一月</a>", day + 1, day + 1).as_bytes(), "")
        }
        _ => write!(
            stream,
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        ),
    }
}

#[test]
fn every_misbehaviour_has_its_outcome_and_the_rest_goes_on() {
    let base = serve();
    let duwang = Duwang::new();
    std::fs::write(duwang.dir.path().join("duwang.toml"), "timeout = \"2s\"\n").unwrap();
    let units = duwang.units(&format!("{base}/h/"));
    let summary = duwang.scan(&units, &[]);
    let channel = &summary["channels"][0];
    let outcome = |path: &str| {
        let url = format!("{base}/h/{path}");
        channel["not_seen"]
            .as_array()
            .unwrap()
            .iter()
            .find(|n| n["what"] == url.as_str())
            .map_or("seen".to_owned(), |n| {
                n["outcome"].as_str().unwrap().to_owned()
            })
    };
    for (path, expected) in [
        ("good.htm", &["seen"][..]),
        ("empty.htm", &["unread"]),
        ("huge.htm", &["refused"]),
        ("bomb.htm", &["refused"]),
        ("deep.htm", &["seen", "unread"]),
        ("bytes.htm", &["seen", "unread"]),
        ("charset.htm", &["seen"]),
        ("loop.htm", &["refused"]),
        ("local.htm", &["refused"]),
        ("metadata.htm", &["refused"]),
        ("endless.htm", &["unreachable"]),
        ("reset.htm", &["unreachable"]),
        ("notmodified.htm", &["unreachable", "unread", "refused"]),
        ("html.pdf", &["seen"]),
        ("pdf.htm", &["unread"]),
        ("short.htm", &["unread", "unreachable"]),
    ] {
        assert!(
            expected.contains(&outcome(path).as_str()),
            "{path}: {}\n{}",
            outcome(path),
            serde_json::to_string_pretty(channel).unwrap()
        );
    }
    let pages = summary["pages"].as_u64().unwrap();
    assert!(pages < 200, "the calendar is a trap, {pages} pages");
    let typos = duwang.findings(&["--category", "typo"]);
    assert!(typos.iter().any(|f| f["quote"] == "布署"), "{typos:#?}");
}

#[test]
fn a_tls_error_is_unreachable_with_its_cause() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
        }
    });
    let duwang = Duwang::new();
    let units = duwang.units(&format!("https://{at}/"));
    let output = duwang.run(&[
        "scan",
        "--format",
        "json",
        "--units",
        units.to_str().unwrap(),
    ]);
    assert_eq!(
        output.status.code(),
        Some(3),
        "a channel that could not be read"
    );
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["channels"][0]["complete"], false);
    assert_eq!(
        summary["channels"][0]["not_seen"][0]["outcome"],
        "unreachable"
    );
    assert!(
        duwang.findings(&[]).is_empty(),
        "nothing is derived from ground that was not seen"
    );
}
