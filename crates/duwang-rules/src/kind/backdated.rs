//! `backdated`: a page that says it was published before a day on which it was not there yet.
//!
//! The proof is our own memory: a reading of the whole channel after the day the page claims, and the page was in no list of it.

use super::{Out, Reading};
use crate::judge::{Slots, shanghai_day};
use duwang_model::{ChannelFacts, Subject};

#[derive(Debug)]
pub(crate) struct Backdated {
    /// Days between the claimed day and the reading that did not show the page: what is published late in the evening, or waits for
    /// the night's list building, is no forgery.
    tolerance: i64,
    /// At most so many of one channel: a list that was rebuilt dates everything anew.
    max: usize,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Backdated> {
    let fields = reading.fields;
    Some(Backdated {
        tolerance: fields.number("tolerance").map_or(3, |n| n.value.into()),
        max: fields.number("max").map_or(10, |n| n.value as usize),
    })
}

impl Backdated {
    pub(crate) fn judge(&self, facts: &ChannelFacts, out: &mut Out<'_>) -> bool {
        let mut found = Vec::new();
        for page in facts.pages.iter() {
            let (Some(published), Some(first_seen)) = (page.published, page.first_seen) else {
                continue;
            };
            let before = facts.readings.iter().filter(|at| **at < first_seen).max();
            let Some(before) = before.map(|at| shanghai_day(*at)) else {
                continue;
            };
            if (before - published).num_days() > self.tolerance {
                found.push((page, published, shanghai_day(first_seen), before));
            }
        }
        // Many at once: the site was moved or a list opened up that was not there before.
        if found.len() > self.max {
            return false;
        }
        for (page, published, first_seen, before) in found {
            let mut draft = out
                .draft()
                .about(Subject::Page(page.url.clone()))
                .keyed("backdated")
                .with(Slots {
                    label: page.title.clone(),
                    value: published.to_string(),
                    limit: before.to_string(),
                    target: first_seen.to_string(),
                    days: (before - published).num_days().to_string(),
                    ..Slots::default()
                });
            draft.quote = Some(published.to_string());
            draft.locator = Some(format!(
                "页面写 {published} 发布；{before} 读全部列表时没有它；{first_seen} 首次见到"
            ));
            out.push(draft);
        }
        true
    }
}
