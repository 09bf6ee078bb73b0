//! Word, PowerPoint, mail, Markdown, archives.

use crate::make::{cell, docx, p, xlsx, zip};
use crate::{document, has, lines, residue, unread};
use duwang_model::{Kind, LinkRole, ResidueKind};
use duwang_page::{Hints, Reading, Source, read};

#[test]
fn paragraphs_tables_and_text_boxes_keep_their_places() {
    let body = [
        "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:t>青石街道办事处</w:t></w:r></w:p>",
        "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:t>政府信息公开指南</w:t></w:r></w:p>",
        "<w:p/>",
        &p("一、办公时间"),
        "<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr><w:p><w:r><w:t>受理机构</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>名称</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>党政办</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:p><w:r><w:t>电话</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>0599-6660001</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
        "<w:p><w:r><w:t>见图</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>框里的字</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>框里的字</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    ]
    .concat();
    let read = document(&docx(&body, &[]));
    assert_eq!(
        lines(&read),
        [
            "第1段|青石街道办事处",
            "第2段|政府信息公开指南",
            "第3段|一、办公时间",
            "表1 第1行第1列|受理机构",
            "表1 第1行第2列|名称",
            "表1 第1行第3列|党政办",
            "表1 第2行第2列|电话",
            "表1 第2行第3列|0599-6660001",
            "第4段旁的文本框|框里的字",
            "第4段|见图",
        ]
    );
    assert_eq!(read.title, "青石街道办事处政府信息公开指南");
    assert_eq!(read.kind, Kind::Guide);
    let row: Vec<&str> = read.tables[0].rows[1]
        .iter()
        .map(|c| c.text.as_str())
        .collect();
    assert_eq!(row, ["受理机构", "电话", "0599-6660001"]);
}

#[test]
fn what_a_reader_does_not_see_is_told() {
    let body = [
        "<w:p><w:r><w:t xml:space=\"preserve\">补贴标准为每人</w:t></w:r><w:del w:author=\"王某\"><w:r><w:delText>500元</w:delText></w:r></w:del><w:ins w:author=\"李某\"><w:r><w:t>800元</w:t></w:r></w:ins><w:r><w:t>。</w:t></w:r><w:r><w:commentReference w:id=\"7\"/></w:r></w:p>",
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>此户暂缓</w:t></w:r><w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>其余照发</w:t></w:r></w:p>",
    ]
    .concat();
    let comments = "<w:comments><w:comment w:id=\"7\" w:author=\"张某\"><w:p><w:r><w:t>再核一下</w:t></w:r></w:p></w:comment></w:comments>";
    let core = "<cp:coreProperties xmlns:cp=\"c\" xmlns:dc=\"d\"><dc:creator>王某</dc:creator><cp:lastModifiedBy>李某</cp:lastModifiedBy></cp:coreProperties>";
    let read = document(&docx(
        &body,
        &[("word/comments.xml", comments), ("docProps/core.xml", core)],
    ));
    assert_eq!(
        lines(&read),
        [
            "第1段|补贴标准为每人800元。",
            "第2段|其余照发",
            "-第1段中未接受的删除|500元",
            "-第1段的批注|再核一下",
            "-第2段的隐藏文字|此户暂缓",
        ]
    );
    assert_eq!(
        residue(&read),
        [
            "insertion|第1段|李某|800元",
            "deletion|第1段中未接受的删除|王某|500元",
            "comment|第1段的批注|张某|再核一下",
            "hidden-text|第2段的隐藏文字||此户暂缓",
            "author|文件属性“作者”|王某|王某",
            "author|文件属性“最后保存者”|李某|李某",
        ]
    );
    let inserted = read.residue[0].span.unwrap();
    assert_eq!(read.text.slice(inserted), "800元");
}

#[test]
fn links_of_a_document_are_found_with_their_words() {
    let body = "<w:p><w:r><w:t>申请表</w:t></w:r><w:hyperlink r:id=\"rId5\"><w:r><w:t>在此下载</w:t></w:r></w:hyperlink></w:p>";
    let relations = "<Relationships><Relationship Id=\"rId5\" Type=\"x/hyperlink\" Target=\"http://www.yunxi-demo.gov.cn/a.docx\" TargetMode=\"External\"/></Relationships>";
    let read = document(&docx(body, &[("word/_rels/document.xml.rels", relations)]));
    assert_eq!(read.links.len(), 1);
    assert_eq!(read.links[0].url, "http://www.yunxi-demo.gov.cn/a.docx");
    assert_eq!(read.links[0].text, "在此下载");
    assert_eq!(read.links[0].role, LinkRole::Content);
}

#[test]
fn a_document_of_pictures_only_is_unread() {
    let body = "<w:p><w:r><w:drawing><a:blip r:embed=\"rId9\"/></w:drawing></w:r></w:p>";
    let relations = "<Relationships><Relationship Id=\"rId9\" Type=\"x/image\" Target=\"media/image1.png\"/></Relationships>";
    assert_eq!(
        unread(&docx(body, &[("word/_rels/document.xml.rels", relations)])),
        "内容全在图片里，未识别文字，未读"
    );
}

#[test]
fn a_draft_that_hangs_below_a_page_is_an_attachment_and_a_guide_stays_a_guide() {
    let kind_of = |title: &str, attached: bool| {
        let hints = Hints {
            attached,
            ..Hints::default()
        };
        let bytes = docx(
            &[p(title), p("第一条 为规范管理，制定本办法。")].concat(),
            &[],
        );
        match read(&Source {
            url: "",
            bytes: &bytes,
            content_type: None,
            hints: &hints,
        }) {
            Reading::Document(document) => document.kind,
            Reading::Unread(outcome) => panic!("{}", outcome.reason),
        }
    };
    let draft = "关于公开征求《云溪市停车管理办法（征求意见稿）》意见的公告";
    assert_eq!(kind_of(draft, true), Kind::Attachment);
    assert_eq!(kind_of(draft, false), Kind::Solicitation);
    assert_eq!(kind_of("青石街道办事处政府信息公开指南", true), Kind::Guide);
}

#[test]
fn a_real_word_file_of_1997_form_is_read() {
    let read = document(include_bytes!("../kept/libreoffice.doc"));
    let text = read.text.plain();
    assert!(
        text.contains("定于2026年9月30日开展演练，联系电话0599-6660001。"),
        "{text}"
    );
    assert!(text.contains("苏某"), "{text}");
    assert!(has(&read, ResidueKind::Comment), "{:?}", read.residue);
    assert_eq!(read.title, "青石街道办事处关于开展防汛演练的通知");
    assert!(lines(&read)[0].starts_with("第1段|"));
}

#[test]
fn a_real_presentation_is_read_with_its_notes() {
    let read = document(include_bytes!("../kept/libreoffice.pptx"));
    let lines = lines(&read);
    assert!(
        lines.contains(&"第1页|政务公开培训".to_owned()),
        "{lines:?}"
    );
    assert!(
        lines.contains(&"第2页|答复期限为二十个工作日".to_owned()),
        "{lines:?}"
    );
    assert!(
        lines.contains(&"-第1页的备注|这里不要讲细节".to_owned()),
        "{lines:?}"
    );
}

#[test]
fn archives_name_their_files_whatever_the_charset_and_nesting() {
    let sheet = xlsx(
        "",
        &format!("<row r=\"7\">{}</row>", cell("B7", "苏某")),
        "",
    );
    let inner = zip(&[("表.xlsx", &sheet)]);
    let gbk = encoding_rs::GB18030.encode("名单.docx").0.into_owned();
    let mut outer = zip(&[
        ("AAAA.docx", &docx(&p("公示名单如下"), &[])),
        ("内层.zip", &inner),
        ("坏.docx", b"PK\x03\x04 broken"),
        ("a.rar", b"Rar!\x1a\x07\x01\x00"),
        ("__MACOSX/._x", b"clutter"),
    ]);
    // The same length in GBK: the name is put in by hand, as Chinese Windows writes it, without the flag for UTF-8.
    assert_eq!(gbk.len(), "AAAA.docx".len());
    while let Some(at) = memchr::memmem::find(&outer, b"AAAA.docx") {
        outer[at..at + gbk.len()].copy_from_slice(&gbk);
    }
    let read = document(&outer);
    assert_eq!(
        lines(&read),
        [
            "名单.docx › 第1段|公示名单如下",
            "内层.zip › 表.xlsx › 名单!B7|苏某"
        ]
    );
    assert_eq!(read.kind, Kind::Attachment);
    assert!(
        read.notes
            .contains(&"a.rar 未读：暂不能读 RAR 压缩包".to_owned()),
        "{:?}",
        read.notes
    );
    assert!(
        read.notes.iter().any(|n| n.starts_with("坏.docx 未读：")),
        "{:?}",
        read.notes
    );
}

#[test]
fn archives_nested_too_deep_are_told() {
    let mut bytes = docx(&p("最里面"), &[]);
    for level in 0..5 {
        bytes = zip(&[(&format!("{level}.zip"), &bytes)]);
    }
    let reason = unread(&bytes);
    assert!(reason.contains("套了 3 层以上"), "{reason}");
}

#[test]
fn mail_is_read_with_what_is_attached() {
    let mail = "From: a@yunxi-demo.gov.cn\r\nTo: b@yunxi-demo.gov.cn\r\nSubject: =?utf-8?B?5YWz5LqO5oql6YCB5ZCN5Y2V55qE6YCa55+l?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64\r\n\r\nx+vT2jnUwjMwyNXHsLGoy83D+7Wl\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=\"list.txt\"\r\n\r\n名单：苏某\r\n--x--\r\n";
    let read = document(mail.as_bytes());
    assert!(
        read.text.plain().contains("请于9月30日前报送名单"),
        "{}",
        read.text.plain()
    );
    assert_eq!(read.title, "关于报送名单的通知");
    let places = lines(&read);
    assert!(
        places
            .iter()
            .any(|l| l.starts_with("list.txt") && l.ends_with("名单：苏某")),
        "{places:?}"
    );
}

#[test]
fn a_saved_web_page_is_its_page() {
    let page = "From: <Saved by Blink>\r\nSnapshot-Content-Location: http://www.yunxi-demo.gov.cn/a.html\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: http://www.yunxi-demo.gov.cn/a.html\r\n\r\n<html><body><div class=3D\"article\"><h1>=E9=80=9A=E7=9F=A5=E5=85=AC=E5=91=8A=E7=9A=84=E6=A0=87=E9=A2=98</h1><p>=E6=AD=A3=E6=96=87=E5=9C=A8=E8=BF=99=E9=87=8C=E3=80=82</p></div></body></html>\r\n--x--\r\n";
    let read = document(page.as_bytes());
    assert_eq!(read.title, "通知公告的标题");
    assert!(read.text.plain().contains("正文在这里。"));
}

#[test]
fn markdown_is_what_it_means() {
    let hints = Hints {
        name: Some("草稿.md".to_owned()),
        ..Hints::default()
    };
    let text = "# 青石街道办事处政府信息公开指南\n\n**办公时间**：工作日\n\n| 名称 | 电话 |\n|---|---|\n| 党政办 | 0599-6660001 |\n";
    let source = Source {
        url: "",
        bytes: text.as_bytes(),
        content_type: None,
        hints: &hints,
    };
    let Reading::Document(read) = read(&source) else {
        panic!("unread");
    };
    assert_eq!(read.title, "青石街道办事处政府信息公开指南");
    assert!(
        !read.text.plain().contains('*') && !read.text.plain().contains('|'),
        "{}",
        read.text.plain()
    );
    assert_eq!(read.kind, Kind::Guide);
}

#[test]
fn encrypted_and_unsupported_files_say_so() {
    assert_eq!(unread(b"Rar!\x1a\x07\x01\x00"), "暂不能读 RAR 压缩包");
    assert_eq!(unread(b"7z\xbc\xaf\x27\x1c"), "暂不能读 7z 压缩包");
    assert_eq!(unread(b"{\\rtf1 x}"), "暂不能读 RTF");
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    file.create_stream("/EncryptedPackage").unwrap();
    file.flush().unwrap();
    assert_eq!(
        unread(&file.into_inner().into_inner()),
        "文件已加密，需要密码才能读"
    );
}
