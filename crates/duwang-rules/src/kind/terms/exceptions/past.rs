//! What was so in its day: former names, chronicles, provisions of an old statute.

use crate::judge::{Line, Seen};
use crate::words::{WORDS, has_any};
use chrono::{Datelike, NaiveDate};

/// Nobody knows when the text was made.
pub(super) fn is_undated(seen: &Seen<'_>) -> bool {
    let document = seen.document;
    document.published.is_none() && document.dates.is_empty() && seen.context.judged_on.is_none()
}

/// A provision of a statute: it keeps the names of its day until it is amended.
pub(super) fn is_provision(line: &Line<'_>) -> bool {
    is_article(line.text)
        || has_any(line.text, &WORDS.past.itself)
        || has_any(line.text, &WORDS.past.sanctions)
}

/// `第三十三条 …`
pub(super) fn is_article(text: &str) -> bool {
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
pub(super) fn is_former_name(line: &Line<'_>) -> bool {
    // 原 and 前 inside some words say nothing about a former name.
    let mut before = line.last_before(4).to_owned();
    for word in &WORDS.past.no_former {
        before = before.replace(word.as_str(), "");
    }
    if has_any(&before, &WORDS.past.former) || (before.contains('前') && !is_before_something(line))
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
    let before = line.before();
    let at = before.rfind('前').unwrap_or(0);
    let what = before[..at].trim_end_matches(['以', '之']);
    let is_month_of_no_year = what.strip_suffix('月').is_some_and(|month| {
        let year = month.trim_end_matches(|c: char| c.is_ascii_digit());
        !year.ends_with('年')
    });
    what.ends_with(|c| WORDS.past.doings.contains(c)) || is_month_of_no_year
}

/// A sentence about the past, a chronicle, or the line that tells when a decree was issued.
pub(super) fn is_history(since: Option<NaiveDate>, line: &Line<'_>, seen: &Seen<'_>) -> bool {
    let sentence = line.sentence();
    let limit = since.unwrap_or(seen.written_on);
    if has_earlier_date(sentence, limit)
        || is_decree_line(sentence)
        || is_issuer_of_earlier(line.after(), limit)
    {
        return true;
    }
    let told = |text: &str| has_any(text, &WORDS.past.chronicles);
    let is_chronicle = || told(label(line.text)) || told(&seen.document.title);
    told(sentence) || (!is_about_present(sentence) && is_chronicle())
}

/// A chronicle ends with what there is today: `现有派出机构9个`.
fn is_about_present(sentence: &str) -> bool {
    has_any(sentence, &WORDS.past.today)
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

pub(super) fn digits_at_end(text: &str) -> Option<&str> {
    let count = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    (count > 0).then(|| &text[text.len() - count..])
}

/// What stands behind the name of who issued a paper of its time: `《关于印发…的通知》(安监总政法〔2017〕150号)`, `关于启用新证的通知(…〔2016〕3号)`.
fn is_issuer_of_earlier(after: &str, limit: NaiveDate) -> bool {
    let paper = after.split(['。', ';', '；', ',', '，']).next();
    let Some((name, number)) = paper.and_then(|paper| paper.split_once('〔')) else {
        return false;
    };
    let year: Option<i32> = number.get(..4).and_then(|year| year.parse().ok());
    (name.starts_with('《') || name.starts_with("关于"))
        && number.get(4..).is_some_and(|rest| rest.starts_with('〕'))
        && year.is_some_and(|year| year < limit.year())
}

/// `(2007年×月×日国土资源部令第39号公布)`
fn is_decree_line(sentence: &str) -> bool {
    let decree = sentence.contains("令第") && sentence.contains('号');
    let issued = has_any(sentence, &WORDS.past.issued);
    decree && issued
}

#[cfg(test)]
mod tests {
    use super::{has_earlier_date, is_article, is_former_name, is_issuer_of_earlier};
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
    fn papers_name_who_issued_them_in_their_time() {
        let limit = NaiveDate::from_ymd_opt(2018, 3, 21).unwrap_or_default();
        let of = |after: &str| is_issuer_of_earlier(after, limit);
        assert!(of("《关于检查计划的通知》（总局政法〔2017〕150号）要求"));
        assert!(of("关于启用新证的通知(发〔2016〕3号)"));
        assert!(!of("《关于检查计划的通知》（发〔2019〕150号）要求"));
        assert!(!of("根据上级文件（发〔2012〕3号）开展检查"));
        assert!(!of("负责，《关于检查的通知》（发〔2012〕3号）"));
    }

    #[test]
    fn articles_begin_with_their_number() {
        assert!(is_article("第三十三条 行政机关"));
        assert!(!is_article("第三批"));
    }
}
