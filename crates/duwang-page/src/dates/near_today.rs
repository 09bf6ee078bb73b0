//! Days that are told from today: 昨天, 3天前, 9月18日.

use super::cursor::Cursor;
use super::{at_midnight, day_of};
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime};

/// `今天`, `昨天`, `3天前`, `2小时前`, `09-18`, `9月18日`.
pub(super) fn near_today(text: &str, today: NaiveDate) -> Option<NaiveDateTime> {
    relative(text, today).or_else(|| without_year(text, today))
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
