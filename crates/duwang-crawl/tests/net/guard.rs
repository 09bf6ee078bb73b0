//! The guard against a table written a second time, from the registries, as prefixes.

use duwang_crawl::{Ground, Guard, Policy, ground_of};
use proptest::prelude::*;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::Url;

const V4_INSIDE: &[(&str, u32)] = &[
    ("10.0.0.0", 8),
    ("172.16.0.0", 12),
    ("192.168.0.0", 16),
    ("100.64.0.0", 10),
    ("198.18.0.0", 15),
];
const V4_NEVER: &[(&str, u32)] = &[
    ("0.0.0.0", 8),
    ("169.254.0.0", 16),
    ("192.0.0.0", 24),
    ("192.0.2.0", 24),
    ("192.88.99.0", 24),
    ("198.51.100.0", 24),
    ("203.0.113.0", 24),
    ("224.0.0.0", 4),
    ("240.0.0.0", 4),
    ("100.100.100.200", 32),
];
const V6_NEVER: &[(&str, u32)] = &[
    ("2001::", 23),
    ("2001:db8::", 32),
    ("2002::", 16),
    ("3fff::", 20),
    ("fe80::", 10),
    ("fec0::", 10),
    ("ff00::", 8),
    ("fd00:ec2::254", 128),
];

fn in_v4(address: Ipv4Addr, table: &[(&str, u32)]) -> bool {
    table.iter().any(|(prefix, length)| {
        let prefix = u32::from(prefix.parse::<Ipv4Addr>().unwrap());
        u32::from(address) >> (32 - length) == prefix >> (32 - length)
    })
}

fn in_v6(address: Ipv6Addr, prefix: &str, length: u32) -> bool {
    let prefix = u128::from(prefix.parse::<Ipv6Addr>().unwrap());
    u128::from(address) >> (128 - length) == prefix >> (128 - length)
}

/// `p`ublic, `l`oopback, `i`nside, `n`ever.
fn reference(address: IpAddr) -> char {
    match address {
        IpAddr::V4(v4) if in_v4(v4, V4_NEVER) => 'n',
        IpAddr::V4(v4) if v4.is_loopback() => 'l',
        IpAddr::V4(v4) if in_v4(v4, V4_INSIDE) => 'i',
        IpAddr::V4(_) => 'p',
        IpAddr::V6(v6) if v6.is_loopback() => 'l',
        IpAddr::V6(v6) if v6.to_ipv4_mapped().is_some() => {
            reference(v6.to_ipv4_mapped().unwrap().into())
        }
        IpAddr::V6(v6) if in_v6(v6, "64:ff9b::", 96) => {
            let inner = Ipv4Addr::from(u128::from(v6) as u32);
            if reference(inner.into()) == 'p' {
                'p'
            } else {
                'n'
            }
        }
        IpAddr::V6(v6) if V6_NEVER.iter().any(|(p, l)| in_v6(v6, p, *l)) => 'n',
        IpAddr::V6(v6) if in_v6(v6, "fc00::", 7) => 'i',
        IpAddr::V6(v6) if in_v6(v6, "2000::", 3) => 'p',
        IpAddr::V6(_) => 'n',
    }
}

fn word(ground: Ground) -> char {
    match ground {
        Ground::Public => 'p',
        Ground::Loopback => 'l',
        Ground::Private => 'i',
        Ground::Forbidden(_) => 'n',
    }
}

/// Addresses near the borders of the table, where mistakes live.
fn v4() -> impl Strategy<Value = Ipv4Addr> {
    let prefixes: Vec<u32> = V4_INSIDE
        .iter()
        .chain(V4_NEVER)
        .chain(&[("127.0.0.0", 8)])
        .map(|(p, _)| u32::from(p.parse::<Ipv4Addr>().unwrap()))
        .collect();
    let lengths: Vec<u32> = V4_INSIDE.iter().chain(V4_NEVER).map(|(_, l)| *l).collect();
    prop_oneof![
        any::<u32>().prop_map(Ipv4Addr::from),
        (
            prop::sample::select(prefixes),
            prop::sample::select(lengths),
            -2i64..3
        )
            .prop_map(|(p, l, d)| {
                let edge = i64::from(p) + (1i64 << (32 - l)) + d;
                Ipv4Addr::from(edge as u32)
            }),
    ]
}

fn v6() -> impl Strategy<Value = Ipv6Addr> {
    prop_oneof![
        any::<u128>().prop_map(Ipv6Addr::from),
        (0u16..=0xffff, any::<[u16; 7]>())
            .prop_map(|(a, r)| Ipv6Addr::new(a, r[0], r[1], r[2], r[3], r[4], r[5], r[6])),
        v4().prop_map(|v4| v4.to_ipv6_mapped()),
        v4().prop_map(|v4| v4.to_ipv6_compatible()),
        v4().prop_map(|v4| Ipv6Addr::from((0x0064_ff9b_u128 << 96) | u128::from(u32::from(v4)))),
        v4().prop_map(|v4| Ipv6Addr::from(
            (0x2002_u128 << 112) | (u128::from(u32::from(v4)) << 80) | 1
        )),
        (prop::sample::select(V6_NEVER.to_vec()), any::<u64>()).prop_map(|((p, l), low)| {
            let prefix = u128::from(p.parse::<Ipv6Addr>().unwrap());
            Ipv6Addr::from(prefix | (u128::from(low) & (u128::MAX.checked_shr(l).unwrap_or(0))))
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn every_address_stands_where_the_registries_put_it(address in prop_oneof![v4().prop_map(IpAddr::from), v6().prop_map(IpAddr::from)]) {
        prop_assert_eq!(word(ground_of(address)), reference(address), "{}", address);
    }

    #[test]
    fn however_it_is_spelled(address in v4(), spelling in 0..5) {
        let n = u32::from(address);
        let [a, b, c, d] = address.octets();
        let host = match spelling {
            0 => address.to_string(),
            1 => n.to_string(),
            2 => format!("0x{n:x}"),
            3 => format!("0{a:o}.0x{b:x}.{}", u16::from(c) * 256 + u16::from(d)),
            _ => format!("[::ffff:{address}]"),
        };
        let url = Url::parse(&format!("http://{host}/")).unwrap();
        let shy = Guard::new(&Policy::default());
        prop_assert_eq!(shy.check(&url).is_ok(), reference(address.into()) == 'p', "{}", url);
        let at_home = Guard::new(&Policy { allow_private: true, ..Policy::default() });
        prop_assert_eq!(at_home.check(&url).is_ok(), reference(address.into()) != 'n', "{}", url);
    }
}
