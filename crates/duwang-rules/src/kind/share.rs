//! `share`: how many pages of a channel have something, such as a picture beside the words, or a meta tag.

use super::{Out, Reading};
use crate::judge::{Slots, shanghai_day};
use crate::load::{LazyRegex, plain_regexes};
use crate::rule::Context;
use chrono::Days;
use duwang_model::{ChannelFacts, Kind, PageFacts, Subject, Tags, Text};

#[derive(Debug)]
pub(crate) struct Share {
    /// Of pages of these kinds; empty: of all but lists and files.
    of: Vec<Kind>,
    /// Published within so many days.
    days: Option<u32>,
    /// A page counts with pictures, players, or such a title.
    forms: Vec<LazyRegex>,
    /// A page counts with all of these meta tags.
    tags: Tags,
    tag_names: Vec<String>,
    /// A page counts when its day of publication can be read.
    dated: bool,
    /// The share that must be reached.
    least: f64,
    /// Of fewer pages nothing is said.
    from: usize,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Share> {
    let fields = reading.fields;
    let tag_names: Vec<String> = fields.texts("tags").into_iter().map(|t| t.value).collect();
    let dated = fields.flag("dated").unwrap_or(false);
    if !fields.has("forms") && tag_names.is_empty() && !dated {
        fields.missing("forms");
    }
    for name in fields.texts("tags") {
        let known = Tags::NAMES
            .iter()
            .any(|n| n.eq_ignore_ascii_case(&name.value));
        if !known {
            fields.troubles().report_with(
                &name.place,
                format!("不认识网页标签“{}”", name.value),
                "这里",
                Some(crate::load::known_words(&name.value, &Tags::NAMES)),
            );
        }
    }
    if !fields.has("least") {
        fields.missing("least");
    }
    Some(Share {
        of: fields.words("of"),
        days: fields.number("days").map(|n| n.value),
        forms: plain_regexes(fields, "forms"),
        tags: Tags::of(tag_names.iter().map(String::as_str)),
        tag_names,
        dated,
        least: fields.ratio("least").unwrap_or(0.0),
        from: fields.number("from").map_or(5, |n| n.value as usize),
    })
}

impl Share {
    pub(crate) fn judge(
        &self,
        facts: &ChannelFacts,
        context: &Context<'_>,
        out: &mut Out<'_>,
    ) -> bool {
        let today = context.judged_on.unwrap_or_else(|| shanghai_day(facts.now));
        let since = self
            .days
            .and_then(|days| today.checked_sub_days(Days::new(u64::from(days))));
        let (mut counted, mut without) = (0, 0);
        let mut example: Option<String> = None;
        let in_time =
            |p: &PageFacts| since.is_none_or(|since| p.published.is_some_and(|day| since <= day));
        let pages = facts.pages.iter();
        for page in pages.filter(|p| self.is_counted(p) && in_time(p)) {
            counted += 1;
            if !self.has(&page) {
                without += 1;
                if example.as_ref().is_none_or(|first| page.url < *first) {
                    example = Some(page.url);
                }
            }
        }
        if counted < self.from.max(1) {
            return facts.complete; // too few to speak of a share
        }
        let share = 1.0 - without as f64 / counted as f64;
        if share >= self.least {
            return true;
        }
        let mut draft = out
            .draft()
            .about(Subject::Channel(facts.entry.clone()))
            .keyed("share")
            .with(Slots {
                value: format!("{}/{counted}", counted - without),
                limit: format!("{:.0}%", self.least * 100.0),
                days: self.days.map(|d| d.to_string()).unwrap_or_default(),
                label: self.tag_names.join("、"),
                target: example.clone().unwrap_or_default(),
                ..Slots::default()
            });
        draft.locator = example.map(|url| format!("例如 {url}"));
        out.push(draft);
        true
    }

    fn is_counted(&self, page: &PageFacts) -> bool {
        match self.of.as_slice() {
            [] => !matches!(
                page.kind,
                Kind::List | Kind::Attachment | Kind::WechatArticle
            ),
            kinds => kinds.contains(&page.kind),
        }
    }

    fn has(&self, page: &PageFacts) -> bool {
        if self.dated {
            return page.published.is_some();
        }
        if !self.tags.is_empty() {
            return page.tags.hold(self.tags);
        }
        let media = page.media;
        let title = Text::new(page.title.clone());
        page.images > 0
            || media.videos + media.audios + media.frames > 0
            || self.forms.iter().any(|r| r.is_match(title.folded()))
    }
}
