//! `conditional`: where one thing is said, another must be said too.

use super::{Out, Reading};
use crate::judge::{Form, Parts, Seen};
use crate::load::{Expression, expressions};

#[derive(Debug)]
pub(crate) struct Conditional {
    when: Vec<Expression>,
    then: Vec<Expression>,
    unless: Vec<Expression>,
    parts: Parts,
}

pub(crate) fn read(reading: &mut Reading<'_, '_>) -> Option<Conditional> {
    let fields = reading.fields;
    for key in ["when", "then"] {
        if !fields.has(key) {
            fields.missing(key);
        }
    }
    Some(Conditional {
        when: expressions(fields, "when", Form::Folded, reading.watch),
        then: expressions(fields, "then", Form::Folded, reading.watch),
        unless: expressions(fields, "unless", Form::Folded, reading.watch),
        parts: reading.scope.parts,
    })
}

impl Conditional {
    pub(crate) fn judge(&self, seen: &Seen<'_>, out: &mut Out<'_>) {
        let Some(found) = self.when.iter().find_map(|when| {
            seen.first(std::slice::from_ref(when), &self.parts)
                .map(|found| (when, found))
        }) else {
            return;
        };
        let content = Parts::MAIN_AND_INFO;
        if seen.has(&self.then, &content) || seen.has(&self.unless, &Parts::default()) {
            return;
        }
        let (when, found) = found;
        let draft = out
            .draft()
            .at(found.span)
            .keyed(when.phrase.source.as_str());
        out.push(draft);
    }
}
