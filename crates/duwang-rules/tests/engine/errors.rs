//! What a person sees when rule files are wrong.

use crate::common::{file, rule_files};
use duwang_rules::{RuleFile, Rules};
use miette::{GraphicalReportHandler, GraphicalTheme};

fn shown(files: &[RuleFile], overlays: &[&str]) -> String {
    let overlays: Vec<String> = overlays.iter().map(|o| (*o).to_owned()).collect();
    let errors = Rules::load(files, &overlays).expect_err("these files are wrong");
    let mut out = String::new();
    GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor())
        .with_width(100)
        .render_report(&mut out, &errors)
        .unwrap();
    let lines: Vec<&str> = out.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// One line for each fault.
fn told(files: &[RuleFile]) -> String {
    let errors = Rules::load(files, &[]).expect_err("these files are wrong");
    format!("{errors:#}")
}

#[test]
fn every_fault_of_a_rule_is_told_with_its_place() {
    let rule = r#"kind = "element"
level = "grave"
certainty = "certain"
category = "guid"
title = "没有写明{lable}"
lables = ["办公时间"]
patterns = ['(?<=甲)乙', '(甲']
value = ''
bad = []
"#;
    let files = [
        file("guide/pack.toml", "version = 1\n"),
        file("guide/office-hours.toml", rule),
    ];
    insta::assert_snapshot!(shown(&files, &[]));
}

#[test]
fn files_that_are_not_toml_are_told_too() {
    let files = [
        file("t/pack.toml", "version = \"一\"\n"),
        file("t/rule.toml", "kind = \"terms\nlevel = \"hint\"\n"),
        file("x/orphan.toml", ""),
    ];
    insta::assert_snapshot!(shown(&files, &[]));
}

#[test]
fn word_lists_are_kept_like_code() {
    let mut files = rule_files("kind = \"terms\"\nlist = \"words.tsv\"\n");
    files.push(file(
        "t/words.tsv",
        "id\tcategory\twrong\tright\tseverity\tmatch\texceptions\tsource\tnote\n\
         T-0002\t错别字\t攻府\t政府\t严重\tliteral\t主攻府\t辞书\t\n\
         T-0001\t错别字\t攻府\t政府\t严重\tliteral\t\t辞书\t\n\
         T-0003\t错别字\t正府\t攻府\t一般\tliteral\t\t辞书\t\n\
         T-0004\t错别字\t竟争\t竞争\t较重\tliteral\t毕竟\t辞书\t\n\
         T-0005\t错别字\t嫌犯\t嫌疑人\t一般\tliteral\t@引豪;嫌犯\t辞书\tsince=去年\n\
         T-0006\t错别字\t[甲\t乙\t一般\tregex\t\t辞书\t\n\
         T-0007\t错别字\t少一列\n",
    ));
    insta::assert_snapshot!(told(&files));
}

#[test]
fn sets_are_named_as_they_are_written() {
    let mut files =
        rule_files("kind = \"pattern\"\npatterns = ['[{{surnames}}]某'\n, '{{place']\n");
    files.push(file(
        "sets.toml",
        "surname = '赵钱孙'\nstreet = ['街道', 3]\nnothing = ''\nnested = '{{surname}}'\n",
    ));
    insta::assert_snapshot!(told(&files));
}

#[test]
fn overlays_name_rules_and_rows_that_are_there() {
    let mut files = rule_files(
        "kind = \"terms\"\nterms = [{ id = \"T-1\", wrong = \"攻府\", right = \"政府\" }]\n",
    );
    files.push(file(
        "overlays/fujian.toml",
        "[\"t/rul\"]\nlevel = \"hint\"\n[\"t/rule\"]\nlevel = \"hnit\"\n[\"t/rule\".rows.\"T-2\"]\noff = true\n",
    ));
    insta::assert_snapshot!(shown(&files, &["fujian", "quanzhou"]));
}

#[test]
fn a_missing_list_names_the_nearest() {
    let mut files = rule_files("kind = \"terms\"\nlist = \"wrods.tsv\"\n");
    files.push(file("t/words.tsv", ""));
    insta::assert_snapshot!(shown(&files, &[]));
}

#[test]
fn examples_must_be_of_the_right_sort() {
    let told = told(&rule_files(
        "kind = \"freshness\"\ndays = 14\nbad = [\"文字\"]\ngood = [{ now = 2026-11-02, colums = [] }]\n",
    ));
    insta::assert_snapshot!(told);
}
