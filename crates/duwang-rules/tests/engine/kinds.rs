//! Every kind of rule, on documents and channels made for one point.

use crate::common::*;
use duwang_model::*;
use duwang_rules::{Checked, Context, Rules};

fn check(rules: &Rules, kind: Kind, lines: &str) -> Checked {
    rules.check(&document(kind, lines), &context())
}

// ---- pattern ----

#[test]
fn patterns_have_conditions_of_line_and_document() {
    let rules = rules(
        r#"
kind = "pattern"
patterns = ['(?P<fault>(?:15|十五)个?工作日)内?(?:答复|回复)']
unless = ['第三方']
near = ['申请']
when = ['信息公开']
absent = ['旧条例全文']
"#,
    );
    let found = |lines: &str| -> usize { check(&rules, Kind::Guide, lines).hits.len() };
    let bad = "收到申请之日起１５个 工作日内答复";
    assert_eq!(found(&format!("政府信息公开指南\n{bad}")), 1);
    assert_eq!(found(bad), 0, "when");
    assert_eq!(found(&format!("信息公开\n第三方{bad}")), 0, "unless");
    assert_eq!(found("信息公开\n15个工作日答复"), 0, "near");
    assert_eq!(found(&format!("信息公开\n旧条例全文\n{bad}")), 0, "absent");
    let checked = check(&rules, Kind::Guide, &format!("信息公开\n{bad}"));
    assert_eq!(quotes(&checked), ["１５个 工作日"]);
    assert_eq!(checked.hits[0].locator.as_deref(), Some("正文第2段"));
}

#[test]
fn what_many_expressions_need_is_written_once() {
    let mut files = rule_files(
        "kind = \"pattern\"\npatterns = ['[{{surname}}]某(?:{{office}})']\nunless = ['原(?:{{office}})']\n",
    );
    files.push(file(
        "sets.toml",
        "surname = '赵钱孙'\noffice = ['局长', '科长']\n",
    ));
    let rules = Rules::load(&files, &[]).unwrap();
    let found = |line: &str| quotes(&check(&rules, Kind::News, line)).concat();
    assert_eq!(found("孙某科长到场，李某局长没有来。"), "孙某科长");
    assert_eq!(found("孙某局长"), "孙某局长");
    assert_eq!(found("原科长是孙某局长"), "");

    files.push(file("sets-city.toml", "surname = '周吴'\n"));
    let rules = Rules::load(&files, &[]).unwrap();
    let found = |line: &str| quotes(&check(&rules, Kind::News, line)).concat();
    assert_eq!(
        found("孙某科长，周某科长"),
        "周某科长",
        "a city's own replace"
    );
}

#[test]
fn an_excuse_may_have_to_stand_in_the_same_sentence_or_clause() {
    let found = |keys: &str, lines: &str| -> usize {
        let rules = rules(&format!(
            "kind = \"pattern\"\npatterns = ['15日']\n{keys}\n"
        ));
        check(&rules, Kind::Guide, lines).hits.len()
    };
    let sentence = "unless_sentence = ['以前']";
    assert_eq!(found(sentence, "以前是15日，现在20日。"), 0);
    assert_eq!(found(sentence, "以前没有规定。现在是15日。"), 1);
    assert_eq!(found(sentence, "以前是15日；现在是15日。"), 1);
    let clause = "unless_clause = ['以前']";
    assert_eq!(found(clause, "以前是15日，现在是15日。"), 1);
    assert_eq!(found(clause, "收1,500元以前的15日，另算"), 0);
    let near = "near_sentence = ['答复']";
    assert_eq!(found(near, "15日内办理，给予答复。"), 1);
    assert_eq!(found(near, "15日内办理。给予答复。"), 0);
    assert_eq!(found("near_clause = ['答复']", "15日内，答复"), 0);
    let both = "near = ['答复']\nnear_clause = ['办理']";
    assert_eq!(found(both, "15日内办理，然后。答复"), 1, "each condition");
    assert_eq!(found(both, "15日内办理，然后"), 0);
    let despite = "unless = ['以前']\nunless_sentence = ['原来']\ndespite = ['仍按']";
    assert_eq!(found(despite, "以前是15日"), 0);
    assert_eq!(found(despite, "以前是15日，原来也是，仍按此办理。"), 1);
    let except = "except = ['15日(?:起诉|内向法院)']";
    assert_eq!(found(except, "15日内答复，15日内向法院起诉，15日内办理"), 2);
}

#[test]
fn patterns_stop_at_their_maximum_and_at_parts_out_of_scope() {
    let rules =
        rules("kind = \"pattern\"\npatterns = ['错']\nmax = 2\nscope = { parts = [\"main\"] }\n");
    assert_eq!(check(&rules, Kind::News, "错错错").hits.len(), 2);
    assert_eq!(
        check(&rules, Kind::News, "footer> 错\nnav> 错").hits.len(),
        0
    );
}

#[test]
fn numbers_are_verified_and_never_repeated_in_messages() {
    let rules = rules(
        "kind = \"pattern\"\npatterns = ['[1-9][0-9]{16}[0-9Xx]']\nverify = \"id-card\"\ntitle = \"公开了身份证号{quote}\"\n",
    );
    let checked = check(
        &rules,
        Kind::News,
        "王某 35049919900101031X 李某 350499199001010311",
    );
    let wrong_or_right: Vec<_> = quotes(&checked);
    assert!(
        wrong_or_right.len() <= 1,
        "at most one check character is right: {wrong_or_right:?}"
    );
    for hit in &checked.hits {
        assert!(!hit.message.contains(&hit.quote), "{}", hit.message);
    }
    let right = check(&rules, Kind::News, "王某 350499199001010310");
    assert_eq!(quotes(&right), ["350499199001010310"]);
    assert_eq!(right.hits[0].message, "公开了身份证号350499********0310");
}

#[test]
fn a_cell_is_read_with_the_header_of_its_column() {
    let rules = rules("kind = \"pattern\"\npatterns = ['6222[0-9]{15}']\nnear = ['卡号']\n");
    let mut document = document(
        Kind::Notice,
        "| 姓名\n| 卡号\n| 李某\n| 6222000000000000004",
    );
    let cell = |n: usize| {
        let span = document.blocks[n].span;
        Cell {
            text: document.text.slice(span).to_owned(),
            span,
        }
    };
    let row = vec![cell(2), cell(3)];
    let mut table = Table {
        header: vec!["姓名".to_owned(), "卡号".to_owned()],
        rows: vec![row],
        part: Part::Main,
    };
    document.tables = vec![table.clone()];
    let checked = rules.check(&document, &context());
    assert_eq!(quotes(&checked), ["6222000000000000004"]);
    assert_eq!(checked.hits[0].locator.as_deref(), Some("表1 第2行第2列"));
    table.header[1] = "编号".to_owned();
    document.tables = vec![table];
    assert_eq!(rules.check(&document, &context()).hits.len(), 0);
}

#[test]
fn words_in_any_order_are_one_expression() {
    let found = |keys: &str, lines: &str| -> Vec<String> {
        let rules = rules(&format!("kind = \"pattern\"\n{keys}\n"));
        let checked = check(&rules, Kind::Guide, lines);
        quotes(&checked).into_iter().map(str::to_owned).collect()
    };
    let keys = "patterns = [{ all = ['投诉|举报', '(?P<fault>监察局)'], without = ['劳动'] }]";
    assert_eq!(found(keys, "可以向县监察局投诉。"), ["监察局"]);
    assert_eq!(found(keys, "投诉，找监察局。"), ["监察局"]);
    assert!(found(keys, "投诉找县政府。监察局在二楼。").is_empty());
    assert!(found(keys, "投诉找劳动监察局。").is_empty());
    let clause = "patterns = [{ all = ['投诉', '监察局'], within = \"clause\" }]";
    assert!(found(clause, "投诉，找监察局。").is_empty());
    let near = "patterns = ['15日']\nnear_sentence = [{ all = ['申请', '答复'] }]";
    assert_eq!(found(near, "15日内答复申请人").len(), 1);
    assert!(found(near, "15日内答复市民").is_empty());
}

#[test]
fn a_row_is_read_as_one_text_beside_its_cells() {
    let rules = rules("kind = \"pattern\"\npatterns = ['邮寄[^|]{0,4}\\|[^|]{0,4}据实']\n");
    let quotes_of = |lines: &str, columns: usize| -> Vec<String> {
        let checked = rules.check(&with_rows(Kind::Guide, lines, columns), &context());
        quotes(&checked).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(
        quotes_of("| 邮寄费\n| 据实收取\n| 其他\n| 不收", 2),
        ["邮寄费\n据实"]
    );
    assert!(quotes_of("| 邮寄费\n| 免\n| 其他\n| 据实", 2).is_empty());
    assert!(quotes_of("| 甲\n| 邮寄\n| 据实\n| 乙", 2).is_empty());
    // Typed as text, it is the same.
    assert_eq!(quotes_of("邮寄|据实", 2), ["邮寄|据实"]);
}

#[test]
fn the_heading_of_its_own_section_may_excuse() {
    let rules = rules("kind = \"pattern\"\npatterns = ['15日']\nunless_heading = ['许可|投诉']\n");
    let found = |lines: &str| check(&rules, Kind::Guide, lines).hits.len();
    assert_eq!(found("## 二、投诉举报\n15日内答复"), 0);
    assert_eq!(found("二、行政许可\n依法办理。\n15日内答复"), 0);
    assert_eq!(found("一、行政许可\n依法办理\n二、申请公开\n15日内答复"), 1);
    assert_eq!(found("投诉找县政府\n15日内答复"), 1, "no heading");
}

#[test]
fn what_was_replaced_is_no_fault() {
    let keys = "kind = \"pattern\"\npatterns = ['15日', '三个月']\nunless_replaced = true\n";
    let rules = rules(keys);
    let found = |lines: &str| check(&rules, Kind::Guide, lines).hits.len();
    assert_eq!(found("答复由15日改为20日；起诉由“三个月”改为“六个月”"), 0);
    assert_eq!(found("答复由20日改为15日"), 1);
}

#[test]
fn a_page_that_may_be_meant_is_only_asked_about() {
    let rules = rules(
        "kind = \"element\"\nlabels = [\"电话\"]\nscope = { kinds = [\"interpretation\"], also = { kinds = [\"unknown\"], titles = ['一图'] } }\n",
    );
    let sure = |kind: Kind, title: &str| {
        let page = document(kind, &format!("# {title}\n内容"));
        let hits = rules.check(&page, &context()).hits;
        hits.first().map(|h| h.certainty)
    };
    assert_eq!(
        sure(Kind::Interpretation, "办法解读"),
        Some(Certainty::Certain)
    );
    assert_eq!(sure(Kind::Unknown, "一图读懂"), Some(Certainty::Ask));
    assert_eq!(sure(Kind::Unknown, "办法"), None);
    assert_eq!(sure(Kind::News, "一图读懂"), None);
}

#[test]
fn a_line_of_the_content_lets_a_page_in_as_well() {
    let rules = rules(
        "kind = \"element\"\nlabels = [\"采纳\"]\nscope = { kinds = [\"solicitation-result\"], also = { kinds = [\"solicitation\"], lines = ['^结果反馈[:：]?$'] } }\n",
    );
    let sure = |lines: &str| {
        let hits = check(&rules, Kind::Solicitation, lines).hits;
        hits.first().map(|h| h.certainty)
    };
    assert_eq!(sure("请提意见。"), None);
    assert_eq!(
        sure("请提意见。\n结果反馈：\n收到意见3条。"),
        Some(Certainty::Ask)
    );
    assert_eq!(sure("结果反馈见我局网站。"), None);
}

#[test]
fn only_some_titles_make_a_rule_sure() {
    let rules = rules(
        "kind = \"element\"\nlabels = [\"草案\"]\nscope = { kinds = [\"solicitation\"], sure_titles = ['办法|征求意见稿'] }\n",
    );
    let sure = |title: &str| {
        let page = document(Kind::Solicitation, &format!("# {title}\n内容"));
        let hits = rules.check(&page, &context()).hits;
        hits.first().map(|h| h.certainty)
    };
    assert_eq!(
        sure("关于征求《公园管理办法》意见的公告"),
        Some(Certainty::Certain)
    );
    assert_eq!(sure("关于征集民生实事建议的公告"), Some(Certainty::Ask));
}

#[test]
fn items_nobody_knows_make_what_is_missing_a_question() {
    let rules = rules(
        "kind = \"facets\"\nleast = 3\nfacets = [{ name = \"材料\", patterns = ['材料'] }, { name = \"时间\", patterns = ['时间'] }, { name = \"电话\", patterns = ['电话'] }]\n",
    );
    let sure = |lines: &str| {
        let hits = check(&rules, Kind::ServiceGuide, lines).hits;
        hits.first().map(|h| h.certainty)
    };
    assert_eq!(sure("材料：身份证\n时间：工作日"), Some(Certainty::Certain));
    assert_eq!(
        sure("材料：身份证\n时间：工作日\n来源：某局"),
        Some(Certainty::Certain)
    );
    assert_eq!(
        sure("材料：身份证\n时间：工作日\n摇给谁：6660001"),
        Some(Certainty::Ask)
    );
    assert_eq!(sure("材料：身份证\n时间：工作日\n电话：6660001"), None);
}

#[test]
fn a_title_from_elsewhere_is_judged_by_rules_about_titles() {
    let rules =
        rules("kind = \"pattern\"\npatterns = ['关于关于']\nscope = { parts = [\"title\"] }\n");
    let mut from_list = document(Kind::News, "正文");
    from_list.title = "关于关于印发方案的通知".to_owned();
    let checked = rules.check(&from_list, &context());
    assert_eq!(quotes(&checked), ["关于关于"]);
    assert_eq!(checked.hits[0].span, None);
    assert_eq!(
        check(&rules, Kind::News, "# 关于关于\n正文").hits[0]
            .locator
            .as_deref(),
        Some("标题")
    );
    assert_eq!(check(&rules, Kind::News, "# 通知\n关于关于").hits.len(), 0);
}

#[test]
fn a_title_in_the_head_is_judged_beside_the_one_shown() {
    let rules =
        rules("kind = \"pattern\"\npatterns = ['娱乐城']\nscope = { parts = [\"title\"] }\n");
    let mut page = document(Kind::News, "# 云溪市地震局\n正文");
    page.head_title = "澳门娱乐城_云溪市地震局".to_owned();
    let checked = rules.check(&page, &context());
    assert_eq!(quotes(&checked), ["娱乐城"]);
    assert_eq!(checked.hits[0].locator.as_deref(), Some("<title>"));
    page.head_title.clone_from(&page.title);
    assert_eq!(rules.check(&page, &context()).hits.len(), 0);
}

// ---- element ----

const HOURS: &str = r#"
kind = "element"
labels = ["办公时间", "工作时间"]
patterns = ['(?:周一|星期一)至(?:周五|星期五).{0,12}\d{1,2}[:.]\d{2}']
value = '\d{1,2}[::.]\d{2}|周一'
missing = "没有写明办公时间"
blank = "“{label}”是空的"
implausible = "“{label}”写的是“{value}”，不像时间"
scope = { kinds = ["guide"] }
"#;

fn hours(lines: &str) -> Vec<(String, String, String)> {
    let rules = rules(HOURS);
    check(&rules, Kind::Guide, lines)
        .hits
        .into_iter()
        .map(|h| (h.key, h.quote, h.message))
        .collect()
}

fn said(key: &str, quote: &str, message: &str) -> Vec<(String, String, String)> {
    vec![(key.to_owned(), quote.to_owned(), message.to_owned())]
}

#[test]
fn an_element_is_there_in_many_ways() {
    for lines in [
        "办公时间：周一至周五 8:00-12:00",
        "办 公 时 间：8：00-12：00",
        "（三）办公时间（夏令时）：8:00-12:00",
        "## 三、办公时间\n上午8:00-12:00",
        "办公时间\n冬令时\n上午8:00-12:00",
        "本单位办公时间为上午8:00-12:00，法定节假日除外。",
        "每周一至周五上午8:00到12:00接待。",
        "工作时间8:00-12:00",
    ] {
        assert_eq!(hours(lines), vec![], "{lines}");
    }
}

#[test]
fn a_sentence_below_a_heading_says_something() {
    let keys = |lines: &str| -> Vec<String> { hours(lines).into_iter().map(|h| h.0).collect() };
    assert_eq!(
        keys("（三）办公时间\n本机关随时欢迎来访。\n四、其他"),
        ["implausible"]
    );
    assert_eq!(keys("办公时间\n本机关随时欢迎来访。"), ["blank"]);
    assert_eq!(keys("（三）办公时间\n四、其他"), ["blank"]);
    let long = "本机关办公时间随季节调整，具体安排在每季度第一个月公布于门前公告栏和本网站通知公告栏目，来访前请先来电确认，法定节假日以国务院办公厅通知为准，";
    assert_eq!(
        keys(&format!("（三）办公时间\n{long}平日为上午8:00-12:00。")),
        [""; 0]
    );
}

#[test]
fn the_end_of_a_text_is_no_value() {
    let rules = rules(
        "kind = \"element\"\nlabels = [\"反馈时间\"]\nvalue = '20\\d\\d|\\d+月'\nimplausible = \"“{value}”\"\nmissing = \"没有写\"\n",
    );
    let found = |lines: &str| {
        let mut page = document(Kind::Notice, lines);
        let last = page.blocks.last().map(|b| b.span);
        page.dates = vec![Dated {
            at: day("2026-06-01").and_hms_opt(0, 0, 0).unwrap(),
            source: DateSource::Signature,
            span: last,
        }];
        rules.check(&page, &context()).hits.len()
    };
    let end = "青石镇人民政府\n2026年6月1日";
    for none in [
        format!("反馈时间：长期有效\n{end}"),
        format!("反馈时间：长期有效。\n附件：1.停车办法（2026年稿）\n{end}"),
        format!("反馈时间：\n{end}"),
        format!("反馈时间：本周内。\n请在2026年说。\n{end}"),
    ] {
        assert_eq!(found(&none), 1, "{none}");
    }
    for there in [
        "反馈时间：\n2026年6月1日",
        "反馈时间：如下。\n自6月1日起一个月\n青石镇人民政府\n2026年6月1日",
        "反馈时间：长期\n至2026年底\n2026年6月1日",
    ] {
        assert_eq!(found(there), 0, "{there}");
    }
}

#[test]
fn an_element_is_missing_blank_or_implausible() {
    let missing = said("missing", "", "没有写明办公时间");
    assert_eq!(hours("联系电话：0599-6660001"), missing);
    assert_eq!(
        hours("footer> 办公时间：8:00-12:00"),
        missing,
        "a footer never satisfies"
    );
    assert_eq!(
        hours("请在办公时间前来。"),
        missing,
        "a mention is no place"
    );
    assert_eq!(
        hours("办公时间："),
        said("blank", "办公时间：", "“办公时间”是空的")
    );
    assert_eq!(
        hours("办公时间：\n联系电话：0599-6660001"),
        said("blank", "办公时间：", "“办公时间”是空的")
    );
    assert_eq!(
        hours("办公时间：另行安排"),
        said(
            "implausible",
            "办公时间：另行安排",
            "“办公时间”写的是“另行安排”，不像时间"
        )
    );
}

#[test]
fn whatever_stands_below_a_heading_is_its_content() {
    let rules = rules(
        "kind = \"element\"\nlabels = [\"公开范围\", \"主要内容\"]\nblank = \"“{label}”后面没有内容\"\nmissing = \"没有说\"\n",
    );
    let found = |lines: &str| check(&rules, Kind::Guide, lines).hits.len();
    let long = "本办法共五章三十一条。".repeat(12);
    for there in [
        "三、公开范围\n1、镇政府领导名单；\n2、镇政府职责；\n四、其他",
        "三、公开范围\n（一）机构职能\n（二）预算决算",
        "（二）公开范围\n①领导名单\n②机构职能",
        &format!("四、主要内容\n{long}\n五、适用对象"),
    ] {
        assert_eq!(found(there), 0, "{there}");
    }
    for empty in [
        "三、公开范围\n四、公开方式",
        "（一）公开范围\n二、申请",
        "1、公开范围\n2、公开方式",
        "四、主要内容\n（待补充）\n五、适用对象",
    ] {
        assert_eq!(found(empty), 1, "{empty}");
    }
}

#[test]
fn another_elements_label_does_not_count() {
    let rules = rules(
        "kind = \"element\"\nlabels = [\"电话\", \"联系电话\"]\nnot_labels = [\"监督\", \"投诉\"]\nvalue = '\\d{4}-\\d{7}'\n",
    );
    let found = |lines: &str| check(&rules, Kind::Guide, lines).hits.len();
    assert_eq!(found("监督电话：0599-6660019"), 1);
    assert_eq!(found("投诉电话0599-6660019"), 1);
    assert_eq!(found("咨询电话（工作日）：0599-6660001"), 0);
    assert_eq!(found("联系电话：传真：0599-6660002"), 1);
}

#[test]
fn what_stands_behind_another_elements_label_does_not_count() {
    let rules = rules(
        "kind = \"element\"\nlabels = [\"咨询电话\"]\nnot_labels = [\"监督\"]\nvalue = '\\d{4}-\\d{7}'\npatterns = ['\\d{4}-\\d{7}', '监督咨询.{0,4}\\d{4}-\\d{7}']\n",
    );
    let found = |lines: &str| check(&rules, Kind::Guide, lines).hits.len();
    assert_eq!(found("咨询电话：0599-66688　监督电话：0599-6668801"), 1);
    assert_eq!(found("咨询电话：\n监督电话：0599-6660019"), 1);
    assert_eq!(found("来访请打0599-6660001，监督电话：0599-6660019"), 0);
    assert_eq!(found("监督咨询：0599-6660019"), 0, "its own words");
    let mut table = with_rows(Kind::Guide, "| 监督电话\n| 0599-6660019", 2);
    let hits = |document: &Document| rules.check(document, &context()).hits.len();
    assert_eq!(hits(&table), 1);
    table = with_rows(Kind::Guide, "| 水利\n| 0599-6660019", 2);
    assert_eq!(hits(&table), 0);
    table.tables[0].header = vec!["窗口".to_owned(), "监督电话".to_owned()];
    assert_eq!(hits(&table), 1, "the head of its column");
}

#[test]
fn a_wide_gap_parts_a_label_from_its_value() {
    let blank = |quote: &str| said("blank", quote, "“办公时间”是空的");
    assert_eq!(
        hours("三、办公时间　　　　电话　0599-6660001"),
        blank("办公时间")
    );
    assert_eq!(hours("1.电话　0599-6660001　办公时间　"), blank("办公时间"));
    assert_eq!(
        hours("三、办公时间　另行安排　电话　0599-6660001"),
        said(
            "implausible",
            "办公时间　另行安排",
            "“办公时间”写的是“另行安排”，不像时间"
        )
    );
    let none = vec![];
    assert_eq!(hours("三、办公时间　8:00-12:00　电话　0599-6660001"), none);
    assert_eq!(hours("办公时间　　\n上午8:00-12:00"), none);
    assert_eq!(
        hours("联系人　办公时间　　电话"),
        said("missing", "", "没有写明办公时间"),
        "the heads of columns"
    );
    let fax = rules(
        "kind = \"element\"\nlabels = [\"传真\"]\npatterns = ['\\d{7}\\(?传真', '传真\\d{4}']\n",
    );
    let keys = |lines: &str| -> Vec<String> {
        let hits = check(&fax, Kind::Guide, lines).hits;
        hits.into_iter().map(|h| h.key).collect()
    };
    assert_eq!(keys("四、电话　0599-6668805　传真　"), ["blank"]);
    assert_eq!(keys("四、电话　0599-6668805（传真）"), [""; 0]);
    assert_eq!(keys("四、电话　0599-6668805　传真　0599-6668806"), [""; 0]);
}

#[test]
fn what_is_somebody_elses_or_stopped_does_not_count() {
    let rules = rules(
        "kind = \"element\"\nlabels = [\"电话\", \"联系电话\"]\npatterns = ['0599-\\d{7}']\n",
    );
    let found = |lines: &str| check(&rules, Kind::Guide, lines).hits.len();
    for there in [
        "联系电话：0599-6660001",
        "党政办公室电话：0599-6660001",
        "请拨打电话：0599-6660001",
        "找我们：0599-6660001",
        "原地址停用，电话仍为0599-6660001",
    ] {
        assert_eq!(found(there), 0, "{there}");
    }
    for absent in [
        "报名电话：0599-6660001",
        "报名电话0599-6660001",
        "旧电话0599-6660001已停用，新号申请中",
        "电话由0599-6660001改为总机",
    ] {
        assert_eq!(found(absent), 1, "{absent}");
    }
}

#[test]
fn other_businesses_have_complaints_and_fees_of_their_own() {
    let rules = rules(
        "kind = \"element\"\nwhole_labels = [\"投诉\"]\npatterns = ['投诉[:找]']\nother_matters = true\n",
    );
    let found = |lines: &str| check(&rules, Kind::Guide, lines).hits.len();
    assert_eq!(found("投诉：县政府办公室"), 0);
    assert_eq!(found("投诉：化肥假劣打12315"), 1);
    assert_eq!(found("买到假劣种子，投诉找农业局"), 1);
    assert_eq!(found("种子信息不公开的，投诉找农业局"), 0);
}

#[test]
fn none_is_an_answer_where_the_rule_says_so() {
    let strict = rules("kind = \"element\"\nlabels = [\"传真\"]\n");
    let lenient = rules("kind = \"element\"\nlabels = [\"传真\"]\nnone_ok = true\n");
    assert_eq!(check(&strict, Kind::Guide, "传真：无").hits.len(), 1);
    assert_eq!(check(&lenient, Kind::Guide, "传真：无").hits.len(), 0);
}

#[test]
fn an_element_may_stand_in_a_table() {
    let rules = rules("kind = \"element\"\nlabels = [\"办公地址\"]\nvalue = '路|街|号'\n");
    let mut document = document(Kind::Guide, "| 单位\n| 办公地址\n| 青石街道\n| 环城路1号");
    let cell = |n: usize| {
        let span = document.blocks[n].span;
        Cell {
            text: document.text.slice(span).to_owned(),
            span,
        }
    };
    document.tables = vec![Table {
        header: vec!["单位".to_owned(), "办公地址".to_owned()],
        rows: vec![vec![cell(2), cell(3)]],
        part: Part::Main,
    }];
    assert_eq!(rules.check(&document, &context()).hits, vec![]);
}

#[test]
fn links_titles_and_attachments_may_satisfy() {
    let rules = rules(
        "kind = \"element\"\nlinks = ['申请表']\ntitle_patterns = ['申请表']\nattachments = true\n",
    );
    let mut page = document(Kind::Guide, "# 指南\n正文很长很长");
    assert_eq!(rules.check(&page, &context()).hits.len(), 1);
    let link = |role, text: &str| Link {
        url: "http://www.qingshi-demo.gov.cn/b.html".to_owned(),
        href: "b.html".to_owned(),
        text: text.to_owned(),
        role,
        span: Span::default(),
        date: None,
    };
    page.links = vec![link(LinkRole::Nav, "申请表")];
    assert_eq!(
        rules.check(&page, &context()).hits.len(),
        1,
        "navigation never satisfies"
    );
    page.links = vec![link(LinkRole::Content, "申请表下载")];
    assert_eq!(rules.check(&page, &context()).hits.len(), 0);
    assert_eq!(check(&rules, Kind::Guide, "# 申请表\n正文").hits.len(), 0);
}

#[test]
fn nothing_is_called_absent_on_unseen_ground() {
    let rules = rules(HOURS);
    let mut cut = document(Kind::Guide, "正文");
    cut.notes = vec!["行数过多，其余未读".to_owned()];
    let checked = rules.check(&cut, &context());
    assert!(checked.hits.is_empty() && !ran(&checked));

    let mut pictures = document(Kind::Guide, "# 指南");
    pictures.images = vec![Image {
        url: "http://www.qingshi-demo.gov.cn/1.jpg".to_owned(),
        alt: String::new(),
        part: Part::Main,
    }];
    let checked = rules.check(&pictures, &context());
    assert!(!ran(&checked));
    assert!(checked.hits.iter().all(|h| h.certainty == Certainty::Ask));

    let checked = rules.check(&document(Kind::News, "正文"), &context());
    assert!(checked.hits.is_empty() && !ran(&checked), "out of scope");
}

// ---- conditional, length, link ----

#[test]
fn where_one_thing_is_said_another_must_be() {
    let rules = rules("kind = \"conditional\"\nwhen = ['未采纳']\nthen = ['理由|原因']\n");
    assert_eq!(
        quotes(&check(
            &rules,
            Kind::SolicitationResult,
            "意见2条，未采纳1条"
        )),
        ["未采纳"]
    );
    assert_eq!(
        check(
            &rules,
            Kind::SolicitationResult,
            "未采纳1条\n不采纳的理由：重复"
        )
        .hits,
        vec![]
    );
    assert_eq!(
        check(&rules, Kind::SolicitationResult, "采纳2条").hits,
        vec![]
    );
}

#[test]
fn few_words_need_pictures_or_players() {
    let rules = rules(
        "kind = \"length\"\nmin = 20\nor_images = 1\ntitle = \"只有{value}字，少于{limit}字\"\n",
    );
    let mut thin = document(Kind::Interpretation, "太 短");
    assert_eq!(
        rules.check(&thin, &context()).hits[0].message,
        "只有2字，少于20字"
    );
    thin.media.videos = 1;
    assert_eq!(rules.check(&thin, &context()).hits, vec![]);
    assert_eq!(
        check(&rules, Kind::Interpretation, &"字".repeat(20)).hits,
        vec![]
    );
}

#[test]
fn links_that_lead_nowhere_or_are_hidden() {
    let link = |href: &str, text: &str, role| Link {
        url: href.to_owned(),
        href: href.to_owned(),
        text: text.to_owned(),
        role,
        span: Span::default(),
        date: None,
    };
    let mut page = document(Kind::Guide, "正文");
    page.links = vec![
        link("#", "在线申请", LinkRole::Content),
        link("#", "大", LinkRole::Content),
        link("#", "首页", LinkRole::Nav),
        link("http://casino.example/", "彩票", LinkRole::Hidden),
        link("http://www.qingshi-demo.gov.cn/x", "菜单", LinkRole::Hidden),
    ];
    let placeholder = rules("kind = \"link\"\nwhat = \"placeholder\"\n");
    assert_eq!(quotes(&placeholder.check(&page, &context())), ["在线申请"]);
    let hidden = rules("kind = \"link\"\nwhat = \"hidden\"\ntitle = \"暗链：{target}\"\n");
    let checked = hidden.check(&page, &context());
    assert_eq!(checked.hits.len(), 1);
    assert_eq!(checked.hits[0].message, "暗链：http://casino.example/");
    assert_eq!(checked.hits[0].key, "http://casino.example/");
}

// ---- channels ----

fn column(class: ColumnClass, dates: &[&str]) -> ColumnFacts {
    ColumnFacts {
        url: "http://www.qingshi-demo.gov.cn/gzdt/".to_owned(),
        name: "工作动态".to_owned(),
        class,
        update_days: None,
        exempt_until: None,
        exempt_proof: String::new(),
        complete: true,
        top: true,
        items: dates
            .iter()
            .map(|d| ListItem {
                url: String::new(),
                title: "标题".to_owned(),
                date: d.parse().ok(),
            })
            .collect(),
        empty_text: String::new(),
    }
}

#[test]
fn columns_go_stale_class_by_class() {
    let rules = rules(
        "kind = \"freshness\"\nwarn_ratio = 0.7\ntitle = \"“{label}”已{days}天未更新，限{limit}天\"\n[days]\nnews = 14\nnotice = 180\n",
    );
    let judged = |column: ColumnFacts| {
        let mut facts = facts("2026-11-02");
        facts.columns = vec![column];
        rules.check_channel(&facts, &context())
    };
    let stale = judged(column(ColumnClass::News, &["2026-10-18", "2026-10-01"]));
    assert_eq!(stale.hits[0].message, "“工作动态”已15天未更新，限14天");
    assert_eq!(stale.hits[0].level, Level::General);
    let near = judged(column(ColumnClass::News, &["2026-10-20"]));
    assert_eq!(near.hits[0].level, Level::Hint);
    for fresh in [
        column(ColumnClass::News, &["2026-10-30"]),
        column(ColumnClass::Notice, &["2026-09-01"]),
        ColumnFacts {
            update_days: Some(60),
            ..column(ColumnClass::News, &["2026-10-18"])
        },
        ColumnFacts {
            exempt_until: Some(day("2026-12-31")),
            ..column(ColumnClass::News, &["2026-01-01"])
        },
    ] {
        let checked = judged(fresh);
        assert!(checked.hits.is_empty() && ran(&checked));
    }
    for unseen in [
        column(ColumnClass::News, &[]),
        column(ColumnClass::News, &["没有日期"]),
        ColumnFacts {
            complete: false,
            ..column(ColumnClass::News, &["2026-01-01"])
        },
    ] {
        let checked = judged(unseen);
        assert!(checked.hits.is_empty() && !ran(&checked));
        assert_eq!(
            checked.unjudged[0].url,
            "http://www.qingshi-demo.gov.cn/gzdt/"
        );
    }
    assert!(
        judged(column(ColumnClass::Other, &["2020-01-01"]))
            .hits
            .is_empty()
    );
}

#[test]
fn an_account_goes_silent() {
    let rules = rules("kind = \"freshness\"\naccount = true\ndays = 14\n");
    let mut facts = facts("2026-11-02");
    assert!(
        !ran(&rules.check_channel(&facts, &context())),
        "nothing was seen"
    );
    facts.pages = Pages::from(vec![
        page(Kind::WechatArticle, "甲", "2026-10-01"),
        page(Kind::WechatArticle, "乙", "2026-09-01"),
    ]);
    assert_eq!(rules.check_channel(&facts, &context()).hits.len(), 1);
    facts.complete = false;
    assert_eq!(rules.check_channel(&facts, &context()).hits.len(), 0);
}

#[test]
fn blank_columns_were_read_to_their_end() {
    let rules = rules("kind = \"blank\"\ntexts = ['暂无']\nunless = ['无此类']\n");
    let judged = |column: ColumnFacts| {
        let mut facts = facts("2026-11-02");
        facts.columns = vec![column];
        rules.check_channel(&facts, &context()).hits.len()
    };
    assert_eq!(judged(column(ColumnClass::Other, &[])), 1);
    assert_eq!(
        judged(ColumnFacts {
            complete: false,
            ..column(ColumnClass::Other, &[])
        }),
        0
    );
    assert_eq!(
        judged(ColumnFacts {
            empty_text: "本级无此类信息".to_owned(),
            ..column(ColumnClass::Other, &[])
        }),
        0
    );
}

#[test]
fn a_document_must_be_there_once_its_day_has_come() {
    let rules = rules(
        "kind = \"presence\"\ndocument = \"annual-report\"\nyear_by = \"01-31\"\ntitle = \"没有{value}年的年报\"\n",
    );
    let mut facts = facts("2026-02-10");
    facts.pages = Pages::from(vec![page(
        Kind::AnnualReport,
        "青石街道2024年政府信息公开工作年度报告",
        "2025-01-20",
    )]);
    let checked = rules.check_channel(&facts, &context());
    assert_eq!(checked.hits[0].message, "没有2025年的年报");
    facts.complete = false;
    let checked = rules.check_channel(&facts, &context());
    assert!(checked.hits.is_empty() && !ran(&checked));
    facts.complete = true;
    facts.now = "2026-01-20T04:00:00Z".parse().unwrap();
    assert!(
        rules.check_channel(&facts, &context()).hits.is_empty(),
        "not due yet"
    );
}

#[test]
fn policies_and_interpretations_belong_together() {
    let policy = page(
        Kind::Policy,
        "云溪市人民政府关于印发云溪市停车管理办法的通知",
        "2026-09-01",
    );
    let interpretation = page(
        Kind::Interpretation,
        "《云溪市停车管理办法》政策解读",
        "2026-09-10",
    );
    let judged = |own: &str, pages: Vec<PageFacts>| {
        let rules = rules(&format!(
            "kind = \"pairing\"\nfrom = \"policy\"\nto = \"interpretation\"\n{own}"
        ));
        let mut facts = facts("2026-11-02");
        facts.pages = pages.into();
        rules.check_channel(&facts, &context())
    };
    assert_eq!(judged("days = 7", vec![policy.clone()]).hits.len(), 1);
    assert_eq!(
        judged("days = 90", vec![policy.clone()]).hits.len(),
        0,
        "grace"
    );
    assert_eq!(
        judged("from_unless = ['通知']", vec![policy.clone()])
            .hits
            .len(),
        0
    );
    assert_eq!(
        judged("days = 7", vec![policy.clone(), interpretation.clone()])
            .hits
            .len(),
        0
    );
    let other = page(
        Kind::Interpretation,
        "《云溪市犬只管理办法》政策解读",
        "2026-09-10",
    );
    assert_eq!(
        judged("days = 7", vec![policy.clone(), other]).hits.len(),
        1
    );

    let late = judged(
        "require = \"delay\"\nworkdays = 3",
        vec![policy.clone(), interpretation.clone()],
    );
    assert_eq!(late.hits[0].subject.url(), interpretation.url);
    assert_eq!(late.hits[0].certainty, Certainty::Ask);
    assert_eq!(
        judged(
            "require = \"delay\"\ndays = 9",
            vec![policy.clone(), interpretation.clone()]
        )
        .hits
        .len(),
        0
    );

    let mut linked = policy.clone();
    linked.ties.links = vec![format!("{}#top", interpretation.url)];
    assert_eq!(
        judged(
            "require = \"link\"",
            vec![policy.clone(), interpretation.clone()]
        )
        .hits[0]
            .subject
            .url(),
        policy.url
    );
    assert_eq!(
        judged("require = \"link\"", vec![linked, interpretation.clone()])
            .hits
            .len(),
        0
    );
    assert_eq!(
        judged(
            "require = \"link-back\"",
            vec![policy, interpretation.clone()]
        )
        .hits[0]
            .subject
            .url(),
        interpretation.url
    );
}

#[test]
fn results_are_due_some_time_after_the_deadline() {
    let rules = rules(
        "kind = \"pairing\"\nfrom = \"solicitation\"\nto = \"solicitation-result\"\nafter_deadline_days = 28\n",
    );
    let mut facts = facts("2026-11-02");
    let mut asked = page(
        Kind::Solicitation,
        "关于《云溪市犬只管理办法（征求意见稿）》公开征求意见的公告",
        "2026-08-01",
    );
    facts.pages = vec![asked.clone()].into();
    assert!(
        rules.check_channel(&facts, &context()).hits.is_empty(),
        "no deadline known"
    );
    asked.ties.deadline = Some(day("2026-09-10"));
    facts.pages = vec![asked.clone()].into();
    assert_eq!(rules.check_channel(&facts, &context()).hits.len(), 1);
    facts.pages.push(page(
        Kind::SolicitationResult,
        "《云溪市犬只管理办法（征求意见稿）》征求意见情况反馈",
        "2026-10-30",
    ));
    assert!(rules.check_channel(&facts, &context()).hits.is_empty());
}

#[test]
fn dead_links_are_told_once_each() {
    let rules = rules(
        "kind = \"link\"\nwhat = \"dead\"\nroles = [\"attachment\"]\ntitle = \"下载不了（{value}）：{target}\"\n",
    );
    let mut facts = facts("2026-11-02");
    let dead = |role| DeadLink {
        page: "http://www.qingshi-demo.gov.cn/a.html".to_owned(),
        page_title: String::new(),
        target: "http://www.qingshi-demo.gov.cn/a.doc".to_owned(),
        text: "申请表".to_owned(),
        role,
        reason: "404".to_owned(),
        others: 2,
    };
    facts.dead_links = vec![dead(LinkRole::Attachment), dead(LinkRole::Content)];
    let checked = rules.check_channel(&facts, &context());
    assert_eq!(checked.hits.len(), 1);
    assert_eq!(
        checked.hits[0].message,
        "下载不了（404）：http://www.qingshi-demo.gov.cn/a.doc"
    );
    assert_eq!(checked.hits[0].quote, "申请表");
}

// ---- period, identity ----

#[test]
fn periods_are_long_enough_or_explained() {
    let rules = rules(
        "kind = \"period\"\ndays = 30\nunless = ['情况紧急']\ntitle = \"只有{days}天，少于{limit}天\"\n",
    );
    let judged = |lines: &str| {
        let mut page = document(Kind::Solicitation, lines);
        page.published = Some(day("2026-09-02"));
        rules.check(&page, &context()).hits
    };
    let short = judged("征求意见时间：2026年9月1日至9月10日");
    assert_eq!(short[0].message, "只有8天，少于30天");
    assert_eq!(short[0].quote, "2026年9月1日至9月10日");
    assert_eq!(
        judged("请于2026年9月20日前反馈意见")[0].message,
        "只有18天，少于30天"
    );
    assert_eq!(
        judged("自公告之日起15日内提出意见")[0].message,
        "只有15天，少于30天"
    );
    assert_eq!(judged("征求意见时间：2026年9月1日至10月10日"), vec![]);
    // Put up anew after its last day: its own first day is believed.
    let anew = "开始日期：2026-07-01\n现征求社会意见，截止2026年8月10日。";
    assert_eq!(judged(anew), vec![]);
    assert_eq!(judged("征求意见时间：2026年7月1日至8月5日"), vec![]);
    assert_eq!(
        judged("开始日期：2026-07-01\n现征求社会意见，截止2026年7月10日。")[0].message,
        "只有10天，少于30天"
    );
    assert_eq!(judged("因情况紧急，请于2026年9月5日前反馈意见"), vec![]);
    assert_eq!(judged("欢迎提出意见"), vec![]);
}

#[test]
fn a_period_is_the_one_meant_and_not_the_first_on_the_page() {
    let found = |keys: &str, lines: &str| {
        let rules = rules(&format!(
            "kind = \"period\"\ndays = 30\ntitle = \"只有{{days}}天\"\n{keys}"
        ));
        let mut page = document(Kind::Notice, lines);
        page.published = Some(day("2026-08-05"));
        let hits = rules.check(&page, &context()).hits;
        hits.first().map(|hit| hit.quote.clone())
    };
    let registered = "补偿登记：公告期满之日起十日内办理。异议可在公告期内提出。";
    let stated = "公告时间：2026年8月5日至2026年8月25日";
    let page = format!("{registered}\n{stated}");
    let not = "not_lines = ['期满', '登记']\n";
    assert_eq!(found("", &page).as_deref(), Some("之日起十日"));
    assert_eq!(
        found(not, &page).as_deref(),
        Some("2026年8月5日至2026年8月25日")
    );
    assert_eq!(
        found("lines = ['公告时间']\n", &page).as_deref(),
        Some("2026年8月5日至2026年8月25日")
    );
    assert_eq!(found(not, registered), None);
    let both = format!("lines = ['公告期内']\n{not}");
    let within = "登记：请在8月5日至8月20日公告期内办理。";
    assert_eq!(found(not, within), None);
    assert_eq!(found(&both, within).as_deref(), Some("8月5日至8月20日"));
    let line = "公示七天内现场讲解。意见收到8月20日为止，提意见请来电。";
    assert_eq!(found("", line).as_deref(), Some("8月20日"));
    assert_eq!(
        found("", "起：2026-08-05\n止：2026-08-20").as_deref(),
        Some("2026-08-20")
    );
}

#[test]
fn a_total_may_stand_before_its_parts() {
    let rules = rules(
        "kind = \"equation\"\nacross = [{ group = 3, first = true, columns = ['件数', '^采纳', '未采纳'] }]\ntitle = \"{value}\"\n",
    );
    let judged = |last: &str| {
        let mut page = document(Kind::SolicitationResult, "反馈");
        let cell = |text: &str| Cell {
            text: text.to_owned(),
            span: Span::default(),
        };
        let row = |cells: [&str; 4]| cells.map(cell).to_vec();
        page.tables = vec![Table {
            header: Vec::new(),
            rows: vec![
                row(["渠道", "件数", "采纳", "未采纳"]),
                row(["总计", "36", "20", last]),
            ],
            part: Part::Main,
        }];
        let hits = rules.check(&page, &context()).hits;
        hits.first().map(|hit| hit.message.clone())
    };
    assert_eq!(judged("16"), None);
    assert_eq!(judged("15").as_deref(), Some("20＋15＝35；写的是36"));
}

#[test]
fn running_text_may_tell_what_a_table_would() {
    let rules = rules(
        "kind = \"columns\"\nprose_by = 2\ntitle = \"缺{value}\"\ncolumns = [{ name = '对象', headings = ['姓名'], prose = ['户'] }, { name = '金额', headings = ['金额'], prose = ['元'] }, { name = '事由', headings = ['事由'], prose = ['因|起火'] }]\n",
    );
    let judged = |text: &str| {
        let hits = check(&rules, Kind::Notice, text).hits;
        hits.first().map(|hit| (hit.message.clone(), hit.certainty))
    };
    let missing = Some(("缺事由".to_owned(), Certainty::Ask));
    assert_eq!(judged("# 救助情况\n给予三户救助，何某四千元。"), missing);
    assert_eq!(
        judged("# 救助情况\n给予三户救助，何某家中起火四千元。"),
        None
    );
    assert_eq!(
        judged("# 救助三户各一千元\n详见村务栏。"),
        None,
        "the title only"
    );
}

#[test]
fn a_form_is_no_draft_and_a_title_no_picture() {
    let link = |text: &str| Link {
        url: "http://www.qingshi-demo.gov.cn/a.xlsx".to_owned(),
        href: "a.xlsx".to_owned(),
        text: text.to_owned(),
        role: LinkRole::Attachment,
        span: Span::default(),
        date: None,
    };
    let found = |keys: &str, title: &str, attached: &[&str]| {
        let rules = rules(&format!("kind = \"element\"\n{keys}\n"));
        let text = "正文".repeat(40);
        let mut page = document(Kind::Solicitation, &format!("# {title}\n{text}"));
        page.links = attached.iter().map(|text| link(text)).collect();
        rules.check(&page, &context()).hits.len()
    };
    let form = "attachments = true\nattachments_not = ['反馈表']";
    assert_eq!(found(form, "征求意见", &["意见反馈表.xlsx"]), 1);
    assert_eq!(
        found(form, "征求意见", &["意见反馈表.xlsx", "草案.docx"]),
        0
    );
    let picture = "picture_titles = ['图解']";
    assert_eq!(found(picture, "图解新政", &[]), 1);
    assert_eq!(found(picture, "图解新政", &["长图.pdf"]), 0);
}

#[test]
fn numbers_of_rows_and_letters_are_followed() {
    let rules = rules(
        "kind = \"numbering\"\nstyles = [\"rows\", \"letter\", \"article\"]\nleast = 2\nunless = ['序号保留']\n",
    );
    let found = |text: &str| quotes(&check(&rules, Kind::Notice, text)).join("|");
    assert_eq!(found("A. 河道巡查。B. 送餐。D. 劝导。"), "D.");
    let articles = |last: &str| format!("第一条 甲。\n第二条 乙。\n第四条 {last}丙。");
    assert_eq!(found(&articles("")), "第四条");
    assert_eq!(found(&articles("（原第三条已删去，序号保留）")), "");
}

#[test]
fn one_of_the_attachments_is_left_out() {
    let rules = rules("kind = \"unattached\"\nnamed = ['^(?P<fault>附件:.+)']\n");
    let judged = |linked: usize| {
        let text = "# 通知\n附件：1. 活动安排表\n2. 报名办法及报名表\n怀阳县体育总会";
        let mut page = document(Kind::Notice, text);
        let plain = page.text.plain().to_owned();
        let names = ["活动安排表", "报名办法及报名表"].into_iter().take(linked);
        page.links = names
            .map(|name| {
                let at = plain.find(name).unwrap_or_default();
                Link {
                    url: format!("http://www.qingshi-demo.gov.cn/{at}.docx"),
                    href: String::new(),
                    text: name.to_owned(),
                    role: LinkRole::Attachment,
                    span: Span::new(at, at + name.len()),
                    date: None,
                }
            })
            .collect();
        let checked = rules.check(&page, &context());
        quotes(&checked).join("|")
    };
    assert_eq!(judged(1), "2. 报名办法及报名表");
    assert_eq!(judged(2), "");
}

#[test]
fn a_page_still_calls_itself_open() {
    let rules = rules("kind = \"period\"\nopen_after = true\npatterns = ['进行中']\n");
    let found = |lines: &str| check(&rules, Kind::Solicitation, lines).hits.len();
    assert_eq!(
        found("状态：进行中\n征求意见时间：2026年9月1日至9月10日"),
        1
    );
    assert_eq!(
        found("状态：进行中\n征求意见时间：2026年11月1日至12月10日"),
        0
    );
    assert_eq!(
        found("状态：已结束\n征求意见时间：2026年9月1日至9月10日"),
        0
    );
}

#[test]
fn another_units_name_is_the_trace_of_a_template() {
    let rules =
        rules("kind = \"identity\"\nlabels = [\"机构名称\"]\nscope = { kinds = [\"guide\"] }\n");
    let region = region();
    let own = Context {
        unit: Some(&region.units[0]),
        region: Some(&region),
        ..context()
    };
    let judged = |lines: &str| rules.check(&document(Kind::Guide, lines), &own);
    assert_eq!(
        quotes(&judged("# 白沙镇人民政府政府信息公开指南")),
        ["白沙镇人民政府"]
    );
    assert_eq!(
        quotes(&judged("# 指南\n机构名称：白沙镇人民政府办公室")),
        ["白沙镇人民政府"]
    );
    assert!(
        judged("# 青石街道办事处政府信息公开指南\n投诉：白沙镇人民政府")
            .hits
            .is_empty()
    );
    let nobody = rules.check(&document(Kind::Guide, "# 白沙镇人民政府指南"), &context());
    assert!(nobody.hits.is_empty() && !ran(&nobody));
}

// ---- catalogue, share, same, own words ----

fn listed(titles: &[&str]) -> ColumnFacts {
    let mut column = column(ColumnClass::Other, &[]);
    column.items = titles
        .iter()
        .map(|title| ListItem {
            url: format!("http://www.qingshi-demo.gov.cn/{title}.html"),
            title: (*title).to_owned(),
            date: None,
        })
        .collect();
    column
}

#[test]
fn a_field_of_duty_is_complete_item_by_item() {
    let rules = rules(
        "kind = \"catalogue\"\ntopic = ['筹资筹劳']\nnone = ['未开展']\nmissing = \"缺{label}\"\ntitle = \"没有{value}\"\nitems = [{ name = \"清册\", titles = ['清册'] }, { name = \"报表\", titles = ['汇总表'] }]\n",
    );
    let judged = |titles: &[&str], complete: bool| {
        let mut facts = facts("2026-11-02");
        facts.complete = complete;
        facts.columns = vec![listed(titles)];
        let checked = rules.check_channel(&facts, &context());
        let said: Vec<String> = checked.hits.iter().map(|h| h.message.clone()).collect();
        (said.join("；"), ran(&checked))
    };
    assert_eq!(judged(&["筹资筹劳清册"], true), ("缺报表".to_owned(), true));
    assert_eq!(
        judged(&["防汛演练"], true),
        ("没有清册、报表".to_owned(), true)
    );
    assert_eq!(
        judged(&["筹资筹劳清册", "筹资筹劳汇总表"], true).0,
        String::new()
    );
    assert_eq!(judged(&["本年度未开展筹资筹劳"], true).0, String::new());
    assert_eq!(
        judged(&["筹资筹劳清册"], false),
        (String::new(), false),
        "what is missing may stand where nobody looked: nothing is closed either"
    );
}

#[test]
fn pages_of_a_unit_say_the_same() {
    let rules = rules(
        "kind = \"same\"\ncompare = \"phone\"\nlabels = ['电话$']\nnot_near = ['投诉']\ntitle = \"{label}{quote}，{target}{value}\"\ngroups = [{ name = \"指南\", kinds = [\"guide\"] }, { name = \"职能\", titles = ['职能'] }]\n",
    );
    let contact = |value: &str, under: &str| Contact {
        label: "联系电话".to_owned(),
        value: value.to_owned(),
        quote: value.to_owned(),
        under: under.to_owned(),
    };
    let judged = |theirs: Contact, elsewhere: bool| {
        let mut guide = page(Kind::Guide, "指南", "2026-03-12");
        guide.ties.contacts = vec![contact("0599-6660011", "")];
        let mut duties = page(Kind::Unknown, "机构职能", "2026-02-10");
        duties.ties.contacts = vec![theirs];
        let mut facts = facts("2026-11-02");
        facts.pages = vec![guide].into();
        if elsewhere {
            facts.elsewhere = vec![duties].into();
        } else {
            facts.pages.push(duties);
        }
        let hits = rules.compare(&facts, &context()).hits;
        hits.first().map(|h| h.message.clone())
    };
    let wrong = Some("职能6660012，指南0599-6660011".to_owned());
    assert_eq!(judged(contact("6660012", ""), false), wrong);
    assert_eq!(judged(contact("6660012", ""), true), wrong);
    assert_eq!(judged(contact("6660011", ""), false), None);
    assert_eq!(judged(contact("6660012", "四、投诉"), false), None);
}

#[test]
fn each_channel_has_its_own_newest_guide() {
    let rules = rules(
        "kind = \"same\"\ncompare = \"phone\"\nlabels = ['电话$']\ntitle = \"{label}{quote}，{target}{value}\"\ngroups = [{ name = \"指南\", kinds = [\"guide\"], newest_only = true }, { name = \"职能\", titles = ['职能'] }]\n",
    );
    let guide = |value: &str, published: &str| {
        let mut guide = page(Kind::Guide, "指南", published);
        guide.ties.contacts = vec![Contact {
            label: "联系电话".to_owned(),
            value: value.to_owned(),
            quote: value.to_owned(),
            under: String::new(),
        }];
        guide
    };
    let mut facts = facts("2026-11-02");
    facts.pages = vec![
        guide("6660011", "2026-03-12"),
        guide("6660013", "2020-03-12"),
    ]
    .into();
    facts.elsewhere = vec![guide("6660012", "2025-03-12")].into();
    let hits = rules.compare(&facts, &context()).hits;
    let messages: Vec<&str> = hits.iter().map(|h| h.message.as_str()).collect();
    assert_eq!(messages, ["另一渠道的指南6660012，指南6660011"]);
}

#[test]
fn what_is_copied_word_for_word_is_told() {
    let rules = rules(
        "kind = \"pairing\"\nfrom = \"annual-report\"\nto = \"annual-report\"\nrequire = \"own-words\"\nmost = 0.8\ntitle = \"{days}\"\n",
    );
    let judged = |later: Vec<u32>| {
        let mut first = page(Kind::AnnualReport, "水利局2024年年报", "2025-01-20");
        first.ties.sentences = (0..10).collect();
        let mut second = page(Kind::AnnualReport, "水利局2025年年报", "2026-01-20");
        second.ties.sentences = later;
        let mut facts = facts("2026-03-02");
        facts.pages = vec![first, second].into();
        let hits = rules.check_channel(&facts, &context()).hits;
        hits.first().map(|h| h.message.clone())
    };
    assert_eq!(judged((0..10).collect()), Some("100%".to_owned()));
    assert_eq!(judged((4..14).collect()), None);
    assert_eq!(judged(vec![1, 2]), None, "two sentences may be alike");
}

// ---- scope by title and place ----

#[test]
fn a_rule_may_be_for_some_titles_or_for_entry_pages_only() {
    let by_title = rules(
        "kind = \"element\"\npatterns = ['电话']\nscope = { titles = ['指南'], not_titles = ['办事'] }\n",
    );
    let hits = |title: &str| {
        let page = document(Kind::Unknown, &format!("# {title}\n正文"));
        by_title.check(&page, &context()).hits.len()
    };
    assert_eq!(
        [hits("公开指南"), hits("办事指南"), hits("动态")],
        [1, 0, 0]
    );
    let entry = rules("kind = \"element\"\npatterns = ['电话']\nscope = { entry = true }\n");
    let hits = |url: &str| {
        let mut page = document(Kind::Unknown, "正文");
        page.url = url.to_owned();
        entry.check(&page, &context()).hits.len()
    };
    assert_eq!(hits("http://www.qingshi-demo.gov.cn/"), 1);
    assert_eq!(hits("http://www.qingshi-demo.gov.cn/a/1.html"), 0);
    let certainty = |url: &str| {
        let mut page = document(Kind::Unknown, "正文");
        page.url = url.to_owned();
        entry.check(&page, &context()).hits[0].certainty
    };
    assert_eq!(
        certainty("http://www.qingshi-demo.gov.cn/"),
        Certainty::Certain
    );
    let folder = "http://www.qingshi-demo.gov.cn/qingshi/";
    assert_eq!(
        certainty(folder),
        Certainty::Ask,
        "a portal may answer for it"
    );
}

#[test]
fn an_element_may_leave_it_to_others_to_say_that_it_is_not_there() {
    let said = |keys: &str, line: &str| {
        let own = format!("kind = \"element\"\nlabels = ['电话']\nvalue = '\\d{{7}}'\n{keys}\n");
        check(&rules(&own), Kind::Guide, line).hits.len()
    };
    assert_eq!(said("missing = \"\"", "地址：解放路7号"), 0);
    assert_eq!(said("missing = \"\"", "电话：请看门牌"), 1);
    assert_eq!(said("", "地址：解放路7号"), 1);
}

#[test]
fn only_what_looks_like_a_value_is_called_implausible() {
    let own = "kind = \"element\"\nlabels = ['答复']\nvalue = '20日'\nmissing = \"没有写\"\nimplausible = \"写的是{value}\"\nimplausible_if = ['\\d+日']\n";
    let said = |line: &str| {
        check(&rules(own), Kind::Guide, line).hits[0]
            .message
            .clone()
    };
    assert_eq!(said("答复：15日内"), "写的是15日内");
    assert_eq!(said("答复：分为公开、不公开两种"), "没有写");
}

#[test]
fn the_file_of_a_front_page_is_the_front_page() {
    let entry = rules("kind = \"element\"\npatterns = ['电话']\nscope = { entry = true }\n");
    let hits = |url: &str| {
        let mut page = document(Kind::Unknown, "正文");
        page.url = url.to_owned();
        entry.check(&page, &context()).hits.len()
    };
    assert_eq!(hits("http://www.qingshi-demo.gov.cn/index.html"), 1);
    assert_eq!(hits("http://www.qingshi-demo.gov.cn/default.aspx"), 1);
    assert_eq!(hits("http://www.qingshi-demo.gov.cn/Default.jsp"), 1);
    assert_eq!(hits("http://www.qingshi-demo.gov.cn/index.php?a=1"), 1);
    assert_eq!(hits("http://www.qingshi-demo.gov.cn/indexes.html"), 0);
    assert_eq!(hits("http://www.qingshi-demo.gov.cn/gk/default.jsp"), 0);
    assert_eq!(hits("http://www.qingshi-demo.gov.cn/gk/index_2.html"), 0);
    assert_eq!(hits(""), 0, "a draft has no address");
}

#[test]
fn what_stands_in_place_of_words_is_a_mark_too() {
    let rules = rules("kind = \"mark\"\npatterns = ['辅助浏览']\n");
    let hits = |alt: &str, title: &str| {
        let mut page = document(
            Kind::Unknown,
            "本站由县政府办公室主办，欢迎访问，请多提意见。",
        );
        page.url = "http://www.qingshi-demo.gov.cn/".to_owned();
        page.images = vec![Image {
            url: String::new(),
            alt: alt.to_owned(),
            part: Part::Header,
        }];
        page.links = vec![Link {
            url: "#".to_owned(),
            href: "#".to_owned(),
            text: title.to_owned(),
            role: LinkRole::Nav,
            span: Span::default(),
            date: None,
        }];
        rules.check(&page, &context()).hits.len()
    };
    assert_eq!(hits("大门", "首页"), 1);
    assert_eq!(hits("辅助浏览", "首页"), 0);
    assert_eq!(hits("大门", "辅助浏览"), 0);
}

// ---- sums ----

#[test]
fn numbers_of_a_text_add_up() {
    let rules = rules(
        "kind = \"equation\"\ntitle = \"{value}\"\nvalues = [{ name = \"共\", patterns = ['共(?P<fault>\\d+)条'] }, { name = \"采纳\", patterns = ['采纳(?P<fault>\\d+)条'] }, { name = \"其他\", or_zero = true, patterns = ['其他(?P<fault>\\d+)条'] }]\nsums = ['采纳 + 其他 = 共']\n",
    );
    let said = |text: &str| {
        let hits = check(&rules, Kind::News, text).hits;
        hits.first().map(|h| h.message.clone())
    };
    assert_eq!(said("共12条，采纳8条。"), Some("采纳8＝8；共12".to_owned()));
    assert_eq!(said("共12条，采纳8条，其他4条。"), None);
    assert_eq!(
        said("共12条，采纳8条。\n另一次共10条。"),
        None,
        "two different totals make no equation"
    );
    assert_eq!(said("采纳8条。"), None);
    assert_eq!(
        said("第一次共12条，采纳12条。\n第二次共10条，采纳8条。"),
        Some("采纳8＝8；共10".to_owned()),
        "each line is an equation"
    );
}

#[test]
fn each_addend_may_be_rounded() {
    let keys = |rounding: &str| {
        format!(
            "kind = \"equation\"\ntitle = \"{{value}}\"\nvalues = [{{ name = \"共\", patterns = ['共(?P<fault>[\\d.]+)万'] }}, {{ name = \"甲\", patterns = ['甲(?P<fault>[\\d.]+)万'] }}, {{ name = \"乙\", patterns = ['乙(?P<fault>[\\d.]+)万'] }}]\nsums = ['甲 + 乙 = 共']\n{rounding}"
        )
    };
    let found =
        |rounding: &str, text: &str| check(&rules(&keys(rounding)), Kind::News, text).hits.len();
    let near = "共34.08万，甲0.94万，乙33.13万。";
    assert_eq!(found("", near), 1);
    assert_eq!(found("rounding = \"0.01\"\n", near), 0);
    assert_eq!(
        found("rounding = \"0.01\"\n", &near.replace("34.08", "34.10")),
        1
    );
    let faults = Rules::load(&rule_files(&keys("rounding = \"一点\"\n")), &[]).unwrap_err();
    let told = format!("{faults:?}");
    assert!(told.contains("“一点”不是数"), "{told}");
}

#[test]
fn words_said_twice_in_a_row_are_told_and_documents_below_each_other_are_two() {
    let twice = rules("kind = \"repeated\"\nin_row = 4\ntitle = \"{quote}\"\n");
    let found = |lines: &str| quotes(&check(&twice, Kind::News, lines)).concat();
    assert_eq!(found("抓紧雨水管网雨水管网的疏通。"), "雨水管网");
    assert_eq!(found("抓紧雨水管网的疏通，雨水管网要查。"), "");

    let sentences = rules("kind = \"repeated\"\ntitle = \"{quote}\"\n");
    let found = |lines: &str| check(&sentences, Kind::Solicitation, lines).hits.len();
    let said = "为进一步加强全镇集市摊位的日常管理工作，我局起草了办法。";
    assert_eq!(found(&format!("{said}\n请提意见。\n{said}")), 1);
    assert_eq!(
        found(&format!("{said}\n请提意见。\n2026年7月2日\n{said}")),
        0
    );
}

#[test]
fn a_bracket_left_open_by_an_item_is_told_where_the_next_item_begins() {
    let rules = rules("kind = \"unmatched\"\npairs = [\"（）\"]\ntitle = \"{quote}\"\n");
    let found = |lines: &str| check(&rules, Kind::ServiceGuide, lines).hits.len();
    assert_eq!(found("4、收入证明（存折、车辆、房屋证明等\n5、其他材料"), 1);
    assert_eq!(
        found("4、收入证明（存折、车辆、\n房屋证明等）\n5、其他材料"),
        0
    );
}

/// Each line is compared with everything that is told: nobody tells the same in so many rounds.
#[test]
fn sums_of_a_few_rounds_are_compared_and_those_of_thousands_are_not() {
    let rules = rules(
        "kind = \"equation\"\ntitle = \"{value}\"\nvalues = [{ name = \"共\", patterns = ['共(?P<fault>\\d+)条'] }, { name = \"采纳\", patterns = ['采纳(?P<fault>\\d+)条'] }]\nsums = ['采纳 = 共']\n",
    );
    let wrong_in_last_of = |rounds: usize| {
        let right = |i: usize| format!("第{i}次共{i}条，采纳{i}条。\n");
        let lines: String = (1..rounds).map(right).collect();
        let checked = check(&rules, Kind::News, &format!("{lines}末次共9条，采纳8条。"));
        quotes(&checked).len()
    };
    assert_eq!(wrong_in_last_of(50), 1);
    for rounds in [51, 60_000] {
        assert_eq!(wrong_in_last_of(rounds), 0, "{rounds}");
    }
}

#[test]
fn a_name_that_must_be_the_whole_label() {
    let rules = rules(
        "kind = \"element\"\nlabels = [\"咨询电话\"]\nwhole_labels = [\"咨询\"]\nvalue = '[0-9]{7}'\n",
    );
    let found = |lines: &str| check(&rules, Kind::Guide, lines).hits.len();
    assert_eq!(found("咨询：0599-6662588"), 0);
    assert_eq!(found("医保业务咨询：0599-6662588"), 1);
    assert_eq!(found("医保业务咨询请拨打0599-6662588"), 1);
}

#[test]
fn entries_of_a_list_with_days_to_come_are_told() {
    let rules = rules("kind = \"dates\"\nwhat = \"future\"\n");
    let entry = |day: &str| {
        let mut list = document(Kind::List, "防汛演练\n冬季招聘会");
        list.links.push(Link {
            url: "http://www.qingshi-demo.gov.cn/1.html".to_owned(),
            href: "1.html".to_owned(),
            text: "冬季招聘会".to_owned(),
            role: LinkRole::Item,
            span: list.blocks[1].span,
            date: Some(crate::common::day(day)),
        });
        rules.check(&list, &context()).hits.len()
    };
    assert_eq!(entry("2026-11-30"), 1);
    assert_eq!(entry("2026-11-02"), 0);
}

#[test]
fn columns_may_be_told_line_by_line() {
    let rules = rules(
        "kind = \"columns\"\ntitle = \"缺少：{value}\"\nrecognised_by = 2\nor_lines = true\n\
         columns = [{ name = \"流出方\", headings = ['流出方'] }, { name = \"面积\", headings = ['面积'] }, { name = \"价格\", headings = ['价格'] }]\n",
    );
    let told = |lines: &str| -> Vec<String> {
        let checked = check(&rules, Kind::Notice, lines);
        checked.hits.iter().map(|h| h.message.clone()).collect()
    };
    let one = "1.流出方：某村；流转面积：36亩";
    assert_eq!(told(one), ["缺少：价格"]);
    assert_eq!(
        told(&format!("{one}\n2.流出方：乙村；面积：2亩；价格：500元")),
        [""; 0]
    );
    assert_eq!(
        told("流出方：某村\n面积另行公布"),
        [""; 0],
        "no line has two"
    );
}

#[test]
fn a_page_that_comes_long_after_what_it_tells_of_is_told() {
    let rules = rules(
        "kind = \"pattern\"\ncertainty = \"ask\"\ntitle = \"晚了\"\npatterns = ['[^。]{0,12}月[^。]{0,6}日[^。]{0,12}批准']\npublished_within_workdays = 15\n",
    );
    let found = |line: &str, published: &str| {
        let mut page = document(Kind::Notice, line);
        page.published = Some(day(published));
        rules.check(&page, &context()).hits.len()
    };
    let told = "2026年4月8日，省政府批准征收。";
    assert_eq!(found(told, "2026-06-12"), 1);
    assert_eq!(found(told, "2026-04-20"), 0);
    assert_eq!(found("4月8日，省政府批准征收。", "2026-06-12"), 1);
    assert_eq!(found("12月28日，省政府批准征收。", "2027-01-05"), 0);
    assert_eq!(
        found("7月12日，省政府批准征收。", "2026-06-12"),
        0,
        "still to come"
    );
    assert_eq!(found("2026年8月8日，省政府批准征收。", "2026-06-12"), 0);
    assert_eq!(
        found("本月初八日，省政府批准征收。", "2026-06-12"),
        0,
        "no day"
    );
    let mut again = document(Kind::Notice, told);
    again.published = Some(day("2026-10-12"));
    again.dates = vec![Dated {
        at: day("2026-04-20").and_hms_opt(0, 0, 0).unwrap(),
        source: DateSource::Signature,
        span: None,
    }];
    assert_eq!(
        rules.check(&again, &context()).hits.len(),
        0,
        "put up again"
    );
}

#[test]
fn what_is_told_below_another_matters_heading_is_no_facet() {
    let rules = rules(
        "kind = \"facets\"\ntitle = \"缺\"\nleast = 1\nnot_below = ['监督']\nfacets = [{ name = \"电话\", patterns = ['电话|\\d{7}'] }]\n",
    );
    let found = |lines: &str| check(&rules, Kind::Guide, lines).hits.len();
    assert_eq!(found("六、咨询电话\n县农业农村局：0599-6660301"), 0);
    assert_eq!(
        found("七、监督电话\n县农业农村局：0599-6660301"),
        0,
        "the heading itself"
    );
    assert_eq!(found("七、监督\n县农业农村局：0599-6660301"), 1);
    assert_eq!(
        found("七、监督\n举报来信。\n八、咨询\n县农业农村局：0599-6660301"),
        0
    );
}

#[test]
fn a_heading_with_nothing_below_it_tells_nothing() {
    let rules = rules("kind = \"element\"\npatterns = ['收费']\nmissing = \"没有说收费\"\n");
    let found = |lines: &str| check(&rules, Kind::Guide, lines).hits.len();
    assert_eq!(found("四、收费\n五、监督\n可以投诉。"), 1);
    assert_eq!(found("五、监督\n可以投诉。\n六、收费"), 1);
    assert_eq!(
        found("五、监督\n可以投诉。\n六、收费\nfooter> 主办：青石镇人民政府"),
        1
    );
    let listed = "公开的有：\n一、职能\n二、收费\n三、监督\n四、其他";
    assert_eq!(found(listed), 0, "an item of a list");
    assert_eq!(found("四、收费\n不收取费用。\n五、监督"), 0);
    assert_eq!(found("四、收费标准按规定\n五、监督"), 0);
    assert_eq!(found("四、收费\n五、收费\n不收。"), 0, "told further down");
}

#[test]
fn whom_to_call_in_the_same_town_is_the_offices_own() {
    let rules = rules(
        "kind = \"element\"\nlabels = [\"电话\"]\npatterns = ['电话\\d{7}']\nmissing = \"没有电话\"\n",
    );
    let found = |lines: &str| check(&rules, Kind::Notice, lines).hits.len();
    assert_eq!(found("请告诉各村，或者打镇妇联电话6668230（小陈）。"), 0);
    assert_eq!(
        found("请告诉各村，或者打保险业务员电话6668230（小陈）。"),
        1
    );
}

#[test]
fn what_leaves_no_excuse_does_so_whatever_the_columns_are_called() {
    let rules = rules(
        "kind = \"pattern\"\ntitle = \"号码\"\npatterns = ['1[3-9]\\d{9}']\nunless_columns = ['^单位$']\ndespite = ['居民|村民']\n",
    );
    let found = |cell: &str| {
        let mut page = with_rows(Kind::Notice, &format!("| 1\n| {cell}"), 2);
        page.tables[0].header = ["序号", "单位"].map(str::to_owned).to_vec();
        rules.check(&page, &context()).hits.len()
    };
    assert_eq!(found("县水利局，手机13800138001"), 0);
    assert_eq!(found("青石镇居民，手机13800138001"), 1);
}
