//! An amount before, after, and the difference: 由每人每月830元提高到880元，提高50元.

use super::figures::{self, Figure};

/// Whether the third amount of a match is another than the difference of the first two. What cannot be read says nothing.
pub(super) fn differs(matched: &str) -> bool {
    let all: Vec<Figure<'_>> = figures::all(matched).collect();
    let [from, to, by] = all[..] else {
        return false;
    };
    if from.unit.is_empty() || unit(&from) != unit(&to) || unit(&to) != unit(&by) {
        return false;
    }
    let places = from.places.max(to.places).max(by.places);
    let scaled = |n: &Figure<'_>| n.digits.saturating_mul(10_u64.pow(places - n.places));
    // Decimals were rounded, each by itself.
    let off = if places > 0 { 2 } else { 0 };
    scaled(&from).abs_diff(scaled(&to)).abs_diff(scaled(&by)) > off
}

/// What an amount counts, without the words behind it: 元 of `元提高到`.
pub(super) fn unit<'t>(figure: &Figure<'t>) -> &'t str {
    const LONGEST: usize = 2;
    let ends = figure.unit.char_indices().nth(LONGEST).map(|(at, _)| at);
    let first = &figure.unit[..ends.unwrap_or(figure.unit.len())];
    match first.starts_with(['万', '亿']) {
        true => first,
        false => &first[..first.chars().next().map_or(0, char::len_utf8)],
    }
}

#[cfg(test)]
mod tests {
    use super::differs;

    #[test]
    fn a_difference_is_that_of_its_amounts() {
        for right in [
            "由每人每月830元提高到880元，提高50元",
            "从1,200件下降到900件，减少300件",
            "由12.3万元增加到13.1万元，增加0.8万元",
        ] {
            assert!(!differs(right), "{right}");
        }
        for wrong in [
            "由每人每月830元提高到880元，提高60元",
            "从1,200件下降到900件，减少200件",
            "由12.3万元增加到13.1万元，增加1.8万元",
        ] {
            assert!(differs(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for text in [
            "由830元提高到880元",
            "由830元提高到880元，提高6%",
            "由830元提高到1万元，提高60元",
            "由830提高到880，提高60",
            "",
        ] {
            assert!(!differs(text), "{text}");
        }
    }
}
