//! Office files of the city, made from lines: docx, xlsx, OFD, and archives of them. The same lines give the same bytes.
//!
//! In a docx, `{批注 王某：再核一下}`, `{删除 王某：拟补贴500元}` and `{隐藏：此户暂缓}` stand for what their names say. In an xlsx, `== 名称` begins
//! another sheet and `==隐藏 名称` a hidden one; a column whose heading begins with `~` is hidden. In an OFD, `----` begins another page.

use super::data::FileData;
use crate::escape::html as escape;
use std::fmt::Write as _;

pub(super) fn docx(file: &FileData) -> Vec<u8> {
    let mut body = String::new();
    let mut comments = String::new();
    for line in &file.lines {
        let _ = write!(body, "<w:p>{}</w:p>", runs(line, &mut comments));
    }
    let namespace = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
    let document = format!("{HEAD}<w:document {namespace}><w:body>{body}</w:body></w:document>");
    let comments = format!("{HEAD}<w:comments {namespace}>{comments}</w:comments>");
    let core = core(&file.author);
    zip(&[
        (
            "[Content_Types].xml",
            types("wordprocessingml.document.main", "/word/document.xml").as_bytes(),
        ),
        (
            "_rels/.rels",
            relations(&[("officeDocument", "word/document.xml")]).as_bytes(),
        ),
        (
            "word/_rels/document.xml.rels",
            relations(&[("comments", "comments.xml")]).as_bytes(),
        ),
        ("word/document.xml", document.as_bytes()),
        ("word/comments.xml", comments.as_bytes()),
        ("docProps/core.xml", core.as_bytes()),
    ])
}

/// The runs of a paragraph; comments are collected beside it.
fn runs(line: &str, comments: &mut String) -> String {
    let run = |text: &str| {
        format!(
            "<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>",
            escape(text)
        )
    };
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, marked)) = rest.split_once('{') {
        let (mark, after) = marked.split_once('}').unwrap_or((marked, ""));
        let (what, text) = mark.split_once('：').unwrap_or((mark, ""));
        let (what, author) = what.split_once(' ').unwrap_or((what, ""));
        let text = escape(text);
        out.push_str(&run(before));
        match what {
            "批注" => {
                let id = comments.matches("<w:comment ").count();
                let _ = write!(
                    comments,
                    "<w:comment w:id=\"{id}\" w:author=\"{author}\"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:comment>"
                );
                let _ = write!(out, "<w:r><w:commentReference w:id=\"{id}\"/></w:r>");
            }
            "删除" => {
                let _ = write!(
                    out,
                    "<w:del w:id=\"90\" w:author=\"{author}\"><w:r><w:delText>{text}</w:delText></w:r></w:del>"
                );
            }
            _ => {
                let _ = write!(
                    out,
                    "<w:r><w:rPr><w:vanish/></w:rPr><w:t>{text}</w:t></w:r>"
                );
            }
        }
        rest = after;
    }
    out + &run(rest)
}

struct Sheet<'l> {
    name: &'l str,
    is_hidden: bool,
    rows: Vec<&'l str>,
}

pub(super) fn xlsx(file: &FileData) -> Vec<u8> {
    let mut sheets: Vec<Sheet<'_>> = Vec::new();
    for line in &file.lines {
        if let Some(name) = line.strip_prefix("==") {
            let hidden = name.strip_prefix("隐藏");
            sheets.push(Sheet {
                name: hidden.unwrap_or(name).trim(),
                is_hidden: hidden.is_some(),
                rows: Vec::new(),
            });
        } else if let Some(sheet) = sheets.last_mut() {
            sheet.rows.push(line);
        } else {
            sheets.push(Sheet {
                name: "Sheet1",
                is_hidden: false,
                rows: vec![line],
            });
        }
    }
    let names: Vec<String> = (1..=sheets.len())
        .map(|n| format!("worksheets/sheet{n}.xml"))
        .collect();
    let listed: String = sheets
        .iter()
        .enumerate()
        .map(|(n, sheet)| {
            let state = if sheet.is_hidden {
                " state=\"hidden\""
            } else {
                ""
            };
            format!(
                "<sheet name=\"{}\" sheetId=\"{n}\"{state} r:id=\"rId{}\"/>",
                escape(sheet.name),
                n + 1,
                n = n + 1
            )
        })
        .collect();
    let workbook = format!(
        "{HEAD}<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{listed}</sheets></workbook>"
    );
    let links: Vec<(&str, &str)> = names.iter().map(|n| ("worksheet", n.as_str())).collect();
    let contents: Vec<(String, String)> = names
        .iter()
        .zip(&sheets)
        .map(|(name, sheet)| (format!("xl/{name}"), sheet_part(sheet)))
        .collect();
    let (types, core) = (
        types("spreadsheetml.sheet.main", "/xl/workbook.xml"),
        core(&file.author),
    );
    let (root, links) = (
        relations(&[("officeDocument", "xl/workbook.xml")]),
        relations(&links),
    );
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", links.as_bytes()),
        ("docProps/core.xml", core.as_bytes()),
    ];
    parts.extend(
        contents
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_bytes())),
    );
    zip(&parts)
}

fn sheet_part(sheet: &Sheet<'_>) -> String {
    let mut columns = String::new();
    let mut rows = String::new();
    for (r, row) in sheet.rows.iter().enumerate() {
        let mut cells = String::new();
        for (c, cell) in row.split('|').map(str::trim).enumerate() {
            if cell.starts_with('~') {
                let _ = write!(
                    columns,
                    "<col min=\"{n}\" max=\"{n}\" width=\"9\" hidden=\"1\"/>",
                    n = c + 1
                );
            }
            let text = escape(cell.trim_start_matches('~'));
            let letter = char::from(b'A' + (c % 26) as u8);
            let _ = write!(
                cells,
                "<c r=\"{letter}{}\" t=\"inlineStr\"><is><t>{text}</t></is></c>",
                r + 1
            );
        }
        let _ = write!(rows, "<row r=\"{}\">{cells}</row>", r + 1);
    }
    let columns = if columns.is_empty() {
        columns
    } else {
        format!("<cols>{columns}</cols>")
    };
    format!(
        "{HEAD}<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">{columns}<sheetData>{rows}</sheetData></worksheet>"
    )
}

pub(super) fn ofd(file: &FileData) -> Vec<u8> {
    const NAMESPACE: &str = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";
    let pages: Vec<&[String]> = file.lines.split(|l| l == "----").collect();
    let listed: String = (0..pages.len())
        .map(|n| {
            format!(
                "<ofd:Page ID=\"{}\" BaseLoc=\"Pages/Page_{n}/Content.xml\"/>",
                n + 2
            )
        })
        .collect();
    let root = format!(
        "{HEAD}<ofd:OFD {NAMESPACE} Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo><ofd:DocID>{:032x}</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        file.path.len()
    );
    let document = format!(
        "{HEAD}<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>9999</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>"
    );
    let contents: Vec<(String, String)> = pages
        .iter()
        .enumerate()
        .map(|(n, lines)| {
            (
                format!("Doc_0/Pages/Page_{n}/Content.xml"),
                ofd_page(n, lines),
            )
        })
        .collect();
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("OFD.xml", root.as_bytes()),
        ("Doc_0/Document.xml", document.as_bytes()),
    ];
    parts.extend(
        contents
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_bytes())),
    );
    zip(&parts)
}

fn ofd_page(number: usize, lines: &[String]) -> String {
    let objects: String = lines
        .iter()
        .enumerate()
        .map(|(n, line)| {
            let id = 1_000 * (number + 1) + n;
            let y = 30 + n * 9;
            format!("<ofd:TextObject ID=\"{id}\" Boundary=\"25 {y} 160 7\" Font=\"1\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\">{}</ofd:TextCode></ofd:TextObject>", escape(line))
        })
        .collect();
    format!(
        "{HEAD}<ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Content><ofd:Layer ID=\"{}\">{objects}</ofd:Layer></ofd:Content></ofd:Page>",
        900 + number
    )
}

/// An archive as Chinese Windows makes it: names in GBK.
pub(super) fn zip_of(members: &[FileData], sealed: bool) -> Vec<u8> {
    let files: Vec<(Vec<u8>, Vec<u8>)> = members
        .iter()
        .map(|m| {
            let name = encoding_rs::GBK.encode(&m.path).0.into_owned();
            (name, super::files::make(m).0)
        })
        .collect();
    let entries: Vec<(&[u8], &[u8])> = files
        .iter()
        .map(|(n, b)| (n.as_slice(), b.as_slice()))
        .collect();
    stored(&entries, u8::from(sealed))
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

fn types(kind: &str, part: &str) -> String {
    format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"{part}\" ContentType=\"application/vnd.openxmlformats-officedocument.{kind}+xml\"/></Types>"
    )
}

fn relations(links: &[(&str, &str)]) -> String {
    let each: String = links
        .iter()
        .enumerate()
        .map(|(n, (what, target))| format!("<Relationship Id=\"rId{}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{what}\" Target=\"{target}\"/>", n + 1))
        .collect();
    format!(
        "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{each}</Relationships>"
    )
}

fn core(author: &str) -> String {
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:creator>{}</dc:creator></cp:coreProperties>",
        escape(author)
    )
}

fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let entries: Vec<(&[u8], &[u8])> = parts.iter().map(|(n, b)| (n.as_bytes(), *b)).collect();
    stored(&entries, 0)
}

/// A zip archive of stored (uncompressed) entries: enough for files of a few kilobytes. `flags` 1: a password is asked for.
fn stored(entries: &[(&[u8], &[u8])], flags: u8) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, bytes) in entries {
        let place = out.len();
        let common = entry_fields(bytes, flags);
        for part in [
            &[b'P', b'K', 3, 4, 20, 0],
            common.as_slice(),
            &short(name.len()),
            &[0, 0],
            name,
            bytes,
        ] {
            out.extend_from_slice(part);
        }
        for part in [
            &[b'P', b'K', 1, 2, 20, 0, 20, 0],
            common.as_slice(),
            &short(name.len()),
            &[0; 12],
            &long(place),
            name,
        ] {
            directory.extend_from_slice(part);
        }
    }
    let place = out.len();
    let count = short(entries.len());
    for part in [
        directory.as_slice(),
        &[b'P', b'K', 5, 6, 0, 0, 0, 0],
        &count,
        &count,
        &long(directory.len()),
        &long(place),
        &[0, 0],
    ] {
        out.extend_from_slice(part);
    }
    out
}

/// Flags, method, time, date, checksum and both sizes of a stored entry.
fn entry_fields(bytes: &[u8], flags: u8) -> Vec<u8> {
    let mut fields = vec![flags, 0, 0, 0, 0, 0, 0x37, 0x5d]; // stored, midnight of 2026-09-23
    let size = long(bytes.len());
    fields.extend_from_slice(&crc32(bytes).to_le_bytes());
    fields.extend_from_slice(&size);
    fields.extend_from_slice(&size);
    fields
}

fn short(n: usize) -> [u8; 2] {
    u16::try_from(n).unwrap_or(u16::MAX).to_le_bytes()
}

fn long(n: usize) -> [u8; 4] {
    u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes()
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                (crc >> 1) ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_of_the_usual_nine_digits() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
