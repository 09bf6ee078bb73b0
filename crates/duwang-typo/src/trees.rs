//! The second stage: boosted regression trees that turn a row of features into a probability.

use crate::bytes::{f32_at, u16_at, u32_at};
use crate::features::COUNT;

/// Bytes before the trees: number of trees, start value, the thresholds.
const HEADER: usize = 24;
/// Bytes of a node: feature, left child, right child, value (a threshold or the leaf's).
const NODE: usize = 10;
/// The feature of a leaf.
pub(crate) const LEAF: u16 = u16::MAX;

/// A node of a tree; trees are laid one after another, children behind their parents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Node {
    pub(crate) feature: u16,
    /// Distance to the child for values below the threshold, and to the other.
    pub(crate) left: u16,
    pub(crate) right: u16,
    /// Threshold, or what a leaf adds.
    pub(crate) value: f32,
}

/// Probabilities from which on a suspect is called certain, likely, or worth a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Thresholds {
    /// 确定.
    pub certain: f32,
    /// 很可能.
    pub likely: f32,
    /// 待核.
    pub ask: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            certain: 0.95,
            likely: 0.7,
            ask: 0.4,
        }
    }
}

/// Writes the section.
pub(crate) fn write(trees: &[Vec<Node>], start: f32, thresholds: Thresholds) -> Vec<u8> {
    let mut section = (trees.len() as u32).to_le_bytes().to_vec();
    section.extend(start.to_le_bytes());
    for threshold in [thresholds.certain, thresholds.likely, thresholds.ask] {
        section.extend(threshold.to_le_bytes());
    }
    section.extend((COUNT as u32).to_le_bytes());
    for tree in trees {
        section.extend((tree.len() as u32).to_le_bytes());
        for node in tree {
            section.extend(node.feature.to_le_bytes());
            section.extend(node.left.to_le_bytes());
            section.extend(node.right.to_le_bytes());
            section.extend(node.value.to_le_bytes());
        }
    }
    section
}

/// The thresholds of a section.
pub(crate) fn thresholds(section: &[u8]) -> Thresholds {
    Thresholds {
        certain: f32_at(section, 8),
        likely: f32_at(section, 12),
        ask: f32_at(section, 16),
    }
}

/// Whether a section can be walked.
pub(crate) fn is_sound(section: &[u8]) -> bool {
    if section.len() < HEADER || u32_at(section, 20) as usize != COUNT {
        return false;
    }
    let mut at = HEADER;
    for _ in 0..u32_at(section, 0) {
        let count = u32_at(section, at) as usize;
        let end = at + 4 + count.saturating_mul(NODE);
        if count == 0 || end > section.len() {
            return false;
        }
        for node in 0..count {
            let place = at + 4 + node * NODE;
            let feature = u16_at(section, place);
            let reach = |offset| node + usize::from(u16_at(section, place + offset));
            let inner = feature != LEAF;
            let lost = inner
                && (usize::from(feature) >= COUNT
                    || [2, 4]
                        .iter()
                        .any(|o| reach(*o) <= node || reach(*o) >= count));
            if lost {
                return false;
            }
        }
        at = end;
    }
    at == section.len()
}

/// The probability that the edit of a row is right.
pub(crate) fn probability(section: &[u8], row: &[f32; COUNT]) -> f32 {
    let mut sum = f32_at(section, 4);
    let mut at = HEADER;
    for _ in 0..u32_at(section, 0) {
        let count = u32_at(section, at) as usize;
        sum += leaf(section, at + 4, row);
        at += 4 + count * NODE;
    }
    1.0 / (1.0 + (-sum).exp())
}

fn leaf(section: &[u8], mut at: usize, row: &[f32; COUNT]) -> f32 {
    loop {
        let feature = u16_at(section, at);
        let value = f32_at(section, at + 6);
        let Some(given) = row.get(usize::from(feature)) else {
            return value;
        };
        let step = if *given < value { 2 } else { 4 };
        at += usize::from(u16_at(section, at + step)) * NODE;
    }
}
