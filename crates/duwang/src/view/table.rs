//! Findings as a table for the terminal, aligned by display width (a Han character takes two columns).

use super::{Names, Shown, one_line};
use duwang_model::Finding;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Columns that take what they need up to a limit: header, limit, cell.
type Column = (&'static str, usize, fn(&Shown, &Names) -> String);

const COLUMNS: &[Column] = &[
    ("编号", 32, |f, _| f.id.clone()),
    ("单位", 20, |f, names| {
        names.unit(f.unit.as_deref().unwrap_or("—")).to_owned()
    }),
    ("级别", 4, |f, _| f.level.chinese().to_owned()),
    ("把握", 6, |f, _| f.certainty.chinese().to_owned()),
    ("状态", 8, |f, _| f.state.chinese().to_owned()),
    ("规则", 34, |f, _| f.rule.clone()),
];
/// The last two columns share what is left of the line, but never get less than this.
const LEAST: usize = 16;

/// The table and its total, with ids, 140 columns wide at most: long texts are cut, the other formats have them whole.
pub fn table(findings: &[Finding], unmask: bool) -> String {
    table_with(findings, &Names::default(), 140, unmask)
}

/// The table with names instead of ids, at most `width` columns wide.
pub fn table_with(findings: &[Finding], names: &Names, width: usize, unmask: bool) -> String {
    let rows: Vec<Vec<String>> = findings
        .iter()
        .map(|f| row(&Shown::of(f, unmask), names))
        .collect();
    let widths = widths(&rows, width);
    let header: Vec<String> = headers().map(str::to_owned).collect();
    let rule = "─".repeat(widths.iter().map(|w| w + 2).sum::<usize>() - 2);
    let mut lines = vec![line(&header, &widths), rule];
    lines.extend(rows.iter().map(|row| line(row, &widths)));
    lines.push(format!("共 {} 条\n", findings.len()));
    lines.join("\n")
}

/// Cuts a text to a display width, with … where something was left out.
pub(super) fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut used = 1; // the ellipsis
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        cut.push(c);
    }
    cut + "…"
}

fn headers() -> impl Iterator<Item = &'static str> {
    COLUMNS.iter().map(|c| c.0).chain(["问题", "原文"])
}

fn row(finding: &Shown, names: &Names) -> Vec<String> {
    let fixed = COLUMNS
        .iter()
        .map(|(_, limit, cell)| fit(&one_line(&cell(finding, names)), *limit));
    let quote = if finding.quote.is_empty() {
        finding.url.clone().unwrap_or_default()
    } else {
        finding.quote.clone()
    };
    fixed
        .chain([one_line(&finding.message), one_line(&quote)])
        .collect()
}

fn widths(rows: &[Vec<String>], line: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = headers().map(UnicodeWidthStr::width).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let (fixed, free) = widths.split_at_mut(COLUMNS.len());
    let left = line.saturating_sub(fixed.iter().map(|w| w + 2).sum::<usize>() + 2);
    let quote = free[1]
        .min((left / 3).max(left.saturating_sub(free[0])))
        .max(LEAST.min(free[1]));
    free[1] = quote;
    free[0] = free[0]
        .min(left.saturating_sub(quote))
        .max(LEAST.min(free[0]));
    widths
}

fn line(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        let cell = fit(cell, *width);
        line.push_str(&cell);
        line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + 2));
    }
    line.truncate(line.trim_end().len());
    line
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn rendered(findings: &[Finding], width: usize) -> String {
        table_with(findings, &Names::new(&sample::region()), width, false)
    }

    #[test]
    fn columns_stand_under_their_headers() {
        let text = rendered(&sample::findings(), 160);
        let column = |line: &str, needle: &str| line.find(needle).map(|at| line[..at].width());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(column(lines[0], "级别"), column(lines[2], "严重"));
        assert_eq!(column(lines[0], "规则"), column(lines[2], "guide/"));
        assert!(lines.iter().all(|l| l.width() <= 160), "{text}");
        assert_eq!(lines.last(), Some(&"共 4 条"));
    }

    #[test]
    fn hostile_text_cannot_move_the_cursor() {
        let mut finding = sample::finding("wording/territory", "a\u{1b}[31mb");
        finding.hit.message = "坏\u{7}\r\n消息".to_owned();
        let text = rendered(&[finding], 100);
        assert!(!text.contains(['\u{1b}', '\u{7}', '\r']), "{text:?}");
        assert_eq!(text.lines().count(), 4);
    }

    #[test]
    fn a_cut_text_says_so() {
        assert_eq!(fit("办公时间", 8), "办公时间");
        assert_eq!(fit("办公时间", 7), "办公时…");
        assert_eq!(fit("办公时间", 6), "办公…");
    }
}
