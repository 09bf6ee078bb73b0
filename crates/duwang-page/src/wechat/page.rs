//! What an article's page holds: its elements by id, its meta tags, and the variables of its scripts.

use super::one_line;
use crate::script::value_where;
use duwang_html::{NodeId, Tree};

pub(super) struct Page<'t> {
    pub(super) url: &'t str,
    pub(super) tree: &'t Tree,
    pub(super) scripts: Vec<&'t str>,
    /// The fullest account of an article, `window.cgiDataNew = {…}`, where there is one.
    pub(super) data: Vec<&'t str>,
    pub(super) ids: Vec<(&'t str, NodeId)>,
    pub(super) meta: Vec<(String, String)>,
    pub(super) body_class: String,
}

const IDS: [&str; 12] = [
    "js_article",
    "js_content",
    "activity-name",
    "activity_name",
    "js_name",
    "js_author_name",
    "js_share_notice",
    "js_share_source",
    "js_text_desc",
    "publish_time",
    "meta_content",
    "js_common_share_desc_wrap",
];

impl<'t> Page<'t> {
    pub(super) fn of(url: &'t str, tree: &'t Tree) -> Self {
        let mut page = Self {
            url,
            tree,
            scripts: Vec::new(),
            data: Vec::new(),
            ids: Vec::new(),
            meta: Vec::new(),
            body_class: String::new(),
        };
        for id in tree.descendants(tree.root()) {
            match tree.name(id) {
                "" => {}
                "script" => page
                    .scripts
                    .extend(tree.children(id).filter_map(|c| tree.text(c))),
                "meta" => {
                    let name = tree.attr(id, "name").or_else(|| tree.attr(id, "property"));
                    if let (Some(name), Some(content)) = (name, tree.attr(id, "content"))
                        && page.meta.len() < 100
                    {
                        page.meta.push((name.to_owned(), content.trim().to_owned()));
                    }
                }
                "body" => page.body_class = tree.attr(id, "class").unwrap_or("").to_owned(),
                _ => {
                    if let Some(found) = tree
                        .attr(id, "id")
                        .and_then(|i| IDS.iter().find(|known| **known == i))
                        && page.node(found).is_none()
                    {
                        page.ids.push((found, id));
                    }
                }
            }
        }
        page.data = page
            .scripts
            .iter()
            .filter(|s| s.contains("JsDecode("))
            .filter_map(|s| s.find("cgiDataNew").map(|at| &s[at..]))
            .collect();
        page
    }

    /// The body id is `activity-detail` on error pages, too; only these two are article roots.
    pub(super) fn is_article(&self) -> bool {
        self.node("js_article").is_some() || self.node("js_content").is_some()
    }

    pub(super) fn node(&self, id: &str) -> Option<NodeId> {
        self.ids
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, node)| *node)
    }

    pub(super) fn text_of(&self, id: &str) -> String {
        self.node(id)
            .map_or_else(String::new, |node| one_line(&self.tree.inner_text(node)))
    }

    pub(super) fn text_of_class(&self, class: &str) -> Option<String> {
        let found = self
            .tree
            .descendants(self.tree.root())
            .find(|id| self.tree.has_class(*id, class))?;
        Some(one_line(&self.tree.inner_text(found))).filter(|t| !t.is_empty())
    }

    pub(super) fn meta(&self, name: &str) -> &str {
        self.meta
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, v)| v)
    }

    pub(super) fn value(&self, key: &str) -> Option<String> {
        self.value_where(key, |_| true)
    }

    pub(super) fn digits(&self, key: &str) -> Option<String> {
        self.value_where(key, |v| v.bytes().all(|b| b.is_ascii_digit()))
    }

    /// The article's own variables first, then its data, then whatever script uses the name.
    pub(super) fn value_where(
        &self,
        key: &str,
        right: impl Fn(&str) -> bool + Copy,
    ) -> Option<String> {
        let own = || {
            ["var ", "window."].iter().find_map(|form| {
                value_where(&self.scripts, &format!("{form}{key}"), right).filter(|v| !v.is_empty())
            })
        };
        let data = || value_where(&self.data, key, right).filter(|v| !v.is_empty());
        own()
            .or_else(data)
            .or_else(|| value_where(&self.scripts, key, right).filter(|v| !v.is_empty()))
    }

    pub(super) fn query(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(self.url).ok()?;
        url.query_pairs()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.into_owned())
    }
}
