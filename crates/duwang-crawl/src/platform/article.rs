//! Whether a page is one article. Asked before a weak fingerprint or a few dated links make a list of it.

use super::rows::one_line;
use super::sheet::Sheet;
use duwang_html::NodeId;

/// Running text that no list page has outside its entries, in characters.
const ARTICLE_CHARS: usize = 250;

pub(super) fn is_article(sheet: &Sheet<'_>) -> bool {
    const BOXES: &[&str] = &[
        "TRS_Editor",
        "TRS_UEDITOR",
        "UCAP-CONTENT",
        "vsb_content",
        "v_news_content",
        "\"zoom\"",
        "fontzoom",
        "js_content",
        "article-content",
        "barrierfree_container",
    ];
    let has_box = BOXES.iter().any(|b| sheet.holds(b));
    if is_tagged(sheet) {
        return true;
    }
    let limit = if has_box {
        ARTICLE_CHARS / 5
    } else {
        ARTICLE_CHARS
    };
    running_text(sheet, limit) >= limit
}

/// Characters of paragraphs that stand outside the rows of any dated group, counted up to `enough`.
fn running_text(sheet: &Sheet<'_>, enough: usize) -> usize {
    let tree = sheet.tree;
    let mut rows: Vec<NodeId> = sheet
        .rows()
        .groups
        .iter()
        .filter(|g| g.dated > 1 || g.articles > 1)
        .flat_map(|g| &g.rows)
        .map(|r| r.node)
        .collect();
    rows.sort_unstable();
    let is_in_row = |id: NodeId| {
        let before = rows.partition_point(|r| *r <= id);
        before
            .checked_sub(1)
            .and_then(|i| rows.get(i))
            .is_some_and(|r| tree.is_within(id, *r))
    };
    let mut count = 0;
    for id in tree.descendants(tree.root()) {
        if tree.name(id) != "p"
            || is_in_row(id)
            || tree.descendants(id).any(|d| tree.name(d) == "a")
        {
            continue;
        }
        let length = one_line(&tree.inner_text(id)).chars().count();
        // Short lines are labels and footers.
        if length >= 20 {
            count += length;
        }
        if count >= enough {
            break;
        }
    }
    count
}

/// The page's tags give it a title of its own and a day. Some lists carry an `ArticleTitle`, too: the column's name.
fn is_tagged(sheet: &Sheet<'_>) -> bool {
    let Some(title) = sheet.meta("articletitle") else {
        return false;
    };
    sheet.meta("pubdate").is_some() && sheet.meta("columnname").is_none_or(|c| c != title)
}
