//! What the text says of the kind.

use super::title::{Title, not_opinions};
use duwang_model::{Document, Kind, Part};

pub(super) fn by_body(
    document: &Document,
    title: &Title,
    reasons: &mut Vec<String>,
) -> Option<Kind> {
    let main: String = document
        .blocks
        .iter()
        .filter(|b| b.part == Part::Main)
        .take(60)
        .map(|b| document.text.slice(b.span))
        .collect();
    let has = |word: &str| memchr::memmem::find(main.as_bytes(), word.as_bytes()).is_some();
    const GUIDE: [&str; 8] = [
        "编排体系",
        "获取方式",
        "依申请公开",
        "办公地址",
        "办公时间",
        "受理机构",
        "答复时限",
        "公开形式",
    ];
    let elements = GUIDE.iter().filter(|w| has(w)).count();
    if title.whole.contains("指南")
        && title.own_has(&["通知", "条例", "办法"]).is_none()
        && elements >= 4
    {
        reasons.push(format!("正文有{elements}项指南要素"));
        return Some(Kind::Guide);
    }
    let opening: String = main.chars().take(500).collect();
    let asks = [
        "公开征求意见",
        "征求意见",
        "征集意见",
        "征求社会各界意见",
        "征求公众意见",
    ]
    .iter()
    .find(|w| opening.contains(**w));
    let answer = [
        "电子邮箱",
        "意见反馈",
        "反馈意见",
        "提出意见",
        "截止",
        "电子邮件",
        "修改意见",
    ]
    .iter()
    .any(|w| has(w));
    if let Some(word) = asks
        && answer
        && not_opinions(title).is_none()
        && title
            .has(&["公告", "草案", "公示", "通知", "稿", "启事"])
            .is_some()
        && document.number.is_none()
    {
        reasons.push(format!("正文开头“{word}”并留有提意见的方式"));
        return Some(Kind::Solicitation);
    }
    None
}
