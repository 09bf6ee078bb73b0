//! Articles of WeChat official accounts: an ordinary article, a shared one, a video, pictures with text, or text alone. Much of it is in
//! scripts, which are read as literals and never run.

mod content;
mod identity;
mod page;

use crate::layout::Layout;
use chrono::NaiveDateTime;
use duwang_html::{NodeId, Tree};
use duwang_model::WechatArticle;
use page::Page;

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

impl Page<'_> {
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
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
