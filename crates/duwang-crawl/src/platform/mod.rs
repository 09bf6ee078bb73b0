//! Which site platform made a list page, and what the page says: one file per platform.
//!
//! ```text
//! page ─▶ fingerprints in the source (cheap) ─▶ platform reader ─▶ ListReading { items, next, what the site states }
//! ```
//! A platform is recognised by what the page holds, never by its host: sites mix platforms. A reader turns one page (or one interface
//! answer) into its entries, the requests for the other pages of the list, and the totals the site itself states, so that the walk can
//! prove that it saw everything. Requests in `next` leave their column empty; the walk fills it in.

mod album;
mod anchors;
mod article;
mod date;
mod feed;
mod fujian;
mod generic;
mod gkmlpt;
mod jcms;
mod jpaas;
mod loose;
mod paged;
mod pager;
mod rows;
mod script;
mod sheet;
mod trs;
mod ucap;
mod visible;
mod vsb;

pub(crate) use album::{PLATFORM as ALBUM, first_call as album_call};
pub(crate) use feed::PLATFORM as FEED;

use crate::walk::shape::looks_like_article;
use duwang_html::Tree;
use duwang_model::ListReading;
use sheet::Sheet;
use url::Url;

/// The note of an interface answer that could not be read.
const UNREADABLE: &str = "列表接口的回答读不懂";
/// The note of a list that scripts fill from a place no reader knows.
const FILLED_BY_SCRIPT: &str = "列表由脚本填充，没有读到";
/// The note of a list area that holds links, none of which was understood as an entry.
const NOT_UNDERSTOOD: &str = "没有认出列表条目";

/// Why a reading without entries is no proof that the list is empty; `None` when it is one.
pub(crate) fn unseen(reading: &ListReading) -> Option<&'static str> {
    [UNREADABLE, FILLED_BY_SCRIPT, NOT_UNDERSTOOD]
        .into_iter()
        .find(|why| reading.notes.iter().any(|n| n == why))
}

/// Most list pages asked for by one reading; the walk has its own cap.
const MAX_NEXT: usize = 2000;

/// No list has more entries: larger numbers are something else, and are kept out of all sums.
const MAX_STATED: usize = 10_000_000;

/// A number a page states, as far as it can be one of entries or pages.
fn stated(text: &str) -> Option<usize> {
    text.trim().parse().ok().filter(|n| *n < MAX_STATED)
}

/// Reads a list page; `None`: the page is not a list. `url` is the final one, after redirects.
pub fn read_list(url: &Url, html: &str, tree: &Tree) -> Option<ListReading> {
    // Official accounts publish articles only.
    let is_wechat = url.host_str() == Some("mp.weixin.qq.com");
    if is_wechat || looks_like_article(url) || tree.is_empty() {
        return None;
    }
    let sheet = Sheet::new(url, html, tree);
    gkmlpt::read(&sheet)
        .or_else(|| jcms::read(&sheet))
        .or_else(|| jpaas::read(&sheet))
        .or_else(|| vsb::read(&sheet))
        .or_else(|| ucap::read(&sheet))
        .or_else(|| trs::read(&sheet))
        .or_else(|| fujian::read(&sheet))
        .or_else(|| generic::read(&sheet))
        .map(bounded)
}

/// Reads the answer of a list interface. What cannot be read is an empty reading with a note.
pub fn read_interface(platform: &str, url: &Url, body: &str) -> ListReading {
    let reading = match platform {
        "jcms" => jcms::read_answer(url, body),
        "jpaas" => jpaas::read_answer(url, body),
        "gkmlpt" => gkmlpt::read_answer(url, body),
        "ucap" => ucap::read_answer(url, body),
        "fujian" => fujian::read_answer(url, body),
        ALBUM => album::read_answer(url, body),
        FEED => feed::read_answer(url, body),
        _ => None,
    };
    bounded(reading.unwrap_or_else(|| ListReading {
        platform: platform.to_owned(),
        page: 1,
        notes: vec![UNREADABLE.to_owned()],
        ..ListReading::default()
    }))
}

/// Every link of a page with its words, entries of drop-down lists included.
pub(crate) fn named_links(url: &Url, html: &str, tree: &Tree) -> Vec<(Url, String)> {
    let base = anchors::base_of(tree, html, url);
    let rows = rows::Rows::of(tree, &base);
    let links = rows
        .anchors
        .into_iter()
        .filter_map(|a| Some((a.url?, a.title)));
    links.chain(anchors::options(tree, &base)).collect()
}

fn bounded(mut reading: ListReading) -> ListReading {
    reading.page = reading.page.max(1);
    if reading.next.len() > MAX_NEXT {
        reading.notes.push(format!(
            "后续 {} 页，只取前 {MAX_NEXT} 页",
            reading.next.len()
        ));
        reading.next.truncate(MAX_NEXT);
    }
    reading
}
