//! What is wrong with a series: a gap or a repetition, where the series goes on behind it.

use super::Numbered;

/// A gap or a repetition.
pub(super) struct Fault {
    pub(super) before: Numbered,
    pub(super) at: Numbered,
}

/// The faults of a series.
pub(super) fn faults(series: &[Numbered]) -> Vec<Fault> {
    let rises = series
        .windows(2)
        .filter(|pair| pair[1].number > pair[0].number)
        .count();
    // A list that jumps up and down is none of ours.
    if rises + 2 < series.len() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (n, pair) in series.windows(2).enumerate() {
        let (before, at) = (pair[0], pair[1]);
        if at.number == before.number + 1 {
            continue;
        }
        let next = series.get(n + 2).map(|s| s.number);
        let is_repeated = at.number == before.number;
        // 三、三、五: the second should be 四, and nothing is missing behind it.
        let was_repeated = n > 0 && series[n - 1].number == before.number;
        if was_repeated && at.number == before.number + 2 {
            continue;
        }
        let goes_on =
            next.is_none_or(|next| next == at.number + 1 || (is_repeated && next == at.number + 2));
        let is_small = is_repeated || (2..=3).contains(&at.number.saturating_sub(before.number));
        if is_small && goes_on && !at.is_excused {
            found.push(Fault { before, at });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::Numbered;
    use super::faults;
    use duwang_model::Span;

    #[test]
    fn gaps_and_repetitions_are_found_and_wild_lists_left_alone() {
        let series = |numbers: &[u32]| -> Vec<Numbered> {
            let of = |number: &u32| Numbered {
                number: *number,
                span: Span::new(0, 1),
                is_excused: false,
            };
            numbers.iter().map(of).collect()
        };
        let found = |numbers: &[u32]| -> Vec<u32> {
            faults(&series(numbers))
                .iter()
                .map(|f| f.at.number)
                .collect()
        };
        assert_eq!(found(&[1, 2, 4, 5]), [4]);
        assert_eq!(found(&[1, 2, 2, 3]), [2]);
        assert_eq!(found(&[1, 2, 3, 3, 5]), [3]);
        assert_eq!(found(&[1, 2, 3, 4]), [] as [u32; 0]);
        assert_eq!(found(&[1, 2, 9, 3, 4]), [] as [u32; 0]);
        assert_eq!(found(&[1, 3, 2, 5, 4]), [] as [u32; 0]);
    }
}
