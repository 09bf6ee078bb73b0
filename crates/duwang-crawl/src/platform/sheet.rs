//! A page on the readers' desk: its source, tree and, once somebody asks, its rows.

use super::anchors::base_of;
use super::pager::Pager;
use super::rows::{Group, Rows};
use super::visible::{one_line, segments};
use crate::walk::normalise;
use crate::{Purpose, Request};
use duwang_html::Tree;
use duwang_model::{ListItem, ListReading};
use memchr::memmem;
use std::cell::OnceCell;
use url::Url;

pub(super) struct Sheet<'a> {
    pub(super) url: &'a Url,
    pub(super) base: Url,
    pub(super) html: &'a str,
    pub(super) tree: &'a Tree,
    rows: OnceCell<Rows>,
    pager: OnceCell<Pager>,
    is_article: OnceCell<bool>,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(url: &'a Url, html: &'a str, tree: &'a Tree) -> Self {
        Self {
            url,
            base: base_of(tree, html, url),
            html,
            tree,
            rows: OnceCell::new(),
            pager: OnceCell::new(),
            is_article: OnceCell::new(),
        }
    }

    /// Whether the source holds a fingerprint.
    pub(super) fn holds(&self, fingerprint: &str) -> bool {
        memmem::find(self.html.as_bytes(), fingerprint.as_bytes()).is_some()
    }

    pub(super) fn rows(&self) -> &Rows {
        self.rows.get_or_init(|| Rows::of(self.tree, &self.base))
    }

    /// The links and words below the list that turn its pages.
    pub(super) fn pager(&self) -> &Pager {
        self.pager.get_or_init(|| Pager::of(self))
    }

    /// Whether the page is one article.
    pub(super) fn is_article(&self) -> bool {
        *self
            .is_article
            .get_or_init(|| super::article::is_article(self))
    }

    /// The group that is most likely the list of a page that is known to be one.
    pub(super) fn main_group(&self) -> Option<&Group> {
        self.rows()
            .groups
            .iter()
            .filter(|g| g.dated > 0 || g.articles > 0 || (!g.in_frame && g.rows.len() > 2))
            .max_by_key(|g| {
                (
                    likelihood(g),
                    std::cmp::Reverse(g.rows.first().map(|r| r.node)),
                )
            })
            .filter(|g| g.dated > 0 || g.articles > 0)
    }

    /// The entries of a page that is known to be a list.
    pub(super) fn items(&self) -> Vec<ListItem> {
        self.main_group()
            .map(|g| self.rows().items(g))
            .unwrap_or_default()
    }

    /// A reading with what every platform has in common.
    pub(super) fn reading(&self, platform: &str, items: Vec<ListItem>) -> ListReading {
        let name = self.name();
        let mut reading = ListReading {
            platform: platform.to_owned(),
            empty_text: if items.is_empty() {
                self.empty_text()
            } else {
                String::new()
            },
            items,
            page: 1,
            ..ListReading::default()
        };
        if let Some(kind) = self
            .meta("columntype")
            .filter(|k| !name.contains(k.as_str()))
        {
            reading
                .notes
                .push(format!("{}{kind}", crate::walk::COLUMN_TYPE));
        }
        reading.name = name;
        reading
    }

    /// The column's name: its tag, else the last step of the breadcrumb, else the page title without the site's name.
    fn name(&self) -> String {
        self.meta("columnname")
            .or_else(|| self.last_crumb())
            .or_else(|| self.title())
            .unwrap_or_default()
    }

    /// A meta tag by its lower-case name; empty ones count as absent.
    pub(super) fn meta(&self, name: &str) -> Option<String> {
        let tree = self.tree;
        tree.descendants(tree.root())
            .take(2000)
            .filter(|id| tree.name(*id) == "meta")
            .find(|id| {
                tree.attr(*id, "name")
                    .is_some_and(|n| n.eq_ignore_ascii_case(name))
            })
            .and_then(|id| tree.attr(id, "content"))
            .map(one_line)
            .filter(|c| !c.is_empty())
    }

    fn last_crumb(&self) -> Option<String> {
        let tree = self.tree;
        let at = tree.descendants(tree.root()).find(|id| {
            tree.text(*id).is_some_and(|t| {
                let t = t.trim();
                t.len() < 200
                    && (t.contains("当前位置")
                        || t.contains("您的位置")
                        || t.contains("所在位置")
                        || t.contains("现在的位置"))
            })
        })?;
        let crumb = tree.parent(at)?;
        // The words may stand alone in a span: then the steps are beside it.
        let place = if segments(tree, crumb, tree.end(crumb)).take(3).count() > 1 {
            crumb
        } else {
            tree.parent(crumb)?
        };
        let steps: Vec<&str> = segments(tree, place, tree.end(place)).take(30).collect();
        let last = steps
            .last()?
            .rsplit(['>', '＞', '»', '/', '：', ':', '›'])
            .map(str::trim)
            .find(|s| !s.is_empty())?;
        (2..=20)
            .contains(&last.chars().count())
            .then(|| last.to_owned())
            .filter(|n| !matches!(n.as_str(), "首页" | "正文" | "列表"))
    }

    fn title(&self) -> Option<String> {
        let title = self
            .tree
            .descendants(self.tree.root())
            .take(2000)
            .find(|id| self.tree.name(*id) == "title")?;
        let title = one_line(&self.tree.inner_text(title));
        let parts = title
            .split(['-', '_', '|', '—', '–', '·', '>'])
            .map(str::trim)
            .filter(|p| !p.is_empty());
        parts
            .clone()
            .find(|p| {
                !["人民政府", "门户", "政府网", "首页", "网站"]
                    .iter()
                    .any(|w| p.contains(w))
            })
            .or_else(|| parts.clone().next())
            .map(|p| p.chars().take(40).collect())
    }

    /// Why nothing was read where no entry was found; `None` when the page shows that there is none.
    pub(super) fn doubt(&self) -> Option<&'static str> {
        let is_any = |marks: &[&str]| marks.iter().any(|m| self.holds(m));
        if is_any(&[
            "id=\"app\"",
            "id='app'",
            "new Vue",
            "createApp(",
            "v-for=",
            "ng-repeat",
            "data-reactroot",
        ]) {
            return Some(super::FILLED_BY_SCRIPT);
        }
        if !self.says_it_is_empty().is_empty() {
            return None;
        }
        if is_any(&[
            "$.ajax",
            "$.get",
            "$.post",
            "getJSON",
            "axios",
            "fetch(",
            "XMLHttpRequest",
        ]) {
            return Some(super::FILLED_BY_SCRIPT);
        }
        (!self.has_empty_list()).then_some(super::NOT_UNDERSTOOD)
    }

    /// `<ul class="list"></ul>`.
    pub(super) fn has_empty_list(&self) -> bool {
        let tree = self.tree;
        let is_list = |value: &str| value.to_ascii_lowercase().contains("list");
        tree.descendants(tree.root()).any(|id| {
            matches!(tree.name(id), "ul" | "ol" | "div" | "table" | "tbody")
                && ["class", "id"]
                    .iter()
                    .any(|n| tree.attr(id, n).is_some_and(is_list))
                && segments(tree, id, tree.end(id)).next().is_none()
                && !tree.descendants(id).any(|d| tree.name(d) == "img")
        })
    }

    /// What a list area without entries says: 暂无信息, where its contents stand instead (由“信用云溪”集中发布), or why there are none (没有实施行政
    /// 强制的法定职权，本年度未产生).
    pub(super) fn empty_text(&self) -> String {
        const EXPLAINED: &[&str] = &[
            "集中发布",
            "统一发布",
            "集中公示",
            "统一公示",
            "未产生",
            "没有产生",
            "未发生",
            "没有发生",
            "未开展",
            "没有开展",
            "未收取",
            "没有收取",
            "的法定职权",
            "无此职权",
            "不具有",
            "不具备",
            "不承担",
        ];
        let empty = self.says_it_is_empty();
        if !empty.is_empty() {
            return empty;
        }
        self.sentence(100, EXPLAINED)
    }

    fn says_it_is_empty(&self) -> String {
        const WORDS: &[&str] = &[
            "暂无",
            "没有相关",
            "没有找到",
            "未找到",
            "没有数据",
            "无相关",
            "建设中",
            "正在建设",
            "正在维护",
            "更新中",
            "敬请期待",
            "没有内容",
            "无内容",
            // An office that says it has nothing of the kind, which is an answer.
            "无此类",
            "没有此类",
            "无该类",
            "没有该类",
            "无此项",
            "不涉及此",
            "不涉及该",
        ];
        self.sentence(40, WORDS)
    }

    /// The first line of at most so many characters that has one of the words.
    fn sentence(&self, longest: usize, words: &[&str]) -> String {
        let root = self.tree.root();
        segments(self.tree, root, self.tree.end(root))
            .map(one_line)
            .find(|s| s.chars().count() <= longest && words.iter().any(|w| s.contains(w)))
            .unwrap_or_default()
    }
}

/// A request for a further page of this list.
pub(super) fn list_page(url: &Url, page: usize) -> String {
    Request::new(
        normalise(url),
        Purpose::List {
            column: String::new(),
            page,
        },
    )
    .to_word()
}

/// A request for a content page that only scripts link to.
pub(super) fn page(url: &Url) -> String {
    Request::new(
        normalise(url),
        Purpose::Page {
            column: None,
            title: String::new(),
            date: None,
        },
    )
    .to_word()
}

/// A request to a list interface; `column` empty: this list.
pub(super) fn interface(platform: &str, url: &Url, column: &str, page: usize) -> String {
    Request::new(
        normalise(url),
        Purpose::Interface {
            platform: platform.to_owned(),
            column: column.to_owned(),
            page,
        },
    )
    .to_word()
}

fn likelihood(group: &Group) -> usize {
    let evidence = group.dated * 4 + group.articles * 3 + group.rows.len();
    let doubt = if group.in_frame { 4 } else { 1 }
        * if group.aside { 4 } else { 1 }
        * if group.teaser { 4 } else { 1 };
    evidence / doubt
}
