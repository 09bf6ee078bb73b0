//! Which words of the dictionary are looked for, and whether `data/phrases.txt` holds them.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::{LONGEST, SHORTEST, letters};
use std::path::Path;

const DICTIONARY: &[u8] = include_bytes!("../../data/words.txt.zst");

/// The words of the dictionary to look for, in its order.
pub(crate) fn words() -> Vec<Vec<char>> {
    let text = zstd::decode_all(DICTIONARY).unwrap();
    let text = String::from_utf8(text).unwrap();
    text.lines().filter_map(word).collect()
}

/// The word of a line of the dictionary when it is one to look for: no name, no number.
fn word(line: &str) -> Option<Vec<char>> {
    let mut fields = line.split('\t');
    let word = letters(fields.next()?);
    let frequency = fields.next()?.parse().ok()?;
    let is_wanted =
        fields.next().is_none() && is_common(word.len(), frequency) && !is_number(&word);
    is_wanted.then_some(word)
}

/// How often the dictionary must have met a word: the rarer ones are accidents of its making as often as words.
fn is_common(length: usize, frequency: u32) -> bool {
    match length {
        SHORTEST => frequency >= 20,
        4..=LONGEST => frequency >= 10,
        _ => false,
    }
}

/// 第三章, 二十五年, 三十四: beside such words stand others that differ in one character.
fn is_number(word: &[char]) -> bool {
    let numerals = word.iter().filter(|c| NUMERALS.contains(**c)).count();
    word.first() == Some(&'第') || numerals + 1 >= word.len()
}

const NUMERALS: &str = "一二三四五六七八九十百千万亿几数余多零〇两";

#[test]
fn the_list_of_phrases_is_what_the_dictionary_gives() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/phrases.txt");
    let words = words();
    assert!(words.len() > 10_000);
    let lines = words.iter().map(|word| word.iter().chain(&['\n']));
    let told: String = lines.flatten().collect();
    if std::env::var_os("DUWANG_WRITE_DOCS").is_some() {
        std::fs::write(&path, &told).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(
        kept == told,
        "data/phrases.txt is not what data/words.txt.zst gives; DUWANG_WRITE_DOCS=1 writes it anew"
    );
}
