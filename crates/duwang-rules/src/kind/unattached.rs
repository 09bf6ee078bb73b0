//! `unattached`: the text names an attachment, and the page has none.

mod listed;

use super::{Out, Reading};
use crate::judge::{Form, Found, Parts, Seen, Slots};
use crate::load::{Expression, Phrase, expressions, phrases};
use duwang_model::{Certainty, LinkRole, Part};
use std::ops::ControlFlow;

#[derive(Debug)]
pub(crate) struct Unattached {
    /// Where the text names an attachment.
    named: Vec<Expression>,
    /// What shows that it stands in the text itself after all.
    inline: Vec<Expression>,
    /// What a line says that names none the page should have: （略）, a table of contents.
    unless: Vec<Phrase>,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Unattached> {
    let fields = reading.fields;
    if !fields.has("named") {
        fields.missing("named");
    }
    Some(Unattached {
        named: expressions(fields, "named", Form::Folded, reading.watch),
        inline: expressions(fields, "inline", Form::Folded, reading.watch),
        unless: phrases(fields, "unless", Form::Folded),
    })
}

impl Unattached {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let has_some = has_attachment(seen);
        let beyond = || has_some.then(|| listed::beyond(seen)).flatten();
        if let Some(entry) = listed::left_out(seen).or_else(beyond) {
            let name = seen.document.text.slice(entry).trim().to_owned();
            let mut draft = out.draft().at(entry).keyed("left out").with(Slots {
                value: name,
                ..Slots::default()
            });
            draft.certainty = Certainty::Ask;
            return out.push(draft);
        }
        let parts = out.rule.scope.parts;
        let Some(named) = self.named.iter().find_map(|e| self.first(seen, e, &parts)) else {
            return;
        };
        if has_some || is_linked(seen, &named) || self.follows(seen, &named) {
            return;
        }
        let name = seen.document.text.slice(named.span).trim().to_owned();
        let draft = out.draft().at(named.span).keyed("unattached").with(Slots {
            value: name,
            ..Slots::default()
        });
        out.push(draft);
    }

    /// The first place that names an attachment on a line without excuse.
    fn first(&self, seen: &Seen<'_>, named: &Expression, parts: &Parts) -> Option<Found> {
        let mut first = None;
        let _ = seen.each(named, parts, &mut |found| {
            let line = &seen.text(Form::Folded)[found.line.0..found.line.1];
            if self.unless.iter().any(|e| e.is_match(line)) {
                return ControlFlow::Continue(());
            }
            first = Some(found);
            ControlFlow::Break(())
        });
        first
    }

    /// The attachment's own text follows the line that names it.
    fn follows(&self, seen: &Seen<'_>, named: &Found) -> bool {
        let mut follows = false;
        for expression in &self.inline {
            let _ = seen.each(expression, &Parts::default(), &mut |f| {
                follows |= f.line.0 > named.line.0;
                ControlFlow::Continue(())
            });
        }
        follows
    }
}

/// Whether something can be opened from the line that names it, whatever kind of file that is: a plan of the area is often a picture.
fn is_linked(seen: &Seen<'_>, named: &Found) -> bool {
    let line = seen.span(Form::Folded, named.line.0, named.line.1);
    let leads = |href: &str| {
        let href = href.trim();
        !href.is_empty() && !href.starts_with('#') && !href.starts_with("javascript:")
    };
    let mut links = seen.document.links.iter();
    links.any(|link| line.contains(link.span) && !link.span.is_empty() && leads(&link.href))
}

/// Anything that may hold it: a file, a link in the content that is named so, a picture, a table, a frame.
fn has_attachment(seen: &Seen<'_>) -> bool {
    let document = seen.document;
    document.links.iter().any(|link| {
        link.role == LinkRole::Attachment
            || (matches!(link.role, LinkRole::Content | LinkRole::Item)
                && (link.text.contains("附件") || link.text.contains("附表")))
    }) || document.images.iter().any(|i| i.part == Part::Main)
        || document.tables.iter().any(|t| t.part == Part::Main)
        || document.media != duwang_model::Media::default()
}
