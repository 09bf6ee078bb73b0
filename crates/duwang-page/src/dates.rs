//! Dates as Chinese pages write them. Everything is Asia/Shanghai; no clock is read: "today" is an argument.

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime};
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
    today.and_then(|today| relative(text, today).or_else(|| without_year(text, today)))
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
            && let Some((end, date)) = (Cursor { bytes, at }).date_time()
        {
            each(at..end, date);
            at = end;
        } else {
            at += 1;
        }
    }
}

/// The day in an address: `/202609/t20260918_1.htm`, `/2026/9/18/art_1_2.html`, `/2026-09/18/content_1.htm`, `/20260918/`.
pub(crate) fn date_in_url(url: &str) -> Option<NaiveDate> {
    let path = url.split(['?', '#']).next().unwrap_or("");
    let path = path.split_once("://").map_or(path, |(_, rest)| rest);
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    for part in parts.iter().rev() {
        let digits = part.strip_prefix(['t', 'P', 'W']).unwrap_or(part);
        let run = digits.bytes().take_while(u8::is_ascii_digit).count();
        let whole_name =
            !part.starts_with(['P', 'W']) && (run == 8 || (run == 14 && digits.len() == 14));
        if whole_name
            && (part.starts_with('t') || run == digits.len() || digits.as_bytes()[run] == b'_')
            && let Some(day) = eight_digits(&digits[..8])
        {
            return Some(day);
        }
    }
    parts.windows(3).find_map(|w| {
        let [year, month] = match w[0].split_once('-') {
            Some((y, m)) => [y, m],
            None => [w[0], w[1]],
        };
        let day = if w[0].contains('-') { w[1] } else { w[2] };
        if year.len() != 4 || month.len() > 2 || day.len() > 2 {
            return None;
        }
        day_of(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    })
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

fn relative(text: &str, today: NaiveDate) -> Option<NaiveDateTime> {
    let ago = |days: u64| today.checked_sub_days(Days::new(days)).map(at_midnight);
    for (word, days) in [
        ("今天", 0),
        ("今日", 0),
        ("刚刚", 0),
        ("昨天", 1),
        ("昨日", 1),
        ("前天", 2),
    ] {
        if text.starts_with(word) {
            return ago(days);
        }
    }
    let before = text.strip_suffix("前")?;
    for (unit, days) in [
        ("天", 1),
        ("日", 1),
        ("周", 7),
        ("小时", 0),
        ("分钟", 0),
        ("秒", 0),
    ] {
        if let Some(number) = before.strip_suffix(unit) {
            return ago(number.trim().parse::<u64>().ok()?.min(36_500) * days);
        }
    }
    None
}

/// `09-18` or `9月18日`: the latest such day that is not after tomorrow.
fn without_year(text: &str, today: NaiveDate) -> Option<NaiveDateTime> {
    let mut cursor = Cursor {
        bytes: text.as_bytes(),
        at: 0,
    };
    let month = cursor.number(1, 2)?;
    cursor.blanks();
    let chinese = cursor.take("月");
    if !chinese && !cursor.take("-") && !cursor.take("/") && !cursor.take(".") {
        return None;
    }
    cursor.blanks();
    let day = cursor.number(1, 2)?;
    if chinese && !cursor.take("日") && !cursor.take("号") {
        return None;
    }
    let time = cursor.time().map(|t| t.0);
    if cursor.at != text.len() {
        return None;
    }
    let latest = today.checked_add_days(Days::new(1))?;
    (0..5)
        .filter_map(|back| day_of(today.year() - back, month, day))
        .find(|d| *d <= latest)
        .map(|d| d.and_time(time.unwrap_or(NaiveTime::MIN)))
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

/// An ASCII or full-width digit at a place, with its length in bytes.
fn digit(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    match bytes.get(at..)? {
        [d @ b'0'..=b'9', ..] => Some((u32::from(d - b'0'), 1)),
        [0xef, 0xbc, d @ 0x90..=0x99, ..] => Some((u32::from(d - 0x90), 3)),
        _ => None,
    }
}

struct Cursor<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Cursor<'_> {
    fn date_time(mut self) -> Option<(usize, NaiveDateTime)> {
        let day = self.chinese_day().or_else(|| self.day())?;
        let date_end = self.at;
        let (time, zone) = match self.time() {
            Some(found) => found,
            None => {
                self.at = date_end;
                (NaiveTime::MIN, None)
            }
        };
        let at = day.and_time(time);
        let at = zone.map_or(Some(at), |zone| {
            at.checked_sub_signed(zone)?.checked_add_signed(SHANGHAI)
        })?;
        Some((self.at, at))
    }

    fn day(&mut self) -> Option<NaiveDate> {
        let year = self.number(4, 4)? as i32;
        self.blanks();
        if self.take("年") {
            self.blanks();
            let month = self.number(1, 2)?;
            self.blanks();
            self.take("月").then_some(())?;
            self.blanks();
            let day = self.number(1, 2)?;
            self.blanks();
            (self.take("日") || self.take("号")).then_some(())?;
            return day_of(year, month, day);
        }
        let mark = ["-", "/", ".", "－", "／", "．", "–", "—"]
            .into_iter()
            .find(|m| self.take(m))?;
        self.blanks();
        let month = self.number(1, 2)?;
        self.blanks();
        self.take(mark).then_some(())?;
        self.blanks();
        let day = self.number(1, 2)?;
        let goes_on = digit(self.bytes, self.at).is_some()
            || (self.bytes[self.at..].starts_with(mark.as_bytes())
                && digit(self.bytes, self.at + mark.len()).is_some());
        (!goes_on).then(|| day_of(year, month, day)).flatten()
    }

    /// `二〇二六年九月十八日`; the zero is written 〇, ○, ◯, 零, O or 0.
    fn chinese_day(&mut self) -> Option<NaiveDate> {
        let start = self.at;
        let day = self.chinese_day_here();
        if day.is_none() {
            self.at = start;
        }
        day
    }

    fn chinese_day_here(&mut self) -> Option<NaiveDate> {
        let mut year = 0;
        for place in 0..4 {
            let value = self.numeral()?;
            if value > 9 || (place == 0 && !(1..=2).contains(&value)) {
                return None;
            }
            year = year * 10 + value as i32;
        }
        self.blanks();
        self.take("年").then_some(())?;
        self.blanks();
        let month = self.small_number()?;
        self.blanks();
        self.take("月").then_some(())?;
        self.blanks();
        let day = self.small_number()?;
        self.blanks();
        (self.take("日") || self.take("号")).then_some(())?;
        day_of(year, month, day)
    }

    /// `九`, `十`, `十八`, `二十`, `三十一`, `9`, `18`.
    fn small_number(&mut self) -> Option<u32> {
        if digit(self.bytes, self.at).is_some() {
            return self.number(1, 2);
        }
        let mut value = 0;
        let mut seen = false;
        while let Some(next) = self.numeral() {
            seen = true;
            value = match next {
                10 => value.max(1) * 10,
                _ => value + next,
            };
            if value > 31 {
                return None;
            }
        }
        seen.then_some(value)
    }

    fn numeral(&mut self) -> Option<u32> {
        const NUMERALS: [(&str, u32); 19] = [
            ("〇", 0),
            ("○", 0),
            ("◯", 0),
            ("零", 0),
            ("O", 0),
            ("Ｏ", 0),
            ("o", 0),
            ("一", 1),
            ("二", 2),
            ("三", 3),
            ("四", 4),
            ("五", 5),
            ("六", 6),
            ("七", 7),
            ("八", 8),
            ("九", 9),
            ("十", 10),
            ("０", 0),
            ("0", 0),
        ];
        NUMERALS
            .into_iter()
            .find(|(word, _)| self.take(word))
            .map(|(_, value)| value)
    }

    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let (mut value, mut count) = (0, 0);
        while count < most
            && let Some((d, len)) = digit(self.bytes, self.at)
        {
            value = value * 10 + d;
            self.at += len;
            count += 1;
        }
        (count >= least).then_some(value)
    }

    fn blanks(&mut self) {
        for _ in 0..4 {
            if !(self.take(" ") || self.take("\u{a0}") || self.take("\u{3000}") || self.take("\t"))
            {
                return;
            }
        }
    }

    fn take(&mut self, wanted: &str) -> bool {
        let is_there = self.bytes[self.at..].starts_with(wanted.as_bytes());
        self.at += if is_there { wanted.len() } else { 0 };
        is_there
    }

    /// A time of day after a day: ` 09:05`, `T01:05:00Z`, ` 9时5分`, and its zone when it names one.
    fn time(&mut self) -> Option<(NaiveTime, Option<Duration>)> {
        let iso = self.take("T");
        self.blanks();
        let hour = self.number(1, 2)?;
        if self.take("时") {
            let minute = self.number(1, 2).filter(|_| self.take("分")).unwrap_or(0);
            return Some((NaiveTime::from_hms_opt(hour, minute, 0)?, None));
        }
        (self.take(":") || self.take("：")).then_some(())?;
        let minute = self.number(2, 2)?;
        let mut second = 0;
        if self.take(":") || self.take("：") {
            second = self.number(2, 2)?;
            if self.take(".") {
                self.number(1, 9)?;
            }
        }
        let time = NaiveTime::from_hms_opt(hour, minute, second)?;
        Some((time, if iso { self.zone() } else { None }))
    }

    fn zone(&mut self) -> Option<Duration> {
        if self.take("Z") {
            return Some(Duration::zero());
        }
        let start = self.at;
        let sign = if self.take("+") {
            1
        } else if self.take("-") {
            -1
        } else {
            return None;
        };
        let offset = (|| {
            let hours = self.number(2, 2)?;
            self.take(":");
            Some(Duration::minutes(
                sign * i64::from(hours * 60 + self.number(2, 2)?),
            ))
        })();
        if offset.is_none() {
            self.at = start;
        }
        offset
    }
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

    #[test]
    fn days_in_addresses() {
        let day = |url| date_in_url(url).map(|d| d.to_string());
        assert_eq!(
            day("http://a.example/x/202609/t20260918_123.htm").as_deref(),
            Some("2026-09-18")
        );
        assert_eq!(
            day("http://a.example/art/2026/9/18/art_1_2.html").as_deref(),
            Some("2026-09-18")
        );
        assert_eq!(
            day("http://a.example/zc/content/2026-09/18/content_5.htm").as_deref(),
            Some("2026-09-18")
        );
        assert_eq!(
            day("http://a.example/x/20260918/abc.html").as_deref(),
            Some("2026-09-18")
        );
        assert_eq!(day("http://a.example/info/1041/2345.htm"), None);
        assert_eq!(day("http://a.example/P020260918325712345678.docx"), None);
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
