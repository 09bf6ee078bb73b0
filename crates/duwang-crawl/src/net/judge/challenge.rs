//! Firewalls and their riddles. They are recognised and left alone: nothing is solved, no cookie forged, no script run.

use super::glance::Glance;
use super::wechat;
use crate::net::answer::Fetched;
use crate::net::host::WECHAT;
use duwang_html::Limits;
use duwang_model::{Outcome, OutcomeKind};
use memchr::memmem;
use std::sync::LazyLock;
use url::Url;

/// Pages longer than this are not searched for signs unless the status is one.
const LONGEST: usize = 96 << 10;

/// Marks that only challenge pages carry in their source, with the product's name.
const MARKS: &[(&str, &str)] = &[
    ("$_ts=window['$_ts']", "瑞数"),
    ("$_ts = window['$_ts']", "瑞数"),
    ("window[\"$_ts\"]", "瑞数"),
    ("$_ts.nsd", "瑞数"),
    ("__jsl_clearance", "加速乐"),
    ("acw_sc__v2", "阿里云盾"),
    ("wzwschallenge", "网防"),
    ("wzws_sessionid", "网防"),
    ("C3VK=", "网防"),
    ("_cf_chl_opt", "Cloudflare"),
    ("yunsuo_session", "云锁"),
];

/// Phrases of blocking pages; only looked for in pages with next to no text.
const PHRASES: &[&str] = &[
    "网站防火墙",
    "创宇盾",
    "云盾",
    "安全狗",
    "D盾",
    "您的访问请求可能对网站造成安全威胁",
    "您的请求已被该站点的安全策略拦截",
    "请求已被拦截",
    "访问已被拦截",
    "访问被拦截",
    "当前访问疑似黑客攻击",
    "您的请求带有不合法参数",
    "请开启JavaScript并刷新该页",
    "请开启浏览器JavaScript",
    "人机验证",
    "滑动验证",
    "拖动滑块",
    "请完成安全验证",
    "安全验证码",
    "事件ID",
    "Request blocked",
    "Access Denied",
    "Attention Required",
    "Checking your browser",
];

/// A page with more visible text than this is not a blocking page.
const MOST_TEXT: usize = 300;

/// Statuses of firewalls behind which content may stand all the same.
pub(super) fn may_be_content(fetched: &Fetched) -> bool {
    fetched.outcome.kind == OutcomeKind::Blocked
        && matches!(fetched.status, 403 | 406 | 412 | 418 | 521)
}

/// Why this page is a firewall's and not the site's.
pub(super) fn sign(fetched: &Fetched, html: &str, glance: &Glance) -> Option<String> {
    if glance.has_content() || glance.is_stamped {
        return None;
    }
    let sets_cookie = |name: &str| {
        fetched
            .headers
            .iter()
            .any(|(n, v)| n == "set-cookie" && v.starts_with(name))
    };
    let product = mark_in(html.as_bytes())
        .or_else(|| is_ruishu(fetched.status, html).then_some("瑞数"))
        .or_else(|| (fetched.status == 521 && sets_cookie("__jsl")).then_some("加速乐"));
    if let Some(product) = product {
        return Some(format!("被网站防护拦截（{product}，{}）", fetched.status));
    }
    (glance.visible() < MOST_TEXT && glance.says(PHRASES))
        .then(|| format!("被网站防护拦截（{}）", fetched.status))
}

/// A sign that we are not wanted here.
pub(crate) struct StopSign {
    /// For the outcome.
    pub(crate) reason: String,
    /// A firewall's riddle or WeChat's captcha; otherwise only words, which may be about this one address.
    pub(crate) is_certain: bool,
}

/// Whether the raw answer is a sign to stay away. `None` for the ordinary case, at the price of a search of short pages for a few
/// marks.
pub(crate) fn stop_sign(
    status: u16,
    url: &Url,
    headers: &[(String, String)],
    body: &[u8],
) -> Option<StopSign> {
    let has_mark = body.len() <= LONGEST && mark_in(body).is_some();
    let is_suspect = matches!(status, 202 | 403 | 406 | 412 | 418 | 521) || has_mark;
    let is_wechat = url.host_str() == Some(WECHAT) || wechat::may_be_notice(body);
    if !is_suspect && !is_wechat {
        return None;
    }
    let text = text_of(body);
    let mut fetched = Fetched::without_answer(url.as_str(), Outcome::ok());
    fetched.status = status;
    fetched.headers = headers.to_vec();
    if is_wechat
        && memmem::find(body, b"js_content").is_none()
        && let Some(reason) = wechat::stop_sign(&fetched, &text)
    {
        return Some(StopSign {
            reason,
            is_certain: true,
        });
    }
    if !is_suspect {
        return None;
    }
    let glance = Glance::of(&duwang_html::parse(&text, Limits::default()));
    // Nothing but a firewall answers a plain GET with these.
    let is_telling = matches!(status, 412 | 418 | 521) && !glance.has_content();
    let reason = sign(&fetched, &text, &glance)
        .or_else(|| is_telling.then(|| format!("被网站防护拦截（{status}）")))?;
    Some(StopSign {
        reason,
        is_certain: is_telling || has_mark || is_ruishu(status, &text),
    })
}

fn mark_in(body: &[u8]) -> Option<&'static str> {
    static ANY: LazyLock<Option<regex::bytes::Regex>> = LazyLock::new(|| {
        let marks: Vec<String> = MARKS.iter().map(|(m, _)| regex::escape(m)).collect();
        regex::bytes::Regex::new(&marks.join("|")).ok()
    });
    // One pass tells that there is none, as nearly always.
    if ANY.as_ref().is_some_and(|any| !any.is_match(body)) {
        return None;
    }
    let is_in = |(mark, _): &&(&str, &str)| memmem::find(body, mark.as_bytes()).is_some();
    MARKS.iter().find(is_in).map(|(_, product)| *product)
}

/// 瑞数 without its usual variable: a meta and a script marked `r='m'`, with 202 or 412.
fn is_ruishu(status: u16, html: &str) -> bool {
    matches!(status, 202 | 412) && (html.contains("r='m'") || html.contains("r=\"m\""))
}

fn text_of(body: &[u8]) -> std::borrow::Cow<'_, str> {
    match std::str::from_utf8(body) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::GB18030.decode(body).0,
    }
}
