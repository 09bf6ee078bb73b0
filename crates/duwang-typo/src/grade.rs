//! How much is asked of a place before it is reported: more where the text is strange to the model, less where it is known.

use crate::checker::Parts;
use crate::line::{Line, Site};
use crate::restraint;
use crate::silence::{self, Silence};
use crate::suspect::Verdict;
use crate::trees::Thresholds;

/// What makes the second stage less right than it says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Doubts {
    /// Mean bits a sign of the line.
    strangeness: f32,
    /// What is written is a word as well.
    is_word: bool,
    /// Bits that the best edit brings.
    gain: f32,
}

impl Doubts {
    pub(crate) fn of(parts: &Parts<'_>, signs: &Line, site: &Site) -> Self {
        Self {
            strangeness: signs.strangeness(),
            is_word: restraint::is_word(signs, parts, &site.best),
            gain: site.best.gain,
        }
    }

    /// How strange a line may be to count as known.
    fn known_below(self) -> f32 {
        match self.gain >= CLEAR_GAIN {
            true => KNOWN,
            false if self.gain >= SOME_GAIN => WELL_KNOWN,
            false => 0.0,
        }
    }

    /// The stranger a line, the more is asked for, and more again where what is written is a word as well: there the second stage
    /// trusts itself too much.
    fn asked(self, thresholds: Thresholds) -> Thresholds {
        let beyond = |bits: f32| (self.strangeness - bits).max(0.0);
        let word = f32::from(u8::from(self.is_word));
        let certain =
            thresholds.certain + beyond(STRANGE_CERTAIN) * MORE_CERTAIN + word * WORD_CERTAIN;
        let known = ((self.known_below() - self.strangeness) / KNOWN_FOR_SURE).clamp(0.0, 1.0);
        let likely = thresholds.likely
            + beyond(STRANGE_LIKELY) * MORE_LIKELY
            + word * WORD_LIKELY * (1.0 - known)
            - known * LESS_LIKELY;
        Thresholds {
            certain,
            likely,
            ask: thresholds.ask,
        }
    }

    /// The probability below which nothing is said.
    pub(crate) fn least(self, thresholds: Thresholds) -> f32 {
        let asked = self.asked(thresholds);
        asked.ask.min(asked.likely).min(asked.certain)
    }

    /// The verdict on what has a probability, before restraint.
    pub(crate) fn graded(self, probability: f32, thresholds: Thresholds) -> Verdict {
        let asked = self.asked(thresholds);
        match probability {
            p if p >= asked.certain && self.strangeness <= silence::FOREIGN => Verdict::Certain,
            p if p >= asked.likely => Verdict::Likely,
            p if p >= asked.ask => Verdict::Ask,
            _ => Verdict::Silent(Silence::Unsure),
        }
    }
}

/// From so many bits a sign a line counts as strange; found on news, which no training saw.
const STRANGE_CERTAIN: f32 = 6.0;
const STRANGE_LIKELY: f32 = 5.0;
/// What is asked for besides the thresholds, for each bit beyond.
const MORE_CERTAIN: f32 = 0.046;
const MORE_LIKELY: f32 = 0.095;
/// Below so many bits the model knows what the text is about, and from half a bit below on `likely` asks for less by so much, where an edit
/// brings so many bits. Where an edit brings half of that, the model must know the text well: asking for less of it in other text made five false
/// alarms for two slips on the labelled corpus. Found on the lines that are held out for the thresholds, spoilt as by a typist, with an eye on real
/// pages and the open part of the labelled corpus.
const KNOWN: f32 = 6.75;
const KNOWN_FOR_SURE: f32 = 0.5;
const LESS_LIKELY: f32 = 0.25;
const CLEAR_GAIN: f32 = 12.0;
const WELL_KNOWN: f32 = 5.5;
const SOME_GAIN: f32 = 6.0;
/// And where the dictionary has what is written (建议 for 建设, 河山 for 江山).
const WORD_CERTAIN: f32 = 0.06;
const WORD_LIKELY: f32 = 0.1;
