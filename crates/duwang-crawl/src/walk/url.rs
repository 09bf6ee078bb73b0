//! One spelling for each page, and keys under which different spellings are the same page.

use crate::wechat_canonical;
use url::Url;

/// [`normalise`] of a URL given as text; what is no URL stays as it is.
pub fn normalised(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), |u| normalise(&u))
}

/// The one spelling of a URL under which a page is remembered. Idempotent.
///
/// Dropped: fragment, default port, user name, `;jsessionid`, tracking and session parameters, empty parameters. Percent-encoding is
/// brought to one form. Kept: scheme, `www.`, index pages, and the order of the query, because on some sites each of them matters;
/// [`same_page`] says which spellings are most likely one page. WeChat articles get their permanent address.
pub fn normalise(url: &Url) -> String {
    if let Some(article) = wechat_canonical(url) {
        return article;
    }
    if is_tidy(url) {
        return url.as_str().to_owned();
    }
    // A removed session id can leave dot segments behind, which parsing folds away: settled after very few rounds.
    let mut settled = rewritten(url);
    for _ in 0..4 {
        let Ok(parsed) = Url::parse(&settled) else {
            break;
        };
        let again = rewritten(&parsed);
        if again == settled {
            break;
        }
        settled = again;
    }
    settled
}

/// A key for spellings that lead to one page: scheme, `www.`, index file and closing slash do not count. Takes normalised URLs.
pub fn same_page(normalised: &str) -> String {
    let rest = normalised
        .split_once("://")
        .map_or(normalised, |(_, rest)| rest);
    let rest = rest.strip_prefix("www.").unwrap_or(rest);
    let (path, query) = rest
        .split_once('?')
        .map_or((rest, None), |(p, q)| (p, Some(q)));
    let folder = match path.rsplit_once('/') {
        Some((folder, file)) if is_index_file(file) => folder,
        _ => path,
    };
    let folder = folder.trim_end_matches('/');
    match query {
        Some(query) => format!("{folder}?{query}"),
        None => folder.to_owned(),
    }
}

/// The identity of a TRS article: host without `www.` and document number. The same article opens under several schemes and folders.
pub fn same_article(url: &Url) -> Option<String> {
    let host = bare_host(url)?;
    let file = url.path().rsplit('/').next()?;
    let (day, number) = file.strip_prefix('t')?.split_once('_')?;
    let digits = number.len()
        - number
            .trim_start_matches(|c: char| c.is_ascii_digit())
            .len();
    (day.len() == 8 && day.bytes().all(|b| b.is_ascii_digit()) && digits > 0)
        .then(|| format!("{host}#{}", &number[..digits]))
}

/// The host without `www.`.
pub(crate) fn bare_host(url: &Url) -> Option<&str> {
    url.host_str().map(|h| h.strip_prefix("www.").unwrap_or(h))
}

/// `index.html`, `default.aspx` and their like.
pub(crate) fn is_index_file(file: &str) -> bool {
    let Some((stem, extension)) = file.split_once('.') else {
        return false;
    };
    (stem.eq_ignore_ascii_case("index") || stem.eq_ignore_ascii_case("default"))
        && matches!(
            extension.to_ascii_lowercase().as_str(),
            "html" | "htm" | "shtml" | "jsp" | "php" | "asp" | "aspx"
        )
}

/// Most addresses have nothing to drop or rewrite, and are met again and again.
fn is_tidy(url: &Url) -> bool {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'-' | b'_');
    url.fragment().is_none()
        && url.query().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && url.host_str().is_some_and(|h| !h.ends_with('.'))
        && url.path().bytes().all(is_plain)
        && !url.path().contains("//")
}

fn rewritten(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    // Both fail only for URLs that cannot have a user name, which therefore have none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    if let Some(host) = url.host_str().and_then(|h| h.strip_suffix('.')) {
        let host = host.to_owned();
        // Refused for a host that is nothing but a dot: then it stays as it was.
        let _ = url.set_host(Some(&host));
    }
    if url.cannot_be_a_base() {
        return url.into();
    }
    let path = tidy_path(url.path());
    url.set_path(&path);
    let query = url.query().map(tidy_query).filter(|q| !q.is_empty());
    url.set_query(query.as_deref());
    url.into()
}

fn tidy_path(path: &str) -> String {
    let path = one_encoding(&without_session(path));
    if path.contains(":/") || !path.contains("//") {
        return path;
    }
    let mut out = String::with_capacity(path.len());
    for c in path.chars() {
        if !(c == '/' && out.ends_with('/')) {
            out.push(c);
        }
    }
    out
}

/// `/list;jsessionid=8A3F.node1/x` without the session.
fn without_session(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for (i, segment) in path.split('/').enumerate() {
        if i > 0 {
            out.push('/');
        }
        let cut = segment
            .to_ascii_lowercase()
            .find(";jsessionid=")
            .unwrap_or(segment.len());
        out.push_str(&segment[..cut]);
    }
    out
}

fn tidy_query(query: &str) -> String {
    let kept: Vec<String> = query
        .split('&')
        .map(|pair| one_encoding(pair.trim_start_matches("amp;")))
        .filter(|pair| !pair.is_empty() && pair != "=" && !is_noise(pair))
        .collect();
    kept.join("&")
}

/// Parameters that say who looks or whence, never what is shown. `sid` is not one: it names the site on gkmlpt.
fn is_noise(pair: &str) -> bool {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = name.to_ascii_lowercase();
    let is_clock = value.len() >= 10 && value.bytes().all(|b| b.is_ascii_digit());
    match name.as_str() {
        "spm" | "jsessionid" | "phpsessid" | "sessionid" | "session_id" | "isappinstalled"
        | "share_token" | "sharetoken" | "gclid" | "fbclid" => true,
        "from" => matches!(
            value,
            "timeline" | "singlemessage" | "groupmessage" | "appmsg"
        ),
        "_" | "_t" | "rnd" | "rand" | "random" | "nocache" => is_clock || value.starts_with("0."),
        _ => name.starts_with("utm_") || name.starts_with("aspsessionid"),
    }
}

/// Percent-encoding in one form: unreserved characters plain, hexadecimal digits in upper case.
fn one_encoding(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let at = bytes.len() - rest.len();
        if c == '%'
            && let Some(byte) = hex_pair(bytes, at + 1)
        {
            let plain = char::from(byte);
            let is_unreserved =
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
            if is_unreserved && !completes_escape(&out, plain) {
                out.push(plain);
            } else {
                out.push_str(&format!("%{byte:02X}"));
            }
            rest = &rest[3..];
            continue;
        }
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// Whether a hexadecimal digit would become part of an escape with a stray `%` before it.
fn completes_escape(out: &str, next: char) -> bool {
    let mut before = out.bytes().rev();
    next.is_ascii_hexdigit()
        && match before.next() {
            Some(b'%') => true,
            Some(digit) => digit.is_ascii_hexdigit() && before.next() == Some(b'%'),
            None => false,
        }
}

fn hex_pair(bytes: &[u8], at: usize) -> Option<u8> {
    let digit = |i: usize| bytes.get(i).and_then(|b| char::from(*b).to_digit(16));
    u8::try_from(digit(at)? * 16 + digit(at + 1)?).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests fail by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn n(url: &str) -> String {
        normalise(&Url::parse(url).unwrap())
    }

    #[test]
    fn noise_goes_and_meaning_stays() {
        assert_eq!(
            n(
                "HTTP://www.Yunxi-Demo.gov.cn:80/tzgg/;jsessionid=8A3F.n1?utm_source=x&b=2&a=1&spm=7#top"
            ),
            "http://www.yunxi-demo.gov.cn/tzgg/?b=2&a=1"
        );
        assert_eq!(
            n("https://a.example/%7Ex/%e4%ba%91/a%2fb?q=%e6&amp;r=1&&"),
            "https://a.example/~x/%E4%BA%91/a%2Fb?q=%E6&r=1"
        );
        assert_eq!(
            n("https://a.example:443//x///y.htm?"),
            "https://a.example/x/y.htm"
        );
        assert_eq!(
            n("http://a.example/gkmlpt/api/all/7?page=1&sid=755041"),
            "http://a.example/gkmlpt/api/all/7?page=1&sid=755041"
        );
        assert_eq!(
            n("http://a.example/x.htm?from=timeline&_=1790000000123"),
            "http://a.example/x.htm"
        );
    }

    #[test]
    fn wechat_articles_have_one_address() {
        assert_eq!(
            n(
                "http://mp.weixin.qq.com/s?mid=2247480001&__biz=MzAwMDAwMDAwMA==&idx=1&sn=0123456789abcdef&chksm=1&scene=27#rd"
            ),
            "https://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&mid=2247480001&idx=1&sn=0123456789abcdef"
        );
    }

    #[test]
    fn index_pages_are_the_folder() {
        let key = |u: &str| same_page(&n(u));
        assert_eq!(
            key("http://www.a.example/tzgg/index.html"),
            key("https://a.example/tzgg/")
        );
        assert_eq!(
            key("http://a.example/tzgg/default.aspx"),
            key("https://a.example/tzgg")
        );
        assert_ne!(
            key("http://a.example/tzgg/index_1.html"),
            key("https://a.example/tzgg/")
        );
        assert_ne!(
            key("http://a.example/list.jsp?a=1"),
            key("https://a.example/list.jsp?a=2")
        );
    }

    #[test]
    fn an_article_is_known_by_its_number() {
        let key = |u: &str| same_article(&Url::parse(u).unwrap());
        assert_eq!(
            key("http://www.a.example/x/202609/t20260918_3400123.htm"),
            key("https://a.example/y/t20260918_3400123.html")
        );
        assert!(key("http://a.example/tzgg/index.html").is_none());
        assert!(key("http://a.example/t2026_x.html").is_none());
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(path in "[a-zA-Z0-9/%;=.:?&#\\\\云 _~-]{0,40}") {
            for start in ["http://a.example/", "https://www.a.example:443/s?", "http://u:p@a.example./x;jsessionid=1/"] {
                if let Ok(url) = Url::parse(&format!("{start}{path}")) {
                    let once = normalise(&url);
                    let again = normalise(&Url::parse(&once).unwrap());
                    prop_assert_eq!(&once, &again);
                }
            }
        }

        #[test]
        fn any_text_that_parses_can_be_normalised(text in "\\PC{0,60}") {
            if let Ok(url) = Url::parse(&text) {
                let once = normalise(&url);
                if let Ok(parsed) = Url::parse(&once) {
                    prop_assert_eq!(normalise(&parsed), once);
                }
            }
        }
    }
}
