//! How much of what is known to be there a run does not see: the measured miss rate, never without its count.

use serde::{Deserialize, Serialize};

/// What became of the faults on control pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Controls {
    /// Known faults shown to the run.
    pub shown: usize,
    /// Those it did not see, each with its rule, text and page, in Chinese.
    pub missed: Vec<String>,
}

impl Controls {
    /// Whether what the run did not find proves nothing. No fault shown is no proof either, but no failure: the rules may all be somebody's own.
    pub fn is_failed(&self) -> bool {
        !self.missed.is_empty()
    }

    /// Percent that was missed; `None` when nothing was shown.
    pub fn miss_rate(&self) -> Option<f64> {
        (self.shown > 0).then(|| self.missed.len() as f64 * 100.0 / self.shown as f64)
    }

    /// Adds what another run showed.
    pub fn join(&mut self, other: &Self) {
        self.shown += other.shown;
        self.missed.extend(other.missed.iter().cloned());
    }

    /// The rate with its count: `对照页 10 处已知问题，漏检 0 处（0.0%）`.
    pub fn words(&self) -> String {
        match self.miss_rate() {
            Some(rate) => format!(
                "对照页 {} 处已知问题，漏检 {} 处（{rate:.1}%）",
                self.shown,
                self.missed.len()
            ),
            None => "没有用对照页测过漏检率".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Controls;

    #[test]
    fn the_rate_never_goes_without_its_count() {
        let mut controls = Controls::default();
        assert_eq!(controls.words(), "没有用对照页测过漏检率");
        controls.join(&Controls {
            shown: 8,
            missed: vec!["a".into()],
        });
        assert_eq!(controls.words(), "对照页 8 处已知问题，漏检 1 处（12.5%）");
        assert!(controls.is_failed());
    }
}
