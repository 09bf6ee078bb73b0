//! Rows of a list: which links of a page stand together as its entries, with title and date.
//!
//! ```text
//! anchors ─▶ row of each anchor (li, tr, dd, or the largest element with this one link) ─▶ groups of rows side by side
//! ```
//! One pass over the tree; a group is a guess that the platform readers judge.

use super::anchors::{Anchor, anchors};
use super::date;
use super::visible::{has_token, is_frame, segments};
use crate::walk::normalise;
use crate::walk::shape::{is_attachment, is_more, looks_like_article};
use chrono::NaiveDate;
use duwang_html::{NodeId, Tree};
use duwang_model::ListItem;
use std::collections::HashMap;
use url::Url;

/// One entry.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) node: NodeId,
    /// Index into [`Rows::anchors`].
    pub(super) anchor: usize,
    pub(super) date: Option<NaiveDate>,
    /// Its address is plainly that of an article or a file.
    pub(super) article: bool,
}

/// Rows side by side.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) rows: Vec<Row>,
    pub(super) dated: usize,
    pub(super) articles: usize,
    /// Stands in navigation, header or footer.
    pub(super) in_frame: bool,
    /// Stands in a side column (最新, 热门, 相关).
    pub(super) aside: bool,
    /// Has a 更多 link of its own: the head of another list.
    pub(super) teaser: bool,
}

/// All anchors and groups of a page.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) anchors: Vec<Anchor>,
    pub(super) groups: Vec<Group>,
}

impl Rows {
    /// Reads a page; `base` resolves its links.
    pub(super) fn of(tree: &Tree, base: &Url) -> Self {
        let anchors = anchors(tree, base);
        let groups = groups(tree, &anchors);
        Self { anchors, groups }
    }

    /// The entries of a group.
    pub(super) fn items(&self, group: &Group) -> Vec<ListItem> {
        group
            .rows
            .iter()
            .filter_map(|row| {
                let anchor = self.anchors.get(row.anchor)?;
                Some(ListItem {
                    url: anchor.url.as_ref().map(normalise).unwrap_or_default(),
                    title: anchor.title.clone(),
                    date: row.date,
                })
            })
            .collect()
    }
}

/// The entries of a fragment that is known to hold nothing but entries (a record of an interface).
pub(super) fn fragment_items(html: &str, base: &Url) -> Vec<ListItem> {
    let tree = duwang_html::parse(html, duwang_html::Limits::default());
    let rows = Rows::of(&tree, base);
    let mut all: Vec<(&Row, &Group)> = rows
        .groups
        .iter()
        .flat_map(|g| g.rows.iter().map(move |r| (r, g)))
        .collect();
    all.sort_by_key(|(row, _)| row.node);
    all.iter()
        .filter_map(|(row, _)| {
            let anchor = rows.anchors.get(row.anchor)?;
            Some(ListItem {
                url: anchor.url.as_ref().map(normalise).unwrap_or_default(),
                title: anchor.title.clone(),
                date: row.date,
            })
        })
        .collect()
}

fn groups(tree: &Tree, anchors: &[Anchor]) -> Vec<Group> {
    let mut index: HashMap<Key<'_>, usize> = HashMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for (node, anchor) in rows_of(tree, anchors) {
        let key = Key::of(tree, node);
        let at = *index.entry(key).or_insert(groups.len());
        if at == groups.len() {
            groups.push(Group::new(tree, node));
        }
        if let Some(group) = groups.get_mut(at) {
            group.rows.push(row(tree, anchors, node, anchor));
        }
    }
    for group in &mut groups {
        dates_between(tree, anchors, group);
        group.dated = group.rows.iter().filter(|r| r.date.is_some()).count();
        group.articles = group.rows.iter().filter(|r| r.article).count();
    }
    mark_teasers(tree, anchors, &mut groups);
    groups
}

/// What rows of one list have in common: a parent of the same make under the same grandparent. Some templates start a new `ul` or
/// `table` after every few entries.
#[derive(PartialEq, Eq, Hash)]
struct Key<'t> {
    grandparent: Option<NodeId>,
    container: &'t str,
    class: &'t str,
    row: &'t str,
}

impl<'t> Key<'t> {
    fn of(tree: &'t Tree, row: NodeId) -> Self {
        let mut container = tree.parent(row).unwrap_or(row);
        if matches!(tree.name(container), "tbody" | "thead") {
            container = tree.parent(container).unwrap_or(container);
        }
        Self {
            grandparent: tree.parent(container),
            container: tree.name(container),
            class: tree.attr(container, "class").unwrap_or(""),
            row: tree.name(row),
        }
    }
}

impl Group {
    fn new(tree: &Tree, row: NodeId) -> Self {
        let has = |words: &[&str]| tree.ancestors(row).any(|id| has_token(tree, id, words));
        Self {
            rows: Vec::new(),
            dated: 0,
            articles: 0,
            in_frame: tree.ancestors(row).any(|id| is_frame(tree, id)),
            aside: has(&[
                "aside",
                "sidebar",
                "hot",
                "rank",
                "ranking",
                "related",
                "recommend",
                "tuijian",
                "xgyd",
                "xgwz",
            ]) || is_under_side_heading(tree, row),
            teaser: false,
        }
    }
}

/// The words right above the first row say that this is a side column.
fn is_under_side_heading(tree: &Tree, row: NodeId) -> bool {
    let Some(outer) = tree.parent(row).and_then(|c| tree.parent(c)) else {
        return false;
    };
    let mut last = "";
    let mut count = 0;
    for segment in segments(tree, outer, row).take(6) {
        last = segment;
        count += 1;
    }
    count < 6
        && ["相关", "热门", "推荐", "排行", "最新"]
            .iter()
            .any(|w| last.starts_with(w))
        && last.chars().count() <= 6
}

/// The row of each anchor that may be an entry, with the best anchor of the row.
fn rows_of(tree: &Tree, anchors: &[Anchor]) -> Vec<(NodeId, usize)> {
    let mut rows: Vec<(NodeId, usize)> = Vec::new();
    let mut place: HashMap<NodeId, usize> = HashMap::new();
    for (i, anchor) in anchors.iter().enumerate() {
        if !may_be_entry(anchor) {
            continue;
        }
        let node = row_of(tree, anchors, anchor.node);
        let at = *place.entry(node).or_insert(rows.len());
        match rows.get_mut(at) {
            Some((_, best)) if worth(anchor) > anchors.get(*best).map_or((false, 0), worth) => {
                *best = i
            }
            Some(_) => {}
            None => rows.push((node, i)),
        }
    }
    rows
}

fn worth(anchor: &Anchor) -> (bool, usize) {
    let is_article = anchor.url.as_ref().is_some_and(looks_like_article);
    (is_article, anchor.title.chars().count())
}

fn may_be_entry(anchor: &Anchor) -> bool {
    let letters = anchor.title.chars().filter(|c| c.is_alphabetic()).count();
    if is_more(&anchor.title) || is_pager_word(&anchor.text) {
        return false;
    }
    // A title that leads nowhere is still an entry of the list; short words that lead nowhere are buttons.
    letters >= if anchor.url.is_some() { 2 } else { 6 }
}

/// Words of the links below a list that turn its pages.
pub(super) fn is_pager_word(text: &str) -> bool {
    matches!(
        text.trim_matches(|c: char| c.is_whitespace() || "<>«»‹›[]".contains(c)),
        "首页"
            | "第一页"
            | "上一页"
            | "上页"
            | "前一页"
            | "下一页"
            | "下页"
            | "后一页"
            | "下一頁"
            | "尾页"
            | "末页"
            | "最后一页"
            | "最末页"
            | "跳转"
            | "转到"
            | "GO"
            | "Go"
            | "go"
            | "prev"
            | "Prev"
            | "next"
            | "Next"
            | "NEXT"
            | "last"
            | "Last"
            | "first"
            | "First"
    )
}

fn row_of(tree: &Tree, anchors: &[Anchor], node: NodeId) -> NodeId {
    for ancestor in tree.ancestors(node).take(8) {
        match tree.name(ancestor) {
            "li" | "tr" | "dd" if links_within(tree, anchors, ancestor, 4) <= 3 => return ancestor,
            "li" | "tr" | "dd" | "ul" | "ol" | "table" => break,
            _ => {}
        }
    }
    let mut row = node;
    for ancestor in tree.ancestors(node).take(6) {
        let is_wall = matches!(
            tree.name(ancestor),
            "body" | "html" | "table" | "tbody" | "ul" | "ol" | "td" | "th" | "form"
        );
        if is_wall || links_within(tree, anchors, ancestor, 2) > 1 {
            break;
        }
        row = ancestor;
    }
    row
}

/// Different targets below a node, counted up to `enough`.
fn links_within(tree: &Tree, anchors: &[Anchor], node: NodeId, enough: usize) -> usize {
    let from = anchors.partition_point(|a| a.node < node);
    let end = tree.end(node);
    let mut targets: Vec<Option<&Url>> = Vec::new();
    for (i, anchor) in anchors
        .iter()
        .skip(from)
        .take_while(|a| a.node < end)
        .enumerate()
    {
        if i >= 64 {
            return enough; // the same target over and over is no entry either
        }
        let target = anchor.url.as_ref();
        if !targets.contains(&target) {
            targets.push(target);
            if targets.len() >= enough {
                break;
            }
        }
    }
    targets.len()
}

fn row(tree: &Tree, anchors: &[Anchor], node: NodeId, anchor: usize) -> Row {
    let url = anchors.get(anchor).and_then(|a| a.url.as_ref());
    let inside = anchors.get(anchor).and_then(|a| a.date);
    Row {
        node,
        anchor,
        date: date::beside(segments(tree, node, tree.end(node)).take(60), url).or(inside),
        article: url.is_some_and(|u| looks_like_article(u) || is_attachment(u)),
    }
}

/// Dates that stand between the rows (`<a>…</a> 2026-09-18 <br>`, `<dt>…</dt><dd>2026-09-18</dd>`): after each row, or before each if
/// that explains more rows.
fn dates_between(tree: &Tree, anchors: &[Anchor], group: &mut Group) {
    if group.rows.iter().any(|r| r.date.is_some()) {
        return;
    }
    let after = between(tree, anchors, &group.rows, Side::After);
    let before = between(tree, anchors, &group.rows, Side::Before);
    let count = |dates: &[Option<NaiveDate>]| dates.iter().filter(|d| d.is_some()).count();
    let dates = if count(&before) > count(&after) {
        before
    } else {
        after
    };
    for (row, date) in group.rows.iter_mut().zip(dates) {
        row.date = date;
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Before,
    After,
}

fn between(tree: &Tree, anchors: &[Anchor], rows: &[Row], side: Side) -> Vec<Option<NaiveDate>> {
    rows.iter()
        .enumerate()
        .map(|(i, row)| {
            let container = tree.parent(row.node)?;
            let (from, to) = match side {
                Side::After => {
                    let next = rows
                        .get(i + 1)
                        .map(|r| r.node)
                        .filter(|n| tree.is_within(*n, container));
                    (tree.end(row.node), next.unwrap_or(tree.end(container)))
                }
                Side::Before => {
                    let last = i
                        .checked_sub(1)
                        .and_then(|i| rows.get(i))
                        .map(|r| r.node)
                        .filter(|n| tree.is_within(*n, container));
                    (last.map_or(container, |n| tree.end(n)), row.node)
                }
            };
            let url = anchors.get(row.anchor).and_then(|a| a.url.as_ref());
            date::beside(segments(tree, from, to).take(12), url)
        })
        .collect()
}

/// Marks groups with a 更多 link in their own box, one that holds no other group.
fn mark_teasers(tree: &Tree, anchors: &[Anchor], groups: &mut [Group]) {
    let more: Vec<NodeId> = anchors
        .iter()
        .filter(|a| is_more(&a.text) || is_more(&a.title))
        .map(|a| a.node)
        .collect();
    if more.is_empty() {
        return;
    }
    // In document order, so that the questions below are look-ups even on a page of a thousand groups.
    let mut firsts: Vec<NodeId> = groups
        .iter()
        .filter(|g| g.rows.len() > 1)
        .filter_map(|g| g.rows.first())
        .map(|r| r.node)
        .collect();
    firsts.sort_unstable();
    let count = |sorted: &[NodeId], ancestor: NodeId| {
        let end = tree.end(ancestor);
        sorted.partition_point(|n| *n < end) - sorted.partition_point(|n| *n < ancestor)
    };
    for group in groups {
        let Some(first) = group.rows.first().map(|r| r.node) else {
            continue;
        };
        let own = usize::from(group.rows.len() > 1);
        for ancestor in tree.ancestors(first).take(4) {
            if count(&firsts, ancestor) > own || matches!(tree.name(ancestor), "body" | "html") {
                break;
            }
            if count(&more, ancestor) > 0 {
                group.teaser = true;
                break;
            }
        }
    }
}
