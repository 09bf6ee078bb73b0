//! How right the rules are: the labelled corpus, its printed figures, and the guard that no figure falls.

use crate::common::Duwang;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A corpus of one tuned and, when given, one frozen file.
fn corpus(duwang: &Duwang, tuned: &str, frozen: &str) -> String {
    let dir = duwang.dir.path().join("corpus");
    for (part, text) in [("tuned", tuned), ("frozen", frozen)] {
        std::fs::create_dir_all(dir.join(part)).unwrap();
        std::fs::write(dir.join(part).join("a.txt"), text).unwrap();
    }
    dir.to_str().unwrap().to_owned()
}

const TUNED: &str = "=== 通知\nkind: notice\n---\n关于检查的通知\n各村要⟦typo/known-errors|布署⟧到位，⟦!typo/known-errors|公布署名⟧文章，做好⟦typo/known-errors|防治⟧，并增进⟦!typo/known-errors|福址⟧。\n";
const FROZEN: &str = "=== 通知二\nkind: notice\n---\n关于清理的通知\n⟦typo/known-errors|秸杆⟧禁烧，⟦typo/known-errors|讯猛⟧发展，封存暗语防讯。\n";

#[test]
fn the_figures_are_fresh_and_none_fell() {
    let duwang = Duwang::new();
    let file = duwang.dir.path().join("accuracy.md");
    let corpus = root().join("tests/corpus");
    let (corpus, to) = (corpus.to_str().unwrap(), file.to_str().unwrap());
    let output = duwang.run(&["rules", "score", "--corpus", corpus, "-o", to]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}");
    let made = std::fs::read_to_string(file).unwrap();
    let written = std::fs::read_to_string(root().join("docs/accuracy.md")).unwrap();
    assert!(
        written == made,
        "docs/accuracy.md is old: run `cargo run -- rules score -o docs/accuracy.md --record tests/corpus/recorded.tsv`"
    );
}

#[test]
fn right_wrong_missed_and_fooled_are_told_apart() {
    let duwang = Duwang::new();
    let corpus = corpus(&duwang, TUNED, FROZEN);
    let output = duwang.ok(&["rules", "score", "--corpus", &corpus, "--wrong"]);
    // One right hit (布署), one labelled as near (福址) and so wrong, one fault no rule sees (防治).
    assert!(
        output.contains("漏报  tuned/a.txt:1 通知：typo/known-errors  防治"),
        "{output}"
    );
    assert!(output.contains("近似  tuned/a.txt:1 通知"), "{output}");
    assert!(output.contains("误报  tuned/a.txt:1 通知"), "{output}");
    let tuned = output.split("调试部分：").nth(1).unwrap();
    let line = tuned.lines().find(|l| l.contains("typo/known-errors"));
    let line = line.unwrap();
    assert!(
        line.contains("0.500 [0.095–0.905]") && line.contains("近似 1/2"),
        "{line}"
    );
}

#[test]
fn the_frozen_part_is_measured_and_never_told() {
    let duwang = Duwang::new();
    let corpus = corpus(&duwang, TUNED, FROZEN);
    let output = duwang.ok(&["rules", "score", "--corpus", &corpus, "--wrong"]);
    assert!(
        output.contains("封存部分：文档 1 篇，标注的错 2 处"),
        "{output}"
    );
    assert!(
        !output.contains("frozen/") && !output.contains("防讯"),
        "{output}"
    );
}

#[test]
fn a_figure_below_the_recorded_one_fails() {
    let duwang = Duwang::new();
    let corpus = corpus(&duwang, TUNED, FROZEN);
    let record = format!("{corpus}/recorded.tsv");
    duwang.ok(&["rules", "score", "--corpus", &corpus, "--record", &record]);
    duwang.ok(&["rules", "score", "--corpus", &corpus]);
    let text = std::fs::read_to_string(&record).unwrap();
    assert!(
        text.contains("tuned\trule\ttypo/known-errors\t0.5000\t0.5000"),
        "{text}"
    );
    let higher = text.replace("typo/known-errors\t0.5000", "typo/known-errors\t0.9000");
    std::fs::write(&record, higher).unwrap();
    let output = duwang.run(&["rules", "score", "--corpus", &corpus]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.contains("低于已记录的数") && told.contains("0.9000"),
        "{told}"
    );
}

#[test]
fn a_wrong_label_is_told_with_its_place() {
    let duwang = Duwang::new();
    for (text, wanted) in [
        (
            "=== 甲\n---\n⟦typo/known-error|布署⟧\n",
            "没有规则“typo/known-error”",
        ),
        ("=== 甲\n---\n⟦typo/known-errors|布署\n", "没有对应的"),
        ("=== 甲\nknid: notice\n---\n布署\n", "没有“knid”这一项"),
        (
            "=== 甲\nfaults: guide/hours\n---\n布署\n",
            "没有规则“guide/hours”",
        ),
        (
            "=== 甲\n---\n<html><body><p title=\"⟦typo/known-errors|布署⟧\">字</p></body></html>\n",
            "有标注落在读不到的地方",
        ),
    ] {
        let corpus = corpus(&duwang, text, FROZEN);
        let output = duwang.run(&["rules", "score", "--corpus", &corpus]);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(
            told.contains(wanted) && told.contains("tuned/a.txt:1 甲"),
            "{told}"
        );
    }
}
