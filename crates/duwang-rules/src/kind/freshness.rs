//! `freshness`: a column or an account must show something newer than so many days (国办秘函〔2019〕19号).
//!
//! Nobody is accused on unseen ground: a column that was not read to its end, or whose items carry no date, is not judged.

use super::{Out, Reading};
use crate::judge::{Draft, Slots, shanghai_day};
use crate::load::{Fields, LazyRegex, plain_regexes};
use crate::rule::Context;
use chrono::NaiveDate;
use duwang_model::{ChannelFacts, ColumnClass, ColumnFacts, Level, Subject};

#[derive(Debug)]
pub(crate) struct Freshness {
    /// Columns of this class; `None` with `account` false: of every class.
    class: Vec<ColumnClass>,
    /// Only columns with such a name, whatever their class; empty: all.
    names: Vec<LazyRegex>,
    /// Judge the newest page of the whole channel instead of its columns.
    account: bool,
    /// Judge the front page of a site instead of its columns.
    home: bool,
    /// Most days since the newest item.
    days: Days,
    /// From this share of the days on, a hint is given.
    warn_ratio: Option<f64>,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Freshness> {
    let fields = reading.fields;
    Some(Freshness {
        class: fields.words("class"),
        names: plain_regexes(fields, "names"),
        account: fields.flag("account").unwrap_or(false),
        home: fields.flag("home").unwrap_or(false),
        days: days(fields),
        warn_ratio: fields.ratio("warn_ratio"),
    })
}

/// Most days, for all classes or class by class: `days = 14`, `days = { news = 14, notice = 180 }`.
#[derive(Debug)]
enum Days {
    All(u32),
    ByClass(Vec<(ColumnClass, u32)>),
}

impl Days {
    /// `None`: no limit for this class, unless the units file pins one.
    fn of(&self, class: ColumnClass) -> Option<u32> {
        match self {
            Self::All(days) => (class != ColumnClass::Other).then_some(*days),
            Self::ByClass(days) => days.iter().find(|(c, _)| *c == class).map(|(_, d)| *d),
        }
    }

    fn of_account(&self) -> u32 {
        match self {
            Self::All(days) => *days,
            Self::ByClass(days) => days.iter().map(|(_, d)| *d).max().unwrap_or(u32::MAX),
        }
    }
}

fn days(fields: &Fields<'_>) -> Days {
    if !fields.is_table("days") {
        return Days::All(fields.required_number("days").map_or(1, |d| d.value));
    }
    let by_class = fields.table("days").map_or_else(Vec::new, |days| {
        let limits = [
            (ColumnClass::News, days.number("news")),
            (ColumnClass::Notice, days.number("notice")),
            (ColumnClass::Policy, days.number("policy")),
            (ColumnClass::Other, days.number("other")),
        ];
        days.finish();
        limits
            .into_iter()
            .filter_map(|(class, limit)| Some((class, limit?.value)))
            .collect()
    });
    Days::ByClass(by_class)
}

/// How old the newest is against how old it may be.
struct Age {
    newest: NaiveDate,
    days: i64,
    limit: i64,
}

impl Freshness {
    /// `false` when nothing could be judged.
    pub(crate) fn judge(
        &self,
        facts: &ChannelFacts,
        context: &Context<'_>,
        out: &mut Out<'_>,
    ) -> bool {
        let today = context.judged_on.unwrap_or_else(|| shanghai_day(facts.now));
        if self.account {
            return self.judge_account(facts, today, out);
        }
        if self.home {
            return self.judge_home(facts, today, out);
        }
        let mut judged = false;
        for column in &facts.columns {
            let Some(limit) = self.limit_of(column) else {
                continue;
            };
            match self.judge_column(column, limit, today, out) {
                true => judged = true,
                false => out.unjudged(&column.url),
            }
        }
        judged
    }

    /// The pinned limit, else that of its class.
    fn limit_of(&self, column: &ColumnFacts) -> Option<u32> {
        if !self.class.is_empty() && !self.class.contains(&column.class) {
            return None;
        }
        if !self.names.is_empty() {
            let named = self.names.iter().any(|r| r.is_match(&column.name));
            return named.then(|| self.days.of_account());
        }
        column.update_days.or_else(|| self.days.of(column.class))
    }

    fn judge_column(
        &self,
        column: &ColumnFacts,
        limit: u32,
        today: NaiveDate,
        out: &mut Out<'_>,
    ) -> bool {
        if column.exempt_until.is_some_and(|until| today <= until) {
            return true;
        }
        // A newer item may stand where nobody looked; an empty column is the `blank` kind's.
        // A day that has not come yet says nothing of the last update.
        let dates = column.items.iter().filter_map(|i| i.date);
        let Some(newest) = dates.filter(|day| (*day - today).num_days() <= 1).max() else {
            return false;
        };
        let age = Age::new(newest, today, limit);
        let undated = column.items.iter().any(|i| i.date.is_none());
        if !age.is_stale() && !age.is_near(self.warn_ratio) {
            return true;
        }
        // The first page of a list shows the newest: but only the end of the reading proves that nothing newer was missed.
        if !column.complete || undated {
            return false;
        }
        let mut draft = out
            .draft()
            .about(Subject::Column(column.url.clone()))
            .with(age.slots(&column.name, &column.url));
        draft.locator = (!column.name.is_empty())
            .then(|| format!("栏目“{}”{}", column.name, expired(column, today)));
        out.push(age.graded(draft));
        true
    }

    /// The front page of a site of its own: it can show nothing newer than the newest of all that was read behind it.
    fn judge_home(&self, facts: &ChannelFacts, today: NaiveDate, out: &mut Out<'_>) -> bool {
        let home = Subject::Page(facts.entry.clone());
        !facts.site || self.judge_newest(facts, today, ("首页", home), out)
    }

    fn judge_account(&self, facts: &ChannelFacts, today: NaiveDate, out: &mut Out<'_>) -> bool {
        let account = Subject::Channel(facts.entry.clone());
        self.judge_newest(facts, today, (&facts.channel, account), out)
    }

    /// Judges what is as old as the newest thing of the channel.
    fn judge_newest(
        &self,
        facts: &ChannelFacts,
        today: NaiveDate,
        (name, subject): (&str, Subject),
        out: &mut Out<'_>,
    ) -> bool {
        let Some(age) = self.age_of_channel(facts, today) else {
            return false;
        };
        if !age.is_stale() && !age.is_near(self.warn_ratio) {
            return true;
        }
        if !facts.complete {
            out.unjudged(&facts.entry);
            return false;
        }
        let draft = out
            .draft()
            .about(subject)
            .with(age.slots(name, &facts.entry));
        out.push(age.graded(draft));
        true
    }

    /// How old the newest dated thing of the channel is.
    fn age_of_channel(&self, facts: &ChannelFacts, today: NaiveDate) -> Option<Age> {
        let pages = facts.pages.iter().filter_map(|p| p.published);
        let items = facts
            .columns
            .iter()
            .flat_map(|c| c.items.iter().filter_map(|i| i.date));
        let newest = pages.chain(items).filter(|day| *day <= today).max()?;
        Some(Age::new(newest, today, self.days.of_account()))
    }
}

/// That a column was exempt once, when it is no longer.
fn expired(column: &ColumnFacts, today: NaiveDate) -> String {
    match column.exempt_until.filter(|until| *until < today) {
        Some(until) if column.exempt_proof.is_empty() => format!("（豁免已于 {until} 到期）"),
        Some(until) => format!("（豁免已于 {until} 到期，依据：{}）", column.exempt_proof),
        None => String::new(),
    }
}

impl Age {
    fn new(newest: NaiveDate, today: NaiveDate, limit: u32) -> Self {
        Self {
            newest,
            days: (today - newest).num_days(),
            limit: i64::from(limit),
        }
    }

    fn is_stale(&self) -> bool {
        self.days > self.limit
    }

    fn is_near(&self, warn_ratio: Option<f64>) -> bool {
        warn_ratio.is_some_and(|ratio| self.days as f64 > self.limit as f64 * ratio)
    }

    fn slots(&self, label: &str, target: &str) -> Slots {
        Slots {
            days: self.days.to_string(),
            limit: self.limit.to_string(),
            label: label.to_owned(),
            value: self.newest.to_string(),
            target: target.to_owned(),
            ..Slots::default()
        }
    }

    /// Before the limit it is a hint, with the same identity as the fault it may become.
    fn graded(&self, mut draft: Draft) -> Draft {
        draft.key = "stale".to_owned();
        if !self.is_stale() {
            draft.level = Some(Level::Hint);
            draft.message =
                Some("“{label}”已{days}天没有更新（最近{value}），快到{limit}天的限期".to_owned());
        }
        draft
    }
}
