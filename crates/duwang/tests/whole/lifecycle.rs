//! A fault through its life: found, seen again, fixed by a re-fetch, back again; decisions survive; pages move.

use crate::common::{Answer, Duwang, Site, article, list};
use serde_json::Value;

const FAULTY: &str = "为做好防汛工作，街道召开会议，布署各项任务，要求各社区落实责任，备足物资，加强巡查，确保群众安全渡汛，会议由青石街道办事处主持召开。";

fn site_with(body: &str) -> Site {
    let site = Site::start();
    site.html(
        "/qs/",
        &list(
            "工作动态",
            &[
                (
                    "./202609/t20260918_1.htm".into(),
                    "街道召开防汛会议".into(),
                    "2026-09-18".into(),
                ),
                (
                    "./202609/t20260917_2.htm".into(),
                    "社区开展清扫活动".into(),
                    "2026-09-17".into(),
                ),
            ],
            1,
            0,
        ),
    );
    site.html(
        "/qs/202609/t20260918_1.htm",
        &article("街道召开防汛会议", "2026-09-18", body),
    );
    site.html(
        "/qs/202609/t20260917_2.htm",
        &article(
            "社区开展清扫活动",
            "2026-09-17",
            "青石街道各社区组织居民开展环境清扫活动，清理楼道杂物，整治卫生死角，受到居民欢迎。",
        ),
    );
    site
}

fn typo(findings: &[Value]) -> Vec<&Value> {
    findings.iter().filter(|f| f["quote"] == "布署").collect()
}

#[test]
fn found_persisting_fixed_reopened_and_dismissed_for_good() {
    let site = site_with(FAULTY);
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    let first = duwang.scan(&units, &[]);
    let found = duwang.findings(&[]);
    assert_eq!(typo(&found).len(), 1, "{found:#?}");
    assert_eq!(typo(&found)[0]["state"], "open");
    assert!(
        typo(&found)[0]["snapshot"]
            .as_str()
            .unwrap()
            .starts_with("sha256:")
    );
    assert!(first["findings"]["new"].as_u64().unwrap() >= 1);

    let second = duwang.scan(&units, &[]);
    assert_eq!(second["findings"]["new"], 0, "nothing doubles");

    site.html(
        "/qs/202609/t20260918_1.htm",
        &article(
            "街道召开防汛会议",
            "2026-09-18",
            &FAULTY.replace("布署", "部署"),
        ),
    );
    let third = duwang.scan(&units, &[]);
    assert_eq!(third["findings"]["fixed"], 1);
    assert_eq!(typo(&duwang.findings(&[]))[0]["state"], "fixed");

    site.html(
        "/qs/202609/t20260918_1.htm",
        &article("街道召开防汛会议", "2026-09-18", &format!("补记：{FAULTY}")),
    );
    let fourth = duwang.scan(&units, &["--full"]);
    assert_eq!(fourth["findings"]["reopened"], 1);
    let id = typo(&duwang.findings(&[]))[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();

    duwang.ok(&["review", &id, "--dismiss", "原文如此", "--by", "王某"]);
    duwang.scan(&units, &["--full"]);
    assert_eq!(
        typo(&duwang.findings(&[]))[0]["state"],
        "dismissed",
        "a crawl never undoes a decision"
    );
    duwang.ok(&["review", &id, "--undo", "--by", "王某"]);
    assert_eq!(typo(&duwang.findings(&[]))[0]["state"], "reopened");
}

#[test]
fn a_page_that_is_not_seen_closes_nothing() {
    let site = site_with(FAULTY);
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    duwang.scan(&units, &[]);
    for status in [403, 404, 500] {
        site.put("/qs/202609/t20260918_1.htm", Answer::status(status));
        let summary = duwang.scan(&units, &["--full"]);
        assert_eq!(summary["findings"]["fixed"], 0, "{status}");
        assert_eq!(typo(&duwang.findings(&[]))[0]["state"], "open", "{status}");
    }
}

#[test]
fn a_moved_page_keeps_its_finding_and_decision() {
    let site = site_with(FAULTY);
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    duwang.scan(&units, &[]);
    let id = typo(&duwang.findings(&[]))[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    duwang.ok(&["review", &id, "--confirm", "--by", "王某"]);
    site.remove("/qs/202609/t20260918_1.htm");
    site.html(
        "/qs/202609/t20260918_9.htm",
        &article("街道召开防汛会议", "2026-09-18", FAULTY),
    );
    site.html(
        "/qs/",
        &list(
            "工作动态",
            &[
                (
                    "./202609/t20260918_9.htm".into(),
                    "街道召开防汛会议".into(),
                    "2026-09-18".into(),
                ),
                (
                    "./202609/t20260917_2.htm".into(),
                    "社区开展清扫活动".into(),
                    "2026-09-17".into(),
                ),
            ],
            1,
            0,
        ),
    );
    duwang.scan(&units, &["--full"]);
    let found = duwang.findings(&[]);
    assert_eq!(typo(&found).len(), 1, "{found:#?}");
    assert_eq!(typo(&found)[0]["state"], "confirmed");
    assert!(typo(&found)[0]["url"].as_str().unwrap().ends_with("_9.htm"));
}

#[test]
fn dead_links_need_two_looks_and_alive_ones_are_never_called_dead() {
    let site = site_with(FAULTY);
    site.html("/qs/202609/t20260917_2.htm", &article("社区开展清扫活动", "2026-09-17",
        "详见<a href=\"/qs/gone.htm\">活动安排</a>，另见<a href=\"/qs/202609/t20260918_1.htm\">防汛会议</a>。各社区组织居民开展环境清扫活动。"));
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    duwang.scan(&units, &[]);
    let looks: Vec<_> = site
        .take_log()
        .into_iter()
        .filter(|(_, path, _)| path == "/qs/gone.htm")
        .collect();
    assert!(looks.len() >= 2, "{looks:?}");
    assert!(looks[1].0 - looks[0].0 >= std::time::Duration::from_millis(100));
    let dead = duwang.findings(&["--category", "link,attachment"]);
    assert_eq!(dead.len(), 1, "{dead:#?}");
    assert_eq!(dead[0]["quote"], "活动安排");
    assert!(
        dead[0]["url"]
            .as_str()
            .unwrap()
            .ends_with("t20260917_2.htm")
    );
    site.html(
        "/qs/gone.htm",
        &article(
            "活动安排",
            "2026-09-10",
            "九月二十日上午在各社区广场集合，统一分发清扫工具，中午结束，请居民自愿参加。",
        ),
    );
    duwang.scan(&units, &[]);
    assert_eq!(
        duwang.findings(&["--category", "link"])[0]["state"],
        "fixed"
    );
}

/// A port of this machine nobody listens at.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[test]
fn a_host_that_is_down_is_one_fault() {
    let site = site_with(FAULTY);
    let down = free_port();
    let links: String = (0..12)
        .map(|n| {
            format!(
                "<p>附：<a href=\"http://127.0.0.1:{down}/doc/{n}.htm\">第{n}号文件全文</a></p>"
            )
        })
        .collect();
    site.html(
        "/qs/202609/t20260917_2.htm",
        &article("文件汇编", "2026-09-17", &links),
    );
    let duwang = Duwang::new();
    duwang.scan(&duwang.units(&site.url("/qs/")), &[]);
    let dead = duwang.findings(&["--category", "link"]);
    assert_eq!(dead.len(), 1, "{dead:#?}");
    let message = dead[0]["message"].as_str().unwrap();
    assert!(
        message.contains(&format!("127.0.0.1:{down} 的 12 个地址都打不开")),
        "{message}"
    );
}

#[test]
fn a_list_nothing_leads_to_accuses_nobody() {
    let site = site_with(FAULTY);
    let old: Vec<_> = (1..=5)
        .map(|n| {
            let path = format!("/qs/old/202609/t2026090{n}_{n}.htm");
            let title = format!("关于做好第{n}号事项的通知");
            (path, title, format!("2026-09-0{n}"))
        })
        .collect();
    site.html("/qs/old/", &list("旧栏目", &old, 1, 0));
    for (path, title, day) in &old {
        site.html(path, &article(title, day, "按程序办理，请各社区周知。"));
    }
    let front = |columns: &str| {
        format!(
            "<html><head><title>青石街道</title></head><body><p>青石街道办事处在本网站公开机构职能、工作动态和办事服务，欢迎查阅。</p><a href=\"/qs/202609/t20260918_1.htm\">街道召开防汛会议</a>{columns}</body></html>"
        )
    };
    site.html("/qs/", &front("<a href=\"/qs/old/\">旧栏目</a>"));
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    duwang.scan(&units, &[]);
    let first = site.take_paths();
    assert!(first.contains(&old[0].0), "{first:?}");
    // The column is taken off the menu, and what it listed is deleted; the list itself is no longer read.
    site.html("/qs/", &front(""));
    old.iter().for_each(|(path, ..)| site.remove(path));
    duwang.scan(&units, &["--full"]);
    let asked = site.take_paths();
    assert!(
        asked.contains(&old[0].0),
        "the known page is looked at: {asked:?}"
    );
    assert!(!asked.iter().any(|p| p == "/qs/old/"), "{asked:?}");
    assert_eq!(duwang.findings(&["--category", "link"]), [] as [Value; 0]);
}

#[test]
fn a_second_scan_takes_no_bodies_it_has() {
    let site = site_with(
        "青石街道办事处召开会议，部署防汛各项任务，要求各社区落实责任，备足物资，加强巡查，确保群众安全。",
    );
    let duwang = Duwang::new();
    let units = duwang.units(&site.url("/qs/"));
    duwang.scan(&units, &[]);
    site.take_log();
    let second = duwang.scan(&units, &[]);
    let bodies: Vec<_> = site
        .take_log()
        .into_iter()
        .filter(|(_, path, status)| *status == 200 && path != "/robots.txt")
        .collect();
    assert!(bodies.is_empty(), "{bodies:?}");
    assert_eq!(second["bytes"], 0);
}

#[test]
fn a_sample_is_drawn_from_all_channels_of_a_unit_and_the_same_for_the_same_seed() {
    let site = Site::start();
    for folder in ["qs", "gk"] {
        serve_meetings(&site, folder, 15);
    }
    let draw = |seed: &str| {
        let duwang = Duwang::new();
        let units = duwang.units_text(&format!(
            "[region]\nname = \"云溪市\"\n[[unit]]\nid = \"qingshi\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n\
             [[unit.channel]]\nid = \"site\"\nkind = \"website\"\nentry = [\"{}\"]\n\
             [[unit.channel]]\nid = \"disclosure\"\nkind = \"website\"\nentry = [\"{}\"]\n",
            site.url("/qs/"),
            site.url("/gk/")
        ));
        site.take_log();
        duwang.scan(&units, &["--sample", "12", "--seed", seed]);
        let mut paths = site.take_paths();
        paths.retain(|p| p.contains("/t2026"));
        paths.sort();
        paths.dedup();
        paths
    };
    let first = draw("7");
    // The draw depends on the addresses, and these on the port: of twelve, one folder gives all once in a hundred thousand times.
    assert_eq!(first.len(), 12, "{first:?}");
    assert!(first.iter().any(|p| p.starts_with("/qs/")), "{first:?}");
    assert!(first.iter().any(|p| p.starts_with("/gk/")), "{first:?}");
    assert_eq!(first, draw("7"));
    assert_ne!(first, draw("8"));
}

/// A list of so many meetings below a folder, and their pages.
fn serve_meetings(site: &Site, folder: &str, count: usize) {
    let items: Vec<_> = (1..=count)
        .map(|n| {
            let page = format!("./202609/t20260901_{n}.htm");
            (page, format!("第{n}次会议召开"), "2026-09-01".to_owned())
        })
        .collect();
    site.html(&format!("/{folder}/"), &list("工作动态", &items, 1, 0));
    for (n, (_, title, date)) in items.iter().enumerate() {
        site.html(
            &format!("/{folder}/202609/t20260901_{}.htm", n + 1),
            &article(
                title,
                date,
                "会议在街道办事处召开，研究近期重点工作，听取各社区情况汇报，明确下一步安排。",
            ),
        );
    }
}
