//! What is a list and what only looks like one.

use crate::site::{article, list_page, read, rows};
use duwang_crawl::{read_interface, read_list};
use proptest::prelude::*;
use url::Url;

#[test]
fn an_article_is_no_list() {
    let related: String = (1..6)
        .map(|i| {
            format!(
                "<li><a href='t20260918_{i}.html'>相关稿件第{i}篇</a><span>2026-09-18</span></li>"
            )
        })
        .collect();
    let page = article("青石街道防汛工作").replace(
        "</body>",
        &format!("<div class='related'><h3>相关阅读</h3><ul>{related}</ul></div></body>"),
    );
    for path in ["x.html", "news/", "202609/t20260918_3400001.html"] {
        assert!(read(path, &page).is_none(), "{path}");
    }
    let bare = page
        .replace("class='TRS_Editor'", "class='text'")
        .replace("class='related'", "");
    assert!(read("x.html", &bare).is_none());
}

#[test]
fn an_article_with_attachments_and_dates_is_no_list() {
    let page = "<html><head><title>公示</title></head><body><h1>关于拟表彰名单的公示</h1><div class='con'><p>公示期自2026年9月18日至2026年9月24日，共5个工作日。联系电话0599-6660001。</p>\
                <p>附件：1.<a href='P020260918325712345678.docx'>名单</a></p><p>2.<a href='P020260918325712345679.docx'>说明</a></p><p>云溪市青石街道办事处</p><p>2026年9月18日</p></div></body></html>";
    assert!(read("gs.html", page).is_none());
}

#[test]
fn navigation_is_no_list() {
    let links: String = (1..30)
        .map(|i| format!("<li><a href='lm{i}/'>栏目名称之{i}</a></li>"))
        .collect();
    assert!(
        read(
            "",
            &format!(
                "<html><body><div class='nav'><ul>{links}</ul></div><p>欢迎</p></body></html>"
            )
        )
        .is_none()
    );
    assert!(
        read(
            "zl/",
            &format!("<html><body><ul>{links}</ul></body></html>")
        )
        .is_none()
    );
}

#[test]
fn a_home_page_with_several_lists_is_no_list() {
    let block = |name: &str, from: usize| {
        format!(
            "<div class='b'><h3>{name}</h3><a href='{from}/'>更多&gt;&gt;</a><ul>{}</ul></div>",
            rows(from, from + 5, |i| format!("show-{i}.html"))
        )
    };
    let page = format!(
        "<html><body>{}{}{}</body></html>",
        block("要闻", 1),
        block("公告", 11),
        block("政策", 21)
    );
    assert!(read("", &page).is_none());
}

#[test]
fn a_side_column_is_not_the_list() {
    let side = format!(
        "<div class='hot'><h3>热门推荐</h3><ul>{}</ul></div>",
        rows(50, 60, |i| format!("show-{i}.html"))
    );
    let page = list_page("公告", &rows(1, 5, |i| format!("show-{i}.html")), &side);
    let reading = read("gg/", &page).unwrap();
    assert_eq!(reading.items.len(), 5);
    assert!(reading.items[0].title.contains("第1号"));
}

#[test]
fn titles_come_whole_and_clean() {
    let rows = "<li>· <a href='show-1.html' title='关于做好二〇二六年防汛工作的通知'>关于做好二〇二六年防汛...</a><span>2026-09-18</span></li>\
                <li><a href='show-2.html' title='点击查看'>乙号通知全文</a><span>2026-09-17</span></li>\
                <li><a href='show-3.html'>·丙号\n   通知</a><span>2026-09-16</span></li>";
    let titles: Vec<_> = read("gg/", &list_page("公告", rows, ""))
        .unwrap()
        .items
        .into_iter()
        .map(|i| i.title)
        .collect();
    assert_eq!(
        titles,
        [
            "关于做好二〇二六年防汛工作的通知",
            "乙号通知全文",
            "丙号 通知"
        ]
    );
}

#[test]
fn a_base_tag_counts() {
    let page = list_page("公告", &rows(1, 3, |i| format!("show-{i}.html")), "").replace(
        "<head>",
        "<head><base href='https://www.yunxi-demo.gov.cn/gg/'>",
    );
    assert_eq!(
        read("gg/", &page).unwrap().items[0].url,
        "https://www.yunxi-demo.gov.cn/gg/show-1.html"
    );
}

const PIECES: &[&str] = &[
    "<ul class='list'>",
    "<li>",
    "</li>",
    "<a href='./t20260918_1.htm' title='甲'>",
    "<a href='x/'>",
    "</a>",
    "<span>2026-09-18</span>",
    "createPageHTML(",
    "37, 0, \"index\", \"htm\")",
    "Pager({size:",
    "countPage = 3",
    "<script type=\"text/xml\"><datastore>",
    "<record><![CDATA[",
    "]]></record>",
    "<totalrecord>9</totalrecord>",
    "<nextgroup><![CDATA[<a href=\"/d?columnid=1\"></a>]]></nextgroup>",
    "</script>",
    "queryData=\"{'a':'b','tagId':'list'",
    "window._CONFIG = {SID:'1', TREE:[{\"id\":1,",
    "UCAP",
    "/common/search/9?page=",
    "_sitegray",
    "fanye",
    "共123条 1/9",
    "<a href='12.htm'>下页</a>",
    "/was5/web/search?channelid=1&page=",
    "'",
    "\"",
    "{",
    "}",
    "[",
    "]",
    "下一页",
    "年",
    "\u{3000}",
    "<table><tr><td>",
    "</table>",
    "<base href='::'>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]
    #[test]
    fn readers_never_panic(picks in prop::collection::vec(0..PIECES.len(), 0..60), noise in "\\PC{0,40}") {
        let html: String = picks.iter().map(|i| PIECES[*i]).chain([noise.as_str()]).collect();
        let tree = duwang_html::parse(&html, duwang_html::Limits::default());
        for url in ["https://www.yunxi-demo.gov.cn/tzgg/", "https://www.yunxi-demo.gov.cn/a/column-index-3.shtml", "https://www.yunxi-demo.gov.cn/d?startrecord=1&page=1"] {
            let url = Url::parse(url).unwrap();
            let _ = read_list(&url, &html, &tree);
            for platform in ["jcms", "jpaas", "gkmlpt", "ucap", "fujian", ""] {
                let _ = read_interface(platform, &url, &html);
            }
        }
    }
}

#[test]
fn hostile_pages_cost_little() {
    let started = std::time::Instant::now();
    for piece in [
        "<li><a href='/x'>甲乙丙</a>",
        "<ul><li>",
        "<a href='/x'>甲乙丙",
        "<div><a href='/y'>更多</a><ul><li><a href='/t20260918_1.htm'>甲乙丙</a>2026-09-18</li><li><a href='/z'>丁戊己</a></ul></div>",
        "<p>青石街道办事处今日就防汛值守作出安排要求落实",
        "createPageHTML(",
        "<record><![CDATA[<datastore>",
    ] {
        let html = piece.repeat(400_000 / piece.len());
        let tree = duwang_html::parse(&html, duwang_html::Limits::default());
        let url = Url::parse("https://www.yunxi-demo.gov.cn/tzgg/").unwrap();
        let _ = read_list(&url, &html, &tree);
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
