//! Where a redirect points, and the little memory that a chain of redirects needs.

use std::collections::HashSet;
use url::Url;

/// The target of a `Location` header. Bytes that are not ASCII (sites write GBK or UTF-8 paths as they are) are sent back as
/// they came, percent-encoded: only the server knows what they mean.
pub(crate) fn target(base: &Url, location: &[u8]) -> Option<Url> {
    let mut ascii = String::with_capacity(location.len());
    for byte in location.trim_ascii() {
        match byte {
            b' ' => ascii.push_str("%20"),
            0x21..=0x7e => ascii.push(char::from(*byte)),
            0x80.. => ascii.push_str(&format!("%{byte:02X}")),
            _ => {}
        }
    }
    if ascii.is_empty() {
        return None;
    }
    let mut url = base.join(&ascii).ok()?;
    url.set_fragment(None);
    Some(url)
}

/// One chain of redirects: finds loops, and carries the cookies set on the way, because many sites set one and redirect to the
/// same page. They are forgotten when the visit ends.
#[derive(Default)]
pub(crate) struct Chain {
    seen: HashSet<(String, String)>,
    cookies: Vec<Cookie>,
}

struct Cookie {
    host: String,
    name: String,
    value: String,
}

/// More or longer cookies are not kept: a chain needs one or two.
const MOST_COOKIES: usize = 30;
const LONGEST_COOKIE: usize = 4096;

impl Chain {
    /// Enters a URL; `false` when the chain was there before with the same cookies.
    pub(crate) fn enter(&mut self, url: &Url) -> bool {
        self.seen
            .insert((url.as_str().to_owned(), self.cookies_for(url)))
    }

    /// The `Cookie` header for a URL; empty when there is none.
    pub(crate) fn cookies_for(&self, url: &Url) -> String {
        let host = url.host_str().unwrap_or_default();
        let pairs: Vec<_> = self
            .cookies
            .iter()
            .filter(|c| c.host == host)
            .map(|c| format!("{}={}", c.name, c.value))
            .collect();
        pairs.join("; ")
    }

    /// Takes one `Set-Cookie` value.
    pub(crate) fn keep(&mut self, url: &Url, set_cookie: &str) {
        let pair = set_cookie.split(';').next().unwrap_or_default();
        let Some((name, value)) = pair.split_once('=') else {
            return;
        };
        let (name, value) = (name.trim(), value.trim());
        let host = url.host_str().unwrap_or_default();
        if name.is_empty() || pair.len() > LONGEST_COOKIE {
            return;
        }
        self.cookies.retain(|c| c.host != host || c.name != name);
        if self.cookies.len() < MOST_COOKIES {
            self.cookies.push(Cookie {
                host: host.to_owned(),
                name: name.to_owned(),
                value: value.to_owned(),
            });
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn locations_of_every_sort() {
        let base = Url::parse("http://www.yunxi-demo.gov.cn/a/b.html?x=1").unwrap();
        let to = |l: &[u8]| target(&base, l).map(String::from);
        let at = |p: &str| Some(format!("http://www.yunxi-demo.gov.cn{p}"));
        assert_eq!(to(b"c.html#top"), at("/a/c.html"));
        assert_eq!(to(b"  /d e "), at("/d%20e"));
        assert_eq!(
            to(b"//m.yunxi-demo.gov.cn/"),
            Some("http://m.yunxi-demo.gov.cn/".into())
        );
        assert_eq!(to("/公告".as_bytes()), at("/%E5%85%AC%E5%91%8A"));
        assert_eq!(to(b"/\xb9\xab\xb8\xe6.html"), at("/%B9%AB%B8%E6.html")); // 公告 in GBK
        assert_eq!(to(b""), None);
        assert_eq!(to(b"http://"), None);
        assert_eq!(
            to(b"javascript:alert(1)"),
            Some("javascript:alert(1)".into())
        );
    }

    #[test]
    fn the_same_page_with_a_new_cookie_is_no_loop() {
        let url = Url::parse("http://www.yunxi-demo.gov.cn/").unwrap();
        let mut chain = Chain::default();
        assert!(chain.enter(&url));
        chain.keep(&url, "sid=1; Path=/; HttpOnly");
        assert!(chain.enter(&url));
        assert_eq!(chain.cookies_for(&url), "sid=1");
        chain.keep(&url, "sid=1");
        assert!(!chain.enter(&url));
        let other = Url::parse("http://other-demo.gov.cn/").unwrap();
        assert_eq!(chain.cookies_for(&other), "");
    }

    proptest! {
        #[test]
        fn any_location_is_some_place_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..60), start in prop::sample::select(vec!["", "/", "//", "http://", "?", "http:[", "\\\\"])) {
            let base = Url::parse("http://www.yunxi-demo.gov.cn/a/").unwrap();
            let location = [start.as_bytes(), &bytes].concat();
            if let Some(url) = target(&base, &location) {
                prop_assert!(url.as_str().is_ascii());
                prop_assert_eq!(url.fragment(), None);
            }
            let mut chain = Chain::default();
            chain.keep(&base, &String::from_utf8_lossy(&bytes));
            chain.cookies_for(&base);
        }
    }
}
