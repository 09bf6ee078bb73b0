//! Lines, pairs, tables, links and dates at their edges.

use crate::common::{check_invariants, document, fragment, main_text, text_of, value};
use duwang_model::{LinkRole, OutcomeKind, Part};
use duwang_page::{Hints, Reading, Source, content_hash, facts, read, read_text};

fn content(body: &str) -> String {
    format!(
        "<h1>关于样例事项的通知</h1><div class=TRS_Editor>{body}<p>　　这一段只是为了让正文有足够的文字，与所测的东西无关。</p></div>"
    )
}

fn first_lines(body: &str) -> String {
    let text = main_text(&fragment(&content(body)));
    text[..text.find("\n这一段").unwrap_or(0)].to_owned()
}

#[test]
fn inline_tags_never_break_a_line_and_blocks_always_do() {
    assert_eq!(
        first_lines(
            "<p>云<b>政</b><o:p>办</o:p>〔<span lang=EN-US>20</span><font>26</font>〕<x-y>3</x-y>号</p>"
        ),
        "云政办〔2026〕3号"
    );
    assert_eq!(
        first_lines("甲<br>乙<div>丙<section>丁</section>戊</div>己"),
        "甲\n乙\n丙\n丁\n戊\n己"
    );
    assert_eq!(
        first_lines("<ul><li>甲<li>乙</ul><table><tr><td>丙<td>丁</table>"),
        "甲\n乙\n丙\n丁"
    );
    assert_eq!(
        first_lines("<p>收到\n   申请 ab\n cd</p>"),
        "收到 申请 ab cd"
    );
    assert_eq!(first_lines("<pre>甲  乙\n丙</pre>"), "甲 乙\n丙");
}

#[test]
fn what_cannot_be_seen_is_not_text() {
    let hidden = r#"<p>见</p><p style="display:none">甲</p><p hidden>乙</p><span style="font-size:0">丙</span><script>丁</script><style>戊</style><noscript>己</noscript><!-- 庚 --><select><option>辛</select><textarea>壬</textarea><input value=癸>"#;
    assert_eq!(first_lines(hidden), "见");
    assert_eq!(
        first_lines("<p>甲\u{200b}乙</p><p>\u{200b}\u{feff}&nbsp;</p>"),
        "甲\u{200b}乙"
    );
}

#[test]
fn pairs_in_every_shape() {
    let cases = [
        ("<p>联系电话：0599-6660001</p>", "联系电话", "0599-6660001"),
        ("<p>问：0599-6660001</p>", "问", "0599-6660001"),
        (
            "<p>1.联系电话（工作日）: 0599-6660001。</p>",
            "联系电话",
            "0599-6660001",
        ),
        (
            "<p>联系人：张某　联系电话：0599-6660001　邮编：354900</p>",
            "联系电话",
            "0599-6660001",
        ),
        (
            "<p>联系人：张某,电 话：0599-6660001</p>",
            "电话",
            "0599-6660001",
        ),
        (
            "<p>联<b>系</b>电&nbsp;话<i>：</i>0599-6660001</p>",
            "联系电话",
            "0599-6660001",
        ),
        (
            "<p>办公时间：8:00-12:00，15:00-18:00</p>",
            "办公时间",
            "8:00-12:00,15:00-18:00",
        ),
        (
            "<p>申请网址：http://www.yunxi.example/ysq</p>",
            "申请网址",
            "http://www.yunxi.example/ysq",
        ),
        ("<p>传真：</p><p>联系电话：0599-6660001</p>", "传真", ""),
        ("<p>传真：　</p><p>二、其他</p>", "传真", ""),
        (
            "<p>办公时间：</p><p>周一至周五 8:00-12:00</p>",
            "办公时间",
            "周一至周五8:00-12:00",
        ),
        (
            "<div><div>受理机构：</div><div>党政办公室</div></div>",
            "受理机构",
            "党政办公室",
        ),
        (
            "<table><tr><td>联系电话</td><td>0599-6660001</td></tr></table>",
            "联系电话",
            "0599-6660001",
        ),
        (
            "<table><tr><th>传真</th><td> </td></tr></table>",
            "传真",
            "",
        ),
        (
            "<table><tr><td rowspan=2>受理机构</td><td>联系电话</td><td>0599-6660001</td></tr><tr><td>传真</td><td>无</td></tr></table>",
            "联系电话",
            "0599-6660001",
        ),
        (
            "<table><tr><td>单位名称</td><td>联系电话</td></tr><tr><td>党政办</td><td>0599-6660001</td></tr><tr><td>民政办</td><td>0599-6660002</td></tr></table>",
            "联系电话",
            "0599-6660001",
        ),
        (
            "<dl><dt>联系电话：</dt><dd>0599-6660001</dd></dl>",
            "联系电话",
            "0599-6660001",
        ),
        (
            "<ul><li>联系电话：<em>0599-6660001</em></li></ul>",
            "联系电话",
            "0599-6660001",
        ),
    ];
    for (body, label, want) in cases {
        let d = fragment(&content(body));
        assert_eq!(value(&d, label), Some(want), "{body}\n{:?}", d.pairs);
    }
    let d = fragment(&content("<p>会议于9:30开始，比分3:2。</p>"));
    assert!(d.pairs.is_empty(), "{:?}", d.pairs);
}

#[test]
fn pair_spans_quote_the_published_text() {
    let d = fragment(&content(
        "<p>一、联 系 电 话（工作日）：０５９９－６６６０００１</p>",
    ));
    let pair = d.pairs.iter().find(|p| p.label == "联系电话").unwrap();
    assert_eq!(d.text.slice(pair.label_span), "联 系 电 话");
    assert_eq!(
        (d.text.slice(pair.value_span), pair.value.as_str()),
        ("０５９９－６６６０００１", "0599-6660001")
    );
}

#[test]
fn merged_cells_are_expanded_and_nested_tables_are_tables() {
    let d = fragment(&content(
        "<table><tr><th rowspan=2>序号<th colspan=2>数量<tr><th>新收<th>结转<tr><td>1<td>2<td>3<tr><td colspan=2>合计<td><table><tr><td>内甲<td>内乙</table></table>",
    ));
    let table = &d.tables[0];
    assert_eq!(table.header, ["序号", "数量新收", "数量结转"]);
    let texts: Vec<Vec<&str>> = table
        .rows
        .iter()
        .map(|r| r.iter().map(|c| c.text.as_str()).collect())
        .collect();
    assert_eq!(
        texts,
        [vec!["1", "2", "3"], vec!["合计", "合计", "内甲\n内乙"]]
    );
    assert_eq!(d.tables.len(), 2);
}

#[test]
fn a_hostile_table_is_cut_and_says_so() {
    let d = fragment(&content(&format!(
        "<table>{}</table>",
        "<tr><td rowspan=1000 colspan=64>x<td>y".repeat(300)
    )));
    assert!(
        d.tables
            .iter()
            .map(|t| t.rows.iter().map(Vec::len).sum::<usize>())
            .sum::<usize>()
            < 200_000
    );
    assert!(
        d.notes.iter().any(|n| n.contains("单元格")),
        "{:?}",
        d.notes
    );
}

#[test]
fn links_by_role_with_full_titles() {
    let d = fragment(&format!(
        "<nav><a href=/>首页</a></nav>{}<div class=footer><a href=/map.htm>地图</a></div>",
        content(
            "<p><a href='x.htm' title='关于样例的全称'>关于样例…</a><a href=a.pdf>文件</a><a href='javascript:void(0)'>点</a><a href='#'>顶</a><a href=pic.htm><img src=a.png alt=图解></a></p>"
        )
    ));
    let by = |text: &str| {
        d.links
            .iter()
            .find(|l| l.text == text)
            .map(|l| (l.role, l.url.as_str()))
    };
    assert_eq!(
        by("首页"),
        Some((LinkRole::Nav, "http://www.yunxi.example/"))
    );
    assert_eq!(
        by("关于样例的全称"),
        Some((LinkRole::Content, "http://www.yunxi.example/a/x.htm"))
    );
    assert_eq!(
        by("文件"),
        Some((LinkRole::Attachment, "http://www.yunxi.example/a/a.pdf"))
    );
    assert_eq!(by("点"), Some((LinkRole::Content, "javascript:void(0)")));
    assert_eq!(by("图解").map(|l| l.0), Some(LinkRole::Content));
    assert_eq!(by("地图").map(|l| l.0), Some(LinkRole::Footer));
}

#[test]
fn a_footer_is_known_without_any_class() {
    let d = document("", "<meta charset=utf-8><table><tr><td><a href=/>首页</a></td></tr></table><table><tr><td><p>关于样例事项的通知</p><p>各单位：</p><p>请按时参加会议，不得缺席，具体安排如下所述。</p></td></tr></table><table><tr><td><p>主办：某办公室 咨询电话：0599-6668888</p><p>网站标识码：3504990001</p></td></tr></table>".as_bytes());
    assert!(!main_text(&d).contains("6668888"));
    assert!(text_of(&d, Part::Footer).contains("6668888"));
}

#[test]
fn the_hash_of_a_page_sees_its_content_only() {
    let page = |counter: &str, text: &str| {
        content_hash(&fragment(&format!(
            "<div class=header>今天是{counter}</div>{}<div class=footer>访问量 {counter}</div>",
            content(&format!("<p>{text}</p><p>浏览次数：{counter}</p>"))
        )))
    };
    assert_eq!(page("1", "甲乙丙"), page("2", "甲乙丙"));
    assert_ne!(page("1", "甲乙丙"), page("1", "甲乙丁"));
    assert_eq!(page("1", "x").len(), 64);
}

#[test]
fn facts_for_the_channel() {
    let d = fragment(
        "<h1>关于公开征求《样例办法（征求意见稿）》意见的公告</h1><div class=TRS_Editor><p>根据云政办〔2026〕3号和《样例条例》，现公开征求意见。</p><p>征求意见时间：2026年9月18日至10月18日。</p><p><a href=b.htm>草案</a></p></div>",
    );
    let f = facts(&d);
    assert_eq!(
        f.ties.cites,
        ["样例办法（征求意见稿）", "样例条例", "云政办〔2026〕3号"]
    );
    assert_eq!(f.ties.deadline.unwrap().to_string(), "2026-10-18");
    assert_eq!(f.ties.links, ["http://www.yunxi.example/a/b.htm"]);
    for (text, want) in [
        ("请于2026年10月8日前将意见反馈我局。", "2026-10-08"),
        ("意见反馈截止时间：10月9日17:00。", "2026-10-09"),
        ("自公告之日起30日内提出意见。", "2026-10-18"),
        ("即日起至2027年1月5日止公开征求意见", "2027-01-05"),
    ] {
        let d = fragment(&format!(
            "<h1>样例办法公开征求意见公告</h1><div class=TRS_Editor><p>{text}</p><p>这一段只是为了让正文有足够的文字。</p></div>"
        ));
        assert_eq!(
            facts(&d).ties.deadline.map(|d| d.to_string()).as_deref(),
            Some(want),
            "{text}"
        );
    }
}

#[test]
fn the_title_may_stand_below_a_long_table_about_the_page() {
    let name = "桃源镇人民政府2025年政府信息公开工作年度报告";
    let cells = [
        "索引号",
        "MB350499-20-2026-0003",
        "发布机构",
        "桃源镇人民政府",
        "公开日期",
        "2026-03-11",
        "主题分类",
        "政务公开",
        "有效性",
        "有效",
    ];
    let cells: String = cells.iter().map(|c| format!("<td>{c}</td>")).collect();
    let page = |heading: &str| {
        fragment(&format!(
            "<title>{name}</title><div class=xxgk><table><tr>{cells}</tr></table><h2>{heading}</h2><div class=con><p>一、总体情况</p><p>全年公开信息90条。</p><p>二、主动公开情况</p></div></div>"
        ))
    };
    assert_eq!(page(name).title, name);
    assert_ne!(page("下属单位的报告").title, "下属单位的报告");
}

#[test]
fn names_above_numbers_with_units_are_a_header() {
    let table = |last: &str| {
        fragment(&format!(
            "<h1>分户补偿</h1><div class=TRS_Editor><table><tr><td>户号</td><td>产权人</td><td>房屋面积</td></tr><tr><td>甲户</td><td>魏某生</td><td>91.3㎡</td></tr><tr><td>乙户</td><td>陈某</td><td>{last}</td></tr></table></div>"
        ))
    };
    let header = ["户号", "产权人", "房屋面积"];
    assert_eq!(table("120.5㎡").tables[0].header, header);
    assert_ne!(table("见附件").tables[0].header, header);
}

#[test]
fn names_above_what_they_name_are_a_header_of_the_smallest_table() {
    let header = |rows: &str| {
        let page = format!(
            "<h1>公示</h1><div class=TRS_Editor><p>名单如下。</p><table>{rows}</table></div>"
        );
        fragment(&page).tables[0].header.clone()
    };
    let children = "<tr><td>幼儿姓名<td>出生日期<td>监护人<td>监护人身份证<tr><td>王小某<td>2020-03-01<td>王某<td>350499********0707";
    assert_eq!(
        header(children),
        ["幼儿姓名", "出生日期", "监护人", "监护人身份证"]
    );
    assert_eq!(
        header("<tr><td>村名<td>人数<tr><td>上坪村<td>29人"),
        ["村名", "人数"]
    );
    let labels = "<tr><td>联系人<td>王某<tr><td>联系电话<td>0599-6660001";
    assert!(header(labels).is_empty());
}

#[test]
fn a_numbered_point_is_no_line_about_the_page() {
    let page = fragment(
        "<table><tr><td>索引号</td><td>YX0100-0200-2026-00031</td><td>发布机构</td><td>云溪市人民政府</td></tr><tr><td>生成日期</td><td>2026-08-18</td></tr></table><h1>云溪市人民政府征收土地公告</h1><div class=TRS_Editor><p>一、批准机关、文号：省人民政府，闽政地〔2026〕601号。</p><p>二、征收范围：石坝街道北门社区1.2公顷，四至见红线图。</p></div>",
    );
    let lines = page.main_blocks().map(|b| page.text.slice(b.span));
    let points = lines.filter(|line| line.starts_with(['一', '二']));
    assert_eq!(points.count(), 2);
}

#[test]
fn a_page_about_the_office_keeps_how_to_reach_it() {
    let page = |title: &str| {
        fragment(&format!(
            "<title>{title}</title><div class=article><h1>{title}</h1><p>联系电话：0599-6660011</p><h2>四、投诉举报</h2><p>地址：府前路1号</p></div>"
        ))
    };
    let contacts = facts(&page("青石街道办事处机构职能")).ties.contacts.clone();
    let told: Vec<(&str, &str, &str)> = contacts
        .iter()
        .map(|c| (c.label.as_str(), c.quote.as_str(), c.under.as_str()))
        .collect();
    assert!(
        told.iter()
            .any(|t| t.0 == "联系电话" && t.1 == "0599-6660011"),
        "{told:?}"
    );
    assert!(
        told.iter().any(|t| t.0 == "地址" && t.2.contains("投诉")),
        "{told:?}"
    );
    assert!(
        facts(&page("青石街道开展防汛演练"))
            .ties
            .contacts
            .is_empty()
    );
}

#[test]
fn facts_tell_filled_tags_and_copied_sentences() {
    let text = "<p>补贴对象为具有本市户籍、年满八十周岁的老年人；补贴标准为每人每月一百元，按月发放到本人账户。</p>";
    let of = |title: &str| {
        facts(&fragment(&format!(
            "<title>{title}</title><meta name=ArticleTitle content='x'><meta name=PubDate content=''><div class=article><h1>{title}</h1>{text}</div>"
        )))
    };
    let policy = of("云溪市养老服务补贴管理办法");
    let interpretation = of("《云溪市养老服务补贴管理办法》政策解读");
    assert_eq!(Vec::<String>::from(policy.tags), ["ArticleTitle"]);
    assert_eq!(policy.ties.sentences.len(), 2, "{policy:?}");
    assert_eq!(policy.ties.sentences, interpretation.ties.sentences);
    assert!(of("青石街道开展防汛演练").ties.sentences.is_empty());
}

#[test]
fn plain_text_is_lines() {
    let d = read_text(
        "",
        "关于停水的通知\n\n　各位居民：\n定于2026年9月18日停水。联系电话：0599-6660001",
        &Hints::default(),
    );
    check_invariants(&d);
    assert_eq!((d.title.as_str(), d.blocks.len()), ("关于停水的通知", 3));
    assert_eq!(value(&d, "联系电话"), Some("0599-6660001"));
    let one = read_text("", "和服务", &Hints::default());
    assert_eq!((one.title.as_str(), one.text.plain()), ("", "和服务"));
}

#[test]
fn tables_typed_into_plain_text_are_tables() {
    let d = read_text(
        "",
        "云溪市水利局2025年年报\n\t自然人\t企业\t总计\n本年新收\t7\t1\t9\n上年结转\t0\t0\t0",
        &Hints::default(),
    );
    check_invariants(&d);
    let row: Vec<&str> = d.tables[0].rows[1]
        .iter()
        .map(|c| c.text.as_str())
        .collect();
    assert_eq!(row, ["本年新收", "7", "1", "9"]);
}

#[test]
fn a_title_may_end_on_the_line_below_a_name() {
    let title = |text| read_text("", text, &Hints::default()).title;
    assert_eq!(
        title("《云溪市消落区管理办法》\n政　策　解　读\n一、背景"),
        "《云溪市消落区管理办法》政 策 解 读"
    );
    let number = "云溪市消落区管理办法》\n云政办〔2026〕3号\n第一条 为了管好消落区";
    assert_eq!(title(&format!("《{number}")), "《云溪市消落区管理办法》");
}

#[test]
fn a_title_may_stand_below_author_and_number_or_in_a_row_of_its_own() {
    let text = "鹿门县农业农村局文件\n鹿农规〔2026〕1号\n关于印发放流管理办法的通知\n各放流单位：";
    let d = read_text("", text, &Hints::default());
    assert_eq!(d.title, "关于印发放流管理办法的通知");
    let old = fragment(
        "<title>柳塔县公众信息网（2009版）</title><table><tr><td>柳塔县人民政府拟征收土地预公告</td></tr><tr><td>2024-9-10</td></tr><tr><td>　　根据《中华人民共和国土地管理法》第四十五条，现将有关事项预先告知如下：<br>一、拟征收的范围：东至X203线，南至柳河大堤，西至下洼村果园。</td></tr></table>",
    );
    assert_eq!(old.title, "柳塔县人民政府拟征收土地预公告");
}

#[test]
fn pointers_to_other_pages_are_no_content() {
    let d = fragment(&content(
        "<p>定于9月18日停水。</p><div class=np>下一篇：关于南湖片区交地时间安排的公告（2026年10月15日前），请有关单位和个人按照公告的要求配合做好工作</div>",
    ));
    assert!(text_of(&d, Part::Nav).starts_with("下一篇"), "{d:?}");
}

#[test]
fn the_day_beside_the_number_is_the_day_of_the_page() {
    let page = |line: &str| {
        let html = format!(
            "<meta charset=utf-8><h1>关于印发样例办法的通知</h1><p>{line}</p><p>第一条 样例。</p>"
        );
        document("http://www.yunxi.example/a.htm", html.as_bytes()).published
    };
    assert_eq!(
        page("云教规〔2026〕2号　2026-03-24"),
        chrono::NaiveDate::from_ymd_opt(2026, 3, 24)
    );
    assert_eq!(page("根据云教规〔2026〕2号的要求，2026-03-24起"), None);
}

#[test]
fn bodies_that_cannot_be_read_are_unread() {
    for bytes in [
        &b"%PDF-1.7"[..],
        b"PK\x03\x04word/",
        b"\x89PNG\r\n",
        b"{\"a\":1}",
        b"\x00\x01\x02",
    ] {
        match read(&Source {
            url: "",
            bytes,
            content_type: None,
            hints: &Hints::default(),
        }) {
            Reading::Unread(o) => assert_eq!(o.kind, OutcomeKind::Unread),
            Reading::Document(_) => panic!("{bytes:?} was read"),
        }
    }
    let scan = "<meta charset=utf-8><h1>图解样例政策文件内容</h1><div class=TRS_Editor><p><img src=long.jpg></p></div>";
    assert!(matches!(
        crate::common::reading("", scan.as_bytes()),
        Reading::Unread(_)
    ));
}

#[test]
fn names_in_two_rows_are_joined_down_each_column() {
    let d = fragment(
        "<table><tr><td rowspan=2>序号</td><td colspan=2>双方</td><td rowspan=2>面积</td></tr><tr><td>甲方</td><td>乙方</td></tr>\
         <tr><td>1</td><td>盘某</td><td>山里红公司</td><td>7.5亩</td></tr><tr><td>2</td><td>蓝某</td><td>弄马合作社</td><td>3亩</td></tr></table>",
    );
    assert_eq!(d.tables[0].header, ["序号", "双方甲方", "双方乙方", "面积"]);
    assert_eq!(d.tables[0].rows.len(), 2);
}

#[test]
fn a_form_nobody_filled_in_is_no_value() {
    let d = fragment(
        "<p>办公时间：上午（ ）至（ ），下午（ ）至（ ）</p><p>传真：（0599）-（6664302）</p><p>地址：____路____号</p>",
    );
    assert_eq!(value(&d, "办公时间"), Some(""));
    assert_eq!(value(&d, "地址"), Some(""));
    assert_eq!(value(&d, "传真"), Some("(0599)-(6664302)"));
}

#[test]
fn a_link_beside_the_content_may_lead_to_the_document_that_belongs_to_it() {
    let text = "<p>第一条　为加强二次供水管理，保障用水安全，制定本办法。</p><p>第二条　本办法适用于城区高层住宅二次供水设施。</p>".repeat(3);
    let page = |beside: &str| {
        let html = format!(
            "<html><head><title>二次供水管理办法</title></head><body><div class=\"nav\"><a href=\"/a/\">首页</a></div><div class=\"article\">\
             <h1>二次供水管理办法</h1>{text}</div><div class=\"rel\">{beside}</div></body></html>"
        );
        let d = document("http://www.qingshi-demo.gov.cn/wj/1.html", html.as_bytes());
        facts(&d)
            .ties
            .links
            .iter()
            .any(|l| l.ends_with("/jd/2.html"))
    };
    assert!(page(
        "相关解读：<a href=\"/jd/2.html\">《二次供水管理办法》</a>"
    ));
    assert!(page("<a href=\"/jd/2.html\">政策解读</a>"));
    assert!(!page(
        "上一篇：<a href=\"/jd/2.html\">关于做好防汛工作的通知</a>"
    ));
}
