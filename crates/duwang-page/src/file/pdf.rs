//! PDF: the text layer page by page, by the best engine at hand whose text is not garbled; pages that are pictures are recognised or told.

use super::outline::Outline;
use super::{Aids, flow};
use crate::{Reading, Source, not_read};
use duwang_model::{BlockKind, Outcome, OutcomeKind, Part};
use pdf_oxide::PdfDocument;

/// Most pages read.
pub(super) const MAX_PAGES: usize = 2_000;
/// Most pages whose picture is looked at.
const MAX_RECOGNISED: usize = 60;
/// A page with fewer characters than this has no text of its own: a scan with a stamp or a page number.
const BLANK: usize = 8;

/// The text of a PDF, page by page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PdfText {
    /// The engine that read it.
    pub engine: String,
    /// Text of each page, lines as printed.
    pub pages: Vec<String>,
    /// Pages beyond those read.
    pub more: usize,
}

pub(super) fn read(source: &Source<'_>, aids: &dyn Aids) -> Reading {
    let text = match best_text(source.bytes, aids) {
        Ok(text) => text,
        Err(reason) => return not_read(reason),
    };
    let mut outline = Outline::default();
    let garbled = is_garbled(&text);
    let blank: Vec<usize> = (0..text.pages.len())
        .filter(|n| garbled || visible(&text.pages[*n]) < BLANK)
        .collect();
    if blank.len() == text.pages.len() && !aids.recognises() {
        let reason = match garbled {
            true => "PDF 里的文字编码异常，读出来是乱码，未读",
            false => "PDF 是扫描件，未识别文字，未读",
        };
        return Reading::Unread(Outcome::new(OutcomeKind::Unread, reason));
    }
    tell(&text, &blank, &mut outline);
    if !blank.is_empty() {
        recognise(source.bytes, &blank, aids, &mut outline);
    }
    if text.more > 0 {
        outline.note(format!("超过 {MAX_PAGES} 页，其余 {} 页未读", text.more));
    }
    outline.note(format!("PDF 文字由 {} 读出", text.engine));
    super::picture::or_unread(outline.finish(source))
}

/// The first engine whose text is not garbled; when all are, the last one's.
fn best_text(pdf: &[u8], aids: &dyn Aids) -> Result<PdfText, String> {
    let outside = aids.pdf_text(pdf);
    if let Some(text) = outside.as_ref().filter(|t| !is_garbled(t) && has_text(t)) {
        return Ok(text.clone());
    }
    match (built_in(pdf), outside) {
        (Ok(text), _) if has_text(&text) && !is_garbled(&text) => Ok(text),
        (_, Some(outside)) if !outside.pages.is_empty() => Ok(outside),
        (built_in, _) => built_in,
    }
}

/// pdf_oxide, in this process.
fn built_in(pdf: &[u8]) -> Result<PdfText, String> {
    if claims_too_much(pdf) {
        return Err("PDF 不合规范：声称的页数比字节还多，未读".to_owned());
    }
    let document =
        PdfDocument::from_bytes(pdf.to_vec()).map_err(|_| "PDF 损坏，打不开".to_owned())?;
    if document.is_encrypted() && !document.is_authenticated() {
        return Err("PDF 已加密，需要密码才能读".to_owned());
    }
    let count = document
        .page_count()
        .map_err(|_| "PDF 损坏，数不出页数".to_owned())?;
    if count == 0 {
        return Err("PDF 没有页面".to_owned());
    }
    let pages = (0..count.min(MAX_PAGES))
        .map(|page| document.extract_text(page).unwrap_or_default())
        .collect();
    Ok(PdfText {
        engine: "pdf_oxide".to_owned(),
        pages,
        more: count.saturating_sub(MAX_PAGES),
    })
}

/// A page takes more than a byte, however it is packed: a tree that counts more goes in circles, and walking it would not end.
fn claims_too_much(pdf: &[u8]) -> bool {
    const KEY: &[u8] = b"/Count";
    memchr::memmem::find_iter(pdf, KEY).any(|at| {
        let number = pdf[at + KEY.len()..].trim_ascii_start().iter();
        let digits = number.map_while(|b| char::from(*b).to_digit(10));
        let count = digits.fold(0_usize, |n, digit| {
            n.saturating_mul(10).saturating_add(digit as usize)
        });
        count > pdf.len()
    })
}

fn tell(text: &PdfText, blank: &[usize], outline: &mut Outline) {
    let pages: Vec<Vec<String>> = text
        .pages
        .iter()
        .enumerate()
        .map(|(n, page)| match blank.binary_search(&n) {
            Ok(_) => Vec::new(),
            Err(_) => page
                .split(['\n', '\r', '\u{c}'])
                .map(str::to_owned)
                .collect(),
        })
        .collect();
    for paragraph in flow::paragraphs(&pages) {
        let part = match paragraph.is_page_number {
            true => Part::Footer,
            false => Part::Main,
        };
        let place = || format!("第{}页", paragraph.page + 1);
        outline.line(&paragraph.text, BlockKind::Paragraph, part, place);
    }
}

fn recognise(pdf: &[u8], blank: &[usize], aids: &dyn Aids, outline: &mut Outline) {
    let mut unread = Vec::new();
    for (n, page) in blank.iter().enumerate() {
        let number = page + 1;
        let read = (aids.recognises() && n < MAX_RECOGNISED)
            .then(|| aids.recognise(&aids.pdf_page(pdf, number)?))
            .flatten();
        match read {
            Some(recognised) => outline.recognise(&recognised, &format!("第{number}页")),
            None => unread.push(number),
        }
    }
    if !unread.is_empty() {
        outline.note(format!("{}是图片，未识别文字，未读", page_list(&unread)));
    }
}

fn page_list(pages: &[usize]) -> String {
    let shown: Vec<String> = pages.iter().take(8).map(usize::to_string).collect();
    match pages.len() {
        0..=8 => format!("第{}页", shown.join("、")),
        n => format!("第{}等{n}页", shown.join("、")),
    }
}

fn visible(page: &str) -> usize {
    page.chars().filter(|c| crate::walk::is_visible(*c)).count()
}

fn has_text(text: &PdfText) -> bool {
    text.pages.iter().any(|p| visible(p) >= BLANK)
}

/// Text of a font without a usable character map: replacement and private characters, rare planes, signs instead of letters, or Chinese
/// without any of the commonest characters.
fn is_garbled(text: &PdfText) -> bool {
    let (mut count, mut bad, mut han, mut common) = (0_usize, 0_usize, 0_usize, 0_usize);
    let chars = text.pages.iter().flat_map(|p| p.chars());
    for c in chars.filter(|c| !c.is_whitespace()).take(200_000) {
        count += 1;
        match c {
            '\u{fffd}' | '\0'..='\u{1f}' | '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' => {
                bad += 1
            }
            '\u{4e00}'..='\u{9fff}' => {
                han += 1;
                common += usize::from(crate::decode::is_common(c));
            }
            '\u{0370}'..='\u{1fff}' | '\u{a000}'..='\u{d7ff}' | '\u{20000}'.. => bad += 1,
            _ => {}
        }
    }
    count >= 20 && (bad * 10 >= count || han >= 50 && common * 10 < han)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(page: &str) -> PdfText {
        PdfText {
            pages: vec![page.to_owned()],
            ..PdfText::default()
        }
    }

    #[test]
    fn chinese_numbers_and_english_are_not_garbled() {
        for page in [
            "青石街道办事处关于公开征求意见的公告，请于2026年9月30日前反馈。".repeat(5),
            "Annual report 2026, table 1: 1,234 5,678 9,012".to_owned(),
            String::new(),
        ] {
            assert!(!is_garbled(&text(&page)), "{page}");
        }
    }

    #[test]
    fn wrong_character_maps_are_garbled() {
        for page in [
            "\u{fffd}\u{fffd}公开\u{fffd}意见\u{fffd}\u{fffd}的公告请于年月日前反馈",
            "\u{e012}\u{e013}\u{e014}公开征求意见的公告请于年月日前反馈到",
            &"䴨髙龘靐齉龗麤鑫淼焱垚囍犇猋骉羴鱻".repeat(5),
            &"麤鱻羴骉猋犇囍龗齉靐龘".repeat(8),
        ] {
            assert!(is_garbled(&text(page)), "{page}");
        }
    }
}
