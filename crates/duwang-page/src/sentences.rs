//! Sentences as numbers: enough to see that one text was copied from another, too little to read it.

use crate::fold::fold;
use crate::numbered::without_number;
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
        for sentence in ["第二条 助浴点应当具备热水", "(三)助浴点应当具备热水"]
        {
            assert_eq!(bare(sentence, Kind::Policy), "助浴点应当具备热水");
        }
        let of = |text| bare(text, Kind::AnnualReport);
        assert_eq!(of("公开信息201条"), of("公开信息198条"));
    }
}
