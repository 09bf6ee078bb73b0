//! `presence`: a channel must hold a document of a kind, such as a guide or last year's annual report.

use super::{Out, Reading};
use crate::judge::{Slots, shanghai_day};
use crate::load::{LazyRegex, plain_regexes};
use crate::rule::Context;
use chrono::{Datelike, NaiveDate};
use duwang_model::{ChannelFacts, Kind, PageFacts, Subject, Text};

#[derive(Debug)]
pub(crate) struct Presence {
    document: Option<Kind>,
    /// A page counts by its title, too.
    titles: Vec<LazyRegex>,
    /// A page of the kind that is not the one meant: how to ask for information is told on a page of its own beside the guide.
    not_titles: Vec<LazyRegex>,
    /// Last year's is due from this day (month, day) on.
    year_by: Option<(u32, u32)>,
    /// Speak of those that came after that day, not of one that is missing.
    on_time: bool,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Presence> {
    let fields = reading.fields;
    if !fields.has("document") && !fields.has("titles") {
        fields.missing("document");
    }
    Some(Presence {
        document: fields.word("document"),
        titles: plain_regexes(fields, "titles"),
        not_titles: plain_regexes(fields, "not_titles"),
        year_by: year_by(reading),
        on_time: fields.flag("on_time").unwrap_or(false),
    })
}

/// `"01-31"`.
fn year_by(reading: &Reading<'_, '_>) -> Option<(u32, u32)> {
    let text = reading.fields.text("year_by")?;
    let day = NaiveDate::parse_from_str(&format!("2024-{}", text.value), "%Y-%m-%d").ok();
    if day.is_none() {
        reading.fields.troubles().report_with(
            &text.place,
            format!("“{}”不是月-日", text.value),
            "这里",
            Some("如 year_by = \"01-31\"".to_owned()),
        );
    }
    day.map(|d| (d.month(), d.day()))
}

impl Presence {
    pub(crate) fn judge(
        &self,
        facts: &ChannelFacts,
        context: &Context<'_>,
        out: &mut Out<'_>,
    ) -> bool {
        let today = context.judged_on.unwrap_or_else(|| shanghai_day(facts.now));
        if let (true, Some(by)) = (self.on_time, self.year_by) {
            self.judge_time(facts, today, by, out);
            return true;
        }
        let year = self.year_by.map(|by| due_year(today, by));
        if facts.pages.iter().any(|p| self.is_it(&p, year)) || self.is_listed(facts, year) {
            return true;
        }
        if !facts.complete {
            return false; // it may stand where nobody looked
        }
        let draft = out
            .draft()
            .about(Subject::Channel(facts.entry.clone()))
            .keyed(year.map_or("missing".to_owned(), |y| format!("missing {y}")))
            .with(Slots {
                label: self.document.map_or("", Kind::chinese).to_owned(),
                value: year.map(|y| y.to_string()).unwrap_or_default(),
                target: facts.entry.clone(),
                ..Slots::default()
            });
        out.push(draft);
        true
    }

    /// The report of the last year due, when it came after its day. Of older ones the day may be that of a move of the site.
    fn judge_time(
        &self,
        facts: &ChannelFacts,
        today: NaiveDate,
        by: (u32, u32),
        out: &mut Out<'_>,
    ) {
        let year = due_year(today, by);
        let Some(due) = NaiveDate::from_ymd_opt(year + 1, by.0, by.1) else {
            return;
        };
        let mut own = facts
            .pages
            .iter()
            .filter(|p| self.is_it(p, Some(year)) && names_year(&p.title, year));
        // Published again later does not make the first one late.
        let first = own.by_ref().filter_map(|p| p.published.map(|day| (day, p)));
        let Some((came, page)) =
            first.min_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.url.cmp(&b.1.url)))
        else {
            return;
        };
        if came <= due {
            return;
        }
        let draft = out
            .draft()
            .about(Subject::Page(page.url.clone()))
            .keyed(format!("late {year}"))
            .with(Slots {
                value: year.to_string(),
                days: (came - due).num_days().to_string(),
                limit: format!("{}月{}日", by.0, by.1),
                label: came.to_string(),
                ..Slots::default()
            });
        out.push(draft);
    }

    fn is_it(&self, page: &PageFacts, year: Option<i32>) -> bool {
        let by_kind = self.document.is_some_and(|kind| kind == page.kind)
            && !is_called(&self.not_titles, &page.title);
        (by_kind || is_called(&self.titles, &page.title))
            && year.is_none_or(|year| {
                names_year(&page.title, year)
                    || (!names_any_year(&page.title)
                        && page.published.is_some_and(|p| p.year() == year + 1))
            })
    }

    /// Listed but not fetched (an attachment, a page of another site) is there all the same.
    fn is_listed(&self, facts: &ChannelFacts, year: Option<i32>) -> bool {
        let mut items = facts.columns.iter().flat_map(|c| c.items.iter());
        items.any(|item| {
            is_called(&self.titles, &item.title)
                && year.is_none_or(|year| names_year(&item.title, year))
        })
    }
}

fn is_called(names: &[LazyRegex], title: &str) -> bool {
    if names.is_empty() {
        return false;
    }
    let title = Text::new(title.to_owned());
    names.iter().any(|r| r.is_match(title.folded()))
}

/// The year whose report is due: last year's once the day has passed, else that of the year before.
fn due_year(today: NaiveDate, (month, day): (u32, u32)) -> i32 {
    let passed = (today.month(), today.day()) > (month, day);
    today.year() - if passed { 1 } else { 2 }
}

fn names_year(title: &str, year: i32) -> bool {
    let folded = Text::new(title.to_owned());
    let chinese: String = year
        .to_string()
        .bytes()
        .filter_map(|d| "〇一二三四五六七八九".chars().nth(usize::from(d - b'0')))
        .collect();
    folded.folded().contains(&year.to_string())
        || folded
            .folded()
            .replace(['○', '零'], "〇")
            .contains(&chinese)
}

fn names_any_year(title: &str) -> bool {
    (1990..2100).any(|year| title.contains(&year.to_string()))
}

#[cfg(test)]
mod tests {
    use super::{due_year, names_year};
    use chrono::NaiveDate;

    #[test]
    fn the_report_of_last_year_is_due_after_its_day() {
        let day = |m, d| NaiveDate::from_ymd_opt(2026, m, d).unwrap_or_default();
        assert_eq!(due_year(day(1, 31), (1, 31)), 2024);
        assert_eq!(due_year(day(2, 1), (1, 31)), 2025);
    }

    #[test]
    fn years_may_be_written_in_han() {
        assert!(names_year("青石街道２０２５年年度报告", 2025));
        assert!(names_year("二〇二五年度报告", 2025));
        assert!(!names_year("2024年年度报告", 2025));
    }
}
