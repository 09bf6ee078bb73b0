//! What an attachment is called.

use super::{Form, Seen};
use crate::han::is_numeral;
use crate::words::WORDS;
use duwang_model::Link;

/// Characters of a line above that may be the name of a file.
const LONGEST_NAME: usize = 40;

/// Whether a file calls itself something like this, or the words before its link do, when the link only says that one can have it: `申请表(下载、
/// 样表)`.
pub(crate) fn is_called(seen: &Seen<'_>, link: &Link, is_it: impl Fn(&str) -> bool) -> bool {
    is_it(&link.text) || is_bare(&link.text) && names(seen, link).iter().any(|name| is_it(name))
}

/// Whether the words of a link are the same whatever it leads to.
fn is_bare(text: &str) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    WORDS.bare_links.iter().any(|word| word == text)
}

/// What stands before a link: in its clause, in the cells before it, or on the line above where it stands alone.
fn names<'s>(seen: &Seen<'s>, link: &Link) -> Vec<&'s str> {
    let text = seen.text(Form::Folded);
    let (start, end) = seen.document.text.to_folded(link.span);
    if start == end {
        return Vec::new();
    }
    let line = seen.line_around(Form::Folded, start);
    let before = last_clause(&text[line.0..start]);
    if before.chars().any(char::is_alphanumeric) {
        return vec![before];
    }
    let callers = seen.callers(link.span);
    let above = line.0.checked_sub(1);
    let above = above.map(|at| seen.line_around(Form::Folded, at));
    let above = above.map(|(start, end)| text[start..end].trim());
    let is_name = |line: &&str| line.chars().count() <= LONGEST_NAME;
    callers
        .into_iter()
        .chain(
            above
                .filter(is_name)
                .filter(|_| !seen.is_in_cell(link.span)),
        )
        .collect()
}

/// What a link stands in brackets behind, or the words since the last mark: `身份证;申请表(` is 申请表.
fn last_clause(before: &str) -> &str {
    let open = before.rfind('(').filter(|at| !before[*at..].contains(')'));
    let name = &before[..open.unwrap_or(before.len())];
    let name = name.trim_end_matches([' ', ':', ',', '、', '/', '|']);
    let start = name.rfind(['、', ';', '。', ',', ' ']);
    let mark = |at: usize| name[at..].chars().next().map_or(0, char::len_utf8);
    name[start.map_or(0, |at| at + mark(at))..]
        .trim_start_matches(|c: char| c.is_ascii_digit() || is_numeral(c) || ".、()".contains(c))
}

#[cfg(test)]
mod tests {
    use super::{is_bare, last_clause};

    #[test]
    fn a_file_is_called_by_what_stands_before_its_link() {
        for (before, name) in [
            ("1.身份证;2.公租房申请表(", "公租房申请表"),
            ("申请表(下载、", "申请表"),
            ("户口簿、申请表 ", "申请表"),
            ("3.承诺书:", "承诺书"),
            ("(一)申请表:", "申请表"),
        ] {
            assert_eq!(last_clause(before), name, "{before}");
        }
        assert!(is_bare("【点击下载】"));
        assert!(!is_bare("下载申请表"));
    }
}
