//! Articles of official accounts in every form they come in.

use crate::common::{bytes, document, main_text, page, reading, value};
use duwang_model::{DateSource, Document, Kind, LinkRole, OutcomeKind, Part};
use duwang_page::Reading;

const URL: &str = "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv";

fn checked(name: &str, show_type: i32, mid: &str) -> Document {
    let d = page(name, URL);
    let w = d.wechat.clone().unwrap();
    assert_eq!(
        (
            d.kind,
            w.show_type,
            w.mid.as_str(),
            w.idx.as_str(),
            w.account.as_str()
        ),
        (Kind::WechatArticle, show_type, mid, "1", "青石发布")
    );
    assert_eq!(
        d.dates
            .iter()
            .find(|x| x.source == DateSource::Script)
            .unwrap()
            .at
            .to_string(),
        "2026-09-21 22:13:20"
    );
    assert_eq!(d.published.unwrap().to_string(), "2026-09-21");
    d
}

#[test]
fn an_ordinary_article() {
    let d = checked("wechat-article", 0, "2247480001");
    let w = d.wechat.clone().unwrap();
    assert_eq!(
        (w.biz.as_str(), w.user_name.as_str(), w.copyright),
        ("MzAwMDAwMDAwMA==", "gh_0123456789ab", 1)
    );
    assert_eq!(w.source_url, "https://www.yunxi.example/t20260921_1.htm");
    assert_eq!(d.title, "青石街道关于停水的通告");
    assert_eq!(
        main_text(&d),
        "因管道检修，8月1日停水，请提前做好储水准备，谢谢配合。"
    );
    assert_eq!(
        d.images[0].url,
        "https://mmbiz.example/x/640?wx_fmt=png&from=appmsg"
    );
    assert_eq!((d.images[0].part, d.media.videos), (Part::Main, 1));
    assert!(
        d.links
            .iter()
            .any(|l| l.role == LinkRole::Content && l.text == "阅读原文")
    );
    assert_eq!(d.source.as_deref(), Some("青石发布"));
}

#[test]
fn a_shared_article_written_by_a_script() {
    let d = checked("wechat-share", 0, "2247480002");
    assert_eq!(
        main_text(&d),
        "请大家注意防汛，\"安全第一\"，遇到险情请及时与街道联系。\n第二段。"
    );
    assert!(d.links.iter().any(|l| l.url.contains("__biz=MzAx")));
}

#[test]
fn a_video_with_its_description() {
    let d = checked("wechat-video", 5, "2247480003");
    assert_eq!((d.title.as_str(), d.media.videos), ("反诈宣传视频", 1));
    assert!(main_text(&d).starts_with("街道开展反诈宣传"));
}

#[test]
fn pictures_with_a_text() {
    let d = checked("wechat-pictures", 8, "2247480004");
    assert_eq!(
        main_text(&d),
        "青石街道秋季志愿服务活动掠影，感谢每一位志愿者。\n第二行 & 第三行"
    );
    assert_eq!(d.images.len(), 2);
}

#[test]
fn a_text_without_a_title() {
    let d = checked("wechat-text", 10, "2247480005");
    assert_eq!(
        main_text(&d),
        "台风将至，请居民减少外出。\n街道值班电话：0599-6660008"
    );
    assert_eq!(d.title, "台风将至，请居民减少外出。");
    assert_eq!(value(&d, "街道值班电话"), Some("0599-6660008"));
}

#[test]
fn content_kept_only_in_the_data_script() {
    let html = r"<div id=js_article></div><script>window.cgiDataNew = { nick_name: JsDecode('青石发布'), title: JsDecode('甲\x26amp;乙'), content_noencode: JsDecode('\x3cp\x3e正文第一段，内容足够长，可以读到文字。\x3c/p\x3e\x3cp\x3e1 \x26lt; 2\x3c/p\x3e'), ori_create_time: '1790000000' * 1, item_show_type: '0' * 1, is_title_modified: '1' * 1, };</script>";
    let d = document(URL, html.as_bytes());
    assert_eq!(
        (d.title.as_str(), main_text(&d).as_str()),
        ("甲&乙", "正文第一段，内容足够长，可以读到文字。\n1 < 2")
    );
    assert!(d.wechat.unwrap().title_modified);
}

#[test]
fn pictures_alone_are_not_read_and_never_pass_as_seen() {
    for (name, reason) in [
        ("wechat-image-only", "图片化内容"),
        ("wechat-deleted", "该内容已被发布者删除"),
    ] {
        match reading(URL, &bytes(name)) {
            Reading::Unread(o) => assert!(
                o.kind == OutcomeKind::Unread && o.reason.contains(reason),
                "{}",
                o.reason
            ),
            Reading::Document(d) => assert!(d.title.is_empty(), "{name} was read as {}", d.title),
        }
    }
}

#[test]
fn an_article_that_is_a_guide_is_judged_as_one() {
    let article = |title: &str, text: &str| {
        let html = format!(
            "<h1 class=rich_media_title id=activity-name>{title}</h1><div class=rich_media_content id=js_content>{text}</div>"
        );
        document(URL, html.as_bytes())
    };
    let told = "<p>带上身份证到党政办填一张申请表。</p><p>二十个工作日内答复。</p><p>不服的可以申请行政复议。</p>";
    let gist = article("想查镇里的信息？收好这份政府信息公开指南", told);
    assert_eq!(gist.kind, Kind::Guide);
    assert!(gist.notes.iter().any(|n| n.contains("要点")));
    for title in [
        "收藏！白沙镇政府信息公开指南",
        "白沙镇人民政府政府信息公开指南（2026版）",
        "白沙镇政府信息公开指南，乡亲们请查收",
    ] {
        let named = article(title, "<p>找党政办</p><p>0599-6660801</p>");
        assert_eq!(named.kind, Kind::Guide, "{title}");
        assert!(named.notes.is_empty(), "{:?}", named.notes);
    }
    let news = article(
        "白沙镇开展政府信息公开指南培训",
        "<p>培训讲了申请和答复，咨询0599-6660801。</p>",
    );
    assert_ne!(news.kind, Kind::Guide);
    let whole = article(
        "白沙镇政府信息公开指南来了",
        &format!("<p>白沙镇人民政府政府信息公开指南</p>{told}"),
    );
    assert_eq!(whole.kind, Kind::Guide);
    assert!(whole.notes.is_empty(), "{:?}", whole.notes);
    let news = article(
        "我镇更新政府信息公开指南",
        "<p>近日，我镇更新了政府信息公开指南，欢迎到便民服务中心索取。</p>",
    );
    assert_eq!(news.kind, Kind::WechatArticle);
}

/// An article of an account with a title and a text, as the platform writes it.
fn article(title: &str, text: &str) -> Document {
    let lines: String = text.lines().map(|line| format!("<p>{line}</p>")).collect();
    let html = format!(
        "<html><head><title>{title}</title></head><body><div id=\"img-content\"><h1 class=\"rich_media_title\" id=\"activity-name\">{title}</h1>\
         <div id=\"meta_content\"><span>青石发布</span> <em id=\"publish_time\">2026-07-02</em></div>\
         <div class=\"rich_media_content\" id=\"js_content\">{lines}</div></div></body></html>"
    );
    document(URL, html.as_bytes())
}

#[test]
fn an_annual_report_is_one_on_an_account_too() {
    let title = "青石街道2025年政府信息公开工作年度报告";
    let whole = "一、总体情况\n全年公开九十条。\n二、主动公开政府信息情况\n无。\n三、收到和处理政府信息公开申请情况\n三件。\n\
                 四、政府信息公开行政复议、行政诉讼情况\n无。\n五、存在的主要问题及改进情况\n回复慢。\n六、其他需要报告的事项\n无。";
    assert_eq!(article(title, whole).kind, Kind::AnnualReport);
    let news = "年报出来了，总体情况一句话：全年公开九十条。全文请点阅读原文。";
    assert_eq!(article(title, news).kind, Kind::WechatArticle);
}

#[test]
fn questions_and_answers_on_a_document_are_a_reading() {
    let answered = "问：管哪些车？\n答：上道路行驶的电动自行车。\n问：上牌要钱吗？\n答：不收费。\n问：充电有什么规定？\n答：不得在楼道充电，\
                    小区要配建集中充电点。\n问：超标车怎么办？\n答：给两年过渡期，到期以后不得上路。";
    let title = "一问一答｜《青石县电动自行车管理规定》来了";
    assert_eq!(article(title, answered).kind, Kind::Interpretation);
    let told = "《青石县电动自行车管理规定》七月十日起施行，全文见下图。";
    assert_eq!(
        article(title, told).kind,
        Kind::WechatArticle,
        "nothing is answered"
    );
}

#[test]
fn a_post_that_tells_everything_item_by_item_is_a_guide() {
    let items = "事项名称：社会保险补贴\n政策依据：《就业补助资金管理办法》\n办理材料：申请表、就业创业证\n办理流程：申请、初审、复核、拨付\n\
                 办理地点：青石市场一楼大厅\n办理时间：工作日8:00—12:00\n咨询电话：0599-6660822";
    let title = "办事指南｜社保补贴怎么领";
    assert_eq!(article(title, items).kind, Kind::ServiceGuide);
    let gist = "申请条件：就业困难人员\n办理地点：青石市场一楼大厅\n咨询电话：0599-6660822\n更多内容请看指南原文。";
    assert_eq!(article(title, gist).kind, Kind::WechatArticle);
}

#[test]
fn an_account_asks_for_opinions_and_tells_what_came_of_them() {
    let asked = "县住建局正在制定《青石县物业服务收费管理办法》，现向全社会征求意见！\n时间：10月28日至11月28日\n① 发邮件：wy@example.gov.cn\n② 打电话：0599-6660361";
    let title = "征求意见！事关青石人的物业费";
    assert_eq!(article(title, asked).kind, Kind::Solicitation);
    let news = "县住建局昨天召开会议，征求意见，大家谈了物业费怎么收。记者到会采访。";
    assert_eq!(article(title, news).kind, Kind::WechatArticle);
    let told = "我局就《青石县单车停放规定（征求意见稿）》公开征求意见，一个月里收到留言、邮件共计127条。大家最关心的是停车点太少、调度不及时。感谢每一位市民！";
    let title = "《青石县单车停放规定》征求意见结果来了";
    assert_eq!(article(title, told).kind, Kind::SolicitationResult);
    let gist = "居民踊跃参与，提出意见23条，街道已采纳21条，未采纳2条。";
    assert_eq!(article(title, gist).kind, Kind::WechatArticle);
}

#[test]
fn an_article_is_what_its_title_would_be_on_a_site() {
    let of = |title: &str, text: &str| article(title, text).kind;
    let call = "现将征求意见稿公布，请于9月30日前反馈到县城管局，电话0599-6660001，或者发到信箱。";
    assert_eq!(
        of(
            "公告 | 关于公开征求《云溪县餐厨垃圾管理办法》意见的公告",
            call
        ),
        Kind::Solicitation
    );
    assert_eq!(
        of(
            "转发｜关于公开征求《云溪县餐厨垃圾管理办法》意见的公告",
            call
        ),
        Kind::WechatArticle
    );
    let questions = "近日，县人社局下发了《关于做好2026年失业保险稳岗返还工作的通知》，小编带你看。\n01 谁能申领？\n2025年度足额缴纳失业保险费、未裁员的企业，个体工商户、社会团体参照执行。\n02 能返多少？\n大型企业按上年度实际缴费的30%返还，中小微企业按60%返还。\n03 怎么申请？\n免申即享，公示无异议后拨到对公账户。";
    assert_eq!(
        of("稳岗返还来了！这份政策解读请收好", questions),
        Kind::Interpretation
    );
    assert_eq!(of("稳岗返还工作扎实开展", questions), Kind::WechatArticle);
    let unnamed = questions.replace("《关于做好2026年失业保险稳岗返还工作的通知》", "文件");
    assert_eq!(of("稳岗返还一问一答说清楚", &unnamed), Kind::WechatArticle);
    let loan = "9月1日起，双缴存职工最高贷款额度由60万元提高到80万元，单缴存职工由40万元提高到50万元，这项政策长期有效，原有贷款按原合同执行，新申请的照新标准。";
    assert_eq!(
        of("【政策解读】关于调整住房公积金贷款额度的通知", loan),
        Kind::Interpretation
    );
    assert_eq!(
        of("【便民】关于调整住房公积金贷款额度的通知", loan),
        Kind::WechatArticle
    );
    let rule = "文字版：\n一、适用水域。镇域内河道、水库、山塘、蓄水池。\n二、主要措施。设置警示牌120块、救生圈86个；村级巡查每日不少于2次；举报奖励每次50元。\n三、不准私自下水游泳；不准擅自与他人结伴游泳；不准在无家长带领的情况下游泳；不准到无安全设施的水域游泳；不准到不熟悉的水域游泳。\n四、7月1日起执行，至9月30日止。";
    assert_eq!(
        of("一图读懂《青石镇防溺水“六不准”管理规定》", rule),
        Kind::Interpretation
    );
}
