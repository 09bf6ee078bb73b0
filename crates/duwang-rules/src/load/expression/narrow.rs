//! Narrows an expression to its faulty part, without what only says what stands beside it.

use regex_syntax::ast::{self, Ast, ClassSetItem};

/// Marks the part between the boundaries of an expression (`(?:^|[^0-9])…(?:[^0-9]|$)`) as the fault, so that the quote is the
/// faulty text and not its neighbours. `None` when there is nothing to take off.
pub(super) fn narrow(source: &str, parsed: &Ast) -> Option<String> {
    let branches: Vec<&Ast> = match parsed {
        Ast::Alternation(alternation) => alternation.asts.iter().collect(),
        other => vec![other],
    };
    let cores: Vec<(usize, usize)> = branches.iter().map(|branch| core(branch)).collect();
    let narrowed = branches.iter().zip(&cores).any(|(branch, (start, end))| {
        let span = branch.span();
        (span.start.offset, span.end.offset) != (*start, *end)
    });
    if !narrowed {
        return None;
    }
    let mut out = String::with_capacity(source.len() + 16 * cores.len());
    let mut from = 0;
    for (n, (start, end)) in cores.iter().enumerate() {
        out.push_str(&source[from..*start]);
        out.push_str(&format!("(?P<fault{n}>{})", &source[*start..*end]));
        from = *end;
    }
    out.push_str(&source[from..]);
    Some(out)
}

/// The byte range of a branch without its boundaries; the whole branch when nothing else would remain.
fn core(branch: &Ast) -> (usize, usize) {
    let span = branch.span();
    let whole = (span.start.offset, span.end.offset);
    let Ast::Concat(concat) = branch else {
        return whole;
    };
    let Some(first) = concat.asts.iter().position(|part| !is_boundary(part)) else {
        return whole;
    };
    let last = concat
        .asts
        .iter()
        .rposition(|part| !is_boundary(part))
        .unwrap_or(first);
    (
        concat.asts[first].span().start.offset,
        concat.asts[last].span().end.offset,
    )
}

/// A part that only says what stands beside the fault: an anchor, a negated class, one Han character, `(?:[^x]|$)`.
fn is_boundary(part: &Ast) -> bool {
    match part {
        Ast::Assertion(_) | Ast::Flags(_) | Ast::Empty(_) => true,
        Ast::ClassUnicode(class) => !class.negated,
        Ast::ClassBracketed(class) => class.negated || is_one_unicode_class(&class.kind),
        Ast::Repetition(repetition) => {
            matches!(&*repetition.ast, Ast::ClassPerl(class) if !class.negated && class.kind == ast::ClassPerlKind::Space)
        }
        Ast::Group(group) if group.capture_index().is_none() => match &*group.ast {
            Ast::Alternation(alternation) => {
                alternation
                    .asts
                    .iter()
                    .any(|branch| matches!(branch, Ast::Assertion(_)))
                    && alternation.asts.iter().all(is_one_char)
            }
            inner => is_boundary(inner) && !matches!(inner, Ast::Group(_) | Ast::Repetition(_)),
        },
        _ => false,
    }
}

fn is_one_unicode_class(set: &ast::ClassSet) -> bool {
    match set {
        ast::ClassSet::Item(ClassSetItem::Unicode(class)) => !class.negated,
        ast::ClassSet::Item(ClassSetItem::Union(union)) => {
            matches!(union.items.as_slice(), [ClassSetItem::Unicode(class)] if !class.negated)
        }
        _ => false,
    }
}

fn is_one_char(branch: &Ast) -> bool {
    matches!(
        branch,
        Ast::Assertion(_)
            | Ast::Literal(_)
            | Ast::Dot(_)
            | Ast::ClassUnicode(_)
            | Ast::ClassPerl(_)
            | Ast::ClassBracketed(_)
    )
}

#[cfg(test)]
mod tests {
    use super::super::compile;
    use crate::judge::Form;

    fn running(source: &str, form: Form) -> String {
        compile::running(source, form).map_or_else(|fault| panic!("{}", fault.message), |(r, _)| r)
    }

    #[test]
    fn boundaries_are_not_part_of_the_fault() {
        assert_eq!(
            running(r"[\p{Han}],[\p{Han}]", Form::Plain),
            r"[\p{Han}](?P<fault0>,)[\p{Han}]"
        );
        assert_eq!(
            running("[^甲]台独(?:[^乙]|$)", Form::Plain),
            "[^甲](?P<fault0>台独)(?:[^乙]|$)"
        );
        assert_eq!(
            running("(?:^|[^“])其一、|其二、", Form::Plain),
            "(?:^|[^“])(?P<fault0>其一、)|(?P<fault1>其二、)"
        );
        assert_eq!(
            running(r"[\p{Han}]{2,4}族自治乡", Form::Plain),
            r"[\p{Han}]{2,4}族自治乡"
        );
        assert_eq!(running("的的", Form::Plain), "的的");
    }
}
