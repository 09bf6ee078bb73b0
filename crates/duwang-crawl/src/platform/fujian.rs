//! Fujian's directories: static TRS pages as a rule (see `trs`); where the list is empty in the source, a WAS or SSP search fills it.
//!
//! The answers are nearly JSON: bare line breaks inside strings, closing commas, a placeholder as first entry. A page beyond the last
//! one repeats the last.

use super::sheet::Sheet;
use super::{date, loose, paged, script};
use duwang_model::{ListItem, ListReading};
use serde_json::Value;
use url::Url;

const WAS: &str = "/was5/web/search?";
const SSP: &str = "/ssp/search/api/apiSearch?";

pub(super) fn read(sheet: &Sheet<'_>) -> Option<ListReading> {
    let needle = [WAS, SSP].into_iter().find(|n| sheet.holds(n))?;
    let address = script::address(sheet.html, needle)?;
    if !asks_for_a_list(&address) || !sheet.items().is_empty() || sheet.is_article() {
        return None;
    }
    let url = sheet.base.join(&address).ok()?;
    let mut reading = sheet.reading("fujian", Vec::new());
    reading.next.push(paged::first("fujian", &url));
    Some(reading)
}

pub(super) fn read_answer(url: &Url, body: &str) -> Option<ListReading> {
    let answer = loose::answer(body)?;
    let docs = ["docs", "datas", "data", "results"]
        .iter()
        .find_map(|n| answer[*n].as_array())
        .or_else(|| answer.as_array())?;
    let items: Vec<ListItem> = docs.iter().filter_map(|d| item(d, url)).collect();
    let total = ["count", "total", "totalCount"]
        .iter()
        .find_map(|n| loose::count(&answer[*n]));
    let page = super::pager::page_in_query(url).unwrap_or(1).max(1);
    Some(ListReading {
        platform: "fujian".to_owned(),
        next: further(url, page, total, items.len()),
        items,
        stated_total: total,
        page: page + 1, // page 1 is the page that calls the interface
        ..ListReading::default()
    })
}

/// A list has its own channel and pages; a search form asks for words.
fn asks_for_a_list(address: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|w| address.contains(w));
    has(&["channelid=", "siteId="])
        && has(&["classsql=", "prepage=", "page=", "sourceType="])
        && !has(&["searchword", "keyWord", "keywords"])
}

fn item(doc: &Value, base: &Url) -> Option<ListItem> {
    let title = super::ucap::plain(&loose::first_text(doc, &["title", "_doctitle", "doctitle"]));
    let address = loose::first_text(doc, &["url", "docpuburl", "chnldocurl"]);
    // The template's own placeholder.
    let is_placeholder = title == "文章标题" || title.is_empty() && address.is_empty();
    (!is_placeholder).then(|| ListItem {
        url: base
            .join(&address)
            .ok()
            .filter(|_| !address.is_empty())
            .map(|u| crate::normalise(&u))
            .unwrap_or_default(),
        title,
        date: ["pubtime", "docreltime", "docRelTime", "gentime", "pubDate"]
            .iter()
            .find_map(|n| date::of_value(&doc[*n])),
    })
}

fn further(url: &Url, page: usize, total: Option<usize>, got: usize) -> Vec<String> {
    let size = url
        .query_pairs()
        .find(|(n, _)| matches!(n.as_ref(), "prepage" | "datas" | "rows"))
        .and_then(|(_, v)| v.parse::<usize>().ok())
        .filter(|s| *s > 0)
        .unwrap_or(got.max(1));
    paged::further("fujian", url, page, (total, size, got))
}
