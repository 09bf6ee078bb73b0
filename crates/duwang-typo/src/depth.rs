//! How closely a line is looked at: more of what is only half believed is worth a question where a page is known to be full of slips.

use crate::trees::Thresholds;

/// How closely a line is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Depth {
    Usual,
    /// On a page that is full of slips.
    Close,
    /// With what is left alone.
    Whole,
}

impl Depth {
    /// The thresholds to grade by.
    pub(crate) fn thresholds(self, thresholds: Thresholds) -> Thresholds {
        match self {
            Self::Close => Thresholds {
                ask: thresholds.ask.min(HALF_BELIEVED),
                ..thresholds
            },
            _ => thresholds,
        }
    }

    /// Whether a line is so strange to the model that it is only looked through for slips in set words: 3 in 1000 finds of news stand in such lines,
    /// and a sixth of the time went into them.
    pub(crate) fn passes_over(self, strangeness: f32) -> bool {
        self == Self::Usual && strangeness > RATHER_STRANGE
    }

    /// Whether a plain slip in text that is strange to the model is worth a question.
    pub(crate) fn asks_of_strange(self, probability: f32, gain: f32, strangeness: f32) -> bool {
        match self {
            Self::Close => {
                let is_clear = gain >= CLEAR_GAIN && probability >= CLEARLY_BELIEVED;
                is_clear || probability >= STRANGE_BELIEVED
            }
            _ => {
                strangeness <= RATHER_STRANGE
                    && gain >= BELIEVED_GAIN
                    && probability >= BELIEVED_ANYWHERE
            }
        }
    }
}

/// What is asked about only on pages full of slips, or in strange text on any page, must bring so many bits.
pub(crate) const BELIEVED_GAIN: f32 = 8.0;
/// The least probability of a question there, in text that the model knows: on the open part of the labelled corpus three in four are slips.
const HALF_BELIEVED: f32 = 0.25;
/// The same in strange text, and where an edit brings much: five in six are slips.
const STRANGE_BELIEVED: f32 = 0.5;
const CLEARLY_BELIEVED: f32 = 0.4;
const CLEAR_GAIN: f32 = 12.0;
/// On any page, where a sign costs so many bits at most: on the open part of the labelled corpus nearly all of these are slips, and 150,000
/// characters of real pages have six that are none.
const RATHER_STRANGE: f32 = 9.25;
const BELIEVED_ANYWHERE: f32 = 0.6;
