//! The public article pages of two official accounts, `seeds/demo/wechat.toml`, in the forms the real ones have: text, shared, video,
//! picture, short text, and the notices that stand where an article was. All of them answer 200.

use super::data;
use super::markup::{self, Style};
use super::site::{Site, day_of, fill, resource};
use crate::escape::html as escape;
use anyhow::Context as _;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    account: Vec<Account>,
    article: Vec<Article>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    id: String,
    name: String,
    biz: String,
    user_name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Article {
    /// 22 characters after `/s/`.
    key: String,
    /// Host placeholder.
    #[serde(default = "wx")]
    host: String,
    /// Account id.
    account: String,
    /// `0`, `share`, `5`, `8`, `10`, `deleted`, `violation`, `moved` or `check`.
    form: String,
    #[serde(default)]
    title: String,
    /// `2026-09-21 22:13`, Shanghai.
    #[serde(default)]
    date: String,
    #[serde(default)]
    author: String,
    #[serde(default)]
    digest: String,
    /// Text in [`markup`]; for forms without one, the description.
    #[serde(default)]
    body: String,
    /// 阅读原文, the shared article, or the place an account moved to.
    #[serde(default)]
    target: String,
    #[serde(default)]
    original: bool,
}

fn wx() -> String {
    "wx".to_owned()
}

impl Article {
    /// Whether it is not published yet on a day.
    fn is_to_come(&self, today: NaiveDate) -> bool {
        day_of(&self.date).is_some_and(|day| day > today)
    }
}

/// Addresses of articles that are not published yet on a day.
pub fn to_come(
    places: &HashMap<&'static str, String>,
    today: NaiveDate,
) -> anyhow::Result<Vec<String>> {
    let file: File = data::read("wechat.toml")?;
    let later = file.article.iter().filter(|a| a.is_to_come(today));
    Ok(later
        .map(|a| fill(&format!("{{{}}}/s/{}", a.host, a.key), places))
        .collect())
}

/// The hosts that serve articles, with what is published on a day.
pub fn build_all(
    places: &HashMap<&'static str, String>,
    today: NaiveDate,
) -> anyhow::Result<HashMap<String, Site>> {
    let file: File = data::read("wechat.toml")?;
    let mut sites: HashMap<String, Site> = HashMap::new();
    for (serial, article) in file.article.iter().enumerate() {
        if article.is_to_come(today) {
            continue;
        }
        let account = file
            .account
            .iter()
            .find(|a| a.id == article.account)
            .with_context(|| format!("没有公众号 {}", article.account))?;
        let html = fill(&page(account, article, serial), places);
        let site = sites.entry(article.host.clone()).or_insert_with(|| Site {
            validators: data::Validators::None,
            ..Site::default()
        });
        site.resources.insert(
            format!("/s/{}", article.key),
            resource("text/html; charset=UTF-8", html.into_bytes(), &article.date),
        );
    }
    Ok(sites)
}

fn page(account: &Account, article: &Article, serial: usize) -> String {
    match article.form.as_str() {
        "deleted" => notice(
            "<div class=\"weui-msg__title warn\">该内容已被发布者删除</div>",
            "",
        ),
        "violation" => notice(
            "<h2 class=\"weui-msg__title\">此内容因违规无法查看</h2><div class=\"weui-msg__desc\">由用户投诉并经平台审核，该内容违反《互联网用户公众账号信息服务管理规定》，查看<a href=\"javascript:void(0)\">对应规则</a></div>",
            "",
        ),
        "moved" => notice(
            "<h2 class=\"weui-msg__title\">该公众号已迁移</h2><div class=\"weui-msg__desc\">账号已迁移，点击下方按钮访问文章</div>",
            &format!("var transferTargetLink = '{}';", article.target),
        ),
        "check" => CHECK.to_owned(),
        _ => shell(account, article, serial, &body(account, article)),
    }
}

/// What is shown where an article was.
fn notice(message: &str, script: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title></title></head><body id=\"activity-detail\" class=\"zh_CN wx_wap_page\"><div class=\"weui-msg\"><div class=\"weui-msg__icon-area\"><i class=\"weui-icon-warn\"></i></div><div class=\"weui-msg__text-area\">{message}</div></div><script>{script}</script></body></html>"
    )
}

const CHECK: &str = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>环境异常</title><script src=\"/mmbizwap/secitptpage/template/verify.js\"></script></head><body class=\"zh_CN\"><div class=\"weui-msg\"><div class=\"weui-msg__text-area\"><h2 class=\"weui-msg__title\">环境异常</h2><p class=\"weui-msg__desc\">当前环境异常，完成验证后即可继续访问。</p></div><div class=\"weui-msg__opr-area\"><a class=\"weui-btn weui-btn_primary\" id=\"js_verify\" href=\"javascript:;\">去验证</a></div></div></body></html>";

fn body(account: &Account, article: &Article) -> String {
    match article.form.as_str() {
        "share" => format!(
            "<div id=\"js_article\" class=\"rich_media original_page\"><h1 class=\"rich_media_title\" id=\"activity-name\">{title}</h1>{meta}<div id=\"js_content\" class=\"rich_media_content\" style=\"visibility: hidden; opacity: 0;\"></div><p id=\"js_share_notice\"><script>document.getElementById('js_share_notice').innerHTML = \"{text}\".replace(/\\r/g,'');</script></p><span id=\"js_share_source\" data-url=\"{target}\">阅读全文</span></div>",
            title = escape(&article.title),
            meta = meta(account, article),
            target = article.target,
            text = literal(&article.body),
        ),
        "5" => format!(
            "<div id=\"js_article\" class=\"rich_media\"><h1 class=\"rich_media_title\" id=\"activity-name\">{}</h1>{}<div id=\"js_common_share_desc_wrap\"><div id=\"js_common_share_desc\">{}</div></div><div id=\"js_mpvedio\" data-vid=\"wxv_3600000000000000001\"></div></div><script>var video_page_infos = [{{video_id: 'wxv_3600000000000000001'}}];</script>",
            escape(&article.title),
            meta(account, article),
            escape(&article.body),
        ),
        "8" => format!(
            "<div id=\"js_article\" class=\"share_content_page\"><div class=\"share_media_swiper_content\"></div></div><script>window.desc = \"{text}\".replace(/\\r/g,''); window.picture_page_info_list = [{{width:'1080' * 1,height:'1440' * 1,cdn_url:'{{wx}}/mmbiz/1.jpeg'}},{{width:'1080' * 1,height:'1440' * 1,cdn_url:'{{wx}}/mmbiz/2.jpeg'}}]; window.cgiDataNew = {{ nick_name: JsDecode('{name}'), title: JsDecode('{title}'), content_noencode: JsDecode('{text}'), create_time: JsDecode('{date}'), item_show_type: '8' * 1 }};</script>",
            text = literal(&article.body),
            name = account.name,
            title = literal(&article.title),
            date = article.date,
        ),
        "10" => format!(
            "<div id=\"js_article\" class=\"rich_media\"><div id=\"js_text_content\"><p id=\"js_text_desc\" class=\"share_notice\"></p></div></div><script>var TextContentNoEncode = '' || '{}'; window.__QMTPL_SSR_DATA__ = {{}};</script>",
            literal(&article.body),
        ),
        _ => format!(
            "<div id=\"js_article\" class=\"rich_media\"><div id=\"img-content\" class=\"rich_media_wrp\"><h1 class=\"rich_media_title \" id=\"activity-name\">\n   {}   </h1>{}<div class=\"rich_media_content js_underline_content\" id=\"js_content\" style=\"visibility: hidden; opacity: 0; \"><section>{}</section></div></div></div>",
            escape(&article.title),
            meta(account, article),
            leaves(&markup::html(
                &article.body,
                Style {
                    pairs: "lines",
                    word: false,
                    breaks: false
                }
            )),
        ),
    }
}

fn meta(account: &Account, article: &Article) -> String {
    let original = if article.original {
        "<span id=\"copyright_logo\">原创</span>"
    } else {
        ""
    };
    format!(
        "<div id=\"meta_content\">{original}<span id=\"js_author_name\">{}</span> <span id=\"profileBt\"><a id=\"js_name\" href=\"javascript:void(0);\"> {} </a></span> <em id=\"publish_time\" class=\"rich_media_meta rich_media_meta_text\"></em></div>",
        escape(&article.author),
        account.name
    )
}

fn shell(account: &Account, article: &Article, serial: usize, body: &str) -> String {
    let class = match article.form.as_str() {
        "8" => "page_share_img",
        "10" => "page_share_text",
        _ => "mm_appmsg appmsg_skin_default",
    };
    let shown = if article.form == "share" {
        "0"
    } else {
        &article.form
    };
    let title = if article.title.is_empty() {
        &article.body
    } else {
        &article.title
    };
    // Forms without a body of text carry their words in the description.
    let digest = match article.form.as_str() {
        "5" | "8" | "10" => article.body.trim(),
        _ if article.digest.is_empty() => &article.title,
        _ => &article.digest,
    };
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><meta name=\"description\" content=\"{digest}\"><meta name=\"author\" content=\"{author}\"><meta property=\"og:title\" content=\"{title}\"><meta property=\"og:url\" content=\"{{{host}}}/s/{key}\"><meta property=\"og:description\" content=\"{digest}\"><title></title></head>\n<body id=\"activity-detail\" class=\"zh_CN wx_wap_page {class}\">{body}\n<script>var biz = \"\" || \"{biz}\" || \"\"; var sn = \"\" || \"{serial:032x}\"; var mid = \"\" || \"{mid}\" || \"\"; var idx = \"\" || \"1\" || \"\";\nvar nickname = htmlDecode(\"{name}\"); var user_name = \"{user}\"; var ct = \"{ct}\"; var createTime = '{date}';\nvar msg_title = '{js_title}'.html(false); var msg_desc = htmlDecode(\"{digest}\"); var msg_source_url = '{source}'; var _copyright_stat = \"{copyright}\"; var item_show_type = \"{shown}\"; window.item_show_type = '{shown}' || ''; window.ct = '{ct}' || '';</script></body></html>",
        digest = escape(digest),
        author = escape(&article.author),
        title = escape(title),
        host = article.host,
        key = article.key,
        biz = account.biz,
        mid = 2_247_480_000 + serial,
        name = account.name,
        user = account.user_name,
        ct = epoch(&article.date),
        date = article.date,
        js_title = literal(title),
        source = if matches!(article.form.as_str(), "0") {
            article.target.as_str()
        } else {
            ""
        },
        copyright = u8::from(article.original),
    )
}

/// Cuts paragraphs into the small spans the account editor leaves behind.
fn leaves(html: &str) -> String {
    const PIECE: usize = 11;
    let mut out = String::new();
    for line in html.lines() {
        let text = line
            .strip_prefix("<p style=\"text-indent:2em\">")
            .and_then(|l| l.strip_suffix("</p>"))
            .filter(|t| !t.contains('<'));
        let Some(text) = text else {
            out.push_str(line);
            continue;
        };
        let chars: Vec<char> = text.chars().collect();
        out.push_str("<p>");
        for piece in chars.chunks(PIECE) {
            out.push_str(&format!(
                "<span leaf=\"\">{}</span>",
                piece.iter().collect::<String>()
            ));
        }
        out.push_str("</p>");
    }
    out
}

/// Text inside a quoted JavaScript literal, escaped the way the article pages do it.
fn literal(text: &str) -> String {
    text.trim()
        .replace('\\', "\\x5c")
        .replace('\'', "\\x27")
        .replace('"', "\\x22")
        .replace('<', "\\x3c")
        .replace('>', "\\x3e")
        .replace('\n', "\\x0a")
}

fn epoch(date: &str) -> i64 {
    let at = NaiveDateTime::parse_from_str(date, "%Y-%m-%d %H:%M").unwrap_or_default();
    at.checked_sub_signed(TimeDelta::hours(8))
        .unwrap_or(at)
        .and_utc()
        .timestamp()
}
