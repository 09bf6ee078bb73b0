//! What the pages show: their guards, masks, empty states and what was not seen.

use super::*;

#[test]
fn every_page_carries_its_guards_and_no_script() {
    let console = full();
    let private = format!("/findings/{}", console.id_of("privacy/id-number"));
    for path in PAGES
        .iter()
        .copied()
        .chain([private.as_str(), "/nowhere", "/healthz"])
    {
        let reply = console.get(path);
        for header in [
            "content-security-policy: default-src 'self'; style-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
            "x-content-type-options: nosniff",
            "referrer-policy: same-origin",
        ] {
            assert!(reply.head.contains(header), "{path}: {}", reply.head);
        }
        let tags = reply
            .body
            .split('<')
            .skip(1)
            .map(|t| t.split('>').next().unwrap_or_default());
        let inline = ["script", "style", "iframe", "object", "img"];
        for tag in tags {
            let is_ours = tag.starts_with("script src=\"/assets/desk.js\" defer")
                || (tag.starts_with("iframe ") && tag.contains(" sandbox "));
            assert!(
                is_ours || !inline.contains(&tag.split(' ').next().unwrap_or_default()),
                "{path}: <{tag}>"
            );
            assert!(
                !tag.contains(" style=") && !tag.contains(" on"),
                "{path}: <{tag}>"
            );
        }
    }
}

#[test]
fn what_a_page_published_is_only_ever_text() {
    let console = full();
    let id = console.id_of("privacy/id-number");
    for path in [
        format!("/findings/{id}"),
        "/findings?state=all".to_owned(),
        "/report?open=1".to_owned(),
    ] {
        let body = console.get(&path).body;
        assert!(
            !body.contains("<script>") && !body.contains("<img"),
            "{path}: {body}"
        );
        assert!(!body.contains("href=\"javascript:"), "{path}");
        assert!(
            body.contains("&#60;script&#62;") || body.contains("&lt;script&gt;"),
            "{path}"
        );
    }
    let page = console.get(&format!("/findings/{id}")).body;
    assert!(
        page.contains("javascript:alert(1)"),
        "the address is shown as text"
    );
    let hours = console
        .get(&format!(
            "/findings/{}",
            console.id_of("guide/office-hours")
        ))
        .body;
    assert!(
        hours.contains("办公时间为<mark>上班时间</mark>，欢迎来访。"),
        "{hours}"
    );
    assert!(hours.contains("rel=\"noreferrer noopener\""));
}

#[test]
fn personal_numbers_are_masked_on_every_page_and_in_every_file() {
    let console = full();
    let ids = console.store.findings(&FindingFilter::default()).unwrap();
    let findings = ids.iter().map(|f| format!("/findings/{}", f.id));
    let files = ["html", "csv", "json"].map(|f| format!("/report?open=1&format={f}"));
    let pages = PAGES.iter().map(|p| (*p).to_owned());
    for path in pages.chain(findings).chain(files) {
        let reply = console.get(&path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        assert!(!reply.body.contains("350499199001010018"), "{path}");
        assert!(!reply.body.contains("13800138001"), "{path}");
    }
    let private = console
        .get(&format!("/findings/{}", console.id_of("privacy/id-number")))
        .body;
    assert!(private.contains("350499********0018"));
}

#[test]
fn the_overview_tells_what_was_not_seen() {
    let body = full().get("/").body;
    for needle in [
        "20261102-090000-ab12",
        "没有看到什么",
        "被拦截",
        "防火墙拦截（412）",
        "青石街道办事处",
        "待复核",
    ] {
        assert!(body.contains(needle), "{needle} not in {body}");
    }
    let foot = body.split("<tfoot>").nth(1).unwrap_or_default();
    let foot = foot.split("</tfoot>").next().unwrap_or_default();
    assert!(
        foot.contains("合计") && foot.contains("<strong>4</strong>"),
        "{foot}"
    );
    let coverage = full().get("/coverage").body;
    assert!(
        coverage.contains("http://www.yunfeng-demo.gov.cn/&#60;b&#62;gk"),
        "{coverage}"
    );
    assert!(
        coverage.contains("不在所选批次之内"),
        "the WeChat channel was not read"
    );
}

#[test]
fn an_empty_store_is_friendly() {
    let console = console(duwang_store::open("memory:", std::path::Path::new(".")).unwrap());
    assert!(console.get("/").body.contains("还没有读完的批次"));
    assert!(console.get("/findings").body.contains("还没有问题"));
    assert_eq!(console.get("/coverage").status, 200);
    assert_eq!(console.get("/report").status, 404);
    assert_eq!(console.get("/healthz").body, "ok\n");
}

#[test]
fn unknown_things_are_404_and_unclear_ones_400() {
    let console = full();
    for path in [
        "/findings/ffffffffffff",
        "/findings/zz",
        "/findings/%E5%9D%8F",
        "/snapshots/sha256:00",
        "/snapshots/..%2F..%2Fetc%2Fpasswd",
        "/assets/..%2Fsecret",
        "/assets/none.css",
        "/report?scan=none",
        "/x",
    ] {
        let reply = console.get(path);
        assert_eq!(reply.status, 404, "{path}");
        assert!(
            reply.body.contains("没有找到") || reply.body.contains("还没有"),
            "{path}"
        );
    }
    assert_eq!(console.get("/findings?level=grave").status, 400);
    assert_eq!(console.get("/report?format=exe").status, 400);
    assert_eq!(console.post("/findings", "").status, 405);
}

#[test]
fn snapshots_leave_only_as_attachments() {
    let console = full();
    let finding = console
        .store
        .finding(&console.id_of("guide/office-hours"))
        .unwrap()
        .unwrap();
    let reply = console.get(&format!("/snapshots/{}", finding.snapshot.hash));
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body, sample::PAGE);
    for header in [
        "content-type: text/plain\r\n",
        "content-disposition: attachment; filename=\"sha256-",
        "x-content-type-options: nosniff",
        "content-security-policy: default-src 'none'; sandbox",
    ] {
        assert!(reply.head.contains(header), "{}", reply.head);
    }
}

#[test]
fn style_sheets_are_asked_for_once() {
    let console = full();
    let reply = console.get("/assets/tokens.css");
    let tag = reply
        .head
        .lines()
        .find_map(|l| l.strip_prefix("etag: "))
        .unwrap()
        .to_owned();
    let again = console.send(
        &format!("GET /assets/tokens.css HTTP/1.1\r\nIf-None-Match: {tag}\r\n"),
        "",
    );
    assert_eq!((reply.status, again.status), (200, 304));
    assert!(reply.head.contains("content-type: text/css"));
}
