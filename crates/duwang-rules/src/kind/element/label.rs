//! The label of a line: which lines are labels, and where label and value of a line begin and end.

use crate::han::{is_ideograph, is_numeral};
use crate::words::{WORDS, behind_first, ends_with_any};

/// Characters of a label on a line of its own, without a colon.
const LONGEST_LABEL: usize = 12;

/// `联系方式：`, `联系电话`, `(三)办公时间`, `四、监督`: a line that begins something else.
pub(in crate::kind) fn is_label_line(line: &str) -> bool {
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

/// A cell text as a label: without colon and brackets at its end.
pub(super) fn strip(text: &str) -> &str {
    let text = text.trim().trim_end_matches([':', ' ']);
    match text.rfind('(') {
        Some(open) if open > 0 && text.ends_with(')') => &text[..open],
        _ => text,
    }
}

/// Reads `…label…:value` around a name on a line: label, value, and where the value ends. `None` when the name stands within a
/// sentence.
pub(super) fn read_line(line: &str, start: usize, end: usize) -> Option<(&str, &str, usize)> {
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
            && !is_of_address(rest, *at)
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

/// Whether a colon belongs to an address of the web: `传真或者登录http://…`.
fn is_of_address(text: &str, colon: usize) -> bool {
    text[colon + 1..].starts_with("//")
}

/// Where the label that holds a name begins: behind the last mark, or behind the number of the label before it (电话:0599-6660001传真:).
pub(super) fn label_start(line: &str, start: usize) -> usize {
    let behind_mark = line[..start]
        .rfind(['。', ';', ',', '、', ':', ')', ' ', '.'])
        .map_or(0, |at| {
            at + line[at..].chars().next().map_or(1, char::len_utf8)
        });
    behind_mark + number_length(&line[behind_mark..start])
}

/// The length of a phone number that a text begins with.
fn number_length(text: &str) -> usize {
    const SHORTEST: usize = 7;
    let len = text
        .bytes()
        .take_while(|b| b.is_ascii_digit() || *b == b'-')
        .count();
    if len >= SHORTEST { len } else { 0 }
}

/// A value ends where the next label of the line begins: `电话:… 传真:…`.
pub(super) fn value_length(rest: &str) -> usize {
    if is_label_alone(rest) {
        return 0;
    }
    let mut from = 0;
    while let Some(found) = rest[from..].find(':') {
        let colon = from + found;
        let mut endings = WORDS.label.endings.iter();
        if let Some(ending) = endings.find(|e| rest[..colon].ends_with(e.as_str())) {
            let word = colon - ending.len();
            return rest[..word]
                .rfind(|c: char| !is_ideograph(c))
                .map_or(0, |at| {
                    at + rest[at..].chars().next().map_or(1, char::len_utf8)
                });
        }
        from = colon + 1;
    }
    rest.len()
}

/// `浏览次数:` behind `信息来源:`: nothing but what the next value is called.
fn is_label_alone(rest: &str) -> bool {
    const LONGEST: usize = 6;
    rest.trim().strip_suffix(':').is_some_and(|label| {
        label.chars().nth(LONGEST).is_none() && label.chars().all(is_ideograph)
    })
}

pub(super) fn next_chars(text: &str, n: usize) -> &str {
    let end = text.char_indices().nth(n).map_or(text.len(), |(i, _)| i);
    &text[..end]
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
        assert_eq!(
            read("电话:0599-6660001传真:详见通讯录", "传真"),
            Some(("传真", "详见通讯录"))
        );
        assert_eq!(
            read("发布日期:2026-05-11信息来源:浏览次数:", "信息来源"),
            Some(("信息来源", ""))
        );
        assert_eq!(read("请在办公时间前来办理", "办公时间"), None);
        assert_eq!(
            read("可以传真或者登录http://www.yunxi.gov.cn", "传真"),
            None
        );
        assert_eq!(
            read("网址:http://www.yunxi.gov.cn", "网址"),
            Some(("网址", "http://www.yunxi.gov.cn"))
        );
        assert_eq!(read("二、办公时间", "办公时间"), Some(("办公时间", "")));
        assert_eq!(read("问:多久答复?", "多久答复"), Some(("多久答复", "")));
        assert_eq!(
            read("办公时间:上午:8:30,下午:14:30", "办公时间"),
            Some(("办公时间", "上午:8:30,下午:14:30"))
        );
    }
}
