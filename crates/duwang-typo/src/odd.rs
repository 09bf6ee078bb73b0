//! Where a line fits badly enough for corrections to be tried. To try them costs far more than to see that none is wanted, so what the reading of
//! a line tells already is weighed first.

use crate::cost::Step;
use crate::line::USUAL;
use crate::ngram::ORDER;

/// Which signs of a line are worth a look.
#[derive(Debug, Default)]
pub(crate) struct Odd {
    are: Vec<bool>,
}

impl Odd {
    /// Looks at signs that were read; the first and the last are edges.
    pub(crate) fn find(&mut self, steps: &[Step], strangeness: f32) {
        self.are.clear();
        self.are.resize(steps.len(), false);
        let least = ODD + (strangeness - USUAL).max(0.0) * MORE_ODD;
        for (at, pair) in steps.windows(2).enumerate().skip(1) {
            let (here, next) = (pair[0].cost, pair[1].cost);
            self.are[at] = here >= ODD_HERE
                && here + next.min(12.0) >= least
                && is_worth(steps, at, strangeness);
        }
    }

    /// Whether a place is worth a look.
    #[inline]
    pub(crate) fn holds(&self, at: usize) -> bool {
        self.are.get(at).copied().unwrap_or_default()
    }
}

/// Bits two signs in a row must cost, in a line as usual.
const ODD: f32 = 11.5;
/// The same for each bit that signs of the line cost beyond the usual: in a strange line nearly everything is odd somewhat.
const MORE_ODD: f32 = 1.0;
/// Bits the first of them must cost.
const ODD_HERE: f32 = 2.5;

/// Whether a place that fits badly looks like one where something is reported: a weighted sum of what its signs cost and how long the known
/// n-grams are that end there. The weights were fitted (logistic regression) to slips in lines that are held out for the thresholds and in news;
/// at this height 2 in 1000 slips of official writing that would be reported go unseen, 7 of news, and three in ten places need not be looked at.
fn is_worth(steps: &[Step], at: usize, strangeness: f32) -> bool {
    let step = |on: usize| steps.get(at + on).copied().unwrap_or_default();
    let [here, next, third, fourth, fifth] = std::array::from_fn(|on| step(on).cost);
    let before = steps[at - 1].cost;
    let costs = 0.064 * here.min(8.0)
        + 0.316 * here
        + 0.093 * next.min(6.0)
        + 0.179 * next.min(12.0)
        + 0.032 * third.min(12.0)
        - 0.073 * (fourth + fifth)
        - 0.112 * before
        - 0.504 * strangeness.min(MOST_STRANGE);
    let orders = BY_ORDER.iter().enumerate();
    let lengths: f32 = orders
        .map(|(on, weights)| weights[usize::from(step(on).order).min(ORDER)])
        .sum();
    let are_apart = step(0).order <= 1 && step(1).order <= 1;
    costs + lengths + f32::from(u8::from(are_apart)) * 0.62 >= WORTH
}

/// What the length of the n-gram that ends at the place says, and at the three signs behind.
const BY_ORDER: [[f32; ORDER + 1]; 4] = [
    [0.18, 0.18, -0.03, -0.29, -0.92, 0.0],
    [-0.69, -0.69, -0.79, -1.69, -2.85, 0.0],
    [-0.48, -0.48, -0.18, -0.93, -2.43, 0.0],
    [-0.69, -0.69, -0.44, -0.23, -1.17, 0.0],
];

/// Lines stranger than this are no more so to the regression, which saw few of them.
const MOST_STRANGE: f32 = 7.0;

/// The least sum, less the constant of the regression.
const WORTH: f32 = -3.6 + 1.27;
