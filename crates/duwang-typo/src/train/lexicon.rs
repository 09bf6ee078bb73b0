//! The data beside the source that training starts from: readings, look-alikes, dictionary words (`data/README.md`).

use std::collections::{BTreeMap, HashMap};
use std::io::Read as _;

const READINGS: &str = include_str!("../../data/readings.tsv");
const SHAPES: &str = include_str!("../../data/shapes.tsv");
const PARTS: &str = include_str!("../../data/parts.tsv");
const NEVER_MISSING: &str = include_str!("../../data/never-missing.txt");
const APART: &str = include_str!("../../data/apart.txt");
const APART_IN_WORDS: &str = include_str!("../../data/apart-in-words.txt");
const LONE: &str = include_str!("../../data/lone.tsv");
const WORDS: &[u8] = include_bytes!("../../data/words.txt.zst");

/// Whether a character is so light that its absence is style rather than a slip.
pub(crate) fn is_light(c: char) -> bool {
    NEVER_MISSING.contains(c)
}

/// A syllable without tone, and its tone (5: none).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Reading {
    pub(crate) syllable: String,
    pub(crate) tone: u8,
}

/// A dictionary word.
#[derive(Debug, Clone)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) frequency: u32,
    /// A personal, place or company name.
    pub(crate) is_name: bool,
}

/// All of it.
#[derive(Debug)]
pub(crate) struct Lexicon {
    pub(crate) readings: BTreeMap<char, Vec<Reading>>,
    /// Look-alikes, the most alike first.
    pub(crate) shapes: BTreeMap<char, Vec<char>>,
    /// Characters of which one is a part of the other (均 and 匀), both ways round.
    pub(crate) parts: BTreeMap<char, Vec<char>>,
    pub(crate) words: Vec<Word>,
    /// How often characters are words of their own.
    pub(crate) lone: BTreeMap<char, u32>,
    /// Characters that are never told apart by what stands around them alone: one number a group.
    pub(crate) groups: HashMap<char, usize>,
    /// The same, where what is written is a word.
    pub(crate) groups_in_words: HashMap<char, usize>,
    /// How often each character stands in words, by the dictionary's frequencies.
    pub(crate) in_words: HashMap<char, u64>,
}

impl Lexicon {
    pub(crate) fn read() -> std::io::Result<Self> {
        let words = words()?;
        let mut in_words = HashMap::new();
        for word in &words {
            for c in word.text.chars() {
                *in_words.entry(c).or_insert(0) += u64::from(word.frequency);
            }
        }
        Ok(Self {
            readings: readings(),
            shapes: shapes(),
            parts: parts(),
            groups: groups(APART),
            groups_in_words: groups(APART_IN_WORDS),
            words,
            lone: lone(),
            in_words,
        })
    }

    /// Whether telling two characters apart is left to rules.
    pub(crate) fn is_left_to_rules(&self, a: char, b: char) -> bool {
        is_one_group(&self.groups, a, b)
    }

    /// The same, but only where what is written is a word.
    pub(crate) fn is_left_to_rules_in_words(&self, a: char, b: char) -> bool {
        is_one_group(&self.groups_in_words, a, b)
    }

    /// How alike two characters sound, 0 to 3.
    pub(crate) fn sound(&self, a: char, b: char) -> u8 {
        let (Some(a), Some(b)) = (self.readings.get(&a), self.readings.get(&b)) else {
            return 0;
        };
        let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (a, b)));
        pairs
            .map(|(a, b)| {
                if a == b {
                    3
                } else if a.syllable == b.syllable {
                    2
                } else {
                    u8::from(blurred(&a.syllable) == blurred(&b.syllable))
                }
            })
            .max()
            .unwrap_or(0)
    }
}

/// A syllable with what the south does not tell apart made one: z/zh, c/ch, s/sh, n/l, f/h before u, -n/-ng.
pub(crate) fn blurred(syllable: &str) -> String {
    let start = match syllable {
        s if s.starts_with("zh") => format!("z{}", &s[2..]),
        s if s.starts_with("ch") => format!("c{}", &s[2..]),
        s if s.starts_with("sh") => format!("s{}", &s[2..]),
        s if s.starts_with('n') => format!("l{}", &s[1..]),
        s if s.starts_with("hu") && s != "hu" => format!("f{}", &s[2..]),
        "hu" => "fu".to_owned(),
        s => s.to_owned(),
    };
    match start.as_str() {
        s if s.ends_with("ang") || s.ends_with("eng") || s.ends_with("ing") => {
            s[..s.len() - 1].to_owned()
        }
        s => s.to_owned(),
    }
}

fn is_one_group(groups: &HashMap<char, usize>, a: char, b: char) -> bool {
    groups.get(&a).is_some_and(|g| groups.get(&b) == Some(g))
}

fn groups(lists: &str) -> HashMap<char, usize> {
    let lines = lists.lines().enumerate();
    lines
        .flat_map(|(group, line)| line.chars().map(move |c| (c, group)))
        .collect()
}

fn readings() -> BTreeMap<char, Vec<Reading>> {
    let line = |line: &str| {
        let (c, readings) = line.split_once('\t')?;
        let readings = readings.split(',').filter_map(|reading| {
            let (syllable, tone) = reading.split_at(reading.len().checked_sub(1)?);
            Some(Reading {
                syllable: syllable.to_owned(),
                tone: tone.parse().ok()?,
            })
        });
        Some((c.chars().next()?, readings.collect()))
    };
    READINGS.lines().filter_map(line).collect()
}

fn shapes() -> BTreeMap<char, Vec<char>> {
    let line = |line: &str| {
        let (c, alike) = line.split_once('\t')?;
        Some((c.chars().next()?, alike.chars().collect()))
    };
    SHAPES.lines().filter_map(line).collect()
}

fn parts() -> BTreeMap<char, Vec<char>> {
    let mut parts: BTreeMap<char, Vec<char>> = BTreeMap::new();
    for line in PARTS.lines() {
        let Some((whole, of_whole)) = line.split_once('\t') else {
            continue;
        };
        for (whole, part) in whole
            .chars()
            .flat_map(|w| of_whole.chars().map(move |p| (w, p)))
        {
            parts.entry(whole).or_default().push(part);
            parts.entry(part).or_default().push(whole);
        }
    }
    parts
}

fn lone() -> BTreeMap<char, u32> {
    let line = |line: &str| {
        let (c, frequency) = line.split_once('\t')?;
        Some((c.chars().next()?, frequency.parse().ok()?))
    };
    LONE.lines().filter_map(line).collect()
}

fn words() -> std::io::Result<Vec<Word>> {
    let mut text = String::new();
    zstd::stream::Decoder::new(WORDS)?.read_to_string(&mut text)?;
    let line = |line: &str| {
        let mut parts = line.split('\t');
        Some(Word {
            text: parts.next()?.to_owned(),
            frequency: parts.next()?.parse().ok()?,
            is_name: parts.next() == Some("n"),
        })
    };
    Ok(text.lines().filter_map(line).collect())
}
