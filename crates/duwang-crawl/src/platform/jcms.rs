//! JCMS: the first entries lie in an XML island of the page, the others behind `dataproxy.jsp`, a group of records per call.
//!
//! The parameters of the call are copied from the island's `nextgroup`, never guessed. Records are HTML fragments, each read on its
//! own because some are cut in half.

use super::rows::fragment_items;
use super::sheet::{Sheet, interface};
use super::{MAX_NEXT, script};
use crate::walk::shape::compiled;
use duwang_model::{ListItem, ListReading};
use regex::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;
use url::Url;

/// Records of one call; the page's own script takes three pages of 20.
const GROUP: usize = 60;

pub(super) fn read(sheet: &Sheet<'_>) -> Option<ListReading> {
    if !sheet.holds("<datastore") || sheet.is_article() {
        return None;
    }
    let island = largest_store(sheet.html);
    let items = records(island, &sheet.base);
    let mut reading = sheet.reading("jcms", items);
    reading.stated_total = number_in(island, "totalrecord");
    let is_all = reading
        .stated_total
        .is_some_and(|t| reading.items.len() >= t);
    if !is_all && let Some(call) = first_call(sheet, island) {
        reading.next.push(interface("jcms", &call, "", 2));
    }
    Some(reading)
}

pub(super) fn read_answer(url: &Url, body: &str) -> Option<ListReading> {
    let is_store =
        body.contains("<datastore") || body.contains("<recordset") || body.contains("<record>");
    is_store.then_some(())?;
    let items = records(body, url);
    let mut reading = ListReading {
        platform: "jcms".to_owned(),
        stated_total: number_in(body, "totalrecord"),
        page: page_of(url),
        ..ListReading::default()
    };
    reading.next = further(url, body, &reading, items.len());
    reading.items = items;
    Some(reading)
}

/// A page may hold several islands (side lists); its list is the one with the most records.
fn largest_store(html: &str) -> &str {
    let mut best = "";
    let mut most = 0;
    for (at, _) in html.match_indices("<datastore").take(20) {
        let rest = &html[at..];
        let end = rest.find("</datastore").unwrap_or(rest.len());
        let store = &rest[..end];
        let count = store.matches("<record>").count();
        if best.is_empty() || count > most {
            (best, most) = (store, count);
        }
    }
    best
}

fn records(store: &str, base: &Url) -> Vec<ListItem> {
    let mut items = Vec::new();
    for record in store.split("<record>").skip(1) {
        let end = record.find("</record>").unwrap_or(record.len());
        let fragment = unwrapped(&record[..end]);
        // One record is one entry: the one with the longest title when a category link stands beside it.
        let best = fragment_items(&fragment, base)
            .into_iter()
            .max_by_key(|i| (i.date.is_some(), i.title.chars().count()));
        items.extend(best);
    }
    items
}

/// The content of a CDATA section (its end may be missing), or escaped markup unescaped.
fn unwrapped(record: &str) -> String {
    if let Some((_, rest)) = record.split_once("<![CDATA[") {
        return rest.split("]]>").next().unwrap_or(rest).to_owned();
    }
    record
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

fn number_in(store: &str, tag: &str) -> Option<usize> {
    let open = format!("<{tag}>");
    let at = store.find(&open)? + open.len();
    let end = store[at..].find('<')? + at;
    super::stated(&unwrapped(&store[at..end]))
}

/// The address in `nextgroup`.
fn next_group(store: &str, base: &Url) -> Option<Url> {
    static HREF: LazyLock<Regex> = LazyLock::new(|| compiled(r#"href\s*=\s*["']([^"']+)["']"#));
    let at = store.find("<nextgroup>")?;
    let end = store[at..]
        .find("</nextgroup>")
        .map_or(store.len(), |i| at + i);
    let group = unwrapped(&store[at..end]);
    let href = HREF
        .captures(&group)?
        .get(1)?
        .as_str()
        .replace("&amp;", "&");
    base.join(&href).ok()
}

/// Records from the first one on, with the parameters of `nextgroup`; an encrypted `nextgroup` is followed as it is.
fn first_call(sheet: &Sheet<'_>, island: &str) -> Option<Url> {
    let group = next_group(island, &sheet.base).or_else(|| {
        let address = script::address(sheet.html, "dataproxy.jsp?")?;
        sheet.base.join(&address).ok()
    })?;
    if !group.query_pairs().any(|(name, _)| name == "columnid") {
        return Some(group);
    }
    let per_page = script::number(sheet.html, "perPage")
        .or_else(|| script::number(sheet.html, "perpage"))
        .filter(|n| (1..=100).contains(n))
        .unwrap_or(20);
    Some(call(&group, 1, GROUP, per_page, 1))
}

/// The call for the records `from..=to`. `page` says the same for servers that count pages instead.
fn call(group: &Url, from: usize, to: usize, per_page: usize, page: usize) -> Url {
    let own = ["startrecord", "endrecord", "perpage", "page"];
    let mut names = HashSet::new();
    let kept: Vec<(String, String)> = group
        .query_pairs()
        .filter(|(name, _)| !own.contains(&name.as_ref()) && names.insert(name.to_string()))
        .map(|(n, v)| (n.into_owned(), v.into_owned()))
        .collect();
    let mut url = group.clone();
    let mut query = url.query_pairs_mut();
    query.clear();
    query
        .append_pair("startrecord", &from.to_string())
        .append_pair("endrecord", &to.to_string())
        .append_pair("perpage", &per_page.to_string())
        .append_pair("page", &page.to_string());
    for (name, value) in [("col", "1"), ("sourceContentType", "1")] {
        if !names.contains(name) {
            query.append_pair(name, value);
        }
    }
    for (name, value) in &kept {
        query.append_pair(name, value);
    }
    drop(query);
    url
}

fn parameter(url: &Url, name: &str) -> Option<usize> {
    url.query_pairs()
        .find(|(n, _)| n == name)
        .and_then(|(_, v)| super::stated(&v))
}

/// The walk's number of an answer: the page of the island is 1, the first call 2. 1 when the call does not say.
fn page_of(url: &Url) -> usize {
    parameter(url, "page").map_or(1, |page| page.saturating_add(1))
}

fn further(url: &Url, body: &str, reading: &ListReading, got: usize) -> Vec<String> {
    let (Some(from), Some(total)) = (parameter(url, "startrecord"), reading.stated_total) else {
        return encrypted_next(url, body, got);
    };
    if from != 1 || got == 0 {
        return Vec::new();
    }
    // A server may send fewer records than asked for: steps are as long as its first answer.
    let per_page = parameter(url, "perpage").unwrap_or(20).min(got);
    (1..total.div_ceil(got).min(MAX_NEXT))
        .map(|i| {
            let next = call(url, i * got + 1, (i + 1) * got, per_page, i + 1);
            interface("jcms", &next, "", i + 2)
        })
        .collect()
}

fn encrypted_next(url: &Url, body: &str, got: usize) -> Vec<String> {
    match next_group(body, url).filter(|next| got > 0 && next != url) {
        // Nothing in it says which page it is: the walk counts.
        Some(next) => vec![interface("jcms", &next, "", 0)],
        None => Vec::new(),
    }
}
