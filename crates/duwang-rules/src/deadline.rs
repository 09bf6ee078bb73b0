//! Periods for opinions as official texts write them: `征求意见时间：2026年9月1日至9月10日`, `请于2026年9月30日前反馈`,
//! `自公告之日起30日内`, `公示期为7个工作日`. Works on folded text.

use crate::words::{WORDS, behind_first, ends_with_any, has_any};
use chrono::{Datelike, Duration, Months, NaiveDate, TimeDelta, Weekday};
use std::ops::Range;

/// A period for opinions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Period {
    /// The first day, when the text names it.
    pub(crate) start: Option<NaiveDate>,
    pub(crate) end: End,
    /// The phrase, as byte range of the line.
    pub(crate) at: Range<usize>,
}

/// How a period ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// On a day.
    On(NaiveDate),
    /// So many days after it began.
    After { count: u32, workdays: bool },
}

/// The period a line states, when it states one about opinions or publicity.
#[cfg(test)]
fn period_of(line: &str, published: Option<NaiveDate>) -> Option<Period> {
    is_about_period(line)
        .then(|| period_in(line, published))
        .flatten()
}

/// Whether words are about the time for opinions or publicity.
pub(crate) fn is_about_period(text: &str) -> bool {
    has_any(beginning(text, LONGEST_LINE), &WORDS.period.subjects)
}

/// The period a line states that is known to be about opinions or publicity.
pub(crate) fn period_in(line: &str, published: Option<NaiveDate>) -> Option<Period> {
    let line = beginning(line, LONGEST_LINE);
    range(line, published)
        .or_else(|| relative(line))
        .or_else(|| until(line, published))
}

/// The only day of a short text.
pub(crate) fn day_in(text: &str, published: Option<NaiveDate>) -> Option<NaiveDate> {
    let text = beginning(text, LONGEST_GAP);
    let first = next_day(text, 0, published)?;
    let another = next_day(text, first.end, published);
    another.is_none().then_some(first.day)
}

/// Bytes of a line that are read: a period is stated early, and a line without end must not cost without end.
const LONGEST_LINE: usize = 20_000;
/// Bytes between the two days of a range.
const LONGEST_GAP: usize = 120;
/// A day without a year that is over for so long is one of the next year.
const LONG_OVER: TimeDelta = TimeDelta::days(180);

fn beginning(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Days from `start` (not counted) to `end`.
pub(crate) fn days_between(start: NaiveDate, end: NaiveDate) -> i64 {
    (end - start).num_days()
}

/// Monday to Friday after `start` up to `end`; holidays are not known here.
pub(crate) fn weekdays_between(start: NaiveDate, end: NaiveDate) -> i64 {
    if end < start {
        return -weekdays_between(end, start);
    }
    let days = (end - start).num_days();
    let mut count = days / 7 * 5;
    let mut day = start + Duration::days(days / 7 * 7);
    while day < end {
        day += Duration::days(1);
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            count += 1;
        }
    }
    count
}

/// A day written in a line; parts that are not written come from what was said before.
#[derive(Debug, Clone, Copy)]
struct Written {
    day: NaiveDate,
    start: usize,
    end: usize,
    is_yearless: bool,
}

/// `2026年9月1日至9月10日`, `9月1日-10日`, `2026-09-01至2026-09-10`.
fn range(line: &str, published: Option<NaiveDate>) -> Option<Period> {
    let mut from = 0;
    while let Some(first) = next_day(line, from, published) {
        let first = not_far_ahead(first, published);
        if let Some(last) = range_end(line, first) {
            return Some(Period {
                start: Some(first.day),
                end: End::On(last.day),
                at: first.start..last.end,
            });
        }
        from = first.end;
    }
    None
}

/// In January `12月1日至12月31日` was last month: what is put up anew tells of its days without a year.
fn not_far_ahead(first: Written, published: Option<NaiveDate>) -> Written {
    let is_far = first.is_yearless && published.is_some_and(|day| first.day - day > LONG_OVER);
    let earlier = is_far.then(|| first.day.checked_sub_months(Months::new(12)));
    Written {
        day: earlier.flatten().unwrap_or(first.day),
        ..first
    }
}

fn range_end(line: &str, first: Written) -> Option<Written> {
    let rest = beginning(&line[first.end..], LONGEST_GAP);
    let skipped = rest.trim_start_matches(|c: char| {
        c.is_ascii_digit()
            || matches!(
                c,
                ':' | ' ' | '时' | '分' | '点' | '起' | '开' | '始' | '上' | '午' | '算' | ','
            )
    });
    let skipped = skipped
        .strip_prefix('(')
        .and_then(|s| s.split_once(')'))
        .map_or(skipped, |(_, after)| after);
    let joined = behind_first(&WORDS.period.joins, skipped.trim_start())?;
    let at = first.end + rest.len() - joined.trim_start().len();
    let last = day_at(line, at, Some(first.day))?;
    (last.day >= first.day).then_some(last)
}

/// Between a day and what says that it is the last: `30日17时前`, `30日(周三)下班前`.
const HOURS: &str = ":时分点 ()下班上午周星期一二三四五";

/// `截止2026年9月30日`, `截止时间:2026-09-30`, `请于9月30日前`.
fn until(line: &str, published: Option<NaiveDate>) -> Option<Period> {
    let mut from = 0;
    while let Some(day) = next_day(line, from, published) {
        from = day.end;
        if is_house_number(&line[day.start..day.end]) || begins(&line[..day.start]) {
            continue;
        }
        let before: String = line[..day.start]
            .chars()
            .rev()
            .take(12)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        let after: String = line[day.end..].chars().take(24).collect();
        let words = &WORDS.period;
        let led = has_any(&before, &words.until) && !before.contains(&words.until_not)
            || ends_with_any(&before, &words.until_right_before);
        let after = without_brackets(&after)
            .trim_start_matches(|c: char| c.is_ascii_digit() || HOURS.contains(c));
        let closed = behind_first(&words.until_behind, after).is_some();
        if led || closed {
            return Some(Period {
                start: None,
                end: End::On(day.day),
                at: day.start..day.end,
            });
        }
    }
    None
}

/// `开始日期:2026-06-10 截止日期:…`: what stands behind the first day is said of the second.
fn begins(before: &str) -> bool {
    const LABELS: [&str; 4] = ["开始日期", "开始时间", "起始日期", "起始时间"];
    let label = before.trim_end_matches([':', ' ']);
    LABELS.iter().any(|word| label.ends_with(word))
}

/// What follows a day and a remark in brackets: `五月六号(公告发出后十五天)为止`.
fn without_brackets(after: &str) -> &str {
    after
        .strip_prefix('(')
        .and_then(|inner| inner.split_once(')'))
        .map_or(after, |(_, behind)| behind)
}

/// `寄至建设路15号`: a number alone with 号 is no day.
fn is_house_number(day: &str) -> bool {
    day.ends_with('号') && !day.contains('月')
}

/// `自公告之日起30日内`, `公示期为7个工作日`, `期限30天`, `公示一周`.
fn relative(line: &str) -> Option<Period> {
    let words = &WORDS.period;
    let behind_any = |leads: &[String], is_bare: bool| {
        let mut places = leads.iter().flat_map(|l| line.match_indices(l.as_str()));
        places.find_map(|(at, lead)| {
            let (end, behind) = length(&line[at + lead.len()..])?;
            (!is_bare || !behind.starts_with('内')).then_some((at, end, behind))
        })
    };
    let found = behind_any(&words.leads, false).or_else(|| behind_any(&words.bare_leads, true));
    found.map(|(at, end, behind)| Period {
        start: None,
        end,
        at: at..line.len() - behind.len(),
    })
}

/// How long a period is that begins here, and what stands behind.
fn length(text: &str) -> Option<(End, &str)> {
    const LONGEST: u32 = 366; // days; a longer one is something else
    let words = &WORDS.period;
    let text = text.trim_start_matches([',', ' ', '的', '为', ':', '共']);
    let text = behind_first(&words.least, text).unwrap_or(text);
    let (number, unit) = counted(text)?;
    let in_workdays = behind_first(&words.workdays, unit);
    let in_days = || behind_first(&words.days, unit).map(|behind| (number, behind));
    let in_weeks = || Some((number.checked_mul(7)?, behind_first(&words.weeks, unit)?));
    let (count, behind) = match in_workdays {
        Some(behind) => (number, behind),
        None => in_days().or_else(in_weeks)?,
    };
    // 即日起至… is a range, 30日是 … is not.
    let is_length = (1..=LONGEST).contains(&count) && behind_first(&words.later, behind).is_none();
    let workdays = in_workdays.is_some();
    is_length.then_some((End::After { count, workdays }, behind))
}

/// A number in digits or Han at the beginning, and what stands behind it.
fn counted(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return Some((text[..digits].parse().ok()?, &text[digits..]));
    }
    let (number, len) = crate::han::number_at(text)?;
    Some((number, &text[len..]))
}

fn next_day(line: &str, from: usize, context: Option<NaiveDate>) -> Option<Written> {
    line[from..]
        .char_indices()
        .filter(|(_, c)| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c))
        .filter(|(i, _)| {
            // Not inside a longer number.
            let inside = |c: char| c.is_ascii_digit() || ".-一二三四五六七八九十".contains(c);
            !line[..from + i].ends_with(inside)
        })
        .find_map(|(i, _)| day_at(line, from + i, context))
}

/// A day that begins at a place; a missing year or month is taken from `context`.
fn day_at(line: &str, at: usize, context: Option<NaiveDate>) -> Option<Written> {
    let text = &line[at..];
    let (year, month, day, tail) = parts(text)?;
    let is_yearless = year.is_none() && month.is_some();
    let year = year.or_else(|| context.map(|c| c.year()))?;
    let month = month.or_else(|| context.map(|c| c.month()))?;
    let day = NaiveDate::from_ymd_opt(year, month, day)?;
    // In December `1月10日` is a day of the next year.
    let is_long_over = is_yearless && context.is_some_and(|context| context - day > LONG_OVER);
    Some(Written {
        day: match is_long_over {
            true => day.checked_add_months(Months::new(12))?,
            false => day,
        },
        start: at,
        end: line.len() - tail.len(),
        is_yearless,
    })
}

/// What is written of year, month and day, and what stands behind: `2026年9月1日`, `2026-09-01`, `九月一日`, `10日`.
fn parts(text: &str) -> Option<(Option<i32>, Option<u32>, u32, &str)> {
    let Some((year, rest)) = year_at(text) else {
        let (month, day, tail) = month_and_day(text)?;
        return Some((None, month, day, tail));
    };
    let mark = rest.chars().next()?;
    let rest = &rest[mark.len_utf8()..];
    let (month, day, tail) = match mark {
        '年' => month_and_day(rest).filter(|(month, ..)| month.is_some())?,
        '-' | '.' | '/' => {
            let (month, rest) = counted(rest)?;
            let (day, tail) = counted(rest.strip_prefix(mark)?)?;
            (Some(month), day, tail)
        }
        _ => return None,
    };
    Some((Some(year), month, day, tail))
}

fn year_at(text: &str) -> Option<(i32, &str)> {
    const DIGITS: usize = 4;
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        let (year, rest) = text.split_at_checked(DIGITS)?;
        return (digits == DIGITS).then_some((year.parse().ok()?, rest));
    }
    let end = text.char_indices().nth(DIGITS)?.0;
    let digit = |c: char| match c {
        '○' | '零' | 'O' => Some(0),
        c => "〇一二三四五六七八九".chars().position(|d| d == c),
    };
    let (year, rest) = text.split_at(end);
    let add = |year: i32, c| digit(c).map(|d| year * 10 + d as i32);
    Some((year.chars().try_fold(0, add)?, rest))
}

/// `9月1日`, `三月十六`, `10日`: the month where it is written, the day, and what stands behind.
fn month_and_day(text: &str) -> Option<(Option<u32>, u32, &str)> {
    let (first, rest) = counted(text)?;
    let Some(rest) = rest.strip_prefix('月') else {
        // 30日内 counts days, it does not name one.
        let tail = rest.strip_prefix(['日', '号'])?;
        return (!tail.starts_with('内')).then_some((None, first, tail));
    };
    let (day, rest) = counted(rest)?;
    let bare = || stands_in_range(rest).then_some(rest);
    let tail = rest.strip_prefix(['日', '号']).or_else(bare)?;
    Some((Some(first), day, tail))
}

/// `三月十六到四月十五`: in speech, a day that begins or ends a range needs no 日.
fn stands_in_range(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['至', '到', '—', '-', '~', '止', ')', ',', '。'])
}

#[cfg(test)]
mod tests {
    use super::{End, period_of, weekdays_between};
    use chrono::NaiveDate;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap_or_default()
    }

    #[test]
    fn ranges_fill_in_what_the_end_leaves_out() {
        for line in [
            "征求意见时间:2026年9月1日至9月10日",
            "征集时间:2026年9月1日-2026年9月10日。",
            "意见征集期限:2026-09-01至2026-09-10",
            "公示时间为2026年9月1日至10日",
            "现公开征求意见,时间为9月1日—9月10日",
            "征求意见时间:2026年9月1日8:00至2026年9月10日17:30",
            "征求意见时间:二〇二六年九月一日至九月十日",
            "大家的意见九月一日到九月十日都可以提",
            "收意见十天(九月一到九月十)",
            "意见从九月一日起,到九月十日都可以提",
            "公示起止:9月1日—9月10",
        ] {
            let period =
                period_of(line, Some(day(2026, 8, 31))).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(period.start, Some(day(2026, 9, 1)), "{line}");
            assert_eq!(period.end, End::On(day(2026, 9, 10)), "{line}");
        }
    }

    #[test]
    fn a_day_without_a_year_may_be_of_the_next_one() {
        for line in ["公示时间:12月20日至1月10日", "请于1月10日前反馈意见"] {
            let period = period_of(line, Some(day(2026, 12, 18)));
            let end = period.map(|period| period.end);
            assert_eq!(end, Some(End::On(day(2027, 1, 10))), "{line}");
        }
        // A deadline that has passed is one nevertheless.
        let period = period_of("请于9月1日前反馈意见", Some(day(2026, 9, 20)));
        assert_eq!(period.map(|p| p.end), Some(End::On(day(2026, 9, 1))));
    }

    #[test]
    fn a_range_without_a_year_may_be_of_the_last_one() {
        let period = period_of("征集时间:12月1日至12月31日", Some(day(2027, 1, 20)));
        let period = period.unwrap_or_else(|| panic!("no period"));
        assert_eq!(period.start, Some(day(2026, 12, 1)));
        assert_eq!(period.end, End::On(day(2026, 12, 31)));
        let over = period_of("征集时间:12月20日至1月10日", Some(day(2027, 1, 20)));
        let over = over.unwrap_or_else(|| panic!("no period"));
        assert_eq!(over.start, Some(day(2026, 12, 20)));
        assert_eq!(over.end, End::On(day(2027, 1, 10)));
    }

    #[test]
    fn ends_alone() {
        for line in [
            "意见反馈截止时间:2026年9月30日",
            "请于2026年9月30日前将意见反馈我局",
            "请于9月30日17:00前反馈意见",
            "请于9月30日下班前提出",
            "征集截止2026-09-30",
            "起止时间:即日起至2026年9月30日",
            "看法收到九月三十号(公告发出后二十九天)为止",
            "公示到9月30日下班,共二十个工作日",
            "征集意见 开始日期:2026-09-01 截止日期:2026-09-30",
        ] {
            let period = period_of(line, Some(day(2026, 9, 1))).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(
                (period.start, period.end),
                (None, End::On(day(2026, 9, 30))),
                "{line}"
            );
        }
    }

    #[test]
    fn counts_of_days() {
        for (line, count, workdays) in [
            ("自公告之日起30日内提出意见", 30, false),
            ("公示期为7个工作日", 7, true),
            ("本预公告张贴五个工作日,9月21日起", 5, true),
            ("征求意见期限:三十天", 30, false),
            ("本方案公告期为二十日", 20, false),
            ("自本公告发布之日起十五日内反馈意见", 15, false),
            ("现予公示。公示三天,接受监督", 3, false),
            ("名单在村务栏公示一周", 7, false),
            ("公示时间:不少于5天", 5, false),
            ("公示两个星期", 14, false),
        ] {
            let period = period_of(line, None).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(period.end, End::After { count, workdays }, "{line}");
        }
    }

    #[test]
    fn other_dates_are_no_periods() {
        for line in [
            "根据2019年9月1日起施行的条例公开征求意见",
            "2026年9月1日召开会议",
            "联系电话:0599-6660001,欢迎提出意见",
            "意见可以寄至云溪市建设路15号前楼",
            "公示3日后无异议的,报县民政局审批",
            "公示后3日内发放",
        ] {
            assert_eq!(period_of(line, Some(day(2026, 9, 1))), None, "{line}");
        }
    }

    #[test]
    fn weekdays_leave_weekends_out() {
        assert_eq!(weekdays_between(day(2026, 9, 4), day(2026, 9, 7)), 1); // Friday to Monday
        assert_eq!(weekdays_between(day(2026, 9, 1), day(2026, 9, 15)), 10);
    }
}
