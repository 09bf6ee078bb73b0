//! Visual SiteBuilder: static pages numbered backwards. Of T pages, page 2 is `tzgg/{T-1}.htm` and the last one `tzgg/1.htm`.
//!
//! Numbers are only used where the 下页 link of the page confirms them; otherwise the walk follows that link page by page.

use super::MAX_NEXT;
use super::sheet::{Sheet, list_page};
use duwang_model::ListReading;
use url::Url;

pub(super) fn read(sheet: &Sheet<'_>) -> Option<ListReading> {
    let is_vsb = sheet.holds("Visual SiteBuilder")
        || sheet.holds("_sitegray")
        || sheet.holds("fanye")
        || sheet.holds("/system/resource/js/");
    if !is_vsb || is_article(sheet) || sheet.is_article() {
        return None;
    }
    let group = sheet
        .main_group()
        .filter(|g| g.dated > 0 && !g.teaser || has_row_ids(sheet));
    let has_strip = sheet.holds("fanye") || sheet.pager().is_there();
    if group.is_none() && !(has_strip && sheet.holds("fanye"))
        || !has_strip && group.is_none_or(|g| g.dated < 2)
    {
        return None;
    }
    let items = group.map(|g| sheet.rows().items(g)).unwrap_or_default();
    let pager = sheet.pager();
    let mut reading = sheet.reading("vsb", items);
    if reading.items.is_empty() {
        reading.notes.extend(sheet.doubt().map(str::to_owned));
    }
    reading.stated_total = pager.total.filter(|t| *t >= reading.items.len());
    reading.stated_pages = pager.pages;
    reading.page = pager.current.unwrap_or(1);
    reading.next = further(sheet, reading.page, pager.pages);
    Some(reading)
}

fn is_article(sheet: &Sheet<'_>) -> bool {
    sheet.holds("_newscontent_fromname") || sheet.holds("vsb_content")
}

/// Rows of its list component: `<li id="line_u8_0">`.
fn has_row_ids(sheet: &Sheet<'_>) -> bool {
    sheet.holds("id=\"line_u") || sheet.holds("id=\"line")
}

fn further(sheet: &Sheet<'_>, current: usize, pages: Option<usize>) -> Vec<String> {
    let mut out = later(sheet, current, pages);
    if current > 1 {
        out.extend(first_page(sheet.url).map(|url| list_page(&url, 1)));
    }
    out
}

/// `/tzgg/8.htm` stands behind `/tzgg.htm`.
fn first_page(here: &Url) -> Option<Url> {
    let (folder, file) = here.path().rsplit_once('/')?;
    let (number, extension) = file.split_once('.')?;
    (!folder.is_empty() && number.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
    let mut url = here.clone();
    url.set_path(&format!("{folder}.{extension}"));
    Some(url)
}

fn later(sheet: &Sheet<'_>, current: usize, pages: Option<usize>) -> Vec<String> {
    let Some(next) = sheet.pager().next.clone().filter(|n| n != sheet.url) else {
        return Vec::new();
    };
    let counted = pages
        .filter(|p| *p <= MAX_NEXT)
        .and_then(|pages| backwards(&next, current, pages));
    match counted {
        Some(all) => all
            .iter()
            .map(|(page, url)| list_page(url, *page))
            .collect(),
        None => vec![list_page(&next, current + 1)],
    }
}

/// Every page after this one, if the next page has the number that counting backwards gives it.
fn backwards(next: &Url, current: usize, pages: usize) -> Option<Vec<(usize, Url)>> {
    let (folder, file) = next.path().rsplit_once('/')?;
    let (number, extension) = file.split_once('.')?;
    let number: usize = number.parse().ok()?;
    (pages > current && number == pages - current).then_some(())?;
    (current + 1..=pages)
        .map(|page| {
            let mut url = next.clone();
            url.set_path(&format!("{folder}/{}.{extension}", pages - page + 1));
            Some((page, url))
        })
        .collect()
}
