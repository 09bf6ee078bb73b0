//! What of a page a reader would see, and in which part.

use duwang_html::{NodeId, Tree};

/// The short visible texts of the nodes `from..end`, trimmed, scripts and hidden parts left out.
pub(super) fn segments(
    tree: &Tree,
    from: NodeId,
    end: NodeId,
) -> impl Iterator<Item = &str> + Clone {
    let mut skip_to = from.index();
    (from.index()..end.index()).filter_map(move |index| {
        let id = tree.node_at(index).filter(|_| index >= skip_to)?;
        if is_invisible(tree, id) && id != from {
            skip_to = tree.end(id).index();
            return None;
        }
        tree.text(id).map(str::trim).filter(|t| !t.is_empty())
    })
}

/// Left out by every reader: scripts, styles, hidden elements.
pub(super) fn is_invisible(tree: &Tree, id: NodeId) -> bool {
    match tree.name(id) {
        "" => false,
        "script" | "style" | "noscript" | "template" | "select" => true,
        _ => {
            tree.attr(id, "hidden").is_some()
                || tree.attr(id, "style").is_some_and(|s| {
                    let s = s.to_ascii_lowercase();
                    s.contains("display:none") || s.contains("display: none")
                })
        }
    }
}

/// Navigation, head or foot of the page, by tag or by the words of its class and id.
pub(super) fn is_frame(tree: &Tree, id: NodeId) -> bool {
    const WORDS: &[&str] = &[
        "nav",
        "navbar",
        "menu",
        "submenu",
        "header",
        "footer",
        "foot",
        "crumb",
        "crumbs",
        "breadcrumb",
        "breadcrumbs",
        "position",
        "pagination",
        "pager",
        "topbar",
    ];
    match tree.name(id) {
        "nav" | "header" | "footer" => true,
        "" | "html" | "body" => false,
        _ => has_token(tree, id, WORDS),
    }
}

/// Whether a word of its class or id is one of these.
pub(super) fn has_token(tree: &Tree, id: NodeId, words: &[&str]) -> bool {
    ["class", "id"]
        .iter()
        .filter_map(|name| tree.attr(id, name))
        .any(|value| {
            value
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|token| words.iter().any(|w| token.eq_ignore_ascii_case(w)))
        })
}

/// Runs of blanks and line breaks as one blank.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
