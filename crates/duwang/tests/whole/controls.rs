//! A run that misses a fault it should have seen withdraws itself, and every report says how much was missed of how much.

use crate::common::{Duwang, Site, article};

const FAULT: &str = "联系人身份证号350499199001010310，请于下班前联系。";

fn city() -> (Duwang, Site) {
    let (duwang, site) = (Duwang::new(), Site::start());
    site.html(
        "/qs/",
        &article("关于做好救助工作的通知", "2026-11-01", FAULT),
    );
    duwang.units(&site.url("/qs/"));
    duwang.config("units = \"units.toml\"\n");
    (duwang, site)
}

/// A rules folder whose control page has a fault that no rule sees.
fn blind(duwang: &Duwang) -> String {
    let rules = duwang.dir.path().join("rules");
    std::fs::create_dir_all(&rules).unwrap();
    std::fs::write(
        rules.join("controls.toml"),
        "[[page]]\npath = \"/a.html\"\nhtml = \"<p>身份证号：350499199001010310</p>\"\nfault = [{ rule = \"privacy/id-number\", quote = \"350499199001010310\" }, { rule = \"privacy/bank-card\", quote = \"6222\" }, { rule = \"own/unknown\", quote = \"x\" }]\n",
    )
    .unwrap();
    rules.to_str().unwrap().to_owned()
}

#[test]
fn every_report_carries_the_measured_miss_rate() {
    let (duwang, _site) = city();
    let told = duwang.ok(&["scan"]);
    assert!(told.contains("处已知问题，漏检 0 处（0.0%）"), "{told}");
    let report = |format: &str| {
        let file = duwang.dir.path().join(format!("r.{format}"));
        duwang.ok(&["report", "--format", format, "-o", file.to_str().unwrap()]);
        std::fs::read_to_string(file).unwrap()
    };
    assert!(report("html").contains("漏检 0 处（0.0%）"));
    let csv = report("csv");
    assert!(
        csv.lines().next().unwrap().contains("漏检 0 处（0.0%）"),
        "{csv}"
    );
    let json: serde_json::Value = serde_json::from_str(&report("json")).unwrap();
    let controls = &json["coverage"]["controls"];
    assert!(controls["shown"].as_u64().unwrap() >= 10, "{controls}");
    assert_eq!(controls["missed"], serde_json::json!([]));
}

#[test]
fn a_run_that_misses_one_withdraws_itself_and_asks_nobody() {
    let (duwang, site) = city();
    duwang.ok(&["scan"]);
    let before = duwang.findings(&[]);
    assert!(!before.is_empty());
    site.html(
        "/qs/",
        &article("关于做好救助工作的通知", "2026-11-01", "已改正。"),
    );
    site.take_log();
    let rules = blind(&duwang);
    let output = duwang.run(&["--rules", &rules, "scan", "--format", "json"]);
    assert_eq!(output.status.code(), Some(3));
    let doctor = duwang.run(&["--rules", &rules, "doctor"]);
    let told = String::from_utf8_lossy(&doctor.stdout);
    assert!(
        doctor.status.code() == Some(2) && told.contains("privacy/bank-card"),
        "{told}"
    );
    let summary = crate::common::summary_of(&output);
    assert_eq!(summary["controls"]["shown"], 2, "{summary}");
    assert_eq!(summary["controls"]["missed"].as_array().unwrap().len(), 1);
    assert_eq!(summary["channels"][0]["complete"], false);
    assert!(
        summary["channels"][0]["not_seen"]
            .to_string()
            .contains("本批作废")
    );
    assert_eq!(site.take_paths(), Vec::<String>::new());
    assert_eq!(duwang.findings(&[]), before, "nothing was closed");
    let file = duwang.dir.path().join("r.html");
    duwang.ok(&["report", "--format", "html", "-o", file.to_str().unwrap()]);
    let html = std::fs::read_to_string(file).unwrap();
    assert!(
        html.contains("漏检 1 处（50.0%）") && html.contains("作废"),
        "{html}"
    );
    // Without the bad folder the next run is a new one and sees what changed.
    let after = duwang.scan(&duwang.dir.path().join("units.toml"), &[]);
    assert_ne!(after["scan"], summary["scan"]);
    assert_eq!(after["controls"]["missed"], serde_json::json!([]));
}
