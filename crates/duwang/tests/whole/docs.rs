//! What is generated is fresh, and what the documents claim is true.

use crate::common::Duwang;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_rule_manual_is_fresh() {
    let written = std::fs::read_to_string(root().join("docs/rules.md")).unwrap();
    let made = Duwang::new().ok(&["rules", "docs"]);
    assert!(
        written == made,
        "docs/rules.md is old: run `cargo run -- rules docs -o docs/rules.md`"
    );
}

#[test]
fn the_map_stays_short() {
    let lines = std::fs::read_to_string(root().join("ARCHITECTURE.md"))
        .unwrap()
        .lines()
        .count();
    assert!(lines <= 150, "ARCHITECTURE.md has {lines} lines");
}

#[test]
fn every_units_file_in_seeds_is_valid() {
    let duwang = Duwang::new();
    let told = duwang.ok(&[
        "units",
        "check",
        root().join("seeds/jinjiang.toml").to_str().unwrap(),
    ]);
    assert!(told.contains("52 个单位"), "{told}");
}

#[test]
fn every_verb_explains_itself() {
    let duwang = Duwang::new();
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    for verb in [
        "demo", "scan", "check", "findings", "review", "report", "serve", "rules", "units",
        "doctor",
    ] {
        assert!(duwang.ok(&[verb, "--help"]).contains("用法"), "{verb}");
        assert!(
            readme.contains(verb) || verb == "doctor",
            "README does not mention {verb}"
        );
    }
}
