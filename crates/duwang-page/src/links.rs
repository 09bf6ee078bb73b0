//! Addresses made absolute, and what a link is for.

use crate::walk::RawLink;
use duwang_model::{LinkRole, Part};
use url::Url;

/// Makes addresses of one page absolute. Plain addresses, nearly all of a page, take a short way that copies bytes.
pub(crate) struct Resolver {
    base: Option<Url>,
    /// `https://host`.
    origin: String,
    scheme: String,
    /// `/folder/` of the page.
    folder: String,
}

impl Resolver {
    pub(crate) fn new(page: &str, base: Option<&str>) -> Self {
        let page = Url::parse(page).ok();
        let base = match (&page, base) {
            (Some(page), Some(base)) => page.join(base).ok().or_else(|| Some(page.clone())),
            (None, Some(base)) => Url::parse(base).ok(),
            (page, None) => page.clone(),
        }
        .filter(|b| matches!(b.scheme(), "http" | "https" | "file"));
        let origin = base
            .as_ref()
            .map_or_else(String::new, |b| b[..url::Position::BeforePath].to_owned());
        let scheme = base
            .as_ref()
            .map_or_else(String::new, |b| b.scheme().to_owned());
        let folder = base.as_ref().map_or_else(String::new, |b| {
            b.path()[..=b.path().rfind('/').unwrap_or(0)].to_owned()
        });
        Self {
            base,
            origin,
            scheme,
            folder,
        }
    }

    /// The absolute address, or the raw `href` when there is none (`javascript:`, `#`, broken).
    pub(crate) fn absolute(&self, href: &str) -> String {
        if href.is_empty() || href.starts_with('#') || is_script(href) {
            return href.to_owned();
        }
        let (address, fragment) = href.find('#').map_or((href, ""), |at| href.split_at(at));
        if is_plain(fragment.trim_start_matches('#'))
            && let Some(short) = self.short_way(address)
        {
            return match fragment {
                "" => short,
                fragment => short + fragment,
            };
        }
        let joined = match &self.base {
            Some(base) => base.join(href).ok(),
            None => Url::parse(href).ok(),
        };
        joined.map_or_else(|| href.to_owned(), String::from)
    }

    fn short_way(&self, href: &str) -> Option<String> {
        let plain = |text: &str| {
            let climbs = |pair: &[u8]| matches!(pair, [b'/' | b'.', b'.']);
            is_plain(text) && !text.as_bytes().windows(2).any(climbs) && !text.starts_with("./")
        };
        if self.origin.is_empty() || self.scheme == "file" {
            return None;
        }
        if let Some(rest) = href
            .strip_prefix("http://")
            .or_else(|| href.strip_prefix("https://"))
        {
            let host = rest.split('/').next().unwrap_or("");
            let host_is_plain = !host.is_empty()
                && host.bytes().all(|b| {
                    b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-')
                });
            let is_number = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            return (host_is_plain
                && !is_number
                && !host.ends_with('.')
                && rest.len() > host.len()
                && plain(&rest[host.len()..]))
            .then(|| href.to_owned());
        }
        if href.starts_with('/') {
            return (!href.starts_with("//") && plain(href))
                .then(|| [self.origin.as_str(), href].concat());
        }
        let mut rest = href.strip_prefix("./").unwrap_or(href);
        let mut folder = self.folder.as_str();
        while let Some(after) = rest.strip_prefix("../") {
            rest = after;
            folder = folder
                .strip_suffix('/')
                .and_then(|f| f.rfind('/').map(|at| &f[..=at]))
                .unwrap_or("/");
        }
        let starts_plain = rest
            .as_bytes()
            .first()
            .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        (starts_plain && plain(rest) && folder.starts_with('/') && !rest.starts_with('/'))
            .then(|| [self.origin.as_str(), folder, rest].concat())
    }
}

/// Only characters that stand in an address as they are.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b'/' | b'.' | b'_' | b'-' | b'?' | b'=' | b'&' | b'%' | b'~' | b'+' | b','
            )
    })
}

fn is_script(href: &str) -> bool {
    href.get(..11)
        .is_some_and(|h| h.eq_ignore_ascii_case("javascript:"))
}

/// What a link is for, by the part it stands in, its target and its text.
pub(crate) fn role_of(link: &RawLink, part: Part, text: &str, in_list: bool) -> LinkRole {
    if link.hidden {
        return LinkRole::Hidden;
    }
    if part == Part::Footer {
        return LinkRole::Footer;
    }
    if is_pager(text) {
        return LinkRole::Pager;
    }
    if matches!(part, Part::Main | Part::Info) && is_attachment(&link.href) {
        return LinkRole::Attachment;
    }
    match part {
        Part::Main if in_list => LinkRole::Item,
        Part::Main | Part::Info => LinkRole::Content,
        _ => LinkRole::Nav,
    }
}

fn is_pager(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "<>«»‹›[]【】|".contains(c));
    matches!(
        text,
        "上一页"
            | "下一页"
            | "上页"
            | "下页"
            | "首页上一页"
            | "尾页"
            | "末页"
            | "前一页"
            | "后一页"
            | "最后一页"
            | "下一頁"
            | "上一頁"
    ) || (!text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether an address is that of a file, by its extension or the platform's download address.
pub(crate) fn is_attachment(href: &str) -> bool {
    const EXTENSIONS: [&str; 17] = [
        "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps", "et", "dps", "ofd", "zip",
        "rar", "7z", "csv", "txt", "rtf",
    ];
    let path = href.split(['?', '#']).next().unwrap_or("");
    let extension = path.rsplit_once('.').map_or("", |(_, e)| e);
    if extension.len() <= 4 && EXTENSIONS.iter().any(|e| extension.eq_ignore_ascii_case(e)) {
        return true;
    }
    href.contains("ownload")
        && [
            "DownloadAttachUrl",
            "download.jsp",
            "downloadFile",
            "filename=",
        ]
        .iter()
        .any(|w| href.contains(w))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests fail by panicking")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_of_every_shape() {
        let page = Resolver::new("http://www.a.example/x/202609/t1.htm", None);
        for (href, want) in [
            ("./t2.htm", "http://www.a.example/x/202609/t2.htm"),
            ("../a.htm", "http://www.a.example/x/a.htm"),
            ("../../../a.htm", "http://www.a.example/a.htm"),
            ("/a/b.htm?x=1", "http://www.a.example/a/b.htm?x=1"),
            ("//b.example/c", "http://b.example/c"),
            ("https://B.example:443/c", "https://b.example/c"),
            (
                "通知.pdf",
                "http://www.a.example/x/202609/%E9%80%9A%E7%9F%A5.pdf",
            ),
            ("javascript:void(0)", "javascript:void(0)"),
            ("#top", "#top"),
            ("http://[", "http://["),
            ("mailto:a@b.example", "mailto:a@b.example"),
            ("file:///C:/x.doc", "file:///C:/x.doc"),
        ] {
            assert_eq!(page.absolute(href), want);
        }
        let based = Resolver::new("http://www.a.example/x/t1.htm", Some("/y/"));
        assert_eq!(based.absolute("z.htm"), "http://www.a.example/y/z.htm");
        assert_eq!(Resolver::new("", None).absolute("z.htm"), "z.htm");
    }

    #[test]
    fn attachments_by_address() {
        for href in [
            "./P020260918325712345678.docx",
            "/a.PDF?x=1",
            "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&wbfileid=1",
        ] {
            assert!(is_attachment(href), "{href}");
        }
        assert!(!is_attachment("/a.htm") && !is_attachment("http://www.example.com"));
    }

    proptest! {
        #[test]
        fn the_short_way_ends_where_the_long_way_does(href in "(\\.\\./){0,3}(\\./)?(/|http://|https://)?[a-z0-9._/?=&%-]{0,24}(#[a-z0-9./?%-]{0,6}){0,2}") {
            let page = "https://www.a.example/x/y/t1.htm";
            let resolver = Resolver::new(page, None);
            if !href.is_empty() && !href.starts_with('#') {
                let joined = Url::parse(page).unwrap().join(&href).map(String::from);
                prop_assert_eq!(resolver.absolute(&href), joined.unwrap_or(href));
            }
        }
    }
}
