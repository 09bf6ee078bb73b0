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

/// A page that is a table of four columns.
fn page_of_cells(cells: &[&str]) -> Document {
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
    page
}

#[test]
fn a_form_to_be_filled_in_is_no_label_of_the_page() {
    let rules =
        rules("kind = \"element\"\nlabels = [\"电话\"]\nblank = \"空的\"\nmissing = \"没有\"\n");
    let said = |cells: &[&str]| {
        let hits = rules.check(&page_of_cells(cells), &context()).hits;
        hits.into_iter().map(|h| h.message).collect::<Vec<_>>()
    };
    let form = ["姓名", "", "电话", "", "住址", "", "是否公开", ""];
    assert_eq!(said(&form), ["没有"]);
    let office = [
        "地址",
        "解放路7号",
        "电话",
        "",
        "邮编",
        "350499",
        "联系人",
        "林小禾",
    ];
    assert_eq!(said(&office), ["空的"]);
}

/// A label without a value, and a value with nothing behind it.
#[test]
fn cells_left_at_the_end_of_a_row_are_no_blanks() {
    let told = |cells: &[&str]| {
        let rules = rules(
            "kind = \"facets\"\nleast = 1\nfacets = [{ name = \"进度\", patterns = ['进度|完成|完工'] }]\n",
        );
        let page = page_of_cells(cells);
        rules.check(&page, &context()).hits.is_empty()
    };
    let pairs = ["名称", "桥南灌渠", "地点", "桥南村"];
    let with = |last: [&'static str; 4]| told(&[pairs, last].concat());
    assert!(with(["情况", "已经完工", "", ""]));
    assert!(with(["情况", "完成60%", "", ""]));
    assert!(!with(["工程进度", "", "", ""]));
    assert!(!with(["情况", "无", "进度", ""]));
}

fn numbered_rows(numbers: &[&str]) -> usize {
    let rules = rules("kind = \"numbering\"\nstyles = [\"rows\"]\nleast = 2\n");
    let cells = ["序号", "物资"].into_iter();
    let cells: Vec<&str> = cells
        .chain(numbers.iter().flat_map(|n| [*n, "沙袋"]))
        .collect();
    let lines: Vec<String> = cells.iter().map(|c| format!("| {c}")).collect();
    let mut page = document(Kind::Notice, &lines.join("\n"));
    let spans = page.blocks.iter().map(|b| b.span);
    let row = cells.iter().zip(spans).map(|(text, span)| Cell {
        text: (*text).to_owned(),
        span,
    });
    let row: Vec<Cell> = row.collect();
    page.tables = vec![Table {
        header: Vec::new(),
        rows: row.chunks(2).map(<[Cell]>::to_vec).collect(),
        part: Part::Main,
    }];
    rules.check(&page, &context()).hits.len()
}

#[test]
fn four_rows_are_a_series() {
    assert_eq!(numbered_rows(&["1", "2", "4", "5"]), 1);
    assert_eq!(numbered_rows(&["1", "2", "3", "4"]), 0);
    assert_eq!(numbered_rows(&["1", "2", "4"]), 0, "too few");
}

#[test]
fn a_paragraph_says_two_short_clauses_again() {
    let rules = rules("kind = \"repeated\"\nmin = 8\nwithin = 300\n");
    let of = |text: &str| {
        let checked = rules.check(&document(Kind::News, text), &context());
        quotes(&checked).join("|")
    };
    let advice = "请抓紧加固蔬菜大棚；老人注意添衣保暖";
    let twice = format!("建议：{advice}；渔船回港避风；{advice}。");
    assert_eq!(of(&twice), format!("{advice}。"));
    assert_eq!(of(&format!("建议：{advice}；渔船回港避风。")), "");
    let prizes = "一等奖：发给荣誉证书一本；奖金一千元整。二等奖：发给荣誉证书一本；奖金一千元整。";
    assert_eq!(of(prizes), "", "said of two");
    let quoted = "争做分类的宣传者、监督者”，共建家园！\n争做分类的宣传者、监督者，共建家园！";
    assert_eq!(of(quoted), "争做分类的宣传者、监督者，共建家园！");
}

#[test]
fn versions_of_one_name_are_no_pair() {
    let page = |kind, title: &str, number: &str, published: &str| {
        let mut page = PageFacts {
            url: format!("http://www.qingshi-demo.gov.cn/{published}.html"),
            kind,
            title: title.to_owned(),
            published: Some(day(published)),
            chars: 1000,
            images: 0,
            media: Media::default(),
            column: None,
            first_seen: None,
            tags: Tags::default(),
            ties: Ties::default(),
        };
        page.ties.number = Some(number.to_owned()).filter(|number| !number.is_empty());
        page
    };
    let unlinked = |number: &str, published: &str| {
        let rules = rules(
            "kind = \"pairing\"\nfrom = \"policy\"\nto = \"interpretation\"\nrequire = \"link\"\nmost_days = 400\n",
        );
        let mut facts = ChannelFacts::new(
            "qingshi-site",
            ChannelKind::Website,
            "http://www.qingshi-demo.gov.cn/",
            context().now,
        );
        facts.complete = true;
        let policy = "松渚县财政局关于印发《松渚县会议费管理办法》的通知";
        facts.pages = vec![
            page(Kind::Policy, policy, "松财规〔2026〕4号", "2026-09-15"),
            page(
                Kind::Interpretation,
                "《松渚县会议费管理办法》解读",
                number,
                published,
            ),
        ]
        .into();
        rules.check_channel(&facts, &context()).hits.len()
    };
    assert_eq!(unlinked("", "2026-09-16"), 1);
    assert_eq!(unlinked("松财规〔2026〕4号", "2026-09-16"), 1);
    assert_eq!(
        unlinked("松政〔2026〕9号", "2026-09-16"),
        1,
        "another office's"
    );
    assert_eq!(unlinked("松财规〔2021〕2号", "2026-09-16"), 0);
    assert_eq!(unlinked("", "2021-03-02"), 0, "years before");
}

/// What stands in a column of an odd name may be what is asked for.
#[test]
fn a_column_is_known_by_what_stands_in_it() {
    let rules = rules(
        "kind = \"columns\"\ntitle = \"缺{value}\"\ncolumns = [{ name = '姓名', headings = ['姓名'] }, { name = '面积', headings = ['面积'] }, { name = '地类', headings = ['地类'], prose = ['菜园|空闲地'] }]\n",
    );
    let said = |cells: [&str; 6]| {
        let lines: Vec<String> = cells.iter().map(|c| format!("| {c}")).collect();
        let mut page = document(Kind::Notice, &format!("# 审批情况\n{}", lines.join("\n")));
        let spans = page.blocks.iter().skip(1).map(|b| b.span);
        let row = cells.iter().zip(spans).map(|(text, span)| Cell {
            text: (*text).to_owned(),
            span,
        });
        let row: Vec<Cell> = row.collect();
        page.tables = vec![Table {
            header: cells[..3].iter().map(|c| (*c).to_owned()).collect(),
            rows: vec![row[3..].to_vec()],
            part: Part::Main,
        }];
        let hits = rules.check(&page, &context()).hits;
        hits.first().map(|hit| hit.message.clone())
    };
    let told = ["姓名", "面积", "在哪块地上", "王某", "100", "村内空闲地"];
    assert_eq!(said(told), None);
    let untold = ["姓名", "面积", "几层", "王某", "100", "三层"];
    assert_eq!(said(untold), Some("缺地类".to_owned()));
}

/// The entry page leads to a column that was not read, perhaps of another host.
#[test]
fn links_of_the_entry_page_name_what_is_published() {
    let missing = |only_when_begun: bool, text: &str, target: &str| {
        let rules = rules(&format!(
            "kind = \"catalogue\"\ntopic = ['村务']\nonly_when_begun = {only_when_begun}\nitems = [{{ name = \"入口\", titles = ['村务公开'] }}, {{ name = \"账目\", titles = ['账目'] }}]\nmissing = \"缺{{value}}\"\n"
        ));
        let entry = "http://www.qingshi-demo.gov.cn/";
        let mut facts =
            ChannelFacts::new("qingshi-site", ChannelKind::Website, entry, context().now);
        facts.complete = true;
        facts.columns = vec![ColumnFacts {
            url: format!("{entry}cw/"),
            name: "公示".to_owned(),
            class: ColumnClass::Other,
            update_days: None,
            exempt_until: None,
            exempt_proof: String::new(),
            complete: true,
            top: true,
            items: Vec::new().into(),
            empty_text: String::new(),
        }];
        facts.entry_links = vec![NamedLink {
            page: entry.to_owned(),
            target: target.to_owned(),
            text: text.to_owned(),
        }];
        let checked = rules.check_channel(&facts, &context());
        let messages = checked.hits.iter().map(|hit| hit.message.as_str());
        messages.collect::<Vec<_>>().join("|")
    };
    let away = "http://cw.example/qs";
    assert_eq!(missing(false, "村务公开", away), "缺账目");
    assert_eq!(missing(false, "联系我们", away), "有错");
    assert_eq!(
        missing(false, "村务公开", "https://www.qingshi-demo.gov.cn/cw"),
        "有错",
        "a column that was read speaks for itself"
    );
    assert_eq!(missing(true, "村务公开", away), "", "nothing else of it");
}
