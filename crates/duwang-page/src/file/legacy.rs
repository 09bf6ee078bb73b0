//! Word and PowerPoint files before 2007 (doc, ppt) and their WPS twins: compound files read by a library of their own.

use super::outline::Outline;
use crate::{Reading, Source, not_read};
use duwang_model::{BlockKind, Part, ResidueKind};
use office_oxide::doc::{DocDocument, SubDocumentKind};
use office_oxide::ppt::PptDocument;
use std::io::Cursor;

pub(super) fn read(source: &Source<'_>) -> Reading {
    let has_word = cfb::CompoundFile::open(Cursor::new(source.bytes))
        .map_or(true, |file| file.exists("/WordDocument"));
    let outline = match has_word {
        true => word(source.bytes),
        false => slides(source.bytes),
    };
    match outline {
        Ok(outline) => super::picture::or_unread(outline.finish(source)),
        Err(reason) => not_read(reason),
    }
}

fn word(bytes: &[u8]) -> Result<Outline, String> {
    let document = DocDocument::from_reader(Cursor::new(bytes)).map_err(|e| reason(&e))?;
    let mut outline = Outline::default();
    let mut count = 0;
    for line in document.plain_text_ref().split(['\n', '\r']) {
        paragraph(line, &mut count, &mut outline);
    }
    if !document.text_complete() {
        outline.note("文件有损坏，其余未读");
    }
    if !document.images().is_empty() {
        outline.image("图片", "");
        outline.note(format!(
            "有 {} 幅图片里的文字没有识别",
            document.images().len()
        ));
    }
    let mut comments = Vec::new();
    for sub in document.subdocuments() {
        let (part, place) = match sub.kind {
            SubDocumentKind::Comments => {
                comments.push(sub.text.clone());
                continue;
            }
            SubDocumentKind::HeadersFooters | SubDocumentKind::HeaderTextBoxes => {
                (Part::Header, "页眉页脚")
            }
            SubDocumentKind::Footnotes => (Part::Main, "脚注"),
            SubDocumentKind::Endnotes => (Part::Main, "尾注"),
            SubDocumentKind::TextBoxes => (Part::Main, "文本框"),
        };
        for line in sub.text.split(['\n', '\r']) {
            outline.line(line, BlockKind::Paragraph, part, || place.to_owned());
        }
    }
    for comment in comments {
        outline.hidden(ResidueKind::Comment, &comment, "", "批注");
    }
    if let Some(properties) = document.summary_properties() {
        let author = properties.author.clone().unwrap_or_default();
        outline.author(&author, "文件属性“作者”");
    }
    Ok(outline)
}

/// Cells of a row come in one line, separated by tabs: each is a line of its own here, as everywhere.
fn paragraph(line: &str, count: &mut usize, outline: &mut Outline) {
    if !line.chars().any(crate::walk::is_visible) {
        return;
    }
    *count += 1;
    let cells: Vec<&str> = line.split('\t').filter(|c| !c.trim().is_empty()).collect();
    let kind = match cells.len() > 1 {
        true => BlockKind::Cell,
        false => BlockKind::Paragraph,
    };
    for cell in cells {
        outline.line(cell, kind, Part::Main, || format!("第{count}段"));
    }
}

fn slides(bytes: &[u8]) -> Result<Outline, String> {
    let document = PptDocument::from_reader(Cursor::new(bytes))
        .map_err(|_| "演示文稿损坏，打不开".to_owned())?;
    let mut outline = Outline::default();
    let text = document.plain_text();
    for line in text.split(['\n', '\r']) {
        outline.line(line, BlockKind::Paragraph, Part::Main, || {
            "演示文稿".to_owned()
        });
    }
    if !document.text_complete() {
        outline.note("文件有损坏，其余未读");
    }
    if let Some(properties) = document.summary_properties() {
        let author = properties.author.clone().unwrap_or_default();
        outline.author(&author, "文件属性“作者”");
    }
    Ok(outline)
}

fn reason(error: &office_oxide::doc::DocError) -> String {
    match error {
        office_oxide::doc::DocError::Encrypted => "文件已加密，需要密码才能读".to_owned(),
        _ => "文件损坏，打不开".to_owned(),
    }
}
