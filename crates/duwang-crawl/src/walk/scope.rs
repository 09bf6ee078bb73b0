//! What belongs to a channel: URL prefixes and the hosts they stand on.

use super::url::{bare_host, normalise};
use duwang_model::Channel;
use std::collections::BTreeSet;
use url::Url;

/// The ground a channel may be read on.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Without scheme and `www.`.
    prefixes: Vec<String>,
    hosts: BTreeSet<String>,
}

impl Scope {
    /// The channel's prefixes, or the folder of each entry.
    pub(super) fn of(channel: &Channel) -> Self {
        let mut scope = Self::default();
        let given = channel.scope.iter().filter_map(|p| Url::parse(p).ok());
        let folders = channel
            .entry
            .iter()
            .filter_map(|e| folder(&Url::parse(e).ok()?));
        match channel.scope.is_empty() {
            true => folders.for_each(|url| scope.add(&url)),
            false => given.for_each(|url| scope.add(&url)),
        }
        for url in channel
            .entry
            .iter()
            .chain(channel.columns.iter().map(|c| &c.url))
            .filter_map(|e| Url::parse(e).ok())
        {
            scope.hosts.extend(authority(&url));
        }
        scope
    }

    /// Whether a page belongs to the channel.
    pub(super) fn holds(&self, url: &Url) -> bool {
        let Some(key) = key(url) else {
            return false;
        };
        self.prefixes.iter().any(|prefix| {
            key.strip_prefix(prefix.as_str()).is_some_and(|rest| {
                // `…/qingshi` holds `…/qingshi/x` but not `…/qingshi2`.
                prefix.ends_with('/') || rest.is_empty() || rest.starts_with(['/', '?', '.', '_'])
            }) || prefix.strip_suffix('/') == Some(key.as_str())
        })
    }

    /// Whether a page stands on a host of the channel.
    pub(super) fn is_on_host(&self, url: &Url) -> bool {
        authority(url).is_some_and(|a| self.hosts.contains(&a))
    }

    fn add(&mut self, url: &Url) {
        self.hosts.extend(authority(url));
        self.prefixes.extend(key(url));
    }
}

fn folder(entry: &Url) -> Option<Url> {
    let mut url = entry.clone();
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().to_owned();
    let (folder, file) = path.rsplit_once('/')?;
    // An entry such as `/xxgk/zn` names a folder, `/xxgk/index.html` stands in one.
    if file.contains('.') || file.is_empty() {
        url.set_path(&format!("{folder}/"));
    } else {
        url.set_path(&format!("{path}/"));
    }
    Some(url)
}

fn key(url: &Url) -> Option<String> {
    let normalised = normalise(url);
    let rest = normalised
        .strip_prefix("http://")
        .or_else(|| normalised.strip_prefix("https://"))?;
    Some(rest.strip_prefix("www.").unwrap_or(rest).to_owned())
}

/// Host without `www.`, and the port where one is written.
fn authority(url: &Url) -> Option<String> {
    let host = bare_host(url)?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn scope(prefix: &str) -> Scope {
        let mut scope = Scope::default();
        scope.add(&Url::parse(prefix).unwrap());
        scope
    }

    #[test]
    fn a_prefix_ends_at_a_folder() {
        let at = |s: &Scope, u: &str| s.holds(&Url::parse(u).unwrap());
        let qingshi = scope("https://www.yunxi-demo.gov.cn/qingshi");
        for inside in [
            "http://yunxi-demo.gov.cn/qingshi/gzdt/",
            "https://www.yunxi-demo.gov.cn/qingshi",
            "https://www.yunxi-demo.gov.cn/qingshi?x=1",
        ] {
            assert!(at(&qingshi, inside), "{inside}");
        }
        for outside in [
            "https://www.yunxi-demo.gov.cn/qingshi2/",
            "https://www.yunxi-demo.gov.cn/",
            "https://other.example/qingshi/",
            "ftp://yunxi-demo.gov.cn/qingshi/",
        ] {
            assert!(!at(&qingshi, outside), "{outside}");
        }
        assert!(at(&scope("https://a.example/x/"), "https://a.example/x"));
        assert!(!at(&scope("http://127.0.0.1:81/"), "http://127.0.0.1:82/"));
    }

    #[test]
    fn the_default_is_the_folder_of_the_entry() {
        let of = |e: &str| folder(&Url::parse(e).unwrap()).unwrap().to_string();
        assert_eq!(
            of("http://a.example/q/index.html?x#y"),
            "http://a.example/q/"
        );
        assert_eq!(of("http://a.example/q/"), "http://a.example/q/");
        assert_eq!(of("http://a.example/xxgk/zn"), "http://a.example/xxgk/zn/");
    }
}
