//! `protected.tsv` beside the packs: names that are right although a word list says otherwise, for all units or for some.

use crate::error::{Place, Troubles};
use crate::rules::RuleFile;
use duwang_model::Unit;

/// Where the list lies.
const FILE: &str = "protected.tsv";
const HEADING: &str = "text\tunits\tnote";

/// A name nothing inside of which is a mistake.
#[derive(Debug)]
pub(crate) struct Protected {
    pub(crate) text: String,
    /// Ids, names or kinds of units; empty: for all.
    units: Vec<String>,
}

impl Protected {
    /// Whether it holds for documents of this unit.
    pub(crate) fn is_for(&self, unit: Option<&Unit>) -> bool {
        self.units.is_empty()
            || unit.is_some_and(|unit| {
                self.units.iter().any(|u| {
                    *u == unit.id
                        || *u == unit.name
                        || u == unit.kind.word()
                        || unit.short_names.contains(u)
                })
            })
    }
}

pub(crate) fn read(files: &[RuleFile], troubles: &Troubles<'_>) -> Vec<Protected> {
    let Some((file, text)) = files
        .iter()
        .enumerate()
        .find(|(_, f)| f.path == FILE)
        .map(|(n, f)| (n, f.text.as_ref()))
    else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    let mut at = 0;
    let mut headed = false;
    for line in text.split('\n') {
        let place = Place::new(file, at..at + line.len());
        at += line.len() + 1;
        let line = line.trim_end_matches('\r').trim_start_matches('\u{feff}');
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if !headed {
            headed = true;
            if line != HEADING {
                troubles.report_with(
                    &place,
                    "保护名表的第一行不是规定的列名",
                    "这里",
                    Some("应为（制表符分隔）：text units note".to_owned()),
                );
                return rows;
            }
            continue;
        }
        rows.extend(row(line, &place, troubles));
    }
    rows
}

fn row(line: &str, place: &Place, troubles: &Troubles<'_>) -> Option<Protected> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [text, units, _note] = cells.as_slice() else {
        troubles.report_with(
            place,
            format!("这一行有 {} 列，应为 3 列", cells.len()),
            "这里",
            Some("列之间用一个制表符，空列也要留制表符".to_owned()),
        );
        return None;
    };
    if text.trim().chars().count() < 2 {
        troubles.report(place, "保护名至少两个字");
        return None;
    }
    Some(Protected {
        text: text.trim().to_owned(),
        units: units
            .split(';')
            .map(str::trim)
            .filter(|u| !u.is_empty())
            .map(str::to_owned)
            .collect(),
    })
}
