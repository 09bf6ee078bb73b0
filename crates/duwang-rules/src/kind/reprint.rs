//! `reprint`: a text that a unit publishes under one title in two places must be one text: the article of its account and the page of
//! its site, for instance.

use super::pairing::likeness::is_same_title;
use super::{Out, Reading};
use crate::judge::Slots;
use duwang_model::{ChannelFacts, Kind, PageFacts, Subject};
use std::collections::HashSet;

/// Of fewer sentences too much hangs on a single one.
const FEWEST_SENTENCES: usize = 5;

#[derive(Debug)]
pub(crate) struct Reprint {
    /// Kinds of pages of the website that are compared.
    kinds: Vec<Kind>,
    /// The least part of the shorter text's sentences that must stand in the other word for word.
    least: f64,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Reprint> {
    let fields = reading.fields;
    let kinds: Vec<Kind> = fields.words("kinds");
    if kinds.is_empty() {
        fields.missing("kinds");
    }
    let least = fields.ratio("least");
    if least.is_none() {
        fields.missing("least");
    }
    Some(Reprint {
        kinds,
        least: least?,
    })
}

impl Reprint {
    pub(crate) fn judge(&self, facts: &ChannelFacts, out: &mut Out<'_>) -> bool {
        let kinds = self.kinds.iter();
        let compared = kinds.flat_map(|kind| facts.pages.of(*kind));
        let site: Vec<PageFacts> = compared.filter(is_long).collect();
        for article in facts.elsewhere.iter().filter(is_long) {
            let twins = site
                .iter()
                .filter(|page| is_same_title(&page.title, &article.title));
            // Of several pages of that name the likest one counts.
            let likest = twins
                .map(|page| (common(page, &article), page))
                .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.url.cmp(&a.1.url)));
            match likest {
                Some((share, page)) if share < self.least => report(&article, page, share, out),
                _ => {}
            }
        }
        true
    }
}

fn is_long(page: &PageFacts) -> bool {
    page.ties.sentences.len() >= FEWEST_SENTENCES
}

/// The part of the shorter text's sentences that stand in the other one too.
fn common(a: &PageFacts, b: &PageFacts) -> f64 {
    let set = |page: &PageFacts| {
        page.ties
            .sentences
            .iter()
            .copied()
            .collect::<HashSet<u32>>()
    };
    let (a, b) = (set(a), set(b));
    a.intersection(&b).count() as f64 / a.len().min(b.len()) as f64
}

fn report(article: &PageFacts, page: &PageFacts, share: f64, out: &mut Out<'_>) {
    let mut draft = out
        .draft()
        .about(Subject::Page(article.url.clone()))
        .keyed(format!("reprint {}", page.url))
        .with(Slots {
            label: article.title.clone(),
            value: format!("{:.0}%", share * 100.0),
            target: page.url.clone(),
            ..Slots::default()
        });
    draft.quote = Some(article.title.clone());
    draft.locator = Some(format!("网站上的同题页面 {}", page.url));
    out.push(draft);
}
