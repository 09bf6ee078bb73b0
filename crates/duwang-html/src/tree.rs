//! The tree: one arena of text, one array of nodes in document order.

use crate::Selector;

/// A node of one [`Tree`]. Ids grow in document order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// Its place in document order, below [`Tree::len`]: lets a reader keep one array entry per node.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A range of the arena.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Slice {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Data {
    Element {
        name: Slice,
        attrs_from: u32,
        attrs_to: u32,
    },
    Text(Slice),
    Comment(Slice),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) parent: u32,
    /// One past the last node of the subtree.
    pub(crate) end: u32,
    pub(crate) data: Data,
}

/// A parsed page. Node 0 is a nameless root.
#[derive(Debug, Default)]
pub struct Tree {
    pub(crate) arena: String,
    pub(crate) nodes: Vec<Node>,
    pub(crate) attrs: Vec<(Slice, Slice)>,
    pub(crate) truncated: Option<&'static str>,
}

impl Tree {
    /// The nameless root.
    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// The node at a place in document order.
    pub fn node_at(&self, index: usize) -> Option<NodeId> {
        (index < self.nodes.len()).then_some(NodeId(index as u32))
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Bytes of all texts, those of scripts and styles too: what a reader of them may need room for.
    pub fn text_bytes(&self) -> usize {
        let bytes = |node: &Node| match node.data {
            Data::Text(slice) => (slice.end - slice.start) as usize,
            _ => 0,
        };
        self.nodes.iter().map(bytes).sum()
    }

    /// Whether the page had no node at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.len() <= 1
    }

    /// Which limit cut the page short or flattened it, if one did.
    pub fn truncated(&self) -> Option<&'static str> {
        self.truncated
    }

    /// Tag name in lower case; empty for texts, comments and the root.
    pub fn name(&self, id: NodeId) -> &str {
        match self.node(id).data {
            Data::Element { name, .. } => self.slice(name),
            _ => "",
        }
    }

    /// Whether this is an element (the root is not).
    pub fn is_element(&self, id: NodeId) -> bool {
        id.0 != 0 && matches!(self.node(id).data, Data::Element { .. })
    }

    /// The text of a text node. Script and style contents are texts, too: their parent tells.
    pub fn text(&self, id: NodeId) -> Option<&str> {
        match self.node(id).data {
            Data::Text(slice) => Some(self.slice(slice)),
            _ => None,
        }
    }

    /// The text of a comment node.
    pub fn comment(&self, id: NodeId) -> Option<&str> {
        match self.node(id).data {
            Data::Comment(slice) => Some(self.slice(slice)),
            _ => None,
        }
    }

    /// The first attribute of that lower-case name, entities decoded.
    pub fn attr(&self, id: NodeId, name: &str) -> Option<&str> {
        self.attrs(id).find(|(n, _)| *n == name).map(|(_, v)| v)
    }

    /// All attributes in order.
    pub fn attrs(&self, id: NodeId) -> impl Iterator<Item = (&str, &str)> {
        let (from, to) = match self.node(id).data {
            Data::Element {
                attrs_from,
                attrs_to,
                ..
            } => (attrs_from as usize, attrs_to as usize),
            _ => (0, 0),
        };
        self.attrs[from..to]
            .iter()
            .map(|(n, v)| (self.slice(*n), self.slice(*v)))
    }

    /// Whether the class list holds `class`.
    pub fn has_class(&self, id: NodeId, class: &str) -> bool {
        self.attr(id, "class")
            .is_some_and(|list| list.split_ascii_whitespace().any(|c| c == class))
    }

    /// The parent; `None` for the root.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        (id.0 != 0).then(|| NodeId(self.node(id).parent))
    }

    /// Ancestors from the parent up to, not including, the root.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(self.parent(id), |n| self.parent(*n)).filter(|n| n.0 != 0)
    }

    /// One past the last node of the subtree: with [`Tree::descendants`] this lets a walk skip a subtree.
    pub fn end(&self, id: NodeId) -> NodeId {
        NodeId(self.node(id).end)
    }

    /// Every node below `id`, in document order.
    pub fn descendants(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0 + 1..self.node(id).end).map(NodeId)
    }

    /// The children of `id`, in order.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let end = self.node(id).end;
        let first = (id.0 + 1 < end).then_some(NodeId(id.0 + 1));
        std::iter::successors(first, move |n| {
            let next = self.node(*n).end;
            (next < end).then_some(NodeId(next))
        })
    }

    /// Whether `id` lies in the subtree of `ancestor` (or is it).
    pub fn is_within(&self, id: NodeId, ancestor: NodeId) -> bool {
        ancestor <= id && id.0 < self.node(ancestor).end
    }

    /// Everything below `scope` that the selector matches, in document order.
    pub fn select<'t>(
        &'t self,
        scope: NodeId,
        selector: &'t Selector,
    ) -> impl Iterator<Item = NodeId> + 't {
        self.descendants(scope)
            .filter(|id| self.is_element(*id) && selector.matches(self, *id))
    }

    /// The first match of a selector given as text; an unreadable selector matches nothing. For one-off look-ups; keep a
    /// [`Selector`] for hot paths.
    pub fn first(&self, selector: &str) -> Option<NodeId> {
        let selector = Selector::new(selector)?;
        self.select(self.root(), &selector).next()
    }

    /// Raw text below `id` without scripts, styles and comments; no blanks are added or folded. Only for short things such as
    /// titles and anchors: page text with blocks is made by the page reader.
    pub fn inner_text(&self, id: NodeId) -> String {
        let mut out = String::new();
        let mut at = id.0;
        let end = self.node(id).end;
        while at < end {
            let node = NodeId(at);
            if at != id.0
                && matches!(
                    self.name(node),
                    "script" | "style" | "noscript" | "template"
                )
            {
                at = self.node(node).end;
                continue;
            }
            if let Some(text) = self.text(node) {
                out.push_str(text);
            }
            at += 1;
        }
        out
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(crate) fn slice(&self, slice: Slice) -> &str {
        &self.arena[slice.start as usize..slice.end as usize]
    }
}
