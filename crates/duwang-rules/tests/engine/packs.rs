//! The packs of this repository load. Their examples need the page reader and run in the application's tests.

use duwang_rules::{RuleFile, Rules};
use std::collections::BTreeSet;
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
            out.push(crate::common::file(&relative.to_string_lossy(), text));
        }
    }
}

fn rules() -> Rules {
    let mut all = Vec::new();
    files(&packs(), &packs(), &mut all);
    Rules::load(&all, &[]).unwrap_or_else(|errors| panic!("{errors:#}"))
}

#[test]
fn packs_load() {
    let rules = rules();
    assert!(rules.all().len() >= 200, "{}", rules.all().len());
}

/// Packs of which every rule must be named in `docs/coverage.md`.
const MAPPED: [&str; 17] = [
    "guide",
    "guide-outdated",
    "interpretation",
    "solicitation",
    "coverage",
    "annual-report",
    "service-guide",
    "labelling",
    "consistency",
    "freshness",
    "wording",
    "format",
    "privacy",
    "link",
    "safety",
    "new-media",
    "indicators",
];

#[test]
fn requirements_are_mapped_to_rules() {
    let text = std::fs::read_to_string(packs().join("../docs/coverage.md")).unwrap();
    let rules = rules();
    let known: BTreeSet<&str> = rules.all().iter().map(|r| r.id.as_str()).collect();
    let mut named = BTreeSet::new();
    let mut mapped = BTreeSet::new();
    for row in text.lines().filter_map(|l| l.strip_prefix("| ")) {
        let cells: Vec<&str> = row.trim_end_matches(" |").split(" | ").collect();
        let [id, _, answer] = cells.as_slice() else {
            panic!("not three cells: {row}");
        };
        if *id == "行" {
            continue; // the head of a table
        }
        let of_row: Vec<&str> = in_backticks(answer).filter(|t| t.contains('/')).collect();
        assert!(
            !of_row.is_empty() || answer.contains("不判："),
            "{id} has neither a rule nor a reason"
        );
        for rule in &of_row {
            assert!(known.contains(rule), "{id} names {rule}, which is no rule");
        }
        named.extend(of_row);
        assert!(mapped.insert(*id), "{id} stands there twice");
    }
    let required = text.lines().filter_map(|l| l.strip_prefix("行号："));
    let required: Vec<&str> = required.flat_map(str::split_whitespace).collect();
    assert!(required.len() >= 180, "{}", required.len());
    for id in required {
        assert!(mapped.contains(id), "{id} is not mapped");
    }
    for rule in &known {
        let pack = rule.split('/').next().unwrap();
        assert!(
            !MAPPED.contains(&pack) || named.contains(rule),
            "{rule} answers no requirement of docs/coverage.md"
        );
    }
}

fn in_backticks(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}
