//! What a page is when its title has none of the fixed names: the labels of its lines, the state it shows, how it speaks.

use crate::common::fragment;
use duwang_model::Kind;
use duwang_page::{Hints, read_text};

fn kind_of_text(text: &str) -> Kind {
    read_text("", text, &Hints::default()).kind
}

#[test]
fn a_table_without_a_title_is_a_guide_by_the_names_of_its_rows() {
    let rows = |rows: &[(&str, &str)]| {
        let rows: String = rows
            .iter()
            .map(|(name, value)| format!("<tr><td>{name}</td><td>{value}</td></tr>"))
            .collect();
        fragment(&format!("<table border=1>{rows}</table>")).kind
    };
    let guide = [
        ("业务名称", "工伤医疗费报销"),
        ("受理范围", "已认定工伤且在协议机构治疗的职工"),
        ("所需资料", "认定决定书、发票原件、费用清单"),
        ("经办窗口", "市民之家B区21号"),
        ("经办步骤", "交单、审单、复核、拨付"),
        ("问讯", "0599-6661243"),
    ];
    assert_eq!(rows(&guide), Kind::ServiceGuide);
    let office = [
        ("单位名称", "云溪市社会保险中心"),
        ("办公地址", "解放路7号"),
        ("办公时间", "工作日9:00—17:00"),
        ("联系电话", "0599-6661243"),
        ("服务对象", "参保单位和个人"),
    ];
    assert_eq!(rows(&office), Kind::Unknown, "nothing has to be brought");
}

#[test]
fn labels_behind_numbers_and_dots_make_a_guide() {
    let guide = "残疾人证怎么走\n（一）办啥：残疾人证\n（二）谁办：够标准的本区户籍人\n（三）带啥：身份证、病历\n（四）去哪：社区残协\n（五）咋走：登记、评定、发证";
    assert_eq!(kind_of_text(guide), Kind::ServiceGuide);
    let news = "残疾人证怎么走\n镇残联上月给四十位行动不便的居民送证上门，大家说这个办法好。";
    assert_eq!(kind_of_text(news), Kind::Unknown);
}

#[test]
fn a_page_of_how_to_ask_for_information_is_a_guide_whatever_it_is_called() {
    let of = |title: &str, items: &str| kind_of_text(&format!("{title}\n{items}"));
    let told = "一、受理部门　东岭乡党政办公室\n二、地点　乡政府一楼\n六、申请渠道　当面申请；邮寄申请\n九、答复期限　从速办理\n十、收费　不收取费用";
    assert_eq!(of("依申请公开", told), Kind::Guide);
    assert_eq!(of("东岭乡依申请公开说明", told), Kind::Guide);
    assert_eq!(of("政府信息公开申请须知", told), Kind::Guide);
    let headings = "受理机构\n局办公室负责受理。\n联系电话：0599-6660001\n申请的提出\n可以寄信。\n申请的处理\n登记后答复。";
    assert_eq!(of("依申请公开流程", headings), Kind::Guide);
    let cells = "受理单位｜县水利局\n办理流程｜登记、审查\n办理时限｜20个工作日\n收费标准｜不收费";
    assert_eq!(of("依申请公开", cells), Kind::Guide);
}

#[test]
fn what_only_has_to_do_with_asking_for_information_is_no_guide() {
    let told = "受理机构：县水利局办公室\n申请方式：网上\n答复期限：20个工作日\n收费：无\n联系电话：0599-6660001";
    for (title, text) in [
        ("依申请公开制度", told),
        ("依申请公开情况统计", told),
        ("政府信息公开申请表", told),
        ("关于依申请公开有关事项的通知", told),
        ("政府信息依申请公开答复书", told),
        (
            "依申请公开",
            "姓名：\n联系电话：\n身份证号码：\n所需信息的名称：\n获取方式：\n是否申请减免费用：",
        ),
        (
            "依申请公开",
            "1、怎样提出申请\n可以当面提出。\n2、申请的处理\n登记以后答复。",
        ),
        ("依申请公开", "当月收到3件\n已答复3件\n收费：0元"),
    ] {
        assert_ne!(
            kind_of_text(&format!("{title}\n{text}")),
            Kind::Guide,
            "{title}"
        );
    }
}

#[test]
fn a_line_behind_a_dash_goes_on_with_the_title() {
    let text = "去年七月那一夜，柏树沟一小时落雨九十七毫米，全沟四十三人靠一面锣跑了出来。事后复盘，谁来敲、往哪跑、何时回，纸上都没有写，所以要有规定。";
    let read = |second: &str| kind_of_text(&format!("把哨吹在灾害前面\n{second}\n{text}{text}"));
    assert_eq!(
        read("——解读《云溪市山洪灾害避险转移规定》"),
        Kind::Interpretation
    );
    assert_eq!(read("——记柏树沟的吹哨人"), Kind::Unknown);
}

#[test]
fn a_title_that_speaks_about_a_document_is_a_reading() {
    let text = "账本一：老张家种稻十二亩，以前每亩自己掏九块六，现在掏四块八，其余财政出。账本二：大户老许八百亩，按规矩要先验标再投保，相差百分之五以上的不赔。账本三：果农阿秀的脐橙属于县级特色险。";
    let read = |title: &str| kind_of_text(&format!("{title}\n{text}"));
    assert_eq!(
        read("从三个账本看《云溪市农业保险保费补贴细则》"),
        Kind::Interpretation
    );
    assert_ne!(
        read("云溪市学习《云溪市农业保险保费补贴细则》"),
        Kind::Interpretation
    );
}

#[test]
fn what_became_of_opinions_is_a_result() {
    let told = "门诊意见簿12条、病区座谈9条，合计21条。接受了15条，有6条没有接受。";
    let kind = |title: &str| kind_of_text(&format!("{title}\n{told}"));
    assert_eq!(
        kind("《陪护管理规定》征求患者意见结果"),
        Kind::SolicitationResult
    );
    assert_eq!(
        kind("公墓收费办法征求意见，后来怎么样了？"),
        Kind::SolicitationResult
    );
    assert_eq!(
        kind("门诊大厅的那些纸条"),
        Kind::SolicitationResult,
        "by its text"
    );
    assert_eq!(kind("陪护管理座谈会侧记"), Kind::News);
}

#[test]
fn a_draft_that_waits_for_words_is_a_solicitation() {
    let shown = |title: &str, state: &str| {
        fragment(&format!(
            "<h1>{title}</h1><div>发布日期 2026.11.02｜截止日期 2026.12.08｜状态：{state}</div>"
        ))
        .kind
    };
    assert_eq!(
        shown("街头绿地选址（草案）", "征求意见中"),
        Kind::Solicitation
    );
    assert_ne!(shown("街头绿地选址情况", "已经公布"), Kind::Solicitation);
    assert_eq!(
        kind_of_text(
            "《云溪市便民生活圈行动（草案）》等您来写\n目标二十个圈。写到8月20日，电话0599-6663821。"
        ),
        Kind::Solicitation
    );
    assert_ne!(
        kind_of_text(
            "市人大常委会审议《云溪市便民条例（草案）》\n会议到8月20日结束，热线电话0599-6663821。"
        ),
        Kind::Solicitation
    );
    assert_eq!(
        kind_of_text(
            "意见征询｜企业用工若干措施（Draft for Comment）\n6月15日到7月20日，微信后台回复或者电话0599-6662205。"
        ),
        Kind::Solicitation
    );
}

#[test]
fn a_picture_story_or_a_first_line_may_say_what_is_read() {
    let text = "政策依据：省二十条。主要内容：发券、夜市、补贴。对象：在云溪消费的市民游客。";
    assert_eq!(
        kind_of_text(&format!("图说 | 云溪市促消费若干措施\n{text}")),
        Kind::Interpretation
    );
    assert_ne!(
        kind_of_text(&format!("图说云溪这一年\n{text}")),
        Kind::Interpretation
    );
    let told = "背景：物价上涨，去年人均消费支出增长。内容：由七百八十元提高到八百三十元。对象：全市低保家庭。目标：二月底前补发到位。咨询民政局。";
    let read =
        |line: &str| kind_of_text(&format!("每人每月多五十元！低保提标看这里\n{line}\n{told}"));
    assert_eq!(
        read("《云溪市民政局关于提高低保标准的通知》解读"),
        Kind::Interpretation
    );
    assert_ne!(
        read("《云溪市民政局关于提高低保标准的通知》解读会昨天举行"),
        Kind::Interpretation
    );
}

#[test]
fn a_page_called_like_a_column_is_a_list_with_two_dated_links() {
    let entry = |year: u16| {
        format!(
            "<li><a href=\"{year}.html\">云溪市商务局{year}年政府信息公开工作年度报告</a><span>{}-01-20</span></li>",
            year + 1
        )
    };
    let page =
        |entries: &str| fragment(&format!("<h2>政府信息公开年报</h2><ul>{entries}</ul>")).kind;
    assert_eq!(page(&format!("{}{}", entry(2024), entry(2023))), Kind::List);
    assert_eq!(
        page(&entry(2024)),
        Kind::AnnualReport,
        "it may hang below its page"
    );
}

#[test]
fn the_day_below_the_title_of_a_text_is_when_it_was_published() {
    let read = |line: &str| {
        let text = format!(
            "云溪市林业局2025年政府信息公开工作年度报告\n{line}\n一、总体情况\n全年公开十条。"
        );
        read_text("", &text, &Hints::default()).published
    };
    let day = read("发布时间：2026-02-05 16:20");
    assert_eq!(
        day.map(|day| day.to_string()).as_deref(),
        Some("2026-02-05")
    );
    assert_eq!(read("统计时间：2025-01-01至2025-12-31"), None);
}

#[test]
fn what_people_said_and_what_was_done_is_news() {
    let quoted = "农机下田忙\n连日来，梅坪镇各村抢抓晴好天气翻耕土地。“往年靠牛犁，一天也就两三亩。”种粮大户罗某笑着说。下一步，镇里将把播种任务落实到田块。";
    assert_eq!(kind_of_text(quoted), Kind::News);
    let told = "我市规范农村宅基地审批\n今年以来，全市共受理宅基地申请433宗，审批389宗，各乡镇均设立了联审联办窗口。";
    assert_eq!(kind_of_text(told), Kind::News);
    let asked = "农机补贴这样领\n近日，大家问得多。“带身份证。”窗口的小罗说。请于6月30日前到镇农技站申请，材料如下：身份证、发票。";
    assert_ne!(kind_of_text(asked), Kind::News);
    let notice = "关于开展农机检查的通知\n近日，各村农机作业增多。“安全第一。”镇长说。";
    assert_eq!(kind_of_text(notice), Kind::Notice);
}

#[test]
fn letters_warnings_and_plans_tell_everybody() {
    for title in [
        "致全市电动自行车车主的一封信",
        "10月份计划检修停电信息",
        "地质灾害气象风险预警",
        "关于报送年报的提醒",
        "柏林乡领导信访接待日安排",
        "黄畲乡人民政府禁火令",
    ] {
        let text = format!("{title}\n各位居民：\n请大家注意安全，照着做，有事打值班电话。");
        assert_eq!(kind_of_text(&text), Kind::Notice, "{title}");
    }
    let rules = |signature: &str| {
        kind_of_text(&format!(
            "中秋晚会观演须知\n一、入场请从东门进。\n二、老人、小孩须有家人陪同。\n{signature}"
        ))
    };
    assert_eq!(rules("大桥镇文化站"), Kind::Notice);
    assert_eq!(rules("遇雨改期。"), Kind::Unknown);
}

#[test]
fn a_code_that_explains_a_document_is_a_reading_and_figures_are_none() {
    let text = "◎ 缘起\n人社部等三部门延续了稳岗返还政策，把经办权限下放到县，需要有一个规程。\n◎ 谁在“免申即享”之列\n上年度没裁员、足额缴费12个月以上的企业；30人以下的，裁员率不高于20%。";
    let code = format!("政策“码”上懂：《青泽县稳岗返还经办规程》\n{text}");
    assert_eq!(kind_of_text(&code), Kind::Interpretation);
    let figures =
        "一季度居民消费价格数据解读\n一季度，全市居民消费价格同比上涨0.4%，涨幅回落0.3个百分点。";
    assert_eq!(kind_of_text(figures), Kind::Unknown);
}

#[test]
fn plain_words_for_the_sides_make_a_guide() {
    let guide = "犬只登记一次办好\n您符合吗\n年满18周岁\n准备好这些\n身份证、犬只照片\n一步步来\n预约、带犬到场、领证\n来这里\n各派出所户籍窗口";
    assert_eq!(kind_of_text(guide), Kind::ServiceGuide);
}

#[test]
fn a_call_for_next_years_works_asks_and_its_result_answers() {
    let call = "关于公开征集云溪市2027年民心工程项目的公告\n为办好群众身边的事，现向社会公开征集项目建议。请于11月30日前将建议发至邮箱 msgc@yunxi.example，电话0599-6660001。";
    assert_eq!(kind_of_text(call), Kind::Solicitation);
    let chosen = "云溪市2027年民心工程项目征集结果公告\n共收到项目建议86条，采纳12条。";
    assert_eq!(kind_of_text(chosen), Kind::SolicitationResult);
    let answer = "《云溪市农村公路管理办法》的结果反馈\n9月1日至9月30日，市交通局就该办法向社会征求意见，收到3条，采纳2条，其余1条与上位法不一致。";
    assert_eq!(kind_of_text(answer), Kind::SolicitationResult);
    let survey = "食堂卫生状况\n征集部门：云溪市教育局\n开始时间：2026-09-01\n现将调查问卷结果反馈如下：收回问卷320份，满意的占九成。";
    assert_eq!(kind_of_text(survey), Kind::SolicitationResult);
}

#[test]
fn news_of_a_document_is_no_document() {
    let news = "云溪省民政厅等印发《加快养老服务发展的实施方案》\n近日，省民政厅会同五部门印发《加快养老服务发展的实施方案》，提出到2028年护理型床位占比过半。";
    assert_eq!(kind_of_text(news), Kind::News);
    let document = "云溪市民政局关于印发《加快养老服务发展的实施方案》的通知\n云民〔2026〕8号\n各镇（街道）：现将方案印发给你们，请认真贯彻执行。";
    assert_eq!(kind_of_text(document), Kind::Policy);
    let measures =
        "云溪市稳增长促发展若干政策措施\n一、支持企业扩产。新增设备按投资额的百分之五补助。";
    assert_eq!(kind_of_text(measures), Kind::Policy);
    let asked =
        "县长就《政府工作报告》征求意见\n12月11日，县长在县人大常委会听取了大家对报告的意见。";
    assert_ne!(kind_of_text(asked), Kind::Solicitation);
    let reported = "即日起征求公交线路优化意见\n云溪日报讯（记者 谢海）从即日起至10月12日，县公交公司向市民征求线路优化意见，可拨打0599-6660001。";
    assert_eq!(kind_of_text(reported), Kind::News);
    let completed = "青石市2026年重点水利工程全面完工\n云溪新闻网4月1日讯 日前，青石市今年的重点水利工程全面完工，共投入2100万元。";
    assert_eq!(kind_of_text(completed), Kind::News);
    let reply = "云溪县发展和改革局关于青石灌区改造工程可行性研究报告的批复\n县水利局：\n报来材料收悉。经研究，现批复如下：一、同意建设。";
    assert_eq!(kind_of_text(reply), Kind::Policy);
    let press =
        "云溪市市长答记者问\n大会闭幕后，市长就今年的工作回答了提问，谈到粮食、就业和学校。";
    assert_ne!(kind_of_text(press), Kind::Interpretation);
}

#[test]
fn the_number_may_stand_in_brackets_at_the_end_of_the_title() {
    let number = |title: &str| {
        read_text(
            "",
            &format!("{title}\n各镇（街道）：请认真贯彻执行。"),
            &Hints::default(),
        )
        .number
    };
    assert_eq!(
        number("关于印发防汛预案的通知（云办发〔2026〕2号）").as_deref(),
        Some("云办发〔2026〕2号")
    );
    assert_eq!(number("关于印发防汛预案的通知（第2号）"), None);
    assert_eq!(number("《关于防汛的通知（云办发〔2026〕2号）》解读"), None);
}

#[test]
fn hospitals_and_universities_go_by_rules_of_their_own() {
    let hospital = "云溪县人民医院信息公开指南\n医院接受信息公开咨询的电话是0599-6660001，接受咨询的时间是上午8:00—11:30。收到书面咨询材料后20个工作日内书面答复。";
    assert_eq!(kind_of_text(hospital), Kind::Notice);
    let university = "云溪大学信息公开指南\n根据《高等学校信息公开办法》，编制本指南。\n一、主动公开的内容\n二、申请公开";
    assert_eq!(kind_of_text(university), Kind::Notice);
    let bureau = "云溪县卫生健康局政府信息公开指南\n根据《中华人民共和国政府信息公开条例》和《医疗卫生机构信息公开管理办法》，编制本指南。\n一、公开内容\n二、依申请公开";
    assert_eq!(kind_of_text(bureau), Kind::Guide);
    assert_eq!(
        kind_of_text(
            "云溪县公安局公开信息指南\n一、主动公开\n二、依申请公开\n收到申请之日起20个工作日内答复。"
        ),
        Kind::Guide
    );
}

#[test]
fn a_draft_put_up_for_objections_is_a_call_and_so_is_one_for_names() {
    let draft = "关于青石镇森林禁火令的公示\n县林业局起草了《云溪县森林禁火令》，现予公示。公示时间7个工作日，如有异议请反映。\n附件：云溪县森林禁火令（征求意见稿）";
    assert_eq!(kind_of_text(draft), Kind::Solicitation);
    let merits = "关于先进集体评选对象的公示\n县教育局起草了评选办法，现将对象予以公示。\n附件：评选办法（征求意见稿）";
    assert_ne!(kind_of_text(merits), Kind::Solicitation);
    let names =
        "关于公开征集东岭新区道路名称的公告\n三条新路还没有名字，请于7月31日前把意见寄到县民政局。";
    assert_eq!(kind_of_text(names), Kind::Solicitation);
    let named = "关于东岭新区道路命名的公告\n经县政府同意，三条新路已命名。";
    assert_ne!(kind_of_text(named), Kind::Solicitation);
}
