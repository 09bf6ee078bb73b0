//! Dates as Chinese pages write them. Everything is Asia/Shanghai; no clock is read: "today" is an argument.

mod address;
mod cursor;
mod day;
mod near_today;
mod time;

pub(crate) use address::date_in_url;

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime};
use cursor::{Cursor, digit};
use near_today::near_today;
use std::ops::Range;

/// Reads a text that is a date: `2026-09-18`, `2026/9/18 09:05`, `[2026.09.18]`, `2026年9月18日`, `二〇二六年九月十八日`,
/// `20260918`, epoch seconds or milliseconds, RFC 3339 and RFC 2822, and, when `today` is known, `09-18`, `9月18日`,
/// `今天`, `昨天`, `3天前`, `2小时前`. Other text around a full date is allowed; the first date counts.
pub fn parse_date(text: &str, today: Option<NaiveDate>) -> Option<NaiveDateTime> {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "[]()（）【】〔〕".contains(c));
    if let Some((_, at)) = find_dates(text).into_iter().next() {
        return Some(at);
    }
    if let Ok(at) = DateTime::parse_from_rfc2822(text) {
        return Some(at.naive_utc() + SHANGHAI);
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return digits_only(text);
    }
    today.and_then(|today| near_today(text, today))
}

/// Every full date (with a year) in a text, with its byte range; a time of day right after it belongs to it.
pub fn find_dates(text: &str) -> Vec<(Range<usize>, NaiveDateTime)> {
    let mut found = Vec::new();
    each_date(text, |range, at| found.push((range, at)));
    found
}

/// The offset of Asia/Shanghai from UTC.
pub(crate) const SHANGHAI: Duration = Duration::hours(8);

/// Epoch seconds or milliseconds as Shanghai time.
pub(crate) fn from_epoch(number: i64) -> Option<NaiveDateTime> {
    let seconds = if number > 100_000_000_000 {
        number / 1000
    } else {
        number
    };
    let at = DateTime::from_timestamp(seconds, 0)?.naive_utc() + SHANGHAI;
    (1990..=2070).contains(&at.year()).then_some(at)
}

/// Calls `each` for every full date, in order.
pub(crate) fn each_date(text: &str, mut each: impl FnMut(Range<usize>, NaiveDateTime)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let may_start = match bytes[at] {
            b'1' | b'2' => true,
            0xef => {
                bytes[at..].starts_with("１".as_bytes()) || bytes[at..].starts_with("２".as_bytes())
            }
            0xe4 => {
                bytes[at..].starts_with("一".as_bytes()) || bytes[at..].starts_with("二".as_bytes())
            }
            _ => false,
        };
        if may_start
            && !follows_number(bytes, at)
            && let Some((end, date)) = date_time(Cursor { bytes, at })
        {
            each(at..end, date);
            at = end;
        } else {
            at += 1;
        }
    }
}

/// Whether a text is nothing but a date, brackets and blanks aside.
pub(crate) fn is_only_date(text: &str) -> Option<NaiveDateTime> {
    let inner = text.trim_matches(|c: char| c.is_whitespace() || "[]()（）【】〔〕|｜".contains(c));
    if inner.is_empty() || inner.len() > 60 {
        return None;
    }
    let mut only = None;
    each_date(inner, |range, at| {
        if range.start == 0 && range.end == inner.len() {
            only = Some(at);
        }
    });
    only
}

/// Part of a longer number, serial or address: `12026-09-18`, `0599-2026-9-18`.
fn follows_number(bytes: &[u8], at: usize) -> bool {
    let before = &bytes[..at];
    match before.last() {
        Some(b) if b.is_ascii_digit() => true,
        Some(b'-' | b'.' | b'/') => before.len() > 1 && before[before.len() - 2].is_ascii_digit(),
        Some(_) if before.len() >= 3 => {
            digit(before, before.len() - 3).is_some_and(|(_, len)| len == 3)
        }
        _ => false,
    }
}

/// The end and the value of a date that starts at a place, with the time of day right after it.
fn date_time(mut cursor: Cursor<'_>) -> Option<(usize, NaiveDateTime)> {
    let day = cursor.chinese_day().or_else(|| cursor.day())?;
    let date_end = cursor.at;
    let (time, zone) = match cursor.time() {
        Some(found) => found,
        None => {
            cursor.at = date_end;
            (NaiveTime::MIN, None)
        }
    };
    let at = day.and_time(time);
    let at = zone.map_or(Some(at), |zone| {
        at.checked_sub_signed(zone)?.checked_add_signed(SHANGHAI)
    })?;
    Some((cursor.at, at))
}

fn day_of(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    (1949..=2100)
        .contains(&year)
        .then(|| NaiveDate::from_ymd_opt(year, month, day))
        .flatten()
}

fn eight_digits(text: &str) -> Option<NaiveDate> {
    day_of(
        text.get(..4)?.parse().ok()?,
        text.get(4..6)?.parse().ok()?,
        text.get(6..8)?.parse().ok()?,
    )
}

fn digits_only(text: &str) -> Option<NaiveDateTime> {
    match text.len() {
        8 => eight_digits(text).map(at_midnight),
        10 | 13 => from_epoch(text.parse().ok()?),
        14 => {
            let time = NaiveTime::from_hms_opt(
                text[8..10].parse().ok()?,
                text[10..12].parse().ok()?,
                text[12..].parse().ok()?,
            )?;
            Some(eight_digits(text)?.and_time(time))
        }
        _ => None,
    }
}

fn at_midnight(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> String {
        let today = NaiveDate::from_ymd_opt(2026, 9, 20);
        parse_date(text, today).map_or_else(
            || "-".to_owned(),
            |d| d.format("%Y-%m-%d %H:%M:%S").to_string(),
        )
    }

    #[test]
    fn every_form_of_a_full_date() {
        for text in [
            "2026-09-18",
            "2026/9/18",
            "2026.09.18",
            "[2026-09-18]",
            "（2026年9月18日）",
            "2026 年 9 月 18 日",
            "２０２６年９月１８日",
            "二〇二六年九月十八日",
            "二○二六年九月十八日",
            "二O二六年九月十八日",
            "二零二六年九月十八日",
            "20260918",
            "发布日期：2026-9-18",
            "2026－09－18",
            "2026年09月18号",
        ] {
            assert_eq!(read(text), "2026-09-18 00:00:00", "{text}");
        }
    }

    #[test]
    fn times_of_day_and_zones() {
        assert_eq!(read("2026-09-18 09:05:00.0"), "2026-09-18 09:05:00");
        assert_eq!(read("2026年9月18日 9:05"), "2026-09-18 09:05:00");
        assert_eq!(read("2026-09-18T01:05:00Z"), "2026-09-18 09:05:00");
        assert_eq!(read("2026-09-18T09:05:00+08:00"), "2026-09-18 09:05:00");
        assert_eq!(
            read("Fri, 18 Sep 2026 01:05:00 +0000"),
            "2026-09-18 09:05:00"
        );
        assert_eq!(read("1789693500"), "2026-09-18 09:05:00");
        assert_eq!(read("1789693500000"), "2026-09-18 09:05:00");
    }

    #[test]
    fn days_that_need_today() {
        assert_eq!(read("09-18"), "2026-09-18 00:00:00");
        assert_eq!(read("12-31"), "2025-12-31 00:00:00");
        assert_eq!(read("9月18日"), "2026-09-18 00:00:00");
        assert_eq!(read("昨天"), "2026-09-19 00:00:00");
        assert_eq!(read("3天前"), "2026-09-17 00:00:00");
        assert_eq!(parse_date("09-18", None), None);
    }

    #[test]
    fn what_is_not_a_date() {
        for text in [
            "QZ06913-2510-2026-00006",
            "0599-2026-9-18",
            "12026-09-18",
            "2026-09-181",
            "2026-13-01",
            "2026年2月30日",
            "192.168.1.1",
            "第2026号",
            "2026.09.18.3",
            "",
            "年月日",
            "3505990001",
        ] {
            assert_eq!(read(text), "-", "{text}");
        }
    }

    proptest! {
        #[test]
        fn written_dates_are_found_again(days in 0_i64..50_000, form in 0_usize..5, before in "[甲 ：]{0,3}", after in "[乙。 ]{0,3}") {
            let day = NaiveDate::from_ymd_opt(1950, 1, 1).unwrap() + Duration::days(days);
            let form = ["%Y-%m-%d", "%Y年%-m月%-d日", "%Y/%-m/%-d", "%Y.%m.%d", "%Y年 %m月 %d日"][form];
            let written = day.format(form).to_string();
            let text = format!("{before}{written}{after}");
            let found = find_dates(&text);
            prop_assert_eq!(found.len(), 1);
            prop_assert_eq!(&text[found[0].0.clone()], written);
            prop_assert_eq!(found[0].1.date(), day);
        }

        #[test]
        fn any_text_is_searched_without_panic(text in "[ \\PC0-9年月日二〇一:：./-]{0,40}") {
            for (range, _) in find_dates(&text) {
                prop_assert!(text.get(range).is_some());
            }
            let _ = parse_date(&text, NaiveDate::from_ymd_opt(2026, 1, 1));
        }
    }
}
