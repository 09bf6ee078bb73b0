//! Files that mean harm: a clear outcome each, and neither panic nor hang for any bytes whatever.

use crate::make::{cell, docx, ofd, p, pdf, words, xlsx, zip};
use crate::{document, reading, unread};
use duwang_page::Reading;
use proptest::prelude::*;
use std::io::{Cursor, Write as _};
use std::time::Instant;

#[test]
fn a_zip_bomb_is_told_not_unpacked() {
    let big = vec![b' '; 65 << 20];
    let bytes = zip(&[("大.txt", &big), ("小.txt", "公示名单：苏某".as_bytes())]);
    assert!(bytes.len() < 1 << 20);
    let read = document(&bytes);
    assert!(
        read.notes
            .contains(&"大.txt 未读：解压后超过 64 MB".to_owned()),
        "{:?}",
        read.notes
    );
    assert!(read.text.plain().contains("苏某"));
}

#[test]
fn a_docx_that_inflates_without_end_is_unread() {
    let big = "<w:p>".repeat(14 << 20);
    let bytes = zip(&[("word/document.xml", big.as_bytes())]);
    assert_eq!(unread(&bytes), "解压后超过 64 MB，未读");
}

#[test]
fn external_entities_are_never_fetched() {
    let document_xml = "<?xml version=\"1.0\"?><!DOCTYPE w:document [<!ENTITY x SYSTEM \"file:///etc/hostname\"><!ENTITY y \"yyyyyyyyyy\"><!ENTITY z \"&y;&y;&y;&y;\">]><w:document xmlns:w=\"w\"><w:body><w:p><w:r><w:t>前&x;&z;后面的文字</w:t></w:r></w:p></w:body></w:document>";
    let read = document(&zip(&[("word/document.xml", document_xml.as_bytes())]));
    assert_eq!(read.text.plain(), "前后面的文字");
    assert!(
        read.notes.iter().any(|n| n.contains("外部实体")),
        "{:?}",
        read.notes
    );
}

#[test]
fn elements_nested_without_end_are_told() {
    let body = format!(
        "{}<w:p><w:r><w:t>到不了</w:t></w:r></w:p>",
        "<w:sdt>".repeat(100_000)
    );
    let read = reading(&docx(&[p("开头"), body].concat(), &[]));
    let Reading::Document(read) = read else {
        panic!("unread");
    };
    assert!(
        read.notes.iter().any(|n| n.contains("嵌套过深")),
        "{:?}",
        read.notes
    );
}

#[test]
fn a_million_cells_are_read_up_to_the_cap_and_told() {
    let mut data = String::new();
    for row in 1..=2_100 {
        data.push_str(&format!("<row r=\"{row}\">"));
        for column in 0..100_u8 {
            let (a, b) = (
                char::from(b'A' + column / 26),
                char::from(b'A' + column % 26),
            );
            data.push_str(&format!("<c r=\"{a}{b}{row}\"><v>{row}</v></c>"));
        }
        data.push_str("</row>");
    }
    // What a sheet claims costs nothing: a cell at the far corner is one cell.
    data.push_str(&format!(
        "<row r=\"1048576\">{}</row>",
        cell("XFD1048576", "角落")
    ));
    let read = document(&xlsx("<dimension ref=\"A1:XFD1048576\"/>", &data, ""));
    assert!(
        read.notes
            .contains(&"单元格超过 200000 个，其余未读".to_owned()),
        "{:?}",
        read.notes
    );
}

#[test]
fn a_pdf_of_ten_thousand_pages_is_read_up_to_the_cap_and_told() {
    let pages: Vec<&[&str]> = vec![&["公开"]; 10_000];
    let started = Instant::now();
    let read = reading(&pdf(&pages));
    assert!(started.elapsed().as_secs() < 300);
    match read {
        Reading::Document(read) => {
            assert!(
                read.notes
                    .iter()
                    .any(|n| n.contains("超过 2000 页，其余 8000 页未读")),
                "{:?}",
                read.notes
            );
        }
        Reading::Unread(outcome) => assert!(outcome.reason.contains("未读"), "{}", outcome.reason),
    }
}

#[test]
fn an_ofd_that_lies_about_its_size_is_read_by_what_really_comes() {
    let mut bytes = ofd(
        &[&words(11, 30.0, 40.0, "青石街道办事处关于防汛工作的通知")],
        &[],
    );
    // The sizes in the directory: 24 bytes into each record `PK\x01\x02`.
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&bytes[from..], b"PK\x01\x02") {
        let at = from + at;
        bytes[at + 24..at + 28].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
        from = at + 4;
    }
    match reading(&bytes) {
        Reading::Document(read) => {
            assert!(read.text.plain().contains("防汛"), "{}", read.text.plain())
        }
        Reading::Unread(outcome) => assert!(!outcome.reason.is_empty()),
    }
}

#[test]
fn files_cut_off_anywhere_have_an_outcome() {
    let whole: [&[u8]; 6] = [
        include_bytes!("../kept/libreoffice.doc"),
        include_bytes!("../kept/libreoffice.xls"),
        include_bytes!("../kept/libreoffice.xlsx"),
        include_bytes!("../kept/libreoffice.ods"),
        include_bytes!("../kept/libreoffice.pptx"),
        include_bytes!("../kept/libreoffice.pdf"),
    ];
    for bytes in whole {
        for cut in (0..bytes.len()).step_by(bytes.len() / 12) {
            has_outcome(&bytes[..cut]);
        }
    }
}

/// The reader of xls reserves what a sheet says it holds: four thousand gigabytes, once.
#[test]
fn a_sheet_that_says_it_is_endless_is_read_by_what_is_there() {
    let honest = include_bytes!("../kept/libreoffice.xls");
    let mut boasting = honest.to_vec();
    let dimensions: Vec<usize> = memchr::memmem::find_iter(honest, &[0x00, 0x02, 14, 0]).collect();
    assert!(!dimensions.is_empty());
    for at in dimensions {
        boasting[at + 8..at + 12].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
        boasting[at + 14..at + 16].copy_from_slice(&0xff_u16.to_le_bytes());
    }
    let text = |bytes: &[u8]| match reading(bytes) {
        Reading::Document(read) => read.text.plain().to_owned(),
        Reading::Unread(outcome) => panic!("{}", outcome.reason),
    };
    assert_eq!(text(&boasting), text(honest));
}

/// What once made a reader panic or hang stays here.
/// The reader of xls follows the chain of sectors of its directory to the end, and gathers what it passes.
#[test]
fn an_xls_whose_sectors_lead_back_to_themselves_is_unread() {
    let mut bytes = include_bytes!("../kept/libreoffice.xls").to_vec();
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    // [MS-CFB] 2.2: the first sector of the directory, and of the table that says which sector follows which; sectors are of 512 bytes.
    let (directory, table) = (number(48), number(76));
    let follows = (table as usize + 1) * 512 + directory as usize * 4;
    bytes[follows..follows + 4].copy_from_slice(&directory.to_le_bytes());
    assert_eq!(unread(&bytes), "文件已损坏，不读");
}

#[test]
fn the_kept_crashes_stay_mended() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kept/crashes");
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        has_outcome(&std::fs::read(file.unwrap().path()).unwrap());
        count += 1;
    }
    assert!(count > 0);
}

/// In this process a reader of someone else's may panic; the process that reads for a scan catches it and says so.
fn has_outcome(bytes: &[u8]) {
    let read = std::panic::catch_unwind(|| reading(bytes));
    match read {
        Ok(Reading::Unread(outcome)) => assert!(!outcome.reason.is_empty()),
        Ok(Reading::Document(document)) => holds_together(&document),
        Err(_) => assert!(is_foreign(bytes), "a reader of ours panicked"),
    }
}

/// Formats whose bytes are parsed by libraries: compound files, PDF, spreadsheets.
fn is_foreign(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xd0, 0xcf])
        || memchr::memmem::find(bytes, b"%PDF").is_some()
        || memchr::memmem::find(bytes, b"xl/").is_some()
}

fn holds_together(document: &duwang_model::Document) {
    let plain = document.text.plain();
    for block in &document.blocks {
        assert!(plain.get(block.span.start..block.span.end).is_some());
    }
    for pair in document.blocks.windows(2) {
        assert!(pair[0].span.end <= pair[1].span.start);
    }
    for pair in document.places.windows(2) {
        assert!(pair[0].start <= pair[1].start);
    }
    for span in document.residue.iter().filter_map(|r| r.span) {
        assert!(plain.get(span.start..span.end).is_some());
    }
    for cell in document.tables.iter().flat_map(|t| t.rows.iter().flatten()) {
        assert!(plain.get(cell.span.start..cell.span.end).is_some());
    }
}

fn deflated(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Scraps of the XML of office files, in any order.
fn scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "<w:p>",
        "</w:p>",
        "<w:r>",
        "</w:r>",
        "<w:t>",
        "</w:t>",
        "公开",
        "<w:tbl>",
        "</w:tbl>",
        "<w:tr>",
        "</w:tr>",
        "<w:tc>",
        "</w:tc>",
        "<w:gridSpan w:val=\"99999\"/>",
        "<w:vMerge/>",
        "<w:vMerge w:val=\"restart\"/>",
        "<w:del w:author=\"王某\">",
        "</w:del>",
        "<w:delText>",
        "</w:delText>",
        "<w:ins>",
        "</w:ins>",
        "<w:br/>",
        "<w:vanish/>",
        "<w:rPr>",
        "</w:rPr>",
        "<w:pPr>",
        "</w:pPr>",
        "<mc:Fallback>",
        "</mc:Fallback>",
        "<w:commentReference w:id=\"0\"/>",
        "<w:hyperlink r:id=\"a\">",
        "</w:hyperlink>",
        "&amp;",
        "&x;",
        "&",
        "<",
        "]]>",
        "<w:txbxContent>",
        "</w:txbxContent>",
        "<w:jc w:val=\"center\"/>",
        " ",
        "\u{200b}",
    ]);
    prop::collection::vec(scrap, 0..60).prop_map(|s| s.concat())
}

fn ofd_scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "<ofd:TextObject Boundary=\"1 2 3 4\">",
        "<ofd:TextObject Boundary=\"NaN inf -1\" CTM=\"1 0 0 1e308 0 0\" Size=\"-5\">",
        "</ofd:TextObject>",
        "<ofd:TextCode X=\"0\" Y=\"5\">",
        "<ofd:TextCode Y=\"1e400\">",
        "</ofd:TextCode>",
        "公开",
        "1",
        "<ofd:CGTransform/>",
        "<ofd:Layer>",
        "<ofd:Template TemplateID=\"3\"/>",
        "<ofd:ImageObject ResourceID=\"9\"/>",
        "&#x0;",
        "&#xD800;",
        "<",
        ">",
    ]);
    prop::collection::vec(scrap, 0..60).prop_map(|s| s.concat())
}

fn sheet_scraps() -> impl Strategy<Value = String> {
    let scrap = prop::sample::select(vec![
        "<row r=\"1\">",
        "<row r=\"0\">",
        "<row r=\"4294967295\" hidden=\"1\">",
        "</row>",
        "<c r=\"A1\" t=\"inlineStr\"><is><t>公开</t></is></c>",
        "<c r=\"ZZZZ9\"><v>1</v></c>",
        "<c><v>2</v></c>",
        "<c r=\"B2\" t=\"s\"><v>99</v></c>",
        "<c r=\"A2\" t=\"d\"><v>x</v></c>",
        "<cols><col min=\"0\" max=\"99999\" hidden=\"1\"/></cols>",
        "<mergeCell ref=\"A1:B9\"/>",
        "<mergeCell ref=\"B9:A1\"/>",
        "<",
        "&x;",
    ]);
    prop::collection::vec(scrap, 0..40).prop_map(|s| s.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_word_document_holds_together(body in scraps(), comments in scraps()) {
        has_outcome(&docx(&body, &[("word/comments.xml", &comments), ("word/footnotes.xml", &body)]));
    }

    #[test]
    fn any_ofd_holds_together(page in ofd_scraps(), template in ofd_scraps()) {
        has_outcome(&ofd(&[&page, &page], &[("Doc_0/Tpls/Tpl_0/Content.xml", &template)]));
    }

    #[test]
    fn any_sheet_holds_together(before in sheet_scraps(), data in sheet_scraps(), after in sheet_scraps()) {
        has_outcome(&xlsx(&before, &data, &after));
    }

    #[test]
    fn any_presentation_holds_together(slide in scraps()) {
        has_outcome(&deflated(&[
            ("ppt/presentation.xml", "<p:presentation><p:sldId id=\"1\" r:id=\"rId1\"/></p:presentation>"),
            ("ppt/_rels/presentation.xml.rels", "<Relationships><Relationship Id=\"rId1\" Target=\"slides/slide1.xml\"/></Relationships>"),
            ("ppt/slides/slide1.xml", &slide.replace("w:", "a:")),
        ]));
    }

    #[test]
    fn bytes_changed_anywhere_have_an_outcome(which in 0..6_usize, at in any::<prop::sample::Index>(), with in any::<[u8; 4]>()) {
        let whole: [&[u8]; 6] = [
            include_bytes!("../kept/libreoffice.doc"),
            include_bytes!("../kept/libreoffice.xls"),
            include_bytes!("../kept/libreoffice.xlsx"),
            include_bytes!("../kept/libreoffice.ods"),
            include_bytes!("../kept/libreoffice.pptx"),
            include_bytes!("../kept/libreoffice.pdf"),
        ];
        let mut bytes = whole[which].to_vec();
        let at = at.index(bytes.len() - 4);
        bytes[at..at + 4].copy_from_slice(&with);
        has_outcome(&bytes);
    }

    #[test]
    fn any_bytes_behind_a_magic_number_have_an_outcome(
        magic in prop::sample::select(vec![
            &b"PK\x03\x04"[..], b"PK\x05\x06", b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x89PNG", b"\xff\xd8\xff\xe0", b"BM",
            b"From: a\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n", b"Rar!\x1a\x07",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        has_outcome(&[magic, &rest].concat());
    }
}
