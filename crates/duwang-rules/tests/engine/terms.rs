//! Word lists.

use crate::common::*;
use duwang_model::{Cell, Certainty, Kind, Level, Part, Span, Table};

const WORDS: &str = r#"
kind = "terms"
category = "typo"
terms = [
  { wrong = "攻府", right = "政府", severity = "严重", except = ["主攻府", "进攻府"] },
  { wrong = "和服", right = "和服", except = ["和服务"] },
  { wrong = "嫌犯", right = "犯罪嫌疑人", except = ["涉嫌犯罪"] },
  { wrong = "卫计局", right = "卫生健康局", except = ["@原名", "@书名号", "@历史"], since = 2019-01-01 },
  { wrong = "卫计", right = "卫健" },
  { wrong = "台独", right = "“台独”", except = ["@引号", "平台独"] },
  { wrong = "罪犯", right = "犯罪嫌疑人", severity = "提示", except = ["&逃犯"] },
  { wrong = "[0-9]公分(?:[^之]|$)", right = "厘米(cm)", match = "regex", except = ["@代码"] },
]
"#;

fn found(text: &str) -> Vec<String> {
    let rules = rules(WORDS);
    let checked = rules.check(&document(Kind::News, text), &context());
    quotes(&checked).into_iter().map(str::to_owned).collect()
}

#[test]
fn exceptions_overlapping_the_word_win() {
    assert_eq!(found("人民攻府主攻府南"), ["攻府"]);
    assert_eq!(found("提供和服务，穿和服"), ["和服"]);
    assert_eq!(found("涉嫌犯罪的嫌犯"), ["嫌犯"]);
    assert_eq!(found("平台独立建设，反对台独"), ["台独"]);
    assert_eq!(found("反对“台独”势力"), [""; 0]);
}

#[test]
fn a_page_of_nothing_else_is_cut_short_and_says_so() {
    let rules = rules(WORDS);
    let page = document(Kind::News, &"人民攻府，卫计系统。".repeat(20_000));
    let checked = rules.check(&page, &context());
    assert_eq!(checked.hits.len(), 500);
    let told: Vec<&str> = checked
        .hits
        .iter()
        .map(|hit| hit.message.as_str())
        .collect();
    assert!(told[499].contains("还有 39500 处"), "{}", told[499]);
    assert!(told[..499].iter().all(|message| !message.contains("还有")));
}

#[test]
fn the_longest_match_stays() {
    assert_eq!(found("市卫计局与卫计系统"), ["卫计局", "卫计"]);
}

#[test]
fn surroundings_excuse_a_word() {
    assert_eq!(found("原卫计局"), ["卫计"]);
    assert_eq!(found("抓获罪犯。逃犯在逃"), ["罪犯"]);
    assert_eq!(found("抓获罪犯和逃犯"), [""; 0]);
}

#[test]
fn history_excuses_its_own_sentence_and_what_stands_under_its_label() {
    assert_eq!(found("历史沿革：建局较早。卫计局多次搬迁"), ["卫计"]);
    assert_eq!(found("卫计局历史悠久"), ["卫计"]);
    assert_eq!(
        found("本镇山水秀丽，一向以其历史文化名村闻名。卫计局明天义诊"),
        ["卫计局"]
    );
}

#[test]
fn texts_older_than_the_row_are_not_judged_by_it() {
    let rules = rules(WORDS);
    let mut old = document(Kind::News, "市卫计局");
    old.published = Some(day("2018-12-31"));
    assert_eq!(quotes(&rules.check(&old, &context())), ["卫计"]);
    old.published = Some(day("2019-01-01"));
    assert_eq!(quotes(&rules.check(&old, &context())), ["卫计局"]);
    let mut judged = context();
    judged.judged_on = Some(day("2018-01-01"));
    assert_eq!(quotes(&rules.check(&old, &judged)), ["卫计"]);
}

#[test]
fn a_regular_expression_is_narrowed_and_split_words_are_asked() {
    let rules = rules(WORDS);
    let checked = rules.check(&document(Kind::News, "宽5公分，人民攻 府"), &context());
    let shown: Vec<_> = checked
        .hits
        .iter()
        .map(|h| {
            (
                h.quote.as_str(),
                h.certainty,
                h.level,
                h.suggestion.as_str(),
                h.message.as_str(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            (
                "5公分",
                Certainty::Certain,
                Level::General,
                "改为“厘米”（cm）",
                "有错：“5公分”应为“厘米”（cm）"
            ),
            (
                "攻 府",
                Certainty::Ask,
                Level::Serious,
                "改为“政府”",
                "有错：“攻 府”应为“政府”"
            ),
        ]
    );
    assert_eq!(checked.hits[1].chars, Some((7, 10)));
    assert_eq!(checked.hits[1].key, "攻府");
}

#[test]
fn full_width_and_half_width_are_one() {
    assert_eq!(found("宽５公分"), ["５公分"]);
}

#[test]
fn a_row_that_was_looked_up_says_where() {
    let rules = rules(
        r#"
kind = "terms"
category = "typo"
terms = [
  { wrong = "布署", right = "部署", source = "公文编校资料" },
  { wrong = "攻府", right = "政府", source = "记忆(编校资料)" },
  { wrong = "岀台", right = "出台" },
]
"#,
    );
    let checked = rules.check(&document(Kind::News, "布署工作，攻府岀台办法"), &context());
    let own: Vec<bool> = checked
        .hits
        .iter()
        .map(|hit| hit.basis.starts_with("公文编校资料；"))
        .collect();
    assert_eq!(own, [true, false, false]);
    assert_eq!(checked.hits[1].certainty, Certainty::Ask);
    assert!(checked.hits.iter().all(|hit| !hit.basis.ends_with('；')));
}

#[test]
fn a_list_goes_on_after_number_9999() {
    let mut files = rule_files("kind = \"terms\"\nlist = \"words.tsv\"\n");
    files.push(file(
        "t/words.tsv",
        "id\tcategory\twrong\tright\tseverity\tmatch\texceptions\tsource\tnote\n\
         T-9999\t错别字\t攻府\t政府\t一般\tliteral\t主攻府\t辞书\t\n\
         T-10000\t错别字\t竟争\t竞争\t一般\tliteral\t\t辞书\t\n",
    ));
    let checked = load(&files).check(&document(Kind::News, "攻府竟争"), &context());
    assert_eq!(quotes(&checked), ["攻府", "竟争"]);
}

/// `前` tells a former name only where nothing is done before something. Where the longer word is excused, the shorter one is found.
#[test]
fn what_must_be_done_before_something_names_no_former_body() {
    assert_eq!(found("开业前应当向卫计局申请。"), ["卫计局"]);
    assert_eq!(found("6月30日前报卫计局。"), ["卫计局"]);
    assert_eq!(found("前市卫计局的档案。"), ["卫计"]);
    assert_eq!(found("2015年10月前的卫计局。"), ["卫计"]);
}

#[test]
fn a_chronicle_ends_with_today() {
    assert_eq!(found("历史沿革：卫计局设三个科。"), ["卫计"]);
    assert_eq!(
        found("历史沿革：设三个科。现在与卫计局合署办公。"),
        ["卫计局"]
    );
}

/// Articles are quoted from a law, unless the page is the rules of an office that are in force since the word was wrong.
#[test]
fn articles_of_new_rules_are_their_own_words() {
    let rules = rules(
        "kind = \"terms\"\nterms = [{ wrong = \"暂住证\", right = \"居住证\", except = [\"@引文\"], since = 2016-01-01 }]\n",
    );
    let hits = |title: &str, force: &str| {
        let text = format!("# {title}\n第一条 领取暂住证。\n第二条 本规定自{force}起施行。");
        let mut page = document(Kind::Policy, &text);
        page.published = Some(day("2026-07-01"));
        rules.check(&page, &context()).hits.len()
    };
    assert_eq!(hits("云溪市房屋出租管理规定", "2026年7月1日"), 1);
    assert_eq!(hits("云溪市房屋出租管理规定", "2010年7月1日"), 0);
    assert_eq!(hits("中华人民共和国出租管理办法", "2026年7月1日"), 0);
    assert_eq!(hits("关于学习条例的通知", "2026年7月1日"), 0);
    let issued = |title: &str, number: Option<&str>| {
        let text = format!("# {title}\n第一条 领取暂住证。\n第二条 本规定自印发之日起施行。");
        let mut page = document(Kind::Policy, &text);
        page.published = Some(day("2026-07-01"));
        page.number = number.map(str::to_owned);
        rules.check(&page, &context()).hits.len()
    };
    let own = "关于印发《云溪市房屋出租管理规定（试行）》的通知";
    assert_eq!(issued(own, Some("云政〔2026〕7号")), 1);
    assert_eq!(issued(own, Some("云政〔2010〕7号")), 0, "put up again");
    assert_eq!(issued(own, None), 0, "nobody knows from when it is");
    assert_eq!(
        issued("关于学习房屋出租管理规定的通知", Some("云政〔2026〕7号")),
        0
    );
}

/// What is found in the cells of a table with these columns, a row after the other.
fn found_below(columns: &[&str], cells: &[&str]) -> Vec<String> {
    let rules = rules(WORDS);
    let lines: Vec<String> = cells.iter().map(|c| format!("| {c}")).collect();
    let mut page = document(Kind::Notice, &lines.join("\n"));
    let spans = page.blocks.iter().map(|b| b.span);
    let cell = |(text, span): (&&str, Span)| Cell {
        text: (*text).to_owned(),
        span,
    };
    let cells: Vec<Cell> = cells.iter().zip(spans).map(cell).collect();
    page.tables = vec![Table {
        header: columns.iter().map(|c| (*c).to_owned()).collect(),
        rows: cells.chunks(columns.len()).map(<[Cell]>::to_vec).collect(),
        part: Part::Main,
    }];
    let checked = rules.check(&page, &context());
    quotes(&checked).into_iter().map(str::to_owned).collect()
}

#[test]
fn a_column_of_names_or_of_what_was_before_excuses_what_stands_in_it() {
    let cells = ["攻府装饰", "攻府路"];
    assert_eq!(found_below(&["企业名称", "备注"], &cells), ["攻府"]);
    assert_eq!(found_below(&["序号", "地址"], &cells), ["攻府", "攻府"]);
    assert_eq!(found_below(&["发文字号", "备注"], &cells).len(), 2);
    let versions = ["人民攻府可以", "人民攻府应当"];
    assert_eq!(found_below(&["现行规定", "修订草案"], &versions), ["攻府"]);
    assert_eq!(found_below(&["修改前", "修改后"], &versions), ["攻府"]);
    let alone = ["攻府", "攻府"];
    assert_eq!(found_below(&["现行规定", "依据"], &alone), alone);
    let titles = ["关于卫计局的通知", "卫计局"];
    assert_eq!(
        found_below(&["文件名称", "责任单位"], &titles)[1..],
        ["卫计局"]
    );
}

#[test]
fn a_word_told_to_be_wrong_is_not_used() {
    assert_eq!(found("公告中“人民攻府”系笔误。"), [""; 0]);
    assert_eq!(found("“市人民攻府”更正为“市人民政府”"), [""; 0]);
    assert_eq!(
        found("引用《人民攻府组织法》《复议法》的，应当改为现行的规定"),
        [""; 0]
    );
    assert_eq!(found("引用《人民攻府组织法》的，应当核对"), ["攻府"]);
    assert_eq!(found("落款误写为“市人民攻府”。"), [""; 0]);
    assert_eq!(found("落款更正为“市人民攻府”。"), ["攻府"]);
    assert_eq!(found("承办单位应为市人民攻府。"), ["攻府"]);
    assert_eq!(found("“攻府”一处已经看过。另一处应为政府。"), ["攻府"]);
}

#[test]
fn a_list_may_leave_out_pages_by_their_titles() {
    let with = WORDS.replace(
        "category = \"typo\"",
        "category = \"typo\"\nscope = { not_titles = ['试题'] }",
    );
    let rules = rules(&with);
    let hits = |title: &str| {
        let mut page = document(Kind::News, "人民攻府");
        page.title = title.to_owned();
        rules.check(&page, &context()).hits.len()
    };
    assert_eq!(hits("招聘考试试题"), 0);
    assert_eq!(hits("招聘公告"), 1);
}
