//! A Word file as a package of parts: parts are read one by one, and every part that is not changed is copied byte for byte.

use anyhow::{Context as _, bail, ensure};
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Most parts of one file.
const MAX_PARTS: usize = 10_000;
/// Largest part that is unpacked, bytes.
const MAX_PART: u64 = 64 << 20;

pub(super) const CONTENT_TYPES: &str = "[Content_Types].xml";

/// An opened package.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Package<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> anyhow::Result<Self> {
        let archive = ZipArchive::new(Cursor::new(bytes)).context("不是完整的 Word 文件")?;
        ensure!(archive.len() <= MAX_PARTS, "文件部件过多");
        Ok(Self { archive })
    }

    /// The text of a part; `None` when it is not there. XML with a document type is refused: a Word file has none.
    pub(super) fn text(&mut self, name: &str) -> anyhow::Result<Option<String>> {
        let part = match self.archive.by_name(name) {
            Ok(part) => part,
            Err(zip::result::ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(error).context(format!("读不了部件 {name}")),
        };
        let mut bytes = Vec::new();
        part.take(MAX_PART + 1)
            .read_to_end(&mut bytes)
            .with_context(|| format!("读不了部件 {name}"))?;
        ensure!(bytes.len() as u64 <= MAX_PART, "部件 {name} 过大");
        let text = String::from_utf8(bytes).with_context(|| format!("部件 {name} 不是 UTF-8"))?;
        ensure!(!text.contains("<!DOCTYPE"), "部件 {name} 带有文档类型声明");
        Ok(Some(text))
    }

    /// The name of the part that holds the text.
    pub(super) fn main_part(&mut self) -> anyhow::Result<String> {
        let relations = self.text("_rels/.rels")?.unwrap_or_default();
        let target = relationships(&relations)
            .into_iter()
            .find(|r| r.kind.ends_with("/officeDocument"))
            .map(|r| r.target.trim_start_matches('/').to_owned());
        match target.or_else(|| Some("word/document.xml".to_owned())) {
            Some(name) if name.ends_with(".xml") => Ok(name),
            _ => bail!("没有找到 Word 正文"),
        }
    }

    /// The package with some parts replaced or added; all others as they were.
    pub(super) fn with(mut self, mut changed: BTreeMap<String, String>) -> anyhow::Result<Vec<u8>> {
        let mut out = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for index in 0..self.archive.len() {
            let part = self.archive.by_index_raw(index)?;
            let name = part
                .name()
                .map_or_else(|_| String::new(), |n| n.into_owned());
            match changed.remove(&name) {
                Some(text) => {
                    out.start_file(name, options)?;
                    out.write_all(text.as_bytes())?;
                }
                None => out.raw_copy_file(part)?,
            }
        }
        for (name, text) in changed {
            out.start_file(name, options)?;
            out.write_all(text.as_bytes())?;
        }
        Ok(out.finish()?.into_inner())
    }
}

/// One line of a `.rels` part.
pub(super) struct Relationship {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) target: String,
}

pub(super) fn relationships(xml: &str) -> Vec<Relationship> {
    let mut out = Vec::new();
    let mut reader = quick_xml::Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag))
                if tag.local_name().as_ref() == "Relationship" =>
            {
                let attribute = |name: &str| {
                    let value = tag.try_get_attribute(name).ok().flatten()?;
                    Some(value.value.into_owned())
                };
                out.push(Relationship {
                    id: attribute("Id").unwrap_or_default(),
                    kind: attribute("Type").unwrap_or_default(),
                    target: attribute("Target").unwrap_or_default(),
                });
            }
            Ok(quick_xml::events::Event::Eof) | Err(_) => return out,
            Ok(_) => {}
        }
    }
}

/// A new package of these parts.
pub(super) fn fresh(parts: &[(&str, String)]) -> anyhow::Result<Vec<u8>> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        out.start_file(*name, SimpleFileOptions::default())?;
        out.write_all(text.as_bytes())?;
    }
    Ok(out.finish()?.into_inner())
}
