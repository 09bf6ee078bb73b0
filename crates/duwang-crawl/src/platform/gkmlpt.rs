//! The Guangdong disclosure platform: a directory page with the tree of columns in a script, each leaf a JSON interface.

use super::paged::with_page;
use super::sheet::{Sheet, interface, page};
use super::{MAX_NEXT, date, loose};
use duwang_model::{ListItem, ListReading};
use serde_json::Value;
use url::Url;

/// Columns of one directory.
const MAX_COLUMNS: usize = 500;

/// The directory: its entries are the columns, `next` the first call of each.
pub(super) fn read(sheet: &Sheet<'_>) -> Option<ListReading> {
    if !sheet.holds("_CONFIG") || !sheet.holds("TREE") {
        return None;
    }
    let site = config_text(sheet.html, "SID")?;
    let tree = config_value(sheet.html, "TREE")?;
    let mut columns = Vec::new();
    let mut elsewhere = vec!["/gkmlpt/guide".to_owned()];
    leaves(&tree, &mut columns, &mut elsewhere, 0);
    let mut reading = sheet.reading("gkmlpt", Vec::new());
    for (id, name) in columns.iter().take(MAX_COLUMNS) {
        let (Ok(call), Ok(leaf)) = (
            sheet
                .base
                .join(&format!("/gkmlpt/api/all/{id}?page=1&sid={site}")),
            sheet.base.join(&format!("/gkmlpt/index#{id}")),
        ) else {
            continue;
        };
        reading
            .next
            .push(interface("gkmlpt", &call, leaf.as_str(), 1));
        reading.items.push(ListItem {
            url: leaf.to_string(),
            title: name.clone(),
            date: None,
        });
    }
    // Leaves with a page of their own, and the guide, whose links only the script would draw.
    let pages = elsewhere
        .iter()
        .take(MAX_COLUMNS)
        .filter_map(|address| sheet.base.join(address).ok());
    reading.next.extend(pages.map(|url| page(&url)));
    if columns.len() > MAX_COLUMNS {
        reading.notes.push(format!(
            "目录有 {} 个栏目，只取前 {MAX_COLUMNS} 个",
            columns.len()
        ));
    }
    Some(reading)
}

pub(super) fn read_answer(url: &Url, body: &str) -> Option<ListReading> {
    let answer = loose::answer(body)?;
    let articles = answer["articles"].as_array()?;
    // Page 0 and page 1 are the same.
    let page = super::pager::page_in_query(url).unwrap_or(1).max(1);
    let items: Vec<ListItem> = articles.iter().map(|a| item(a, url)).collect();
    let total =
        loose::count(&answer["total"]).or_else(|| loose::count(&answer["classify"]["post_count"]));
    let next = match (page, total) {
        (1, Some(total)) if !items.is_empty() => (2..=total.div_ceil(items.len()).min(MAX_NEXT))
            .map(|p| interface("gkmlpt", &with_page(url, p), "", p))
            .collect(),
        _ => Vec::new(),
    };
    Some(ListReading {
        platform: "gkmlpt".to_owned(),
        name: loose::text(&answer["classify"]["name"]),
        items,
        next,
        stated_total: total,
        page,
        ..ListReading::default()
    })
}

fn item(article: &Value, base: &Url) -> ListItem {
    let address = loose::first_text(article, &["url", "post_url"]);
    ListItem {
        url: base
            .join(&address)
            .ok()
            .filter(|_| !address.is_empty())
            .map(|u| crate::normalise(&u))
            .unwrap_or_default(),
        title: loose::text(&article["title"]),
        date: ["display_publish_time", "date", "created_at"]
            .iter()
            .find_map(|n| date::of_value(&article[*n])),
    }
}

/// Columns without sub-columns; those with a page elsewhere apart.
fn leaves(
    tree: &Value,
    out: &mut Vec<(String, String)>,
    elsewhere: &mut Vec<String>,
    depth: usize,
) {
    for node in tree.as_array().into_iter().flatten() {
        let has_children = node["children"].as_array().is_some_and(|c| !c.is_empty());
        if has_children && depth < 20 {
            leaves(&node["children"], out, elsewhere, depth + 1);
            continue;
        }
        let id = loose::text(&node["id"]);
        let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
        let jump = loose::text(&node["jump_url"]);
        if !jump.is_empty() {
            elsewhere.push(jump);
        } else if is_id {
            out.push((id, loose::text(&node["name"])));
        }
    }
}

fn config_text(html: &str, name: &str) -> Option<String> {
    let text = super::script::string(html, name)
        .map(str::to_owned)
        .or_else(|| super::script::number(html, name).map(|n| n.to_string()))?;
    let is_plain = !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    is_plain.then_some(text)
}

fn config_value(html: &str, name: &str) -> Option<Value> {
    html.match_indices(name).take(20).find_map(|(at, _)| {
        let rest = html[at + name.len()..]
            .trim_start_matches(['"', '\''])
            .trim_start();
        let rest = rest.strip_prefix([':', '='])?.trim_start();
        loose::value_at(html, html.len() - rest.len())
    })
}
