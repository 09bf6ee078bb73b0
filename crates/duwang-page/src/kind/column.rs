//! What the column a page stands in says of its kind, when the title speaks neither for nor against it.

use super::Signs;
use super::title::{Title, not_opinions};
use super::words::WORDS;
use crate::words::holds;
use duwang_model::{Document, Kind};

/// Words of column names and of the folders of addresses.
pub(super) const COLUMNS: [(Kind, &[&str], &[&str]); 9] = [
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
    let of_meta = document
        .meta
        .iter()
        .find(|(n, _)| n.eq_ignore_ascii_case("ColumnName"))
        .map(|(_, v)| v.as_str());
    let path = document.url.split_once("://").map_or("", |(_, rest)| rest);
    let path = path
        .find('/')
        .map_or("", |at| &path[at..])
        .to_ascii_lowercase();
    for (kind, names, folders) in &COLUMNS {
        let named = [signs.column, of_meta]
            .into_iter()
            .flatten()
            .find(|c| names.iter().any(|n| c.contains(n)));
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

/// A column also holds other things: the title must not speak against it.
fn column_fits(kind: Kind, title: &Title, document: &Document) -> bool {
    match kind {
        Kind::Policy => title.own_has(&WORDS.policy.none).is_none(),
        Kind::Guide => {
            title.own_has(&WORDS.column.no_guide).is_none() && document.main_chars() > 100
        }
        Kind::AnnualReport => title.own_has(&WORDS.column.reports).is_some(),
        Kind::Solicitation | Kind::SolicitationResult => not_opinions(title).is_none(),
        _ => true,
    }
}
