//! Notes and logs.

use crate::{Store, StoreError};

pub(super) fn notes_are_compared_before_they_are_written(store: &dyn Store) {
    use serde_json::json;
    assert_eq!(store.note("people", "王某").unwrap(), None);
    assert_eq!(
        store
            .put_note("people", "王某", 0, &json!({"n": 1}))
            .unwrap(),
        1
    );
    let again = store.put_note("people", "王某", 0, &json!({"n": 2}));
    assert!(matches!(again, Err(StoreError::Stale { .. })), "{again:?}");
    assert_eq!(
        store
            .put_note("people", "王某", 1, &json!({"n": 3}))
            .unwrap(),
        2
    );
    let old = store.put_note("people", "王某", 1, &json!({"n": 4}));
    assert!(matches!(old, Err(StoreError::Stale { .. })), "{old:?}");
    let kept = store.note("people", "王某").unwrap().unwrap();
    assert_eq!((kept.version, kept.value), (2, json!({"n": 3})));
    store.put_note("people", "a\0b", 0, &json!(null)).unwrap();
    store.put_note("people2", "x", 0, &json!("other")).unwrap();
    let names: Vec<String> = store
        .notes("people")
        .unwrap()
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    assert_eq!(names, ["a\0b", "王某"], "of one kind, by key");
    assert!(store.remove_note("people", "王某").unwrap());
    assert!(!store.remove_note("people", "王某").unwrap());
    assert_eq!(store.note("people", "王某").unwrap(), None);
    let anew = store.put_note("people", "王某", 0, &json!(1)).unwrap();
    assert_eq!(anew, 1, "what was removed begins again");
}

pub(super) fn logs_are_chained(store: &dyn Store) {
    for n in 0..300 {
        let entry = store.append("audit", &format!("第{n}条\n")).unwrap();
        assert_eq!(entry.number, n + 1);
    }
    store.append("other", "x").unwrap();
    let all = store.entries("audit", 0, 1_000).unwrap();
    assert_eq!(all.len(), 300);
    let mut last = None;
    for entry in &all {
        assert!(entry.follows("audit", last), "{entry:?}");
        assert!(!entry.follows("other", last), "a log has a name");
        last = Some(entry);
    }
    assert_eq!(store.entries("audit", 299, 1_000).unwrap(), all[298..]);
    assert_eq!(store.entries("audit", 5, 2).unwrap(), all[4..6]);
    assert!(store.entries("none", 1, 10).unwrap().is_empty());
    let mut forged = all[7].clone();
    forged.text = "别的".into();
    assert!(!forged.follows("audit", Some(&all[6])));
}
