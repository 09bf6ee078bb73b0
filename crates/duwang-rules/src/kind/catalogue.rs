//! `catalogue`: what a field of duty must publish, item by item: policy, list and report of 筹资筹劳, for instance.
//!
//! Only titles, names of columns and the links of the entry page are looked at. A machine that reads one unit's part of a portal cannot know what stands in another
//! part, so the rules of this kind ask.

mod published;

pub(crate) use published::{Published, published};

use super::{Out, Reading};
use crate::judge::{Slots, shanghai_day};
use crate::load::{Fields, LazyRegex, plain_regexes};
use crate::rule::Context;
use chrono::NaiveDate;
use duwang_model::{ChannelFacts, Kind, Subject, Text};
use published::Found;

#[derive(Debug)]
pub(crate) struct Catalogue {
    /// The field of duty, in titles and names of columns.
    topic: Vec<LazyRegex>,
    not_topic: Vec<LazyRegex>,
    items: Vec<Item>,
    /// Says that there was nothing to publish.
    none: Vec<LazyRegex>,
    /// Only where something of the field is published at all: no word about a field nobody speaks of.
    only_when_begun: bool,
    missing: Option<String>,
    stale: Option<String>,
}

/// One thing that must be published.
#[derive(Debug)]
struct Item {
    name: String,
    titles: Vec<LazyRegex>,
    kinds: Vec<Kind>,
    /// The newest one must not be older than so many days.
    days: Option<u32>,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Catalogue> {
    let fields = reading.fields;
    if !fields.has("topic") {
        fields.missing("topic");
    }
    let items: Vec<Item> = fields.tables("items").iter().map(item).collect();
    if items.is_empty() {
        fields.missing("items");
    }
    Some(Catalogue {
        topic: plain_regexes(fields, "topic"),
        not_topic: plain_regexes(fields, "not_topic"),
        items,
        none: plain_regexes(fields, "none"),
        only_when_begun: fields.flag("only_when_begun").unwrap_or(false),
        missing: fields.text("missing").map(|t| t.value),
        stale: fields.text("stale").map(|t| t.value),
    })
}

fn item(fields: &Fields<'_>) -> Item {
    let name = fields.required_text("name");
    let item = Item {
        name: name.map(|n| n.value).unwrap_or_default(),
        titles: plain_regexes(fields, "titles"),
        kinds: fields.words("kinds"),
        days: fields.number("days").map(|n| n.value),
    };
    if item.titles.is_empty() && item.kinds.is_empty() {
        fields.missing("titles");
    }
    fields.finish();
    item
}

impl Catalogue {
    /// Judges by what was published on the topic, see [`published`].
    pub(crate) fn judge(
        &self,
        published: &Published,
        facts: &ChannelFacts,
        context: &Context<'_>,
        out: &mut Out<'_>,
    ) -> bool {
        if published.says_none || self.is_excused(facts) {
            return true;
        }
        let today = context.judged_on.unwrap_or_else(|| shanghai_day(facts.now));
        if !published.has_any {
            if !facts.complete {
                return false; // it may stand where nobody looked
            }
            if !self.only_when_begun {
                self.say_nothing(facts, out);
            }
            return true;
        }
        for (item, found) in self.items.iter().zip(&published.items) {
            self.judge_item(item, found, facts, today, out);
        }
        facts.complete
    }

    fn is_topic(&self, text: &str) -> bool {
        any(&self.topic, text) && !any(&self.not_topic, text)
    }

    /// A column of the topic that says that there is nothing.
    fn is_excused(&self, facts: &ChannelFacts) -> bool {
        facts.columns.iter().any(|c| {
            self.is_topic(&bare(&c.name))
                && c.items.is_empty()
                && any(&self.none, &bare(&c.empty_text))
        })
    }

    fn say_nothing(&self, facts: &ChannelFacts, out: &mut Out<'_>) {
        let names: Vec<&str> = self.items.iter().map(|i| i.name.as_str()).collect();
        let draft = out
            .draft()
            .about(Subject::Channel(facts.entry.clone()))
            .keyed("topic")
            .with(Slots {
                value: names.join("、"),
                label: names.join("、"),
                target: facts.entry.clone(),
                ..Slots::default()
            });
        out.push(draft);
    }

    fn judge_item(
        &self,
        item: &Item,
        found: &Found,
        facts: &ChannelFacts,
        today: NaiveDate,
        out: &mut Out<'_>,
    ) {
        let draft = out
            .draft()
            .about(Subject::Channel(facts.entry.clone()))
            .with(Slots {
                value: item.name.clone(),
                label: item.name.clone(),
                target: facts.entry.clone(),
                ..Slots::default()
            });
        if !found.is_there {
            if facts.complete {
                out.push(draft.saying(&self.missing).keyed(item.name.as_str()));
            }
            return;
        }
        let (Some(limit), Some(newest), false) = (item.days, found.newest, found.is_undated) else {
            return;
        };
        let age = (today - newest).num_days();
        if age > i64::from(limit) && facts.complete {
            let mut draft = draft
                .saying(&self.stale)
                .keyed(format!("stale {}", item.name));
            draft.slots.days = age.to_string();
            draft.slots.limit = limit.to_string();
            out.push(draft);
        }
    }
}

fn any(list: &[LazyRegex], text: &str) -> bool {
    list.iter().any(|r| r.is_match(text))
}

/// Folded, without blanks.
fn bare(text: &str) -> String {
    let text = Text::new(text.to_owned());
    text.folded().split_whitespace().collect()
}
