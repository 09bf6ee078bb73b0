//! A Word file in the layout of GB/T 9704-2012: A4, type area 156 × 225 mm (top 37, left 28), 22 lines a page, title 2号小标宋, text 3号仿宋,
//! headings 黑体 and 楷体, page numbers 4号 between dashes on the outer side.

use super::text::Line;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// 225 mm for 22 lines, in twentieths of a point.
const LINE: u32 = 579;
/// Half points: 2号, 3号, 小四.
const TITLE: u32 = 44;
const TEXT: u32 = 32;
const CELL: u32 = 24;

const SONG_TITLE: &str = "方正小标宋简体";
const FANGSONG: &str = "仿宋_GB2312";
const HEI: &str = "黑体";
const KAI: &str = "楷体_GB2312";

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/><Override PartName="/word/odd.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/word/even.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
const DOCUMENT_RELS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="odd.xml"/><Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="even.xml"/></Relationships>"#;
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="仿宋_GB2312"/><w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style></w:styles>"#;
const SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:evenAndOddHeaders/><w:characterSpacingControl w:val="doNotCompress"/></w:settings>"#;
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:body>"#;
/// Margins in twips: 37, 26, 35 and 28 mm; the footer 7 mm under the type area.
const TAIL: &str = r#"<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:footerReference w:type="even" r:id="rId4"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="850" w:footer="1587" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="579"/></w:sectPr></w:body></w:document>"#;

/// The file; the same lines give the same bytes.
pub(super) fn write(lines: &[Line]) -> anyhow::Result<Vec<u8>> {
    let document = format!("{HEAD}{}{TAIL}", body(lines));
    let (odd, even) = (footer("right"), footer("left"));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, text) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("word/_rels/document.xml.rels", DOCUMENT_RELS),
        ("word/styles.xml", STYLES),
        ("word/settings.xml", SETTINGS),
        ("word/odd.xml", odd.as_str()),
        ("word/even.xml", even.as_str()),
        ("word/document.xml", document.as_str()),
    ] {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn body(lines: &[Line]) -> String {
    let mut out = String::new();
    let mut rows: Vec<&[String]> = Vec::new();
    for line in lines {
        if let Line::Row(cells) = line {
            rows.push(cells);
            continue;
        }
        table(&mut out, &std::mem::take(&mut rows));
        match line {
            Line::Mast(text) => mast(&mut out, text),
            Line::Number(text) => paragraph(&mut out, text, FANGSONG, TEXT, Place::Middle),
            Line::Title(text) => paragraph(&mut out, text, SONG_TITLE, TITLE, Place::Title),
            Line::To(text) => paragraph(&mut out, text, FANGSONG, TEXT, Place::Edge),
            Line::Heading(text) => paragraph(&mut out, text, HEI, TEXT, Place::Indented),
            Line::Subheading(text) => paragraph(&mut out, text, KAI, TEXT, Place::Indented),
            Line::Body(text) => paragraph(&mut out, text, FANGSONG, TEXT, Place::Indented),
            Line::Signature(text) => paragraph(&mut out, text, FANGSONG, TEXT, Place::Right),
            Line::NewPage => out.push_str(r#"<w:p><w:r><w:br w:type="page"/></w:r></w:p>"#),
            Line::Row(_) => {}
        }
    }
    table(&mut out, &rows);
    out
}

#[derive(Clone, Copy)]
enum Place {
    /// Centred.
    Middle,
    /// Centred with a line before and after.
    Title,
    /// From the edge.
    Edge,
    /// Two characters in.
    Indented,
    /// From the right, four characters in.
    Right,
}

impl Place {
    fn properties(self) -> String {
        let spacing = |around: u32| {
            format!(
                r#"<w:spacing w:before="{around}" w:after="{around}" w:line="{LINE}" w:lineRule="exact"/>"#
            )
        };
        match self {
            Self::Middle => format!(r#"{}<w:jc w:val="center"/>"#, spacing(0)),
            Self::Title => format!(
                r#"<w:spacing w:before="{LINE}" w:after="{LINE}" w:line="700" w:lineRule="exact"/><w:jc w:val="center"/>"#
            ),
            Self::Edge => spacing(0),
            Self::Indented => format!(
                r#"{}<w:ind w:firstLineChars="200" w:firstLine="640"/>"#,
                spacing(0)
            ),
            Self::Right => format!(
                r#"<w:keepNext/>{}<w:ind w:rightChars="400" w:right="1280"/><w:jc w:val="right"/>"#,
                spacing(0)
            ),
        }
    }
}

fn paragraph(out: &mut String, text: &str, font: &str, size: u32, place: Place) {
    let properties = place.properties();
    let run = run(text, font, size, "");
    let _ = write!(out, "<w:p><w:pPr>{properties}</w:pPr>{run}</w:p>");
}

/// 发文机关标志 in red with a red line under it.
fn mast(out: &mut String, text: &str) {
    let run = run(text, SONG_TITLE, 72, r#"<w:color w:val="FF0000"/>"#);
    let _ = write!(
        out,
        r#"<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="18" w:space="6" w:color="FF0000"/></w:pBdr><w:spacing w:before="579" w:after="579"/><w:jc w:val="center"/></w:pPr>{run}</w:p>"#
    );
}

fn run(text: &str, font: &str, size: u32, more: &str) -> String {
    format!(
        r#"<w:r><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{font}"/>{more}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr><w:t xml:space="preserve">{}</w:t></w:r>"#,
        escaped(text)
    )
}

/// A table over the whole width; its first row is repeated on every page. Columns share the width by what stands in them.
fn table(out: &mut String, rows: &[&[String]]) {
    const WIDTH: usize = 8844;
    let Some(columns) = rows.iter().map(|r| r.len()).max().filter(|c| *c > 0) else {
        return;
    };
    let longest = |at: usize| {
        let lengths = rows
            .iter()
            .filter_map(|r| r.get(at))
            .map(|c| c.chars().count());
        lengths.max().unwrap_or(0).clamp(3, 24)
    };
    let shares: Vec<usize> = (0..columns).map(longest).collect();
    let sum: usize = shares.iter().sum();
    let widths: Vec<usize> = shares.iter().map(|s| WIDTH * s / sum).collect();
    out.push_str(r#"<w:tbl><w:tblPr><w:tblW w:w="8844" w:type="dxa"/><w:tblBorders>"#);
    for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
        let _ = write!(
            out,
            r#"<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>"#
        );
    }
    out.push_str(r#"</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>"#);
    for width in &widths {
        let _ = write!(out, r#"<w:gridCol w:w="{width}"/>"#);
    }
    out.push_str("</w:tblGrid>");
    for (number, row) in rows.iter().enumerate() {
        let is_head = number == 0 && rows.len() > 1;
        out.push_str("<w:tr><w:trPr><w:cantSplit/>");
        out.push_str(if is_head {
            "<w:tblHeader/></w:trPr>"
        } else {
            "</w:trPr>"
        });
        for (at, width) in widths.iter().enumerate() {
            let text = row.get(at).map_or("", String::as_str);
            let run = run(text, if is_head { HEI } else { FANGSONG }, CELL, "");
            let _ = write!(
                out,
                r#"<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr><w:p>{run}</w:p></w:tc>"#
            );
        }
        out.push_str("</w:tr>");
    }
    out.push_str("</w:tbl><w:p/>");
}

/// The number between dashes, one character from the outer edge.
fn footer(side: &str) -> String {
    let properties = r#"<w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr>"#;
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr><w:ind w:{side}Chars="100" w:{side}="280"/><w:jc w:val="{side}"/></w:pPr><w:r>{properties}<w:t xml:space="preserve">— </w:t></w:r><w:r>{properties}<w:fldChar w:fldCharType="begin"/></w:r><w:r>{properties}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r>{properties}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{properties}<w:t>1</w:t></w:r><w:r>{properties}<w:fldChar w:fldCharType="end"/></w:r><w:r>{properties}<w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>"#
    )
}

/// Text as XML may hold it: marks escaped, control characters left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}
