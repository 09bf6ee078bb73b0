//! A unit's own official account: its drafts to be checked before sending, its published articles to be read by scans.
//!
//! Secrets come from the environment or from a file only its owner can read, and are never written anywhere. What is pulled is kept in
//! the data directory as a list of addresses; scans read the public pages.

mod draft;
pub(crate) mod secret;
mod token;

pub(crate) use draft::{drafts_in, of_item};

use crate::config::Config;
use crate::scan::policy;
use anyhow::{Context as _, ensure};
use duwang_crawl::{Account, Crawler};
use duwang_model::{Channel, ChannelKind, Region};
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// First wait when the interface says it is busy.
const PATIENCE: Duration = Duration::from_secs(2);

/// The channels with access to their account's own interface: the named account, or all.
pub(crate) fn chosen<'r>(
    region: &'r Region,
    account: Option<&str>,
) -> anyhow::Result<Vec<&'r Channel>> {
    let all = region.units.iter().flat_map(|u| &u.channels);
    let with_api: Vec<&Channel> = all
        .filter(|c| c.kind == ChannelKind::Wechat && c.api.is_some())
        .collect();
    let named = |c: &&Channel| match account {
        Some(name) => c.account.as_deref() == Some(name) || c.id == name,
        None => true,
    };
    let chosen: Vec<&Channel> = with_api.iter().copied().filter(named).collect();
    ensure!(
        !chosen.is_empty(),
        "{}",
        match account {
            Some(name) => format!("单位文件里没有名为“{name}”、且写了 api 的公众号渠道"),
            None => "单位文件里没有写了 api 的公众号渠道，写法见 duwang units --help 与 README"
                .to_owned(),
        }
    );
    Ok(chosen)
}

/// A crawler for the interface alone: no redirects, since the secret must go nowhere else; robots.txt is about the open web.
pub(crate) fn crawler(config: &Config, channels: &[&Channel]) -> anyhow::Result<Crawler> {
    let mut policy = policy(config);
    policy.max_redirects = 0;
    policy.hours = None;
    for channel in channels {
        let base = base(channel)?;
        let host = base.host_str().unwrap_or_default();
        policy.ignore_robots.push(match base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        });
    }
    Ok(Crawler::new(policy)?)
}

/// The account of a channel, with the token that was kept for it.
pub(crate) fn account<'c>(
    config: &Config,
    channel: &Channel,
    crawler: &'c Crawler,
) -> anyhow::Result<Account<'c>> {
    let api = channel.api.as_ref().context("渠道没有写 api")?;
    let appid = secret::read(&api.appid)?;
    let secret = secret::read(&api.secret)?;
    let kept = token::kept(&config.data_dir, &appid);
    let patience = if config.rate == Some(0.0) {
        Duration::from_millis(20)
    } else {
        PATIENCE
    };
    Ok(Account::new(
        crawler,
        base(channel)?,
        (appid, secret),
        kept,
        config.clock.now(),
        patience,
    ))
}

/// Keeps the account's token for the next run.
pub(crate) fn keep_token(
    config: &Config,
    channel: &Channel,
    account: &Account<'_>,
) -> anyhow::Result<()> {
    let api = channel.api.as_ref().context("渠道没有写 api")?;
    match account.token() {
        Some(token) => token::keep(&config.data_dir, &secret::read(&api.appid)?, &token),
        None => Ok(()),
    }
}

fn base(channel: &Channel) -> anyhow::Result<Url> {
    let base = channel.api.as_ref().map_or("", |a| a.base.as_str());
    let url = Url::parse(base).with_context(|| format!("api 的 base“{base}”不是网址"))?;
    let is_local = matches!(url.host(), Some(url::Host::Ipv4(ip)) if ip.is_loopback());
    ensure!(
        url.scheme() == "https" || is_local,
        "api 的 base 要用 https，密钥不能明文传送"
    );
    Ok(url)
}

/// Addresses pulled earlier for a channel; none when nothing was.
pub(crate) fn pulled(data_dir: &Path, channel: &str) -> Vec<String> {
    let text = std::fs::read_to_string(list(data_dir, channel)).unwrap_or_default();
    text.lines()
        .filter(|l| l.starts_with("http"))
        .map(str::to_owned)
        .collect()
}

/// Keeps the addresses of published articles, those of earlier pulls included: what left the list may still be public.
pub(crate) fn keep_pulled(
    data_dir: &Path,
    channel: &str,
    addresses: Vec<String>,
) -> anyhow::Result<usize> {
    let known = pulled(data_dir, channel);
    let mut all = addresses;
    all.extend(known.iter().cloned());
    let mut once = std::collections::HashSet::new();
    all.retain(|a| once.insert(a.clone()));
    let new = all.len() - known.len();
    let file = list(data_dir, channel);
    crate::private::folder(&folder(data_dir))?;
    std::fs::write(&file, all.join("\n") + "\n")
        .with_context(|| format!("写不了 {}", file.display()))?;
    Ok(new)
}

fn folder(data_dir: &Path) -> PathBuf {
    data_dir.join("wechat")
}

fn list(data_dir: &Path, channel: &str) -> PathBuf {
    // A channel id is `[a-z0-9-]+`.
    folder(data_dir).join(format!("{channel}.links"))
}
