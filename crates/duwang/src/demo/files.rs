//! Small attachments with real bytes: a PDF, the two Office forms, plain text, pictures.

use super::markup::escape;
use std::fmt::Write as _;
use std::io::Write as _;

/// The bytes and Content-Type of a file of the given form; cells of a line are separated by `|`.
pub fn make(form: &str, lines: &[String]) -> (Vec<u8>, &'static str) {
    match form {
        "pdf" => (pdf(lines), "application/pdf"),
        "docx" => (
            docx(lines),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        "xlsx" => (
            xlsx(lines),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        "html" => (html(lines).into_bytes(), "text/html"),
        "png" => (PNG.to_vec(), "image/png"),
        "svg" => (svg(lines).into_bytes(), "image/svg+xml"),
        _ => (lines.join("\r\n").into_bytes(), "text/plain; charset=utf-8"),
    }
}

/// One grey pixel.
const PNG: [u8; 67] = [
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0, 0, 0, b'I', b'E',
    b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

/// A poster: the first line large, the rest below it.
fn svg(lines: &[String]) -> String {
    let mut out = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"800\" height=\"450\"><rect width=\"800\" height=\"450\" fill=\"#dce9f5\"/><rect y=\"0\" width=\"800\" height=\"90\" fill=\"#2b6cb0\"/>",
    );
    for (n, line) in lines.iter().enumerate() {
        let (y, size, fill) = if n == 0 {
            (58, 32, "#fff")
        } else {
            (110 + n * 46, 22, "#234")
        };
        let _ = write!(
            out,
            "<text x=\"40\" y=\"{y}\" font-size=\"{size}\" fill=\"{fill}\">{}</text>",
            escape(line)
        );
    }
    out.push_str("</svg>");
    out
}

/// One A4 page with a standard Chinese font that is named, not embedded, and text as UCS-2.
fn pdf(lines: &[String]) -> Vec<u8> {
    let mut text = String::from("BT /F1 14 Tf 60 780 Td 24 TL\n");
    for line in lines {
        let codes: String = line
            .encode_utf16()
            .map(|unit| format!("{unit:04X}"))
            .collect();
        let _ = writeln!(text, "<{codes}> Tj T*");
    }
    text.push_str("ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>".to_owned(),
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 7 0 R >>"
            .to_owned(),
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
            .to_owned(),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (n, object) in objects.iter().enumerate() {
        places.push(out.len());
        let _ = write!(out, "{} 0 obj\n{object}\nendobj\n", n + 1);
    }
    let start = out.len();
    let _ = write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        let _ = writeln!(out, "{place:010} 00000 n ");
    }
    let _ = write!(
        out,
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    );
    out.into_bytes()
}

fn docx(lines: &[String]) -> Vec<u8> {
    let body: String = lines
        .iter()
        .map(|l| format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", escape(l)))
        .collect();
    zip(&[
        (
            "[Content_Types].xml",
            r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            &relation("officeDocument", "word/document.xml"),
        ),
        (
            "word/document.xml",
            &format!(
                r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}</w:body></w:document>"#
            ),
        ),
    ])
}

fn xlsx(lines: &[String]) -> Vec<u8> {
    let cell = |c: &str| {
        format!(
            r#"<c t="inlineStr"><is><t>{}</t></is></c>"#,
            escape(c.trim())
        )
    };
    let row = |(n, line): (usize, &String)| {
        format!(
            r#"<row r="{}">{}</row>"#,
            n + 1,
            line.split('|').map(cell).collect::<String>()
        )
    };
    let rows: String = lines.iter().enumerate().map(row).collect();
    zip(&[
        (
            "[Content_Types].xml",
            r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            &relation("officeDocument", "xl/workbook.xml"),
        ),
        (
            "xl/workbook.xml",
            r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &relation("worksheet", "worksheets/sheet1.xml"),
        ),
        (
            "xl/worksheets/sheet1.xml",
            &format!(
                r#"<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
            ),
        ),
    ])
}

fn relation(what: &str, target: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{what}" Target="{target}"/></Relationships>"#
    )
}

/// The way spreadsheet programs save a sheet "as a web page".
fn html(lines: &[String]) -> String {
    let cell = |c: &str| format!("<td>{}</td>", escape(c.trim()));
    let row = |l: &String| format!("<tr>{}</tr>", l.split('|').map(cell).collect::<String>());
    let title = lines.first().map_or("", String::as_str);
    let rows: String = lines.iter().skip(1).map(row).collect();
    format!(
        "<!DOCTYPE html><html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><head><meta charset=\"utf-8\"><title>{t}</title></head><body><h1>{t}</h1><table border=\"1\">{rows}</table></body></html>",
        t = escape(title)
    )
}

/// A zip archive of stored (uncompressed) entries: enough for Office files of a few kilobytes.
fn zip(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, text) in entries {
        let place = out.len();
        let common = entry_fields(text);
        put(
            &mut out,
            &[
                &[b'P', b'K', 3, 4, 20, 0],
                common.as_slice(),
                &short(name.len()),
                &[0, 0],
                name.as_bytes(),
                text.as_bytes(),
            ],
        );
        let head: &[u8] = &[b'P', b'K', 1, 2, 20, 0, 20, 0];
        put(
            &mut directory,
            &[
                head,
                common.as_slice(),
                &short(name.len()),
                &[0; 12],
                &long(place),
                name.as_bytes(),
            ],
        );
    }
    let place = out.len();
    let count = short(entries.len());
    let size = long(directory.len());
    put(
        &mut out,
        &[
            &directory,
            &[b'P', b'K', 5, 6, 0, 0, 0, 0],
            &count,
            &count,
            &size,
            &long(place),
            &[0, 0],
        ],
    );
    out
}

/// Flags, method, time, date, checksum and both sizes of a stored entry.
fn entry_fields(text: &str) -> Vec<u8> {
    let mut fields = vec![0, 8, 0, 0, 0, 0, 0x37, 0x5d]; // UTF-8 names, stored, midnight of 2026-09-23
    let size = long(text.len());
    put(
        &mut fields,
        &[&crc32(text.as_bytes()).to_le_bytes(), &size, &size],
    );
    fields
}

fn put(out: &mut Vec<u8>, parts: &[&[u8]]) {
    for part in parts {
        // Writing to a vector cannot fail.
        let _ = out.write_all(part);
    }
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
