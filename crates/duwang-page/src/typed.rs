//! Tables typed into plain text: fields parted by tabs, or by upright strokes.

use crate::walk::{RawCell, RawTable};
use duwang_model::Span;

/// Fewer fields are a name and its value.
const FEWEST_FIELDS: usize = 3;
const FEWEST_ROWS: usize = 2;
const MOST_FIELDS: usize = 64;

/// Gathers rows that stand one below the other.
#[derive(Default)]
pub(crate) struct Typed {
    tables: Vec<RawTable>,
    rows: Vec<Vec<RawCell>>,
}

impl Typed {
    /// Takes a line as it was typed, and where it stands in the text without the blanks around it; none where the line is blank.
    pub(crate) fn line(&mut self, typed: &str, place: Option<Span>) {
        let Some(place) = place else { return };
        let row = row(typed, place);
        if row.len() < FEWEST_FIELDS {
            self.end();
        } else if !is_rule(typed) {
            self.rows.push(row);
        }
    }

    pub(crate) fn tables(mut self) -> Vec<RawTable> {
        self.end();
        self.tables
    }

    fn end(&mut self) {
        let rows = std::mem::take(&mut self.rows);
        if rows.len() >= FEWEST_ROWS {
            self.tables.push(RawTable { rows });
        }
    }
}

/// The fields of a line; empty when it is not parted.
fn row(typed: &str, place: Span) -> Vec<RawCell> {
    // The place begins where the first visible character of the line does.
    let lead = typed.len() - typed.trim_start().len();
    let line = typed.trim_end();
    let (mark, from, fields) = match line[lead.min(line.len())..].strip_prefix('|') {
        Some(inner) => ('|', lead + 1, inner.strip_suffix('|').unwrap_or(inner)),
        None => ('\t', 0, line),
    };
    if !fields.contains(mark) {
        return Vec::new();
    }
    let mut at = from;
    let cell = |field: &str| {
        let text = field.trim();
        let blanks = field.len() - field.trim_start().len();
        let start = place.start + (at + blanks).saturating_sub(lead);
        at += field.len() + mark.len_utf8();
        RawCell {
            node: 0,
            head: false,
            span: Span::new(start, start + text.len()),
            columns: 1,
            rows: 1,
        }
    };
    fields.split(mark).take(MOST_FIELDS).map(cell).collect()
}

/// `|---|---|` below the names of the columns.
fn is_rule(typed: &str) -> bool {
    typed.contains('-') && typed.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> Vec<Vec<Vec<String>>> {
        let mut plain = String::new();
        let mut typed = Typed::default();
        for line in lines {
            let text = line.trim();
            let span = Span::new(plain.len(), plain.len() + text.len());
            plain.push_str(text);
            plain.push('\n');
            typed.line(line, (!text.is_empty()).then_some(span));
        }
        let text = |c: &RawCell| plain[c.span.start..c.span.end].to_owned();
        let row = |row: &Vec<RawCell>| row.iter().map(text).collect();
        let tables = typed.tables();
        tables
            .iter()
            .map(|t| t.rows.iter().map(row).collect())
            .collect()
    }

    #[test]
    fn tabs_and_strokes_part_fields() {
        let want = [[["", "甲", "总计"], ["新收", "1", "2"]]];
        assert_eq!(read(&["报告", "\t甲\t总计", "新收\t1\t2", "完"]), want);
        let strokes = ["| | 甲 | 总计 |", "|---|---|---|", "| 新收 | 1 | 2 |"];
        assert_eq!(read(&strokes), want);
    }

    #[test]
    fn a_name_and_its_value_are_no_table() {
        for lines in [
            &["电话\t1", "地址\t2"][..],
            &["甲\t乙\t丙", "丁"],
            &["\u{3000}\u{3000}甲", "乙|丙|丁"],
        ] {
            assert!(read(lines).is_empty(), "{lines:?}");
        }
    }
}
