//! Link lists as units really keep them: text, CSV in the old encoding, a spreadsheet.

use duwang_crawl::{CrawlError, wechat_links};
use std::path::{Path, PathBuf};

const SHORT: &str = "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv";
const LONG: &str =
    "https://mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMA==&mid=2247480001&idx=1&sn=0123abcd";

fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("links");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn read(name: &str, bytes: &[u8]) -> Vec<(String, String)> {
    wechat_links(&file(name, bytes)).unwrap()
}

#[test]
fn a_pasted_text_is_read() {
    let text = format!(
        "\u{feff}青石发布九月文章\n1、停水通告：{SHORT}?scene=1#rd\n\n{LONG}&chksm=1 防汛提醒\n{SHORT}\n"
    );
    assert_eq!(
        read("a.txt", text.as_bytes()),
        [
            (SHORT.to_owned(), "停水通告".to_owned()),
            (LONG.to_owned(), "防汛提醒".to_owned())
        ]
    );
}

#[test]
fn a_table_in_the_old_encoding_is_read() {
    let text = format!(
        "序号,发布日期,文章标题,原文链接\r\n1,2026-09-18,\"停水通告，请知悉\",{SHORT}\r\n2,2026-09-17,防汛提醒,\"{LONG}\"\r\n3,,没有链接,\r\n"
    );
    let (bytes, _, _) = encoding_rs::GB18030.encode(&text);
    assert_eq!(
        read("b.csv", &bytes),
        [
            (SHORT.to_owned(), "停水通告，请知悉".to_owned()),
            (LONG.to_owned(), "防汛提醒".to_owned())
        ]
    );
}

#[test]
fn a_spreadsheet_is_read() {
    let cell = |text: &str| {
        format!(
            "<c t=\"inlineStr\"><is><t>{}</t></is></c>",
            text.replace('&', "&amp;")
        )
    };
    let row = |cells: &[&str]| {
        format!(
            "<row>{}</row>",
            cells.iter().map(|c| cell(c)).collect::<String>()
        )
    };
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{}{}{}</sheetData></worksheet>",
        row(&["链接", "标题"]),
        row(&[SHORT, "停水通告"]),
        row(&[LONG, "防汛提醒"])
    );
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let book = zip(&[
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"{relation}\"><sheets><sheet name=\"文章\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}\"><Relationship Id=\"r1\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", sheet),
    ]);
    assert_eq!(
        read("c.xlsx", &book),
        [
            (SHORT.to_owned(), "停水通告".to_owned()),
            (LONG.to_owned(), "防汛提醒".to_owned())
        ]
    );
}

#[test]
fn a_file_that_cannot_be_read_is_our_trouble() {
    let missing = wechat_links(&PathBuf::from("/nowhere/links.txt")).unwrap_err();
    assert!(matches!(missing, CrawlError::File { .. }), "{missing}");
    let broken = wechat_links(&file("d.xlsx", b"no zip")).unwrap_err();
    assert!(broken.to_string().contains("d.xlsx"), "{broken}");
}

/// A zip of stored entries.
fn zip(entries: &[(&str, String)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in entries {
        let at = u32::try_from(out.len()).unwrap();
        let size = u32::try_from(text.len()).unwrap();
        let mut head = Vec::new();
        for number in [20u16, 0, 0, 0, 0] {
            head.extend(number.to_le_bytes());
        }
        for number in [crc(text.as_bytes()), size, size] {
            head.extend(number.to_le_bytes());
        }
        head.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        head.extend(0u16.to_le_bytes());
        out.extend(*b"PK\x03\x04");
        out.extend(&head);
        out.extend(name.bytes().chain(text.bytes()));
        directory.extend(*b"PK\x01\x02\x14\x00");
        directory.extend(&head);
        directory.extend([0u8; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name.bytes());
    }
    let (start, size) = (
        u32::try_from(out.len()).unwrap(),
        u32::try_from(directory.len()).unwrap(),
    );
    let count = u16::try_from(entries.len()).unwrap();
    out.extend(directory);
    out.extend(*b"PK\x05\x06\x00\x00\x00\x00");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(size.to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend(0u16.to_le_bytes());
    out
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}
