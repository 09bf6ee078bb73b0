//! TRS WCM: static list pages whose strip is drawn by a script call.
//!
//! `createPageHTML(37, 0, "index", "htm")` = pages, this page from 0, file name, extension, perhaps entries. Page 1 is `index.htm`,
//! page 2 `index_1.htm` — or, on some sites, `index_2.htm`: the links of the page decide.

use super::sheet::{Sheet, list_page};
use super::{MAX_NEXT, script};
use crate::walk::shape::compiled;
use duwang_model::ListReading;
use regex::Regex;
use std::sync::LazyLock;

pub(super) fn read(sheet: &Sheet<'_>) -> Option<ListReading> {
    let strip = Strip::of(sheet)?;
    let items = sheet.items();
    // A long article may be turned by the same call.
    if items.len() < 2 && sheet.is_article() {
        return None;
    }
    let mut reading = sheet.reading("trs", items);
    if reading.items.is_empty() && strip.pages > 0 {
        reading.notes.extend(sheet.doubt().map(str::to_owned));
    }
    reading.stated_pages = Some(strip.pages);
    reading.page = strip.current + 1;
    reading.stated_total = strip
        .total
        .filter(|t| is_plausible(*t, strip.pages, reading.items.len()));
    reading.next = strip.further(sheet);
    Some(reading)
}

/// What the script call says.
struct Strip {
    pages: usize,
    /// From 0.
    current: usize,
    stem: String,
    extension: String,
    total: Option<usize>,
    /// Number in the file name of page 2: 1 or 2.
    second: usize,
}

impl Strip {
    fn of(sheet: &Sheet<'_>) -> Option<Self> {
        let mut strip = called(sheet.html)
            .or_else(|| paged_object(sheet.html))
            .or_else(|| variables(sheet))?;
        strip.second = second_number(sheet, &strip).unwrap_or(strip.second);
        if strip.current >= strip.pages.max(1) {
            strip.current = 0;
        }
        Some(strip)
    }

    /// All pages from the first one; the next one (and the first) from any other, which is enough to walk on from a middle page.
    fn further(&self, sheet: &Sheet<'_>) -> Vec<String> {
        let here = self.current + 1;
        let pages: Vec<usize> = match self.current {
            0 => (2..=self.pages.min(MAX_NEXT + 1)).collect(),
            _ => [1, here + 1]
                .into_iter()
                .filter(|p| *p <= self.pages)
                .collect(),
        };
        pages
            .into_iter()
            .filter_map(|page| {
                let file = match page {
                    1 => format!("{}.{}", self.stem, self.extension),
                    _ => format!(
                        "{}_{}.{}",
                        self.stem,
                        page - 2 + self.second,
                        self.extension
                    ),
                };
                Some(list_page(&sheet.url.join(&file).ok()?, page))
            })
            .collect()
    }
}

/// `createPageHTML(pages, current, stem, extension[, entries])`; with an element's id in front, the current page counts from 1 and
/// page 2 is `stem_2`.
fn called(html: &str) -> Option<Strip> {
    let arguments = ["createPageHTML", "createPage", "createPagination"]
        .iter()
        .find_map(|name| {
            memchr::memmem::find(html.as_bytes(), name.as_bytes())?;
            script::call(html, name)
        })?;
    let has_element = super::stated(arguments.first()?).is_none();
    let rest = arguments.get(usize::from(has_element)..)?;
    let pages = super::stated(rest.first()?)?;
    let current = super::stated(rest.get(1)?)?;
    Some(Strip {
        pages,
        current: if has_element {
            current.saturating_sub(1)
        } else {
            current
        },
        stem: rest
            .get(2)
            .filter(|s| is_file_part(s))
            .cloned()
            .unwrap_or_else(|| "index".to_owned()),
        extension: rest
            .get(3)
            .map(|e| e.trim_start_matches('.').to_owned())
            .filter(|e| is_file_part(e))
            .unwrap_or_else(|| "html".to_owned()),
        total: rest.get(4).and_then(|t| super::stated(t)),
        second: if has_element { 2 } else { 1 },
    })
}

/// `Pager({size:37,current:0,prefix:'index',suffix:'html'})`.
fn paged_object(html: &str) -> Option<Strip> {
    let at = memchr::memmem::find_iter(html.as_bytes(), b"Pager(").find(|at| {
        html.get(at + 6..)
            .is_some_and(|rest| rest.trim_start().starts_with('{'))
    })?;
    let open = at + html.get(at..)?.find('{')?;
    let object = super::loose::value_at(html, open)?;
    Some(Strip {
        pages: super::loose::count(&object["size"])?,
        current: super::loose::count(&object["current"]).unwrap_or(0),
        stem: Some(super::loose::text(&object["prefix"]))
            .filter(|s| is_file_part(s))
            .unwrap_or_else(|| "index".to_owned()),
        extension: Some(
            super::loose::text(&object["suffix"])
                .trim_start_matches('.')
                .to_owned(),
        )
        .filter(|s| is_file_part(s))
        .unwrap_or_else(|| "html".to_owned()),
        total: super::loose::count(&object["total"]),
        second: 1,
    })
}

/// `var currentPage = 0; var countPage = 37//共多少页`.
fn variables(sheet: &Sheet<'_>) -> Option<Strip> {
    if !sheet.holds("countPage") {
        return None;
    }
    let file = sheet.url.path().rsplit('/').next().unwrap_or("");
    static FILE: LazyLock<Regex> =
        LazyLock::new(|| compiled(r"^([A-Za-z][A-Za-z-]*)(?:_\d+)?\.(s?html?)$"));
    let (stem, extension) = FILE.captures(file).map_or(("index".to_owned(), None), |c| {
        (c[1].to_owned(), Some(c[2].to_owned()))
    });
    let extension = extension
        .or_else(|| linked_extension(sheet, &stem))
        .unwrap_or_else(|| "html".to_owned());
    Some(Strip {
        pages: script::number(sheet.html, "countPage")?,
        current: script::number(sheet.html, "currentPage").unwrap_or(0),
        stem,
        extension,
        total: None,
        second: 1,
    })
}

/// The number of page 2 as the links of this page have it.
fn second_number(sheet: &Sheet<'_>, strip: &Strip) -> Option<usize> {
    let prefix = format!("{}_", strip.stem);
    let number = |url: &url::Url| -> Option<usize> {
        let file = url.path().rsplit('/').next()?;
        super::stated(file.strip_prefix(&prefix)?.split('.').next()?)
    };
    let pager = sheet.pager();
    if let Some(next) = pager.next.as_ref().and_then(number) {
        // The page after this one (from 1: current + 2) is called `next`.
        return next
            .checked_sub(strip.current)
            .filter(|n| (1..=2).contains(n));
    }
    pager
        .numbered
        .iter()
        .filter(|(page, _)| *page > 1)
        .find_map(|(page, url)| (number(url)? + 2).checked_sub(*page))
        .filter(|n| (1..=2).contains(n))
}

fn linked_extension(sheet: &Sheet<'_>, stem: &str) -> Option<String> {
    let prefix = format!("{stem}_");
    sheet
        .rows()
        .anchors
        .iter()
        .filter_map(|a| a.url.as_ref())
        .find_map(|url| {
            let file = url.path().rsplit('/').next()?;
            let (_, extension) = file.strip_prefix(&prefix)?.split_once('.')?;
            Some(extension.to_owned())
        })
}

fn is_file_part(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 60
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// The fifth argument is the number of entries on some sites and something else on others.
fn is_plausible(total: usize, pages: usize, here: usize) -> bool {
    match pages {
        0 | 1 => total == here,
        _ => total >= here && total > (pages - 1) * here / 2 && total <= pages * here.max(1) * 2,
    }
}
