//! Lists of no known make.

use crate::site::{Site, article, list_page, read, rows, walk};

fn address(i: usize) -> String {
    format!("show-{i}.html")
}

#[test]
fn next_links_are_followed_until_nothing_new_comes() {
    let page = |n: usize| {
        let next = format!(
            "<div class='page'><a href='?page={}'>下一页</a></div>",
            n + 1
        );
        list_page(
            "工作动态",
            &rows(n * 5 - 4, (n * 5).min(18), address),
            &next,
        )
    };
    // The server shows its last page for every number beyond it.
    let mut site = Site::default().page("/qingshi/", page(1));
    for n in 2..9 {
        site = site.page(&format!("/qingshi/?page={n}"), page(n.min(4)));
    }
    let walked = walk(&site);
    let news = walked.column("工作动态");
    assert!(news.complete, "{:?}", news.notes);
    assert_eq!(
        (news.got, news.class),
        (18, Some(duwang_model::ColumnClass::News))
    );
    assert!(
        walked
            .visits
            .iter()
            .filter(|v| v.request.url.contains("?page="))
            .count()
            <= 4
    );
}

#[test]
fn a_series_seen_in_two_links_is_asked_for_at_once() {
    let page = |n: usize, pages: usize| {
        let next = if n < pages {
            format!(
                "<a href='list_{}.html'>下一页</a><a href='list_{pages}.html'>尾页</a>",
                n + 1
            )
        } else {
            String::new()
        };
        list_page(
            "公告",
            &rows(n * 5 - 4, (n * 5).min(18), address),
            &format!("{next} 共18条"),
        )
    };
    let site = Site::default()
        .page("/qingshi/", "<a href='list_1.html'>公告</a>")
        .page("/qingshi/list_1.html", page(1, 4))
        .page("/qingshi/list_3.html", page(3, 4))
        .page("/qingshi/list_4.html", page(4, 4));
    let walked = walk(&site);
    let notices = walked.column("公告");
    assert!(!notices.complete);
    assert_eq!(notices.got, 13, "pages behind the missing one are read");
    assert_eq!(notices.notes[0], "站方自报 18 条，实取 13 条");
    assert!(
        notices.notes.iter().any(|n| n.starts_with("第 2 页打不开")),
        "{:?}",
        notices.notes
    );
}

#[test]
fn a_stated_number_of_pages_nobody_can_reach_is_a_shortfall() {
    let strip = "<div>第1页 共 9 页 <a href='javascript:go(2)'>下一页</a></div>";
    let walked =
        walk(&Site::default().page("/qingshi/", list_page("公告", &rows(1, 5, address), strip)));
    let notices = walked.column("公告");
    assert!(!notices.complete);
    assert!(
        notices.notes.iter().any(|n| n.contains("第 2–9 页未取")),
        "{:?}",
        notices.notes
    );
}

#[test]
fn lists_in_their_many_layouts() {
    let forms = [
        (
            "li",
            "<ul><li><a href='show-1.html'>甲号通知</a><span>2026-09-18</span></li><li><a href='show-2.html'>乙号通知</a><span>2026-09-17</span></li><li><a href='show-3.html'>丙号通知</a><span>2026-09-16</span></li></ul>",
        ),
        (
            "table",
            "<table><tr><td>1</td><td><a href='show-1.html'>甲号通知</a></td><td>2026-09-18</td></tr><tr><td>2</td><td><a href='show-2.html'>乙号通知</a></td><td>2026-09-17</td></tr><tr><td>3</td><td><a href='show-3.html'>丙号通知</a></td><td>2026-09-16</td></tr></table>",
        ),
        (
            "tables",
            "<div><table><tr><td><a href='show-1.html'>甲号通知</a></td><td>2026-09-18</td></tr></table><table><tr><td><a href='show-2.html'>乙号通知</a></td><td>2026-09-17</td></tr></table><table><tr><td><a href='show-3.html'>丙号通知</a></td><td>2026-09-16</td></tr></table></div>",
        ),
        (
            "inline",
            "<div><a href='show-1.html'>甲号通知</a> [2026-09-18]<br><a href='show-2.html'>乙号通知</a> [2026-09-17]<br><a href='show-3.html'>丙号通知</a> [2026-09-16]<br></div>",
        ),
        (
            "date first",
            "<div><b>2026-09-18</b> <a href='show-1.html'>甲号通知</a><br><b>2026-09-17</b> <a href='show-2.html'>乙号通知</a><br><b>2026-09-16</b> <a href='show-3.html'>丙号通知</a><br></div>",
        ),
        (
            "dl",
            "<dl><dt><a href='show-1.html'>甲号通知</a></dt><dd>2026-09-18</dd><dt><a href='show-2.html'>乙号通知</a></dt><dd>2026-09-17</dd><dt><a href='show-3.html'>丙号通知</a></dt><dd>2026-09-16</dd></dl>",
        ),
        (
            "cards",
            "<div class='l'><div class='c'><a href='show-1.html'><p>甲号通知</p><span>2026年9月18日</span></a></div><div class='c'><a href='show-2.html'><p>乙号通知</p><span>2026年9月17日</span></a></div><div class='c'><a href='show-3.html'><p>丙号通知</p><span>2026年9月16日</span></a></div></div>",
        ),
        (
            "big day",
            "<ul><li><em>18</em><i>2026-09</i><a href='show-1.html'>甲号通知</a></li><li><em>17</em><i>2026-09</i><a href='show-2.html'>乙号通知</a></li><li><em>16</em><i>2026-09</i><a href='show-3.html'>丙号通知</a></li></ul>",
        ),
        (
            "in the words",
            "<ul><li><a href='show-1.html'>甲号通知 [2026-09-18]</a></li><li><a href='show-2.html'>乙号通知 [2026-09-17]</a></li><li><a href='show-3.html'>丙号通知 [2026-09-16]</a></li></ul>",
        ),
        (
            "two links",
            "<ul><li><a href='lb/'>[通知]</a><a href='show-1.html'>甲号通知</a><span>2026-09-18</span></li><li><a href='lb/'>[通知]</a><a href='show-2.html'>乙号通知</a><span>2026-09-17</span></li><li><a href='lb/'>[通知]</a><a href='show-3.html'>丙号通知</a><span>2026-09-16</span></li></ul>",
        ),
        (
            "five a list",
            "<div><ul class='a'><li><a href='show-1.html'>甲号通知</a><span>2026-09-18</span></li><li><a href='show-2.html'>乙号通知</a><span>2026-09-17</span></li></ul><ul class='a'><li><a href='show-3.html'>丙号通知</a><span>2026-09-16</span></li></ul></div>",
        ),
        (
            "unclosed",
            "<ul><li><a href=show-1.html>甲号通知</a><span>2026-09-18<li><a href=show-2.html>乙号通知</a><span>2026-09-17<li><a href=show-3.html>丙号通知</a><span>2026-09-16</ul>",
        ),
        (
            "pictures",
            "<ul><li><a href='show-1.html'><img src='a.jpg'></a><a href='show-1.html'>甲号通知</a><p>摘要文字若干，说明事由。</p><span>2026-09-18</span></li><li><a href='show-2.html'><img src='a.jpg'></a><a href='show-2.html'>乙号通知</a><p>摘要文字若干，说明事由。</p><span>2026-09-17</span></li><li><a href='show-3.html'><img src='a.jpg'></a><a href='show-3.html'>丙号通知</a><p>摘要文字若干，说明事由。</p><span>2026-09-16</span></li></ul>",
        ),
    ];
    for (form, html) in forms {
        let reading = read(
            "tzgg/",
            &format!("<html><title>通知公告</title><body>{html}</body></html>"),
        )
        .unwrap_or_else(|| panic!("{form}: no list"));
        let items: Vec<_> = reading
            .items
            .iter()
            .map(|i| {
                format!(
                    "{} {}",
                    i.title,
                    i.date.map(|d| d.to_string()).unwrap_or_default()
                )
            })
            .collect();
        assert_eq!(
            items,
            [
                "甲号通知 2026-09-18",
                "乙号通知 2026-09-17",
                "丙号通知 2026-09-16"
            ],
            "{form}"
        );
    }
}

#[test]
fn dates_nobody_can_know_stay_unknown() {
    let rows = "<li><a href='show-1.html'>甲号通知</a><span>今天</span></li><li><a href='show-2.html'>乙号通知</a><span>昨天</span></li>\
                <li><a href='show-3.html'>丙号通知</a><span>09-16</span></li><li><a href='t20260915_4.html'>丁号通知</a><span>09-15</span></li><li><a href='show-5.html'>戊号通知</a><span>2026-09-14</span></li>";
    let reading = read("tzgg/", &list_page("通知公告", rows, "共5条")).unwrap();
    let dates: Vec<_> = reading
        .items
        .iter()
        .map(|i| i.date.map(|d| d.to_string()))
        .collect();
    assert_eq!(
        dates,
        [
            None,
            None,
            None,
            Some("2026-09-15".to_owned()),
            Some("2026-09-14".to_owned())
        ]
    );
}

/// An answer of an office that has nothing to publish.
const EXPLAINED: &str =
    "青石县统计局没有实施行政强制的法定职权，2025年度、2026年度均未产生行政强制信息。";

#[test]
fn blank_columns_are_columns() {
    let site = Site::default()
        .page("/qingshi/", "<a href='tzgg/'>通知公告</a><a href='gzdt/'>工作动态</a><a href='xzqz/'>行政强制</a><a href='about.html'>关于我们</a>")
        .page("/qingshi/tzgg/", list_page("通知公告", "<li>暂无信息</li>", ""))
        .page("/qingshi/xzqz/", list_page("行政强制", "", "") + &format!("<p>{EXPLAINED}</p>"))
        .page("/qingshi/gzdt/", list_page("工作动态", "", ""))
        .page("/qingshi/about.html", article("关于我们"));
    let walked = walk(&site);
    assert_eq!(walked.column("通知公告").empty_text, "暂无信息");
    assert_eq!(walked.column("行政强制").empty_text, EXPLAINED);
    assert!(walked.column("工作动态").complete && walked.column("工作动态").items.is_empty());
    assert_eq!(walked.columns.len(), 3);
}

#[test]
fn a_list_that_scripts_fill_is_unseen_not_blank() {
    let fills = [
        "<div id='list'></div><script>$.ajax({url:'/x'})</script>",
        "<div id=\"app\"><ul class='list'><li v-for='x in xs'>暂无数据</li></ul></div>",
    ];
    for fill in fills {
        let html =
            format!("<html><meta name='ColumnName' content='通知公告'><body>{fill}</body></html>");
        let site = Site::default()
            .page("/qingshi/", "<a href='tzgg/'>通知公告</a>")
            .page("/qingshi/tzgg/", html);
        let walked = walk(&site);
        let notices = walked.column("通知公告");
        assert!(!notices.complete, "{fill}");
        assert!(notices.notes[0].contains("脚本"), "{:?}", notices.notes);
    }
}
