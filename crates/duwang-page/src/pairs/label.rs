//! How a label looks: with a colon behind it, with a gap, and by what it ends with.

use crate::numbered::without_number;
use crate::walk::is_visible;
use duwang_model::Span;
use std::sync::LazyLock;

pub(super) const MAX_LABEL: usize = 20;
/// Longest name that needs no colon behind it.
const LONGEST_BARE_LABEL: usize = 10;

/// What names of things end with.
static LABEL_ENDS: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("label_ends.txt").lines().collect());

/// Whether a short text names something: `联系电话`, `办公地址`.
pub(crate) fn is_label(text: &str) -> bool {
    let text = text
        .trim_end_matches([':', '：'])
        .trim_end_matches([')', '）']);
    let count = text.chars().count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (2..=MAX_LABEL).contains(&count)
        && digits < 3
        && !text.contains(['，', '。', '；', ',', '\n'])
        && (LABEL_ENDS.iter().any(|e| text.ends_with(e)) || text.contains('('))
        && (!text.contains('(') || LABEL_ENDS.iter().any(|e| text.contains(e)))
}

/// Whether a text on the line below can be the value of that label at all.
pub(super) fn plausible(label: &str, value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    match label {
        l if l.ends_with("电话") || l.ends_with("传真") || l.ends_with("热线") => digits >= 5,
        l if l.ends_with("时间") || l.ends_with("日期") || l.ends_with("期限") => {
            digits >= 1 || value.contains('时') || value.contains("周")
        }
        l if l.ends_with("邮箱") => value.contains('@'),
        l if l.ends_with("网址") => {
            value.contains("http") || value.contains("www") || value.contains('.')
        }
        l if l.ends_with("邮编") || l.ends_with("编码") => digits >= 6,
        l => is_label(l) && value.chars().count() <= 60,
    }
}

/// Without blanks, colon, numbering in front and bracket behind.
pub(super) fn clean_label(folded: &str) -> String {
    let mut label: String = folded
        .chars()
        .filter(|c| is_visible(*c) && !matches!(c, ':' | '：'))
        .collect();
    if let Some(open) = label.find('(')
        && open > 0
        && label.ends_with(')')
    {
        label.truncate(open);
    }
    without_number(&label)
        .trim_matches(|c: char| matches!(c, '*' | '·' | '●' | '■' | '◆' | '【' | '】' | '[' | ']'))
        .to_owned()
}

/// A colon with the label before it; offsets into the line.
pub(super) struct Labelled {
    pub(super) label: Span,
    pub(super) after: usize,
}

pub(super) fn labelled_colons(line: &str) -> Vec<Labelled> {
    let bytes = line.as_bytes();
    let mut found: Vec<Labelled> = Vec::new();
    let mut from = 0;
    for at in memchr::memchr2_iter(b':', 0xef, bytes) {
        let len = match bytes[at] {
            b':' => 1,
            _ if bytes[at..].starts_with("：".as_bytes()) => 3,
            _ => continue,
        };
        if is_inside_value(bytes, at, len) {
            continue;
        }
        if let Some(label) = label_before(line, from, at) {
            found.push(Labelled {
                label,
                after: at + len,
            });
            from = at + len;
            if found.len() >= 40 {
                break;
            }
        }
    }
    found
}

/// `8:30` and `http://` have colons that end no label.
fn is_inside_value(bytes: &[u8], at: usize, len: usize) -> bool {
    let before = at.checked_sub(1).and_then(|i| bytes.get(i));
    let after = bytes.get(at + len);
    let digits = before.is_some_and(u8::is_ascii_digit) && after.is_some_and(u8::is_ascii_digit);
    digits || bytes[at + len..].starts_with(b"//")
}

/// The label that ends at a colon: Han, letters and single blanks between single characters (`联 系 电 话`), with a bracket at its end left out.
fn label_before(line: &str, from: usize, colon: usize) -> Option<Span> {
    let mut end = from + line[from..colon].trim_end().len();
    if let Some(open) = opening_bracket(&line[from..end]) {
        end = from + line[from..from + open].trim_end().len();
    }
    let segment = &line[from..end];
    let is_whole_line = from == 0 && is_spaced_label(segment);
    let start = if is_whole_line {
        from + segment.len() - segment.trim_start().len()
    } else {
        from + label_start(segment)
    };
    let label = &line[start..end];
    let count = label.chars().filter(|c| is_visible(*c)).count();
    let has_word =
        label.chars().any(is_han) || label.bytes().filter(u8::is_ascii_alphabetic).count() >= 2;
    // `问：0599-6660001`: one character is a name where nothing stands before it.
    let least = if line[..start].trim_end().is_empty() {
        1
    } else {
        2
    };
    ((least..=MAX_LABEL).contains(&count) && has_word).then(|| Span::new(start, end))
}

/// `联系 电话`, `文　 号`: a whole line of one or two characters at a time.
fn is_spaced_label(segment: &str) -> bool {
    const LONGEST: usize = 8;
    // A line may have a hundred thousand colons, and each asks what stands before it.
    const BYTES: usize = 400;
    if segment.len() > BYTES {
        return false;
    }
    let mut count = 0;
    let alone = |t: &str| t.chars().count() == 1;
    let most = if segment.split(char::is_whitespace).any(alone) {
        3
    } else {
        2
    };
    for token in segment.split(char::is_whitespace).filter(|t| !t.is_empty()) {
        let size = token.chars().count();
        if size > most || !token.chars().all(is_label_char) {
            return false;
        }
        count += size;
    }
    count <= LONGEST
}

fn opening_bracket(text: &str) -> Option<usize> {
    let close = text.chars().next_back()?;
    let opens = match close {
        ')' | '）' => ['(', '（'],
        ']' | '】' => ['[', '【'],
        _ => return None,
    };
    let mut near = text.char_indices().rev().take(20);
    let (open, _) = near.find(|(_, c)| opens.contains(c))?;
    (open > 0).then_some(open)
}

/// Where the run of label characters that ends the segment begins.
fn label_start(segment: &str) -> usize {
    let chars: Vec<(usize, char)> = segment.char_indices().rev().take(4 * MAX_LABEL).collect();
    let mut start = segment.len();
    let mut token = 0; // characters of the token being read, from its end
    let mut i = 0;
    while let Some((at, c)) = chars.get(i).copied() {
        if is_label_char(c) {
            start = at;
            token += 1;
            i += 1;
        } else if !is_visible(c) {
            let next = chars[i..]
                .iter()
                .position(|(_, c)| is_visible(*c))
                .map(|n| i + n);
            let Some(next) = next else { break };
            let alone = is_han(chars[next].1)
                && chars.get(next + 1).is_none_or(|(_, c)| !is_label_char(*c));
            if token != 1 || !alone {
                break;
            }
            token = 0;
            i = next;
        } else {
            break;
        }
    }
    start
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

fn is_label_char(c: char) -> bool {
    is_han(c) || c.is_ascii_alphabetic() || matches!(c, '/' | '-' | '／')
}

/// `联系电话　0599-6660001`: a name and its value with a wide gap between them instead of a colon.
pub(super) fn gap_pair(line: &str) -> Option<(Span, Span)> {
    let trimmed = without_number(line.trim());
    let gap = wide_gap(trimmed)?;
    let (label, value) = (&trimmed[..gap], trimmed[gap..].trim_start());
    let is_name = label.chars().count() >= 2
        && label.chars().count() <= LONGEST_BARE_LABEL
        && label.chars().all(is_label_char)
        && is_label(label)
        && !value.is_empty()
        && !is_label(value);
    let end = line.trim_end().len();
    let start = end - trimmed.len();
    is_name.then(|| {
        (
            Span::new(start, start + label.len()),
            Span::new(end - value.len(), end),
        )
    })
}

/// Where a wide gap begins that is near enough to the start to have a name before it.
fn wide_gap(line: &str) -> Option<usize> {
    let near = line.char_indices().take(LONGEST_BARE_LABEL + 1);
    let is_gap = |rest: &str| {
        rest.starts_with(['\u{3000}', '\u{2003}', '\t'])
            || rest.starts_with("  ")
            || rest.starts_with("\u{a0}\u{a0}")
    };
    near.map(|(at, _)| at).find(|at| is_gap(&line[*at..]))
}
