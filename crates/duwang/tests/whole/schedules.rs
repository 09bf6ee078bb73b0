//! The plan that `serve` keeps: runs by the clock, missed ones made up for once, everything in the ledger.

use crate::common::{Duwang, Site, article, list};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn site() -> Site {
    let site = Site::start();
    let row = (
        "./t1.htm".to_owned(),
        "第1次会议召开".to_owned(),
        "2026-09-01".to_owned(),
    );
    site.html("/qs/", &list("工作动态", std::slice::from_ref(&row), 1, 0));
    let body = "青石街道召开会议，布署近期重点工作，听取各社区情况汇报。";
    site.html("/qs/t1.htm", &article(&row.1, &row.2, body));
    site
}

fn planned(site: &Site, plan: &str) -> Duwang {
    let duwang = Duwang::new();
    duwang.units(&site.url("/qs/"));
    std::fs::write(duwang.dir.path().join("schedules.toml"), plan).unwrap();
    duwang.config(
        "units = \"units.toml\"\nschedules = \"schedules.toml\"\nallow_private = true\nrate = 0.0\nrecheck_after = \"100ms\"\n",
    );
    duwang
}

const HOURLY: &str = "[[schedule]]\nid = \"hourly\"\ncron = \"0 * * * *\"\n";

fn said(duwang: &Duwang, args: &[&str]) -> String {
    let output = duwang.bare(args).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {told}");
    String::from_utf8(output.stdout).unwrap()
}

/// The console, stopped in order when dropped.
struct Console(Child);

impl Console {
    fn start(duwang: &Duwang) -> Self {
        let child = duwang
            .bare(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        drop(Command::new("kill").arg(self.0.id().to_string()).status());
        drop(self.0.wait());
    }
}

#[test]
fn missed_runs_are_made_up_for_once_by_the_console() {
    let site = site();
    let duwang = planned(&site, HOURLY);
    let earlier = (chrono::Utc::now() - chrono::TimeDelta::minutes(200)).to_rfc3339();
    let first = said(&duwang, &["--now", &earlier, "schedule", "run", "hourly"]);
    assert!(
        first.contains("已完成") && first.contains("2 页"),
        "{first}"
    );

    let console = Console::start(&duwang);
    let patience = Instant::now();
    let log = loop {
        let log = said(&duwang, &["schedule", "log"]);
        if log.lines().count() >= 2 {
            break log;
        }
        assert!(patience.elapsed() < Duration::from_secs(60), "{log}");
        std::thread::sleep(Duration::from_millis(200));
    };
    let newest = log.lines().next().unwrap();
    assert!(
        newest.contains("另有 2 次错过") || newest.contains("另有 3 次错过"),
        "{log}"
    );
    std::thread::sleep(Duration::from_secs(7)); // another look at the plan
    let log = said(&duwang, &["schedule", "log"]);
    assert_eq!(log.lines().count(), 2, "once: {log}");
    drop(console);
}

#[test]
fn the_plan_can_be_read() {
    let site = site();
    let workday = format!(
        "{HOURLY}[[schedule]]\nid = \"nightly\"\ncron = \"30 2 * * *\"\ndays = \"workday\"\n"
    );
    let duwang = planned(&site, &workday);
    let now = ["--now", "2026-10-09T20:10:00+08:00"]; // a Friday; Saturday is worked, Sunday is not
    let next = said(
        &duwang,
        &[&now[..], &["schedule", "next", "-n", "8"]].concat(),
    );
    assert!(next.contains("2026-10-10 02:30  nightly"), "{next}");
    assert!(next.starts_with("2026-10-09 21:00  hourly"), "{next}");
    let listed = said(&duwang, &[&now[..], &["schedule", "list"]].concat());
    assert!(
        listed.contains("还没有执行过") && listed.contains("工作日"),
        "{listed}"
    );
    let output = duwang.bare(&["schedule", "run", "none"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    duwang.config("schedules = \"schedules.toml\"\n");
    std::fs::write(
        duwang.dir.path().join("schedules.toml"),
        "[[schedule]]\nid = \"a\"\ncron = \"x\"\n",
    )
    .unwrap();
    let output = duwang.bare(&["schedule", "list"]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("五段"));
}
