//! An article as lines: its head, its text, its pictures and links.

use super::one_line;
use super::page::Page;
use crate::layout::{Layout, PlacedLink};
use crate::script::{first_string, value_where, values, without_entities};
use crate::title::Title;
use duwang_html::{Limits, NodeId};
use duwang_model::{BlockKind, Image, LinkRole, Part, Span, WechatArticle};

impl Page<'_> {
    /// The content proper as lines.
    pub(super) fn content(&self, show_type: i32) -> Layout {
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
    pub(super) fn head(&self, layout: &mut Layout, identity: &WechatArticle, content: &Layout) {
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

    pub(super) fn pictures(&self, layout: &mut Layout, show_type: i32) {
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

    pub(super) fn links(&self, layout: &mut Layout, identity: &WechatArticle) {
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
