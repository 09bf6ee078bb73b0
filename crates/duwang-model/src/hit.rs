//! One rule speaking about one place.

use crate::Span;
use crate::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// How grave a fault is; ordered from light to grave.
    Level {
        /// Worth knowing, deducts nothing.
        Hint = "hint", "提示";
        /// An ordinary fault.
        General = "general", "一般";
        /// A grave fault.
        Serious = "serious", "严重";
    }
}

words! {
    /// How sure the rule is; ordered from unsure to sure.
    Certainty {
        /// A person must look.
        Ask = "ask", "待核";
        /// Usually right.
        Likely = "likely", "很可能";
        /// Right but for a broken page.
        Certain = "certain", "确定";
    }
}

words! {
    /// The field of duty a finding belongs to; part of the outside contract.
    Category {
        /// 指南要素.
        Guide = "guide", "指南要素";
        /// 指南过时.
        GuideOutdated = "guide-outdated", "指南过时";
        /// 政策解读.
        Interpretation = "interpretation", "政策解读";
        /// 意见征集.
        Solicitation = "solicitation", "意见征集";
        /// 应公开未公开.
        Coverage = "coverage", "公开内容";
        /// 更新.
        Freshness = "freshness", "更新时效";
        /// 年度报告.
        AnnualReport = "annual-report", "年度报告";
        /// 标识标签.
        Labelling = "labelling", "标识标签";
        /// 用语.
        Wording = "wording", "规范用语";
        /// 错别字.
        Typo = "typo", "错别字";
        /// 格式.
        Format = "format", "格式";
        /// 个人信息.
        Privacy = "privacy", "个人信息";
        /// 链接.
        Link = "link", "链接";
        /// 附件.
        Attachment = "attachment", "附件";
        /// 可用性.
        Availability = "availability", "可用性";
        /// 新媒体.
        NewMedia = "new-media", "新媒体";
        /// 办事指南.
        ServiceGuide = "service-guide", "办事指南";
        /// 一致性.
        Consistency = "consistency", "一致性";
        /// 安全.
        Safety = "safety", "安全";
    }
}

/// What a hit is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "about", content = "url")]
pub enum Subject {
    /// A page (or the whole of it); its URL.
    Page(String),
    /// A column; its list URL.
    Column(String),
    /// The channel; its entry URL.
    Channel(String),
}

impl Subject {
    /// The page, column or entry where the fault is or where the missing thing should have been.
    pub fn url(&self) -> &str {
        match self {
            Self::Page(url) | Self::Column(url) | Self::Channel(url) => url,
        }
    }
}

/// One rule speaking about one place in one document, or about a channel or column. Knows nothing of earlier scans.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hit {
    /// `<pack>/<name>`.
    pub rule: String,
    /// Pack and its version: `guide@3`.
    pub pack: String,
    /// Field of duty.
    pub category: Category,
    /// How grave.
    pub level: Level,
    /// How sure.
    pub certainty: Certainty,
    /// What is wrong, in Chinese, one sentence.
    pub message: String,
    /// Where.
    pub subject: Subject,
    /// The faulty text exactly as published; empty only where something is absent.
    pub quote: String,
    /// The quote with its surroundings, at most about 120 characters, one line.
    pub context: String,
    /// Byte span in the document's plain text; `None` when nothing is there to point at.
    pub span: Option<Span>,
    /// Character offsets of `span`, as the contract wants them.
    pub chars: Option<(usize, usize)>,
    /// A further hint to the place: table cell, label, link target.
    pub locator: Option<String>,
    /// What tells this fault from others of the same rule on the same page, stable under small edits: a link target, a label,
    /// an element's name. Empty: the quote.
    #[serde(default)]
    pub key: String,
    /// What to write or do instead.
    pub suggestion: String,
    /// The words to put in the quote's place, when the rule knows exactly these; empty: the quote should go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// Document, number and article the rule rests on.
    pub basis: String,
    /// Higher is surer, 0–1; orders equal certainties.
    pub score: f32,
}
