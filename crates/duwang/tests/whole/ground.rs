//! What was not read, or stands somewhere else, is not called missing.

use crate::common::{Duwang, Site, article, list};
use serde_json::Value;

fn missing(rule: &str, duwang: &Duwang) -> usize {
    let all = duwang.findings(&[]);
    all.iter().filter(|f| f["rule"] == rule).count()
}

/// A policy that links to a page, and the page.
fn city(reading: &str) -> (Duwang, Site) {
    let site = Site::start();
    let title = "青石街道办事处关于印发《青石街道养老服务补贴办法》的通知";
    let item = (
        "./202609/t20260901_1.htm".into(),
        title.into(),
        "2026-09-01".into(),
    );
    site.html("/qs/", &list("通知公告", &[item], 1, 0));
    let body = "青街〔2026〕3号</p><p>第一条 为做好养老服务补贴工作，制定本办法。</p><p>第二条 年满八十周岁的老年人可以申请补贴。</p>\
                <p>第三条 本办法自2026年10月1日起施行。</p><p>图解：<a href=\"/qs/202609/t20260901_2.htm\">一图看懂养老补贴</a>";
    site.html(
        "/qs/202609/t20260901_1.htm",
        &article(title, "2026-09-01", body),
    );
    site.html("/qs/202609/t20260901_2.htm", reading);
    let duwang = Duwang::new();
    duwang.scan(&duwang.units(&site.url("/qs/")), &[]);
    (duwang, site)
}

#[test]
fn a_reading_in_pictures_may_be_the_one_that_is_wanted() {
    const RULE: &str = "interpretation/missing";
    let pictures = "<html><head><title>图解：《青石街道养老服务补贴办法》</title></head><body><h1>图解：《青石街道养老服务补贴办法》</h1>\
                    <p><img src=\"1.jpg\"></p></body></html>";
    assert_eq!(missing(RULE, &city(pictures).0), 0);
    let news = article(
        "老人们领到了补贴",
        "2026-09-02",
        "昨天上午，青石街道三十位老人领到了九月的补贴，大家都说手续简单，服务周到。",
    );
    assert_eq!(missing(RULE, &city(&news).0), 1, "it was read and is none");
}

/// A street's site with an entry and a list of one notice, scanned; and the summary of the scan.
fn scanned_behind(entry: &str) -> (Duwang, Value) {
    let site = Site::start();
    site.html("/qs/", entry);
    let item = (
        "./202609/t20260918_1.htm".into(),
        "社区开展清扫活动的通知".into(),
        "2026-09-18".into(),
    );
    site.html("/qs/tzgg/", &list("通知公告", &[item], 1, 0));
    let text = "青石街道组织居民开展环境清扫活动，清理楼道杂物，整治卫生死角，受到居民欢迎。";
    site.html(
        "/qs/tzgg/202609/t20260918_1.htm",
        &article("社区开展清扫活动的通知", "2026-09-18", text),
    );
    let duwang = Duwang::new();
    duwang.units_text(&format!(
        "[region]\nname = \"云溪市\"\n[[unit]]\nid = \"qingshi\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n[[unit.channel]]\nid = \"site\"\nkind = \"website\"\nentry = [\"{0}/qs/\"]\n[[unit.channel.column]]\nurl = \"{0}/qs/tzgg/\"\nclass = \"notice\"\n",
        site.base
    ));
    let summary = duwang.scan(&duwang.dir.path().join("units.toml"), &[]);
    (duwang, summary)
}

#[test]
fn what_the_entry_leads_to_elsewhere_is_not_missing() {
    const RULE: &str = "coverage/village-affairs";
    let other = Site::start();
    other.html("/cw/", "<html><body><h1>阳光村务</h1></body></html>");
    let read = |nav: &str| {
        let entry = format!(
            "<html><head><title>青石街道</title></head><body><div class=\"nav\"><a href=\"/qs/tzgg/\">通知公告</a>{nav}</div><p>青石街道位于云溪市东部，辖九个社区，常住人口四万人，街道办事处设在解放路。</p></body></html>"
        );
        missing(RULE, &scanned_behind(&entry).0)
    };
    assert_eq!(read(""), 1);
    let nav = format!("<a href=\"{}/cw/\">村（居）务公开</a>", other.base);
    assert_eq!(read(&nav), 0);
}

#[test]
fn what_a_blank_entry_does_not_show_is_not_missing() {
    const RULE: &str = "coverage/guide-missing";
    let read = |entry: &str| {
        let (duwang, summary) = scanned_behind(entry);
        let channel = &summary["channels"][0];
        let told = channel["not_seen"].to_string().contains("/qs/\"");
        (missing(RULE, &duwang), channel["complete"] == true, told)
    };
    let words = "<html><head><title>青石街道</title></head><body><div class=\"nav\"><a href=\"/qs/tzgg/\">通知公告</a></div><p>青石街道位于云溪市东部，辖九个社区，常住人口四万人。</p></body></html>";
    assert_eq!(read(words), (1, true, false));
    let script = "<html><head><title>青石街道</title></head><body><div id=\"app\"></div><script src=\"/js/app.js\"></script></body></html>";
    assert_eq!(read(script), (0, false, true));
    let picture = "<html><head><title>青石街道</title></head><body><div class=\"con\"><img src=\"/i/1.jpg\"></div></body></html>";
    assert_eq!(read(picture), (0, false, true));
}
