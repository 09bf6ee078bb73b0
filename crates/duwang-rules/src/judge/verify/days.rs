//! Days that cannot be: that the calendar has not, that end before they begin, that are another day of the week.

use crate::judge::Line;
use chrono::{Datelike, NaiveDate, Weekday};

/// Whether a match is a day that there is not, of the year that stands in it or before it; `own` is the day of the text.
pub(super) fn is_none(line: &Line<'_>, own: Option<NaiveDate>) -> bool {
    let matched = &line.text[line.start..line.end];
    // Zeros stand for what is to be filled in.
    let is_blank = matched.contains("00月") || matched.contains("00日");
    !is_blank
        && match year_away(line.before()) {
            Some(years) => own.is_some_and(|own| !is_date_of(matched, own, years)),
            None => !is_date(matched),
        }
}

/// A date that exists, in any order-keeping writing with digits.
pub(super) fn is_date(matched: &str) -> bool {
    match numbers(matched).as_slice() {
        [year, month, day, ..] => date_of(*year, *month, *day).is_some(),
        [whole] if matched.chars().filter(char::is_ascii_digit).count() == 8 => {
            NaiveDate::from_ymd_opt((whole / 10000) as i32, whole / 100 % 100, whole % 100)
                .is_some()
        }
        _ => false,
    }
}

/// Whether a date, its year and all, lies behind a day.
pub(super) fn is_after(matched: &str, day: NaiveDate) -> bool {
    match numbers(matched).as_slice() {
        [year, month, of_month] => date_of(*year, *month, *of_month).is_some_and(|d| d > day),
        _ => false,
    }
}

/// The numbers of a text, in order.
fn numbers(text: &str) -> Vec<u32> {
    let groups = text.split(|c: char| !c.is_ascii_digit());
    groups.filter_map(|group| group.parse().ok()).collect()
}

fn date_of(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// `今年的2月29日`: how many years its year is away from that of the text.
fn year_away(before: &str) -> Option<i32> {
    let before = before.strip_suffix('的').unwrap_or(before);
    let years = [
        ("前年", -2),
        ("去年", -1),
        ("上年", -1),
        ("今年", 0),
        ("本年", 0),
        ("明年", 1),
    ];
    let mut named = years.iter();
    named
        .find(|(word, _)| before.ends_with(word))
        .map(|(_, away)| *away)
}

/// Whether a month and a day are a date of a year so far from that of the text.
fn is_date_of(matched: &str, own: NaiveDate, years: i32) -> bool {
    is_date(&format!("{}年{matched}", own.year() + years))
}

/// A day as it is written: year and day may be left out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written {
    pub(crate) year: Option<i32>,
    pub(crate) month: u32,
    pub(crate) day: Option<u32>,
}

/// Whether the second of two days lies before the first. Without a year a later month may be the next year's: 12月28日至1月3日.
pub(super) fn are_reversed(matched: &str) -> bool {
    let [first, second] = written(matched)[..] else {
        return false;
    };
    let days = first.day.zip(second.day);
    let is_earlier_day = first.month == second.month && days.is_some_and(|(from, to)| to < from);
    match (first.year, second.year) {
        (Some(from), Some(to)) if from != to => to < from,
        (Some(_), Some(_)) => second.month < first.month || is_earlier_day,
        (None, Some(_)) => false,
        (_, None) => is_earlier_day,
    }
}

/// The days of a text, in order.
pub(crate) fn written(text: &str) -> Vec<Written> {
    let mut days: Vec<Written> = Vec::new();
    let (mut year, mut number) = (None, None::<u32>);
    let mut goes_on = false; // the last month may still get its day
    for c in text.chars() {
        match c {
            '0'..='9' => {
                let digit = c as u32 - '0' as u32;
                number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit));
                continue;
            }
            '年' => year = number.and_then(|year| i32::try_from(year).ok()),
            '月' => {
                if let Some(month) = number {
                    let year = year.take();
                    days.push(Written {
                        year,
                        month,
                        day: None,
                    });
                    goes_on = true;
                }
            }
            '日' | '号' if goes_on => {
                if let Some(last) = days.last_mut() {
                    last.day = number;
                }
                goes_on = false;
            }
            // 7月10日至15日: of the same month.
            '日' | '号' => {
                if let Some((last, day)) = days.last().copied().zip(number) {
                    days.push(Written {
                        day: Some(day),
                        ..last
                    });
                }
            }
            _ => {}
        }
        number = None;
    }
    days
}

/// Whether the day of the week beside a day is another's: `2026年3月5日（星期五）` was a Thursday. A day without a year is one of the year of the text or of the
/// next.
pub(super) fn is_other_weekday(matched: &str, own: Option<NaiveDate>) -> bool {
    let Some((told, [day])) = weekday(matched)
        .zip(written(matched).first_chunk())
        .map(|(w, d)| (w, *d))
    else {
        return false;
    };
    let years = match day.year {
        Some(year) => vec![year],
        None => own
            .map(|own| vec![own.year(), own.year() + 1])
            .unwrap_or_default(),
    };
    let date = |year: &i32| NaiveDate::from_ymd_opt(*year, day.month, day.day?);
    let mut dates = years.iter().filter_map(date).peekable();
    dates.peek().is_some() && dates.all(|date| date.weekday() != told)
}

fn weekday(text: &str) -> Option<Weekday> {
    const NAMES: [char; 8] = ['一', '二', '三', '四', '五', '六', '日', '天'];
    let mut named = ["星期", "周", "礼拜"].into_iter();
    let c = named.find_map(|word| text.split_once(word)?.1.chars().next())?;
    let at = NAMES.iter().position(|name| *name == c)?;
    Weekday::try_from(at.min(6) as u8).ok()
}

#[cfg(test)]
mod tests {
    use super::super::Verify;
    use super::super::tests::passes;
    use crate::judge::Line;
    use chrono::NaiveDate;

    fn is_fault(verify: Verify, text: &str) -> bool {
        passes(verify, text, text)
    }

    #[test]
    fn a_period_ends_after_it_begins() {
        for text in [
            "2026年5月26日至2025年6月2日",
            "2026年3月1日至2026年2月28日",
            "2026年9月28日至9月2日",
            "9月30日至9月3日",
            "9月30日至3日",
        ] {
            assert!(is_fault(Verify::Reversed, text), "{text}");
        }
        for text in [
            "2026年5月26日至2026年6月2日",
            "2025年12月28日至1月3日",
            "12月28日至1月3日",
            "9月3日至9月30日",
            "2026年9月3日至30日",
            "2026年3月至2026年3月",
            "至9月3日",
        ] {
            assert!(!is_fault(Verify::Reversed, text), "{text}");
        }
    }

    #[test]
    fn a_day_has_its_day_of_the_week() {
        for text in [
            "2026年3月5日(星期五)",
            "3月5日(周三)",
            "2026年3月8日(星期六)",
        ] {
            assert!(is_fault(Verify::Weekday, text), "{text}");
        }
        // 5 March 2026 is a Thursday, of 2027 a Friday.
        for text in [
            "2026年3月5日(星期四)",
            "3月5日(周四)",
            "3月5日(周五)",
            "2026年3月8日(星期日)",
            "2026年3月8日(星期天)",
            "2026年2月30日(星期一)",
        ] {
            assert!(!is_fault(Verify::Weekday, text), "{text}");
        }
        let line = Line::new("3月5日(周三)", 0, "3月5日(周三)".len());
        let judged = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap_or_default();
        assert!(
            !Verify::Weekday.passes(&line, judged, None),
            "nobody knows the year"
        );
    }

    #[test]
    fn the_year_of_a_day_may_be_told_from_the_day_of_the_text() {
        let is_wrong = |text: &str| passes(Verify::NoDate, text, "2月29日");
        assert!(is_wrong("今年的2月29日"));
        assert!(is_wrong("去年2月29日"));
        assert!(!passes(Verify::NoDate, "前年2月29日", "2月29日"), "2024");
        assert!(!passes(Verify::NoDate, "今年2月28日", "2月28日"));
        let text = "今年2月29日";
        let line = Line::new(text, "今年".len(), text.len());
        let day = NaiveDate::from_ymd_opt(2026, 11, 2).unwrap_or_default();
        assert!(
            !Verify::NoDate.passes(&line, day, None),
            "nobody knows the year"
        );
    }

    #[test]
    fn dates_may_lie_behind_a_day() {
        let day = NaiveDate::from_ymd_opt(2026, 6, 5).unwrap_or_default();
        let is_after = |text: &str| super::is_after(text, day);
        assert!(is_after("2026-06-12") && is_after("2026年6月6日") && is_after("2027.1.1"));
        for text in [
            "2026-06-05",
            "2026年5月31日",
            "6月12日",
            "2026-13-01",
            "2026年7月",
        ] {
            assert!(!is_after(text), "{text}");
        }
    }

    #[test]
    fn dates_exist() {
        assert!(passes(Verify::Date, "2024年2月29日", "2024年2月29日"));
        assert!(!passes(Verify::Date, "2023年2月29日", "2023年2月29日"));
        assert!(passes(Verify::Date, "20240229", "20240229"));
    }
}
