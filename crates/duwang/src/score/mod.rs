//! `duwang rules score`: how right the rules are, measured on the labelled documents of `tests/corpus`.
//!
//! ```text
//! corpus.rs   documents with labels in their text           tests/corpus/<part>/*.txt → Sample
//! frame.rs    a page around the text                    tests/corpus/frames/*.html
//! marks.rs    where a label stands once the page is read    ⟦rule|text⟧ → span of the plain text
//! judge.rs    read → classify → check as ever, then hits against labels
//! site.rs     documents of one site: the rules about a channel as a whole
//! tally.rs    right, wrong, missed; precision, recall and their intervals
//! figures.rs  tallies by rule, category, channel, certainty; what must not fall
//! print.rs    the figures for the terminal and as `docs/accuracy.md`
//! ```

mod corpus;
mod figures;
mod frame;
mod judge;
mod marks;
mod print;
mod site;
mod tally;

use crate::config::Config;
use crate::out::Out;
use crate::rulebook;
use anyhow::Context as _;
use corpus::Part;
use figures::Figures;
use std::path::{Path, PathBuf};

/// What the command was asked for.
pub(crate) struct Order {
    /// Another corpus than the bundled one.
    pub(crate) corpus: Option<PathBuf>,
    /// Where to write the figures as Markdown.
    pub(crate) output: Option<PathBuf>,
    /// Tell every wrong or missed place of these rules (empty: of all) in the tuned part.
    pub(crate) wrong: bool,
    pub(crate) rules: Vec<String>,
    /// Where to write the figures that must not fall.
    pub(crate) record: Option<PathBuf>,
}

/// Scores; exit code 1 when a figure is below what is recorded.
pub(crate) fn run(config: &Config, order: &Order, out: &Out) -> anyhow::Result<u8> {
    let rules = rulebook::load(config.rules.as_deref(), &[])?;
    let files = match &order.corpus {
        Some(dir) => corpus::Files::of_folder(dir)?,
        None => corpus::Files::bundled(),
    };
    let samples = files.samples(&rules)?;
    let mut verdicts = judge::all(&rules, &samples)?;
    verdicts.sort_by(|a, b| a.place.cmp(&b.place));
    if order.wrong {
        for verdict in &verdicts {
            // The frozen part is measured, never read: nobody may tune a rule on its single failures.
            if verdict.part == Part::Tuned {
                out.print(print::wrong(verdict, &order.rules));
            }
        }
    }
    let figures = Figures::of(&rules, &samples, &verdicts);
    out.print(print::terminal(&figures));
    if let Some(file) = &order.output {
        write(file, &print::markdown(&figures))?;
    }
    if let Some(file) = &order.record {
        write(file, &figures.record())?;
    }
    let fallen = figures.fallen(files.recorded())?;
    for one in &fallen {
        out.print(format!("低于已记录的数：{one}\n"));
    }
    Ok(u8::from(!fallen.is_empty()))
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(file, text).with_context(|| format!("写不了 {}", file.display()))
}
