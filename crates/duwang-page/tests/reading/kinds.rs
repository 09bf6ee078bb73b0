//! What kind of document a title, an address, a column or a text makes.

use crate::common::{document, fragment, kind_of_title};
use duwang_model::Kind;
use duwang_page::{Hints, Reading, Source, read, read_text};

#[test]
fn kinds_by_title() {
    use Kind::*;
    let cases = [
        ("青石街道办事处政府信息公开指南", Guide),
        ("关于印发政府信息公开指南编制规范的通知", Policy),
        ("中华人民共和国政府信息公开条例", Policy),
        ("青石街道2025年政府信息公开工作年度报告", AnnualReport),
        ("关于报送2025年政府信息公开年度报告的通知", Notice),
        ("《云溪市公园管理办法》政策解读", Interpretation),
        ("一图读懂：云溪市公园管理办法", Interpretation),
        ("云溪市举办公园管理办法政策解读培训会", News),
        ("关于报送政策解读材料的通知", Notice),
        ("云溪市公园管理办法政策解读会进社区", Unknown),
        (
            "关于公开征求《云溪市公园管理办法（征求意见稿）》意见的公告",
            Solicitation,
        ),
        ("云溪市公园管理办法（草案）征求意见稿公示", Solicitation),
        ("云溪市公园管理办法听证公告", Solicitation),
        ("关于举行公园门票价格听证会的通告", Solicitation),
        ("2026年城区民生实事项目公开征询", Solicitation),
        (
            "《云溪市公园管理办法（征求意见稿）》意见采纳情况反馈",
            SolicitationResult,
        ),
        (
            "关于云溪市公园管理办法征求意见情况的说明",
            SolicitationResult,
        ),
        ("云溪市春节晚会节目征集公告", Notice),
        ("云溪市吉祥物作品征集启事", Notice),
        ("云溪市道路工程招标公告", Notice),
        ("云溪市人民政府关于李某等同志任免的通知", Notice),
        ("云溪市公园管理办法", Policy),
        ("云溪市人民政府关于印发云溪市公园管理办法的通知", Policy),
        ("拟录用人员公示", Notice),
        ("青石街道召开防汛工作会议", News),
        ("老年人优待证办事指南", ServiceGuide),
        ("秋日私语", Unknown),
        ("红水镇修订政府信息公开指南", Unknown),
        ("云溪市水利局更新完善了政府信息公开指南", Unknown),
        ("青石街道政府信息公开指南编制工作", Unknown),
        ("青石街道办事处政府信息公开指南（2026年修订）", Guide),
        ("青石街道办事处关于公布政府信息公开指南的公告", Guide),
        ("（2026年修订）政府信息公开指南", Guide),
        ("一文读懂《云溪市公园管理办法》", Interpretation),
        ("《云溪市若干规定》公众意见处理情况", SolicitationResult),
        ("林木采伐许可证核发指南", ServiceGuide),
        ("社会保障卡挂失补办指南", ServiceGuide),
        (
            "关于《云溪市公交线网优化方案》意见征集的反馈",
            SolicitationResult,
        ),
        (
            "转发省水利厅关于公开征求《采砂管理办法（征求意见稿）》意见的公告",
            Notice,
        ),
    ];
    for (title, kind) in cases {
        assert_eq!(kind_of_title(title), kind, "{title}");
    }
}

#[test]
fn a_kind_carries_its_reasons_and_a_stated_one_wins() {
    let page = "<meta charset=utf-8><h1>青石街道召开防汛工作会议</h1><div class=TRS_Editor><p>会议要求压实责任，抓好落实，确保安全度汛。</p></div>";
    assert_eq!(document("", page.as_bytes()).kind_reasons, ["标题含“召开”"]);
    let hints = Hints {
        kind: Some(Kind::Policy),
        ..Hints::default()
    };
    let Reading::Document(d) = read(&Source {
        url: "",
        bytes: page.as_bytes(),
        content_type: None,
        hints: &hints,
    }) else {
        unreachable!()
    };
    assert_eq!((d.kind, d.kind_reasons.len()), (Kind::Policy, 1));
}

#[test]
fn kinds_by_column_address_and_text() {
    let body =
        "<h1>秋日私语</h1><div class=TRS_Editor><p>正文正文正文正文正文正文正文正文。</p></div>";
    let kind = |url: &str, head: &str| {
        document(url, format!("<meta charset=utf-8>{head}{body}").as_bytes()).kind
    };
    assert_eq!(
        kind(
            "http://www.yunxi.example/jdhy/zcjd/wzjd/202609/t20260918_1.htm",
            ""
        ),
        Kind::Interpretation
    );
    assert_eq!(
        kind("http://www.yunxi.example/x/gzdt/1.htm", ""),
        Kind::News
    );
    assert_eq!(
        kind("", "<meta name=ColumnName content=意见征集>"),
        Kind::Solicitation
    );
    let asked = fragment(
        "<h1>云溪市养老服务办法（草案）</h1><div class=TRS_Editor><p>现向社会公开征求意见，请将修改意见发至电子邮箱。</p></div>",
    );
    assert_eq!(asked.kind, Kind::Solicitation, "{:?}", asked.kind_reasons);
}

#[test]
fn an_announcement_is_what_its_text_asks_or_orders() {
    let kind = |title: &str, text: &str| {
        fragment(&format!(
            "<h1>{title}</h1><div class=TRS_Editor>{text}</div>"
        ))
        .kind
    };
    let invites = "<p>村民对规划草案有意见的，请在公告期内书面送交镇规建办。公告期为30日。</p>";
    assert_eq!(kind("坂头村村庄规划草案公告", invites), Kind::Solicitation);
    assert_eq!(
        kind("坂头村村庄规划公告", invites),
        Kind::Notice,
        "what is announced is no draft"
    );
    let shown = "<p>公示期为30日，公示地点为规划展示馆。有关图件可以现场查看。</p>";
    assert_eq!(kind("坂头村村庄规划草案公示", shown), Kind::Notice);
    let asks = "<p>市公安局拟调整电动三轮车限行区域，现向社会公开征求意见。有意见的，请于9月30日前反馈至电子邮箱。</p>";
    assert_eq!(
        kind("公安局关于划定电动三轮车限行区域的通告", asks),
        Kind::Solicitation
    );
    let asked =
        "<p>本方案已公开征求社会意见，意见都作了反馈。自10月1日起限行，请于9月30日前办理。</p>";
    assert_eq!(
        kind("公安局关于划定电动三轮车限行区域的通告", asked),
        Kind::Notice
    );
    let orders = "<p>云公通〔2025〕1号</p><p>一、环城路以内禁止燃放烟花爆竹。</p><p>二、本通告自2025年1月15日起施行。</p>";
    let title = "公安局关于划定禁止燃放烟花爆竹区域的通告";
    assert_eq!(kind(title, orders), Kind::Policy);
    assert_eq!(
        kind(title, &orders.replace("云公通〔2025〕1号", "各位市民")),
        Kind::Notice
    );
}

#[test]
fn a_page_without_a_title_is_the_guide_its_first_line_names() {
    let kind = |first: &str| {
        fragment(&format!(
            "<p align=center>{first}</p><p>一、受理申请的机关</p><p>综合科，电话0599-6667531。</p>"
        ))
        .kind
    };
    assert_eq!(kind("云岭区司法局政府信息公开指南"), Kind::Guide);
    assert_ne!(kind("红水镇修订政府信息公开指南"), Kind::Guide);
    assert_ne!(kind("请看云岭区司法局政府信息公开指南。"), Kind::Guide);
}

#[test]
fn a_talk_about_a_document_explains_it() {
    let talk = "主持人：欢迎县民政局局长。近日县政府出台了《云溪县农村幸福院运营补助办法》，初衷是什么？\n局长：全县老年人占24.8%，高于全国平均水平，农村空巢现象突出，我们用补助撬动村集体办食堂、办活动室。\n主持人：哪些幸福院能申请？\n局长：登记备案、有专人管理、每月开放不少于22天的村级幸福院。";
    let of = |title: &str, text: &str| {
        read_text("", &format!("{title}\n{text}"), &Hints::default()).kind
    };
    assert_eq!(
        of("局长访谈：如何让老人在家门口安享晚年", talk),
        Kind::Interpretation
    );
    let other = talk.replace("《云溪县农村幸福院运营补助办法》", "新办法");
    assert_ne!(
        of("局长访谈：如何让老人在家门口安享晚年", &other),
        Kind::Interpretation
    );
    assert_ne!(
        of("在线访谈预告：如何让老人在家门口安享晚年", talk),
        Kind::Interpretation
    );
    let paper = "一、凭什么补？去年全县病树率3.2%，省里要求砍病树、治木虱，县里8月出台办法。\n二、补给谁？全县种柑橘的农户、合作社、公司。\n三、补多少？砍一棵成年病树补15元，栽一株无病毒苗补5元，每亩最多补60株。\n四、怎么领？砍之前报村，村里拍照，镇农技站验收，次月打到一卡通。";
    assert_eq!(
        of("《云溪县柑橘黄龙病防控补助办法》明白纸", paper),
        Kind::Interpretation
    );
}

#[test]
fn what_came_of_showing_a_draft_is_a_result() {
    let of = |title: &str| {
        let text =
            "公示期间共收到意见3条，其中采纳2条。规划草案据此修改。未采纳的1条已当面说明理由。";
        read_text("", &format!("{title}\n{text}"), &Hints::default()).kind
    };
    assert_eq!(
        of("关于青石镇村庄规划公示结果的说明"),
        Kind::SolicitationResult
    );
    assert_ne!(of("关于拟录用人员公示情况的说明"), Kind::SolicitationResult);
}

#[test]
fn the_column_decides_where_the_title_leaves_it_open() {
    let page = |head: &str, path: &str, title: &str, text: &str| {
        fragment(&format!(
            "{head}<div class=nav>{path}</div><h1>{title}</h1><div class=content><p>{text}</p></div>"
        ))
        .kind
    };
    let service = "年满60周岁的本县户籍老年人，带上身份证和一寸照片，到镇便民服务中心2号窗口，当场领取，不收费用。咨询电话0599-6660001。";
    let tag = "<meta name=ColumnName content=办事指南>";
    assert_eq!(
        page(tag, "", "老年人优待证（敬老卡）办理", service),
        Kind::ServiceGuide
    );
    let path = "当前位置：首页 &gt; 政务服务 &gt; 办事指南";
    assert_eq!(
        page("", path, "老年人优待证（敬老卡）", service),
        Kind::ServiceGuide
    );
    let path = "当前位置：首页 &gt; 政务服务 &gt; 办事指南 &gt; 正文";
    assert_eq!(
        page("", path, "老年人优待证（敬老卡）", service),
        Kind::ServiceGuide
    );
    let path = "当前位置：首页 &gt; 政务服务 &gt; 便民服务";
    assert_eq!(
        page("", path, "老年人优待证（敬老卡）", service),
        Kind::Unknown
    );
    assert_ne!(
        page(tag, "", "老年人优待证停办的通知", service),
        Kind::ServiceGuide
    );
    let sold = "老街的豆腐远近闻名，到镇里来的人都要带上几块，逢年过节更是供不应求。";
    assert_eq!(page(tag, "", "老街豆腐", sold), Kind::Unknown);
    let report = "一、总体情况。二、主动公开政府信息情况。三、收到和处理政府信息公开申请情况。四、政府信息公开行政复议、行政诉讼情况。五、存在的主要问题及改进情况。";
    let tag = "<meta name=ColumnType content=政府信息公开年报>";
    let title = "沙塘镇人民政府2025年政府信息公开年度工作总结";
    assert_eq!(page(tag, "", title, report), Kind::AnnualReport);
    assert_ne!(page(tag, "", title, sold), Kind::AnnualReport);
}
