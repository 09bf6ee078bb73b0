//! Addresses that are never asked, offered by every way an address comes in: by the pages of a hostile site, by a units file, at the command
//! line, over the HTTP interface, in the settings, by scripts of a page that a browser draws. A listener counts who comes by; nobody may.

use crate::common::{Answer, Duwang, Served, Site, article};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Output;
use std::sync::{Arc, Mutex};

/// Written once for the network half and for the whole.
const TABLE: &str = include_str!("../../../duwang-crawl/tests/net/never.txt");

/// How addresses of this machine are written that a guard must know; nothing is allowed inside where these are offered.
const INSIDE: [&str; 12] = [
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0x7f.0.1:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://127。0。0。1:{port}/",
    "http://１２７.０.０.１:{port}/",
    "http://localhost:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::1]:{port}/",
];

/// Counts who comes by on this machine.
struct Trap {
    port: u16,
    /// The first line of whatever came.
    came: Arc<Mutex<Vec<String>>>,
}

impl Trap {
    fn set() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let came: Arc<Mutex<Vec<String>>> = Arc::default();
        let six = TcpListener::bind(("::1", port));
        for listener in [Ok(listener), six].into_iter().flatten() {
            let heard = Arc::clone(&came);
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    heard.lock().unwrap().push(first_line(stream));
                }
            });
        }
        Self { port, came }
    }

    fn at(&self, url: &str) -> String {
        url.replace("{port}", &self.port.to_string())
    }

    /// What is never asked, whatever the settings.
    fn never(&self) -> Vec<String> {
        let lines = TABLE.lines().filter(|l| !l.starts_with('#'));
        lines.map(|l| self.at(l.trim_start_matches("! "))).collect()
    }

    /// What stays so for somebody who may look inside: without its password, an address of this machine is one like any other.
    fn never_inside(&self) -> Vec<String> {
        let mut never = self.never();
        never.retain(|url| !url.contains('@'));
        never
    }

    /// The same, and this machine by all its names.
    fn all(&self) -> Vec<String> {
        let inside = INSIDE.iter().map(|url| self.at(url));
        self.never().into_iter().chain(inside).collect()
    }

    fn is_untouched(&self, what: &str) {
        let came = self.came.lock().unwrap();
        assert!(came.is_empty(), "{what}: somebody came by: {came:?}");
    }

    /// Settings with a name that resolves to "this network".
    fn config(&self, duwang: &Duwang, more: &str) {
        duwang.config(&format!(
            "timeout = \"3s\"\n{more}\n[resolve]\n\"zero-demo.gov.cn\" = \"0.0.0.0\"\n"
        ));
    }
}

fn first_line(mut stream: TcpStream) -> String {
    drop(stream.set_read_timeout(Some(std::time::Duration::from_millis(500))));
    let mut bytes = [0; 200];
    let read = stream.read(&mut bytes).unwrap_or(0);
    let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
    text.lines().next().unwrap_or_default().to_owned()
}

/// Runs with proxies in the environment that lead into the trap.
fn by_proxy(duwang: &Duwang, trap: &Trap, args: &[&str]) -> Output {
    let mut command = duwang.command(args);
    let proxy = format!("http://127.0.0.1:{}", trap.port);
    for name in [
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ] {
        command.env(name, &proxy);
    }
    command.output().unwrap()
}

/// A page for every address and every way: links, redirects, meta refresh, canonical, iframe, picture, attachment.
fn hostile(site: &Site, never: &[String]) {
    let mut rows = String::new();
    let mut row = |href: &str, title: &str| {
        let _ = write!(
            rows,
            "<li><a href=\"{href}\">{title}的通知</a><span>2026-09-01</span></li>"
        );
    };
    for (n, url) in never.iter().enumerate() {
        row(url, &format!("栏目{n}直接链接"));
        row(&format!("{url}a{n}.pdf"), &format!("附件{n}下载"));
        row(&format!("./r{n}.htm"), &format!("转向{n}"));
        row(&format!("./m{n}.htm"), &format!("刷新{n}"));
        site.put(&format!("/qs/r{n}.htm"), Answer::redirect(url));
        let refresh = format!(
            "<html><head><meta http-equiv=\"refresh\" content=\"0; url={url}\"></head><body></body></html>"
        );
        site.html(&format!("/qs/m{n}.htm"), &refresh);
    }
    let mut body = String::from("街道召开会议，布署近期重点工作。");
    let mut head = String::new();
    for url in never {
        let _ = write!(
            head,
            "<link rel=\"canonical\" href=\"{url}\"><link rel=\"alternate\" type=\"application/rss+xml\" href=\"{url}\"><link rel=\"next\" href=\"{url}\"><base target=\"_self\">"
        );
        let _ = write!(
            body,
            "<iframe src=\"{url}\"></iframe><img src=\"{url}\"><a href=\"{url}\">全文</a><embed src=\"{url}\"><object data=\"{url}\"></object><script>location.href='{url}';window.open('{url}')</script>"
        );
    }
    row("./all.htm", "各样嵌入");
    let page =
        article("街道召开会议", "2026-09-01", &body).replace("<head>", &format!("<head>{head}"));
    site.html("/qs/all.htm", &page);
    let pictures: String = never
        .iter()
        .map(|u| format!("<img src=\"{u}1.png\">"))
        .collect();
    row("./pictures.htm", "全是图片");
    site.html("/qs/pictures.htm", &format!("<html><head><title>全是图片的通知</title></head><body><div class=\"TRS_Editor\">{pictures}</div></body></html>"));
    site.html("/qs/", &format!("<html><head><title>通知公告</title></head><body><h2>通知公告</h2><ul class=\"list\">{rows}</ul></body></html>"));
    let maps: String = never
        .iter()
        .map(|u| format!("Sitemap: {u}sitemap.xml\n"))
        .collect();
    site.put(
        "/robots.txt",
        Answer::text(&format!(
            "User-agent: *\nDisallow:\n{maps}Sitemap: {}\n",
            site.url("/sitemap.xml")
        )),
    );
    let places: String = never
        .iter()
        .map(|u| format!("<url><loc>{u}</loc></url>"))
        .collect();
    site.put(
        "/sitemap.xml",
        Answer {
            content_type: "application/xml",
            ..Answer::html(format!("<?xml version=\"1.0\"?><urlset>{places}</urlset>"))
        },
    );
    let items: String = never
        .iter()
        .map(|u| {
            format!(
                "<item><title>关于{}的通知</title><link>{}</link><enclosure url=\"{u}\"/></item>",
                u.len(),
                u
            )
        })
        .collect();
    site.put("/rss.xml", Answer { content_type: "application/rss+xml", ..Answer::html(format!("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>要闻</title>{items}</channel></rss>")) });
}

#[test]
fn nothing_a_site_publishes_leads_inside() {
    let (trap, site, duwang) = (Trap::set(), Site::start(), Duwang::new());
    let never = trap.never_inside();
    hostile(&site, &never);
    trap.config(&duwang, "[ocr]\nenabled = true\n");
    std::fs::write(duwang.dir.path().join("links.txt"), never.join("\n")).unwrap();
    let units = duwang.units_text(&format!(
        "[region]\nname = \"云溪市\"\n[[unit]]\nid = \"qingshi\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n\
         [[unit.channel]]\nid = \"site\"\nkind = \"website\"\nentry = [\"{0}/qs/\"]\nscope = [\"{0}/\"]\n\
         [[unit.channel]]\nid = \"feed\"\nkind = \"feed\"\nfeed = \"{0}/rss.xml\"\n\
         [[unit.channel]]\nid = \"weixin\"\nkind = \"wechat\"\naccount = \"青石发布\"\nlinks = \"links.txt\"\n",
        site.base
    ));
    let output = by_proxy(
        &duwang,
        &trap,
        &[
            "scan",
            "--format",
            "json",
            "--units",
            units.to_str().unwrap(),
        ],
    );
    let summary = crate::common::summary_of(&output);
    trap.is_untouched("a scan");
    let channels = summary["channels"].as_array().unwrap();
    let not_seen = |channel: &Value| channel["not_seen"].as_array().unwrap().clone();
    let own = format!("{}/", site.base);
    let mut refused = 0;
    for (channel, missed) in channels
        .iter()
        .flat_map(|c| not_seen(c).into_iter().map(move |m| (c, m)))
    {
        let what = missed["what"].as_str().unwrap();
        let is_way = what.contains("/qs/r") || what.contains("/qs/m");
        if what == "http://zero-demo/" {
            continue; // in a list of links an address ends at `。`
        }
        if !what.starts_with(&own) || is_way {
            let outcome = &missed["outcome"];
            assert!(
                outcome == "refused" || (is_way && outcome == "unread"),
                "{}: {missed:#}",
                channel["channel"]
            );
            refused += 1;
        }
    }
    assert!(
        refused >= 2 * never.len(),
        "{refused} refusals: {summary:#}"
    );
    assert!(site.asked("/qs/all.htm") && site.asked("/qs/pictures.htm") && site.asked("/rss.xml"));
    let typos = duwang.findings(&["--category", "typo"]);
    assert!(
        typos.iter().any(|f| f["quote"] == "布署"),
        "the rest was read"
    );
}

/// Without leave nothing inside is asked either: entries and articles of a units file, addresses at the command line.
#[test]
fn no_address_given_by_hand_leads_inside() {
    let (trap, duwang) = (Trap::set(), Duwang::new());
    let all = trap.all();
    trap.config(&duwang, "");
    let mut text = String::from(
        "[region]\nname = \"云溪市\"\n[[unit]]\nid = \"qingshi\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n",
    );
    for (n, url) in all.iter().enumerate() {
        let _ = write!(
            text,
            "[[unit.channel]]\nid = \"w{n}\"\nkind = \"website\"\nentry = [\"{url}\"]\n[[unit.channel]]\nid = \"f{n}\"\nkind = \"feed\"\nfeed = \"{url}\"\n[[unit.channel]]\nid = \"x{n}\"\nkind = \"wechat\"\naccount = \"青石发布{n}\"\nalbum = \"{url}\"\n"
        );
    }
    let units = duwang.units_text(&text);
    let scan = duwang
        .bare(&[
            "scan",
            "--format",
            "json",
            "--units",
            units.to_str().unwrap(),
        ])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&scan.stderr).into_owned();
    trap.is_untouched("a scan");
    assert_eq!(scan.status.code(), Some(3), "{told}");
    let summary = crate::common::summary_of(&scan);
    for channel in summary["channels"].as_array().unwrap() {
        assert_eq!(channel["not_seen"][0]["outcome"], "refused", "{channel:#}");
    }
    let mut given: Vec<&str> = vec!["check", "--format", "json"];
    given.extend(all.iter().map(String::as_str));
    let checked = duwang.bare(&given).output().unwrap();
    trap.is_untouched("check");
    assert_ne!(checked.status.code(), Some(0));
    for url in all.iter().step_by(7) {
        let drafted = duwang.bare(&["units", "discover", url]).output().unwrap();
        assert_eq!(drafted.status.code(), Some(3), "{url}: {drafted:?}");
    }
    trap.is_untouched("units discover");
}

fn call(served: &Served, token: &str, method: &str, path: &str, body: &str) -> Value {
    let mut stream = TcpStream::connect(&served.at).unwrap();
    write!(stream, "{method} /api/v1{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", served.at, body.len()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap_or_else(|_| panic!("{text}"))
}

/// Addresses that calls of the HTTP interface bring are guarded as pages are; the identity provider and the receivers of notices stand in
/// the settings and may be inside, but nothing that is never asked is asked for them.
#[test]
fn no_webhook_notice_or_provider_leads_inside() {
    let (trap, duwang) = (Trap::set(), Duwang::new());
    duwang.units("http://127.0.0.1:9/");
    trap.config(
        &duwang,
        &format!("[oidc]\nissuer = \"https://0.0.0.0:{}\"\nclient_id = \"duwang\"\nredirect = \"http://localhost/oidc/back\"\n", trap.port),
    );
    let told = duwang.ok(&[
        "tokens",
        "add",
        "cms",
        "--unit",
        "qingshi",
        "--per-minute",
        "6000",
    ]);
    let token = told.trim();
    let (served, _told) = Duwang::served(duwang.bare(&[]));
    for url in trap.all().iter().step_by(3) {
        let asked =
            json!({"items": [{"content": "关于防汛的通知", "format": "text"}], "webhook": url});
        let batch = call(&served, token, "POST", "/batches", &asked.to_string());
        let path = format!(
            "/batches/{}",
            batch["id"].as_str().unwrap_or_else(|| panic!("{batch}"))
        );
        let began = std::time::Instant::now();
        let webhook = loop {
            let state = call(&served, token, "GET", &path, "");
            let webhook = state["webhook"].as_str().unwrap().to_owned();
            if webhook != "尚未通知" {
                break webhook;
            }
            assert!(began.elapsed().as_secs() < 60, "{url}: {state}");
            std::thread::sleep(std::time::Duration::from_millis(30));
        };
        assert!(webhook.starts_with("没有通知"), "{url}: {webhook}");
    }
    let mut stream = TcpStream::connect(&served.at).unwrap();
    write!(
        stream,
        "GET /oidc HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        served.at
    )
    .unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    assert!(
        page.starts_with("HTTP/1.1 401") && page.contains("没能登录"),
        "{page}"
    );
    trap.is_untouched("serve");
}

/// What a drawn page's scripts ask for: all of it goes through the guard, and what goes past HTTP goes nowhere.
#[test]
fn no_script_of_a_drawn_page_leads_inside() {
    let trap = Trap::set();
    // Those where a slip would arrive: a page has ten seconds, and a browser makes many connections for each address. What is beyond the two
    // hundred connections of a page is not served, so no page tries all.
    let mut arriving = trap.never_inside();
    arriving.retain(|url| url.contains(&trap.port.to_string()));
    for some in arriving.chunks(4) {
        tries_from_a_page(&trap, some);
    }
}

/// A page whose script tries some addresses in every way there is, and at last one of its own that leads to the trap.
fn tries_from_a_page(trap: &Trap, some: &[String]) {
    let (site, duwang) = (Site::start(), Duwang::new());
    let offered = json!(some);
    let script = format!(
        "const never = {offered}; const own = '{own}';
        for (const url of never) {{
          const tries = [
            () => fetch(url, {{ mode: 'no-cors' }}),
            () => fetch(url, {{ mode: 'no-cors', method: 'POST', body: 'x', keepalive: true }}),
            () => navigator.sendBeacon(url, 'x'),
            () => new WebSocket(url.replace('http', 'ws')),
            () => new EventSource(url),
            () => {{ new Image().src = url; }},
            () => {{ const s = document.createElement('script'); s.src = url; document.head.append(s); }},
            () => {{ const f = document.createElement('iframe'); f.src = url; document.body.append(f); }},
            () => {{ const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = url; document.head.append(l); }},
            () => {{ for (const rel of ['preconnect', 'prefetch', 'preload', 'dns-prefetch', 'icon', 'manifest', 'modulepreload']) {{ const l = document.createElement('link'); l.rel = rel; l.as = 'script'; l.href = url; document.head.append(l); }} }},
            () => {{ const o = document.createElement('object'); o.data = url; document.body.append(o); }},
            () => {{ const v = document.createElement('video'); v.src = url; v.preload = 'auto'; document.body.append(v); }},
            () => new Worker(url),
            () => {{ const p = new RTCPeerConnection({{ iceServers: [{{ urls: 'stun:127.0.0.1:{port}' }}, {{ urls: `turn:${{new URL(url).host}}?transport=tcp`, username: 'a', credential: 'b' }}] }}); p.createDataChannel('x'); p.createOffer().then(o => p.setLocalDescription(o)); }},
            () => window.open(url),
            () => {{ const f = document.createElement('form'); f.action = url; f.method = 'post'; f.target = '_blank'; document.body.append(f); f.submit(); }},
          ];
          for (const attempt of tries) {{ try {{ const p = attempt(); if (p && p.catch) p.catch(() => 0); }} catch (e) {{ }} }}
        }}
        fetch(own + '/qs/away').catch(() => 0);",
        own = site.base,
        port = trap.port,
    );
    site.html("/qs/", "<!DOCTYPE html><html><head><title>青石街道</title></head><body><div id=\"app\"></div><script src=\"/qs/app.js\"></script></body></html>");
    site.put(
        "/qs/app.js",
        Answer {
            content_type: "text/javascript",
            ..Answer::html(script)
        },
    );
    site.put(
        "/qs/away",
        Answer::redirect(&format!("http://0.0.0.0:{}/", trap.port)),
    );
    trap.config(&duwang, "[render]\nenabled = true\n");
    let units = duwang.units(&site.url("/qs/"));
    let output = by_proxy(
        &duwang,
        trap,
        &[
            "scan",
            "--format",
            "json",
            "--units",
            units.to_str().unwrap(),
        ],
    );
    trap.is_untouched("a drawn page");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        site.asked("/qs/away"),
        "the script did not run to its end: {told}"
    );
}
