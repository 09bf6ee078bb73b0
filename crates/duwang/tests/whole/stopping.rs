//! Asked to stop, everything ends within ten seconds and nothing is lost; metrics and request ids.

use crate::common::{Answer, Duwang, Site, article, list};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

fn terminate(child: &mut Child) -> (Option<i32>, Duration) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let since = Instant::now();
    while since.elapsed() < Duration::from_secs(30) {
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code(), since.elapsed());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    panic!("it did not end");
}

fn get(at: &str, path: &str, header: &str) -> String {
    let mut stream = TcpStream::connect(at).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {at}\r\n{header}Connection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// A port nobody listens on at this moment.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn slow_city() -> (Duwang, Site) {
    let (duwang, site) = (Duwang::new(), Site::start());
    let items: Vec<_> = (1..=6)
        .map(|n| {
            (
                format!("/qs/t2026110{n}_{n}.htm"),
                format!("关于第{n}号事项的通知"),
                format!("2026-11-0{n}"),
            )
        })
        .collect();
    site.html("/qs/", &list("通知公告", &items, 1, 0));
    for (path, title, day) in &items {
        let page = Answer::html(article(title, day, "按计划推进各项工作。"));
        site.put(path, page.after(Duration::from_secs(40)));
    }
    duwang.units(&site.url("/qs/"));
    duwang.config("units = \"units.toml\"\n");
    (duwang, site)
}

fn wait_for(site: &Site, path: &str) {
    let since = Instant::now();
    while !site.asked(path) {
        assert!(
            since.elapsed() < Duration::from_secs(60),
            "{path} was not asked for"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_scan_stops_while_a_server_keeps_it_waiting_and_goes_on_later() {
    let (duwang, site) = slow_city();
    let mut scan = duwang
        .command(&["scan", "--format", "json"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for(&site, "/qs/t20261101_1.htm");
    let (code, took) = terminate(&mut scan);
    assert_eq!(code, Some(130));
    assert!(took < Duration::from_secs(10), "{took:?}");
    for n in 1..=6 {
        let title = format!("关于第{n}号事项的通知");
        site.html(
            &format!("/qs/t2026110{n}_{n}.htm"),
            &article(&title, &format!("2026-11-0{n}"), "按计划推进各项工作。"),
        );
    }
    let summary = duwang.scan(&duwang.dir.path().join("units.toml"), &[]);
    assert_eq!(summary["channels"][0]["seen"], 7, "{summary}");
}

#[test]
fn the_console_stops_while_somebody_is_connected() {
    let duwang = Duwang::new();
    let mut served = duwang.serve();
    let _idle = TcpStream::connect(&served.at).unwrap();
    let mut half = TcpStream::connect(&served.at).unwrap();
    write!(
        half,
        "POST /login HTTP/1.1\r\nHost: {}\r\nContent-Length: 100\r\n\r\nname=",
        served.at
    )
    .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let (code, took) = terminate(served.child());
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn metrics_are_served_where_the_settings_say_and_nowhere_else() {
    let (duwang, site) = (Duwang::new(), Site::start());
    site.html(
        "/qs/",
        &article("通知", "2026-11-01", "身份证号350499199001010310"),
    );
    duwang.units(&site.url("/qs/"));
    let port = free_port();
    duwang.config(&format!("units = \"units.toml\"\nmetrics = {port}\n"));
    let served = duwang.serve();
    let first = get(&served.at, "/login", "X-Request-Id: proxy-7\r\n");
    assert!(
        first.to_lowercase().contains("x-request-id: proxy-7"),
        "{first}"
    );
    let own = get(&served.at, "/login", "X-Request-Id: a b\r\n").to_lowercase();
    assert!(
        own.contains("x-request-id: ") && !own.contains("a b"),
        "{own}"
    );
    duwang.ok(&["scan"]);
    let text = get(&format!("127.0.0.1:{port}"), "/metrics", "");
    for wanted in [
        "duwang_http_answers_total{route=\"/login\",status=\"200\"} 2",
        "duwang_pages_total{outcome=\"ok\"} 1",
        "duwang_scans_total{mode=\"incremental\",end=\"done\"} 1",
        "duwang_controls_missed 0",
        "duwang_build_info{version=",
    ] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    assert!(!text.contains("qingshi") && !text.contains(&site.base));
    assert!(
        get(&served.at, "/metrics", "").contains(" 303 ")
            || get(&served.at, "/metrics", "").contains(" 404 ")
    );
    duwang.config("units = \"units.toml\"\nmetrics = \"everywhere\"\n");
    let wrong = duwang.run(&["doctor"]);
    assert_eq!(wrong.status.code(), Some(2));
}
