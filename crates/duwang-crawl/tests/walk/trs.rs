//! TRS static lists.

use crate::site::{Site, article, channel, list_page, read, rows, walk, walk_channel};

const SIZE: usize = 5;

fn address(i: usize) -> String {
    format!("./202609/t20260918_{}.htm", 3_400_000 + i)
}

/// A notice column of `entries` entries; `file` names page n.
fn column(
    entries: usize,
    file: impl Fn(usize) -> String,
    strip: impl Fn(usize, usize) -> String,
) -> Site {
    let pages = entries.div_ceil(SIZE);
    let mut site = Site::default().page("/qingshi/", "<a href='tzgg/'>通知公告</a>");
    for page in 1..=pages {
        let rows = rows((page - 1) * SIZE + 1, (page * SIZE).min(entries), address);
        site = site.page(
            &format!("/qingshi/tzgg/{}", file(page)),
            list_page("通知公告", &rows, &strip(pages, page)),
        );
    }
    for i in 1..=entries {
        site = site.page(
            &format!("/qingshi/tzgg/{}", &address(i)[2..]),
            article("通知"),
        );
    }
    site
}

fn standard(page: usize) -> String {
    match page {
        1 => String::new(),
        n => format!("index_{}.htm", n - 1),
    }
}

fn called(pages: usize, page: usize) -> String {
    format!(
        "<script>createPageHTML({pages}, {}, \"index\", \"htm\");</script>",
        page - 1
    )
}

#[test]
fn every_entry_of_every_page_is_found() {
    let walked = walk(&column(23, standard, called));
    let notices = walked.column("通知公告");
    assert!(notices.complete, "{:?}", notices.notes);
    assert_eq!((notices.got, notices.pages, notices.stated), (23, 5, None));
    assert_eq!(
        notices.items.iter().next().unwrap().title,
        "青石街道第1号通知全称"
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
    assert_eq!(notices.class, Some(duwang_model::ColumnClass::Notice));
    assert!(notices.top);
    assert_eq!(walked.pages().len(), 23);
}

#[test]
fn the_other_numbering_is_decided_by_the_links() {
    let file = |page: usize| match page {
        1 => String::new(),
        n => format!("index_{n}.htm"),
    };
    let with_links = |pages: usize, page: usize| {
        let next = if page < pages {
            format!("<a href='index_{}.htm'>下一页</a>", page + 1)
        } else {
            String::new()
        };
        format!("{next}{}", called(pages, page))
    };
    let walked = walk(&column(23, file, with_links));
    assert!(
        walked.column("通知公告").complete,
        "{:?}",
        walked.column("通知公告").notes
    );
    assert!(walked.visits.iter().all(|v| v.outcome.is_seen()));
}

#[test]
fn the_other_numbering_is_found_out_without_links() {
    let file = |page: usize| match page {
        1 => String::new(),
        n => format!("index_{n}.htm"),
    };
    let walked = walk(&column(23, file, called));
    let notices = walked.column("通知公告");
    assert!(notices.complete, "{:?}", notices.notes);
    assert_eq!(notices.got, 23);
}

#[test]
fn the_strip_is_read_in_all_its_spellings() {
    let strips: [fn(usize, usize) -> String; 5] = [
        |pages, page| {
            format!(
                "<script>function createPageHTML(a,b){{}}\ncreatePageHTML( {pages} ,{}, 'index', 'htm', 23 )</script>",
                page - 1
            )
        },
        |pages, page| {
            format!(
                "<script>var currentPage = {};//所在页从0开始\nvar countPage = {pages}//共多少页\n</script><a href='index_1.htm'></a>",
                page - 1
            )
        },
        |pages, page| {
            format!(
                "<script>Pager({{size:{pages},current:{},prefix:'index',suffix:'htm'}});</script>",
                page - 1
            )
        },
        |pages, page| {
            format!(
                "<script>var n={pages}; createPage(n,{},'index','htm')</script>",
                page - 1
            )
        },
        |pages, page| {
            format!(
                "<script>createPageHTML({pages},{},'index','.htm',23)</script>",
                page - 1
            )
        },
    ];
    for (i, strip) in strips.iter().enumerate() {
        let walked = walk(&column(23, standard, strip));
        let notices = walked.column("通知公告");
        assert!(
            notices.complete && notices.got == 23,
            "strip {i}: {:?}",
            notices.notes
        );
    }
}

#[test]
fn with_an_element_in_front_pages_count_from_one() {
    let file = |page: usize| match page {
        1 => String::new(),
        n => format!("index_{n}.shtml"),
    };
    let walked = walk(&column(23, file, |pages, page| {
        format!("<script>createPageHTML('page_div',{pages}, {page},'index','shtml',23);</script>")
    }));
    let notices = walked.column("通知公告");
    assert!(notices.complete, "{:?}", notices.notes);
    assert_eq!((notices.got, notices.stated), (23, Some(23)));
}

#[test]
fn a_missing_page_is_said() {
    let walked = walk(&column(23, standard, called).without("/qingshi/tzgg/index_2.htm"));
    let notices = walked.column("通知公告");
    assert!(!notices.complete);
    assert!(
        notices.notes.iter().any(|n| n == "第 3 页打不开：HTTP 404"),
        "{:?}",
        notices.notes
    );
    assert_eq!(notices.got, 18);
}

#[test]
fn a_missing_second_page_is_said_and_the_rest_still_read() {
    let walked = walk(&column(23, standard, called).without("/qingshi/tzgg/index_1.htm"));
    let notices = walked.column("通知公告");
    assert!(!notices.complete);
    assert_eq!(notices.got, 18);
    assert!(
        notices.notes.iter().any(|n| n.starts_with("第 2 页打不开")),
        "{:?}",
        notices.notes
    );
}

#[test]
fn a_page_with_fewer_entries_is_said() {
    let short = list_page("通知公告", &rows(11, 12, address), &called(5, 3));
    let walked = walk(&column(23, standard, called).page("/qingshi/tzgg/index_2.htm", short));
    let notices = walked.column("通知公告");
    assert!(!notices.complete);
    assert!(
        notices
            .notes
            .iter()
            .any(|n| n.contains("第 3 页条目少于其他页")),
        "{:?}",
        notices.notes
    );
}

#[test]
fn a_page_that_repeats_another_is_said() {
    let again = list_page("通知公告", &rows(1, SIZE, address), &called(5, 3));
    let walked = walk(&column(23, standard, called).page("/qingshi/tzgg/index_2.htm", again));
    let notices = walked.column("通知公告");
    assert!(!notices.complete);
    assert!(
        notices
            .notes
            .iter()
            .any(|n| n.contains("第 3 页与前面的页重复")),
        "{:?}",
        notices.notes
    );
}

#[test]
fn a_full_round_number_of_pages_hints_at_a_cap() {
    let walked = walk(&column(50, standard, called));
    let notices = walked.column("通知公告");
    assert!(notices.complete);
    assert!(
        notices.notes.iter().any(|n| n.contains("恰为 10 页")),
        "{:?}",
        notices.notes
    );
    assert!(
        walk(&column(48, standard, called))
            .column("通知公告")
            .notes
            .is_empty()
    );
}

#[test]
fn a_list_met_in_the_middle_is_still_one_column() {
    let site =
        column(23, standard, called).page("/qingshi/", "<a href='tzgg/index_3.htm'>旧通知</a>");
    // The folder and its index file are one page.
    let first = list_page("通知公告", &rows(1, SIZE, address), &called(5, 1));
    let site = site.page("/qingshi/tzgg/index.htm", first);
    let walked = walk(&site);
    let notices = walked.column("通知公告");
    assert_eq!(walked.columns.len(), 1, "{:?}", walked.columns.keys());
    assert!(notices.complete, "{:?}", notices.notes);
    assert_eq!(notices.got, 23);
}

#[test]
fn an_empty_column_says_what_stands_there() {
    let reading = read(
        "tzgg/",
        &list_page("通知公告", "<li class='none'>暂无内容</li>", &called(1, 1)),
    )
    .unwrap();
    assert_eq!(
        (
            reading.platform.as_str(),
            reading.items.len(),
            reading.empty_text.as_str()
        ),
        ("trs", 0, "暂无内容")
    );
    let walked = walk(
        &Site::default()
            .page("/qingshi/", "<a href='tzgg/'>通知公告</a>")
            .page(
                "/qingshi/tzgg/",
                list_page(
                    "通知公告",
                    "",
                    "<script>createPageHTML(0, 0, \"index\", \"htm\");</script>",
                ),
            ),
    );
    let notices = walked.column("通知公告");
    assert!(
        notices.complete && notices.items.is_empty(),
        "{:?}",
        notices.notes
    );
}

#[test]
fn entries_behind_a_script_are_followed() {
    let rows = "<li><a href='javascript:void(0)' onclick=\"jumpToDetail('./202605/t20260520_3300001.html')\" title='甲号公告全文标题'>甲号公告…</a><span>[2026-05-20]</span></li>\
                <li><a href='#' onclick='window.open(\"./202605/t20260519_3300002.html\")'>乙号公告</a><em>2026/05/19</em></li>";
    let reading = read("tzgg/", &list_page("公告", rows, &called(1, 1))).unwrap();
    let urls: Vec<_> = reading
        .items
        .iter()
        .map(|i| i.url.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(urls, ["t20260520_3300001.html", "t20260519_3300002.html"]);
    assert_eq!(reading.items[0].title, "甲号公告全文标题");
    assert_eq!(reading.items[1].date.unwrap().to_string(), "2026-05-19");
}

#[test]
fn a_pinned_column_carries_its_limits() {
    let mut channel = channel();
    channel.columns = serde_json::from_value(serde_json::json!([
        {"url": "https://www.yunxi-demo.gov.cn/qingshi/tzgg/index.htm", "name": "公示栏", "class": "policy", "update_days": 14, "exempt_until": null},
        {"url": "https://www.yunxi-demo.gov.cn/qingshi/gone/", "name": "没了", "class": "news", "update_days": 7, "exempt_until": null},
    ]))
    .unwrap();
    let site = column(7, standard, called);
    let notices_page = site_page(&site);
    let site = site.page("/qingshi/tzgg/index.htm", notices_page);
    let walked = walk_channel(&site, &channel);
    let readings = walked.walk.columns();
    assert_eq!(
        (
            readings[0].name.as_str(),
            readings[0].update_days,
            readings[0].got
        ),
        ("公示栏", Some(14), 7)
    );
    assert_eq!(readings[0].class, Some(duwang_model::ColumnClass::Policy));
    assert!(readings[0].complete && readings[0].pinned);
    assert!(
        !readings[1].complete && readings[1].notes[0].contains("HTTP 404"),
        "{:?}",
        readings[1]
    );
    assert_eq!(readings.len(), 2, "{readings:?}");
}

fn site_page(_: &Site) -> String {
    list_page("通知公告", &rows(1, SIZE, address), &called(2, 1))
}

/// A column page with everything a real template puts around its list.
fn template(rows: &str, strip: &str) -> String {
    let menu: String = [
        "机构概况",
        "工作动态",
        "通知公告",
        "政策文件",
        "政府信息公开指南",
        "政府信息公开年报",
    ]
    .iter()
    .enumerate()
    .map(|(i, name)| format!("<li><a href='../lm{i}/'>{name}</a></li>"))
    .collect();
    format!(
        "<html><head><title>云溪市青石街道办事处_通知公告</title><script>function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){{\
         if(_nPageCount == null || _nPageCount<=1){{return;}} document.write('<a href=\"'+_sPageName+'_'+(_nCurrIndex+1)+'.'+_sPageExt+'\">下一页</a>');}}</script></head><body>\
         <div class='top'><span>今天是 2026年11月23日</span><a href='/'>首页</a></div><div class='nav'><ul>{menu}</ul></div>\
         <div class='dqwz'>当前位置：<a href='../'>首页</a> &gt; <a href='../xxgk/'>信息公开</a> &gt; <a href='./'>通知公告</a></div>\
         <div class='left'><ul class='menu'>{menu}</ul></div><div class='right'><ul class='gl_list'>{rows}</ul><div class='page'>{strip}</div></div>\
         <div class='footer'><p>主办：云溪市青石街道办事处 地址：云溪市青石路1号 电话：0599-6660001 网站标识码：3505990001</p>\
         <a href='https://beian.miit.example/'>闽ICP备00000000号-1</a></div></body></html>"
    )
}

#[test]
fn a_real_template_is_read_through_its_noise() {
    let rows = "<li><span>2026-09-18</span><a href='./202609/t20260918_3400001.htm' title='甲号通知'>甲号通知</a></li><li class='line'></li>\
                <li><span>2026-09-17</span><a href='./202609/t20260917_3400002.htm' title='乙号通知'>乙号通知</a></li>";
    let reading = read(
        "tzgg/index_6.htm",
        &template(
            rows,
            "<script>createPageHTML(7, 6, \"index\", \"htm\");</script>",
        ),
    )
    .unwrap();
    let titles: Vec<_> = reading.items.iter().map(|i| i.title.as_str()).collect();
    assert_eq!(titles, ["甲号通知", "乙号通知"]);
    assert_eq!(
        (reading.name.as_str(), reading.page, reading.stated_pages),
        ("通知公告", 7, Some(7))
    );
}

#[test]
fn a_catalogue_table_with_hidden_cards_is_read() {
    let row = |i: usize| {
        format!(
            "<tr><td>QZ06999-2510-2026-{i:05}</td><td><a href='./202609/t20260918_{}.htm' title='青石街道第{i}号文件'>青石街道第{i}号文件</a>\
             <div class='xxgk_info' style='display: none'><table><tr><th>索 引 号：</th><td>QZ06999</td></tr><tr><th>公文生成日期：</th><td>2026-01-0{i}</td></tr></table></div></td>\
             <td>云青政〔2026〕{i}号</td><td>2026-09-1{i}</td></tr>",
            3_400_000 + i
        )
    };
    let table = format!(
        "<table class='xxgk_table'><tr><th>索引号</th><th>名称</th><th>文号</th><th>发布日期</th></tr>{}{}{}</table>",
        row(1),
        row(2),
        row(3)
    );
    let reading = read(
        "zfxxgkml/",
        &template(
            "",
            &format!("{table}<script>createPageHTML(1, 0, \"index\", \"htm\");</script>"),
        ),
    )
    .unwrap();
    let items: Vec<_> = reading
        .items
        .iter()
        .map(|i| format!("{} {}", i.title, i.date.unwrap()))
        .collect();
    assert_eq!(
        items,
        [
            "青石街道第1号文件 2026-09-11",
            "青石街道第2号文件 2026-09-12",
            "青石街道第3号文件 2026-09-13"
        ]
    );
}
