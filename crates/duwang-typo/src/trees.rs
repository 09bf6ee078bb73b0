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

/// The trees of a section, laid out for walking many at a time: the children of a node side by side, leaves that lead to themselves.
#[derive(Debug, Clone)]
pub(crate) struct Forest {
    start: f32,
    nodes: Vec<Branch>,
    /// The trees in groups; the last may be smaller.
    groups: Vec<Group>,
}

/// Trees walked at a time: none waits for another.
const LANES: usize = 8;

#[derive(Debug, Clone, Copy)]
struct Branch {
    /// Threshold, or what a leaf adds.
    value: f32,
    /// A leaf's lies beyond the features, where a row has nothing.
    feature: u16,
    /// The child for values below the threshold; the other stands beside it.
    left: u16,
}

#[derive(Debug, Clone, Default)]
struct Group {
    roots: Vec<u32>,
    /// Steps from a root to the deepest leaf.
    depth: usize,
    /// What the trees of later groups add together at most.
    later: f32,
}

/// A row with room beyond the features for what leaves ask.
const PADDED: usize = COUNT.next_power_of_two();

impl Forest {
    /// Reads a section; `None` when it cannot be walked.
    pub(crate) fn open(section: &[u8]) -> Option<Self> {
        if section.len() < HEADER || u32_at(section, 20) as usize != COUNT {
            return None;
        }
        let mut forest = Self {
            start: f32_at(section, 4),
            nodes: Vec::new(),
            groups: Vec::new(),
        };
        let mut most = Vec::new();
        let mut at = HEADER;
        for number in 0..u32_at(section, 0) as usize {
            let count = u32_at(section, at) as usize;
            let end = at + 4 + count.saturating_mul(NODE);
            let tree = section.get(at + 4..end).filter(|tree| !tree.is_empty())?;
            forest.add(number, tree, &mut most)?;
            at = end;
        }
        let mut later = 0.0;
        for (group, most) in forest.groups.iter_mut().zip(most).rev() {
            group.later = later;
            later += most;
        }
        (at == section.len()).then_some(forest)
    }

    /// Lays a tree out level by level; `most` holds what the trees of each group add together at most.
    fn add(&mut self, number: usize, tree: &[u8], most: &mut Vec<f32>) -> Option<()> {
        if number.is_multiple_of(LANES) {
            self.groups.push(Group::default());
            most.push(0.0);
        }
        let (group, most) = (self.groups.last_mut()?, most.last_mut()?);
        let root = self.nodes.len();
        group.roots.push(u32::try_from(root).ok()?);
        let mut level = vec![0];
        let mut depth = 0;
        let mut best = f32::NEG_INFINITY;
        while !level.is_empty() {
            let mut next = Vec::new();
            let behind = self.nodes.len() - root + level.len();
            for &place in &level {
                let own = self.nodes.len() - root;
                let node = node_of(tree, place)?;
                let is_leaf = node.feature == LEAF;
                let left = if is_leaf { own } else { behind + next.len() };
                if is_leaf {
                    best = best.max(node.value);
                } else {
                    next.push(child_of(tree, place, node.left)?);
                    next.push(child_of(tree, place, node.right)?);
                }
                self.nodes.push(Branch {
                    value: node.value,
                    feature: feature_of(&node)?,
                    left: u16::try_from(left).ok()?,
                });
            }
            // A tree has no more places than nodes, else two ways lead to one.
            if behind + next.len() > tree.len() / NODE {
                return None;
            }
            depth += usize::from(!next.is_empty());
            level = next;
        }
        group.depth = group.depth.max(depth);
        *most += best;
        Some(())
    }

    /// The probability that the edit of a row is right; `None` when it is surely below `least`, which is seen before all trees are asked.
    pub(crate) fn probability(&self, row: &[f32; COUNT], least: f32) -> Option<f32> {
        let mut padded = [f32::NEG_INFINITY; PADDED];
        padded[..COUNT].copy_from_slice(row);
        let enough = (least / (1.0 - least)).ln() - SLACK;
        let mut sum = self.start;
        for group in &self.groups {
            for value in self.walk(group, &padded).iter().take(group.roots.len()) {
                sum += value;
            }
            if sum + group.later < enough {
                return None;
            }
        }
        Some(1.0 / (1.0 + (-sum).exp()))
    }

    /// The leaves a row comes to in the trees of a group.
    #[inline]
    fn walk(&self, group: &Group, row: &[f32; PADDED]) -> [f32; LANES] {
        let mut roots = [0; LANES];
        for (slot, root) in roots.iter_mut().zip(&group.roots) {
            *slot = *root as usize;
        }
        let mut places = roots;
        let node = |place: usize| self.nodes.get(place).copied();
        for _ in 0..group.depth {
            for (place, root) in places.iter_mut().zip(roots) {
                if let Some(node) = node(*place) {
                    let is_below = row[usize::from(node.feature) % PADDED] < node.value;
                    *place = root + usize::from(node.left) + usize::from(!is_below);
                }
            }
        }
        places.map(|place| node(place).map_or(0.0, |node| node.value))
    }
}

/// What a node asks for; a leaf for what lies beyond the features.
fn feature_of(node: &Node) -> Option<u16> {
    match node.feature {
        LEAF => Some(COUNT as u16),
        feature => (usize::from(feature) < COUNT).then_some(feature),
    }
}

/// What sums of many fractions may be off by.
const SLACK: f32 = 0.01;

fn node_of(tree: &[u8], place: usize) -> Option<Node> {
    let at = place.checked_mul(NODE)?;
    let node = tree.get(at..at + NODE)?;
    Some(Node {
        feature: u16_at(node, 0),
        left: u16_at(node, 2),
        right: u16_at(node, 4),
        value: f32_at(node, 6),
    })
}

/// The place of a child, which lies behind its parent.
fn child_of(tree: &[u8], place: usize, distance: u16) -> Option<usize> {
    let child = place + usize::from(distance);
    (child > place && child < tree.len() / NODE).then_some(child)
}

#[cfg(test)]
#[allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "tests fail by panicking"
)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// A tree of nodes in the order they are met from the left.
    fn grow(random: &mut Random, depth: usize) -> Vec<Node> {
        let value = random.unit() as f32 - 0.5;
        if depth == 0 || random.below(5) == 0 {
            return vec![Node {
                feature: LEAF,
                left: 0,
                right: 0,
                value,
            }];
        }
        let (left, right) = (grow(random, depth - 1), grow(random, depth - 1));
        let mut tree = vec![Node {
            feature: random.below(COUNT) as u16,
            left: 1,
            right: 1 + left.len() as u16,
            value,
        }];
        tree.extend(left);
        tree.extend(right);
        tree
    }

    /// Node by node, as the section has it.
    fn leaf(tree: &[Node], row: &[f32; COUNT]) -> f32 {
        let mut at = 0;
        loop {
            let node = tree[at];
            let Some(given) = row.get(usize::from(node.feature)) else {
                return node.value;
            };
            let is_below = *given < node.value;
            at += usize::from(if is_below { node.left } else { node.right });
        }
    }

    #[test]
    fn many_trees_at_a_time_say_the_same_as_one_by_one() {
        let mut random = Random::new(7);
        for count in [0, 1, 7, 8, 9, 60] {
            let trees: Vec<Vec<Node>> = (0..count).map(|_| grow(&mut random, 6)).collect();
            let section = write(&trees, 0.3, Thresholds::default());
            let forest = Forest::open(&section).expect("trees just written open");
            for _ in 0..200 {
                let row = std::array::from_fn(|_| random.unit() as f32 - 0.5);
                let sum = trees.iter().fold(0.3, |sum, tree| sum + leaf(tree, &row));
                let wanted = 1.0 / (1.0 + (-sum).exp());
                assert_eq!(forest.probability(&row, 0.0), Some(wanted));
                let told = forest.probability(&row, 0.5);
                assert!(told == Some(wanted) || told.is_none() && wanted < 0.5);
            }
        }
    }

    #[test]
    fn what_is_no_forest_does_not_open() {
        let tree = grow(&mut Random::new(3), 6);
        let good = write(&[tree], 0.0, Thresholds::default());
        assert!(Forest::open(&good).is_some());
        assert!(Forest::open(&good[..good.len() - 1]).is_none());
        assert!(Forest::open(&[]).is_none());
        let node = |feature, left, right| Node {
            feature,
            left,
            right,
            value: 0.0,
        };
        let leaf = node(LEAF, 0, 0);
        for root in [node(0, 0, 1), node(0, 1, 3), node(COUNT as u16, 1, 2)] {
            let bad = write(&[vec![root, leaf, leaf]], 0.0, Thresholds::default());
            assert!(Forest::open(&bad).is_none(), "{root:?}");
        }
    }
}
