//! Whether a page is one article. Asked before a weak fingerprint or a few dated links make a list of it.

use super::sheet::Sheet;
use super::visible::{is_frame, is_invisible};
use duwang_html::NodeId;

/// Running text that no list page has outside its entries, head and foot, in characters.
const ARTICLE_CHARS: usize = 300;
/// Running text inside a box that platforms use for articles.
const BOX_CHARS: usize = 60;
/// Shorter pieces of text are labels.
const PIECE_CHARS: usize = 15;

pub(super) fn is_article(sheet: &Sheet<'_>) -> bool {
    if is_tagged(sheet) && !is_turned_list(sheet) {
        return true;
    }
    let rows = entry_rows(sheet);
    let root = sheet.tree.root();
    boxes(sheet)
        .iter()
        .any(|b| running_text(sheet, *b, &rows, BOX_CHARS) >= BOX_CHARS)
        || running_text(sheet, root, &rows, ARTICLE_CHARS) >= ARTICLE_CHARS
}

/// The page's tags give it a title of its own and a day. Some lists carry an `ArticleTitle`, too: the column's name.
fn is_tagged(sheet: &Sheet<'_>) -> bool {
    let Some(title) = sheet.meta("articletitle") else {
        return false;
    };
    sheet.meta("pubdate").is_some() && sheet.meta("columnname").is_none_or(|c| c != title)
}

/// Tags are copied wrongly; dated entries with a strip below them are not.
fn is_turned_list(sheet: &Sheet<'_>) -> bool {
    sheet.pager().is_there() && sheet.rows().groups.iter().any(|g| g.dated >= 3 && !g.aside)
}

/// Boxes of articles, by the names the platforms give them.
fn boxes(sheet: &Sheet<'_>) -> Vec<NodeId> {
    const NAMES: &[&str] = &[
        "TRS_Editor",
        "TRS_UEDITOR",
        "UCAP-CONTENT",
        "vsb_content",
        "v_news_content",
        "zoom",
        "fontzoom",
        "js_content",
        "article-content",
        "article_content",
        "barrierfree_container",
    ];
    if !NAMES.iter().any(|n| sheet.holds(n)) {
        return Vec::new();
    }
    let tree = sheet.tree;
    let is_named = |value: &str| {
        value
            .split_ascii_whitespace()
            .any(|v| NAMES.contains(&v) || v.starts_with("vsb_content"))
    };
    tree.descendants(tree.root())
        .filter(|id| {
            ["id", "class"]
                .iter()
                .any(|n| tree.attr(*id, n).is_some_and(is_named))
        })
        .take(5)
        .collect()
}

/// The rows of every group that may be a list, sorted.
fn entry_rows(sheet: &Sheet<'_>) -> Vec<NodeId> {
    let groups = sheet
        .rows()
        .groups
        .iter()
        .filter(|g| g.dated > 1 || g.articles > 1);
    let mut rows: Vec<NodeId> = groups.flat_map(|g| &g.rows).map(|r| r.node).collect();
    rows.sort_unstable();
    rows
}

/// Characters of longer pieces of text below a node, outside entries, links, head and foot, counted up to `enough`.
fn running_text(sheet: &Sheet<'_>, scope: NodeId, rows: &[NodeId], enough: usize) -> usize {
    let tree = sheet.tree;
    let end = tree.end(scope).index();
    let mut at = scope.index() + 1;
    let mut count = 0;
    while at < end && count < enough {
        let Some(id) = tree.node_at(at) else {
            break;
        };
        at += 1;
        if let Some(text) = tree.text(id) {
            let length = text.chars().filter(|c| !c.is_whitespace()).count();
            count += if length >= PIECE_CHARS { length } else { 0 };
        } else if is_beside(sheet, id, rows) {
            at = tree.end(id).index().max(at);
        }
    }
    count
}

/// Whether an element is not part of running text.
fn is_beside(sheet: &Sheet<'_>, id: NodeId, rows: &[NodeId]) -> bool {
    let tree = sheet.tree;
    matches!(
        tree.name(id),
        "a" | "title" | "head" | "textarea" | "button"
    ) || is_invisible(tree, id)
        || rows.binary_search(&id).is_ok()
        || is_frame(tree, id)
}
