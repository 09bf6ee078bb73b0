//! Watched columns: what is new in them is read and in the queue at once, and nothing else is visited.

use crate::common::{Duwang, Site, article, list};
use std::process::Stdio;
use std::time::{Duration, Instant};

const FAULT: &str = "联系人身份证号350499199001010310，请于下班前联系。";

struct City {
    duwang: Duwang,
    site: Site,
    items: Vec<(String, String, String)>,
}

impl City {
    fn new(watch: &str) -> Self {
        let (duwang, site) = (Duwang::new(), Site::start());
        let base = &site.base;
        duwang.units_text(&format!(
            "[region]\nname = \"云溪市\"\n[[unit]]\nid = \"qingshi\"\nname = \"青石街道办事处\"\nshort_names = [\"青石街道\"]\nkind = \"街道\"\n[[unit.channel]]\nid = \"site\"\nkind = \"website\"\nentry = [\"{base}/qs/\"]\n[[unit.channel.column]]\nurl = \"{base}/qs/tzgg/\"\nclass = \"notice\"\n[[unit.channel.column]]\nurl = \"{base}/qs/gzdt/\"\nclass = \"news\"\n"
        ));
        duwang.config(&format!("units = \"units.toml\"\n[watch]\n{watch}\n"));
        let mut city = Self {
            duwang,
            site,
            items: Vec::new(),
        };
        city.site.html(
            "/qs/",
            "<html><head><title>青石街道</title></head><body><a href=\"/qs/tzgg/\">通知公告</a><a href=\"/qs/gzdt/\">工作动态</a></body></html>",
        );
        city.site.html("/qs/gzdt/", &list("工作动态", &[], 1, 0));
        for n in 1..=5 {
            city.publish(n, "按计划推进各项工作，群众满意度持续提升。");
        }
        city
    }

    fn publish(&mut self, n: u32, body: &str) {
        let (title, day) = (
            format!("关于做好第{n}号事项的通知"),
            format!("2026-11-0{n}"),
        );
        let path = format!("/qs/tzgg/202611/t2026110{n}_{n}.htm");
        self.site.html(&path, &article(&title, &day, body));
        self.items.insert(0, (path, title, day));
        let page = list("通知公告", &self.items, 1, 0);
        self.site.html("/qs/tzgg/", &page);
    }
}

#[test]
fn a_new_entry_is_read_and_nothing_else_is() {
    let mut city = City::new("columns = [\"notice\"]");
    city.duwang
        .scan(&city.duwang.dir.path().join("units.toml"), &[]);
    let quiet = city.duwang.ok(&["watch", "columns"]);
    assert_eq!(quiet, "");
    city.site.take_log();
    city.publish(6, FAULT);
    let told = city.duwang.ok(&["watch", "columns"]);
    assert!(
        told.contains("新条目 1 个") && told.contains("t20261106_6.htm"),
        "{told}"
    );
    assert_eq!(
        city.site.take_paths(),
        ["/qs/tzgg/", "/qs/tzgg/202611/t20261106_6.htm"]
    );
    let found = city.duwang.findings(&["--category", "privacy"]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["state"], "open");
    assert!(found[0]["scan"].as_str().unwrap().contains("-watch-site"));
    assert_eq!(city.duwang.ok(&["watch", "columns"]), "", "read once");
    let report = city.duwang.ok(&["watch", "report"]);
    assert!(
        report.contains("盯 1 个栏目") && report.contains("新条目 1 个"),
        "{report}"
    );
    // The next scan finds it as its own, and the batch of the day does not speak for the channel.
    let scan = city
        .duwang
        .scan(&city.duwang.dir.path().join("units.toml"), &[]);
    assert_eq!(scan["findings"]["new"], 0, "{scan}");
    city.duwang
        .ok(&["report", "--format", "json", "-o", "r.json"]);
    let frozen = std::fs::read_to_string(city.duwang.dir.path().join("r.json")).unwrap();
    assert!(frozen.contains(scan["scan"].as_str().unwrap()), "{frozen}");
}

#[test]
fn a_retitled_entry_is_read_again() {
    let mut city = City::new("columns = [\"notice\"]");
    city.duwang
        .scan(&city.duwang.dir.path().join("units.toml"), &[]);
    city.site.take_log();
    let path = city.items[0].0.clone();
    city.items[0].1 = "更正：第五号事项已取消".into();
    city.site
        .html("/qs/tzgg/", &list("通知公告", &city.items, 1, 0));
    let corrected = article(&city.items[0].1, "2026-11-05", FAULT);
    city.site.html(&path, &corrected);
    city.duwang.ok(&["watch", "columns"]);
    assert_eq!(city.duwang.findings(&["--category", "privacy"]).len(), 1);
}

#[test]
fn a_column_nobody_knows_is_an_error_that_says_what_to_write() {
    let city = City::new("columns = [\"policy\"]");
    let wrong = city.duwang.run(&["watch", "columns"]);
    let told = String::from_utf8_lossy(&wrong.stderr);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(told.contains("policy") && told.contains("类别"), "{told}");
}

#[test]
fn a_column_that_cannot_be_read_is_told() {
    let city = City::new("columns = [\"notice\"]");
    city.site.remove("/qs/tzgg/");
    let output = city.duwang.run(&["watch", "columns"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("没有读到"), "{told}");
}

#[test]
fn the_console_reads_new_entries_by_itself() {
    let mut city = City::new("columns = [\"notice\"]\ncolumns_every = \"1s\"");
    city.duwang
        .scan(&city.duwang.dir.path().join("units.toml"), &[]);
    let served = city.duwang.serve();
    city.publish(6, FAULT);
    let since = Instant::now();
    while city.duwang.findings(&["--category", "privacy"]).is_empty() {
        assert!(
            since.elapsed() < Duration::from_secs(30),
            "not read in time"
        );
        std::thread::sleep(Duration::from_millis(200));
    }
    drop(served);
}

#[test]
fn a_new_entry_need_not_wait_for_a_scan_of_its_host_and_the_two_keep_its_pace() {
    let mut city = City::new("columns = [\"notice\"]\ncolumns_every = \"1s\"");
    let units = city.duwang.dir.path().join("units.toml");
    city.duwang.scan(&units, &[]);
    let served = city.duwang.serve_at("10");
    let mut asked = city.duwang.bare(&["--allow-private", "--rate", "10"]);
    asked.args(["scan", "--full", "--units"]).arg(&units);
    // Enough pages for a minute and a half at this pace.
    let links: String = (0..900)
        .map(|n| format!("<a href=\"/qs/more/{n}.html\">第{n}项说明</a>"))
        .collect();
    let front = format!("<html><body><a href=\"/qs/tzgg/\">通知公告</a>{links}</body></html>");
    city.site.html("/qs/", &front);
    for n in 0..900 {
        let page = article("工作说明", "2026-10-01", &format!("第{n}项按程序办理。"));
        city.site.html(&format!("/qs/more/{n}.html"), &page);
    }
    city.site.take_log();
    let mut scan = asked
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while !city.site.asked("/qs/more/9.html") {
        std::thread::sleep(Duration::from_millis(50));
    }
    city.publish(6, FAULT);
    let since = Instant::now();
    while city.duwang.findings(&["--category", "privacy"]).is_empty() {
        assert!(since.elapsed() < Duration::from_secs(60), "not in time");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(scan.try_wait().unwrap().is_none(), "the scan is not done");
    // Long enough for a second asker who keeps a pace of his own to show: once a second, or more than a second in all.
    let most = since + Duration::from_secs(15);
    std::thread::sleep(most.saturating_duration_since(Instant::now()));
    scan.kill().unwrap();
    scan.wait().unwrap();
    drop(served);
    let mut starts: Vec<Instant> = city
        .site
        .take_log()
        .into_iter()
        .map(|(at, ..)| at)
        .collect();
    starts.sort();
    // A busy machine answers the first request late, which makes the whole look shorter than it was.
    let late = Duration::from_millis(600);
    let whole = starts[starts.len() - 1] - starts[0];
    let least = Duration::from_millis(100) * (starts.len() as u32 - 1);
    assert!(whole + late >= least, "{} in {whole:?}", starts.len());
}
