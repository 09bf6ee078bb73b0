//! A whole beside its parts: 126件，其中继续有效78件、修改21件、废止19件; 38件（当面2件、邮寄36件）; 邮件8封、来电5个，合计13条.

use super::figures::{self, Figure};
use crate::words::{WORDS, has_any};

/// Fewer parts are no list.
const FEWEST: usize = 2;

/// Whether the parts of a match make another sum than its whole. What may leave something out (其中) is wrong only when it makes more, unless
/// a part is the rest (其余). What cannot be read says nothing.
pub(super) fn differ(matched: &str) -> bool {
    let Some(numbers) = told(matched) else {
        return false;
    };
    let behind = sum_behind(matched, &numbers);
    let (whole, parts) = match behind {
        true => numbers.split_last(),
        false => numbers.split_first(),
    }
    .unwrap_or((&numbers[0], &[]));
    let same_unit = |part: &Figure<'_>| part.unit.chars().next() == whole.unit.chars().next();
    // 邮件8封、来电5个，合计13条: what is added up may be counted in different ways.
    if parts.len() < FEWEST || !behind && !parts.iter().all(same_unit) {
        return false;
    }
    let off = rounding(&numbers);
    let whole = scaled(whole);
    let sums = running_sums(parts);
    let makes_whole = |sum: &u64| sum.abs_diff(whole) <= off;
    // 18件，其中新办6件、延续12件，准予17件，不予1件: what stands behind all parts parts the whole in another way.
    if !behind && sums.iter().skip(FEWEST - 1).any(makes_whole) {
        return false;
    }
    let sum = sums.last().copied().unwrap_or_default();
    match behind || leaves_nothing_out(matched, &numbers) {
        true => sum.abs_diff(whole) > off,
        false => sum > whole + off || parts.len() >= MANY && is_slip(sum, whole) && off == 0,
    }
}

/// From so many parts on they are meant to be all, although 其中 need not say so.
const MANY: usize = 4;

/// Whether a sum falls short of its whole by so little that a digit slipped sooner than that a part was left out: 282 of 283.
fn is_slip(sum: u64, whole: u64) -> bool {
    const ONE_OF: u64 = 100;
    sum < whole && (whole - sum) * ONE_OF <= whole
}

/// The sums of the first part, the first two, and so on.
fn running_sums(parts: &[Figure<'_>]) -> Vec<u64> {
    let sums = parts.iter().scan(0_u64, |sum, part| {
        *sum = sum.saturating_add(scaled(part));
        Some(*sum)
    });
    sums.collect()
}

/// By how much parts and whole may differ: amounts with decimals were rounded, each by itself, to half of its last digit. Things that are
/// counted are not.
pub(super) fn rounding(numbers: &[Figure<'_>]) -> u64 {
    let half = |n: &Figure<'_>| 10_u64.pow(PLACES.saturating_sub(n.places)) / 2;
    match numbers.iter().any(|n| n.places > 0) {
        true => numbers.iter().map(half).sum(),
        false => 0,
    }
}

/// The numbers of a text that count something; `None`: a share or a day among them makes it something else.
fn told(text: &str) -> Option<Vec<Figure<'_>>> {
    let numbers: Vec<Figure<'_>> = figures::all(text).collect();
    let counts = |n: &Figure<'_>| {
        let first = n.unit.chars().next();
        first.is_some_and(|c| !matches!(c, '%' | '％') && !WORDS.rate.days.contains(c))
    };
    (!numbers.is_empty() && numbers.iter().all(counts)).then_some(numbers)
}

/// Whether the whole stands behind its parts: `…，合计13条`.
fn sum_behind(text: &str, numbers: &[Figure<'_>]) -> bool {
    let before_last = match numbers {
        [.., before, last] => &text[before.end..last.start],
        _ => return false,
    };
    has_any(before_last, &WORDS.parts.sums)
}

/// Whether the parts are all of the whole: in brackets without 其中, or with the rest among them.
fn leaves_nothing_out(text: &str, numbers: &[Figure<'_>]) -> bool {
    let [whole, first, ..] = numbers else {
        return false;
    };
    let between = &text[whole.end..first.start];
    let is_some = has_any(between, &WORDS.parts.some);
    let in_brackets = between.contains(['(', '（']);
    has_any(&text[first.start..], &WORDS.parts.rest) || in_brackets && !is_some
}

/// Decimals that are added up.
const PLACES: u32 = 4;

/// In ten-thousandths.
pub(super) fn scaled(figure: &Figure<'_>) -> u64 {
    let more = PLACES.saturating_sub(figure.places);
    figure.digits.saturating_mul(10_u64.pow(more))
        / 10_u64.pow(figure.places.saturating_sub(PLACES))
}

#[cfg(test)]
mod tests {
    use super::differ;

    #[test]
    fn parts_make_the_whole() {
        for right in [
            "126件，其中继续有效78件、修改21件、废止19件",
            "38件(当面2件、邮寄12件、网络24件)",
            "296条，其中政策文件12条、工作动态198条、其他86条",
            "邮件8封、来电5个、留言11条，合计24条",
            "13.5万元，其中甲村8.2万元、其余5.3万元",
            "18件，其中新办6件、延续12件，准予17件，不予许可1件",
            "58.7万元，其中补助18万元、筹资36.53万元、自筹4.2万元",
        ] {
            assert!(!differ(right), "{right}");
        }
        for wrong in [
            "126件，其中继续有效78件、修改21件、废止29件",
            "38件(当面2件、邮寄11件、网络24件)",
            "287条，其中政策文件12条、工作动态198条、其他86条",
            "邮件8封、来电5个、留言11条，合计23条",
            "13.5万元，其中甲村8.2万元、其余5.1万元",
            "283条，其中：网站27条，公众号109条，平台138条，图书馆8条",
        ] {
            assert!(differ(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_read_or_leaves_something_out_says_nothing() {
        for text in [
            "126件，其中继续有效78件",
            "126件，其中继续有效78件、涉及单位90个",
            "120户(其中低保户30户、五保户10户)",
            "126件，其中继续有效70%、修改50件",
            "126件，其中7月78件、8月90件",
            "283条，其中网站27条，公众号109条，平台130条，图书馆8条",
            "283条，其中网站135条，公众号147条",
            "",
        ] {
            assert!(!differ(text), "{text}");
        }
    }
}
