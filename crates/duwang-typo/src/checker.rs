//! The model at work: a line in, suspects out.

use crate::alphabet::{Alphabet, Token, is_mark};
use crate::confusion::Written;
use crate::edits::{Edit, Slip};
use crate::features;
use crate::format::{Model, ModelError, Section};
use crate::fuse::Fuse;
use crate::line::{LONGEST_PIECE, Line, Site};
use crate::ngram::{Ngrams, View};
use crate::phrases::{self, Hit};
use crate::restraint;
use crate::seen_clean::SeenClean;
use crate::silence;
pub use crate::silence::Silence;
use crate::supplement::Supplement;
use crate::trees::{self, Forest, Thresholds};
use crate::words::Words;
use std::borrow::Cow;
use std::sync::Arc;

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
    /// How sure, or why silent.
    pub verdict: Verdict,
}

/// The opened parts of a model.
pub(crate) struct Parts<'m> {
    pub(crate) model: &'m Model,
    pub(crate) view: View<'m>,
    pub(crate) alphabet: Alphabet,
    pub(crate) ngrams: Ngrams,
    pub(crate) words: Words,
    pub(crate) gaps: Fuse,
    pub(crate) written: &'m Written,
}

impl Parts<'_> {
    /// The character of a number.
    pub(crate) fn character(&self, id: u16) -> Option<char> {
        let section = self.model.section(Section::Alphabet);
        self.alphabet.character(section, id)
    }
}

/// A model ready to check lines.
#[derive(Debug, Clone)]
pub struct Checker {
    model: Model,
    alphabet: Alphabet,
    ngrams: Ngrams,
    words: Words,
    gaps: Fuse,
    written: Written,
    forest: Arc<Forest>,
    thresholds: Thresholds,
    supplement: Supplement,
    seen_clean: Option<SeenClean>,
}

impl Checker {
    /// Opens a model that is part of the program or of a file that was read; nothing is unpacked.
    ///
    /// # Errors
    /// When the bytes are something else, of another version, cut short or damaged.
    pub fn open(bytes: impl Into<Cow<'static, [u8]>>) -> Result<Self, ModelError> {
        let model = Model::open(bytes.into())?;
        let damaged = ModelError::Damaged;
        let alphabet = Alphabet::open(model.section(Section::Alphabet)).ok_or(damaged("字表"))?;
        let ngrams = Ngrams::open(&model, alphabet.size).ok_or(damaged("语言模型"))?;
        let words = Words::open(&model).ok_or(damaged("词表"))?;
        let gaps = Fuse::open(model.section(Section::Gaps)).ok_or(damaged("漏字表"))?;
        let section = model.section(Section::Trees);
        let forest = Forest::open(section).ok_or(damaged("判别树"))?;
        if !model.section(Section::Pairs).len().is_power_of_two() {
            return Err(damaged("字对表"));
        }
        let thresholds = trees::thresholds(section);
        Ok(Self {
            written: Written::of(&model),
            model,
            alphabet,
            ngrams,
            words,
            gaps,
            forest: Arc::new(forest),
            thresholds,
            supplement: Supplement::default(),
            seen_clean: None,
        })
    }

    /// With what the city's own pages taught.
    #[must_use]
    pub fn with(mut self, supplement: Supplement) -> Self {
        self.supplement = supplement;
        self.seen_clean = self.seen_clean.map(|_| SeenClean::new());
        self
    }

    /// Remembers half a megabyte of lines without suspects, so that what the pages of a site share is read once.
    #[must_use]
    pub fn remembering(mut self) -> Self {
        self.seen_clean = Some(SeenClean::new());
        self
    }

    /// What the model was made from.
    pub fn about(&self) -> String {
        String::from_utf8_lossy(self.model.section(Section::About)).into_owned()
    }

    /// Tells one model from another.
    pub fn stamp(&self) -> u32 {
        self.model.stamp()
    }

    /// The size of the model, bytes.
    pub fn size(&self) -> usize {
        self.model.len()
    }

    /// Probabilities from which on a suspect is certain, likely, or a question.
    pub fn thresholds(&self) -> Thresholds {
        self.thresholds
    }

    /// Suspects of one line that are worth reporting, in order. `names` are byte ranges that are known names.
    pub fn check(&self, line: &str, names: &[(usize, usize)]) -> Vec<Suspect> {
        let looked = self.seen_clean.as_ref().map(|seen| (seen, seen.look(line)));
        if let Some((_, (_, true))) = looked {
            return Vec::new();
        }
        let mut found = self.look(line, names, false);
        found.retain(|suspect| !matches!(suspect.verdict, Verdict::Silent(_)));
        // With names a line may be clean that is not without.
        if let (Some((seen, (number, _))), true) = (looked, found.is_empty() && names.is_empty()) {
            seen.remember(number);
        }
        found
    }

    /// The same with those that are left alone, and why.
    pub fn explain(&self, line: &str, names: &[(usize, usize)]) -> Vec<Suspect> {
        self.look(line, names, true)
    }

    /// Reads a line; places that are nothing by the second stage are hardly looked at unless the silent ones are wanted too.
    fn look(&self, line: &str, names: &[(usize, usize)], with_silent: bool) -> Vec<Suspect> {
        let mut found = Vec::new();
        let parts = self.parts();
        self.each_piece(&parts, line, &mut |signs| {
            let sites = signs.sites(&parts);
            let suspects = sites.iter().filter_map(|site| {
                let doubts = Doubts::of(&parts, signs, site);
                let least = if with_silent { 0.0 } else { self.least(doubts) };
                let row = features::row(signs, &parts, site, sites.len());
                let probability = self.forest.probability(&row, least)?;
                let verdict = self.graded(probability, doubts);
                self.suspect(&parts, line, names, signs, site, (probability, verdict))
            });
            let mut of_piece: Vec<Suspect> = suspects.collect();
            for hit in phrases::find(signs, &parts) {
                if let Some(suspect) = self.slip_in_word(&parts, line, names, signs, hit) {
                    join(&mut of_piece, suspect);
                }
            }
            found.append(&mut of_piece);
        });
        found
    }

    pub(crate) fn parts(&self) -> Parts<'_> {
        Parts {
            model: &self.model,
            view: View::of(&self.model),
            alphabet: self.alphabet,
            ngrams: self.ngrams,
            words: self.words,
            gaps: self.gaps,
            written: &self.written,
        }
    }

    /// Goes through the sites of a line, a long line in pieces.
    pub(crate) fn each_site(&self, line: &str, each: &mut dyn FnMut(&Line, &Site, usize)) {
        let parts = self.parts();
        self.each_piece(&parts, line, &mut |signs| {
            let sites = signs.sites(&parts);
            for site in &sites {
                each(signs, site, sites.len());
            }
        });
    }

    /// Reads a line, a long one in pieces.
    fn each_piece(&self, parts: &Parts<'_>, line: &str, each: &mut dyn FnMut(&Line)) {
        // A sign is seldom shorter than a Han character.
        let mut tokens = Vec::with_capacity(line.len() / 3 + 1);
        let section = self.model.section(Section::Alphabet);
        self.alphabet.tokens(section, line, &mut tokens);
        Line::lend(|signs| {
            for piece in pieces(&tokens) {
                signs.read(parts, piece);
                each(signs);
            }
        });
    }

    /// The row of features and the probability of a site.
    pub(crate) fn weigh(
        &self,
        signs: &Line,
        site: &Site,
        sites: usize,
    ) -> ([f32; features::COUNT], f32) {
        let row = features::row(signs, &self.parts(), site, sites);
        let probability = self.forest.probability(&row, 0.0).unwrap_or_default();
        (row, probability)
    }

    fn suspect(
        &self,
        parts: &Parts<'_>,
        line: &str,
        names: &[(usize, usize)],
        signs: &Line,
        site: &Site,
        (probability, verdict): (f32, Verdict),
    ) -> Option<Suspect> {
        let place = Place::of(line, signs, &site.best)?;
        let verdict = match verdict {
            Verdict::Silent(why) => Verdict::Silent(why),
            verdict => match self.objection(parts, names, signs, site, &place, probability) {
                Some(why) => Verdict::Silent(why),
                None => restraint::restrained(signs, parts, &site.best, probability, verdict),
            },
        };
        Some(Suspect {
            start: place.start,
            end: place.end,
            fixes: fixes(parts, line, signs, site, &place),
            probability,
            strangeness: signs.strangeness(),
            verdict,
        })
    }

    /// A longer word of the dictionary with a slip: likely, however strange the line, where nothing speaks against it.
    fn slip_in_word(
        &self,
        parts: &Parts<'_>,
        line: &str,
        names: &[(usize, usize)],
        signs: &Line,
        hit: Hit,
    ) -> Option<Suspect> {
        let certain_of_form = if hit.is_set { 1.0 } else { SLIP_IN_WORD };
        let site = Site {
            best: hit.edit,
            others: Vec::new(),
        };
        let place = Place::of(line, signs, &site.best)?;
        let objection = self.objection(parts, names, signs, &site, &place, certain_of_form);
        let is_free = match objection {
            Some(Silence::Foreign) => hit.is_set,
            objection => objection.is_none(),
        };
        is_free.then(|| Suspect {
            start: place.start,
            end: place.end,
            fixes: fixes(parts, line, signs, &site, &place),
            probability: SLIP_IN_WORD,
            strangeness: signs.strangeness(),
            verdict: Verdict::Likely,
        })
    }

    /// The stranger a line, the more is asked for, and more again where what is written is a word as well: there the second stage
    /// trusts itself too much.
    fn asked(&self, doubts: Doubts) -> Thresholds {
        let thresholds = self.thresholds;
        let beyond = |bits: f32| (doubts.strangeness - bits).max(0.0);
        let word = f32::from(u8::from(doubts.is_word));
        let certain =
            thresholds.certain + beyond(STRANGE_CERTAIN) * MORE_CERTAIN + word * WORD_CERTAIN;
        let known = ((doubts.known_below() - doubts.strangeness) / KNOWN_FOR_SURE).clamp(0.0, 1.0);
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
    fn least(&self, doubts: Doubts) -> f32 {
        let asked = self.asked(doubts);
        asked.ask.min(asked.likely).min(asked.certain)
    }

    fn graded(&self, probability: f32, doubts: Doubts) -> Verdict {
        let asked = self.asked(doubts);
        match probability {
            p if p >= asked.certain && doubts.strangeness <= silence::FOREIGN => Verdict::Certain,
            p if p >= asked.likely => Verdict::Likely,
            p if p >= asked.ask => Verdict::Ask,
            _ => Verdict::Silent(Silence::Unsure),
        }
    }

    fn objection(
        &self,
        parts: &Parts<'_>,
        names: &[(usize, usize)],
        signs: &Line,
        site: &Site,
        place: &Place,
        probability: f32,
    ) -> Option<Silence> {
        if names
            .iter()
            .any(|(a, b)| *a < place.end && place.start < *b)
        {
            return Some(Silence::Name);
        }
        let (from, to) = (site.best.from, site.best.to);
        let left = from.saturating_sub(4).max(1);
        let around: Vec<char> = signs.ids[left..(to + 4).min(signs.ids.len())]
            .iter()
            .map(|id| parts.character(*id).unwrap_or('\u{fffd}'))
            .collect();
        if self.supplement.knows(&around, from - left, to - left) {
            return Some(Silence::Learned);
        }
        silence::at(signs, parts, &site.best, probability)
    }
}

/// From so many bits a sign a line counts as strange; found on news, which no training saw.
const STRANGE_CERTAIN: f32 = 6.0;
const STRANGE_LIKELY: f32 = 5.0;
/// What is asked for besides the thresholds, for each bit beyond.
const MORE_CERTAIN: f32 = 0.03;
const MORE_LIKELY: f32 = 0.085;
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

/// The part of slips in longer words that are slips (measured on news and everyday writing).
const SLIP_IN_WORD: f32 = 0.95;

/// Puts a slip in a word among the other suspects, in place of those about the same characters that are less sure of it.
fn join(suspects: &mut Vec<Suspect>, slip: Suspect) {
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

/// What makes the second stage less right than it says.
#[derive(Debug, Clone, Copy)]
struct Doubts {
    /// Mean bits a sign of the line.
    strangeness: f32,
    /// What is written is a word as well.
    is_word: bool,
    /// Bits that the best edit brings.
    gain: f32,
}

impl Doubts {
    fn of(parts: &Parts<'_>, signs: &Line, site: &Site) -> Self {
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
}

/// A long line is cut behind punctuation, or where it must be.
fn pieces(tokens: &[Token]) -> impl Iterator<Item = &[Token]> {
    let mut rest = tokens;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let cut = if rest.len() <= LONGEST_PIECE {
            rest.len()
        } else {
            let head = &rest[..LONGEST_PIECE];
            head.iter()
                .rposition(|t| is_mark(t.id))
                .map_or(LONGEST_PIECE, |at| at + 1)
        };
        let (piece, tail) = rest.split_at(cut);
        rest = tail;
        Some(piece)
    })
}

/// The stretch of text an edit speaks about: where nothing is written there is nothing to point at, so a missing character points
/// at its neighbour.
struct Place {
    start: usize,
    end: usize,
    /// Signs of the stretch that stand before the edit, and after it.
    before: usize,
    after: usize,
}

impl Place {
    fn of(line: &str, signs: &Line, edit: &Edit) -> Option<Self> {
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
fn fixes(parts: &Parts<'_>, line: &str, signs: &Line, site: &Site, place: &Place) -> Vec<Fix> {
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
