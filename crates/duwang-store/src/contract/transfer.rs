//! Moving everything to another store.

use super::sample::{decision, entry, finding, page, scan};
use super::{record, record_findings};
use crate::{Memory, Store, StoreError, Transferred, import};
use duwang_model::{FindingFilter, Verdict, Visit};

fn fill(store: &dyn Store) -> Transferred {
    let findings: Vec<_> = (0..600)
        .map(|n| finding("a", "guide/x", &format!("http://a.example/{n}"), n))
        .collect();
    store.begin_scan(&scan("s", 1)).unwrap();
    record_findings(store, &findings);
    record(
        store,
        Visit {
            page: Some(page("a", "http://a.example/")),
            frontier: vec![entry("s", "a", "http://a.example/")],
            ..Visit::default()
        },
    );
    store
        .decide(&[decision(&findings[5], Verdict::Dismiss)])
        .unwrap();
    store
        .put_note(
            "view",
            "王某/本周",
            0,
            &serde_json::json!({"query": "level=serious"}),
        )
        .unwrap();
    store.append("audit", "一").unwrap();
    store.append("audit", "二").unwrap();
    Transferred {
        scans: 1,
        pages: 1,
        findings: 600,
        frontier: 1,
        notes: 1,
        entries: 2,
    }
}

fn exported(store: &dyn Store) -> Vec<u8> {
    let mut out = Vec::new();
    store.export(&mut out).unwrap();
    out
}

pub(super) fn an_export_can_be_imported(store: &dyn Store) {
    let expected = fill(store);
    let out = exported(store);
    let other = Memory::new();
    let done = import(&other, &mut std::io::Cursor::new(&out)).unwrap();
    assert_eq!(done, expected);
    let all = FindingFilter::default();
    assert_eq!(other.findings(&all).unwrap(), store.findings(&all).unwrap());
    assert_eq!(exported(&other), out, "any backend exports the same");
    store
        .decide(&[decision(
            &store.findings(&all).unwrap()[9],
            Verdict::Confirm,
        )])
        .unwrap();
    let before = store.findings(&all).unwrap();
    import(store, &mut std::io::Cursor::new(&out)).unwrap();
    assert_eq!(
        store.findings(&all).unwrap(),
        before,
        "what people decided since the export stays"
    );
}

pub(super) fn a_damaged_export_is_refused(store: &dyn Store) {
    fill(store);
    let out = exported(store);
    let text = String::from_utf8(out.clone()).unwrap();
    let other = Memory::new();
    let cut = &out[..out.len() - 10];
    let without_end = &text[..text.trim_end().rfind('\n').unwrap() + 1];
    let changed = text.replacen("http://a.example/7", "http://a.example/8", 1);
    let present = format!("\"format\":{}", crate::EXPORT_FORMAT);
    assert!(text.contains(&present), "the first line says its format");
    let newer = text.replacen(&present, "\"format\":99", 1);
    for bad in [
        cut,
        without_end.as_bytes(),
        changed.as_bytes(),
        newer.as_bytes(),
        b"",
        b"{}\n",
    ] {
        let error = import(&other, &mut std::io::Cursor::new(bad)).unwrap_err();
        assert!(matches!(error, StoreError::Import { .. }), "{error}");
    }
    assert_eq!(
        other.stats().unwrap(),
        Memory::new().stats().unwrap(),
        "nothing was written"
    );
}
