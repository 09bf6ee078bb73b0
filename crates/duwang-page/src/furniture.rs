//! What lines around a text say of themselves: info line, catalogue, buttons, footer.

use crate::dates::find_dates;
use crate::words::Words;
use duwang_model::Part;
use std::borrow::Cow;

/// Labels of the catalogue block of a disclosed document; a longer one stands before its end.
const CATALOGUE: Words = Words::new(&[
    "索引号",
    "信息索取号",
    "索取号",
    "发布时间",
    "主题分类",
    "组配分类",
    "体裁分类",
    "发文字号",
    "备注/文号",
    "文号",
    "文件编号",
    "发布机构",
    "发文机关",
    "发文单位",
    "公开主体",
    "公文生成日期",
    "成文日期",
    "生成日期",
    "发布日期",
    "公开日期",
    "公开方式",
    "公开时限",
    "公开范围",
    "有效性",
    "统一编号",
    "主题词",
    "内容概述",
    "服务对象",
]);

/// Labels of a call for opinions; a longer one stands before its end.
const STATE: Words = Words::new(&[
    "征集起止时间",
    "征集主题",
    "征集标题",
    "征集部门",
    "征集单位",
    "征集机构",
    "征集时间",
    "征集期限",
    "征集状态",
    "征求意见时间",
    "征求意见期限",
    "活动状态",
    "当前状态",
    "开始时间",
    "开始日期",
    "结束时间",
    "结束日期",
    "起止时间",
    "起止日期",
    "截止时间",
    "截止日期",
    "反馈期限",
    "发起单位",
    "发起部门",
]);

/// What only a footer says.
const FOOTER: Words = Words::new(&[
    "网站标识码",
    "ICP备",
    "公网安备",
    "版权所有",
    "Copyright",
    "copyright",
    "COPYRIGHT",
    "网站备案",
]);

/// What a footer says too, but content may as well.
const FOOTER_LIKE: Words = Words::new(&[
    "技术支持",
    "网站地图",
    "主办：",
    "主办单位：",
    "承办单位：",
    "联系我们",
]);

/// What the line under a title says.
const INFO: Words = Words::new(&[
    "字体:",
    "字体：",
    "字号",
    "阅读：",
    "阅读:",
    "阅读次数",
    "【字体",
    "发布时间",
    "发布日期",
    "更新时间",
    "发稿时间",
    "来源：",
    "来源:",
    "信息来源",
    "文章来源",
    "稿件来源",
    "浏览次数",
    "浏览量",
    "点击数",
    "访问量",
    "作者：",
    "责任编辑",
]);

const BUTTONS: Words = Words::new(&[
    "打印本页",
    "打印本文",
    "关闭窗口",
    "【打印",
    "[打印",
    "【关闭",
    "[关闭",
    "分享到",
    "扫一扫",
    "上一篇",
    "下一篇",
    "用微信扫描",
    "收藏本页",
    "返回顶部",
]);

const PLACE: Words = Words::new(&["当前位置", "您的位置", "现在位置", "现在的位置", "所在位置"]);

/// The path of columns above a text.
pub(crate) fn is_breadcrumb(text: &str) -> bool {
    PLACE.is_in(text)
}

/// Whether only a footer says this.
pub(crate) fn is_footer(text: &str) -> bool {
    FOOTER.is_in(text)
}

/// Whether a footer may say this.
pub(crate) fn is_footer_like(text: &str) -> bool {
    FOOTER_LIKE.is_in(text)
}

/// `您访问的链接即将离开…`
pub(crate) fn is_leaving_popup(text: &str) -> bool {
    text.contains("即将离开")
        && (text.contains("链接") || text.contains("网站") || text.contains("继续"))
}

/// The line under a title: publication time, source, reading counter, font size; or nothing but a date.
pub(crate) fn is_info_line(text: &str) -> bool {
    if text.len() > 400 {
        return false;
    }
    if has_info_word(text) {
        return true;
    }
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    let text = squeeze(text);
    let labelled = ["时间：", "时间:", "日期：", "日期:"]
        .iter()
        .any(|w| text.starts_with(w));
    let bare = text.starts_with(|c: char| c.is_ascii_digit()) && text.len() < 90;
    if !labelled && !bare {
        return false;
    }
    let rest = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    find_dates(rest).first().is_some_and(|d| d.0.start == 0)
}

/// Whether a short line says what only the line under a title says.
pub(crate) fn has_info_word(text: &str) -> bool {
    text.len() <= 400 && INFO.is_in(&squeeze(text))
}

/// How many labels of the catalogue block stand in a line, each followed by a colon or alone.
pub(crate) fn catalogue_labels(text: &str) -> usize {
    labels(&CATALOGUE, text)
}

/// How many labels of a call for opinions stand in a line.
pub(crate) fn state_labels(text: &str) -> usize {
    labels(&STATE, text)
}

fn labels(of: &Words, text: &str) -> usize {
    if text.len() > 240 {
        return 0;
    }
    let text = squeeze(text);
    let mut count = 0;
    let mut from = 0;
    while let Some((at, label)) = of.find_from(&text, from) {
        from = at + label.len();
        let rest = &text[from..];
        let alone = at == 0 && (rest.is_empty() || rest.starts_with('/'));
        count += usize::from(alone || rest.starts_with(['：', ':']));
    }
    count
}

/// `下一篇：关于…的公告`: what another page is called. 相关链接 is none: there a policy and its interpretation point at each other.
fn is_pointer(text: &str) -> bool {
    const BEGINS: [&str; 8] = [
        "上一篇",
        "下一篇",
        "上一条",
        "下一条",
        "推荐阅读",
        "延伸阅读",
        "猜你喜欢",
        "热门推荐",
    ];
    const LONGEST: usize = 400;
    let begins = |text: &str| BEGINS.iter().any(|w| text.starts_with(w));
    text.len() <= LONGEST && begins(text.trim_start_matches(['【', '[', ' ', '\u{3000}']))
}

/// Buttons and pointers around a text that are not part of it.
pub(crate) fn noise(text: &str) -> Option<Part> {
    const WHOLE: [&str; 12] = [
        "打印",
        "分享",
        "分享到",
        "关闭",
        "收藏",
        "相关附件",
        "相关新闻",
        "相关文章",
        "相关稿件",
        "关联稿件",
        "相关链接",
        "返回",
    ];
    const EDITORS: [&str; 9] = [
        "责任编辑",
        "（责任编辑",
        "(责任编辑",
        "编辑：",
        "审核：",
        "初审：",
        "终审：",
        "信息来源：",
        "稿件来源：",
    ];
    if is_pointer(text) {
        return Some(Part::Nav);
    }
    if text.len() > 150 {
        return None;
    }
    let text = squeeze(text);
    if BUTTONS.is_in(&text) || WHOLE.contains(&text.trim_end_matches(['：', ':'])) {
        return Some(Part::Nav);
    }
    EDITORS
        .iter()
        .any(|e| text.starts_with(e))
        .then_some(Part::Info)
}

/// Without blanks and quotation marks, which pages write now so, now so.
pub(crate) fn squeeze(text: &str) -> Cow<'_, str> {
    let mut kept = String::new();
    let mut copied = 0;
    for (at, c) in suspects(text) {
        if !crate::walk::is_visible(c) || matches!(c, '"' | '“' | '”' | '\'' | '‘' | '’') {
            kept.push_str(&text[copied..at]);
            copied = at + c.len_utf8();
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    kept.push_str(&text[copied..]);
    Cow::Owned(kept)
}

/// The characters that may be blanks or quotation marks, told by their bytes: most text has none, and need not be decoded.
fn suspects(text: &str) -> impl Iterator<Item = (usize, char)> {
    let bytes = text.as_bytes();
    let may_be = move |at: usize| match bytes[at] {
        0..=b'\'' | 0x7f | 0xc2 | 0xe1 => true,
        0xe2 => matches!(bytes.get(at + 1), Some(0x80 | 0x81)),
        0xe3 => bytes[at..].starts_with("\u{3000}".as_bytes()),
        0xef => matches!(bytes.get(at + 1), Some(0xbb)),
        _ => false,
    };
    (0..bytes.len())
        .filter(move |at| may_be(*at))
        .filter_map(|at| Some((at, text.get(at..)?.chars().next()?)))
}
