//! Any other list: dated links side by side, turned by 下一页 or by numbers. Reads only what is plainly a list, because an article
//! taken for a list would give a column that is none.

use super::rows::Group;
use super::sheet::{Sheet, list_page};
use crate::walk::shape::looks_like_column;
use duwang_model::ListReading;

pub(super) fn read(sheet: &Sheet<'_>) -> Option<ListReading> {
    if sheet.is_article() {
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
    let leads = |anchor: usize| {
        sheet
            .rows()
            .anchors
            .get(anchor)
            .is_some_and(|a| a.url.is_some())
    };
    if !group.rows.iter().any(|r| leads(r.anchor)) {
        return false;
    }
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
    if text.is_empty() && !sheet.has_empty_list() {
        return None;
    }
    let mut reading = sheet.reading("generic", Vec::new());
    reading.notes.extend(sheet.doubt().map(str::to_owned));
    Some(reading)
}
