//! Rows of a list: which links of a page stand together as its entries, with title and date.
//!
//! ```text
//! anchors ─▶ row of each anchor (li, tr, dd, or the largest element with this one link) ─▶ groups of rows side by side
//! ```
//! One pass over the tree; a group is a guess that the platform readers judge.

use super::date;
use crate::walk::normalise;
use crate::walk::shape::{is_attachment, is_more, looks_like_article};
use chrono::NaiveDate;
use duwang_html::{NodeId, Tree};
use duwang_model::ListItem;
use std::collections::HashMap;
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
    date: Option<NaiveDate>,
}

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
pub(super) fn target(tree: &Tree, node: NodeId, base: &Url) -> Option<Url> {
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

fn anchors(tree: &Tree, base: &Url) -> Vec<Anchor> {
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

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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

fn has_token(tree: &Tree, id: NodeId, words: &[&str]) -> bool {
    ["class", "id"]
        .iter()
        .filter_map(|name| tree.attr(id, name))
        .any(|value| {
            value
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|token| words.iter().any(|w| token.eq_ignore_ascii_case(w)))
        })
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
