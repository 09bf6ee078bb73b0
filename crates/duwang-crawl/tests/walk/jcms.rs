//! JCMS: an XML island and an interface behind it.

use crate::site::{Site, article, read, walk};
use url::Url;

const GROUP: &str = "/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid=3095&path=/&columnid=1229160000&unitid=6100000&webname=%E6%A0%B7%E4%BE%8B&permissiontype=0";

fn record(i: usize) -> String {
    format!(
        "<record><![CDATA[<li><a href=\"/art/2026/9/{}/art_1229160000_{}.html\" title=\"青石街道第{i}号通知\">青石街道第{i}号…</a><span>2026-09-{:02}</span></li>]]></record>",
        28 - i % 28,
        59_000_000 + i,
        28 - i % 28
    )
}

fn island(group: &str, records: std::ops::RangeInclusive<usize>, total: Option<usize>) -> String {
    let total = total
        .map(|t| {
            format!(
                "<totalrecord>{t}</totalrecord><totalpage>{}</totalpage>",
                t.div_ceil(20)
            )
        })
        .unwrap_or_default();
    let records: String = records.map(record).collect();
    format!(
        "<datastore>{total}<nextgroup><![CDATA[<a href=\"{group}\"></a>]]></nextgroup><recordset>{records}</recordset></datastore>"
    )
}

fn page(island: &str) -> String {
    format!(
        "<html><head><title>通知公告</title><meta name=\"ColumnName\" content=\"通知公告\"></head><body><div id=\"123456\" class=\"default_pgContainer\"></div>\
         <script type=\"text/xml\">{island}</script></body></html>"
    )
}

fn number(url: &Url, name: &str) -> Option<usize> {
    url.query_pairs()
        .find(|(n, _)| n == name)
        .and_then(|(_, v)| v.parse().ok())
}

fn has_parameters(url: &Url) -> bool {
    ["webid=3095", "columnid=1229160000", "unitid=6100000"]
        .iter()
        .all(|p| url.query().unwrap_or("").contains(p))
}

/// A site of 137 entries whose server sends at most `cap` records a call.
fn site(cap: usize, total: usize, really: usize) -> Site {
    let mut site = Site::default()
        .page(
            "/qingshi/",
            "<a href='col/col1229160000/index.html'>通知公告</a>",
        )
        .page(
            "/qingshi/col/col1229160000/index.html",
            page(&island(GROUP, 1..=15, None)),
        )
        .answer("/module/web/jpage/dataproxy.jsp", move |url| {
            if !has_parameters(url) {
                return None;
            }
            let from = number(url, "startrecord")?;
            let to = number(url, "endrecord")?.min(from + cap - 1).min(really);
            Some(island(GROUP, from..=to, Some(total)))
        });
    for i in 1..=really {
        site = site.page(
            &format!(
                "/art/2026/9/{}/art_1229160000_{}.html",
                28 - i % 28,
                59_000_000 + i
            ),
            article("通知"),
        );
    }
    site
}

#[test]
fn every_record_is_found_and_the_total_met() {
    for cap in [60, 20, 1000] {
        let walked = walk(&site(cap, 137, 137));
        let notices = walked.column("通知公告");
        assert!(notices.complete, "cap {cap}: {:?}", notices.notes);
        assert_eq!((notices.got, notices.stated), (137, Some(137)), "cap {cap}");
        assert_eq!(
            walked.pages().len(),
            137,
            "entries stand outside the channel's folder by design"
        );
    }
}

#[test]
fn servers_that_count_pages_are_understood() {
    let by_page = Site::default()
        .page("/qingshi/", page(&island(GROUP, 1..=15, None)))
        .answer("/module/web/jpage/dataproxy.jsp", |url| {
            let page = number(url, "page")?;
            Some(island(
                GROUP,
                (page - 1) * 20 + 1..=(page * 20).min(137),
                Some(137),
            ))
        });
    let walked = walk(&by_page);
    let notices = walked.column("通知公告");
    assert!(
        notices.complete && notices.got == 137,
        "{} {:?}",
        notices.got,
        notices.notes
    );
}

#[test]
fn a_shortfall_is_said() {
    let walked = walk(&site(60, 137, 131));
    let notices = walked.column("通知公告");
    assert!(!notices.complete);
    assert_eq!(notices.notes[0], "站方自报 137 条，实取 131 条");
}

#[test]
fn encrypted_parameters_are_followed_group_by_group() {
    let group = |n: usize| format!("/module/web/jpage/dataproxy.jsp?p=ENC{n}");
    let encrypted = Site::default()
        .page("/qingshi/", page(&island(&group(2), 1..=20, None)))
        .answer("/module/web/jpage/dataproxy.jsp", move |url| {
            let n: usize = url.query()?.strip_prefix("p=ENC")?.parse().ok()?;
            Some(island(
                &group((n + 1).min(4)),
                (n - 1) * 20 + 1..=(n * 20).min(73),
                Some(73),
            ))
        });
    let walked = walk(&encrypted);
    let notices = walked.column("通知公告");
    assert!(
        notices.complete && notices.got == 73,
        "{} {:?}",
        notices.got,
        notices.notes
    );
}

#[test]
fn an_answer_that_cannot_be_read_is_not_the_end() {
    let broken = Site::default()
        .page("/qingshi/", page(&island(GROUP, 1..=15, None)))
        .answer("/module/web/jpage/dataproxy.jsp", |_| {
            Some("<html>系统维护</html>".to_owned())
        });
    let walked = walk(&broken);
    let notices = walked.column("通知公告");
    assert!(!notices.complete);
    assert!(
        notices.notes.iter().any(|n| n.contains("读不懂")),
        "{:?}",
        notices.notes
    );
}

#[test]
fn records_cut_in_half_do_not_spoil_their_neighbours() {
    let records = "<record><![CDATA[<li><a href='/art/2026/9/1/art_1_1.html' title='甲号通知全文'>甲号</a><span>2026-09-01</span></li>]]></record>\
                   <record><![CDATA[<li><div><a href='/art/2026/9/2/art_1_2.html' title='乙号通知全文'>乙号</a><b>2026-09-02</b]]></record>\
                   <record>&lt;li&gt;&lt;a href=\"/art/2026/9/3/art_1_3.html\"&gt;丙号通知&lt;/a&gt;[2026-09-03]&lt;/li&gt;</record><record><![CDATA[<li><a href='/art/2026/9/4/art_1_4.html'>丁号通知</a>2026-09-04";
    let reading = read(
        "col/col1/index.html",
        &page(&format!(
            "<datastore><totalrecord>4</totalrecord><recordset>{records}</recordset></datastore>"
        )),
    )
    .unwrap();
    let read: Vec<_> = reading
        .items
        .iter()
        .map(|i| {
            (
                i.title.as_str(),
                i.date.map(|d| d.to_string()).unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        read,
        [
            ("甲号通知全文", "2026-09-01".to_owned()),
            ("乙号通知全文", "2026-09-02".to_owned()),
            ("丙号通知", "2026-09-03".to_owned()),
            ("丁号通知", "2026-09-04".to_owned())
        ]
    );
    assert!(reading.next.is_empty());
}
