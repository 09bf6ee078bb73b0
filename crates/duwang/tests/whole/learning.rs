//! `duwang typo learn`: a city's own clean pages teach, each once, and are unlearned when something is found in them.

use crate::common::{Duwang, Site, article, list};

/// Clean texts; what they say does not matter.
const TEXTS: [&str; 2] = [
    "青石街道在枫桥驿站召开座谈会，听取居民意见，安排近期工作。",
    "枫桥驿站开放以来，街道组织志愿者每周打扫一次，居民反映良好。",
];

fn site() -> Site {
    let site = Site::start();
    let names = ["街道召开座谈会", "枫桥驿站开放", "街道开展培训"];
    let items: Vec<_> = (1..)
        .zip(names)
        .map(|(n, name)| (format!("./t{n}.htm"), name.into(), "2026-09-18".into()))
        .collect();
    site.html("/qs/", &list("工作动态", &items, 1, 0));
    put(&site, 1, TEXTS[0]);
    put(&site, 2, TEXTS[1]);
    put(&site, 3, "街道布署培训工作，请各社区按时参加。");
    site
}

fn put(site: &Site, number: usize, text: &str) {
    let title = ["街道召开座谈会", "枫桥驿站开放", "街道开展培训"][number - 1];
    site.html(
        &format!("/qs/t{number}.htm"),
        &article(title, "2026-09-18", text),
    );
}

#[test]
fn reviewed_clean_pages_teach_once_and_are_unlearned() {
    let site = site();
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    let rules = duwang.dir.path().join("rules");
    std::fs::create_dir(&rules).unwrap();
    let learn = |more: &[&str]| {
        let mut args = vec!["--rules", rules.to_str().unwrap(), "typo", "learn"];
        args.extend_from_slice(more);
        duwang.ok(&args)
    };
    let from_store = || learn(&["--from-store"]);
    duwang.scan(&units, &[]);
    assert!(
        from_store().contains("学了 0 篇"),
        "nobody reviewed the unit"
    );
    for finding in duwang.findings(&[]) {
        let id = finding["id"].as_str().unwrap().to_owned();
        let verdict: &[&str] = match finding["category"].as_str() {
            Some("typo") => &["--confirm"],
            _ => &["--dismiss", "样例"],
        };
        duwang.ok(&[&["review", id.as_str(), "--by", "王某"], verdict].concat());
    }
    let told = from_store();
    assert!(
        told.contains("学了 2 篇，忘掉 0 篇，0 篇学过的没有变；现有 2 篇"),
        "{told}"
    );
    let bin = || std::fs::read(rules.join("typo/learned.bin")).unwrap();
    let first = bin();
    let told = from_store();
    assert!(
        told.contains("学了 0 篇，忘掉 0 篇，2 篇学过的没有变；现有 2 篇"),
        "{told}"
    );
    assert!(first == bin(), "the same pages teach nothing more");

    put(
        &site,
        1,
        "青石街道在枫桥驿站召开恳谈会，听取商户意见，安排下月工作。",
    );
    duwang.scan(&units, &["--full"]);
    let told = from_store();
    assert!(
        told.contains("学了 1 篇，忘掉 1 篇，1 篇学过的没有变；现有 2 篇"),
        "{told}"
    );
    assert!(
        first != bin(),
        "what the page says now took the place of what it said"
    );

    put(
        &site,
        2,
        "枫桥驿站开放以来，街道布署志愿者每周打扫一次，居民反映良好。",
    );
    duwang.scan(&units, &["--full"]);
    let told = from_store();
    assert!(
        told.contains("学了 0 篇，忘掉 1 篇，1 篇学过的没有变；现有 1 篇"),
        "{told}"
    );
    let told = learn(&["--from-store", "--forget"]);
    assert!(
        told.contains("忘掉 1 篇") && told.contains("现有 0 篇、0 种写法"),
        "{told}"
    );
}

#[test]
fn a_file_teaches_what_it_says_now() {
    let duwang = Duwang::new();
    let rules = duwang.dir.path().join("rules");
    std::fs::create_dir(&rules).unwrap();
    let file = duwang.dir.path().join("a.txt");
    let learn = |more: &[&str]| {
        let rules = rules.to_str().unwrap();
        let args = ["--rules", rules, "typo", "learn", file.to_str().unwrap()];
        duwang.ok(&[&args, more].concat())
    };
    std::fs::write(&file, TEXTS[0]).unwrap();
    assert!(learn(&[]).contains("学了 1 篇"));
    let told = learn(&[]);
    assert!(
        told.contains("学了 0 篇") && told.contains("1 篇学过的没有变；现有 1 篇"),
        "{told}"
    );
    std::fs::write(&file, TEXTS[1]).unwrap();
    let told = learn(&[]);
    assert!(
        told.contains("学了 1 篇") && told.contains("现有 1 篇"),
        "{told}"
    );
    let told = learn(&["--forget"]);
    assert!(
        told.contains("忘掉 1 篇") && told.contains("现有 0 篇、0 种写法"),
        "{told}"
    );
    // Half of a pair is not believed.
    std::fs::write(&file, TEXTS[0]).unwrap();
    learn(&[]);
    let learned = rules.join("typo/learned.bin");
    std::fs::remove_file(&learned).unwrap();
    let args = ["--rules", rules.to_str().unwrap(), "typo", "learn"];
    let refused = duwang.run(&[&args[..], &[file.to_str().unwrap()]].concat());
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("再学一遍"));
}
