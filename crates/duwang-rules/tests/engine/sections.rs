//! Where something stands, and of what it is said: sections, names of documents, cells, files.

use crate::common::*;
use duwang_model::*;
use duwang_rules::Rules;

fn hits(rules: &Rules, kind: Kind, lines: &str) -> usize {
    rules.check(&document(kind, lines), &context()).hits.len()
}

fn told(keys: &str, lines: &str) -> bool {
    let rules = rules(&format!(
        "kind = \"facets\"\nleast = 1\nfacets = [{{ name = \"监督\", patterns = ['监督|保护'] }}]\n{keys}\n"
    ));
    hits(&rules, Kind::AnnualReport, lines) == 0
}

#[test]
fn a_facet_is_told_below_its_heading() {
    let below = "below = ['总体情况']";
    assert!(told(below, "一、总体情况\n（一）接受监督\n二、主动公开"));
    assert!(told(below, "一、总体情况：接受监督。\n二、主动公开"));
    assert!(!told(below, "一、总体情况\n无\n二、主动公开\n接受监督"));
    assert!(!told(
        below,
        "第一部分 总体情况\n一、公开\n二、管理\n第二部分 其他\n监督"
    ));
    assert!(!told(below, "## 总体情况\n无\n## 其他\n监督"));
    let contents = "目录\n一、总体情况\n二、监督保障\n正文\n一、总体情况\n无\n二、其他\n监督";
    assert!(!told(below, contents), "the longest of its name");
    assert!(told(below, "一、概述\n接受监督"), "no such heading");
    assert!(told("", "一、总体情况\n无\n二、主动公开\n接受监督"));
}

#[test]
fn the_name_of_a_document_tells_no_facet() {
    assert!(!told("names = false", "印发《保护条例》。"));
    assert!(told("names = false", "印发《保护条例》，加强监督。"));
    assert!(told("", "印发《保护条例》。"));
}

fn is_missing(keys: &str, lines: &str) -> bool {
    let rules = rules(&format!(
        "kind = \"element\"\nlabels = [\"施行日期\"]\nvalue = '\\d+月'\npatterns = ['\\d+月\\d+日起施行']\n{keys}\n"
    ));
    hits(&rules, Kind::Interpretation, lines) == 1
}

#[test]
fn what_is_told_below_another_heading_does_not_count() {
    let keys = "not_below = ['起草过程$']";
    let day = "3月15日起施行";
    assert!(is_missing(keys, &format!("一、起草过程\n{day}")));
    assert!(is_missing(
        keys,
        &format!("一、起草过程\n（一）调研\n{day}")
    ));
    assert!(is_missing(keys, "一、起草过程\n施行日期：3月15日"));
    assert!(is_missing(keys, &format!("起草过程：{day}")));
    assert!(!is_missing(keys, &format!("一、起草过程\n二、内容\n{day}")));
    assert!(!is_missing(keys, &format!("## 起草过程\n## 内容\n{day}")));
    assert!(
        !is_missing(keys, &format!("# 起草过程\n{day}")),
        "the title"
    );
    assert!(!is_missing("", &format!("一、起草过程\n{day}")));
}

#[test]
fn what_is_said_of_another_document_does_not_count() {
    let title = "# 《云溪市公园管理办法》政策解读";
    let of = |keys: &str, text: &str| is_missing(keys, &format!("{title}\n{text}"));
    let other = "国务院《城市公园条例》3月15日起施行。";
    assert!(of("cited = false", other));
    assert!(!of("", other));
    assert!(!of("cited = false", "《公园管理办法》3月15日起施行。"));
    assert!(!of(
        "cited = false",
        "根据《城市公园条例》，办法3月15日起施行。"
    ));
    assert!(
        !is_missing("cited = false", &format!("# 公园新规解读\n{other}")),
        "nobody says whose reading it is"
    );
}

/// `申请表（下载）`: a link that says nothing is called by what stands before it.
#[test]
fn a_file_whose_link_says_only_download_is_called_by_the_words_before_it() {
    let rules = rules("kind = \"element\"\nattachments = true\nattachments_not = ['申请表$']\n");
    let missing = |line: &str, words: &str| {
        let mut page = document(
            Kind::Solicitation,
            &format!("{}\n{line}", "正文".repeat(40)),
        );
        let start = page.text.plain().find(words).unwrap();
        page.links = vec![Link {
            url: "http://www.qingshi-demo.gov.cn/a.docx".to_owned(),
            href: "a.docx".to_owned(),
            text: words.to_owned(),
            role: LinkRole::Attachment,
            span: Span::new(start, start + words.len()),
            date: None,
        }];
        rules.check(&page, &context()).hits.len() == 1
    };
    assert!(missing("1.身份证；2.申请表（下载）", "下载"));
    assert!(missing("申请表\n点击下载", "点击下载"));
    assert!(!missing("1.申请表；2.草案全文（下载）", "下载"));
    assert!(!missing("申请表和草案全文", "草案全文"));
}

#[test]
fn saying_that_there_was_nothing_is_a_number() {
    let rules = rules(
        "kind = \"equation\"\nvalues = [{ name = \"收到\", patterns = ['收到(?P<fault>\\d+)件'], zero = ['未收到申请'] }, { name = \"表中\", patterns = ['表中(?P<fault>\\d+)件'] }]\nsums = ['收到 = 表中']\n",
    );
    let of = |text: &str| hits(&rules, Kind::AnnualReport, text);
    assert_eq!(of("未收到申请。表中1件"), 1);
    assert_eq!(of("未收到申请。表中0件"), 0);
    assert_eq!(
        of("收到1件，网上未收到申请。表中1件"),
        0,
        "a number says more"
    );
    assert_eq!(of("表中1件"), 0);
}

/// A label without a value, and a value with nothing behind it.
#[test]
fn cells_left_at_the_end_of_a_row_are_no_blanks() {
    let told = |cells: &[&str]| {
        let rules = rules(
            "kind = \"facets\"\nleast = 1\nfacets = [{ name = \"进度\", patterns = ['进度|完成|完工'] }]\n",
        );
        let lines: Vec<String> = cells.iter().map(|c| format!("| {c}")).collect();
        let mut page = document(Kind::Notice, &lines.join("\n"));
        let mut spans = page.blocks.iter().map(|b| b.span);
        let row = cells.iter().map(|text| {
            let span = match text.is_empty() {
                true => Span::default(),
                false => spans.next().unwrap(),
            };
            let text = (*text).to_owned();
            Cell { text, span }
        });
        let row: Vec<Cell> = row.collect();
        page.tables = vec![Table {
            header: Vec::new(),
            rows: row.chunks(4).map(<[Cell]>::to_vec).collect(),
            part: Part::Main,
        }];
        rules.check(&page, &context()).hits.is_empty()
    };
    let pairs = ["名称", "桥南灌渠", "地点", "桥南村"];
    let with = |last: [&'static str; 4]| told(&[pairs, last].concat());
    assert!(with(["情况", "已经完工", "", ""]));
    assert!(with(["情况", "完成60%", "", ""]));
    assert!(!with(["工程进度", "", "", ""]));
    assert!(!with(["情况", "无", "进度", ""]));
}
