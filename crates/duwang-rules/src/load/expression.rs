//! Regular expressions of rules: what they look for, and how they are read from a rule.

mod compile;
mod fault;
mod fold;
mod narrow;

use super::fields::{At, Fields, Item, known_words};
use super::lazy::LazyRegex;
use super::prepared::Wants;
use super::together::{Match, Single, Together, Within};
use crate::judge::{Form, Watchlist};
use compile::{Compiled, marks_fault};
pub(crate) use compile::{Known, work_out};
use duwang_model::{Sought, telling_words};
use fault::{Fault, told};

/// An expression asked of a text that was found in another way, such as the line around a match: nobody looks for it in a whole document.
#[derive(Debug, Clone)]
pub(crate) struct Phrase {
    /// What it looks for, as it runs.
    looks: Looks,
    /// As written in the rule.
    pub(crate) source: String,
}

/// An expression looked for in whole documents, with the number under which the scanner knows it.
#[derive(Debug, Clone)]
pub(crate) struct Expression {
    pub(crate) phrase: Phrase,
    /// Whether it goes from cell to cell (`邮寄\|据实`): then it is looked for in the rows of tables, too.
    pub(crate) is_across_cells: bool,
    /// Its number in the watch list.
    pub(crate) watch: u32,
    /// The text it runs on.
    pub(crate) form: Form,
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

impl Phrase {
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

/// Reads a key that holds one or more expressions, and has the scanner watch for them.
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
            Item::Table(table) => watched_together(table, form, watch),
        })
        .collect()
}

/// Reads a key that holds expressions for what stands around a match.
pub(crate) fn phrases(fields: &Fields<'_>, key: &'static str, form: Form) -> Vec<Phrase> {
    fields
        .items(key)
        .iter()
        .filter_map(|item| match item {
            Item::Text(source) => {
                let compiled = compiled(fields, source, form, Wants::Nothing)?;
                Some(Phrase {
                    looks: Looks::For(compiled.single),
                    source: source.value.clone(),
                })
            }
            Item::Table(table) => Some(together(table, form)?.0),
        })
        .collect()
}

/// Reads a key that holds expressions for titles. All rules' are asked together, by the words that stand in whatever they match.
pub(crate) fn title_regexes(fields: &Fields<'_>, key: &'static str) -> Vec<LazyRegex> {
    fields
        .texts(key)
        .iter()
        .filter_map(|source| {
            let made = compiled(fields, source, Form::Folded, Wants::OnPieces)?;
            let (regex, sought) = (made.single.regex, made.sought);
            regex.tell_words(|| telling_words(sought.required()));
            Some(regex)
        })
        .collect()
}

/// Reads a key that holds plain expressions for texts other than the document's lines (titles, labels, URLs).
pub(crate) fn plain_regexes(fields: &Fields<'_>, key: &'static str) -> Vec<LazyRegex> {
    fields
        .texts(key)
        .iter()
        .filter_map(|source| {
            let made = compiled(fields, source, Form::Folded, Wants::Nothing)?;
            Some(made.single.regex)
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
    let filled = fields.filled(source)?;
    let is_across_cells = filled.value.contains(BETWEEN_CELLS);
    let (wants, in_cells) = match is_across_cells {
        true => (Wants::Nothing, sought_in_cells(fields, &filled.value, form)),
        false => (Wants::OnLines, None),
    };
    let compiled = compiled(fields, &filled, form, wants)?;
    let sought = match is_across_cells {
        true => in_cells,
        false => Some(compiled.sought),
    };
    Some(Expression {
        phrase: Phrase {
            looks: Looks::For(compiled.single),
            source: source.value.clone(),
        },
        is_across_cells,
        watch: watch.expression(form, sought),
        form,
    })
}

/// How an expression writes the border between two cells of a row.
const BETWEEN_CELLS: &str = r"\|";

/// What is sought of an expression that goes from cell to cell: each literal stands within one cell.
fn sought_in_cells(fields: &Fields<'_>, source: &str, form: Form) -> Option<Sought> {
    let cut = source.replace(BETWEEN_CELLS, r"[^\n]");
    let made = make(fields, &cut, form, Wants::OnLines);
    Some(made.ok()?.sought)
}

fn make(fields: &Fields<'_>, source: &str, form: Form, wants: Wants) -> Result<Compiled, Fault> {
    compile::compile(fields.prepared(), fields.pool(), source, form, wants)
}

/// Makes an expression of a rule ready to run; what is wrong with it is reported.
fn compiled(
    fields: &Fields<'_>,
    source: &At<String>,
    form: Form,
    wants: Wants,
) -> Option<Compiled> {
    let source = fields.filled(source)?;
    let made = make(fields, &source.value, form, wants);
    told(fields, &source, made)
}

/// What must stand together, looked for in whole documents.
fn watched_together(fields: &Fields<'_>, form: Form, watch: &mut Watchlist) -> Option<Expression> {
    let (phrase, sought) = together(fields, form)?;
    Some(Expression {
        phrase,
        is_across_cells: false,
        watch: watch.expression(form, Some(sought)),
        form,
    })
}

/// `{ all = ['甲', '乙'], within = "clause", most = 30, without = ['丙'] }`, and what the scanner may look for in its place.
fn together(fields: &Fields<'_>, form: Form) -> Option<(Phrase, Sought)> {
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
    let all = |sources: &[At<String>], wants| -> Option<Vec<Compiled>> {
        let each = sources.iter();
        each.map(|source| compiled(fields, source, form, wants))
            .collect()
    };
    let made = all(&sources, Wants::OnPieces)?;
    let none = |key| {
        let made = all(&fields.texts(key), Wants::Nothing)?;
        Some(made.into_iter().map(|one| one.single).collect())
    };
    let (without, not_between) = (none("without")?, none("not_between")?);
    let most = fields.number("most").map_or(FARTHEST, |n| n.value as usize);
    fields.finish();
    let each: Vec<&str> = sources.iter().map(|s| s.value.as_str()).collect();
    let (parts, sought) = made.into_iter().map(|one| (one.single, one.sought)).unzip();
    let phrase = Phrase {
        looks: Looks::Together(Together {
            at_fault: sources.iter().position(|s| marks_fault(&s.value)),
            parts,
            within,
            most,
            without,
            not_between,
        }),
        source: each.join(" + "),
    };
    Some((phrase, Sought::Together(sought)))
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
