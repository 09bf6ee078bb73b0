//! The end of a walk: hidden links, and the last word on spans.

use super::draft::{Draft, Line, RawLink};
use super::{MAX_LINKS, Walker, is_visible};
use duwang_model::Span;

impl Walker<'_> {
    /// Hidden anchors stand after the visible text, so that they can be quoted without being read as part of it.
    pub(super) fn finish(mut self) -> Draft {
        for id in std::mem::take(&mut self.hidden_links) {
            let text = self.tree.inner_text(id);
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            let href = self.tree.attr(id, "href").unwrap_or("").trim();
            let start = self.draft.plain.len();
            let visible = text.chars().any(is_visible);
            if visible {
                self.draft.plain.push_str(&text);
                let span = Span::new(start, self.draft.plain.len());
                self.draft.plain.push('\n');
                self.draft.lines.push(Line {
                    span,
                    node: id.index() as u32,
                    first: id.index() as u32,
                    cell: 0,
                    heading: false,
                    item: false,
                    link_bytes: text.len() as u32,
                    hidden: true,
                });
            }
            if self.draft.links.len() < MAX_LINKS {
                self.draft.links.push(RawLink {
                    node: id.index() as u32,
                    href: href.to_owned(),
                    title: self.tree.attr(id, "title").unwrap_or("").to_owned(),
                    alt: String::new(),
                    span: Span::new(start, if visible { start + text.len() } else { start }),
                    hidden: true,
                });
            }
        }
        self.settle_link_spans();
        if let Some(cut) = self.tree.truncated() {
            self.note(cut);
        }
        self.draft
    }

    /// A link whose text was blanks that the end of a line took away, points at the character before.
    fn settle_link_spans(&mut self) {
        let plain = &self.draft.plain;
        let floor = |mut at: usize| {
            at = at.min(plain.len());
            while !plain.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        for link in &mut self.draft.links {
            let start = floor(link.span.start);
            link.span = Span::new(start, floor(link.span.end).max(start));
        }
    }
}
