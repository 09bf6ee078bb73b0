//! A Word file of a document that came in another format, so that its findings can be comments, too.

use super::package;
use duwang_model::{BlockKind, Document, Part};

/// The visible text, a paragraph for every line, headings larger.
pub(super) fn of(document: &Document) -> anyhow::Result<Vec<u8>> {
    let body: String = document
        .blocks
        .iter()
        .filter(|b| b.part != Part::Hidden)
        .map(|b| paragraph(document.text.slice(b.span), b.kind))
        .collect();
    let parts = [
        (package::CONTENT_TYPES, CONTENT_TYPES.to_owned()),
        ("_rels/.rels", RELATIONS.to_owned()),
        (
            "word/document.xml",
            format!(
                "{HEAD}<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"1440\" w:right=\"1800\" w:bottom=\"1440\" w:left=\"1800\" w:header=\"851\" w:footer=\"992\" w:gutter=\"0\"/></w:sectPr></w:body></w:document>"
            ),
        ),
    ];
    package::fresh(&parts)
}

fn paragraph(text: &str, kind: BlockKind) -> String {
    // Without an East Asian font named, Word takes one that has no Chinese.
    let fonts =
        "<w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"宋体\"/>";
    let (layout, look) = match kind {
        BlockKind::Heading => (
            "<w:pPr><w:jc w:val=\"center\"/></w:pPr>",
            "<w:b/><w:sz w:val=\"32\"/>",
        ),
        BlockKind::Paragraph => (
            "<w:pPr><w:ind w:firstLineChars=\"200\" w:firstLine=\"480\"/></w:pPr>",
            "<w:sz w:val=\"24\"/>",
        ),
        BlockKind::Item | BlockKind::Cell => (
            "<w:pPr><w:ind w:left=\"420\"/></w:pPr>",
            "<w:sz w:val=\"24\"/>",
        ),
    };
    let text = crate::escape::xml(text);
    format!(
        "<w:p>{layout}<w:r><w:rPr>{fonts}{look}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>"
    )
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
