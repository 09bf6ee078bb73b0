//! What is strange about a site's face is told once, after the second look.
#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use duwang_schedule::{Face, Glimpse, Judgement, Memory, Sign};

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 2, 2, 0, 0).unwrap()
}

fn face(title: &str) -> Face {
    Face {
        origin: "https://www.yunxi-demo.gov.cn".into(),
        title: title.into(),
        keywords: "云溪市,政务公开".into(),
        valid_until: Some(now() + TimeDelta::days(200)),
    }
}

fn look(memory: &mut Memory, face: Face) -> Judgement {
    let glimpse = Glimpse {
        face,
        cloaked: None,
    };
    memory.judge(glimpse, now())
}

#[test]
fn the_first_look_is_believed_and_a_change_needs_two() {
    let mut memory = Memory::default();
    assert_eq!(
        look(&mut memory, face("云溪市人民政府")),
        Judgement::default()
    );
    let changed = || face("云溪娱乐城");
    let first = look(&mut memory, changed());
    assert!(first.look_again && first.alarms.is_empty());
    let second = look(&mut memory, changed());
    assert!(matches!(&second.alarms[..], [Sign::Title { from, .. }] if from == "云溪市人民政府"));
    assert_eq!(
        look(&mut memory, changed()),
        Judgement::default(),
        "told once"
    );
    let back = look(&mut memory, face("云溪市人民政府"));
    assert_eq!(back.over.len(), 1);
    assert!(memory.told.is_empty());
}

#[test]
fn what_does_not_come_again_is_forgotten() {
    let mut memory = Memory::default();
    look(&mut memory, face("云溪市人民政府"));
    assert!(look(&mut memory, face("正在维护")).look_again);
    assert_eq!(
        look(&mut memory, face("云溪市人民政府")),
        Judgement::default()
    );
    let again = look(&mut memory, face("正在维护"));
    assert!(
        again.look_again && again.alarms.is_empty(),
        "it counts from the beginning"
    );
}

#[test]
fn dates_and_counters_in_a_title_mean_nothing() {
    let mut memory = Memory::default();
    look(&mut memory, face("云溪市 2026年11月2日"));
    assert_eq!(
        look(&mut memory, face("云溪市 2026年11月3日\n")),
        Judgement::default()
    );
}

#[test]
fn a_certificate_is_told_at_thirty_fourteen_and_three_days() {
    let mut memory = Memory::default();
    let until = now() + TimeDelta::days(40);
    let mut told = Vec::new();
    for hours in 0..41 * 24 {
        let glimpse = Glimpse {
            face: Face {
                valid_until: Some(until),
                ..face("云溪市")
            },
            cloaked: None,
        };
        let judgement = memory.judge(glimpse, now() + TimeDelta::hours(hours));
        assert!(judgement.over.is_empty());
        told.extend(judgement.alarms.into_iter().map(|s| match s {
            Sign::Expires { within, .. } => (within, hours / 24),
            other => panic!("{other:?}"),
        }));
    }
    assert_eq!(told, [(30, 10), (14, 26), (3, 37)]);
    let renewed = memory.judge(
        Glimpse {
            face: face("云溪市"),
            cloaked: None,
        },
        now(),
    );
    assert!(matches!(
        renewed.over[..],
        [Sign::Expires { within: 3, .. }]
    ));
}

#[test]
fn https_instead_of_http_is_no_move_and_the_other_way_is() {
    let at = |origin: &str| Face {
        origin: origin.into(),
        valid_until: None,
        ..face("云溪市")
    };
    let mut memory = Memory::default();
    look(&mut memory, at("http://www.yunxi-demo.gov.cn"));
    assert_eq!(
        look(&mut memory, at("https://www.yunxi-demo.gov.cn")),
        Judgement::default()
    );
    let mut memory = Memory::default();
    look(&mut memory, at("https://www.yunxi-demo.gov.cn"));
    look(&mut memory, at("http://www.yunxi-demo.gov.cn"));
    let told = look(&mut memory, at("http://www.yunxi-demo.gov.cn"));
    assert!(matches!(&told.alarms[..], [Sign::Moved { .. }]));
}

#[test]
fn cloaking_is_neither_told_nor_over_while_nobody_compares() {
    let mut memory = Memory::default();
    let mut judge = |cloaked| {
        let glimpse = Glimpse {
            face: face("云溪市"),
            cloaked,
        };
        memory.judge(glimpse, now())
    };
    judge(Some(None));
    assert!(judge(Some(Some(3))).look_again);
    assert_eq!(judge(None), Judgement::default());
    assert_eq!(judge(Some(Some(7))).alarms, [Sign::Cloaked { alike: 7 }]);
    assert_eq!(judge(None), Judgement::default());
    assert_eq!(judge(Some(None)).over.len(), 1);
}

#[test]
fn a_person_may_accept_a_new_face() {
    let mut memory = Memory::default();
    assert!(!memory.accept());
    look(&mut memory, face("旧名"));
    look(&mut memory, face("新名"));
    look(&mut memory, face("新名"));
    assert!(memory.accept() && memory.told.is_empty());
    assert_eq!(look(&mut memory, face("新名")), Judgement::default());
}
