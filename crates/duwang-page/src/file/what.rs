//! What a file is, by the parts it is made of.

use super::{archive::Archive, markdown};
use crate::{Format, Source, sniff};

pub(super) enum What {
    Page,
    Text,
    Markdown,
    Docx,
    Pptx,
    Sheet,
    /// Word or PowerPoint before 2007, WPS.
    Legacy,
    Ofd,
    Pdf,
    Mail,
    Picture,
    Archive,
    Encrypted,
    Unsupported(String),
}

pub(super) fn of(source: &Source<'_>) -> What {
    let format = sniff(source.bytes, source.content_type);
    match format {
        Format::Html => What::Page,
        Format::Mail => What::Mail,
        Format::Text if markdown::is_markdown(source) => What::Markdown,
        Format::Text => What::Text,
        Format::Pdf => What::Pdf,
        Format::Image => What::Picture,
        Format::Office | Format::Zip => container(source.bytes),
        Format::Json | Format::Xml | Format::Other => {
            What::Unsupported(format.chinese().to_owned())
        }
    }
}

fn container(bytes: &[u8]) -> What {
    match bytes {
        [b'P', b'K', ..] => zipped(bytes),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => compound(bytes),
        [b'R', b'a', b'r', b'!', ..] => What::Unsupported(" RAR 压缩包".to_owned()),
        [b'7', b'z', 0xbc, 0xaf, ..] => What::Unsupported(" 7z 压缩包".to_owned()),
        [0x1f, 0x8b, ..] => What::Unsupported(" gzip 压缩包".to_owned()),
        [b'{', b'\\', b'r', b't', b'f', ..] => What::Unsupported(" RTF".to_owned()),
        _ => What::Unsupported("这种压缩包".to_owned()),
    }
}

fn zipped(bytes: &[u8]) -> What {
    let Ok(archive) = Archive::open(bytes) else {
        return What::Archive; // its reader says what is wrong with it
    };
    let has = |name: &str| archive.has(name);
    if has("word/document.xml") {
        What::Docx
    } else if has("xl/workbook.xml") || has("xl/workbook.bin") {
        What::Sheet
    } else if has("ppt/presentation.xml") {
        What::Pptx
    } else if has("OFD.xml") {
        What::Ofd
    } else if has("content.xml") && has("mimetype") {
        open_document(archive)
    } else {
        What::Archive
    }
}

fn open_document(mut archive: Archive<'_>) -> What {
    let kind = archive.read("mimetype").unwrap_or_default();
    let kind = String::from_utf8_lossy(&kind).into_owned();
    if kind.contains("spreadsheet") {
        What::Sheet
    } else {
        What::Unsupported(" OpenDocument 文字或演示文稿，请另存为 docx 或 pptx".to_owned())
    }
}

/// The streams of a compound file say which program wrote it; WPS uses the same names.
fn compound(bytes: &[u8]) -> What {
    let Ok(file) = cfb::CompoundFile::open(std::io::Cursor::new(bytes)) else {
        // Slightly damaged containers are still read by readers more lenient than this one.
        return by_names_in_the_clear(bytes);
    };
    let has = |name: &str| file.exists(name);
    if has("/EncryptedPackage") {
        What::Encrypted
    } else if has("/Workbook") || has("/Book") {
        What::Sheet
    } else if has("/WordDocument") || has("/PowerPoint Document") {
        What::Legacy
    } else {
        What::Unsupported("这种复合文档".to_owned())
    }
}

fn by_names_in_the_clear(bytes: &[u8]) -> What {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(bytes, &wide).is_some()
    };
    if has("EncryptedPackage") {
        What::Encrypted
    } else if has("Workbook") {
        What::Sheet
    } else if has("WordDocument") || has("PowerPoint Document") {
        What::Legacy
    } else {
        What::Unsupported("损坏的办公文档".to_owned())
    }
}
