//! `duty`: what a task list says must be reposted, by whom and until when.

use super::{Out, Reading};
use crate::judge::{Slots, shanghai_day};
use crate::kind::pairing::likeness::is_same_title;
use crate::load::{At, Fields, table};
use crate::rule::Context;
use chrono::{DateTime, Duration, FixedOffset, NaiveDate, NaiveDateTime, Utc};
use duwang_model::{ChannelFacts, PageFacts, Subject};

/// The columns of a task list.
const COLUMNS: [&str; 8] = [
    "id",
    "title",
    "published",
    "hours",
    "region",
    "units",
    "source",
    "note",
];

#[derive(Debug)]
pub(crate) struct Duty {
    tasks: Vec<Task>,
}

/// One thing to repost.
#[derive(Debug)]
struct Task {
    id: String,
    title: String,
    /// When it came out.
    published: DateTime<Utc>,
    hours: i64,
    /// Only for this region; empty: for any.
    region: String,
    /// Ids, names or kinds of units; empty: for all.
    units: Vec<String>,
    source: String,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Duty> {
    let fields = reading.fields;
    let list = fields.required_text("list")?;
    let rows = table::read(reading, &list, &COLUMNS);
    let tasks = rows.iter().filter_map(|row| task(row, fields)).collect();
    Some(Duty { tasks })
}

fn task(row: &[At<String>], fields: &Fields<'_>) -> Option<Task> {
    let [id, title, published, hours, region, units, source, _note] = row else {
        return None;
    };
    let moment = moment(&published.value);
    if moment.is_none() {
        fields.troubles().report_with(
            &published.place,
            "发布时间写得不对",
            "这里",
            Some("如 2026-09-16 10:00".to_owned()),
        );
    }
    let limit: Option<i64> = hours.value.trim().parse().ok().filter(|h| *h > 0);
    if limit.is_none() {
        fields.troubles().report_with(
            &hours.place,
            "限几小时转载，要写数字",
            "这里",
            Some("如 24".to_owned()),
        );
    }
    Some(Task {
        id: id.value.clone(),
        title: title.value.clone(),
        published: moment?,
        hours: limit?,
        region: region.value.trim().to_owned(),
        units: units
            .value
            .split(';')
            .map(str::trim)
            .filter(|u| !u.is_empty())
            .map(str::to_owned)
            .collect(),
        source: source.value.clone(),
    })
}

/// `2026-09-16 10:00` or a day, in China.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M")
        .ok()
        .or_else(|| text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0))?;
    let zone = FixedOffset::east_opt(8 * 3600)?;
    let at = at.and_local_timezone(zone).single()?;
    Some(at.with_timezone(&Utc))
}

impl Duty {
    pub(crate) fn judge(
        &self,
        facts: &ChannelFacts,
        context: &Context<'_>,
        out: &mut Out<'_>,
    ) -> bool {
        for task in self.tasks.iter().filter(|t| t.is_for(context)) {
            let due = task.published + Duration::hours(task.hours);
            if facts.now < due {
                continue;
            }
            let done = facts
                .pages
                .iter()
                .filter(|p| is_same_title(&p.title, &task.title))
                .min_by(|a, b| (a.published, &a.url).cmp(&(b.published, &b.url)));
            match done {
                Some(page) => task.judge_late(&page, due, out),
                // What was not read may hold it.
                None if !facts.complete => out.unjudged(&facts.entry),
                None => task.report(Subject::Channel(facts.entry.clone()), due, None, out),
            }
        }
        true
    }
}

impl Task {
    fn is_for(&self, context: &Context<'_>) -> bool {
        let here = context.region.is_some_and(|r| r.name == self.region);
        let Some(unit) = context.unit else {
            return self.region.is_empty() && self.units.is_empty();
        };
        (self.region.is_empty() || here)
            && (self.units.is_empty()
                || self.units.iter().any(|u| {
                    *u == unit.id
                        || *u == unit.name
                        || u == unit.kind.word()
                        || unit.short_names.contains(u)
                }))
    }

    /// A page only tells its day: it is late when that is a later day than the last permitted.
    fn judge_late(&self, page: &PageFacts, due: DateTime<Utc>, out: &mut Out<'_>) {
        let Some(published) = page.published else {
            return;
        };
        if published > shanghai_day(due) {
            self.report(Subject::Page(page.url.clone()), due, Some(published), out);
        }
    }

    fn report(
        &self,
        subject: Subject,
        due: DateTime<Utc>,
        on: Option<NaiveDate>,
        out: &mut Out<'_>,
    ) {
        let mut draft = out.draft().about(subject).keyed(&self.id).with(Slots {
            label: self.title.clone(),
            value: match on {
                Some(day) => format!("{day} 才转载"),
                None => "没有转载".to_owned(),
            },
            limit: self.hours.to_string(),
            target: shanghai_day(due).to_string(),
            ..Slots::default()
        });
        draft.locator = Some(format!("任务 {}（{}）", self.id, self.source));
        out.push(draft);
    }
}
