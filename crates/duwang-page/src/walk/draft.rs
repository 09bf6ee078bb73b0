//! What a walk gives: raw lines, links, pictures and tables.

use crate::main_part;
use crate::tags::Region;
use chrono::NaiveDate;
use duwang_model::Span;

/// What the walk saw, before anybody decided what it means. Node numbers are places in document order.
#[derive(Default)]
pub(crate) struct Draft {
    /// Visible text, one line per block, each ended by a line break.
    pub plain: String,
    pub lines: Vec<Line>,
    pub links: Vec<RawLink>,
    pub images: Vec<RawImage>,
    pub media: Vec<(u32, MediaKind)>,
    pub tables: Vec<RawTable>,
    /// `dt` and `dd` places of one definition.
    pub terms: Vec<(Span, Span)>,
    /// `<meta>` name (or property) and content.
    pub meta: Vec<(String, String)>,
    pub title: String,
    pub base: Option<String>,
    /// Texts that are nothing but a date: node and day.
    pub dates: Vec<(u32, NaiveDate)>,
    /// Bytes of text directly in a node, links apart.
    pub own_text: Vec<u32>,
    /// Bytes of text directly in a node inside a link.
    pub own_link: Vec<u32>,
    /// What class, id, role or tag say, for elements of their own.
    pub region: Vec<Region>,
    /// Elements a platform is known to put its content in.
    pub containers: Vec<(u32, main_part::Container)>,
    /// Comments that mark content: `begin` of the content proper and of the title, and their ends.
    pub marks: Vec<(u32, main_part::Mark)>,
    /// Elements that call themselves a title.
    pub title_like: Vec<u32>,
    pub notes: Vec<String>,
}

/// One line of text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub span: Span,
    /// Innermost block element it stands in.
    pub node: u32,
    /// Its first text node.
    pub first: u32,
    /// Innermost table cell around it, 0 for none.
    pub cell: u32,
    pub heading: bool,
    pub item: bool,
    /// Bytes of it that are links.
    pub link_bytes: u32,
    pub hidden: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct RawLink {
    pub node: u32,
    pub href: String,
    pub title: String,
    /// Alternative text of a picture inside.
    pub alt: String,
    pub span: Span,
    pub hidden: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct RawImage {
    pub node: u32,
    pub src: String,
    pub alt: String,
    pub hidden: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MediaKind {
    Video,
    Audio,
    Frame,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct RawTable {
    pub rows: Vec<Vec<RawCell>>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct RawCell {
    pub node: u32,
    pub head: bool,
    pub span: Span,
    pub columns: u16,
    pub rows: u16,
}
