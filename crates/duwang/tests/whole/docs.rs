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
fn what_is_known_of_expressions_beforehand_is_right() {
    let written = std::fs::read_to_string(root().join("crates/duwang/data/prepared.json")).unwrap();
    let made = Duwang::new().ok(&["rules", "prepare"]);
    assert!(
        written == made,
        "the rules were changed: run `cargo run -- rules prepare -o crates/duwang/data/prepared.json`"
    );
}

/// Clerks know rules by their names: every one has one, short enough for a list, and no two the same.
#[test]
fn every_rule_has_a_name() {
    let mut names = Vec::new();
    for file in sources_of(&root().join("rules"), "toml") {
        let text = std::fs::read_to_string(&file).unwrap();
        if !text.starts_with("kind = ") {
            continue; // packs and overlays
        }
        let name = text.lines().find_map(|l| l.strip_prefix("name = \""));
        let name = name.unwrap_or_else(|| panic!("{} has no name", file.display()));
        let name = name.trim_end_matches('"').to_owned();
        assert!((2..=14).contains(&name.chars().count()), "{name}");
        names.push(name);
    }
    assert!(names.len() > 250, "{}", names.len());
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
    let duwang = Duwang::new();
    let own = duwang.dir.path().join("rules/guide");
    std::fs::create_dir_all(&own).unwrap();
    let text = std::fs::read_to_string(root().join("rules/guide/office-fax.toml")).unwrap();
    let nameless = text.replace("name = \"指南缺传真\"\n", "");
    std::fs::write(own.join("office-fax.toml"), nameless).unwrap();
    let output = duwang.run(&["--rules", "rules", "rules", "docs"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        told.contains("没有名称") && told.contains("guide/office-fax"),
        "{told}"
    );
}

/// `file::test`, or `file::` for all tests of a file, which then has some.
#[test]
fn every_test_that_security_names_is_there() {
    let text = std::fs::read_to_string(root().join("docs/security.md")).unwrap();
    let files = sources_of(&root().join("crates"), "rs");
    let mut named = 0;
    for (file, test) in text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|t| t.split_once("::"))
    {
        if !file.ends_with(".rs") {
            continue;
        }
        let ending = format!("/{file}");
        let of_name: Vec<&PathBuf> = files
            .iter()
            .filter(|f| f.to_str().unwrap().ends_with(&ending))
            .collect();
        assert_eq!(of_name.len(), 1, "{file} is {of_name:?}");
        let code = std::fs::read_to_string(of_name[0]).unwrap();
        let wanted = format!("fn {test}(");
        let is_there = match test {
            "" => code.contains("#[test]") || code.contains("#[tokio::test"),
            _ => code.contains(&wanted),
        };
        assert!(is_there, "no {test} in {file}");
        named += 1;
    }
    assert!(named > 60, "{named}");
}

fn sources_of(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => found.extend(sources_of(&path, extension)),
            path if path.extension().is_some_and(|e| e == extension) => found.push(path),
            _ => {}
        }
    }
    found
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
