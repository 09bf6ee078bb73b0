//! The verbs beside the weekly round: what each says when all is well.

use crate::common::{Duwang, Site, article, list};

#[test]
fn doctor_looks_at_this_machine() {
    let duwang = Duwang::new();
    let told = duwang.ok(&["doctor"]);
    for part in ["✓ 版本", "✓ 规则", "✓ 数据目录", "✓ 时钟"] {
        assert!(told.contains(part), "{told}");
    }
    duwang
        .config("[[notice]]\nname = \"群\"\nkind = \"webhook\"\nurl = \"env:TRIAL_NOTICE_URL\"\n");
    let unset = duwang.run(&["doctor"]);
    assert_eq!(unset.status.code(), Some(2));
    let told = String::from_utf8_lossy(&unset.stdout).into_owned();
    assert!(
        told.contains("✗ 通知：接收方“群”") && told.contains("TRIAL_NOTICE_URL"),
        "{told}"
    );
    let mut set = duwang.command(&["doctor"]);
    let set = set.env("TRIAL_NOTICE_URL", "http://127.0.0.1:9/").output();
    assert!(set.unwrap().status.success());
    std::fs::remove_file(duwang.dir.path().join("duwang.toml")).unwrap();
    std::fs::write(duwang.dir.path().join("file"), "x").unwrap();
    let sick = duwang
        .bare(&["--rules", "nowhere", "doctor"])
        .output()
        .unwrap();
    assert_eq!(sick.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&sick.stdout).contains("✗ 规则"));
}

#[test]
fn rules_are_listed_shown_and_tested() {
    let duwang = Duwang::new();
    let all = duwang.ok(&["rules", "list"]);
    let typos = duwang.ok(&["rules", "list", "--category", "typo"]);
    assert!(all.lines().count() > 50 && all.contains("guide/office-hours"));
    assert!(typos.lines().count() < all.lines().count());
    let shown = duwang.ok(&["rules", "show", "guide/office-hours"]);
    for part in ["guide/office-hours", "依据", "条例"] {
        assert!(shown.contains(part), "{shown}");
    }
    let tested = duwang.ok(&["rules", "test", "guide/office-hours"]);
    assert!(tested.contains("不符 0 个"), "{tested}");
    let unknown = duwang.run(&["rules", "show", "guide/office-hour"]);
    assert_eq!(unknown.status.code(), Some(2));
    let told = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(told.contains("是不是 guide/office-hours"), "{told}");
}

#[test]
fn units_are_listed_with_their_channels() {
    let duwang = Duwang::new();
    let units = duwang.units("http://127.0.0.1:9/qs/");
    let text = std::fs::read_to_string(&units).unwrap()
        + "[[unit]]\nid = \"gudu\"\nname = \"古渡镇人民政府\"\nkind = \"镇\"\n";
    let units = duwang.units_text(&text);
    let listed = duwang.ok(&["units", "list"]);
    for part in [
        "云溪市：2 个单位",
        "青石街道办事处",
        "http://127.0.0.1:9/qs/",
    ] {
        assert!(listed.contains(part), "{listed}");
    }
    let checked = duwang.ok(&["units", "check", units.to_str().unwrap()]);
    assert!(
        checked.contains("古渡镇人民政府（gudu）还没有渠道"),
        "{checked}"
    );
}

#[test]
fn a_store_is_counted_checked_and_carried_to_another_machine() {
    let site = Site::start();
    let item = (
        "./t1.htm".into(),
        "街道召开会议".into(),
        "2026-09-18".into(),
    );
    site.html("/qs/", &list("工作动态", &[item], 1, 0));
    site.html(
        "/qs/t1.htm",
        &article(
            "街道召开会议",
            "2026-09-18",
            "青石街道召开会议，布署防汛各项任务，要求各社区落实责任，备足物资，加强巡查。",
        ),
    );
    let old = Duwang::new();
    let units = old.units(&site.url("/qs/"));
    old.scan(&units, &[]);
    let id = old.findings(&["--category", "typo"])[0]["id"].clone();
    let id = id.as_str().unwrap();
    old.ok(&["review", id, "--confirm", "--by", "王某"]);
    let stats = old.ok(&["store", "stats"]);
    assert!(stats.contains("批次 1，页面 2"), "{stats}");
    assert!(old.ok(&["store", "check"]).contains("损坏 0"));
    let file = old.dir.path().join("export.jsonl");
    let file = file.to_str().unwrap();
    old.ok(&["store", "export", "-o", file]);
    let new = Duwang::new();
    new.ok(&["store", "import", file]);
    assert_eq!(new.findings(&[]), old.findings(&[]));
    assert!(new.ok(&["findings", "show", id]).contains("王某 确认"));
    let lacking = new.run(&["store", "check"]);
    let told = String::from_utf8_lossy(&lacking.stdout).into_owned();
    assert!(told.contains("快照缺"), "bodies travel as files: {told}");
    let older = old.dir.path().join("older.jsonl");
    let older = older.to_str().unwrap();
    old.ok(&["store", "export", "-o", older, "--format", "1"]);
    let head = std::fs::read_to_string(older).unwrap();
    assert!(
        head.starts_with("{\"duwang-export\":{\"format\":1}}"),
        "{head}"
    );
    let back = Duwang::new();
    back.ok(&["store", "import", older]);
    assert_eq!(back.findings(&[]), old.findings(&[]));
    let wrong = new.run(&["store", "import", units.to_str().unwrap()]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn help_is_chinese() {
    let duwang = Duwang::new();
    for verb in [
        &[][..],
        &["scan"],
        &["findings", "show"],
        &["units", "discover"],
        &["store"],
    ] {
        let help = duwang.ok(&[verb, &["--help"]].concat());
        for part in ["用法：duwang", "通用选项", "显示帮助"] {
            assert!(help.contains(part), "{verb:?}\n{help}");
        }
        for english in ["Usage:", "Commands:", "Options:", "Arguments:", "Print"] {
            assert!(!help.contains(english), "{verb:?}\n{help}");
        }
    }
    assert!(duwang.ok(&["--help"]).starts_with("读网"));
    assert!(duwang.ok(&["--version"]).starts_with("duwang "));
}
