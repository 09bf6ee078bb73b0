//! Making a model from plain text. The same texts give the same bytes.

mod boost;
mod corpus;
mod count;
mod inject;
mod kneser_ney;
mod lexicon;
mod slips;
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

/// A part of the model that may be left out, to see what it adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// N-grams of order 4 and 5.
    LongGrams,
    /// What the dictionary says.
    Dictionary,
    /// Characters that look alike.
    Shapes,
    /// Sounds that are nearly the same.
    Blurred,
    /// Two-character words of the same sound.
    Homophones,
    /// Characters left out.
    Gaps,
    /// Practice on unknown subjects.
    Practice,
    /// Everyday writing.
    Everyday,
    /// The trees: only the gain in bits decides.
    Trees,
}

impl Part {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::LongGrams,
        Self::Dictionary,
        Self::Shapes,
        Self::Blurred,
        Self::Homophones,
        Self::Gaps,
        Self::Practice,
        Self::Everyday,
        Self::Trees,
    ];

    /// For people.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::LongGrams => "四、五元串",
            Self::Dictionary => "词典",
            Self::Shapes => "形近字",
            Self::Blurred => "近音字",
            Self::Homophones => "同音词",
            Self::Gaps => "漏字",
            Self::Practice => "生疏题材的练习",
            Self::Everyday => "日常文字",
            Self::Trees => "判别树（只看省几比特）",
        }
    }
}

/// What training may be told.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What is left out altogether.
    pub without: Option<Part>,
    /// What the language model leaves out.
    pub pruning: Pruning,
    /// How many trees the second stage has.
    pub trees: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            without: None,
            pruning: Pruning::default(),
            trees: 550,
        }
    }
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
    if corpus.train.len() < 100 {
        return Err(std::io::Error::other(
            "语料太少，学不出语言模型（至少要 100 行）",
        ));
    }
    let everyday = match settings.without {
        Some(Part::Everyday) => Corpus::default(),
        _ => Corpus::everyday(),
    };
    let lexicon = Lexicon::read()?;
    let lines = [corpus.train.clone(), often(&everyday.train)].concat();
    let practised = language(&lines, &lexicon, settings, &mut |_| {})?;
    // A model that knows a sixth of the lines stands for text on subjects that the whole one does not know well.
    let blocks = corpus.train.chunks(BLOCK).step_by(6);
    let few: Vec<String> = blocks.flatten().cloned().collect();
    let poor = language(&few, &lexicon, settings, &mut |_| {})?;
    let tuning = tune(
        [&practised, &poor],
        [&corpus, &everyday],
        &lexicon,
        settings,
        tell,
    )?;
    // What was held out for the second stage is as good to learn from as the rest, once that stage stands.
    let everyday = [everyday.train, everyday.tune, everyday.settle].concat();
    let lines = [corpus.train, corpus.tune, corpus.settle, often(&everyday)].concat();
    let mut sections = language(&lines, &lexicon, settings, tell)?;
    sections[Section::Trees as usize] = tuning.section;
    Ok(format::write(&sections))
}

/// Everyday lines count as often as this: the language model leaves out what it met only once.
const OFTEN: usize = 2;

fn often(lines: &[String]) -> Vec<String> {
    [lines; OFTEN].concat()
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
    let section = Alphabet::write(&han);
    let alphabet = Alphabet::open(&section).ok_or_else(|| std::io::Error::other("字表太大"))?;
    let mut signs = corpus::Signs::of(lines, alphabet, &section);
    if settings.without != Some(Part::Dictionary) {
        signs.add_words(lexicon, &|c| alphabet.id(&section, c));
    }
    tell(format!(
        "字表 {} 字，语料 {} 个符号",
        han.len(),
        signs.ids.len()
    ));
    let counts: Vec<count::Counts> = (1..=ORDER).map(|n| count::count(&signs, n)).collect();
    tell(format!(
        "不同的串：{:?}",
        counts.iter().map(|c| c.keys.len()).collect::<Vec<_>>()
    ));
    let id = |c: char| alphabet.id(&section, c);
    let confusion = tables::confusion(&han, lexicon, &counts[0], settings.without, &id);
    let mut homophones = tables::homophones(lexicon, &counts[1], &id);
    if settings.without == Some(Part::Homophones) {
        homophones = crate::confusion::write_homophones(&[]);
    }
    let pairs = tables::pairs(&counts[1]);
    let light = |id: u16| {
        alphabet
            .character(&section, id)
            .is_some_and(lexicon::is_light)
    };
    let mut gaps = tables::gaps(&counts[1], &counts[2], &light);
    if settings.without == Some(Part::Gaps) {
        gaps = crate::fuse::build(&[], 3, 13);
    }
    let mut neighbours = tables::neighbours(&counts[1], alphabet.size);
    if settings.without == Some(Part::Gaps) {
        neighbours.clear();
    }
    let words = tables::words(lexicon, &id);
    let lone = tables::lone(lexicon, alphabet.size, &id);
    let mut pruning = settings.pruning.clone();
    if settings.without == Some(Part::LongGrams) {
        pruning.least[2..].fill(u32::MAX);
    }
    let tables = kneser_ney::estimate(counts, alphabet.size, &pruning);
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
        (Section::Neighbours, neighbours),
        (Section::Pairs, pairs),
        (Section::Words, words),
        (Section::Lone, lone),
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
