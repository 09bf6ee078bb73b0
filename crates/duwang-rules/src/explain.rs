//! Why a rule stayed silent where a reader might have expected it to speak.

use chrono::NaiveDate;
use duwang_model::Span;
use std::fmt;

/// One place a rule looked at, and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The rule's id.
    pub rule: String,
    /// The place.
    pub span: Span,
    /// Its text as published.
    pub quote: String,
    /// What became of it.
    pub why: Why,
}

/// What became of a place a rule looked at.
#[derive(Debug, Clone, PartialEq)]
pub enum Why {
    /// It was reported.
    Reported,
    /// An exception holds: which.
    Exception(String),
    /// The row or rule holds only from this day on.
    NotYet(NaiveDate),
    /// The rule held only up to this day.
    NoLonger(NaiveDate),
    /// The rule does not apply to this document, channel, unit or part of the page: why.
    OutOfScope(String),
    /// The rule is a draft or retired.
    NotInForce,
    /// A condition of the rule (`unless`, `near`, `when`, `absent`) is not met: which expression.
    Condition(String),
    /// The number does not pass the rule's check.
    NotVerified,
    /// A longer match of another rule covers it.
    CoveredBy(String),
    /// The rule reports only so many places of a document.
    Enough,
    /// A suspicion that is not strong enough, or not meant for such text: why, and what might have been meant.
    Doubt(String),
    /// The content was not read to its end, so nothing can be called absent.
    NotSeen,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reported => f.write_str("已报告"),
            Self::Exception(which) => write!(f, "属于例外“{which}”"),
            Self::NotYet(day) => write!(f, "文档日期早于{day}，不适用"),
            Self::NoLonger(day) => write!(f, "文档日期晚于{day}，不再适用"),
            Self::OutOfScope(why) => write!(f, "不在适用范围：{why}"),
            Self::NotInForce => f.write_str("规则未启用或已停用"),
            Self::Condition(which) => write!(f, "条件“{which}”不满足"),
            Self::NotVerified => f.write_str("号码未通过校验"),
            Self::CoveredBy(rule) => write!(f, "被更长的命中（{rule}）覆盖"),
            Self::Enough => f.write_str("同一文档已报告足够多处"),
            Self::Doubt(why) => f.write_str(why),
            Self::NotSeen => f.write_str("正文未读全，不判断缺失"),
        }
    }
}
