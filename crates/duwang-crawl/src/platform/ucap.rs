//! UCAP and NFCMS: static pages `index_2.html`, `column-index-2.shtml`, `xxgk_list_2.shtml` (page 2 is number 2), or a search
//! interface that answers JSON.

use super::sheet::{Sheet, list_page};
use super::{MAX_NEXT, date, loose, paged, script};
use crate::walk::shape::compiled;
use duwang_model::{ListItem, ListReading};
use regex::Regex;
use serde_json::Value;
use std::sync::LazyLock;
use url::Url;

pub(super) fn read(sheet: &Sheet<'_>) -> Option<ListReading> {
    let file = sheet.url.path().rsplit('/').next().unwrap_or("");
    let is_ucap = file.starts_with("column-index")
        || file.starts_with("xxgk_list")
        || ["UCAP", "ucap", "NFCMS", "/common/search/"]
            .iter()
            .any(|f| sheet.holds(f));
    if !is_ucap {
        return None;
    }
    if sheet.is_article() {
        return None;
    }
    by_interface(sheet).or_else(|| by_pages(sheet))
}

pub(super) fn read_answer(url: &Url, body: &str) -> Option<ListReading> {
    let answer = loose::answer(body)?;
    let data = &answer["data"];
    let results = data["results"]
        .as_array()
        .or_else(|| answer["results"].as_array())?;
    let items: Vec<ListItem> = results.iter().map(|r| item(r, url)).collect();
    let total = ["total", "totalCount", "count"]
        .iter()
        .find_map(|n| loose::count(&data[*n]).or_else(|| loose::count(&answer[*n])));
    let page = super::pager::page_in_query(url).unwrap_or(1).max(1);
    Some(ListReading {
        platform: "ucap".to_owned(),
        next: paged::further("ucap", url, page, (total, items.len(), items.len())),
        items,
        stated_total: total,
        page: page + 1, // page 1 is the page that calls the interface
        ..ListReading::default()
    })
}

/// The list is filled by a call to the search interface.
fn by_interface(sheet: &Sheet<'_>) -> Option<ListReading> {
    let address = script::address(sheet.html, "/common/search/")?;
    let items = sheet.items();
    items.is_empty().then_some(())?;
    let mut url = sheet.base.join(&address).ok()?;
    let last = url.path_segments()?.next_back()?.to_owned();
    (!last.is_empty() && last != "search").then_some(())?;
    if !url.query_pairs().any(|(n, _)| n == "_pageSize") {
        url.query_pairs_mut()
            .append_pair("_pageSize", "20")
            .append_pair("_isAgg", "true");
    }
    let mut reading = sheet.reading("ucap", Vec::new());
    reading.next.push(paged::first("ucap", &url));
    Some(reading)
}

fn by_pages(sheet: &Sheet<'_>) -> Option<ListReading> {
    let pages = ["totalPage", "pageCount", "countPage"]
        .iter()
        .find_map(|n| script::number(sheet.html, n))
        .or_else(|| from_call(sheet))
        .or(sheet.pager().pages);
    let group = sheet.main_group();
    let is_list = pages.is_some() || group.is_some_and(|g| !g.teaser && g.dated > 2);
    is_list.then_some(())?;
    let items = sheet.items();
    let name = Numbered::of(sheet);
    let mut reading = sheet.reading("ucap", items);
    if reading.items.is_empty() {
        reading.notes.extend(sheet.doubt().map(str::to_owned));
    }
    reading.stated_pages = pages;
    reading.stated_total = sheet.pager().total.filter(|t| *t >= reading.items.len());
    reading.page = name.page;
    let last = pages.unwrap_or(1);
    let further: Vec<usize> = match name.page {
        1 => (2..=last.min(MAX_NEXT + 1)).collect(),
        page => [1, page + 1].into_iter().filter(|p| *p <= last).collect(),
    };
    reading.next = further
        .into_iter()
        .filter_map(|page| Some(list_page(&sheet.url.join(&name.file(page)).ok()?, page)))
        .collect();
    if reading.next.is_empty() && pages.is_none() {
        reading.next = sheet
            .pager()
            .further(sheet.url)
            .iter()
            .map(|(page, url)| list_page(url, *page))
            .collect();
    }
    Some(reading)
}

/// `createPageHTML('page_div', 37, 1, 'index', 'html', 740)`.
fn from_call(sheet: &Sheet<'_>) -> Option<usize> {
    let arguments = script::call(sheet.html, "createPageHTML")?;
    arguments.iter().find_map(|a| super::stated(a))
}

/// How the files of this list are numbered: `stem`, separator, number, extension.
struct Numbered {
    stem: String,
    separator: &'static str,
    extension: String,
    page: usize,
}

impl Numbered {
    fn of(sheet: &Sheet<'_>) -> Self {
        static FILE: LazyLock<Regex> =
            LazyLock::new(|| compiled(r"^(.*?[A-Za-z])(?:([-_])(\d+))?\.(s?html?)$"));
        let file = sheet.url.path().rsplit('/').next().unwrap_or("");
        let linked = sheet
            .pager()
            .next
            .as_ref()
            .and_then(|u| u.path().rsplit('/').next().map(str::to_owned));
        let shape = |name: &str| {
            FILE.captures(name).map(|c| {
                (
                    c[1].to_owned(),
                    c.get(2).map(|m| m.as_str().to_owned()),
                    c.get(3).and_then(|m| super::stated(m.as_str())),
                    c[4].to_owned(),
                )
            })
        };
        let here = shape(file);
        let there = linked.as_deref().and_then(shape);
        let page = here.as_ref().and_then(|h| h.2).unwrap_or(1).max(1);
        let (stem, separator, _, extension) =
            there
                .or(here)
                .unwrap_or(("index".to_owned(), None, None, "html".to_owned()));
        let is_dashed = separator.as_deref() == Some("-") || stem == "column-index";
        Self {
            stem,
            separator: if is_dashed { "-" } else { "_" },
            extension,
            page,
        }
    }

    fn file(&self, page: usize) -> String {
        match page {
            // The first page of `column-index-2` is `column-index-1`, that of `index_2` is `index`.
            1 if self.separator == "_" => format!("{}.{}", self.stem, self.extension),
            _ => format!("{}{}{page}.{}", self.stem, self.separator, self.extension),
        }
    }
}

fn item(result: &Value, base: &Url) -> ListItem {
    let address = loose::first_text(result, &["url", "link", "docpuburl"]);
    ListItem {
        url: base
            .join(&address)
            .ok()
            .filter(|_| !address.is_empty())
            .map(|u| crate::normalise(&u))
            .unwrap_or_default(),
        title: plain(&loose::first_text(result, &["title", "name"])),
        date: ["publishedTimeStr", "publishedTime", "publishTime", "date"]
            .iter()
            .find_map(|n| date::of_value(&result[*n])),
    }
}

/// A title without the marks of a search.
pub(super) fn plain(title: &str) -> String {
    let tree = duwang_html::parse(title, duwang_html::Limits::default());
    super::visible::one_line(&tree.inner_text(tree.root()))
}
