//! A whole whose parts stand clauses apart, with rates between them: 地区生产总值92.3亿元。第一产业14.1亿元，增长3.2%；第二产业…; and shares that make a
//! hundred: 15:45:40.

use super::figures::{self, Figure};
use super::parts::{rounding, scaled};

/// Fewer parts are told in one clause.
const PARTS: usize = 3;
/// Characters of a unit: 亿元.
const UNIT: usize = 2;

/// Whether the first number of a match and all others of its unit, three of them, are no whole and its parts. Other units (3.2%) say something else.
pub(super) fn differs(matched: &str) -> bool {
    let numbers: Vec<Figure<'_>> = figures::all(matched).collect();
    let Some((whole, others)) = numbers.split_first() else {
        return false;
    };
    let unit = |n: &Figure<'_>| -> String { n.unit.chars().take(UNIT).collect() };
    let parts: Vec<Figure<'_>> = others
        .iter()
        .filter(|n| unit(n) == unit(whole))
        .copied()
        .collect();
    if parts.len() != PARTS {
        return false;
    }
    let sum: u64 = parts.iter().map(scaled).sum();
    let all: Vec<Figure<'_>> = std::iter::once(*whole).chain(parts).collect();
    sum.abs_diff(scaled(whole)) > rounding(&all)
}

/// Whether shares with colons between them make another number than a hundred. Decimals may be off by their last digit; whole numbers are made to fit.
pub(super) fn is_no_hundred(matched: &str) -> bool {
    let mut numbers = Vec::new();
    for share in matched.split([':', '：', '∶']) {
        let mut figures = figures::all(share);
        let (Some(figure), None) = (figures.next(), figures.next()) else {
            return false;
        };
        numbers.push(figure);
    }
    let places = numbers.iter().map(|n| n.places).max().unwrap_or(0);
    let hundred = Figure {
        digits: 100,
        places: 0,
        unit: "",
        start: 0,
        end: 0,
    };
    let last_digit = Figure {
        digits: 1,
        places,
        ..hundred
    };
    let off = if places > 0 { scaled(&last_digit) } else { 0 };
    let sum: u64 = numbers.iter().map(scaled).sum();
    numbers.len() >= PARTS && sum.abs_diff(scaled(&hundred)) > off
}

#[cfg(test)]
mod tests {
    use super::{differs, is_no_hundred};

    #[test]
    fn three_parts_make_their_whole() {
        let of = |whole: &str| {
            format!(
                "{whole}亿元，增长5.1%。其中，第一产业14.1亿元，增长3.2%；第二产业36.8亿元，增长6.1%；第三产业42.4亿元"
            )
        };
        assert!(!differs(&of("93.3")));
        assert!(!differs(&of("93.4")), "each was rounded");
        assert!(differs(&of("92.3")));
        assert!(!differs("92.3亿元，第一产业14.1亿元，第二产业36.8亿元"));
        assert!(!differs(""));
    }

    #[test]
    fn shares_make_a_hundred() {
        for wrong in ["18:42:41", "15.2:44.9:40.2"] {
            assert!(is_no_hundred(wrong), "{wrong}");
        }
        for right in ["15:45:40", "15.2:44.9:40.0", "1:2", "8:30", "甲:乙:丙", ""] {
            assert!(!is_no_hundred(right), "{right}");
        }
    }
}
