//! Drafting a units file from a portal's disclosure page.

use duwang_crawl::{KnownUnit, draft_units, find_columns, find_units};
use duwang_html::{Limits, parse};
use duwang_model::{ColumnClass, UnitKind};
use url::Url;

const PAGE: &str = "<html><head><title>政府信息公开专栏-云溪市人民政府</title></head><body>
  <ul class='zj'><li><a href='zjdgk/02/zfxxgkml/'>青石街道</a></li><li><a href='zjdgk/03/'>白沙镇</a></li><li><a href='zjdgk/03/zfxxgkml/'>白沙镇人民政府</a></li></ul>
  <ul class='bm'><li><a href='bmzfxxgk/sjj/zfxxgkml/'>市审计局</a></li><li><a href='bmzfxxgk/fgj/zfxxgkml/'>市发改局</a></li>
  <li><a href='https://other.example/scjg/'>云溪市市场监督管理局</a></li><li><a href='bmzfxxgk/dsj/'>市大数据管理局</a></li></ul>
  <select><option value=''>请选择</option><option value='bmzfxxgk/jyj/zfxxgkml/'>云溪市教育局</option></select>
  <a href='202609/t20260918_1.htm'>市审计局</a><a href='tzgg/'>通知公告</a><a href='zcwj/'>政策文件</a><a href='javascript:void(0)'>某某局</a></body></html>";

fn known() -> Vec<KnownUnit> {
    [
        ("qingshi", "青石街道办事处", UnitKind::Street),
        ("baisha", "白沙镇人民政府", UnitKind::Town),
        ("sjj", "云溪市审计局", UnitKind::Department),
        ("fgj", "云溪市发展和改革局", UnitKind::Department),
        ("scjg", "云溪市市场监督管理局", UnitKind::Department),
        ("jyj", "云溪市教育局", UnitKind::Department),
        ("minz", "云溪市民政局", UnitKind::Department),
    ]
    .map(|(id, name, kind)| KnownUnit {
        id: id.into(),
        name: name.into(),
        kind,
    })
    .into()
}

fn address() -> Url {
    Url::parse("https://www.yunxi-demo.gov.cn/xxgk/zfxxgkzl/").unwrap()
}

#[test]
fn units_of_the_list_are_matched_and_doubts_are_said() {
    let tree = parse(PAGE, Limits::default());
    let units = find_units(&address(), PAGE, &tree, &known());
    let read: Vec<_> = units
        .iter()
        .map(|u| (u.unit.id.as_str(), u.uncertain))
        .collect();
    assert_eq!(
        read,
        [
            ("qingshi", false),
            ("baisha", false),
            ("sjj", false),
            ("fgj", true),
            ("scjg", true),
            ("dsj", true),
            ("jyj", false)
        ]
    );
    let baisha = &units[1];
    assert!(
        baisha.url.ends_with("/zjdgk/03/zfxxgkml/"),
        "{}",
        baisha.url
    );
    assert!(baisha.why.contains("另有链接"), "{}", baisha.why);
    assert_eq!(units[5].unit.name, "市大数据管理局");
}

#[test]
fn without_a_list_everything_must_be_confirmed() {
    let tree = parse(PAGE, Limits::default());
    let units = find_units(&address(), PAGE, &tree, &[]);
    assert!(units.len() >= 7 && units.iter().all(|u| u.uncertain));
    let ids: std::collections::HashSet<_> = units.iter().map(|u| &u.unit.id).collect();
    assert_eq!(ids.len(), units.len(), "{units:?}");
}

#[test]
fn columns_come_with_their_class() {
    let tree = parse(PAGE, Limits::default());
    let columns = find_columns(&address(), PAGE, &tree);
    let read: Vec<_> = columns.iter().map(|c| (c.name.as_str(), c.class)).collect();
    assert_eq!(
        read,
        [
            ("通知公告", ColumnClass::Notice),
            ("政策文件", ColumnClass::Policy)
        ]
    );
}

#[test]
fn the_draft_is_a_units_file() {
    let tree = parse(PAGE, Limits::default());
    let draft = draft_units(&address(), PAGE, &tree, &known());
    for line in [
        "name = \"云溪市\"",
        "id = \"qingshi\"",
        "short_names = [\"青石街道\"]",
        "kind = \"街道\"",
        "  entry = [\"https://www.yunxi-demo.gov.cn/xxgk/zfxxgkzl/zjdgk/02/zfxxgkml/\"]",
        "# 待核：像名单中单位的简称",
        "#   minz 云溪市民政局",
        "#   通知公告（notice）https://www.yunxi-demo.gov.cn/xxgk/zfxxgkzl/tzgg/",
    ] {
        assert!(draft.lines().any(|l| l == line), "{line} not in\n{draft}");
    }
}
