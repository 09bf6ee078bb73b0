//! Words that the page does not use itself: what the column of a table names (a company, a person, a place, an old version), and words of which
//! the sentence says that they are wrong.

use crate::judge::{Line, Seen};
use duwang_model::Span;

/// Columns of names that others bear. A company may be called 兰天 and a person 余辉. Neither 发文字号 nor 基地名称 may hold one of these.
const NAMES: [&str; 27] = [
    "企业名称",
    "公司名称",
    "商户名称",
    "店铺名称",
    "门店名称",
    "店名",
    "企业字号",
    "商号",
    "品牌",
    "商标",
    "经营主体",
    "市场主体",
    "个体工商户",
    "经营者",
    "供应商",
    "投标人",
    "中标人",
    "法定代表人",
    "姓名",
    "户主",
    "获奖者",
    "作品名称",
    "标准地名",
    "路名",
    "小区名称",
    "自然村名称",
    "道路名称",
];
/// Columns of what was written or called so before, or wrongly.
const OLD: [&str; 16] = [
    "修订前",
    "修改前",
    "修正前",
    "调整前",
    "变更前",
    "更名前",
    "原条文",
    "原规定",
    "原名称",
    "旧名称",
    "曾用名",
    "错误写法",
    "错误用法",
    "错误表述",
    "不规范写法",
    "不规范用语",
];
/// The column beside one of these holds the new version.
const PRESENT: [&str; 3] = ["现行规定", "现行条文", "现行条款"];
const CHANGED: [&str; 5] = ["修订后", "修改后", "修正后", "草案", "拟修改"];
/// Columns of titles: what stands there stands as if between 《 and 》.
const TITLES: [&str; 7] = [
    "文件名称",
    "文件标题",
    "题名",
    "规章名称",
    "法规名称",
    "全宗名称",
    "档案名称",
];
/// What stands before a quoted word that somebody wrote wrongly, and behind one that is mended.
const WRITTEN: [&str; 5] = ["误作", "误写", "误为", "误植", "错写"];
const MENDED: [&str; 5] = ["更正为", "应写作", "应为", "系笔误", "属笔误"];
/// Characters beside a word in which it may be told to be wrong.
const NEAR: usize = 12;
/// Characters of the name of a column.
const LONGEST: usize = 16;

/// The name of the column that holds a word, if it says that the word is somebody else's.
pub(super) fn column<'d>(seen: &Seen<'d>, span: Span) -> Option<&'d str> {
    let headings = seen.headings(span).into_iter();
    let mut short = headings.filter(|heading| heading.chars().count() <= LONGEST);
    let says = |heading: &str, words: &[&str]| words.iter().any(|word| heading.contains(word));
    short.find(|heading| {
        says(heading, &NAMES)
            || says(heading, &OLD)
            || (says(heading, &PRESENT)
                && seen
                    .columns(span)
                    .iter()
                    .any(|column| says(column, &CHANGED)))
    })
}

/// Whether a word stands in a column of titles.
pub(super) fn is_in_titles(seen: &Seen<'_>, span: Span) -> bool {
    let says = |heading: &str| TITLES.iter().any(|title| heading.contains(title));
    seen.headings(span).into_iter().any(says)
}

/// Whether a quoted word is told to be wrong: `误写为“…”`, `“…”更正为`. What stands behind 更正为 is the page's own.
pub(super) fn is_told_wrong(line: &Line<'_>) -> bool {
    let says = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    let behind = line.first_after(NEAR);
    let behind = behind.split(['。', ';', '；']).next().unwrap_or_default();
    line.in_quotes().is_some() && (says(line.last_before(NEAR), &WRITTEN) || says(behind, &MENDED))
}
