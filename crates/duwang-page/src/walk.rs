//! One walk over the node array: lines of text, links, pictures, tables and the weights by which the main part is chosen.

mod attributes;
mod broken;
mod draft;
mod finish;
mod head;
mod media;

pub(crate) use draft::{Draft, Line, MediaKind, RawCell, RawLink, RawTable};

use crate::tags::{Region, Tag, region_of_tag, region_of_words};
use crate::{dates, main_part};
use attributes::Attributes;
use broken::{Joint, joint};
use duwang_html::{NodeId, Tree};
use duwang_model::Span;
use std::collections::HashMap;

/// What a page may cost beyond the limits of the tree.
pub(crate) const MAX_LINKS: usize = 20_000;
const MAX_CELLS: usize = 50_000;
const MAX_HINTS: usize = 500;
const MAX_LINES: usize = 200_000;

/// Walks the subtrees of `roots` (the whole tree for the root). `shown` is an element that is hidden only until scripts run.
pub(crate) fn walk(tree: &Tree, roots: &[NodeId], shown: Option<NodeId>) -> Draft {
    let mut walker = Walker::new(tree, shown);
    for root in roots {
        walker.subtree(*root);
    }
    walker.finish()
}

struct Open {
    end: u32,
    node: u32,
    tag: Tag,
    /// Cell: its table; link: its place in `links`; term and definition: where their text starts.
    index: usize,
    /// What held outside.
    outside: Context,
}

/// What the open elements mean for the text inside; carried along so that no line has to look up its ancestors.
#[derive(Clone, Copy)]
struct Context {
    /// Innermost block element.
    node: u32,
    cell: u32,
    heading: bool,
    item: bool,
    preformatted: bool,
    /// Place in `links` of the link around, if any.
    link: usize,
}

/// No table, no link.
const NONE: usize = usize::MAX;

/// What a class list or an id says; pages repeat few of them over and over.
#[derive(Clone, Copy)]
struct Name {
    region: Region,
    title: bool,
}

impl Name {
    fn of(words: &str) -> Self {
        Self {
            region: region_of_words(words),
            title: main_part::is_title_word(words),
        }
    }
}

struct Walker<'t> {
    tree: &'t Tree,
    names: HashMap<&'t str, Name>,
    shown: Option<NodeId>,
    draft: Draft,
    open: Vec<Open>,
    /// Tables being read: index into `draft.tables`.
    tables: Vec<usize>,
    cells: usize,
    line_start: usize,
    line_node: u32,
    line_first: u32,
    /// The text node being read.
    text_node: u32,
    line_link: u32,
    pending_blank: bool,
    /// A `<br>` stands behind the line being read: the next words tell whether it goes on.
    broken: bool,
    context: Context,
    last_term: Option<(u32, Span)>,
    hidden_links: Vec<NodeId>,
}

impl<'t> Walker<'t> {
    fn new(tree: &'t Tree, shown: Option<NodeId>) -> Self {
        let count = tree.len();
        Self {
            tree,
            names: HashMap::new(),
            shown,
            draft: Draft {
                own_text: vec![0; count],
                own_link: vec![0; count],
                region: vec![Region::None; count],
                plain: String::with_capacity(tree.text_bytes()),
                ..Draft::default()
            },
            open: Vec::with_capacity(64),
            tables: Vec::new(),
            cells: 0,
            line_start: 0,
            line_node: 0,
            line_first: 0,
            text_node: 0,
            line_link: 0,
            pending_blank: false,
            broken: false,
            context: Context {
                node: 0,
                cell: 0,
                heading: false,
                item: false,
                preformatted: false,
                link: NONE,
            },
            last_term: None,
            hidden_links: Vec::new(),
        }
    }

    fn subtree(&mut self, root: NodeId) {
        let end = self.tree.end(root).index();
        let mut at = root.index();
        while at < end {
            let Some(id) = self.tree.node_at(at) else {
                break;
            };
            self.close_until(at);
            at = if self.tree.is_element(id) {
                self.element(id)
            } else {
                if let Some(text) = self.tree.text(id) {
                    self.text(id, text);
                } else if let Some(comment) = self.tree.comment(id) {
                    self.comment(id, comment);
                }
                at + 1
            };
        }
        self.close_until(usize::MAX);
        self.flush();
    }

    /// A marquee of a point's size shows nothing: an old way to plant links.
    fn is_point(&self, id: NodeId) -> bool {
        let tiny = |side: &str| {
            let size = self.tree.attr(id, side).map(str::trim);
            size.and_then(|s| s.parse::<u32>().ok())
                .is_some_and(|s| s <= 2)
        };
        self.tree.name(id).eq_ignore_ascii_case("marquee") && (tiny("width") || tiny("height"))
    }

    fn comment(&mut self, id: NodeId, comment: &str) {
        if self.draft.marks.len() < MAX_HINTS
            && let Some(mark) = main_part::mark_of(comment)
        {
            self.draft.marks.push((id.index() as u32, mark));
        }
    }

    /// Handles a start tag; returns the next node to look at.
    fn element(&mut self, id: NodeId) -> usize {
        let node = id.index() as u32;
        let tag = Tag::of(self.tree.name(id));
        let after = self.tree.end(id).index();
        let attrs = Attributes::of(self.tree, id);
        match tag {
            Tag::Meta => self.meta(id),
            Tag::Base => self.base(id),
            Tag::Title => self.title(id),
            _ => {}
        }
        if matches!(tag, Tag::Silent | Tag::Meta | Tag::Base | Tag::Title) {
            return after;
        }
        if (attrs.hides() || self.is_point(id)) && self.shown != Some(id) {
            self.hidden(id);
            return after;
        }
        self.classify(id, tag, &attrs);
        match tag {
            Tag::Break => self.line_break(),
            Tag::Rule => self.flush(),
            Tag::Image => self.image(id, false),
            Tag::Frame | Tag::Video | Tag::Audio | Tag::Embed => {
                self.media(id, tag);
                return after;
            }
            _ => {}
        }
        if tag.breaks() {
            self.flush();
        }
        if tag.breaks() || tag == Tag::Anchor {
            self.enter(id, tag, after as u32);
        }
        node as usize + 1
    }

    fn enter(&mut self, id: NodeId, tag: Tag, end: u32) {
        let node = id.index() as u32;
        let index = self.open_data(id, tag);
        self.open.push(Open {
            end,
            node,
            tag,
            index,
            outside: self.context,
        });
        let inside = &mut self.context;
        match tag {
            Tag::Anchor if index != NONE => inside.link = index,
            Tag::Cell | Tag::HeadCell => (inside.cell, inside.item) = (node, false),
            Tag::Item | Tag::Term | Tag::Definition => inside.item = true,
            Tag::Heading => inside.heading = true,
            Tag::Preformatted => inside.preformatted = true,
            _ => {}
        }
        if tag != Tag::Anchor {
            inside.node = node;
        }
    }

    fn classify(&mut self, id: NodeId, tag: Tag, attrs: &Attributes<'t>) {
        let node = id.index() as u32;
        let is_inline = matches!(tag, Tag::Anchor | Tag::Inline | Tag::Heading);
        let mut region = region_of_tag(self.tree.name(id), attrs.role);
        let mut is_title = false;
        for words in [attrs.id, attrs.class].into_iter().flatten() {
            let says = *self.names.entry(words).or_insert_with(|| Name::of(words));
            if region == Region::None && !is_inline {
                region = says.region;
            }
            is_title |= says.title;
        }
        self.draft.region[node as usize] = region;
        if is_title && self.draft.title_like.len() < MAX_HINTS {
            self.draft.title_like.push(node);
        }
        if !is_inline
            && self.draft.containers.len() < MAX_HINTS
            && let Some(container) = main_part::container_of(attrs.id, attrs.class)
        {
            self.draft.containers.push((node, container));
        }
    }

    fn open_data(&mut self, id: NodeId, tag: Tag) -> usize {
        match tag {
            Tag::Table => {
                self.draft.tables.push(RawTable::default());
                self.tables.push(self.draft.tables.len() - 1);
            }
            Tag::Row => {
                if let Some(table) = self.tables.last() {
                    self.draft.tables[*table].rows.push(Vec::new());
                }
            }
            Tag::Cell | Tag::HeadCell => return self.cell(id, tag),
            Tag::Term | Tag::Definition => return self.draft.plain.len(),
            Tag::Anchor => return self.anchor(id),
            _ => {}
        }
        NONE
    }

    fn cell(&mut self, id: NodeId, tag: Tag) -> usize {
        self.cells += 1;
        let Some(table) = self.tables.last().copied() else {
            return NONE;
        };
        if self.cells > MAX_CELLS {
            self.note("表格单元格过多，其余不作表格读");
            return NONE;
        }
        let span_of = |name| {
            self.tree
                .attr(id, name)
                .and_then(|v| v.trim().parse::<u16>().ok())
                .unwrap_or(1)
        };
        let at = self.draft.plain.len();
        let cell = RawCell {
            node: id.index() as u32,
            head: tag == Tag::HeadCell,
            span: Span::new(at, at),
            columns: span_of("colspan").clamp(1, 64),
            rows: span_of("rowspan").clamp(1, 1000),
        };
        let rows = &mut self.draft.tables[table].rows;
        if rows.is_empty() {
            rows.push(Vec::new());
        }
        if let Some(row) = rows.last_mut() {
            row.push(cell);
        }
        table
    }

    fn anchor(&mut self, id: NodeId) -> usize {
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

    fn close_until(&mut self, at: usize) {
        while let Some(top) = self.open.last()
            && (top.end as usize) <= at
        {
            let Some(open) = self.open.pop() else { return };
            self.close(&open);
        }
    }

    fn close(&mut self, open: &Open) {
        if open.tag == Tag::Anchor {
            self.context = open.outside;
            if let Some(link) = self.draft.links.get_mut(open.index) {
                let start = link.span.start.min(self.draft.plain.len());
                let text = self.draft.plain.get(start..).unwrap_or("").trim_end();
                link.span = Span::new(start, start + text.len());
            }
            return;
        }
        self.flush();
        self.context = open.outside;
        match open.tag {
            Tag::Table => {
                self.tables.pop();
            }
            Tag::Cell | Tag::HeadCell => self.close_cell(open),
            Tag::Term => self.last_term = Some((open.node, self.block_span(open.index))),
            Tag::Definition => {
                let definition = self.block_span(open.index);
                if let Some((_, term)) = self.last_term
                    && self.draft.terms.len() < MAX_CELLS
                {
                    self.draft.terms.push((term, definition));
                }
            }
            _ => {}
        }
    }

    fn close_cell(&mut self, open: &Open) {
        let end = self.draft.plain.len();
        let Some(table) = self.draft.tables.get_mut(open.index) else {
            return;
        };
        let cell = table
            .rows
            .iter_mut()
            .rev()
            .flat_map(|row| row.iter_mut().rev())
            .find(|c| c.node == open.node);
        if let Some(cell) = cell {
            cell.span.end = end.saturating_sub(1).max(cell.span.start);
        }
    }

    fn block_span(&self, start: usize) -> Span {
        Span::new(start, self.draft.plain.len().saturating_sub(1).max(start))
    }

    fn text(&mut self, id: NodeId, text: &str) {
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
        if self.context.link != NONE {
            self.draft.own_link[node] += bytes;
            self.line_link += bytes;
        } else {
            self.draft.own_text[node] += bytes;
        }
        if (8..=48).contains(&bytes)
            && let Some(at) = dates::is_only_date(
                text.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '二')
                    .trim(),
            )
        {
            self.draft.dates.push((id.index() as u32, at.date()));
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

    /// A break ends the line, unless the words behind it show that a sentence goes on.
    fn line_break(&mut self) {
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
    fn flush(&mut self) {
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

    /// Of a hidden subtree only links are kept: they are what somebody may have hidden on purpose.
    fn hidden(&mut self, id: NodeId) {
        let room = 500_usize.saturating_sub(self.hidden_links.len());
        let links = std::iter::once(id)
            .chain(self.tree.descendants(id))
            .filter(|n| self.tree.name(*n) == "a" && self.tree.attr(*n, "href").is_some());
        self.hidden_links.extend(links.take(room));
    }

    fn note(&mut self, note: &str) {
        if !self.draft.notes.iter().any(|n| n == note) {
            self.draft.notes.push(note.to_owned());
        }
    }
}

/// Whether a character shows: neither a blank nor of zero width.
pub(crate) fn is_visible(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{202a}'..='\u{202e}')
}
