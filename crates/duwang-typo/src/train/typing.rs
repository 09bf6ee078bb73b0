//! Mistakes as people make them at the keyboard, for measuring: whole words typed anew by sound, the wrong line of an input method's
//! list taken, a recogniser's look-alikes, slips of the hand. Shares no code, seeds or mix with the mistakes trained on.

use super::lexicon::{Lexicon, blurred};
use crate::alphabet::is_han;
use crate::random::{Random, hash_text};
use crate::score::Case;
use std::collections::{BTreeMap, HashMap};

/// Types lines with mistakes.
pub struct Typist {
    lexicon: Lexicon,
    frequency: HashMap<String, u32>,
    /// Words and single characters by sound, the commonest first, as an input method lists them.
    list: BTreeMap<String, Vec<String>>,
    blurred_list: BTreeMap<String, Vec<String>>,
}

/// How far down the list people look.
const LIST: usize = 9;

impl Typist {
    /// With the dictionary beside the source.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn new() -> std::io::Result<Self> {
        let lexicon = Lexicon::read()?;
        let mut frequency = HashMap::new();
        let mut list: BTreeMap<String, Vec<(u64, String)>> = BTreeMap::new();
        let mut blurred_list = list.clone();
        let singles = lexicon
            .in_words
            .iter()
            .map(|(c, f)| (c.to_string(), *f / 8));
        let words = lexicon.words.iter().filter(|w| w.text.chars().count() <= 3);
        let words = words.map(|w| (w.text.clone(), u64::from(w.frequency)));
        for (text, weight) in singles.chain(words) {
            let Some((sound, blur)) = sounds(&lexicon, &text) else {
                continue;
            };
            list.entry(sound).or_default().push((weight, text.clone()));
            blurred_list.entry(blur).or_default().push((weight, text));
        }
        for word in &lexicon.words {
            frequency.insert(word.text.clone(), word.frequency);
        }
        Ok(Self {
            frequency,
            list: sorted(list),
            blurred_list: sorted(blurred_list),
            lexicon,
        })
    }

    /// A line with one mistake, every fifth with two; `None` when nothing could be spoilt. The same line and seed give the same.
    pub fn spoil(&self, line: &str, seed: u64) -> Option<Case> {
        let mut random = Random::new(hash_text(line).rotate_left(17) ^ seed);
        let mut words = self.words(line);
        let wanted = 1 + usize::from(random.below(5) == 0);
        let mut spoilt: Vec<usize> = Vec::new();
        for _ in 0..wanted * 8 {
            let at = random.below(words.len());
            let far = spoilt.iter().all(|s| s.abs_diff(at) > 3);
            if spoilt.len() < wanted
                && far
                && let Some(new) = self.slip(words.get(at)?, &mut random)
            {
                words[at] = new;
                spoilt.push(at);
            }
        }
        let written: String = words.concat();
        (written != line).then(|| Case {
            written,
            right: line.to_owned(),
        })
    }

    /// A line cut into the longest dictionary words from the left.
    fn words(&self, line: &str) -> Vec<String> {
        let chars: Vec<char> = line.chars().collect();
        let mut words = Vec::new();
        let mut at = 0;
        while at < chars.len() {
            let len = (2..=4.min(chars.len() - at))
                .rev()
                .find(|len| {
                    let word: String = chars[at..at + len].iter().collect();
                    self.frequency.contains_key(&word)
                })
                .unwrap_or(1);
            words.push(chars[at..at + len].iter().collect());
            at += len;
        }
        words
    }

    fn slip(&self, word: &str, random: &mut Random) -> Option<String> {
        let chars: Vec<char> = word.chars().collect();
        if !chars.iter().all(|c| is_han(*c)) {
            return None;
        }
        let new = match random.below(100) {
            0..42 => self.typed(word, false, random),
            42..56 => self.one_anew(&chars, random),
            56..66 => self.typed(word, true, random),
            66..80 => self.looked(&chars, random),
            80..86 if chars.len() > 1 => {
                let gone = random.below(chars.len());
                Some(without(&chars, gone))
            }
            86..91 => Some(format!("{word}{word}")),
            91..95 if chars.len() > 1 => {
                let mut turned = chars.clone();
                turned.swap(0, 1);
                Some(turned.into_iter().collect())
            }
            95..98 => {
                const LITTLE: [&str; 6] = ["的", "了", "和", "是", "在", "有"];
                Some(format!("{word}{}", LITTLE[random.below(LITTLE.len())]))
            }
            _ => None,
        };
        new.filter(|new| new != word)
    }

    /// The word typed by sound, another line of the list taken.
    fn typed(&self, word: &str, blur: bool, random: &mut Random) -> Option<String> {
        let (sound, blurred) = sounds(&self.lexicon, word)?;
        let list = if blur {
            self.blurred_list.get(&blurred)?
        } else {
            self.list.get(&sound)?
        };
        let others: Vec<&String> = list.iter().filter(|o| *o != word).take(LIST).collect();
        // The first lines are taken most often.
        let at = (random.unit() * random.unit() * others.len() as f64) as usize;
        others.get(at).map(|o| (*o).clone())
    }

    /// One character of the word typed alone.
    fn one_anew(&self, chars: &[char], random: &mut Random) -> Option<String> {
        let at = random.below(chars.len());
        let new = self.typed(&chars[at].to_string(), false, random)?;
        let mut out: Vec<String> = chars.iter().map(char::to_string).collect();
        out[at] = new;
        Some(out.concat())
    }

    /// One character read wrongly from paper.
    fn looked(&self, chars: &[char], random: &mut Random) -> Option<String> {
        let at = random.below(chars.len());
        let common = |c: &&char| self.lexicon.in_words.get(*c).is_some_and(|f| *f > 2000);
        let alike = self.lexicon.shapes.get(&chars[at])?;
        let alike: Vec<&char> = alike.iter().take(5).filter(common).collect();
        let mut out = chars.to_vec();
        out[at] = **alike.get(random.below(alike.len()))?;
        Some(out.into_iter().collect())
    }
}

fn without(chars: &[char], gone: usize) -> String {
    let left = chars.iter().enumerate().filter(|(at, _)| *at != gone);
    left.map(|(_, c)| *c).collect()
}

/// A word's syllables as typed, and blurred.
fn sounds(lexicon: &Lexicon, word: &str) -> Option<(String, String)> {
    let (mut sound, mut blur) = (String::new(), String::new());
    for c in word.chars() {
        let reading = lexicon.readings.get(&c)?.first()?;
        sound.push_str(&reading.syllable);
        sound.push('\'');
        blur.push_str(&blurred(&reading.syllable));
        blur.push('\'');
    }
    Some((sound, blur))
}

fn sorted(lists: BTreeMap<String, Vec<(u64, String)>>) -> BTreeMap<String, Vec<String>> {
    let sort = |(sound, mut list): (String, Vec<(u64, String)>)| {
        list.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        (sound, list.into_iter().map(|(_, text)| text).collect())
    };
    lists.into_iter().map(sort).collect()
}
