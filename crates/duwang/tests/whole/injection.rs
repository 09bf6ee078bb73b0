//! A city whose every text wants to be more than text: markup, links, formulas, template braces, turned and invisible characters. Whatever
//! is made of it, on the console, in files, on the terminal and in the log, holds it as text.

use crate::browser::chromium::Chromium;
use crate::browser::{browser, enter};
use crate::common::{Answer, Duwang, Site};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::Read as _;
use std::process::Output;

/// Each tries to run, to call out or to lie; `hacked` would be seen in the page.
const PAYLOADS: [&str; 16] = [
    "<script>hacked=1</script>",
    "\"><img src=x onerror=hacked=1>",
    "'><svg/onload=hacked=1>",
    "</title></textarea></style></script><script>hacked=1</script>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<form action=http://evil.example/><input name=a autofocus onfocus=hacked=1>",
    "<meta http-equiv=refresh content='0;url=http://evil.example/'>",
    "<a href=javascript:hacked=1>x</a>",
    "{{7*19100191}}{% include 'x' %}${7*19100191}#{7*19100191}<%=7*19100191%>",
    "=cmd|'/C calc'!A0",
    "+HYPERLINK(\"http://evil.example/\")",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "]]><!-- &lt;x&gt; --><?x?>&#1;&#x202e;",
    "\u{202e}gpj.exe\u{202c}\u{2066}\u{200b}\u{feff}",
    "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{8}\r2026-11-02T00:00:00Z ERROR forged",
];

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

/// Published twice: once as text that reads like this, once as this.
fn article(payload: &str, is_raw: bool) -> String {
    let said = if is_raw {
        payload.to_owned()
    } else {
        escaped(payload)
    };
    let quoted = escaped(payload);
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{said}通报</title><meta name=\"ArticleTitle\" content=\"{quoted}通报\"><meta name=\"PubDate\" content=\"2026-09-18 09:00\"></head>\
         <body><div class=\"nav\"><a href=\"/qs/\">首页</a></div><h1>{said}通报</h1><div class=\"info\">发布时间：2026-09-18 09:00　来源：{said}</div>\
         <div class=\"TRS_Editor\"><p>{said}街道布署防汛工作{said}，落实整改责任人，联系人王某，身份证号350499199001010011。</p>\
         <p><a href=\"javascript:hacked=1\">{said}</a><a href=\"fj.doc\" title=\"{quoted}\">{said}.doc</a><a href=\"gone.htm?q={quoted}\">{said}</a></p></div>\
         <div class=\"footer\">主办：青石街道办事处　电话：0599-6660000</div></body></html>"
    )
}

fn toml_text(text: &str) -> String {
    serde_json::to_string(text)
        .unwrap()
        .replace("\\u007f", "\\u007F")
}

/// The city, read once and with a history of decisions; what the scan told.
fn city() -> (Duwang, Site, Output) {
    let site = Site::start();
    let mut rows = String::new();
    for (n, payload) in PAYLOADS.iter().enumerate() {
        for (is_raw, kind) in [(true, "r"), (false, "t")] {
            let page = Answer {
                headers: vec![
                    (
                        "content-disposition",
                        format!("inline; filename=\"<script>hacked=1</script>{n}.htm\""),
                    ),
                    ("x-powered-by", "<img src=x onerror=hacked=1>".to_owned()),
                ],
                ..Answer::html(article(payload, is_raw))
            };
            site.put(&format!("/qs/{kind}{n}.htm"), page);
            let quoted = escaped(payload);
            rows += &format!(
                "<li><a href=\"./{kind}{n}.htm\" title=\"{quoted}通报\">{quoted}通报</a><span>2026-09-18</span></li>"
            );
        }
    }
    let list = format!(
        "<html><head><title>工作动态</title></head><body><h2>工作动态</h2><ul class=\"list\">{rows}</ul></body></html>"
    );
    site.html("/qs/", &list);
    let duwang = Duwang::new();
    duwang.config("[[notice]]\nname = \"<img src=x onerror=hacked=1>群\"\nkind = \"wecom\"\nurl = \"env:DUWANG_ROBOT_NOBODY_SET_UP\"\n");
    let name = |n: usize| toml_text(&format!("青石{}办事处", PAYLOADS[n]));
    let units = duwang.units_text(&format!(
        "[region]\nname = {}\n[[unit]]\nid = \"qingshi\"\nname = {}\nshort_names = [{}]\nkind = \"街道\"\n[[unit.channel]]\nid = \"site\"\nkind = \"website\"\nentry = [\"{}\"]\n\
         [[unit]]\nid = \"other\"\nname = {}\nkind = \"街道\"\n[[unit.channel]]\nid = \"paper\"\nkind = \"weibo\"\naccount = {}\nchecked = 2026-09-01\n",
        name(0), name(1), name(4), site.url("/qs/"), name(9), name(2),
    ));
    let scan = duwang
        .command(&["scan", "--units", units.to_str().unwrap()])
        .env("DUWANG_LOG", "debug")
        .output()
        .unwrap();
    assert!(matches!(scan.status.code(), Some(0 | 3)), "{scan:?}");
    (duwang, site, scan)
}

fn decided(duwang: &Duwang) {
    let found = duwang.findings(&[]);
    assert!(found.len() >= PAYLOADS.len(), "{}", found.len());
    for (n, finding) in found.iter().step_by(found.len() / 12).enumerate() {
        let id = finding["id"].as_str().unwrap();
        let payload = PAYLOADS[n % PAYLOADS.len()];
        let verdict = match n % 4 {
            0 => "--confirm".to_owned(),
            1 => format!("--dismiss={payload}"),
            2 => format!("--note={payload}"),
            _ => "--assign".to_owned(),
        };
        let by = format!("--by=某{payload}");
        let args = ["review", id, &verdict, &by];
        let done = duwang.run(&args);
        assert!(done.status.success(), "{done:?}");
    }
}

/// Nothing but lines: no escape sequence, no turned text.
fn is_plain(what: &str, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let bad = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let found = text.chars().position(bad);
    let near = |at: usize| {
        text.chars()
            .skip(at.saturating_sub(60))
            .take(120)
            .collect::<String>()
    };
    assert_eq!(found, None, "{what}: {:?}", near(found.unwrap_or(0)));
}

/// Every cell of a table as a spreadsheet reads it.
fn is_no_formula(what: &str, text: &str) {
    let mut rows = csv::ReaderBuilder::new();
    let mut rows = rows
        .flexible(true)
        .has_headers(false)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut cells = 0;
    for row in rows.records() {
        for cell in &row.unwrap() {
            let first = cell.chars().next();
            assert!(
                !first.is_some_and(|c| "=+-@\t\r\n＝＋－＠".contains(c)),
                "{what}: {cell:?}"
            );
            cells += 1;
        }
    }
    assert!(cells > 100, "{what}: {cells} cells");
}

/// The parts of an office file.
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut parts = BTreeMap::new();
    for n in 0..archive.len() {
        let mut part = archive.by_index(n).unwrap();
        let mut text = Vec::new();
        part.read_to_end(&mut text).unwrap();
        let name = part.name().unwrap().into_owned();
        parts.insert(name, String::from_utf8_lossy(&text).into_owned());
    }
    parts
}

/// Whether an XML reader gets through every part, and no part holds a formula or a link that is not a web address.
fn is_sound(what: &str, bytes: &[u8]) {
    for (name, text) in parts(bytes) {
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let mut reader = quick_xml::Reader::from_str(&text);
        loop {
            match reader.read_event() {
                Ok(quick_xml::events::Event::Eof) => break,
                Ok(_) => {}
                Err(error) => panic!("{what}: {name}: {error}"),
            }
        }
        assert!(
            !text.contains("<f>") && !text.contains("<f "),
            "{what}: {name}"
        );
        assert!(
            !text.contains("Target=\"javascript")
                && !text.contains("instrText xml:space=\"preserve\"> HYPERLINK"),
            "{what}: {name}"
        );
    }
}

#[test]
fn files_terminal_and_log_hold_it_as_text() {
    let (duwang, site, scan) = city();
    is_plain("what a scan prints", &scan.stdout);
    is_plain("the log and the progress of a scan", &scan.stderr);
    decided(&duwang);
    let found = duwang.findings(&[]);
    for args in [
        &["findings"][..],
        &["units", "check", "units.toml"],
        &["rules", "list"],
        &["findings", "--state", "confirmed"],
    ] {
        let output = duwang.run(args);
        is_plain(&args.join(" "), &output.stdout);
        is_plain(&args.join(" "), &output.stderr);
    }
    for finding in found.iter().step_by(found.len() / 4) {
        let shown = duwang.run(&["findings", "show", finding["id"].as_str().unwrap()]);
        is_plain("findings show", &shown.stdout);
    }
    is_no_formula(
        "findings as csv",
        &duwang.ok(&["findings", "--format", "csv"]),
    );
    is_no_formula(
        "a report as csv",
        &duwang.ok(&["report", "--format", "csv"]),
    );
    let report: Value = serde_json::from_str(&duwang.ok(&["report", "--format", "json"])).unwrap();
    assert!(report.is_object());
    for format in ["docx", "xlsx"] {
        let file = duwang.dir.path().join(format!("report.{format}"));
        duwang.ok(&["report", "--format", format, "-o", file.to_str().unwrap()]);
        is_sound(format, &std::fs::read(&file).unwrap());
        opens(&file);
    }
    let drafts: Vec<String> = (0..2).map(|n| draft(&duwang, n == 0)).collect();
    let all: Vec<&str> = drafts.iter().map(String::as_str).collect();
    for format in ["json", "sarif"] {
        let said = duwang.run(&[&["check", "--format", format], &all[..1]].concat());
        let said: Value = serde_json::from_slice(&said.stdout).unwrap();
        assert!(said.is_object());
    }
    is_plain(
        "check",
        &duwang.run(&[&["check"], &all[..]].concat()).stdout,
    );
    let marked = duwang.dir.path().join("marked.docx");
    drop(duwang.run(&[
        "check",
        "--format",
        "docx",
        "-o",
        marked.to_str().unwrap(),
        all[1],
    ]));
    is_sound("check docx", &std::fs::read(&marked).unwrap());
    pages_run_nothing(&duwang, &site, found[0]["id"].as_str().unwrap());
}

/// A draft with every payload in it; its path.
fn draft(duwang: &Duwang, is_raw: bool) -> String {
    let file = duwang.dir.path().join(format!("draft-{is_raw}.html"));
    let pages = PAYLOADS.iter().map(|payload| article(payload, is_raw));
    std::fs::write(&file, pages.collect::<String>()).unwrap();
    file.to_str().unwrap().to_owned()
}

/// LibreOffice reads it; where there is none, there must not need to be one.
fn opens(file: &std::path::Path) {
    let folder = tempfile::tempdir().unwrap();
    let mut office = std::process::Command::new("soffice");
    office
        .arg(format!(
            "-env:UserInstallation=file://{}",
            folder.path().join("profile").display()
        ))
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder.path())
        .arg(file);
    let Ok(done) = office.output() else {
        assert!(
            std::env::var_os("DUWANG_TEST_TOOLS").is_none(),
            "LibreOffice is not installed"
        );
        return;
    };
    let paper = folder
        .path()
        .join(file.with_extension("pdf").file_name().unwrap());
    let size = std::fs::metadata(&paper).map_or(0, |m| m.len());
    assert!(size > 1_000, "{}: {done:?}", file.display());
}

/// HTML files as somebody opens them.
fn pages_run_nothing(duwang: &Duwang, site: &Site, id: &str) {
    let Some(mut browser) = browser() else { return };
    let evidence = duwang.dir.path().join("evidence");
    duwang.ok(&[
        "findings",
        "show",
        id,
        "--evidence",
        evidence.to_str().unwrap(),
    ]);
    let mut pages = vec![
        duwang.ok(&["report", "--format", "html"]),
        std::fs::read_to_string(evidence.join("highlight.html")).unwrap(),
    ];
    for is_raw in [true, false] {
        let checked = duwang.run(&["check", "--format", "html", &draft(duwang, is_raw)]);
        pages.push(String::from_utf8(checked.stdout).unwrap());
    }
    browser.ask("Network.enable", json!({}));
    for (n, page) in pages.iter().enumerate() {
        let path = format!("/file{n}.html");
        site.html(&path, page);
        browser.take_events();
        browser.go(&site.url(&path));
        let asked = asked_elsewhere(
            &mut browser,
            &[site.url(&path).as_str(), site.url("/favicon.ico").as_str()],
        );
        assert_eq!(asked, BTreeSet::new(), "page {n}");
        assert_eq!(browser.eval("typeof hacked"), "undefined", "page {n}");
        assert_eq!(browser.eval(HARMFUL), json!([]), "page {n}");
    }
}

/// Addresses asked for, but those that begin like one of these.
fn asked_elsewhere(browser: &mut Chromium, own: &[&str]) -> BTreeSet<String> {
    let events = browser.take_events();
    let sent = events
        .iter()
        .filter(|e| e["method"] == "Network.requestWillBeSent");
    let urls = sent.map(|e| e["params"]["request"]["url"].as_str().unwrap().to_owned());
    urls.filter(|url| !url.starts_with("data:") && !own.iter().any(|o| url.starts_with(o)))
        .collect()
}

/// What must stand in no page: handlers, links that run, turned text, frames that are not boxed in.
const HARMFUL: &str = "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes].filter(a => a.name.startsWith('on') || /^\\s*(javascript|vbscript|data:text)/i.test(a.value) && ['href', 'src', 'action', 'formaction', 'data', 'xlink:href'].includes(a.name)).map(a => e.tagName + ' ' + a.name + '=' + a.value)).concat([...document.querySelectorAll('iframe:not([sandbox]), object, embed, base, meta[http-equiv]:not([http-equiv=\"Content-Security-Policy\"])')].map(e => e.outerHTML.slice(0, 200)), [...document.querySelectorAll('script')].filter(s => !(s.getAttribute('src') || '').startsWith('/assets/')).map(s => s.outerHTML.slice(0, 200)))";

/// Every page of the console that a link leads to, as each of three people.
#[test]
fn the_console_shows_it_as_text() {
    let Some(mut browser) = browser() else { return };
    let (duwang, _site, _) = city();
    for (name, role) in [
        ("王某", "supervisor"),
        ("编辑某", "editor"),
        ("管理某", "admin"),
    ] {
        duwang.account(name, role);
    }
    duwang.account("<img src=x onerror=hacked=1>某", "viewer");
    decided(&duwang);
    let served = duwang.serve();
    let at = format!("http://{}", served.at);
    for domain in ["Network", "Log"] {
        browser.ask(&format!("{domain}.enable"), json!({}));
    }
    let mut kinds = BTreeSet::new();
    for name in ["王某", "编辑某", "管理某"] {
        enter(&mut browser, &at, name);
        if name == "王某" {
            browser.eval("fetch('/releases', {method: 'POST', body: new URLSearchParams({office: '<img src=x onerror=hacked=1>=1', number: '{{7*19100191}}'})}).then(r => r.status)");
            browser.eval("fetch('/views', {method: 'POST', body: new URLSearchParams({name: '<img src=x onerror=hacked=1>', query: 'level=serious'})}).then(r => r.status)");
        }
        kinds.extend(walked(&mut browser, &at));
        browser.ask("Network.clearBrowserCookies", json!({}));
    }
    for kind in [
        "/",
        "/coverage",
        "/findings",
        "/findings/:id",
        "/report",
        "/releases",
        "/check",
        "/deliveries",
        "/audit",
        "/people",
        "/password",
        "/probes",
    ] {
        assert!(kinds.contains(kind), "{kind} was not seen: {kinds:?}");
    }
}

/// Goes where links lead, a few of each kind of page; the kinds.
fn walked(browser: &mut Chromium, at: &str) -> BTreeSet<String> {
    const OF_A_KIND: usize = 3;
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut known = BTreeSet::new();
    let mut next = VecDeque::from(["/".to_owned(), "/report?open=1".to_owned(), "/probes".to_owned(), "/password".to_owned(), "/nowhere/<script>hacked=1</script>".to_owned(), "/findings?text=%3Cscript%3Ehacked%3D1%3C%2Fscript%3E&unit=%22%3E%3Cimg%20src%3Dx%20onerror%3Dhacked%3D1%3E".to_owned()]);
    while let Some(path) = next.pop_front() {
        let plain = path.split(['?', '#']).next().unwrap();
        let mut kind = plain.to_owned();
        if let Some((head, _)) = plain.strip_prefix('/').and_then(|p| p.split_once('/')) {
            kind = format!(
                "/{head}/:id{}",
                if plain.ends_with("/page") {
                    "/page"
                } else {
                    ""
                }
            );
        }
        if plain.rsplit('/').next().unwrap().contains('.') {
            continue; // a paper: made anew for every look, and looked at in the other test
        }
        let count = seen.entry(kind).or_default();
        *count += 1;
        if *count > OF_A_KIND {
            continue;
        }
        let url = serde_json::to_string(&format!("{at}{path}")).unwrap();
        let is_page = browser.eval(&format!("fetch({url}).then(r => (r.headers.get('content-type') || '').startsWith('text/html') && !r.headers.get('content-disposition'))"));
        if is_page != Value::Bool(true) {
            continue; // a file; looked at in the other test
        }
        browser.take_events();
        browser.go(&format!("{at}{path}"));
        browser.eval("document.querySelectorAll('details').forEach(d => d.open = true); document.querySelectorAll('iframe').forEach(f => f.loading = 'eager')");
        std::thread::sleep(std::time::Duration::from_millis(60));
        assert_eq!(browser.eval("typeof hacked"), "undefined", "{path}");
        assert_eq!(browser.eval(HARMFUL), json!([]), "{path}");
        assert_eq!(
            browser.eval("document.body.innerText.includes('133701337')"),
            false,
            "{path}: a template was filled"
        );
        assert_eq!(
            browser.eval("location.host"),
            at.trim_start_matches("http://"),
            "{path}"
        );
        let links = browser.eval("[...document.querySelectorAll('a[href]')].filter(a => a.origin === location.origin).map(a => a.pathname + a.search)");
        let events = browser.take_events();
        for event in &events {
            let params = &event["params"];
            match event["method"].as_str().unwrap_or_default() {
                "Page.javascriptDialogOpening" => panic!("{path}: {event}"),
                "Log.entryAdded" => {
                    assert_ne!(params["entry"]["source"], "security", "{path}: {event}")
                }
                "Network.requestWillBeSent" => {
                    let asked = params["request"]["url"].as_str().unwrap();
                    assert!(
                        asked.starts_with(at) || asked.starts_with("data:"),
                        "{path} asked {asked}"
                    );
                }
                _ => {}
            }
        }
        for link in links.as_array().unwrap() {
            let link = link.as_str().unwrap().to_owned();
            if known.insert(link.clone()) {
                next.push_back(link);
            }
        }
    }
    seen.into_keys().collect()
}
