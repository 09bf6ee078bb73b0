//! Word lists beside their rule: tab-separated, one row a line, kept like code (sorted, unique, without contradictions).

use super::inline::{bad_match, is_unsure};
use super::row::{RowDraft, severity};
use crate::error::{Place, Troubles};
use crate::kind::Reading;
use crate::load::{At, Fields};
use chrono::NaiveDate;
use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

/// The columns, in order.
const COLUMNS: [&str; 9] = [
    "id",
    "category",
    "wrong",
    "right",
    "severity",
    "match",
    "exceptions",
    "source",
    "note",
];

pub(crate) fn read(reading: &Reading<'_, '_>, name: Option<At<String>>) -> Vec<RowDraft> {
    let Some(name) = name else {
        return Vec::new();
    };
    let fields = reading.fields;
    let Some((file, text)) = reading.lists.find(&name, fields) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    let mut at = 0;
    for (n, line) in text.split('\n').enumerate() {
        let start = at;
        at += line.len() + 1;
        let line = line.strip_suffix('\r').unwrap_or(line);
        if n == 0 {
            if !is_header(file, line, fields.troubles()) {
                return rows;
            }
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        rows.extend(row(file, start, line, fields));
    }
    look_after(&rows, fields.troubles());
    rows
}

fn is_header(file: usize, line: &str, troubles: &Troubles<'_>) -> bool {
    let given: Vec<&str> = line.trim_start_matches('\u{feff}').split('\t').collect();
    if given == COLUMNS {
        return true;
    }
    troubles.report_with(
        &Place::new(file, 0..line.len()),
        "词表第一行不是规定的列名",
        "这里",
        Some(format!("应为（制表符分隔）：{}", COLUMNS.join(" "))),
    );
    false
}

fn row(file: usize, start: usize, line: &str, fields: &Fields<'_>) -> Option<RowDraft> {
    let cells = cells(file, start, line);
    let troubles = fields.troubles();
    let Ok(
        [
            id,
            category,
            wrong,
            right,
            level,
            matching,
            exceptions,
            source,
            note,
        ],
    ) = <[At<String>; 9]>::try_from(cells)
    else {
        let count = line.split('\t').count();
        troubles.report_with(
            &Place::new(file, start..start + line.len()),
            format!("这一行有 {count} 列，应为 9 列"),
            "这里",
            Some("列之间用一个制表符，空列也要留制表符".to_owned()),
        );
        return None;
    };
    for cell in [&id, &category, &wrong, &right] {
        if cell.value.trim().is_empty() {
            troubles.report(&cell.place, "这一格不能为空");
            return None;
        }
    }
    let is_regex = match matching.value.as_str() {
        "literal" => false,
        "regex" => true,
        _ => {
            bad_match(&matching, fields);
            return None;
        }
    };
    let severity = severity(&level, fields)?;
    Some(RowDraft {
        id: id.value,
        since: since(&note, troubles),
        unsure: is_unsure(&source.value, &note.value),
        source: source.value,
        right: right.value,
        severity,
        is_regex,
        exceptions: split(&exceptions),
        wrong,
        off: false,
    })
}

fn cells(file: usize, start: usize, line: &str) -> Vec<At<String>> {
    let mut at = start;
    line.split('\t')
        .map(|cell| {
            let span: Range<usize> = at..at + cell.len();
            at += cell.len() + 1;
            At {
                value: cell.to_owned(),
                place: Place::new(file, span),
            }
        })
        .collect()
}

/// The exceptions of a cell, separated by semicolons.
fn split(cell: &At<String>) -> Vec<At<String>> {
    let mut at = cell.place.span.start;
    cell.value
        .split(';')
        .map(|part| {
            let span = at..at + part.len();
            at += part.len() + 1;
            At {
                value: part.to_owned(),
                place: Place::new(cell.place.file, span),
            }
        })
        .filter(|part| !part.value.trim().is_empty())
        .collect()
}

/// `since=2019-01-01` in the note.
fn since(note: &At<String>, troubles: &Troubles<'_>) -> Option<NaiveDate> {
    let at = note.value.find("since=")?;
    let text = &note.value[at + "since=".len()..];
    let day: Option<NaiveDate> = text.get(..10).and_then(|day| day.parse().ok());
    if day.is_none() {
        troubles.report_with(
            &note.place,
            "since= 后面要写日期",
            "这里",
            Some("如 since=2019-01-01".to_owned()),
        );
    }
    day
}

/// Compares ids as people count: `T-9999` stands before `T-10000`.
fn in_order_of_numbers(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (digits_a, digits_b) = (digits(a), digits(b));
        if !digits_a.is_empty() && !digits_b.is_empty() {
            let [x, y] = [digits_a, digits_b].map(|d| d.trim_start_matches('0'));
            let by_number = x.len().cmp(&y.len()).then_with(|| x.cmp(y));
            if by_number.is_ne() {
                return by_number;
            }
            (a, b) = (&a[digits_a.len()..], &b[digits_b.len()..]);
            continue;
        }
        let (mut left, mut right) = (a.chars(), b.chars());
        match (left.next(), right.next()) {
            (Some(x), Some(y)) if x == y => (a, b) = (left.as_str(), right.as_str()),
            (x, y) => return x.cmp(&y),
        }
    }
}

/// The digits a text begins with.
fn digits(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    &text[..end]
}

/// The hygiene of a list: ids ascend, words stand once, no word is the right form of another.
fn look_after(rows: &[RowDraft], troubles: &Troubles<'_>) {
    let mut ids: HashMap<&str, &RowDraft> = HashMap::new();
    let mut words: HashMap<&str, &RowDraft> = HashMap::new();
    let mut last = "";
    for row in rows {
        if ids.insert(&row.id, row).is_some() {
            troubles.report(&row.wrong.place, format!("编号“{}”重复", row.id));
        } else if in_order_of_numbers(&row.id, last).is_lt() {
            troubles.report_with(
                &row.wrong.place,
                format!("编号“{}”排在“{last}”之后，词表要按编号排序", row.id),
                "这一行",
                None,
            );
        }
        last = &row.id;
        if let Some(first) = words.insert(&row.wrong.value, row) {
            troubles.report(
                &row.wrong.place,
                format!("错词“{}”重复（{} 已有）", row.wrong.value, first.id),
            );
        }
    }
    for row in rows.iter().filter(|r| !r.is_regex) {
        if let Some(other) = words.get(row.right.trim()).filter(|o| !o.is_regex) {
            troubles.report_with(
                &row.wrong.place,
                format!(
                    "“{}”的正词“{}”又是 {} 的错词，互相矛盾",
                    row.wrong.value, row.right, other.id
                ),
                "这一行",
                Some("把正词写成最终的写法".to_owned()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::in_order_of_numbers;

    #[test]
    fn ids_are_ordered_by_their_numbers() {
        let ids = [
            "LOC-9",
            "LOC-0010",
            "LOC-9999",
            "LOC-10000",
            "LOC-10000a",
            "T-1-2",
            "T-1-10",
            "T-2",
        ];
        for pair in ids.windows(2) {
            assert!(in_order_of_numbers(pair[0], pair[1]).is_lt(), "{pair:?}");
            assert!(in_order_of_numbers(pair[1], pair[0]).is_gt(), "{pair:?}");
        }
        assert!(in_order_of_numbers("T-0001", "T-1").is_eq());
    }
}
