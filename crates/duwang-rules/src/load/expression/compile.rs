//! From an expression as it is written to one that runs: folded like the text it runs on, and narrowed to the faulty part.

use super::fault::{Fault, too_big_or, unparsable, untranslatable};
use super::fold::fold;
use super::narrow::narrow;
use crate::judge::Form;
use crate::load::lazy::Pool;
use crate::load::prepared::{Prepared, Wants};
use crate::load::together::Single;
use duwang_model::{Required, Sought};
use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::translate::Translator;
use regex_syntax::hir::{Hir, HirKind};

/// An expression ready to run, and what its literals are found in.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) single: Single,
    pub(super) sought: Sought,
}

/// What is worth knowing of an expression beforehand.
pub(crate) struct Known {
    /// As it runs.
    pub(crate) runs: String,
    /// The groups that mark its faulty part.
    pub(crate) fault: Vec<usize>,
    /// The literals that are looked for in its place.
    pub(crate) required: Option<Required>,
}

/// Makes an expression ready to run.
pub(super) fn compile(
    prepared: &Prepared,
    pool: &Pool,
    source: &str,
    form: Form,
    wants: Wants,
) -> Result<Compiled, Fault> {
    if let Some(known) = prepared.of(source, form, wants) {
        return Ok(Compiled {
            single: Single {
                regex: pool.known_one(known.runs),
                fault: known.fault,
            },
            sought: Sought::Known(known.required),
        });
    }
    let (text, hir) = running(source, form)?;
    let single = Single {
        regex: pool.new_one(&text, &hir).map_err(too_big_or)?,
        fault: fault_groups(&hir),
    };
    let sought = match wants {
        Wants::Nothing => Sought::Known(None),
        Wants::OnLines => Sought::OnLines(hir),
        Wants::OnPieces => Sought::OnPieces(hir),
    };
    Ok(Compiled { single, sought })
}

/// What is known of an expression once it is compiled; `None` of a wrong one.
pub(crate) fn work_out(source: &str, form: Form, wants: Wants) -> Option<Known> {
    let (nothing, pool) = (Prepared::default(), Pool::default());
    let compiled = compile(&nothing, &pool, source, form, wants).ok()?;
    Some(Known {
        runs: compiled.single.regex.as_str().to_owned(),
        fault: compiled.single.fault,
        required: compiled.sought.required(),
    })
}

/// Folds and narrows an expression: its text as it runs, and that parsed.
pub(super) fn running(source: &str, form: Form) -> Result<(String, Hir), Fault> {
    let mut written = Written::new(source.to_owned())?;
    if form == Form::Folded {
        let folded = fold(source, &written.parsed);
        written = written.changed_to(folded)?;
    }
    if !marks_fault(source) {
        let narrowed = narrow(&written.text, &written.parsed);
        written = written.changed_to(narrowed)?;
    }
    let translated = Translator::new().translate(&written.text, &written.parsed);
    let hir = translated.map_err(|error| untranslatable(error.kind(), source))?;
    if hir.properties().minimum_len() == Some(0) {
        return Err(Fault::new(
            "这个正则会匹配空串".to_owned(),
            Some("让它至少匹配一个字"),
        ));
    }
    Ok((written.text, hir))
}

/// Whether an expression says itself which part of it is at fault.
pub(super) fn marks_fault(source: &str) -> bool {
    source.contains("(?P<fault") || source.contains("(?<fault")
}

/// An expression on its way to what runs. Parsed once for each form it takes: of thousands that are loaded most stay as they are.
struct Written {
    text: String,
    parsed: Ast,
}

impl Written {
    fn new(text: String) -> Result<Self, Fault> {
        let parsed = parse(&text)?;
        Ok(Self { text, parsed })
    }

    fn changed_to(self, text: Option<String>) -> Result<Self, Fault> {
        match text {
            Some(text) => Self::new(text),
            None => Ok(self),
        }
    }
}

pub(super) fn parse(source: &str) -> Result<Ast, Fault> {
    let parsed = ast::parse::Parser::new().parse(source);
    parsed.map_err(|error| unparsable(&error))
}

/// The groups called `fault…`.
fn fault_groups(hir: &Hir) -> Vec<usize> {
    let mut groups = Vec::new();
    let mut left = vec![hir];
    while let Some(hir) = left.pop() {
        match hir.kind() {
            HirKind::Capture(capture) => {
                let is_fault = |name: &str| name.starts_with("fault");
                if capture.name.as_deref().is_some_and(is_fault) {
                    groups.push(capture.index as usize);
                }
                left.push(&capture.sub);
            }
            HirKind::Repetition(repetition) => left.push(&repetition.sub),
            HirKind::Concat(subs) | HirKind::Alternation(subs) => left.extend(subs),
            _ => {}
        }
    }
    groups.sort_unstable();
    groups
}

#[cfg(test)]
mod tests {
    use super::{Form, Pool, Prepared, Wants, compile};

    #[test]
    fn look_around_and_empty_matches_are_refused_in_words() {
        let (unknown, pool) = (Prepared::default(), Pool::default());
        let compile = |source| compile(&unknown, &pool, source, Form::Plain, Wants::Nothing);
        let fault = |source| compile(source).err().map(|f| f.message);
        assert!(fault("(?<=甲)乙").is_some_and(|m| m.contains("不支持环视")));
        assert!(fault("甲*").is_some_and(|m| m.contains("空串")));
        assert!(fault("(甲").is_some());
    }
}
