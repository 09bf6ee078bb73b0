//! Regular expressions of rules: what they look for, and how they are read from a rule.

mod compile;
mod fault;
mod fold;
mod narrow;

use super::fields::{At, Fields, Item, known_words};
use super::lazy::LazyRegex;
use super::literals::{Required, cheapest, required_anywhere, required_literals};
use super::together::{Match, Single, Together, Within};
use crate::judge::{Form, Watchlist};
use compile::{Compiled, compile, marks_fault, running};
use fault::told;

/// A compiled expression with the number under which the scanner knows it.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    /// What it looks for, as it runs.
    looks: Looks,
    /// Whether it goes from cell to cell (`邮寄\|据实`): then it is looked for in the rows of tables, too.
    pub(crate) is_across_cells: bool,
    /// Its number in the watch list.
    pub(crate) watch: u32,
    /// The text it runs on.
    pub(crate) form: Form,
    /// As written in the rule.
    pub(crate) source: String,
}

#[derive(Debug, Clone)]
enum Looks {
    For(Single),
    /// Several in one sentence, in any order.
    Together(Together),
}

impl Looks {
    fn find(&self, line: &str, from: usize) -> Option<Match> {
        match self {
            Self::For(single) => single.find(line, from),
            Self::Together(together) => together.find(line, from),
        }
    }
}

impl Expression {
    /// The next match on a line from a byte offset on: the range of its faulty part.
    pub(crate) fn find(&self, line: &str, from: usize) -> Option<(usize, usize)> {
        let fault = self.looks.find(line, from)?.fault;
        // What was eaten as boundary before `from` may not be given out twice.
        (fault.1 > from).then_some(fault)
    }

    /// Whether it stands anywhere in a text.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        match &self.looks {
            Looks::For(single) => single.regex.is_match(text),
            Looks::Together(together) => together.find(text, 0).is_some(),
        }
    }

    /// Whether a match of it shares characters with a range of a line.
    pub(crate) fn overlaps(&self, line: &str, (start, end): (usize, usize)) -> bool {
        let mut from = 0;
        while let Some(found) = self.looks.find(line, from) {
            if found.whole.0 >= end {
                return false;
            }
            if found.whole.1 > start {
                return true;
            }
            from = found.whole.1;
        }
        false
    }
}

/// Reads a key that holds one or more expressions.
pub(crate) fn expressions(
    fields: &Fields<'_>,
    key: &'static str,
    form: Form,
    watch: &mut Watchlist,
) -> Vec<Expression> {
    fields
        .items(key)
        .iter()
        .filter_map(|item| match item {
            Item::Text(source) => expression(fields, source, form, watch),
            Item::Table(table) => together(table, form, watch),
        })
        .collect()
}

/// Reads a key that holds plain expressions for texts other than the document's lines (titles, labels, URLs).
pub(crate) fn plain_regexes(fields: &Fields<'_>, key: &'static str) -> Vec<LazyRegex> {
    fields
        .texts(key)
        .iter()
        .filter_map(|source| {
            let made = told(fields, source, compile(&source.value, Form::Folded))?;
            Some(made.regex)
        })
        .collect()
}

/// Compiles one expression and has the scanner watch for it.
pub(crate) fn expression(
    fields: &Fields<'_>,
    source: &At<String>,
    form: Form,
    watch: &mut Watchlist,
) -> Option<Expression> {
    let compiled = told(fields, source, compile(&source.value, form))?;
    let is_across_cells = source.value.contains(BETWEEN_CELLS);
    let required = match is_across_cells {
        true => required_in_cells(&source.value, form),
        false => required_literals(&compiled.hir),
    };
    Some(Expression {
        looks: Looks::For(compiled.single()),
        is_across_cells,
        watch: watch.expression(form, required),
        form,
        source: source.value.clone(),
    })
}

/// How an expression writes the border between two cells of a row.
const BETWEEN_CELLS: &str = r"\|";

/// Literals of an expression that goes from cell to cell: each stands within one cell.
fn required_in_cells(source: &str, form: Form) -> Option<Required> {
    let cut = source.replace(BETWEEN_CELLS, r"[^\n]");
    running(&cut, form)
        .ok()
        .and_then(|(_, hir)| required_literals(&hir))
}

/// `{ all = ['甲', '乙'], within = "clause", most = 30, without = ['丙'] }`.
fn together(fields: &Fields<'_>, form: Form, watch: &mut Watchlist) -> Option<Expression> {
    const FARTHEST: usize = 200;
    let sources = fields.texts("all");
    if sources.len() < 2 {
        fields.troubles().report_with(
            fields.place(),
            "“all”要写两个以上的正则",
            "这里",
            Some("如 { all = ['不公开', '投诉|举报'], within = \"sentence\" }".to_owned()),
        );
    }
    let within = within(fields)?;
    let compiled = |sources: &[At<String>]| -> Option<Vec<Compiled>> {
        let one = |source: &At<String>| told(fields, source, compile(&source.value, form));
        sources.iter().map(one).collect()
    };
    let made = compiled(&sources)?;
    let without = compiled(&fields.texts("without"))?;
    let not_between = compiled(&fields.texts("not_between"))?;
    let most = fields.number("most").map_or(FARTHEST, |n| n.value as usize);
    fields.finish();
    let required = cheapest(made.iter().map(|part| required_anywhere(&part.hir)));
    let each: Vec<&str> = sources.iter().map(|s| s.value.as_str()).collect();
    Some(Expression {
        looks: Looks::Together(Together {
            at_fault: sources.iter().position(|s| marks_fault(&s.value)),
            parts: made.into_iter().map(Compiled::single).collect(),
            within,
            most,
            without: without.into_iter().map(Compiled::single).collect(),
            not_between: not_between.into_iter().map(Compiled::single).collect(),
        }),
        is_across_cells: false,
        watch: watch.expression(form, required),
        form,
        source: each.join(" + "),
    })
}

/// How far apart the parts may stand; a word that is not known is reported.
fn within(fields: &Fields<'_>) -> Option<Within> {
    let Some(word) = fields.text("within") else {
        return Some(Within::Sentence);
    };
    let within = Within::of(&word.value);
    if within.is_none() {
        let help = known_words(&word.value, Within::WORDS);
        let message = format!("不认识“{}”", word.value);
        fields
            .troubles()
            .report_with(&word.place, message, "这里", Some(help));
    }
    within
}
