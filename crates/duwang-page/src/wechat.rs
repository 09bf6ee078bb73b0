//! Articles of WeChat official accounts: an ordinary article, a shared one, a video, pictures with text, or text alone. Much of it is in
//! scripts, which are read as literals and never run.

use crate::dates::{find_dates, from_epoch};
use crate::layout::{Layout, PlacedLink};
use crate::script::{first_string, value_where, values, without_entities};
use crate::title::Title;
use chrono::NaiveDateTime;
use duwang_html::{Limits, NodeId, Tree};
use duwang_model::{BlockKind, Image, LinkRole, Part, Span, WechatArticle};

/// An article laid out, with what its scripts say.
pub(crate) struct Article {
    pub layout: Layout,
    pub identity: WechatArticle,
    pub sent: Option<NaiveDateTime>,
}

/// Whether the address is one of the WeChat article host.
pub(crate) fn is_wechat_url(url: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', ':']).next() == Some("mp.weixin.qq.com")
}

/// Reads an article; `None` when the page has no article in it.
pub(crate) fn read(url: &str, html: &str, tree: &Tree) -> Option<Article> {
    let has_root = html.contains("js_article")
        || (html.contains("js_content")
            && (is_wechat_url(url) || html.contains("rich_media_content")));
    if !has_root {
        return None;
    }
    let page = Page::of(url, tree);
    page.is_article().then(|| page.read())
}

/// Whether a page without an address is one of WeChat's message pages (deleted, expired, blocked).
pub(crate) fn is_refusal(html: &str) -> bool {
    (html.contains("weui-msg__title") || html.contains("mesg-block"))
        && (html.contains("res.wx.qq.com")
            || html.contains("mmbizwap")
            || html.contains("activity-detail"))
}

/// What a page of the WeChat host that is no article says instead (deleted, blocked, moved).
pub(crate) fn said_instead(tree: &Tree) -> String {
    let wanted = |id: &NodeId| {
        [
            "weui-msg__title",
            "mesg-block",
            "global_error_msg",
            "weui-msg__desc",
        ]
        .iter()
        .any(|c| tree.has_class(*id, c))
    };
    let found = tree.descendants(tree.root()).find(wanted);
    found.map_or_else(String::new, |id| one_line(&tree.inner_text(id)))
}

struct Page<'t> {
    url: &'t str,
    tree: &'t Tree,
    scripts: Vec<&'t str>,
    /// The fullest account of an article, `window.cgiDataNew = {…}`, where there is one.
    data: Vec<&'t str>,
    ids: Vec<(&'t str, NodeId)>,
    meta: Vec<(String, String)>,
    body_class: String,
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
    fn of(url: &'t str, tree: &'t Tree) -> Self {
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
    fn is_article(&self) -> bool {
        self.node("js_article").is_some() || self.node("js_content").is_some()
    }

    fn node(&self, id: &str) -> Option<NodeId> {
        self.ids
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, node)| *node)
    }

    fn text_of(&self, id: &str) -> String {
        self.node(id)
            .map_or_else(String::new, |node| one_line(&self.tree.inner_text(node)))
    }

    fn meta(&self, name: &str) -> &str {
        self.meta
            .iter()
            .find(|(n, _)| n == name)
            .map_or("", |(_, v)| v)
    }

    fn value(&self, key: &str) -> Option<String> {
        self.value_where(key, |_| true)
    }

    fn digits(&self, key: &str) -> Option<String> {
        self.value_where(key, |v| v.bytes().all(|b| b.is_ascii_digit()))
    }

    /// The article's own variables first, then its data, then whatever script uses the name.
    fn value_where(&self, key: &str, right: impl Fn(&str) -> bool + Copy) -> Option<String> {
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

    fn read(&self) -> Article {
        let identity = self.identity();
        let content = self.content(identity.show_type);
        let mut layout = Layout {
            meta: self.meta.clone(),
            ..Layout::default()
        };
        self.head(&mut layout, &identity, &content);
        layout.append(content);
        self.pictures(&mut layout, identity.show_type);
        self.links(&mut layout, &identity);
        if identity.paid {
            layout.notes.push("付费文章，只见预览，未读全文".to_owned());
        }
        Article {
            layout,
            identity,
            sent: self.sent(),
        }
    }

    fn identity(&self) -> WechatArticle {
        let is_key = |v: &str| {
            v.len() >= 8
                && v.bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'=' | b'+' | b'/'))
        };
        let account = || {
            let of_dom = ["js_name"]
                .iter()
                .map(|id| self.text_of(id))
                .find(|t| !t.is_empty())
                .or_else(|| self.text_of_class("account_nickname_inner"))
                .or_else(|| self.text_of_class("wx_follow_nickname"));
            of_dom
                .or_else(|| self.value("nickname").map(|n| without_entities(&n)))
                .or_else(|| self.value("nick_name").map(|n| without_entities(&n)))
        };
        WechatArticle {
            biz: self
                .value_where("biz", is_key)
                .or_else(|| self.query("__biz"))
                .unwrap_or_default(),
            mid: self
                .digits("mid")
                .or_else(|| self.digits("appmsgid"))
                .or_else(|| self.query("mid"))
                .unwrap_or_default(),
            idx: self
                .digits("idx")
                .or_else(|| self.digits("itemidx"))
                .or_else(|| self.query("idx"))
                .unwrap_or_default(),
            user_name: self
                .value_where("user_name", |v| v.starts_with("gh_"))
                .unwrap_or_default(),
            account: account().unwrap_or_default(),
            show_type: self.show_type(),
            source_url: self
                .value("msg_source_url")
                .or_else(|| self.value("source_url"))
                .filter(|u| u.starts_with("http"))
                .map(|u| without_entities(&u))
                .unwrap_or_default(),
            copyright: ["_copyright_stat", "copyright_stat"]
                .iter()
                .find_map(|k| self.digits(k))
                .and_then(|v| v.parse().ok())
                .unwrap_or(0),
            title_modified: self.digits("is_title_modified").as_deref() == Some("1"),
            paid: self.digits("is_pay_subscribe").as_deref() == Some("1"),
        }
    }

    fn text_of_class(&self, class: &str) -> Option<String> {
        let found = self
            .tree
            .descendants(self.tree.root())
            .find(|id| self.tree.has_class(*id, class))?;
        Some(one_line(&self.tree.inner_text(found))).filter(|t| !t.is_empty())
    }

    fn query(&self, name: &str) -> Option<String> {
        let url = url::Url::parse(self.url).ok()?;
        url.query_pairs()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.into_owned())
    }

    fn show_type(&self) -> i32 {
        let of_script = self.digits("item_show_type").and_then(|v| v.parse().ok());
        of_script.unwrap_or(match () {
            () if self.body_class.contains("page_share_img") => 8,
            () if self.body_class.contains("page_share_text") => 10,
            () if self.body_class.contains("page_share_video") => 5,
            () if self.body_class.contains("page_share_audio") => 7,
            () => 0,
        })
    }

    fn sent(&self) -> Option<NaiveDateTime> {
        let epoch = ["ct", "ori_create_time", "create_timestamp", "ori_send_time"]
            .iter()
            .find_map(|key| {
                self.value_where(key, |v| {
                    v.len() == 10 && v.bytes().all(|b| b.is_ascii_digit())
                })
                .and_then(|v| from_epoch(v.parse().ok()?))
            });
        let written = || {
            let texts = ["createTime", "create_time", "publish_time"]
                .iter()
                .filter_map(|k| self.value_where(k, |v| v.contains('-')));
            texts
                .chain([self.text_of("publish_time")])
                .find_map(|t| find_dates(&t).first().map(|d| d.1))
        };
        epoch.or_else(written)
    }

    /// The content proper as lines.
    fn content(&self, show_type: i32) -> Layout {
        let is_text = matches!(show_type, 10 | 17);
        let node = self.node("js_content").filter(|_| !is_text);
        let mut content = node.map_or_else(Layout::default, |node| {
            Layout::of_content(self.tree, self.url, &[node], Some(node))
        });
        let written = [
            "js_share_notice",
            "js_content",
            "js_text_desc",
            "js_common_share_desc_wrap",
        ]
        .iter()
        .filter_map(|id| self.node(id));
        if content.blocks.is_empty() || matches!(show_type, 5..=8 | 10 | 17) {
            let text = match show_type {
                8 => value_where(&self.scripts, "window.desc", |_| true)
                    .filter(|d| !d.is_empty())
                    .or_else(|| self.value("content_noencode")),
                10 | 17 => ["TextContentNoEncode", "ContentNoEncode", "content_noencode"]
                    .iter()
                    .find_map(|k| self.value(k)),
                _ => None,
            };
            let text = text
                .or_else(|| written.filter_map(|node| self.written_in(node)).next())
                .or_else(|| self.value("content_noencode"))
                .or_else(|| {
                    matches!(show_type, 5..=8 | 10 | 17).then(|| {
                        self.meta("description")
                            .replace("\\x0a", "\n")
                            .replace("\\n", "\n")
                    })
                })
                .unwrap_or_default();
            self.add_text(&mut content, &text);
        }
        match show_type {
            5 => content.media.videos = content.media.videos.max(1),
            6 | 7 => content.media.audios = content.media.audios.max(1),
            _ => {}
        }
        content
    }

    /// Older pages write their text by a script inside the paragraph: `innerHTML = "…"`, `document.write("…")`.
    fn written_in(&self, node: NodeId) -> Option<String> {
        let scripts = self
            .tree
            .descendants(node)
            .filter(|n| self.tree.name(*n) == "script");
        scripts
            .flat_map(|s| self.tree.children(s))
            .filter_map(|t| self.tree.text(t))
            .find_map(|script| {
                let at = script
                    .find("innerHTML")
                    .or_else(|| script.find("document.write"))?;
                let rest = &script[at..];
                let at = rest.find(['=', '('])?;
                first_string(&rest[at..]).filter(|t| !t.trim().is_empty())
            })
    }

    fn add_text(&self, content: &mut Layout, text: &str) {
        let has_markup = text.contains("</") || text.contains("<br") || text.contains("<p");
        if has_markup {
            let fragment = duwang_html::parse(text, Limits::default());
            content.append(Layout::of_content(
                &fragment,
                self.url,
                &[fragment.root()],
                None,
            ));
            return;
        }
        for line in without_entities(text).split(['\n', '\r']) {
            content.push_line(line, BlockKind::Paragraph, Part::Main);
        }
    }

    /// Title line and the line with author and account.
    fn head(&self, layout: &mut Layout, identity: &WechatArticle, content: &Layout) {
        let title = self.title(identity, content);
        let span = layout.push_line(&title, BlockKind::Heading, Part::Info);
        layout.title = Title {
            text: title,
            lines: None,
            span,
        };
        let author = Some(self.text_of("js_author_name"))
            .filter(|a| !a.is_empty())
            .unwrap_or_else(|| self.meta("author").to_owned());
        let line = if author == identity.account {
            author
        } else {
            format!("{author} {}", identity.account)
        };
        layout.push_line(&line, BlockKind::Paragraph, Part::Info);
    }

    fn title(&self, identity: &WechatArticle, content: &Layout) -> String {
        let first_line = || {
            content
                .blocks
                .first()
                .map_or("", |b| &content.plain[b.span.start..b.span.end])
        };
        if identity.show_type == 10 && self.digits("is_user_title").as_deref() != Some("1") {
            return first_line().chars().take(40).collect();
        }
        let of_dom = ["activity-name", "activity_name"]
            .iter()
            .map(|id| self.text_of(id))
            .find(|t| !t.is_empty());
        of_dom
            .or_else(|| {
                self.value("msg_title")
                    .map(|t| one_line(&without_entities(&t)))
            })
            .or_else(|| {
                value_where(&self.data, "title", |_| true).map(|t| one_line(&without_entities(&t)))
            })
            .filter(|t| !t.is_empty())
            .or_else(|| Some(without_entities(self.meta("og:title"))).filter(|t| !t.is_empty()))
            .or_else(|| self.text_of_class("video_info_title"))
            .unwrap_or_else(|| first_line().chars().take(40).collect())
    }

    fn pictures(&self, layout: &mut Layout, show_type: i32) {
        if show_type != 8 {
            return;
        }
        for script in &self.scripts {
            let Some(at) = script.find("picture_page_info_list") else {
                continue;
            };
            let list = &script[at..script.len().min(at + floor(script, at, 400_000))];
            for url in values(list, "cdn_url") {
                let url = without_entities(&url);
                if !layout.images.iter().any(|i| i.url == url) && layout.images.len() < 200 {
                    layout.images.push(Image {
                        url,
                        alt: String::new(),
                        part: Part::Main,
                    });
                }
            }
        }
    }

    fn links(&self, layout: &mut Layout, identity: &WechatArticle) {
        let shared = self
            .node("js_share_source")
            .and_then(|n| self.tree.attr(n, "data-url"))
            .unwrap_or("");
        for (url, text) in [(identity.source_url.as_str(), "阅读原文"), (shared, "原文")] {
            if !url.is_empty() {
                layout.links.push(PlacedLink {
                    url: url.to_owned(),
                    href: url.to_owned(),
                    title: text.to_owned(),
                    alt: String::new(),
                    role: LinkRole::Content,
                    span: Span::default(),
                    date: None,
                });
            }
        }
    }
}

/// A length from `at` on that ends on a character boundary.
fn floor(text: &str, at: usize, length: usize) -> usize {
    let mut end = (at + length).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end - at
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
