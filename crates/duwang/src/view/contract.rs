//! Every shown finding is the contract's object: checked against our own published schema by a validator that knows just the
//! words that schema uses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

use super::{Shown, finding_json, jsonl, line_json, sample};
use serde_json::Value;

const SCHEMA: &str = include_str!("../../tests/contract/finding.schema.json");

#[test]
fn every_finding_is_the_contracts_object() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut bare = sample::finding("typo/known-errors", "布署");
    for text in [
        &mut bare.unit,
        &mut bare.channel,
        &mut bare.page_title,
        &mut bare.scan,
    ] {
        text.clear();
    }
    bare.hit.message.clear();
    bare.hit.basis = " ".to_owned();
    bare.hit.suggestion.clear();
    (bare.kind, bare.published, bare.hit.chars) = (None, None, None);
    for finding in sample::findings().iter().chain([&bare]) {
        for object in [
            finding_json(finding, false),
            finding_json(finding, true),
            line_json(finding, 3, false),
        ] {
            assert_eq!(faults(&schema, &object), Vec::<String>::new(), "{object:#}");
        }
    }
}

#[test]
fn the_object_has_exactly_the_contracts_fields() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let mut known: Vec<&String> = schema["properties"].as_object().unwrap().keys().collect();
    let object = line_json(&sample::findings()[0], 1, false);
    let mut given: Vec<&String> = object.as_object().unwrap().keys().collect();
    known.sort();
    given.sort();
    assert_eq!(given, known);
    assert_eq!(object["first_seen"], "2026-11-02T09:15:00+08:00");
    assert_eq!(object["score"], 0.8);
}

#[test]
fn the_validator_sees_faults() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    for (key, wrong) in [
        ("rule", Value::from("Guide/x")),
        ("level", Value::from("grave")),
        ("basis", Value::from("")),
        ("start", Value::from(-1)),
        ("quote", Value::Null),
    ] {
        let mut object = finding_json(&sample::findings()[0], false);
        object[key] = wrong;
        assert_eq!(faults(&schema, &object).len(), 1, "{key}");
    }
}

#[test]
fn lines_read_back() {
    let findings = sample::findings();
    let text = jsonl(&findings, false);
    let back: Vec<Shown> = text
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let shown: Vec<Shown> = findings.iter().map(|f| Shown::of(f, false)).collect();
    assert_eq!(back, shown);
    assert!(!text.contains("350499199001010018") && !text.contains("13800138001"));
}

/// What of the object breaks the schema: `required`, `type`, `enum`, `minLength`, `minimum` and the one `pattern` in it.
fn faults(schema: &Value, object: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for key in schema["required"].as_array().unwrap() {
        if object.get(key.as_str().unwrap()).is_none() {
            faults.push(format!("{key} missing"));
        }
    }
    for (key, value) in object.as_object().unwrap() {
        let wanted = &schema["properties"][key];
        if !(has_type(&wanted["type"], value)
            && is_one_of(&wanted["enum"], value)
            && is_in_bounds(wanted, value))
        {
            faults.push(format!("{key}: {value} against {wanted}"));
        }
    }
    faults
}

fn has_type(types: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str().unwrap() {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        other => panic!("the schema uses a type this check does not know: {other}"),
    };
    match types {
        Value::Null => true,
        Value::Array(names) => names.iter().any(is),
        name => is(name),
    }
}

fn is_one_of(words: &Value, value: &Value) -> bool {
    words.as_array().is_none_or(|words| words.contains(value))
}

fn is_in_bounds(wanted: &Value, value: &Value) -> bool {
    let long_enough = wanted["minLength"].as_u64().is_none_or(|n| {
        value
            .as_str()
            .is_some_and(|s| s.chars().count() as u64 >= n)
    });
    let large_enough = wanted["minimum"]
        .as_i64()
        .is_none_or(|n| value.is_null() || value.as_i64().is_some_and(|v| v >= n));
    let fits = match wanted["pattern"].as_str() {
        None => true,
        Some("^[a-z0-9-]+/[a-z0-9-]+$") => {
            let word = |s: &str| {
                !s.is_empty() && s.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'))
            };
            value
                .as_str()
                .and_then(|s| s.split_once('/'))
                .is_some_and(|(pack, name)| word(pack) && word(name))
        }
        Some(other) => panic!("the schema uses a pattern this check does not know: {other}"),
    };
    long_enough && large_enough && fits
}
