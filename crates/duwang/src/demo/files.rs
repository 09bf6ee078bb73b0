//! Small attachments with real bytes: PDF, office files, archives, plain text, pictures.

use super::data::FileData;
use super::office;
use crate::escape::html as escape;
use std::fmt::Write as _;

/// The bytes and Content-Type of a file; cells of a line are separated by `|`.
pub fn make(file: &FileData) -> (Vec<u8>, &'static str) {
    let lines = file.lines.as_slice();
    match file.form.as_str() {
        "pdf" => (pdf(lines), "application/pdf"),
        "docx" => (
            office::docx(file),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        "xlsx" => (
            office::xlsx(file),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        "ofd" => (office::ofd(file), "application/ofd"),
        "zip" => (
            office::zip_of(&file.members, file.sealed),
            "application/zip",
        ),
        "rar" => (
            b"Rar!\x1a\x07\x01\x00".to_vec(),
            "application/x-rar-compressed",
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
