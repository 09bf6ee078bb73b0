//! Lists of dated links: what a column page is made of.

use crate::main_part::Weights;
use crate::tags::Region;
use crate::walk::Draft;
use chrono::NaiveDate;
use duwang_html::{NodeId, Tree};

/// The list of a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct ListPart {
    /// The element that holds the entries; 0 when they are all over the page.
    pub container: u32,
    pub end: u32,
    /// Entries with a date.
    pub dated: usize,
    /// All entries in the container.
    pub entries: usize,
}

/// The date beside each link (same order as `draft.links`), and the list if there is one.
pub(crate) fn find(
    tree: &Tree,
    draft: &Draft,
    weights: &Weights,
) -> (Vec<Option<NaiveDate>>, Option<ListPart>) {
    let mut dates = vec![None; draft.links.len()];
    let mut dated = vec![0_u32; tree.len()];
    let mut entries = vec![0_u32; tree.len()];
    for (i, link) in draft.links.iter().enumerate() {
        let node = link.node as usize;
        let long_enough = link.span.len() >= 12 || link.title.len() >= 12;
        if link.hidden
            || !long_enough
            || weights.region.get(node).is_some_and(|r| *r != Region::None)
        {
            continue;
        }
        let Some((row, parent)) = row_of(tree, node) else {
            continue;
        };
        let next_link = draft.links.get(i + 1).map_or(u32::MAX, |l| l.node);
        let date =
            date_in(draft, row).or_else(|| date_after(draft, row.1, parent.1.min(next_link)));
        dates[i] = date;
        entries[parent.0 as usize] += 1;
        dated[parent.0 as usize] += u32::from(date.is_some());
    }
    let counts = if dated.iter().sum::<u32>() >= 3 {
        &mut dated
    } else {
        &mut entries
    };
    sum_up(tree, counts);
    let container = innermost(tree, counts);
    let count = counts[container] as usize;
    let is_dated = dates.iter().filter(|d| d.is_some()).count() >= 3;
    if !is_dated && count < 10 {
        return (dates, None);
    }
    let end = tree.node_at(container).map_or(0, |id| tree.end(id).index()) as u32;
    let inside = |node: u32| container as u32 <= node && node < end;
    let part = ListPart {
        container: container as u32,
        end,
        dated: draft
            .links
            .iter()
            .zip(&dates)
            .filter(|(l, d)| inside(l.node) && d.is_some())
            .count(),
        entries: count,
    };
    (dates, Some(part))
}

/// Node ranges of the entry around a link and of what holds the entry.
fn row_of(tree: &Tree, node: usize) -> Option<((u32, u32), (u32, u32))> {
    let id = tree.node_at(node)?;
    let range = |id: NodeId| (id.index() as u32, tree.end(id).index() as u32);
    let row = tree
        .ancestors(id)
        .take(6)
        .find(|a| matches!(tree.name(*a), "li" | "tr" | "dd" | "dl"))
        .or_else(|| {
            tree.ancestors(id)
                .find(|a| matches!(tree.name(*a), "p" | "div" | "td" | "section" | "body"))
        })?;
    Some((range(row), range(tree.parent(row)?)))
}

fn date_in(draft: &Draft, row: (u32, u32)) -> Option<NaiveDate> {
    let first = draft.dates.partition_point(|d| d.0 < row.0);
    draft.dates.get(first).filter(|d| d.0 < row.1).map(|d| d.1)
}

fn date_after(draft: &Draft, from: u32, until: u32) -> Option<NaiveDate> {
    let first = draft.dates.partition_point(|d| d.0 < from);
    draft.dates.get(first).filter(|d| d.0 < until).map(|d| d.1)
}

fn sum_up(tree: &Tree, counts: &mut [u32]) {
    for node in (1..counts.len()).rev() {
        if counts[node] > 0
            && let Some(parent) = tree.node_at(node).and_then(|id| tree.parent(id))
        {
            counts[parent.index()] += counts[node];
        }
    }
}

/// The innermost element with three quarters of all entries.
fn innermost(tree: &Tree, counts: &[u32]) -> usize {
    let total = counts.first().copied().unwrap_or(0);
    let mut at = 0;
    loop {
        let Some(id) = tree.node_at(at) else {
            return at;
        };
        let heaviest = tree
            .children(id)
            .filter(|c| tree.is_element(*c))
            .max_by_key(|c| counts[c.index()]);
        match heaviest {
            Some(child) if counts[child.index()] > 1 && counts[child.index()] * 4 >= total * 3 => {
                at = child.index()
            }
            _ => return at,
        }
    }
}
