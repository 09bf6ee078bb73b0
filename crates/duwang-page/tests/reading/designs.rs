//! Eight and more page designs: the same things must be found whatever the page looks like.

use crate::common::{bytes, fragment, main_text, page, text_of, value};
use duwang_model::{BlockKind, DateSource, Kind, LinkRole, Part};

fn day(document: &duwang_model::Document) -> String {
    document
        .published
        .map_or_else(String::new, |d| d.to_string())
}

#[test]
fn trs_page_with_catalogue_word_leftovers_and_hidden_links() {
    let d = page(
        "trs",
        "http://www.yunxi.example/ys/202609/t20260918_3400123.htm",
    );
    assert_eq!(d.title, "青石街道办事处2026年度部门预算");
    assert_eq!(day(&d), "2026-09-18");
    assert_eq!(d.number.as_deref(), Some("青街办〔2026〕5号"));
    assert_eq!(d.source.as_deref(), Some("青石街道办事处"));
    let main = main_text(&d);
    assert!(
        main.contains("2026年预算总额为1234万元，其中云财〔2026〕26号下达300万元。"),
        "{main}"
    );
    assert!(
        main.contains("短段。")
            && !main.contains("索 引 号")
            && !main.contains("0599-6669999")
            && !main.contains("0599-6668888")
    );
    assert_eq!(value(&d, "索引号"), Some("QZ06999-2520-2026-00006"));
    assert_eq!(value(&d, "联系电话"), Some("0599-6660001"));
    assert_eq!(value(&d, "传真"), Some("0599-6660002"));
    assert_eq!(value(&d, "发布机构"), Some("云溪市青石街道办事处"));
    assert!(text_of(&d, Part::Footer).contains("0599-6668888"));
    assert!(!main.contains("即将离开") && !text_of(&d, Part::Info).contains("即将离开"));
    let source = |s: DateSource| d.dates.iter().any(|x| x.source == s);
    assert!(
        [
            DateSource::Meta,
            DateSource::Info,
            DateSource::Written,
            DateSource::Signature,
            DateSource::Url
        ]
        .into_iter()
        .all(source),
        "{:?}",
        d.dates
    );
    let link = |role| d.links.iter().find(|l| l.role == role).unwrap();
    assert_eq!(
        link(LinkRole::Attachment).url,
        "http://www.yunxi.example/ys/202609/P020260918325712345678.docx"
    );
    assert_eq!(link(LinkRole::Hidden).url, "http://casino.example/");
    assert_eq!(d.text.slice(link(LinkRole::Hidden).span), "博彩");
    assert_eq!(link(LinkRole::Nav).text, "云溪市人民政府");
    assert_eq!(d.notes, Vec::<String>::new());
}

#[test]
fn jcms_page_between_content_marks() {
    let d = page(
        "jcms",
        "http://www.yunxi.example/art/2026/9/18/art_1229160000_59000001.html",
    );
    assert_eq!(d.title, "关于调整公交线路的通告");
    assert_eq!((day(&d).as_str(), d.kind), ("2026-09-18", Kind::Notice));
    assert_eq!(
        main_text(&d),
        "因道路施工，自9月20日起临时调整3路公交线路。\n施工期间请绕行。\n咨询电话（工作日）：0599-6660003"
    );
    assert_eq!(value(&d, "咨询电话"), Some("0599-6660003"));
    assert_eq!(
        (value(&d, "文件编号"), value(&d, "成文日期")),
        (Some(""), Some("2026-07-15"))
    );
    assert_eq!(d.source.as_deref(), Some("云溪市交通运输局"));
}

#[test]
fn jpaas_page_with_side_column() {
    let d = page(
        "jpaas",
        "http://www.yunxi.example/art/2026/art_11112222333344445555666677778888.html",
    );
    assert_eq!(d.title, "《云溪市公园管理办法》政策解读");
    assert_eq!(
        (day(&d).as_str(), d.kind),
        ("2026-09-19", Kind::Interpretation)
    );
    assert_eq!(value(&d, "咨询电话"), Some("0599-6660004"));
    assert_eq!(value(&d, "解读机关"), Some("云溪市城市管理局"));
    assert!(!main_text(&d).contains("栏目导航"));
    assert_eq!(d.media.videos, 1);
    assert!(
        d.links
            .iter()
            .any(|l| l.role == LinkRole::Content && l.text == "云溪市公园管理办法")
    );
}

#[test]
fn ucap_page_in_tables_with_the_title_in_its_catalogue() {
    let d = page(
        "ucap",
        "http://www.yunxi.example/zhengce/content_5345407.htm",
    );
    assert_eq!(
        d.title,
        "云溪市人民政府办公室关于印发节约用水实施方案的通知"
    );
    assert_eq!(day(&d), "2026-09-05");
    assert_eq!(
        (d.number.as_deref(), d.kind),
        (Some("云政办〔2026〕3号"), Kind::Policy)
    );
    assert!(main_text(&d).starts_with("云溪市人民政府办公室关于印发\n节约用水"));
    assert!(
        d.dates
            .iter()
            .any(|x| x.source == DateSource::Signature && x.at.date().to_string() == "2026-09-01")
    );
    assert_eq!(value(&d, "发布日期"), Some("2026年09月05日"));
}

#[test]
fn vsb_page_in_upper_case_without_end_tags() {
    let d = page("vsb", "http://www.yunxi.example/info/1041/2345.htm");
    assert_eq!(
        (d.title.as_str(), day(&d).as_str(), d.kind),
        ("青石街道举办消防演练", "2026-09-18", Kind::News)
    );
    assert_eq!(
        main_text(&d),
        "9月17日，青石街道举办消防演练。\n参加人数120人。"
    );
    assert_eq!(d.images.iter().filter(|i| i.part == Part::Main).count(), 1);
    assert!(
        d.links
            .iter()
            .any(|l| l.role == LinkRole::Attachment && l.text == "名单.xls")
    );
}

#[test]
fn gkmlpt_page_with_its_content_in_a_script() {
    let d = page(
        "gkmlpt",
        "http://www.yunxi.example/gkmlpt/content/0/963/post_963149.html",
    );
    assert_eq!(d.title, "云溪市档案管理规定");
    assert_eq!((day(&d).as_str(), d.kind), ("2026-09-21", Kind::Policy));
    assert!(main_text(&d).starts_with("第一条 为加强档案管理，制定本规定。"));
    assert!(!main_text(&d).contains("索引号"));
    assert_eq!(value(&d, "联系电话"), Some("0599-6660005"));
    assert_eq!(value(&d, "文号"), Some("云档〔2026〕2号"));
    assert!(d.tables.iter().any(|t| t.header == ["序号", "名称"]));
}

#[test]
fn fujian_guide_without_any_platform_class() {
    let d = page("fujian-guide", "http://www.yunxi.example/xxgk/zfxxgkzl/zn/");
    assert_eq!(d.title, "青石街道办事处政府信息公开指南");
    assert_eq!((day(&d).as_str(), d.kind), ("2025-04-11", Kind::Guide));
    assert!(d.dates.iter().any(|x| x.source == DateSource::Title));
    assert_eq!(value(&d, "联系电话"), Some("0599-6660006"));
    assert_eq!(value(&d, "传真"), Some(""));
    assert_eq!(value(&d, "办公地址"), Some("云溪市青石路1号"));
    assert_eq!(
        value(&d, "办公时间"),
        Some("夏令时8:00-12:00,15:00-18:00(法定节假日除外)")
    );
    assert_eq!(
        (value(&d, "获取方式"), value(&d, "答复时限")),
        (Some("政府网站、公告栏"), Some(""))
    );
    assert!(!main_text(&d).contains("0599-6668888") && !main_text(&d).contains("中山路"));
    assert!(
        d.pairs
            .iter()
            .filter(|p| p.value.contains("6668888"))
            .all(|p| p.part == Part::Footer)
    );
}

#[test]
fn old_table_page_in_gbk_without_classes() {
    let text = String::from_utf8(bytes("old-table")).unwrap();
    let (gbk, _, _) = encoding_rs::GBK.encode(&text);
    let d = crate::common::document("http://www.yunxi.example/show.asp?id=9", &gbk);
    assert_eq!(d.charset, "gb18030");
    assert_eq!(
        d.title,
        "关于公开征求《云溪市养老服务办法（征求意见稿）》意见的公告"
    );
    assert_eq!(
        (day(&d).as_str(), d.kind),
        ("2026-09-18", Kind::Solicitation)
    );
    let main = main_text(&d);
    assert!(
        main.contains("为规范养老服务")
            && main.contains("354900")
            && !main.contains("0599-6668844")
            && !main.contains("机构设置"),
        "{main}"
    );
    assert_eq!(
        (value(&d, "电子邮箱"), value(&d, "电话")),
        (Some("yanglao@yunxi-demo.gov.cn"), Some("0599-6660007"))
    );
    assert_eq!(
        (value(&d, "联系人"), value(&d, "邮编")),
        (Some("李某"), Some("354900"))
    );
    assert_eq!(d.source.as_deref(), Some("养老服务科"));
    assert!(
        d.links
            .iter()
            .any(|l| l.role == LinkRole::Attachment && l.url.ends_with("/files/draft.doc"))
    );
    assert_eq!(
        duwang_page::facts(&d)
            .ties
            .deadline
            .map(|x| x.to_string())
            .as_deref(),
        Some("2026-10-18")
    );
}

#[test]
fn list_page_with_dates() {
    let d = page("list", "http://www.yunxi.example/qs/tzgg/");
    assert_eq!(d.kind, Kind::List);
    let items: Vec<_> = d
        .links
        .iter()
        .filter(|l| l.role == LinkRole::Item)
        .collect();
    assert_eq!(items.len(), 4, "{:?}", d.links);
    assert_eq!(items[0].text, "青石街道办事处关于停水检修的通知全文标题");
    assert_eq!(
        items[0].url,
        "http://www.yunxi.example/qs/tzgg/202609/t20260918_3400123.htm"
    );
    let dates: Vec<String> = items
        .iter()
        .filter_map(|l| l.date)
        .map(|d| d.to_string())
        .collect();
    assert_eq!(
        dates,
        ["2026-09-18", "2026-09-11", "2026-09-01", "2026-08-20"]
    );
    assert_eq!(
        items[3].url,
        "http://www.yunxi.example/qs/tzgg/202608/t20260820_3400120.htm"
    );
    assert!(d.links.iter().any(|l| l.role == LinkRole::Pager));
}

#[test]
fn cells_are_cells_and_layout_tables_are_paragraphs() {
    let d = page("old-table", "http://www.yunxi.example/show.asp?id=9");
    let kind = |text: &str| {
        d.blocks
            .iter()
            .find(|b| d.text.slice(b.span) == text)
            .map(|b| b.kind)
    };
    assert_eq!(kind("李某"), Some(BlockKind::Cell));
    assert_eq!(kind("二、电话：0599-6660007"), Some(BlockKind::Paragraph));
}

#[test]
fn a_table_of_one_column_only_arranges_a_page_unless_each_cell_is_one_line() {
    let kinds = |rows: &str| {
        let d = fragment(&format!("<table>{rows}</table>"));
        let mut kinds: Vec<BlockKind> = d.blocks.iter().map(|b| b.kind).collect();
        kinds.dedup();
        kinds
    };
    let article =
        "<tr><td>关于停水的通知</td></tr><tr><td><p>停水两小时。</p><p>请储水。</p></td></tr>";
    assert!(!kinds(article).contains(&BlockKind::Cell));
    assert_eq!(
        kinds("<tr><td>李某</td></tr><tr><td>王某</td></tr>"),
        [BlockKind::Cell]
    );
}

#[test]
fn what_stands_above_a_title_about_a_call_is_said_of_the_page() {
    let page = |above: &str| {
        fragment(&format!(
            "<div class=nav><a href=/>首页</a><a href=/zw>政务公开</a></div>{above}<h1>关于征求《停车办法（征求意见稿）》意见的公告</h1><div class=content><p>为加强停车管理，县城管局起草了《停车办法（征求意见稿）》，现公开征求社会各界意见，欢迎来信来电，我们会认真研究每一条意见。</p><p>联系电话：0599-6660001，地址：青石路5号，邮编365000。</p></div>"
        ))
    };
    let told = page(
        "<table><tr><td>征集部门</td><td>县城管局</td></tr><tr><td>征集时间</td><td>2026-10-26至2026-11-25</td></tr></table>",
    );
    assert_eq!(value(&told, "征集时间"), Some("2026-10-26至2026-11-25"));
    let told = page("<div>开始时间：2026-10-26</div><div>结束时间：2026-11-25</div>");
    assert_eq!(value(&told, "结束时间"), Some("2026-11-25"));
    let form = page("<div>开始时间：</div><div>结束时间：</div><div>搜索</div>");
    assert!(!text_of(&form, Part::Info).contains("结束时间"), "a form");
    let one = page("<div>今天是2026年11月3日</div><div>开始时间：8点</div>");
    assert!(!text_of(&one, Part::Info).contains("开始时间"));
}
