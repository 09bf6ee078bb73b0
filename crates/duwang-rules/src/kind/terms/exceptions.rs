//! When a word of a list is right after all.

mod court;
mod persons;
mod told;

use super::row::{Row, in_form};
use crate::error::Troubles;
use crate::explain::Why;
use crate::judge::{Form, Line, Seen};
use crate::load::At;
use chrono::{Datelike, NaiveDate};
use duwang_model::{Block, BlockKind, Span};

/// The exceptions of a row.
#[derive(Debug, Default)]
pub(crate) struct Exceptions {
    /// Texts that excuse a match they overlap.
    overlapping: Vec<String>,
    /// Texts that excuse a match of the same sentence.
    same_sentence: Vec<String>,
    marks: Vec<Mark>,
}

/// Exceptions by what surrounds the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    BookTitle,
    Quoted,
    Cited,
    Former,
    History,
    OldText,
    Table,
    Code,
    ProperName,
    PlaceName,
    PersonName,
    Court,
}

const MARKS: &[(&str, Mark)] = &[
    ("@书名号", Mark::BookTitle),
    ("@引号", Mark::Quoted),
    ("@引文", Mark::Cited),
    ("@原名", Mark::Former),
    ("@历史", Mark::History),
    ("@旧文", Mark::OldText),
    ("@表格", Mark::Table),
    ("@代码", Mark::Code),
    ("@专名", Mark::ProperName),
    ("@地名", Mark::PlaceName),
    ("@人名", Mark::PersonName),
    ("@法院", Mark::Court),
];

impl Exceptions {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.overlapping.is_empty() && self.same_sentence.is_empty() && self.marks.is_empty()
    }

    /// Reads the exceptions of a row; `None` when one is not understood (told already).
    pub(crate) fn read(given: &[At<String>], form: Form, troubles: &Troubles<'_>) -> Option<Self> {
        let mut exceptions = Self::default();
        let mut understood = true;
        for one in given {
            let text = one.value.trim();
            if let Some(word) = text.strip_prefix('&') {
                exceptions.same_sentence.push(in_form(word, form));
            } else if text.starts_with('@') {
                match MARKS.iter().find(|(word, _)| *word == text) {
                    Some((_, mark)) => exceptions.marks.push(*mark),
                    None => {
                        understood = false;
                        let words: Vec<&str> = MARKS.iter().map(|(word, _)| *word).collect();
                        troubles.report_with(
                            &one.place,
                            format!("不认识的例外“{text}”"),
                            "这里",
                            Some(crate::load::known_words(text, &words)),
                        );
                    }
                }
            } else if !text.is_empty() {
                exceptions.overlapping.push(in_form(text, form));
            }
        }
        understood.then_some(exceptions)
    }

    /// An exception that excuses every match of the word.
    pub(crate) fn swallows(&self, word: &str) -> Option<&str> {
        self.overlapping
            .iter()
            .find(|e| word.contains(e.as_str()))
            .map(String::as_str)
    }
}

/// Why a match of a row is none after all.
pub(crate) fn objection(
    row: &Row,
    line: &Line<'_>,
    span: Span,
    block: Option<&Block>,
    seen: &Seen<'_>,
) -> Option<Why> {
    if let Some(since) = row.since.filter(|since| seen.written_on < *since) {
        return Some(Why::NotYet(since));
    }
    if row.since.is_some() && is_undated(seen) && is_provision(line) {
        return Some(Why::Exception("没有日期的法规条文".to_owned()));
    }
    if let Some(column) = told::column(seen, span) {
        return Some(Why::Exception(column.to_owned()));
    }
    if persons::is_listed(line) {
        return Some(Why::Exception("名单里的人名".to_owned()));
    }
    if told::is_told_wrong(line) {
        return Some(Why::Exception("说的就是这个错".to_owned()));
    }
    let exceptions = row.exceptions.as_deref()?;
    if let Some(word) = exceptions.overlapping.iter().find(|e| line.overlaps(e)) {
        return Some(Why::Exception(word.clone()));
    }
    if !exceptions.same_sentence.is_empty() {
        let sentence = line.sentence();
        if let Some(word) = exceptions
            .same_sentence
            .iter()
            .find(|e| sentence.contains(e.as_str()))
        {
            return Some(Why::Exception(format!("&{word}")));
        }
    }
    exceptions
        .marks
        .iter()
        .find(|mark| holds(**mark, row, line, span, block, seen))
        .map(|mark| Why::Exception(name(*mark).to_owned()))
}

fn name(mark: Mark) -> &'static str {
    MARKS
        .iter()
        .find(|(_, m)| *m == mark)
        .map_or("", |(word, _)| word)
}

fn holds(
    mark: Mark,
    row: &Row,
    line: &Line<'_>,
    span: Span,
    block: Option<&Block>,
    seen: &Seen<'_>,
) -> bool {
    match mark {
        Mark::BookTitle => line.in_book_title() || told::is_in_titles(seen, span),
        Mark::Quoted => line.in_quotes().is_some(),
        Mark::Cited => is_cited(line, row.since, seen),
        Mark::Former => is_former_name(line),
        Mark::History => is_history(row.since, line, seen),
        Mark::OldText => false, // judged by `since` above
        Mark::Table => block.is_some_and(|b| b.kind == BlockKind::Cell),
        Mark::Code => line.in_code(),
        Mark::ProperName => is_proper_name(line),
        Mark::PlaceName => is_place_name(line),
        Mark::PersonName => is_person_name(line),
        Mark::Court => court::speaks(seen),
    }
}

/// Words of another document: in quotation marks, a line that is an article, or after "规定：".
fn is_cited(line: &Line<'_>, since: Option<NaiveDate>, seen: &Seen<'_>) -> bool {
    line.in_quotes().is_some()
        || line.in_book_title()
        || (is_article(line.text) && !is_new_rule(since, seen))
        || ["规定:", "规定：", "指出:", "指出：", "原文"]
            .iter()
            .any(|lead| sentence_before(line).contains(lead))
}

/// Whether the page is itself a set of rules that says it is in force from a day when the word was wrong already: its articles are its own.
fn is_new_rule(since: Option<NaiveDate>, seen: &Seen<'_>) -> bool {
    const RULES: [&str; 6] = ["办法", "规定", "细则", "规则", "制度", "守则"];
    const OF_OTHERS: [&str; 3] = ["中华人民共和国", "国务院", "最高人民"];
    let title = seen.bare_title();
    let name = title.split('(').next().unwrap_or(title);
    let is_rules = RULES.iter().any(|word| name.ends_with(word));
    let is_foreign = OF_OTHERS.iter().any(|word| name.starts_with(word));
    let in_force = day_in_force(seen.text(Form::Folded));
    is_rules && !is_foreign && since.zip(in_force).is_some_and(|(since, day)| since < day)
}

/// The last day from which a text says to be in force: `自2026年7月1日起施行`; its first two digits may be written otherwise.
fn day_in_force(text: &str) -> Option<NaiveDate> {
    let days = ["起施行", "起实施", "起执行"].iter();
    let at = days.filter_map(|word| text.rfind(word)).max()?;
    let before = text[..at].strip_suffix('日')?;
    let (before, day) = before.rsplit_once('月')?;
    let (before, month) = before.rsplit_once('年')?;
    let year = digits_at_end(before).map_or_else(|| han_year(before), |d| d.parse().ok())?;
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}

/// `二〇二六`
fn han_year(before: &str) -> Option<i32> {
    let from = before.char_indices().rev().nth(3).map_or(0, |(at, _)| at);
    crate::han::digits(&before[from..])?.try_into().ok()
}

fn sentence_before<'a>(line: &Line<'a>) -> &'a str {
    let before = line.before();
    let from = before.rfind('。').map_or(0, |i| i + '。'.len_utf8());
    &before[from..]
}

/// Nobody knows when the text was made.
fn is_undated(seen: &Seen<'_>) -> bool {
    let document = seen.document;
    document.published.is_none() && document.dates.is_empty() && seen.context.judged_on.is_none()
}

/// A provision of a statute: it keeps the names of its day until it is amended.
fn is_provision(line: &Line<'_>) -> bool {
    const ITS_OWN_NAME: [&str; 6] = ["本条例", "本规定", "本办法", "本法", "本细则", "法律、法规"];
    const SANCTIONS: [&str; 7] = [
        "责令",
        "罚款",
        "吊销",
        "没收",
        "给予处分",
        "依法处理",
        "追究",
    ];
    is_article(line.text)
        || ITS_OWN_NAME.iter().any(|word| line.text.contains(word))
        || SANCTIONS.iter().any(|word| line.text.contains(word))
}

/// `第三十三条 …`
fn is_article(text: &str) -> bool {
    let Some(rest) = text.trim_start().strip_prefix('第') else {
        return false;
    };
    let number: String = rest
        .chars()
        .take_while(|c| "〇零一二三四五六七八九十百千0123456789".contains(*c))
        .collect();
    !number.is_empty() && rest[number.len()..].starts_with('条')
}

/// A former name is called so within the four characters before it, or in `(原…)`.
fn is_former_name(line: &Line<'_>) -> bool {
    // 原 and 前 inside these words say nothing about a former name.
    const OTHER_WORDS: [&str; 16] = [
        "目前", "当前", "日前", "提前", "眼前", "前往", "前来", "前期", "前述", "原则", "原因",
        "原料", "平原", "太原", "草原", "中原",
    ];
    let mut before = line.last_before(4).to_owned();
    for word in OTHER_WORDS {
        before = before.replace(word, "");
    }
    let is_former = ["原", "时任", "曾任", "更名前"];
    if is_former.iter().any(|word| before.contains(word))
        || (before.contains('前') && !is_before_something(line))
    {
        return true;
    }
    [('(', ')'), ('（', '）')]
        .into_iter()
        .filter_map(|(open, close)| line.enclosed_by(open, close))
        .any(|inner| inner.trim_start().starts_with('原') || inner.contains("简称原"))
}

/// `开业前应当向国土局申请` and `6月30日前报国土局` tell what is done before something, `2015年10月前的国土局` when it was called so.
fn is_before_something(line: &Line<'_>) -> bool {
    const DOINGS: &str = "业批底日办工产课赛节汛会事学更";
    let before = line.before();
    let at = before.rfind('前').unwrap_or(0);
    let what = before[..at].trim_end_matches(['以', '之']);
    let is_month_of_no_year = what.strip_suffix('月').is_some_and(|month| {
        let year = month.trim_end_matches(|c: char| c.is_ascii_digit());
        !year.ends_with('年')
    });
    what.ends_with(|c| DOINGS.contains(c)) || is_month_of_no_year
}

/// A sentence about the past, a chronicle, or the line that tells when a decree was issued.
fn is_history(since: Option<NaiveDate>, line: &Line<'_>, seen: &Seen<'_>) -> bool {
    const CHRONICLES: [&str; 13] = [
        "沿革",
        "大事记",
        "年表",
        "年鉴",
        "史料",
        "历史",
        "地方志",
        "县志",
        "市志",
        "镇志",
        "简史",
        "机构改革",
        "历任",
    ];
    let sentence = line.sentence();
    let limit = since.unwrap_or(seen.written_on);
    if has_earlier_date(sentence, limit) || is_decree_line(sentence) {
        return true;
    }
    let told = |text: &str| CHRONICLES.iter().any(|word| text.contains(word));
    let is_chronicle = || told(label(line.text)) || told(&seen.document.title);
    told(sentence) || (!is_about_present(sentence) && is_chronicle())
}

/// A chronicle ends with what there is today: `现有派出机构9个`.
fn is_about_present(sentence: &str) -> bool {
    const TODAY: [&str; 7] = ["现有", "现在", "目前", "现设", "现辖", "现为", "现内设"];
    TODAY.iter().any(|word| sentence.contains(word))
}

/// What a line begins with, as far as a label may reach (`历史沿革：`): it speaks for all sentences of the line.
fn label(line: &str) -> &str {
    const LONGEST: usize = 12;
    let end = line
        .char_indices()
        .nth(LONGEST)
        .map_or(line.len(), |(at, _)| at);
    &line[..end]
}

/// Whether the text names a year (or month) before the limit.
fn has_earlier_date(text: &str, limit: NaiveDate) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('年') {
        let year: Option<i32> = digits_at_end(&rest[..at])
            .filter(|d| d.len() == 4)
            .and_then(|d| d.parse().ok())
            .filter(|y| (1840..=2199).contains(y));
        rest = &rest[at + '年'.len_utf8()..];
        let Some(year) = year else { continue };
        let month: Option<u32> = rest
            .find('月')
            .filter(|end| *end <= 2)
            .and_then(|end| rest[..end].parse().ok());
        let earlier = match month {
            Some(month) => (year, month) < (limit.year(), limit.month()),
            None => year < limit.year(),
        };
        if earlier {
            return true;
        }
    }
    false
}

fn digits_at_end(text: &str) -> Option<&str> {
    let count = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    (count > 0).then(|| &text[text.len() - count..])
}

/// `(2007年×月×日国土资源部令第39号公布)`
fn is_decree_line(sentence: &str) -> bool {
    let decree = sentence.contains("令第") && sentence.contains('号');
    let issued = ["公布", "发布", "修正", "修订", "通过"]
        .iter()
        .any(|word| sentence.contains(word));
    decree && issued
}

/// Names of firms, brands and shops: what follows within a few characters says so.
fn is_proper_name(line: &Line<'_>) -> bool {
    const ENDINGS: [&str; 17] = [
        "公司",
        "集团",
        "有限",
        "股份",
        "酒店",
        "宾馆",
        "饭店",
        "合作社",
        "商行",
        "商店",
        "大厦",
        "广场",
        "品牌",
        "牌",
        "药业",
        "超市",
        "工作室",
    ];
    let after = until_mark(line.first_after(10));
    ENDINGS.iter().any(|ending| after.contains(ending)) || line.in_book_title()
}

/// Names of places: what follows at once says so.
fn is_place_name(line: &Line<'_>) -> bool {
    const ENDINGS: &str = "省市县区镇乡村路街巷山河湖江岛港湾桥站寨庄屯坊";
    line.first_after(2).chars().any(|c| ENDINGS.contains(c))
        || ["社区", "大道", "小区"]
            .iter()
            .any(|word| line.first_after(4).contains(word))
}

/// Names of people: what stands beside says so.
fn is_person_name(line: &Line<'_>) -> bool {
    const BEFORE: [&str; 7] = ["姓名", "联系人", "负责人", "作者", "记者", "先生", "经办人"];
    const AFTER: [&str; 10] = [
        "同志", "先生", "女士", "书记", "主任", "局长", "某", "老师", "教授", "医生",
    ];
    let after = line.first_after(4);
    let before = line.last_before(6);
    AFTER.iter().any(|word| after.contains(word)) || BEFORE.iter().any(|word| before.contains(word))
}

fn until_mark(text: &str) -> &str {
    let end = text
        .find(|c: char| "，。；：、！？,;:!?()（）《》“” ".contains(c))
        .unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::{day_in_force, has_earlier_date, is_article, is_former_name};
    use crate::judge::Line;
    use chrono::NaiveDate;

    fn former(text: &str) -> bool {
        let start = text.find("国土局").unwrap_or(0);
        is_former_name(&Line::new(text, start, start + "国土局".len()))
    }

    #[test]
    fn former_names_are_called_so_nearby() {
        assert!(former("原市国土局"));
        assert!(former("时任市国土局局长"));
        assert!(former("市自然资源局（原市县国土局）"));
        assert!(!former("目前国土局负责"));
        assert!(!former("按照原则国土局"));
        assert!(!former("原来由别人办理，现由国土局办理"));
        assert!(former("前市国土局"));
        assert!(!former("开业前应当向国土局申请"));
        assert!(!former("开工前到国土局"));
        assert!(!former("请于月底前报国土局"));
        assert!(!former("6月30日前报国土局"));
        assert!(!former("10月前报国土局"));
        assert!(former("2015年10月以前的国土局"));
        assert!(former("以前的国土局"));
    }

    #[test]
    fn earlier_years_and_months_count() {
        let limit = NaiveDate::from_ymd_opt(2018, 3, 21).unwrap_or_default();
        assert!(has_earlier_date("2016年,国土局", limit));
        assert!(has_earlier_date("2018年1月", limit));
        assert!(!has_earlier_date("2018年4月", limit));
        assert!(!has_earlier_date("2019年", limit));
        assert!(!has_earlier_date("12年", limit));
    }

    #[test]
    fn rules_say_from_which_day_they_are_in_force() {
        let day = |text: &str| day_in_force(text).map(|day| day.to_string());
        let july = Some("2026-07-01".to_owned());
        assert_eq!(day("本规定自2026年7月1日起施行。"), july);
        assert_eq!(
            day("自2010年1月1日起施行的原规定废止,本规定自二〇二六年7月1日起施行"),
            july
        );
        assert_eq!(day("本规定自印发之日起施行。"), None);
    }

    #[test]
    fn articles_begin_with_their_number() {
        assert!(is_article("第三十三条 行政机关"));
        assert!(!is_article("第三批"));
    }
}
