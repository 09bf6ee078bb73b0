//! Links, shown and hidden.

use super::draft::RawLink;
use super::{MAX_LINKS, NONE, Open, Walker};
use duwang_html::NodeId;
use duwang_model::Span;

/// Hidden links of a page that are told.
const MAX_HIDDEN: usize = 500;

impl<'t> Walker<'t> {
    /// Opens a link; returns its place in `links`.
    pub(super) fn anchor(&mut self, id: NodeId) -> usize {
        let Some(href) = self.tree.attr(id, "href") else {
            return NONE;
        };
        if self.draft.links.len() >= MAX_LINKS {
            self.note("链接过多，其余未记");
            return NONE;
        }
        self.draft.links.push(RawLink {
            node: id.index() as u32,
            href: self.onclick_target(id, href.trim()).to_owned(),
            title: self.tree.attr(id, "title").unwrap_or("").trim().to_owned(),
            alt: String::new(),
            // Set by the first word inside.
            span: Span::new(NONE, NONE),
            hidden: false,
        });
        self.draft.links.len() - 1
    }

    /// A link ends where its text ends.
    pub(super) fn close_link(&mut self, open: &Open) {
        if let Some(link) = self.draft.links.get_mut(open.index) {
            let start = link.span.start.min(self.draft.plain.len());
            let text = self.draft.plain.get(start..).unwrap_or("").trim_end();
            link.span = Span::new(start, start + text.len());
        }
    }

    /// Some lists hide their targets: `href="javascript:void(0)" onclick="jump('./202605/t1.html')"`.
    fn onclick_target<'h>(&self, id: NodeId, href: &'h str) -> &'h str
    where
        't: 'h,
    {
        if !(href.is_empty() || href == "#" || href.starts_with("javascript:")) {
            return href;
        }
        let script = if href.len() > 30 {
            href
        } else {
            self.tree.attr(id, "onclick").unwrap_or("")
        };
        let quoted = script.split(['\'', '"']).nth(1).unwrap_or("");
        let is_page = quoted.contains(".htm")
            || quoted.contains(".shtm")
            || quoted.contains(".pdf")
            || quoted.contains(".doc");
        if is_page && !quoted.contains([' ', '(']) {
            quoted
        } else {
            href
        }
    }

    /// Of a hidden subtree only links are kept: they are what somebody may have hidden on purpose.
    pub(super) fn hidden(&mut self, id: NodeId) {
        let room = MAX_HIDDEN.saturating_sub(self.hidden_links.len());
        let links = std::iter::once(id)
            .chain(self.tree.descendants(id))
            .filter(|n| self.tree.name(*n) == "a" && self.tree.attr(*n, "href").is_some());
        self.hidden_links.extend(links.take(room));
    }
}
