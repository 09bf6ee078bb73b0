//! JPAAS: the page names its list in `queryData="{'pageType':'column',…}"`, an interface renders each page of it as HTML in JSON.

use super::rows::fragment_items;
use super::sheet::{Sheet, interface};
use super::{MAX_NEXT, loose};
use duwang_html::NodeId;
use duwang_model::ListReading;
use url::Url;

const UNIT: &str = "/api-gateway/jpaas-publish-server/front/page/build/unit";

pub(super) fn read(sheet: &Sheet<'_>) -> Option<ListReading> {
    if !sheet.holds("queryData") && !sheet.holds("querydata") {
        return None;
    }
    if sheet.is_article() {
        return None;
    }
    let node = list_unit(sheet)?;
    let data = loose::answer(sheet.tree.attr(node, "querydata")?)?;
    let rows = sheet.rows();
    let inside = rows
        .groups
        .iter()
        .filter(|g| {
            g.rows
                .first()
                .is_some_and(|r| sheet.tree.is_within(r.node, node))
        })
        .max_by_key(|g| (g.dated, g.rows.len()));
    let items = inside.map(|g| rows.items(g)).unwrap_or_default();
    let (total, size) = counts(sheet.tree, node);
    let mut reading = sheet.reading("jpaas", items);
    reading.stated_total = total;
    let address = sheet
        .tree
        .attr(node, "url")
        .filter(|u| u.contains("build/unit"))
        .unwrap_or(UNIT);
    let is_all = total.is_some_and(|t| reading.items.len() >= t);
    if !is_all && let Some(call) = first_call(&sheet.base, address, &data, size.unwrap_or(15)) {
        reading.next.push(interface("jpaas", &call, "", 2));
    }
    Some(reading)
}

pub(super) fn read_answer(url: &Url, body: &str) -> Option<ListReading> {
    let answer = loose::answer(body)?;
    let html = answer["data"]["html"]
        .as_str()
        .or_else(|| answer["html"].as_str())?;
    let tree = duwang_html::parse(html, duwang_html::Limits::default());
    let (total, _) = counts(&tree, tree.root());
    let items = fragment_items(html, url);
    let asked = page_asked(url);
    let mut reading = ListReading {
        platform: "jpaas".to_owned(),
        stated_total: total,
        page: asked + 1,
        ..ListReading::default()
    };
    if asked == 1 && !items.is_empty() {
        let pages = total.unwrap_or(0).div_ceil(items.len()).min(MAX_NEXT);
        reading.next = (2..=pages)
            .filter_map(|page| Some(interface("jpaas", &with_page(url, page)?, "", page + 1)))
            .collect();
    }
    reading.items = items;
    Some(reading)
}

/// The unit of the page that is its list: named so by its tag, else the one with the most links.
fn list_unit(sheet: &Sheet<'_>) -> Option<NodeId> {
    let tree = sheet.tree;
    let units = tree.descendants(tree.root()).filter(|id| {
        tree.attr(*id, "querydata")
            .is_some_and(|q| q.contains("tagId") || q.contains("pageId"))
    });
    units.max_by_key(|id| {
        let data = tree
            .attr(*id, "querydata")
            .unwrap_or("")
            .to_ascii_lowercase();
        let is_list = data.contains("list") || data.contains("列表");
        let links = tree
            .descendants(*id)
            .filter(|n| tree.name(*n) == "a")
            .count();
        (is_list, links)
    })
}

/// `count` and `rows` of the pagination element.
fn counts(tree: &duwang_html::Tree, scope: NodeId) -> (Option<usize>, Option<usize>) {
    let number = |id: NodeId, name: &str| tree.attr(id, name).and_then(super::stated);
    tree.descendants(scope)
        .find(|id| tree.attr(*id, "count").is_some() && tree.attr(*id, "rows").is_some())
        .map_or((None, None), |id| (number(id, "count"), number(id, "rows")))
}

fn first_call(base: &Url, address: &str, data: &serde_json::Value, size: usize) -> Option<Url> {
    let mut url = base.join(address).ok()?;
    {
        let mut query = url.query_pairs_mut();
        for (name, value) in data.as_object()? {
            query.append_pair(name, &loose::text(value));
        }
        query.append_pair("paramJson", &parameters(1, size));
    }
    Some(url)
}

fn parameters(page: usize, size: usize) -> String {
    format!("{{\"pageNo\":{page},\"pageSize\":{size}}}")
}

fn asked(url: &Url) -> Option<serde_json::Value> {
    let (_, value) = url.query_pairs().find(|(n, _)| n == "paramJson")?;
    loose::answer(&value)
}

fn page_asked(url: &Url) -> usize {
    asked(url)
        .and_then(|v| loose::count(&v["pageNo"]))
        .unwrap_or(1)
}

fn with_page(url: &Url, page: usize) -> Option<Url> {
    let size = loose::count(&asked(url)?["pageSize"]).unwrap_or(15);
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(|(n, v)| (n.into_owned(), v.into_owned()))
        .collect();
    let mut next = url.clone();
    {
        let mut query = next.query_pairs_mut();
        query.clear();
        for (name, value) in &pairs {
            match name.as_str() {
                "paramJson" => query.append_pair(name, &parameters(page, size)),
                _ => query.append_pair(name, value),
            };
        }
    }
    Some(next)
}
