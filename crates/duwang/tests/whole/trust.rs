//! What people decide comes back to the rules: a rule that is often wrong may only ask, and dismissals become candidate examples.

use crate::common::{Duwang, Site, article, list};

const RULE: &str = "typo/known-errors";

/// A scanned site with so many pages, each with the same typo, and the ids of its findings.
fn scanned(duwang: &Duwang, pages: usize) -> (Site, Vec<String>) {
    let site = Site::start();
    let mut items = Vec::new();
    for n in 1..=pages {
        let title = format!("青石街道召开第{n}次防汛工作例会");
        let body =
            format!("会议对第{n}片区的值守作出布署，值班员王某，手机13800138001，请各村抓好落实。");
        let path = format!("/qs/gzdt/{n}.html");
        site.html(&path, &article(&title, "2026-10-30", &body));
        items.push((path, title, "2026-10-30".to_owned()));
    }
    site.html("/qs/", &list("工作动态", &items, 1, 0));
    let units = duwang.units(&site.url("/qs/"));
    duwang.scan(&units, &[]);
    let found = duwang.findings(&["--rule", RULE]);
    let ids: Vec<String> = found
        .iter()
        .map(|f| f["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), pages, "{found:?}");
    (site, ids)
}

fn review(duwang: &Duwang, ids: &[String], verdict: &[&str]) {
    let mut args = vec!["review"];
    args.extend(ids.iter().map(String::as_str));
    args.extend_from_slice(verdict);
    args.extend_from_slice(&["--by", "王某"]);
    duwang.ok(&args);
}

fn certainties(duwang: &Duwang) -> Vec<String> {
    let found = duwang.findings(&["--rule", RULE]);
    let mut words: Vec<String> = found
        .iter()
        .map(|f| f["certainty"].as_str().unwrap().to_owned())
        .collect();
    words.dedup();
    words
}

#[test]
fn a_rule_that_is_often_wrong_may_only_ask() {
    let duwang = Duwang::new();
    let (_site, ids) = scanned(&duwang, 31);
    let listed = || {
        let list = duwang.ok(&["rules", "list", "--category", "typo"]);
        let line = list.lines().find(|l| l.starts_with(RULE)).unwrap();
        line.to_owned()
    };
    assert!(listed().contains("很可能"), "{}", listed());

    // Four false alarms of 29: too few decisions to judge the rule by.
    review(&duwang, &ids[..4], &["--dismiss", "引用原文"]);
    review(&duwang, &ids[4..29], &["--confirm"]);
    assert_eq!(certainties(&duwang), ["likely"]);

    // The thirtieth decision makes it 26 of 30.
    review(&duwang, &ids[29..30], &["--confirm"]);
    assert_eq!(certainties(&duwang), ["ask"]);
    let said = "本规则最近30次复核有4次是误报，已降为待核";
    let found = duwang.findings(&["--rule", RULE]);
    assert!(
        found
            .iter()
            .all(|f| f["message"].as_str().unwrap().contains(said)),
        "{found:?}"
    );
    assert!(duwang.ok(&["findings", "show", &ids[30]]).contains(said));
    assert!(
        listed().contains("待核") && listed().contains("原为很可能") && listed().contains(said),
        "{}",
        listed()
    );
    let report = duwang.ok(&["report", "--format", "json"]);
    assert!(report.contains(said), "the report says so");
    assert!(!report.contains("\"certainty\":\"likely\",\"message\":\"错别字"));

    // Nothing is kept of it: one decision taken back and decided otherwise, and the rule speaks with its own certainty again.
    review(&duwang, &ids[..1], &["--undo"]);
    assert_eq!(certainties(&duwang), ["likely"], "29 decisions");
    review(&duwang, &ids[..1], &["--confirm"]);
    assert_eq!(certainties(&duwang), ["likely"], "27 of 30");
    assert!(!listed().contains("已降为待核"));

    // Only the latest thirty count: one more false alarm pushes out the oldest decision, a false alarm too.
    review(&duwang, &ids[30..31], &["--dismiss", "人名"]);
    assert_eq!(certainties(&duwang), ["likely"], "27 of the latest 30");
}

#[test]
fn dismissals_become_candidate_examples() {
    let duwang = Duwang::new();
    let (_site, ids) = scanned(&duwang, 2);
    let rules = duwang.dir.path().join("rules");
    std::fs::create_dir_all(rules.join("typo")).unwrap();
    let folder = rules.to_str().unwrap();
    let told = duwang.ok(&["--rules", folder, "rules", "import", "--dismissals"]);
    assert!(told.contains("判为误报的问题 0 个"), "{told}");

    review(&duwang, &ids[..1], &["--dismiss", "引用旧文件原话"]);
    let told = duwang.ok(&["--rules", folder, "rules", "import", "--dismissals"]);
    assert!(told.contains("候选反例 1 个"), "{told}");
    let file = rules.join("typo/known-errors.candidates");
    let text = std::fs::read_to_string(&file).unwrap();
    for wanted in [
        "引用旧文件原话",
        "王某",
        "布署",
        "/qs/gzdt/",
        "青石街道召开第",
        &ids[0],
    ] {
        assert!(text.contains(wanted), "no {wanted} in {text}");
    }
    assert!(
        text.contains("138****8001") && !text.contains("13800138001"),
        "{text}"
    );
    let again = duwang.ok(&["--rules", folder, "rules", "import", "--dismissals"]);
    assert_eq!(told, again);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);

    // Whoever takes it over without mending the rule is told by the rule's test.
    let example = text.lines().find(|l| l.starts_with("{ text")).unwrap();
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/typo");
    let rule = std::fs::read_to_string(root.join("known-errors.toml")).unwrap();
    let with = rule.replacen("good = [", &format!("good = [\n  {example}"), 1);
    std::fs::write(rules.join("typo/known-errors.toml"), with).unwrap();
    let test = duwang.run(&["--rules", folder, "rules", "test", RULE]);
    let said = String::from_utf8_lossy(&test.stdout);
    assert_eq!(test.status.code(), Some(2), "{said}");
    assert!(said.contains("不应命中，命中 1 处"), "{said}");
    // And it is no candidate any more.
    let told = duwang.ok(&["--rules", folder, "rules", "import", "--dismissals"]);
    assert!(told.contains("已在例子里 1"), "{told}");
}

#[test]
fn something_absent_keeps_the_page_as_its_candidate() {
    let duwang = Duwang::new();
    let site = Site::start();
    let guide = article(
        "青石街道办事处政府信息公开指南",
        "2026-10-30",
        "主动公开范围：机构职能、政策文件。依申请公开受理机构：党政办。联系电话：0599-6660001。",
    );
    site.html("/qs/zn.html", &guide);
    let items = [(
        "/qs/zn.html".to_owned(),
        "政府信息公开指南".to_owned(),
        "2026-10-30".to_owned(),
    )];
    site.html("/qs/", &list("政府信息公开指南", &items, 1, 0));
    duwang.scan(&duwang.units(&site.url("/qs/")), &[]);
    let found = duwang.findings(&["--rule", "guide/office-hours"]);
    let id = found[0]["id"].as_str().unwrap().to_owned();
    review(&duwang, &[id], &["--dismiss", "办公时间写在附件里"]);
    let rules = duwang.dir.path().join("rules");
    std::fs::create_dir_all(&rules).unwrap();
    let folder = rules.to_str().unwrap();
    duwang.ok(&["--rules", folder, "rules", "import", "--dismissals"]);
    let text = std::fs::read_to_string(rules.join("guide/office-hours.candidates")).unwrap();
    assert!(
        text.contains("受理机构：党政办") && text.contains("kind = \"guide\""),
        "{text}"
    );
}

#[test]
fn importing_needs_to_be_told_what_and_where() {
    let duwang = Duwang::new();
    for (args, wanted) in [
        (vec!["rules", "import"], "<FILE>"),
        (vec!["rules", "import", "--dismissals"], "--rules"),
    ] {
        let output = duwang.run(&args);
        assert_eq!(output.status.code(), Some(2));
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains(wanted), "{told}");
    }
}
