//! `gone`: articles that were listed and can no longer be read because somebody took them down.

use super::{Out, Reading};
use crate::judge::Slots;
use crate::load::{LazyRegex, plain_regexes};
use duwang_model::{ChannelFacts, Subject};

#[derive(Debug)]
pub(crate) struct Gone {
    /// Only those whose notice matches.
    reasons: Vec<LazyRegex>,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Gone> {
    let fields = reading.fields;
    let reasons = plain_regexes(fields, "reasons");
    if !fields.has("reasons") {
        fields.missing("reasons");
    }
    Some(Gone { reasons })
}

impl Gone {
    pub(crate) fn judge(&self, facts: &ChannelFacts, out: &mut Out<'_>) -> bool {
        for gone in &facts.gone {
            if !self.reasons.iter().any(|r| r.is_match(&gone.reason)) {
                continue;
            }
            let label = match gone.title.is_empty() {
                true => &gone.url,
                false => &gone.title,
            };
            let mut draft = out
                .draft()
                .about(Subject::Page(gone.url.clone()))
                .keyed("gone")
                .with(Slots {
                    label: label.clone(),
                    value: gone.reason.clone(),
                    target: gone.url.clone(),
                    ..Slots::default()
                });
            draft.quote = Some(gone.reason.clone());
            draft.locator = (!gone.title.is_empty()).then(|| format!("《{}》", gone.title));
            out.push(draft);
        }
        true
    }
}
