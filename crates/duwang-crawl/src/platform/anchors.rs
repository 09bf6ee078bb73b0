//! The links of a page: where they lead and what they are called.

use super::date;
use super::visible::{one_line, segments};
use chrono::NaiveDate;
use duwang_html::{NodeId, Tree};
use url::Url;

/// A link of the page (or something that acts as one by its `onclick`).
#[derive(Debug)]
pub(super) struct Anchor {
    pub(super) node: NodeId,
    /// `None`: it leads nowhere one could follow (`javascript:void(0)`).
    pub(super) url: Option<Url>,
    /// Its visible words.
    pub(super) text: String,
    /// Words and title attribute joined to the best title.
    pub(super) title: String,
    /// A date inside the anchor.
    pub(super) date: Option<NaiveDate>,
}

/// Every link of a page, in order.
pub(super) fn anchors(tree: &Tree, base: &Url) -> Vec<Anchor> {
    let mut out: Vec<Anchor> = Vec::new();
    for node in tree.descendants(tree.root()) {
        let is_link = match tree.name(node) {
            "a" => tree.attr(node, "href").is_some() || tree.attr(node, "onclick").is_some(),
            "li" | "div" | "tr" | "p" | "span" | "td" => tree
                .attr(node, "onclick")
                .is_some_and(|s| address_in_script(s).is_some()),
            _ => false,
        };
        if is_link {
            out.push(anchor(tree, node, base));
        }
    }
    out
}

/// `<option value="../sjj/">市审计局</option>`.
pub(super) fn options(tree: &Tree, base: &Url) -> Vec<(Url, String)> {
    tree.descendants(tree.root())
        .filter(|id| tree.name(*id) == "option")
        .filter_map(|id| {
            let value = tree.attr(id, "value")?.trim();
            let url = value.contains('/').then(|| base.join(value).ok())??;
            Some((url, one_line(&tree.inner_text(id))))
        })
        .filter(|(url, _)| matches!(url.scheme(), "http" | "https"))
        .collect()
}

/// The page's `<base href>`, else its own address.
pub(super) fn base_of(tree: &Tree, html: &str, url: &Url) -> Url {
    if memchr::memmem::find(html.as_bytes(), b"<base").is_none()
        && memchr::memmem::find(html.as_bytes(), b"<BASE").is_none()
    {
        return url.clone();
    }
    tree.first("base[href]")
        .and_then(|id| tree.attr(id, "href"))
        .and_then(|href| url.join(href.trim()).ok())
        .unwrap_or_else(|| url.clone())
}

/// The address an element leads to, by `href` or by the first address named in its `onclick`.
fn target(tree: &Tree, node: NodeId, base: &Url) -> Option<Url> {
    let href = tree.attr(node, "href").map(str::trim).unwrap_or("");
    let is_dead = href.is_empty() || href.starts_with('#') || is_script(href);
    let address = if is_dead {
        tree.attr(node, "onclick")
            .and_then(address_in_script)
            .or_else(|| is_script(href).then(|| address_in_script(href)).flatten())
            .or_else(|| {
                tree.attr(node, "data-href")
                    .or_else(|| tree.attr(node, "data-url"))
                    .map(str::trim)
            })?
    } else {
        href
    };
    base.join(address)
        .ok()
        .filter(|u| matches!(u.scheme(), "http" | "https"))
}

fn is_script(href: &str) -> bool {
    href.get(..11)
        .is_some_and(|s| s.eq_ignore_ascii_case("javascript:"))
}

/// `jumpToDetail('./202609/t20260918_1.html')`, `window.open("x.htm")`, `location.href='/a/'`: the first quoted address.
fn address_in_script(script: &str) -> Option<&str> {
    let mut rest = script;
    while let Some(open) = rest.find(['\'', '"']) {
        let quote = &rest[open..=open];
        let inside = &rest[open + 1..];
        let close = inside.find(quote)?;
        let word = inside[..close].trim();
        let is_address = word.starts_with("http")
            || word.starts_with("./")
            || word.starts_with("../")
            || word.starts_with('/') && word.len() > 1
            || word.contains(".htm")
            || word.contains(".shtml")
            || word.contains(".jsp");
        if is_address && !word.contains(char::is_whitespace) {
            return Some(word);
        }
        rest = &inside[close + 1..];
    }
    None
}

fn anchor(tree: &Tree, node: NodeId, base: &Url) -> Anchor {
    let mut words = String::new();
    let mut found = None;
    for segment in segments(tree, node, tree.end(node)).take(40) {
        match date::whole(segment) {
            Some(day) if found.is_none() => found = Some(day),
            _ => {
                if !words.is_empty() {
                    words.push(' ');
                }
                words.push_str(segment);
            }
        }
    }
    let mut text = one_line(&words);
    if found.is_none()
        && let Some((before, day)) = date::at_end(&text)
    {
        found = Some(day);
        text = before.to_owned();
    }
    let title = best_title(tree, node, &text);
    Anchor {
        node,
        url: target(tree, node, base),
        text,
        title,
        date: found,
    }
}

fn best_title(tree: &Tree, node: NodeId, text: &str) -> String {
    let attribute = tree.attr(node, "title").map(one_line).unwrap_or_default();
    let bare = text.trim_start_matches(['·', '•', '▪', '■', '>', '»', '*', ' ', '\u{a0}']);
    let kept = bare.trim_end_matches(['…', '.', ' ']);
    let is_cut = kept.len() < bare.len() && (bare.ends_with('…') || bare.ends_with("..."));
    let agrees = !attribute.is_empty()
        && attribute.starts_with(
            kept.get(..kept.len().min(12))
                .filter(|k| !k.is_empty())
                .unwrap_or(kept),
        );
    let is_longer = attribute.chars().count() > bare.chars().count();
    if !attribute.is_empty()
        && (bare.is_empty() || is_cut || is_longer && (agrees || attribute.contains(kept)))
    {
        return attribute;
    }
    if bare.is_empty() {
        return picture_words(tree, node);
    }
    bare.to_owned()
}

fn picture_words(tree: &Tree, node: NodeId) -> String {
    tree.descendants(node)
        .filter(|id| tree.name(*id) == "img")
        .find_map(|id| {
            tree.attr(id, "alt")
                .or_else(|| tree.attr(id, "title"))
                .map(one_line)
                .filter(|t| !t.is_empty())
        })
        .unwrap_or_default()
}
