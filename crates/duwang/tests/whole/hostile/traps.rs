//! Ground without end: calendars, sessions, sortings, paths that grow, lists that lie, and links that mean harm.

use super::wire::{Talk, story, story_with};
use super::{Ends, Misbehaviour, Plays};
use std::io::Result;

/// A site whose misbehaving page has these links, and every page under `/trap` as well.
macro_rules! trap {
    ($name:literal, $serves:literal, $t:ident => $links:expr, $ends:expr) => {
        Misbehaviour {
            name: $name,
            serves: $serves,
            plays: Plays::Site(|$t| match $t.path.contains("trap") || $t.is_it() {
                true => {
                    let links: String = $links;
                    $t.html(plain(&links))
                }
                false => $t.ordinary(),
            }),
            ends: $ends,
        }
    };
}

/// A page without a fault.
fn plain(more: &str) -> String {
    story_with(more).replace("布署", "部署")
}

fn link(to: &str, words: &str) -> String {
    format!("<a href=\"{to}\">{words}</a> ")
}

/// The last number in a path.
fn number(path: &str) -> usize {
    let digits = |c: char| !c.is_ascii_digit();
    path.rsplit(digits)
        .find(|s| !s.is_empty())
        .and_then(|s| s.parse().ok())
        .unwrap_or(0)
}

/// A directory whose columns are interfaces, as one platform makes them; `answer` is the interface's.
fn directory(t: &mut Talk<'_>, answer: fn(&Talk<'_>) -> String) -> Result<()> {
    const INDEX: &str = "<html><head><title>政府信息公开目录</title></head><body><h1>云溪市青石街道办事处政府信息公开目录</h1><p>依申请公开、公开指南、公开年报、法定主动公开内容</p><div id=\"app\"></div><script>window._CONFIG = { SID: '755041', TREE: [ {\"id\":11,\"name\":\"规范性文件\",\"parent\":1,\"jump_url\":\"\",\"post_count\":230,\"children\":[]} ] };</script></body></html>";
    match t.path.as_str() {
        "/" => t.html(INDEX),
        path if path.contains("/api/") => {
            let body = answer(t);
            t.respond("200 OK", "Content-Type: application/json\r\n", body)
        }
        path if path.contains("/content/") || path == "/gkmlpt/guide" => t.html(plain("")),
        _ => t.ordinary(),
    }
}

/// An answer of that interface: so many entries from a number on, and a total.
fn entries(t: &Talk<'_>, from: usize, count: usize, total: &str) -> String {
    let articles: Vec<String> = (from..from + count)
        .map(|n| format!("{{\"id\":{n},\"title\":\"第{n}件\",\"date\":1790000000,\"url\":\"{}/gkmlpt/content/0/11/post_{n}.html\"}}", t.here))
        .collect();
    format!(
        "{{\"classify\":{{\"id\":11,\"name\":\"规范性文件\"}},\"total\":{total},\"articles\":[{}]}}",
        articles.join(",")
    )
}

fn page_of(t: &Talk<'_>) -> usize {
    let value = t.path.split("page=").nth(1).unwrap_or("1");
    value
        .split('&')
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1)
}

macro_rules! interface {
    ($name:literal, $serves:literal, $answer:expr, $ends:expr) => {
        Misbehaviour {
            name: $name,
            serves: $serves,
            plays: Plays::Site(|t| directory(t, $answer)),
            ends: $ends,
        }
    };
}

pub const ALL: &[Misbehaviour] = &[
    trap!("calendar", "没有尽头的日历", t => {
        let n = number(&t.path);
        link(&format!("/trap/calendar/2026/11/{}", n % 28 + 1), "下一天") + &link(&format!("/trap/calendar/{}/1", 2026 + n), "下一年")
    }, Ends::Statement(3, &["2 × refused 日历页，没有尽头"])),
    trap!("calendar-in-query", "日期写在参数里的日历", t => link(&format!("/trap?date=2026-11-{}", number(&t.path) + 1), "活动"), Ends::Statement(3, &["/trap?date=2026-11-3 refused 日历页，没有尽头"])),
    trap!("sessions", "每个链接带一个新的会话号", t => {
        (0..20).map(|n| link(&format!("/trap/{n}.htm;jsessionid={:032X}", t.nth * 31 + n), "通知")).collect::<String>()
            + &link(&format!("/trap/x.htm?PHPSESSID={:x}", t.nth * 7919), "公告")
    }, Ends::Statement(24, &[])),
    trap!("sortings", "一张表的各种排序", _t => {
        let orders = ["title", "date", "clicks"].map(|o| link(&format!("/trap/list.htm?sort={o}&order=desc"), "排序"));
        orders.concat()
    }, Ends::Statement(3, &["3 × refused 排序、打印类重复页"])),
    trap!("facets", "参数的各种组合", t => {
        (0..40).map(|n| link(&format!("/trap/q.htm?a={}&b={n}", number(&t.path)), "筛选")).collect::<String>()
    }, Ends::Statement(60, &["… × refused 同一路径的参数组合过多", "… × refused 超过渠道的页数上限"])),
    trap!("paths-that-grow", "相对链接使路径越来越长", _t => link("trap/a/", "下级") + &link("b/trap/", "下级"), Ends::Statement(15, &["… × refused 路径重复，疑为循环链接"])),
    trap!("mazes", "每页五十个新链接，没有尽头", t => {
        let n = number(&t.path);
        (1..=50).map(|k| link(&format!("/trap/{}.htm", n * 50 + k), "文章")).collect::<String>()
    }, Ends::Statement(60, &["200 × refused 超过渠道的页数上限"])),
    trap!("ever-deeper", "每页一个新链接，没有尽头", t => link(&format!("/trap/{}.htm", number(&t.path) + 1), "下一篇"), Ends::Statement(14, &["/trap/14.htm refused 离入口太深"])),
    trap!("ten-thousand-links", "一页一万个链接", _t => (0..10_000).map(|n| link(&format!("/x/{n}.htm"), "文章")).collect::<String>(), Ends::Statement(3, &["57 × missing 页面不存在（404）", "143 × refused 超过渠道的页数上限"])),
    trap!("links-that-mean-harm", "链接带口令、控制字符、脚本，或指向内部", t => {
        [
            "http://admin:admin@127.0.0.1/", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://[::1", "\\\\127.0.0.1:25\\share",
            "ht\ntp://127.0.0.1:25\t/", "//169.254.169.254/latest/", "http://metadata.yunxi-demo.gov.cn/", "http://127.0.0.1:22/", "mailto:x", "tel:0", "about:blank", "ftp://127.0.0.1/",
            "http://\u{ff11}\u{ff12}\u{ff17}.0.0.1:25/", "/\0x.htm", "/%00%ff.htm", "?", "#", "///",
        ].map(|to| link(to, "详情")).concat() + &link(&format!("/{}", "x".repeat(64 << 10)), &t.path)
    }, Ends::Statement(3, &["2 × missing 页面不存在（404）", "/…x refused 网址过长"])),
    Misbehaviour {
        name: "pages-without-end",
        serves: "列表永远还有下一页，每页都是新的",
        plays: Plays::Site(|t| match t.path.as_str() {
            "/" | "/robots.txt" => list_page(t, 0),
            path if path.starts_with("/index_") => list_page(t, number(path)),
            path if path.starts_with("/t2026") => t.html(plain("")),
            _ => t.ordinary(),
        }),
        ends: Ends::Statement(
            60,
            &[
                "199 × refused 超过渠道的页数上限",
                "列表 工作动态 / unread 第 61–1000 页因页数上限未取；…",
            ],
        ),
    },
    Misbehaviour {
        name: "pages-the-same",
        serves: "列表声称一千页，每页都是同样几条",
        plays: Plays::Site(|t| match t.path.as_str() {
            path if path.starts_with("/index_") || path == "/" => list_page(t, 0),
            path if path.starts_with("/t2026") => t.html(plain("")),
            _ => t.ordinary(),
        }),
        ends: Ends::Statement(
            60,
            &[
                "199 × refused 超过渠道的页数上限",
                "列表 工作动态 / unread 第 2–60 页与前面的页重复；…",
            ],
        ),
    },
    interface!(
        "interface-total-too-large",
        "列表接口声称共 230 条，只给 3 条",
        |t| entries(t, 0, if page_of(t) == 1 { 3 } else { 0 }, "230"),
        Ends::Statement(
            60,
            &[
                "… × refused 超过渠道的页数上限",
                "列表 规范性文件 /gkmlpt/index#11 unread 站方自报 230 条，实取 3 条；…"
            ]
        )
    ),
    interface!(
        "interface-total-too-small",
        "列表接口声称共 3 条，给了 40 条",
        |t| entries(t, 0, if page_of(t) == 1 { 40 } else { 0 }, "3"),
        Ends::Statement(43, &[])
    ),
    interface!(
        "interface-without-end",
        "列表接口每页都有新条目，总数一亿",
        |t| entries(t, page_of(t) * 100, 100, "100000000"),
        Ends::Statement(60, &["… × refused 超过渠道的页数上限"])
    ),
    interface!(
        "interface-the-same",
        "列表接口每页都是同样的条目",
        |t| entries(t, 0, 20, "2000"),
        Ends::Statement(
            60,
            &[
                "… × refused 超过渠道的页数上限",
                "列表 规范性文件 /gkmlpt/index#11 unread 站方自报 2000 条，实取 20 条；…"
            ]
        )
    ),
    interface!(
        "interface-beyond-numbers",
        "列表接口的总数是 1e999",
        |t| entries(t, 0, 2, "1e999"),
        Ends::Statement(5, &[])
    ),
    interface!(
        "interface-negative",
        "列表接口的总数是负数",
        |t| entries(t, 0, 2, "-7"),
        Ends::Statement(5, &[])
    ),
    interface!(
        "interface-deep",
        "列表接口回答十万层嵌套的 JSON",
        |_| "[".repeat(100_000),
        Ends::Statement(
            3,
            &["列表 规范性文件 /gkmlpt/index#11 unread 栏目打不开：列表接口的回答读不懂"]
        )
    ),
    interface!(
        "interface-page",
        "列表接口回答一个网页",
        |_| story(),
        Ends::Statement(
            3,
            &["列表 规范性文件 /gkmlpt/index#11 unread 栏目打不开：列表接口的回答读不懂"]
        )
    ),
    interface!(
        "interface-of-nulls",
        "列表接口的条目里什么都没有",
        |_| "{\"total\":2,\"articles\":[null,{\"id\":{},\"title\":[],\"url\":7}]}".to_owned(),
        Ends::Statement(3, &["/gkmlpt/api/all/7 unread 暂不能读JSON"])
    ),
];

fn list_page(t: &mut Talk<'_>, page: usize) -> Result<()> {
    if t.path == "/robots.txt" {
        return t.ordinary();
    }
    let items: Vec<_> = (0..10)
        .map(|n| {
            (
                format!("/t20260901_{}.htm", page * 10 + n + 10),
                format!("第{page}页第{n}次会议召开"),
                "2026-09-01".to_owned(),
            )
        })
        .collect();
    t.html(crate::common::list("工作动态", &items, 1000, page))
}
