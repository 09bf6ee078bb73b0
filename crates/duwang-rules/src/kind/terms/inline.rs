//! Words written in the rule itself: `terms = [{ wrong = "…", right = "…", except = ["…"] }]`.

use super::row::{RowDraft, severity};
use crate::load::{At, Fields};
use duwang_model::Level;
use std::collections::HashSet;

pub(crate) fn read(fields: &Fields<'_>) -> Vec<RowDraft> {
    let mut known = HashSet::new();
    fields
        .tables("terms")
        .iter()
        .filter_map(|term| {
            let draft = row(term);
            term.finish();
            let draft = draft?;
            if !known.insert(draft.wrong.value.clone()) {
                term.troubles().report(
                    &draft.wrong.place,
                    format!("错词“{}”重复", draft.wrong.value),
                );
            }
            Some(draft)
        })
        .collect()
}

fn row(term: &Fields<'_>) -> Option<RowDraft> {
    let wrong = term.required_text("wrong");
    let right = term.text_or_default("right");
    let level = match term.text("severity") {
        Some(word) => severity(&word, term)?,
        None => term.word("level").unwrap_or(Level::General),
    };
    let matching = term.text("match");
    let is_regex = matching.as_ref().is_some_and(|m| m.value == "regex");
    if let Some(m) = matching.filter(|m| !matches!(m.value.as_str(), "regex" | "literal")) {
        bad_match(&m, term);
    }
    let note = term.text_or_default("note");
    let source = term.text_or_default("source");
    Some(RowDraft {
        id: term.text_or_default("id"),
        wrong: wrong?,
        right,
        severity: level,
        is_regex,
        exceptions: term.texts("except"),
        since: term.day("since"),
        unsure: is_unsure(&source, &note),
        source,
        off: false,
    })
}

pub(crate) fn bad_match(word: &At<String>, fields: &Fields<'_>) {
    fields.troubles().report_with(
        &word.place,
        format!("不认识的匹配方式“{}”", word.value),
        "这里",
        Some("可用：literal、regex".to_owned()),
    );
}

/// Rows written from memory or still to be checked.
pub(crate) fn is_unsure(source: &str, note: &str) -> bool {
    source.contains("记忆") || source.contains("待核") || note.contains("待核")
}
