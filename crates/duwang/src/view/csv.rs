//! Findings for spreadsheets: UTF-8 with a byte order mark (Excel needs it), and no cell that could run as a formula.

use super::{Names, Shown};
use duwang_model::Finding;
use std::borrow::Cow;

/// Tells spreadsheets that the file is UTF-8.
pub const BOM: &str = "\u{feff}";

type Cell = fn(&Shown, &Names) -> String;

const COLUMNS: &[(&str, Cell)] = &[
    ("编号", |f, _| f.id.clone()),
    ("单位", |f, names| {
        f.unit
            .as_deref()
            .map_or(String::new(), |u| names.unit(u).to_owned())
    }),
    ("渠道", |f, names| {
        f.channel
            .as_deref()
            .map_or(String::new(), |c| names.channel(c).to_owned())
    }),
    ("类别", |f, _| f.category.chinese().to_owned()),
    ("级别", |f, _| f.level.chinese().to_owned()),
    ("把握", |f, _| f.certainty.chinese().to_owned()),
    ("状态", |f, _| f.state.chinese().to_owned()),
    ("问题", |f, _| f.message.clone()),
    ("原文", |f, _| f.quote.clone()),
    ("上下文", |f, _| f.context.clone()),
    ("建议", |f, _| f.suggestion.clone().unwrap_or_default()),
    ("依据", |f, _| f.basis.clone()),
    ("规则", |f, _| f.rule.clone()),
    ("规则包", |f, _| f.pack.clone()),
    ("页面标题", |f, _| {
        f.page_title.clone().unwrap_or_default()
    }),
    ("页面类型", |f, _| {
        f.kind.map_or("", |k| k.chinese()).to_owned()
    }),
    ("发布日期", |f, _| {
        f.published.clone().unwrap_or_default()
    }),
    ("网址", |f, _| f.url.clone().unwrap_or_default()),
    ("起始字", |f, _| {
        f.start.map_or(String::new(), |n| n.to_string())
    }),
    ("结束字", |f, _| {
        f.end.map_or(String::new(), |n| n.to_string())
    }),
    ("定位", |f, _| f.locator.clone().unwrap_or_default()),
    ("首次发现", |f, _| f.first_seen.clone()),
    ("最近发现", |f, _| f.last_seen.clone()),
    ("批次", |f, _| f.scan.clone().unwrap_or_default()),
    ("快照", |f, _| f.snapshot.clone().unwrap_or_default()),
    ("单位代号", |f, _| f.unit.clone().unwrap_or_default()),
    ("渠道代号", |f, _| f.channel.clone().unwrap_or_default()),
];

/// Findings as CSV with Chinese headers and ids.
pub fn csv(findings: &[Finding], unmask: bool) -> anyhow::Result<String> {
    shown_csv(
        findings.iter().map(|f| Shown::of(f, unmask)),
        &Names::default(),
        None,
    )
}

/// Findings that were made ready to show, as CSV with Chinese headers and names. `remark`: the heading of an empty last column, for what is
/// to be said of the whole.
pub fn shown_csv(
    findings: impl IntoIterator<Item = Shown>,
    names: &Names,
    remark: Option<&str>,
) -> anyhow::Result<String> {
    let mut rows = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(BOM.as_bytes().to_vec());
    rows.write_record(COLUMNS.iter().map(|c| c.0).chain(remark))?;
    for finding in findings {
        let cells = COLUMNS.iter().map(|(_, cell)| cell(&finding, names));
        let cells = cells.map(|c| guard_cell(&c).into_owned());
        rows.write_record(cells.chain(remark.map(|_| String::new())))?;
    }
    Ok(String::from_utf8(rows.into_inner()?)?)
}

/// Puts `'` before a cell that a spreadsheet would take for a formula: what a page publishes must not run in the office.
pub fn guard_cell(cell: &str) -> Cow<'_, str> {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if risky {
        format!("'{cell}").into()
    } else {
        cell.into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::super::sample;
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            assert_eq!(guard_cell(bad), format!("'{bad}"));
        }
        assert_eq!(guard_cell("2026-11-02"), "2026-11-02");
    }

    #[test]
    fn every_row_has_every_cell_and_formulas_are_guarded() {
        let mut hostile = sample::finding("wording/territory", "=HYPERLINK(\"http://x.example\")");
        hostile.page_title = "@x,\"y\"\n第二行".to_owned();
        let names = Names::new(&sample::region());
        let text = shown_csv([Shown::of(&hostile, false)], &names, Some("漏检 0 处")).unwrap();
        let body = text.strip_prefix(BOM).unwrap();
        let mut reader = ::csv::Reader::from_reader(body.as_bytes());
        assert_eq!(reader.headers().unwrap().get(0), Some("编号"));
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(row.len(), COLUMNS.len() + 1);
        assert_eq!(row.get(8), Some("'=HYPERLINK(\"http://x.example\")"));
        assert_eq!(row.get(14), Some("'@x,\"y\"\n第二行"));
        assert_eq!(row.get(1), Some("青石街道办事处"));
    }
}
