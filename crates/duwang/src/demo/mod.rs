//! 云溪市: a bundled city that exists only on loopback addresses, so that the whole of duwang can be tried without touching anybody's site.
//!
//! ```text
//! seeds/demo/units/*.toml ─▶ site ─▶ resources ─▶ serve      one address per host, one port
//!            designs/*.html ──┘ │
//!            filler.toml ─ filler
//! seeds/demo/changes.toml ─ how some pages read in the two weeks before
//! seeds/demo/units.toml, expected.jsonl ─ the units file and what a scan must find in the city
//! ```
//!
//! Start at [`City`]. Everything the city shows is data; this module only plays the platforms: how they number their list pages, which
//! interfaces they answer on, and how their servers misbehave.

mod changes;
mod data;
mod expected;
mod files;
mod filler;
pub(crate) mod history;
mod markup;
mod office;
mod paging;
mod serve;
mod site;
#[cfg(test)]
mod tests;
mod wechat;

pub(crate) use data::FileData;
pub use expected::Expected;
pub(crate) use files::make as file_bytes;

use anyhow::Context as _;
use chrono::{DateTime, TimeZone as _, Utc};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Every host of the city, in the order of its loopback address from 127.0.0.2 on. The name is its placeholder in the data: `{trs}`.
const HOSTS: [&str; 14] = [
    "portal", "trs", "jcms", "gkmlpt", "jpaas", "ucap", "vsb", "table", "card", "nfcms", "wx",
    "wxcheck", "game", "guard",
];

/// How often an unlucky choice of port is tried anew on all addresses.
const PORT_TRIES: usize = 20;

/// A running city. Stops when dropped at the latest with the runtime; [`City::stop`] waits for open answers.
pub struct City {
    places: HashMap<&'static str, String>,
    addresses: HashMap<&'static str, SocketAddr>,
    hosts: HashMap<&'static str, Arc<serve::Host>>,
    requests: Arc<AtomicU64>,
    stop: watch::Sender<bool>,
    servers: Vec<JoinHandle<()>>,
}

impl City {
    /// Opens the city on loopback addresses; `None` takes a free port.
    pub async fn start(port: Option<u16>) -> anyhow::Result<Self> {
        let listeners = listen(port).await?;
        let addresses: HashMap<_, _> = listeners
            .iter()
            .map(|(host, l)| Ok((*host, l.local_addr()?)))
            .collect::<anyhow::Result<_>>()?;
        let places: HashMap<_, _> = addresses
            .iter()
            .map(|(host, at)| (*host, format!("http://{at}")))
            .collect();
        let mut sites = site::build_all(&places, crate::clock::day(Self::now()))?;
        let requests = Arc::new(AtomicU64::new(0));
        let (stop, stopped) = watch::channel(false);
        let mut hosts = HashMap::new();
        let mut servers = Vec::new();
        for (host, listener) in listeners {
            let site = sites.remove(host).unwrap_or_default();
            let served = Arc::new(serve::Host::new(site, Arc::clone(&requests)));
            let router = serve::router(Arc::clone(&served));
            hosts.insert(host, served);
            servers.push(tokio::spawn(run(listener, router, stopped.clone())));
        }
        Ok(Self {
            places,
            addresses,
            hosts,
            requests,
            stop,
            servers,
        })
    }

    /// What [`City::start`] needs to open it at the same addresses again.
    pub fn port(&self) -> u16 {
        self.addresses.get(HOSTS[0]).map_or(0, SocketAddr::port)
    }

    /// The units file of the city with its real addresses filled in.
    pub fn units_toml(&self) -> String {
        site::fill(&data::text("units.toml").unwrap_or_default(), &self.places)
    }

    /// The clock of the city: 2026-09-23 20:00 in Shanghai. Everything in it is dated relative to this moment.
    pub fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 9, 23, 12, 0, 0)
            .single()
            .unwrap_or_default()
    }

    /// Lets the city be as it was at an earlier moment: what is dated later is not there, and some pages read otherwise.
    pub(crate) fn turn(&self, to: DateTime<Utc>) -> anyhow::Result<()> {
        let mut sites = site::build_all(&self.places, crate::clock::day(to))?;
        for (name, host) in &self.hosts {
            host.show(sites.remove(*name).unwrap_or_default());
        }
        Ok(())
    }

    /// Lets the city show once again what it shows only once: an answer that fails the first time.
    pub fn refresh(&self) {
        self.hosts.values().for_each(|host| host.refresh());
    }

    /// Addresses of articles that are published only after a moment: nobody could have listed them yet.
    pub(crate) fn to_come(&self, at: DateTime<Utc>) -> anyhow::Result<Vec<String>> {
        wechat::to_come(&self.places, crate::clock::day(at))
    }

    /// Host names of the city and where they are; for the crawler's resolver.
    pub fn resolve(&self) -> HashMap<String, IpAddr> {
        self.addresses
            .iter()
            .map(|(host, at)| (format!("{host}.yunxi-demo.gov.cn"), at.ip()))
            .collect()
    }

    /// What a scan of the city must find and must leave alone. URLs carry placeholders; [`City::fill`] makes them real.
    pub fn expected() -> Vec<Expected> {
        expected::read(&data::text("expected.jsonl").unwrap_or_default())
    }

    /// Puts the real address of each host where a text has its placeholder: `{trs}/xxgk/` becomes `http://127.0.0.3:8001/xxgk/`.
    pub fn fill(&self, text: &str) -> String {
        site::fill(text, &self.places)
    }

    /// How many requests the city has answered.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Closes the city; answers under way get two seconds.
    pub async fn stop(self) {
        // Nobody listening any more is as good as stopped.
        let _ = self.stop.send(true);
        for mut server in self.servers {
            if tokio::time::timeout(Duration::from_secs(2), &mut server)
                .await
                .is_err()
            {
                server.abort();
            }
        }
    }
}

async fn run(listener: TcpListener, router: axum::Router, mut stopped: watch::Receiver<bool>) {
    let until = async move {
        // A dropped sender means the city is gone as well.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    if let Err(error) = axum::serve(listener, router)
        .with_graceful_shutdown(until)
        .await
    {
        tracing::warn!(%error, "样例城市的一个站点停止了");
    }
}

/// One listener per host: distinct addresses of 127.0.0.0/8 with one port, or, where the system has only 127.0.0.1, distinct ports.
async fn listen(port: Option<u16>) -> anyhow::Result<Vec<(&'static str, TcpListener)>> {
    for _ in 0..PORT_TRIES {
        match listen_on_addresses(port.unwrap_or(0)).await {
            Ok(listeners) => return Ok(listeners),
            Err(error) if error.kind() == std::io::ErrorKind::AddrNotAvailable => {
                return listen_on_ports(port).await;
            }
            Err(error) if port.is_some() => {
                return Err(error)
                    .with_context(|| format!("样例城市占不到端口 {}", port.unwrap_or(0)));
            }
            Err(_) => {}
        }
    }
    anyhow::bail!("样例城市找不到一个各地址都空闲的端口")
}

async fn listen_on_addresses(port: u16) -> std::io::Result<Vec<(&'static str, TcpListener)>> {
    let mut port = port;
    let mut listeners = Vec::new();
    for (host, last) in HOSTS.into_iter().zip(2u8..) {
        let listener = TcpListener::bind((Ipv4Addr::new(127, 0, 0, last), port)).await?;
        port = listener.local_addr()?.port();
        listeners.push((host, listener));
    }
    Ok(listeners)
}

async fn listen_on_ports(port: Option<u16>) -> anyhow::Result<Vec<(&'static str, TcpListener)>> {
    let mut listeners = Vec::new();
    for (host, step) in HOSTS.into_iter().zip(0u16..) {
        let wanted = port.map_or(0, |p| p.saturating_add(step));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, wanted)).await;
        listeners.push((
            host,
            listener.with_context(|| format!("样例城市占不到端口 {wanted}"))?,
        ));
    }
    Ok(listeners)
}
