//! Sentences as numbers: enough to see that one text was copied from another, too little to read it.

use crate::fold::fold;
use duwang_model::{BlockKind, Document, Kind, Part};

/// Most sentences kept of a page.
const MAX: usize = 300;
/// Shorter sentences are alike by chance.
const SHORTEST: usize = 14;

/// Hashes of the sentences of the running text; empty for kinds nobody compares.
pub(crate) fn read(document: &Document) -> Vec<u32> {
    let compared = matches!(
        document.kind,
        Kind::Policy
            | Kind::Interpretation
            | Kind::AnnualReport
            | Kind::SolicitationResult
            | Kind::WechatArticle
    );
    if !compared {
        return Vec::new();
    }
    let text = document.blocks.iter().filter(|b| {
        b.part == Part::Main && !matches!(b.kind, BlockKind::Cell | BlockKind::Heading)
    });
    let mut found = Vec::new();
    for block in text {
        let line = fold(&document.text, block.span);
        let sentences = line.split(['。', ';', '!', '?']);
        let bare = sentences.map(|s| bare(s, document.kind));
        found.extend(
            bare.filter(|s| s.chars().count() >= SHORTEST)
                .map(|s| hash(&s)),
        );
        if found.len() >= MAX {
            break;
        }
    }
    found.truncate(MAX);
    found
}

/// What a sentence says: without its marks and the number before it (第二条, （一）). Reports of two years tell other numbers in the same
/// words, so there they do not count either.
fn bare(sentence: &str, kind: Kind) -> String {
    let counts =
        |c: &char| c.is_alphanumeric() && !(kind == Kind::AnnualReport && c.is_ascii_digit());
    without_number(sentence).chars().filter(counts).collect()
}

/// Folded: brackets and stops are narrow.
fn without_number(sentence: &str) -> &str {
    const NUMERALS: &str = "一二三四五六七八九十百零〇0123456789";
    let sentence = sentence.trim_start();
    let inner = sentence.trim_start_matches(['第', '(']);
    let rest = inner.trim_start_matches(|c| NUMERALS.contains(c));
    let is_number = rest.len() < inner.len();
    let ends: &[char] = match sentence.chars().next() {
        Some('第') => &['条'],
        Some('(') => &[')'],
        _ => &['、', '.'],
    };
    let behind = rest.strip_prefix(ends);
    let is_decimal = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    match behind.filter(|rest| is_number && !is_decimal(rest)) {
        Some(rest) => rest.trim_start(),
        None => sentence,
    }
}

/// FNV-1a: the same on every machine.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_before_a_sentence_do_not_count() {
        for (sentence, want) in [
            ("第二条 助浴点应当具备热水", "助浴点应当具备热水"),
            ("第十二条助浴点", "助浴点"),
            ("(三)助浴点", "助浴点"),
            ("1.助浴点", "助浴点"),
            ("一、助浴点", "助浴点"),
            ("3.5万元", "3.5万元"),
            ("第三方机构", "第三方机构"),
            ("一次性补贴", "一次性补贴"),
        ] {
            assert_eq!(without_number(sentence), want);
        }
        let of = |text| bare(text, Kind::AnnualReport);
        assert_eq!(of("公开信息201条"), of("公开信息198条"));
    }
}
