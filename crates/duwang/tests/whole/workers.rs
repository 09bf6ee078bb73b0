//! Many workers on one PostgreSQL: killed at random, the database stopped and started, and still what one calm scan finds; no host
//! asked faster than its limit, whoever asks.

use crate::common::{Answer, Duwang, Site, article, list, summary_of};
use duwang::demo::City;
use duwang_store::cluster::Cluster;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A worker process; killed when dropped.
struct Worker {
    child: Child,
}

impl Worker {
    fn start(duwang: &Duwang, store: &str, flags: &[&str]) -> Self {
        Self::with_slots(duwang, store, flags, "3")
    }

    fn with_slots(duwang: &Duwang, store: &str, flags: &[&str], slots: &str) -> Self {
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(duwang.dir.path().join("workers.log"))
            .unwrap();
        let child = shared(duwang, store, flags)
            .env("DUWANG_LOG", "warn,duwang=info")
            .args(["worker", "--slots", slots, "--slice", "3s", "--lease", "4s"])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { child }
    }

    /// kill -9
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn shared(duwang: &Duwang, store: &str, flags: &[&str]) -> Command {
    let mut command = duwang.bare(&["--allow-private", "--recheck-after", "100ms"]);
    command.args(["--store", store]).args(flags);
    command
}

/// A scan by workers, waiting for its end beside the test.
fn begin(duwang: &Duwang, store: &str, flags: &[&str], units: &Path) -> Child {
    shared(duwang, store, flags)
        .args(["scan", "--by-workers", "--format", "json", "--units"])
        .arg(units)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn findings(duwang: &Duwang, store: &str) -> BTreeSet<String> {
    let output = shared(duwang, store, &[])
        .args(["findings", "--format", "jsonl", "--unmask"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| {
            let f: Value = serde_json::from_str(line).unwrap();
            let part = |name: &str| f[name].to_string();
            ["fingerprint", "rule", "url", "quote", "state"]
                .map(part)
                .join(" ")
        })
        .collect()
}

/// Channels of which one scan saw another number of pages than another: what it said of them.
fn differing<'a>(summary: &'a Value, expected: &Value) -> Vec<&'a Value> {
    let channels = |summary: &'a Value| summary["channels"].as_array().into_iter().flatten();
    let expected = expected["channels"].as_array();
    let alike = |one: &Value| {
        expected
            .into_iter()
            .flatten()
            .any(|other| other["channel"] == one["channel"] && other["seen"] == one["seen"])
    };
    channels(summary).filter(|c| !alike(c)).collect()
}

/// A small number that differs from call to call.
fn dice(below: u128) -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    u64::try_from(now.unwrap().as_micros() / 7 % below).unwrap()
}

#[test]
fn killed_workers_and_a_stopped_database_change_nothing() {
    let Some(mut cluster) = Cluster::start() else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let city = runtime.block_on(City::start(None)).unwrap();
    let now = City::now().to_rfc3339();

    let calm = Duwang::new();
    let units = calm.units_text(&city.units_toml());
    let undisturbed = cluster.database();
    let output = shared(&calm, &undisturbed, &["--rate", "0", "--now", &now])
        .args(["scan", "--format", "json", "--units"])
        .arg(&units)
        .output()
        .unwrap();
    let expected_summary = summary_of(&output);
    let expected = findings(&calm, &undisturbed);
    assert!(expected.len() > 50, "{}", expected.len());

    // The same city. It was not closed: another test could take its port before it opens again.
    city.refresh();
    let duwang = Duwang::new();
    let units = duwang.units_text(&city.units_toml());
    let store = cluster.database();
    let flags = ["--rate", "8", "--now", now.as_str()];
    let mut scan = begin(&duwang, &store, &flags, &units);
    let start = || Worker::start(&duwang, &store, &flags);
    let mut workers = [start(), start(), start()];
    let begun = Instant::now();
    let mut kills = 0;
    let mut stopped = false;
    while scan.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(1_500 + dice(3_000)));
        if begun.elapsed() < Duration::from_secs(120) && scan.try_wait().unwrap().is_none() {
            let victim = usize::try_from(dice(2)).unwrap();
            workers[victim].kill();
            kills += 1;
            std::thread::sleep(Duration::from_millis(dice(1_500)));
            workers[victim] = start();
        }
        if !stopped && kills >= 2 {
            stopped = true;
            cluster.stop();
            std::thread::sleep(Duration::from_secs(10));
            cluster.resume();
        }
        assert!(
            begun.elapsed() < Duration::from_secs(400),
            "the scan does not end: {}",
            std::fs::read_to_string(duwang.dir.path().join("workers.log")).unwrap()
        );
    }
    let output = scan.wait_with_output().unwrap();
    let summary = summary_of(&output);
    drop(workers);
    runtime.block_on(city.stop());
    println!(
        "{kills} kills, database stopped: {stopped}, {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    assert!(kills >= 2 && stopped, "it was over too soon to be a test");
    assert_eq!(
        summary["pages"],
        expected_summary["pages"],
        "every page was visited: {:#?}\n{}",
        differing(&summary, &expected_summary),
        std::fs::read_to_string(duwang.dir.path().join("workers.log")).unwrap()
    );
    assert_eq!(findings(&duwang, &store), expected);
    wait_for_none(&cluster, &store, "duwang.slices");
    let checked = shared(&duwang, &store, &[])
        .args(["store", "check"])
        .status();
    assert!(checked.unwrap().success());
}

/// A unit's column with a few pages, each naming pages of the other site.
fn column(site: &Site, folder: &str, links: &[String]) {
    let items: Vec<_> = (1..=8)
        .map(|n| {
            (
                format!("./t{n}.htm"),
                format!("第{n}次会议召开"),
                "2026-09-01".to_owned(),
            )
        })
        .collect();
    site.html(&format!("/{folder}/"), &list("工作动态", &items, 1, 0));
    for (n, (path, title, date)) in items.iter().enumerate() {
        let link = links
            .get(n)
            .map_or(String::new(), |l| format!("<a href=\"{l}\">有关文件</a>"));
        let body = format!("青石街道召开会议，研究近期重点工作，听取各社区情况汇报。{link}");
        site.html(
            &path.replace("./", &format!("/{folder}/")),
            &article(title, date, &body),
        );
    }
}

fn units_of(entries: &[(&str, String)]) -> String {
    let mut text = "[region]\nname = \"云溪市\"\n".to_owned();
    for (id, entry) in entries {
        text.push_str(&format!(
            "[[unit]]\nid = \"{id}\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n[[unit.channel]]\nid = \"{id}-site\"\n\
             kind = \"website\"\nentry = [\"{entry}\"]\n"
        ));
    }
    text
}

#[test]
fn no_host_is_asked_faster_than_its_limit_by_all_workers_together() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let (one, two) = (Site::start(), Site::start());
    column(&one, "aa", &[]);
    column(&one, "bb", &[]);
    // Whoever reads the second site looks at links on the first, while others read it.
    let links: Vec<String> = (1..=8).map(|n| one.url(&format!("/aa/t{n}.htm"))).collect();
    column(&two, "cc", &links);
    column(&two, "dd", &links);
    let duwang = Duwang::new();
    let units = duwang.units_text(&units_of(&[
        ("aa", one.url("/aa/")),
        ("bb", one.url("/bb/")),
        ("cc", two.url("/cc/")),
        ("dd", two.url("/dd/")),
    ]));
    let store = cluster.database();
    let flags = ["--rate", "5"];
    let workers: Vec<Worker> = (0..3)
        .map(|_| Worker::start(&duwang, &store, &flags))
        .collect();
    let output = begin(&duwang, &store, &flags, &units)
        .wait_with_output()
        .unwrap();
    let summary = summary_of(&output);
    drop(workers);
    assert_eq!(summary["pages"], 36, "{summary:#}");
    for site in [&one, &two] {
        let log = site.take_log();
        assert!(log.len() > 18, "{}", log.len());
        let gaps = log.windows(2).map(|pair| pair[1].0 - pair[0].0);
        let shortest = gaps.min().unwrap();
        // Five a second; what is written down here is when the answer was ready, a few milliseconds give or take.
        assert!(shortest >= Duration::from_millis(150), "{shortest:?}");
    }
}

#[test]
fn a_worker_asked_to_stop_is_gone_in_ten_seconds_and_hands_its_work_back() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let site = Site::start();
    column(&site, "aa", &[]);
    let duwang = Duwang::new();
    let units = duwang.units_text(&units_of(&[("aa", site.url("/aa/"))]));
    let store = cluster.database();
    let flags = ["--rate", "2"];
    let mut scan = begin(&duwang, &store, &flags, &units);
    let mut first = Worker::start(&duwang, &store, &flags);
    let patience = Instant::now();
    while site.take_log().is_empty() {
        assert!(patience.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(50));
    }
    let pid = first.child.id().to_string();
    assert!(Command::new("kill").arg(&pid).status().unwrap().success());
    let asked = Instant::now();
    while first.child.try_wait().unwrap().is_none() {
        assert!(
            asked.elapsed() < Duration::from_secs(10),
            "it does not stop"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(scan.try_wait().unwrap().is_none(), "there was work left");
    let second = Worker::start(&duwang, &store, &flags);
    let summary = summary_of(&scan.wait_with_output().unwrap());
    drop(second);
    assert_eq!(summary["pages"], 9, "{summary:#}");
}

#[test]
fn a_channel_that_was_taken_again_and_again_for_nothing_is_given_up_and_told() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let site = Site::start();
    column(&site, "aa", &[]);
    column(&site, "bb", &[]);
    let duwang = Duwang::new();
    let units = duwang.units_text(&units_of(&[
        ("aa", site.url("/aa/")),
        ("bb", site.url("/bb/")),
    ]));
    let store = cluster.database();
    let flags = ["--rate", "0"];
    let scan = begin(&duwang, &store, &flags, &units);
    let opened = "SELECT to_regclass('duwang_queue._private_jobs') IS NOT NULL";
    let patience = Instant::now();
    while cluster.sql(&store, opened) != "t"
        || cluster.sql(&store, "SELECT count(*) FROM duwang_queue._private_jobs") != "2"
    {
        assert!(patience.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(50));
    }
    // As eight workers leave it that took the channel and died before they had read a page of it.
    cluster.sql(
        &store,
        "UPDATE duwang.slices SET tries = CASE channel WHEN 'aa-site' THEN 8 ELSE 7 END",
    );
    let worker = Worker::start(&duwang, &store, &flags);
    let output = scan.wait_with_output().unwrap();
    drop(worker);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    let summary = summary_of(&output);
    let channels = summary["channels"].as_array().unwrap();
    let of = |id: &str| channels.iter().find(|c| c["channel"] == id).unwrap();
    let missed = &of("aa-site")["not_seen"][0];
    assert_eq!(missed["outcome"], "unread", "{summary:#}");
    assert!(
        missed["reason"].as_str().unwrap().contains("8 次"),
        "{missed}"
    );
    assert_eq!(of("bb-site")["complete"], true, "{summary:#}");
    assert_eq!(of("bb-site")["seen"], 9, "{summary:#}");
}

#[test]
fn workers_draw_the_same_sample_as_one_scan() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let (one, two) = (Site::start(), Site::start());
    column(&one, "aa", &[]);
    column(&two, "bb", &[]);
    let units = "[region]\nname = \"云溪市\"\n[[unit]]\nid = \"qingshi\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n".to_owned()
        + &[("one", one.url("/aa/")), ("two", two.url("/bb/"))]
            .map(|(id, entry)| format!("[[unit.channel]]\nid = \"{id}\"\nkind = \"website\"\nentry = [\"{entry}\"]\n"))
            .concat();
    let asked = || {
        let (mut one, mut two) = (one.take_paths(), two.take_paths());
        one.append(&mut two);
        one
    };
    let calm = Duwang::new();
    let file = calm.units_text(&units);
    let args = ["scan", "--sample", "5", "--seed", "7", "--units"];
    let alone = calm.command(&args).arg(&file).output().unwrap();
    assert!(alone.status.success(), "{alone:?}");
    let drawn = asked();
    assert_eq!(drawn.len(), 2 + 5, "two lists and five pages: {drawn:?}");

    let duwang = Duwang::new();
    let file = duwang.units_text(&units);
    let store = cluster.database();
    let flags = ["--rate", "0"];
    let workers = [(); 2].map(|()| Worker::start(&duwang, &store, &flags));
    let output = shared(&duwang, &store, &flags)
        .args([
            "scan",
            "--by-workers",
            "--format",
            "json",
            "--sample",
            "5",
            "--seed",
            "7",
            "--units",
        ])
        .arg(&file)
        .output()
        .unwrap();
    let summary = summary_of(&output);
    assert_eq!(asked(), drawn, "{summary:#}");
    assert_eq!(summary["mode"], "sample");
    wait_for_none(&cluster, &store, "duwang.notes WHERE kind = 'offer'");
    drop(workers);
}

#[test]
fn workers_that_miss_a_known_fault_withdraw_the_scan() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let site = Site::start();
    column(&site, "aa", &[]);
    let duwang = Duwang::new();
    let units = duwang.units_text(&units_of(&[("aa", site.url("/aa/"))]));
    let rules = duwang.dir.path().join("rules");
    std::fs::create_dir_all(&rules).unwrap();
    std::fs::write(
        rules.join("controls.toml"),
        "[[page]]\npath = \"/a.html\"\nhtml = \"<p>甲</p>\"\nfault = [{ rule = \"privacy/bank-card\", quote = \"6222\" }]\n",
    )
    .unwrap();
    let store = cluster.database();
    let flags = ["--rate", "0", "--rules", rules.to_str().unwrap()];
    let worker = Worker::start(&duwang, &store, &flags);
    let output = begin(&duwang, &store, &flags, &units)
        .wait_with_output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    let summary = summary_of(&output);
    assert_eq!(summary["controls"]["missed"].as_array().unwrap().len(), 1);
    assert_eq!(site.take_paths(), Vec::<String>::new());
    wait_for_none(&cluster, &store, "duwang.slices");

    // What a worker leaves that dies between the end of a scan and clearing away after it.
    let scan = summary["scan"].as_str().unwrap();
    let leave =
        format!("INSERT INTO duwang.slices (scan, channel, epoch) VALUES ('{scan}', 'aa', 1)");
    cluster.sql(&store, &leave);
    wait_for_none(&cluster, &store, "duwang.slices");
    drop(worker);
}

/// A scan is told as ended a moment before what it needed is cleared away.
fn wait_for_none(cluster: &Cluster, store: &str, rows: &str) {
    let until = Instant::now() + Duration::from_secs(60);
    while cluster.sql(store, &format!("SELECT count(*) FROM {rows}")) != "0" {
        assert!(Instant::now() < until, "{rows} are never cleared away");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Pages of each of the slow sites.
const SLOW_PAGES: usize = 24;

/// A site whose every answer takes 200 ms.
fn slow_site() -> Site {
    let site = Site::start();
    let items: Vec<_> = (1..=SLOW_PAGES)
        .map(|n| {
            (
                format!("./t{n}.htm"),
                format!("第{n}次会议召开"),
                "2026-09-01".to_owned(),
            )
        })
        .collect();
    let latency = Duration::from_millis(200);
    let slow = |body: String| Answer::html(body).after(latency);
    site.put("/aa/", slow(list("工作动态", &items, 1, 0)));
    for (path, title, date) in &items {
        let body = "青石街道召开会议，研究近期重点工作，听取各社区情况汇报。";
        site.put(
            &path.replace("./", "/aa/"),
            slow(article(title, date, body)),
        );
    }
    site
}

/// Seconds that so many workers, two channels each, need for these sites, five requests a second and host at most.
fn seconds_of(cluster: &Cluster, sites: &[Site], workers: usize) -> f64 {
    let duwang = Duwang::new();
    let entries: Vec<_> = sites.iter().enumerate().collect();
    let named: Vec<_> = entries
        .iter()
        .map(|(n, site)| (format!("u{n}"), site.url("/aa/")))
        .collect();
    let named: Vec<(&str, String)> = named
        .iter()
        .map(|(id, url)| (id.as_str(), url.clone()))
        .collect();
    let units = duwang.units_text(&units_of(&named));
    let store = cluster.database();
    let flags = ["--rate", "5"];
    let started: Vec<Worker> = (0..workers)
        .map(|_| Worker::with_slots(&duwang, &store, &flags, "2"))
        .collect();
    std::thread::sleep(Duration::from_secs(8)); // they load their rules before anything is given out
    let since = Instant::now();
    let output = begin(&duwang, &store, &flags, &units)
        .wait_with_output()
        .unwrap();
    let took = since.elapsed().as_secs_f64();
    let summary = summary_of(&output);
    assert_eq!(
        summary["pages"],
        sites.len() * (SLOW_PAGES + 1),
        "{summary:#}"
    );
    drop(started);
    took
}

/// The figures of docs/scale.md: `cargo test --workspace --test whole -- --ignored --nocapture throughput`.
#[test]
#[ignore = "takes three minutes"]
fn throughput_grows_with_workers() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let sites: Vec<Site> = (0..16).map(|_| slow_site()).collect();
    let pages = sites.len() * (SLOW_PAGES + 1);
    let mut first = None;
    for workers in [1, 2, 4] {
        let seconds = seconds_of(&cluster, &sites, workers);
        let alone = *first.get_or_insert(seconds);
        println!(
            "{workers} workers: {seconds:.1} s, {:.1} pages a second, {:.2} times one",
            pages as f64 / seconds,
            alone / seconds
        );
        assert!(alone / seconds > 0.7 * workers as f64, "far from linear");
    }
}
