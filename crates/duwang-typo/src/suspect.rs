//! What is told about a place: where it stands, what was probably meant, how sure.

use crate::checker::Parts;
use crate::edits::{Edit, Slip};
use crate::line::{Line, Site};
use crate::silence::Silence;

/// How sure a suspect is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// 确定.
    Certain,
    /// 很可能.
    Likely,
    /// 待核.
    Ask,
    /// Not to be reported, and why.
    Silent(Silence),
}

/// What may have been meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// What to write in place of the suspect's text; empty: leave it out.
    pub text: String,
    /// Bits the line costs less with it; more is better.
    pub gain: f32,
}

/// A place that is probably written wrongly.
#[derive(Debug, Clone, PartialEq)]
pub struct Suspect {
    /// First byte in the line.
    pub start: usize,
    /// One past the last byte; never equal to `start`.
    pub end: usize,
    /// Up to three, the best first; never empty.
    pub fixes: Vec<Fix>,
    /// That the best fix is right.
    pub probability: f32,
    /// Mean bits of surprise at a sign of the line: how far the text is from what the model knows.
    pub strangeness: f32,
    /// One character for another that makes a word of the dictionary of what stands in none: what slips are mostly like, and right but unusual
    /// writing seldom.
    pub is_plain: bool,
    /// How sure, or why silent.
    pub verdict: Verdict,
}

/// Puts a slip in a word among the other suspects, in place of those about the same characters that are less sure of it.
pub(crate) fn join(suspects: &mut Vec<Suspect>, slip: Suspect) {
    let meets = |other: &Suspect| other.start < slip.end && slip.start < other.end;
    let is_as_sure = |other: &Suspect| matches!(other.verdict, Verdict::Certain | Verdict::Likely);
    if suspects
        .iter()
        .any(|other| meets(other) && is_as_sure(other))
    {
        return;
    }
    suspects.retain(|other| !meets(other));
    let at = suspects.partition_point(|other| other.start < slip.start);
    suspects.insert(at, slip);
}

/// The stretch of text an edit speaks about: where nothing is written there is nothing to point at, so a missing character points
/// at its neighbour.
pub(crate) struct Place {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Signs of the stretch that stand before the edit, and after it.
    before: usize,
    after: usize,
}

impl Place {
    pub(crate) fn of(line: &str, signs: &Line, edit: &Edit) -> Option<Self> {
        let (mut from, mut to) = (edit.from, edit.to);
        let (mut before, mut after) = (0, 0);
        if from == to {
            if from > 1 {
                from -= 1;
                before = 1;
            } else {
                to += 1;
                after = 1;
            }
        }
        let start = signs.tokens.get(from)?.start as usize;
        let end = signs.tokens.get(to.checked_sub(1)?)?.end as usize;
        (start < end && line.get(start..end).is_some()).then_some(Self {
            start,
            end,
            before,
            after,
        })
    }
}

/// Up to three replacements for the text of a place.
pub(crate) fn fixes(
    parts: &Parts<'_>,
    line: &str,
    signs: &Line,
    site: &Site,
    place: &Place,
) -> Vec<Fix> {
    let best = &site.best;
    let same_place = |edit: &&Edit| {
        (edit.from, edit.to) == (best.from, best.to) && edit.slip != Slip::Missing
            || std::ptr::eq(*edit, best)
    };
    let all = std::iter::once(best).chain(&site.others);
    let piece = |from: usize, to: usize| {
        let start = signs.tokens[from].start as usize;
        let end = signs.tokens[to - 1].end as usize;
        line.get(start..end).unwrap_or_default()
    };
    all.filter(same_place)
        .take(3)
        .map(|edit| {
            let mut text = String::new();
            if place.before > 0 {
                text.push_str(piece(edit.from - place.before, edit.from));
            }
            text.extend(edit.meant().iter().filter_map(|id| parts.character(*id)));
            if place.after > 0 {
                text.push_str(piece(edit.to, edit.to + place.after));
            }
            Fix {
                text,
                gain: edit.gain,
            }
        })
        .collect()
}
