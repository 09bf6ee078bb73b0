//! A poor machine: a clock gone mad, no DNS, no file handles, no memory. Each ends in a clear outcome, and nothing is lost. (A full disk and
//! a directory that may not be written are tried in the store's own tests.)

use crate::common::{Answer, Duwang, Site, article, list, report, summary_of};
use serde_json::Value;
use std::process::{Command, Output};
use std::time::Duration;

const NOW: &str = "2026-11-02T12:00:00+08:00";

/// A site of so many pages, every third with a fault.
fn site(pages: usize) -> Site {
    let site = Site::start();
    let items: Vec<_> = (1..=pages)
        .map(|n| {
            (
                format!("./t2026{n:04}_{n}.htm"),
                format!("第{n}次会议召开"),
                "2026-09-01".to_owned(),
            )
        })
        .collect();
    site.html("/", &list("工作动态", &items, 1, 0));
    for (n, (path, title, date)) in items.iter().enumerate() {
        let word = if n % 3 == 0 { "布署" } else { "部署" };
        let body = format!(
            "青石街道办事处会议{word}近期第{n}项重点工作，听取各社区情况汇报，要求抓好落实。"
        );
        let page = Answer::html(article(title, date, &body)).after(Duration::from_millis(20));
        site.put(path.trim_start_matches('.'), page);
    }
    site
}

/// The same command, started by a shell that runs this first.
fn after(script: &str, command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{script}; exec \"$@\""), "sh"]);
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.current_dir(command.get_current_dir().unwrap());
    shell
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What is found, without the times and the name of the run.
fn findings(duwang: &Duwang) -> Vec<String> {
    let all = duwang.findings(&[]);
    let part = |f: &Value| {
        ["fingerprint", "rule", "url", "quote", "state"]
            .map(|key| f[key].to_string())
            .join(" ")
    };
    all.iter().map(part).collect()
}

fn scan_at(duwang: &Duwang, site: &Site, clock: &[&str]) -> Value {
    let units = duwang.units(&site.url("/"));
    let args = [
        clock,
        &[
            "scan",
            "--format",
            "json",
            "--units",
            units.to_str().unwrap(),
        ],
    ]
    .concat();
    let output = duwang.run(&args);
    assert!(output.status.success(), "{}", told(&output));
    summary_of(&output)
}

#[test]
fn a_clock_that_jumps_changes_nothing_that_is_found() {
    let site = site(40);
    let calm = Duwang::new();
    let usual = scan_at(&calm, &site, &["--now", NOW]);
    let expected = findings(&calm);
    assert!(expected.len() > 12, "{expected:?}");
    // Off by hours within the day, each time it is read.
    let restless = Duwang::new();
    let summary = scan_at(&restless, &site, &["--now", NOW, "--now-leaps", "11h"]);
    assert_eq!(summary["channels"], usual["channels"]);
    assert_eq!(findings(&restless), expected);
    // Off by years: what is said of days is not to be trusted then, but it ends, and what it saw it saw.
    let mad = Duwang::new();
    let summary = scan_at(&mad, &site, &["--now", NOW, "--now-leaps", "4000d"]);
    assert_eq!(summary["channels"][0]["seen"], usual["channels"][0]["seen"]);
    // Once the clock is right again, a scan reads what was read on days to come, and all is as it should be.
    let summary = scan_at(&mad, &site, &["--now", NOW]);
    assert_eq!(summary["channels"][0]["carried"], 0, "{summary:#}");
    // What was said of days by that clock stays for people to dismiss, as long as the pages do not change.
    let is_of_days = |f: &String| f.contains("freshness/") || !f.ends_with("\"open\"");
    let open: Vec<String> = findings(&mad)
        .into_iter()
        .filter(|f| !is_of_days(f))
        .collect();
    let expected: Vec<String> = expected.into_iter().filter(|f| !is_of_days(f)).collect();
    assert_eq!(open, expected);
    mad.ok(&["store", "check"]);
}

/// Runs where names are resolved as these two files say; `None` where namespaces are not permitted.
fn resolving(command: &Command, hosts: &str, servers: &str) -> Option<Output> {
    let dir = tempfile::tempdir().unwrap();
    let bind = |name: &str, text: &str| {
        let file = dir.path().join(name);
        std::fs::write(&file, text).unwrap();
        format!("mount --bind {} /etc/{name} || exit 77", file.display())
    };
    let script = format!("{}; {}", bind("hosts", hosts), bind("resolv.conf", servers));
    let shell = after(&script, command);
    let mut alone = Command::new("unshare");
    alone
        .arg("--mount")
        .arg(shell.get_program())
        .args(shell.get_args());
    alone.current_dir(shell.get_current_dir().unwrap());
    let output = alone.output().ok()?;
    let is_forbidden = output.status.code() == Some(77) || told(&output).contains("unshare failed");
    (!is_forbidden).then_some(output)
}

#[test]
fn without_dns_nothing_is_called_gone_and_later_all_is_read() {
    let site = site(6);
    let (host, port) = (
        "www.yunxi-demo.gov.cn",
        site.base.rsplit(':').next().unwrap(),
    );
    let duwang = Duwang::new();
    let units = duwang.units(&format!("http://{host}:{port}/"));
    let command = duwang.command(&[
        "scan",
        "--format",
        "json",
        "--units",
        units.to_str().unwrap(),
    ]);
    let (known, nobody) = (
        format!("127.0.0.1 localhost {host}\n"),
        "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n",
    );
    let Some(first) = resolving(&command, &known, nobody) else {
        println!("namespaces are not permitted here: not tried without DNS");
        return;
    };
    assert_eq!(
        summary_of(&first)["channels"][0]["seen"],
        7,
        "{}",
        told(&first)
    );
    let expected = findings(&duwang);
    assert!(!expected.is_empty());
    let without = resolving(&command, "127.0.0.1 localhost\n", nobody).unwrap();
    let channel = &summary_of(&without)["channels"][0];
    assert_eq!(channel["complete"], false, "{channel:#}");
    assert_eq!(
        channel["not_seen"][0]["outcome"], "unreachable",
        "{channel:#}"
    );
    assert!(
        channel["not_seen"][0]["reason"]
            .as_str()
            .unwrap()
            .starts_with("域名解析"),
        "{channel:#}"
    );
    assert_eq!(
        findings(&duwang),
        expected,
        "nothing is fixed or new that was not seen"
    );
    let back = resolving(&command, &known, nobody).unwrap();
    assert_eq!(summary_of(&back)["channels"][0]["complete"], true);
    assert_eq!(findings(&duwang), expected);
}

/// A units file with a unit for each site.
fn units_of(sites: &[Site]) -> String {
    let unit = |(n, site): (usize, &Site)| {
        format!(
            "[[unit]]\nid = \"u{n}\"\nname = \"青石街道办事处\"\nkind = \"街道\"\n[[unit.channel]]\nid = \"u{n}\"\nkind = \"website\"\nentry = [\"{}/\"]\n",
            site.base
        )
    };
    let units: String = sites.iter().enumerate().map(unit).collect();
    format!("[region]\nname = \"云溪市\"\n{units}")
}

/// Scans under a limit. Whatever becomes of it, the same command without the limit ends with what an undisturbed scan finds.
fn scan_under(limit: &str, sites: &[Site]) -> Output {
    let calm = Duwang::new();
    calm.scan(&calm.units_text(&units_of(sites)), &[]);
    let expected = findings(&calm);
    let duwang = Duwang::new();
    let units = duwang.units_text(&units_of(sites));
    let command = duwang.command(&[
        "scan",
        "--format",
        "json",
        "--units",
        units.to_str().unwrap(),
    ]);
    let limited = after(limit, &command).output().unwrap();
    println!("{limit}: {}", limited.status);
    if !limited.status.success() {
        assert!(!told(&limited).is_empty(), "it says why");
    }
    duwang.scan(&units, &["--full"]);
    assert_eq!(findings(&duwang), expected);
    duwang.ok(&["store", "check"]);
    limited
}

#[test]
fn without_file_handles_a_scan_is_slow_or_says_so_and_loses_nothing() {
    let sites: Vec<Site> = (0..8).map(|_| site(20)).collect();
    for handles in [40, 64, 128] {
        let output = scan_under(&format!("ulimit -n {handles}"), &sites);
        let words = told(&output);
        assert!(!words.contains("panicked"), "{words}");
        if !output.status.success() {
            assert!(
                words.contains("ulimit -n"),
                "{handles} handles: it says what to do: {words}"
            );
            continue;
        }
        for channel in summary_of(&output)["channels"].as_array().unwrap() {
            let is_ours = |missed: &Value| missed["outcome"] == "refused";
            assert!(
                channel["not_seen"].as_array().unwrap().iter().all(is_ours),
                "no site is blamed: {channel:#}"
            );
        }
    }
}

#[test]
fn in_a_quarter_of_a_gigabyte_a_scan_still_ends_well() {
    // `RLIMIT_DATA` counts what the process really may write to (heap, stacks of threads), where `RLIMIT_AS` would count the address space
    // that an allocator merely reserves. A limit of a container is about resident memory: this one is stricter.
    let sites: Vec<Site> = (0..4).map(|_| site(30)).collect();
    let output = scan_under("ulimit -d 262144", &sites);
    let summary = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}\n{summary}", told(&output));
}

/// What becomes of each, for the documents: trouble, outcome, where it is tried.
const OUTCOMES: &[(&str, &str, &str)] = &[
    (
        "磁盘满",
        "写不进的这一批不算数，扫描停下并说明要清理哪个目录；已写的都在，腾出地方后接着扫",
        "`crates/duwang-store/tests/trouble.rs`",
    ),
    (
        "数据目录只读",
        "启动即说明哪个目录不能写、该查什么",
        "`crates/duwang-store/tests/trouble.rs`",
    ),
    (
        "时钟每次读数前后跳半天",
        "扫到的、发现的与时钟正常时相同（等待用单调时钟）",
        "`poor.rs`",
    ),
    (
        "时钟每次读数前后跳十年",
        "照常结束；时钟恢复后的下一次扫描把“将来”读过的页面全部重读。当时关于日期的问题要由人判为误报",
        "`poor.rs`",
    ),
    (
        "没有 DNS",
        "各站记为“无法访问（域名解析…）”，不说页面没了，已有的问题原样；恢复后照常",
        "`poor.rs`",
    ),
    (
        "文件句柄只有 40、64、128 个",
        "扫描停下，说明要提高 `ulimit -n`；不怪罪任何网站；放宽后接着扫，结果相同",
        "`poor.rs`",
    ),
    (
        "内存只许 256 MB（RLIMIT_DATA）",
        "照常扫完，结果相同",
        "`poor.rs`",
    ),
];

#[test]
fn the_outcomes_in_the_documents_are_these() {
    let rows: String = OUTCOMES
        .iter()
        .map(|(trouble, outcome, place)| format!("| {trouble} | {outcome} | {place} |\n"))
        .collect();
    report::list(
        "poor",
        &format!("| 情形 | 结果 | 测试 |\n|---|---|---|\n{rows}"),
    );
}
