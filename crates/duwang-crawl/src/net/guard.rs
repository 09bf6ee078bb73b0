//! Which addresses may be asked at all. Looked at before every request and every redirect, and again for every DNS answer: the
//! connection is made to exactly the addresses that were checked.

use super::policy::Policy;
use super::trouble;
use duwang_model::{Outcome, OutcomeKind};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use url::{Host, Url};

/// What sort of place an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// The open internet.
    Public,
    /// This machine.
    Loopback,
    /// An inside network (RFC 1918, RFC 6598, ULA, benchmarking).
    Private,
    /// Never asked, whatever the settings: link-local, cloud metadata, multicast, documentation, tunnels …; with its name.
    Forbidden(&'static str),
}

/// What sort of place an address is, by the IANA special-purpose registries (RFC 6890 and successors).
pub fn ground_of(address: IpAddr) -> Ground {
    match address {
        IpAddr::V4(v4) => ground_of_v4(v4),
        IpAddr::V6(v6) => ground_of_v6(v6),
    }
}

fn ground_of_v4(address: Ipv4Addr) -> Ground {
    use Ground::{Forbidden, Loopback, Private, Public};
    match address.octets() {
        [0, ..] => Forbidden("本网络地址"),
        [127, ..] => Loopback,
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Private,
        [100, 100, 100, 200] => Forbidden("云主机元数据地址"),
        [100, 64..=127, ..] => Private,
        [169, 254, 169, 254] => Forbidden("云主机元数据地址"),
        [169, 254, ..] => Forbidden("链路本地地址"),
        [192, 0, 0, _] => Forbidden("协议保留地址"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Forbidden("文档示例地址"),
        [192, 88, 99, _] => Forbidden("6to4 中继地址"),
        [198, 18..=19, ..] => Private,
        [224..=239, ..] => Forbidden("组播地址"),
        [255, 255, 255, 255] => Forbidden("广播地址"),
        [240..=255, ..] => Forbidden("保留地址"),
        _ => Public,
    }
}

fn ground_of_v6(address: Ipv6Addr) -> Ground {
    use Ground::{Forbidden, Loopback, Private, Public};
    let [a, b, c, d, e, f, g, h] = address.segments();
    let last = Ipv4Addr::from((u32::from(g) << 16) | u32::from(h));
    match (a, b) {
        (0, 0) if [c, d, e, f, g, h] == [0, 0, 0, 0, 0, 1] => Loopback,
        (0, 0) if [c, d, e, f] == [0, 0, 0, 0xffff] => ground_of_v4(last),
        (0, 0) => Forbidden("IPv4 兼容或保留地址"),
        // NAT64 is the way to IPv4 in IPv6-only networks; nothing inside is reached through it.
        (0x64, 0xff9b) if [c, d, e, f] == [0, 0, 0, 0] => match ground_of_v4(last) {
            Public => Public,
            _ => Forbidden("NAT64 转换的内部地址"),
        },
        (0x64, 0xff9b) => Forbidden("NAT64 本地转换地址"),
        (0x2001, 0x0db8) => Forbidden("文档示例地址"),
        (0x2001, 0..=0x1ff) => Forbidden("协议保留地址（Teredo 等）"),
        (0x2002, _) => Forbidden("6to4 地址"),
        (0x3fff, 0..=0xfff) => Forbidden("文档示例地址"),
        (0xfd00, 0x0ec2) if [c, d, e, f, g, h] == [0, 0, 0, 0, 0, 0x254] => {
            Forbidden("云主机元数据地址")
        }
        (0xfc00..=0xfdff, _) => Private,
        (0xfe80..=0xfebf, _) => Forbidden("链路本地地址"),
        (0xfec0..=0xfeff, _) => Forbidden("站点本地地址"),
        (0xff00..=0xffff, _) => Forbidden("组播地址"),
        (0x2000..=0x3fff, _) => Public,
        _ => Forbidden("未分配的 IPv6 地址"),
    }
}

/// Ports browsers refuse, too: other services that a crafted HTTP request could talk into something.
/// <https://fetch.spec.whatwg.org/#port-blocking>
const BAD_PORTS: &[u16] = &[
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101,
    102, 103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427,
    465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990,
    993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6666,
    6667, 6668, 6669, 6679, 6697, 10080, 11211,
];

/// Judges URLs and addresses.
#[derive(Debug, Clone)]
pub struct Guard {
    allow_private: bool,
    /// Without delay nobody outside may be asked.
    only_private: bool,
    /// The one address a test may play the open internet on.
    #[cfg(test)]
    pub(crate) exempt: Option<IpAddr>,
}

impl Guard {
    /// The guard a policy asks for.
    pub fn new(policy: &Policy) -> Self {
        Self {
            allow_private: policy.allow_private,
            only_private: policy.is_unpaced(),
            #[cfg(test)]
            exempt: None,
        }
    }

    /// Whether a request may be sent to this URL, as far as the URL tells. Names are judged again when they are resolved.
    pub fn check(&self, url: &Url) -> Result<(), Outcome> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused(format!("不是网页地址（{}:）", url.scheme())));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("网址里带有账号口令"));
        }
        if url.port().is_some_and(|p| BAD_PORTS.contains(&p)) {
            return Err(refused("端口不是网站端口"));
        }
        match url.host() {
            Some(Host::Ipv4(v4)) => self.check_address(v4.into()),
            Some(Host::Ipv6(v6)) => self.check_address(v6.into()),
            Some(Host::Domain(name)) if name.trim_end_matches('.').is_empty() => {
                Err(refused("网址没有主机名"))
            }
            Some(Host::Domain(_)) => Ok(()),
            None => Err(refused("网址没有主机名")),
        }
    }

    /// Whether a connection may be made to this address.
    pub fn check_address(&self, address: IpAddr) -> Result<(), Outcome> {
        #[cfg(test)]
        if self.exempt == Some(address) {
            return Ok(());
        }
        match ground_of(address) {
            Ground::Forbidden(name) => Err(refused(format!("{name}一律不访问（{address}）"))),
            Ground::Loopback | Ground::Private if self.allow_private => Ok(()),
            Ground::Loopback => Err(unasked("本机", address)),
            Ground::Private => Err(unasked("内网", address)),
            Ground::Public if self.only_private => Err(refused(format!(
                "不限速只能用于本机或内网主机（{address}）"
            ))),
            Ground::Public => Ok(()),
        }
    }
}

/// Refused because nobody said that it may be asked.
fn unasked(whose: &str, address: IpAddr) -> Outcome {
    refused(format!(
        "{whose}地址 {address}，没有获准访问；确是自己的网站，就加 --allow-private"
    ))
}

fn refused(reason: impl Into<String>) -> Outcome {
    Outcome::new(OutcomeKind::Refused, reason)
}

/// The resolver reqwest connects by: pinned names first, then DNS, and only addresses the guard lets through.
pub(crate) struct GuardedDns {
    pub(crate) guard: Guard,
    pub(crate) pinned: Pinned,
}

/// The fixed address of a name, where it has one.
pub(crate) type Pinned = Arc<dyn Fn(&str) -> Option<IpAddr> + Send + Sync>;

/// Carries the guard's answer, or the DNS trouble, through reqwest's errors.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.reason)]
pub(crate) struct NoAddress(pub(crate) Outcome);

impl Resolve for GuardedDns {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.guard.clone();
        let pinned = self.pinned.clone();
        Box::pin(async move {
            let found = addresses(name.as_str(), &pinned).await?;
            let allowed = allowed(&guard, found)?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

/// Port 0 stands for the port of the URL.
async fn addresses(name: &str, pinned: &Pinned) -> Result<Vec<SocketAddr>, NoAddress> {
    if let Some(address) = pinned(name.trim_end_matches('.')) {
        return Ok(vec![SocketAddr::new(address, 0)]);
    }
    match tokio::net::lookup_host((name, 0)).await {
        Ok(found) => Ok(found.collect()),
        Err(error) => Err(NoAddress(dns_trouble(&error))),
    }
}

fn allowed(guard: &Guard, found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, NoAddress> {
    let mut first_refusal = None;
    let mut allowed = Vec::with_capacity(found.len());
    for address in found {
        match guard.check_address(address.ip()) {
            Ok(()) => allowed.push(address),
            Err(outcome) => {
                first_refusal.get_or_insert(outcome);
            }
        }
    }
    match first_refusal {
        Some(outcome) if allowed.is_empty() => Err(NoAddress(outcome)),
        None if allowed.is_empty() => Err(NoAddress(Outcome::new(
            OutcomeKind::Unreachable,
            "域名没有地址",
        ))),
        _ => Ok(allowed),
    }
}

fn dns_trouble(error: &std::io::Error) -> Outcome {
    if trouble::is_our_own_want(error) {
        return trouble::our_own_want();
    }
    let text = error.to_string();
    let reason = if text.contains("emporary failure") || text.contains("try again") {
        "域名解析暂时失败"
    } else {
        "域名解析失败（域名不存在或未解析）"
    };
    Outcome::new(OutcomeKind::Unreachable, reason)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;

    fn guard(allow_private: bool) -> Guard {
        Guard {
            allow_private,
            only_private: false,
            exempt: None,
        }
    }

    #[test]
    fn mixed_answers_keep_only_what_was_checked() {
        let mixed = vec![
            SocketAddr::from(([10, 0, 0, 1], 0)),
            SocketAddr::from(([93, 184, 216, 34], 0)),
        ];
        let kept = allowed(&guard(false), mixed).unwrap();
        assert_eq!(kept, vec![SocketAddr::from(([93, 184, 216, 34], 0))]);
        let inside = vec![SocketAddr::from(([127, 0, 0, 1], 0))];
        let refusal = allowed(&guard(false), inside.clone()).unwrap_err().0;
        assert_eq!(refusal.kind, OutcomeKind::Refused);
        assert_eq!(allowed(&guard(true), inside).unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_name_that_moves_inside_is_refused_at_the_next_look() {
        let looks = std::sync::atomic::AtomicUsize::new(0);
        let dns = GuardedDns {
            guard: guard(false),
            pinned: Arc::new(move |_| {
                let nth = looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                Some(
                    if nth == 0 {
                        [93, 184, 216, 34]
                    } else {
                        [127, 0, 0, 1]
                    }
                    .into(),
                )
            }),
        };
        let name = || "www.yunxi-demo.gov.cn".parse::<Name>().unwrap();
        assert_eq!(dns.resolve(name()).await.ok().unwrap().count(), 1);
        let refusal = dns.resolve(name()).await.err().unwrap();
        assert!(refusal.to_string().contains("本机地址"), "{refusal}");
    }

    #[test]
    fn every_spelling_of_loopback_is_loopback() {
        for spelling in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f000001/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://127.0.0.1./",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://１２７.０.０.１/",
            "http://0x7f.1/",
        ] {
            let url = Url::parse(spelling).unwrap();
            assert!(guard(false).check(&url).is_err(), "{spelling}");
            assert!(guard(true).check(&url).is_ok(), "{spelling}");
        }
    }

    #[test]
    fn what_is_forbidden_stays_forbidden_with_private_allowed() {
        for spelling in [
            "http://169.254.169.254/latest/meta-data/",
            "http://2852039166/",
            "http://[::ffff:169.254.169.254]/",
            "http://[64:ff9b::a9fe:a9fe]/",
            "http://[64:ff9b::10.0.0.1]/",
            "http://[2002:7f00:1::]/",
            "http://[::127.0.0.1]/",
            "http://[fe80::1]/",
            "http://[fd00:ec2::254]/",
            "http://100.100.100.200/",
            "http://0.0.0.0/",
            "http://0/",
            "http://255.255.255.255/",
            "http://224.0.0.1/",
            "http://[ff02::1]/",
            "http://192.0.2.1/",
            "http://[2001:db8::1]/",
            "http://user:pass@www.example.com/",
            "http://www.example.com:22/",
            "ftp://www.example.com/",
            "file:///etc/passwd",
            "javascript:void(0)",
        ] {
            let url = Url::parse(spelling).unwrap();
            let refusal = guard(true).check(&url).unwrap_err();
            assert_eq!(refusal.kind, OutcomeKind::Refused, "{spelling}");
            assert!(!refusal.reason.is_empty());
        }
    }

    #[test]
    fn public_addresses_pass_and_names_wait_for_dns() {
        for spelling in [
            "http://www.example.gov.cn/",
            "https://www.example.gov.cn:8443/",
            "http://93.184.216.34/",
            "http://[2606:2800:220:1::1]/",
            "http://[64:ff9b::5db8:d822]/",
            "http://172.32.0.1/",
            "http://100.63.0.1/",
        ] {
            assert!(
                guard(false).check(&Url::parse(spelling).unwrap()).is_ok(),
                "{spelling}"
            );
        }
    }

    #[test]
    fn without_delay_the_outside_is_off_limits() {
        let guard = Guard {
            allow_private: true,
            only_private: true,
            exempt: None,
        };
        assert!(guard.check_address([127, 0, 0, 1].into()).is_ok());
        assert!(guard.check_address([93, 184, 216, 34].into()).is_err());
    }
}
