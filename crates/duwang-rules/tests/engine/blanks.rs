//! What a list of labels or a table leaves out or leaves blank.

use crate::common::*;
use duwang_model::{Certainty, Document, Kind};

#[test]
fn columns_may_be_told_label_by_label() {
    let rules = rules(
        "kind = \"columns\"\nor_lines = true\ntitle = \"没有{value}\"\ncolumns = [{ name = \"流出方\", headings = ['流出方|出让方'] }, { name = \"流入方\", headings = ['流入方|受让方'] }, { name = \"面积\", headings = ['面积'] }, { name = \"价格\", headings = ['价格|单价'], prose = ['每亩\\d+元'] }]\n",
    );
    let said = |lines: &str| -> Vec<(String, Certainty)> {
        let hits = rules.check(&document(Kind::Notice, lines), &context()).hits;
        hits.into_iter().map(|h| (h.message, h.certainty)).collect()
    };
    let three = "出让方：林某\n受让方：兴农合作社\n流转面积：12亩";
    assert_eq!(said(three), [("没有价格".to_owned(), Certainty::Ask)]);
    assert_eq!(said(&format!("{three}\n单价：600元")), []);
    assert_eq!(said(&format!("{three}\n租金每亩600元，三年一付。")), []);
    let blank = format!("{three}\n单价：");
    assert_eq!(said(&blank), [], "it is there, if blank");
    assert_eq!(said("出让方：林某\n流转面积：12亩"), [], "no such list");
    assert_eq!(said("出让方：\n受让方：\n流转面积："), [], "a form");
}

const VACANT: &str = "kind = \"vacant\"\ntitle = \"“{label}”空着\"\nlabels = ['(?:单位|时间|用途|方式|流程|代码)$']\nheads = ['方式$']\n";

fn vacant(document: &Document) -> Vec<(String, String)> {
    let hits = rules(VACANT).check(document, &context()).hits;
    hits.into_iter().map(|h| (h.message, h.quote)).collect()
}

#[test]
fn a_label_with_nothing_behind_it_is_told_beside_those_with_values() {
    let said = |lines: &str| vacant(&document(Kind::Notice, lines));
    let told = |label: &str| vec![(format!("“{label}”空着"), label.to_owned())];
    let others = "项目名称：桥南灌渠\n总投资：52万元\n联系人：王某";
    let blank = "实施单位：\n建设地点：东岭村";
    assert_eq!(said(&format!("{others}\n{blank}")), told("实施单位"));
    assert_eq!(said(blank), [], "nobody knows whether the page is a form");
    for there in [
        "实施单位：\n县水利局",
        "办理流程：\n1.申请：到窗口提交",
        "三、办理流程：\n（一）申请：到窗口提交",
        "联系方式：\n电话：0599-6660001",
        "实施单位：水利股：桥南村",
        "实施单位：",
    ] {
        assert_eq!(said(&format!("{others}\n{there}")), [], "{there}");
    }
    assert_eq!(
        said("实施单位：\n完工时间：\n资金用途：\n项目名称：灌渠\n总投资：52万元\n联系人：王某"),
        [],
        "a form"
    );
}

#[test]
fn the_only_blank_cell_of_a_full_table_is_told() {
    let said = |rows: &[[&str; 3]]| {
        let lines: Vec<String> = rows
            .iter()
            .flatten()
            .map(|cell| format!("| {cell}"))
            .collect();
        let mut page = with_rows(Kind::Notice, &lines.join("\n"), 3);
        page.tables[0].header = ["村", "受让单位", "备注"].map(str::to_owned).to_vec();
        vacant(&page)
    };
    let row = |village, unit| [village, unit, "无"];
    let told = [("“受让单位”空着".to_owned(), "东岭村".to_owned())];
    let full = [
        row("上坪村", "合作社"),
        row("下坪村", "公司"),
        row("溪口村", "公司"),
    ];
    let with = |last: [&'static str; 3]| [full[0], full[1], full[2], last];
    assert_eq!(said(&with(row("东岭村", " "))), told);
    assert_eq!(said(&with(row("合计", " "))), [], "a sum");
    assert_eq!(
        said(&with(["东岭村", " ", " "])),
        [],
        "the row goes on elsewhere"
    );
    let two = [full[0], full[1], row("溪口村", " "), row("东岭村", " ")];
    assert_eq!(said(&two), [], "it is left out where there is none");
    assert_eq!(said(&full[..2]), []);
}

#[test]
fn a_blank_cell_beside_a_name_is_told() {
    let said = |cells: &str| vacant(&with_rows(Kind::Notice, cells, 2));
    let others = "| 受理地点\n| 大厅二楼\n| 办理时限\n| 10个工作日\n| 收费\n| 不收";
    assert_eq!(
        said(&format!("{others}\n| 办理流程\n|  ")),
        [("“办理流程”空着".to_owned(), "办理流程".to_owned())]
    );
    assert_eq!(
        said("| 单位\n|  \n| 办理时间\n|  \n| 人数\n| 3"),
        [],
        "a form"
    );
}
