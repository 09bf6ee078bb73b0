//! A portal's disclosure page becomes a draft of a units file that a person can finish.

use crate::common::{Duwang, Site};
use duwang::demo::City;

fn in_city(with: impl FnOnce(&City, &Duwang)) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let city = runtime.block_on(City::start(None)).unwrap();
    with(&city, &Duwang::new());
    runtime.block_on(city.stop());
}

#[test]
fn the_sample_citys_portal_names_its_units() {
    in_city(|city, duwang| {
        let portal = city.fill("{portal}/zfxxgkzl/");
        let draft = duwang.ok(&["units", "discover", &portal]);
        for name in ["青石街道", "临江镇", "云溪市农业农村局", "市教育局"] {
            assert!(draft.contains(name), "{name} not in\n{draft}");
        }
        assert!(draft.contains("待核"), "nobody has confirmed anything yet");
        let file = duwang.units_text(&draft);
        let file = file.to_str().unwrap();
        let told = duwang.ok(&["units", "check", file]);
        assert!(told.contains("10 个单位、10 个渠道"), "{told}");
        let listed = duwang.ok(&["units", "list", "--units", file]);
        assert!(listed.contains(&city.fill("{jcms}/")), "{listed}");
    });
}

#[test]
fn a_list_of_names_gives_ids_and_full_names() {
    in_city(|city, duwang| {
        let names = duwang.dir.path().join("名单.tsv");
        let list = "qingshi\t青石街道办事处\t街道\nlinjiang\t临江镇人民政府\t镇\njyj\t云溪市教育局\t市直\nyjj\t云溪市应急管理局\t市直\n";
        std::fs::write(&names, list).unwrap();
        let portal = city.fill("{portal}/zfxxgkzl/");
        let args = [
            "units",
            "discover",
            &portal,
            "--names",
            names.to_str().unwrap(),
        ];
        let draft = duwang.ok(&args);
        for part in [
            "id = \"qingshi\"",
            "name = \"青石街道办事处\"",
            "id = \"jyj\"",
        ] {
            assert!(draft.contains(part), "{part} not in\n{draft}");
        }
        let missing = draft
            .split("没有找到入口")
            .nth(1)
            .expect("says who is missing");
        assert!(missing.contains("云溪市应急管理局"), "{draft}");
        duwang.ok(&[
            "units",
            "check",
            duwang.units_text(&draft).to_str().unwrap(),
        ]);
    });
}

#[test]
fn a_page_that_cannot_be_read_drafts_nothing() {
    let site = Site::start();
    let duwang = Duwang::new();
    let output = duwang.run(&["units", "discover", &site.url("/nowhere/")]);
    assert_eq!(output.status.code(), Some(3));
    assert!(output.stdout.is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("404"));
    assert_eq!(
        duwang.run(&["units", "discover", "专栏"]).status.code(),
        Some(2)
    );
}
