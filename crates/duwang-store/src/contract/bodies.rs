//! Bodies.

use super::record;
use super::sample::page;
use crate::Store;
use duwang_model::{Body, Visit};

pub(super) fn bodies_are_kept_once_and_proved(store: &dyn Store) {
    let bytes = "青石街道办事处".repeat(500).into_bytes();
    let name = store.keep_body(&bytes).unwrap();
    assert!(name.starts_with("sha256:") && name.len() == 71);
    record(
        store,
        Visit {
            body: Some(Body::pack(&bytes).unwrap()),
            ..Visit::default()
        },
    );
    assert_eq!(store.body(&name).unwrap(), Some(bytes));
    assert_eq!(store.stats().unwrap().bodies, 1);
    let empty = store.keep_body(&[]).unwrap();
    assert_eq!(store.body(&empty).unwrap(), Some(Vec::new()));
    for absent in [
        format!("sha256:{}", "0".repeat(64)),
        "sha256:../../x".into(),
        String::new(),
        name.to_uppercase(),
    ] {
        assert_eq!(store.body(&absent).unwrap(), None, "{absent}");
    }
    let many: Vec<String> = (0..40).map(|n| format!("正文{}", n % 30)).collect();
    let with_body = |text: &String| Visit {
        body: Some(Body::pack(text.as_bytes()).unwrap()),
        ..Visit::default()
    };
    store
        .record(&many.iter().map(with_body).collect::<Vec<_>>())
        .unwrap();
    assert_eq!(store.stats().unwrap().bodies, 32);
    for text in many {
        let name = crate::body_name(text.as_bytes());
        let kept = store.body(&name).unwrap();
        assert_eq!(kept.as_deref(), Some(text.as_bytes()));
    }
}

pub(super) fn missing_bodies_are_reported(store: &dyn Store) {
    let mut kept = page("a", "http://a.example/1");
    kept.snapshot = Some(store.keep_body(b"x").unwrap());
    record(
        store,
        Visit {
            page: Some(kept),
            ..Visit::default()
        },
    );
    assert!(store.check(false).unwrap().is_sound());
    let mut lost = page("a", "http://a.example/2");
    lost.snapshot = Some(format!("sha256:{}", "0".repeat(64)));
    record(
        store,
        Visit {
            page: Some(lost),
            ..Visit::default()
        },
    );
    let report = store.check(false).unwrap();
    assert_eq!(report.bodies_missing, 1);
    assert!(report.missing_bodies[0].contains("http://a.example/2"));
}
