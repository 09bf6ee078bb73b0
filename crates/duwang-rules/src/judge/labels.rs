//! The items of a page by their names: `三、要带什么：…`, `【材料】…`, `● 件　身份证`.

use super::{Form, Seen};
use crate::han::is_numeral;
use crate::words::{WORDS, has_any};
use duwang_model::Part;

/// Most characters of a name.
const LONGEST: usize = 10;
/// Most lines looked at.
const LINES: usize = 120;

/// Items of the content, each with its value; what belongs to the page and not to its matter (发布时间、来源) left out.
pub(crate) fn items<'s>(seen: &Seen<'s>) -> Vec<&'s str> {
    let text = seen.text(Form::Folded);
    let title = seen.document.title_span;
    let is_content = |line: &(usize, usize)| {
        let block = seen.block_of(Form::Folded, *line);
        block.is_some_and(|b| b.part == Part::Main && !title.is_some_and(|t| t.overlaps(b.span)))
    };
    let lines = seen.lines(Form::Folded).iter().take(LINES);
    lines
        .filter(|line| is_content(line))
        .flat_map(|line| text[line.0..line.1].split([';', '|', '。']))
        .map(str::trim)
        .filter(|item| label(item).is_some_and(|label| !has_any(label, &WORDS.label.furniture)))
        .collect()
}

/// What stands before the mark that ends a name, when something stands behind it.
fn label(item: &str) -> Option<&str> {
    let is_number = |c: char| {
        c.is_ascii_digit() || is_numeral(c) || matches!(c, '①'..='⑳' | '(' | ')' | '.' | '、' | ' ')
    };
    let item = item.trim_start_matches(|c: char| !c.is_alphanumeric() || is_number(c));
    let (at, mark) = item
        .char_indices()
        .take(LONGEST + 1)
        .find(|(_, c)| ":?】)\t\u{3000}".contains(*c))?;
    let value = item[at + mark.len_utf8()..].trim();
    let label = item[..at].trim();
    (!label.is_empty() && !value.is_empty()).then_some(label)
}

#[cfg(test)]
mod tests {
    use super::label;

    #[test]
    fn names_stand_before_their_values() {
        for (item, want) in [
            ("揣什么来:身份证", Some("揣什么来")),
            ("【谁能签】本地居民", Some("谁能签")),
            ("三、时限:20个工作日", Some("时限")),
            ("①这叫:一码清", Some("这叫")),
            ("时限:", None),
            ("自受理之日起在规定的时间之内答复:是", None),
            ("一句话", None),
        ] {
            assert_eq!(label(item), want, "{item}");
        }
    }
}
