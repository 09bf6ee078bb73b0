//! Rules in use: overlays, validity, examples, and why a rule stayed silent.

use crate::common::*;
use duwang_model::{Certainty, Kind, Level, UnitKind};
use duwang_rules::{Context, ExampleKind, Rules, Why};

const WORDS: &str = r#"
kind = "terms"
title = "旧机构名"
bad = ["市国土局负责"]
good = ["原市国土局", "《关于国土局的通知》"]
not_yet = ["国　土局"]
terms = [{ id = "ORG-1", wrong = "国土局", right = "自然资源局", except = ["@原名", "@书名号"], since = 2019-01-01 }]
"#;

fn overlaid(overlays: &[(&str, &str)]) -> Rules {
    let mut files = rule_files(WORDS);
    for (name, text) in overlays {
        files.push(file(&format!("overlays/{name}.toml"), *text));
    }
    let names: Vec<String> = overlays
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    Rules::load(&files, &names).unwrap_or_else(|errors| panic!("{errors:#}"))
}

#[test]
fn later_overlays_win_key_by_key() {
    let rules = overlaid(&[
        (
            "province",
            "[\"t/rule\"]\nlevel = \"hint\"\ncertainty = \"likely\"\n",
        ),
        (
            "city",
            "[\"t/rule\"]\ncertainty = \"ask\"\n[\"t/rule\".rows.\"ORG-1\"]\nsince = 2020-01-01\nright = \"自然资源和规划局\"\n",
        ),
    ]);
    assert_eq!(rules.all()[0].level, Level::Hint);
    assert_eq!(rules.all()[0].certainty, Certainty::Ask);
    let mut page = document(Kind::News, "市国土局");
    page.published = Some(day("2019-06-01"));
    assert!(rules.check(&page, &context()).hits.is_empty());
    page.published = Some(day("2020-06-01"));
    assert!(
        rules.check(&page, &context()).hits[0]
            .message
            .contains("自然资源和规划局")
    );
}

#[test]
fn overlays_may_be_for_some_units_only() {
    let rules = overlaid(&[(
        "city",
        "[[\"t/rule\"]]\nunit_kinds = [\"街道\"]\ncertainty = \"likely\"\n[[\"t/rule\"]]\nunits = [\"qingshi\"]\nstate = \"retired\"\n",
    )]);
    assert_eq!(rules.all().len(), 1, "versions for some are not listed");
    let street = unit("baihe", "白鹤街道办事处");
    let own = unit("qingshi", "青石街道办事处");
    let office = duwang_model::Unit {
        kind: UnitKind::Department,
        ..unit("shuili", "水利局")
    };
    let certainty = |unit| {
        let context = Context { unit, ..context() };
        let checked = rules.check(&document(Kind::News, "市国土局"), &context);
        assert_eq!(ran(&checked), !checked.hits.is_empty());
        checked.hits.first().map(|h| h.certainty)
    };
    assert_eq!(certainty(None), Some(Certainty::Certain));
    assert_eq!(certainty(Some(&office)), Some(Certainty::Certain));
    assert_eq!(certainty(Some(&street)), Some(Certainty::Likely));
    assert_eq!(certainty(Some(&own)), None);
}

#[test]
fn rules_hold_from_day_to_day() {
    let rules = rules(
        "kind = \"pattern\"\npatterns = ['错']\nsince = 2020-01-01\nuntil = \"2020-12-31\"\n",
    );
    let judged = |published: &str| {
        let mut page = document(Kind::News, "错");
        page.published = Some(day(published));
        let checked = rules.check(&page, &context());
        assert_eq!(ran(&checked), !checked.hits.is_empty());
        ran(&checked)
    };
    assert_eq!(
        ["2019-12-31", "2020-01-01", "2020-12-31", "2021-01-01"].map(judged),
        [false, true, true, false]
    );
}

#[test]
fn a_page_without_a_date_is_no_newer_than_the_year_its_title_tells() {
    let rules = rules(
        "kind = \"pattern\"\npatterns = ['错']\nsince = 2020-01-01\nuntil = \"2020-12-31\"\n",
    );
    let judged = |title: &str| {
        let mut page = document(Kind::News, "错");
        title.clone_into(&mut page.title);
        ran(&rules.check(&page, &context()))
    };
    assert!(judged("2019年建议提案办理情况"));
    assert!(judged("2017—2019年工作计划"));
    for other in [
        "2018年工作要点", // published by the end of March 2019
        "2016—2020年规划",
        "2036年展望",
        "建队12年",
        "工作要点",
    ] {
        assert!(!judged(other), "{other}");
    }
}

#[test]
fn drafts_run_their_examples_only() {
    let rules = rules("kind = \"pattern\"\npatterns = ['错']\nstate = \"draft\"\nbad = [\"错\"]\n");
    let checked = rules.check(&document(Kind::News, "错"), &context());
    assert!(checked.hits.is_empty() && !ran(&checked));
    assert!(rules.test(&read_example).iter().all(|o| o.passed));
}

#[test]
fn examples_are_run_and_named() {
    let rules = rules(&WORDS.replace("\"原市国土局\"", "\"现市国土局\""));
    let outcomes = rules.test(&read_example);
    let shown: Vec<String> = outcomes
        .iter()
        .map(|o| format!("{} {o}", o.passed))
        .collect();
    assert_eq!(
        shown,
        [
            "true t/rule bad[1]“市国土局负责”：应当命中，命中 1 处：“国土局”",
            "false t/rule good[1]“现市国土局”：不应命中，命中 1 处：“国土局”",
            "true t/rule good[2]“《关于国土局的通知》”：不应命中，没有命中",
            "true t/rule not_yet[1]“国　土局”：已知缺口，暂不要求，命中 1 处：“国　土局”",
        ]
    );
    assert_eq!(outcomes[3].kind, ExampleKind::NotYet);
}

#[test]
fn silence_is_explained() {
    let rules = rules(&format!("{WORDS}scope = {{ kinds = [\"news\"] }}\n"));
    let why = |kind, text: &str, published: &str| {
        let mut page = document(kind, text);
        page.published = published.parse().ok();
        let explained = rules.explain(&page, &context());
        explained.into_iter().map(|e| e.why).collect::<Vec<_>>()
    };
    assert_eq!(why(Kind::News, "市国土局", ""), [Why::Reported]);
    assert_eq!(
        why(Kind::News, "原国土局", ""),
        [Why::Exception("@原名".to_owned())]
    );
    assert_eq!(
        why(Kind::News, "市国土局", "2018-01-01"),
        [Why::NotYet(day("2019-01-01"))]
    );
    assert_eq!(
        why(Kind::Guide, "市国土局", ""),
        [Why::OutOfScope("文档类型是指南".to_owned())]
    );
    assert_eq!(why(Kind::News, "自然资源局", ""), []);
}

#[test]
fn versions_change_with_the_files() {
    let one = rules(WORDS);
    let two = rules(&WORDS.replace("国土局负责", "国土局组织"));
    assert!(one.version().starts_with("t@2+"));
    assert_ne!(one.version(), two.version());
    assert_eq!(one.version(), rules(WORDS).version());
    assert_ne!(one.version(), overlaid(&[("city", "")]).version());
}

#[test]
fn documents_alike_share_what_ran() {
    let rules = rules(WORDS);
    let ran_of = |text: &str| rules.check(&document(Kind::News, text), &context()).ran;
    assert!(std::sync::Arc::ptr_eq(&ran_of("甲"), &ran_of("乙")));
}
