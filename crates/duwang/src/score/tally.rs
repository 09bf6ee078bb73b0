//! Counts and what they say: precision and recall with the interval a sample of this size allows.

use super::judge::Case;

/// How often a rule, or many, were right, wrong or silent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) right: u32,
    pub(super) wrong: u32,
    pub(super) missed: u32,
    pub(super) spared: u32,
    pub(super) fooled: u32,
}

/// A share with its 95 % interval (Wilson), all 0–1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Share {
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Tally {
    pub(super) fn add(&mut self, case: Case) {
        let place = match case {
            Case::Right => &mut self.right,
            Case::Wrong => &mut self.wrong,
            Case::Missed => &mut self.missed,
            Case::Spared => &mut self.spared,
            Case::Fooled => &mut self.fooled,
        };
        *place += 1;
    }

    /// Labelled faults.
    pub(super) fn faults(self) -> u32 {
        self.right + self.missed
    }

    /// Labelled near misses.
    pub(super) fn near(self) -> u32 {
        self.spared + self.fooled
    }

    /// Of all it said, how much was right; `None` when it said nothing.
    pub(super) fn precision(self) -> Option<Share> {
        Share::of(self.right, self.right + self.wrong)
    }

    /// Of all faults, how many it saw; `None` when there were none.
    pub(super) fn recall(self) -> Option<Share> {
        Share::of(self.right, self.faults())
    }
}

impl Share {
    /// Standard normal quantile of a two-sided 95 % interval.
    const Z: f64 = 1.959_964;

    fn of(hits: u32, all: u32) -> Option<Self> {
        if all == 0 {
            return None;
        }
        let (n, z2) = (f64::from(all), Self::Z * Self::Z);
        let value = f64::from(hits) / n;
        let middle = (value + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let spread = value * (1.0 - value) / n + z2 / (4.0 * n * n);
        let half = Self::Z * spread.sqrt() / (1.0 + z2 / n);
        Some(Self {
            value,
            low: (middle - half).max(0.0),
            high: (middle + half).min(1.0),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        // 9 of 10: 0.596–0.982 (Wilson, 95 %).
        let share = Share::of(9, 10).unwrap();
        assert!((share.value - 0.9).abs() < 1e-9);
        assert!((share.low - 0.5958).abs() < 1e-3, "{share:?}");
        assert!((share.high - 0.9821).abs() < 1e-3, "{share:?}");
        let sure = Share::of(300, 300).unwrap();
        assert!(sure.high > 0.999_999 && sure.low > 0.987 && sure.low < 0.988);
        assert_eq!(Share::of(0, 0), None);
    }

    #[test]
    fn what_was_said_and_what_was_there() {
        let mut tally = Tally::default();
        for case in [
            Case::Right,
            Case::Right,
            Case::Wrong,
            Case::Missed,
            Case::Fooled,
        ] {
            tally.add(case);
        }
        assert!((tally.precision().unwrap().value - 2.0 / 3.0).abs() < 1e-9);
        assert!((tally.recall().unwrap().value - 2.0 / 3.0).abs() < 1e-9);
        assert_eq!((tally.faults(), tally.near()), (3, 1));
    }
}
