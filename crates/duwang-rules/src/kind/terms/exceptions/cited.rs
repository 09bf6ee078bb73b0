//! Words of another document, which keeps them as they are.

use super::past::{digits_at_end, is_article};
use crate::judge::{Form, Line, Seen};
use crate::words::{WORDS, behind_first, ends_with_any, has_any};
use chrono::NaiveDate;

/// Words of another document: in quotation marks, a line that is an article, or after "规定：".
pub(super) fn is_cited(line: &Line<'_>, since: Option<NaiveDate>, seen: &Seen<'_>) -> bool {
    line.in_quotes().is_some()
        || line.in_book_title()
        || (is_article(line.text) && !is_new_rule(since, seen))
        || has_any(sentence_before(line), &WORDS.cited.leads)
}

/// Whether the page is itself a set of rules that says it is in force from a day when the word was wrong already: its articles are its own.
fn is_new_rule(since: Option<NaiveDate>, seen: &Seen<'_>) -> bool {
    let title = seen.bare_title();
    let name = title.split('(').next().unwrap_or(title);
    let is_rules = ends_with_any(name, &WORDS.cited.rules);
    let is_foreign = behind_first(&WORDS.cited.of_others, name).is_some();
    let in_force = day_in_force(seen.text(Form::Folded));
    is_rules && !is_foreign && since.zip(in_force).is_some_and(|(since, day)| since < day)
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
    use super::day_in_force;

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
}
