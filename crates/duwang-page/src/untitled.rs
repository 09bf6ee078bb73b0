//! What a page is about that has no title: the cell above its only table, or the words its text begins with.

use crate::tables::Placed;
use crate::title::{is_name_of_body, without_bracket};
use duwang_model::{Document, Part, Span};

/// Characters such words may have.
const LENGTH: std::ops::RangeInclusive<usize> = 6..=40;
/// Characters of a first cell that stands beside names of columns.
const LEAST_OF_CELL: usize = 9;
/// A page of more lines begins with its text, not with what it is about.
const MOST_LINES: usize = 2;

/// The words that can stand for a title; empty when there are none.
pub(crate) fn about(document: &Document, tables: &[Placed]) -> String {
    let words = of_table(document, tables).or_else(|| of_text(document));
    words.map_or(String::new(), |w| {
        w.split_whitespace().collect::<Vec<_>>().join(" ")
    })
}

/// The first cell of a page that begins with a table, when it is alone in its row or longer than the names beside it.
fn of_table<'d>(document: &'d Document, tables: &[Placed]) -> Option<&'d str> {
    let table = tables.iter().find(|t| t.part == Part::Main)?;
    let row = table.raw.rows.iter().find(|r| !r.is_empty())?;
    let (first, beside) = row.split_first()?;
    let begins = document.main_blocks().next()?.span.start >= first.span.start;
    let text = |span: Span| {
        document
            .text
            .plain()
            .get(span.start..span.end)
            .unwrap_or("")
            .trim()
    };
    let count = |span: Span| without_bracket(text(span)).chars().count();
    let is_long = beside.is_empty()
        || count(first.span) >= LEAST_OF_CELL
            && beside.iter().all(|c| count(c.span) < count(first.span));
    let words = text(first.span);
    (begins && is_long && can_stand(without_bracket(words))).then_some(words)
}

/// What stands before the first colon, or the first sentence, of a text of a line or two.
fn of_text(document: &Document) -> Option<&str> {
    let mut lines = document.main_blocks();
    let first = lines.next()?;
    if lines.nth(MOST_LINES - 1).is_some() {
        return None;
    }
    let line = document.text.slice(first.span).trim();
    let at = line.find(['：', ':', '。'])?;
    let goes_on = line[at..].chars().nth(1).is_some();
    let words = line[..at].trim_end();
    (goes_on && can_stand(words)).then_some(words)
}

fn can_stand(words: &str) -> bool {
    const MARKS: [char; 10] = ['，', '；', '。', '：', '！', '？', ',', ';', ':', '\n'];
    LENGTH.contains(&words.chars().count()) && !words.contains(MARKS) && !is_name_of_body(words)
}

#[cfg(test)]
mod tests {
    use crate::{Hints, Reading, Source, read, read_text};

    fn title_of_page(html: &str) -> String {
        let html = format!("<html><body>{html}</body></html>");
        let source = Source {
            url: "",
            bytes: html.as_bytes(),
            content_type: Some("text/html; charset=utf-8"),
            hints: &Hints::default(),
        };
        match read(&source) {
            Reading::Document(d) => d.title,
            Reading::Unread(why) => panic!("{why:?}"),
        }
    }

    #[test]
    fn a_cell_above_a_table_says_what_it_is_about() {
        let row = "<tr><td>0</td><td>0</td></tr><tr><td>1</td><td>2</td></tr>";
        for (first, want) in [
            (
                "<tr><td colspan=2>梓山县林业局“三公”经费统计表（单位：元）</td></tr>",
                "梓山县林业局“三公”经费统计表（单位：元）",
            ),
            (
                "<tr><td>梓山县建设中心2026年三公预算（万元）</td><td>2026年</td></tr>",
                "梓山县建设中心2026年三公预算（万元）",
            ),
            (
                "<caption>土地流转公开（草场、耕地）</caption><tr><td>甲方</td><td>面积</td></tr>",
                "土地流转公开（草场、耕地）",
            ),
            (
                "<tr><td>宅基地面积（平方米）</td><td>占地类型</td></tr>",
                "",
            ),
        ] {
            assert_eq!(title_of_page(&format!("<table>{first}{row}</table>")), want);
        }
    }

    #[test]
    fn a_text_of_one_line_begins_with_what_it_is_about() {
        for (text, want) in [
            (
                "桑田县灌区续建配套工程进展：截至3月10日，渠道衬砌完成5.8公里。",
                "桑田县灌区续建配套工程进展",
            ),
            (
                "梓山县地震中心决算“三公”。2025年支出合计3.9万元。",
                "梓山县地震中心决算“三公”",
            ),
            ("经省政府批准，西屏村补偿款已到。请来签领。", ""),
            ("联系电话：0599-6660001", ""),
        ] {
            assert_eq!(read_text("", text, &Hints::default()).title, want, "{text}");
        }
    }
}
