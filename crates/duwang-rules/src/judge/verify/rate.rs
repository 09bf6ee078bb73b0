//! A rate beside the amounts it is of: 41万元，比上年减少19万元，下降31.7%; 预算10万元，支出9万元，完成预算的90%; 受理412件，办结398件，办结率96.6%;
//! 由300元调整为400元，上调33.3%; 企业126家，其中规上企业38家，占30.2%.

use super::difference::unit;
use super::figures::{self, Figure};
use crate::words::{WORDS, has_any};

/// Points a rate may be off whatever its decimals: rates are often taken of amounts that were rounded for print.
const LEAST_TOLERANCE: f64 = 0.15;
const HUNDRED: f64 = 100.0;

/// Whether the rate of a match is another one than its two amounts make. What cannot be read says nothing.
pub(super) fn differs(matched: &str) -> bool {
    let Some((first, second, rate)) = told(matched) else {
        return false;
    };
    let between = &matched[first.end..second.start];
    let behind = &matched[second.end..rate.start];
    let right = match has_any(between, &WORDS.rate.into) {
        true => change(&first, &second),
        false if first.unit != second.unit => None,
        false => made(&first, &second, between, behind),
    };
    right.is_some_and(|right| {
        let (told, off) = (value(&rate), last_digit(&rate).max(LEAST_TOLERANCE));
        told < right.least * HUNDRED - off || told > right.most * HUNDRED + off
    })
}

/// By how much of itself an amount became another one.
fn change(from: &Figure<'_>, to: &Figure<'_>) -> Option<Range> {
    if unit(from) != unit(to) || unit(from).is_empty() {
        return None;
    }
    let (before, after) = (Range::counted(from), Range::counted(to));
    let by = match value(to) > value(from) {
        true => after.minus(before),
        false => before.minus(after),
    };
    by.over(before)
}

/// What rate the words between two amounts of a unit and its number make of them.
fn made(first: &Figure<'_>, second: &Figure<'_>, between: &str, behind: &str) -> Option<Range> {
    if has_any(behind, &WORDS.rate.of_plan) {
        return Range::of(second).over(Range::of(first));
    }
    if is_share(behind, between) || has_any(behind, &WORDS.rate.of_whole) {
        return Range::counted(second).over(Range::counted(first));
    }
    let way = way(between).filter(|between| way(behind) == Some(*between))?;
    let base = match way {
        Way::Down => Range::of(first).plus(Range::of(second)),
        Way::Up => Range::of(first).minus(Range::of(second)),
    };
    Range::of(second).over(base)
}

/// The two amounts of a text and its rate, in this order; numbers of years and days are none.
fn told(text: &str) -> Option<(Figure<'_>, Figure<'_>, Figure<'_>)> {
    let mut numbers = figures::all(text).filter(|n| !n.unit.starts_with(is_of_day));
    let told = (numbers.next()?, numbers.next()?, numbers.next()?);
    let is_rate = |n: &Figure<'_>| n.unit.starts_with(['%', '％']);
    let are_two = !is_rate(&told.0) && !is_rate(&told.1) && is_rate(&told.2);
    (are_two && numbers.next().is_none()).then_some(told)
}

/// `办结率` behind what was `办结`: the rate of what the second amount says of the first.
fn is_share(behind: &str, between: &str) -> bool {
    const LETTERS: usize = 2;
    let Some((before, _)) = behind.split_once('率') else {
        return false;
    };
    let Some((at, _)) = before.char_indices().rev().nth(LETTERS - 1) else {
        return false;
    };
    // 不合格12批次，合格率96.2%: the rate is that of the others.
    let said = between.split_once(&before[at..]);
    said.is_some_and(|(lead, _)| !lead.ends_with(|c| WORDS.rate.no.contains(c)))
}

fn is_of_day(unit: char) -> bool {
    WORDS.rate.days.contains(unit)
}

fn value(figure: &Figure<'_>) -> f64 {
    figure.digits as f64 / 10_f64.powi(figure.places as i32)
}

/// One of the last written digit.
fn last_digit(figure: &Figure<'_>) -> f64 {
    10_f64.powi(-(figure.places as i32))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// What words before a number say of it; both or neither is nothing.
fn way(words: &str) -> Option<Way> {
    let says = |signs: &str| words.contains(|c| signs.contains(c));
    match (says(&WORDS.rate.up), says(&WORDS.rate.down)) {
        (true, false) => Some(Way::Up),
        (false, true) => Some(Way::Down),
        _ => None,
    }
}

/// Between which a number may lie that was rounded to what is written.
#[derive(Debug, Clone, Copy)]
struct Range {
    least: f64,
    most: f64,
}

impl Range {
    fn of(figure: &Figure<'_>) -> Self {
        let half = last_digit(figure) / 2.0;
        Self {
            least: value(figure) - half,
            most: value(figure) + half,
        }
    }

    /// Of what is counted and not measured: whole numbers were not rounded.
    fn counted(figure: &Figure<'_>) -> Self {
        let exactly = value(figure);
        match figure.places {
            0 => Self {
                least: exactly,
                most: exactly,
            },
            _ => Self::of(figure),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            least: self.least + other.least,
            most: self.most + other.most,
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            least: self.least - other.most,
            most: self.most - other.least,
        }
    }

    /// `None`: what is divided by may be nothing.
    fn over(self, other: Self) -> Option<Self> {
        (other.least > 0.0 && self.least >= 0.0).then(|| Self {
            least: self.least / other.most,
            most: self.most / other.least,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::differs;

    #[test]
    fn a_rate_is_that_of_its_amounts() {
        for right in [
            "41万元，比上年减少19万元，下降31.7%",
            "41万元,比2025年减少19万元,下降31.67%",
            "1,200人，比上年增加200人，增长20%",
            "预算10万元，支出决算9万元，完成预算的90%",
            "12.3亿元，较上年增长0.8亿元，增长7%",
            "3万元，比上年减少1万元，下降25.0%",
            "受理412件，办结398件，办结率96.6%",
            "抽检126批次，合格124批次，合格率达98.4%",
            "由300元调整为400元，上调33.3%",
            "由600元提高到900元，提高50%",
            "从1.2万件下降到0.9万件，下降25%",
            "企业126家，其中产值超亿元的38家，占30%",
            "意见18条，采纳10条，占55.6%",
        ] {
            assert!(!differs(right), "{right}");
        }
        for wrong in [
            "41万元，比上年减少19万元，下降43.78%",
            "1200人，比上年增加200人，增长16.7%",
            "预算7.5万元，支出决算9万元，完成预算的110%",
            "受理412件，办结398件，办结率99.6%",
            "抽检126批次，合格124批次，合格率达99.2%",
            "由300元调整为400元，上调25%",
            "从12件下降到9件，下降33.3%",
            "企业126家，其中产值超亿元的38家，占32%",
        ] {
            assert!(differs(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for text in [
            "41万元，比上年减少19元，下降50%",
            "41万元，比上年减少19万元，增长50%",
            "41万元，比上年增减19万元，下降50%",
            "5万元，比上年增加5万元，增长100%",
            "5万元，比上年增加8万元，增长60%",
            "下降50%",
            "由300元调整为1万元，上调25%",
            "由300调整为400，上调25%",
            "企业126家，其中产值38亿元，占32%",
            "受理412件，办结398件，满意率99.6%",
            "抽检312批次，检出不合格12批次，合格率96.2%",
            "41万元，比上年减少19万元，其中3万元，下降50%",
            "",
        ] {
            assert!(!differs(text), "{text}");
        }
    }
}
