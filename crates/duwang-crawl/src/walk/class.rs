//! The class of a column, from its name and address.

use duwang_model::ColumnClass;
use url::Url;

/// The class a column's words tell; `None` when they tell nothing. Words count before the address.
pub(crate) fn class_of(name: &str, url: &str) -> Option<ColumnClass> {
    by_words(name).or_else(|| by_address(url))
}

fn by_words(name: &str) -> Option<ColumnClass> {
    let has = |words: &[&str]| words.iter().any(|w| name.contains(w));
    // 政策文件解读 is neither a policy column nor a notice column; neither is the guide or the report.
    if has(&[
        "解读",
        "指南",
        "年报",
        "年度报告",
        "依申请",
        "征集",
        "调查",
        "信箱",
        "机构",
        "领导",
        "目录",
        "服务",
    ]) {
        return Some(ColumnClass::Other);
    }
    if has(&[
        "动态",
        "要闻",
        "新闻",
        "快讯",
        "资讯",
        "工作信息",
        "政务信息",
        "头条",
    ]) {
        return Some(ColumnClass::News);
    }
    if has(&["通知", "公告", "公示", "通告"]) {
        return Some(ColumnClass::Notice);
    }
    if has(&["政策", "规范性文件", "文件", "法规", "规章"]) {
        return Some(ColumnClass::Policy);
    }
    has(&[
        "规划",
        "财政",
        "预决算",
        "人事",
        "招标",
        "采购",
        "应急",
        "统计",
        "专题",
        "专栏",
        "招聘",
    ])
    .then_some(ColumnClass::Other)
}

fn by_address(url: &str) -> Option<ColumnClass> {
    let url = Url::parse(url).ok()?;
    let segments: Vec<String> = url
        .path_segments()?
        .map(|s| s.split('.').next().unwrap_or("").to_ascii_lowercase())
        .filter(|s| !s.is_empty() && s != "index")
        .collect();
    segments
        .iter()
        .rev()
        .take(2)
        .find_map(|segment| match segment.as_str() {
            "gzdt" | "xwdt" | "zwdt" | "bmdt" | "zjdt" | "jddt" | "dtyw" | "zwyw" | "yaowen"
            | "xwzx" | "news" | "xinwen" | "zjxw" | "gzxx" | "jrgz" | "dt" | "yw" => {
                Some(ColumnClass::News)
            }
            "tzgg" | "gsgg" | "tzgs" | "gggs" | "tzgggs" | "ggtz" | "notice" | "gonggao" | "gg"
            | "gs" | "tz" => Some(ColumnClass::Notice),
            "zcwj" | "gfxwj" | "xzgfxwj" | "zcfg" | "zfwj" | "bmwj" | "wjzl" | "policy"
            | "zhengce" | "gfwj" | "qtwj" => Some(ColumnClass::Policy),
            "zcjd" | "jdhy" | "zfxxgkzn" | "zfxxgknb" | "zfxxgkndbg" | "ndbg" | "zn" | "yjzj" => {
                Some(ColumnClass::Other)
            }
            _ => None,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_tell_the_class() {
        let of = |name, path: &str| class_of(name, &format!("http://a.example{path}"));
        assert_eq!(of("工作动态", "/x/"), Some(ColumnClass::News));
        assert_eq!(of("通知公告", "/x/"), Some(ColumnClass::Notice));
        assert_eq!(of("行政规范性文件", "/x/"), Some(ColumnClass::Policy));
        assert_eq!(of("政策文件解读", "/zcwj/"), Some(ColumnClass::Other));
        assert_eq!(
            of("", "/qingshi/tzgg/index.html"),
            Some(ColumnClass::Notice)
        );
        assert_eq!(of("", "/qingshi/gzdt.htm"), Some(ColumnClass::News));
        assert_eq!(of("青石街道", "/qingshi/"), None);
    }
}
