//! PDF and OFD.

use crate::make::{ofd, pdf, words};
use crate::{document, lines, residue, unread};
use duwang_page::{Aids, Hints, PdfText, Reading, Recognised, RecognisedLine, Source, read_file};

#[test]
fn a_pdf_with_a_named_font_is_read_page_by_page() {
    let read = document(&pdf(&[
        &["青石街道2026年重点工作", "一、整治农村人居环境"],
        &["二、办好民生实事，联系电话0599-6660001"],
    ]));
    assert_eq!(
        lines(&read),
        [
            "第1页|青石街道2026年重点工作",
            "第1页|一、整治农村人居环境",
            "第2页|二、办好民生实事，联系电话0599-6660001",
        ]
    );
    assert_eq!(read.title, "青石街道2026年重点工作");
    assert!(read.notes.contains(&"PDF 文字由 pdf_oxide 读出".to_owned()));
}

#[test]
fn a_real_pdf_is_read() {
    let read = document(include_bytes!("../kept/libreoffice.pdf"));
    let text: String = read
        .text
        .plain()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    assert!(text.contains("定于2026年9月30日开展演练"), "{text}");
    assert!(text.contains("0599-6660001"), "{text}");
}

#[test]
fn a_scan_is_unread_without_recognition() {
    assert_eq!(unread(&pdf(&[&[], &[]])), "PDF 是扫描件，未识别文字，未读");
}

/// Answers that a test can foretell.
struct Told {
    text: Vec<&'static str>,
    seen: Vec<(&'static str, u8)>,
}

impl Aids for Told {
    fn pdf_text(&self, _: &[u8]) -> Option<PdfText> {
        Some(PdfText {
            engine: "外部".to_owned(),
            pages: self.text.iter().map(|p| (*p).to_owned()).collect(),
            more: 0,
        })
    }
    fn recognises(&self) -> bool {
        !self.seen.is_empty()
    }
    fn pdf_page(&self, _: &[u8], _: usize) -> Option<Vec<u8>> {
        Some(Vec::new())
    }
    fn recognise(&self, _: &[u8]) -> Option<Recognised> {
        let line = |(text, confidence): &(&str, u8)| RecognisedLine {
            text: (*text).to_owned(),
            confidence: *confidence,
        };
        Some(Recognised {
            lines: self.seen.iter().map(line).collect(),
        })
    }
}

fn with(aids: &Told, pdf: &[u8]) -> Reading {
    let hints = Hints::default();
    read_file(
        &Source {
            url: "",
            bytes: pdf,
            content_type: None,
            hints: &hints,
        },
        aids,
    )
}

#[test]
fn a_garbled_answer_is_not_believed() {
    let bytes = pdf(&[&["青石街道办事处关于公开征求意见的公告"]]);
    let garbled = Told {
        text: vec![
            "\u{fffd}\u{fffd}\u{e001}\u{e002}\u{e003}\u{e004}公开征求意见的公告以及其他一些字",
        ],
        seen: vec![],
    };
    let Reading::Document(read) = with(&garbled, &bytes) else {
        panic!("unread");
    };
    assert!(
        read.notes.contains(&"PDF 文字由 pdf_oxide 读出".to_owned()),
        "{:?}",
        read.notes
    );
    let scan = with(&garbled, &pdf(&[&[]]));
    let Reading::Unread(outcome) = scan else {
        panic!("read");
    };
    assert_eq!(outcome.reason, "PDF 里的文字编码异常，读出来是乱码，未读");
}

#[test]
fn recognised_pages_say_how_sure_they_are() {
    let aids = Told {
        text: vec!["青石街道办事处关于公开征求意见的公告", ""],
        seen: vec![("意见请寄青石街道办事处", 91)],
    };
    let Reading::Document(read) = with(&aids, &pdf(&[&["x"], &[]])) else {
        panic!("unread");
    };
    let places: Vec<_> = read
        .places
        .iter()
        .map(|p| (p.name.as_str(), p.confidence))
        .collect();
    assert_eq!(places, [("第1页", None), ("第2页", Some(91))]);
}

#[test]
fn pages_without_text_among_others_are_told() {
    let aids = Told {
        text: vec!["青石街道办事处关于公开征求意见的公告", "", ""],
        seen: vec![],
    };
    let Reading::Document(read) = with(&aids, &pdf(&[&["x"], &[], &[]])) else {
        panic!("unread");
    };
    assert!(
        read.notes
            .contains(&"第2、3页是图片，未识别文字，未读".to_owned()),
        "{:?}",
        read.notes
    );
}

fn sample() -> Vec<u8> {
    let first = [
        words(11, 30.0, 60.0, "为做好防汛工作，现将有关事项通知如下："),
        words(12, 30.0, 40.0, "青石街道办事处关于防汛工作的"),
        words(13, 110.0, 40.1, "通知"),
        "<ofd:TextObject ID=\"14\" Boundary=\"30 80 100 6\" Font=\"4\" Size=\"5\" Visible=\"false\"><ofd:TextCode X=\"0\" Y=\"5\">内部掌握</ofd:TextCode></ofd:TextObject>".to_owned(),
    ]
    .concat();
    let second = words(15, 30.0, 40.0, "一、落实责任");
    let template = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Content><ofd:Layer ID=\"300\">{}</ofd:Layer></ofd:Content></ofd:Page>",
        words(16, 30.0, 280.0, "青石街道办事处印")
    );
    ofd(
        &[&first, &second],
        &[
            ("Doc_0/Tpls/Tpl_0/Content.xml", &template),
            (
                "Doc_0/Attachs/Attachments.xml",
                "<ofd:Attachments xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Attachment ID=\"1\" Name=\"名单.txt\"><ofd:FileLoc>a.txt</ofd:FileLoc></ofd:Attachment></ofd:Attachments>",
            ),
            ("Doc_0/Attachs/a.txt", "附件名单：苏某"),
        ],
    )
}

#[test]
fn an_ofd_is_read_as_on_paper_with_templates_and_attachments() {
    let read = document(&sample());
    assert_eq!(
        lines(&read),
        [
            "第1页|青石街道办事处关于防汛工作的通知",
            "第1页|为做好防汛工作，现将有关事项通知如下：",
            "第1页|青石街道办事处印",
            "第2页|一、落实责任",
            "第2页|青石街道办事处印",
            "-第1页的隐藏文字|内部掌握",
            "名单.txt|附件名单：苏某",
        ]
    );
    assert!(residue(&read).contains(&"author|文件属性“作者”|王某|王某".to_owned()));
    assert!(residue(&read).contains(&"hidden-text|第1页的隐藏文字||内部掌握".to_owned()));
}

/// Another reader of the same standard finds the same words on the same pages.
#[test]
fn another_ofd_reader_agrees() {
    use ofd_core::{OfdPackage, OfdReader};
    let bytes = sample();
    let mut reader =
        OfdReader::new(OfdPackage::new(std::io::Cursor::new(bytes.clone())).unwrap()).unwrap();
    let body = reader.ofd().doc_bodies[0].clone();
    let loaded = reader.load_document(&body).unwrap();
    let ours = document(&bytes);
    for (n, page) in loaded.pages().to_vec().iter().enumerate() {
        let theirs = format!("{:?}", reader.load_page(&loaded, page).unwrap());
        let place = format!("第{}页", n + 1);
        let own: Vec<&str> = ours
            .blocks
            .iter()
            .filter(|b| {
                ours.place_at(b.span.start)
                    .is_some_and(|p| p.name.starts_with(&place))
            })
            .map(|b| ours.text.slice(b.span))
            .collect();
        let theirs: Vec<&str> = theirs
            .split('"')
            .filter(|s| s.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)))
            .collect();
        assert!(!theirs.is_empty());
        for words in theirs {
            assert!(
                own.iter().any(|line| line.contains(words)),
                "page {n}: {words} not in {own:?}"
            );
        }
    }
}
