//! What a body is, by its bytes. Names and headers only decide where bytes do not.

/// The formats duwang tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// A web page.
    Html,
    /// Plain text.
    Text,
    /// PDF.
    Pdf,
    /// Word, Excel, PowerPoint, WPS or OFD, old or new.
    Office,
    /// An archive.
    Zip,
    /// A picture.
    Image,
    /// JSON.
    Json,
    /// XML that is not a web page.
    Xml,
    /// Mail or a web archive (eml, mhtml).
    Mail,
    /// Anything else.
    Other,
}

impl Format {
    /// The name shown to people.
    pub fn chinese(self) -> &'static str {
        match self {
            Self::Html => "网页",
            Self::Text => "纯文本",
            Self::Pdf => "PDF",
            Self::Office => "办公文档",
            Self::Zip => "压缩包",
            Self::Image => "图片",
            Self::Json => "JSON",
            Self::Xml => "XML",
            Self::Mail => "邮件",
            Self::Other => "其他格式",
        }
    }
}

/// Tells the format of a body by its magic bytes, its look, and only then by `content_type`.
pub fn sniff(bytes: &[u8], content_type: Option<&str>) -> Format {
    by_magic(bytes).unwrap_or_else(|| by_look(bytes, content_type.unwrap_or("")))
}

fn by_magic(bytes: &[u8]) -> Option<Format> {
    let head = &bytes[..bytes.len().min(1024)];
    if crate::file::is_mail(bytes) {
        return Some(Format::Mail);
    }
    if memchr::memmem::find(head, b"%PDF-")
        .is_some_and(|at| at < 1020 && !head[..at].contains(&b'<'))
    {
        return Some(Format::Pdf);
    }
    match head {
        [b'P', b'K', 3, 4, ..] => Some(zip_content(bytes)),
        [b'P', b'K', 5, 6, ..] | [b'7', b'z', 0xbc, 0xaf, ..] | [0x1f, 0x8b, ..] => {
            Some(Format::Zip)
        }
        [b'R', b'a', b'r', b'!', 0x1a, ..] => Some(Format::Zip),
        [0xd0, 0xcf, 0x11, 0xe0, ..] | [b'{', b'\\', b'r', b't', b'f', ..] => Some(Format::Office),
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => {
            Some(Format::Image)
        }
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some(Format::Image),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Format::Image),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some(Format::Image),
        [b'R', b'I', b'F', b'F', ..] | [b'I', b'D', b'3', ..] => Some(Format::Other),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(Format::Other),
        _ => None,
    }
}

/// New office formats are zips; their parts are named in the clear.
fn zip_content(bytes: &[u8]) -> Format {
    let parts: [&[u8]; 5] = [
        b"[Content_Types].xml",
        b"OFD.xml",
        b"word/",
        b"xl/workbook",
        b"mimetypeapplication/vnd.oasis",
    ];
    let head = &bytes[..bytes.len().min(64 << 10)];
    let tail = &bytes[bytes.len().saturating_sub(64 << 10)..];
    let is_office = parts.iter().any(|p| {
        memchr::memmem::find(head, p).is_some() || memchr::memmem::find(tail, p).is_some()
    });
    if is_office {
        Format::Office
    } else {
        Format::Zip
    }
}

fn by_look(bytes: &[u8], content_type: &str) -> Format {
    let mut head = bytes[..bytes.len().min(8 << 10)].to_ascii_lowercase();
    if is_wide(bytes) {
        head.retain(|b| *b != 0);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    let text = text
        .strip_prefix(b"\xff\xfe")
        .unwrap_or(text)
        .trim_ascii_start();
    let has = |tag: &[u8]| memchr::memmem::find(text, tag).is_some();
    let kind = content_type
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    if text.starts_with(b"<?xml") || kind.ends_with("/xml") || kind.ends_with("+xml") {
        let is_page = has(b"<html") || kind.contains("xhtml");
        return if is_page {
            Format::Html
        } else if text.starts_with(b"<") {
            Format::Xml
        } else {
            Format::Text
        };
    }
    if looks_like_json(text, &kind) {
        return Format::Json;
    }
    const TAGS: [&[u8]; 14] = [
        b"<!doctype",
        b"<html",
        b"<head",
        b"<body",
        b"<div",
        b"<p",
        b"<table",
        b"<br",
        b"<meta",
        b"<script",
        b"<section",
        b"<span",
        b"<h1",
        b"<ul",
    ];
    let tagged = TAGS.iter().any(|t| has(t));
    let is_markup = text.starts_with(b"<") && tagged;
    // A page may have a stray zero in it: browsers show it all the same.
    if text.contains(&0) && !is_markup {
        return Format::Other;
    }
    match kind.as_str() {
        _ if is_markup => Format::Html,
        "text/plain" | "text/csv" | "text/markdown" => Format::Text,
        "text/html" | "application/xhtml+xml" => Format::Html,
        _ if tagged => Format::Html,
        _ if kind.starts_with("image/")
            || kind.starts_with("video/")
            || kind.starts_with("audio/") =>
        {
            Format::Other
        }
        _ => Format::Text,
    }
}

fn is_wide(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'<', 0, ..] | [0, b'<', ..]
    )
}

fn looks_like_json(text: &[u8], kind: &str) -> bool {
    let opens = match text {
        [b'{', rest @ ..] => matches!(rest.trim_ascii_start().first(), Some(b'"' | b'}')),
        [b'[', rest @ ..] => matches!(rest.trim_ascii_start().first(), Some(b'{' | b'"' | b']')),
        _ => false,
    };
    opens || (kind.contains("json") && matches!(text.first(), Some(b'{' | b'[')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_by_their_bytes() {
        let cases: &[(&[u8], &str, Format)] = &[
            (b"%PDF-1.7\n%", "text/html", Format::Pdf),
            (
                b"PK\x03\x04\x14\0\0\0[Content_Types].xml",
                "",
                Format::Office,
            ),
            (b"PK\x03\x04\x14\0\0\0OFD.xml", "", Format::Office),
            (b"PK\x03\x04\x14\0\0\0a.txt", "", Format::Zip),
            (b"\xd0\xcf\x11\xe0\xa1\xb1", "", Format::Office),
            (b"\x89PNG\r\n", "text/html", Format::Image),
            (b"{\"a\":1}", "text/html", Format::Json),
            (b"[2026-09-18] x", "", Format::Text),
            (b"<?xml version=\"1.0\"?><rss>", "text/html", Format::Xml),
            (
                b"<?xml version=\"1.0\"?><!DOCTYPE html><html>",
                "",
                Format::Html,
            ),
            (b"\xef\xbb\xbf <!DOCTYPE HTML>", "", Format::Html),
            (b"<P>x", "text/plain", Format::Html),
            ("公开".as_bytes(), "text/plain", Format::Text),
            ("公开".as_bytes(), "text/html", Format::Html),
            (b"\0\x01\x02\x03", "", Format::Other),
            (b"<html><p>a\0b", "text/html", Format::Html),
            (b"", "", Format::Text),
        ];
        for (bytes, kind, format) in cases {
            assert_eq!(
                sniff(bytes, Some(kind)),
                *format,
                "{:?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }
}
