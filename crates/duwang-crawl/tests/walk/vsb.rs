//! Visual SiteBuilder: pages numbered backwards.

use crate::site::{Site, article, walk};

fn page(page: usize, pages: usize, total: usize, next: Option<String>) -> String {
    let rows: String = ((page - 1) * 5 + 1..=(page * 5).min(total))
        .map(|i| format!("<li id=\"line_u8_{i}\"><a href=\"/info/1041/{}.htm\">青石街道第{i}号通知</a><span>2026/09/{:02}</span></li>", 2000 + i, 28 - i % 28))
        .collect();
    let next = next
        .map(|n| {
            format!(
                "<a href=\"{n}\" class=\"Next\">下页</a><a href=\"/qingshi/tzgg/1.htm\">尾页</a>"
            )
        })
        .unwrap_or_default();
    format!(
        "<!--Announced by Visual SiteBuilder 9--><html><head><title>通知公告-青石街道</title><link rel=\"stylesheet\" href=\"_sitegray/_sitegray_d.css\"></head>\
         <body><ul class=\"winstyle1001\">{rows}</ul><table><tr><td id=\"fanye1001\" nowrap>共{total}条&nbsp;&nbsp;{page}/{pages}&nbsp;</td></tr></table>{next}</body></html>"
    )
}

fn site(total: usize) -> Site {
    let pages = total.div_ceil(5);
    let mut site = Site::default().page("/qingshi/", "<a href='/qingshi/tzgg.htm'>通知公告</a>");
    for n in 1..=pages {
        let next = (n < pages).then(|| format!("/qingshi/tzgg/{}.htm", pages - n));
        let path = if n == 1 {
            "/qingshi/tzgg.htm".to_owned()
        } else {
            format!("/qingshi/tzgg/{}.htm", pages - n + 1)
        };
        site = site.page(&path, page(n, pages, total, next));
    }
    for i in 1..=total {
        site = site.page(&format!("/info/1041/{}.htm", 2000 + i), article("通知"));
    }
    site
}

#[test]
fn pages_are_counted_backwards_to_the_end() {
    let walked = walk(&site(43));
    let notices = walked.column("通知公告");
    assert!(notices.complete, "{:?}", notices.notes);
    assert_eq!(
        (notices.got, notices.stated, notices.pages),
        (43, Some(43), 9)
    );
    assert_eq!(
        notices
            .items
            .iter()
            .next()
            .unwrap()
            .date
            .unwrap()
            .to_string(),
        "2026-09-27"
    );
    assert_eq!(walked.pages().len(), 43);
}

#[test]
fn a_hole_does_not_hide_the_pages_behind_it() {
    let walked = walk(&site(43).without("/qingshi/tzgg/6.htm"));
    let notices = walked.column("通知公告");
    assert!(!notices.complete);
    assert_eq!(notices.notes[0], "站方自报 43 条，实取 38 条");
    assert!(
        notices.notes.iter().any(|n| n.starts_with("第 4 页打不开")),
        "{:?}",
        notices.notes
    );
}
