//! Making a model from plain text. The same texts give the same bytes.

mod boost;
mod corpus;
mod count;
mod inject;
mod kneser_ney;
mod lexicon;
mod tables;
mod tune;
mod typing;

pub use corpus::Corpus;
pub use kneser_ney::Pruning;
use tune::tune;
pub use typing::Typist;

use crate::alphabet::Alphabet;
use crate::format::{self, SECTIONS, Section};
use crate::ngram::ORDER;
use crate::trees::{self, Thresholds};
use lexicon::Lexicon;

/// What training may be told.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// What the language model leaves out.
    pub pruning: Pruning,
}

/// Trains a whole model: the language model on most lines, the second stage on lines held out.
///
/// # Errors
/// When the texts are too few to learn from, or the data beside the source cannot be read.
pub fn train(
    texts: &[String],
    settings: &Settings,
    tell: &mut dyn FnMut(String),
) -> std::io::Result<Vec<u8>> {
    let corpus = Corpus::split(texts);
    tell(format!(
        "语料：训练 {} 行，调权 {} 行，定线 {} 行，测试 {} 行",
        corpus.train.len(),
        corpus.tune.len(),
        corpus.settle.len(),
        corpus.test.len()
    ));
    let lexicon = Lexicon::read()?;
    let mut sections = language(&corpus.train, &lexicon, settings, tell)?;
    // A model that knows a sixth of the lines stands for text on subjects that the whole one does not know well.
    let blocks = corpus.train.chunks(BLOCK).step_by(6);
    let few: Vec<String> = blocks.flatten().cloned().collect();
    let poor = language(&few, &lexicon, settings, &mut |_| {})?;
    let tuning = tune([&sections, &poor], &corpus, &lexicon, tell)?;
    sections[Section::Trees as usize] = tuning.section;
    Ok(format::write(&sections))
}

/// Lines in a row that are about the same subjects.
const BLOCK: usize = 2000;

/// All sections but the second stage, which is empty.
fn language(
    lines: &[String],
    lexicon: &Lexicon,
    settings: &Settings,
    tell: &mut dyn FnMut(String),
) -> std::io::Result<[Vec<u8>; SECTIONS]> {
    let han = tables::characters(lines, lexicon);
    if lines.len() < 100 {
        return Err(std::io::Error::other("语料太少，学不出语言模型（至少要 100 行）"));
    }
    let section = Alphabet::write(&han);
    let alphabet = Alphabet::open(&section).ok_or_else(|| std::io::Error::other("字表太大"))?;
    let mut signs = corpus::Signs::of(lines, alphabet, &section);
    signs.add_words(lexicon, &|c| alphabet.id(&section, c));
    tell(format!("字表 {} 字，语料 {} 个符号", han.len(), signs.ids.len()));
    let counts: Vec<count::Counts> = (1..=ORDER).map(|n| count::count(&signs, n)).collect();
    tell(format!(
        "不同的串：{:?}",
        counts.iter().map(|c| c.keys.len()).collect::<Vec<_>>()
    ));
    let id = |c: char| alphabet.id(&section, c);
    let confusion = tables::confusion(&han, lexicon, &counts[0], &id);
    let homophones = tables::homophones(lexicon, &counts[1], &id);
    let pairs = tables::pairs(&counts[1]);
    let gaps = tables::gaps(&counts[1], &counts[2]);
    let words = tables::words(lexicon, &id);
    let tables = kneser_ney::estimate(counts, alphabet.size, &settings.pruning);
    tell(format!("留下的串：{:?}", tables.kept));
    let mut sections: [Vec<u8>; SECTIONS] = Default::default();
    let about = format!(
        "字表 {} 字；语料 {} 行、{} 个符号；各阶 {:?}",
        han.len(),
        lines.len(),
        signs.ids.len(),
        tables.kept
    );
    let [two, three, four, five] = tables.tables;
    for (place, bytes) in [
        (Section::Alphabet, section),
        (Section::Unigrams, tables.unigrams),
        (Section::Bigrams, two),
        (Section::Trigrams, three),
        (Section::Fourgrams, four),
        (Section::Fivegrams, five),
        (Section::Confusion, confusion),
        (Section::Homophones, homophones),
        (Section::Gaps, gaps),
        (Section::Pairs, pairs),
        (Section::Words, words),
        (
            Section::Trees,
            trees::write(&[], 0.0, Thresholds::default()),
        ),
        (Section::About, about.into_bytes()),
    ] {
        tell(format!("  {place:?} {} 字节", bytes.len()));
        sections[place as usize] = bytes;
    }
    Ok(sections)
}
