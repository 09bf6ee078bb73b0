//! What is strange about a site, in Chinese.

use crate::clock::shanghai;
use chrono::{DateTime, Utc};
use duwang_schedule::Sign;

/// What is said of a sign while it stands.
pub(crate) fn of_sign(sign: &Sign, now: DateTime<Utc>) -> String {
    match sign {
        Sign::Expires { at, .. } if *at <= now => {
            format!("证书已于 {} 到期", shanghai(*at).format("%Y-%m-%d %H:%M"))
        }
        Sign::Expires { at, .. } => format!(
            "证书还有 {} 天到期（{}）",
            (*at - now).num_days(),
            shanghai(*at).format("%Y-%m-%d")
        ),
        Sign::Moved { from, to } => format!("首页转到了别处：原来 {from}，现在 {to}"),
        Sign::Title { from, to } => format!("首页标题变了：原来“{from}”，现在“{to}”"),
        Sign::Keywords { from, to } => format!("首页关键词变了：原来“{from}”，现在“{to}”"),
        Sign::Cloaked { alike } => {
            format!("给浏览器看的和给爬虫看的不是同一页（相同的文字占 {alike}%），可能被植入内容")
        }
    }
}

/// What is said when it is gone.
pub(super) fn over(sign: &Sign) -> &'static str {
    match sign {
        Sign::Expires { .. } => "证书已换新",
        Sign::Moved { .. } => "首页回到了原处",
        Sign::Title { .. } => "首页标题恢复了",
        Sign::Keywords { .. } => "首页关键词恢复了",
        Sign::Cloaked { .. } => "浏览器和爬虫看到的又是同一页了",
    }
}
