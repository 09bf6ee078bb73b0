//! Where a label stands, and which value belongs to it.

use super::value::{Sort, bare, has_gaps, is_filler};
use super::{Element, matter};
use crate::han::is_numeral;
use crate::judge::{Form, Found, Line, Seen};
use crate::kind::numbering::{is_item_of, is_numbered};
use crate::words::{WORDS, behind_first, ends_with_any};
use duwang_model::{BlockKind, Span};
use std::ops::ControlFlow;

/// A label with its value.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) label: String,
    pub(crate) value: String,
    /// Label and value as published.
    pub(crate) span: Span,
    pub(crate) sort: Sort,
}

/// Lines looked at below a label that stands alone on its line.
const LINES_BELOW: usize = 3;
/// Characters of a value on a line of its own; a longer line is running text.
const LONGEST_VALUE_BELOW: usize = 90;
/// Characters of a label on a line of its own, without a colon.
const LONGEST_LABEL: usize = 12;
/// Bytes of a quote of label and value; beyond it the label alone is quoted.
const LONGEST_QUOTE: usize = 300;

/// Every place of an element, in the order in which they are trusted: pairs, tables, lines.
pub(crate) fn find(element: &Element, seen: &Seen<'_>) -> Vec<Place> {
    let mut places = of_pairs(element, seen);
    if places.iter().any(|p| p.sort == Sort::Filled) {
        return places;
    }
    of_tables(element, seen, &mut places);
    of_lines(element, seen, &mut places);
    places
}

fn of_pairs(element: &Element, seen: &Seen<'_>) -> Vec<Place> {
    let pairs = seen.document.pairs.iter();
    pairs
        .filter(|p| element.parts.admits_part(p.part) && element.labels.match_label(&p.label))
        .filter(|p| !element.labels.is_foreign(seen, &p.label))
        .filter(|p| !is_claimed(element, seen, p.label_span) && !seen.is_in_form(p.label_span))
        .map(|p| {
            // A value that runs on into the next label (电话：传真：…) ends before it.
            let mut value = p.value[..value_length(&p.value)].trim().to_owned();
            let mut sort = element.values.sort(&value);
            if sort != Sort::Filled
                && may_stand_below(&value)
                && !is_cell(seen, p.label_span)
                && let Some(below) =
                    value_below(element, seen, p.value_span.end.max(p.label_span.end))
            {
                (value, sort) = below;
            }
            Place {
                label: p.label.clone(),
                value,
                span: around(p.label_span, p.value_span),
                sort,
            }
        })
        .collect()
}

/// Whether a published label belongs to another matter.
fn is_claimed(element: &Element, seen: &Seen<'_>, label: Span) -> bool {
    if element.labels.not_near.is_empty() {
        return false;
    }
    let (start, end) = seen.document.text.to_folded(label);
    matter::is_claimed(&element.labels.not_near, seen, Form::Folded, start, end)
}

/// Whether a label is a table cell: its value stands beside it, and what follows below is the next row.
fn is_cell(seen: &Seen<'_>, label: Span) -> bool {
    seen.document
        .block_at(label.start)
        .is_some_and(|b| b.kind == BlockKind::Cell)
}

/// Whether the value may be on the lines below. Half a number is all that was written, and so are gaps and notes (待补); a number
/// below them is another matter's.
fn may_stand_below(value: &str) -> bool {
    !value.contains(|c: char| c.is_ascii_digit()) && !has_gaps(value) && !is_filler(&bare(value))
}

/// A value on the lines below a published place, when the place ends its line.
fn value_below(element: &Element, seen: &Seen<'_>, at: usize) -> Option<(String, Sort)> {
    let text = &seen.document.text;
    let (_, folded) = text.to_folded(Span::new(at, at));
    let rest_of_line = text.folded().get(folded..)?.lines().next().unwrap_or("");
    if !rest_of_line.trim_matches([':', ' ']).is_empty() {
        return None;
    }
    let line = seen.line_around(Form::Folded, folded.min(text.folded().len()));
    lines_below(element, seen, line)
}

/// The first plausible one of the lines below; else the sentence right below a numbered heading, which says something, if not what is asked for.
fn lines_below(element: &Element, seen: &Seen<'_>, line: (usize, usize)) -> Option<(String, Sort)> {
    let is_heading = is_numbered(&seen.text(Form::Folded)[line.0..line.1]);
    let lines = content_below(element, seen, line);
    let is_known = element.values.are_known();
    let reach = if is_known { LINES_BELOW } else { 1 };
    for (n, below) in lines.iter().take(reach).enumerate() {
        // In running text a value of a known shape stands only right below its own heading.
        if is_known && is_long(below) && !(is_heading && n == 0) {
            break;
        }
        if element.values.sort(below) == Sort::Filled {
            return Some(((*below).to_owned(), Sort::Filled));
        }
    }
    let said = lines
        .first()
        .filter(|said| is_heading && said.contains('。'))?;
    let sort = element.values.sort(said);
    (sort != Sort::Blank).then(|| ((*said).to_owned(), sort))
}

/// The next lines, as long as they are not labels or headings themselves.
fn content_below<'s>(element: &Element, seen: &'s Seen<'_>, line: (usize, usize)) -> Vec<&'s str> {
    let text = seen.text(Form::Folded);
    let part = seen.block_of(Form::Folded, line).map(|b| b.part);
    let mut lines = Vec::new();
    let mut at = line.1 + 1;
    for _ in 0..LINES_BELOW {
        if at >= text.len() {
            break;
        }
        let next = seen.line_around(Form::Folded, at);
        at = next.1 + 1;
        let below = &text[next.0..next.1];
        if below.trim().is_empty() {
            continue;
        }
        let block = seen.block_of(Form::Folded, next);
        let is_other = block.map(|b| b.part) != part
            || block.is_some_and(|b| b.kind == BlockKind::Heading)
            || is_label_line(below) && !is_content(element, &text[line.0..line.1], below);
        if is_other {
            break;
        }
        lines.push(below);
    }
    lines
}

/// Whether a line is an item of the heading above it. Where nothing is known of what an element looks like, whatever stands below its heading
/// is what it holds.
fn is_content(element: &Element, heading: &str, below: &str) -> bool {
    !element.values.are_known() && is_item_of(heading, below)
}

/// Running text: a value of a known shape does not stand somewhere in it.
fn is_long(line: &str) -> bool {
    line.chars().nth(LONGEST_VALUE_BELOW).is_some()
}

/// `联系方式：`, `联系电话`, `(三)办公时间`, `四、监督`: a line that begins something else.
fn is_label_line(line: &str) -> bool {
    let line = line.trim();
    // "环城路1号(邮政编码:365000)" is a value: a label has no digits in it.
    let is_label = |label: &str| {
        label.chars().count() <= LONGEST_LABEL
            && !label.contains(|c: char| c.is_ascii_digit())
            && ends_with_any(label, &WORDS.label.endings)
    };
    let labelled = match line.find(':') {
        Some(at) => {
            at + 1 == line.len() || is_label(line[..at].trim_start_matches(is_numbering_mark))
        }
        None => is_label(line),
    };
    if labelled || begins_with_contact(line) || is_item(line) {
        return true;
    }
    let numbered = line
        .find(['、', ')', '.'])
        .is_some_and(|at| at <= 10 && at > 0 && line[..at].chars().all(is_numbering));
    numbered
        && line.chars().count() <= 20
        && !line
            .chars()
            .any(|c| c.is_ascii_digit() && !line.starts_with(c))
}

/// `Ⅴ. 电子信：…`, `丙　传真：…`, `02 咨询`: the next item of a numbered list. `1.上午：8:00` goes on with the hours above it.
fn is_item(line: &str) -> bool {
    const LONGEST: usize = 14;
    let Some((number, item)) = line.split_once([' ', '.', '、', ')']) else {
        return false;
    };
    let is_number = |c: char| {
        is_numbering(c)
            || matches!(c, 'I' | 'V' | 'X' | 'Ⅰ'..='Ⅻ' | '①'..='⑳' | '❶'..='❿')
            || "甲乙丙丁戊己庚辛".contains(c)
    };
    let item = item.trim_start();
    let is_numbered =
        !number.is_empty() && number.chars().count() <= 3 && number.chars().all(is_number);
    if !is_numbered || behind_first(&WORDS.label.times, item).is_some() {
        return false;
    }
    let name = item.split(':').next().unwrap_or(item);
    let has_value = name.len() < item.len();
    let is_name = !name.contains(|c: char| c.is_ascii_digit() || matches!(c, ',' | '。'));
    is_name && name.chars().count() <= LONGEST && (has_value || name.chars().count() <= 8)
}

/// `联系电话0599-6660001`, `电话6660001`, the gap between name and value folded away.
fn begins_with_contact(line: &str) -> bool {
    let line = line.trim_start_matches(is_numbering_mark);
    [2, 4].into_iter().any(|length| {
        let name = next_chars(line, length);
        name.chars().count() == length
            && ends_with_any(name, &WORDS.label.contacts)
            && line.len() > name.len()
    })
}

fn is_numbering_mark(c: char) -> bool {
    is_numbering(c) || matches!(c, ')' | '、' | '.' | ' ')
}

fn is_numbering(c: char) -> bool {
    matches!(c, '(' | '第') || c.is_ascii_digit() || is_numeral(c)
}

fn of_tables(element: &Element, seen: &Seen<'_>, places: &mut Vec<Place>) {
    let tables = seen.document.tables.iter();
    for table in tables.filter(|t| element.parts.admits_part(t.part)) {
        let columns = table.header.iter().enumerate();
        for (column, label) in columns.filter(|(_, h)| is_meant(element, seen, strip(h))) {
            let cells = table.rows.iter().filter_map(|row| row.get(column));
            for cell in cells.filter(|cell| !is_claimed(element, seen, cell.span)) {
                let empty = cell.text.trim().is_empty();
                places.push(Place {
                    label: label.clone(),
                    value: cell.text.clone(),
                    span: if empty {
                        header_span(seen, label).unwrap_or(cell.span)
                    } else {
                        cell.span
                    },
                    sort: element.values.sort(&cell.text),
                });
            }
        }
        for row in &table.rows {
            for (label, value) in row.iter().zip(row.iter().skip(1)) {
                if is_meant(element, seen, strip(&label.text))
                    && !is_claimed(element, seen, label.span)
                    && !seen.is_in_form(label.span)
                {
                    places.push(Place {
                        label: strip(&label.text).to_owned(),
                        value: value.text.clone(),
                        span: around(label.span, value.span),
                        sort: element.values.sort(&value.text),
                    });
                }
            }
        }
    }
}

/// Whether a value stands alone on a line that no label and no other matter claims: an item of a list of contacts.
pub(super) fn stands_alone(element: &Element, seen: &Seen<'_>) -> bool {
    let text = seen.text(Form::Folded);
    let is_free = |found: &Found| {
        let above = found
            .line
            .0
            .checked_sub(1)
            .map(|at| seen.line_around(Form::Folded, at));
        let is_named = above.is_some_and(|line| is_label_line(&text[line.0..line.1]));
        let other = &element.labels.not_near;
        !is_named
            && !is_cell(seen, found.span)
            && !matter::is_claimed(other, seen, Form::Folded, found.start, found.end)
    };
    element.alone.iter().any(|expression| {
        seen.each(expression, &element.parts, &mut |found| {
            if is_free(&found) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .is_break()
    })
}

/// Whether no other element and nobody else claims a label.
fn is_own(element: &Element, seen: &Seen<'_>, label: &str) -> bool {
    !element.labels.are_others(label) && !element.labels.is_foreign(seen, label)
}

/// Whether a label is the element's name, and the office's own.
fn is_meant(element: &Element, seen: &Seen<'_>, label: &str) -> bool {
    element.labels.match_label(label) && !element.labels.is_foreign(seen, label)
}

/// Where the name of an empty column stands: there is nothing else to quote.
fn header_span(seen: &Seen<'_>, label: &str) -> Option<Span> {
    let text = &seen.document.text;
    let cells = seen.document.blocks.iter();
    let mut named = cells.filter(|b| b.kind == BlockKind::Cell).filter(|b| {
        let (start, end) = text.to_folded(b.span);
        text.folded().get(start..end).map(str::trim) == Some(label.trim())
    });
    named.next().map(|b| b.span)
}

/// A cell text as a label: without colon and brackets at its end.
fn strip(text: &str) -> &str {
    let text = text.trim().trim_end_matches([':', ' ']);
    match text.rfind('(') {
        Some(open) if open > 0 && text.ends_with(')') => &text[..open],
        _ => text,
    }
}

fn of_lines(element: &Element, seen: &Seen<'_>, places: &mut Vec<Place>) {
    let Some(anywhere) = &element.labels.anywhere else {
        return;
    };
    let text = seen.text(Form::Folded);
    let _ = seen.each(anywhere, &element.parts, &mut |found| {
        let line = &text[found.line.0..found.line.1];
        let end = found.end - found.line.0;
        let other = &element.labels.not_near;
        let around = Line::around(text, found.start, found.end);
        if matter::is_claimed(other, seen, Form::Folded, found.start, found.end)
            || element.has_ceased(&around)
            || seen.is_in_form(found.span)
        {
            return ControlFlow::Continue(());
        }
        if let Some((label, value, value_end)) = read_line(line, found.start - found.line.0, end) {
            // What answers a question is known only by what the value looks like: 有没有分类? 有,垃圾分类.
            let is_question = line[end..].contains('?') && value.is_empty();
            if !is_meant(element, seen, strip(label))
                || (is_question && !element.values.are_known())
            {
                return ControlFlow::Continue(());
            }
            let mut sort = element.values.sort(value);
            let mut value = value.to_owned();
            if sort != Sort::Filled
                && may_stand_below(&value)
                && value_end == line.len()
                && !is_cell(seen, found.span)
                && let Some(below) = lines_below(element, seen, found.line)
            {
                (value, sort) = below;
            }
            places.push(Place {
                label: strip(label).to_owned(),
                value,
                span: seen.span(Form::Folded, found.start, found.line.0 + value_end),
                sort,
            });
        } else if element.values.are_known()
            && !element.labels.is_only_whole(&text[found.start..found.end])
            && element.values.is_plausible(next_chars(&line[end..], 40))
            && is_own(
                element,
                seen,
                &line[label_start(line, found.start - found.line.0)..end],
            )
        {
            // "联系电话0599-6660001": no colon, but the value follows.
            places.push(Place {
                label: line[found.start - found.line.0..end].to_owned(),
                value: next_chars(&line[end..], 40).to_owned(),
                span: found.span,
                sort: Sort::Filled,
            });
        }
        ControlFlow::Continue(())
    });
}

/// Reads `…label…:value` around a name on a line: label, value, and where the value ends. `None` when the name stands within a
/// sentence.
fn read_line(line: &str, start: usize, end: usize) -> Option<(&str, &str, usize)> {
    let rest = &line[end..];
    let lead = label_start(line, start);
    // A question may end with its mark: 多久答复?
    if rest.trim_matches(['?', ' ']).is_empty() {
        let label = &line[lead..end];
        return (label.chars().count() <= 20).then_some((label, "", line.len()));
    }
    // Up to a colon a little more may belong to the label: "办公时间(夏令时):".
    let tail = next_chars(rest, 16);
    let colon = tail.find(':').filter(|at| {
        !tail[..*at].contains(['。', ',', ';', '、'])
            && !tail[..*at].contains(|c: char| c.is_ascii_digit())
    });
    let (label_end, value_start) = match colon {
        Some(at) => (end + at, end + at + 1),
        None => {
            let value = behind_first(&WORDS.label.verbs, rest)?;
            (end, line.len() - value.len())
        }
    };
    let value_end = value_start + value_length(&line[value_start..]);
    Some((
        &line[lead..label_end],
        line[value_start..value_end].trim(),
        value_end,
    ))
}

/// Where the label that holds a name begins: behind the last mark.
fn label_start(line: &str, start: usize) -> usize {
    line[..start]
        .rfind(['。', ';', ',', '、', ':', ')', ' ', '.'])
        .map_or(0, |at| {
            at + line[at..].chars().next().map_or(1, char::len_utf8)
        })
}

/// A value ends where the next label of the line begins: `电话:… 传真:…`.
fn value_length(rest: &str) -> usize {
    let mut from = 0;
    while let Some(found) = rest[from..].find(':') {
        let colon = from + found;
        let mut endings = WORDS.label.endings.iter();
        if let Some(ending) = endings.find(|e| rest[..colon].ends_with(e.as_str())) {
            let word = colon - ending.len();
            return rest[..word]
                .rfind(|c: char| !('\u{4e00}'..='\u{9fff}').contains(&c))
                .map_or(0, |at| {
                    at + rest[at..].chars().next().map_or(1, char::len_utf8)
                });
        }
        from = colon + 1;
    }
    rest.len()
}

fn next_chars(text: &str, n: usize) -> &str {
    let end = text.char_indices().nth(n).map_or(text.len(), |(i, _)| i);
    &text[..end]
}

fn around(label: Span, value: Span) -> Span {
    let whole = Span::new(label.start.min(value.start), label.end.max(value.end));
    if whole.len() > LONGEST_QUOTE || value.start < label.start {
        return label;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::{is_item, read_line};

    #[test]
    fn items_of_a_numbered_list() {
        for line in [
            "V. 电子信:mhrzj@menghe.example",
            "丙 传真:0599-6660002",
            "02 咨询",
            "3、交通路线",
        ] {
            assert!(is_item(line), "{line}");
        }
        for line in [
            "1.上午:8:00-12:00",
            "0599 6660001",
            "环城路 1号",
            "周一至周五 8:00",
            "8.30-12.00",
        ] {
            assert!(!is_item(line), "{line}");
        }
    }

    fn read<'l>(line: &'l str, name: &str) -> Option<(&'l str, &'l str)> {
        let start = line.find(name)?;
        read_line(line, start, start + name.len()).map(|(label, value, _)| (label, value))
    }

    #[test]
    fn labels_and_values_of_a_line() {
        assert_eq!(
            read("(三)办公时间:周一至周五", "办公时间"),
            Some(("办公时间", "周一至周五"))
        );
        assert_eq!(
            read("办公时间(夏令时):8:00-12:00", "办公时间"),
            Some(("办公时间(夏令时)", "8:00-12:00"))
        );
        assert_eq!(
            read("联系电话:传真:0599-6660002", "联系电话"),
            Some(("联系电话", ""))
        );
        assert_eq!(
            read("电话:0599-6660001传真:0599-6660002", "电话"),
            Some(("电话", "0599-6660001"))
        );
        assert_eq!(
            read("办公时间为周一至周五8:00", "办公时间"),
            Some(("办公时间", "周一至周五8:00"))
        );
        assert_eq!(read("请在办公时间前来办理", "办公时间"), None);
        assert_eq!(read("二、办公时间", "办公时间"), Some(("办公时间", "")));
        assert_eq!(read("问:多久答复?", "多久答复"), Some(("多久答复", "")));
        assert_eq!(
            read("办公时间:上午:8:30,下午:14:30", "办公时间"),
            Some(("办公时间", "上午:8:30,下午:14:30"))
        );
    }
}
