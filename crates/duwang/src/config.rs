//! Settings: defaults < `duwang.toml` < environment < flags.

use crate::cli::Global;
use crate::clock::Clock;
use crate::notices::Target;
use crate::trouble::FileTrouble;
use anyhow::Context as _;
use serde::Deserialize;
use std::collections::HashMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Everything that is set once for a run.
#[derive(Debug, Clone)]
pub struct Config {
    /// Who runs the command, for the audit log.
    pub by: String,
    /// Where everything is kept.
    pub data_dir: PathBuf,
    /// Store URL, `sled:DIR` by default.
    pub store: String,
    /// Extra rules.
    pub rules: Option<PathBuf>,
    /// The units file, when set.
    pub units: Option<PathBuf>,
    /// The file with the plan that `serve` keeps, when there is one.
    pub schedules: Option<PathBuf>,
    /// Whether and how `serve` looks whether sites are there.
    pub watch: Option<Watch>,
    /// Whether loopback and private addresses may be visited.
    pub allow_private: bool,
    /// Requests a second and host; 0 = no delay. `None`: the crawler's polite default.
    pub rate: Option<f64>,
    /// How long before a failed link is looked at again.
    pub recheck_after: Duration,
    /// Re-read every page within this many weeks.
    pub weeks: u32,
    /// Contact for the agent string.
    pub contact: String,
    /// Pages of one channel in work at a time.
    pub concurrency: usize,
    /// Hosts whose robots.txt is waived because the office that owns them asked for the check.
    pub ignore_robots: Vec<String>,
    /// Host names with a fixed address.
    pub resolve: HashMap<String, IpAddr>,
    /// Hours (Asia/Shanghai) in which hosts may be visited, `[from, to)`; `None`: always.
    pub hours: Option<(u32, u32)>,
    /// Longest time for one page.
    pub timeout: Option<Duration>,
    /// Whether links that leave the channel are looked at.
    pub check_links: bool,
    /// Whether characters in pictures and scanned pages are recognised.
    pub ocr: bool,
    /// Whether pages that scripts build are drawn by a browser.
    pub render: bool,
    /// Who hears notices, and how.
    pub notices: Vec<Target>,
    /// The clock.
    pub clock: Clock,
    /// −2 … 2: quiet to talkative.
    pub talk: i8,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    data_dir: Option<PathBuf>,
    store: Option<String>,
    rules: Option<PathBuf>,
    units: Option<PathBuf>,
    schedules: Option<PathBuf>,
    watch: Option<WatchFile>,
    allow_private: Option<bool>,
    rate: Option<f64>,
    recheck_after: Option<String>,
    weeks: Option<u32>,
    contact: Option<String>,
    concurrency: Option<usize>,
    #[serde(default)]
    ignore_robots: Vec<String>,
    #[serde(default)]
    resolve: HashMap<String, IpAddr>,
    hours: Option<(u32, u32)>,
    timeout: Option<String>,
    check_links: Option<bool>,
    #[serde(default)]
    notice: Vec<Target>,
    #[serde(default)]
    ocr: Switch,
    #[serde(default)]
    render: Switch,
}

/// How often sites are looked at, and who shows that we are there ourselves.
#[derive(Debug, Clone)]
pub struct Watch {
    /// Between two rounds.
    pub every: Duration,
    /// Addresses outside that nearly always answer.
    pub controls: Vec<String>,
}

impl Watch {
    /// Half an hour: forty-eight looks a day.
    pub fn usual() -> Self {
        Self {
            every: Duration::from_secs(30 * 60),
            controls: Vec::new(),
        }
    }
}

/// `[watch]` of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WatchFile {
    every: Option<String>,
    #[serde(default)]
    controls: Vec<String>,
}

impl WatchFile {
    fn read(self) -> anyhow::Result<Watch> {
        let every = match self.every {
            Some(text) => humantime::parse_duration(&text)
                .with_context(|| format!("配置 watch.every = \"{text}\" 不是时长，可写 30m"))?,
            None => Watch::usual().every,
        };
        anyhow::ensure!(
            (Duration::from_secs(60)..=Duration::from_secs(72 * 60)).contains(&every),
            "watch.every 要在 1m 和 72m 之间：再密会打扰对方，再疏一天不满 20 次"
        );
        Ok(Watch {
            every,
            controls: self.controls,
        })
    }
}

/// `[ocr]` and `[render]` of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Switch {
    #[serde(default)]
    enabled: bool,
}

impl Config {
    /// Puts defaults, file and flags together. Relative paths in the file are relative to the file.
    pub fn load(global: &Global) -> anyhow::Result<Self> {
        let (file, base) = read(global.config.as_deref())?;
        let data_dir = global
            .data_dir
            .clone()
            .or(file.data_dir.map(|d| base.join(d)))
            .unwrap_or_else(|| PathBuf::from("duwang-data"));
        let timeout = file.timeout.as_deref().map(|t| {
            humantime::parse_duration(t)
                .with_context(|| format!("配置 timeout = \"{t}\" 不是时长，可写 30s"))
        });
        let recheck_after = match (&global.recheck_after, &file.recheck_after) {
            (Some(given), _) => *given,
            (None, Some(text)) => humantime::parse_duration(text)
                .with_context(|| format!("配置 recheck_after = \"{text}\" 不是时长，可写 2m"))?,
            (None, None) => Duration::from_secs(120),
        };
        let rate = global.rate.or(file.rate);
        if let Some(rate) = rate {
            anyhow::ensure!(
                rate.is_finite() && rate >= 0.0,
                "rate 不能是 {rate}：写每秒请求数，例如 0.5；0 为不限（仅本机和内网）"
            );
        }
        Ok(Self {
            by: who_runs(),
            store: global
                .store
                .clone()
                .or(file.store)
                .unwrap_or_else(|| format!("sled:{}", data_dir.join("store").display())),
            rules: global.rules.clone().or(file.rules.map(|d| base.join(d))),
            units: file.units.map(|d| base.join(d)),
            schedules: file.schedules.map(|d| base.join(d)),
            watch: file.watch.map(WatchFile::read).transpose()?,
            allow_private: global.allow_private || file.allow_private.unwrap_or(false),
            rate,
            recheck_after,
            weeks: file.weeks.unwrap_or(4).max(1),
            contact: file.contact.unwrap_or_default(),
            concurrency: file
                .concurrency
                .unwrap_or(if rate == Some(0.0) { 32 } else { 4 })
                .max(1),
            ignore_robots: file.ignore_robots,
            resolve: file.resolve,
            hours: file.hours,
            timeout: timeout.transpose()?,
            check_links: file.check_links.unwrap_or(true),
            notices: file.notice,
            ocr: file.ocr.enabled,
            render: file.render.enabled,
            clock: global
                .now
                .map_or_else(Clock::system, |at| Clock::fixed(at.to_utc())),
            talk: i8::try_from(global.verbose.min(2)).unwrap_or(0)
                - i8::try_from(global.quiet.min(2)).unwrap_or(0),
            data_dir,
        })
    }
}

fn read(given: Option<&Path>) -> anyhow::Result<(File, PathBuf)> {
    let default = Path::new("duwang.toml");
    let path = given.unwrap_or(default);
    if given.is_none() && !default.exists() {
        return Ok((File::default(), PathBuf::new()));
    }
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("读不了配置文件 {}", path.display()))?;
    let file = toml::from_str(&text).map_err(|e| FileTrouble::from_toml(path, &text, &e))?;
    Ok((file, path.parent().unwrap_or(Path::new("")).to_path_buf()))
}
/// The name of the one who runs the command: as signed with, else as logged in on this machine.
fn who_runs() -> String {
    let names = ["DUWANG_BY", "SUDO_USER", "USER", "LOGNAME"];
    let told = names.iter().find_map(|name| std::env::var(name).ok());
    let name = told.unwrap_or_default();
    match crate::view::one_line(&name).trim() {
        "" => "本机用户".to_owned(),
        name => name.chars().take(40).collect(),
    }
}
