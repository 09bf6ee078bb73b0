//! JPAAS, UCAP and Fujian's WAS: lists that an interface fills.

use crate::site::{Site, list_page, read, rows, walk};
use duwang_crawl::read_interface;
use serde_json::json;
use url::Url;

fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(n, _)| n == name)
        .map(|(_, v)| v.into_owned())
}

fn art(i: usize) -> String {
    format!("/art/2026/art_{i:032x}.html")
}

#[test]
fn jpaas_pages_are_built_from_the_query_data() {
    let page = "<html><head><title>通知公告</title></head><body><div class='list' url='' queryData=\"{'parseType':'buildstatic','webId':'w1','tplSetId':'t1','pageType':'column','tagId':'当前栏目list','editType':'null','pageId':'p1'}\"></div></body></html>";
    let site = Site::default().page("/qingshi/", page).answer(
        "/api-gateway/jpaas-publish-server/front/page/build/unit",
        |url| {
            (parameter(url, "webId").as_deref() == Some("w1")
                && parameter(url, "tagId").as_deref() == Some("当前栏目list"))
            .then_some(())?;
            let asked: serde_json::Value =
                serde_json::from_str(&parameter(url, "paramJson")?).ok()?;
            let page = usize::try_from(asked["pageNo"].as_u64()?).ok()?;
            let html = format!(
                "{}<div class=\"pagination\" rows=\"15\" count=\"37\"></div>",
                rows(page * 15 - 14, (page * 15).min(37), art)
            );
            Some(json!({"success": true, "message": "", "data": {"html": html}}).to_string())
        },
    );
    let walked = walk(&site);
    let notices = walked.column("通知公告");
    assert!(notices.complete, "{:?}", notices.notes);
    assert_eq!((notices.got, notices.stated), (37, Some(37)));
    assert_eq!(walked.pages().len(), 37);
}

#[test]
fn ucap_static_pages_count_from_two() {
    let page = |n: usize| {
        list_page(
            "通知公告",
            &rows(n * 5 - 4, (n * 5).min(13), |i| {
                format!("content/post_{i}.html")
            }),
            &format!("<script>var NFCMS_SITE_ID='1'; var totalPage = '3';var page={n};</script>"),
        )
    };
    for (first, file) in [
        ("tzgg/index.html", "tzgg/index_"),
        ("tzgg/column-index-1.shtml", "tzgg/column-index-"),
        ("tzgg/xxgk_list.shtml", "tzgg/xxgk_list_"),
    ] {
        let extension = first.rsplit('.').next().unwrap();
        let site = Site::default()
            .page("/qingshi/", format!("<a href='{first}'>通知公告</a>"))
            .page(&format!("/qingshi/{first}"), page(1))
            .page(&format!("/qingshi/{file}2.{extension}"), page(2))
            .page(&format!("/qingshi/{file}3.{extension}"), page(3));
        let walked = walk(&site);
        let notices = walked.column("通知公告");
        assert!(
            notices.complete && notices.got == 13,
            "{first}: {} {:?}",
            notices.got,
            notices.notes
        );
    }
}

#[test]
fn ucap_search_interface_is_read_to_its_total() {
    let page = "<html><head><meta name='ColumnName' content='要闻动态'></head><body class='ucap'><div id='list'></div>\
                <script>var channelId='abc123'; $.get('/common/search/' + channelId + '?_pageSize=20&_isAgg=true&page=' + page)</script></body></html>";
    let site = Site::default().page("/qingshi/", page).answer("/common/search/abc123", |url| {
        let page: usize = parameter(url, "page")?.parse().ok()?;
        let results: Vec<_> = (page * 20 - 19..=(page * 20).min(45))
            .map(|i| json!({"title": format!("<em>青石</em>动态{i}"), "url": format!("/qingshi/c1/202609/{i:032x}.shtml"), "publishedTimeStr": "2026-09-18 08:00:00"}))
            .collect();
        Some(json!({"data": {"total": 45, "results": results}}).to_string())
    });
    let walked = walk(&site);
    let news = walked.column("要闻动态");
    assert!(news.complete, "{:?}", news.notes);
    assert_eq!(
        (news.got, news.items.iter().next().unwrap().title.as_str()),
        (45, "青石动态1")
    );
}

/// Nearly JSON, with a placeholder in front; a page beyond the last one repeats the last.
fn was(page: usize, count: bool) -> String {
    let page = page.min(3);
    let docs: String = (page * 20 - 19..=(page * 20).min(47))
        .map(|i| format!("{{\"title\":\"青石街道\r\n第{i}号文件\",\"url\":\"/qingshi/ml/02/202609/t20260918_{}.htm\",\"pubtime\":\"2026-09-18\",\"content\":\"他说\"好\"，\n下一行\"}},", 3_400_000 + i))
        .collect();
    let count = if count { "\"count\":\"47\"," } else { "" };
    format!("{{{count}\"docs\":[{{\"title\":\"文章标题\",\"url\":\"#\"}},{docs}]}}")
}

#[test]
fn was_answers_are_read_tolerantly_with_and_without_a_count() {
    let page = "<html><head><meta name='ColumnName' content='政府信息公开目录'></head><body><ul class='list'></ul><script>\
                var classsql='chnlid=1698'; $.ajax({url:'/was5/web/search?channelid=229105&templet=docs.jsp&sortfield=-docreltime&classsql=' + classsql + '&prepage=20&page=' + n});</script></body></html>";
    for count in [true, false] {
        let site = Site::default()
            .page("/qingshi/", page)
            .answer("/was5/web/search", move |url| {
                (parameter(url, "classsql").as_deref() == Some("chnlid=1698")).then_some(())?;
                Some(was(parameter(url, "page")?.parse().ok()?, count))
            });
        let walked = walk(&site);
        let catalogue = walked.column("政府信息公开目录");
        assert!(catalogue.complete, "count {count}: {:?}", catalogue.notes);
        assert_eq!(catalogue.got, 47, "count {count}");
        assert_eq!(
            catalogue.items.iter().next().unwrap().title,
            "青石街道 第1号文件"
        );
    }
}

#[test]
fn ssp_answers_have_other_names() {
    let url = Url::parse("https://www.yunxi-demo.gov.cn/ssp/search/api/apiSearch?siteId=1&sourceType=SSP_OPENINFO&page=1&datas=10").unwrap();
    let body = json!({"datas": [{"_doctitle": "样例", "docpuburl": "/qingshi/t20260918_1.htm", "puborg": "青石街道", "gentime": "2026-09-01"}]}).to_string();
    let reading = read_interface("fujian", &url, &body);
    assert_eq!(
        (
            reading.items.len(),
            reading.items[0].date.unwrap().to_string().as_str()
        ),
        (1, "2026-09-01")
    );
}

#[test]
fn an_unknown_platform_or_answer_is_said() {
    let url = Url::parse("https://www.yunxi-demo.gov.cn/x").unwrap();
    for platform in ["jcms", "jpaas", "gkmlpt", "ucap", "fujian", "nobody"] {
        let reading = read_interface(platform, &url, "<html>502</html>");
        assert!(
            reading.items.is_empty() && !reading.notes.is_empty(),
            "{platform}"
        );
    }
    assert!(read("x/", "<div></div>").is_none());
}
