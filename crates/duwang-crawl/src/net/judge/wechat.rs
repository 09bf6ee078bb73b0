//! Pages of the WeChat host that are no articles. All of them may come with status 200, and their words may stand in a real article,
//! too: so first whether there is an article, and only then which page this is.

use super::WECHAT_CAPTCHA;
use super::glance::Glance;
use crate::net::answer::Fetched;
use crate::net::host::WECHAT;
use duwang_html::Tree;
use duwang_model::{Outcome, OutcomeKind};
use memchr::memmem;
use url::Url;

/// `None`: not WeChat's business, or an article.
pub(super) fn judge(fetched: &Fetched, html: &str, tree: &Tree) -> Option<Outcome> {
    if !is_wechat(&fetched.final_url, tree) {
        return notice_elsewhere(html, tree);
    }
    if is_album(&fetched.final_url) {
        return None;
    }
    if has_article(tree) {
        return Some(Outcome::ok());
    }
    Some(not_an_article(fetched, html, &visible_text(tree)))
}

/// What the source of a notice has, whatever host it comes from: the captcha's page carries none of the marks of an article.
const NOTICE_MARKS: [&str; 3] = [
    "secitptpage/template/verify",
    "完成验证后即可继续访问",
    "weui-msg",
];
/// A notice is short: neither long source nor much to read.
const LONGEST_NOTICE: usize = 96 << 10;
const MOST_TEXT: usize = 200;

/// Whether the raw answer may be a notice; cheap, asked of every short answer.
pub(super) fn may_be_notice(body: &[u8]) -> bool {
    let marks = NOTICE_MARKS.iter();
    body.len() <= LONGEST_NOTICE
        && marks
            .map(|m| memmem::find(body, m.as_bytes()))
            .any(|at| at.is_some())
}

/// A notice of WeChat by its words, served by a relay or from a copy.
fn notice_elsewhere(html: &str, tree: &Tree) -> Option<Outcome> {
    if !may_be_notice(html.as_bytes()) || has_article(tree) {
        return None;
    }
    let glance = Glance::of(tree);
    if glance.is_stamped || glance.visible() > MOST_TEXT {
        return None;
    }
    known_notice(html, &visible_text(tree))
}

/// Whether WeChat tells us to stay away.
pub(super) fn stop_sign(fetched: &Fetched, html: &str) -> Option<String> {
    let tree = duwang_html::parse(html, duwang_html::Limits::default());
    judge(fetched, html, &tree)
        .filter(|o| o.kind == OutcomeKind::Blocked)
        .map(|o| o.reason)
}

fn is_wechat(url: &str, tree: &Tree) -> bool {
    let host_says_so = Url::parse(url).is_ok_and(|u| u.host_str() == Some(WECHAT));
    host_says_so || is_marked(tree)
}

/// A saved article or notice of WeChat served from elsewhere. The id stands on articles and on the older notices, the class on
/// articles and on the newer ones.
fn is_marked(tree: &Tree) -> bool {
    // By hand and only up to the body: this is asked of every page.
    let mut nodes = tree.descendants(tree.root());
    nodes
        .find(|id| tree.name(*id) == "body")
        .is_some_and(|body| {
            tree.attr(body, "id") == Some("activity-detail")
                || tree.has_class(body, "wx_wap_page")
                || tree.has_class(body, "mm_appmsg")
        })
}

/// The root of an article page, or the content of an older one.
fn has_article(tree: &Tree) -> bool {
    tree.descendants(tree.root())
        .any(|id| matches!(tree.attr(id, "id"), Some("js_article" | "js_content")))
}

/// Albums and interfaces are read by others.
fn is_album(url: &str) -> bool {
    Url::parse(url).is_ok_and(|u| {
        let path = u.path();
        path.starts_with("/mp/") && !path.contains("captcha") && !path.contains("appmsg/show")
    })
}

/// What the page says, first match wins. Most specific first.
const PAGES: &[(&[&str], OutcomeKind, &str)] = &[
    (
        &[
            "环境异常",
            "完成验证后即可继续访问",
            "secitptpage/template/verify",
        ],
        OutcomeKind::Blocked,
        WECHAT_CAPTCHA,
    ),
    (
        &["访问过于频繁", "操作过于频繁"],
        OutcomeKind::Blocked,
        "微信提示访问过于频繁",
    ),
    (
        &[
            "已被发布者删除",
            "deleted by the author",
            "deleted by its author",
        ],
        OutcomeKind::Missing,
        "已被发布者删除",
    ),
    (
        &[
            "transferTargetLink = '",
            "transferTargetLink='",
            "公众号已迁移",
            "帐号已迁移",
            "账号已迁移",
        ],
        OutcomeKind::Unread,
        "公众号已迁移",
    ),
    (
        &["帐号迁移流程中", "账号迁移流程中"],
        OutcomeKind::Unread,
        "公众号正在迁移",
    ),
    (
        &["因违规无法查看", "违反相关法律法规"],
        OutcomeKind::Missing,
        "因违规无法查看",
    ),
    (
        &["发送失败无法查看"],
        OutcomeKind::Missing,
        "发送失败无法查看",
    ),
    // Whatever the reason: an account that was complained about is gone as a whole.
    (
        &[
            "帐号已被屏蔽",
            "账号已被屏蔽",
            "公众号已被屏蔽",
            "已自主注销",
            "帐号已注销",
            "账号已注销",
        ],
        OutcomeKind::Missing,
        "公众号已注销或被屏蔽",
    ),
    (
        &["涉嫌侵权", "冒名侵权", "不实信息", "投诉"],
        OutcomeKind::Missing,
        "被投诉，无法查看",
    ),
    (
        &["链接已过期"],
        OutcomeKind::Unread,
        "临时链接已过期，需要永久链接",
    ),
    (&["暂时无法查看"], OutcomeKind::Unread, "内容暂时无法查看"),
    (
        &["请在微信客户端打开", "微信客户端打开链接"],
        OutcomeKind::Unread,
        "只能在微信客户端打开",
    ),
    (&["参数错误"], OutcomeKind::Missing, "链接参数错误"),
    (
        &["系统出错", "系统错误"],
        OutcomeKind::Unreachable,
        "微信提示系统出错",
    ),
];

fn not_an_article(fetched: &Fetched, html: &str, text: &str) -> Outcome {
    let path_says_captcha =
        Url::parse(&fetched.final_url).is_ok_and(|u| u.path().contains("captcha"));
    if path_says_captcha {
        return Outcome::new(OutcomeKind::Blocked, WECHAT_CAPTCHA);
    }
    known_notice(html, text)
        .unwrap_or_else(|| Outcome::new(OutcomeKind::Unread, "不是文章的微信页面"))
}

fn known_notice(html: &str, text: &str) -> Option<Outcome> {
    let page = PAGES.iter().find(|(signs, ..)| {
        signs.iter().any(|s| {
            let is_script = s.starts_with("transferTarget") || s.starts_with("secitptpage");
            text.contains(s) || (is_script && html.contains(s))
        })
    });
    page.map(|(_, kind, reason)| match *reason {
        "公众号已迁移" => Outcome::new(*kind, moved(reason, html)),
        _ => Outcome::new(*kind, *reason),
    })
}

/// Where the account went, so that a person can follow.
fn moved(reason: &str, html: &str) -> String {
    let target = html
        .split_once("transferTargetLink")
        .and_then(|(_, rest)| rest.split_once('\''))
        .and_then(|(_, rest)| rest.split_once('\''))
        .map(|(link, _)| link.replace("\\x26amp;", "&").replace("&amp;", "&"))
        .filter(|link| link.starts_with("http") && link.len() < 500);
    match target {
        Some(link) => format!("{reason}，新地址 {link}"),
        None => reason.to_owned(),
    }
}

fn visible_text(tree: &Tree) -> String {
    let glance = Glance::of(tree);
    let mut text = glance.lines.join("\n");
    text.push('\n');
    text.push_str(&glance.title);
    text
}
