//! `facets`: sides from which a document must look at its matter; so many of them at least.

use super::{Out, Reading, section};
use crate::judge::{Form, Found, Line, Parts, Seen, Slots, is_called, items};
use crate::load::{Expression, Fields, LazyRegex, expressions, plain_regexes};
use duwang_model::{Certainty, LinkRole, Part};
use std::ops::ControlFlow;

#[derive(Debug)]
pub(crate) struct Facets {
    facets: Vec<Facet>,
    /// Fewest that must be there.
    least: usize,
    /// Pictures, players and attachments may show what the words do not.
    or_images: bool,
    or_attachments: bool,
    /// Pictures and attachments that call themselves something like this show something else.
    media_not: Vec<LazyRegex>,
    /// They must come in the order of the rule; with it nothing is said of those missing.
    in_order: bool,
    /// They must be told below the heading that is called like this, where the text has one.
    below: Vec<LazyRegex>,
    /// Headings below which something else is told: the phone under 监督电话 is not the one to ask.
    not_below: Vec<LazyRegex>,
    /// What a name in 《》 says (《科技创新奖励办法》) tells a facet too.
    names: bool,
    when: Vec<Expression>,
    unless: Vec<Expression>,
    parts: Parts,
}

/// One side, by the ways it is written.
#[derive(Debug)]
struct Facet {
    name: String,
    patterns: Vec<Expression>,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Facets> {
    let fields = reading.fields;
    let tables = fields.tables("facets");
    if tables.is_empty() {
        fields.missing("facets");
    }
    let facets: Vec<Facet> = tables.iter().map(|one| facet(one, reading)).collect();
    let least = fields.required_number("least");
    if let Some(least) = least.as_ref().filter(|l| l.value as usize > facets.len()) {
        fields
            .troubles()
            .report(&least.place, "“least”多于列出的方面，永远做不到");
    }
    Some(Facets {
        facets,
        least: least?.value as usize,
        or_images: fields.flag("or_images").unwrap_or(false),
        or_attachments: fields.flag("or_attachments").unwrap_or(false),
        media_not: plain_regexes(fields, "media_not"),
        in_order: fields.flag("in_order").unwrap_or(false),
        below: plain_regexes(fields, "below"),
        not_below: plain_regexes(fields, "not_below"),
        names: fields.flag("names").unwrap_or(true),
        when: expressions(fields, "when", Form::Folded, reading.watch),
        unless: expressions(fields, "unless", Form::Folded, reading.watch),
        parts: if reading.scope.parts_given {
            reading.scope.parts
        } else {
            Parts::default()
        },
    })
}

fn facet(fields: &Fields<'_>, reading: &mut Reading<'_, '_>) -> Facet {
    let name = fields.required_text("name");
    if !fields.has("patterns") {
        fields.missing("patterns");
    }
    let facet = Facet {
        name: name.map(|n| n.value).unwrap_or_default(),
        patterns: expressions(fields, "patterns", Form::Folded, reading.watch),
    };
    fields.finish();
    facet
}

impl Facets {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let anywhere = Parts::default();
        let applies = (self.when.is_empty() || seen.has(&self.when, &anywhere))
            && !seen.has(&self.unless, &anywhere);
        if !applies || self.may_stand_elsewhere(seen) {
            return;
        }
        if self.in_order {
            return self.judge_order(seen, out);
        }
        let section = section::below(&self.below, seen);
        let missing: Vec<&str> = self
            .facets
            .iter()
            .filter(|f| !self.is_told(f, section, seen))
            .map(|f| f.name.as_str())
            .collect();
        let found = self.facets.len() - missing.len();
        if found >= self.least {
            return;
        }
        let mut draft = out.draft().keyed("facets").with(Slots {
            value: missing.join("、"),
            days: missing.len().to_string(),
            limit: self.least.to_string(),
            label: found.to_string(),
            ..Slots::default()
        });
        if self.unknown_items(seen) >= missing.len() {
            draft.certainty = Certainty::Ask; // an odd name is likelier than something left out
        }
        out.push(draft);
    }

    /// Whether a facet is told; its label beside an empty cell tells nothing.
    fn is_told(&self, facet: &Facet, section: Option<(usize, usize)>, seen: &Seen<'_>) -> bool {
        let counts = |found: &Found| {
            let is_there = |(start, end)| (start..end).contains(&found.start);
            section.is_none_or(is_there)
                && !seen.is_before_blanks(found.span)
                && (self.names || !is_in_name(found, seen))
                && (self.not_below.is_empty()
                    || !section::is_under(&self.not_below, seen, found.line))
        };
        facet.patterns.iter().any(|pattern| {
            let told = seen.each(pattern, &self.parts, &mut |found| match counts(&found) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            });
            told.is_break()
        })
    }

    /// How many items of the page no facet knows.
    fn unknown_items(&self, seen: &Seen<'_>) -> usize {
        let is_known = |item: &str| {
            let mut patterns = self.facets.iter().flat_map(|f| &f.patterns);
            patterns.any(|pattern| pattern.phrase.is_match(item))
        };
        items(seen)
            .into_iter()
            .filter(|item| !is_known(item))
            .count()
    }

    /// The first facet that begins before the one it should follow.
    fn judge_order(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let places = self.facets.iter().filter_map(|facet| {
            let found = seen.first(&facet.patterns, &self.parts)?;
            Some((facet, found))
        });
        let mut last: Option<(&Facet, usize)> = None;
        for (facet, found) in places {
            if let Some((before, _)) = last.filter(|(_, at)| found.start < *at) {
                let mut draft = out.draft().at(found.span).keyed("order");
                draft.slots.label.clone_from(&facet.name);
                draft.slots.value.clone_from(&before.name);
                return out.push(draft);
            }
            last = Some((facet, found.start));
        }
    }

    fn may_stand_elsewhere(&self, seen: &Seen<'_>) -> bool {
        let document = seen.document;
        let media = document.media;
        let is_other = |name: &str| self.media_not.iter().any(|r| r.is_match(name));
        let shows = media.videos + media.audios + media.frames > 0
            || document
                .images
                .iter()
                .any(|i| i.part == Part::Main && !is_other(&i.alt));
        let attached = document
            .links
            .iter()
            .any(|l| l.role == LinkRole::Attachment && !is_called(seen, l, is_other));
        (self.or_images && shows) || (self.or_attachments && attached)
    }
}

/// Whether a match stands within the name of a document.
fn is_in_name(found: &Found, seen: &Seen<'_>) -> bool {
    Line::around(seen.text(Form::Folded), found.start, found.end).in_book_title()
}
