//! The names that stand at the beginnings of a page's lines: `三、要带什么：…`, `【材料】`, `● 件　身份证`, a cell of its own.

use crate::numbered::without_number;
use duwang_model::{Document, Part};

/// Most characters of such a name.
const LONGEST: usize = 14;
/// Most lines looked at.
const LINES: usize = 80;

/// The labels of the content, each once a place where it stands.
pub(super) fn labels(document: &Document) -> Vec<&str> {
    let main = document.blocks.iter().filter(|b| b.part == Part::Main);
    main.take(LINES)
        .flat_map(|b| {
            document
                .text
                .slice(b.span)
                .split(['；', ';', '｜', '|', '。'])
        })
        .filter_map(label)
        .collect()
}

/// What stands before the mark that ends a label, or the whole of a short line.
fn label(line: &str) -> Option<&str> {
    let line = without_number(line.trim_start_matches(|c: char| !c.is_alphanumeric()));
    let end = line
        .char_indices()
        .take(LONGEST + 1)
        .find(|(_, c)| "：:？?】）)\t　—".contains(*c))
        .map(|(at, _)| at);
    let label = match end {
        Some(end) => &line[..end],
        None if line.chars().nth(LONGEST).is_none() => line.trim_end(),
        None => return None,
    };
    (!label.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn names_at_the_beginning() {
        for (line, want) in [
            ("办公地址：金牛街6号", Some("办公地址")),
            ("【因】上一轮扶持到期", Some("因")),
            ("● 件　身份证", Some("件")),
            ("四问拿什么？身份证", Some("四问拿什么")),
            ("（三）要带什么", Some("要带什么")),
            ("（二）材料：光荣证、身份证", Some("材料")),
            ("收件处", Some("收件处")),
            (
                "更名过户是指在用电地址、容量、类别不变的前提下变更户名",
                None,
            ),
            ("——", None),
        ] {
            assert_eq!(label(line), want, "{line}");
        }
    }
}
