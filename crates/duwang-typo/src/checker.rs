//! The model at work: a line in, suspects out.

use crate::alphabet::{Alphabet, Token, is_mark};
use crate::confusion::Written;
use crate::depth::Depth;
use crate::features;
use crate::format::{Model, ModelError, Section};
use crate::fuse::Fuse;
use crate::grade::Doubts;
use crate::line::{LONGEST_PIECE, Line, Site};
use crate::ngram::{Ngrams, View};
use crate::phrases::{self, Hit};
use crate::restraint;
use crate::seen_clean::SeenClean;
use crate::silence;
use crate::silence::Silence;
use crate::supplement::Supplement;
use crate::suspect::{Place, Suspect, Verdict, fixes, join};
use crate::trees::{self, Forest, Thresholds};
use crate::words::Words;
use std::borrow::Cow;
use std::sync::Arc;

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

    /// Whether the dictionary has a word.
    pub fn is_word(&self, word: &str) -> bool {
        let mut tokens = Vec::new();
        let section = self.model.section(Section::Alphabet);
        self.alphabet.tokens(section, word, &mut tokens);
        let ids: Vec<u16> = tokens.iter().map(|token| token.id).collect();
        self.words.commonness(&self.model, &ids).is_some()
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
        let mut found = self.look(line, names, Depth::Usual);
        found.retain(|suspect| !matches!(suspect.verdict, Verdict::Silent(_)));
        // With names a line may be clean that is not without.
        if let (Some((seen, (number, _))), true) = (looked, found.is_empty() && names.is_empty()) {
            seen.remember(number);
        }
        found
    }

    /// The same for a line of a page that is known to be full of slips: what is only half believed is worth a question there, and so is what
    /// stands in strange text.
    pub fn check_closely(&self, line: &str, names: &[(usize, usize)]) -> Vec<Suspect> {
        let mut found = self.look(line, names, Depth::Close);
        found.retain(|suspect| !matches!(suspect.verdict, Verdict::Silent(_)));
        found
    }

    /// The same as [`Checker::check`] with those that are left alone, and why.
    pub fn explain(&self, line: &str, names: &[(usize, usize)]) -> Vec<Suspect> {
        self.look(line, names, Depth::Whole)
    }

    /// Reads a line; places that are nothing by the second stage are hardly looked at unless the silent ones are wanted too.
    fn look(&self, line: &str, names: &[(usize, usize)], depth: Depth) -> Vec<Suspect> {
        let mut found = Vec::new();
        let thresholds = self.thresholds;
        let parts = self.parts();
        self.each_piece(&parts, line, &mut |signs| {
            let sites = match depth.passes_over(signs.strangeness()) {
                true => Vec::new(),
                false => signs.sites(&parts),
            };
            let suspects = sites.iter().filter_map(|site| {
                let doubts = Doubts::of(&parts, signs, site);
                let least = match depth {
                    Depth::Whole => 0.0,
                    _ => doubts.least(thresholds),
                };
                let row = features::row(signs, &parts, site, sites.len());
                let probability = self.forest.probability(&row, least)?;
                let verdict = doubts.graded(probability, thresholds);
                let graded = (probability, verdict, depth);
                self.suspect(&parts, line, names, signs, site, graded)
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
    pub(crate) fn each_piece(&self, parts: &Parts<'_>, line: &str, each: &mut dyn FnMut(&Line)) {
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
        (probability, verdict, depth): (f32, Verdict, Depth),
    ) -> Option<Suspect> {
        let place = Place::of(line, signs, &site.best)?;
        let is_plain = restraint::is_plain(signs, parts, &site.best);
        let is_closely_plain = is_plain && !restraint::fits_everywhere(parts, &site.best);
        let gain = site.best.gain;
        let verdict = match verdict {
            Verdict::Silent(why) => Verdict::Silent(why),
            verdict => match self.objection(parts, names, signs, site, &place, probability) {
                Some(Silence::Foreign)
                    if is_closely_plain
                        && depth.asks_of_strange(probability, gain, signs.strangeness()) =>
                {
                    Verdict::Ask
                }
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
            is_plain,
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
            is_plain: restraint::is_plain(signs, parts, &site.best),
            verdict: Verdict::Likely,
        })
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

/// The part of slips in longer words that are slips (measured on news and everyday writing).
const SLIP_IN_WORD: f32 = 0.95;

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
