//! One walk over the node array: lines of text, links, pictures, tables and the weights by which the main part is chosen.

mod attributes;
mod broken;
mod classes;
mod draft;
mod finish;
mod head;
mod lines;
mod links;
mod media;
mod tables;

pub(crate) use draft::{Draft, Line, MediaKind, RawCell, RawLink, RawTable};
pub(crate) use lines::is_visible;

use crate::main_part;
use crate::tags::{Region, Tag};
use attributes::Attributes;
use classes::Name;
use duwang_html::{NodeId, Tree};
use duwang_model::Span;
use std::collections::HashMap;

/// What a page may cost beyond the limits of the tree.
pub(crate) const MAX_LINKS: usize = 20_000;
const MAX_CELLS: usize = 50_000;
const MAX_HINTS: usize = 500;

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
            self.close_link(open);
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

    fn block_span(&self, start: usize) -> Span {
        Span::new(start, self.draft.plain.len().saturating_sub(1).max(start))
    }

    fn note(&mut self, note: &str) {
        if !self.draft.notes.iter().any(|n| n == note) {
            self.draft.notes.push(note.to_owned());
        }
    }
}
