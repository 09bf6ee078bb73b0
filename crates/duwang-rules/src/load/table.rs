//! Tables beside a rule: tab-separated, with a heading line, `#` before a remark.

use super::fields::At;
use crate::error::Place;
use crate::kind::Reading;

/// The rows of a table with exactly these columns; what is wrong with it is told.
pub(crate) fn read(
    reading: &Reading<'_, '_>,
    name: &At<String>,
    columns: &[&str],
) -> Vec<Vec<At<String>>> {
    let troubles = reading.fields.troubles();
    let Some((file, text)) = reading.lists.find(name, reading.fields) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    let mut headed = false;
    let mut at = 0;
    for line in text.split('\n') {
        let start = at;
        at += line.len() + 1;
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let bare = line.trim_start_matches('\u{feff}');
        let given: Vec<&str> = bare.split('\t').collect();
        if !headed {
            headed = true;
            if given != columns {
                troubles.report_with(
                    &Place::new(file, start..start + line.len()),
                    "表的第一行不是规定的列名",
                    "这里",
                    Some(format!("应为（制表符分隔）：{}", columns.join(" "))),
                );
                return rows;
            }
            continue;
        }
        if given.len() != columns.len() {
            troubles.report_with(
                &Place::new(file, start..start + line.len()),
                format!("这一行有 {} 列，应为 {} 列", given.len(), columns.len()),
                "这里",
                Some("列之间用一个制表符，空列也要留制表符".to_owned()),
            );
            continue;
        }
        rows.push(cells(file, start, line));
    }
    rows
}

fn cells(file: usize, start: usize, line: &str) -> Vec<At<String>> {
    let mut at = start;
    line.split('\t')
        .map(|cell| {
            let place = Place::new(file, at..at + cell.len());
            at += cell.len() + 1;
            At {
                value: cell.trim().to_owned(),
                place,
            }
        })
        .collect()
}

/// A cell that holds a day, or nothing; another text is told.
pub(crate) fn day(cell: &At<String>, reading: &Reading<'_, '_>) -> Option<chrono::NaiveDate> {
    if cell.value.is_empty() {
        return None;
    }
    let day = cell.value.parse().ok();
    if day.is_none() {
        reading.fields.troubles().report_with(
            &cell.place,
            format!("“{}”不是日期", cell.value),
            "这里",
            Some("写成 2026-09-16，不限的留空".to_owned()),
        );
    }
    day
}
