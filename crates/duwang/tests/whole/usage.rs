//! What a person gets back for a wrong file, a wrong directory or a wrong word: exit code 2, place and help.

use crate::common::{Duwang, Site, article};
use std::io::Write as _;
use std::process::Stdio;

fn fails(duwang: &Duwang, args: &[&str], says: &[&str]) {
    let output = duwang.run(args);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{args:?}\n{told}");
    for word in says {
        assert!(told.contains(word), "{args:?} should say {word}:\n{told}");
    }
}

#[test]
fn units_files() {
    let duwang = Duwang::new();
    let good = std::fs::read_to_string(duwang.units("http://127.0.0.1:9/")).unwrap();
    for (bad, says) in [
        (good.replace("entry", "entyr"), ["units.toml:11:1", "entry"]),
        (
            good.replace("id = \"site\"", "id = \"Site 1\""),
            ["units.toml:9:6", "小写"],
        ),
        (
            format!("{good}[[unit]]\nid = \"qingshi\"\nname = \"乙\"\nkind = \"镇\"\n"),
            ["units.toml:13:6", "重复"],
        ),
        (
            good.replace("http://127", "127"),
            ["units.toml:11:10", "网址"],
        ),
    ] {
        let file = duwang.units_text(&bad);
        let file = file.to_str().unwrap();
        fails(&duwang, &["units", "check", file], &says);
        fails(&duwang, &["units", "check", "--units", file], &says);
        fails(&duwang, &["scan", "--units", file], &says);
    }
    fails(
        &duwang,
        &["scan", "--units", "nowhere.toml"],
        &["nowhere.toml", "--units"],
    );
}

#[test]
fn rule_files() {
    let duwang = Duwang::new();
    let rules = duwang.dir.path().join("rules");
    std::fs::create_dir_all(rules.join("own")).unwrap();
    std::fs::write(
        rules.join("own/pack.toml"),
        "version = 1\ntitle = \"自定\"\n",
    )
    .unwrap();
    let good = "kind = \"pattern\"\nlevel = \"general\"\ncertainty = \"likely\"\ncategory = \"wording\"\ntitle = \"写了某某\"\nwhy = \"示例\"\nfix = \"删去\"\npatterns = ['某某']\nbasis = [{ document = \"示例办法\" }]\nbad = [\"写了某某。\"]\ngood = [\"没有写。\"]\n";
    let file = rules.join("own/sample.toml");
    std::fs::write(&file, good).unwrap();
    duwang.ok(&[
        "--rules",
        rules.to_str().unwrap(),
        "rules",
        "test",
        "own/sample",
    ]);
    for (bad, says) in [
        (good.replace("'某某'", "'某(某'"), "own/sample.toml"),
        (good.replace("bad = [\"写了某某。\"]\n", ""), "bad"),
        (good.replace("patterns", "paterns"), "patterns"),
        (good.replace("'某某'", "'(?<=a)某某'"), "own/sample.toml"),
    ] {
        std::fs::write(&file, bad).unwrap();
        fails(
            &duwang,
            &["--rules", rules.to_str().unwrap(), "rules", "list"],
            &[says],
        );
    }
    std::fs::write(&file, good.replace("没有写。", "这里也写了某某。")).unwrap();
    let output = duwang.run(&[
        "--rules",
        rules.to_str().unwrap(),
        "rules",
        "test",
        "own/sample",
    ]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stdout).contains("own/sample"));
}

const RULE: &str = "kind = \"pattern\"\nlevel = \"general\"\ncategory = \"wording\"\ntitle = \"写了某某\"\nfix = \"删去\"\npatterns = ['某某']\nbasis = [{ document = \"示例办法\" }]\nbad = [\"写了某某。\"]\ngood = [\"没有写。\"]\n";

/// A rules folder with files at these places.
fn rules_with(duwang: &Duwang, files: &[(&str, &str)]) -> String {
    let folder = duwang.dir.path().join("rules");
    for (path, text) in files {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    folder.to_str().unwrap().to_owned()
}

#[test]
fn overlays_are_read_where_rules_and_units_are_checked() {
    let duwang = Duwang::new();
    let units = duwang.units("http://127.0.0.1:9/qs/");
    let text = std::fs::read_to_string(&units).unwrap();
    let with = |overlays: &str| {
        let named = format!("name = \"云溪市\"\noverlays = [{overlays}]\n");
        duwang.units_text(&text.replacen("name = \"云溪市\"\n", &named, 1))
    };
    let wrong = "[\"freshness/column-stale\"]\nwarn_ratio = \"七成\"\n[\"freshness/column-stal\"]\ndays = 7\n";
    let later = "[\"freshness/column-stale\"]\nwarn_ratio = 0.5\n";
    let rules = rules_with(
        &duwang,
        &[("overlays/shi.toml", wrong), ("overlays/zhen.toml", later)],
    );
    let says: &[&str] = &[
        "overlays/shi.toml:2:14",
        "0 到 1 之间的数",
        "overlays/shi.toml:3:2",
        "是不是“freshness/column-stale”",
    ];
    fails(&duwang, &["--rules", &rules, "rules", "test"], says);
    let units = with("\"national\", \"shi\", \"zhen\"");
    let check = ["--rules", &rules, "units", "check", units.to_str().unwrap()];
    fails(&duwang, &check, says); // also what the later one hides
    with("\"zhen\"");
    duwang.ok(&check);
    with("\"zhen\", \"zehn\"");
    let says: &[&str] = &["units.toml:3:21", "overlays/zehn.toml", "可用", "zhen"];
    fails(&duwang, &check, says);
    fails(&duwang, &["--rules", &rules, "scan"], says);
    fails(
        &duwang,
        &["--rules", &rules, "check", units.to_str().unwrap()],
        says,
    );
}

#[test]
fn a_rule_says_what_to_do_and_is_of_a_known_kind() {
    let duwang = Duwang::new();
    let pack = ("own/pack.toml", "version = 1\n");
    let told = |rule: &str, code: i32| {
        let rules = rules_with(&duwang, &[pack, ("own/sample.toml", rule)]);
        let output = duwang.run(&["--rules", &rules, "rules", "test", "own/sample"]);
        assert_eq!(output.status.code(), Some(code));
        String::from_utf8(output.stderr).unwrap()
    };
    let without = told(&RULE.replace("fix = \"删去\"\n", ""), 0);
    assert!(
        without.contains("规则 own/sample 没有写 fix（怎么改）"),
        "{without}"
    );
    let unknown = told(&RULE.replace("\"pattern\"", "\"patern\""), 2);
    assert!(
        unknown.contains("规则文件有 1 处错误") && unknown.contains("是不是“pattern”"),
        "{unknown}"
    );
}

#[test]
fn what_nobody_reads_in_a_rules_folder_is_told() {
    let duwang = Duwang::new();
    let rules = rules_with(
        &duwang,
        &[
            ("own/pack.toml", "version = 1\n"),
            ("own/sample.toml", RULE),
            ("own/vague.toml.txt", RULE),
            ("vague.toml", RULE),
            ("own/words.xlsx", "x"),
        ],
    );
    let output = duwang.run(&["--rules", &rules, "rules", "test"]);
    assert!(output.status.success());
    let told = String::from_utf8(output.stderr).unwrap();
    for part in [
        "own/vague.toml.txt 不会被读",
        "rules/vague.toml 不会被读",
        "own/words.xlsx 不会被读",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("sample"), "{told}");
}

#[test]
fn data_directories() {
    let site = Site::start();
    site.html(
        "/",
        &article("首页", "2026-09-01", "青石街道办事处欢迎您。"),
    );
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/"));
    std::fs::write(duwang.data(), "x").unwrap();
    fails(&duwang, &["findings"], &["data"]);
    std::fs::remove_file(duwang.data()).unwrap();
    fails(&duwang, &["--store", "mysql://x", "findings"], &["mysql"]);
    duwang.scan(&units, &[]);
    fails(
        &duwang,
        &["review", "ffffffffffff", "--confirm", "--by", "王某"],
        &["ffffffffffff"],
    );
    fails(&duwang, &["review", "ffffffffffff", "--confirm"], &["--by"]);
    fails(
        &duwang,
        &["scan", "--units", "units.toml", "--unit", "nobody"],
        &["nobody"],
    );
    fails(&duwang, &["findings", "--since", "昨天"], &["昨天"]);
}

#[test]
fn a_public_site_is_never_visited_without_delay() {
    let duwang = Duwang::new();
    let units = duwang.units("http://203.0.113.7/");
    let summary = duwang.scan(&units, &[]);
    assert_eq!(summary["requests"], 0);
    assert_eq!(summary["channels"][0]["outcomes"]["refused"], 1);
}

#[test]
fn check_reads_stdin_and_gates() {
    let duwang = Duwang::new();
    let check = |args: &[&str], text: &str| {
        let mut child = duwang
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        child.wait_with_output().unwrap()
    };
    let clean = check(&["check", "-"], "青石街道办事处召开会议，部署近期工作。");
    assert_eq!(
        clean.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&clean.stdout)
    );
    let said = String::from_utf8(clean.stdout).unwrap();
    assert!(said.starts_with("标准输入（"), "{said}");
    let bad = check(
        &["check", "--format", "json", "--fail-on", "general", "-"],
        "青石街道办事处召开会议，布署近期工作。",
    );
    assert_eq!(bad.status.code(), Some(1));
    let object: serde_json::Value = serde_json::from_slice(&bad.stdout).unwrap();
    assert_eq!(object["document"]["name"], "-");
    let finding = &object["findings"][0];
    let text: Vec<char> = object["document"]["text"]
        .as_str()
        .unwrap()
        .chars()
        .collect();
    let (start, end) = (
        finding["start"].as_u64().unwrap() as usize,
        finding["end"].as_u64().unwrap() as usize,
    );
    assert_eq!(
        text[start..end].iter().collect::<String>(),
        finding["quote"].as_str().unwrap()
    );
    let lines = check(
        &[
            "check",
            "--lines",
            "--format",
            "jsonl",
            "--only",
            "typo",
            "--fail-on",
            "never",
            "-",
        ],
        "部署工作。\n布署工作。\n\n再次布署。\n",
    );
    let found: Vec<serde_json::Value> = String::from_utf8(lines.stdout)
        .unwrap()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(
        found
            .iter()
            .map(|f| f["line"].as_u64().unwrap())
            .collect::<Vec<_>>(),
        [2, 4]
    );
    assert_eq!(
        (found[1]["start"].as_u64(), found[1]["end"].as_u64()),
        (Some(2), Some(4))
    );
    assert!(found[0]["score"].is_number());
    let id = check(
        &["check", "--fail-on", "serious", "-"],
        "公示名单：王某 350499199001011233 已发放。",
    );
    assert!(
        !String::from_utf8_lossy(&id.stdout).contains("350499199001011233"),
        "personal data is masked"
    );
}

#[test]
fn a_wrong_command_line_is_told_in_chinese() {
    let duwang = Duwang::new();
    let id = "ffffffffffff";
    for (args, says) in [
        (&["scna"][..], &["没有命令 scna", "scan"][..]),
        (&["scan", "--fulll"], &["--fulll", "--full"]),
        (
            &["scan", "--format", "xml"],
            &["--format", "“xml”", "human、json"],
        ),
        (&["scan", "--full", "--sample", "3"], &["--full", "同时"]),
        (
            &["check", "--published", "2026-13-01"],
            &["2026-13-01", "2026-09-18"],
        ),
        (
            &["check", "--only", "typos"],
            &["“typos”", "错别字（typo）"],
        ),
        (&["scan", "--sample", "x"], &["“x”：要写整数"]),
        (
            &["serve", "--listen", "8710"],
            &["写成 127.0.0.1:8710 的样子", "用法见 duwang serve --help"],
        ),
        (
            &["units", "check", "--nuits", "x"],
            &["用法见 duwang units check --help"],
        ),
        (
            &["findings", "--state", "待审"],
            &["待复核（open）", "再次出现（reopened）"],
        ),
        (&["findings", "--since", "昨天"], &["昨天", "2026-09-18"]),
        (&["scan", "--units"], &["--units <FILE> 后面要写值\n"]),
        (&["review", id], &["还要写", "--confirm"]),
        (
            &["review", id, "--waive", "已报备", "--by", "王某"],
            &["还要写", "--until"],
        ),
        (
            &["--config", "nowhere.toml", "doctor"],
            &["nowhere.toml", "不存在"],
        ),
    ] {
        fails(&duwang, args, says);
        let told = duwang.run(args).stderr;
        let told = String::from_utf8_lossy(&told).into_owned();
        for english in ["error", "Usage", "unexpected", "input", "No such file"] {
            assert!(!told.contains(english), "{args:?}\n{told}");
        }
    }
}

#[test]
fn help_is_chinese() {
    let duwang = Duwang::new();
    for args in [&["--help"][..], &["scan", "--help"], &["check", "--help"]] {
        let told = duwang.run(args).stdout;
        let told = String::from_utf8_lossy(&told).into_owned();
        for english in ["[default", "[possible", "[env", "COMMAND", "true、"] {
            assert!(!told.contains(english), "{args:?}\n{told}");
        }
    }
    let scan = duwang.run(&["scan", "--help"]).stdout;
    let scan = String::from_utf8_lossy(&scan).into_owned();
    for words in [
        "[可用：human、json]",
        "[缺省：human]",
        "[环境变量：DUWANG_CONFIG]",
    ] {
        assert!(scan.contains(words), "{words}\n{scan}");
    }
}

#[test]
fn a_folder_nothing_was_read_in_is_no_empty_list() {
    let duwang = Duwang::new();
    let told = duwang.run(&["findings"]).stderr;
    let told = String::from_utf8_lossy(&told).into_owned();
    assert!(
        told.contains("还没有读过网站") && told.contains("--data-dir"),
        "{told}"
    );
}

#[test]
fn nothing_to_check_is_not_nothing_wrong() {
    let duwang = Duwang::new();
    let empty = duwang.dir.path().join("draft.txt");
    std::fs::write(&empty, "\n　\n").unwrap();
    let output = duwang.run(&["check", empty.to_str().unwrap()]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("是空的"), "{told}");
}

#[test]
fn a_filter_by_a_name_nobody_has_says_so() {
    let duwang = Duwang::new();
    let args = ["findings", "--unit", "qinshi", "--rule", "typo/comon"];
    let output = duwang.run(&args);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{told}");
    for unknown in ["没有单位“qinshi”", "没有规则“typo/comon”"] {
        assert!(told.contains(unknown), "{told}");
    }
}
