//! Tokens to tree: implied end tags, void elements, caps.

use crate::pausing::{Pause, Pausing};
use crate::tree::{Data, Node, Slice, Tree};
use html5gum::emitters::ForwardingEmitter;
use html5gum::emitters::callback::{Callback, CallbackEmitter, CallbackEvent};
use html5gum::{Emitter, Span, Tokenizer};

/// What a page may cost. Beyond them the tree is flattened or cut, and says so in [`Tree::truncated`].
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Deepest nesting; deeper elements become children of the deepest allowed one. Browsers use 512.
    pub depth: usize,
    /// Most nodes.
    pub nodes: usize,
    /// Most bytes of input.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 512,
            nodes: 1_000_000,
            bytes: 8 << 20,
        }
    }
}

/// About how much markup makes a node, and an attribute too.
const BYTES_A_NODE: usize = 64;

/// Parses a whole page or a fragment. Never fails: any text is some tree. Linear in the input.
pub fn parse(html: &str, limits: Limits) -> Tree {
    let mut cut = html.len().min(limits.bytes);
    while !html.is_char_boundary(cut) {
        cut -= 1;
    }
    let mut builder = Builder::new(limits, cut, cut < html.len());
    let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<()> {
        builder.take(event);
        None
    });
    emitter.naively_switch_states(true);
    let text = Pausing::new(&html[..cut]);
    for token in Tokenizer::new_with_emitter(text, Unjudged(emitter)) {
        match token {
            Ok(()) | Err(Pause) => {}
        }
    }
    builder.finish()
}

/// Nobody asks where a page offends the standard, so the tokenizer need not judge every character.
struct Unjudged<F: Callback<(), ()>>(CallbackEmitter<F, (), ()>);

impl<F: Callback<(), ()>> ForwardingEmitter for Unjudged<F> {
    type Token = ();

    fn inner(&mut self) -> &mut impl Emitter<Token = ()> {
        &mut self.0
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }
}

struct Builder {
    tree: Tree,
    /// Open elements, outermost first; the root is 0.
    open: Vec<u32>,
    limits: Limits,
    /// The start tag being read.
    name: Slice,
    attrs_from: u32,
    attr: Slice,
}

impl Builder {
    fn take(&mut self, event: CallbackEvent<'_>) {
        if self.tree.nodes.len() >= self.limits.nodes {
            self.tree.truncated = Some("节点过多，其余未读");
            return;
        }
        match event {
            CallbackEvent::OpenStartTag { name } => {
                self.name = self.keep(name);
                self.attrs_from = self.tree.attrs.len() as u32;
            }
            CallbackEvent::AttributeName { name } => {
                let name = self.keep(name);
                self.tree.attrs.push((name, Slice::default()));
            }
            CallbackEvent::AttributeValue { value } => {
                self.attr = self.keep(value);
                if let Some(last) = self.tree.attrs.last_mut() {
                    last.1 = self.attr;
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => self.start(self_closing),
            CallbackEvent::EndTag { name } => self.end(name),
            CallbackEvent::String { value } => {
                let text = self.keep(value);
                self.append(Data::Text(text));
            }
            CallbackEvent::Comment { value } => {
                let text = self.keep(value);
                self.append(Data::Comment(text));
            }
            CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
    }
}

/// Elements that never have content.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Start tags that end an open paragraph.
fn ends_paragraph(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "center"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "table"
            | "ul"
    )
}

/// What a start tag closes: (names it closes, names it does not look beyond).
fn implied_ends(name: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    match name {
        "li" => Some((&["li"], &["ul", "ol", "menu", "table", "td", "th"])),
        "dt" | "dd" => Some((&["dt", "dd"], &["dl", "table", "td", "th"])),
        "td" | "th" => Some((&["td", "th"], &["tr", "table"])),
        "tr" => Some((&["tr"], &["table"])),
        "thead" | "tbody" | "tfoot" => Some((&["thead", "tbody", "tfoot", "tr"], &["table"])),
        "option" | "optgroup" => Some((&["option"], &["select", "datalist"])),
        "body" => Some((&["head"], &["html"])),
        _ => None,
    }
}

impl Builder {
    fn new(limits: Limits, bytes: usize, cut: bool) -> Self {
        // Room for a usual page at once: growing step by step copies it several times.
        let mut tree = Tree {
            arena: String::with_capacity(bytes),
            nodes: Vec::with_capacity(bytes / BYTES_A_NODE),
            attrs: Vec::with_capacity(bytes / BYTES_A_NODE),
            truncated: None,
        };
        tree.truncated = cut.then_some("页面过大，其余未读");
        tree.nodes.push(Node {
            parent: 0,
            end: 1,
            data: Data::Comment(Slice::default()),
        });
        Self {
            tree,
            open: vec![0],
            limits,
            name: Slice::default(),
            attrs_from: 0,
            attr: Slice::default(),
        }
    }

    fn keep(&mut self, bytes: &[u8]) -> Slice {
        let start = self.tree.arena.len() as u32;
        match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => self.tree.arena.push_str(text),
            Err(_) => self.tree.arena.push_str(&String::from_utf8_lossy(bytes)),
        }
        Slice {
            start,
            end: self.tree.arena.len() as u32,
        }
    }

    fn append(&mut self, data: Data) -> u32 {
        let id = self.tree.nodes.len() as u32;
        let parent = self.open.last().copied().unwrap_or(0);
        self.tree.nodes.push(Node {
            parent,
            end: id + 1,
            data,
        });
        id
    }

    fn name_of(&self, id: u32) -> &str {
        match self.tree.nodes[id as usize].data {
            Data::Element { name, .. } => self.tree.slice(name),
            _ => "",
        }
    }

    fn start(&mut self, self_closing: bool) {
        let name = self.tree.slice(self.name).to_owned();
        if matches!(name.as_str(), "html" | "body")
            && self.open.iter().any(|id| self.name_of(*id) == name)
        {
            return;
        }
        if ends_paragraph(&name) {
            self.close_nearest(
                &["p"],
                &["table", "td", "th", "button", "object", "marquee"],
            );
        }
        if let Some((closes, barriers)) = implied_ends(&name) {
            self.close_nearest(closes, barriers);
        }
        let attrs_to = self.tree.attrs.len() as u32;
        let id = self.append(Data::Element {
            name: self.name,
            attrs_from: self.attrs_from,
            attrs_to,
        });
        // Custom and namespaced tags (`<o:p/>`) close themselves; known HTML tags do not, whatever they write.
        let closes_itself = is_void(&name)
            || (self_closing && (name.contains(':') || name.contains('-') || name == "path"));
        if closes_itself {
            return;
        }
        if self.open.len() < self.limits.depth {
            self.open.push(id);
        } else {
            self.tree.truncated = Some("嵌套过深，已展平");
        }
    }

    fn end(&mut self, name: &[u8]) {
        let Ok(name) = std::str::from_utf8(name) else {
            return;
        };
        let is_table_part = matches!(
            name,
            "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th"
        );
        let barriers: &[&str] = match name {
            "table" | "body" | "html" => &[],
            _ if is_table_part => &["table"],
            "li" => &["ul", "ol", "table", "td", "th"],
            _ => &["table", "td", "th"],
        };
        if !is_void(name) {
            self.close_nearest(&[name], barriers);
        }
    }

    /// Closes the nearest open element of one of these names and everything inside it, unless a barrier stands between.
    fn close_nearest(&mut self, names: &[&str], barriers: &[&str]) {
        for depth in (1..self.open.len()).rev() {
            let name = self.name_of(self.open[depth]);
            if names.contains(&name) {
                self.close_to(depth);
                return;
            }
            if barriers.contains(&name) {
                return;
            }
        }
    }

    fn close_to(&mut self, depth: usize) {
        let end = self.tree.nodes.len() as u32;
        for id in self.open.drain(depth..) {
            self.tree.nodes[id as usize].end = end;
        }
    }

    fn finish(mut self) -> Tree {
        self.close_to(0);
        self.tree
    }
}
