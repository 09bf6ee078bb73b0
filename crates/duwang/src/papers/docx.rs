//! A Word file in the layout of GB/T 9704-2012: A4, type area 156 × 225 mm (top 37, left 28), 22 lines of 28 characters a page, the office in
//! red 35 mm below the top of the type area, its number two lines below and a red line 4 mm below that, title 2号小标宋 two lines further, text
//! 3号仿宋, headings 黑体 and 楷体, the day four characters from the right with the office centred above it, page numbers 4号 between dashes
//! on the outer side.

use super::text::Line;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// 225 mm for 22 lines, in twentieths of a point.
const LINE: u32 = 579;
/// A character of the text, 3号.
const EM: u32 = 320;
/// Half points: 2号, 3号, 五号.
const TITLE: u32 = 44;
const TEXT: u32 = 32;
const CELL: u32 = 21;
/// The type area, in twips.
const WIDTH: u32 = 8844;
/// Between the text of a cell and its border.
const SIDE: u32 = 128;
/// Half characters up to which a cell must stand on one line, and above which a longer one gets no wider.
const SHORT: u32 = 16;
const LONG: u32 = 72;

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
    let mut signed: Vec<&str> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if let Line::Row(cells) = line {
            rows.push(cells);
            continue;
        }
        table(&mut out, &std::mem::take(&mut rows));
        if let Line::Signature(text) = line {
            signed.push(text);
            continue;
        }
        signatures(&mut out, &std::mem::take(&mut signed));
        let is_under_mast = at > 0 && matches!(lines[at - 1], Line::Mast(_) | Line::Number(_));
        match line {
            Line::Mast(text) => mast(&mut out, text, lines.get(at + 1)),
            Line::Number(text) => paragraph(&mut out, text, FANGSONG, TEXT, Place::Number),
            Line::Title(text) => {
                let lines_above = 1 + u32::from(is_under_mast);
                paragraph(&mut out, text, SONG_TITLE, TITLE, Place::Title(lines_above));
            }
            Line::To(text) => paragraph(&mut out, text, FANGSONG, TEXT, Place::Edge),
            Line::Heading(text) => paragraph(&mut out, text, HEI, TEXT, Place::Heading),
            Line::Subheading(text) => paragraph(&mut out, text, KAI, TEXT, Place::Heading),
            Line::Body(text) => paragraph(&mut out, text, FANGSONG, TEXT, Place::Indented),
            Line::Annex(text) => paragraph(&mut out, text, FANGSONG, TEXT, Place::Annex),
            Line::NewPage => out.push_str(r#"<w:p><w:r><w:br w:type="page"/></w:r></w:p>"#),
            Line::Row(_) | Line::Signature(_) => {}
        }
    }
    table(&mut out, &rows);
    signatures(&mut out, &signed);
    out
}

#[derive(Clone, Copy)]
enum Place {
    /// Centred, with the red line 4 mm below it.
    Number,
    /// Centred with so many lines before and one after.
    Title(u32),
    /// From the edge.
    Edge,
    /// Two characters in.
    Indented,
    /// The same, never the last line of a page.
    Heading,
    /// The same, one line further down.
    Annex,
    /// So many hundredths of a character from the right, with lines before.
    Right(u32, u32),
}

/// The red line over the whole width; the distance to the text above it in points.
fn red_line(distance: u32) -> String {
    format!(
        r#"<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="{distance}" w:color="FF0000"/></w:pBdr>"#
    )
}

impl Place {
    fn properties(self) -> String {
        let spacing = |before: u32, after: u32, line: u32| {
            format!(
                r#"<w:spacing w:before="{}" w:after="{}" w:line="{line}" w:lineRule="exact"/>"#,
                before * LINE,
                after * LINE
            )
        };
        let indented = r#"<w:ind w:firstLineChars="200" w:firstLine="640"/>"#;
        match self {
            Self::Number => format!(
                r#"{}{}<w:jc w:val="center"/>"#,
                red_line(11),
                spacing(2, 0, LINE)
            ),
            Self::Title(above) => format!(r#"{}<w:jc w:val="center"/>"#, spacing(above, 1, 700)),
            Self::Edge => spacing(0, 0, LINE),
            Self::Indented => format!("{}{indented}", spacing(0, 0, LINE)),
            Self::Heading => format!("<w:keepNext/>{}{indented}", spacing(0, 0, LINE)),
            Self::Annex => format!("{}{indented}", spacing(1, 0, LINE)),
            Self::Right(indent, above) => format!(
                r#"<w:keepNext/>{}<w:ind w:rightChars="{indent}" w:right="{}"/><w:jc w:val="right"/>"#,
                spacing(above, 0, LINE),
                indent * EM / 100
            ),
        }
    }
}

/// The office and the day, ready for the seal: the day four characters from the right, the office centred above it; an office too long for
/// that keeps two characters from the right, and the day is centred below it.
fn signatures(out: &mut String, lines: &[&str]) {
    let widest = lines.iter().map(|l| width(l)).max().unwrap_or(0);
    let last = lines.last().map_or(0, |l| width(l));
    // Of the middle all lines share, from the right, in hundredths of a character.
    let middle = (400 + last * 50 / 2).max(200 + widest * 50 / 2);
    for (at, line) in lines.iter().enumerate() {
        let indent = middle - width(line) * 50 / 2;
        let above = if at == 0 { 2 } else { 0 };
        paragraph(out, line, FANGSONG, TEXT, Place::Right(indent, above));
    }
}

/// In half characters.
fn width(text: &str) -> u32 {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

fn paragraph(out: &mut String, text: &str, font: &str, size: u32, place: Place) {
    let properties = place.properties();
    let run = run(text, font, size, "");
    let _ = write!(out, "<w:p><w:pPr>{properties}</w:pPr>{run}</w:p>");
}

/// 发文机关标志 in red, 35 mm below the top of the type area. Without a number the red line stands right below it.
fn mast(out: &mut String, text: &str, next: Option<&Line>) {
    let run = run(text, SONG_TITLE, 72, r#"<w:color w:val="FF0000"/>"#);
    let line = match next {
        Some(Line::Number(_)) => String::new(),
        _ => red_line(11),
    };
    let _ = write!(
        out,
        r#"<w:p><w:pPr>{line}<w:spacing w:before="1984" w:after="0"/><w:jc w:val="center"/></w:pPr>{run}</w:p>"#
    );
}

fn run(text: &str, font: &str, size: u32, more: &str) -> String {
    format!(
        r#"<w:r><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{font}"/>{more}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr><w:t xml:space="preserve">{}</w:t></w:r>"#,
        crate::escape::xml(text)
    )
}

/// A table over the whole width; its first row is repeated on every page.
fn table(out: &mut String, rows: &[&[String]]) {
    let widths = widths(rows);
    if widths.is_empty() {
        return;
    }
    let _ = write!(
        out,
        r#"<w:tbl><w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblBorders>"#
    );
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
        self::row(out, row, &widths, number == 0 && rows.len() > 1);
    }
    out.push_str("</w:tbl><w:p/>");
}

/// Lines of cells are not held to the grid of the page: 22 of them would be too far apart for this size.
fn row(out: &mut String, cells: &[String], widths: &[u32], is_head: bool) {
    out.push_str("<w:tr><w:trPr><w:cantSplit/>");
    out.push_str(if is_head { "<w:tblHeader/>" } else { "" });
    out.push_str("</w:trPr>");
    for (at, column) in widths.iter().enumerate() {
        let text = cells.get(at).map_or("", String::as_str);
        let run = run(text, if is_head { HEI } else { FANGSONG }, CELL, "");
        let is_short = is_head || width(text) <= SHORT;
        let place = if is_short {
            r#"<w:jc w:val="center"/>"#
        } else {
            ""
        };
        let _ = write!(
            out,
            r#"<w:tc><w:tcPr><w:tcW w:w="{column}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:before="40" w:after="40"/>{place}</w:pPr>{run}</w:p></w:tc>"#
        );
    }
    out.push_str("</w:tr>");
}

/// Widths of the columns in twips, together [`WIDTH`]. What is short, as a number or a day, gets what it needs on one line; the others share
/// the rest by what stands in them. Where the short ones alone would take most of it, every column gives way.
fn widths(rows: &[&[String]]) -> Vec<u32> {
    let columns = rows.iter().map(|r| r.len()).max().unwrap_or(0);
    let longest = |at: usize| {
        let cells = rows.iter().filter_map(|r| r.get(at));
        cells.map(|cell| width(cell)).max().unwrap_or(0).min(LONG)
    };
    let longest: Vec<u32> = (0..columns).map(longest).collect();
    let need = |length: u32| length.max(4) * CELL * 6 + 2 * SIDE;
    let needs: Vec<u32> = longest.iter().map(|l| need(*l)).collect();
    let all: u32 = needs.iter().sum();
    let of_short = longest.iter().filter(|l| **l <= SHORT);
    let taken: u32 = of_short.map(|l| need(*l)).sum();
    if all <= WIDTH || taken > WIDTH * 2 / 3 {
        return needs.iter().map(|n| WIDTH * n / all).collect();
    }
    let share = |(length, need): (&u32, &u32)| match *length {
        ..=SHORT => *need,
        _ => (WIDTH - taken) * need / (all - taken),
    };
    longest.iter().zip(&needs).map(share).collect()
}

/// The number between dashes, one character from the outer edge.
fn footer(side: &str) -> String {
    let properties = r#"<w:rPr><w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/><w:sz w:val="28"/></w:rPr>"#;
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:ftr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:p><w:pPr><w:ind w:{side}Chars="100" w:{side}="280"/><w:jc w:val="{side}"/></w:pPr><w:r>{properties}<w:t xml:space="preserve">— </w:t></w:r><w:r>{properties}<w:fldChar w:fldCharType="begin"/></w:r><w:r>{properties}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r>{properties}<w:fldChar w:fldCharType="separate"/></w:r><w:r>{properties}<w:t>1</w:t></w:r><w:r>{properties}<w:fldChar w:fldCharType="end"/></w:r><w:r>{properties}<w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_red_line_stands_under_the_number_or_under_the_office() {
        let (office, number) = ("云溪市某办公室", "云公开〔2026〕1号");
        let mast = Line::Mast(office.to_owned());
        let full = body(&[mast.clone(), Line::Number(number.to_owned())]);
        let (above, below) = full.split_once(office).unwrap_or_default();
        assert!(!above.contains("pBdr") && below.contains("pBdr") && below.contains(number));
        let bare = body(&[mast]);
        let (above, _) = bare.split_once(office).unwrap_or_default();
        assert!(above.contains("pBdr"));
    }

    #[test]
    fn the_office_is_centred_above_its_day() {
        let indents = |office: &str| -> Vec<String> {
            let mut out = String::new();
            signatures(&mut out, &[office, "2026年11月2日"]);
            let parts = out.split("w:rightChars=\"").skip(1);
            parts
                .map(|p| p.split('"').next().unwrap_or_default().to_owned())
                .collect()
        };
        assert_eq!(indents("云溪市人民政府办公室"), ["225", "400"]);
        assert_eq!(
            indents("云溪市推进政府职能转变和放管服改革协调小组"),
            ["200", "925"],
            "a long one keeps two characters, and the day is centred below it"
        );
    }

    #[test]
    fn columns_share_the_width_and_short_ones_stay_on_one_line() {
        let row =
            |cells: &[&str]| -> Vec<String> { cells.iter().map(|c| (*c).to_owned()).collect() };
        let long = "查明原因，按规定报告并整改审核流程；内容确有必要公开的，改正后重新发布。";
        let tables = [
            vec![
                row(&["单位", "严重", "合计"]),
                row(&["云溪市农业农村局", "3", "10"]),
            ],
            vec![
                row(&["编号", "级别", "问题", "建议"]),
                row(&["45bc4dcbe881", "严重", long, long]),
            ],
            vec![row(&[long, long, long])],
            vec![row(&["a"; 12])],
        ];
        for table in tables {
            let rows: Vec<&[String]> = table.iter().map(Vec::as_slice).collect();
            let widths = widths(&rows);
            let all: u32 = widths.iter().sum();
            assert!((WIDTH - 20..=WIDTH).contains(&all), "{widths:?}");
        }
        let listed = [row(&["编号", "问题"]), row(&["45bc4dcbe881", long])];
        let rows: Vec<&[String]> = listed.iter().map(Vec::as_slice).collect();
        assert!(widths(&rows)[0] >= 12 * CELL * 5 + 2 * SIDE);
        assert!(widths(&[]).is_empty());
    }
}
