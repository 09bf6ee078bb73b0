//! Markdown drafts: rendered to HTML, then read like any page, so that headings, lists, tables and links are what they mean.

use crate::{Reading, Source, decode};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd, html::push_html};

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
    let title = escaped(&title(&decoded.text, options));
    let html = format!(
        "<html><head><meta name=\"ArticleTitle\" content=\"{title}\"></head><body><div class=\"article\">{body}</div></body></html>"
    );
    let tree = duwang_html::parse(&html, duwang_html::Limits::default());
    let mut document = crate::read_html(source.url, &html, &tree, decoded.charset, source.hints);
    document.notes.extend(decoded.notes);
    Reading::Document(Box::new(document))
}

/// The words of the first heading of the first level.
fn title(text: &str, options: Options) -> String {
    let mut title = String::new();
    let mut is_open = false;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Start(Tag::Heading {
                level: HeadingLevel::H1,
                ..
            }) => is_open = true,
            Event::End(TagEnd::Heading(HeadingLevel::H1)) if is_open => return title,
            Event::Text(words) | Event::Code(words) if is_open => title.push_str(&words),
            _ => {}
        }
    }
    title
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
}
