//! Spreadsheets.

use crate::make::{cell, xlsx};
use crate::{document, lines, residue};

fn shows_what_it_holds(bytes: &[u8], hides_columns: bool) {
    let read = document(bytes);
    let lines = lines(&read);
    for line in [
        "公示!A1|青石街道2026年临时救助公示",
        "公示!A3|苏某",
        "公示!B3|500",
        "公示!D3|2026-09-18",
        "-隐藏工作表 底册!A1|未公示人员许某",
    ] {
        assert!(lines.contains(&line.to_owned()), "{line} not in {lines:#?}");
    }
    let told = residue(&read);
    assert!(
        told.contains(&"hidden-sheet|隐藏工作表 底册||底册".to_owned()),
        "{told:#?}"
    );
    if hides_columns {
        assert!(
            lines.contains(&"-隐藏行列 公示!C3|350499196903150247".to_owned()),
            "{lines:#?}"
        );
        assert!(
            lines.contains(&"-隐藏行列 公示!A4|蔡某".to_owned()),
            "{lines:#?}"
        );
        assert!(
            told.contains(&"hidden-cells|隐藏行列 公示||C列、第4行".to_owned()),
            "{told:#?}"
        );
        assert!(
            told.iter()
                .any(|r| r.starts_with("comment|公示!A3的批注|") && r.ends_with("此户再核")),
            "{told:#?}"
        );
    }
    let header = &read.tables[0].header;
    assert!(
        header.contains(&"姓名".to_owned()) && header.contains(&"批准日期".to_owned()),
        "{header:?}"
    );
    assert_eq!(read.title, "青石街道2026年临时救助公示");
}

#[test]
fn a_real_xlsx_tells_hidden_sheets_columns_rows_comments_and_dates() {
    shows_what_it_holds(include_bytes!("../kept/libreoffice.xlsx"), true);
}

#[test]
fn a_real_xls_tells_the_same() {
    shows_what_it_holds(include_bytes!("../kept/libreoffice.xls"), true);
}

#[test]
fn a_real_ods_tells_hidden_sheets_and_dates() {
    shows_what_it_holds(include_bytes!("../kept/libreoffice.ods"), false);
}

#[test]
fn merged_cells_stand_for_every_row_they_cover() {
    let data = [
        format!(
            "<row r=\"1\">{}{}{}</row>",
            cell("A1", "村名"),
            cell("B1", "姓名"),
            cell("C1", "金额")
        ),
        format!(
            "<row r=\"2\">{}{}{}</row>",
            cell("A2", "下洋村"),
            cell("B2", "苏某"),
            cell("C2", "500")
        ),
        format!(
            "<row r=\"3\">{}{}</row>",
            cell("B3", "蔡某"),
            cell("C3", "600")
        ),
    ]
    .concat();
    let read = document(&xlsx(
        "",
        &data,
        "<mergeCells count=\"1\"><mergeCell ref=\"A2:A3\"/></mergeCells>",
    ));
    let table = &read.tables[0];
    assert_eq!(table.header, ["村名", "姓名", "金额"]);
    let rows: Vec<Vec<&str>> = table
        .rows
        .iter()
        .map(|r| r.iter().map(|c| c.text.as_str()).collect())
        .collect();
    assert_eq!(rows, [["下洋村", "苏某", "500"], ["下洋村", "蔡某", "600"]]);
}

#[test]
fn columns_with_gaps_keep_their_headings() {
    let data = [
        format!(
            "<row r=\"1\">{}{}{}</row>",
            cell("A1", "姓名"),
            cell("B1", "身份证号"),
            cell("C1", "金额")
        ),
        format!(
            "<row r=\"2\">{}{}</row>",
            cell("A2", "苏某"),
            cell("C2", "500")
        ),
        format!(
            "<row r=\"3\">{}{}</row>",
            cell("A3", "蔡某"),
            cell("C3", "600")
        ),
    ]
    .concat();
    let read = document(&xlsx("", &data, ""));
    assert_eq!(read.tables[0].rows[0][2].text, "500");
    assert_eq!(read.tables[0].rows[0][1].text, "");
}
