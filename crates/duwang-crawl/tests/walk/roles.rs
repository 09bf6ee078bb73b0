//! Which links become what, and what is left alone.

use crate::site::{ROOT, Site, article, channel, list_page, rows, walk, walk_channel};
use duwang_crawl::{Purpose, Seen, Walk, WalkLimits};
use duwang_model::{ChannelKind, LinkRef, LinkRole, Outcome};

#[test]
fn links_are_sorted_by_what_they_lead_to() {
    let home = "<nav><a href='/qingshi/gzdt/'>工作动态</a><a href='https://www.yunxi-demo.gov.cn/'>市政府</a></nav>\
                <a href='about.html'>机构简介</a><a href='files/a.pdf'>预算表</a><a href='/other/b.docx'>表格</a><a href='https://elsewhere.example/x'>外链</a>\
                <a href='https://elsewhere.example/x'>又一次</a><a href='pic.jpg'>图</a><a href='mailto:a@b.example'>信</a><a href='javascript:void(0)'>点</a>\
                <a href='/qingshi/secret/' style='display:none'>藏</a><a href='https://elsewhere.example/c.pdf'>外附件</a><footer><a href='https://beian.example/'>备案</a></footer>";
    let walked = walk(
        &Site::default()
            .page("/qingshi/", home)
            .page("/qingshi/about.html", article("简介")),
    );
    assert_eq!(
        walked.visited(|p| matches!(p, Purpose::List { .. })),
        ["/qingshi/gzdt/"]
    );
    assert_eq!(walked.pages(), ["/qingshi/about.html"]);
    assert_eq!(
        walked.visited(|p| matches!(p, Purpose::Attachment)),
        ["/other/b.docx", "/qingshi/files/a.pdf"]
    );
    assert_eq!(
        walked.visited(|p| matches!(p, Purpose::Check)),
        [
            "/",
            "https://elsewhere.example/c.pdf",
            "https://elsewhere.example/x"
        ]
    );
    assert!(
        walked.columns.is_empty(),
        "a guessed column that does not exist is a dead link: {:?}",
        walked.columns
    );
}

#[test]
fn entries_carry_what_the_list_says() {
    let site = Site::default().page(
        "/qingshi/",
        list_page("公告", &rows(1, 3, |i| format!("show-{i}.html")), ""),
    );
    let walked = walk(&site);
    let first = walked
        .visits
        .iter()
        .find(|v| v.request.url.ends_with("show-1.html"))
        .unwrap();
    let Purpose::Page {
        column,
        title,
        date,
    } = &first.request.purpose
    else {
        panic!()
    };
    assert_eq!(
        (
            column.as_deref(),
            title.as_str(),
            date.unwrap().to_string().as_str()
        ),
        (Some(ROOT), "青石街道第1号通知全称", "2026-09-27")
    );
    assert_eq!((first.request.depth, first.request.via.as_str()), (1, ROOT));
}

#[test]
fn entries_elsewhere_are_only_looked_at() {
    let rows = "<li><a href='show-1.html'>本街道通知</a><span>2026-09-18</span></li><li><a href='/city/show-2.html'>市里的通知</a><span>2026-09-17</span></li>\
                <li><a href='https://elsewhere.example/3.html'>别处的通知</a><span>2026-09-16</span></li><li><a href='files/4.pdf'>附件形式的通知</a><span>2026-09-15</span></li>";
    let walked = walk(&Site::default().page("/qingshi/", list_page("公告", rows, "")));
    assert_eq!(walked.pages(), ["/qingshi/show-1.html"]);
    assert_eq!(
        walked.visited(|p| matches!(p, Purpose::Attachment)),
        ["/qingshi/files/4.pdf"]
    );
    assert_eq!(
        walked.visited(|p| matches!(p, Purpose::Check)),
        ["/city/show-2.html", "https://elsewhere.example/3.html"]
    );
    assert_eq!(walked.column("公告").got, 4);
}

#[test]
fn the_same_page_is_visited_once() {
    let home = "<a href='gzdt/'>动态</a><a href='gzdt/index.html'>动态</a><a href='http://yunxi-demo.gov.cn/qingshi/gzdt/?utm_source=a#top'>动态</a>";
    let walked = walk(
        &Site::default()
            .page("/qingshi/", home)
            .page("/qingshi/gzdt/", "<p>建设中</p>"),
    );
    assert_eq!(walked.visits.len(), 2);
}

#[test]
fn another_spelling_is_tried_when_the_first_fails() {
    let home = "<a href='gzdt/'>动态</a><a href='gzdt/index.html'>动态</a>";
    let walked = walk(&Site::default().page("/qingshi/", home).page(
        "/qingshi/gzdt/index.html",
        list_page("动态", &rows(1, 3, |i| format!("show-{i}.html")), ""),
    ));
    assert_eq!(walked.column("动态").got, 3);
}

#[test]
fn traps_are_left_and_said() {
    let days: String = (1..29)
        .map(|i| {
            format!("<a href='rili/2026/11/{i}'>{i}</a><a href='hd?date=2026-11-{i}'>活动</a>")
        })
        .collect();
    let queries: String = (0..100)
        .map(|i| format!("<a href='q.jsp?x={i}'>筛选{i}</a>"))
        .collect();
    let home =
        format!("{days}{queries}<a href='gg/?sort=date'>排序</a><a href='gg/?print=1'>打印</a>");
    let walked = walk(&Site::default().page("/qingshi/", home));
    let counts = walked.walk.dropped_counts();
    assert_eq!(counts["日历页，没有尽头"], 56);
    assert_eq!(counts["排序、打印类重复页"], 2);
    assert_eq!(counts["同一路径的参数组合过多"], 36);
    assert_eq!(walked.walk.dropped().len(), 94);
    assert_eq!(walked.visits.len(), 1 + 64);
}

#[test]
fn the_cap_of_the_channel_holds_and_is_said() {
    let mut channel = channel();
    channel.max_pages = 4;
    let walked = walk_channel(
        &Site::default().page(
            "/qingshi/",
            list_page(
                "公告",
                &rows(1, 20, |i| format!("show-{i}.html")),
                "<script>createPageHTML(3,0,'index','html')</script>",
            ),
        ),
        &channel,
    );
    assert_eq!(walked.visits.len(), 4);
    assert!(walked.walk.dropped_counts()["超过渠道的页数上限"] >= 17);
    assert!(!walked.column("公告").complete);
}

#[test]
fn ground_outside_is_never_entered() {
    let mut walk = Walk::new(&channel(), WalkLimits::default());
    let entry = walk.start().remove(0);
    let links = [LinkRef {
        url: format!("{ROOT}a/"),
        text: "动态".into(),
        role: LinkRole::Nav,
    }];
    let seen = Seen {
        final_url: "https://mirror.example/qingshi/",
        links: &links,
        list: None,
        outcome: &Outcome::ok(),
    };
    assert!(walk.found(&entry, &seen).is_empty());
    assert_eq!(walk.dropped()[0].1, "转到了渠道范围之外");
}

#[test]
fn an_account_is_its_articles_and_what_they_cite() {
    let mut channel = channel();
    channel.kind = ChannelKind::Wechat;
    channel.entry.clear();
    channel.articles = vec![
        "http://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&mid=2247480001&idx=1&sn=0123abcd&chksm=9"
            .into(),
        "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv?scene=1".into(),
        "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv".into(),
    ];
    let mut walk = Walk::new(&channel, WalkLimits::default());
    let requests = walk.start();
    let urls: Vec<_> = requests.iter().map(|r| r.url.as_str()).collect();
    assert_eq!(
        urls,
        [
            "https://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&mid=2247480001&idx=1&sn=0123abcd",
            "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv"
        ]
    );
    let link = |url: &str, text: &str| LinkRef {
        url: url.into(),
        text: text.into(),
        role: LinkRole::Content,
    };
    let links = [
        link(
            "https://mp.weixin.qq.com/s/zzzzzzzzzzzzzzzzzzzzzz",
            "上一篇",
        ),
        link("https://www.yunxi-demo.gov.cn/t20260921_1.htm", "阅读原文"),
    ];
    let found = walk.found(
        &requests[0],
        &Seen {
            final_url: urls[0],
            links: &links,
            list: None,
            outcome: &Outcome::ok(),
        },
    );
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].url.as_str(), &found[0].purpose),
        (
            "https://www.yunxi-demo.gov.cn/t20260921_1.htm",
            &Purpose::Check
        )
    );
}
