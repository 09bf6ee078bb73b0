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
        let bare = sentences.map(|s| {
            s.chars()
                .filter(|c| c.is_alphanumeric())
                .collect::<String>()
        });
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

/// FNV-1a: the same on every machine.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
