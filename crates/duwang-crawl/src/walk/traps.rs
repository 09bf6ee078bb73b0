//! Addresses without end: calendars, sortings, print views, paths that repeat themselves. What is dropped is said.

use super::limits::WalkLimits;
use std::collections::HashMap;
use url::Url;

/// Remembers how many variants of one path a walk has met.
#[derive(Debug, Default)]
pub(super) struct Traps {
    variants: HashMap<String, u32>,
}

impl Traps {
    /// Why a link must not be followed, in Chinese; counts the link's query against its path.
    pub(super) fn judge(
        &mut self,
        url: &Url,
        text: &str,
        limits: &WalkLimits,
    ) -> Option<&'static str> {
        if url.as_str().len() > limits.max_url {
            return Some("网址过长");
        }
        if repeats(url.path()) {
            return Some("路径重复，疑为循环链接");
        }
        if is_calendar(url, text) {
            return Some("日历页，没有尽头");
        }
        if is_view(url) {
            return Some("排序、打印类重复页");
        }
        self.is_too_many(url, limits)
            .then_some("同一路径的参数组合过多")
    }

    fn is_too_many(&mut self, url: &Url, limits: &WalkLimits) -> bool {
        if url.query().is_none() {
            return false;
        }
        let path = format!("{}{}", url.host_str().unwrap_or(""), url.path());
        let count = self.variants.entry(path).or_default();
        *count = count.saturating_add(1);
        *count as usize > limits.max_query_variants
    }
}

/// The same segment four times, or a sequence of segments three times in a row.
fn repeats(path: &str) -> bool {
    let segments: Vec<&str> = path.split('/').filter(|s| !s.is_empty()).collect();
    if segments.len() > 24 {
        return true;
    }
    let is_frequent = segments
        .iter()
        .any(|s| segments.iter().filter(|o| *o == s).count() >= 4);
    let is_cycle = (1..=segments.len() / 3).any(|length| {
        segments
            .windows(length * 3)
            .any(|w| w[..length] == w[length..length * 2] && w[..length] == w[length * 2..])
    });
    is_frequent || is_cycle
}

fn is_calendar(url: &Url, text: &str) -> bool {
    let in_query = url.query_pairs().any(|(name, value)| {
        let names_time = matches!(
            name.to_ascii_lowercase().as_str(),
            "date"
                | "day"
                | "month"
                | "year"
                | "week"
                | "rq"
                | "riqi"
                | "cal"
                | "calendar"
                | "ym"
                | "yearmonth"
        );
        names_time && value.bytes().filter(u8::is_ascii_digit).count() >= 1
    });
    let words = text
        .trim()
        .trim_matches(|c: char| "<>«»‹›".contains(c))
        .trim();
    let turns_time = matches!(
        words,
        "上月"
            | "下月"
            | "上个月"
            | "下个月"
            | "上一月"
            | "下一月"
            | "前一天"
            | "后一天"
            | "上一年"
            | "下一年"
            | "上周"
            | "下周"
            | "今天"
    );
    let is_day = !words.is_empty() && words.len() <= 2 && words.bytes().all(|b| b.is_ascii_digit());
    let path = url.path().to_ascii_lowercase();
    let names_calendar = path
        .split('/')
        .any(|s| matches!(s, "calendar" | "rili" | "cal" | "wnl"));
    in_query || ends_in_a_date(&path) && (turns_time || is_day || names_calendar)
}

/// `/2026/11/23`, `/2026/11/`, `/2026-11-23.html`: nothing but a time at the end of the path.
fn ends_in_a_date(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let last = path
        .rsplit('/')
        .next()
        .unwrap_or("")
        .trim_end_matches(".html")
        .trim_end_matches(".htm");
    let numbers: Vec<&str> = if last.contains('-') {
        last.split('-').collect()
    } else {
        path.rsplit('/').take(3).collect()
    };
    let is_year = |s: &&str| {
        s.len() == 4
            && (s.starts_with("19") || s.starts_with("20"))
            && s.bytes().all(|b| b.is_ascii_digit())
    };
    let is_small =
        |s: &&str| !s.is_empty() && s.len() <= 2 && s.bytes().all(|b| b.is_ascii_digit());
    numbers.iter().any(is_year)
        && numbers.first().is_some_and(|s| is_small(s) || is_year(s))
        && numbers.iter().filter(|s| is_small(s)).count() >= 1
}

/// Another view of a page that is reached without it.
fn is_view(url: &Url) -> bool {
    url.query_pairs().any(|(name, value)| {
        let name = name.to_ascii_lowercase();
        let value = value.to_ascii_lowercase();
        match name.as_str() {
            "sort" | "order" | "orderby" | "order_by" | "sortby" | "sort_by" | "sortorder"
            | "sortfield" | "print" | "printable" | "replytocom" | "fontsize" => true,
            "action" | "format" | "view" | "mode" | "do" => matches!(
                value.as_str(),
                "print" | "printer" | "share" | "login" | "sendmail"
            ),
            _ => false,
        }
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn judge(address: &str, text: &str) -> Option<&'static str> {
        Traps::default().judge(&Url::parse(address).unwrap(), text, &WalkLimits::default())
    }

    #[test]
    fn endless_ground_is_left() {
        for (address, text) in [
            ("http://a.example/rili/2026/11/23", "23"),
            ("http://a.example/hd/2026/12/", "下月"),
            ("http://a.example/hd?date=2026-11-23", "活动"),
            ("http://a.example/hd?year=2026&month=11", "活动"),
            ("http://a.example/tzgg/?sort=title", "按标题"),
            ("http://a.example/x.htm?print=1", "打印"),
            ("http://a.example/a/b/a/b/a/b/x.html", "x"),
            ("http://a.example/a/x/a/y/a/z/a/", "x"),
        ] {
            assert!(judge(address, text).is_some(), "{address}");
        }
        assert!(judge(&format!("http://a.example/{}", "x".repeat(3000)), "").is_some());
    }

    #[test]
    fn ordinary_ground_is_kept() {
        for (address, text) in [
            ("http://a.example/xxgk/2026/", "2026年"),
            ("http://a.example/art/2026/9/18/art_1_2.html", "通知"),
            ("http://a.example/tzgg/202609/t20260918_1.htm", "通知"),
            (
                "http://a.example/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1003",
                "通知公告",
            ),
            ("http://a.example/zwgk/zwgk/index.html", "政务公开"),
            ("http://a.example/gkmlpt/api/all/7?page=2&sid=1", ""),
            ("http://a.example/xxgk/2026-11-02/", "公示"),
        ] {
            assert_eq!(judge(address, text), None, "{address}");
        }
    }

    #[test]
    fn variants_of_one_path_are_counted() {
        let limits = WalkLimits {
            max_query_variants: 3,
            ..WalkLimits::default()
        };
        let mut traps = Traps::default();
        let dropped = (0..10)
            .filter(|i| {
                traps
                    .judge(
                        &Url::parse(&format!("http://a.example/q?x={i}")).unwrap(),
                        "",
                        &limits,
                    )
                    .is_some()
            })
            .count();
        assert_eq!(dropped, 7);
    }
}
