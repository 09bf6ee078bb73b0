//! Words of another document, which keeps them as they are.

use super::past::{digits_at_end, is_article};
use crate::judge::{Form, Line, Seen};
use crate::words::{WORDS, behind_first, ends_with_any, has_any};
use chrono::{Datelike, NaiveDate};
use duwang_model::{DateSource, Document};

/// Words of another document: in quotation marks, a line that is an article, or after "规定：".
pub(super) fn is_cited(line: &Line<'_>, since: Option<NaiveDate>, seen: &Seen<'_>) -> bool {
    line.in_quotes().is_some()
        || line.in_book_title()
        || (is_article(line.text) && !is_new_rule(since, seen))
        || has_any(sentence_before(line), &WORDS.cited.leads)
}

/// Whether the page is itself a set of rules of a day when the word was wrong already: its articles are its own. The day is the one it says to
/// be in force from; where that is the day of issue, the one it was issued on.
fn is_new_rule(since: Option<NaiveDate>, seen: &Seen<'_>) -> bool {
    let Some(since) = since else {
        return false;
    };
    let name = name_of_rules(seen.bare_title());
    let is_rules = ends_with_any(name, &WORDS.cited.rules);
    let is_foreign = behind_first(&WORDS.cited.of_others, name).is_some();
    let is_new = || {
        let text = seen.text(Form::Folded);
        match day_in_force(text) {
            Some(day) => since < day,
            None => {
                has_any(text, &WORDS.cited.from_issue) && was_issued_after(since, seen.document)
            }
        }
    };
    is_rules && !is_foreign && is_new()
}

/// `云溪县土地流转办法` of `关于印发《云溪县土地流转办法(试行)》的通知`.
fn name_of_rules(title: &str) -> &str {
    let words = &WORDS.cited;
    let issued = title.strip_suffix(words.notice.as_str());
    let issued = issued.and_then(|title| title.rsplit_once(words.issued.as_str()));
    let name = issued.map_or(title, |(_, name)| name);
    let name = name.trim_matches(['《', '》', '<', '>']);
    name.split('(').next().unwrap_or(name)
}

/// Whether a document's own number (云政〔2026〕7号) is of a later year than a day, or the day it was made or signed on is later. When it was put on
/// the site says nothing: old rules are.
fn was_issued_after(since: NaiveDate, document: &Document) -> bool {
    let is_own = |source| matches!(source, DateSource::Written | DateSource::Signature);
    let mut made = document.dates.iter().filter(|d| is_own(d.source));
    let number = document.number.as_deref().and_then(year_of_number);
    match number {
        Some(year) => since.year() < year,
        None => {
            made.next().is_some_and(|d| since < d.at.date()) && made.all(|d| since < d.at.date())
        }
    }
}

/// `云政〔2026〕7号`, `云政[2026]7号`
fn year_of_number(number: &str) -> Option<i32> {
    let mut groups = number.split(|c: char| !c.is_ascii_digit());
    groups.find(|digits| digits.len() == 4)?.parse().ok()
}

/// The last day from which a text says to be in force: `自2026年7月1日起施行`; its first two digits may be written otherwise.
fn day_in_force(text: &str) -> Option<NaiveDate> {
    let days = WORDS.cited.in_force.iter();
    let at = days.filter_map(|word| text.rfind(word.as_str())).max()?;
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

#[cfg(test)]
mod tests {
    use super::{day_in_force, name_of_rules, year_of_number};

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
    fn rules_are_called_by_their_name_and_dated_by_their_number() {
        for title in [
            "云溪县土地流转办法(试行)",
            "关于印发《云溪县土地流转办法》的通知",
            "云溪县人民政府关于印发云溪县土地流转办法(试行)的通知",
        ] {
            assert!(
                name_of_rules(title).ends_with("云溪县土地流转办法"),
                "{title}"
            );
        }
        assert_eq!(
            name_of_rules("转发土地流转办法的通知"),
            "转发土地流转办法的通知"
        );
        assert_eq!(year_of_number("云政〔2026〕7号"), Some(2026));
        assert_eq!(year_of_number("第7号"), None);
    }
}
