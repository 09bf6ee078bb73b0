//! The lines of text: words, blanks and where a line ends.

use super::broken::{Joint, joint};
use super::draft::Line;
use super::{NONE, Walker};
use crate::dates;
use duwang_html::NodeId;
use duwang_model::Span;

const MAX_LINES: usize = 200_000;

impl Walker<'_> {
    /// Reads a text node.
    pub(super) fn text(&mut self, id: NodeId, text: &str) {
        let node = self.tree.parent(id).map_or(0, NodeId::index);
        self.text_node = id.index() as u32;
        let bytes = text.trim_ascii().len() as u32;
        if bytes == 0 {
            self.pending_blank |= !text.is_empty();
            return;
        }
        let text = if std::mem::take(&mut self.broken) && self.goes_on(text) {
            text.trim_ascii_start()
        } else {
            text
        };
        if self.draft.lines.len() >= MAX_LINES {
            self.note("行数过多，其余未读");
            return;
        }
        self.weigh(node, bytes);
        if (8..=48).contains(&bytes) {
            self.note_day(id, text);
        }
        if self.context.preformatted {
            for (i, line) in text.split('\n').enumerate() {
                if i > 0 {
                    self.flush();
                }
                self.words(line);
            }
        } else {
            self.words(text);
        }
    }

    /// Counts the bytes of a text for the element it stands in.
    fn weigh(&mut self, node: usize, bytes: u32) {
        if self.context.link != NONE {
            self.draft.own_link[node] += bytes;
            self.line_link += bytes;
        } else {
            self.draft.own_text[node] += bytes;
        }
    }

    /// Notes a text that is nothing but a day and what it is called.
    fn note_day(&mut self, id: NodeId, text: &str) {
        let day = text.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '二');
        if let Some(at) = dates::is_only_date(day.trim()) {
            self.draft.dates.push((id.index() as u32, at.date()));
        }
    }

    /// A break ends the line, unless the words behind it show that a sentence goes on.
    pub(super) fn line_break(&mut self) {
        if self.broken || self.draft.plain.len() == self.line_start {
            self.flush();
        } else {
            self.broken = true;
        }
    }

    /// Whether the text behind a break joins the line; if not, the line is ended. What is linked stays as it was broken: a list of
    /// links.
    fn goes_on(&mut self, text: &str) -> bool {
        let is_linked = self.context.link != NONE || self.line_link > 0;
        let before = &self.draft.plain[self.line_start..];
        let joint = if is_linked {
            Joint::Apart
        } else {
            joint(before, text)
        };
        match joint {
            Joint::Apart => self.flush(),
            Joint::Close => self.pending_blank = false,
            Joint::Spaced => self.pending_blank = true,
        }
        joint != Joint::Apart
    }

    /// Appends text with runs of ASCII blanks made one space; blanks at the start of a line are indentation and dropped.
    fn words(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            if bytes[at].is_ascii_whitespace() {
                self.pending_blank = true;
                at += 1;
                continue;
            }
            let from = at;
            while at < bytes.len() && !bytes[at].is_ascii_whitespace() {
                at += 1;
            }
            self.word(&text[from..at]);
        }
    }

    fn word(&mut self, word: &str) {
        let word = if self.draft.plain.len() == self.line_start {
            word.trim_start()
        } else {
            word
        };
        if word.is_empty() {
            return;
        }
        if self.draft.plain.len() == self.line_start {
            self.line_node = self.context.node;
            self.line_first = self.text_node;
        } else if self.pending_blank {
            self.draft.plain.push(' ');
        }
        self.pending_blank = false;
        let at = self.draft.plain.len();
        if let Some(link) = self.draft.links.get_mut(self.context.link)
            && link.span.start == NONE
        {
            link.span.start = at;
        }
        self.draft.plain.push_str(word);
    }

    /// Ends the line; a line without a visible character leaves nothing behind.
    pub(super) fn flush(&mut self) {
        self.pending_blank = false;
        self.broken = false;
        let line = self.draft.plain[self.line_start..].trim_end();
        let end = self.line_start + line.len();
        let visible = line.chars().any(is_visible);
        self.draft
            .plain
            .truncate(if visible { end } else { self.line_start });
        let link_bytes = std::mem::take(&mut self.line_link);
        if !visible {
            if let Some(link) = self.draft.links.get_mut(self.context.link)
                && link.span.start >= self.line_start
            {
                link.span.start = NONE;
            }
            return;
        }
        self.draft.lines.push(Line {
            span: Span::new(self.line_start, end),
            node: self.line_node,
            first: self.line_first,
            cell: self.context.cell,
            heading: self.context.heading,
            item: self.context.item,
            link_bytes,
            hidden: false,
        });
        self.draft.plain.push('\n');
        self.line_start = self.draft.plain.len();
    }
}

/// Whether a character shows: neither a blank nor of zero width.
pub(crate) fn is_visible(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{202a}'..='\u{202e}')
}
