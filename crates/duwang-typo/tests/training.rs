//! Training: the same text gives the same bytes, and what comes out works.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

use duwang_typo::Checker;
use duwang_typo::train::{Corpus, Settings, Typist, train};

/// Sentences of a small world.
fn text() -> String {
    let who = [
        "市人民政府",
        "镇人民政府",
        "有关部门",
        "建设单位",
        "街道办事处",
        "村民委员会",
    ];
    let must = ["应当", "可以", "不得", "必须依法", "按照规定"];
    let what = [
        "加强安全生产监督管理",
        "公布行政许可决定",
        "组织实施应急预案",
        "保护公民合法权益",
        "编制国土空间规划",
        "落实安全生产责任制",
        "受理投诉举报",
    ];
    let how = [
        "接受社会监督",
        "并向社会公开",
        "及时予以答复",
        "由主管部门批准",
    ];
    let mut lines = String::new();
    for who in who {
        for must in must {
            for what in what {
                for how in how {
                    lines.push_str(&format!("{who}{must}{what}，{how}。\n"));
                }
            }
        }
    }
    lines
}

#[test]
fn the_same_text_gives_the_same_bytes() {
    let texts = [text()];
    let settings = Settings {
        trees: 60,
        ..Settings::default()
    };
    let once = train(&texts, &settings, &mut |_| {}).unwrap();
    let again = train(&texts, &settings, &mut |_| {}).unwrap();
    assert!(once == again, "two runs differ");
    let checker = Checker::open(once).unwrap();
    let line = "市人民政府应当加强安全生产监督管理，接受社会监督。";
    assert!(checker.check(line, &[]).is_empty());
}

#[test]
fn too_little_text_is_an_error() {
    let told = train(&["一行。\n".to_owned()], &Settings::default(), &mut |_| {}).unwrap_err();
    assert!(told.to_string().contains("语料太少"), "{told}");
}

#[test]
fn what_is_held_out_shares_no_twelve_characters_with_the_rest() {
    is_held_out(&Corpus::split(&[text()]));
    let everyday = Corpus::everyday();
    is_held_out(&everyday);
    let learned = everyday.train.len() + everyday.tune.len() + everyday.settle.len();
    assert!(everyday.test.len() * 3 < learned && learned < everyday.test.len() * 5);
}

fn is_held_out(corpus: &Corpus) {
    let rest = [corpus.train.as_slice(), &corpus.tune, &corpus.settle]
        .concat()
        .join("\n");
    for line in &corpus.test {
        let han: Vec<char> = line
            .chars()
            .filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c))
            .collect();
        for window in han.windows(12) {
            let window: String = window.iter().collect();
            assert!(!rest.contains(&window), "{window}");
        }
    }
}

#[test]
fn the_typist_makes_the_same_mistakes_again() {
    let typist = Typist::new().unwrap();
    let line = "县级以上人民政府应当加强对安全生产工作的领导。";
    let spoilt: Vec<_> = (0..40)
        .filter_map(|seed| typist.spoil(line, seed))
        .collect();
    assert!(spoilt.len() > 20);
    assert!(spoilt.iter().all(|c| c.right == line && c.written != line));
    assert_eq!(typist.spoil(line, 3), typist.spoil(line, 3));
}
