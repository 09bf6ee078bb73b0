//! Pictures and players.

use super::draft::{MediaKind, RawImage};
use super::{MAX_LINKS, Walker};
use crate::tags::{Tag, contains_ignore_case};
use duwang_html::NodeId;

impl Walker<'_> {
    pub(super) fn image(&mut self, id: NodeId, hidden: bool) {
        let src = ["data-src", "src", "data-original", "original", "oldsrc"]
            .iter()
            .filter_map(|name| self.tree.attr(id, name))
            .map(str::trim)
            .find(|src| !src.is_empty() && !src.starts_with("data:"));
        let alt = self.tree.attr(id, "alt").unwrap_or("").trim();
        if let Some(link) = self.draft.links.get_mut(self.context.link)
            && link.alt.is_empty()
        {
            link.alt = alt.to_owned();
        }
        let Some(src) = src else { return };
        if self.draft.images.len() < MAX_LINKS {
            self.draft.images.push(RawImage {
                node: id.index() as u32,
                src: src.to_owned(),
                alt: alt.to_owned(),
                hidden,
            });
        }
    }

    pub(super) fn media(&mut self, id: NodeId, tag: Tag) {
        let source = self
            .tree
            .attr(id, "src")
            .or_else(|| self.tree.attr(id, "data-src"))
            .or_else(|| self.tree.attr(id, "data"))
            .unwrap_or("");
        let is_player = self.tree.has_class(id, "video_iframe")
            || [
                "v.qq.com", ".mp4", ".m3u8", ".flv", ".swf", "player", "video",
            ]
            .iter()
            .any(|p| contains_ignore_case(source, p));
        let kind = match tag {
            Tag::Video => MediaKind::Video,
            Tag::Audio => MediaKind::Audio,
            _ if is_player => MediaKind::Video,
            _ if contains_ignore_case(source, ".mp3") => MediaKind::Audio,
            _ => MediaKind::Frame,
        };
        self.draft.media.push((id.index() as u32, kind));
    }
}
