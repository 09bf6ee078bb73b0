//! Reading the pages of `tests/pages`.

use duwang_model::{Document, Kind, Part};
use duwang_page::{Hints, Reading, Source, read};

pub fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(format!(
        "{}/tests/pages/{name}.html",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap()
}

pub fn reading(url: &str, bytes: &[u8]) -> Reading {
    read(&Source {
        url,
        bytes,
        content_type: Some("text/html"),
        hints: &Hints::default(),
    })
}

pub fn document(url: &str, bytes: &[u8]) -> Document {
    match reading(url, bytes) {
        Reading::Document(document) => {
            check_invariants(&document);
            *document
        }
        Reading::Unread(outcome) => panic!("unread: {}", outcome.reason),
    }
}

pub fn page(name: &str, url: &str) -> Document {
    document(url, &bytes(name))
}

pub fn fragment(body: &str) -> Document {
    document(
        "http://www.yunxi.example/a/t20260918_1.htm",
        format!("<meta charset=utf-8>{body}").as_bytes(),
    )
}

/// Text of one part, a line per block.
pub fn text_of(document: &Document, part: Part) -> String {
    let lines: Vec<&str> = document
        .blocks
        .iter()
        .filter(|b| b.part == part)
        .map(|b| document.text.slice(b.span))
        .collect();
    lines.join("\n")
}

pub fn main_text(document: &Document) -> String {
    text_of(document, Part::Main)
}

pub fn value<'d>(document: &'d Document, label: &str) -> Option<&'d str> {
    let of_content = |part| matches!(part, Part::Main | Part::Info);
    document
        .pairs
        .iter()
        .find(|p| p.label == label && of_content(p.part))
        .map(|p| p.value.as_str())
}

pub fn kind_of_title(title: &str) -> Kind {
    fragment(&format!("<h1>{title}</h1><div><p>正文正文正文正文正文正文。</p><p>第二段第二段第二段第二段。</p></div>")).kind
}

/// What every document promises.
pub fn check_invariants(document: &Document) {
    let plain = document.text.plain();
    let ok = |start: usize, end: usize| {
        start <= end
            && end <= plain.len()
            && plain.is_char_boundary(start)
            && plain.is_char_boundary(end)
    };
    let mut last = 0;
    let mut covered = 0;
    for block in &document.blocks {
        assert!(
            ok(block.span.start, block.span.end) && block.span.start >= last,
            "block {:?}",
            block.span
        );
        assert!(!document.text.slice(block.span).contains('\n'));
        last = block.span.end;
        covered += document
            .text
            .slice(block.span)
            .chars()
            .filter(|c| !c.is_whitespace())
            .count();
    }
    assert_eq!(
        covered,
        plain.chars().filter(|c| !c.is_whitespace()).count(),
        "every visible character is in a block"
    );
    let spans = document.links.iter().map(|l| l.span);
    let spans = spans.chain(
        document
            .pairs
            .iter()
            .flat_map(|p| [p.label_span, p.value_span]),
    );
    let spans = spans.chain(
        document
            .tables
            .iter()
            .flat_map(|t| t.rows.iter().flatten().map(|c| c.span)),
    );
    let spans = spans
        .chain(document.dates.iter().filter_map(|d| d.span))
        .chain(document.title_span);
    for span in spans {
        assert!(ok(span.start, span.end), "span {span:?} of {}", plain.len());
    }
}
