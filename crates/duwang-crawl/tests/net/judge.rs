//! What a page is worth by its content: each sign beside the page that only looks like it.

use crate::server::{Reply, Server, answer, html, not_found, page, quick, visit};
use duwang_crawl::{Crawler, Fetched, Hop, forward, judge, judge_against};
use duwang_html::{Limits, parse};
use duwang_model::Outcome;
use duwang_model::OutcomeKind::{self, Blocked, Missing, Ok, Unchanged, Unreachable, Unread};
use proptest::prelude::*;

const SITE: &str = "http://www.yunxi-demo.gov.cn/xxgk/202609/t20260918_1.html";

fn fetched(url: &str, status: u16, outcome: Outcome) -> Fetched {
    Fetched {
        status,
        ..answer(url, outcome)
    }
}

fn judged(fetched: &Fetched, html: &str) -> Outcome {
    judge(fetched, html, &parse(html, Limits::default()))
}

fn of(html: &str) -> Outcome {
    judged(&fetched(SITE, 200, Outcome::ok()), html)
}

fn with_status(status: u16, html: &str) -> Outcome {
    let outcome = if status < 300 {
        Outcome::ok()
    } else {
        Outcome::new(Blocked, format!("拒绝（{status}）"))
    };
    judged(&fetched(SITE, status, outcome), html)
}

/// A page in the site's template: navigation and footer around.
fn in_template(title: &str, main: &str) -> String {
    let nav: String = [
        "首页",
        "走进云溪",
        "新闻中心",
        "政务公开",
        "办事服务",
        "互动交流",
        "政策文件",
        "通知公告",
    ]
    .iter()
    .map(|n| format!("<li><a href=\"/{n}/\">{n}</a></li>"))
    .collect();
    format!(
        "<html><head><title>{title}</title></head><body><ul>{nav}</ul><div class=main>{main}</div>\
         <div class=footer>主办：云溪市人民政府办公室　承办：云溪市数字办　网站标识码：3504990001　闽ICP备00000000号-1　电话：0599-6660000</div></body></html>"
    )
}

fn story(about: &str) -> String {
    let line = format!(
        "<p>{about}，有关单位要高度重视，认真组织自查自纠，逐一登记造册，明确责任人和完成时限，确保整改到位。</p>"
    );
    line.repeat(8)
}

#[test]
fn soft_404() {
    for page in [
        "<title>404 Not Found</title><center><h1>404 Not Found</h1></center><hr><center>nginx</center>".to_owned(),
        "<p>您访问的页面不存在或已删除</p>".to_owned(),
        in_template("云溪市人民政府", "<div class=err>对不起，您访问的页面不存在或已被删除！</div><p><a href=/>返回首页</a></p>"),
        in_template("页面不存在-云溪市人民政府", "<img src=/404.png>"),
        in_template("系统提示", "<p>该信息已下架</p>"),
        in_template("系统提示", "<p>信息正在审核中</p>"),
        in_template("404", "<p>5秒后自动返回首页</p>"),
        in_template("云溪市人民政府", "<h2>404</h2><p>抱歉，您要访问的页面找不到了，请检查网址</p>"),
    ] {
        let outcome = of(&page);
        assert_eq!(outcome.kind, Missing, "{page}\n{outcome:?}");
        assert!(!outcome.reason.is_empty());
    }
}

#[test]
fn talking_about_missing_pages_is_not_missing() {
    for page in [
        in_template("关于网站部分页面不存在问题的整改报告", &story("针对检查发现的部分网页不存在、链接404等问题")),
        in_template("通知", "<p>近期有群众反映本网站部分页面不存在，现已修复，感谢您的关注与支持。</p>"),
        in_template("常见问题", &format!("<p>页面不存在</p>{}", story("访问网站时提示页面不存在的，请检查网址是否完整"))),
        "<html><head><title>公告</title><meta name=\"PubDate\" content=\"2026-09-18 09:00\"></head><body><p>该信息已下架</p><p>特此公告</p></body></html>".to_owned(),
        in_template("依申请公开答复示范文本", "<p>经检索，您申请公开的政府信息不存在，根据《中华人民共和国政府信息公开条例》第三十六条第四项告知如下。</p>"),
        in_template("404路公交线路调整公告", "<p>自9月20日起，404路公交车改走云溪大道，沿途站点不变，请市民朋友合理安排出行。</p>"),
        in_template("通知公告", "<ul><li><a href=/1.html>页面不存在</a></li><li><a href=/2.html>关于停水的通知</a></li></ul>"),
    ] {
        assert_eq!(of(&page).kind, Ok, "{page}\n{:?}", of(&page));
    }
}

#[test]
fn sent_home() {
    let sent = |from: &str, to: &str| {
        let mut fetched = fetched(from, 200, Outcome::ok());
        fetched.final_url = to.to_owned();
        fetched.hops.push(Hop {
            url: from.to_owned(),
            status: 302,
            location: to.to_owned(),
        });
        judged(&fetched, &in_template("云溪市人民政府", &story("本市要闻"))).kind
    };
    let home = "http://www.yunxi-demo.gov.cn/";
    assert_eq!(sent(SITE, home), Missing);
    assert_eq!(
        sent(SITE, "https://www.yunxi-demo.gov.cn/index.html"),
        Missing
    );
    assert_eq!(sent("http://yunxi-demo.gov.cn/a/b.html", home), Missing);
    assert_eq!(sent("http://www.yunxi-demo.gov.cn/xxgk/", home), Ok);
    assert_eq!(sent("http://www.yunxi-demo.gov.cn/index.jsp", home), Ok);
    assert_eq!(
        sent(
            "http://www.yunxi-demo.gov.cn/",
            "https://www.yunxi-demo.gov.cn/"
        ),
        Ok
    );
    assert_eq!(sent("http://old-demo.gov.cn/a/b.html", home), Ok);
    assert_eq!(
        sent(
            SITE,
            "http://www.yunxi-demo.gov.cn/xxgk/202609/t20260918_2.html"
        ),
        Ok
    );
    assert_eq!(sent(SITE, "http://www.yunxi-demo.gov.cn/?id=5"), Ok);
}

#[test]
fn firewalls() {
    let ruishu = "<html><head><meta id=q content=zz r='m'><script r='m'>$_ts=window['$_ts'];$_ts.nsd=9;</script></head><body></body></html>";
    for (status, page) in [
        (202, ruishu),
        (412, ruishu),
        (200, ruishu),
        (
            521,
            "<script>document.cookie='__jsl_clearance_s=1.1|-1|x;';location.href=location.pathname+location.search</script>",
        ),
        (
            200,
            "<html><script>var arg1='A';document.cookie='acw_sc__v2=1';location.reload()</script></html>",
        ),
        (
            200,
            "<html><script>var wzwschallenge='x';</script><body>请稍候</body></html>",
        ),
        (
            200,
            "<title>网站防火墙</title><h1>您的请求带有不合法参数，已被网站管理员设置拦截！</h1>",
        ),
        (
            403,
            "<title>访问被拦截</title><p>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。事件ID：0123</p>",
        ),
        (200, "<p>请完成安全验证</p><p>拖动滑块完成拼图</p>"),
    ] {
        let outcome = with_status(status, page);
        assert_eq!(outcome.kind, Blocked, "{status} {page}\n{outcome:?}");
    }
}

#[test]
fn content_behind_a_firewall_is_content() {
    let script = "<script>$_ts=window['$_ts'];</script>";
    let protected = in_template(
        "关于加强校园周边管理的通告",
        &format!("{script}{}", story("为加强校园周边管理")),
    );
    for status in [200, 202, 403, 412, 521] {
        assert_eq!(with_status(status, &protected).kind, Ok, "{status}");
    }
    let about = in_template(
        "网站防火墙采购公告",
        &story("云溪市拟采购网站防火墙、云盾等安全产品，用于人机验证和滑动验证"),
    );
    assert_eq!(of(&about).kind, Ok);
    // Without content the status stands.
    assert_eq!(with_status(403, "<h1>403 Forbidden</h1>").kind, Blocked);
    let gone = fetched(SITE, 404, Outcome::new(Missing, "页面不存在（404）"));
    assert_eq!(judged(&gone, &protected).kind, Missing);
}

#[test]
fn outcomes_that_are_no_answers_stay() {
    for kind in [
        Missing,
        Unreachable,
        Unchanged,
        OutcomeKind::Refused,
        Unread,
    ] {
        let before = Outcome::new(kind, "如实");
        assert_eq!(
            judged(&fetched(SITE, 0, before.clone()), "<p>什么都行</p>"),
            before
        );
    }
}

#[test]
fn logins() {
    let form = "<form><input name=u><input type=password name=p><button>登录</button></form>";
    assert_eq!(
        of(&format!("<title>统一身份认证</title>{form}")).kind,
        Unread
    );
    assert!(
        of(&format!("<title>用户登录</title>{form}"))
            .reason
            .contains("登录")
    );
    let with_box = in_template("云溪市人民政府", &format!("{form}{}", story("本市要闻")));
    assert_eq!(of(&with_box).kind, Ok);
    let many_links: String = (0..60)
        .map(|i| format!("<a href=/{i}>关于第{i}号通告的公示</a>"))
        .collect();
    assert_eq!(of(&format!("{form}{many_links}")).kind, Ok);
}

#[test]
fn shells() {
    let shell = of(
        "<html><head><title>云溪</title></head><body><div id=app></div><script src=/app.js></script></body></html>",
    );
    assert_eq!((shell.kind, shell.reason.contains("脚本")), (Unread, true));
    assert_eq!(of("").kind, Unread);
    assert_eq!(of("<html><body>  　\u{a0} </body></html>").kind, Unread);
    assert_eq!(of("<body><div style=\"display:none\">藏着的文字藏着的文字藏着的文字藏着的文字</div></body>").kind, Unread);
    assert_eq!(
        of("<body><img src=a.jpg></body>").kind,
        Ok,
        "the page reader knows image-only pages"
    );
    assert_eq!(of("<body><a href=a.pdf>附件</a></body>").kind, Ok);
    let rendered = format!("<div id=app>{}</div>", story("已经渲染"));
    assert_eq!(of(&rendered).kind, Ok);
}

#[test]
fn pages_that_only_lead_elsewhere() {
    let to = |html: &str| forward(SITE, html, &parse(html, Limits::default())).map(String::from);
    let home = Some("http://www.yunxi-demo.gov.cn/portal/".to_owned());
    assert_eq!(
        to("<meta http-equiv=refresh content=\"0; URL='/portal/'\">"),
        home
    );
    assert_eq!(
        to("<script>window.location.href = '/portal/';</script>"),
        home
    );
    assert_eq!(to("<script>location.replace(\"/portal/\")</script>"), home);
    assert_eq!(to("<meta http-equiv=refresh content=60>"), None);
    assert_eq!(
        to("<script>location.href='javascript:void(0)'</script>"),
        None
    );
    assert_eq!(to("<p>无</p>"), None);
    let outcome = of("<html><meta http-equiv=\"Refresh\" content=\"0;url=/portal/\"></html>");
    assert_eq!(
        (outcome.kind, outcome.reason.contains("/portal/")),
        (Unread, true)
    );
}

const ARTICLE_URL: &str = "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv";

fn wechat(html: &str) -> Outcome {
    judged(&fetched(ARTICLE_URL, 200, Outcome::ok()), html)
}

fn notice(text: &str) -> String {
    format!(
        "<body id=\"activity-detail\" class=\"zh_CN wx_wap_page\"><div class=\"weui-msg\"><div class=\"weui-msg__text-area\"><div class=\"weui-msg__title warn\">{text}</div></div></div></body>"
    )
}

#[test]
fn wechat_pages_that_are_no_articles() {
    for (text, kind, reason) in [
        ("该内容已被发布者删除", Missing, "已被发布者删除"),
        (
            "The content has been deleted by the author.",
            Missing,
            "已被发布者删除",
        ),
        ("此内容因违规无法查看", Missing, "违规"),
        ("此内容发送失败无法查看", Missing, "发送失败"),
        ("该内容被投诉且经审核涉嫌侵权，无法查看", Missing, "投诉"),
        ("此帐号已自主注销，内容无法查看", Missing, "注销"),
        ("此帐号已被屏蔽, 内容无法查看", Missing, "屏蔽"),
        ("此帐号处于帐号迁移流程中", Unread, "迁移"),
        ("链接已过期", Unread, "过期"),
        ("该内容暂时无法查看", Unread, "暂时"),
        ("环境异常", Blocked, "验证"),
        ("当前环境异常，完成验证后即可继续访问。", Blocked, "验证"),
        ("访问过于频繁，请用微信扫描二维码进行访问", Blocked, "频繁"),
        ("请在微信客户端打开链接", Unread, "客户端"),
        ("参数错误", Missing, "参数"),
        ("系统出错", Unreachable, "系统出错"),
        ("今日天气晴", Unread, "不是文章"),
    ] {
        let outcome = wechat(&notice(text));
        assert_eq!(outcome.kind, kind, "{text} {outcome:?}");
        assert!(outcome.reason.contains(reason), "{text} {outcome:?}");
        // The same words in an article are an article.
        let article = format!(
            "<body id=\"activity-detail\"><div id=\"js_article\"><h1 id=activity-name>{text}</h1><div id=\"js_content\" style=\"visibility: hidden\"><p>{text}</p></div></div></body>"
        );
        assert_eq!(wechat(&article).kind, Ok, "{text}");
    }
}

#[test]
fn wechat_by_other_signs() {
    let moved = wechat(
        "<script>var transferTargetLink = 'https://mp.weixin.qq.com/s/0000000000000000000000';</script><p>该公众号已迁移</p>",
    );
    assert_eq!(moved.kind, Unread);
    assert!(
        moved.reason.contains("https://mp.weixin.qq.com/s/0000"),
        "{}",
        moved.reason
    );
    assert_eq!(
        wechat("<script src=\"//res.wx.qq.com/secitptpage/template/verify.js\"></script>").kind,
        Blocked
    );
    let mut captcha = fetched(ARTICLE_URL, 200, Outcome::ok());
    captcha.final_url = "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=1".into();
    assert_eq!(judged(&captcha, "<p>x</p>").kind, Blocked);
    // Only pictures: no #js_content, but the root of an article.
    assert_eq!(
        wechat("<div id=\"js_article\" class=\"share_content_page\"></div>").kind,
        Ok
    );
    // The captcha's page carries no mark of an article; it is known by its words wherever it comes from.
    let captcha = "<title>环境异常</title><body class=zh_CN><div class=weui-msg><h2 class=weui-msg__title>环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p><a>去验证</a></div>";
    let outcome = of(captcha);
    assert_eq!(outcome.kind, Blocked, "{outcome:?}");
    assert!(outcome.reason.contains("验证"));
    let told = of(&in_template(
        "关于浏览器提示“环境异常”的说明",
        &(story("近期部分群众反映打开公众号文章时提示“当前环境异常，完成验证后即可继续访问”")
            + &story("经向平台了解，这是访问过于频繁所致")
            + &story("请稍后再试")),
    ));
    assert_eq!(told.kind, Ok, "{told:?}");
    let own = of("<body><div class=weui-msg><h2>提交成功</h2><p>您的申请已受理</p></div>");
    assert_ne!(own.kind, Blocked, "{own:?}");
    // A saved notice served from elsewhere.
    assert_eq!(of(&notice("该内容已被发布者删除")).kind, Missing);
    let newer = "<body id=\"\" class=\"zh_CN wx_wap_page\"><div class=\"weui-msg\"><h2 class='weui-msg__title'>此内容因违规无法查看</h2><p>由用户投诉并经平台审核，查看<a href=x>对应规则</a></p></div></body>";
    assert!(of(newer).reason.contains("违规"));
    let older = "<body id=\"activity-detail\" class=\"zh_CN\"><div class=\"weui-msg\"><h2 class=\"weui-msg__title\">链接已过期</h2></div></body>";
    assert_eq!(of(older).kind, Unread);
    // An ordinary site that quotes the words.
    assert_eq!(
        of(&in_template(
            "说明",
            "<p>部分文章提示该内容已被发布者删除，请以本网发布的内容为准，特此说明。</p>"
        ))
        .kind,
        Ok
    );
}

#[tokio::test]
async fn a_page_like_the_answer_to_nothing_is_missing() {
    let sorry = in_template(
        "云溪市人民政府",
        "<p>亲，小云没能为您找到想要的宝贝</p><p>再逛逛别处吧</p>",
    );
    let kept = sorry.clone();
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/robots.txt" => not_found(),
        "/real.html" => html(in_template("云溪市人民政府", &story("本市要闻"))),
        _ => html(&kept),
    })
    .await;
    let crawler = Crawler::new(quick()).unwrap();
    let url = server.url("/a/b.html").parse().unwrap();
    let baseline = crawler
        .baseline(&url)
        .await
        .expect("this site never says 404");
    crawler.baseline(&url).await;
    assert_eq!(server.asked().len(), 1, "asked once per host");
    for (path, kind) in [("/gone.html", Missing), ("/real.html", Ok)] {
        let fetched = visit(&crawler, &page(&server.url(path))).await;
        let text = String::from_utf8(fetched.body.as_deref().unwrap().to_vec()).unwrap();
        let tree = parse(&text, Limits::default());
        assert_eq!(judge(&fetched, &text, &tree).kind, Ok);
        assert_eq!(
            judge_against(&fetched, &text, &tree, Some(&baseline)).kind,
            kind,
            "{path}"
        );
    }
    let honest =
        Server::start(|_| Reply::Send(crate::server::respond("404 Not Found", &[], "no"))).await;
    assert!(
        crawler
            .baseline(&honest.url("/").parse().unwrap())
            .await
            .is_none()
    );
}

proptest! {
    #[test]
    fn judging_never_panics(
        parts in prop::collection::vec(prop::sample::select(vec![
            "<div id=app>", "<div id=js_content>", "<a href=", "页面不存在", "404", "<p>", "</p>", "\0", "<script>", "location.href='", "'",
            "<meta http-equiv=refresh content=0;url=", "transferTargetLink", "<title>", "该内容已被发布者删除", "\u{feff}", "<input type=password>",
            "http://[", "登录", "$_ts=window['$_ts']", "<body id=activity-detail class=wx_wap_page>", "İ", "ß", "URL=", "<table><td>",
        ]), 0..30),
        noise in "\\PC{0,40}",
        status in prop::sample::select(vec![0u16, 200, 202, 304, 403, 404, 412, 521, 999]),
        url in prop::sample::select(vec![SITE, ARTICLE_URL, "", "not a url", "http://x/?", "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha"]),
    ) {
        let html = parts.concat() + &noise;
        let tree = parse(&html, Limits::default());
        let ok = fetched(url, status, Outcome::ok());
        let first = judged(&ok, &html);
        prop_assert_eq!(&first, &judged(&ok, &html));
        prop_assert!(first.kind == Ok || !first.reason.is_empty());
        judged(&fetched(url, status, Outcome::new(Blocked, "x")), &html);
        forward(url, &html, &tree);
    }
}
