//! `duwang typo`: making, measuring and teaching the model of the language.

mod from_store;
mod learn;
mod ledger;
mod score;

use super::App;
use crate::cli::TypoAction;
use crate::config::Config;
use crate::out::Out;
use anyhow::Context as _;
use std::path::{Path, PathBuf};

pub(super) fn run(config: &Config, action: TypoAction, out: &Out) -> anyhow::Result<u8> {
    match action {
        TypoAction::Train { texts, output } => train(&texts, &output, out),
        TypoAction::Score {
            texts,
            model,
            cases,
            clean,
            ablate,
            output,
        } => {
            let order = score::Order {
                texts: read_all(&texts)?,
                model,
                cases,
                clean,
                ablate,
                output,
            };
            score::run(config, &order, out)
        }
        TypoAction::Learn { paths, forget, .. } => learn::run(config, &paths, forget, out),
    }
}

/// Whether a command wants the store.
pub(super) fn asks_store(action: &TypoAction) -> bool {
    matches!(
        action,
        TypoAction::Learn {
            from_store: true,
            ..
        }
    )
}

/// Runs with the store.
pub(super) fn run_on_store(app: &App, action: TypoAction, out: &Out) -> anyhow::Result<u8> {
    match action {
        TypoAction::Learn {
            from_store: true,
            forget,
            ..
        } => from_store::run(app, forget, out),
        action => run(&app.config, action, out),
    }
}

fn train(texts: &[PathBuf], output: &Path, out: &Out) -> anyhow::Result<u8> {
    let texts = read_all(texts)?;
    let settings = duwang_typo::train::Settings::default();
    let model = duwang_typo::train::train(&texts, &settings, &mut |line| out.say(line))
        .context("训练不成")?;
    duwang_typo::Checker::open(model.clone()).context("训练出的模型打不开")?;
    std::fs::write(output, &model).with_context(|| format!("写不了 {}", output.display()))?;
    out.print(format!("模型 {}：{} 字节\n", output.display(), model.len()));
    Ok(0)
}

/// Texts, unpacked where they are packed.
fn read_all(files: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    files.iter().map(|file| read(file)).collect()
}

fn read(file: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(file).with_context(|| format!("读不了 {}", file.display()))?;
    let bytes = match file.extension().is_some_and(|e| e == "zst") {
        true => zstd::decode_all(bytes.as_slice())
            .with_context(|| format!("解不开 {}", file.display()))?,
        false => bytes,
    };
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
