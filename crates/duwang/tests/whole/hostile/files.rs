//! Files that are something else, explode, or bear names that mean harm.

use super::wire::{HTML, story};
use super::{Ends, Misbehaviour, Plays};
use std::io::{Cursor, Write as _};
use std::sync::LazyLock;
use zip::write::SimpleFileOptions;

/// The attached file is this.
macro_rules! file {
    ($name:literal, $serves:literal, $path:literal, $bytes:expr, $ends:expr) => {
        Misbehaviour {
            name: $name,
            serves: $serves,
            plays: Plays::File($path, |t| t.file($bytes.as_ref())),
            ends: $ends,
        }
    };
}

fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn docx(document: &str) -> Vec<u8> {
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", document.as_bytes()),
    ])
}

fn paragraph(text: &str) -> String {
    format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    )
}

const TEXT: &str = "青石街道召开会议，布署防汛各项任务，要求各社区落实责任。";

/// A bomb in a zip in a zip.
static NESTED: LazyLock<Vec<u8>> = LazyLock::new(|| zip(&[("内.zip", &zip(&[("内.zip", &BOMB)]))]));
static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| {
    zip(&[
        ("大.txt", &vec![b' '; 65 << 20]),
        ("小.txt", TEXT.as_bytes()),
    ])
});
static INFLATED: LazyLock<Vec<u8>> = LazyLock::new(|| docx(&"<w:p>".repeat(14 << 20)));

/// A picture that claims 60,000 by 60,000 points and holds none.
fn picture() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = b"IHDR".to_vec();
    header.extend(60_000_u32.to_be_bytes());
    header.extend(60_000_u32.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    for chunk in [
        header.as_slice(),
        b"IDATx\x9c\x03\x00\x00\x00\x00\x01",
        b"IEND",
    ] {
        png.extend((chunk.len() as u32 - 4).to_be_bytes());
        png.extend(chunk);
        png.extend(crc32fast::hash(chunk).to_be_bytes());
    }
    png
}

/// A PDF whose page tree contains itself.
const ROUND_PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000000>>endobj\ntrailer<</Root 1 0 R/Size 3>>\n%%EOF";

fn sheet(rows: &str) -> Vec<u8> {
    let sheet = format!(
        "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><dimension ref=\"A1:XFD1048576\"/><sheetData>{rows}</sheetData></worksheet>"
    );
    zip(&[
        ("[Content_Types].xml", b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
        ("_rels/.rels", b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ("xl/workbook.xml", b"<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

pub const ALL: &[Misbehaviour] = &[
    Misbehaviour {
        name: "page-as-pdf",
        serves: "名字和类型是 PDF，其实是网页",
        plays: Plays::File("/it.pdf", |t| {
            t.respond("200 OK", "Content-Type: application/pdf\r\n", story())
        }),
        ends: Ends::Read,
    },
    Misbehaviour {
        name: "pdf-as-page",
        serves: "名字和类型是网页，其实是空的 PDF",
        plays: Plays::It(|t| {
            t.respond(
                "200 OK",
                HTML,
                b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF",
            )
        }),
        ends: Ends::Unseen("unread PDF 损坏，打不开"),
    },
    file!(
        "program-as-doc",
        "名字是 Word 文件，其实是程序",
        "/it.doc",
        b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8",
        Ends::Unseen("unread 暂不能读其他格式")
    ),
    file!(
        "docx-as-xls",
        "名字是表格，其实是文字文件",
        "/it.xls",
        docx(&paragraph(TEXT)),
        Ends::Read
    ),
    file!(
        "round-pdf",
        "PDF 的页面树套着自己，声称十亿页",
        "/it.pdf",
        ROUND_PDF,
        Ends::Unseen("unread PDF 不合规范：…未读")
    ),
    file!(
        "zip-bomb",
        "压缩包里一个文件解开 65 MB",
        "/it.zip",
        &*BOMB,
        Ends::Partly(&["unread 大.txt 未读：解压后超过 64 MB"])
    ),
    file!(
        "zip-in-zip",
        "压缩包套压缩包，再套压缩炸弹",
        "/it.zip",
        &*NESTED,
        Ends::Partly(&["unread 内.zip › 内.zip › 大.txt 未读：解压后超过 64 MB"])
    ),
    file!(
        "zip-climbs-out",
        "压缩包里的文件名想写到上级目录",
        "/it.zip",
        zip(&[
            ("../../../etc/cron.d/x.txt", TEXT.as_bytes()),
            ("C:\\windows\\x.txt", b"x")
        ]),
        Ends::Read
    ),
    file!(
        "docx-bomb",
        "Word 文件的正文解开 70 MB",
        "/it.docx",
        &*INFLATED,
        Ends::Unseen("unread 解压后超过 64 MB，未读")
    ),
    file!(
        "docx-laughs",
        "Word 文件里的实体炸弹",
        "/it.docx",
        docx(&format!(
            "<!DOCTYPE d [<!ENTITY a \"{}\"><!ENTITY b \"{}\">]>{}",
            "笑".repeat(1000),
            "&a;".repeat(1000),
            paragraph(&format!("{TEXT}&b;&b;"))
        )),
        Ends::Partly(&["unread 文件声明了外部实体，没有展开，该处内容未读"])
    ),
    file!(
        "docx-reads-files",
        "Word 文件要求读本机文件（外部实体）",
        "/it.docx",
        docx(&format!(
            "<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>{}",
            paragraph(&format!("{TEXT}&x;"))
        )),
        Ends::Partly(&["unread 文件声明了外部实体，没有展开，该处内容未读"])
    ),
    file!(
        "sheet-corner",
        "表格声称到最后一行最后一列",
        "/it.xlsx",
        sheet(&format!(
            "<row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>{TEXT}</t></is></c></row>"
        )),
        Ends::Read
    ),
    file!(
        "picture-bomb",
        "图片声称 36 亿像素",
        "/it.png",
        picture(),
        Ends::Statement(2, &[])
    ),
    Misbehaviour {
        name: "name-climbs-out",
        serves: "下载文件名想写到上级目录",
        plays: Plays::File("/it.docx", |t| {
            let names = "Content-Disposition: attachment; filename=\"../../../etc/cron.d/x\"; filename*=UTF-8''..%2f..%2f%00x\r\n";
            t.respond(
                "200 OK",
                &format!("Content-Type: application/octet-stream\r\n{names}"),
                docx(&paragraph(TEXT)),
            )
        }),
        ends: Ends::Read,
    },
    Misbehaviour {
        name: "file-endless",
        serves: "附件没有尽头",
        plays: Plays::File("/it.zip", |t| {
            t.say("HTTP/1.1 200 OK\r\nContent-Type: application/zip\r\n\r\nPK\x03\x04")?;
            t.say_for_ever(vec![0; 1 << 16], std::time::Duration::ZERO)
        }),
        ends: Ends::Unseen("refused 体积超限（超过 50 MB）"),
    },
];
