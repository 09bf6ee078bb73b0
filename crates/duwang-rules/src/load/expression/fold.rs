//! Writes an expression so that it means on folded text what it says of published text.

use crate::han::is_ideograph;
use duwang_model::Text;
use regex_syntax::ast::{self, Ast, ClassSetItem, Literal};

/// Writes an expression so that it means on folded text what it says of published text: `（` matches `(`, and `[^，]` excludes `,`.
/// `None` when it does so as it is.
pub(super) fn fold(source: &str, parsed: &Ast) -> Option<String> {
    let mut folder = Folder { edits: Vec::new() };
    let Ok(()) = ast::visit(parsed, &mut folder);
    if folder.edits.is_empty() {
        return None;
    }
    folder.edits.sort_by_key(|(at, _, _)| *at);
    let mut out = String::with_capacity(source.len());
    let mut from = 0;
    for (start, end, text) in folder.edits {
        out.push_str(&source[from..start]);
        out.push_str(&text);
        from = end;
    }
    out.push_str(&source[from..]);
    Some(out)
}

struct Folder {
    /// Replacements (start, end, text) of the source.
    edits: Vec<(usize, usize, String)>,
}

impl ast::Visitor for Folder {
    type Output = ();
    type Err = std::convert::Infallible;

    fn finish(self) -> Result<(), Self::Err> {
        Ok(())
    }
}

impl ast::Visitor for &mut Folder {
    type Output = ();
    type Err = std::convert::Infallible;

    fn finish(self) -> Result<(), Self::Err> {
        Ok(())
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), Self::Err> {
        if let Ast::Literal(literal) = ast
            && let Some(folded) = folded_char(literal)
        {
            let text = regex::escape(&folded);
            let text = if folded.chars().count() > 1 {
                format!("(?:{text})")
            } else {
                text
            };
            let span = literal.span;
            self.edits.push((span.start.offset, span.end.offset, text));
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ClassSetItem) -> Result<(), Self::Err> {
        let addition = match item {
            ClassSetItem::Literal(literal) => single(literal).map(class_char),
            ClassSetItem::Range(range) => single(&range.start)
                .zip(single(&range.end))
                .filter(|(a, b)| a <= b)
                .map(|(a, b)| format!("{}-{}", class_char(a), class_char(b))),
            _ => None,
        };
        if let Some(text) = addition {
            let end = item.span().end.offset;
            self.edits.push((end, end, text));
        }
        Ok(())
    }
}

/// What a literal folds to, when that differs and is not nothing.
fn folded_char(literal: &Literal) -> Option<String> {
    // Nearly all are Han, and those of the common block are what they are.
    if literal.c.is_ascii() || is_ideograph(literal.c) {
        return None;
    }
    let own = literal.c.to_string();
    let folded = Text::new(own.clone()).folded().to_owned();
    (folded != own && !folded.trim().is_empty()).then_some(folded)
}

fn single(literal: &Literal) -> Option<char> {
    let folded = folded_char(literal)?;
    let mut chars = folded.chars();
    chars.next().filter(|_| chars.next().is_none())
}

fn class_char(c: char) -> String {
    let text = regex::escape(&c.to_string());
    match c {
        '&' | '~' | '-' | '[' | ']' | '^' if !text.starts_with('\\') => format!("\\{c}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::compile;
    use crate::judge::Form;

    fn running(source: &str, form: Form) -> String {
        compile::running(source, form).map_or_else(|fault| panic!("{}", fault.message), |(r, _)| r)
    }

    #[test]
    fn full_width_marks_mean_the_same_on_folded_text() {
        assert_eq!(
            running("（[^，；]{0,6}）", Form::Folded),
            r"\([^，,；;]{0,6}\)"
        );
        assert_eq!(running("[０-９]号", Form::Folded), "[０-９0-9]号");
        assert_eq!(running("（甲）", Form::Plain), "（甲）");
    }
}
