//! What stands behind a label: something, nothing, or something that cannot be it.

use regex::Regex;

/// How the values of an element are judged.
#[derive(Debug)]
pub(crate) struct Values {
    /// One of these must be found in a value; empty: anything will do.
    pub(crate) plausible: Vec<Regex>,
    /// `无` is an answer (a body without a fax).
    pub(crate) none_ok: bool,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Filled,
    Implausible,
    Blank,
    /// It refers to an attachment.
    Elsewhere,
}

impl Values {
    pub(crate) fn sort(&self, value: &str) -> Sort {
        let bare = bare(value);
        if is_none(&bare) {
            return if self.none_ok {
                Sort::Filled
            } else {
                Sort::Blank
            };
        }
        if bare.is_empty() || is_filler(&bare) || is_only_numbering(value, &bare) {
            return Sort::Blank;
        }
        if self.is_plausible(value) {
            return Sort::Filled;
        }
        if refers_elsewhere(&bare) {
            return Sort::Elsewhere;
        }
        Sort::Implausible
    }

    /// Whether a text that may hold the value does.
    pub(crate) fn is_plausible(&self, text: &str) -> bool {
        self.plausible.is_empty() || self.plausible.iter().any(|r| r.is_match(text))
    }

    /// Whether the rule says what a value looks like.
    pub(crate) fn are_known(&self) -> bool {
        !self.plausible.is_empty()
    }
}

/// Without blanks and marks.
fn bare(value: &str) -> String {
    value.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn is_none(bare: &str) -> bool {
    matches!(
        bare,
        "无" | "暂无"
            | "没有"
            | "未设"
            | "不设"
            | "未设置"
            | "未开通"
            | "暂未开通"
            | "无传真"
            | "无此项"
    )
}

/// Signs that somebody meant to fill it in later: `XXX`, `待补充`, a row of noughts.
fn is_filler(bare: &str) -> bool {
    matches!(
        bare,
        "待定"
            | "待补充"
            | "待完善"
            | "待更新"
            | "待填"
            | "待公布"
            | "略"
            | "空"
            | "另行通知"
            | "暂缺"
            | "未填"
            | "请填写"
    ) || (!bare.is_empty() && bare.chars().all(|c| matches!(c, 'X' | 'x' | '某' | '0')))
}

/// `;(二)`: what an empty value leaves between its label and the next one.
fn is_only_numbering(value: &str, bare: &str) -> bool {
    bare.chars().count() <= 2
        && value.contains(['(', '、', '.'])
        && bare
            .chars()
            .all(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(c))
}

fn refers_elsewhere(bare: &str) -> bool {
    ["详见", "见附", "附后", "见下", "见附件", "附件"]
        .iter()
        .any(|word| bare.contains(word))
        && bare.chars().count() <= 24
}

#[cfg(test)]
mod tests {
    use super::{Sort, Values};
    use regex::Regex;

    #[test]
    fn values_are_sorted() {
        let phone = Values {
            plausible: Regex::new(r"\d{3,4}-\d{7,8}").into_iter().collect(),
            none_ok: false,
        };
        for (value, sort) in [
            ("0599-6660001", Sort::Filled),
            ("0599-666", Sort::Implausible),
            ("", Sort::Blank),
            (" —— ", Sort::Blank),
            ("无", Sort::Blank),
            ("XXXX-XXXXXXX", Sort::Blank),
            ("详见附件", Sort::Elsewhere),
        ] {
            assert_eq!(phone.sort(value), sort, "{value}");
        }
        let fax = Values {
            plausible: Vec::new(),
            none_ok: true,
        };
        assert_eq!(fax.sort("无。"), Sort::Filled);
        assert_eq!(fax.sort("/"), Sort::Blank);
        assert_eq!(fax.sort(";(二)"), Sort::Blank);
    }
}
