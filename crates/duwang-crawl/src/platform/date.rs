//! The date beside a list entry. Only what the list itself shows: no clock, so 今天 and 昨天 stay unknown.

use crate::walk::shape::compiled;
use chrono::{DateTime, NaiveDate};
use regex::Regex;
use std::sync::LazyLock;
use url::Url;

/// The day that the short texts of an entry show; `address` lends the year to `09-18`.
pub(super) fn beside<'a>(
    segments: impl Iterator<Item = &'a str> + Clone,
    address: Option<&Url>,
) -> Option<NaiveDate> {
    let short = segments.filter(|s| is_candidate(s));
    short
        .clone()
        .find_map(whole)
        .or_else(|| split(short.clone()))
        .or_else(|| short.clone().find_map(|s| without_year(s, address)))
}

/// A text that is one whole date (with a label, brackets and the time of day at most).
pub(super) fn whole(segment: &str) -> Option<NaiveDate> {
    static WHOLE: LazyLock<Regex> = LazyLock::new(|| {
        compiled(concat!(
            r"^[\s\[\(（【〔<《|/]*(?:(?:发布|公开|公布|发文|更新|成文|生成|印发|录入)?(?:时间|日期)\s*[:：]?\s*)?",
            r"(\d{4})\s*[-/.．年—－]\s*(\d{1,2})\s*[-/.．月—－]\s*(\d{1,2})\s*日?",
            r"(?:[\sT]*\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d+)?)?)?[\s\]\)）】〕>》|/]*$",
        ))
    });
    if !is_candidate(segment) {
        return None;
    }
    let segment = ascii_digits(segment);
    if let Some(c) = WHOLE.captures(&segment) {
        return day(&c[1], &c[2], &c[3]);
    }
    chinese(segment.trim_matches(|c: char| c.is_whitespace() || "[]()（）【】".contains(c)))
}

/// A numeric date at the very end of an entry's own words, with the words before it.
pub(super) fn at_end(title: &str) -> Option<(&str, NaiveDate)> {
    static END: LazyLock<Regex> = LazyLock::new(|| {
        compiled(
            r"[\s\[\(（【〔]+(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?\s*[\]\)）】〕]?\s*$",
        )
    });
    let c = END.captures(title)?;
    let words = title.get(..c.get(0)?.start())?.trim_end();
    (!words.is_empty()).then_some(())?;
    Some((words, day(&c[1], &c[2], &c[3])?))
}

/// A date of a list interface: any written form, or seconds or milliseconds since 1970 (a day in Beijing).
pub(super) fn of_value(value: &serde_json::Value) -> Option<NaiveDate> {
    match value {
        serde_json::Value::Number(n) => epoch(n.as_i64()?),
        serde_json::Value::String(s) => {
            let s = s.trim();
            whole(s).or_else(|| {
                (s.len() >= 10 && s.bytes().all(|b| b.is_ascii_digit()))
                    .then(|| s.parse().ok().and_then(epoch))?
            })
        }
        _ => None,
    }
}

fn epoch(n: i64) -> Option<NaiveDate> {
    const BEIJING: i64 = 8 * 3600;
    let seconds = if n > 100_000_000_000 { n / 1000 } else { n };
    // Zero and small numbers stand for "no date".
    (seconds > 100_000_000).then_some(())?;
    Some(DateTime::from_timestamp(seconds.checked_add(BEIJING)?, 0)?.date_naive())
}

fn is_candidate(segment: &str) -> bool {
    segment.len() <= 90
        && segment
            .chars()
            .any(|c| c.is_ascii_digit() || matches!(c, '０'..='９' | '年'))
}

/// `18` large above `2026-09` small, or `09-18` above `2026`.
fn split<'a>(segments: impl Iterator<Item = &'a str>) -> Option<NaiveDate> {
    static MONTH: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"^[\[(（]?(\d{4})[-/.年](\d{1,2})月?[\])）]?$"));
    static DAY: LazyLock<Regex> = LazyLock::new(|| compiled(r"^(\d{1,2})日?$"));
    let (mut month, mut alone, mut short, mut year) = (None, None, None, None);
    for segment in segments {
        let s = ascii_digits(segment.trim());
        if let Some(c) = MONTH.captures(&s) {
            month.get_or_insert((c[1].to_owned(), c[2].to_owned()));
        } else if let Some(c) = DAY.captures(&s) {
            alone.get_or_insert(c[1].to_owned());
        } else if let Some(c) = MONTH_DAY.captures(&s) {
            short.get_or_insert((c[1].to_owned(), c[2].to_owned()));
        } else if let Some(y) = s.strip_suffix('年').or(Some(s.as_str())).filter(|y| {
            y.len() == 4
                && (y.starts_with("19") || y.starts_with("20"))
                && y.bytes().all(|b| b.is_ascii_digit())
        }) {
            year.get_or_insert(y.to_owned());
        }
    }
    match (month, alone, short, year) {
        (Some((y, m)), Some(d), _, _) => day(&y, &m, &d),
        (_, _, Some((m, d)), Some(y)) => day(&y, &m, &d),
        _ => None,
    }
}

static MONTH_DAY: LazyLock<Regex> =
    LazyLock::new(|| compiled(r"^[\s\[(（]*(\d{1,2})[-/.月](\d{1,2})日?[\s\])）]*$"));

/// `09-18`: the year is that of the address if it names the same month, otherwise nobody knows.
fn without_year(segment: &str, address: Option<&Url>) -> Option<NaiveDate> {
    static IN_ADDRESS: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"/t?((?:19|20)\d{2})[-/]?(\d{1,2})(?:\d{2}_|[-/]|\d{2}/)"));
    let s = ascii_digits(segment);
    let c = MONTH_DAY.captures(&s)?;
    let month: u32 = c[1].parse().ok()?;
    let path = address?.path();
    let year = IN_ADDRESS
        .captures_iter(path)
        .find(|a| a[2].parse() == Ok(month))
        .map(|a| a[1].to_owned())?;
    day(&year, &c[1], &c[2])
}

fn day(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let year = year.parse().ok().filter(|y| (1949..=2200).contains(y))?;
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

fn ascii_digits(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// 二〇二六年九月十八日, with 〇, ○, 零 and O for zero.
fn chinese(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let date = rest
        .strip_suffix('日')
        .or_else(|| rest.strip_suffix('号'))?;
    let year: String = year
        .chars()
        .map(numeral)
        .collect::<Option<Vec<u32>>>()?
        .iter()
        .map(u32::to_string)
        .collect();
    (year.len() == 4).then_some(())?;
    NaiveDate::from_ymd_opt(year.parse().ok()?, up_to_99(month)?, up_to_99(date)?)
}

fn numeral(c: char) -> Option<u32> {
    match c {
        '〇' | '○' | '零' | 'O' | '0' | '◯' | 'Ｏ' => Some(0),
        _ => "一二三四五六七八九"
            .chars()
            .position(|n| n == c)
            .and_then(|i| u32::try_from(i + 1).ok()),
    }
}

fn up_to_99(text: &str) -> Option<u32> {
    if let Some((tens, ones)) = text.split_once('十') {
        let tens = if tens.is_empty() {
            1
        } else {
            numeral(tens.chars().next()?)?
        };
        let ones = if ones.is_empty() {
            0
        } else {
            numeral(ones.chars().next()?)?
        };
        return Some(tens * 10 + ones);
    }
    let mut digits = text.chars();
    match (digits.next().and_then(numeral)?, digits.next()) {
        (one, None) => Some(one),
        (ten, Some(c)) => Some(ten * 10 + numeral(c)?),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn read(segments: &[&str]) -> Option<String> {
        let address = Url::parse("http://a.example/tzgg/202609/t20260918_1.htm").unwrap();
        beside(segments.iter().copied(), Some(&address)).map(|d| d.to_string())
    }

    #[test]
    fn every_form_beside_a_link_is_read() {
        for form in [
            "2026-09-18",
            "2026/9/18",
            "2026.09.18",
            "[2026-09-18]",
            "（2026-09-18）",
            "2026年9月18日",
            "二〇二六年九月十八日",
            "二○二六年九月十八日",
            "2026-09-18 09:05:00.0",
            "发布时间：2026-09-18 09:05",
            "２０２６-０９-１８",
            "09-18",
            "[09-18]",
            "9月18日",
            "\u{a0}2026-09-18\u{3000}",
        ] {
            assert_eq!(read(&[form]).as_deref(), Some("2026-09-18"), "{form}");
        }
        assert_eq!(read(&["18", "2026-09"]).as_deref(), Some("2026-09-18"));
        assert_eq!(read(&["2026", "09-18"]).as_deref(), Some("2026-09-18"));
        assert_eq!(
            chinese("二〇二六年十月三十一日").unwrap().to_string(),
            "2026-10-31"
        );
    }

    #[test]
    fn what_is_not_a_date_is_unknown() {
        for form in [
            "今天",
            "昨天",
            "3天前",
            "12-05",
            "2026年部门预算",
            "云政办〔2026〕3号",
            "1/9",
            "共123条",
            "2026-13-40",
            "近日，2026年9月18日上午召开会议",
        ] {
            assert_eq!(read(&[form]), None, "{form}");
        }
    }

    #[test]
    fn a_date_at_the_end_of_the_words_is_taken_off() {
        let (words, date) = at_end("关于停水的通告 [2026-09-18]").unwrap();
        assert_eq!(
            (words, date.to_string().as_str()),
            ("关于停水的通告", "2026-09-18")
        );
        assert!(at_end("关于2026年9月18日停水的通告").is_none());
        assert!(at_end("2026-09-18").is_none());
    }

    #[test]
    fn interface_dates_are_days_in_beijing() {
        let of = |v: serde_json::Value| of_value(&v).map(|d| d.to_string());
        assert_eq!(
            of(serde_json::json!(1_790_000_000)).as_deref(),
            Some("2026-09-21")
        );
        assert_eq!(
            of(serde_json::json!("1790006400000")).as_deref(),
            Some("2026-09-22")
        );
        assert_eq!(
            of(serde_json::json!("2026-09-21 22:13:20")).as_deref(),
            Some("2026-09-21")
        );
        assert_eq!(of(serde_json::json!(0)), None);
        assert_eq!(of(serde_json::json!([1])), None);
    }
}
