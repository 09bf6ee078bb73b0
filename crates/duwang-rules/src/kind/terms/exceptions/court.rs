//! Papers of a court: they follow forms of their own (dates in Han numerals).

use crate::judge::{Form, Seen};
use regex::Regex;
use std::sync::LazyLock;

const COURT: &str = "人民法院";

/// `(2026)闽0599民初1138号`, `(2025)闽民终21号`.
#[allow(
    clippy::expect_used,
    reason = "the expression is part of the program, and a test reads it"
)]
static CASE_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\((?:19|20)\d\d\)\p{Han}{1,3}(?:\d{2,4}\p{Han}?(?:执|破|赔)|(?:\d{2,4})?\p{Han}?(?:民|刑|行|执|破|赔)(?:初|终|申|再|特|督|更|审|恢|保|异|复|监|抗))\d+号")
        .expect("it can be read")
});

/// Whether a court publishes or signs the page, or it bears the number of a case.
pub(super) fn speaks(seen: &Seen<'_>) -> bool {
    let is_its = |name: &str| name.ends_with(COURT);
    seen.context.unit.is_some_and(|unit| is_its(&unit.name))
        || is_signed(seen)
        || has_case_number(seen.text(Form::Folded))
}

/// `岩前县人民法院` on a line of its own.
fn is_signed(seen: &Seen<'_>) -> bool {
    const LONGEST: usize = 20;
    let mut lines = seen
        .document
        .main_blocks()
        .map(|b| seen.document.text.slice(b.span).trim());
    lines.any(|line| {
        line.ends_with(COURT)
            && line.chars().nth(LONGEST).is_none()
            && !line.contains(['：', ':', '，', '向', '由'])
    })
}

fn has_case_number(folded: &str) -> bool {
    folded.contains('号') && CASE_NUMBER.is_match(folded)
}

#[cfg(test)]
mod tests {
    use super::has_case_number;

    #[test]
    fn cases_are_numbered_in_their_own_way() {
        for text in [
            "(2026)闽0599民初1138号",
            "(2025)闽民终21号",
            "依据(2024)闽0599执恢7号裁定",
            "(2026)闽0599执88号",
            "(2026)最高法民申1号",
        ] {
            assert!(has_case_number(text), "{text}");
        }
        for text in [
            "(2026)云政办12号",
            "云民政(2026)12号",
            "(2026)云民政12号",
            "(2026)行政许可7号",
            "2026民初12号",
        ] {
            assert!(!has_case_number(text), "{text}");
        }
    }
}
