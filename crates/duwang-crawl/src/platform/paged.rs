//! List interfaces that are asked page by page, by a parameter `page`.

use super::MAX_NEXT;
use super::sheet::interface;
use url::Url;

/// The request for the first page of such a list.
pub(super) fn first(platform: &str, url: &Url) -> String {
    interface(platform, &with_page(url, 1), "", 2)
}

/// The requests that follow page `page` of such a list: all others at once when the interface said how much there is in all, else the next
/// one. `got` and `size` are entries: what this page held, and what a page holds.
pub(super) fn further(
    platform: &str,
    url: &Url,
    page: usize,
    (total, size, got): (Option<usize>, usize, usize),
) -> Vec<String> {
    let calls = |pages: std::ops::RangeInclusive<usize>| {
        pages
            .map(|p| interface(platform, &with_page(url, p), "", p + 1))
            .collect()
    };
    match (page, total) {
        _ if got == 0 => Vec::new(),
        (1, Some(total)) => calls(2..=total.div_ceil(size).min(MAX_NEXT)),
        (_, Some(_)) => Vec::new(),
        (_, None) => calls(page + 1..=page + 1),
    }
}

/// The same address, asking for another page.
pub(super) fn with_page(url: &Url, page: usize) -> Url {
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(n, _)| n != "page")
        .map(|(n, v)| (n.into_owned(), v.into_owned()))
        .collect();
    let mut next = url.clone();
    next.query_pairs_mut()
        .clear()
        .extend_pairs(pairs)
        .append_pair("page", &page.to_string());
    next
}
