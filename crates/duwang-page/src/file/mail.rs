//! Mail (eml) and web archives (mhtml): the body is the document, what is attached is read as files beside it.

use super::bundle::Bundle;
use super::outline::hints_for;
use super::{Aids, MAX_NESTING};
use crate::{Reading, Source, not_read};
use mail_parser::{MessageParser, MimeHeaders as _, PartType};

/// Most attached files read.
const MAX_FILES: usize = 100;

/// Whether bytes begin like a message: header lines, one of which only mail has.
pub(crate) fn is_mail(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(8 << 10)];
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    if !head.first().is_some_and(u8::is_ascii_alphabetic) {
        return false; // web pages leave here at once
    }
    let end = memchr::memmem::find(head, b"\r\n\r\n")
        .or_else(|| memchr::memmem::find(head, b"\n\n"))
        .unwrap_or(head.len());
    let mut names = head[..end]
        .split(|b| *b == b'\n')
        .filter(|line| !line.first().is_some_and(|b| matches!(b, b' ' | b'\t')))
        .map(|line| line.split(|b| *b == b':').next().unwrap_or(line));
    let is_name = |name: &[u8]| {
        !name.is_empty()
            && name.len() <= 60
            && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
    };
    let first = names.next().is_some_and(is_name);
    first
        && [&b"mime-version:"[..], b"received:", b"message-id:"]
            .iter()
            .any(|name| contains_line(&head[..end], name))
}

fn contains_line(head: &[u8], name: &[u8]) -> bool {
    head.split(|b| *b == b'\n').any(|line| {
        line.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
    })
}

pub(super) fn read(source: &Source<'_>, aids: &dyn Aids, depth: usize) -> Reading {
    if depth >= MAX_NESTING {
        return not_read(format!("邮件套了 {MAX_NESTING} 层以上，未读"));
    }
    let Some(message) = MessageParser::default().parse(source.bytes) else {
        return not_read("邮件损坏，打不开".to_owned());
    };
    let mut hints = source.hints.clone();
    if hints.list_title.is_none() {
        hints.list_title = message.subject().map(str::to_owned);
    }
    let own = match (message.html_bodies().next(), message.text_bodies().next()) {
        (Some(part), _) if matches!(part.body, PartType::Html(_)) => {
            let html = part.text_contents().unwrap_or("");
            let tree = duwang_html::parse(html, duwang_html::Limits::default());
            let address = part.content_location().unwrap_or(source.url);
            let url = if source.url.is_empty() {
                address
            } else {
                source.url
            };
            let document = crate::read_html(url, html, &tree, "UTF-8", &hints);
            match crate::unread(&document) {
                Some(outcome) => Reading::Unread(outcome),
                None => Reading::Document(Box::new(document)),
            }
        }
        (_, Some(part)) => {
            let text = part.text_contents().unwrap_or("");
            Reading::Document(Box::new(crate::read_text(source.url, text, &hints)))
        }
        _ => not_read("邮件没有正文".to_owned()),
    };
    let is_archive_of_page = message.subject().is_none() || message.from().is_none();
    let attached: Vec<_> = message
        .attachments()
        .filter(|part| part.attachment_name().is_some() && !is_archive_of_page)
        .collect();
    if attached.is_empty() {
        return own;
    }
    let mut bundle = Bundle::new(own);
    for part in attached.iter().take(MAX_FILES) {
        let name = part.attachment_name().unwrap_or("附件").to_owned();
        let hints = hints_for(source.hints, &name);
        let inner = Source {
            url: source.url,
            bytes: part.contents(),
            content_type: None,
            hints: &hints,
        };
        bundle.add(&name, super::read_nested(&inner, aids, depth + 1));
    }
    if attached.len() > MAX_FILES {
        let more = not_read(format!("附件超过 {MAX_FILES} 个，未读"));
        bundle.add("其余附件", more);
    }
    bundle.finish(source)
}
