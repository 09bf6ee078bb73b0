//! A rate beside the amounts it is of: 41万元，比上年减少19万元，下降31.7%; 预算10万元，支出9万元，完成预算的90%.

/// Points a rate may be off whatever its decimals: rates are often taken of amounts that were rounded for print.
const LEAST_TOLERANCE: f64 = 0.15;
const HUNDRED: f64 = 100.0;

/// Whether the rate of a match is another one than its two amounts make. What cannot be read says nothing.
pub(super) fn differs(matched: &str) -> bool {
    let Some((first, second, rate)) = told(matched) else {
        return false;
    };
    if first.unit != second.unit {
        return false;
    }
    let between = &matched[first.end..second.start];
    let behind = &matched[second.end..rate.start];
    let right = match (behind.contains("完成"), way(between), way(behind)) {
        (true, _, _) => Range::of(&second).over(Range::of(&first)),
        (false, Some(way), Some(same)) if way == same => {
            let base = match way {
                Way::Down => Range::of(&first).plus(Range::of(&second)),
                Way::Up => Range::of(&first).minus(Range::of(&second)),
            };
            Range::of(&second).over(base)
        }
        _ => None,
    };
    right.is_some_and(|right| {
        let off = rate.last_digit().max(LEAST_TOLERANCE);
        rate.value < right.least * HUNDRED - off || rate.value > right.most * HUNDRED + off
    })
}

/// The two amounts of a text and its rate, in this order; numbers of years and days are none.
fn told(text: &str) -> Option<(Number<'_>, Number<'_>, Number<'_>)> {
    let mut numbers = numbers(text).filter(|n| !n.unit.starts_with(['年', '月', '日', '号']));
    let told = (numbers.next()?, numbers.next()?, numbers.next()?);
    let is_rate = |n: &Number<'_>| n.unit.starts_with(['%', '％']);
    let are_two = !is_rate(&told.0) && !is_rate(&told.1) && is_rate(&told.2);
    (are_two && numbers.next().is_none()).then_some(told)
}

/// A number and what it counts.
#[derive(Debug, Clone, Copy)]
struct Number<'t> {
    value: f64,
    decimals: i32,
    unit: &'t str,
    start: usize,
    end: usize,
}

impl Number<'_> {
    /// One of its last written digit.
    fn last_digit(&self) -> f64 {
        10_f64.powi(-self.decimals)
    }
}

fn numbers(text: &str) -> impl Iterator<Item = Number<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(|c: char| c.is_ascii_digit())?;
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
        let len = text[start..].find(|c| !is_part(c));
        let end = start + len.unwrap_or(text.len() - start);
        // A comma that no digit follows ends the clause.
        let end = start + text[start..end].trim_end_matches(['.', ',']).len();
        at = end;
        let written = text[start..end].replace(',', "");
        let decimals = written.split_once('.').map_or(0, |(_, rest)| rest.len());
        let is_unit = |c: char| c.is_alphanumeric() || matches!(c, '%' | '％');
        let rest = &text[end..];
        let unit = &rest[..rest.find(|c| !is_unit(c)).unwrap_or(rest.len())];
        Some(Number {
            value: written.parse().ok()?,
            decimals: i32::try_from(decimals).ok()?,
            unit,
            start,
            end,
        })
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// What words before a number say of it; both or neither is nothing.
fn way(words: &str) -> Option<Way> {
    let is_up = words.contains(['增', '升']);
    let is_down = words.contains(['减', '降']);
    match (is_up, is_down) {
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
    fn of(number: &Number<'_>) -> Self {
        let half = number.last_digit() / 2.0;
        Self {
            least: number.value - half,
            most: number.value + half,
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
        ] {
            assert!(!differs(right), "{right}");
        }
        for wrong in [
            "41万元，比上年减少19万元，下降43.78%",
            "1200人，比上年增加200人，增长16.7%",
            "预算7.5万元，支出决算9万元，完成预算的110%",
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
            "41万元，比上年减少19万元，其中3万元，下降50%",
            "",
        ] {
            assert!(!differs(text), "{text}");
        }
    }
}
