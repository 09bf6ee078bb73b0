//! What a page says of itself in its head.

use super::Walker;
use duwang_html::NodeId;

impl Walker<'_> {
    pub(super) fn meta(&mut self, id: NodeId) {
        let name = self
            .tree
            .attr(id, "name")
            .or_else(|| self.tree.attr(id, "property"));
        if let (Some(name), Some(content)) = (name, self.tree.attr(id, "content"))
            && self.draft.meta.len() < 200
        {
            self.draft
                .meta
                .push((name.trim().to_owned(), content.trim().to_owned()));
        }
    }

    pub(super) fn base(&mut self, id: NodeId) {
        if self.draft.base.is_none() {
            self.draft.base = self.tree.attr(id, "href").map(|h| h.trim().to_owned());
        }
    }

    pub(super) fn title(&mut self, id: NodeId) {
        if self.draft.title.is_empty() {
            self.draft.title = self
                .tree
                .inner_text(id)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
        }
    }
}
