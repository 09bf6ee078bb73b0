//! The language model this run looks for wrong characters with: the one inside the binary, or `typo/model.bin` of the rules folder, with
//! what the city's own pages taught (`typo/learned.bin` there).

use duwang_typo::{Checker, Supplement};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The model made from official text (`duwang typo train`).
static BUNDLED: &[u8] = include_bytes!("../../../rules/typo/model.bin");

/// A model, or why there is none.
pub struct Typos {
    /// Ready to check, or what is wrong with the file, in Chinese.
    pub checker: Result<Arc<Checker>, String>,
    /// Tells one model from another.
    pub stamp: String,
}

/// Where a rules folder keeps a model of its own.
pub fn model_file(rules: &Path) -> PathBuf {
    rules.join("typo").join("model.bin")
}

/// Where a rules folder keeps what the city's pages taught.
pub fn learned_file(rules: &Path) -> PathBuf {
    rules.join("typo").join("learned.bin")
}

/// Opens the model; one in the rules folder takes the place of the bundled one.
pub fn open(rules: Option<&Path>) -> Typos {
    let opened = open_checker(rules);
    let stamp = opened
        .as_ref()
        .map_or(String::new(), |(_, stamp)| stamp.clone());
    Typos {
        checker: opened.map(|(checker, _)| Arc::new(checker.remembering())),
        stamp,
    }
}

fn open_checker(rules: Option<&Path>) -> Result<(Checker, String), String> {
    let own = rules.map(model_file).filter(|file| file.exists());
    let checker = match &own {
        Some(file) => {
            let bytes = read(file)?;
            Checker::open(bytes).map_err(|e| format!("{}：{e}", file.display()))?
        }
        None => Checker::open(BUNDLED).map_err(|e| e.to_string())?,
    };
    let mut stamp = format!("typo:{:08x}", checker.stamp());
    let Some(learned) = rules.map(learned_file).filter(|file| file.exists()) else {
        return Ok((checker, stamp));
    };
    let bytes = read(&learned)?;
    let supplement =
        Supplement::from_bytes(&bytes).map_err(|e| format!("{}：{e}", learned.display()))?;
    stamp.push_str(&format!("+{:08x}", crc32fast::hash(&bytes)));
    Ok((checker.with(supplement), stamp))
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|e| format!("读不了 {}：{e}", file.display()))
}
