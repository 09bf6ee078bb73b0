//! Settings: defaults < `duwang.toml` < environment < flags.

use crate::cli::Global;
use crate::clock::Clock;
use crate::notices::{self, Stage, Target};
use crate::oidc::Oidc;
use crate::tls;
use crate::trouble::FileTrouble;
use anyhow::Context as _;
use serde::Deserialize;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
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
    /// Where page bodies are kept, when not in the data directory: `s3://…` or `file:///…`.
    pub bodies: Option<String>,
    /// Where metrics are served, when they are.
    pub metrics: Option<SocketAddr>,
    /// Extra rules.
    pub rules: Option<PathBuf>,
    /// The units file, when set.
    pub units: Option<PathBuf>,
    /// The file with the plan that `serve` keeps, when there is one.
    pub schedules: Option<PathBuf>,
    /// Whether and how `serve` looks after sites.
    pub watch: Option<Watch>,
    /// PEM certificates trusted besides the public roots.
    pub trusted: Vec<String>,
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
    /// How much heavy work is done at once.
    pub heavy: Heavy,
    /// Who hears notices, and how.
    pub notices: Vec<Target>,
    /// Names the console answers to, besides addresses and `localhost`; empty: any.
    pub hosts: Vec<String>,
    /// The certificate `serve` speaks TLS with.
    pub tls: Option<tls::Files>,
    /// The identity provider people may log in by.
    pub oidc: Option<Oidc>,
    /// From when on who is reminded of what is due.
    pub stages: Vec<Stage>,
    /// The clock.
    pub clock: Clock,
    /// −2 … 2: quiet to talkative.
    pub talk: i8,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    data_dir: Option<PathBuf>,
    store: Option<String>,
    bodies: Option<String>,
    metrics: Option<Place>,
    rules: Option<PathBuf>,
    units: Option<PathBuf>,
    schedules: Option<PathBuf>,
    watch: Option<WatchFile>,
    #[serde(default)]
    trusted: Vec<PathBuf>,
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
    #[serde(default = "Heavy::usual")]
    heavy: Heavy,
    #[serde(default)]
    hosts: Vec<String>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    oidc: Option<Oidc>,
    #[serde(default)]
    notice: Vec<Target>,
    stage: Option<Vec<Stage>>,
    #[serde(default)]
    ocr: Switch,
    #[serde(default)]
    render: Switch,
}

/// How often sites are looked at, what is looked at, and who shows that we are there ourselves.
#[derive(Debug, Clone)]
pub struct Watch {
    /// Between two rounds.
    pub every: Duration,
    /// Addresses outside that nearly always answer.
    pub controls: Vec<String>,
    /// Whether a browser's agent string is sent once a day, to see whether browsers are shown another page.
    pub cloaking: bool,
    /// Columns whose new entries are read as they appear: classes (`policy`) or addresses of list pages.
    pub columns: Vec<String>,
    /// Between two looks at these columns.
    pub columns_every: Duration,
}

/// A new entry is to be read within fifteen minutes: the columns must be looked at more often than that.
const COLUMNS_EVERY: std::ops::RangeInclusive<Duration> =
    Duration::from_secs(60)..=Duration::from_secs(10 * 60);

impl Watch {
    /// Half an hour: forty-eight looks a day.
    pub fn usual() -> Self {
        Self {
            every: Duration::from_secs(30 * 60),
            controls: Vec::new(),
            cloaking: true,
            columns: Vec::new(),
            columns_every: Duration::from_secs(5 * 60),
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
    cloaking: Option<bool>,
    #[serde(default)]
    columns: Vec<String>,
    columns_every: Option<String>,
}

impl WatchFile {
    /// `is_private`: only our own hosts are asked, which may be looked at as often as anybody likes.
    fn read(self, is_private: bool) -> anyhow::Result<Watch> {
        let usual = Watch::usual();
        let every = duration("watch.every", self.every.as_deref())?.unwrap_or(usual.every);
        anyhow::ensure!(
            (Duration::from_secs(60)..=Duration::from_secs(72 * 60)).contains(&every),
            "watch.every 要在 1m 和 72m 之间：再密会打扰对方，再疏一天不满 20 次"
        );
        let columns_every = duration("watch.columns_every", self.columns_every.as_deref())?
            .unwrap_or(usual.columns_every);
        anyhow::ensure!(
            COLUMNS_EVERY.contains(&columns_every)
                || (is_private && columns_every < *COLUMNS_EVERY.start()),
            "watch.columns_every 要在 1m 和 10m 之间：再密会打扰对方，再疏新条目赶不上 15 分钟"
        );
        Ok(Watch {
            every,
            controls: self.controls,
            cloaking: self.cloaking.unwrap_or(usual.cloaking),
            columns: self.columns,
            columns_every,
        })
    }
}

fn duration(key: &str, text: Option<&str>) -> anyhow::Result<Option<Duration>> {
    let read = |text: &str| {
        humantime::parse_duration(text)
            .with_context(|| format!("配置 {key} = \"{text}\" 不是时长，可写 30m"))
    };
    text.map(read).transpose()
}

/// `[heavy]`: how much work of each heavy kind one process does at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default = "Heavy::usual")]
pub struct Heavy {
    /// Files being read.
    pub extract: usize,
    /// Pictures and scanned pages being recognised.
    pub ocr: usize,
    /// Pages being drawn by a browser.
    pub render: usize,
}

impl Heavy {
    /// A file for each processor, a picture for every second one (recognition is the slowest), two browsers (they take the most memory).
    pub fn usual() -> Self {
        let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            extract: processors,
            ocr: (processors / 2).max(1),
            render: 2,
        }
    }
}

/// A port of this machine, or an address with a port.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Place {
    Port(u16),
    Address(String),
}

impl Place {
    fn read(self) -> anyhow::Result<SocketAddr> {
        match self {
            Self::Port(port) => Ok((Ipv4Addr::LOCALHOST, port).into()),
            Self::Address(text) => text.parse().ok().with_context(|| {
                format!(
                    "配置 metrics = \"{text}\" 不是地址，可写 9187（只在本机）或 \"10.0.0.5:9187\""
                )
            }),
        }
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
        let recheck_after = match global.recheck_after {
            Some(given) => Some(given),
            None => duration("recheck_after", file.recheck_after.as_deref())?,
        };
        let allow_private = global.allow_private || file.allow_private.unwrap_or(false);
        let rate = global.rate.or(file.rate);
        if let Some(rate) = rate {
            anyhow::ensure!(
                rate.is_finite() && rate >= 0.0,
                "rate 不能是 {rate}：写每秒请求数，例如 0.5；0 为不限（仅本机和内网）"
            );
        }
        let stages = file.stage.unwrap_or_else(Stage::usual);
        notices::check(&file.notice, &stages)?;
        Ok(Self {
            by: who_runs(),
            store: global
                .store
                .clone()
                .or(file.store)
                .unwrap_or_else(|| format!("sled:{}", data_dir.join("store").display())),
            bodies: file.bodies,
            metrics: file.metrics.map(Place::read).transpose()?,
            rules: global.rules.clone().or(file.rules.map(|d| base.join(d))),
            units: file.units.map(|d| base.join(d)),
            schedules: file.schedules.map(|d| base.join(d)),
            watch: file.watch.map(|w| w.read(allow_private)).transpose()?,
            trusted: certificates(&base, &file.trusted)?,
            allow_private,
            rate,
            recheck_after: recheck_after.unwrap_or(Duration::from_secs(120)),
            weeks: file.weeks.unwrap_or(4).max(1),
            contact: file.contact.unwrap_or_default(),
            concurrency: file
                .concurrency
                .unwrap_or(if rate == Some(0.0) { 32 } else { 4 })
                .max(1),
            ignore_robots: file.ignore_robots,
            resolve: file.resolve,
            hours: file.hours,
            timeout: duration("timeout", file.timeout.as_deref())?,
            check_links: file.check_links.unwrap_or(true),
            heavy: file.heavy,
            hosts: file.hosts,
            tls: tls::Files::of(
                file.tls_cert.map(|f| base.join(f)),
                file.tls_key.map(|f| base.join(f)),
            )?,
            oidc: file.oidc,
            notices: file.notice,
            stages,
            ocr: file.ocr.enabled,
            render: file.render.enabled,
            clock: clock(global),
            talk: i8::try_from(global.verbose.min(2)).unwrap_or(0)
                - i8::try_from(global.quiet.min(2)).unwrap_or(0),
            data_dir,
        })
    }
}

fn clock(global: &Global) -> Clock {
    let clock = global
        .now
        .map_or_else(Clock::system, |at| Clock::fixed(at.to_utc()));
    let leaps = global.now_leaps.unwrap_or_default();
    clock.leaping(chrono::TimeDelta::from_std(leaps).unwrap_or_default())
}

fn certificates(base: &Path, files: &[PathBuf]) -> anyhow::Result<Vec<String>> {
    let read = |file: &PathBuf| {
        let file = base.join(file);
        std::fs::read_to_string(&file)
            .with_context(|| format!("读不了 trusted 里的证书 {}", file.display()))
    };
    files.iter().map(read).collect()
}

fn read(given: Option<&Path>) -> anyhow::Result<(File, PathBuf)> {
    let default = Path::new("duwang.toml");
    let path = given.unwrap_or(default);
    if given.is_none() && !default.exists() {
        return Ok((toml::from_str("")?, PathBuf::new()));
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
