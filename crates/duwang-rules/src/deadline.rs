//! Periods for opinions as official texts write them: `征求意见时间：2026年9月1日至9月10日`, `请于2026年9月30日前反馈`,
//! `自公告之日起30日内`, `公示期为7个工作日`. Works on folded text.

use chrono::{Datelike, Duration, NaiveDate, Weekday};
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
    const SUBJECTS: [&str; 22] = [
        "征求",
        "征集",
        "意见",
        "反馈",
        "公示",
        "期限",
        "截止",
        "截至",
        "公开时间",
        "公告期",
        "公告时间",
        "张贴时间",
        "起止",
        "结束时间",
        "张榜",
        "看法",
        "说法",
        "想法",
        "时段",
        "提建议",
        "前提出",
        "张贴",
    ];
    let text = beginning(text, LONGEST_LINE);
    SUBJECTS.iter().any(|subject| text.contains(subject))
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
}

/// `2026年9月1日至9月10日`, `9月1日-10日`, `2026-09-01至2026-09-10`.
fn range(line: &str, published: Option<NaiveDate>) -> Option<Period> {
    let mut from = 0;
    while let Some(first) = next_day(line, from, published) {
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
    let joined = [
        "截止到",
        "截至",
        "至",
        "到",
        "——",
        "—",
        "--",
        "-",
        "~",
        "～",
        "–",
    ]
    .iter()
    .find_map(|mark| skipped.trim_start().strip_prefix(mark))?;
    let at = first.end + rest.len() - joined.trim_start().len();
    let last = day_at(line, at, Some(first.day))?;
    (last.day >= first.day).then_some(last)
}

/// `截止2026年9月30日`, `截止时间:2026-09-30`, `请于9月30日前`.
fn until(line: &str, published: Option<NaiveDate>) -> Option<Period> {
    let mut from = 0;
    while let Some(day) = next_day(line, from, published) {
        from = day.end;
        if is_house_number(&line[day.start..day.end]) {
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
        let led = (["截止", "截至", "止于", "至"]
            .iter()
            .any(|word| before.contains(word))
            && !before.contains("截至目前"))
            || ["公示到", "公告到", "征集到", "张贴到", "张榜到", "挂到"]
                .iter()
                .any(|word| before.ends_with(word));
        let closed = ["前", "之前", "以前", "止", "为止", "截止"]
            .iter()
            .any(|word| {
                without_brackets(&after)
                    .trim_start_matches(|c: char| {
                        c.is_ascii_digit()
                            || matches!(
                                c,
                                ':' | '时'
                                    | '分'
                                    | '点'
                                    | ' '
                                    | '('
                                    | ')'
                                    | '下'
                                    | '班'
                                    | '上'
                                    | '午'
                                    | '周'
                                    | '星'
                                    | '期'
                                    | '一'
                                    | '二'
                                    | '三'
                                    | '四'
                                    | '五'
                            )
                    })
                    .starts_with(word)
            });
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

/// `自公告之日起30日内`, `公示期为7个工作日`, `期限30天`.
fn relative(line: &str) -> Option<Period> {
    const LEADS: [&str; 19] = [
        "之日起",
        "即日起",
        "发布起",
        "公布起",
        "公示期为",
        "公示期",
        "公告期",
        "公示时间为",
        "公示时间:",
        "期限为",
        "期限:",
        "期限",
        "期为",
        "时间为",
        "征集时间:",
        "征求意见时间:",
        "为期",
        "张贴",
        "张榜",
    ];
    LEADS.iter().find_map(|lead| {
        let at = line.find(lead)?;
        let rest_at = at + lead.len();
        let rest = line[rest_at..].trim_start_matches([',', ' ', '的', '为', ':', '共']);
        let skipped = line.len() - rest.len();
        let (count, used) = count_at(rest)?;
        let unit = &rest[used..];
        let (workdays, unit_len) = [
            "个工作日",
            "工作日",
            "个自然日",
            "自然日",
            "日",
            "天",
            "个日历日",
        ]
        .iter()
        .find(|unit_word| unit.starts_with(**unit_word))
        .map(|word| (word.contains("工作"), word.len()))?;
        // 即日起至… is a range, 30日是 … is not; a count of more than a year is something else.
        (count > 0 && count <= 366).then(|| Period {
            start: None,
            end: End::After { count, workdays },
            at: at..skipped + used + unit_len,
        })
    })
}

/// A number in digits or Han at the beginning, with its length.
fn count_at(text: &str) -> Option<(u32, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return Some((text[..digits].parse().ok()?, digits));
    }
    crate::han::number_at(text)
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
    let (year, month, day, len) = full_date(text)
        .or_else(|| {
            month_and_day(text)
                .zip(context)
                .map(|((m, d, len), c)| (c.year(), m, d, len))
        })
        .or_else(|| {
            day_only(text)
                .zip(context)
                .map(|((d, len), c)| (c.year(), c.month(), d, len))
        })?;
    Some(Written {
        day: NaiveDate::from_ymd_opt(year, month, day)?,
        start: at,
        end: at + len,
    })
}

fn full_date(text: &str) -> Option<(i32, u32, u32, usize)> {
    let (year, used) = year_at(text)?;
    let rest = &text[used..];
    for (first, second, last) in [
        ("年", "月", "日"),
        ("年", "月", "号"),
        ("-", "-", ""),
        (".", ".", ""),
        ("/", "/", ""),
    ] {
        let Some(after) = rest.strip_prefix(first) else {
            continue;
        };
        let (month, m_len) = count_at(after)?;
        let after = after[m_len..].strip_prefix(second)?;
        let (day, d_len) = count_at(after)?;
        let Some(tail) = after[d_len..].strip_prefix(last) else {
            continue;
        };
        return Some((year, month, day, text.len() - tail.len()));
    }
    None
}

fn year_at(text: &str) -> Option<(i32, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 4 {
        return Some((text[..4].parse().ok()?, 4));
    }
    if digits > 0 {
        return None;
    }
    let han: String = text
        .chars()
        .take(4)
        .filter_map(|c| {
            "〇一二三四五六七八九"
                .chars()
                .position(|d| d == c)
                .or(matches!(c, '○' | '零' | 'O').then_some(0))
        })
        .map(|d| char::from(b'0' + d as u8))
        .collect();
    let used: usize = text.chars().take(4).map(char::len_utf8).sum();
    (han.len() == 4).then(|| han.parse().ok().map(|year| (year, used)))?
}

fn month_and_day(text: &str) -> Option<(u32, u32, usize)> {
    let (month, m_len) = count_at(text)?;
    let after = text[m_len..].strip_prefix('月')?;
    let (day, d_len) = count_at(after)?;
    let rest = &after[d_len..];
    let tail = rest
        .strip_prefix(['日', '号'])
        .or_else(|| stands_in_range(rest).then_some(rest))?;
    Some((month, day, text.len() - tail.len()))
}

/// `三月十六到四月十五`: in speech, a day that begins or ends a range needs no 日.
fn stands_in_range(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['至', '到', '—', '-', '~', '止', ')', ',', '。'])
}

fn day_only(text: &str) -> Option<(u32, usize)> {
    let (day, len) = count_at(text)?;
    let tail = text[len..].strip_prefix(['日', '号'])?;
    // 30日内 counts days, it does not name one.
    (!tail.starts_with('内')).then_some((day, text.len() - tail.len()))
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
