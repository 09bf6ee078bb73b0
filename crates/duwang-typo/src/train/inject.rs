//! Mistakes put into clean lines, to train the second stage. The test of `duwang typo score` makes its mistakes otherwise.

use super::lexicon::{Lexicon, blurred};
use crate::alphabet::is_han;
use crate::random::Random;
use std::collections::{BTreeMap, HashMap};

/// A line with mistakes.
#[derive(Debug, Clone)]
pub(crate) struct Spoilt {
    pub(crate) text: String,
    pub(crate) slips: Vec<SlipAt>,
}

/// A mistake: characters `from..to` of the spoilt line should be `right`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SlipAt {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) right: String,
}

/// Makes mistakes.
pub(crate) struct Injector<'l> {
    lexicon: &'l Lexicon,
    by_sound: BTreeMap<String, Vec<(char, f64)>>,
    by_blur: BTreeMap<String, Vec<(char, f64)>>,
    words: HashMap<String, Vec<(String, f64)>>,
    is_word: HashMap<String, String>,
}

impl<'l> Injector<'l> {
    pub(crate) fn new(lexicon: &'l Lexicon) -> Self {
        let mut by_sound: BTreeMap<String, Vec<(char, f64)>> = BTreeMap::new();
        let mut by_blur: BTreeMap<String, Vec<(char, f64)>> = BTreeMap::new();
        for (&c, readings) in &lexicon.readings {
            let weight = (lexicon.in_words.get(&c).copied().unwrap_or(0) as f64).powf(0.4);
            if weight < 4.0 {
                continue;
            }
            for reading in readings.iter().take(2) {
                let sounds = by_sound.entry(reading.syllable.clone()).or_default();
                sounds.push((c, weight));
                by_blur
                    .entry(blurred(&reading.syllable))
                    .or_default()
                    .push((c, weight));
            }
        }
        let mut words: HashMap<String, Vec<(String, f64)>> = HashMap::new();
        let mut is_word = HashMap::new();
        for word in &lexicon.words {
            if word.text.chars().count() == 2 && word.frequency >= 30 && !word.is_name {
                let Some(sound) = sound_of(lexicon, &word.text) else {
                    continue;
                };
                is_word.insert(word.text.clone(), sound.clone());
                let weight = f64::from(word.frequency).powf(0.5);
                words
                    .entry(sound)
                    .or_default()
                    .push((word.text.clone(), weight));
            }
        }
        Self {
            lexicon,
            by_sound,
            by_blur,
            words,
            is_word,
        }
    }

    /// A line with one mistake, seldom two; `None` when nothing could be spoilt.
    pub(crate) fn spoil(&self, line: &str, random: &mut Random) -> Option<Spoilt> {
        let mut spoilt = Spoilt {
            text: line.to_owned(),
            slips: Vec::new(),
        };
        let wanted = 1 + usize::from(random.below(6) == 0);
        for _ in 0..wanted * 6 {
            if spoilt.slips.len() < wanted {
                self.slip(&mut spoilt, random);
            }
        }
        (!spoilt.slips.is_empty()).then_some(spoilt)
    }

    fn slip(&self, spoilt: &mut Spoilt, random: &mut Random) {
        let chars: Vec<char> = spoilt.text.chars().collect();
        let at = random.below(chars.len());
        let taken = |s: &SlipAt| s.from < at + 5 && at < s.to + 5;
        if spoilt.slips.iter().any(taken) || !chars.get(at).is_some_and(|c| is_han(*c)) {
            return;
        }
        let next = chars.get(at + 1).copied().filter(|c| is_han(*c));
        let made = match random.below(100) {
            0..40 => self.sound(chars[at], random).map(|c| (1, vec![c])),
            40..49 => self.blur(chars[at], random).map(|c| (1, vec![c])),
            49..65 => self.shape(chars[at], random).map(|c| (1, vec![c])),
            65..81 => next.and_then(|next| self.word(chars[at], next, random)),
            81..87 => Some((1, vec![])),
            87..89 => Some((1, vec![chars[at]; 2])),
            89..91 => next.map(|next| (2, vec![chars[at], next, chars[at], next])),
            91..95 => {
                let little: Vec<char> = LITTLE.chars().collect();
                Some((1, vec![chars[at], little[random.below(little.len())]]))
            }
            _ => next
                .filter(|next| *next != chars[at])
                .map(|next| (2, vec![next, chars[at]])),
        };
        let Some((len, new)) = made else { return };
        let right: String = chars[at..at + len].iter().collect();
        if new.iter().collect::<String>() == right {
            return;
        }
        let shift = new.len() as isize - len as isize;
        for slip in &mut spoilt.slips {
            if slip.from > at {
                slip.from = slip.from.saturating_add_signed(shift);
                slip.to = slip.to.saturating_add_signed(shift);
            }
        }
        spoilt.slips.push(SlipAt {
            from: at,
            to: at + new.len(),
            right,
        });
        spoilt.text = chars[..at]
            .iter()
            .chain(&new)
            .chain(&chars[at + len..])
            .collect();
    }

    fn sound(&self, c: char, random: &mut Random) -> Option<char> {
        let reading = self.lexicon.readings.get(&c)?.first()?;
        let alike = self.by_sound.get(&reading.syllable)?;
        random.weighted(alike).copied().filter(|o| *o != c)
    }

    fn blur(&self, c: char, random: &mut Random) -> Option<char> {
        let reading = self.lexicon.readings.get(&c)?.first()?;
        let alike = self.by_blur.get(&blurred(&reading.syllable))?;
        random.weighted(alike).copied().filter(|o| *o != c)
    }

    fn shape(&self, c: char, random: &mut Random) -> Option<char> {
        let part = match random.below(3) {
            0 => self.part(c, random),
            _ => None,
        };
        if part.is_some() {
            return part;
        }
        let alike: Vec<(char, f64)> = self
            .lexicon
            .shapes
            .get(&c)?
            .iter()
            .enumerate()
            .filter(|(_, o)| self.lexicon.in_words.get(o).is_some_and(|f| *f > 300))
            .map(|(rank, &o)| (o, 1.0 / (1.0 + rank as f64)))
            .collect();
        random.weighted(&alike).copied()
    }

    /// A character that is a part of another, or has it as a part.
    fn part(&self, c: char, random: &mut Random) -> Option<char> {
        let parts = self.lexicon.parts.get(&c)?.iter();
        let common = parts.filter_map(|other| {
            let frequency = *self.lexicon.in_words.get(other).filter(|f| **f > 300)?;
            Some((*other, (frequency as f64).powf(0.4)))
        });
        let common: Vec<(char, f64)> = common.collect();
        random.weighted(&common).copied()
    }

    fn word(&self, first: char, second: char, random: &mut Random) -> Option<(usize, Vec<char>)> {
        let word: String = [first, second].iter().collect();
        let alike = self.words.get(self.is_word.get(&word)?)?;
        let other = random.weighted(alike)?;
        (*other != word).then(|| (2, other.chars().collect()))
    }
}

/// What slips in where it is not wanted.
const LITTLE: &str = "的了和是在有与及为对等于以也中上";

/// The syllables of a word by the first reading of each character.
pub(crate) fn sound_of(lexicon: &Lexicon, word: &str) -> Option<String> {
    let mut sound = String::new();
    for c in word.chars() {
        sound.push_str(&lexicon.readings.get(&c)?.first()?.syllable);
        sound.push(' ');
    }
    Some(sound)
}

/// The line with characters `from..to` replaced.
pub(crate) fn replaced(text: &str, from: usize, to: usize, right: &str) -> String {
    let mut out: String = text.chars().take(from).collect();
    out.push_str(right);
    out.extend(text.chars().skip(to));
    out
}
