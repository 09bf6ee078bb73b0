//! Bytes to meaning: decode, parse, find the content, read its dates, labels and links, and say what kind of document it is.
//!
//! ```text
//! bytes ─ sniff ─ decode ─▶ text ─ duwang_html::parse ─▶ Tree
//!   Tree ─ walk ─▶ lines, links, tables ─ main_part, title, parts ─▶ Layout ─ page ─▶ Document
//!   WeChat articles and pages that keep their content in a script join at Layout
//! ```
//! Start with [`read`]. This crate does no IO and reads no clock; the same bytes give the same document everywhere.

mod contacts;
mod dates;
mod decode;
mod embeds;
mod facts;
mod file;
mod fold;
mod furniture;
mod gkmlpt;
mod kind;
mod layout;
mod links;
mod lists;
mod main_part;
mod numbered;
mod page;
mod pairs;
mod parts;
mod publication;
mod script;
mod sentences;
mod sniff;
mod tables;
mod tags;
mod title;
mod typed;
mod untitled;
mod walk;
mod wechat;
mod words;
mod wrapped;

pub use dates::{find_dates, parse_date};
pub use decode::{Decoded, decode};
pub use facts::{content_hash, facts};
pub use file::{
    Aids, MIN_PICTURE, NoAids, PdfText, Recognised, RecognisedLine, is_file, read_file,
    with_pictures,
};
pub use sniff::{Format, sniff};

use chrono::NaiveDate;
use duwang_html::{Limits, Tree};
use duwang_model::{
    ChannelKind, DateSource, Dated, Document, Kind, LinkRole, Outcome, OutcomeKind, Part,
};
use layout::Layout;
use page::Known;
use serde::{Deserialize, Serialize};

/// What is known of a page before it is read.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub struct Hints {
    /// A kind that somebody stated; it wins over everything the page says.
    pub kind: Option<Kind>,
    /// The name of the file, where it has one.
    pub name: Option<String>,
    /// It hangs below a page that says what it is: by itself it is an attachment, unless it plainly is a guide or an annual report.
    pub attached: bool,
    /// Title in the list that links to the page.
    pub list_title: Option<String>,
    /// Date in that list.
    pub list_date: Option<NaiveDate>,
    /// Name of the column the page was listed in.
    pub column: Option<String>,
    /// How the channel is read.
    pub channel: Option<ChannelKind>,
}

/// One body to read.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Final URL; empty for a draft.
    pub url: &'a str,
    /// The body as it came.
    pub bytes: &'a [u8],
    /// The `Content-Type` header.
    pub content_type: Option<&'a str>,
    /// What is known beforehand.
    pub hints: &'a Hints,
}

/// What became of reading a body.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reading {
    /// It was read.
    Document(Box<Document>),
    /// It was not: a format we cannot read, content in pictures only, not an article.
    Unread(Outcome),
}

/// Less content than this many characters beside pictures is a caption: the content is in the pictures.
const NEARLY_EMPTY: usize = 20;

/// Reads a body without any help: sniff, decode, parse, extract, classify. Files that strangers made are better read by [`read_file`] in a
/// process of its own; the answer is the same.
pub fn read(source: &Source<'_>) -> Reading {
    read_file(source, &NoAids)
}

pub(crate) fn read_plain(source: &Source<'_>) -> Reading {
    let decoded = decode(source.bytes, source.content_type);
    let mut document = read_text(source.url, &decoded.text, source.hints);
    document.charset = decoded.charset.to_owned();
    document.notes.extend(decoded.notes);
    Reading::Document(Box::new(document))
}

pub(crate) fn read_page(source: &Source<'_>) -> Reading {
    let decoded = decode(source.bytes, source.content_type);
    let tree = duwang_html::parse(&decoded.text, Limits::default());
    let mut document = read_html(
        source.url,
        &decoded.text,
        &tree,
        decoded.charset,
        source.hints,
    );
    document.notes.extend(decoded.notes);
    if document.wechat.is_none()
        && (wechat::is_wechat_url(source.url) || wechat::is_refusal(&decoded.text))
    {
        return not_read(format!("不是公众号文章页：{}", wechat::said_instead(&tree)));
    }
    match unread(&document) {
        Some(outcome) => Reading::Unread(outcome),
        None => Reading::Document(Box::new(document)),
    }
}

/// Why a document that was extracted still counts as unread: its content is in pictures only.
pub fn unread(document: &Document) -> Option<Outcome> {
    is_pictures_only(document).then(|| Outcome::new(OutcomeKind::Unread, "图片化内容，未读"))
}

pub(crate) fn not_read(reason: String) -> Reading {
    Reading::Unread(Outcome::new(OutcomeKind::Unread, reason))
}

fn is_pictures_only(document: &Document) -> bool {
    let pictures = document
        .images
        .iter()
        .filter(|i| i.part == Part::Main)
        .count();
    let shown = pictures > 0 || (document.wechat.is_some() && document.media.videos > 0);
    let attached = document
        .links
        .iter()
        .any(|l| l.role == LinkRole::Attachment);
    shown && !attached && document.kind != Kind::List && document.main_chars() < NEARLY_EMPTY
}

/// Reads a page that the caller has decoded and parsed. `charset` is what it was decoded as.
pub fn read_html(url: &str, html: &str, tree: &Tree, charset: &str, hints: &Hints) -> Document {
    let mut known = Known {
        charset: charset.to_owned(),
        ..Known::default()
    };
    if let Some(article) = wechat::read(url, html, tree) {
        known.dates.extend(article.sent.map(of_script));
        known.wechat = Some(article.identity);
        return page::compose(url, article.layout, known, hints);
    }
    known.embeds = embeds::read(tree);
    let mut layout = Layout::of_page(tree, url);
    if let Some(detail) = gkmlpt::read(url, html, tree) {
        known.dates.extend(detail.published.map(of_script));
        gkmlpt::add(&mut layout, detail);
    }
    page::compose(url, layout, known, hints)
}

fn of_script(at: chrono::NaiveDateTime) -> Dated {
    Dated {
        at,
        source: DateSource::Script,
        span: None,
    }
}

/// Reads plain text: every line is a paragraph, the first may be the title.
pub fn read_text(url: &str, text: &str, hints: &Hints) -> Document {
    page::of_text(url, text, hints)
}
