//! Plain text as training material: lines, which of them are held out, and the signs of a set of lines.

use super::lexicon::Lexicon;
use super::slips;
use crate::alphabet::{Alphabet, EDGE, STRANGER, Token, is_han};
use crate::random::hash_text;
use crate::score::Case;
use std::collections::{BTreeMap, HashSet};

/// Lines by what they are used for.
#[derive(Debug, Default)]
pub struct Corpus {
    /// For the language model.
    pub train: Vec<String>,
    /// For the weights of the second stage.
    pub tune: Vec<String>,
    /// For its thresholds.
    pub settle: Vec<String>,
    /// For measuring; shares no 12 characters in a row with the rest.
    pub test: Vec<String>,
}

/// Characters in a row that make two lines too alike.
const OVERLAP: usize = 12;

/// How accounts, notices and answers to residents are written; made up for this.
const EVERYDAY: &str = include_str!("../../data/everyday.txt");

/// Of a thousand lines: where the test ends, then the weights, then the thresholds; the rest is for the language model.
type Lots = [u64; 3];
const LOTS: Lots = [25, 105, 130];
/// There is little everyday text, and most of it is wanted for practice.
const EVERYDAY_LOTS: Lots = [200, 560, 640];

impl Corpus {
    /// Splits texts by a number made of each line: the same line always goes the same way. Repeated lines count once.
    pub fn split(texts: &[String]) -> Self {
        Self::divided(texts.iter().flat_map(|t| t.lines()), LOTS)
    }

    /// The everyday lines that every training adds to its texts.
    pub fn everyday() -> Self {
        let slipped = slips::practice();
        let meant = slipped.iter().map(|line| line.meant.as_str());
        Self::divided(EVERYDAY.lines().chain(meant), EVERYDAY_LOTS)
    }

    /// Lines with slips that people made, which no training sees.
    pub fn slips() -> Vec<Case> {
        slips::measured()
    }

    fn divided<'t>(lines: impl Iterator<Item = &'t str>, [test, tune, settle]: Lots) -> Self {
        let mut corpus = Self::default();
        let mut seen = HashSet::new();
        for line in lines.map(str::trim) {
            if line.is_empty() || !seen.insert(line) {
                continue;
            }
            let lot = hash_text(line) % 1000;
            let pile = match lot {
                lot if lot < test => &mut corpus.test,
                lot if lot < tune => &mut corpus.tune,
                lot if lot < settle => &mut corpus.settle,
                _ => &mut corpus.train,
            };
            pile.push(line.to_owned());
        }
        corpus.keep_apart();
        corpus
    }

    /// Drops from what is held out whatever overlaps with what is trained on, and from the test what overlaps with the rest.
    fn keep_apart(&mut self) {
        let mut known = HashSet::new();
        for line in &self.train {
            windows(line, &mut |hash| {
                known.insert(hash);
            });
        }
        self.tune.retain(|line| is_new(line, &known));
        self.settle.retain(|line| is_new(line, &known));
        for line in self.tune.iter().chain(&self.settle) {
            windows(line, &mut |hash| {
                known.insert(hash);
            });
        }
        self.test.retain(|line| is_new(line, &known));
    }
}

fn is_new(line: &str, known: &HashSet<u64>) -> bool {
    let mut new = true;
    windows(line, &mut |hash| new &= !known.contains(&hash));
    new
}

/// The Han characters of a line, [`OVERLAP`] at a time, as numbers.
fn windows(line: &str, each: &mut dyn FnMut(u64)) {
    let han: Vec<u16> = line
        .chars()
        .filter(|c| is_han(*c))
        .map(|c| c as u32 as u16)
        .collect();
    for window in han.windows(OVERLAP) {
        let hash = window
            .iter()
            .fold(0_u64, |h, &c| crate::random::mix(h ^ u64::from(c)));
        each(hash);
    }
}

/// The signs of many lines, with edges before, between and after.
#[derive(Debug, Default)]
pub(crate) struct Signs {
    pub(crate) ids: Vec<u16>,
}

impl Signs {
    pub(crate) fn of(lines: &[String], alphabet: Alphabet, section: &[u8]) -> Self {
        let mut ids = vec![EDGE];
        let mut tokens: Vec<Token> = Vec::new();
        for line in lines {
            tokens.clear();
            alphabet.tokens(section, line, &mut tokens);
            if !tokens.is_empty() {
                ids.extend(tokens.iter().map(|t| t.id));
                ids.push(EDGE);
            }
        }
        Self { ids }
    }

    /// Adds the words of a dictionary, the common ones several times: they stand apart from each other and from the edges of lines.
    pub(crate) fn add_words(&mut self, lexicon: &Lexicon, id: &dyn Fn(char) -> u16) {
        for word in &lexicon.words {
            let times = match word.frequency {
                0..10 => 0,
                10..300 => 2,
                300..3000 => 3,
                _ => 5,
            };
            for _ in 0..times {
                self.ids.extend(word.text.chars().map(id));
                self.ids.push(STRANGER);
            }
        }
    }
}

/// How often each Han character occurs.
pub(crate) fn han_counts(lines: &[String]) -> BTreeMap<char, u32> {
    let mut counts = BTreeMap::new();
    for c in lines.iter().flat_map(|l| l.chars()).filter(|c| is_han(*c)) {
        *counts.entry(c).or_insert(0) += 1;
    }
    counts
}
