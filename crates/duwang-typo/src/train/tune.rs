//! The second stage: trained on mistakes put into lines the language model has not seen, thresholds fixed on others again.

use super::boost::{Growth, Samples, grow};
use super::corpus::Corpus;
use super::inject::{Injector, Spoilt, replaced};
use super::lexicon::Lexicon;
use super::slips;
use super::{Part, Settings};
use crate::checker::Checker;
use crate::features::{COUNT, NAMES};
use crate::format::{self, SECTIONS, Section};
use crate::random::{Random, hash_text};
use crate::trees::{self, Thresholds};

/// What tuning found.
#[derive(Debug)]
pub(crate) struct Tuning {
    /// The section with trees and thresholds.
    pub(crate) section: Vec<u8>,
}

/// Clean rows count this much more than they occur, since real pages hold far fewer mistakes than the spoilt lines.
const CLEAN_WEIGHT: f32 = 3.5;

/// Rows of slips that people made count this much more than made ones: there are few.
const PEOPLE_WEIGHT: f32 = 6.0;

/// How often each line is spoilt: for the whole language model, and for the one that knows little.
const ROUNDS: [u64; 2] = [7, 5];

/// How often everyday lines are spoilt: there are few of them.
const EVERYDAY_ROUNDS: u64 = 6;

/// Trains the trees and fixes the thresholds.
pub(crate) fn tune(
    [whole, poor]: [&[Vec<u8>; SECTIONS]; 2],
    [corpus, everyday]: [&Corpus; 2],
    lexicon: &Lexicon,
    settings: &Settings,
    tell: &mut dyn FnMut(String),
) -> std::io::Result<Tuning> {
    let without = settings.without;
    let injector = Injector::new(lexicon);
    let mut samples = samples(&opened(whole)?, &injector, &corpus.tune, ROUNDS[0]);
    if without != Some(Part::Practice) {
        samples.add(self::samples(
            &opened(poor)?,
            &injector,
            &corpus.tune,
            ROUNDS[1],
        ));
    }
    let practice = [everyday.tune.as_slice(), &everyday.settle].concat();
    let mut lively = self::samples(&opened(whole)?, &injector, &practice, EVERYDAY_ROUNDS);
    lively.add(self::samples(
        &opened(poor)?,
        &injector,
        &[practice, everyday.train.clone()].concat(),
        EVERYDAY_ROUNDS,
    ));
    tell(format!("日常文字：{} 处", lively.rows.len()));
    samples.add(lively);
    for sections in [whole, poor] {
        samples.add(made_by_people(&opened(sections)?));
    }
    let right = samples.right.iter().filter(|r| **r).count();
    tell(format!(
        "调权：{} 处，其中 {right} 处改得对",
        samples.rows.len()
    ));
    let (trees, start) = grow(&samples, Growth::of(settings.trees), &unused(without));
    let with_trees = |sections: &[Vec<u8>; SECTIONS]| {
        let mut sections = sections.clone();
        sections[Section::Trees as usize] = trees::write(&trees, start, Thresholds::default());
        opened(&sections)
    };
    let known = Trial::run(&with_trees(whole)?, &injector, &corpus.settle);
    let unknown = Trial::run(&with_trees(poor)?, &injector, &corpus.settle);
    let thresholds = settle(&known, &unknown, tell);
    Ok(Tuning {
        section: trees::write(&trees, start, thresholds),
    })
}

/// Features that are not looked at when a part is left out.
fn unused(without: Option<Part>) -> Vec<usize> {
    let is_unused = |name: &str| match without {
        Some(Part::Dictionary) => name.starts_with("word-") || name.starts_with("lone"),
        Some(Part::Trees) => name != "worth",
        _ => false,
    };
    (0..COUNT).filter(|f| is_unused(NAMES[*f])).collect()
}

fn opened(sections: &[Vec<u8>; SECTIONS]) -> std::io::Result<Checker> {
    Checker::open(format::write(sections)).map_err(std::io::Error::other)
}

/// The rows of lines, clean and spoilt `rounds` times.
fn samples(checker: &Checker, injector: &Injector<'_>, lines: &[String], rounds: u64) -> Samples {
    let mut samples = Samples::default();
    for line in lines {
        collect(checker, line, None, &mut samples);
        for round in 0..rounds {
            let mut random = Random::new(hash_text(line) ^ round);
            if let Some(spoilt) = injector.spoil(line, &mut random) {
                collect(checker, &spoilt.text, Some(&spoilt), &mut samples);
            }
        }
    }
    samples
}

fn collect(checker: &Checker, text: &str, spoilt: Option<&Spoilt>, samples: &mut Samples) {
    let wanted: Vec<String> = spoilt.map(mended).unwrap_or_default();
    let weight = if spoilt.is_some() { 1.0 } else { CLEAN_WEIGHT };
    collect_wanted(checker, text, &wanted, weight, samples);
}

/// Adds the rows of a line, those right that make it one of the lines wanted.
fn collect_wanted(
    checker: &Checker,
    text: &str,
    wanted: &[String],
    weight: f32,
    samples: &mut Samples,
) {
    checker.each_site(text, &mut |signs, site, sites| {
        let (row, _) = checker.weigh(signs, site, sites);
        let edited = signs.with(text, &site.best, &checker.parts());
        samples.rows.push(row);
        samples.right.push(wanted.contains(&edited));
        samples.weights.push(weight);
    });
}

/// The rows of lines with slips that people made.
fn made_by_people(checker: &Checker) -> Samples {
    let mut samples = Samples::default();
    for line in slips::practice() {
        collect_wanted(
            checker,
            &line.text,
            &line.mended,
            PEOPLE_WEIGHT,
            &mut samples,
        );
    }
    samples
}

/// The spoilt line with each of its mistakes mended alone.
pub(crate) fn mended(spoilt: &Spoilt) -> Vec<String> {
    let mend = |s: &super::inject::SlipAt| replaced(&spoilt.text, s.from, s.to, &s.right);
    spoilt.slips.iter().map(mend).collect()
}

/// What the second stage said about spoilt and clean lines.
struct Trial {
    /// Probabilities with whether the edit was right; the surest first.
    said: Vec<(f32, bool)>,
    /// Probabilities of edits in clean lines, all wrong; the surest first.
    alarms: Vec<f32>,
    clean_chars: usize,
    slips: usize,
}

impl Trial {
    fn run(checker: &Checker, injector: &Injector<'_>, lines: &[String]) -> Self {
        let mut trial = Self {
            said: Vec::new(),
            alarms: Vec::new(),
            clean_chars: 0,
            slips: 0,
        };
        for line in lines {
            trial.clean_chars += line.chars().count();
            checker.each_site(line, &mut |signs, site, sites| {
                trial.alarms.push(checker.weigh(signs, site, sites).1);
            });
            let mut random = Random::new(hash_text(line) ^ 0x5e77);
            let Some(spoilt) = injector.spoil(line, &mut random) else {
                continue;
            };
            trial.slips += spoilt.slips.len();
            let wanted = mended(&spoilt);
            checker.each_site(&spoilt.text, &mut |signs, site, sites| {
                let edited = signs.with(&spoilt.text, &site.best, &checker.parts());
                let p = checker.weigh(signs, site, sites).1;
                trial.said.push((p, wanted.contains(&edited)));
            });
        }
        trial.said.extend(trial.alarms.iter().map(|p| (*p, false)));
        trial.said.sort_by(|a, b| b.0.total_cmp(&a.0));
        trial.alarms.sort_by(|a, b| b.total_cmp(a));
        trial
    }

    /// The lowest threshold at which so much of what is said is right.
    fn at_precision(&self, wanted: f64) -> f32 {
        let mut right = 0;
        let mut lowest = 1.0;
        for (count, (p, is_right)) in self.said.iter().enumerate() {
            right += usize::from(*is_right);
            if count >= 50 && right as f64 >= wanted * (count + 1) as f64 {
                lowest = *p;
            }
        }
        lowest
    }

    /// The lowest threshold at which clean lines raise no more than so many alarms for each 10,000 characters.
    fn at_alarms(&self, most: f64) -> f32 {
        let allowed = (most * self.clean_chars as f64 / 10_000.0) as usize;
        self.alarms.get(allowed).map_or(0.0, |p| p + 1e-4)
    }

    /// Of the mistakes, the part mended at a threshold; and the alarms there.
    fn at(&self, threshold: f32) -> (f64, f64) {
        let over = |p: f32| p >= threshold;
        let right = self
            .said
            .iter()
            .filter(|(p, right)| *right && over(*p))
            .count();
        let alarms = self.alarms.iter().filter(|p| over(**p)).count();
        (
            right as f64 / self.slips.max(1) as f64,
            alarms as f64 * 10_000.0 / self.clean_chars.max(1) as f64,
        )
    }
}

/// Precision wanted among what is called certain, and among what is called likely or certain.
const CERTAIN: f64 = 0.985;
const LIKELY: f64 = 0.92;
const ASK: f64 = 0.75;
/// Most alarms for each 10,000 clean characters of text on unknown subjects.
const CERTAIN_ALARMS: f64 = 1.25;
const LIKELY_ALARMS: f64 = 8.0;
/// Below these no precision on spoilt lines makes up for what clean pages would be accused of.
const LEAST_LIKELY: f32 = 0.59;
const LEAST_ASK: f32 = 0.4;

/// Thresholds that keep the wanted precision on known subjects and the wanted peace on unknown ones.
fn settle(known: &Trial, unknown: &Trial, tell: &mut dyn FnMut(String)) -> Thresholds {
    let certain = known
        .at_precision(CERTAIN)
        .max(unknown.at_alarms(CERTAIN_ALARMS));
    let likely = known
        .at_precision(LIKELY)
        .max(unknown.at_alarms(LIKELY_ALARMS));
    let thresholds = Thresholds {
        certain,
        likely: likely.max(LEAST_LIKELY).min(certain),
        ask: known.at_precision(ASK).max(LEAST_ASK).min(certain),
    };
    for (name, trial) in [("熟悉", known), ("生疏", unknown)] {
        let [c, l, a] =
            [thresholds.certain, thresholds.likely, thresholds.ask].map(|t| trial.at(t));
        tell(format!(
            "{name}：确定 ≥{:.3} 召回 {:.3} 误报 {:.2}；很可能 ≥{:.3} 召回 {:.3} 误报 {:.2}；待核 ≥{:.3} 召回 {:.3} 误报 {:.2}（每万字）",
            thresholds.certain, c.0, c.1, thresholds.likely, l.0, l.1, thresholds.ask, a.0, a.1
        ));
    }
    thresholds
}
