//! Any other list: dated links side by side, turned by 下一页 or by numbers. Reads only what is plainly a list, because an article
//! taken for a list would give a column that is none.

use super::rows::{Group, one_line, segments};
use super::sheet::{Sheet, list_page};
use crate::walk::shape::looks_like_column;
use duwang_html::NodeId;
use duwang_model::ListReading;

/// Text of an article that no list page has outside its entries.
const ARTICLE_CHARS: usize = 250;

pub(super) fn read(sheet: &Sheet<'_>) -> Option<ListReading> {
    if is_article(sheet) {
        return None;
    }
    let Some(group) = list_group(sheet) else {
        return empty(sheet);
    };
    let pager = sheet.pager();
    let mut reading = sheet.reading("generic", sheet.rows().items(group));
    reading.stated_total = pager.total.filter(|t| *t >= reading.items.len());
    reading.stated_pages = pager.pages.filter(|p| *p > 0);
    reading.page = pager
        .current
        .or_else(|| super::pager::page_in_query(sheet.url))
        .unwrap_or(1);
    reading.next = pager
        .further(sheet.url)
        .iter()
        .map(|(page, url)| list_page(url, *page))
        .collect();
    Some(reading)
}

/// The one group that is the page's list; `None` when there is none, or several side by side (a home page).
fn list_group<'s>(sheet: &'s Sheet<'_>) -> Option<&'s Group> {
    let mut groups: Vec<&Group> = sheet
        .rows()
        .groups
        .iter()
        .filter(|g| !g.aside && is_list(g, sheet))
        .collect();
    groups.sort_by_key(|g| std::cmp::Reverse((!g.teaser, g.dated, g.rows.len())));
    let best = groups.first()?;
    let rivals = groups
        .iter()
        .skip(1)
        .filter(|g| g.rows.len() * 2 >= best.rows.len())
        .count();
    let turns = sheet.pager().is_there();
    (turns || rivals == 0 && !best.teaser).then_some(*best)
}

fn is_list(group: &Group, sheet: &Sheet<'_>) -> bool {
    let rows = group.rows.len();
    if group.dated * 2 >= rows && group.dated > 0 {
        return group.dated >= 3 || sheet.pager().is_there() || is_column(sheet);
    }
    !group.in_frame
        && rows >= 5
        && group.articles * 10 >= rows * 8
        && (sheet.pager().is_there() || is_column(sheet))
}

/// The page calls itself a column.
fn is_column(sheet: &Sheet<'_>) -> bool {
    sheet.meta("columnname").is_some() && sheet.meta("pubdate").is_none()
        || looks_like_column(sheet.url, "")
}

/// A column page whose list area holds nothing but 暂无信息, or nothing at all.
fn empty(sheet: &Sheet<'_>) -> Option<ListReading> {
    if !is_column(sheet)
        || sheet
            .rows()
            .groups
            .iter()
            .any(|g| g.dated > 1 || g.articles > 2)
    {
        return None;
    }
    let text = sheet.empty_text();
    (!text.is_empty() || has_empty_list(sheet)).then(|| {
        let mut reading = sheet.reading("generic", Vec::new());
        reading.empty_text = text;
        reading
    })
}

/// `<ul class="list"></ul>`.
fn has_empty_list(sheet: &Sheet<'_>) -> bool {
    let tree = sheet.tree;
    tree.descendants(tree.root()).any(|id| {
        matches!(tree.name(id), "ul" | "ol" | "div" | "table" | "tbody")
            && ["class", "id"].iter().any(|n| {
                tree.attr(id, n)
                    .is_some_and(|v| v.to_ascii_lowercase().contains("list"))
            })
            && segments(tree, id, tree.end(id)).next().is_none()
            && !tree.descendants(id).any(|d| tree.name(d) == "img")
    })
}

fn is_article(sheet: &Sheet<'_>) -> bool {
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
    let is_tagged = sheet.meta("articletitle").is_some() && sheet.meta("pubdate").is_some();
    let limit = if has_box || is_tagged {
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
