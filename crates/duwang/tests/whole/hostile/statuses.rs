//! Status lines that lie, pages that are not there and say so in words, and firewalls with their riddles.

use super::wire::{HTML, story};
use super::{Ends, Misbehaviour, Plays};

/// One fixed answer for the misbehaving page.
macro_rules! answers {
    ($name:literal, $serves:literal, $status:literal, $headers:expr, $body:expr, $ends:expr) => {
        Misbehaviour {
            name: $name,
            serves: $serves,
            plays: Plays::It(|t| t.respond($status, $headers, $body)),
            ends: $ends,
        }
    };
}

/// One fixed answer for whatever is asked for, robots.txt excepted.
macro_rules! everywhere {
    ($name:literal, $serves:literal, $status:literal, $headers:expr, $body:expr, $told:literal) => {
        Misbehaviour {
            name: $name,
            serves: $serves,
            plays: Plays::Site(|t| match t.path.as_str() {
                "/robots.txt" => t.ordinary(),
                _ => t.respond($status, $headers, $body),
            }),
            ends: Ends::Statement(0, &[$told]),
        }
    };
}

/// A page with a site's frame around a few words.
fn page(title: &str, words: &str) -> String {
    format!(
        "<html><head><title>{title}</title></head><body><div class=\"nav\"><a href=\"/\">首页</a></div>\
         <div class=\"content\"><p>{words}</p></div><div class=\"footer\">主办：青石街道办事处</div></body></html>"
    )
}

const RUISHU: &str = "<!DOCTYPE html><html><head><meta id=\"9DhefwqGPrzGxEp9hPaoag\" content=\"Kw2\" r='m'><script type=\"text/javascript\" r='m'>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=81234;</script></head><body></body></html>";
const ALIYUN: &str = "<html><script>var arg1='5D3F0B2B8A';var _0x4818=['acw_sc__v2'];setTimeout(function(){document.cookie='acw_sc__v2='+arg1;location.reload()},2)</script></html>";
const JSL: &str = "<script>document.cookie=('_')+('_')+('j')+('s')+('l')+'=1;path=/';location.href=location.pathname</script>";
const SLIDER: &str = "<html><head><title>安全验证</title></head><body><div id=\"nc\"></div><p>请完成安全验证：请按住滑块，拖动到最右边</p></body></html>";

pub const ALL: &[Misbehaviour] = &[
    answers!(
        "empty-200",
        "200，正文为空",
        "200 OK",
        HTML,
        "",
        Ends::Unseen("unread 回答里没有内容（200）")
    ),
    answers!(
        "204",
        "204，没有内容",
        "204 No Content",
        "",
        "",
        Ends::Unseen("unread 回答里没有内容（204）")
    ),
    answers!(
        "206-unasked",
        "没有要求分段，却只给了一段（206）",
        "206 Partial Content",
        "Content-Type: text/html\r\nContent-Range: bytes 0-999/90000\r\n",
        story(),
        Ends::Read
    ),
    answers!(
        "304-unasked",
        "没有旧版，却答未变化（304）",
        "304 Not Modified",
        "",
        "",
        Ends::Unseen("unread 没有旧版可比，对方却答未变化（304）")
    ),
    answers!(
        "416-unasked",
        "没有要求分段，却说分段不对（416）",
        "416 Range Not Satisfiable",
        "",
        "",
        Ends::Unseen("blocked 对方不接受请求（416）")
    ),
    answers!(
        "401",
        "要求登录（401）",
        "401 Unauthorized",
        "WWW-Authenticate: Basic realm=\"x\"\r\n",
        "",
        Ends::Unseen("blocked 需要身份验证（401）")
    ),
    answers!(
        "407",
        "不是代理却要求代理认证（407）",
        "407 Proxy Authentication Required",
        "Proxy-Authenticate: Basic\r\n",
        "",
        Ends::Unseen("blocked 需要身份验证（407）")
    ),
    answers!(
        "451",
        "因法律原因不可访问（451）",
        "451 Unavailable",
        "",
        "",
        Ends::Unseen("blocked 因法律原因不可访问（451）")
    ),
    answers!(
        "999",
        "没有定义的状态码（999）",
        "999 Request denied",
        "",
        "",
        Ends::Unseen("unread 不认识的状态码（999）")
    ),
    answers!(
        "500-with-the-page",
        "500，正文却是好的页面",
        "500 Internal Server Error",
        HTML,
        story(),
        Ends::Unseen("unreachable 服务器出错（500）")
    ),
    answers!(
        "404-with-the-page",
        "404，正文却是好的页面",
        "404 Not Found",
        HTML,
        story(),
        Ends::Unseen("missing 页面不存在（404）")
    ),
    answers!(
        "403-with-the-page",
        "403，正文却是好的页面",
        "403 Forbidden",
        HTML,
        story(),
        Ends::Read
    ),
    Misbehaviour {
        name: "500-once",
        serves: "第一次 500，第二次是好的",
        plays: Plays::It(|t| match t.nth {
            1 => t.respond("500 Oops", "", ""),
            _ => t.html(story()),
        }),
        ends: Ends::Read,
    },
    Misbehaviour {
        name: "503-once",
        serves: "第一次 503 并要求等 1 秒，第二次是好的",
        plays: Plays::It(|t| match t.nth {
            1 => t.respond("503 Busy", "Retry-After: 1\r\n", ""),
            _ => t.html(story()),
        }),
        ends: Ends::Read,
    },
    everywhere!(
        "429-for-ten-years",
        "429，要求十年后再来：本批次不再访问该主机",
        "429 Too Many Requests",
        "Retry-After: 315360000\r\n",
        "",
        "/ blocked 对方要求 5256000 分钟后再访问（429）"
    ),
    everywhere!(
        "503-until-a-day-far-away",
        "503，要求 9999 年再来",
        "503 Busy",
        "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n",
        "",
        "/ blocked 对方要求 …分钟后再访问（503）"
    ),
    answers!(
        "503-before-our-time",
        "503，要求 1970 年再来：马上再试，试三次",
        "503 Busy",
        "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n",
        "",
        Ends::Unseen("unreachable 服务暂不可用（503）")
    ),
    // Not there, in five styles.
    answers!(
        "soft-404-message",
        "200，正文说页面不存在",
        "200 OK",
        HTML,
        page("云溪市", "您访问的页面不存在或已删除！"),
        Ends::Unseen("missing 页面提示不存在：您访问的页面不存在或已删除！")
    ),
    answers!(
        "soft-404-title",
        "200，标题是 404 Not Found",
        "200 OK",
        HTML,
        page("404 Not Found", "nginx"),
        Ends::Unseen("missing 页面标题提示不存在：404 Not Found")
    ),
    answers!(
        "soft-404-english",
        "200，英文说明不存在",
        "200 OK",
        HTML,
        page("Error", "The requested URL was not found on this server."),
        Ends::Unseen("missing 页面提示不存在：The requested URL was not found on this…")
    ),
    answers!(
        "soft-404-withdrawn",
        "200，说文章已下架",
        "200 OK",
        HTML,
        page("提示信息", "该文章已下架。"),
        Ends::Unseen("missing 页面提示不存在：该文章已下架。")
    ),
    Misbehaviour {
        name: "soft-404-sent-home",
        serves: "没有的页面一律转到首页",
        plays: Plays::It(|t| t.redirect("/")),
        ends: Ends::Unseen("missing 被转到网站首页，原页面不存在"),
    },
    // Firewalls: recognised, left alone, and the host with them.
    everywhere!(
        "waf-ruishu",
        "瑞数的脚本挑战（412）",
        "412 Precondition Failed",
        HTML,
        RUISHU,
        "/ blocked 被网站防护拦截（瑞数，412）"
    ),
    everywhere!(
        "waf-aliyun",
        "阿里云盾的脚本挑战（200）",
        "200 OK",
        HTML,
        ALIYUN,
        "/ blocked 被网站防护拦截（阿里云盾，200）"
    ),
    everywhere!(
        "waf-jiasule",
        "加速乐的 Cookie 挑战（521）",
        "521 ",
        "Content-Type: text/html\r\nSet-Cookie: __jsluid_h=5f; path=/\r\n",
        JSL,
        "/ blocked 被网站防护拦截（加速乐，521）"
    ),
    everywhere!(
        "waf-slider",
        "滑块验证（200）",
        "200 OK",
        HTML,
        SLIDER,
        "/ blocked 被网站防护拦截（200）"
    ),
];
