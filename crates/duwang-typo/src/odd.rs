//! Where a line fits badly enough for corrections to be tried. To try them costs far more than to see that none is wanted, so what the reading of
//! a line tells already is weighed first.

use crate::alphabet::is_han_id;
use crate::checker::Parts;
use crate::cost::Step;
use crate::line::USUAL;
use crate::lone;
use crate::ngram::ORDER;

/// What is known of a line that was read.
pub(crate) struct Read<'l> {
    pub(crate) ids: &'l [u16],
    pub(crate) steps: &'l [Step],
    /// Whether each sign stands in a word of the dictionary.
    pub(crate) in_words: &'l [bool],
}

/// Which signs of a line are worth a look.
#[derive(Debug, Default)]
pub(crate) struct Odd {
    are: Vec<bool>,
}

impl Odd {
    /// Looks at signs that were read; the first and the last are edges.
    pub(crate) fn find(&mut self, line: &Read<'_>, parts: &Parts<'_>, strangeness: f32) {
        self.are.clear();
        self.are.resize(line.steps.len(), false);
        let least = ODD + (strangeness - USUAL).max(0.0) * MORE_ODD;
        let least_sum = self::least(strangeness);
        for (at, pair) in line.steps.windows(2).enumerate().skip(1) {
            let (here, next) = (pair[0].cost, pair[1].cost);
            self.are[at] = here >= ODD_HERE
                && here + next.min(12.0) >= least
                && is_worth(line, parts, at, least_sum);
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

/// Whether a place that fits badly looks like one where something is reported: a weighted sum of what its signs cost, how long the known n-grams are that
/// end there, and whether the dictionary has words over them. The weights were fitted (logistic regression) to slips that are reported in lines held out
/// for the thresholds, in news (other sentences than those measured on) and in the labelled corpus.
fn is_worth(line: &Read<'_>, parts: &Parts<'_>, at: usize, least: f32) -> bool {
    let step = |on: usize| line.steps.get(at + on).copied().unwrap_or_default();
    let [here, next, third, fourth, fifth] = std::array::from_fn(|on| step(on).cost);
    let costs =
        0.285 * here.min(8.0) + 0.413 * here + 0.279 * next.min(12.0) + 0.039 * third.min(12.0)
            - 0.071 * (fourth + fifth)
            - 0.111 * line.steps[at - 1].cost;
    let orders = BY_ORDER.iter().enumerate();
    let lengths: f32 = orders
        .map(|(on, weights)| weights[usize::from(step(on).order).min(ORDER)])
        .sum();
    let is_lone = |at: usize| f32::from(u8::from(line.in_words.get(at) == Some(&false)));
    let id = line.ids[at];
    let words = match is_han_id(id) {
        true => is_lone(at) * (2.71 - 3.05 * as_word(parts, id)) + 0.376 * is_lone(at - 1),
        false => -4.65,
    };
    costs + lengths + words - 0.355 * parts.ngrams.alone(&parts.view, id) >= least
}

/// How common a character is as a word of its own, from 0 to 1.
fn as_word(parts: &Parts<'_>, id: u16) -> f32 {
    f32::from(lone::of(parts.model, id).commonness) / 31.0
}

/// What the length of the n-gram that ends at the place says, and at the three signs behind.
const BY_ORDER: [[f32; ORDER + 1]; 4] = [
    [0.0, 0.0, -0.43, -0.55, -1.03, -0.91],
    [0.0, 0.0, -0.01, -0.46, -1.53, -0.71],
    [0.0, 0.0, 0.44, -0.59, -1.72, -1.09],
    [0.0, 0.0, -0.2, 0.16, -1.25, -1.66],
];

/// The least sum in a line of so many bits a sign, less the constant of the regression. In strange text little is reported, and most places are
/// odd: there 27 in 1000 of what would be reported go unseen for four places in ten that need not be looked at; in other text 1 in 1000.
fn least(strangeness: f32) -> f32 {
    let strange = ((strangeness - FAMILIAR) / (STRANGE - FAMILIAR)).clamp(0.0, 1.0);
    2.51 + 0.986 * strangeness.min(MOST_STRANGE) - 7.0 + strange
}

/// Lines stranger than this are no more so to the regression, which saw few of them.
const MOST_STRANGE: f32 = 7.0;
/// Up to so many bits a sign every place counts that may bring something; from so many on only those that likely do.
const FAMILIAR: f32 = 5.0;
const STRANGE: f32 = 6.5;
