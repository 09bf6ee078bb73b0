//! What the review desk says in its people's words, and what it offers them to look at.

use crate::common::{Answer, Duwang};
use crate::console::{Console, id, scanned, scanned_site};
use std::io::{Cursor, Read as _};

fn part(bytes: Vec<u8>, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

#[test]
fn rules_are_called_by_their_names() {
    let duwang = scanned();
    let typo = id(&duwang, "typo");
    let console = Console::open(&duwang);
    let name = "错别字（词表）";
    let list = console.get("/findings").body;
    assert!(
        list.contains("<option value=\"typo/known-errors\">错别字（词表）（"),
        "the filter: {list}"
    );
    assert!(list.contains(&format!("<span>{name}</span>")), "the row");
    let front = console.get("/").body;
    let links: Vec<&str> = front.split("state=all&amp;rule=").skip(1).collect();
    let name_of = |link: &&str| link.split(['<', '>']).nth(1).unwrap_or("/").to_owned();
    let names: Vec<String> = links.iter().map(name_of).collect();
    assert!(!names.is_empty(), "the front page");
    assert!(names.iter().all(|n| !n.contains('/')), "{names:?}");
    let one = console.get(&format!("/findings/{typo}")).body;
    assert!(
        one.contains(&format!("{name} typo/known-errors</a>")),
        "{one}"
    );
    let shown = duwang.ok(&["findings", "show", &typo]);
    assert!(
        shown.contains(&format!("{name} typo/known-errors"))
            && shown.contains("青石街道办事处（qingshi）"),
        "{shown}"
    );
    duwang.ok(&["review", &typo, "--confirm", "--by", "王某"]);
    let html = duwang.ok(&["report", "--format", "html"]);
    assert!(
        html.contains(&format!("{name}<code>typo/known-errors</code>")),
        "{html}"
    );
    for (format, inside) in [
        ("xlsx", "xl/sharedStrings.xml"),
        ("docx", "word/document.xml"),
    ] {
        let file = duwang.dir.path().join(format!("r.{format}"));
        duwang.ok(&["report", "--format", format, "-o", file.to_str().unwrap()]);
        let text = part(std::fs::read(&file).unwrap(), inside);
        assert!(text.contains(name), "{format}");
    }
    let json = duwang.ok(&["report", "--format", "json"]);
    assert!(json.contains("\"rule\": \"typo/known-errors\""), "{json}");
}

#[test]
fn what_a_unit_says_it_mended_is_one_list() {
    let (duwang, site) = scanned_site();
    let typo = id(&duwang, "typo");
    duwang.account("编辑某", "editor");
    let mut console = Console::open(&duwang);
    let own = console.own();
    for finding in duwang.findings(&[]) {
        let path = format!("/findings/{}/decisions", finding["id"].as_str().unwrap());
        assert_eq!(console.post(&path, &own, "verdict=assign").status, 303);
    }
    assert!(duwang.findings(&["--state", "assigned"]).len() > 1);
    assert!(duwang.findings(&["--claimed"]).is_empty());
    site.put("/qs/t1.htm", Answer::status(503)); // the word stands: nobody can look again
    console.enter("编辑某");
    let claim = "verdict=claim&reason=%E5%B7%B2%E6%94%B9";
    let path = format!("/findings/{typo}/decisions");
    assert_eq!(console.post(&path, &own, claim).status, 303);
    console.enter("王某");
    let front = console.get("/").body;
    assert!(
        front.contains("<a href=\"/findings?claimed=1\"><b>1</b> 条声明已整改、待核实</a>"),
        "{front}"
    );
    let list = console.get("/findings?claimed=1").body;
    assert!(list.contains("共 <strong>1</strong> 条"), "{list}");
    assert!(
        list.contains("name=\"claimed\" value=\"1\" checked"),
        "{list}"
    );
    let claimed = duwang.findings(&["--claimed"]);
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0]["id"], typo.as_str());
}

#[test]
fn an_order_says_until_when() {
    let duwang = scanned();
    let typo = id(&duwang, "typo");
    let console = Console::open(&duwang);
    let own = console.own();
    let path = format!("/findings/{typo}/decisions");
    let assign = "verdict=assign&until=2031-03-07";
    assert_eq!(console.post(&path, &own, assign).status, 303);
    assert_eq!(
        console.post("/releases", &own, "office=&number=").status,
        303
    );
    let page = console.get("/releases").body;
    let at = page.split("id=\"r").nth(1).unwrap();
    let release = at.split('"').next().unwrap();
    let order = console.file(&format!("/releases/{release}/zhenggai-qingshi.docx"));
    assert!(part(order, "word/document.xml").contains("2031年3月7日"));
}

#[test]
fn units_are_known_before_anything_was_read() {
    let duwang = Duwang::new();
    let units = duwang.units("http://127.0.0.1:9/qs/");
    duwang.config(&format!("units = {:?}\n", units.display().to_string()));
    duwang.account("管某", "admin");
    let mut console = Console::of(duwang.serve());
    console.enter("管某");
    let people = console.get("/people").body;
    assert!(
        people.contains("<option value=\"qingshi\">青石街道办事处</option>"),
        "{people}"
    );
    let coverage = console.get("/coverage").body;
    assert!(
        coverage.contains("青石街道办事处 · 网站") && coverage.contains("还没有读过"),
        "{coverage}"
    );
}

#[test]
fn an_editor_pastes_for_the_own_unit() {
    let duwang = scanned();
    duwang.account("编辑某", "editor");
    let mut console = Console::open(&duwang);
    let unit = "<option value=\"qingshi\" selected>";
    assert!(!console.get("/check").body.contains(unit));
    console.enter("编辑某");
    assert!(console.get("/check").body.contains(unit));
}
