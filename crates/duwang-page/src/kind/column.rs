//! What the column a page stands in says of its kind, when the title speaks neither for nor against it.

use super::Signs;
use super::body::beginning;
use super::title::{Title, not_opinions};
use super::words::{WORDS, any_in};
use crate::furniture::is_breadcrumb;
use crate::words::holds;
use duwang_model::{Document, Kind, Part};

/// Words of column names and of the folders of addresses.
pub(super) const COLUMNS: [(Kind, &[&str], &[&str]); 10] = [
    // Below the same folder as readings: answers to what people worry about.
    (Kind::News, &["回应关切", "热点回应"], &["/hygq", "/rdhy"]),
    (
        Kind::SolicitationResult,
        &["结果反馈", "意见反馈", "征集反馈"],
        &["/jgfk", "/yjfk"],
    ),
    (
        Kind::Solicitation,
        &["意见征集", "民意征集", "征求意见", "预公开"],
        &["/yjzj", "/myzj", "/zjdc"],
    ),
    (
        Kind::Interpretation,
        &["政策解读", "解读回应", "文字解读", "图解"],
        &["/zcjd", "/jdhy", "/wzjd"],
    ),
    (
        Kind::Guide,
        &["信息公开指南", "公开指南"],
        &["/zfxxgkzn", "/xxgkzn", "/gkzn", "/zn/", "/gkmlpt/guide"],
    ),
    (
        Kind::ServiceGuide,
        &["办事指南", "服务指南"],
        &["/bszn", "/fwzn"],
    ),
    (
        Kind::AnnualReport,
        &["公开年报", "年度报告"],
        &["/zfxxgkndbg", "/ndbg", "/gknb", "/xxgknb"],
    ),
    (
        Kind::Policy,
        &[
            "政策文件",
            "规范性文件",
            "行政规范性",
            "政府文件",
            "部门文件",
        ],
        &["/zcwj", "/gfxwj", "/xzgfxwj", "/zfwj"],
    ),
    (
        Kind::Notice,
        &[
            "通知公告",
            "公告公示",
            "公示公告",
            "通知",
            "公示",
            "公告",
            "招考",
            "招标采购",
        ],
        &["/tzgg", "/gsgg", "/ggtz", "/gggs", "/gg/", "/gs/"],
    ),
    (
        Kind::News,
        &["动态", "要闻", "新闻", "资讯", "工作动态", "镇街", "时政"],
        &[
            "/gzdt", "/xwdt", "/xwzx", "/zwyw", "/zwdt", "/bmdt", "/xw/", "/news", "/dt/", "/yw/",
        ],
    ),
];

pub(super) fn by_column(
    document: &Document,
    signs: &Signs<'_>,
    title: &Title,
    reasons: &mut Vec<String>,
) -> Option<Kind> {
    let called = names(document, signs, title);
    let path = document.url.split_once("://").map_or("", |(_, rest)| rest);
    let path = path
        .find('/')
        .map_or("", |at| &path[at..])
        .to_ascii_lowercase();
    for (kind, names, folders) in &COLUMNS {
        let named = called.iter().find(|c| names.iter().any(|n| c.contains(n)));
        let folder = folders.iter().find(|f| {
            holds(&path, f) || (f.ends_with('/') && path.ends_with(f.trim_end_matches('/')))
        });
        if (named.is_none() && folder.is_none()) || !column_fits(*kind, title, document) {
            continue;
        }
        reasons.push(match (named, folder) {
            (Some(name), _) => format!("所在栏目“{name}”"),
            (_, Some(folder)) => format!("网址含“{folder}”"),
            _ => String::new(),
        });
        return Some(*kind);
    }
    None
}

/// What the column is called: by who asked, by the page's own tags, by the last step of the path above its text.
fn names<'d>(document: &'d Document, signs: &Signs<'d>, title: &Title) -> Vec<&'d str> {
    let tag = |name: &str| {
        let mut tags = document.meta.iter();
        tags.find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    };
    // Topics and clues are collected below 意见征集 as well.
    let step = last_step(document).filter(|step| {
        !step.contains(WORDS.column.collecting.as_str()) || is_about_opinions(title, document)
    });
    let told = [signs.column, tag("ColumnName"), tag("ColumnType"), step];
    told.into_iter().flatten().collect()
}

/// `办事指南` of `当前位置：首页 > 政务服务 > 办事指南 > 正文`; the page's own title is no column.
fn last_step(document: &Document) -> Option<&str> {
    const LONGEST_PATH: usize = 400;
    const LONGEST: usize = 14;
    const STEPS: [char; 7] = ['>', '＞', '›', '»', '→', '/', '\n'];
    let outside = document.blocks.iter().filter(|b| b.part != Part::Main);
    let mut lines = outside.map(|b| document.text.slice(b.span));
    let path = lines.find(|line| line.len() <= LONGEST_PATH && is_breadcrumb(line))?;
    let is_page = |step: &&str| {
        WORDS.column.pages.iter().any(|name| name == step) || document.title.starts_with(step)
    };
    let steps = path.rsplit(STEPS).map(str::trim);
    let last = steps
        .filter(|step| !step.is_empty())
        .find(|step| !is_page(step))?;
    // The first step stands behind the words that say it is a path.
    let is_first = is_breadcrumb(last);
    (!is_first && last.chars().nth(LONGEST).is_none()).then_some(last)
}

/// A column also holds other things: the title must not speak against it.
fn column_fits(kind: Kind, title: &Title, document: &Document) -> bool {
    match kind {
        Kind::Policy => title.own_has(&WORDS.policy.none).is_none(),
        Kind::Guide => {
            title.own_has(&WORDS.column.no_guide).is_none() && document.main_chars() > 100
        }
        Kind::AnnualReport => {
            title.own_has(&WORDS.column.reports).is_some() || has_parts_of_report(document)
        }
        Kind::ServiceGuide => is_open(title) && tells_how_to_get(document),
        Kind::Solicitation | Kind::SolicitationResult => not_opinions(title).is_none(),
        _ => true,
    }
}

/// Whether a page has to do with opinions, and not with topics or clues.
fn is_about_opinions(title: &Title, document: &Document) -> bool {
    let words = &WORDS.solicitation;
    title.has(&words.wishes).is_some()
        || title.has(&words.drafts).is_some()
        || any_in(&words.wishes, &beginning(document))
}

/// Whether a title neither announces nor tells what happened.
fn is_open(title: &Title) -> bool {
    let words = [
        &WORDS.plain.notice,
        &WORDS.plain.news,
        &WORDS.column.no_service,
    ];
    words
        .into_iter()
        .all(|words| title.own_has(words).is_none())
}

/// Whether most parts of an annual report are there, whatever it is called: 年度工作总结.
fn has_parts_of_report(document: &Document) -> bool {
    const FEWEST: usize = 4;
    let main = beginning(document);
    let parts = WORDS.wechat.report_parts.iter();
    parts.filter(|part| main.contains(part.as_str())).count() >= FEWEST
}

/// Whether a text tells some sides of how to get a thing done, be it in running text.
fn tells_how_to_get(document: &Document) -> bool {
    const FEWEST: usize = 4;
    let main = beginning(document);
    let sides = WORDS.column.service.iter();
    sides.filter(|words| any_in(words, &main)).count() >= FEWEST
}
