//! The console as a person sees it, in a real browser. Where there is no Chromium these tests say so and pass, unless
//! `DUWANG_TEST_TOOLS` says that there must be one.
//! `DUWANG_SHOTS=DIR` keeps pictures; `DUWANG_AXE=axe.min.js` lets axe look for faults of accessibility.

pub mod chromium;
use crate::common::{Duwang, Site, article, list};
use chromium::Chromium;

/// An identity provider to be offered at the door, and a group whose robot nobody set up: its notices wait.
const OFFICE: &str = r#"
[oidc]
name = "市统一身份认证"
issuer = "http://127.0.0.1:9"
client_id = "duwang"
redirect = "http://localhost/oidc/back"

[[notice]]
name = "办公室群"
kind = "wecom"
url = "env:DUWANG_ROBOT_NOBODY_SET_UP"
"#;

/// A site with a fault of its own on each of 22 pages and one text reprinted on three.
fn city() -> (Duwang, Site) {
    let (duwang, site) = read_city((0..25).map(|n| {
        let text = match n {
            0..22 => format!(
                "第{n}社区街道布署防汛工作，共排查隐患{}处，落实整改责任人。",
                n + 3
            ),
            _ => "各单位要做好渡假村的有关工作，并及时报送进展情况，确保任务完成。".to_owned(),
        };
        (format!("第{n}号情况通报"), text)
    }));
    duwang.account("李某", "supervisor");
    duwang.account("编辑某", "editor");
    duwang.account("管理某", "admin");
    (duwang, site)
}

/// A site that tells of fourteen people by their number, which is a sure fault each time.
fn registers() -> (Duwang, Site) {
    read_city((0..14).map(|n| {
        let text = format!(
            "经审核，救助对象王某，身份证号{}，符合条件，现予公示。",
            id_number(n)
        );
        (format!("第{n}批救助对象公示"), text)
    }))
}

/// A site of one list with these articles (title, text), read once, and a supervisor to look at it.
fn read_city(articles: impl Iterator<Item = (String, String)>) -> (Duwang, Site) {
    let site = Site::start();
    let mut items = Vec::new();
    for (n, (title, text)) in articles.enumerate() {
        let path = format!("t{n}.htm");
        site.html(
            &format!("/qs/{path}"),
            &article(&title, "2026-09-18", &text),
        );
        items.push((format!("./{path}"), title, "2026-09-18".to_owned()));
    }
    site.html("/qs/", &list("工作动态", &items, 1, 0));
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    duwang.scan(&units, &[]);
    duwang.account("王某", "supervisor");
    (duwang, site)
}

/// A number that is nobody's: its county was never one. The last character proves the others.
fn id_number(serial: u32) -> String {
    let number = format!("35049919800101{serial:03}");
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let digits = number.bytes().map(|b| u32::from(b - b'0'));
    let sum: u32 = digits
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let last = b"10X98765432"[(sum % 11) as usize];
    number + char::from(last).to_string().as_str()
}

pub fn enter(browser: &mut Chromium, at: &str, name: &str) {
    enter_with(browser, at, name, "correct horse");
}

fn enter_with(browser: &mut Chromium, at: &str, name: &str, password: &str) {
    browser.go(&format!("{at}/login?to=/findings"));
    browser.eval("document.getElementById('name').focus()");
    browser.write(name);
    browser.eval("document.getElementById('password').focus()");
    browser.write(password);
    browser.press("Enter");
    browser.eval("document.querySelector('form.enter').requestSubmit()");
    browser.until("location.pathname === '/findings' && document.readyState === 'complete'");
}

/// Looks at a page in both sizes, and lets axe look when it was given.
fn look(browser: &mut Chromium, name: &str) {
    for (width, height) in [(1280, 900), (390, 844)] {
        browser.size(width, height);
        browser.picture(&format!("{name}-{width}"));
        // What is too wide makes a phone zoom out, so that its own measure is no longer the one asked for.
        let wide = browser.eval(&format!(
            "Math.max(document.documentElement.scrollWidth, innerWidth) - {width}"
        ));
        assert!(
            wide.as_i64().unwrap() <= 0,
            "{name} at {width}: {wide} pixels too wide"
        );
        if let Some(axe) = std::env::var_os("DUWANG_AXE") {
            let script = std::fs::read_to_string(axe).unwrap();
            browser.eval(&format!("{script}; true"));
            let faults = browser.eval(
                "axe.run().then(r => r.violations.map(v => v.impact + ' ' + v.id + ' ' + v.nodes.map(n => n.html).slice(0, 3).join(' ')))",
            );
            assert_eq!(faults, serde_json::json!([]), "{name} at {width}");
        }
    }
    browser.size(1280, 900);
}

fn told(browser: &mut Chromium) -> String {
    browser
        .eval("document.getElementById('told').textContent")
        .as_str()
        .unwrap()
        .to_owned()
}

/// A browser, where there is one or must be one.
pub fn browser() -> Option<Chromium> {
    let browser = Chromium::start();
    if browser.is_none() {
        assert!(
            std::env::var_os("DUWANG_TEST_TOOLS").is_none(),
            "Chromium is not installed"
        );
        eprintln!("no Chromium here: the console was not looked at");
    }
    browser
}

/// By keyboard alone: to the offer, through the sample, the rest at once, and back.
#[test]
fn many_at_once_after_a_sample() {
    let Some(mut browser) = browser() else { return };
    let (duwang, _site) = registers();
    let served = duwang.serve();
    let at = format!("http://{}", served.at);
    browser.size(1280, 900);
    enter(&mut browser, &at, "王某");
    browser.press("s");
    browser.until("location.pathname === '/probes' && document.readyState === 'complete'");
    look(&mut browser, "probes");
    browser.until("document.activeElement.name === 'rule'");
    browser.press_enter();
    browser.until("location.pathname.startsWith('/probes/') && document.readyState === 'complete'");
    look(&mut browser, "probe");
    let looked = |n: usize| format!("document.querySelectorAll('li[data-looked]').length === {n}");
    browser.press("j");
    for n in 1..=5 {
        browser.press("c");
        browser.until(&looked(n));
    }
    browser.until("document.activeElement.value === 'rest'");
    look(&mut browser, "probe-passed");
    let confirmed = || duwang.findings(&["--state", "confirmed"]).len();
    assert_eq!(confirmed(), 5);
    browser.press_enter();
    browser.until("document.querySelector('button[value=undo]') !== null");
    look(&mut browser, "probe-done");
    assert_eq!(confirmed(), 14);
    browser.eval("document.querySelector('button[value=undo]').focus()");
    browser.press_enter();
    browser.until("document.querySelector('button[value=rest]') !== null");
    assert_eq!(confirmed(), 5);

    // What is masked is shown when it is asked for, and the log says so.
    let id = duwang.findings(&["--category", "privacy"])[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    browser.go(&format!("{at}/findings/{id}"));
    look(&mut browser, "masked");
    browser.eval("document.querySelector('form.unmask').requestSubmit()");
    browser.until("location.pathname.endsWith('/unmasked') && document.readyState === 'complete'");
    look(&mut browser, "unmasked");
    let shown = browser.eval("document.querySelector('mark').textContent.length");
    assert_eq!(shown, 18);
    browser.go(&format!("{at}/audit"));
    let logged = browser.eval("document.body.textContent.includes('查看未遮蔽内容')");
    assert_eq!(logged, true);
}

/// The demo as a newcomer opens it: three weeks of history on the front page and in the report.
#[test]
fn the_demo_shows_how_it_came_to_this() {
    let Some(mut browser) = browser() else { return };
    let duwang = Duwang::new();
    let (served, secret) = duwang.demo();
    let at = format!("http://{}", served.at);
    browser.size(1280, 900);
    enter_with(&mut browser, &at, "演示监督员", &secret);
    browser.go(&format!("{at}/"));
    look(&mut browser, "demo-overview");
    let weeks = browser.eval("document.querySelectorAll('.heat thead .n').length");
    assert_eq!(weeks, 3);
    let darkest = browser.eval("document.querySelectorAll('.heat .shade5').length > 0");
    assert_eq!(darkest, true);
    let unread = browser.eval("document.querySelectorAll('.heat .unread').length");
    assert_eq!(unread, 3, "one unit could never be read");
    for (page, name) in [("/", "demo-trends"), ("/report?open=1", "demo-report")] {
        browser.go(&format!("{at}{page}"));
        browser.eval("document.querySelector('.heat').scrollIntoView({ behavior: 'instant' })");
        look(&mut browser, name);
    }
}

#[test]
fn an_evening_at_the_desk() {
    let Some(mut browser) = browser() else { return };
    let (duwang, site) = city();
    duwang.config(OFFICE);
    let served = duwang.serve();
    let at = format!("http://{}", served.at);
    browser.size(1280, 900);
    browser.go(&format!("{at}/login"));
    look(&mut browser, "login");
    enter(&mut browser, &at, "王某");
    look(&mut browser, "queue");

    // Twenty findings by keyboard alone.
    let confirmed = || duwang.findings(&["--state", "confirmed"]).len();
    browser.go(&format!("{at}/findings?rule=typo&flat=1"));
    browser.press("j");
    browser.press("k");
    for n in 0..20 {
        let done = format!("document.querySelectorAll('li.done').length === {}", n + 1);
        browser.press("c");
        browser.until(&done);
    }
    assert_eq!(confirmed(), 20, "{}", told(&mut browser));
    browser.press("u");
    browser.until("document.getElementById('told').textContent === '已撤销。'");
    assert_eq!(confirmed(), 19);
    look(&mut browser, "queue-done");

    // One decision for what is reprinted, with a reason; and back.
    browser.go(&format!("{at}/findings?text=%E6%B8%A1%E5%81%87"));
    assert_eq!(
        browser.eval("document.querySelectorAll('ol.queue li').length"),
        1
    );
    browser.press("d");
    browser.until("document.getElementById('ask').open");
    browser.write("引用原文");
    look(&mut browser, "ask");
    browser.eval("document.querySelector('#ask button[value=yes]').click()");
    browser.until("document.getElementById('told').textContent.startsWith('已记为误报 3 处')");
    assert_eq!(duwang.findings(&["--state", "dismissed"]).len(), 3);
    browser.press("u");
    browser.until("document.getElementById('told').textContent === '已撤销。'");
    assert_eq!(duwang.findings(&["--state", "dismissed"]).len(), 0);

    // Assigned; the unit says it is fixed; the re-fetch closes it.
    browser.go(&format!("{at}/findings?state=confirmed&flat=1"));
    let id = browser.eval("document.querySelector('ol.queue li').dataset.id");
    let id = id.as_str().unwrap().to_owned();
    browser.press("a");
    browser.until("document.getElementById('ask').open");
    browser.eval("document.querySelector('#ask button[value=yes]').click()");
    browser.until("document.getElementById('told').textContent.startsWith('已交办')");
    let finding = &duwang.findings(&["--state", "assigned"])[0];
    assert_eq!(finding["id"], id.as_str());
    browser.go(&format!("{at}/findings/{id}"));
    browser.eval("document.querySelector('details.shot').open = true");
    browser.eval("document.querySelector('details.shot').scrollIntoView()");
    std::thread::sleep(std::time::Duration::from_millis(800)); // the frame may be asked nothing
    look(&mut browser, "finding");
    let frame =
        browser.eval("document.querySelector('details.shot iframe').hasAttribute('sandbox')");
    assert_eq!(frame, true);
    browser.press("?");
    browser.until("document.getElementById('keys').open");
    look(&mut browser, "keys");
    browser.eval("document.getElementById('keys').close()");

    let path = finding["url"].as_str().unwrap();
    let path = format!("/qs/{}", path.rsplit('/').next().unwrap());
    site.html(
        &path,
        &article("情况通报", "2026-09-18", "街道部署防汛工作，落实责任人。"),
    );
    browser.eval("document.querySelector('form.who').requestSubmit()");
    browser.until("location.pathname === '/login'");
    enter(&mut browser, &at, "编辑某");
    browser.go(&format!("{at}/findings/{id}"));
    browser.eval("const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]); const held = new DataTransfer(); held.items.add(new File([bytes], '整改后截图.png')); const input = document.getElementById('file'); input.files = held.files; input.form.requestSubmit(); true");
    browser.until("location.search.includes('done=proof') && document.readyState === 'complete'");
    look(&mut browser, "proof");
    browser.eval("document.getElementById('proofs').scrollIntoView({ behavior: 'instant' })");
    look(&mut browser, "proof-list");
    browser.eval("document.querySelector('input[value=claim]').checked = true; document.getElementById('reason').value = '已改为部署'; document.querySelector('form.decide').requestSubmit(document.querySelector('form.decide button')); true");
    browser.until("location.search.includes('done=claim')");
    look(&mut browser, "claimed");
    let began = std::time::Instant::now();
    while duwang.findings(&["--state", "fixed"]).is_empty() {
        assert!(
            began.elapsed().as_secs() < 120,
            "the re-fetch did not close it"
        );
        std::thread::sleep(std::time::Duration::from_millis(500));
    }

    // Frozen by one, released by another.
    browser.eval("document.querySelector('form.who').requestSubmit()");
    browser.until("location.pathname === '/login'");
    enter(&mut browser, &at, "王某");
    browser.go(&format!("{at}/releases"));
    browser.eval("document.querySelector('form.filter').requestSubmit()");
    browser.until("document.querySelector('ul.papers') !== null");
    assert_eq!(
        browser.eval("[...document.querySelectorAll('form[action^=\"/releases/\"] button')].map(b => b.value).join()"),
        "withdraw",
        "the own draft may be taken back, not released"
    );
    browser.eval("document.querySelector('form.who').requestSubmit()");
    browser.until("location.pathname === '/login'");
    enter(&mut browser, &at, "李某");
    browser.go(&format!("{at}/releases"));
    browser.eval("document.querySelector('form[action^=\"/releases/\"]').requestSubmit()");
    browser.until("document.body.textContent.includes('已发布')");
    look(&mut browser, "releases");
    for (page, name) in [
        ("/", "overview"),
        ("/coverage", "coverage"),
        ("/audit", "audit"),
        ("/deliveries", "deliveries"),
        ("/deliveries?fate=sent", "deliveries-empty"),
        ("/password", "password"),
        ("/check", "check"),
        ("/report?open=1", "report"),
        ("/probes", "probes-none"),
        ("/findings?text=nothing", "queue-empty"),
        ("/nowhere", "nowhere"),
        ("/people", "forbidden"),
    ] {
        browser.go(&format!("{at}{page}"));
        look(&mut browser, name);
    }
    browser.go(&format!("{at}/"));
    browser.eval("document.querySelector('form.who').requestSubmit()");
    browser.until("location.pathname === '/login'");
    enter(&mut browser, &at, "管理某");
    browser.go(&format!("{at}/people"));
    look(&mut browser, "people");
}
