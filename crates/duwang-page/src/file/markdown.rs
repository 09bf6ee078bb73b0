//! Markdown drafts: rendered to HTML, then read like any page, so that headings, lists, tables and links are what they mean.

use crate::{Reading, Source, decode};
use pulldown_cmark::{Options, Parser, html::push_html};

/// Only a name says that a text is Markdown.
pub(crate) fn is_markdown(source: &Source<'_>) -> bool {
    let name = source.hints.name.as_deref().unwrap_or(source.url);
    let name = name.split(['?', '#']).next().unwrap_or(name);
    let name = name.to_ascii_lowercase();
    name.ends_with(".md") || name.ends_with(".markdown")
}

pub(super) fn read(source: &Source<'_>) -> Reading {
    let decoded = decode(source.bytes, source.content_type);
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES;
    let mut body = String::new();
    push_html(&mut body, Parser::new_ext(&decoded.text, options));
    let html = format!("<html><body><div class=\"article\">{body}</div></body></html>");
    let tree = duwang_html::parse(&html, duwang_html::Limits::default());
    let mut document = crate::read_html(source.url, &html, &tree, decoded.charset, source.hints);
    document.notes.extend(decoded.notes);
    Reading::Document(Box::new(document))
}
