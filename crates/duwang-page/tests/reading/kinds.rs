//! What kind of document a title, an address, a column or a text makes.

use crate::common::{document, fragment, kind_of_title};
use duwang_model::Kind;
use duwang_page::{Hints, Reading, Source, read};

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
