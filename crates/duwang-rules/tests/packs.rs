//! The packs of this repository load. Their examples need the page reader and run in the application's tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

mod common;

use duwang_rules::{RuleFile, Rules};
use std::path::{Path, PathBuf};

fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules")
}

fn files(folder: &Path, root: &Path, out: &mut Vec<RuleFile>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut paths: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, root, out);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let relative = path.strip_prefix(root).unwrap();
            out.push(common::file(&relative.to_string_lossy(), text));
        }
    }
}

#[test]
fn packs_load() {
    let mut all = Vec::new();
    files(&packs(), &packs(), &mut all);
    let rules = Rules::load(&all, &[]).unwrap_or_else(|errors| panic!("{errors:#}"));
    assert!(rules.all().len() >= 70, "{}", rules.all().len());
}
