//! What a later scan reads again, what it carries, and what it judges anew without asking.

use crate::common::{Duwang, Site, article, list};
use serde_json::Value;
use std::path::PathBuf;

const NOW: &str = "2026-09-20T12:00:00+08:00";
const FIVE_WEEKS_ON: &str = "2026-10-25T12:00:00+08:00";

/// Enough that their turns, drawn by address, never fall into one week.
const PAGES: usize = 12;

/// A column of clean pages that can be listed anew; (number, title, day listed, body).
struct Column {
    site: Site,
    duwang: Duwang,
    units: PathBuf,
    rows: Vec<(usize, String, String)>,
}

impl Column {
    fn read_once() -> Self {
        let site = Site::start();
        let duwang = Duwang::new();
        let units = duwang.units(&site.url("/qs/"));
        let rows = (1..=PAGES)
            .map(|n| (n, title(n), format!("2026-09-{:02}", 2 + n)))
            .collect();
        let column = Self {
            site,
            duwang,
            units,
            rows,
        };
        for (n, title, day) in &column.rows {
            column.publish(*n, title, day, "会议在街道办事处召开");
        }
        column.list();
        let first = column.scan(NOW, &[]);
        assert_eq!(first["channels"][0]["seen"], PAGES + 1, "{first:#}");
        assert_eq!(column.duwang.findings(&["--kind", "news"]).len(), 0);
        column.site.take_log();
        column
    }

    fn publish(&self, n: usize, title: &str, day: &str, body: &str) {
        let body = format!("{body}，研究近期重点工作，听取各社区情况汇报，明确下一步安排。");
        self.site.html(&path(n), &article(title, day, &body));
    }

    fn list(&self) {
        let items: Vec<_> = self
            .rows
            .iter()
            .map(|(n, title, day)| (path(*n), title.clone(), day.clone()))
            .collect();
        self.site.html("/qs/", &list("工作动态", &items, 1, 0));
    }

    /// What was asked for since the last call, sorted, as often as it was asked for.
    fn asked(&self) -> Vec<String> {
        let log = self.site.take_log().into_iter();
        let mut paths: Vec<String> = log.map(|(_, path, _)| path).collect();
        paths.retain(|p| p != "/robots.txt");
        paths.sort();
        paths
    }

    fn scan(&self, now: &str, more: &[&str]) -> Value {
        let args = [&["--now", now], more].concat();
        self.duwang.scan(&self.units, &args)
    }
}

fn path(n: usize) -> String {
    format!("/qs/202609/t{n}.htm")
}

fn title(n: usize) -> String {
    format!("街道第{n}次会议召开")
}

fn paths(pages: impl IntoIterator<Item = usize>) -> Vec<String> {
    let pages = pages.into_iter().map(path);
    let mut paths: Vec<String> = std::iter::once("/qs/".to_owned()).chain(pages).collect();
    paths.sort();
    paths
}

#[test]
fn nothing_new_costs_one_list() {
    let column = Column::read_once();
    let summary = column.scan(NOW, &[]);
    assert_eq!(column.site.take_paths(), paths([]));
    let channel = &summary["channels"][0];
    assert_eq!(
        (&channel["seen"], &channel["carried"]),
        (&1.into(), &PAGES.into())
    );
    assert_eq!(channel["complete"], true, "carried ground was seen before");
}

#[test]
fn a_new_page_of_a_list_is_read_and_the_others_are_carried() {
    let mut column = Column::read_once();
    column.publish(20, "街道部署清扫", "2026-09-19", "街道布署环境清扫");
    column
        .rows
        .insert(0, (20, "街道部署清扫".into(), "2026-09-19".into()));
    column.list();
    let summary = column.scan(NOW, &[]);
    assert_eq!(column.site.take_paths(), paths([20]));
    assert_eq!(summary["findings"]["new"], 1);
    assert_eq!(summary["channels"][0]["carried"], PAGES);
    let typo = &column.duwang.findings(&["--category", "typo"])[0];
    assert!(typo["url"].as_str().unwrap().ends_with("t20.htm"));
}

#[test]
fn a_page_the_list_dates_or_names_anew_is_read_again() {
    let mut column = Column::read_once();
    column.publish(2, &title(2), "2026-09-19", "街道布署近期重点工作");
    column.rows[1].2 = "2026-09-19".into();
    column.publish(4, "街道专题会议召开", "2026-09-14", "专题会议召开");
    column.rows[3].1 = "街道专题会议召开".into();
    column.publish(5, &title(5), "2026-09-15", "街道布署不为人知的改动");
    column.list();
    column.scan(NOW, &[]);
    assert_eq!(column.site.take_paths(), paths([2, 4]));
    assert_eq!(column.duwang.findings(&["--category", "typo"]).len(), 1);
}

#[test]
fn every_page_has_its_turn_within_the_weeks() {
    let column = Column::read_once();
    column.publish(5, &title(5), "2026-09-15", "街道布署不为人知的改动");
    let summary = column.scan(FIVE_WEEKS_ON, &[]);
    assert_eq!(column.asked(), paths(1..=PAGES), "each once");
    assert_eq!(summary["channels"][0]["unchanged"], PAGES, "{summary:#}");
    assert_eq!(column.duwang.findings(&["--category", "typo"]).len(), 1);
    column.scan(FIVE_WEEKS_ON, &[]);
    assert_eq!(
        column.site.take_paths(),
        paths([5]),
        "only the page with an open finding"
    );
}

#[test]
fn the_turns_are_spread_over_the_weeks() {
    let column = Column::read_once();
    let mut turns = Vec::new();
    for now in ["2026-09-27", "2026-10-04", "2026-10-11", "2026-10-18"] {
        column.scan(&format!("{now}T12:00:00+08:00"), &[]);
        turns.push(column.site.take_paths().len() - 1);
    }
    assert!(turns.iter().sum::<usize>() >= PAGES, "{turns:?}");
    assert!(
        turns.iter().all(|n| *n < PAGES),
        "not all at once: {turns:?}"
    );
}

#[test]
fn full_reads_everything_again_without_taking_what_is_the_same() {
    let column = Column::read_once();
    let summary = column.scan(NOW, &["--full"]);
    assert_eq!(column.asked(), paths(1..=PAGES), "each once");
    assert_eq!(summary["mode"], "full");
    assert_eq!(summary["bytes"], 0);
    assert_eq!(summary["channels"][0]["unchanged"], PAGES + 1);
}

/// Nobody touches a solicitation when its last day has passed: that is what is wrong with it.
#[test]
fn a_day_that_passes_has_the_same_page_judged_again() {
    let mut column = Column::read_once();
    let title = "关于口袋公园设计方案公开征求意见的公告";
    let state = "状态：进行中。征求意见时间：2026年9月11日至2026年10月11日";
    column.publish(20, title, "2026-09-11", state);
    let row = (20, title.to_owned(), "2026-09-11".to_owned());
    column.rows.insert(0, row);
    column.list();
    column.scan(NOW, &[]);
    let still_open = ["--rule", "solicitation/still-open"];
    let open = || column.duwang.findings(&still_open);
    assert_eq!(open().len(), 0);

    column.site.take_log();
    let summary = column.scan("2026-10-11T12:00:00+08:00", &[]);
    assert_eq!(open().len(), 0, "its last day: {summary:#}");
    let summary = column.scan("2026-10-12T12:00:00+08:00", &[]);
    assert_eq!(open().len(), 1, "{summary:#}");
    assert_eq!(summary["bytes"], 0, "nobody sent it again");
    // Found out by a clock that was ahead: taken back by one that is right.
    let summary = column.scan("2026-09-21T12:00:00+08:00", &[]);
    assert_eq!(summary["bytes"], 0);
    assert!(
        open().iter().all(|f| f["state"] == "fixed"),
        "{:#?}",
        open()
    );
}

#[test]
fn a_new_rule_judges_stored_pages_without_taking_them_again() {
    let column = Column::read_once();
    let rules = column.duwang.dir.path().join("rules");
    std::fs::create_dir_all(rules.join("own")).unwrap();
    std::fs::write(
        rules.join("own/pack.toml"),
        "version = 1\ntitle = \"自定\"\n",
    )
    .unwrap();
    std::fs::write(
        rules.join("own/listening.toml"),
        "kind = \"pattern\"\nlevel = \"general\"\ncertainty = \"likely\"\ncategory = \"wording\"\ntitle = \"写了听取汇报\"\nwhy = \"示例\"\nfix = \"删去\"\npatterns = ['听取各社区']\nbasis = [{ document = \"示例办法\" }]\nbad = [\"会议听取各社区情况汇报。\"]\ngood = [\"会议研究工作。\"]\n",
    )
    .unwrap();
    let own = ["--rules", rules.to_str().unwrap()];
    let summary = column.scan(NOW, &own);
    assert_eq!(summary["bytes"], 0, "{summary:#}");
    assert_eq!(
        column.duwang.findings(&["--rule", "own/listening"]).len(),
        PAGES
    );
    // The next scan by the same rules has nothing to judge; without the rule its findings are neither fixed nor said again.
    column.site.take_log();
    let same = column.scan(NOW, &own);
    assert_eq!(same["findings"]["new"], 0);
    column.scan(NOW, &[]);
    let kept = column.duwang.findings(&["--rule", "own/listening"]);
    assert!(kept.iter().all(|f| f["state"] == "open") && kept.len() == PAGES);
}

#[test]
fn unchanged_from_what_is_lost_is_asked_for_again() {
    let column = Column::read_once();
    column.publish(3, &title(3), "2026-09-13", "街道布署近期重点工作");
    column.scan(NOW, &["--full"]);
    let id = column.duwang.findings(&["--category", "typo"])[0]["id"].clone();
    column.site.take_log();
    std::fs::remove_dir_all(column.duwang.data().join("bodies")).unwrap();
    let summary = column.scan(NOW, &["--full"]);
    assert!(summary["bytes"].as_u64().unwrap() > 0);
    let looks: Vec<u16> = column
        .site
        .take_log()
        .into_iter()
        .filter(|(_, p, _)| *p == path(3))
        .map(|(.., status)| status)
        .collect();
    assert_eq!(looks, [304, 200]);
    let dir = column.duwang.dir.path().join("证据");
    let (id, dir) = (id.as_str().unwrap(), dir.to_str().unwrap());
    column
        .duwang
        .ok(&["findings", "show", id, "--evidence", dir]);
    assert!(
        std::fs::read_to_string(format!("{dir}/page.html"))
            .unwrap()
            .contains("布署")
    );
    assert_eq!(summary["findings"]["fixed"], 0, "{summary:#}");
}
