//! A length of time beside its two ends: 时间为30天，即2026年6月1日至6月20日; 7月10日至15日，共8天.

use super::days::{self, Written};
use crate::han::number_at;
use chrono::{Datelike, NaiveDate, Weekday};

/// Whether a period told by its two days is another than its length in days. Whether the first day counts is left open; working days cannot
/// be more than all days, nor more than those of the week where no holiday moves them. What cannot be read says nothing; `own` is the day of
/// the text.
pub(super) fn differs(matched: &str, own: Option<NaiveDate>) -> bool {
    let dates = days::written(matched);
    let [first, second] = dates[..] else {
        return false;
    };
    let Some((between, length)) = between(first, second).zip(length(matched)) else {
        return false;
    };
    match length {
        // 30天 is said of any month.
        Length::Days(MONTH) if first.day == second.day && between <= MONTH + 1 => false,
        Length::Days(days) => days != between && days != between + 1,
        Length::WorkingDays(days) => {
            let most = working_days(first, second, own);
            days > most.unwrap_or(between + 1)
        }
    }
}

/// How many working days there are at most from the first to the second, both counted, where the year is known.
fn working_days(first: Written, second: Written, own: Option<NaiveDate>) -> Option<i64> {
    const LONGEST: usize = 366;
    let from = first.year.or(own.map(|own| own.year()))?;
    let until = second
        .year
        .unwrap_or(from + i32::from(second.month < first.month));
    let from = NaiveDate::from_ymd_opt(from, first.month, first.day?)?;
    let until = NaiveDate::from_ymd_opt(until, second.month, second.day?)?;
    let days = from
        .iter_days()
        .take_while(|day| *day <= until)
        .take(LONGEST);
    i64::try_from(days.filter(|day| may_be_worked(*day)).count()).ok()
}

/// A day of the week, or one of a weekend near a holiday that may be worked in exchange for another (调休).
fn may_be_worked(day: NaiveDate) -> bool {
    let near_holiday = match day.month() {
        1 | 2 => true,
        3 => day.day() <= 5,
        4 => day.day() >= 18,
        5 => day.day() <= 14,
        9 => day.day() >= 14,
        10 => day.day() <= 14,
        _ => false,
    };
    near_holiday || !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Days of a month, as it is spoken of.
const MONTH: i64 = 30;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Days(i64),
    WorkingDays(i64),
}

/// Days from the first to the second, of the same year where none is written.
fn between(first: Written, second: Written) -> Option<i64> {
    const USUAL: i32 = 2027; // a year without a leap day
    let year = first.year.or(second.year).unwrap_or(USUAL);
    let crosses = second.year.is_none() && second.month < first.month;
    let until = second.year.unwrap_or(year) + i32::from(crosses);
    // Of what year a February is that nobody wrote, nobody knows.
    let is_open = first.year.is_none() && first.month <= 2 && second.month > 2;
    let date = |year: i32, day: Written| NaiveDate::from_ymd_opt(year, day.month, day.day?);
    let days = date(until, second)? - date(year, first)?;
    Some(days.num_days()).filter(|days| *days >= 0 && !is_open)
}

/// The one number of days in a text that is no day of a month: `30天`, `十五个工作日`.
fn length(text: &str) -> Option<Length> {
    let mut lengths = text.char_indices().filter_map(|(at, _)| {
        let is_inside = text[..at].ends_with(is_part_of_number);
        let (number, len) = number(&text[at..]).filter(|_| !is_inside)?;
        let behind = text[at + len..].trim_start();
        let behind = behind.strip_prefix('个').unwrap_or(behind);
        let number = i64::from(number);
        if ["工作日", "自然日"]
            .iter()
            .any(|unit| behind.starts_with(unit))
        {
            let is_working = behind.starts_with("工作日");
            return Some(match is_working {
                true => Length::WorkingDays(number),
                false => Length::Days(number),
            });
        }
        behind.starts_with('天').then_some(Length::Days(number))
    });
    let length = lengths.next()?;
    lengths.next().is_none().then_some(length)
}

/// The number a text begins with, in figures or characters, and its length in bytes.
fn number(text: &str) -> Option<(u32, usize)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    match len {
        0 => number_at(text),
        len => Some((text[..len].parse().ok()?, len)),
    }
}

fn is_part_of_number(c: char) -> bool {
    c.is_ascii_digit() || "〇零一二两三四五六七八九十百.第".contains(c)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    fn differs(text: &str) -> bool {
        super::differs(text, NaiveDate::from_ymd_opt(2026, 11, 2))
    }

    #[test]
    fn a_period_is_as_long_as_it_says() {
        for right in [
            "时间为30天，即2026年6月1日至6月30日",
            "2026年6月1日至2026年7月1日，共30天",
            "7月10日至7月15日，共5天",
            "5月13日至6月13日，共30天",
            "7月10日至15日，共六天",
            "12月28日至1月3日，共7天",
            "公示期为8月6日至8月12日，共5个工作日",
            "10月8日至10月13日，共5个工作日",
        ] {
            assert!(!differs(right), "{right}");
        }
        for wrong in [
            "时间为30天，即2026年6月1日至6月20日",
            "7月10日至15日，共8天",
            "公示期为8月6日至8月12日，共10个工作日",
            "为期十五天(3月1日至3月10日)",
            "5个工作日(2026年10月13日至10月17日)",
            "11月3日至11月7日，共5个工作日",
        ] {
            assert!(differs(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for text in [
            "7月10日至7月15日",
            "2月20日至3月10日，共30天",
            "7月10日至7月15日，共8天，每3天一次",
            "7月至8月，共8天",
            "7月15日至7月10日，共8天",
            "第5天",
            "",
        ] {
            assert!(!differs(text), "{text}");
        }
    }
}
