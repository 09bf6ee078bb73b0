//! `roster`: names beside titles, against a list of who held which office when. The list is the office's own; without it nothing is said.

use super::{Out, Reading};
use crate::judge::{Form, Line, Seen, Slots};
use crate::load::{At, Expression, expression, table};
use chrono::NaiveDate;
use duwang_model::{Certainty, Span, Text};
use std::ops::ControlFlow;

/// The columns of the list.
const COLUMNS: [&str; 6] = ["name", "title", "body", "since", "until", "note"];
/// Words right before a title that speak of another time.
const FORMER: [&str; 5] = ["原", "时任", "前", "曾任", "历任"];

#[derive(Debug)]
pub(crate) struct Roster {
    entries: Vec<Entry>,
    /// Any name, any title; `None` when the list is empty.
    names: Option<Expression>,
    titles: Option<Expression>,
}

/// Who held which office when.
#[derive(Debug)]
struct Entry {
    name: String,
    title: String,
    /// 云溪市: judged only where this is the region, or named in the text.
    body: String,
    since: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

impl Entry {
    fn holds_on(&self, day: NaiveDate) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Roster> {
    let list = reading.fields.required_text("list")?;
    let rows = table::read(reading, &list, &COLUMNS);
    let entries: Vec<Entry> = rows.iter().filter_map(|row| entry(row, reading)).collect();
    let names = any_of(entries.iter().map(|e| e.name.as_str()), &list, reading);
    let titles = any_of(entries.iter().map(|e| e.title.as_str()), &list, reading);
    Some(Roster {
        entries,
        names,
        titles,
    })
}

fn entry(row: &[At<String>], reading: &Reading<'_, '_>) -> Option<Entry> {
    let [name, title, body, since, until, _note] = row else {
        return None;
    };
    for (cell, least) in [(name, 2), (title, 2)] {
        if cell.value.chars().count() < least {
            let troubles = reading.fields.troubles();
            troubles.report(&cell.place, "姓名和职务至少两个字");
            return None;
        }
    }
    let folded = |cell: &At<String>| Text::new(cell.value.clone()).folded().to_owned();
    Some(Entry {
        name: folded(name),
        title: folded(title),
        body: folded(body),
        since: table::day(since, reading),
        until: table::day(until, reading),
    })
}

fn any_of<'e>(
    words: impl Iterator<Item = &'e str>,
    list: &At<String>,
    reading: &mut Reading<'_, '_>,
) -> Option<Expression> {
    let mut words: Vec<String> = words.map(regex::escape).collect();
    if words.is_empty() {
        return None;
    }
    words.sort_by_key(|w| (std::cmp::Reverse(w.len()), w.clone()));
    words.dedup();
    let source = At {
        value: format!("(?:{})", words.join("|")),
        place: list.place.clone(),
    };
    expression(reading.fields, &source, Form::Folded, reading.watch)
}

/// A name and a title side by side, as byte ranges of the text.
struct Beside<'t> {
    name: (usize, usize),
    title: &'t str,
    title_at: (usize, usize),
}

impl Roster {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let parts = out.rule.scope.parts;
        let mut found = Vec::new();
        if let Some(names) = &self.names {
            let _ = seen.each(names, &parts, &mut |f| {
                found.push((f.start, f.end));
                ControlFlow::Continue(())
            });
        }
        for name in found {
            if let Some(beside) = self.title_beside(seen, name) {
                self.judge_pair(seen, &beside, out);
            }
        }
        let mut titles = Vec::new();
        if let Some(expression) = &self.titles {
            let _ = seen.each(expression, &parts, &mut |f| {
                titles.push((f.start, f.end));
                ControlFlow::Continue(())
            });
        }
        for title in titles {
            self.judge_near_name(seen, title, out);
        }
    }

    /// The longest title of the list that ends where a name begins, or begins where it ends.
    fn title_beside<'t>(&'t self, seen: &Seen<'_>, name: (usize, usize)) -> Option<Beside<'t>> {
        let text = seen.text(Form::Folded);
        let titles = self.entries.iter().map(|e| e.title.as_str());
        titles
            .filter_map(|title| {
                let before = text[..name.0].ends_with(title);
                let after = text[name.1..].starts_with(title);
                let title_at = match (before, after) {
                    (true, _) => (name.0 - title.len(), name.0),
                    (_, true) => (name.1, name.1 + title.len()),
                    _ => return None,
                };
                Some(Beside {
                    name,
                    title,
                    title_at,
                })
            })
            .max_by_key(|beside| beside.title.len())
    }

    /// A person of the list with a title that was not theirs on the day.
    fn judge_pair(&self, seen: &Seen<'_>, beside: &Beside<'_>, out: &mut Out<'_>) {
        let text = seen.text(Form::Folded);
        let name = &text[beside.name.0..beside.name.1];
        let held: Vec<&Entry> = self
            .entries
            .iter()
            .filter(|e| e.name == name && self.is_about(seen, e))
            .collect();
        let day = seen.judged_on;
        let rightly = held
            .iter()
            .any(|e| e.title == beside.title && e.holds_on(day));
        if held.is_empty() || rightly || is_of_another(text, beside.title_at) {
            return;
        }
        let now: Vec<String> = held
            .iter()
            .filter(|e| e.holds_on(day))
            .map(|e| format!("{}{}", e.body, e.title))
            .collect();
        let value = match now.as_slice() {
            [] => "这一天已不在名册所列职务上".to_owned(),
            titles => format!("名册中为{}", titles.join("、")),
        };
        let start = beside.name.0.min(beside.title_at.0);
        let end = beside.name.1.max(beside.title_at.1);
        self.report(seen, (start, end), (name, beside.title, &value), None, out);
    }

    /// A title followed by a name that is one character off its holder's.
    fn judge_near_name(&self, seen: &Seen<'_>, title: (usize, usize), out: &mut Out<'_>) {
        let text = seen.text(Form::Folded);
        let word = &text[title.0..title.1];
        if is_of_another(text, title) {
            return;
        }
        let holders = self
            .entries
            .iter()
            .filter(|e| e.title == word && e.holds_on(seen.judged_on) && self.is_about(seen, e));
        for holder in holders {
            let len = holder.name.chars().count();
            let written: String = text[title.1..].chars().take(len).collect();
            let off = written
                .chars()
                .zip(holder.name.chars())
                .filter(|(a, b)| a != b)
                .count();
            let is_known = self.entries.iter().any(|e| e.name == written);
            if len >= 3 && written.chars().count() == len && off == 1 && !is_known {
                let end = title.1 + written.len();
                let value = format!("名册中为“{}”", holder.name);
                let words = (written.as_str(), word, value.as_str());
                self.report(seen, (title.1, end), words, Some(&holder.name), out);
            }
        }
    }

    fn is_about(&self, seen: &Seen<'_>, entry: &Entry) -> bool {
        let region = seen.context.region.map(|r| r.name.as_str());
        entry.body.is_empty()
            || region == Some(entry.body.as_str())
            || seen.text(Form::Folded).contains(entry.body.as_str())
    }

    fn report(
        &self,
        seen: &Seen<'_>,
        (start, end): (usize, usize),
        (name, title, value): (&str, &str, &str),
        right: Option<&str>,
        out: &mut Out<'_>,
    ) {
        let span: Span = seen.span(Form::Folded, start, end);
        let mut draft = out.draft().at(span).with(Slots {
            label: name.to_owned(),
            target: title.to_owned(),
            value: value.to_owned(),
            suggestion: right.unwrap_or_default().to_owned(),
            ..Slots::default()
        });
        if right.is_some() {
            draft.certainty = Certainty::Ask;
        }
        out.push(draft);
    }
}

/// `副市长` is not 市长, `原市长` speaks of another time, and `邻县县长` of another place.
fn is_of_another(text: &str, title: (usize, usize)) -> bool {
    let line = Line::around(text, title.0, title.1);
    let before = line.last_before(4);
    before.ends_with('副')
        || before.ends_with("代")
        || FORMER.iter().any(|word| before.contains(word))
        || line.in_quotes().is_some()
        || line.in_book_title()
}
