//! Lines for tests: sentences written wrongly by hand, and the same cut up and put together at random, so that known and unknown neighbours meet.

use crate::checker::{Checker, Parts};
use crate::format::Section;
use crate::line::Line;
use crate::random::Random;
use std::path::Path;

/// How many lines are put together at random.
const SHUFFLED: usize = 200;

/// Reads lines with the shipped model.
pub(crate) fn each_line(each: &mut dyn FnMut(&Line, &Parts<'_>)) {
    let beside = |path: &str| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        std::fs::read(root.join(path)).expect("the repository has it")
    };
    let checker = Checker::open(beside("rules/typo/model.bin")).expect("the model opens");
    let parts = checker.parts();
    let table = beside("crates/duwang/assets/typo/wrong.tsv");
    let table = std::str::from_utf8(&table).expect("a table is text");
    let sentences: Vec<&str> = table
        .lines()
        .filter_map(|row| row.split('\t').nth(1))
        .collect();
    let shuffled = shuffled(&sentences);
    let mut line = Line::default();
    for text in sentences
        .into_iter()
        .chain(shuffled.iter().map(String::as_str))
    {
        let section = parts.model.section(Section::Alphabet);
        let mut tokens = Vec::new();
        parts.alphabet.tokens(section, text, &mut tokens);
        line.read(&parts, &tokens);
        each(&line, &parts);
    }
}

/// Lines of short pieces of sentences.
fn shuffled(sentences: &[&str]) -> Vec<String> {
    let letters: Vec<char> = sentences.concat().chars().collect();
    let mut random = Random::new(11);
    let mut piece = || {
        let from = random.below(letters.len());
        let to = (from + 1 + random.below(4)).min(letters.len());
        letters[from..to].iter().collect::<String>()
    };
    (0..SHUFFLED)
        .map(|_| (0..12).map(|_| piece()).collect())
        .collect()
}
