//! The lookup sections beside the n-grams.

use super::Part;
use super::corpus::han_counts;
use super::count::{Counts, pack};
use super::inject::sound_of;
use super::lexicon::{Lexicon, blurred};
use crate::alphabet::{FIRST_HAN, is_han, is_han_id};
use crate::confusion::{self, Likeness, Pair};
use crate::fuse;
use crate::lone::{self, Lone};
use crate::neighbours;
use crate::words;
use std::collections::{BTreeMap, BTreeSet};

/// Most alternatives of a character.
const MOST: usize = 56;
/// Least occurrences in the corpus of a character that may be meant.
const MEANT: u32 = 12;
/// Least frequency in the dictionary's words of a character that may be meant.
const MEANT_IN_WORDS: u64 = 400;

/// The characters of the model: what the corpus writes, and what the dictionary writes or the lists know.
pub(crate) fn characters(lines: &[String], lexicon: &Lexicon) -> Vec<char> {
    let counts = han_counts(lines);
    let mut han: BTreeSet<char> = counts
        .iter()
        .filter(|(_, count)| **count >= 2)
        .map(|(c, _)| *c)
        .collect();
    let in_words = lexicon.in_words.iter();
    han.extend(
        in_words
            .filter(|(c, f)| **f >= 10 && is_han(**c))
            .map(|(c, _)| *c),
    );
    // The rest only so that a slip into a rare character can be undone.
    let rare = lexicon.shapes.keys().chain(lexicon.readings.keys());
    for &c in rare.filter(|c| is_han(**c)) {
        if han.len() >= MOST_CHARACTERS {
            break;
        }
        han.insert(c);
    }
    han.into_iter().take(MOST_CHARACTERS).collect()
}

/// Most characters of a model: their numbers take 13 bits.
const MOST_CHARACTERS: usize = 8000;

/// For each character those that may be meant in its place.
pub(crate) fn confusion(
    han: &[char],
    lexicon: &Lexicon,
    unigrams: &Counts,
    without: Option<Part>,
    id: &dyn Fn(char) -> u16,
) -> Vec<u8> {
    let mut by_blur: BTreeMap<String, BTreeSet<char>> = BTreeMap::new();
    for (&c, readings) in &lexicon.readings {
        for reading in readings {
            by_blur
                .entry(blurred(&reading.syllable))
                .or_default()
                .insert(c);
        }
    }
    let mut looks_like: BTreeMap<char, BTreeMap<char, u8>> = BTreeMap::new();
    for (&c, alike) in &lexicon.shapes {
        for (rank, &other) in alike.iter().enumerate() {
            let much = if rank < 6 { 2 } else { 1 };
            for (a, b) in [(c, other), (other, c)] {
                let slot = looks_like.entry(a).or_default().entry(b).or_insert(0);
                *slot = (*slot).max(much);
            }
        }
    }
    for (&c, alike) in &lexicon.parts {
        let of_c = looks_like.entry(c).or_default();
        of_c.extend(alike.iter().map(|other| (*other, 2)));
    }
    let often = |c: char| unigrams.of(u128::from(id(c)));
    let may_be_meant = |c: char| {
        often(c) >= MEANT
            || lexicon
                .in_words
                .get(&c)
                .is_some_and(|f| *f >= MEANT_IN_WORDS)
    };
    let mut lists = vec![Vec::new(); usize::from(FIRST_HAN) + han.len()];
    for &c in han {
        let mut others: BTreeMap<char, Likeness> = BTreeMap::new();
        for reading in lexicon.readings.get(&c).into_iter().flatten() {
            for &other in by_blur
                .get(&blurred(&reading.syllable))
                .into_iter()
                .flatten()
            {
                others.entry(other).or_default().sound = lexicon.sound(c, other);
            }
        }
        for (&other, &shape) in looks_like.get(&c).into_iter().flatten() {
            others.entry(other).or_default().shape = shape;
        }
        let mut list: Vec<(u32, char, Likeness)> = others
            .into_iter()
            .filter(|(other, likeness)| {
                *other != c
                    && is_wanted(*likeness, without)
                    && id(*other) != 0
                    && may_be_meant(*other)
                    && !lexicon.is_left_to_rules(c, *other)
            })
            .map(|(other, mut likeness)| {
                likeness.in_words = lexicon.is_left_to_rules_in_words(c, other);
                (often(other), other, likeness)
            })
            .collect();
        let close = |l: &Likeness| l.sound + 2 * l.shape;
        list.sort_by_key(|(often, other, likeness)| {
            let rank = u64::from(close(likeness) + 1) * u64::from(*often + 1);
            (std::cmp::Reverse(rank), *other)
        });
        list.truncate(MOST);
        let place = usize::from(id(c));
        lists[place] = list.into_iter().map(|(_, o, l)| (id(o), l)).collect();
    }
    confusion::write(&lists)
}

/// Whether a likeness counts when a part is left out.
fn is_wanted(likeness: Likeness, without: Option<Part>) -> bool {
    match without {
        Some(Part::Shapes) => likeness.sound > 0,
        Some(Part::Blurred) => likeness.sound != 1 || likeness.shape > 0,
        _ => true,
    }
}

/// For each written word of two characters the words of the same sound that differ in both.
pub(crate) fn homophones(lexicon: &Lexicon, bigrams: &Counts, id: &dyn Fn(char) -> u16) -> Vec<u8> {
    let mut by_sound: Sounds = BTreeMap::new();
    let mut by_blur: Sounds = BTreeMap::new();
    for word in lexicon.words.iter() {
        let ids: Vec<u16> = word.text.chars().map(id).collect();
        let ([a, b], Some(sound)) = (ids.as_slice(), sound_of(lexicon, &word.text)) else {
            continue;
        };
        let often = bigrams.of(pack(&[*a, *b]));
        let blurred: Vec<String> = sound.split(' ').map(blurred).collect();
        let alike = by_blur.entry(blurred.join(" ")).or_default();
        alike.push(([*a, *b], often >= MEANT_BLURRED));
        let same = by_sound.entry(sound).or_default();
        same.push(([*a, *b], often >= MEANT_WORD));
    }
    let mut entries: BTreeMap<(Pair, Pair), bool> = BTreeMap::new();
    for (groups, is_blurred) in [(by_blur, true), (by_sound, false)] {
        for group in groups.values() {
            for (written, _) in group {
                let others = group.iter().filter(|(meant, often)| {
                    *often && meant[0] != written[0] && meant[1] != written[1]
                });
                entries.extend(others.map(|(meant, _)| ((*written, *meant), is_blurred)));
            }
        }
    }
    let entries: Vec<(Pair, Pair, bool)> = entries
        .into_iter()
        .map(|((a, b), blurred)| (a, b, blurred))
        .collect();
    confusion::write_homophones(&entries)
}

/// Words by sound, each with whether it is common enough to be meant.
type Sounds = BTreeMap<String, Vec<(Pair, bool)>>;
/// Least occurrences in the corpus of a word that may be meant for one of the same sound.
const MEANT_WORD: u32 = 8;
/// The same for one of nearly the same sound.
const MEANT_BLURRED: u32 = 60;

/// For pairs that hardly ever stand together the sign that usually stands between them.
pub(crate) fn gaps(bigrams: &Counts, trigrams: &Counts, light: &dyn Fn(u16) -> bool) -> Vec<u8> {
    let mut best: BTreeMap<u64, (u32, u16)> = BTreeMap::new();
    for (&packed, &count) in trigrams.keys.iter().zip(&trigrams.counts) {
        let [a, b, c] = [packed >> 32, packed >> 16, packed].map(|id| id as u16);
        if count < 8 || light(b) || ![a, b, c].iter().all(|id| is_han_id(*id)) {
            continue;
        }
        let slot = best.entry(crate::ngram::key(&[a, c])).or_default();
        if count > slot.0 {
            *slot = (count, b);
        }
    }
    let entries: Vec<(u64, u32)> = best
        .into_iter()
        .filter(|(key, (count, _))| bigrams.of(u128::from(*key)) * 4 < *count)
        .map(|(key, (_, id))| (key, u32::from(id)))
        .collect();
    fuse::build(&entries, 3, 13)
}

/// Bits of the map of pairs.
const PAIR_BITS: u64 = 1 << 22;

/// A map of hashes of the pairs that occur: small enough to stay near the processor. It must hold every pair of the table of pairs, whose
/// least count is no lower: what is not in the map is not looked up there.
pub(crate) fn pairs(bigrams: &Counts) -> Vec<u8> {
    let mut map = vec![0_u8; (PAIR_BITS / 8) as usize];
    for (&key, &count) in bigrams.keys.iter().zip(&bigrams.counts) {
        if count >= 2 {
            let bit = crate::pairs::pair_bit((key >> 16) as u16, key as u16, map.len());
            map[(bit / 8) as usize] |= 1 << (bit % 8);
        }
    }
    map
}

/// For each sign the Han characters that stand before it most often, and those that stand after it.
pub(crate) fn neighbours(bigrams: &Counts, size: usize) -> Vec<u8> {
    let mut before: Vec<Vec<(u32, u16)>> = vec![Vec::new(); size];
    let mut after = before.clone();
    for (&key, &count) in bigrams.keys.iter().zip(&bigrams.counts) {
        let [a, b] = [key >> 16, key].map(|id| id as u16);
        if count >= MEANT {
            if is_han_id(a) {
                before[usize::from(b)].push((count, a));
            }
            if is_han_id(b) {
                after[usize::from(a)].push((count, b));
            }
        }
    }
    let best = |mut list: Vec<(u32, u16)>| {
        list.sort_unstable_by_key(|(count, id)| (std::cmp::Reverse(*count), *id));
        list.into_iter().map(|(_, id)| id).collect()
    };
    let lists: Vec<[Vec<u16>; 2]> = before
        .into_iter()
        .zip(after)
        .map(|(before, after)| [best(before), best(after)])
        .collect();
    neighbours::write(&lists)
}

/// Characters as words of their own; `size` signs.
pub(crate) fn lone(lexicon: &Lexicon, size: usize, id: &dyn Fn(char) -> u16) -> Vec<u8> {
    let all: u64 = lexicon.words.iter().map(|w| u64::from(w.frequency)).sum();
    let mut entries = vec![Lone::default(); size];
    for (&c, &frequency) in &lexicon.lone {
        let in_words = lexicon.in_words.get(&c).copied().unwrap_or(0);
        let alone = u64::from(frequency);
        if let Some(entry) = entries
            .get_mut(usize::from(id(c)))
            .filter(|_| is_han_id(id(c)))
        {
            entry.commonness = words::commonness(frequency, all) as u8;
            entry.share = (alone * 255 / (alone + in_words).max(1)) as u8;
        }
    }
    lone::write(&entries)
}

/// The words of the dictionary.
pub(crate) fn words(lexicon: &Lexicon, id: &dyn Fn(char) -> u16) -> Vec<u8> {
    let all: u64 = lexicon.words.iter().map(|w| u64::from(w.frequency)).sum();
    let mut entries: BTreeMap<u64, u32> = BTreeMap::new();
    for word in &lexicon.words {
        let ids: Vec<u16> = word.text.chars().map(id).collect();
        if ids.len() >= 2 && ids.iter().all(|id| is_han_id(*id)) {
            let commonness = words::commonness(word.frequency, all);
            entries.insert(words::key(&ids), commonness);
        }
    }
    let entries: Vec<(u64, u32)> = entries.into_iter().collect();
    fuse::build(&entries, 2, words::PAYLOAD)
}
