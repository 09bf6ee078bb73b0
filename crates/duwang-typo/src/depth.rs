//! How closely a line is looked at: more of what is only half believed is worth a question where a page is known to be full of slips.

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
    /// Whether a line is so strange to the model that it is only looked through for slips in set words: 3 in 1000 finds of news stand in such lines,
    /// and a sixth of the time went into them.
    pub(crate) fn passes_over(self, strangeness: f32) -> bool {
        self == Self::Usual && strangeness > RATHER_STRANGE
    }

    /// Whether a plain slip in text that is strange to the model is worth a question.
    pub(crate) fn asks_of_strange(self, probability: f32, gain: f32, strangeness: f32) -> bool {
        match self {
            Self::Close => probability >= STRANGE_BELIEVED,
            _ => {
                strangeness <= RATHER_STRANGE
                    && gain >= BELIEVED_GAIN
                    && probability >= BELIEVED_ANYWHERE
            }
        }
    }
}

/// What is asked about in strange text on any page must bring so many bits.
const BELIEVED_GAIN: f32 = 8.0;
/// The least probability of a question in strange text on pages full of slips: five in six are slips.
const STRANGE_BELIEVED: f32 = 0.5;
/// On any page, where a sign costs so many bits at most: on the open part of the labelled corpus nearly all of these are slips, and 150,000
/// characters of real pages have six that are none.
const RATHER_STRANGE: f32 = 9.25;
const BELIEVED_ANYWHERE: f32 = 0.6;
