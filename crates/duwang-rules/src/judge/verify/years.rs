//! A length in years beside its two ends: 自2026年7月1日起施行，有效期三年，至2029年6月30日; 2026年至2030年，共五年.

use super::days;
use crate::han;
use chrono::{Months, NaiveDate};

/// Whether a match tells two days, or two years, and another number of years than lies between them. A day more or less is not argued about, nor
/// whether both years count. What cannot be read says nothing.
pub(super) fn differ(matched: &str) -> bool {
    let (years, lengths) = years_and_lengths(matched);
    let &[length] = &lengths[..] else {
        return false;
    };
    let days = days::written(matched);
    match (&days[..], &years[..]) {
        ([from, to], _) => {
            let date =
                |day: &days::Written| NaiveDate::from_ymd_opt(day.year?, day.month, day.day?);
            date(from)
                .zip(date(to))
                .is_some_and(|(from, to)| ends_otherwise(from, to, length))
        }
        ([], &[from, to]) if to >= from => ![to - from, to - from + 1].contains(&length),
        _ => false,
    }
}

fn ends_otherwise(from: NaiveDate, to: NaiveDate, years: u32) -> bool {
    let end = from.checked_add_months(Months::new(years * 12));
    end.is_some_and(|end| (to - end).num_days().abs() > 1)
}

/// The years of a text (2026年, 二〇二六年) and the numbers of years (三年, 5年), each in their order.
fn years_and_lengths(text: &str) -> (Vec<u32>, Vec<u32>) {
    let (mut years, mut lengths) = (Vec::new(), Vec::new());
    for (at, _) in text.match_indices('年') {
        let before = &text[..at];
        let written = &before[before.trim_end_matches(han::may_be_number).len()..];
        // 二〇二六 is no number of its own kind, but digits one beside the other.
        match han::whole_number(written).or_else(|| han::digits(written)) {
            Some(year @ 1900..=2199) => years.push(year),
            Some(length @ 1..=99) => lengths.push(length),
            _ => {}
        }
    }
    (years, lengths)
}

#[cfg(test)]
mod tests {
    use super::differ;

    #[test]
    fn years_lie_between_two_days() {
        for right in [
            "自2026年7月1日起施行，有效期三年，至2029年6月30日止",
            "自2026年7月1日起施行，有效期3年，至2029年7月1日",
            "2026年至2030年，共五年",
            "2026年至2030年，为期4年",
            "二〇二六年至二〇三〇年，共五年",
        ] {
            assert!(!differ(right), "{right}");
        }
        for wrong in [
            "自2026年7月1日起施行，有效期三年，至2029年7月30日止",
            "自2026年7月1日起施行，有效期5年，至2030年6月30日",
            "2026年至2030年，共三年",
            "2026年至2030年，共六年",
        ] {
            assert!(differ(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for text in [
            "自2026年7月1日起施行，有效期三年",
            "自2026年7月起施行，有效期三年，至2028年7月30日",
            "自2026年7月1日起施行，试行一年，有效期三年，至2028年6月30日",
            "2030年至2026年，共三年",
            "",
        ] {
            assert!(!differ(text), "{text}");
        }
    }
}
