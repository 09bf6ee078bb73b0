//! Keys: parts closed by a zero byte, in an order that is the order of the parts. Two bytes are escaped, so that no outside text
//! can forge a boundary.

use duwang_model::Finding;
use sha2::{Digest, Sha256};

/// URLs longer than this are cut and told apart by their hash: long keys make every node of a tree heavy.
const LONGEST_URL: usize = 800;

pub(crate) fn scan(id: &str) -> Vec<u8> {
    join(&[id])
}

pub(crate) fn frontier_of(scan: &str) -> Vec<u8> {
    join(&[scan])
}

pub(crate) fn frontier_of_channel(scan: &str, channel: &str) -> Vec<u8> {
    join(&[scan, channel])
}

pub(crate) fn frontier(scan: &str, channel: &str, url: &str) -> Vec<u8> {
    join(&[scan, channel, &bounded(url)])
}

pub(crate) fn pages_of(channel: &str) -> Vec<u8> {
    join(&[channel])
}

pub(crate) fn page(channel: &str, url: &str) -> Vec<u8> {
    join(&[channel, &bounded(url)])
}

pub(crate) fn finding(fingerprint: &str) -> Vec<u8> {
    fingerprint.as_bytes().to_vec()
}

pub(crate) fn notes_of(kind: &str) -> Vec<u8> {
    join(&[kind])
}

pub(crate) fn note(kind: &str, key: &str) -> Vec<u8> {
    join(&[kind, key])
}

/// Kind and key of a note.
pub(crate) fn read_note(key: &[u8]) -> Option<(String, String)> {
    let (parts, _) = split(key, 2)?;
    <[String; 2]>::try_from(parts)
        .ok()
        .map(|[kind, key]| (kind, key))
}

/// The log a key of an entry belongs to.
pub(crate) fn read_log(key: &[u8]) -> Option<String> {
    split(key, 1)?.0.pop()
}

pub(crate) fn log_of(log: &str) -> Vec<u8> {
    join(&[log])
}

pub(crate) fn log_entry(log: &str, number: u64) -> Vec<u8> {
    let mut key = join(&[log]);
    key.extend_from_slice(&number.to_be_bytes());
    key
}

/// The key in [`crate::tables::Table::ByPage`].
pub(crate) fn by_page(finding: &Finding) -> Vec<u8> {
    let mut key = page(&finding.channel, finding.url());
    key.extend_from_slice(finding.fingerprint.as_bytes());
    key
}

/// The fingerprint at the end of a `by_page` key.
pub(crate) fn fingerprint_of_by_page(key: &[u8]) -> Option<String> {
    let (_, rest) = split(key, 2)?;
    String::from_utf8(rest.to_vec()).ok()
}

/// The key in [`crate::tables::Table::Listing`]: the order findings are listed in.
pub(crate) fn listing(finding: &Finding) -> Vec<u8> {
    let mut key = join(&[
        &finding.unit,
        &finding.channel,
        &finding.hit.rule,
        &bounded(finding.url()),
    ]);
    key.extend_from_slice(&start(finding).to_be_bytes());
    key.extend_from_slice(finding.fingerprint.as_bytes());
    key
}

/// What a listing key says.
pub(crate) struct Listed {
    pub(crate) unit: String,
    pub(crate) channel: String,
    pub(crate) rule: String,
    pub(crate) fingerprint: String,
}

pub(crate) fn read_listing(key: &[u8]) -> Option<Listed> {
    let (parts, rest) = split(key, 4)?;
    let [unit, channel, rule, _url] = <[String; 4]>::try_from(parts).ok()?;
    let fingerprint = String::from_utf8(rest.get(8..)?.to_vec()).ok()?;
    Some(Listed {
        unit,
        channel,
        rule,
        fingerprint,
    })
}

/// A prefix of listing keys.
pub(crate) fn listing_of(parts: &[&str]) -> Vec<u8> {
    join(parts)
}

/// Where the fault starts; what has no place comes first.
pub(crate) fn start(finding: &Finding) -> u64 {
    finding
        .hit
        .span
        .map_or(0, |span| (span.start as u64).saturating_add(1))
}

/// An address as it stands in keys: cut when it is overlong, and told apart by its hash.
pub(crate) fn bounded(url: &str) -> std::borrow::Cow<'_, str> {
    if url.len() <= LONGEST_URL {
        return url.into();
    }
    let mut cut = LONGEST_URL;
    while !url.is_char_boundary(cut) {
        cut -= 1;
    }
    let hash = Sha256::digest(url.as_bytes());
    let hex: String = hash.iter().map(|b| format!("{b:02x}")).collect();
    format!("{}…{hex}", &url[..cut]).into()
}

fn join(parts: &[&str]) -> Vec<u8> {
    let mut key = Vec::with_capacity(parts.iter().map(|p| p.len() + 1).sum());
    for part in parts {
        for &byte in part.as_bytes() {
            match byte {
                0 => key.extend_from_slice(&[1, 1]),
                1 => key.extend_from_slice(&[1, 2]),
                _ => key.push(byte),
            }
        }
        key.push(0);
    }
    key
}

/// The first `count` parts and what follows them.
fn split(key: &[u8], count: usize) -> Option<(Vec<String>, &[u8])> {
    let mut parts = Vec::with_capacity(count);
    let mut rest = key;
    for _ in 0..count {
        let end = rest.iter().position(|&b| b == 0)?;
        parts.push(unescape(&rest[..end])?);
        rest = &rest[end + 1..];
    }
    Some((parts, rest))
}

fn unescape(part: &[u8]) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.iter();
    while let Some(&byte) = rest.next() {
        bytes.push(match byte {
            1 => rest.next()?.checked_sub(1)?,
            _ => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "tests fail by panicking"
    )]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_keep_the_order_of_their_parts_and_come_apart_again(
            a in prop::collection::vec("[\u{0}\u{1}\u{2}a-c中]{0,4}", 3),
            b in prop::collection::vec("[\u{0}\u{1}\u{2}a-c中]{0,4}", 3),
        ) {
            let refs = |v: &[String]| join(&v.iter().map(String::as_str).collect::<Vec<_>>());
            prop_assert_eq!(refs(&a).cmp(&refs(&b)), a.cmp(&b));
            let key = refs(&a);
            let (parts, rest) = split(&key, 3).unwrap();
            prop_assert_eq!(parts, a);
            prop_assert!(rest.is_empty());
        }
    }

    #[test]
    fn overlong_urls_stay_apart() {
        let long = format!("http://a.example/{}", "长".repeat(2000));
        let other = format!("{long}x");
        assert!(page("c", &long).len() < 1000);
        assert_ne!(page("c", &long), page("c", &other));
    }
}
