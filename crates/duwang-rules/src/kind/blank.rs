//! `blank`: a column that shows nothing. Only columns read to their end are judged.

use super::{Out, Reading};
use crate::judge::{Slots, shanghai_day};
use crate::load::{LazyRegex, plain_regexes};
use crate::rule::Context;
use duwang_model::{ChannelFacts, ColumnClass, ColumnFacts, Subject};

#[derive(Debug)]
pub(crate) struct Blank {
    class: Vec<ColumnClass>,
    /// Only top-level columns.
    top: bool,
    /// What an empty column says of itself ("暂无内容"): raises certainty nowhere, but proves that the list was read.
    texts: Vec<LazyRegex>,
    /// Columns whose name matches need not have anything ("本级无此类信息").
    unless: Vec<LazyRegex>,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Blank> {
    let fields = reading.fields;
    Some(Blank {
        class: fields.words("class"),
        top: fields.flag("top").unwrap_or(false),
        texts: plain_regexes(fields, "texts"),
        unless: plain_regexes(fields, "unless"),
    })
}

impl Blank {
    pub(crate) fn judge(
        &self,
        facts: &ChannelFacts,
        context: &Context<'_>,
        out: &mut Out<'_>,
    ) -> bool {
        let today = context.judged_on.unwrap_or_else(|| shanghai_day(facts.now));
        let mut judged = facts.columns.is_empty();
        for column in facts.columns.iter().filter(|c| self.applies(c)) {
            if !column.complete {
                out.unjudged(&column.url);
                continue;
            }
            judged = true;
            let exempt = column.exempt_until.is_some_and(|until| today <= until);
            if column.items.is_empty() && !exempt && !self.is_excused(column) {
                self.report(column, out);
            }
        }
        judged
    }

    fn applies(&self, column: &ColumnFacts) -> bool {
        (self.class.is_empty() || self.class.contains(&column.class)) && (!self.top || column.top)
    }

    fn is_excused(&self, column: &ColumnFacts) -> bool {
        self.unless
            .iter()
            .any(|r| r.is_match(&column.name) || r.is_match(&column.empty_text))
    }

    fn report(&self, column: &ColumnFacts, out: &mut Out<'_>) {
        let says_so = self.texts.iter().any(|r| r.is_match(&column.empty_text));
        let mut draft = out
            .draft()
            .about(Subject::Column(column.url.clone()))
            .keyed("blank")
            .with(Slots {
                label: column.name.clone(),
                value: column.empty_text.clone(),
                target: column.url.clone(),
                ..Slots::default()
            });
        draft.locator = (!column.name.is_empty()).then(|| format!("栏目“{}”", column.name));
        draft.bonus = if says_so { 0.05 } else { 0.0 };
        if says_so {
            draft.quote = Some(column.empty_text.clone());
        }
        out.push(draft);
    }
}
