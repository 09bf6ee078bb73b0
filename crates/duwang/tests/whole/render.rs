//! Pages that scripts build: unread by default, drawn by a browser when that is switched on, and told.

use crate::common::{Duwang, Site};

const SHELL: &str = "<!DOCTYPE html><html><head><title>青石街道</title></head><body><div id=\"app\"></div><script src=\"/qs/app.js\"></script></body></html>";
const SCRIPT: &str = "fetch('/qs/data.json').then(r => r.json()).then(d => { document.title = d.title; document.getElementById('app').innerHTML = '<div class=\"article\"><h1>' + d.title + '</h1><p>' + d.body + '</p></div>'; });";

fn site() -> Site {
    let site = Site::start();
    site.html("/qs/", SHELL);
    site.put(
        "/qs/app.js",
        crate::common::Answer {
            content_type: "text/javascript",
            ..crate::common::Answer::html(SCRIPT)
        },
    );
    let body = "各社区要再接再励做好防汛准备，落实二十四小时值班，及时转移危险地带群众，备足抢险物资，确保安全度汛。";
    let data = format!("{{\"title\":\"青石街道部署防汛工作\",\"body\":\"{body}\"}}");
    site.put(
        "/qs/data.json",
        crate::common::Answer {
            content_type: "application/json",
            ..crate::common::Answer::html(data)
        },
    );
    site
}

#[test]
fn a_page_of_scripts_is_unread_until_a_browser_is_allowed() {
    let site = site();
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    let summary = duwang.scan(&units, &["--full"]);
    assert!(summary.to_string().contains("空壳页"), "{summary:#}");
    assert!(
        duwang
            .findings(&[])
            .iter()
            .all(|f| f["quote"] != "再接再励")
    );

    duwang.config("[render]\nenabled = true\n");
    let summary = duwang.scan(&units, &["--full"]);
    assert!(
        summary.to_string().contains("经浏览器渲染后读取"),
        "{summary:#}"
    );
    let found = duwang.findings(&["--category", "typo"]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0]["quote"].as_str().unwrap().ends_with('励'));
}

#[test]
fn no_browser_is_left_behind() {
    let site = Site::start();
    // A script that never ends.
    site.html(
        "/qs/",
        &SHELL
            .replace("src=\"/qs/app.js\"", "")
            .replace("></script>", ">for(;;){}</script>"),
    );
    let duwang = Duwang::new();
    duwang.config("[render]\nenabled = true\n");
    let units = duwang.units(&site.url("/qs/"));
    let summary = duwang.scan(&units, &["--full"]);
    assert!(summary.to_string().contains("空壳页"), "{summary:#}");
    std::thread::sleep(std::time::Duration::from_millis(500));
    let port = site.base.rsplit(':').next().unwrap().to_owned();
    let left = std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|p| std::fs::read(p.path().join("cmdline")).ok())
        .filter(|line| {
            let line = String::from_utf8_lossy(line);
            line.contains("chromium") && line.contains(&port)
        })
        .count();
    assert_eq!(left, 0);
}
