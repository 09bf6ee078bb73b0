//! Small Word texts marked, and read back.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

use super::*;
use duwang_model::{Hit, Level, PageReading, Span, Subject, reconcile};
use duwang_page::Hints;
use proptest::prelude::*;
use std::io::{Cursor, Read as _};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"><w:body>";
const TAIL: &str = "<w:sectPr/></w:body></w:document>";

/// The text of a Word file, a line for every paragraph.
fn text(bytes: &[u8]) -> anyhow::Result<String> {
    let (_, _, part) = main_part(bytes)?;
    let mut text = String::new();
    let mut line = 0;
    for piece in &part.pieces {
        if piece.paragraph != line && !text.is_empty() {
            text.push('\n');
        }
        line = piece.paragraph;
        text.push_str(&piece.text);
    }
    Ok(text)
}

fn docx(body: &str) -> Vec<u8> {
    let empty = Document::new("");
    let base = fresh::of(&empty).unwrap();
    let package = Package::open(&base).unwrap();
    let xml = format!("{HEAD}{body}{TAIL}");
    package
        .with([("word/document.xml".to_owned(), xml)].into())
        .unwrap()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

/// Findings about the nth place of each of these words.
fn findings(document: &Document, quotes: &[(&str, usize, Option<&str>)]) -> Vec<Finding> {
    let plain = document.text.plain();
    quotes
        .iter()
        .map(|(quote, nth, new)| {
            let at = plain.match_indices(quote).nth(*nth).unwrap().0;
            let span = Span::new(at, at + quote.len());
            let hit = Hit {
                rule: "typo/known-errors".to_owned(),
                pack: "typo@1".to_owned(),
                category: Category::Typo,
                level: Level::General,
                certainty: Certainty::Likely,
                message: format!("错别字：“{quote}”"),
                subject: Subject::Page(String::new()),
                quote: (*quote).to_owned(),
                context: String::new(),
                span: Some(span),
                chars: Some(document.text.char_offsets(span)),
                locator: None,
                key: format!("{quote}{nth}"),
                suggestion: "改".to_owned(),
                replacement: new.map(str::to_owned),
                basis: "《通用规范汉字表》".to_owned(),
                score: 0.7,
            };
            let hits = [hit];
            let reading = PageReading::of_document(document, &hits, &|_| false);
            reconcile(&[], &reading).remove(0).1
        })
        .collect()
}

fn annotate(body: &str, quotes: &[(&str, usize, Option<&str>)]) -> (Vec<u8>, String) {
    let source = docx(body);
    let document = duwang_page::read_text("", &text(&source).unwrap(), &Hints::default());
    let findings = findings(&document, quotes);
    let out = annotated(&source, &document, &findings, false, DateTime::UNIX_EPOCH).unwrap();
    let xml = part(&out, "word/document.xml");
    assert_eq!(
        said_after_rejecting(&xml),
        said_after_rejecting(&part(&source, "word/document.xml"))
    );
    (out, xml)
}

/// The words of all comments' ranges, in order of their numbers.
fn commented(xml: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(start) = xml[at..].find("commentRangeStart w:id=\"").map(|i| at + i) {
        let id: String = xml[start..]
            .chars()
            .skip_while(|c| !c.is_ascii_digit())
            .take_while(char::is_ascii_digit)
            .collect();
        let end = xml.find(&format!("commentRangeEnd w:id=\"{id}\"")).unwrap();
        assert!(xml[end..].contains(&format!("<w:commentReference w:id=\"{id}\"/>")));
        out.push(said_after_rejecting(&xml[start..end]));
        at = start + 10;
    }
    out
}

/// What the text says when every change put in is rejected.
fn said_after_rejecting(xml: &str) -> String {
    let mut out = String::new();
    let mut inserted = false;
    for piece in xml.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        match tag.split_whitespace().next().unwrap_or_default() {
            "w:ins" => inserted = true,
            "/w:ins" => inserted = false,
            "w:t" | "w:delText" if !inserted => out.extend(runs::decoded(text).map(|(c, _)| c)),
            _ => {}
        }
    }
    out
}

#[test]
fn a_comment_spans_exactly_the_words_across_runs_of_different_looks() {
    let body = "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>请各单位布</w:t></w:r><w:r w:rsidR=\"00A1\"><w:rPr><w:i/><w:color w:val=\"FF0000\"/></w:rPr><w:t>署好防汛 &amp; 防火工作</w:t></w:r></w:p>";
    let (out, xml) = annotate(body, &[("布署", 0, None)]);
    assert_eq!(commented(&xml), ["布署"]);
    // The looks on both sides are the ones that were.
    assert!(xml.contains("<w:r w:rsidR=\"00A1\"><w:rPr><w:i/><w:color w:val=\"FF0000\"/></w:rPr><w:t xml:space=\"preserve\">好防汛 &amp; 防火工作</w:t></w:r>"), "{xml}");
    assert!(part(&out, "word/comments.xml").contains("依据：《通用规范汉字表》"));
    assert!(part(&out, "[Content_Types].xml").contains("/word/comments.xml"));
    assert!(part(&out, "word/_rels/document.xml.rels").contains("comments.xml"));
}

#[test]
fn a_known_misspelling_is_offered_as_a_tracked_change() {
    let body = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>请各单位布署好工作</w:t></w:r></w:p>";
    let (_, xml) = annotate(body, &[("布署", 0, Some("部署"))]);
    assert_eq!(commented(&xml), ["布署"]);
    assert!(xml.contains("<w:r><w:rPr><w:b/></w:rPr><w:delText xml:space=\"preserve\">布署</w:delText></w:r></w:del><w:ins "), "{xml}");
    assert!(
        xml.contains("<w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">部署</w:t></w:r></w:ins>"),
        "{xml}"
    );
}

#[test]
fn what_was_inserted_by_somebody_is_only_commented() {
    let body = "<w:p><w:ins w:id=\"7\" w:author=\"王某\"><w:r><w:t>布署</w:t></w:r></w:ins><w:del w:id=\"8\" w:author=\"王某\"><w:r><w:delText>旧</w:delText></w:r></w:del><w:r><w:tab/><w:t>布署</w:t><w:br/></w:r></w:p>";
    let source = docx(body);
    let document = duwang_page::read_text("", &text(&source).unwrap(), &Hints::default());
    let found = findings(
        &document,
        &[("布署", 0, Some("部署")), ("布署", 1, Some("部署"))],
    );
    let out = annotated(&source, &document, &found, false, DateTime::UNIX_EPOCH).unwrap();
    let xml = part(&out, "word/document.xml");
    assert_eq!(xml.matches("<w:ins ").count(), 1, "{xml}");
    assert_eq!(
        xml.matches("<w:commentRangeStart w:id=\"9\"/>").count(),
        1,
        "numbers go on after 8: {xml}"
    );
}

#[test]
fn words_in_a_text_box_are_commented_on_the_text_before_it() {
    let body = "<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:txbxContent><w:p><w:r><w:t>布署</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>布署</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>";
    let (_, xml) = annotate(body, &[("布署", 0, Some("部署"))]);
    assert_eq!(commented(&xml), ["正文"]);
    assert!(!xml.contains("<w:ins "));
}

#[test]
fn comments_that_are_there_stay() {
    let body = "<w:p><w:r><w:t>布署和布署</w:t></w:r></w:p>";
    let (once, _) = annotate(body, &[("布署", 0, None)]);
    let document = duwang_page::read_text("", &text(&once).unwrap(), &Hints::default());
    let found = findings(&document, &[("布署", 1, None)]);
    let twice = annotated(&once, &document, &found, false, DateTime::UNIX_EPOCH).unwrap();
    let comments = part(&twice, "word/comments.xml");
    assert_eq!(comments.matches("<w:comment ").count(), 2);
    assert_eq!(
        part(&twice, "[Content_Types].xml")
            .matches("comments.xml")
            .count(),
        1
    );
    assert_eq!(
        commented(&part(&twice, "word/document.xml")),
        ["布署", "布署"]
    );
}

#[test]
fn hostile_packages_are_refused() {
    let bomb = docx("<w:p/>");
    let package = Package::open(&bomb).unwrap();
    let with_entity = format!(
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{HEAD}<w:p><w:r><w:t>&e;</w:t></w:r></w:p>{TAIL}"
    );
    let bytes = package
        .with([("word/document.xml".to_owned(), with_entity)].into())
        .unwrap();
    assert!(text(&bytes).is_err());
    for bytes in [
        &b"PK\x03\x04"[..],
        b"",
        b"not a zip",
        &bomb[..bomb.len() / 2],
    ] {
        assert!(!is_docx(bytes) && text(bytes).is_err());
    }
    let deep = docx(&format!(
        "{}{}",
        "<w:sdt><w:sdtContent>".repeat(50_000),
        "</w:sdtContent></w:sdt>".repeat(50_000)
    ));
    assert_eq!(text(&deep).unwrap(), "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// However the words are cut into runs and whichever places are marked: the text stays, the marks hold the words, tags balance.
    #[test]
    fn marks_never_change_the_words(cuts in prop::collection::vec(1_usize..5, 1..8), picks in prop::collection::vec((0_usize..20, 1_usize..5, any::<bool>()), 1..6)) {
        let words: Vec<char> = "请各单位 布署好<防汛>&防火工作，落实责任。".chars().collect();
        let mut runs = String::new();
        let mut rest = words.as_slice();
        for (n, cut) in cuts.iter().cycle().enumerate() {
            if rest.is_empty() { break; }
            let (now, later) = rest.split_at((*cut).min(rest.len()));
            let look = ["", "<w:rPr><w:b/></w:rPr>", "<w:tab/>"][n % 3];
            runs += &format!("<w:r>{look}<w:t>{}</w:t></w:r>", crate::escape::xml(&now.iter().collect::<String>()));
            rest = later;
        }
        let source = docx(&format!("<w:p>{runs}</w:p>"));
        let document = duwang_page::read_text("", &text(&source).unwrap(), &Hints::default());
        let plain: Vec<char> = document.text.plain().chars().collect();
        let quotes: Vec<String> = picks.iter().map(|(at, len, _)| {
            let at = at % plain.len();
            plain[at..(at + len).min(plain.len())].iter().collect()
        }).collect();
        let asked: Vec<(&str, usize, Option<&str>)> = quotes.iter().zip(&picks).filter(|(q, _)| !q.trim().is_empty()).map(|(q, p)| (q.as_str(), 0, p.2.then_some("新"))).collect();
        let found = findings(&document, &asked);
        let out = annotated(&source, &document, &found, false, DateTime::UNIX_EPOCH).unwrap();
        let xml = part(&out, "word/document.xml");
        prop_assert_eq!(said_after_rejecting(&xml), said_after_rejecting(&part(&source, "word/document.xml")));
        prop_assert!(Part::read(&xml).is_ok());
        prop_assert_eq!(xml.matches("<w:r>").count() + xml.matches("<w:r ").count(), xml.matches("</w:r>").count());
        let mut said = commented(&xml);
        let mut wanted: Vec<String> = asked.iter().map(|(q, _, _)| q.trim().to_owned()).collect();
        said.sort();
        wanted.sort();
        prop_assert_eq!(said, wanted);
    }
}
