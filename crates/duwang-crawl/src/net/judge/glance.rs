//! A page at a glance: how much there is to read, and in which lines.

use duwang_html::{NodeId, Tree};
use duwang_model::visible_chars;

/// What a reader would see, roughly. Cheap: one walk over the tree.
#[derive(Debug, Default)]
pub(super) struct Glance {
    /// `<title>`, blanks folded.
    pub(super) title: String,
    /// Visible lines outside links, trimmed, in order; capped.
    pub(super) lines: Vec<String>,
    /// Visible characters outside links, blanks not counted.
    pub(super) prose: usize,
    /// Visible characters in links.
    pub(super) link_text: usize,
    pub(super) links: usize,
    /// Links to files.
    pub(super) files: usize,
    pub(super) images: usize,
    /// Frames, players and embedded objects: something to see that is not in this page.
    pub(super) embedded: usize,
    pub(super) has_password: bool,
    /// The CMS says when it was published or what its title is: only articles carry these.
    pub(super) is_stamped: bool,
    /// An element script-built pages hang their content into.
    pub(super) has_app_root: bool,
}

/// Lines are kept of so many characters: a page with more is no message, whatever a line of it says.
const MOST_PROSE: usize = 1_200;

impl Glance {
    pub(super) fn of(tree: &Tree) -> Self {
        Self::until(tree, usize::MAX)
    }

    /// The same, but no further than it takes to see that this is no message, shell or login: the counts are then lower bounds.
    pub(super) fn until_clear(tree: &Tree) -> Self {
        Self::until(tree, MOST_PROSE)
    }

    fn until(tree: &Tree, enough: usize) -> Self {
        let mut glance = Self::default();
        let mut line = String::new();
        let mut skip_to: Option<NodeId> = None;
        let mut link_end: Option<NodeId> = None;
        for id in tree.descendants(tree.root()) {
            if skip_to.is_some_and(|to| id < to) {
                continue;
            }
            if link_end.is_some_and(|to| id >= to) {
                link_end = None;
            }
            if tree.is_element(id) {
                if glance.meets(tree, id) {
                    skip_to = Some(tree.end(id));
                    continue;
                }
                if tree.name(id) == "a" {
                    link_end = Some(tree.end(id));
                }
                if !is_inline(tree.name(id)) {
                    glance.end_line(&mut line);
                }
            } else if let Some(text) = tree.text(id) {
                let chars = visible_chars(text);
                if link_end.is_some() {
                    glance.link_text += chars;
                } else {
                    glance.prose += chars;
                    if glance.prose >= enough {
                        break;
                    }
                    if glance.prose < MOST_PROSE && line.len() < 2000 {
                        line.push_str(text);
                    }
                }
            }
        }
        glance.end_line(&mut line);
        glance
    }

    /// Everything visible.
    pub(super) fn visible(&self) -> usize {
        self.prose + self.link_text
    }

    /// Enough running text that this is a page of its own, whatever its status.
    pub(super) fn has_content(&self) -> bool {
        self.prose >= 200 || self.visible() >= 600 || (self.is_stamped && self.prose >= 40)
    }

    /// Whether one of the visible lines or the title contains one of these.
    pub(super) fn says(&self, words: &[&str]) -> bool {
        let says = |text: &str| words.iter().any(|w| text.contains(w));
        says(&self.title) || self.lines.iter().any(|l| says(l))
    }

    /// Takes an element in; `true` when nothing below it is to be looked at.
    fn meets(&mut self, tree: &Tree, id: NodeId) -> bool {
        match tree.name(id) {
            "title" => {
                if self.title.is_empty() {
                    self.title = fold(&tree.inner_text(id));
                }
                return true;
            }
            "script" | "style" | "noscript" | "template" | "svg" | "select" | "textarea" => {
                return true;
            }
            "meta" => self.meets_meta(tree, id),
            "a" => {
                self.links += 1;
                self.files += usize::from(tree.attr(id, "href").is_some_and(is_file));
            }
            "img" => self.images += 1,
            "iframe" | "frame" | "embed" | "object" | "video" | "audio" => self.embedded += 1,
            "input" => {
                let kind = tree.attr(id, "type").unwrap_or_default();
                self.has_password |= kind.eq_ignore_ascii_case("password");
            }
            _ => {}
        }
        let mut is_hidden = false;
        for (name, value) in tree.attrs(id) {
            match name {
                "id" => self.has_app_root |= is_app_root(value),
                "hidden" => is_hidden = true,
                "style" => is_hidden |= hides(value),
                _ => {}
            }
        }
        is_hidden
    }

    fn meets_meta(&mut self, tree: &Tree, id: NodeId) {
        let name = tree.attr(id, "name").unwrap_or_default();
        let content = tree.attr(id, "content").unwrap_or_default().trim();
        let is_stamp = ["ArticleTitle", "PubDate"]
            .iter()
            .any(|n| n.eq_ignore_ascii_case(name));
        self.is_stamped |= is_stamp && !content.is_empty();
    }

    fn end_line(&mut self, line: &mut String) {
        if line.is_empty() {
            return;
        }
        let folded = fold(line);
        line.clear();
        if !folded.is_empty() {
            self.lines.push(folded);
        }
    }
}

fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn is_app_root(id: &str) -> bool {
    matches!(
        id,
        "app" | "root" | "__nuxt" | "__next" | "main-app" | "q-app"
    )
}

/// Whether a style hides what it is put on.
fn hides(style: &str) -> bool {
    style.split(';').any(|declaration| {
        let is = |name: &str, value: &str, words: (&str, &str)| {
            name.eq_ignore_ascii_case(words.0)
                && value
                    .get(..words.1.len())
                    .is_some_and(|v| v.eq_ignore_ascii_case(words.1))
        };
        declaration.split_once(':').is_some_and(|(name, value)| {
            let (name, value) = (name.trim(), value.trim());
            is(name, value, ("display", "none")) || is(name, value, ("visibility", "hidden"))
        })
    })
}

fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "b"
            | "i"
            | "u"
            | "em"
            | "strong"
            | "span"
            | "font"
            | "small"
            | "big"
            | "sub"
            | "sup"
            | "label"
            | "img"
            | "code"
            | "abbr"
            | "ins"
            | "del"
            | "mark"
            | "bdi"
            | "bdo"
            | "cite"
            | "q"
            | "s"
            | "time"
    )
}

fn is_file(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let extension = path
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    matches!(
        extension.as_str(),
        "pdf"
            | "doc"
            | "docx"
            | "xls"
            | "xlsx"
            | "ppt"
            | "pptx"
            | "wps"
            | "et"
            | "ofd"
            | "zip"
            | "rar"
            | "7z"
            | "rtf"
            | "ceb"
    )
}
